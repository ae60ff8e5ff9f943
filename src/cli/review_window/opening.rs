//! A session opened to be looked at, and the shelf of sessions that others are taken from.

use std::time::Duration;

use anyhow::Result;

use super::loading::{LoadedSession, SessionLoading};
use super::pointer::PointerFollower;
use crate::cli::setup::Setup;
use crate::drill_library::Library;
use crate::i18n::fill;
use crate::review::kept_frame::KeptFrames;
use crate::review::playback::Playback;
use crate::screen::canvas::Canvas;
use crate::screen::review::axis::{TimeAxis, clock};
use crate::screen::review::opening::{self, OpeningView};
use crate::screen::review::timeline::Timeline;
use crate::screen::review::{Pointer, ReviewCommand};
use crate::screen::window::{LiveWindow, TIMEOUT};
use crate::store::{PersonId, SessionEntry, Store, StoredSamples};
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
    /// Opens a session of a store, and shows in the window how far that is; `None` if the person leaves meanwhile.
    ///
    /// # Errors
    /// If it cannot be read, or has nothing that can be shown, or the window is lost.
    pub(in crate::cli) fn open(
        setup: &Setup,
        store: &'s Store,
        entry: &SessionEntry,
        (window, canvas): (&mut LiveWindow, &mut Canvas),
    ) -> Result<Option<Self>> {
        let loading = SessionLoading::start(store, entry)?;
        let title = title(setup, entry, &person(store, entry));
        let mut follower = PointerFollower::default();
        loop {
            if let Some(loaded) = loading.wait(TIMEOUT)? {
                return Ok(Some(Self::of(loaded, store.into_samples(entry.clone()), title)));
            }
            draw(canvas, setup, &title, (loading.read(), entry.duration), follower.pointer());
            let input = window.review(canvas, true)?;
            let clicked = follower.follow(&input).clicked;
            let place = opening::close_place(canvas.size());
            let closes = clicked.is_some_and(|[from, to]| place.contains(from) && place.contains(to));
            if closes || input.keys.iter().copied().chain(input.letters()).any(|key| key == ReviewCommand::Leave) {
                return Ok(None);
            }
        }
    }

    fn of(loaded: LoadedSession, samples: StoredSamples<'s>, title: String) -> Self {
        let LoadedSession { session, times, timeline, player } = loaded;
        let frames = KeptFrames::with_times(session, times, samples, player);
        let moments = frames.session.repetitions.iter().map(|kept| kept.repetition);
        let moments = moments.map(|repetition| [repetition.start, repetition.bottom, repetition.end]);
        let mut playback = Playback::new(frames.times(), moments);
        let axis = TimeAxis::new(playback.length(), playback.spans().first().map(|first| first.start));
        playback.begin_at(axis.begin());
        Self { frames, timeline, playback, axis, title }
    }
}

fn draw(canvas: &mut Canvas, setup: &Setup, title: &str, (read, length): (Duration, Duration), pointer: Pointer) {
    let words = &setup.words.review;
    let told = fill(&words.opening, &[("time", &clock(read)), ("length", &clock(length))]);
    let part = read.as_secs_f32() / length.as_secs_f32().max(f32::EPSILON);
    opening::draw(canvas, &OpeningView { title, told: &told, part, close: &words.close, pointer });
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
