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
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::pipeline::{FaceCover, FrameSink, GuidedFrame, Observation};
use crate::recording::{self, EncoderThread, PAUSE, Size, TRIED};
use crate::source::Timestamp;
use crate::store::journal::Journal;
use crate::store::sample::Sample;
use crate::store::{Happening, LostCounts, SessionWriter, Set, StoreError};

/// How long samples are collected before they are written. Being killed loses the collected ones and those being
/// written: together less than a second.
const SPAN: Duration = Duration::from_millis(800);

/// More notes than a camera delivers in ten seconds, the time a sleeping disk needs to wake.
const QUEUE: usize = 600;

/// The longest part of a recording in one block, however fast it is analysed: a review reads whole blocks.
const LONGEST_BLOCK: Duration = Duration::from_secs(1);

/// A session of a camera that is shorter than this, and in which nobody bent and no set began, is not kept: somebody looked
/// whether the camera works, or was called away. A guided session needs most of this until its first set. [own]
const FALSE_START: Duration = Duration::from_secs(60);

/// What is stored of one frame.
type Note = (Option<Sample>, Vec<Happening>);

/// The sending end of the queue, which knows whether it is full before anything is sent.
#[derive(Debug)]
struct NoteSender {
    notes: SyncSender<Note>,
    /// How many notes are in the queue, or one more.
    queued: Arc<AtomicUsize>,
    /// Whether a full queue blocks.
    waits: bool,
}

impl NoteSender {
    /// Whether the next note is taken.
    fn has_room(&self) -> bool {
        self.waits || self.queued.load(Ordering::Acquire) < QUEUE
    }

    /// Sends a note, for which there must be room. Fails only if the thread stopped after an error, which it has
    /// reported.
    fn send(&self, note: Note) {
        self.queued.fetch_add(1, Ordering::AcqRel);
        self.notes.send(note).ok();
    }
}

/// The receiving end.
#[derive(Debug)]
struct NoteReceiver {
    notes: Receiver<Note>,
    queued: Arc<AtomicUsize>,
}

impl NoteReceiver {
    fn receive(&self, timeout: Duration) -> Result<Note, RecvTimeoutError> {
        let note = self.notes.recv_timeout(timeout)?;
        self.queued.fetch_sub(1, Ordering::AcqRel);
        Ok(note)
    }
}

/// The queue of notes.
fn note_queue(waits: bool) -> (NoteSender, NoteReceiver) {
    let (sender, receiver) = sync_channel(QUEUE);
    let queued = Arc::new(AtomicUsize::new(0));
    let receiver = NoteReceiver { notes: receiver, queued: Arc::clone(&queued) };
    (NoteSender { notes: sender, queued, waits }, receiver)
}

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
    stopped: Mutex<Option<String>>,
}

