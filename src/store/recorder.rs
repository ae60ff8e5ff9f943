//! Stores a session while it runs, on its own thread, so that the disk never delays the measurement.
//!
//! ```text
//! perception ──Note──▶ queue ──▶ recorder: one transaction every 0.8 s
//! ```
//!
//! The queue is bounded. If it is full, the frames of a camera are dropped and counted, while a recording waits, as it
//! does everywhere else. A dropped frame is not filmed either: the nth picture is that of the nth sample with one. If
//! writing fails, it is tried again for some seconds; then storing stops for good with one error message, the film with
//! it, and the session continues without both.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::coach::SetGoal;
use crate::pipeline::{FaceCover, FrameSink, GuidedFrame, Observation};
use crate::recording::{self, EncoderThread, PAUSE, RecordingError, Size, TRIED};
use crate::source::Timestamp;
use crate::store::journal::Journal;
use crate::store::note_queue::{Note, NoteReceiver, NoteSender, note_queue};
use crate::store::sample::Sample;
use crate::store::{Happening, LostCounts, SessionWriter, Set, StoreError, StoredRepetition};

/// How long samples are collected before they are written. Being killed loses the collected ones and those being
/// written: together less than a second.
const SPAN: Duration = Duration::from_millis(800);

/// The longest part of a recording in one block, however fast it is analysed: a review reads whole blocks.
const LONGEST_BLOCK: Duration = Duration::from_secs(1);

/// A session of a camera that is shorter than this, and in which nobody bent and no set began, is not kept: somebody looked
/// whether the camera works, or was called away. A guided session needs most of this until its first set. [own]
const FALSE_START: Duration = Duration::from_secs(60);

/// Sends frames to the thread that stores them.
#[derive(Debug)]
pub struct Recorder {
    journal: Journal,
    notes: NoteSender,
    /// Events of frames that were dropped.
    unsent: Vec<Happening>,
    camera: Option<EncoderThread>,
    /// Covers the faces in the video; `None` if they are kept.
    cover: Option<FaceCover>,
    /// Whether the video was recorded in the session's row.
    noted: Option<bool>,
    /// Whether it is kept only if it is no false start.
    choosy: bool,
    /// The time from its first frame to its last.
    span: Option<(Timestamp, Timestamp)>,
    /// Whether this is a re-measurement: every frame is in the session's video already.
    remeasured: bool,
    thread: JoinHandle<()>,
    recording: RecordingStatus,
}

/// The status of storing a session, for display.
#[derive(Clone, Debug)]
pub struct RecordingStatus(Arc<RecorderShared>);

#[derive(Debug, Default)]
struct RecorderShared {
    id: String,
    /// Frames that were measured, and those of them that are stored or were dropped because the queue was full.
    measured: AtomicU64,
    stored: AtomicU64,
    dropped: AtomicU64,
    pictures_dropped: AtomicU64,
    kept: AtomicBool,
    discarded: AtomicBool,
    false_start: AtomicBool,
    broken_off: AtomicBool,
    /// Whether what was stored is not in the list of sessions at the end, and whether the video is not in its place.
    gone: AtomicBool,
    film_gone: AtomicBool,
    stopped: Mutex<Option<String>>,
}

impl RecordingStatus {
    /// The session's id; `None` until something is stored, and once the store has said at the end that it is not there.
    pub fn id(&self) -> Option<&str> {
        let is_there = self.0.kept.load(Ordering::Relaxed) && !self.was_false_start() && !self.is_gone();
        is_there.then_some(self.0.id.as_str())
    }

    /// Whether something was stored that is not in the list of sessions at the end: the session was deleted, or the list was removed or
    /// replaced.
    pub fn is_gone(&self) -> bool {
        self.0.kept.load(Ordering::Relaxed) && self.0.gone.load(Ordering::Relaxed)
    }

    /// Whether the video is not in its place at the end: it was removed or replaced.
    pub fn has_lost_film(&self) -> bool {
        self.0.film_gone.load(Ordering::Relaxed)
    }

    /// The id with which the session began, whatever becomes of it.
    pub fn begun_as(&self) -> &str {
        &self.0.id
    }

    /// Whether the session was not kept because it was a false start: short, and without a bend or a set.
    pub fn was_false_start(&self) -> bool {
        self.0.false_start.load(Ordering::Relaxed)
    }

