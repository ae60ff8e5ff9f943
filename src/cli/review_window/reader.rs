//! What a review reads and writes, on a thread of its own: the store, the samples and the video. The window only holds what came
//! of it.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use super::capture::RepetitionFrames;
use super::comparison::{PairFrames, SideBySide};
use super::lists::SessionList;
use super::naming::title;
use super::person_place::PersonPlaces;
use super::picking::ListPage;
use crate::cli::background::Wanted;
use crate::cli::session_file::{self, UnpackedFolder};
use crate::cli::setup::Setup;
use crate::cli::who::Who;
use crate::cli::{exit, recording_setup};
use crate::i18n::fill;
use crate::pipeline::Scene;
use crate::review::SessionPlayer;
use crate::review::kept_frame::KeptFrames;
use crate::screen::framing::CameraBox;
use crate::screen::review::ComparisonSide;
use crate::screen::review::timeline::Timeline;
use crate::source::Timestamp;
use crate::store::{PersonId, Session, SessionEntry, Store, StoreError};

/// What the window needs to know of all of a session.
pub(in crate::cli) struct LoadedSession {
    /// The session without its samples and its video.
    pub session: Session,
    /// The time of each frame.
    pub times: Vec<Timestamp>,
    pub timeline: Timeline,
    /// Drill, date and person.
    pub title: String,
}

/// Up to where in a session it has been read.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct ReadingProgress(Arc<AtomicU64>);

impl ReadingProgress {
    pub(super) fn read(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }

