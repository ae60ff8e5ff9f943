//! The two threads of a live session: one fetches frames, the other measures them.
//!
//! The result is displayed on the caller's thread, because a window belongs to the main thread on every system. An
//! error in either thread ends the pipeline and is returned by [`LivePipeline::finish`]: a window never stays open when
//! the measurement has died.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::error::PipelineError;
use super::frozen_picture::{FROZEN, FrozenPicture, REPEATED};
use super::model_fallback::ModelFallback;
use super::recording_pace::RecordingPace;
use super::threads::{LONGEST_END, POLL, Patience, SLOW_END, join_all, noting_failure, with_finalizer};
use super::watchdog::Watchdog;
use super::{Chain, GuidedFrame, GuidedSession, Observation, StageLatencies};
use crate::channel::{self, Disconnected, Receiver, Sender};
use crate::coach::choice::ChoiceKey;
use crate::coach::guided::{Ending, Stage};
use crate::coach::{ChainRequest, Event, Progress};
use crate::geometry::Origin;
use crate::latest_slot::Taken;
use crate::source::paced::Paced;
use crate::source::{Delivery, Frame, Source, Timestamp};

/// How long the measuring thread waits for a frame before it checks whether it should end.
const TIMEOUT: Duration = Duration::from_millis(200);

/// How many of a camera's frames may wait to be measured besides the newest, while the computer keeps up otherwise. A frame that has
/// to wait, as when people are counted after the one before while the window is drawn on the same core, is no reason to drop the
/// next. On one busy core (`benches/table`, row `camera`) 2.7 to 5.2 % of the frames are dropped with none, 1.6 to 4.8 % with one,
/// 1.6 to 3.9 % with two, and the slowest twentieth is shown after 79, 98 and 108 ms: figures of when people were counted before a
/// frame was shown. [own]
const SPARE_FRAMES: usize = 1;

/// More requests than a person makes between two frames; any more are dropped.
const ORDERS: usize = 8;

/// A request by the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonRequest {
    /// A request to the measurement; a guided session may not allow it.
    Chain(ChainRequest),
    /// In a guided session: skip to the next stage.
    Next,
    /// In a guided session: pause or resume.
    Pause,
    /// In a guided session: a key that answers a question.
    Choose(ChoiceKey),
    /// In a guided session: tell how the last repetition was.
    TellMe,
}

/// The measurement of one frame, and the output of the guided session for it.
#[derive(Clone, Debug)]
pub struct PipelineOutput {
    /// The measurement.
    pub observation: Observation,
    /// The output of the guided session.
    pub guided: Option<GuidedFrame>,
}

impl PipelineOutput {
    /// Returns what the key for a full bend requests when it is pressed while this is displayed.
    pub fn full_bend_key(&self) -> ChainRequest {
        let offered = self.guided.as_ref().is_some_and(|guided| matches!(guided.guidance.stage, Stage::FullBend));
        ChainRequest::full_bend_key(self.observation.progress.awaits_full_bend, offered)
    }

    /// Returns how far a guided session has come to its end; without one only its source ends a session.
    pub fn ending(&self) -> Ending {
        self.guided.as_ref().map_or(Ending::Open, |guided| guided.guidance.ending)
    }
}

/// More events than happen between two polls; any more are dropped if nobody polls.
const EVENTS: usize = 32;

/// An event, its time and the state of the set. Frames of a camera may be dropped by the pipeline; events are not.
#[derive(Clone, Debug)]
pub struct TimedEvent {
    /// The time of its frame.
    pub time: Timestamp,
    /// What happened.
    pub event: Event,
    /// The set at that time.
    pub progress: Progress,
}

/// Why no new frames arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The camera is open but sends nothing.
    Silent,
    /// The camera sends the same picture again and again.
    Frozen,
    /// The recording has shown the same picture for a minute.
    Repeated,
    /// One frame has been measured for too long.
    Stuck,
    /// One frame has been measured, but for long nobody has taken it to keep it: a recording waits for a disk that stands
    /// still.
    Unkept,
}

