//! The sound is off: a crossed-out loudspeaker on its own background.

use euclid::{point2, vec2};

use crate::screen::canvas::{Canvas, Pen, WindowRect};
use crate::screen::path;
use crate::screen::theme::{GROUND, RECORDING, TEXT};

/// How round its corners are, and the room that it leaves at the end of a line, relative to its side.
const ROUND: f32 = 0.24;
const APART: f32 = 0.5;

/// Draws the sign, as large as the line is high, at the line's right end. Returns the line without it.
pub fn draw_at_end(canvas: &mut Canvas, line: WindowRect) -> WindowRect {
    let side = line.height();
    draw(canvas, WindowRect::new(point2(line.max.x - side, line.min.y), line.max));
    WindowRect::new(line.min, point2(line.max.x - (1.0 + APART) * side, line.max.y))
}

/// Draws the sign in this square.
pub fn draw(canvas: &mut Canvas, place: WindowRect) {
    let side = place.width();
    canvas.cover(place);
    canvas.fill(path::rounded(place, ROUND * side), GROUND);
    let at = |(x, y): (f32, f32)| place.center() + vec2(x, y) * side;
    let box_and_cone = [(-0.3, -0.11), (-0.15, -0.11), (0.06, -0.3), (0.06, 0.3), (-0.15, 0.11), (-0.3, 0.11)];
    canvas.fill(path::polygon(&box_and_cone.map(at)), TEXT);
    let cross = path::polyline(&[at((-0.32, 0.32)), at((0.32, -0.32))]);
    for (ink, width) in [(GROUND, 0.19), (RECORDING, 0.1)] {
        canvas.stroke(cross.as_ref(), Pen::solid(ink, width * side));
    }
}
