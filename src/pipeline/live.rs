//! The two threads behind a session that goes on in time: one fetches frames, one measures them.
//!
//! The thread that shows the result is the caller's, since a window belongs to the main thread on every system. A fault
//! in either thread ends the pipeline and comes out of [`LivePipeline::finish`]: a window never stays open over a dead
//! measurement.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::error::PipelineError;
use super::model_fallback::ModelFallback;
use super::watchdog::Watchdog;
use super::{Chain, GuidedFrame, GuidedSession, Observation, StageLatencies};
use crate::channel::{self, Disconnected, Receiver, Sender};
use crate::coach::guided::Stage;
use crate::coach::{ChainRequest, Event, Progress};
use crate::latest_slot::Taken;
use crate::source::paced::Paced;
use crate::source::{Delivery, Frame, Source, Timestamp};

/// How long the measuring thread waits for a frame before it looks whether it should end.
const TIMEOUT: Duration = Duration::from_millis(200);

/// How long the threads may take to end: a frame that is being measured is finished, a session is written to its end.
const LONGEST_END: Duration = Duration::from_secs(5);
/// How often they are looked at meanwhile.
const POLL: Duration = Duration::from_millis(5);

/// More orders than a person gives between two frames; what comes beyond is dropped.
const ORDERS: usize = 8;

/// What the person asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonRequest {
    /// Something of the measurement; a guided session may not allow it.
    Chain(ChainRequest),
    /// In a led session: go on to what comes next.
    Next,
    /// In a led session: pause, or go on.
    Pause,
}

/// What is known of one frame, and what a led session makes of it.
#[derive(Clone, Debug)]
pub struct PipelineOutput {
    /// What was measured.
    pub observation: Observation,
    /// What the guided session shows and says of it.
    pub guided: Option<GuidedFrame>,
}

impl PipelineOutput {
    /// What the key for a full bend asks for, pressed while this is shown.
    pub fn full_bend_key(&self) -> ChainRequest {
        let offered = self.guided.as_ref().is_some_and(|guided| matches!(guided.guidance.stage, Stage::FullBend));
        ChainRequest::full_bend_key(self.observation.progress.awaits_full_bend, offered)
    }
}

/// More events than happen between two looks at them; what comes beyond, where nobody looks, is dropped.
const EVENTS: usize = 32;

/// An event, when it happened and where the set stood then. Of a camera's frames not every one comes out of a feed;
/// every event does.
#[derive(Clone, Debug)]
pub struct TimedEvent {
    /// The time of its frame.
    pub time: Timestamp,
    /// What happened.
    pub event: Event,
    /// The set at that moment.
    pub progress: Progress,
}

/// Why nothing new comes, where it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The camera is open but sends nothing.
    Silent,
    /// A frame has been measured for too long.
    Stuck,
}

/// What goes along with a live session: a recorder, a voice. It is called on the thread that measures, so that a sound
/// comes with the very frame that calls for it; it must not wait for anything.
pub trait FrameSink: Send {
    /// Takes what was measured of one frame, and what the guided session makes of it.
    fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>);

    /// The session is over, also after a failure or a panic; `missed` frames of its source were never measured.
    fn finish(self: Box<Self>, missed: u64) {
        let _ = missed;
    }
}

/// Frames on their way to measurements, on two threads.
#[derive(Debug)]
pub struct LivePipeline {
    /// `None` once it is to end: then nobody waits for a reader any more.
    seen: Option<Receiver<PipelineOutput>>,
    happened: mpsc::Receiver<TimedEvent>,
    orders: SyncSender<PersonRequest>,
    shared: Arc<PipelineShared>,
    /// None once they have ended.
    threads: Vec<JoinHandle<Result<(), PipelineError>>>,
}

/// What the threads tell each other aside from frames.
#[derive(Debug, Default)]
struct PipelineShared {
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
    stages: Mutex<StageLatencies>,
    watchdog: Watchdog,
    /// Whether the simpler landmark network had to do, for the computer is slow.
    simplified: AtomicBool,
}

/// How a session went: it stays when its feed has ended.
#[derive(Clone, Debug)]
pub struct PipelineStats(Arc<PipelineShared>);

impl PipelineStats {
    /// Frames of the source that never came out.
    pub fn dropped(&self) -> u64 {
        self.0.dropped()
    }

