//! What is shown while a session is read: which one, how far that is, and how to leave.

use euclid::{point2, size2};

use super::Pointer;
use super::layout::{EDGE, HEAD, TELLS, head_places, unit};
use crate::screen::canvas::{Canvas, WindowRect, WindowSize};
use crate::screen::layout::SMALLEST;
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{GROUND, HIPS, TEXT, TRACK};
use crate::screen::widget::button::{self, Button, ButtonFace};

/// Width and height of the bar, units; it is narrower where the window is.
const BAR: (f32, f32) = (640.0, 16.0);

/// A session that is being read.
#[derive(Clone, Copy, Debug)]
pub struct OpeningView<'a> {
    /// Date, drill and person.
    pub title: &'a str,
    /// How far it is, in words.
    pub told: &'a str,
    /// How far it is, from 0 to 1.
    pub part: f32,
    /// The word on the button that leaves.
    pub close: &'a str,
    /// The mouse.
    pub pointer: Pointer,
}

struct OpeningLayout {
    unit: f32,
    title: WindowRect,
    close: WindowRect,
    bar: WindowRect,
}

impl OpeningLayout {
    fn new(window: WindowSize) -> Self {
        let window = window.max(SMALLEST);
        let (unit, is_wide) = unit(window);
        let inner = WindowRect::from_size(window).inflate(-EDGE * unit, -0.6 * EDGE * unit);
        // As wide and as high as the list's, from which a session is picked: the button stays under the mouse.
        let (title, head) = head_places(inner, unit, if is_wide { 1 } else { 3 }, is_wide);
        let close = head.last().copied().unwrap_or(title);
        let size = size2((BAR.0 * unit).min(inner.width()), BAR.1 * unit);
        let bar = WindowRect::from_origin_and_size(inner.center() - size / 2.0, size);
        Self { unit, title, close, bar }
    }
}

/// The place of the button that leaves, in a window of this size.
pub fn close_place(window: WindowSize) -> WindowRect {
    OpeningLayout::new(window).close
}

/// Draws it on the whole canvas.
pub fn draw(canvas: &mut Canvas, view: &OpeningView<'_>) {
    let OpeningLayout { unit, title, close, bar } = OpeningLayout::new(canvas.size());
    canvas.clear(GROUND);
    canvas.at_hand(|canvas| {
        let base = title.center().y + HEAD * CAP_HEIGHT * unit / 2.0;
        canvas.write_within(view.title, point2(title.min.x, base), HEAD * unit, TEXT, title.width());
        let state = view.pointer.state(close);
        button::draw(canvas, close, unit, &Button { face: ButtonFace::Word(view.close), key: "Esc", state });
        let told = point2(bar.min.x, bar.min.y - TELLS * unit);
        canvas.write_within(view.told, told, TELLS * unit, TEXT, bar.width());
        let radius = bar.height() / 2.0;
        canvas.fill(path::rounded(bar, radius), TRACK);
        let done = bar.width() * view.part.clamp(0.0, 1.0);
        let done = WindowRect::new(bar.min, point2(bar.min.x + done.max(bar.height()), bar.max.y));
        canvas.fill(path::rounded(done, radius), HIPS);
    });
}
