//! Keeps a session while it goes on, on a thread of its own: the disk never holds up the measurement.
//!
//! ```text
//! perception ──Note──▶ queue ──▶ recorder: every 0.8 s one transaction
//! ```
//!
//! The queue is bounded. A camera does not wait: what finds it full is dropped and counted. A recording waits, as it does
//! everywhere else. When the disk refuses, keeping stops for good with one sentence; the session goes on without.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::pipeline::{FrameSink, GuidedFrame, Observation};
use crate::recording::{self, EncoderThread, Size};
use crate::store::journal::Journal;
use crate::store::sample::Sample;
use crate::store::{Happening, LostCounts, SessionWriter, Set, StoreError};

/// How much is gathered before it is written. A kill takes what is gathered and what is being written: together less than
/// a second.
const SPAN: Duration = Duration::from_millis(800);

/// More notes than a camera gives in ten seconds: a disk that sleeps needs that long to wake.
const QUEUE: usize = 600;

/// A block holds no more of a recording's time than this, however fast it is analysed: reviewing reads whole blocks.
const LONGEST_BLOCK: Duration = Duration::from_secs(1);

/// What is to be kept of one frame.
type Note = (Option<Sample>, Vec<Happening>);

/// Gives frames to the thread that keeps them.
#[derive(Debug)]
pub struct Recorder {
    journal: Journal,
    notes: SyncSender<Note>,
    /// What happened in frames that were dropped.
    owed: Vec<Happening>,
    camera: Option<EncoderThread>,
    /// Whether it is noted that there is a video.
    noted: Option<bool>,
    /// Whether a full queue is waited for.
    waits: bool,
    /// Whether every frame is from the video of the session, which is there already.
    anew: bool,
    thread: JoinHandle<()>,
    recording: RecordingStatus,
}

/// How the keeping of a session goes, for whoever tells it.
#[derive(Clone, Debug)]
pub struct RecordingStatus(Arc<RecorderShared>);

#[derive(Debug, Default)]
struct RecorderShared {
    id: String,
    lost: AtomicU64,
    undrawn: AtomicU64,
    kept: AtomicBool,
    unwanted: AtomicBool,
    stopped: Mutex<Option<String>>,
}

impl RecordingStatus {
    /// The session's id; none while nothing of it is kept.
    pub fn id(&self) -> Option<&str> {
        self.0.kept.load(Ordering::Relaxed).then_some(self.0.id.as_str())
    }

    /// Why keeping stopped before the end, if it did.
    pub fn stopped(&self) -> Option<String> {
        self.0.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it goes on, or went on to the end.
    pub fn goes_on(&self) -> bool {
        self.0.stopped.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// What could not be kept so far.
    pub fn lost(&self) -> LostCounts {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        LostCounts { samples: count(&self.0.lost), pictures: count(&self.0.undrawn) }
    }

    fn stop(&self, reason: String) {
        self.0.stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }
}

impl Recorder {
    /// Starts to keep a session, with a video if one is wanted. `waits` says whether a full queue is waited for, as for a
    /// recording.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(keeper: SessionWriter, waits: bool, video: Option<Size>) -> io::Result<(Self, RecordingStatus)> {
        let film = keeper.home().join(recording::FILE);
        let camera = video.map(|size| EncoderThread::start(film, size, waits)).transpose()?;
        let (notes, noted) = sync_channel(QUEUE);
        let id = keeper.id().to_owned();
        let recording = RecordingStatus(Arc::new(RecorderShared { id, ..RecorderShared::default() }));
        let far = recording.clone();
        let thread = thread::Builder::new().name("recorder".into()).spawn(move || record(keeper, &noted, &far))?;
        let recorder = Self {
            journal: Journal::default(),
            notes,
            owed: Vec::new(),
            camera,
            noted: None,
            waits,
            anew: false,
            thread,
            recording: recording.clone(),
        };
        Ok((recorder, recording))
    }

    /// Starts to keep what measures a session anew, frame by frame of its video; it had these sets.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn anew(keeper: SessionWriter, sets: Vec<Set>) -> io::Result<(Self, RecordingStatus)> {
        let (recorder, recording) = Self::start(keeper, true, None)?;
        Ok((Self { journal: Journal::anew(sets), anew: true, ..recorder }, recording))
    }