/// A consumer of the frames of a live session, such as a recorder or a voice. It is called on the measuring thread, so
/// that a sound plays with the frame that triggers it; it must not block.
pub trait FrameSink: Send {
    /// Processes the measurement of one frame, and the output of the guided session for it.
    fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>);

    /// Called once, when everything of a guided session is said and done: what follows is not worth keeping. `missed`
    /// frames of its source were not measured until then.
    fn complete(&mut self, missed: u64) {
        let _ = missed;
    }

    /// Called when the session is over, also after an error or a panic; `missed` frames of its source were never
    /// measured.
    fn finish(self: Box<Self>, missed: u64) {
        let _ = missed;
    }
}

/// Measures frames on two threads.
///
/// ```no_run
/// use std::time::Duration;
///
/// use bendwise::latest_slot::Taken;
/// use bendwise::pipeline::{Chain, LivePipeline};
/// use bendwise::source::Source;
///
/// fn show(source: Box<dyn Source>) -> Result<(), Box<dyn std::error::Error>> {
///     let chain = Chain::open_default(&mut |line| eprintln!("{line}"))?;
///     let pipeline = LivePipeline::start(source, chain, None, Vec::new())?;
///     loop {
///         // The newest frame that was measured; of a camera's, those in between are dropped.
///         let newest = pipeline.next(Duration::from_millis(100));
///         // Every event, also of frames that were dropped.
///         for happened in pipeline.happened() {
///             println!("{:.2} s: {:?}", happened.time.as_secs_f64(), happened.event);
///         }
///         match newest {
///             Taken::Value(seen) => println!("{}", seen.observation.measurement.state.word()),
///             Taken::Nothing => {}
///             Taken::Closed => break, // the source has ended
///         }
///     }
///     Ok(pipeline.finish()?)
/// }
/// ```
#[derive(Debug)]
pub struct LivePipeline {
    /// `None` once the pipeline is ending: then the measuring thread no longer waits for a reader.
    seen: Option<Receiver<PipelineOutput>>,
    happened: mpsc::Receiver<TimedEvent>,
    orders: SyncSender<PersonRequest>,
    shared: Arc<PipelineShared>,
    /// `None` once they have ended.
    threads: Vec<JoinHandle<Result<(), PipelineError>>>,
}

/// State shared by the threads, other than frames.
#[derive(Debug, Default)]
struct PipelineShared {
    /// Whether the source is a camera, whose frames do not wait.
    live: bool,
    stop: AtomicBool,
    paused: AtomicBool,
    /// Whether the camera is open but sends nothing.
    silent: AtomicBool,
    /// Whether the source sends the same picture again and again.
    frozen: AtomicBool,
    /// Frames that could not be decoded, or for which there was no room while others were measured.
    unfetched: AtomicU64,
    /// Frames that were measured, but replaced by newer ones before anybody took them.
    unshown: AtomicU64,
    /// Frames per thousand seconds; 0 if unknown.
    rate: AtomicU64,
    stages: Mutex<StageLatencies>,
    watchdog: Watchdog,
    /// Whether the current frame is measured, and is with the sinks.
    keeping: AtomicBool,
    /// Whether the lite landmark model is in use because the computer is slow.
    simplified: AtomicBool,
    /// Whether the computer turned out to be slower than the recording.
    behind: AtomicBool,
    /// Whether a thread has ended by an error or a panic.
    failed: AtomicBool,
    /// Whether the sinks are being finished.
    finishing: AtomicBool,
    /// Whether they are.
    finished: AtomicBool,
}

/// Statistics of a session; they outlive its pipeline.
#[derive(Clone, Debug)]
pub struct PipelineStats(Arc<PipelineShared>);

impl PipelineStats {
    /// Returns the number of frames of the source that were never output.
    pub fn dropped(&self) -> u64 {
        self.0.dropped()
    }

