//! Ctrl-C and SIGTERM end a session in good order: threads end, files are closed, the summary is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::exit;
use crate::atomic_file;

/// The exit code of a program that was stopped by force, 128 + SIGINT, as shells give it.
const FORCED: i32 = 130;

/// How long leaving by force may take: libraries tidy up at the exit, while their threads still work.
const LONGEST_EXIT: Duration = Duration::from_secs(2);

/// Work was given up because the person wanted to stop.
#[derive(Debug, thiserror::Error)]
#[error("Stopped before the end: nothing was written")]
pub(super) struct Stopped;

/// Whether the person wants to stop.
#[derive(Clone, Debug)]
pub(super) struct Interruption(Arc<AtomicBool>);

impl Interruption {
    /// Listens from here on. Who asks a second time does not want to wait for good order.
    pub(super) fn listen() -> Result<Self> {
        let wanted = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&wanted);
        ctrlc::set_handler(move || {
            if heard.swap(true, Ordering::Relaxed) {
                atomic_file::abandon_all();
                leave();
            }
            exit::say("Stopping (Ctrl-C once more stops at once)");
        })
        .context("Ctrl-C cannot be listened for: start bendwise again")?;
        Ok(Self(wanted))
    }

    /// Whether it was asked for.
    pub(super) fn wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error if it was.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        if self.wanted() { Err(Stopped) } else { Ok(()) }
    }
}

/// Leaves at once, and in any case.
fn leave() -> ! {
    thread::spawn(|| {
        thread::sleep(LONGEST_EXIT);
        std::process::abort();
    });
    std::process::exit(FORCED)
}
