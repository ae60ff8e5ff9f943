//! Ctrl-C and SIGTERM end a session in good order: threads end, files are closed, the summary is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

/// The exit code of a program that was stopped by force, 128 + SIGINT, as shells give it.
const FORCED: i32 = 130;

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
                std::process::exit(FORCED);
            }
        })
        .context("cannot listen for Ctrl-C")?;
        Ok(Self(wanted))
    }

    /// Whether it was asked for.
    pub(super) fn wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
