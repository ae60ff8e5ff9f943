//! A session opened to be looked at, and the shelf of sessions that others are taken from.

use anyhow::{Result, bail};

use crate::cli::session_player;
use crate::cli::setup::Setup;
use crate::drill_library::Library;
use crate::review::kept_frame::KeptFrames;
use crate::review::playback::Playback;
use crate::screen::review::axis::TimeAxis;
use crate::screen::review::timeline::Timeline;
use crate::store::{PersonId, SessionEntry, Store};
use crate::visible::visible;

/// The sessions that can be gone to.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Shelf<'s> {
    pub store: &'s Store,
    /// Whose; `None` for everybody's.
    pub person: Option<PersonId>,
}

/// A session that is looked at.
pub(in crate::cli) struct OpenSession<'s> {
    pub frames: KeptFrames<'s>,
    pub timeline: Timeline,
    pub playback: Playback,
    pub axis: TimeAxis,
    /// Drill, date and person.
    pub title: String,
}

impl<'s> OpenSession<'s> {
    /// Opens a session of a store.
    ///
    /// # Errors
    /// If it cannot be read, or has nothing that can be shown.
    pub(in crate::cli) fn open(setup: &Setup, store: &'s Store, entry: &SessionEntry) -> Result<Self> {
        let samples = store.into_samples(entry.clone());
        let player = session_player::open(entry, &samples)?;
        let frames = KeptFrames::new(store.session(entry)?, samples, player)?;
        if frames.times().is_empty() {
            bail!("The session {} has no kept frames: there is nothing to review", entry.id);
        }
        let session = &frames.session;
        let timeline = Timeline::of(frames.samples(), &session.repetitions, &session.events)?;
        let moments = session.repetitions.iter().map(|kept| kept.repetition);
        let moments = moments.map(|repetition| [repetition.start, repetition.bottom, repetition.end]);
        let mut playback = Playback::new(frames.times(), moments);
        let axis = TimeAxis::new(playback.length(), playback.spans().first().map(|first| first.start));
        playback.begin_at(axis.begin());
        let title = title(setup, entry, &person(store, entry));
        Ok(Self { frames, timeline, playback, axis, title })
    }
}

/// What whoever practised in a session is called.
pub(super) fn person(store: &Store, entry: &SessionEntry) -> String {
    let known = store.person_with(entry.person);
    visible(&known.map_or_else(|_| entry.pseudonym.clone(), |person| person.label().to_owned()))
}

/// The name of what was practised in a session.
pub(super) fn drill(setup: &Setup, library: &Library, entry: &SessionEntry) -> String {
    visible(&setup.words.drill_named(library, entry.plan.as_deref()))
}

/// When a session began.
pub(super) fn day(setup: &Setup, entry: &SessionEntry) -> String {
    entry.began.strftime(&setup.words.review.day).to_string()
}

fn title(setup: &Setup, entry: &SessionEntry, person: &str) -> String {
    let drill = drill(setup, &Library::open(&setup.paths), entry);
    let parts = [
        Some(drill),
        Some(day(setup, entry)),
        Some(person.to_owned()),
        entry.name.as_deref().map(|name| visible(&name)),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
