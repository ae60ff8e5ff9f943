//! The trend in the window: one drill of one person after the other.

use std::thread;
use std::time::Instant;

use anyhow::Result;

use super::prescription;
use super::redraw::{Redraw, RedrawTracker};
use super::review_window::pointer::PointerFollower;
use super::setup::Setup;
use crate::drill_library::Library;
use crate::review::playback::Move;
use crate::screen::canvas::Canvas;
use crate::screen::review::ReviewCommand;
use crate::screen::trend::page::{self, TrendButton, TrendPage};
use crate::screen::window::{LiveWindow, TIMEOUT};
use crate::store::trend::Past;
use crate::store::{PersonId, Store};
use crate::visible::visible;

/// The most sessions on the page: more dots would touch each other.
const MOST: usize = 120;

/// Shows what changes from session to session until the user leaves: of this drill first, or of the one practised last.
///
/// # Errors
/// If the window is lost, or the sessions cannot be read.
pub(super) fn show(
    (window, canvas): (&mut LiveWindow, &mut Canvas),
    setup: &Setup,
    (store, person): (&Store, PersonId),
    drill: Option<Option<String>>,
) -> Result<()> {
    let drills = store.drills(person)?;
    let library = Library::open(&setup.paths);
    let name = visible(&store.person_with(person)?.label());
    let days = store.practice_days(person, prescription::today())?;
    let mut current = drill.and_then(|drill| drills.iter().position(|known| *known == drill)).unwrap_or_default();
    let mut read: Option<(usize, Vec<Past>, usize)> = None;
    let (mut follower, mut repaint) = (PointerFollower::default(), RedrawTracker::default());
    loop {
        let begun = Instant::now();
        let drill = drills.get(current);
        let known = read.take().filter(|(known, ..)| *known == current);
        let (_, sessions, count) = read.insert(match (known, drill) {
            (Some(known), _) => known,
            (None, Some(drill)) => {
                let sessions = store.history(person, drill.as_deref(), Some(MOST))?;
                (current, sessions, store.history_length(person, drill.as_deref())?)
            }
            (None, None) => (current, Vec::new(), 0),
        });
        let redraw = repaint.action((current, follower.pointer(), canvas.width(), canvas.height()), begun);
        if redraw == Redraw::Draw {
            let named = visible(&setup.words.drill_named(&library, drill.and_then(Option::as_deref)));
            let has_others = drills.len() > 1;
            let (words, pointer) = (&setup.words, follower.pointer());
            let page = TrendPage {
                words,
                drill: &named,
                person: &name,
                sessions,
                count: *count,
                days: &days,
                has_others,
                pointer,
            };
            page::draw(canvas, &page);
        }
        let input = window.review(canvas, redraw != Redraw::Skip)?;
        let clicked = follower.follow(&input).clicked.and_then(|ways| page::clicked(canvas.size(), ways));
        let of_button = clicked.map(|button| match button {
            TrendButton::Other => ReviewCommand::Move(Move::Frames(1)),
            TrendButton::Close => ReviewCommand::Leave,
        });
        for command in input.keys.iter().copied().chain(input.letters()).chain(of_button) {
            match command {
                ReviewCommand::Leave | ReviewCommand::Trend => return Ok(()),
                ReviewCommand::Move(Move::Frames(by) | Move::Repetitions(by)) if !drills.is_empty() => {
                    let count = drills.len() as isize;
                    current = (current as isize + by).rem_euclid(count) as usize;
                }
                _ => {}
            }
        }
        thread::sleep(TIMEOUT.saturating_sub(begun.elapsed()));
    }
}
