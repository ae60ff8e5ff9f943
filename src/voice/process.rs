//! Child processes that can be killed at any time, and the fallback from failing programs.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::PathBuf;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use shared_child::SharedChild;

use super::backends::{Call, Tool};
use super::failure::{HowFailed, SoundFailure, SoundPurpose};
use super::volume::VoiceState;

/// Failures in a row after which a program is no longer used.
const MOST_FAILURES: u32 = 3;

/// How long a program may take to stop before it is killed. `spd-say` takes 35 to 76 ms.
pub(super) const GRACE: Duration = Duration::from_millis(500);

/// A child process. A thread of its own waits for it, so it never becomes a zombie; it is killed on drop.
#[derive(Debug)]
pub(super) struct ChildProcess {
    child: Arc<SharedChild>,
    /// How long it may run.
    pub allowed: Duration,
    /// When to kill it; `None` if it has no deadline or was killed.
    pub deadline: Option<Instant>,
    /// Whether it was stopped on purpose: then its exit status does not count.
    pub stopped: bool,
}

/// The end of a child process, reported by the thread that waited for it.
#[derive(Debug)]
pub(super) struct ProcessEnded {
    child: Arc<SharedChild>,
    /// How the program failed, if it did.
    pub failure: Option<HowFailed>,
}

impl ChildProcess {
    /// Starts a program that may run for `timeout`.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn start(
        call: Call,
        timeout: Duration,
        on_exit: impl FnOnce(ProcessEnded) + Send + 'static,
    ) -> io::Result<Self> {
        let Call { mut command, input } = call;
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let (process, stdin) = Self::spawn(&mut command, stdin, Some(timeout), on_exit)?;
        if let (Some(text), Some(mut stdin)) = (input, stdin) {
            let _ = stdin.write_all(text.as_bytes()); // a program that does not read it fails, which its exit status shows
        }
        Ok(process)
    }

    /// Starts a program that plays what is written to the pipe until the pipe is closed.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn stream(
        mut command: Command,
        on_exit: impl FnOnce(ProcessEnded) + Send + 'static,
    ) -> io::Result<(Self, ChildStdin)> {
        let (process, stdin) = Self::spawn(&mut command, Stdio::piped(), None, on_exit)?;
        Ok((process, stdin.ok_or_else(|| io::Error::other("it has no stdin"))?))
    }

    fn spawn(
        command: &mut Command,
        stdin: Stdio,
        timeout: Option<Duration>,
        on_exit: impl FnOnce(ProcessEnded) + Send + 'static,
    ) -> io::Result<(Self, Option<ChildStdin>)> {
        // A file, not a pipe: what a program leaves running may hold a pipe open for ever.
        let said = tempfile::tempfile().and_then(|file| Ok((file.try_clone()?, file))).ok();
        let (stderr, said) = said.map_or((Stdio::null(), None), |(theirs, ours)| (theirs.into(), Some(ours)));
        command.stdin(stdin).stdout(Stdio::null()).stderr(stderr);
        let child = Arc::new(SharedChild::spawn(command)?);
        let stdin = child.take_stdin(); // before somebody waits for the program: whoever does closes it
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        let allowed = timeout.unwrap_or_default();
        let process = Self { child: Arc::clone(&child), allowed, deadline, stopped: false };
        thread::Builder::new().name("voice child".to_owned()).spawn(move || {
            let failure = match child.wait() {
                Ok(status) if status.success() => None,
                Ok(status) => Some(HowFailed::Ended(how_it_ended(status, said))),
                Err(error) => Some(HowFailed::Ended(error.to_string())),
            };
            on_exit(ProcessEnded { child, failure });
        })?;
        Ok((process, stdin))
    }

    /// Whether this is the process that ended.
    pub(super) fn is(&self, ended: &ProcessEnded) -> bool {
        Arc::ptr_eq(&self.child, &ended.child)
    }

    /// Kills it on purpose.
    pub(super) fn kill(&mut self) {
        self.stopped = true;
        self.deadline = None;
        let _ = self.child.kill(); // fails only if it has already ended
    }

    /// Marks that it was asked to stop; it is killed if it does not within [`GRACE`].
    pub(super) fn mark_stopping(&mut self) {
        self.stopped = true;
        self.deadline = Some(Instant::now() + GRACE);
    }

    /// Whether its deadline has passed.
    pub(super) fn overdue(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= Instant::now())
    }
}

/// The most of what a program writes that is read to tell it, bytes.
const MOST_SAID: u64 = 200;

/// The exit status of a program and the first line that it wrote.
fn how_it_ended(status: ExitStatus, said: Option<File>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut said) = said {
        let _ = said.rewind().and_then(|()| said.take(MOST_SAID).read_to_end(&mut bytes)); // then the status has to do
    }
    let said = String::from_utf8_lossy(&bytes);
    match said.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!("{status}: {line}"),
        None => status.to_string(),
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The programs for one purpose. The first is used until it has failed too often, then the next.
#[derive(Debug)]
pub(super) struct FallbackTools<K> {
    purpose: SoundPurpose,
    tools: Vec<Tool<K>>,
    failures: u32,
    state: Arc<VoiceState>,
}

impl<K> FallbackTools<K> {
    pub(super) fn new(purpose: SoundPurpose, tools: Vec<Tool<K>>, state: Arc<VoiceState>) -> Self {
        Self { purpose, tools, failures: 0, state }
    }

    /// The program to use; `None` if none is left.
    pub(super) fn tool(&self) -> Option<&Tool<K>> {
        self.tools.first()
    }

    /// Removes all programs.
    pub(super) fn clear(&mut self) {
        self.tools.clear();
    }

    /// Records how a process ended, unless it was stopped on purpose.
    pub(super) fn record_exit(&mut self, process: &ChildProcess, ended: &ProcessEnded) {
        if process.stopped {
            return;
        }
        match &ended.failure {
            None => self.failures = 0,
            Some(how) => self.record_failure(how.clone()),
        }
    }

    /// Records how a process ended that was to play until it is stopped: that it ended without an error is one, too.
    pub(super) fn record_end_of_stream(&mut self, process: &ChildProcess, ended: &ProcessEnded) {
        if !process.stopped {
            let by_itself = || HowFailed::Ended("exit status: 0, while there was more to play".to_owned());
            self.record_failure(ended.failure.clone().unwrap_or_else(by_itself));
        }
    }

    /// Records that the program failed; after [`MOST_FAILURES`] failures in a row the next one is used.
    pub(super) fn record_failure(&mut self, how: HowFailed) {
        self.failures += 1;
        if self.failures >= MOST_FAILURES {
            self.give_up(how);
        } else if let Some(tool) = self.tools.first() {
            self.log(tool.path.clone(), how, false);
        }
    }

    /// Uses the next program from now on.
    pub(super) fn give_up(&mut self, how: HowFailed) {
        self.failures = 0;
        if self.tools.is_empty() {
            return;
        }
        let failed = self.tools.remove(0).path;
        match self.tools.first() {
            Some(next) => tracing::info!("{} is used for {} instead", next.path.display(), self.purpose),
            None => tracing::warn!("There will be no {}", self.purpose),
        }
        self.log(failed, how, self.tools.is_empty());
    }

    fn log(&self, program: PathBuf, how: HowFailed, was_last: bool) {
        let failure = SoundFailure { purpose: self.purpose, program, how, was_last };
        tracing::info!("{}: {failure}", self.purpose);
        self.state.failures.add(failure);
    }
}
