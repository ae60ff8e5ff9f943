//! The number of repetitions and the verdicts of the last ones.

use euclid::{point2, vec2};

use crate::coach::Repetition;
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, LABEL, LARGE, QUIET, TEXT};
use crate::screen::widget::sign;

/// Size of a sign in the row and the distance to the next, units.
const SIGN: f32 = 26.0;
const STEP: f32 = 38.0;

/// Draws the count under its label and, to the right, the signs of as many repetitions as fit, the newest last. In a
/// round of a guided session: how many are done, of how many, and their signs.
pub fn draw(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    name: &str,
    repetitions: &[Repetition],
    round: Option<(usize, usize)>,
) {
    let label = point2(place.min.x, place.min.y + LABEL * CAP_HEIGHT * unit);
    canvas.write(name, label, LABEL * unit, QUIET, Align::Left);
    let done = round.map_or(repetitions.len(), |(done, _)| done.min(repetitions.len()));
    let repetitions = &repetitions[repetitions.len() - done..];
    let count = round.map_or_else(|| done.to_string(), |(_, of)| format!("{done} / {of}"));
    let at: WindowPoint = point2(place.min.x, place.max.y);
    canvas.write(&count, at, LARGE * unit, TEXT, Align::Left);
    let begin = canvas
        .letters()
        .width(&count.replace(|letter: char| letter.is_ascii_digit(), "0"), LARGE * unit)
        .max(40.0 * unit)
        + 24.0 * unit;
    let first = at + vec2(begin + SIGN * unit / 2.0, -LARGE * CAP_HEIGHT * unit / 2.0);
    row(canvas, first, place.max.x, unit, repetitions);
}

/// Draws signs from `first` up to `end`.
pub fn row(canvas: &mut Canvas, first: WindowPoint, end: f32, unit: f32, repetitions: &[Repetition]) {
    let room = ((end - first.x - SIGN * unit / 2.0) / (STEP * unit) + 1.0).max(0.0) as usize;
    let shown = &repetitions[repetitions.len().saturating_sub(room)..];
    for (number, repetition) in shown.iter().enumerate() {
        let ink = if repetition.verdict.is_some() { theme::verdict_ink(repetition.verdict) } else { QUIET };
        sign::draw(canvas, repetition.verdict, first + vec2(number as f32 * STEP * unit, 0.0), SIGN * unit, ink);
    }
}
