//! The hum: samples streamed to a player as they are generated.
//!
//! Samples that are written but not yet played add to the latency. So only [`LEAD`] is written ahead, paced by the
//! clock, and the pipe to the player is one page where the system allows it (the usual pipe of 64 KiB holds 0.7 s, by
//! which a player that starts slowly would stay behind forever). METHOD.md, "Sound", gives the measured latency.

use std::io::{self, Write};
use std::process::ChildStdin;
use std::thread;
use std::time::{Duration, Instant};

use super::sound::{RATE, Tone};
use super::volume::VoiceState;
use crate::latest_slot::{LatestSlot, Taken};

/// The block size: the loudness changes at this pace.
const BLOCK: Duration = Duration::from_millis(10);

/// Samples in a block.
const BLOCK_SAMPLES: usize = RATE as usize / 100;

/// How far the samples run ahead of playback: a busy machine may be this late without a gap.
const LEAD: Duration = Duration::from_millis(60);

/// Without a new level for this long it fades out: a camera that hangs must not leave it on.
const FADES_AFTER: Duration = Duration::from_millis(500);

/// Without a new level for this long the player is stopped.
const ENDS_AFTER: Duration = Duration::from_secs(2);

/// Plays the latest of `levels` until no more come or the player exits.
///
/// # Errors
/// If the player has exited.
pub(super) fn play(player: &mut ChildStdin, levels: &LatestSlot<f32>, state: &VoiceState) -> io::Result<()> {
    shrink_pipe(player);
    let mut tone = Tone::default();
    let mut due = Instant::now();
    let (mut level, mut updated) = (0.0, due);
    loop {
        let now = Instant::now();
        if let Taken::Value(newest) = levels.take(Duration::ZERO) {
            (level, updated) = (newest, now);
        } else if now > updated + ENDS_AFTER {
            return Ok(());
        } else if now > updated + FADES_AFTER {
            level = 0.0;
        }
        player.write_all(&tone.block(level, state.volume(), BLOCK_SAMPLES))?;
        due += BLOCK;
        let now = Instant::now();
        // After a delay of the machine or the player, the lost time is skipped; otherwise the latency would stay.
        due = due.max(now);
        thread::sleep((due - now).saturating_sub(LEAD));
    }
}

/// Makes the pipe as small as possible.
fn shrink_pipe(player: &ChildStdin) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::pipe::fcntl_setpipe_size(player, 4096) {
        tracing::debug!("The pipe to the player could not be shrunk: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = player;
}
