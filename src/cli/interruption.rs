//! Ctrl-C and SIGTERM shut the program down gracefully: threads end, files are closed, the summary is printed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::exit;
use crate::atomic_file;
use crate::i18n::Words;

/// The exit code after a forced stop, 128 + SIGINT, as shells report it.
const FORCED: i32 = 130;

/// How long a forced exit may take: libraries run exit handlers while their threads are still working.
const LONGEST_EXIT: Duration = Duration::from_secs(2);

/// The work was stopped by the user.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stopped {
    /// Nothing of it is left.
    #[error("Stopped before the end: no file was written")]
    NoFile,
    /// What is left was told.
    #[error("Stopped before the end")]
    Early,
    /// The session is left, which was told, but there were to be files besides.
    #[error("Stopped before the end: the session is kept up to there, the other files were not written")]
    KeptAlone,
}

/// What a process can install only once.
static INSTALLED: Mutex<Option<Interruption>> = Mutex::new(None);

/// Whether the user asked to stop.
#[derive(Clone, Debug)]
pub(super) struct Interruption(Arc<AtomicBool>);

impl Interruption {
    /// Installs the handler, at the first call, whose language it speaks. A second signal exits at once.
    pub(super) fn listen(words: &Words) -> Result<Self> {
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(installed) = &*installed {
            return Ok(installed.clone());
        }
        let wanted = Arc::new(AtomicBool::new(false));
        let (flag, stopping) = (Arc::clone(&wanted), words.process.stopping.clone());
        ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::Relaxed) {
                atomic_file::abandon_all();
                exit_now();
            }
            exit::eprint_line(&stopping);
        })
        .context("Ctrl-C cannot be handled: start bendwise again")?;
        Ok(installed.insert(Self(wanted)).clone())
    }

    /// Whether the user asked to stop.
    pub(super) fn wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns an error if the user asked to stop.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        if self.wanted() { Err(Stopped::NoFile) } else { Ok(()) }
    }
}

/// Exits at once, even if exit handlers hang.
fn exit_now() -> ! {
    thread::spawn(|| {
        thread::sleep(LONGEST_EXIT);
        std::process::abort();
    });
    std::process::exit(FORCED)
}