    /// Keeps one frame, and what happened in it.
    pub fn observe(&mut self, observation: &Observation, led: Option<&GuidedFrame>) {
        let (mut sample, happened) = self.journal.observe(observation, led);
        self.owed.extend(happened);
        let filmed = self.camera.as_mut().is_some_and(|camera| camera.take(&observation.frame));
        sample.pictured = filmed || self.anew;
        self.note_picture(observation, filmed);
        if self.camera.as_ref().is_some_and(EncoderThread::is_over) {
            self.cut(); // the disk refused, and will refuse the rest as well
        }
        let note = (Some(sample), std::mem::take(&mut self.owed));
        if self.waits {
            self.notes.send(note).ok(); // the thread is gone once the disk refused, and has said so
        } else if let Err(TrySendError::Full((_, happened))) = self.notes.try_send(note) {
            self.owed = happened; // few, and no repetition may be missing
            self.recording.0.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Notes, once, how large the picture is and where its video is.
    fn note_picture(&mut self, observation: &Observation, pictured: bool) {
        if self.noted != Some(pictured) && self.noted != Some(true) {
            let video = pictured.then_some(recording::FILE);
            self.owed.push(Happening::Pictured { size: observation.frame.picture.dimensions(), video });
            self.noted = Some(pictured);
        }
        let dropped = self.camera.as_ref().map_or(0, EncoderThread::dropped);
        self.recording.0.undrawn.store(dropped, Ordering::Relaxed);
    }

    /// Ends the session and waits until it is kept. `missed` frames of its source were never measured.
    pub fn finish(mut self, missed: u64) {
        self.cut();
        let mut last = std::mem::take(&mut self.owed);
        last.extend(std::mem::take(&mut self.journal).close());
        last.push(Happening::Missed(missed));
        self.notes.send((None, last)).ok();
        self.wait();
    }

    /// Removes the session, and waits until it is gone.
    pub fn discard(mut self) {
        self.cut();
        self.recording.0.unwanted.store(true, Ordering::Relaxed);
        self.wait();
    }

    /// Ends the video.
    fn cut(&mut self) {
        if let Some(Err(error)) = self.camera.take().map(EncoderThread::finish) {
            self.recording.stop(error.to_string());
        }
    }

    fn wait(self) {
        drop(self.notes);
        if self.thread.join().is_err() {
            self.recording.stop("a fault in bendwise itself, please report it with the option -v".to_owned());
        }
    }
}

impl FrameSink for Recorder {
    fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>) {
        Self::observe(self, observation, guided);
    }

    fn finish(self: Box<Self>, missed: u64) {
        Self::finish(*self, missed);
    }
}

fn record(mut keeper: SessionWriter, notes: &Receiver<Note>, recording: &RecordingStatus) {
    let kept = keep_all(&mut keeper, notes, recording);
    let unwanted = recording.0.unwanted.load(Ordering::Relaxed);
    let ended = kept.and(if unwanted { keeper.discard() } else { keeper.finish(recording.lost()).map(drop) });
    if let Err(error) = ended {
        recording.stop(error.to_string());
    }
}

fn keep_all(keeper: &mut SessionWriter, notes: &Receiver<Note>, recording: &RecordingStatus) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    loop {
        let goes_on = match notes.recv_timeout(batch.timeout()) {
            Ok(note) => {
                batch.add(note);
                true
            }
            Err(RecvTimeoutError::Timeout) => true,
            Err(RecvTimeoutError::Disconnected) => false,
        };
        let goes_on = goes_on && recording.goes_on();
        if batch.is_due() || !goes_on {
            let Batch { samples, happened, .. } = std::mem::take(&mut batch);
            keeper.keep(&samples, &happened)?;
            recording.0.kept.fetch_or(!samples.is_empty(), Ordering::Relaxed);
        }
        if !goes_on {
            return Ok(());
        }
    }
}

/// What is gathered until it is written.
#[derive(Debug, Default)]
struct Batch {
    since: Option<Instant>,
    samples: Vec<Sample>,
    happened: Vec<Happening>,
}

impl Batch {
    fn add(&mut self, (sample, happened): Note) {
        self.since.get_or_insert_with(Instant::now);
        self.samples.extend(sample);
        self.happened.extend(happened);
    }

    /// How long to wait for more.
    fn timeout(&self) -> Duration {
        self.since.map_or(SPAN, |since| SPAN.saturating_sub(since.elapsed()))
    }

    fn is_due(&self) -> bool {
        let spans = match (self.samples.first(), self.samples.last()) {
            (Some(first), Some(last)) => last.time.since(first.time),
            _ => Duration::ZERO,
        };
        self.since.is_some_and(|since| since.elapsed() >= SPAN) || spans >= LONGEST_BLOCK
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Timestamp;

    fn note(milliseconds: u64) -> Note {
        let time = Timestamp::new(Duration::from_millis(milliseconds));
        (Some(Sample { time, ..Sample::default() }), Vec::new())
    }

    #[test]
    fn a_second_of_a_recording_is_written_however_fast_it_comes() {
        let mut batch = Batch::default();
        batch.add(note(0));
        batch.add(note(900));
        assert!(!batch.is_due() && batch.timeout() <= SPAN);
        batch.add(note(1000));
        assert!(batch.is_due());
    }

    #[test]
    fn what_a_camera_gave_is_written_when_its_time_is_over() {
        let mut batch = Batch::default();
        assert!(!batch.is_due() && batch.timeout() == SPAN);
        batch.add(note(0));
        batch.since = batch.since.and_then(|since| since.checked_sub(SPAN));
        assert!(batch.is_due() && batch.timeout() == Duration::ZERO);
    }
}