    /// Returns the latency of each stage.
    pub fn stages(&self) -> MutexGuard<'_, StageLatencies> {
        self.0.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PipelineShared {
    fn dropped(&self) -> u64 {
        self.unfetched.load(Ordering::Relaxed) + self.unshown.load(Ordering::Relaxed)
    }

    /// Whether something is being written: by a sink that is given a frame, or by those that are being finished.
    fn is_writing(&self) -> bool {
        let is = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        !is(&self.finished) && (is(&self.finishing) || is(&self.keeping))
    }

    /// What was waited for in vain, once a thread is left behind.
    fn left_behind(&self) -> PipelineError {
        match (self.finished.load(Ordering::Relaxed), self.is_writing()) {
            (true, _) => PipelineError::SourceStuck,
            (false, true) => PipelineError::DiskStuck,
            (false, false) => PipelineError::Stuck,
        }
    }
}

impl LivePipeline {
    /// Starts both threads. A camera's frames are dropped if they arrive too fast; a recording's frames come at their
    /// own pace and wait for each other. `guided` is the guided session, if any; each of `sinks` receives every
    /// measured frame.
    ///
    /// # Errors
    /// [`PipelineError::Thread`] if the system cannot start a thread.
    pub fn start(
        source: Box<dyn Source>,
        chain: Chain,
        guided: Option<GuidedSession>,
        sinks: Vec<Box<dyn FrameSink>>,
    ) -> Result<Self, PipelineError> {
        let live = source.info().live;
        let source = if live { source } else { Box::new(Paced::new(source)) };
        let (frame_sender, frames) = if live { channel::latest_and_spare(SPARE_FRAMES) } else { channel::rendezvous() };
        let (seen_sender, seen) = if live { channel::latest_only() } else { channel::rendezvous() };
        let (orders, ordered) = sync_channel(ORDERS);
        let (happening, happened) = sync_channel(EVENTS);
        let shared = Arc::new(PipelineShared { live, ..PipelineShared::default() });
        let (near, far) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads = [
            thread::Builder::new()
                .name("capture".into())
                .spawn(move || noting_failure(&near.failed, || capture(source, &frame_sender, &near))),
            thread::Builder::new().name("perception".into()).spawn(move || {
                // Whoever displays learns that the source has ended before the sinks are finished, and waits for them by `finish`.
                let near = Arc::clone(&far);
                let work = move |sinks: &mut Vec<Box<dyn FrameSink>>| {
                    perceive((chain, guided, sinks), &frames, &seen_sender, &happening, &ordered, &near)
                };
                // The sinks are finished even if the work fails or panics.
                let finished = |sinks: Vec<Box<dyn FrameSink>>| {
                    far.finishing.store(true, Ordering::Relaxed);
                    sinks.into_iter().for_each(|sink| sink.finish(far.unfetched.load(Ordering::Relaxed)));
                    far.finished.store(true, Ordering::Relaxed);
                };
                noting_failure(&far.failed, || with_finalizer(sinks, work, finished))
            }),
        ];
        let threads = threads.into_iter().collect::<Result<_, _>>().map_err(PipelineError::Thread)?;
        Ok(Self { seen: Some(seen), happened, orders, shared, threads })
    }

    /// Returns the output for the next frame, waiting at most `timeout`.
    pub fn next(&self, timeout: Duration) -> Taken<PipelineOutput> {
        self.seen.as_ref().map_or(Taken::Closed, |seen| seen.recv_timeout(timeout))
    }

    /// Returns the events since the last call, in order.
    pub fn happened(&self) -> impl Iterator<Item = TimedEvent> {
        self.happened.try_iter()
    }

    /// Returns every event as it happens, until the source ends. This discards the output of each frame: callers that
    /// also need it use [`LivePipeline::next`] and [`LivePipeline::happened`].
    pub fn events(&self) -> impl Iterator<Item = TimedEvent> {
        std::iter::from_fn(|| {
            loop {
                if let Some(event) = self.happened().next() {
                    return Some(event);
                }
                if matches!(self.next(TIMEOUT), Taken::Closed) {
                    return self.happened().next(); // events of the last frame
                }
            }
        })
    }

    /// Queues a request to be carried out before the next frame.
    pub fn order(&self, order: PersonRequest) {
        self.orders.try_send(order).ok(); // full: the person pressed keys faster than frames arrive
    }

