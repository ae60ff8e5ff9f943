//! Child processes that can be killed at any time, and the fallback from failing programs.

use std::io::{self, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use shared_child::SharedChild;

use super::backends::{Call, Tool};

/// Failures in a row after which a program is no longer used.
const MOST_FAILURES: u32 = 3;

/// How long a program may take to stop before it is killed. `spd-say` takes 35 to 76 ms.
pub(super) const GRACE: Duration = Duration::from_millis(500);

/// A child process. A thread of its own waits for it, so it never becomes a zombie; it is killed on drop.
#[derive(Debug)]
pub(super) struct ChildProcess {
    child: Arc<SharedChild>,
    /// When to kill it; `None` if it has no deadline or was killed.
    pub deadline: Option<Instant>,
    /// Whether it was stopped on purpose: then its exit status does not count.
    pub stopped: bool,
}

/// The end of a child process, reported by the thread that waited for it.
#[derive(Debug)]
pub(super) struct ProcessEnded {
    child: Arc<SharedChild>,
    /// Whether the program succeeded.
    pub success: bool,
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
        let process = Self::spawn(&mut command, stdin, Some(Instant::now() + timeout), on_exit)?;
        if let (Some(text), Some(mut stdin)) = (input, process.child.take_stdin()) {
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
        let process = Self::spawn(&mut command, Stdio::piped(), None, on_exit)?;
        let stdin = process.child.take_stdin().ok_or_else(|| io::Error::other("it has no stdin"))?;
        Ok((process, stdin))
    }

    fn spawn(
        command: &mut Command,
        stdin: Stdio,
        deadline: Option<Instant>,
        on_exit: impl FnOnce(ProcessEnded) + Send + 'static,
    ) -> io::Result<Self> {
        command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null());
        let child = Arc::new(SharedChild::spawn(command)?);
        let process = Self { child: Arc::clone(&child), deadline, stopped: false };
        thread::Builder::new().name("voice child".to_owned()).spawn(move || {
            let success = child.wait().is_ok_and(|status| status.success());
            on_exit(ProcessEnded { child, success });
        })?;
        Ok(process)
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

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The programs for one purpose. The first is used until it has failed too often, then the next.
#[derive(Debug)]
pub(super) struct FallbackTools<K> {
    purpose: &'static str,
    tools: Vec<Tool<K>>,
    failures: u32,
}

impl<K> FallbackTools<K> {
    pub(super) fn new(purpose: &'static str, tools: Vec<Tool<K>>) -> Self {
        Self { purpose, tools, failures: 0 }
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
        if !process.stopped {
            self.record(ended.success);
        }
    }

    /// Records whether the program succeeded; after [`MOST_FAILURES`] failures in a row the next one is used.
    pub(super) fn record(&mut self, success: bool) {
        self.failures = if success { 0 } else { self.failures + 1 };
        if self.failures < MOST_FAILURES || self.tools.is_empty() {
            return;
        }
        self.failures = 0;
        let failed = self.tools.remove(0);
        let (purpose, failed) = (self.purpose, failed.path.display());
        match self.tools.first() {
            Some(next) => {
                let next = next.path.display();
                tracing::info!("{failed} failed {MOST_FAILURES} times: {next} is used for {purpose}");
            }
            None => tracing::warn!("There will be no {purpose}: {failed} failed {MOST_FAILURES} times"),
        }
    }
}