    /// Why storing stopped early, if it did.
    pub fn stopped(&self) -> Option<String> {
        self.0.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether storing continues, or continued to the end.
    pub fn goes_on(&self) -> bool {
        self.0.stopped.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Whether the session is stored to its end.
    pub fn is_whole(&self) -> bool {
        self.goes_on() && !self.0.broken_off.load(Ordering::Relaxed)
    }

    /// What could not be stored so far. Once storing has stopped that is everything else that is measured.
    pub fn lost(&self) -> LostCounts {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let unstored = || count(&self.0.measured).saturating_sub(count(&self.0.stored));
        let samples = if self.goes_on() { count(&self.0.dropped) } else { unstored() };
        LostCounts { samples, pictures: count(&self.0.pictures_dropped) }
    }

    /// The number of frames stored so far.
    pub fn stored(&self) -> u64 {
        self.0.stored.load(Ordering::Relaxed)
    }

    /// Storing is no longer waited for, for this reason: what is not stored by now counts as lost.
    pub fn leave_behind(&self, reason: &str) {
        self.stop(reason.to_owned());
    }

    fn stop(&self, reason: String) {
        self.0.stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }
}

impl Recorder {
    /// Starts storing a session, with a video if `video` is given. `waits` says whether a full queue blocks, as for a
    /// recording.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(writer: SessionWriter, waits: bool, video: Option<Size>) -> io::Result<(Self, RecordingStatus)> {
        let path = writer.home().join(recording::FILE);
        let camera = video.map(|size| EncoderThread::start(path, size, waits)).transpose()?;
        let (notes, noted) = note_queue(waits);
        let id = writer.id().to_owned();
        let recording = RecordingStatus(Arc::new(RecorderShared { id, ..RecorderShared::default() }));
        let shared = recording.clone();
        let thread = thread::Builder::new().name("recorder".into()).spawn(move || record(writer, &noted, &shared))?;
        let recorder = Self {
            journal: Journal::default(),
            notes,
            unsent: Vec::new(),
            camera,
            cover: Some(FaceCover::default()),
            noted: None,
            choosy: false,
            span: None,
            remeasured: false,
            thread,
            recording: recording.clone(),
        };
        Ok((recorder, recording))
    }

    /// Starts storing a re-measurement, frame by frame of its video. `sets` and `repetitions` are those of the original session.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn remeasuring(
        writer: SessionWriter,
        sets: Vec<Set>,
        repetitions: &[StoredRepetition],
    ) -> io::Result<(Self, RecordingStatus)> {
        let (recorder, recording) = Self::start(writer, true, None)?;
        Ok((Self { journal: Journal::remeasuring(sets, repetitions), remeasured: true, ..recorder }, recording))
    }

    /// The same recorder, which does not keep the session if it turns out to be a false start. A session that is interrupted
    /// or killed is kept.
    #[must_use]
    pub fn without_false_starts(self) -> Self {
        Self { choosy: true, ..self }
    }

    /// The same recorder, with faces in its video as they are.
    #[must_use]
    pub fn with_faces(self) -> Self {
        Self { cover: None, ..self }
    }

    /// The same recorder, of a session that is not led and is one set of this drill.
    #[must_use]
    pub fn of_drill(self, drill: String, goal: SetGoal) -> Self {
        Self { journal: Journal::of_drill(drill, goal), ..self }
    }

    fn is_false_start(&self) -> bool {
        let length = self.span.map_or(Duration::ZERO, |(first, last)| last.since(first));
        self.choosy && length < FALSE_START && !self.journal.has_practice()
    }

