//! Who may change a voice while it speaks, and hear what went wrong with it.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::failure::SoundFailure;
use super::volume::{VoiceState, Volume};
use super::worker::VoiceCommand;

/// Changes the volume of a voice that somebody else has, and knows what failed.
#[derive(Clone, Debug)]
pub struct VoiceControl {
    pub(super) commands: SyncSender<VoiceCommand>,
    pub(super) state: Arc<VoiceState>,
}

impl VoiceControl {
    /// How loud it is.
    pub fn volume(&self) -> Volume {
        self.state.volume()
    }

    /// Makes it as loud as this. What is spoken goes on as loud as it began, unless it is to be silent.
    pub fn set_volume(&self, volume: Volume) {
        self.state.set_volume(volume);
        if volume == Volume::OFF {
            let _ = self.commands.try_send(VoiceCommand::Stop); // only a full queue refuses it, which is empty in a moment
        }
    }

    /// The failures since the last call.
    pub fn failures(&self) -> Vec<SoundFailure> {
        self.state.failures.take()
    }
}
