//! The two threads behind a session that goes on in time: one fetches frames, one measures them.
//!
//! The thread that shows the result is the caller's, since a window belongs to the main thread on every system. A fault
//! in either thread ends the feed and comes out of [`Feed::finish`]: a window never stays open over a dead measurement.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use super::company::Company;
use super::ending;
use super::keeping;
use crate::chain::{Chain, Observation};
use crate::coach::{Event, Progress};
use crate::handover::{self, Giver, Gone, Taker};
use crate::latest::Taken;
use crate::practice::Led;
use crate::session::recorder::{Recorder, Recording};
use crate::source::paced::Paced;
use crate::source::{Delivery, Frame, Source, Timestamp};
use crate::spine::Facing;
use crate::stages::Stages;

/// How long the measuring thread waits for a frame before it looks whether it should end.
const PATIENCE: Duration = Duration::from_millis(200);

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
    seen: Taker<Seen>,
    happened: Receiver<Happened>,
    orders: SyncSender<Order>,
    shared: Arc<Shared>,
    threads: [JoinHandle<Result<()>>; 2],
    recording: Option<Recording>,
}

/// What the threads tell each other aside from frames.
#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    paused: AtomicBool,
    silent_ms: AtomicU64,
    /// Frames that could not be decoded, or came while the one before was still being measured.
    unfetched: AtomicU64,
    /// Frames that were measured, but overtaken by newer ones before anybody took them.
    unshown: AtomicU64,
    /// Frames per thousand seconds; 0 while unknown.
    rate: AtomicU64,
    stages: Mutex<Stages>,
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
        let (mut recorder, recording) = kept.unzip();
        let live = source.info().live;
        let source = if live { source } else { Box::new(Paced::new(source)) };
        let (frame_giver, frames) = if live { handover::newest() } else { handover::each() };
        let (seen_giver, seen) = if live { handover::newest() } else { handover::each() };
        let (orders, ordered) = sync_channel(ORDERS);
        let (happening, happened) = sync_channel(EVENTS);
        let shared = Arc::new(Shared::default());
        let (near, far) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = [
            thread::Builder::new().name("capture".into()).spawn(move || capture(source, &frame_giver, &near)),
            thread::Builder::new().name("perception".into()).spawn(move || {
                let hands = (chain, company, recorder.as_mut());
                let perceived = perceive(hands, &frames, &seen_giver, &happening, &ordered, &far);
                // Also after a fault: what was done was done.
                recorder.into_iter().for_each(|recorder| recorder.finish(far.unfetched.load(Ordering::Relaxed)));
                perceived
            }),
        ];
        let [capture, perception] = threads;
        let threads = [capture.context("starting a thread")?, perception.context("starting a thread")?];
        Ok(Self { seen, happened, orders, shared, threads, recording })
    }

    /// The next observation, waiting for it at most `patience`.
    pub(super) fn next(&self, patience: Duration) -> Taken<Seen> {
        self.seen.take(patience)
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

    /// For how long an open camera has sent nothing.
    pub(super) fn silent(&self) -> Option<Duration> {
        Some(self.shared.silent_ms.load(Ordering::Relaxed)).filter(|ms| *ms > 0).map(Duration::from_millis)
    }

    /// How it goes.
    pub(super) fn account(&self) -> Account {
        Account(Arc::clone(&self.shared))
    }

    /// Frames a second that the source gives, measured or not; `None` while unknown.
    pub(super) fn source_rate(&self) -> Option<f64> {
        Some(self.shared.rate.load(Ordering::Relaxed)).filter(|rate| *rate > 0).map(|rate| rate as f64 / 1e3)
    }

    /// How the session is kept; `None` where it is not.
    pub(super) fn recording(&self) -> Option<&Recording> {
        self.recording.as_ref()
    }

    /// Ends both threads and waits for them, and for the session to be kept.
    ///
    /// # Errors
    /// What went wrong in them, if anything did.
    pub(super) fn finish(self) -> Result<()> {
        self.shared.stop.store(true, Ordering::Relaxed);
        drop(self.seen);
        let ended = join_all(self.threads);
        self.recording.iter().for_each(keeping::tell);
        ended
    }
}

/// Waits for all threads, also after one that failed; gives the first error.
fn join_all(threads: impl IntoIterator<Item = JoinHandle<Result<()>>>) -> Result<()> {
    let join = |thread: JoinHandle<Result<()>>| thread.join().unwrap_or_else(|_| Err(anyhow!(ending::mishap())));
    threads.into_iter().map(join).fold(Ok(()), Result::and)
}

fn capture(mut source: Box<dyn Source>, frames: &Giver<Frame>, shared: &Shared) -> Result<()> {
    let live = source.info().live;
    while !shared.stop.load(Ordering::Relaxed) {
        let silent = match source.next()? {
            Delivery::Frame(_) if live && shared.paused.load(Ordering::Relaxed) => Duration::ZERO,
            Delivery::Frame(frame) => match frames.give(frame) {
                Ok(()) => Duration::ZERO,
                Err(Gone) => break,
            },
            Delivery::Silent(silent) => silent,
            Delivery::End => break,
        };
        shared.silent_ms.store(u64::try_from(silent.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
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
        let observation = chain.observe(frame)?;
        shared.stages.lock().unwrap_or_else(PoisonError::into_inner).take(&observation.times);
        for event in observation.progress.events.iter().copied() {
            let (time, progress) = (observation.frame.time, observation.progress.clone());
            happening.try_send(Happened { time, event, progress }).ok();
        }
        let led = company.observe(&observation, &mut chain);
        if let Some(recorder) = &mut recorder {
            recorder.observe(&observation, led.as_ref());
        }
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
        assert_eq!(join_all([failing, slow]).unwrap_err().to_string(), "the first");
        assert!(finished.load(Ordering::Relaxed));
    }

    #[test]
    fn a_panic_in_a_thread_is_one_sentence_that_asks_to_be_reported() {
        let told = join_all([thread::spawn(|| panic!("on purpose"))]).unwrap_err().to_string();
        assert!(told.starts_with("A fault in hinge itself (") && told.contains("please report this line"), "{told}");
    }

    #[test]
    fn a_frame_is_dropped_wherever_on_its_way_it_was_lost() {
        let shared = Shared { unfetched: 3.into(), unshown: 4.into(), ..Shared::default() };
        assert_eq!(shared.dropped(), 7);
    }
}