    /// Stores one frame and its events.
    pub fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>) {
        self.recording.0.measured.fetch_add(1, Ordering::Relaxed);
        if !self.recording.goes_on() {
            // What is no longer kept is no longer filmed; the reason is told.
            drop(self.camera.take().map(EncoderThread::give_up));
            return;
        }
        self.span = Some((self.span.map_or(observation.frame.time, |(first, _)| first), observation.frame.time));
        let (mut sample, happened) = self.journal.observe(observation, guided);
        self.unsent.extend(happened); // few, and no repetition may be lost
        if !self.notes.has_room() {
            self.recording.0.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let head = self.cover.as_mut().and_then(|cover| cover.head(observation));
        let recorded = self.camera.as_mut().is_some_and(|camera| camera.take(&observation.frame, head));
        sample.pictured = recorded || self.remeasured;
        self.note_picture(observation, recorded);
        if self.camera.as_ref().is_some_and(EncoderThread::is_over) {
            self.end_video(); // writing failed, and will fail for the rest as well
        }
        self.notes.send((Some(sample), std::mem::take(&mut self.unsent)));
    }

    /// Records, once, the size of the picture and the name of its video.
    fn note_picture(&mut self, observation: &Observation, pictured: bool) {
        if self.noted != Some(pictured) && self.noted != Some(true) {
            let video = pictured.then_some(recording::FILE);
            self.unsent.push(Happening::Pictured { size: observation.frame.picture.dimensions(), video });
            self.noted = Some(pictured);
        }
        let dropped = self.camera.as_ref().map_or(0, EncoderThread::dropped);
        self.recording.0.pictures_dropped.store(dropped, Ordering::Relaxed);
    }

    /// Ends the session and waits until it is stored. `missed` frames of its source were never measured.
    pub fn finish(self, missed: u64) {
        if self.is_false_start() && self.recording.goes_on() {
            self.recording.0.false_start.store(true, Ordering::Relaxed);
            self.discard();
        } else {
            self.end(missed);
        }
    }

    fn end(mut self, missed: u64) {
        self.end_video();
        let mut last = std::mem::take(&mut self.unsent);
        last.extend(std::mem::take(&mut self.journal).close());
        last.push(Happening::Missed(missed));
        self.notes.send((None, last));
        self.wait();
    }

    /// Ends the session as one that was interrupted, and waits until it is stored.
    pub fn break_off(self, missed: u64) {
        self.recording.0.broken_off.store(true, Ordering::Relaxed);
        self.end(missed);
    }

    /// Removes the session, and waits until it is gone.
    pub fn discard(mut self) {
        self.end_video();
        self.recording.0.discarded.store(true, Ordering::Relaxed);
        self.wait();
    }

    /// Ends the video.
    fn end_video(&mut self) {
        match self.camera.take().map(EncoderThread::finish) {
            // What was measured is kept nevertheless.
            Some(Err(RecordingError::Replaced { .. })) => self.recording.0.film_gone.store(true, Ordering::Relaxed),
            Some(Err(error)) => self.recording.stop(error.to_string()),
            Some(Ok(())) | None => {}
        }
    }

    fn wait(self) {
        drop(self.notes);
        if self.thread.join().is_err() {
            self.recording.stop("an internal error in bendwise, please report it with the option -v".to_owned());
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

fn record(mut writer: SessionWriter, notes: &NoteReceiver, recording: &RecordingStatus) {
    if let Err(error) = write_all(&mut writer, notes, recording) {
        recording.stop(error.to_string());
        // The row is closed when the session ends, as only then it is known how much is lost.
        while !matches!(notes.receive(SPAN), Err(RecvTimeoutError::Disconnected)) {}
    }
    let is = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
    let checked = match recording.goes_on() {
        _ if recording.has_lost_film() => writer.forget_film(),
        true => Ok(()),
        false => writer.check_film(),
    };
    let ended = if is(&recording.0.discarded) {
        writer.discard()
    } else if is(&recording.0.broken_off) {
        writer.break_off(recording.lost()).map(drop)
    } else {
        writer.finish(recording.lost()).map(drop)
    };
    recording.0.gone.store(ended.as_ref().is_err_and(StoreError::is_gone), Ordering::Relaxed);
    if let Err(error) = checked.and(ended) {
        recording.stop(error.to_string());
    }
}

fn write_all(writer: &mut SessionWriter, notes: &NoteReceiver, recording: &RecordingStatus) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    loop {
        let goes_on = match notes.receive(batch.timeout()) {
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
            keep(writer, &samples, &happened)?;
            recording.0.stored.fetch_add(samples.len() as u64, Ordering::Relaxed);
            recording.0.kept.fetch_or(!samples.is_empty(), Ordering::Relaxed);
        }
        if !goes_on {
            return Ok(());
        }
    }
}

/// Writes what was collected, if need be after some tries.
fn keep(writer: &mut SessionWriter, samples: &[Sample], happened: &[Happening]) -> Result<(), StoreError> {
    let began = Instant::now();
    loop {
        match writer.keep(samples, happened) {
            Err(gone) if gone.is_gone() => return Err(gone),
            Err(error) if began.elapsed() < TRIED => tracing::debug!("tried again: {error}"),
            kept => return kept,
        }
        thread::sleep(PAUSE);
    }
}

/// What is collected for the next transaction.
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
#[path = "recorder_tests.rs"]
mod tests;