    fn is_at(&self, at: Duration) {
        self.0.store(u64::try_from(at.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// What the window wants to see: a frame, and whether with the standing posture in it; or both sides of a pair at these times, and
/// whether each as a whole instead of the person alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FrameWish {
    Frame { number: usize, ghost: bool },
    Pair { times: [Timestamp; 2], whole: bool },
}

/// What there is to see of it.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenMoment {
    pub scene: Option<Scene>,
    pub ghost: Option<Scene>,
    /// Where the person is over the set, in the pixels of that picture.
    pub person: Option<CameraBox>,
    pub sides: Option<[ComparisonSide; 2]>,
    /// Whether the session is no longer there.
    pub is_deleted: bool,
}

/// The thread's own.
pub(in crate::cli) struct SessionReader {
    pub(super) setup: Setup,
    store: Option<Rc<Store>>,
    /// Where the session of a file is unpacked.
    folder: Option<UnpackedFolder>,
    /// Whose sessions there are to go to; `None` for everybody's.
    person: Option<PersonId>,
    /// The session that is looked at.
    frames: Option<KeptFrames<'static>>,
    places: PersonPlaces,
    /// The one that it is compared with, until a repetition of it is picked.
    other: Option<KeptFrames<'static>>,
    pair: Option<PairFrames>,
}

impl SessionReader {
    pub(in crate::cli) fn new(setup: Setup) -> Self {
        let places = PersonPlaces::default();
        Self { setup, store: None, folder: None, person: None, frames: None, places, other: None, pair: None }
    }

    /// Finds one of the user's own sessions.
    ///
    /// # Errors
    /// If there is no such session.
    pub(in crate::cli) fn find(&mut self, who: &Who, id: &str) -> Result<SessionEntry> {
        let no_file = |unknown: StoreError| session_file::nor_a_file(unknown, id);
        let (store, notices) = Store::find(&self.setup.paths)?.ok_or(StoreError::Empty).map_err(no_file)?;
        recording_setup::report_recovery(&notices);
        let entry = who.session(&self.setup, &store, id).map_err(no_file)?;
        self.person = who.named(&store)?;
        self.store = Some(Rc::new(store));
        Ok(entry)
    }

    /// Unpacks the session in a file.
    ///
    /// # Errors
    /// If it is none.
    pub(in crate::cli) fn unpack(&mut self, path: &Path) -> Result<SessionEntry> {
        let session_file::UnpackedSession { store, entry, folder } = session_file::open(&self.setup, path)?;
        (self.store, self.folder) = (Some(Rc::new(store)), Some(folder));
        Ok(entry)
    }

    pub(super) fn store(&self) -> Result<&Rc<Store>> {
        self.store.as_ref().ok_or_else(|| anyhow!(StoreError::Empty))
    }

    /// A session as it is now: it may have been deleted since it was listed, and another one may have its id.
    ///
    /// # Errors
    /// If it is no longer there.
    pub(super) fn listed_again(&self, entry: &SessionEntry) -> Result<SessionEntry> {
        Ok(self.store()?.listed_again(entry)?)
    }

    /// Reads a session, which is looked at from now on.
    ///
    /// # Errors
    /// If it cannot be read, has nothing that can be shown, or is no longer waited for.
    pub(super) fn load(
        &mut self,
        entry: &SessionEntry,
        (progress, wanted): (&ReadingProgress, &Wanted),
    ) -> Result<LoadedSession> {
        let (frames, loaded) = self.read(entry, (progress, wanted))?;
        (self.frames, self.places, self.other, self.pair) = (Some(frames), PersonPlaces::default(), None, None);
        Ok(loaded)
    }

    /// Reads a session to compare the one that is looked at with.
    ///
    /// # Errors
    /// As [`SessionReader::load`].
    pub(super) fn load_other(
        &mut self,
        entry: &SessionEntry,
        (progress, wanted): (&ReadingProgress, &Wanted),
    ) -> Result<LoadedSession> {
        let (frames, loaded) = self.read(entry, (progress, wanted))?;
        self.other = Some(frames);
        Ok(loaded)
    }

    fn read(
        &self,
        entry: &SessionEntry,
        (progress, wanted): (&ReadingProgress, &Wanted),
    ) -> Result<(KeptFrames<'static>, LoadedSession)> {
        let store = self.store()?;
        let session = store.session(entry)?;
        let (mut times, mut pictured, mut timeline) = (Vec::new(), Vec::new(), Timeline::default());
        for block in store.sample_blocks(entry) {
            for sample in block? {
                times.push(sample.time);
                pictured.extend(sample.pictured.then_some(sample.time));
                timeline.add(&sample);
            }
            if !wanted.is_wanted() {
                bail!("The session {} was left before it was read", entry.id);
            }
            progress.is_at(timeline.length);
        }
        if times.is_empty() {
            bail!("The session {} has no kept frames: there is nothing to review", entry.id);
        }
        let timeline = timeline.with_repetitions(&session.repetitions).with_events(&session.events);
        let player = entry.video.as_deref().and_then(|video| {
            let opened = SessionPlayer::with_times(video, pictured.into());
            opened
                .inspect_err(|fault| exit::report(&fill(&self.setup.words.process.no_video, &[("fault", &fault)])))
                .ok()
        });
        let samples = store.shared_samples(entry.clone());
        let frames = KeptFrames::with_times(session.clone(), times.clone(), samples, player);
        let title = title(&self.setup, store, entry);
        Ok((frames, LoadedSession { session, times, timeline, title }))
    }

    /// What there is to see of this; where there is nothing, whether the session was deleted meanwhile.
    pub(super) fn see(&mut self, wish: &FrameWish) -> SeenMoment {
        let seen = self.seen(wish);
        let is_deleted = seen.scene.is_none() && seen.sides.is_none() && self.is_deleted();
        SeenMoment { is_deleted, ..seen }
    }

    fn is_deleted(&self) -> bool {
        let Some(frames) = &self.frames else { return false };
        let now = self.listed_again(&frames.session.entry);
        now.is_err_and(|fault| matches!(fault.downcast_ref(), Some(StoreError::Deleted { .. })))
    }

    fn seen(&mut self, wish: &FrameWish) -> SeenMoment {
        match wish {
            FrameWish::Frame { number, ghost } => {
                let Some(frames) = &mut self.frames else { return SeenMoment::default() };
                let scene = frames.scene(*number);
                let time = scene.as_ref().map(|scene| scene.time).unwrap_or_default();
                let ghost = if *ghost { frames.standing(time) } else { None };
                let person = scene.as_ref().and_then(|scene| {
                    let scale = frames.scale(&scene.picture);
                    Some(self.places.at(frames, time)?.scale(scale, scale))
                });
                SeenMoment { scene, ghost, person, ..SeenMoment::default() }
            }
            FrameWish::Pair { times, whole } => {
                let pair = self.frames.as_mut().zip(self.pair.as_mut());
                let sides = pair.and_then(|(frames, pair)| pair.sides(frames, *times, *whole));
                SeenMoment { sides, ..SeenMoment::default() }
            }
        }
    }

    /// Puts the best repetition beside the worst; `None` if there are no two.
    pub(super) fn best(&mut self) -> Option<SideBySide> {
        let pair = PairFrames::best(self.frames.as_mut()?, &self.setup.words)?;
        Some(self.show_pair(pair))
    }

    /// Puts the repetition of this number beside one of the other session, or of the same one if none was read; each with its
    /// session's title.
    pub(super) fn compare(
        &mut self,
        (number, title): (usize, &str),
        (other_number, other_title): (usize, &str),
    ) -> Option<SideBySide> {
        let other = self.other.take();
        let frames = self.frames.as_mut()?;
        let other = other.unwrap_or_else(|| frames.twin());
        let sides = ((frames, number, title), (other, other_number, other_title));
        let pair = PairFrames::with_other(sides.0, sides.1, &self.setup.words)?;
        Some(self.show_pair(pair))
    }

    fn show_pair(&mut self, pair: PairFrames) -> SideBySide {
        let both = pair.on_one_clock();
        self.pair = Some(pair);
        both
    }

    /// Keeps a note at this time, and returns the session with it.
    ///
    /// # Errors
    /// If it cannot be kept.
    pub(super) fn note(&mut self, time: Timestamp, text: &str) -> Result<Session> {
        let store = Rc::clone(self.store()?);
        let frames = self.frames.as_mut().ok_or_else(|| anyhow!(StoreError::Empty))?;
        store.note_at(&frames.session.entry, time, text)?;
        let session = store.session(&frames.session.entry)?;
        frames.session = session.clone();
        Ok(session)
    }

    /// What a video of a repetition needs.
    ///
    /// # Errors
    /// If the samples cannot be read.
    pub(super) fn repetition(&self, number: usize) -> Result<RepetitionFrames> {
        let frames = self.frames.as_ref().ok_or_else(|| anyhow!(StoreError::Empty))?;
        RepetitionFrames::read(frames, number)
    }

    fn list(&self) -> Result<SessionList<'_>> {
        SessionList::of(&self.setup, self.store()?, self.person)
    }

    /// Where a session is in the list.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(super) fn place(&self, entry: &SessionEntry) -> Result<usize> {
        self.list()?.place(entry)
    }

