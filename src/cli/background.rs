//! Work on a thread of its own, for which no window ever waits: it asks, goes on, and takes the answer once it is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use super::exit;

/// How often it is looked whether a thread has ended.
const LOOK: Duration = Duration::from_millis(5);

/// What is done with the state of the thread.
type Work<S> = Box<dyn FnOnce(&mut S) + Send>;

/// A thread with a state of its own, such as a connection or a decoder. It does what it is asked, in order. Whoever asks holds the
/// [`PendingAnswer`] answer, and asks nothing more of the kind until that is there: so the queue never grows.
pub(super) struct Background<S> {
    work: Sender<Work<S>>,
    thread: JoinHandle<()>,
}

impl<S: 'static> Background<S> {
    /// Starts the thread, on which `make` makes its state.
    ///
    /// # Errors
    /// If there is no thread.
    pub(super) fn start(name: &str, make: impl FnOnce() -> S + Send + 'static) -> Result<Self> {
        let (work, asked) = mpsc::channel::<Work<S>>();
        let serve = move || {
            let mut state = make();
            asked.into_iter().for_each(|work| work(&mut state));
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(serve);
        Ok(Self { work, thread: thread.context("No thread could be started: close other programs")? })
    }

    /// Asks for this. It is not begun if nobody waits for it any more, and can look whether somebody does.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S, &Wanted) -> T + Send + 'static,
    ) -> PendingAnswer<T> {
        let wanted = Wanted(Arc::new(AtomicBool::new(true)));
        let (done, answer) = mpsc::sync_channel(1);
        let asked = wanted.clone();
        let work = move |state: &mut S| {
            if asked.is_wanted() {
                done.send(work(state, &asked)).ok(); // nobody waits any more
            }
        };
        self.work.send(Box::new(work)).ok(); // the thread has panicked, which the answer tells
        PendingAnswer { answer, wanted }
    }

    /// Lets the thread end with what it was asked for and is still waited for, and waits for that at most this long.
    pub(super) fn finish(self, within: Duration) {
        let Self { work, thread } = self;
        drop(work);
        let begun = Instant::now();
        while !thread.is_finished() && begun.elapsed() < within {
            thread::sleep(LOOK);
        }
    }
}

/// Does this on a thread of its own.
///
/// # Errors
/// If there is no thread.
pub(super) fn once<T: Send + 'static>(
    name: &str,
    work: impl FnOnce(&Wanted) -> T + Send + 'static,
) -> Result<PendingAnswer<T>> {
    Ok(Background::start(name, || ())?.ask(move |(), wanted| work(wanted)))
}

/// Whether somebody still waits for what is being done.
#[derive(Clone, Debug)]
pub(super) struct Wanted(Arc<AtomicBool>);

impl Wanted {
    pub(super) fn is_wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// An answer that is still to come. Nobody wants it any more once this is dropped.
#[derive(Debug)]
pub(super) struct PendingAnswer<T> {
    answer: Receiver<T>,
    wanted: Wanted,
}

impl<T> PendingAnswer<T> {
    /// An answer that is there already.
    pub(super) fn ready(value: T) -> Self {
        let (done, answer) = mpsc::sync_channel(1);
        done.send(value).ok(); // there is room for one
        Self { answer, wanted: Wanted(Arc::new(AtomicBool::new(true))) }
    }

