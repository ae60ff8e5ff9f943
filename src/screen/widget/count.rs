//! The number of repetitions and their verdicts.

use euclid::{point2, vec2};

use crate::coach::Repetition;
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, LABEL, LARGE, QUIET, TEXT};
use crate::screen::widget::sign;

/// Size of a sign and the distance to the next in its row, and to the next row, units.
const SIGN: f32 = 26.0;
const STEP: f32 = 38.0;

/// Draws the count under its label and, to the right, the signs of the repetitions; in a round of a guided session also of how many
/// they are.
pub fn draw(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    name: &str,
    repetitions: &[Repetition],
    of: Option<usize>,
) {
    let label = point2(place.min.x, place.min.y + LABEL * CAP_HEIGHT * unit);
    canvas.write(name, label, LABEL * unit, QUIET, Align::Left);
    let done = repetitions.len();
    let count = of.map_or_else(|| done.to_string(), |of| format!("{done} / {of}"));
    let at: WindowPoint = point2(place.min.x, place.max.y);
    canvas.write(&count, at, LARGE * unit, TEXT, Align::Left);
    let begin = canvas
        .letters()
        .width(&count.replace(|letter: char| letter.is_ascii_digit(), "0"), LARGE * unit)
        .max(40.0 * unit)
        + 24.0 * unit;
    let room = WindowRect::new(point2(place.min.x + begin, place.max.y - 1.45 * SIGN * unit), place.max);
    // A whole set is shown; of a practice without end, the last ones.
    let fit = (2.0 * room.width() / (0.62 * STEP * unit)).max(1.0) as usize;
    signs(canvas, room, unit, &repetitions[repetitions.len().saturating_sub(fit)..]);
}

/// Draws the signs of all these repetitions in rows from the top of a place, smaller if they would not fit. Returns the
/// height of the rows.
pub fn signs(canvas: &mut Canvas, place: WindowRect, unit: f32, repetitions: &[Repetition]) -> f32 {
    let mut scale = unit;
    let (mut columns, mut rows);
    loop {
        columns = ((place.width() - SIGN * scale) / (STEP * scale) + 1.0).max(1.0) as usize;
        rows = repetitions.len().div_ceil(columns);
        if height(rows, scale) <= place.height() + 0.5 || scale < 0.2 * unit {
            break;
        }
        scale *= 0.96;
    }
    columns = repetitions.len().div_ceil(rows.max(1)).max(1); // as many in each row
    let first = place.min + vec2(SIGN, SIGN) * scale / 2.0;
    for (number, repetition) in repetitions.iter().enumerate() {
        let ink = if repetition.verdict.is_some() { theme::verdict_ink(repetition.verdict) } else { QUIET };
        let at = vec2((number % columns) as f32, (number / columns) as f32) * STEP * scale;
        sign::draw(canvas, repetition.verdict, first + at, SIGN * scale, ink);
    }
    height(rows, scale)
}

/// The height of so many rows of signs.
fn height(rows: usize, scale: f32) -> f32 {
    if rows == 0 { 0.0 } else { (SIGN + (rows - 1) as f32 * STEP) * scale }
}
