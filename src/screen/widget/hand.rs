//! A small raised hand beside a word: a raised hand goes on from here.

use euclid::{Transform2D, Vector2D, point2, size2, vec2};

use crate::screen::canvas::{Align, Canvas, Pen, Window, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::theme::TEXT;
use crate::screen::widget::plate;

/// Height of the plate and its distance from the edges of the stage, units.
pub const HEIGHT: f32 = 58.0;
const AWAY: f32 = 12.0;
/// Fingers from the knuckle to the tip, and the thumb: in a square of side 1 with its middle at the palm, y up.
const FINGERS: [[(f32, f32); 2]; 5] = [
    [(-0.21, 0.0), (-0.25, 0.36)],
    [(-0.07, 0.0), (-0.08, 0.46)],
    [(0.07, 0.0), (0.08, 0.45)],
    [(0.20, 0.0), (0.24, 0.33)],
    [(-0.18, -0.24), (-0.43, 0.02)],
];
/// Width of a finger, and the corners of the palm.
const FINGER: f32 = 0.12;
const PALM: [(f32, f32); 4] = [(-0.22, 0.02), (0.21, 0.02), (0.17, -0.4), (-0.14, -0.4)];

/// Draws it in the lower right corner of the stage. Returns its place.
pub fn draw(canvas: &mut Canvas, stage: WindowRect, unit: f32, word: &str) -> WindowRect {
    let inner = stage.inflate(-AWAY * unit, -AWAY * unit);
    let line = WindowRect::new(point2(inner.min.x, inner.max.y - HEIGHT * unit), inner.max);
    let aside = 0.95 * line.height();
    let place = plate::draw(canvas, line, unit, word, aside, Align::Right);
    raised(canvas, place.min + size2(0.85, 0.52) * line.height(), 0.86 * line.height());
    place
}

/// An open hand in a square of this side.
fn raised(canvas: &mut Canvas, middle: WindowPoint, side: f32) {
    let to_window: Transform2D<f32, Window, Window> = Transform2D::scale(side, -side);
    let at = |(x, y): (f32, f32)| -> WindowPoint {
        let away: Vector2D<f32, Window> = to_window.transform_vector(vec2(x, y));
        middle + away
    };
    for finger in FINGERS {
        canvas.stroke(path::polyline(&finger.map(at)).as_ref(), Pen::solid(TEXT, FINGER * side));
    }
    let palm = PALM.map(at);
    canvas.fill(path::polygon(&palm), TEXT);
    let closed = [palm[0], palm[1], palm[2], palm[3], palm[0]];
    canvas.stroke(path::polyline(&closed).as_ref(), Pen::solid(TEXT, 0.08 * side));
}
