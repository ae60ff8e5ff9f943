//! ● REC: the session is being recorded. Shown in a corner of the picture, on its own background.

use euclid::{point2, size2};

use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::theme::{GROUND, MIDDLE, RECORDING, TEXT};

/// The same word on cameras in every language.
const WORD: &str = "REC";

/// Size of the sign and its distance from the picture's corner, units.
const SIZE: (f32, f32) = (150.0, 58.0);
const AWAY: f32 = 16.0;

/// Draws the sign in the upper right corner of the picture.
pub fn draw(canvas: &mut Canvas, picture: WindowRect, unit: f32) {
    let size = size2(SIZE.0, SIZE.1) * unit;
    let corner = point2(picture.max.x - AWAY * unit - size.width, picture.min.y + AWAY * unit);
    let place = WindowRect::from_origin_and_size(corner, size);
    canvas.fill(path::rounded(place, size.height / 2.0), GROUND);
    let middle = place.center().y;
    canvas.fill(path::disc(point2(corner.x + 32.0 * unit, middle), 14.0 * unit), RECORDING);
    // Capitals are seven tenths of the font size high: this centres them on the sign.
    let base = point2(corner.x + 56.0 * unit, middle + 0.36 * MIDDLE * unit);
    canvas.write(WORD, base, MIDDLE * unit, TEXT, Align::Left);
}
