//! The sound is off: a crossed-out loudspeaker in a corner of the picture, on its own background.

use euclid::{point2, size2, vec2};

use crate::screen::canvas::{Canvas, Pen, WindowRect};
use crate::screen::path;
use crate::screen::theme::{GROUND, RECORDING, TEXT};

/// Side of the sign and its distance from the picture's corner, units.
const SIDE: f32 = 58.0;
const AWAY: f32 = 16.0;

/// Draws the sign in the upper left corner of the picture.
pub fn draw(canvas: &mut Canvas, picture: WindowRect, unit: f32) {
    let corner = picture.min + vec2(AWAY, AWAY) * unit;
    let place = WindowRect::from_origin_and_size(corner, size2(SIDE, SIDE) * unit);
    canvas.fill(path::rounded(place, 14.0 * unit), GROUND);
    let at = |(x, y): (f32, f32)| point2(place.center().x + x * SIDE * unit, place.center().y + y * SIDE * unit);
    let box_and_cone = [(-0.3, -0.11), (-0.15, -0.11), (0.06, -0.3), (0.06, 0.3), (-0.15, 0.11), (-0.3, 0.11)];
    canvas.fill(path::polygon(&box_and_cone.map(at)), TEXT);
    let cross = path::polyline(&[at((-0.32, 0.32)), at((0.32, -0.32))]);
    for (ink, width) in [(GROUND, 11.0), (RECORDING, 6.0)] {
        canvas.stroke(cross.as_ref(), Pen::solid(ink, width * unit));
    }
}
