//! The keys of a review and what they do, in as many columns as the window has room for.

use euclid::{point2, size2};

use super::layout::{EDGE, GAP, HEAD, LEAST, unit};
use crate::i18n::Words;
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{QUIET, TEXT, TRACK};

/// Height of a row, and width of a key, units.
const ROW: f32 = 44.0;
const KEY: f32 = 88.0;

/// Draws them on the whole canvas, which is clear.
pub(super) fn draw(canvas: &mut Canvas, words: &Words) {
    let window = canvas.size().max(crate::screen::layout::SMALLEST);
    let (unit, is_wide) = unit(window);
    let inner = WindowRect::from_size(window).inflate(-2.0 * EDGE * unit, -EDGE * unit);
    let base = point2(inner.min.x, inner.min.y + 1.2 * HEAD * unit);
    canvas.write(&words.review.title, base, HEAD * 1.2 * unit, TEXT, Align::Left);
    let rows = words.review.rows(&words.keys);
    let columns = if is_wide { 2 } else { 1 };
    let each = rows.len().div_ceil(columns);
    let width = inner.width() / columns as f32;
    let top = base.y + EDGE * unit;
    for (number, (key, does)) in rows.iter().enumerate() {
        let corner = point2(inner.min.x + (number / each) as f32 * width, top + (number % each) as f32 * ROW * unit);
        let cap = WindowRect::from_origin_and_size(corner, size2(KEY, ROW - GAP) * unit);
        canvas.fill(path::rounded(cap, 8.0 * unit), TRACK);
        let base = cap.center().y + LEAST * CAP_HEIGHT * unit / 2.0;
        let size = canvas.letters().within(key, LEAST * unit, cap.width() - 4.0 * unit);
        canvas.write(key, point2(cap.center().x, base), size, TEXT, Align::Center);
        let at = point2(cap.max.x + 1.5 * GAP * unit, base + 1.0 * unit);
        canvas.write_within(does, at, 18.0 * unit, TEXT, width - (KEY + 3.5 * GAP) * unit);
    }
    let mut place = WindowRect::new(point2(inner.min.x, top + (each as f32 * ROW + GAP) * unit), inner.max);
    for text in [&words.review.mouse, &words.safety.line] {
        place.min.y += canvas.write_into(text, place, LEAST * unit, QUIET) + GAP * unit;
    }
}
