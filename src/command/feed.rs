//! The two threads behind a session that goes on in time: one fetches frames, one measures them.
//!
//! The thread that shows the result is the caller's, since a window belongs to the main thread on every system. A fault
//! in either thread ends the feed and comes out of [`Feed::finish`]: a window never stays open over a dead measurement.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use super::company::Company;
use super::ending;
use super::governor::Governor;
use super::keeping;
use super::watchdog::Watchdog;
use crate::chain::{Chain, Observation};
use crate::coach::{Event, Progress};
use crate::handover::{self, Giver, Gone, Taker};
use crate::latest::Taken;
use crate::practice::Led;
use crate::screen::live::Halt;
use crate::session::recorder::{Recorder, Recording};
use crate::source::paced::Paced;
use crate::source::{Delivery, Frame, Source, Timestamp};
use crate::spine::Facing;
use crate::stages::Stages;

/// How long the measuring thread waits for a frame before it looks whether it should end.
const PATIENCE: Duration = Duration::from_millis(200);

/// How long the threads may take to end: a frame that is being measured is finished, a session is written to its end.
const LONGEST_END: Duration = Duration::from_secs(5);
/// How often they are looked at meanwhile.
const POLL: Duration = Duration::from_millis(5);
/// For a thread that does not end.
const STUCK: &str =
    "The measurement does not come to an end and was left behind; what was kept of the session until then is whole";

/// More orders than a person gives between two frames; what comes beyond is dropped.
const ORDERS: usize = 8;

/// What the person wants of the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Take the standing posture anew.
    StandAgain,
    /// Take the next bend for the person's own full one, or no longer.
    FullBend,
    /// Fix which way the person faces, or tell it from the picture again.
    Face(Option<Facing>),
    /// In a led session: go on to what comes next.
    Next,
    /// In a led session: pause, or go on.
    Pause,
}

/// What is known of one frame, and what a led session makes of it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub observation: Observation,
    pub led: Option<Led>,
}

/// More events than happen between two looks at them; what comes beyond, where nobody looks, is dropped.
const EVENTS: usize = 32;

/// An event, when it happened and where the set stood then. Of a camera's frames not every one comes out of a feed;
/// every event does.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    pub time: Timestamp,
    pub event: Event,
    pub progress: Progress,
}

/// Frames on their way to observations.
#[derive(Debug)]
pub(super) struct Feed {
    /// `None` once it is to end: then nobody waits for a reader any more.
    seen: Option<Taker<Seen>>,
    happened: Receiver<Happened>,
    orders: SyncSender<Order>,
    shared: Arc<Shared>,
    /// None once they have ended.
    threads: Vec<JoinHandle<Result<()>>>,
    recording: Option<Recording>,
}

/// What the threads tell each other aside from frames.
#[derive(Debug, Default)]
struct Shared {
    /// Whether the frames are a camera's: those do not wait.
    live: bool,
    stop: AtomicBool,
    paused: AtomicBool,
    /// Whether the camera is open but sends nothing.
    silent: AtomicBool,
    /// Frames that could not be decoded, or came while the one before was still being measured.
    unfetched: AtomicU64,
    /// Frames that were measured, but overtaken by newer ones before anybody took them.
    unshown: AtomicU64,
    /// Frames per thousand seconds; 0 while unknown.
    rate: AtomicU64,
    stages: Mutex<Stages>,
    watchdog: Watchdog,
    /// Whether the simpler landmark network had to do, for the computer is slow.
    simplified: AtomicBool,
}

/// How a session went: it stays when its feed has ended.
#[derive(Clone, Debug)]
pub(super) struct Account(Arc<Shared>);

impl Account {
    /// Frames of the source that never came out.
    pub(super) fn dropped(&self) -> u64 {
        self.0.dropped()
    }

    /// What each stage took.
    pub(super) fn stages(&self) -> MutexGuard<'_, Stages> {
        self.0.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn dropped(&self) -> u64 {
        self.unfetched.load(Ordering::Relaxed) + self.unshown.load(Ordering::Relaxed)
    }
}

impl Feed {
    /// Starts both threads. A camera's frames are dropped when they come too fast, a recording's come at
    /// their own pace and wait for each other.
    pub(super) fn start(
        source: Box<dyn Source>,
        chain: Chain,
        company: Company,
        kept: Option<(Recorder, Recording)>,
    ) -> Result<Self> {
        let (recorder, recording) = kept.unzip();
        let live = source.info().live;
        let source = if live { source } else { Box::new(Paced::new(source)) };
        let (frame_giver, frames) = if live { handover::newest() } else { handover::each() };
        let (seen_giver, seen) = if live { handover::newest() } else { handover::each() };
        let (orders, ordered) = sync_channel(ORDERS);
        let (happening, happened) = sync_channel(EVENTS);
        let shared = Arc::new(Shared { live, ..Shared::default() });
        let (near, far) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = [
            thread::Builder::new().name("capture".into()).spawn(move || capture(source, &frame_giver, &near)),
            thread::Builder::new().name("perception".into()).spawn(move || {
                let work = |recorder: &mut Option<Recorder>| {
                    let hands = (chain, company, recorder.as_mut());
                    perceive(hands, &frames, &seen_giver, &happening, &ordered, &far)
                };
                // What was done was done.
                with_a_last_act(recorder, work, |recorder| {
                    recorder.into_iter().for_each(|recorder| recorder.finish(far.unfetched.load(Ordering::Relaxed)));
                })
            }),
        ];
        let threads = threads.into_iter().collect::<io::Result<_>>().context("starting a thread")?;
        Ok(Self { seen: Some(seen), happened, orders, shared, threads, recording })
    }

