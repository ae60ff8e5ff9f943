//! A session opened to be looked at.

use anyhow::Result;

use super::naming::day;
use super::reader::{LoadedSession, ReadingProgress, SessionReader};
use crate::cli::background::{Background, Wanted};
use crate::cli::setup::Setup;
use crate::cli::waiting::{DeskWindow, wait_for};
use crate::i18n::fill;
use crate::review::playback::Playback;
use crate::screen::canvas::Canvas;
use crate::screen::review::axis::{TimeAxis, clock};
use crate::screen::review::timeline::Timeline;
use crate::source::Timestamp;
use crate::store::{Session, SessionEntry};

/// A session that is looked at.
pub(in crate::cli) struct OpenSession {
    /// The session without its samples and its video, which the reader has.
    pub session: Session,
    pub timeline: Timeline,
    pub playback: Playback,
    pub axis: TimeAxis,
    /// Drill, date and person.
    pub title: String,
    /// The time of its first frame.
    first: Timestamp,
}

/// How a reader reads a session: to be looked at, or to be compared with.
pub(super) type Loading = fn(&mut SessionReader, &SessionEntry, (&ReadingProgress, &Wanted)) -> Result<LoadedSession>;

impl OpenSession {
    /// Opens a session, and shows in the window how far that is; `None` if the person leaves meanwhile.
    ///
    /// # Errors
    /// If it cannot be read, or has nothing that can be shown, or the window is lost.
    pub(in crate::cli) fn open(
        setup: &Setup,
        reader: &Background<SessionReader>,
        entry: SessionEntry,
        shown: (&mut dyn DeskWindow, &mut Canvas),
    ) -> Result<Option<Self>> {
        Ok(load(setup, (reader, SessionReader::load), entry, shown)?.map(Self::of))
    }

    /// A session that was read.
    pub(super) fn of(loaded: LoadedSession) -> Self {
        let LoadedSession { session, times, timeline, title } = loaded;
        let moments = session.repetitions.iter().map(|kept| kept.repetition);
        let moments = moments.map(|repetition| [repetition.start, repetition.bottom, repetition.end]);
        let mut playback = Playback::new(&times, moments);
        let axis = TimeAxis::new(playback.length(), playback.spans().first().map(|first| first.start));
        playback.begin_at(axis.begin());
        let first = times.first().copied().unwrap_or_default();
        Self { session, timeline, playback, axis, title, first }
    }

    /// The time of the frame that is looked at, whether it has come yet or not.
    pub(super) fn time(&self) -> Timestamp {
        Timestamp::new(self.first.since(Timestamp::default()) + self.playback.frame_time())
    }
}

/// Reads a session on the thread of the reader, and shows in the window how far that is; `None` if the person leaves meanwhile.
///
/// # Errors
/// If it cannot be read, or has nothing that can be shown, or the window is lost.
pub(super) fn load(
    setup: &Setup,
    (reader, load): (&Background<SessionReader>, Loading),
    entry: SessionEntry,
    shown: (&mut dyn DeskWindow, &mut Canvas),
) -> Result<Option<LoadedSession>> {
    let (progress, length) = (ReadingProgress::default(), entry.duration);
    let (read, words) = (progress.clone(), &setup.words);
    let title = day(setup, &entry);
    let loading = reader.ask(move |reader, wanted| {
        let entry = reader.listed_again(&entry)?;
        load(reader, &entry, (&progress, wanted))
    });
    let how_far = || {
        let told = fill(&words.review.opening, &[("time", &clock(read.read())), ("length", &clock(length))]);
        (told, read.read().as_secs_f32() / length.as_secs_f32().max(f32::EPSILON))
    };
    wait_for(shown, words, (&title, &how_far), loading)?.transpose()
}
