//! Child processes that can be ended at any moment, and how long a failing program is trusted.

use std::io::{self, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use shared_child::SharedChild;

use super::backends::{Call, Tool};

/// How many times in a row a program may fail before it is given up.
const TRUST: u32 = 3;

/// How long a program that was told to stop may take to obey before it is ended by force. `spd-say` takes 35 to 76 ms.
pub(super) const GRACE: Duration = Duration::from_millis(500);

/// A child process. A thread of its own waits for it, so it never stays behind as a zombie; dropping this ends it.
#[derive(Debug)]
pub(super) struct Running {
    child: Arc<SharedChild>,
    /// When it is ended by force; `None` once that was done.
    pub until: Option<Instant>,
    /// Whether it was stopped on purpose: then its end tells nothing about the program.
    pub stopped: bool,
}

/// The end of a child process, as told by the thread that waited for it.
#[derive(Debug)]
pub(super) struct ProcessEnded {
    child: Arc<SharedChild>,
    /// Whether the program was content.
    pub well: bool,
}

impl Running {
    /// Starts a program that may run as long as `timeout`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start(
        call: Call,
        timeout: Duration,
        tell: impl FnOnce(ProcessEnded) + Send + 'static,
    ) -> io::Result<Self> {
        let Call { mut command, input } = call;
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let running = Self::spawn(&mut command, stdin, Some(Instant::now() + timeout), tell)?;
        if let (Some(text), Some(mut stdin)) = (input, running.child.take_stdin()) {
            let _ = stdin.write_all(text.as_bytes()); // whoever does not listen fails, and that is told by its end
        }
        Ok(running)
    }

    /// Starts a program that plays what is written to the pipe until the pipe is closed.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn stream(
        mut command: Command,
        tell: impl FnOnce(ProcessEnded) + Send + 'static,
    ) -> io::Result<(Self, ChildStdin)> {
        let running = Self::spawn(&mut command, Stdio::piped(), None, tell)?;
        let stdin = running.child.take_stdin().ok_or_else(|| io::Error::other("it has no stdin"))?;
        Ok((running, stdin))
    }

    fn spawn(
        command: &mut Command,
        stdin: Stdio,
        until: Option<Instant>,
        tell: impl FnOnce(ProcessEnded) + Send + 'static,
    ) -> io::Result<Self> {
        command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null());
        let child = Arc::new(SharedChild::spawn(command)?);
        let running = Self { child: Arc::clone(&child), until, stopped: false };
        thread::Builder::new().name("voice child".to_owned()).spawn(move || {
            let well = child.wait().is_ok_and(|status| status.success());
            tell(ProcessEnded { child, well });
        })?;
        Ok(running)
    }

    /// Whether it is this one that ended.
    pub(super) fn is(&self, ended: &ProcessEnded) -> bool {
        Arc::ptr_eq(&self.child, &ended.child)
    }

    /// Ends it by force, on purpose.
    pub(super) fn kill(&mut self) {
        self.stopped = true;
        self.until = None;
        let _ = self.child.kill(); // fails only when it has ended already
    }

    /// It was told to stop; by force if it does not soon.
    pub(super) fn stopping(&mut self) {
        self.stopped = true;
        self.until = Some(Instant::now() + GRACE);
    }

    /// Whether its time is over.
    pub(super) fn overdue(&self) -> bool {
        self.until.is_some_and(|until| until <= Instant::now())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The programs for one purpose, of which the first is used until it has failed too often.
#[derive(Debug)]
pub(super) struct Trusted<K> {
    purpose: &'static str,
    tools: Vec<Tool<K>>,
    failures: u32,
}

impl<K> Trusted<K> {
    pub(super) fn new(purpose: &'static str, tools: Vec<Tool<K>>) -> Self {
        Self { purpose, tools, failures: 0 }
    }

    /// The program to use; `None` when none is left.
    pub(super) fn tool(&self) -> Option<&Tool<K>> {
        self.tools.first()
    }

    /// Nothing of it can be used.
    pub(super) fn give_up(&mut self) {
        self.tools.clear();
    }

    /// What came of a child: nothing is learnt of one that was stopped.
    pub(super) fn judge(&mut self, child: &Running, ended: &ProcessEnded) {
        if !child.stopped {
            self.learn(ended.well);
        }
    }

    /// Whether using it went well.
    pub(super) fn learn(&mut self, well: bool) {
        self.failures = if well { 0 } else { self.failures + 1 };
        if self.failures < TRUST || self.tools.is_empty() {
            return;
        }
        self.failures = 0;
        let failed = self.tools.remove(0);
        let (purpose, failed) = (self.purpose, failed.path.display());
        match self.tools.first() {
            Some(next) => {
                let next = next.path.display();
                tracing::info!("{failed} failed {TRUST} times: {next} is used for {purpose}");
            }
            None => tracing::warn!("There will be no {purpose}: {failed} failed {TRUST} times"),
        }
    }
}