    /// So many sessions of the list from this one on.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(super) fn page(&self, from: usize, count: usize) -> Result<ListPage<SessionEntry>> {
        self.list()?.page(from, count)
    }
}

#[cfg(test)]
pub(in crate::cli) mod fixtures {
    use super::*;
    use crate::app_dirs::Paths;
    use crate::store::sample::Sample;
    use crate::store::{LostCounts, NewSession};

    /// A store with a session of so many blocks of a second.
    pub fn kept(paths: &Paths, seconds: u64) -> (Store, SessionEntry) {
        let (store, _) = Store::open(paths).unwrap();
        let began = "2026-11-22T08:05:00+00:00[UTC]".parse().unwrap();
        let beginning = NewSession { began, source: "Webcam".to_owned(), plan: None, person: None };
        let mut writer = Store::open(paths).unwrap().0.begin(&beginning).unwrap();
        for second in 0..seconds {
            let sample = |part: u64| Sample {
                time: Timestamp::new(Duration::from_millis(1000 * second + 100 * part)),
                number: 10 * second + part,
                ..Sample::default()
            };
            writer.keep(&(0..10).map(sample).collect::<Vec<_>>(), &[]).unwrap();
        }
        writer.finish(LostCounts::default()).unwrap();
        let entry = store.named("last").unwrap();
        (store, entry)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::fixtures::kept;
    use super::*;
    use crate::cli::background::Background;
    use crate::cli::setup::fixtures::setup;
    use crate::store::SampleSource;

    #[test]
    fn what_is_read_beside_the_window_is_what_is_read_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let (store, entry) = kept(&setup.paths, 20);
        let progress = ReadingProgress::default();
        let reader = Background::start("test", move || SessionReader::new(setup)).unwrap();
        let (asked, shared) = (entry.clone(), progress.clone());
        let loaded = reader.ask(move |reader, wanted| {
            let found = reader.find(&Who::default(), "last")?;
            assert_eq!(found, asked);
            reader.load(&found, (&shared, wanted))
        });
        let loaded = loaded.wait().unwrap().unwrap();
        let samples = store.samples_of(&entry);
        let here = KeptFrames::new(store.session(&entry).unwrap(), &samples, None).unwrap();
        let timeline = Timeline::of(&samples, &here.session.repetitions, &here.session.events).unwrap();
        assert_eq!((loaded.times.as_slice(), loaded.timeline.length), (here.times(), timeline.length));
        assert_eq!(loaded.timeline.states, timeline.states);
        assert_eq!(progress.read(), entry.duration);
        assert!(samples.within(loaded.times[0], loaded.times[3]).is_ok_and(|read| read.len() == 4));
        let seen = reader.ask(|reader, _| reader.see(&FrameWish::Frame { number: 7, ghost: true })).wait().unwrap();
        assert!(seen.scene.is_some_and(|scene| scene.number == 7) && seen.ghost.is_none());
        let noted = reader.ask(move |reader, _| reader.note(loaded.times[3], "so")).wait().unwrap().unwrap();
        assert_eq!(noted.notes().map(|(_, text)| text).collect::<Vec<_>>(), ["so"]);
    }

    #[test]
    fn one_that_is_left_is_read_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let (_, entry) = kept(&setup.paths, 3);
        let progress = ReadingProgress::default();
        let reader = Background::start("test", move || SessionReader::new(setup)).unwrap();
        let (begins, begun) = mpsc::channel();
        let (go, held) = mpsc::channel::<()>();
        let (ends, ended) = mpsc::channel();
        let shared = progress.clone();
        let left = reader.ask(move |reader, wanted| {
            reader.find(&Who::default(), "last").unwrap();
            begins.send(()).unwrap();
            held.recv().unwrap();
            ends.send(reader.load(&entry, (&shared, wanted)).is_err()).unwrap();
        });
        begun.recv().unwrap();
        drop(left);
        go.send(()).unwrap();
        assert!(ended.recv().unwrap());
        assert_eq!(progress.read(), Duration::ZERO, "it ends with the block that is being read");
    }
}