    /// Pauses or resumes measuring a camera's frames. (A recording pauses by itself when nobody takes its output.)
    pub fn pause(&self, paused: bool) {
        self.shared.paused.store(paused, Ordering::Relaxed);
    }

    /// Returns why no new frames arrive; `None` if they do.
    pub fn halt(&self) -> Option<Halt> {
        if self.shared.watchdog.is_stuck(Instant::now()) {
            return Some(if self.shared.keeping.load(Ordering::Relaxed) { Halt::Unkept } else { Halt::Stuck });
        }
        let frozen = || {
            let halt = if self.shared.live { Halt::Frozen } else { Halt::Repeated };
            self.shared.frozen.load(Ordering::Relaxed).then_some(halt)
        };
        self.shared.silent.load(Ordering::Relaxed).then_some(Halt::Silent).or_else(frozen)
    }

    /// Waits as [`LivePipeline::next`] does, but takes nothing, so that a recording waits too. Only the failure of a thread
    /// is told, by [`Taken::Closed`]: a person who pauses learns at once that the camera is gone, not when they go on.
    pub fn next_while_paused(&self, timeout: Duration) -> Taken<PipelineOutput> {
        let began = Instant::now();
        loop {
            if self.shared.failed.load(Ordering::Relaxed) {
                return Taken::Closed;
            }
            let left = timeout.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Taken::Nothing;
            }
            thread::sleep(left.min(POLL));
        }
    }

    /// Returns the statistics of the session.
    pub fn stats(&self) -> PipelineStats {
        PipelineStats(Arc::clone(&self.shared))
    }

    /// Returns the frame rate of the source, frames per second, measured or not; `None` if unknown.
    pub fn source_rate(&self) -> Option<f64> {
        Some(self.shared.rate.load(Ordering::Relaxed)).filter(|rate| *rate > 0).map(|rate| rate as f64 / 1e3)
    }

    /// Whether the lite landmark model is in use because the computer is slow.
    pub fn simplified(&self) -> bool {
        self.shared.simplified.load(Ordering::Relaxed)
    }

    /// Whether a recording plays slowly because the computer is slower than it is.
    pub fn is_behind(&self) -> bool {
        self.shared.behind.load(Ordering::Relaxed)
    }

    /// Ends both threads, and waits for them and for the sinks to finish.
    ///
    /// # Errors
    /// If a thread failed: its first error.
    pub fn finish(self) -> Result<(), PipelineError> {
        self.finish_telling(&mut || (), &|| 0)
    }

    /// As [`LivePipeline::finish`]; `slow` is called once if the sinks take so long that a person should know why. They are
    /// waited for as long as `progress`, a number that grows with what they have written, gets ahead.
    ///
    /// # Errors
    /// If a thread failed: its first error.
    pub fn finish_telling(mut self, slow: &mut dyn FnMut(), progress: &dyn Fn() -> u64) -> Result<(), PipelineError> {
        self.end(slow, progress)
    }

    fn end(&mut self, slow: &mut dyn FnMut(), progress: &dyn Fn() -> u64) -> Result<(), PipelineError> {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.seen = None;
        let (shared, mut told, mut patience, mut finished_at) = (&self.shared, false, Patience::default(), None);
        let ended = join_all(self.threads.drain(..), |waited| {
            let (finished, writing) = (shared.finished.load(Ordering::Relaxed), shared.is_writing());
            if writing && waited > SLOW_END && !told {
                told = true;
                slow();
            }
            // What is left after they are finished has its own time, however long they took.
            let since = if finished { *finished_at.get_or_insert(waited) } else { Duration::ZERO };
            if writing { patience.is_over(waited, progress()) } else { waited.saturating_sub(since) > LONGEST_END }
        });
        ended.map_err(|error| if matches!(error, PipelineError::Stuck) { shared.left_behind() } else { error })
    }
}

/// A panic on the displaying thread ends the pipeline too, and everything up to then is kept.
impl Drop for LivePipeline {
    fn drop(&mut self) {
        self.end(&mut || (), &|| 0).ok(); // the panic is what gets reported
    }
}