    /// The next observation, waiting for it at most `patience`.
    pub(super) fn next(&self, patience: Duration) -> Taken<Seen> {
        self.seen.as_ref().map_or(Taken::Closed, |seen| seen.take(patience))
    }

    /// What has happened since this was last asked, in its order.
    pub(super) fn happened(&self) -> impl Iterator<Item = Happened> {
        self.happened.try_iter()
    }

    /// Has the measurement do something before the next frame.
    pub(super) fn order(&self, order: Order) {
        self.orders.try_send(order).ok(); // full: the person pressed faster than frames come
    }

    /// Stops measuring a camera's frames until told otherwise. (A recording stops by itself when nobody takes from it.)
    pub(super) fn pause(&self, paused: bool) {
        self.shared.paused.store(paused, Ordering::Relaxed);
    }

    /// Why nothing new comes, where it should.
    pub(super) fn halt(&self) -> Option<Halt> {
        if self.shared.watchdog.barks(Instant::now()) {
            return Some(Halt::Stuck);
        }
        self.shared.silent.load(Ordering::Relaxed).then_some(Halt::Silent)
    }

    /// How it goes.
    pub(super) fn account(&self) -> Account {
        Account(Arc::clone(&self.shared))
    }

    /// Frames a second that the source gives, measured or not; `None` while unknown.
    pub(super) fn source_rate(&self) -> Option<f64> {
        Some(self.shared.rate.load(Ordering::Relaxed)).filter(|rate| *rate > 0).map(|rate| rate as f64 / 1e3)
    }

    /// Whether the simpler landmark network had to do, for the computer is slow.
    pub(super) fn simplified(&self) -> bool {
        self.shared.simplified.load(Ordering::Relaxed)
    }

    /// How the session is kept; `None` where it is not.
    pub(super) fn recording(&self) -> Option<&Recording> {
        self.recording.as_ref()
    }

    /// Ends both threads and waits for them, and for the session to be kept.
    ///
    /// # Errors
    /// What went wrong in them, if anything did.
    pub(super) fn finish(mut self) -> Result<()> {
        let ended = self.end();
        self.recording.iter().for_each(keeping::tell);
        ended
    }

    fn end(&mut self) -> Result<()> {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.seen = None;
        join_all(self.threads.drain(..), LONGEST_END)
    }
}

/// A panic where the session is shown ends it as well, and what was done until then is kept.
impl Drop for Feed {
    fn drop(&mut self) {
        self.end().ok(); // what is told is the panic, if anything
    }
}

/// Waits for all threads, also after one that failed; gives the first error. Those that do not end in `patience`, all
/// together, are left behind.
fn join_all(threads: impl IntoIterator<Item = JoinHandle<Result<()>>>, patience: Duration) -> Result<()> {
    let began = Instant::now();
    let join = |thread: JoinHandle<Result<()>>| {
        while !thread.is_finished() {
            if began.elapsed() > patience {
                return Err(anyhow!(STUCK));
            }
            thread::sleep(POLL);
        }
        thread.join().unwrap_or_else(|_| Err(anyhow!(ending::mishap())))
    };
    threads.into_iter().map(join).fold(Ok(()), Result::and)
}

