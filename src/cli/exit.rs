//! How the program ends: an exit code and, when something went wrong, one sentence. Never a backtrace, never a panic.

use std::error::Error;
use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use anyhow::anyhow;

/// The exit codes. They are fixed: scripts rely on them. (2, a command line not understood, is clap's to give.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed; a sentence on stderr says why.
    Failed = 1,
    /// The command line was not understood.
    Usage = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What bendwise prints did not get to where it should.
#[derive(Debug, thiserror::Error)]
#[error("The text that bendwise prints cannot be written: print it to another place, or make room ({0})")]
pub(super) struct Untold(#[from] io::Error);

/// What the last panic said and where it was. Kept, not printed: some panics are caught where they are expected (camera
/// drivers), and those are nobody's business.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs the program and turns whatever comes of it into an exit.
pub(super) fn of(program: impl FnOnce() -> anyhow::Result<Exit>) -> Exit {
    panic::set_hook(Box::new(remember));
    settle(panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or_else(|_| Err(anyhow!(mishap()))))
}

/// The exit for what came of the program, once the sentence that goes with it is told.
fn settle(done: anyhow::Result<Exit>) -> Exit {
    match done.or_else(|error| failure(&error)) {
        Ok(exit) => exit,
        Err(sentence) => {
            tell(&sentence);
            Exit::Failed
        }
    }
}

/// What to say of an error; nothing of a reader who has had enough (`bendwise … | head`).
fn failure(error: &anyhow::Error) -> Result<Exit, String> {
    if is_closed_pipe(error) { Ok(Exit::Done) } else { Err(sentence(error)) }
}

/// The sentence for a fault of our own, for a thread or a program that panicked.
pub(super) fn mishap() -> String {
    let what = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    format!(
        "A fault in bendwise itself ({}): please report this line, with what you did, where you got bendwise from",
        what.as_deref().unwrap_or("no more is known")
    )
}

/// An error and its causes in one sentence. A cause that the sentence already tells is not told twice.
pub(super) fn sentence(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(|cause: &(dyn Error + 'static)| cause.to_string()) {
        if said.is_empty() {
            said = cause;
        } else if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

/// Prints a text on stdout, all of it or an error.
pub(super) fn print(text: &str) -> Result<(), Untold> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Says what went wrong on stderr.
pub(super) fn tell(sentence: &str) {
    say(&format!("bendwise: {sentence}"));
}

/// Writes a line on stderr. Where that is full or closed nobody reads it, which is no reason to panic.
pub(super) fn say(line: &str) {
    writeln!(io::stderr(), "{line}").ok();
}

/// Whether the reader of what we print has had enough. A pipe that broke elsewhere is a failure as any other.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let untold = error.chain().find_map(|cause| cause.downcast_ref::<Untold>());
    untold.is_some_and(|Untold(cause)| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn remember(panic: &PanicHookInfo<'_>) {
    let what = panic.payload_as_str().unwrap_or("no message");
    let told = match panic.location() {
        Some(place) => format!("{what}, {}:{}", place.file(), place.line()),
        None => what.to_owned(),
    };
    tracing::debug!("panic: {told}");
    *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;
    use crate::source::SourceError;

    #[test]
    fn causes_are_joined_and_told_once() {
        let cause = io::Error::from(io::ErrorKind::NotFound);
        let error = Err::<(), _>(cause).context("a.mp4: entity not found").context("cannot open it").unwrap_err();
        assert_eq!(sentence(&error), "cannot open it: a.mp4: entity not found");
    }

    #[test]
    fn only_a_reader_of_what_is_printed_may_have_had_enough() {
        let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_closed_pipe(&anyhow::Error::from(Untold(closed())).context("telling the set")));
        assert!(!is_closed_pipe(&anyhow::Error::from(closed()).context("writing s.csv")));
        assert!(!is_closed_pipe(&Untold(io::ErrorKind::StorageFull.into()).into()));
    }

    /// No machine that tests has a camera that is taken: the sentence as the driver room gives it, up to the exit.
    #[test]
    fn a_camera_that_is_taken_or_forbidden_is_a_failure_with_its_sentence() {
        let camera = || "Camera 0 (HD Webcam)".to_owned();
        for (error, told) in [
            (SourceError::CameraBusy { camera: camera() }, "is in use by another program: close that program"),
            (SourceError::CameraForbidden { camera: camera() }, "may not be opened by this user: allow access"),
        ] {
            let error = error.into();
            let said = failure(&error).unwrap_err();
            assert!(said.starts_with("Camera 0 (HD Webcam) ") && said.contains(told), "{said}");
            assert_eq!(settle(Err(error)), Exit::Failed);
        }
    }
}