    /// What each stage took.
    pub fn stages(&self) -> MutexGuard<'_, StageLatencies> {
        self.0.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PipelineShared {
    fn dropped(&self) -> u64 {
        self.unfetched.load(Ordering::Relaxed) + self.unshown.load(Ordering::Relaxed)
    }
}

impl LivePipeline {
    /// Starts both threads. A camera's frames are dropped when they come too fast, a recording's come at
    /// their own pace and wait for each other. `guided` leads the session where there is one; each of `sinks` gets every
    /// frame that is measured.
    ///
    /// # Errors
    /// [`PipelineError::Thread`] when the system has no thread to give.
    pub fn start(
        source: Box<dyn Source>,
        chain: Chain,
        guided: Option<GuidedSession>,
        sinks: Vec<Box<dyn FrameSink>>,
    ) -> Result<Self, PipelineError> {
        let live = source.info().live;
        let source = if live { source } else { Box::new(Paced::new(source)) };
        let (frame_sender, frames) = if live { channel::latest_only() } else { channel::rendezvous() };
        let (seen_sender, seen) = if live { channel::latest_only() } else { channel::rendezvous() };
        let (orders, ordered) = sync_channel(ORDERS);
        let (happening, happened) = sync_channel(EVENTS);
        let shared = Arc::new(PipelineShared { live, ..PipelineShared::default() });
        let (near, far) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = [
            thread::Builder::new().name("capture".into()).spawn(move || capture(source, &frame_sender, &near)),
            thread::Builder::new().name("perception".into()).spawn(move || {
                let work = |sinks: &mut Vec<Box<dyn FrameSink>>| {
                    perceive((chain, guided, sinks), &frames, &seen_sender, &happening, &ordered, &far)
                };
                // What was done was done.
                with_a_last_act(sinks, work, |sinks| {
                    sinks.into_iter().for_each(|sink| sink.finish(far.unfetched.load(Ordering::Relaxed)));
                })
            }),
        ];
        let threads = threads.into_iter().collect::<Result<_, _>>().map_err(PipelineError::Thread)?;
        Ok(Self { seen: Some(seen), happened, orders, shared, threads })
    }

    /// What is known of the next frame, waiting for it at most `timeout`.
    pub fn next(&self, timeout: Duration) -> Taken<PipelineOutput> {
        self.seen.as_ref().map_or(Taken::Closed, |seen| seen.recv_timeout(timeout))
    }

    /// What has happened since this was last asked, in its order.
    pub fn happened(&self) -> impl Iterator<Item = TimedEvent> {
        self.happened.try_iter()
    }

    /// Has the measurement do something before the next frame.
    pub fn order(&self, order: PersonRequest) {
        self.orders.try_send(order).ok(); // full: the person pressed faster than frames come
    }

    /// Stops measuring a camera's frames until told otherwise. (A recording stops by itself when nobody takes from it.)
    pub fn pause(&self, paused: bool) {
        self.shared.paused.store(paused, Ordering::Relaxed);
    }

    /// Why nothing new comes, where it should.
    pub fn halt(&self) -> Option<Halt> {
        if self.shared.watchdog.is_stuck(Instant::now()) {
            return Some(Halt::Stuck);
        }
        self.shared.silent.load(Ordering::Relaxed).then_some(Halt::Silent)
    }

    /// How it goes, in numbers.
    pub fn stats(&self) -> PipelineStats {
        PipelineStats(Arc::clone(&self.shared))
    }

    /// Frames a second that the source gives, measured or not; `None` while unknown.
    pub fn source_rate(&self) -> Option<f64> {
        Some(self.shared.rate.load(Ordering::Relaxed)).filter(|rate| *rate > 0).map(|rate| rate as f64 / 1e3)
    }

    /// Whether the simpler landmark network had to do, for the computer is slow.
    pub fn simplified(&self) -> bool {
        self.shared.simplified.load(Ordering::Relaxed)
    }

    /// Ends both threads and waits for them, and for the sinks to finish.
    ///
    /// # Errors
    /// What went wrong in them, if anything did.
    pub fn finish(mut self) -> Result<(), PipelineError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), PipelineError> {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.seen = None;
        join_all(self.threads.drain(..), LONGEST_END)
    }
}

/// A panic where the session is shown ends it as well, and what was done until then is kept.
impl Drop for LivePipeline {
    fn drop(&mut self) {
        self.end().ok(); // what is told is the panic, if anything
    }
}

/// Waits for all threads, also after one that failed; gives the first error. Those that do not end in `timeout`, all
/// together, are left behind.
fn join_all(
    threads: impl IntoIterator<Item = JoinHandle<Result<(), PipelineError>>>,
    timeout: Duration,
) -> Result<(), PipelineError> {
    let began = Instant::now();
    let join = |thread: JoinHandle<Result<(), PipelineError>>| {
        while !thread.is_finished() {
            if began.elapsed() > timeout {
                return Err(PipelineError::Stuck);
            }
            thread::sleep(POLL);
        }
        thread.join().unwrap_or_else(|panicked| Err(PipelineError::Panicked(message(panicked.as_ref()))))
    };
    threads.into_iter().map(join).fold(Ok(()), Result::and)
}

