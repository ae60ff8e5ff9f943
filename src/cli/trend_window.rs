//! The trend in the window: one drill of one person after the other.

use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow};

use super::background::{Background, Latest};
use super::redraw::{Redraw, RedrawTracker};
use super::review_window::naming::PersonLabels;
use super::review_window::pointer::PointerFollower;
use super::setup::Setup;
use super::waiting::{DeskWindow, wait_for};
use super::{prescription, recording_setup};
use crate::drill_library::Library;
use crate::review::playback::Move;
use crate::screen::canvas::Canvas;
use crate::screen::review::ReviewCommand;
use crate::screen::trend::page::{self, TrendButton, TrendPage};
use crate::screen::window::TIMEOUT;
use crate::store::trend::Past;
use crate::store::{PersonId, PracticeDays, Store, StoreError};
use crate::visible::visible;

/// The most sessions on the page: more dots would touch each other.
const MOST: usize = 120;

/// What the thread reads from.
struct TrendReader {
    setup: Setup,
    person: PersonId,
    store: Option<Store>,
}

/// What there is to know of a person whatever the drill.
struct Practised {
    drills: Vec<Option<String>>,
    /// How they are called.
    named: Vec<String>,
    person: String,
    days: PracticeDays,
}

/// The sessions of one drill, and how many there are.
type DrillSessions = (Vec<Past>, usize);

impl TrendReader {
    fn store(&mut self) -> Result<&Store> {
        if self.store.is_none() {
            let found = Store::find(&self.setup.paths)?;
            self.store = found.map(|(store, notices)| {
                recording_setup::report_recovery(&notices);
                store
            });
        }
        self.store.as_ref().ok_or_else(|| anyhow!(StoreError::Empty))
    }

    fn practised(&mut self) -> Result<Practised> {
        let person = self.person;
        let store = self.store()?;
        let (drills, known) = (store.drills(person)?, store.person_with(person)?);
        let called = PersonLabels::of(&store.persons()?).in_title(&known);
        let days = store.practice_days(person, prescription::today())?;
        let library = Library::open(&self.setup.paths);
        let name = |drill: Option<&Option<String>>| {
            visible(&self.setup.words.drill_named(&library, drill.and_then(Option::as_deref)))
        };
        let mut named: Vec<_> = drills.iter().map(|drill| name(Some(drill))).collect();
        if named.is_empty() {
            named.push(name(None));
        }
        Ok(Practised { drills, named, person: called, days })
    }

    fn sessions(&mut self, drill: Option<&Option<String>>) -> Result<DrillSessions> {
        let person = self.person;
        let Some(drill) = drill else { return Ok((Vec::new(), 0)) };
        let store = self.store()?;
        let sessions = store.history(person, drill.as_deref(), Some(MOST))?;
        Ok((sessions, store.history_length(person, drill.as_deref())?))
    }
}

/// Shows what changes from session to session until the user leaves: of this drill first, or of the one practised last.
///
/// # Errors
/// If the window is lost, or the sessions cannot be read.
pub(super) fn show(
    (window, canvas): (&mut dyn DeskWindow, &mut Canvas),
    setup: &Setup,
    person: PersonId,
    drill: Option<Option<String>>,
) -> Result<()> {
    let own = setup.clone();
    let reader = Background::start("trend", move || TrendReader { setup: own, person, store: None })?;
    let told = || (setup.words.start.moment.clone(), 0.0);
    let practised = reader.ask(|reader, _| reader.practised());
    let waited = wait_for((&mut *window, &mut *canvas), &setup.words, (&setup.words.start.trend, &told), practised)?;
    let Some(practised) = waited.transpose()? else { return Ok(()) };
    let begin = drill.and_then(|drill| practised.drills.iter().position(|known| *known == drill));
    let first = begin.unwrap_or_default();
    let asked = practised.drills.get(first).cloned();
    let sessions = reader.ask(move |reader, _| reader.sessions(asked.as_ref()));
    let waited = wait_for((&mut *window, &mut *canvas), &setup.words, (&setup.words.start.trend, &told), sessions)?;
    let Some(sessions) = waited.transpose()? else { return Ok(()) };
    turn_pages((window, canvas), setup, (&reader, &practised), (first, sessions))
}

/// Shows one drill after the other, the next one once it is read.
fn turn_pages(
    (window, canvas): (&mut dyn DeskWindow, &mut Canvas),
    setup: &Setup,
    (reader, practised): (&Background<TrendReader>, &Practised),
    (first, sessions): (usize, DrillSessions),
) -> Result<()> {
    let (mut current, mut shown) = (first, (first, sessions));
    let (mut reading, mut help) = (Latest::default(), false);
    let (mut follower, mut repaint) = (PointerFollower::default(), RedrawTracker::default());
    loop {
        let begun = Instant::now();
        if current != shown.0 {
            let read = reading.step(current, |number| {
                let drill = practised.drills.get(number).cloned();
                reader.ask(move |reader, _| reader.sessions(drill.as_ref()))
            })?;
            if let Some((number, read)) = read {
                (shown, reading) = ((number, read?), Latest::default());
            }
        }
        let redraw = repaint.action(((shown.0, help), follower.pointer(), canvas.width(), canvas.height()), begun);
        if redraw == Redraw::Draw {
            let (number, (sessions, count)) = &shown;
            let page = TrendPage {
                words: &setup.words,
                drill: practised.named.get(*number).map_or("", String::as_str),
                person: &practised.person,
                sessions,
                count: *count,
                days: &practised.days,
                has_others: practised.drills.len() > 1,
                help,
                pointer: follower.pointer(),
            };
            page::draw(canvas, &page);
        }
        let input = window.review(canvas, redraw != Redraw::Skip)?;
        let clicked = follower.follow(&input).clicked;
        // Anywhere on the keys, that they go.
        let clicked =
            clicked.and_then(|ways| if help { Some(TrendButton::Keys) } else { page::clicked(canvas.size(), ways) });
        let of_button = clicked.map(|button| match button {
            TrendButton::Other => ReviewCommand::Move(Move::Frames(1)),
            TrendButton::Keys => ReviewCommand::Help,
            TrendButton::Close => ReviewCommand::Leave,
        });
        for command in input.keys.iter().copied().chain(input.letters()).chain(of_button) {
            match command {
                ReviewCommand::Help => help = !help,
                ReviewCommand::Leave if help => help = false,
                ReviewCommand::Leave | ReviewCommand::Trend => return Ok(()),
                ReviewCommand::Move(Move::Frames(by) | Move::Repetitions(by)) if !practised.drills.is_empty() => {
                    let count = practised.drills.len() as isize;
                    current = (current as isize + by).rem_euclid(count) as usize;
                }
                _ => {}
            }
        }
        thread::sleep(TIMEOUT.saturating_sub(begun.elapsed()));
    }
}