fn capture(mut source: Box<dyn Source>, frames: &Sender<Frame>, shared: &PipelineShared) -> Result<(), PipelineError> {
    let mut pace = RecordingPace::default();
    while !shared.stop.load(Ordering::Relaxed) {
        let silent = match source.next()? {
            Delivery::Frame(_) if shared.live && shared.paused.load(Ordering::Relaxed) => false,
            Delivery::Frame(frame) => {
                if !shared.live && pace.is_behind(frame.captured_at.elapsed()) {
                    shared.behind.store(true, Ordering::Relaxed);
                }
                match frames.send(frame) {
                    Ok(()) => false,
                    Err(Disconnected) => break,
                }
            }
            Delivery::Silent(_) => true,
            Delivery::End => {
                shared.unfetched.store(source.dropped() + frames.dropped(), Ordering::Relaxed); // some are missed at the end
                break;
            }
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
    let (mut fallback, mut frozen) = (ModelFallback::default(), FrozenPicture::default());
    let mut complete = false;
    while !shared.stop.load(Ordering::Relaxed) {
        let frame = match frames.recv_timeout(TIMEOUT) {
            Taken::Value(frame) => frame,
            Taken::Nothing => continue,
            Taken::Closed => break,
        };
        orders.try_iter().for_each(|order| carry_out(order, &mut chain, guided.as_mut()));
        shared.watchdog.begin();
        let frozen_after = if shared.live { FROZEN } else { REPEATED };
        let is_frozen = frozen.observe(&frame.picture, frame.time) >= frozen_after;
        shared.frozen.store(is_frozen, Ordering::Relaxed);
        let observation = chain.observe(frame)?;
        // A held frame says nothing about the networks; an empty picture is searched by the detector, which has no simpler one.
        let followed = observation.measurement.origin == Origin::Frame && observation.pose_result.pose.is_some();
        if shared.live && followed && fallback.is_too_slow(observation.times.whole()) {
            shared.watchdog.begin(); // to load a network takes as long as many frames
            match chain.simplify() {
                Ok(changed) => {
                    shared.simplified.fetch_or(changed, Ordering::Relaxed);
                }
                // Slow is better than over.
                Err(error) => tracing::warn!("the computer is slow, and the simpler network cannot be used: {error}"),
            }
        }
        shared.stages.lock().unwrap_or_else(PoisonError::into_inner).note(&observation);
        let guided = guided.as_mut().map(|session| session.observe(&observation, &mut chain));
        shared.keeping.store(true, Ordering::Relaxed);
        for sink in sinks.iter_mut() {
            sink.observe(&observation, guided.as_ref());
        }
        shared.keeping.store(false, Ordering::Relaxed);
        // After the sinks: whoever displays an event may ask one of them what it made of it.
        for event in observation.progress.events.iter().copied() {
            let (time, progress) = (observation.frame.time, observation.progress.clone());
            happening.try_send(TimedEvent { time, event, progress }).ok();
        }
        let output = PipelineOutput { observation, guided };
        if !complete && output.ending() != Ending::Open {
            complete = true;
            sinks.iter_mut().for_each(|sink| sink.complete(shared.unfetched.load(Ordering::Relaxed)));
        }
        shared.watchdog.end();
        if seen.send(output).is_err() {
            break;
        }
        shared.unshown.store(seen.dropped(), Ordering::Relaxed);
        shared.watchdog.begin();
        if let Some(took) = chain.count_people()? {
            shared.stages.lock().unwrap_or_else(PoisonError::into_inner).counted(took);
        }
        shared.watchdog.end();
    }
    Ok(())
}

/// Carries out a request by the person.
fn carry_out(order: PersonRequest, chain: &mut Chain, guided: Option<&mut GuidedSession>) {
    match (order, guided) {
        (PersonRequest::Chain(request), Some(session)) if !session.allows(request) => {}
        (PersonRequest::Chain(request), _) => chain.request(request),
        (PersonRequest::Next, Some(session)) => session.next(),
        (PersonRequest::Pause, Some(session)) => session.pause(),
        (PersonRequest::TellMe, Some(session)) => session.tell(),
        (PersonRequest::Choose(key), Some(session)) => session.choose(key),
        (_, None) => {}
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
