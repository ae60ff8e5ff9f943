//! The voice: speech, chimes and a hum, played by programs of the system. A missing program is not an error.
//!
//! Someone exercising three metres from the screen cannot read it all the time. But nothing depends on sound: the
//! screen always says the same, and if a program is missing the voice is silent ([`Voice::missing`] says why).
//!
//! No call blocks. One thread (`worker.rs`) owns all child processes; [`backends`] finds the programs and knows how to
//! call them, [`sound`] synthesizes the chimes and the hum, `hum.rs` plays the hum.
//!
//! ```no_run
//! use bendwise::voice::{AudioBackends, Chime, SpeechPriority, Voice};
//!
//! let paths = bendwise::app_dirs::Paths::discover()?;
//! let voice = Voice::open("en", AudioBackends::find(), &paths.cache);
//! voice.chime(Chime::Start);
//! voice.say("Stand tall", SpeechPriority::Waits);
//! voice.say("Push your hips back", SpeechPriority::Interrupts);
//! voice.finish(std::time::Duration::from_secs(5));
//! # Ok::<(), bendwise::app_dirs::NoHome>(())
//! ```

mod audio_feedback;
pub mod backends;
mod control;
mod failure;
mod hum;
mod process;
pub mod sound;
mod voice_guide;
mod volume;
mod worker;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub use audio_feedback::AudioFeedback;
pub use backends::{AudioBackends, Missing};
pub use control::VoiceControl;
pub use failure::{HowFailed, SoundFailure, SoundPurpose};
pub use sound::Chime;
pub use voice_guide::VoiceGuide;
use volume::VoiceState;
pub use volume::Volume;
pub use worker::SpeechPriority;
use worker::{HumState, VoiceCommand, VoiceWorker};

/// Capacity of the command queue. The worker takes each command in well under a millisecond.
const QUEUE: usize = 32;

/// The voice. Dropping it ends all sounds and processes within a tenth of a second.
#[derive(Debug)]
pub struct Voice {
    commands: SyncSender<VoiceCommand>,
    hum: Arc<HumState>,
    state: Arc<VoiceState>,
    worker: Option<JoinHandle<()>>,
    missing: Vec<Missing>,
}

impl Voice {
    /// A voice that speaks `language` (ISO 639-1: `en`, `de`) with these backends and stores its chimes below `cache`.
    pub fn open(language: &str, tools: AudioBackends, cache: &Path) -> Self {
        let missing = tools.missing();
        let (commands, received): (_, Receiver<VoiceCommand>) = sync_channel(QUEUE);
        let hum = Arc::new(HumState::default());
        let state = Arc::new(VoiceState::default());
        let (sender, shared) = (commands.clone(), (Arc::clone(&hum), Arc::clone(&state)));
        let (language, sounds) = (language.to_owned(), cache.join("sounds"));
        let run = move || VoiceWorker::new(tools, &language, sounds, shared, sender).run(&received);
        let worker = thread::Builder::new().name("voice".to_owned()).spawn(run);
        let worker = worker.inspect_err(|error| tracing::warn!("There will be no voice: no thread ({error})")).ok();
        Self { commands, hum, state, worker, missing }
    }

    /// What cannot be played. Displays as what to install.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// What changes its volume and knows its failures while it is in use elsewhere.
    pub fn control(&self) -> VoiceControl {
        VoiceControl { commands: self.commands.clone(), state: Arc::clone(&self.state) }
    }

    /// Speaks a sentence.
    pub fn say(&self, text: &str, priority: SpeechPriority) {
        self.send(VoiceCommand::Say(text.to_owned(), priority));
    }

    /// Speaks this language (ISO 639-1) from the next sentence on; one that waits is not said any more. Returns whether the request was
    /// queued.
    pub fn change_language(&self, language: &str) -> bool {
        self.send(VoiceCommand::ChangeLanguage(language.to_owned()))
    }

    /// Plays a chime at once, even over speech.
    pub fn chime(&self, chime: Chime) {
        self.send(VoiceCommand::Chime(chime));
    }

    /// Sets the loudness of the hum, 0 (silent) to 1. To be called with every frame, even with 0, so that the player is
    /// ready when needed. The hum fades after half a second without a call.
    pub fn hum(&self, level: f32) {
        self.hum.levels.put(if level.is_nan() { 0.0 } else { level.clamp(0.0, 1.0) });
        if !self.hum.requested.swap(true, Ordering::Relaxed) && !self.send(VoiceCommand::Hum) {
            self.hum.requested.store(false, Ordering::Relaxed);
        }
    }

    /// Stops all sounds and discards waiting sentences.
    pub fn stop(&self) {
        self.hum.levels.put(0.0);
        self.send(VoiceCommand::Stop);
    }

    /// Waits until all sentences and chimes are finished, at most `timeout`. For the end of a session; it blocks.
    pub fn finish(&self, timeout: Duration) {
        let (waiter, answer) = sync_channel(0);
        if self.send(VoiceCommand::NotifyWhenIdle(waiter)) {
            let _ = answer.recv_timeout(timeout); // the worker answers by dropping the sender
        }
    }

    /// Queues a command without blocking and returns whether it was queued. A full queue drops it: the screen shows it
    /// too.
    fn send(&self, command: VoiceCommand) -> bool {
        let sent = self.commands.try_send(command);
        sent.inspect_err(|error| tracing::debug!("a voice command was dropped: {error}")).is_ok()
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        let _ = self.commands.send(VoiceCommand::Close); // the worker empties its queue quickly, or is gone
        if let Some(worker) = self.worker.take() {
            let _ = worker.join(); // a worker that panicked has ended its children by unwinding
        }
    }
}
