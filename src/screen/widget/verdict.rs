//! The verdict: where the bend comes from, as sign and capitals a twelfth of the window high.
//!
//! While there is no verdict the last repetition is shown here, smaller, so that it can be read after the bend, when
//! the person looks up.

use euclid::{point2, vec2};

use crate::coach::{Repetition, Verdict};
use crate::i18n::Words;
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, DISPLAY, LABEL, MIDDLE, QUIET};
use crate::screen::widget::sign;

/// From the sign's left edge to the word, relative to the cap height.
const SIGN: f32 = 1.38;

/// Draws the verdict of the current bend, or else that of the last repetition; before the first, what the signs mean.
pub fn draw(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    words: &Words,
    now: Option<Verdict>,
    repetitions: &[Repetition],
) {
    let width = place.width() - SIGN * DISPLAY * CAP_HEIGHT * unit;
    if let Some(verdict) = now {
        // Alone, the word could be taken for an order.
        let from = words.verdict_from(verdict);
        label(canvas, place, unit, from);
        let text = words.verdict(verdict);
        let size = canvas.letters().within(text, DISPLAY * unit, width);
        word(canvas, verdict, text, point2(place.min.x, place.max.y - 8.0 * unit), size);
    } else if let Some((last, verdict)) =
        repetitions.last().and_then(|last| last.verdict.map(|verdict| (last, verdict)))
    {
        label(canvas, place, unit, if last.is_probable() { &words.label.last_probably } else { &words.label.last });
        word(canvas, verdict, words.verdict(verdict), point2(place.min.x, place.max.y - 8.0 * unit), MIDDLE * unit);
    } else if repetitions.is_empty() {
        legend(canvas, place, unit, words);
    }
}

/// Writes what stands above a word.
fn label(canvas: &mut Canvas, place: WindowRect, unit: f32, text: &str) {
    let base = point2(place.min.x, place.min.y + LABEL * CAP_HEIGHT * unit);
    let size = canvas.letters().within(text, LABEL * unit, place.width());
    canvas.write(text, base, size, QUIET, Align::Left);
}

fn legend(canvas: &mut Canvas, place: WindowRect, unit: f32, words: &Words) {
    let cap = LABEL * CAP_HEIGHT * unit;
    let step = (place.height() - cap) / 2.0;
    for (row, verdict) in [Verdict::Hips, Verdict::Mixed, Verdict::Back].into_iter().enumerate() {
        let at = point2(place.min.x, place.min.y + cap + row as f32 * step);
        word(canvas, verdict, words.verdict(verdict), at, LABEL * unit);
    }
}

fn word(canvas: &mut Canvas, verdict: Verdict, text: &str, at: WindowPoint, size: f32) {
    let ink = theme::verdict_ink(Some(verdict));
    let cap = size * CAP_HEIGHT;
    sign::draw(canvas, Some(verdict), at + vec2(cap * 0.54, -cap / 2.0), cap, ink);
    canvas.write(text, at + vec2(cap * SIGN, 0.0), size, ink, Align::Left);
}
