//! Picks one of a list by key or mouse, a page at a time.

use std::thread;
use std::time::Instant;

use anyhow::Result;

use super::pointer::PointerFollower;
use crate::cli::background::{Latest, PendingAnswer};
use crate::cli::redraw::{Redraw, RedrawTracker};
use crate::cli::waiting::DeskWindow;
use crate::i18n::{Words, fill};
use crate::review::playback::Move;
use crate::screen::canvas::Canvas;
use crate::screen::review::list::{self, ListHit, ListLayout, ListRow, ListView};
use crate::screen::review::{Pointer, ReviewCommand};
use crate::screen::window::{TIMEOUT, WindowInput};

/// How many there are in a list before its first page is there.
const UNKNOWN: usize = usize::MAX;

/// A page of a list.
pub(super) struct ListPage<T> {
    /// The number of its first row.
    pub from: usize,
    /// How many there are in the list at present.
    pub count: usize,
    pub rows: Vec<(T, ListRow)>,
}

impl<T> ListPage<T> {
    /// Where the last page of so many begins.
    pub(super) fn last(count: usize, rows: usize) -> usize {
        let last = count.saturating_sub(1);
        last - last % rows.max(1)
    }
}

/// A list to pick from. It may change while it is shown: what is gone is told when it is picked.
pub(super) trait Picked {
    /// What there is to pick.
    type Item;

    /// So many of them from this one on; the last page if there are fewer.
    fn page(&self, from: usize, count: usize) -> PendingAnswer<Result<ListPage<Self::Item>>>;
}

/// What is shown of a list, and everything that its picture depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ListState {
    from: usize,
    current: usize,
    count: usize,
    rows: usize,
    /// How many are on the page.
    listed: usize,
    pointer: Pointer,
    size: (usize, usize),
}

/// A list in the window.
pub(super) struct Picker<'w> {
    pub window: &'w mut dyn DeskWindow,
    pub canvas: &'w mut Canvas,
    pub words: &'w Words,
    pub title: &'w str,
    /// What did not work before.
    pub told: Option<&'w str>,
}

impl Picker<'_> {
    /// Shows the list until one is picked; `None` if none is. The mark begins at `first`.
    pub(super) fn pick<P: Picked>(self, list: &P, first: usize) -> Result<Option<P::Item>> {
        let mut follower = PointerFollower::default();
        let mut repaint = RedrawTracker::default();
        let mut shown = ListState { current: first, ..ListState::default() };
        let mut page = ListPage { from: 0, count: UNKNOWN, rows: Vec::new() };
        let mut reading = Latest::default();
        loop {
            let begun = Instant::now();
            let layout = ListLayout::new(self.canvas.size());
            shown.rows = layout.rows.len();
            let wanted = (shown.current - shown.current % shown.rows, shown.rows);
            let read = reading.step(wanted, |(from, rows)| list.page(from, rows))?;
            if let Some((_, read)) = read {
                page = read?;
                shown.current = shown.current.min(page.count.saturating_sub(1));
            }
            // Until the page of the mark is there, the mark is on none of the rows.
            (shown.from, shown.count, shown.listed) = (page.from, page.count, page.rows.len());
            (shown.pointer, shown.size) = (follower.pointer(), (self.canvas.width(), self.canvas.height()));
            let redraw = repaint.action(shown, begun);
            if redraw == Redraw::Draw {
                let rows: Vec<ListRow> = page.rows.iter().map(|(_, row)| row.clone()).collect();
                draw(self.canvas, self.words, (self.title, self.told), &rows, &shown);
            }
            let input = self.window.review(self.canvas, redraw != Redraw::Skip)?;
            match acted(&mut shown, &mut follower, &layout, &input) {
                Some(Act::Leave) => return Ok(None),
                Some(Act::Take(at)) if at < page.rows.len() => return Ok(Some(page.rows.swap_remove(at).0)),
                _ => {}
            }
            thread::sleep(TIMEOUT.saturating_sub(begun.elapsed()));
        }
    }
}

fn draw(canvas: &mut Canvas, words: &Words, (title, told): (&str, Option<&str>), rows: &[ListRow], shown: &ListState) {
    let review = &words.review;
    let [from, to] = [shown.from + usize::from(!rows.is_empty()), shown.from + rows.len()];
    let place = fill(&review.of_list, &[("from", &from), ("to", &to), ("count", &shown.count.max(to))]);
    let place = if shown.count == UNKNOWN { &words.start.moment } else { &place };
    let is_empty = shown.count == 0;
    let view = ListView {
        title,
        rows,
        current: shown.current.checked_sub(shown.from).unwrap_or(usize::MAX),
        told: if is_empty { &review.none_left } else { told.unwrap_or(&review.pick_told) },
        is_empty,
        place,
        close: &review.close,
        pointer: shown.pointer,
    };
    list::draw(canvas, &view);
}

/// What ends the picking.
enum Act {
    Take(usize),
    Leave,
}

/// Moves the mark, or ends.
fn acted(
    shown: &mut ListState,
    follower: &mut PointerFollower,
    layout: &ListLayout,
    input: &WindowInput,
) -> Option<Act> {
    let gesture = follower.follow(input);
    let last = shown.count.saturating_sub(1);
    let mut go = |by: isize| shown.current = shown.current.saturating_add_signed(by).min(last);
    let page = layout.rows.len() as isize;
    if input.wheel != 0.0 {
        go(if input.wheel > 0.0 { -1 } else { 1 });
    }
    for command in input.keys.iter().copied().chain(input.letters()) {
        match command {
            ReviewCommand::Leave => return Some(Act::Leave),
            ReviewCommand::Enter | ReviewCommand::Move(Move::Toggle) => {
                return shown.current.checked_sub(shown.from).map(Act::Take);
            }
            ReviewCommand::Move(Move::Repetitions(by)) => go(by),
            ReviewCommand::Move(Move::Frames(by)) | ReviewCommand::Page(by) => go(by * page),
            ReviewCommand::Edge(end) => go(if end { isize::MAX } else { -isize::MAX }),
            _ => {}
        }
    }
    let [from, to] = gesture.clicked?.map(|at| layout.hit(at));
    match (from, to) {
        (Some(ListHit::Row(from)), Some(ListHit::Row(to))) if from == to => return Some(Act::Take(to)),
        (Some(ListHit::Page(from)), Some(ListHit::Page(to))) if from == to => go(to * page),
        (Some(ListHit::Close), Some(ListHit::Close)) => return Some(Act::Leave),
        _ => {}
    }
    None
}
