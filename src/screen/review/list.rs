//! A list from which one thing is picked by key or mouse, a page at a time: sessions, or the repetitions of one.

use euclid::{point2, size2, vec2};

use super::Pointer;
use super::layout::{EDGE, GAP, HEAD, LEAST, TELLS, head_places, unit};
use crate::coach::Verdict;
use crate::screen::canvas::{Canvas, WindowPoint, WindowRect, WindowSize};
use crate::screen::layout::SMALLEST;
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, GROUND, HIPS, PANEL, QUIET, TEXT, TRACK};
use crate::screen::widget::button::{self, Button, ButtonFace, ButtonState};
use crate::screen::widget::sign;

/// Height of a row, of one line and of two, units.
const ROW: (f32, f32) = (44.0, 66.0);
/// Height of the foot, units.
const FOOT: f32 = 56.0;
/// Where the cells of a row begin, as parts of its width, and in which line, in one line and in two.
const ONE_LINE: [(f32, usize); 5] = [(0.0, 0), (0.22, 0), (0.52, 0), (0.70, 0), (0.88, 0)];
const TWO_LINES: [(f32, usize); 5] = [(0.0, 0), (0.42, 0), (0.0, 1), (0.42, 1), (0.76, 1)];

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRow {
    /// What it says: at most five parts.
    pub cells: Vec<String>,
    /// The sign of a repetition.
    pub sign: Option<Option<Verdict>>,
}

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub struct ListView<'a> {
    /// What is to be picked.
    pub title: &'a str,
    /// Its rows.
    pub rows: &'a [ListRow],
    /// The marked one of them.
    pub current: usize,
    /// How to pick, or what did not work; where there is nothing to pick, what to do instead.
    pub told: &'a str,
    /// Whether there is nothing to pick.
    pub is_empty: bool,
    /// Where this page is in the list.
    pub place: &'a str,
    /// The word on the button that leaves.
    pub close: &'a str,
    /// The mouse.
    pub pointer: Pointer,
}

/// What was clicked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListHit {
    /// The row of this number on the page.
    Row(usize),
    /// A page on, or back if negative.
    Page(isize),
    /// The button that leaves.
    Close,
}

/// The places of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListLayout {
    unit: f32,
    title: WindowRect,
    close: WindowRect,
    /// The places of the rows: as many as a page has.
    pub rows: Vec<WindowRect>,
    pages: [WindowRect; 2],
    told: WindowRect,
    is_wide: bool,
}

impl ListLayout {
    /// Lays out a window.
    pub fn new(window: WindowSize) -> Self {
        let window = window.max(SMALLEST);
        let (unit, is_wide) = unit(window);
        let inner = WindowRect::from_size(window).inflate(-EDGE * unit, -0.6 * EDGE * unit);
        let (title, head) = head_places(inner, unit, if is_wide { 1 } else { 3 }, is_wide);
        let close = head.last().copied().unwrap_or(title);
        let top = close.max.y.max(title.max.y) + 1.5 * GAP * unit;
        let foot = WindowRect::new(point2(inner.min.x, inner.max.y - FOOT * unit), inner.max);
        let height = unit * if is_wide { ROW.0 } else { ROW.1 };
        let count = ((foot.min.y - GAP * unit - top) / (height + 0.5 * GAP * unit)) as usize;
        let row = |number: usize| {
            let corner = point2(inner.min.x, top + number as f32 * (height + 0.5 * GAP * unit));
            WindowRect::from_origin_and_size(corner, size2(inner.width(), height))
        };
        let page = |number: f32| {
            let size = size2(96.0, FOOT) * unit;
            WindowRect::from_origin_and_size(
                point2(foot.max.x - (2.0 - number) * (96.0 + GAP) * unit + GAP * unit, foot.min.y),
                size,
            )
        };
        let pages = [page(0.0), page(1.0)];
        let told = WindowRect::new(foot.min, point2(pages[0].min.x - EDGE * unit, foot.max.y));
        Self { unit, title, close, rows: (0..count.max(1)).map(row).collect(), pages, told, is_wide }
    }

    /// What lies at a point.
    pub fn hit(&self, point: WindowPoint) -> Option<ListHit> {
        let row = self.rows.iter().position(|row| row.contains(point)).map(ListHit::Row);
        let page = |number: usize, by| self.pages[number].contains(point).then_some(ListHit::Page(by));
        let close = self.close.contains(point).then_some(ListHit::Close);
        row.or(page(0, -1)).or(page(1, 1)).or(close)
    }
}

