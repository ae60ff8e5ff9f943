//! Exit codes and error messages: one sentence if something went wrong, never a backtrace or a panic message.

use std::error::Error;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use anyhow::anyhow;

use crate::inference::{InferenceError, RuntimeError};
use crate::visible::{terminal_text, visible};

/// The exit codes. They are fixed, as scripts rely on them. (clap also exits with 2 for a wrong command line.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Done = 0,
    /// Failure; a sentence on stderr says why.
    Failed = 1,
    /// Wrong command line.
    Usage = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Writing to stdout failed.
#[derive(Debug, thiserror::Error)]
#[error("The output of bendwise cannot be written: send it elsewhere, or free disk space ({0})")]
pub(super) struct OutputError(#[from] io::Error);

/// The command line cannot be meant as it stands, though clap understands it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct UsageError(pub(super) String);

/// Message and location of the last panic. Stored instead of printed, as expected panics (camera drivers) are caught
/// and need not be shown.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs the program and turns its outcome, including a panic, into an exit code.
pub(super) fn run(program: impl FnOnce() -> anyhow::Result<Exit>) -> Exit {
    panic::set_hook(Box::new(record_panic));
    exit_for(panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or_else(|_| Err(anyhow!(internal_error()))))
}

/// Reports an error and returns the exit code.
fn exit_for(outcome: anyhow::Result<Exit>) -> Exit {
    match outcome.or_else(|error| failure(&error)) {
        Ok(exit) => exit,
        Err((exit, sentence)) => {
            eprint_line(&format!("bendwise: {sentence}"));
            exit
        }
    }
}

/// The exit code and the message for an error; none if the reader closed the pipe (`bendwise … | head`).
fn failure(error: &anyhow::Error) -> Result<Exit, (Exit, String)> {
    let exit = if error.is::<UsageError>() { Exit::Usage } else { Exit::Failed };
    if is_closed_pipe(error) { Ok(Exit::Done) } else { Err((exit, sentence(error))) }
}

/// The message for a panic of a thread or the program.
pub(super) fn internal_error() -> String {
    let panic = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    format!(
        "A fault in bendwise itself ({}): please report this line, with what you did, where you got bendwise from",
        panic.as_deref().unwrap_or("no details are known")
    )
}

/// Joins an error and its causes into one sentence. A cause that the sentence already contains is not repeated.
pub(super) fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = String::new();
    for cause in error.chain().map(cause) {
        if sentence.is_empty() {
            sentence = cause;
        } else if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence
}

/// The text of one cause. What was tried in search of the runtime is the only one that has lines; in any other a line
/// break comes from a name.
fn cause(cause: &(dyn Error + 'static)) -> String {
    let has_lines = cause.is::<InferenceError>() || cause.is::<RuntimeError>();
    if has_lines { cause.to_string() } else { visible(&cause) }
}

/// Prints a text on stdout.
pub(super) fn print(text: &str) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    out.write_all(terminal_text(text).as_bytes())?;
    Ok(out.flush()?)
}

/// Prints an error or a warning on stderr: one line, whatever names are in it.
pub(super) fn report(sentence: &str) {
    eprint_line(&format!("bendwise: {}", visible(&sentence)));
}

/// Prints a line on stderr. Errors are ignored: if stderr is full or closed, there is nobody to tell.
pub(super) fn eprint_line(line: &str) {
    writeln!(io::stderr(), "{}", terminal_text(line)).ok();
}

/// A terminal that nothing controls but the program itself, for what is not printed as a whole.
pub(super) struct SafeTerminal<W>(pub(super) W);

impl<W: Write> Write for SafeTerminal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The program writes whole texts; a piece of a character would be shown as what it is, a broken one.
        self.0.write_all(terminal_text(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Whether the reader of stdout closed the pipe. A broken pipe elsewhere is an error like any other.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let output_error = error.chain().find_map(|cause| cause.downcast_ref::<OutputError>());
    output_error.is_some_and(|OutputError(cause)| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn record_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("no message");
    let message = match panic.location() {
        Some(location) => format!("{message}, {}:{}", location.file(), location.line()),
        None => message.to_owned(),
    };
    tracing::debug!("panic: {message}");
    *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;
    use crate::source::SourceError;

    #[test]
    fn causes_are_joined_without_repetition() {
        let cause = io::Error::from(io::ErrorKind::NotFound);
        let error = Err::<(), _>(cause).context("a.mp4: entity not found").context("cannot open it").unwrap_err();
        assert_eq!(sentence(&error), "cannot open it: a.mp4: entity not found");
    }

    #[test]
    fn only_a_closed_stdout_is_no_failure() {
        let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_closed_pipe(&anyhow::Error::from(OutputError(closed())).context("printing the set")));
        assert!(!is_closed_pipe(&anyhow::Error::from(closed()).context("writing s.csv")));
        assert!(!is_closed_pipe(&OutputError(io::ErrorKind::StorageFull.into()).into()));
    }

    /// Test machines have no busy camera: this checks the message from the camera's error up to the exit code.
    #[test]
    fn a_busy_or_forbidden_camera_is_a_failure_with_its_sentence() {
        let camera = || "Camera 0 (HD Webcam)".to_owned();
        for (error, expected) in [
            (SourceError::CameraBusy { camera: camera() }, "is in use by another program: close that program"),
            (SourceError::CameraForbidden { camera: camera() }, "may not be opened by this user: allow access"),
        ] {
            let error = error.into();
            let (_, message) = failure(&error).unwrap_err();
            assert!(message.starts_with("Camera 0 (HD Webcam) ") && message.contains(expected), "{message}");
            assert_eq!(exit_for(Err(error)), Exit::Failed);
        }
    }
}
