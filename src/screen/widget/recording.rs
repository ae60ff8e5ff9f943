//! ● REC: the session is being recorded.

use euclid::vec2;

use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::theme::RECORDING;
use crate::screen::widget::plate;

/// The same word on cameras in every language.
pub const WORD: &str = "REC";

/// Radius of the dot, relative to the height of the line, and the room that it takes before the word.
const DOT: f32 = 0.26;
const ROOM: f32 = 0.75;

/// Draws the sign with this word at the right end of this line. Returns the line without it.
pub fn draw(canvas: &mut Canvas, line: WindowRect, unit: f32, word: &str) -> WindowRect {
    let height = line.height();
    let place = plate::draw(canvas, line, unit, word, ROOM * height, Align::Right);
    let middle = place.min + vec2(0.45 + DOT, 0.5) * height;
    canvas.fill(path::disc(middle, DOT * height), RECORDING);
    WindowRect::new(line.min, euclid::point2(place.min.x - 0.5 * height, line.max.y))
}