/// Works with something and then does the last act with it, also when the work panics; the panic then goes on.
fn with_a_last_act<S, T>(mut subject: S, work: impl FnOnce(&mut S) -> T, last: impl FnOnce(S)) -> T {
    let done = panic::catch_unwind(AssertUnwindSafe(|| work(&mut subject)));
    last(subject);
    done.unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

fn capture(mut source: Box<dyn Source>, frames: &Giver<Frame>, shared: &Shared) -> Result<()> {
    while !shared.stop.load(Ordering::Relaxed) {
        let silent = match source.next()? {
            Delivery::Frame(_) if shared.live && shared.paused.load(Ordering::Relaxed) => false,
            Delivery::Frame(frame) => match frames.give(frame) {
                Ok(()) => false,
                Err(Gone) => break,
            },
            Delivery::Silent(_) => true,
            Delivery::End => break,
        };
        shared.silent.store(silent, Ordering::Relaxed);
        shared.unfetched.store(source.dropped() + frames.dropped(), Ordering::Relaxed);
        shared.rate.store(source.rate().map_or(0, |rate| (rate * 1e3) as u64), Ordering::Relaxed);
    }
    Ok(())
}

fn perceive(
    (mut chain, mut company, mut recorder): (Chain, Company, Option<&mut Recorder>),
    frames: &Taker<Frame>,
    seen: &Giver<Seen>,
    happening: &SyncSender<Happened>,
    orders: &Receiver<Order>,
    shared: &Shared,
) -> Result<()> {
    let mut governor = Governor::default();
    while !shared.stop.load(Ordering::Relaxed) {
        let frame = match frames.take(PATIENCE) {
            Taken::Value(frame) => frame,
            Taken::Nothing => continue,
            Taken::Closed => break,
        };
        for order in orders.try_iter() {
            match (order, &mut company.leader) {
                (Order::StandAgain, _) => chain.stand_again(),
                (Order::FullBend, Some(leader)) if !leader.takes_full_bend() => {}
                (Order::FullBend, _) => chain.await_full_bend(),
                (Order::Face(facing), _) => chain.face(facing),
                (Order::Next, Some(leader)) => leader.next(),
                (Order::Pause, Some(leader)) => leader.pause(),
                (Order::Next | Order::Pause, None) => {}
            }
        }
        shared.watchdog.begin();
        let observation = chain.observe(frame)?;
        if shared.live && governor.is_too_slow(observation.times.whole()) && chain.simplify()? {
            shared.simplified.store(true, Ordering::Relaxed);
        }
        shared.stages.lock().unwrap_or_else(PoisonError::into_inner).take(&observation.times);
        for event in observation.progress.events.iter().copied() {
            let (time, progress) = (observation.frame.time, observation.progress.clone());
            happening.try_send(Happened { time, event, progress }).ok();
        }
        let led = company.observe(&observation, &mut chain);
        if let Some(recorder) = &mut recorder {
            recorder.observe(&observation, led.as_ref());
        }
        shared.watchdog.end();
        if seen.give(Seen { observation, led }).is_err() {
            break;
        }
        shared.unshown.store(seen.dropped(), Ordering::Relaxed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_threads_are_waited_for_and_the_first_error_is_told() {
        let finished = Arc::new(AtomicBool::new(false));
        let writing = Arc::clone(&finished);
        let failing = thread::spawn(|| Err(anyhow!("the first")));
        // Slow, so that whoever does not wait for it is seen.
        let slow = thread::spawn(move || {
            thread::sleep(PATIENCE);
            writing.store(true, Ordering::Relaxed);
            Err(anyhow!("the second"))
        });
        assert_eq!(join_all([failing, slow], LONGEST_END).unwrap_err().to_string(), "the first");
        assert!(finished.load(Ordering::Relaxed));
    }

    #[test]
    fn a_panic_in_a_thread_is_one_sentence_that_asks_to_be_reported() {
        let told = join_all([thread::spawn(|| panic!("on purpose"))], LONGEST_END).unwrap_err().to_string();
        assert!(told.starts_with("A fault in bendwise itself (") && told.contains("please report this line"), "{told}");
    }

    #[test]
    fn a_thread_that_hangs_is_left_behind() {
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let hanging = thread::spawn(move || {
            held.recv().ok();
            Ok(())
        });
        let told = join_all([hanging], POLL * 2).unwrap_err().to_string();
        assert!(told.contains("left behind"), "{told}");
        drop(hold);
    }

    #[test]
    fn what_was_done_is_kept_also_after_a_panic() {
        let mut kept = None;
        let write = |written: &mut Vec<_>| {
            written.push("a repetition");
            panic!("on purpose")
        };
        let mut work = || with_a_last_act(Vec::new(), write, |written| kept = Some(written));
        assert!(panic::catch_unwind(AssertUnwindSafe(&mut work)).is_err());
        assert_eq!(kept, Some(vec!["a repetition"]));
    }

    #[test]
    fn a_feed_that_is_dropped_is_ended_first() {
        let shared = Arc::new(Shared::default());
        let (near, ended) = (Arc::clone(&shared), Arc::new(AtomicBool::new(false)));
        let end = Arc::clone(&ended);
        let (giver, seen) = handover::each();
        let thread = thread::spawn(move || {
            drop(giver);
            while !near.stop.load(Ordering::Relaxed) {
                thread::sleep(POLL);
            }
            thread::sleep(POLL * 4); // as for what is still to be written
            end.store(true, Ordering::Relaxed);
            Ok(())
        });
        let (orders, _) = sync_channel(1);
        let (_, happened) = sync_channel(1);
        drop(Feed { seen: Some(seen), happened, orders, shared, threads: vec![thread], recording: None });
        assert!(ended.load(Ordering::Relaxed));
    }

    #[test]
    fn a_frame_is_dropped_wherever_on_its_way_it_was_lost() {
        let shared = Shared { unfetched: 3.into(), unshown: 4.into(), ..Shared::default() };
        assert_eq!(shared.dropped(), 7);
    }
}