impl RecordingStatus {
    /// The session's id; `None` until something is stored.
    pub fn id(&self) -> Option<&str> {
        (self.0.kept.load(Ordering::Relaxed) && !self.was_false_start()).then_some(self.0.id.as_str())
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

    /// Storing is no longer waited for: what is not stored by now counts as lost.
    pub fn leave_behind(&self) {
        self.stop("its disk does not answer".to_owned());
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

    /// Starts storing a re-measurement, frame by frame of its video. `sets` are those of the original session.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn remeasuring(writer: SessionWriter, sets: Vec<Set>) -> io::Result<(Self, RecordingStatus)> {
        let (recorder, recording) = Self::start(writer, true, None)?;
        Ok((Self { journal: Journal::remeasuring(sets), remeasured: true, ..recorder }, recording))
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
        if let Some(Err(error)) = self.camera.take().map(EncoderThread::finish) {
            self.recording.stop(error.to_string());
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
    let checked = if recording.goes_on() { Ok(()) } else { writer.check_film() };
    let ended = if is(&recording.0.discarded) {
        writer.discard()
    } else if is(&recording.0.broken_off) {
        writer.break_off(recording.lost()).map(drop)
    } else {
        writer.finish(recording.lost()).map(drop)
    };
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
mod tests {
    use std::path::{Path, PathBuf};

    use image::RgbImage;

    use super::*;
    use crate::coach::Progress;
    use crate::coach::form::Form;
    use crate::geometry::{Measurement, State};
    use crate::pipeline::StageTimes;
    use crate::pose::PoseResult;
    use crate::source::Frame;
    use crate::store::tests::World;
    use crate::store::{NewSession, Store};

    /// Makes every write fail, and lets it succeed again.
    const REFUSE: &str = "CREATE TRIGGER refuse BEFORE INSERT ON blocks BEGIN SELECT RAISE(ABORT, 'refused'); END";
    const ALLOW: &str = "DROP TRIGGER refuse";

    fn observation(number: u64) -> Observation {
        let measurement = Measurement { state: State::Nobody, ..Measurement::default() };
        let picture = Arc::new(RgbImage::new(64, 48));
        let time = Timestamp::new(Duration::from_millis(33 * number));
        Observation {
            frame: Frame { picture, time, captured_at: Instant::now(), number },
            pose_result: Arc::new(PoseResult { pose: None, people: 0 }),
            back: None,
            limbs: None,
            form: None,
            measurement,
            progress: Progress::default(),
            times: StageTimes::default(),
        }
    }

    fn recorder(world: &World) -> (Recorder, RecordingStatus, PathBuf) {
        let began = "2026-11-22T08:05:00+00:00[UTC]".parse().unwrap();
        let writer =
            world.open().begin(&NewSession { began, source: "Webcam".to_owned(), plan: None, person: None }).unwrap();
        let film = writer.home().join(recording::FILE);
        let (recorder, status) = Recorder::start(writer, false, Some(Size::Small)).unwrap();
        (recorder, status, film)
    }

    fn database(world: &World) -> rusqlite::Connection {
        let database = rusqlite::Connection::open(Store::folder(&world.paths).join("sessions.db")).unwrap();
        database.busy_timeout(Duration::from_secs(9)).unwrap();
        database
    }

    /// How many pictures a film has.
    fn pictures(film: &Path) -> usize {
        let mut source = crate::source::video::open(film).unwrap();
        std::iter::from_fn(|| matches!(source.next().unwrap(), crate::source::Delivery::Frame(_)).then_some(())).count()
    }

    #[test]
    fn a_frame_that_is_dropped_is_not_filmed_so_pictures_stay_those_of_their_samples() {
        let world = World::new();
        let (mut recorder, status, film) = recorder(&world);
        let held = database(&world);
        held.execute_batch("BEGIN IMMEDIATE").unwrap(); // the recorder waits for this
        let (frames, mut number) = (QUEUE as u64 + 300, 0);
        while number < frames || (status.lost().samples < 100 && number < 3 * frames) {
            recorder.observe(&observation(number), None);
            thread::sleep(Duration::from_millis(1)); // enough for the encoder
            number += 1;
        }
        held.execute_batch("COMMIT").unwrap();
        recorder.finish(0);
        assert!(status.goes_on() && status.lost().samples >= 100, "{:?}", status.lost());
        let store = world.open();
        let samples = store.samples(&store.named("last").unwrap()).unwrap();
        let filmed = samples.iter().filter(|sample| sample.pictured).count();
        assert!(filmed > 300, "{filmed}");
        assert_eq!(pictures(&film), filmed);
    }

    /// What is left of a session of a camera that ends after this many seconds.
    fn left_after(seconds: u64, form: Option<Form>) -> (Option<u64>, bool) {
        let world = World::new();
        let (recorder, status, _) = recorder(&world);
        let mut recorder = recorder.without_false_starts();
        for number in 0..=seconds {
            let of_second = observation(number);
            let time = Timestamp::from_secs_f64(number as f64);
            let frame = Frame { time, ..of_second.frame };
            recorder.observe(&Observation { frame, form: form.filter(|_| number == 1), ..of_second }, None);
        }
        recorder.finish(0);
        assert_eq!(status.id().is_some(), !status.was_false_start(), "what is not there has no id");
        let store = world.open();
        let left = std::fs::read_dir(Store::folder(&world.paths))
            .unwrap()
            .filter(|file| file.as_ref().unwrap().path().is_dir());
        let kept = store.list().unwrap();
        assert_eq!(left.count(), kept.len(), "its video goes with it");
        (kept.first().map(|entry| entry.frames), status.was_false_start())
    }

    #[test]
    fn a_session_of_some_seconds_without_a_bend_is_not_kept_and_any_other_is() {
        assert_eq!(left_after(12, None), (None, true));
        assert_eq!(left_after(12, Some(Form::default())), (Some(13), false), "with a bend");
        assert_eq!(left_after(60, None), (Some(61), false), "a minute");
        let world = World::new();
        let (recorder, status, _) = recorder(&world);
        let mut recorder = recorder.without_false_starts();
        recorder.observe(&observation(0), None);
        recorder.break_off(0);
        assert!(!status.was_false_start() && world.open().list().unwrap().len() == 1, "what broke off is kept");
    }

    #[test]
    fn a_write_that_fails_for_a_moment_is_tried_again() {
        let world = World::new();
        let (mut recorder, status, _) = recorder(&world);
        database(&world).execute_batch(REFUSE).unwrap();
        (0..10).for_each(|number| recorder.observe(&observation(number), None));
        thread::sleep(SPAN + Duration::from_millis(700));
        database(&world).execute_batch(ALLOW).unwrap();
        (10..20).for_each(|number| recorder.observe(&observation(number), None));
        recorder.finish(0);
        assert_eq!((status.stopped(), status.lost().samples), (None, 0));
        let store = world.open();
        assert_eq!(store.samples(&store.named("last").unwrap()).unwrap().len(), 20);
    }

    #[test]
    fn what_is_no_longer_kept_is_no_longer_filmed() {
        let world = World::new();
        let (mut recorder, status, film) = recorder(&world);
        database(&world).execute_batch(REFUSE).unwrap();
        recorder.observe(&observation(0), None);
        let began = Instant::now();
        while status.goes_on() && began.elapsed() < 3 * TRIED {
            thread::sleep(PAUSE);
        }
        assert!(status.stopped().unwrap().contains("refused"), "{:?}", status.stopped());
        (1..100).for_each(|number| recorder.observe(&observation(number), None));
        assert!(recorder.camera.is_none());
        recorder.finish(0);
        assert!(!film.exists() || pictures(&film) == 1);
    }

    #[test]
    fn what_is_measured_after_storing_has_stopped_counts_as_lost_to_the_end() {
        let world = World::new();
        let (mut recorder, status, _) = recorder(&world);
        (0..10).for_each(|number| recorder.observe(&observation(number), None));
        let began = Instant::now();
        while status.stored() < 10 && began.elapsed() < 3 * TRIED {
            thread::sleep(PAUSE);
        }
        status.leave_behind(); // as a disk that answers no more does
        (10..100).for_each(|number| recorder.observe(&observation(number), None));
        recorder.finish(0);
        assert_eq!((status.stored(), status.lost().samples), (10, 90));
        let entry = world.open().named("last").unwrap();
        assert_eq!((entry.frames, entry.lost.samples), (10, 90));
    }

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