    /// The answer, if it is there.
    ///
    /// # Errors
    /// If the thread has panicked.
    pub(super) fn poll(&self) -> Result<Option<T>> {
        match self.answer.try_recv() {
            Ok(value) => Ok(Some(value)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(anyhow!(exit::internal_error())),
        }
    }

    /// The answer, if it comes within this time.
    ///
    /// # Errors
    /// If the thread has panicked.
    pub(super) fn within(&self, time: Duration) -> Result<Option<T>> {
        match self.answer.recv_timeout(time) {
            Ok(value) => Ok(Some(value)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(anyhow!(exit::internal_error())),
        }
    }

    /// Waits for the answer, where there is no window that would wait too.
    ///
    /// # Errors
    /// If the thread has panicked.
    pub(super) fn wait(self) -> Result<T> {
        self.answer.recv().map_err(|_| anyhow!(exit::internal_error()))
    }
}

impl<T> Drop for PendingAnswer<T> {
    fn drop(&mut self) {
        self.wanted.0.store(false, Ordering::Relaxed);
    }
}

/// What is shown of what is read: at most one question is open, and after its answer the newest wish is asked for, whatever was
/// wished for in between.
#[derive(Debug)]
pub(super) struct Latest<K, T> {
    /// What was asked for last, with its answer while that is still to come.
    asked: Option<(K, Option<PendingAnswer<T>>)>,
}

impl<K, T> Default for Latest<K, T> {
    fn default() -> Self {
        Self { asked: None }
    }
}

impl<K: Clone + PartialEq, T> Latest<K, T> {
    /// Asks for this unless it was asked for last, or another question is open. Returns the answer to the last one, once.
    ///
    /// # Errors
    /// If the thread has panicked.
    pub(super) fn step(&mut self, wanted: K, ask: impl FnOnce(K) -> PendingAnswer<T>) -> Result<Option<(K, T)>> {
        let arrived = match &mut self.asked {
            Some((key, open)) => {
                let answer = open.as_ref().map(PendingAnswer::poll).transpose()?.flatten();
                answer.map(|answer| {
                    *open = None;
                    (key.clone(), answer)
                })
            }
            None => None,
        };
        if self.asked.as_ref().is_none_or(|(key, open)| open.is_none() && *key != wanted) {
            self.asked = Some((wanted.clone(), Some(ask(wanted))));
        }
        Ok(arrived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than anything takes here on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn it_does_in_order_what_it_is_asked_with_its_own_state() {
        let background = Background::start("test", Vec::new).unwrap();
        let answers: Vec<_> = (0..3)
            .map(|number| {
                background.ask(move |seen: &mut Vec<i32>, _| {
                    seen.push(number);
                    seen.clone()
                })
            })
            .collect();
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.wait().unwrap()).collect();
        assert_eq!(answers, [vec![0], vec![0, 1], vec![0, 1, 2]]);
        assert_eq!(once("test", |_| 7).unwrap().within(PATIENCE).unwrap(), Some(7));
    }

    #[test]
    fn what_nobody_waits_for_any_more_is_not_begun_and_what_is_begun_can_see_it() {
        let background = Background::start("test", || 0).unwrap();
        let (go, held) = mpsc::channel::<()>();
        let first = background.ask(move |_, wanted| {
            held.recv().ok();
            wanted.is_wanted()
        });
        assert!(first.poll().unwrap().is_none(), "asking does not wait");
        drop(background.ask(|count, _| *count += 1));
        let last = background.ask(|count, _| *count);
        go.send(()).unwrap();
        assert_eq!((first.wait().unwrap(), last.wait().unwrap()), (true, 0));
    }

    #[test]
    fn while_an_answer_is_to_come_only_the_newest_wish_waits() {
        let background = Background::start("test", Vec::new).unwrap();
        let (go, held) = mpsc::channel::<()>();
        let blocked = background.ask(move |_, _| held.recv().ok());
        let mut latest = Latest::default();
        let mut step = |wanted: i32| {
            latest.step(wanted, |number| {
                background.ask(move |asked: &mut Vec<i32>, _| {
                    asked.push(number);
                    asked.clone()
                })
            })
        };
        (0..100).for_each(|wanted| assert!(step(wanted).unwrap().is_none()));
        go.send(()).unwrap();
        blocked.wait().unwrap();
        let mut arrived = Vec::new();
        let begun = Instant::now();
        while arrived.len() < 2 && begun.elapsed() < PATIENCE {
            arrived.extend(step(99).unwrap());
        }
        assert_eq!(arrived, [(0, vec![0]), (99, vec![0, 99])]);
        assert!(step(99).unwrap().is_none(), "what is known is not asked again");
    }

    #[test]
    fn a_panic_is_an_error_and_no_endless_wait() {
        let background = Background::start("test", || ()).unwrap();
        assert!(background.ask(|(), _| panic!("on purpose")).within(PATIENCE).is_err());
        assert!(background.ask(|(), _| 1).wait().is_err());
        background.finish(PATIENCE);
    }
}
