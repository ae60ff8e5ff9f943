//! A session read on a thread of its own, so that the window never waits for the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::cli::exit;
use crate::review::SessionPlayer;
use crate::screen::review::timeline::Timeline;
use crate::source::Timestamp;
use crate::store::{Session, SessionEntry, Store};

/// What a review needs to know of all of a session.
pub(super) struct LoadedSession {
    /// The session without its samples and its video.
    pub session: Session,
    /// The time of each frame.
    pub times: Vec<Timestamp>,
    pub timeline: Timeline,
    /// Its video, if it has one that can be played.
    pub player: Option<SessionPlayer>,
}

/// A session that is being read; the reading ends when this is dropped.
pub(super) struct SessionLoading {
    progress: Arc<LoadingProgress>,
    loaded: Receiver<Result<LoadedSession>>,
}

/// What the thread and the window tell each other.
#[derive(Debug, Default)]
struct LoadingProgress {
    /// Up to where in the session it has been read, nanoseconds.
    read: AtomicU64,
    /// Whether nobody waits for it any more.
    is_left: AtomicBool,
}

impl SessionLoading {
    /// Begins to read a session.
    ///
    /// # Errors
    /// If the store cannot be opened once more, or there is no thread.
    pub(super) fn start(store: &Store, entry: &SessionEntry) -> Result<Self> {
        let (store, entry) = (store.again()?, entry.clone());
        let progress = Arc::new(LoadingProgress::default());
        let (done, loaded) = channel();
        let shared = Arc::clone(&progress);
        let work = move || {
            done.send(load(&store, &entry, &shared)).ok(); // nobody waits any more
        };
        let thread = thread::Builder::new().name("loading".to_owned()).spawn(work);
        thread.context("The session cannot be read: no thread could be started")?;
        Ok(Self { progress, loaded })
    }

    /// Up to where in the session it has been read.
    pub(super) fn read(&self) -> Duration {
        Duration::from_nanos(self.progress.read.load(Ordering::Relaxed))
    }

    /// Waits at most this long for the session.
    ///
    /// # Errors
    /// If it cannot be read, or has nothing that can be shown.
    pub(super) fn wait(&self, timeout: Duration) -> Result<Option<LoadedSession>> {
        match self.loaded.recv_timeout(timeout) {
            Ok(loaded) => loaded.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(anyhow!(exit::internal_error())),
        }
    }
}

impl Drop for SessionLoading {
    fn drop(&mut self) {
        self.progress.is_left.store(true, Ordering::Relaxed);
    }
}

fn load(store: &Store, entry: &SessionEntry, progress: &LoadingProgress) -> Result<LoadedSession> {
    let session = store.session(entry)?;
    let (mut times, mut pictured, mut timeline) = (Vec::new(), Vec::new(), Timeline::default());
    for block in store.sample_blocks(entry) {
        for sample in block? {
            times.push(sample.time);
            pictured.extend(sample.pictured.then_some(sample.time));
            timeline.add(&sample);
        }
        if progress.is_left.load(Ordering::Relaxed) {
            bail!("The session {} was left before it was read", entry.id);
        }
        progress.read.store(u64::try_from(timeline.length.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
    if times.is_empty() {
        bail!("The session {} has no kept frames: there is nothing to review", entry.id);
    }
    let timeline = timeline.with_repetitions(&session.repetitions).with_events(&session.events);
    let player = entry.video.as_deref().and_then(|video| {
        let opened = SessionPlayer::with_times(video, pictured.into());
        opened.inspect_err(|fault| exit::report(&format!("The session is shown without its video: {fault}"))).ok()
    });
    Ok(LoadedSession { session, times, timeline, player })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app_dirs::Paths;
    use crate::review::kept_frame::KeptFrames;
    use crate::store::sample::Sample;
    use crate::store::{LostCounts, NewSession, SampleSource};

    /// Longer than anything takes here on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// A store with a session of so many blocks of a second.
    fn kept(paths: &Paths, seconds: u64) -> (Store, SessionEntry) {
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

    #[test]
    fn what_is_read_beside_the_window_is_what_is_read_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (store, entry) = kept(&Paths::below(folder.path()), 20);
        let loading = SessionLoading::start(&store, &entry).unwrap();
        let loaded = loading.wait(PATIENCE).unwrap().unwrap();
        let samples = store.samples_of(&entry);
        let here = KeptFrames::new(store.session(&entry).unwrap(), &samples, None).unwrap();
        let timeline = Timeline::of(&samples, &here.session.repetitions, &here.session.events).unwrap();
        assert_eq!((loaded.times.as_slice(), loaded.timeline.length), (here.times(), timeline.length));
        assert_eq!(loaded.timeline.states, timeline.states);
        assert_eq!(loading.read(), entry.duration);
        assert!(loaded.player.is_none());
        assert!(samples.within(loaded.times[0], loaded.times[3]).is_ok_and(|read| read.len() == 4));
    }

    #[test]
    fn one_that_is_left_is_read_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let (store, entry) = kept(&Paths::below(folder.path()), 3);
        let left = LoadingProgress { is_left: AtomicBool::new(true), ..LoadingProgress::default() };
        assert!(load(&store, &entry, &left).is_err());
        assert_eq!(left.read.into_inner(), 0, "it ends with the block that is being read");
    }
}