/// Draws a page of a list on the whole canvas.
pub fn draw(canvas: &mut Canvas, view: &ListView<'_>) {
    let layout = ListLayout::new(canvas.size());
    canvas.clear(GROUND);
    canvas.at_hand(|canvas| {
        let unit = layout.unit;
        let base = layout.title.center().y + HEAD * CAP_HEIGHT * unit / 2.0;
        let at = point2(layout.title.min.x, base);
        canvas.write_within(view.title, at, HEAD * unit, TEXT, layout.title.width());
        let state = view.pointer.state(layout.close);
        button::draw(canvas, layout.close, unit, &Button { face: ButtonFace::Word(view.close), key: "Esc", state });
        if let Some(first) = layout.rows.first().filter(|_| view.is_empty) {
            let room = WindowRect::new(first.min, layout.told.max);
            canvas.write_into(view.told, room, HEAD * unit, TEXT);
            return;
        }
        for (number, (row, place)) in view.rows.iter().zip(&layout.rows).enumerate() {
            draw_row(canvas, &layout, *place, row, number == view.current, view.pointer.state(*place));
        }
        for ((on, key), place) in [(false, "PgUp"), (true, "PgDn")].into_iter().zip(layout.pages) {
            let state = view.pointer.state(place);
            button::draw(canvas, place, unit, &Button { face: ButtonFace::Jump(on), key, state });
        }
        foot(canvas, &layout, view);
    });
}

fn foot(canvas: &mut Canvas, layout: &ListLayout, view: &ListView<'_>) {
    let (unit, place) = (layout.unit, layout.told);
    let mut base = place.min.y + LEAST * unit * CAP_HEIGHT + 6.0 * unit;
    canvas.write_within(view.place, point2(place.min.x, base), LEAST * unit, QUIET, place.width());
    base += 1.75 * LEAST * unit;
    canvas.write_within(view.told, point2(place.min.x, base), LEAST * unit, TEXT, place.width());
}

fn draw_row(
    canvas: &mut Canvas,
    layout: &ListLayout,
    place: WindowRect,
    row: &ListRow,
    is_marked: bool,
    state: ButtonState,
) {
    let unit = layout.unit;
    let ground = if state == ButtonState::Idle { PANEL } else { TRACK };
    canvas.fill(path::rounded(place, 8.0 * unit), ground);
    if is_marked {
        let mark = WindowRect::new(place.min, point2(place.min.x + 6.0 * unit, place.max.y));
        canvas.fill(path::rounded(mark, 3.0 * unit), HIPS);
    }
    let cap = TELLS * CAP_HEIGHT * unit;
    let mut inner = place.inflate(-1.75 * GAP * unit, 0.0);
    if let Some(verdict) = row.sign {
        let ink = if verdict.is_some() { theme::verdict_ink(verdict) } else { QUIET };
        sign::draw(canvas, verdict, point2(inner.min.x + cap / 2.0, inner.center().y), cap, ink);
        inner.min.x += 2.0 * cap;
    }
    let cells = if layout.is_wide { ONE_LINE } else { TWO_LINES };
    for (number, (text, (part, line))) in row.cells.iter().zip(cells).enumerate() {
        let next = cells.get(number + 1).filter(|(_, other)| *other == line).map_or(1.0, |(next, _)| *next);
        let at = inner.min + vec2(part * inner.width(), 0.0);
        let base = if layout.is_wide {
            inner.center().y + cap / 2.0
        } else {
            inner.min.y + (line as f32 + 0.8) * 1.32 * TELLS * unit
        };
        let (size, ink) = if number == 0 { (TELLS, TEXT) } else { (18.0, if is_marked { TEXT } else { QUIET }) };
        canvas.write_within(text, point2(at.x, base), size * unit, ink, (next - part) * inner.width() - GAP * unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_where_it_is_clicked_and_none_covers_another() {
        for size in [(1280.0, 720.0), (1366.0, 768.0), (1080.0, 1920.0), (640.0, 480.0), (320.0, 240.0)] {
            let layout = ListLayout::new(WindowSize::new(size.0, size.1));
            assert!((8..30).contains(&layout.rows.len()), "{size:?}: {}", layout.rows.len());
            for (number, row) in layout.rows.iter().enumerate() {
                assert_eq!(layout.hit(row.center()), Some(ListHit::Row(number)));
            }
            assert_eq!(layout.hit(layout.pages[1].center()), Some(ListHit::Page(1)));
            assert_eq!(layout.hit(layout.close.center()), Some(ListHit::Close));
            assert_eq!(layout.hit(point2(-1.0, -1.0)), None);
        }
    }
}
