//! The hum: samples handed to a player as they are made.
//!
//! What is heard is late by what was written and not yet played. So only [`LEAD`] is written ahead, paced by the clock,
//! and the pipe to the player is one page where the system lets us choose (a usual pipe of 64 KiB holds 0.7 s, which a
//! player that takes its time to start would stay behind for good). METHOD.md, "Sound", tells the measured delay.

use std::io::{self, Write};
use std::process::ChildStdin;
use std::thread;
use std::time::{Duration, Instant};

use super::sound::{RATE, Tone};
use crate::latest_slot::{LatestSlot, Taken};

/// How much is made at a time: the loudness moves on at this pace.
const BLOCK: Duration = Duration::from_millis(10);

/// Samples in a block.
const BLOCK_SAMPLES: usize = RATE as usize / 100;

/// How far the samples run ahead of what is played: what a busy machine may be late without a gap.
const LEAD: Duration = Duration::from_millis(60);

/// Without a new level for this long it fades out: a camera that hangs must not leave it droning.
const FADES_AFTER: Duration = Duration::from_millis(500);

/// Without a new level for this long the player is let go.
const ENDS_AFTER: Duration = Duration::from_secs(2);

/// Plays the newest of `levels` until no more come or the player is gone.
///
/// # Errors
/// When the player is gone.
pub(super) fn play(mut player: ChildStdin, levels: &LatestSlot<f32>) -> io::Result<()> {
    shorten(&player);
    let mut tone = Tone::default();
    let mut due = Instant::now();
    let (mut level, mut told) = (0.0, due);
    loop {
        let now = Instant::now();
        if let Taken::Value(newest) = levels.take(Duration::ZERO) {
            (level, told) = (newest, now);
        } else if now > told + ENDS_AFTER {
            return Ok(());
        } else if now > told + FADES_AFTER {
            level = 0.0;
        }
        player.write_all(&tone.block(level, BLOCK_SAMPLES))?;
        due += BLOCK;
        let now = Instant::now();
        // Too late, or held up by the player: what was missed is not made up for, or it would be heard late for good.
        due = due.max(now);
        thread::sleep((due - now).saturating_sub(LEAD));
    }
}

/// Makes the pipe as short as it can be.
fn shorten(player: &ChildStdin) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::pipe::fcntl_setpipe_size(player, 4096) {
        tracing::debug!("The pipe to the player stays long: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = player;
}