/// What a panic said.
fn message(panicked: &(dyn Any + Send)) -> String {
    let text =
        panicked.downcast_ref::<&str>().copied().or_else(|| panicked.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

/// Works with something and then does the last act with it, also when the work panics; the panic then goes on.
fn with_a_last_act<S, T>(mut subject: S, work: impl FnOnce(&mut S) -> T, last: impl FnOnce(S)) -> T {
    let done = panic::catch_unwind(AssertUnwindSafe(|| work(&mut subject)));
    last(subject);
    done.unwrap_or_else(|panicked| panic::resume_unwind(panicked))
}

fn capture(mut source: Box<dyn Source>, frames: &Sender<Frame>, shared: &PipelineShared) -> Result<(), PipelineError> {
    while !shared.stop.load(Ordering::Relaxed) {
        let silent = match source.next()? {
            Delivery::Frame(_) if shared.live && shared.paused.load(Ordering::Relaxed) => false,
            Delivery::Frame(frame) => match frames.send(frame) {
                Ok(()) => false,
                Err(Disconnected) => break,
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
    (mut chain, mut guided, sinks): (Chain, Option<GuidedSession>, &mut Vec<Box<dyn FrameSink>>),
    frames: &Receiver<Frame>,
    seen: &Sender<PipelineOutput>,
    happening: &SyncSender<TimedEvent>,
    orders: &mpsc::Receiver<PersonRequest>,
    shared: &PipelineShared,
) -> Result<(), PipelineError> {
    let mut fallback = ModelFallback::default();
    while !shared.stop.load(Ordering::Relaxed) {
        let frame = match frames.recv_timeout(TIMEOUT) {
            Taken::Value(frame) => frame,
            Taken::Nothing => continue,
            Taken::Closed => break,
        };
        orders.try_iter().for_each(|order| obey(order, &mut chain, guided.as_mut()));
        shared.watchdog.begin();
        let observation = chain.observe(frame)?;
        if shared.live && fallback.is_too_slow(observation.times.whole()) && chain.simplify()? {
            shared.simplified.store(true, Ordering::Relaxed);
        }
        shared.stages.lock().unwrap_or_else(PoisonError::into_inner).take(&observation.times);
        for event in observation.progress.events.iter().copied() {
            let (time, progress) = (observation.frame.time, observation.progress.clone());
            happening.try_send(TimedEvent { time, event, progress }).ok();
        }
        let guided = guided.as_mut().map(|session| session.observe(&observation, &mut chain));
        for sink in sinks.iter_mut() {
            sink.observe(&observation, guided.as_ref());
        }
        shared.watchdog.end();
        if seen.send(PipelineOutput { observation, guided }).is_err() {
            break;
        }
        shared.unshown.store(seen.dropped(), Ordering::Relaxed);
    }
    Ok(())
}

/// Does what the person asks for.
fn obey(order: PersonRequest, chain: &mut Chain, guided: Option<&mut GuidedSession>) {
    match (order, guided) {
        (PersonRequest::Chain(request), Some(session)) if !session.allows(request) => {}
        (PersonRequest::Chain(request), _) => chain.request(request),
        (PersonRequest::Next, Some(session)) => session.next(),
        (PersonRequest::Pause, Some(session)) => session.pause(),
        (PersonRequest::Next | PersonRequest::Pause, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_threads_are_waited_for_and_the_first_error_is_told() {
        let finished = Arc::new(AtomicBool::new(false));
        let writing = Arc::clone(&finished);
        let failing = thread::spawn(|| Err(PipelineError::Thread(std::io::Error::other("the first"))));
        // Slow, so that whoever does not wait for it is seen.
        let slow = thread::spawn(move || {
            thread::sleep(TIMEOUT);
            writing.store(true, Ordering::Relaxed);
            Err(PipelineError::Thread(std::io::Error::other("the second")))
        });
        assert_eq!(
            join_all([failing, slow], LONGEST_END).unwrap_err().to_string(),
            "the system has no thread to give: end other programs and start again (the first)"
        );
        assert!(finished.load(Ordering::Relaxed));
    }

    #[test]
    fn a_panic_in_a_thread_is_one_sentence_that_asks_to_be_reported() {
        let told = join_all([thread::spawn(|| panic!("on purpose"))], LONGEST_END).unwrap_err().to_string();
        assert!(told.starts_with("A fault in bendwise itself (") && told.contains("please report this line"), "{told}");
    }

    #[test]
    fn a_thread_that_hangs_is_left_behind() {
        let (hold, held) = mpsc::channel::<()>();
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
        let shared = Arc::new(PipelineShared::default());
        let (near, ended) = (Arc::clone(&shared), Arc::new(AtomicBool::new(false)));
        let end = Arc::clone(&ended);
        let (giver, seen) = channel::rendezvous();
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
        drop(LivePipeline { seen: Some(seen), happened, orders, shared, threads: vec![thread] });
        assert!(ended.load(Ordering::Relaxed));
    }

    #[test]
    fn a_frame_is_dropped_wherever_on_its_way_it_was_lost() {
        let shared = PipelineShared { unfetched: 3.into(), unshown: 4.into(), ..PipelineShared::default() };
        assert_eq!(shared.dropped(), 7);
    }
}
