//! How the threads of a live session end: waited for all together, for as long as they get ahead.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::error::PipelineError;

/// How long the threads may take to end: the current frame is finished.
pub(super) const LONGEST_END: Duration = Duration::from_secs(5);
/// How long the end of a session is written without a word: after that it looks as if bendwise hung. [own]
pub const SLOW_END: Duration = Duration::from_secs(5);
/// How long nothing may get ahead where the sinks are being finished: a session is written completely, also to a disk that
/// is slow. What fails is tried again for some seconds, in the film and in the database, and ends by itself. [own]
const LONGEST_FINISH: Duration = Duration::from_secs(60);
/// How often the threads are polled meanwhile.
pub(super) const POLL: Duration = Duration::from_millis(5);

/// How long sinks are waited for that are being finished: as long as they get ahead.
#[derive(Debug, Default)]
pub(super) struct Patience {
    progress: u64,
    /// After which time of waiting they last got ahead.
    at: Duration,
}

impl Patience {
    /// Whether nothing has got ahead for too long; `waited` in all, with `progress` made.
    pub(super) fn is_over(&mut self, waited: Duration, progress: u64) -> bool {
        if progress != self.progress {
            *self = Self { progress, at: waited };
        }
        waited.saturating_sub(self.at) > LONGEST_FINISH
    }
}

/// Waits for all threads, even after one has failed, and returns the first error. Threads that have not ended when
/// `is_over` says so of the time waited, for all together, are abandoned.
pub(super) fn join_all(
    threads: impl IntoIterator<Item = JoinHandle<Result<(), PipelineError>>>,
    mut is_over: impl FnMut(Duration) -> bool,
) -> Result<(), PipelineError> {
    let began = Instant::now();
    let join = |thread: JoinHandle<Result<(), PipelineError>>| {
        while !thread.is_finished() {
            if is_over(began.elapsed()) {
                return Err(PipelineError::Stuck);
            }
            thread::sleep(POLL);
        }
        thread.join().unwrap_or_else(|panicked| Err(PipelineError::Panicked(message(panicked.as_ref()))))
    };
    threads.into_iter().map(join).fold(Ok(()), Result::and)
}

/// Returns the message of a panic.
fn message(panicked: &(dyn Any + Send)) -> String {
    let text =
        panicked.downcast_ref::<&str>().copied().or_else(|| panicked.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

/// Does the work of a thread, and notes in `failed` if it fails or panics.
pub(super) fn noting_failure(
    failed: &AtomicBool,
    work: impl FnOnce() -> Result<(), PipelineError>,
) -> Result<(), PipelineError> {
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    if !matches!(done, Ok(Ok(()))) {
        failed.store(true, Ordering::Relaxed);
    }
    done.unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

/// Runs `work` on a value and then `last`, even if `work` panics; the panic is then resumed.
pub(super) fn with_finalizer<S, T>(mut subject: S, work: impl FnOnce(&mut S) -> T, last: impl FnOnce(S)) -> T {
    let done = panic::catch_unwind(AssertUnwindSafe(|| work(&mut subject)));
    last(subject);
    done.unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::*;

    /// Long enough that a missing wait is noticed.
    const SLOW: Duration = Duration::from_millis(200);

    #[test]
    fn all_threads_are_waited_for_and_the_first_error_is_returned() {
        let finished = Arc::new(AtomicBool::new(false));
        let writing = Arc::clone(&finished);
        let failing = thread::spawn(|| Err(PipelineError::Thread(std::io::Error::other("the first"))));
        let slow = thread::spawn(move || {
            thread::sleep(SLOW);
            writing.store(true, Ordering::Relaxed);
            Err(PipelineError::Thread(std::io::Error::other("the second")))
        });
        assert_eq!(
            join_all([failing, slow], |waited| waited > LONGEST_END).unwrap_err().to_string(),
            "the system has no thread to give: end other programs and start again (the first)"
        );
        assert!(finished.load(Ordering::Relaxed));
    }

    #[test]
    fn a_panic_in_a_thread_is_one_sentence_that_asks_to_be_reported() {
        let message =
            join_all([thread::spawn(|| panic!("on purpose"))], |waited| waited > LONGEST_END).unwrap_err().to_string();
        assert!(
            message.starts_with("A fault in bendwise itself (") && message.contains("please report this line"),
            "{message}"
        );
    }

    #[test]
    fn a_disk_is_waited_for_as_long_as_it_gets_ahead() {
        let seconds = Duration::from_secs;
        let mut patience = Patience::default();
        assert!((1..=10).all(|write| !patience.is_over(seconds(write * 50), write)), "500 s");
        assert!(!patience.is_over(seconds(560), 10));
        assert!(patience.is_over(seconds(561), 10), "a minute after the last");
    }

    #[test]
    fn a_thread_that_hangs_is_left_behind() {
        let (hold, held) = mpsc::channel::<()>();
        let hanging = thread::spawn(move || {
            held.recv().ok();
            Ok(())
        });
        let message = join_all([hanging], |waited| waited > POLL * 2).unwrap_err().to_string();
        assert!(message.contains("left behind"), "{message}");
        drop(hold);
    }

    #[test]
    fn what_was_done_is_kept_also_after_a_panic() {
        let mut kept = None;
        let write = |written: &mut Vec<_>| {
            written.push("a repetition");
            panic!("on purpose")
        };
        let mut work = || with_finalizer(Vec::new(), write, |written| kept = Some(written));
        assert!(panic::catch_unwind(AssertUnwindSafe(&mut work)).is_err());
        assert_eq!(kept, Some(vec!["a repetition"]));
    }
}
