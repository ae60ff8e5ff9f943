//! A sign on the picture: words on a dark plate of their own.

use euclid::{point2, size2};

use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, GROUND, TEXT};

/// Distance of the words from the ends of the plate, relative to its height.
const PADDING: f32 = 0.45;

/// Draws a plate at the left or the right end of this line, as high as the line, with `aside` left free before the words.
/// Returns its place.
pub fn draw(canvas: &mut Canvas, line: WindowRect, unit: f32, text: &str, aside: f32, align: Align) -> WindowRect {
    let padding = PADDING * line.height();
    let size = canvas.letters().within(text, BODY * unit, line.width() - 2.0 * padding - aside);
    let width = canvas.letters().width(text, size) + 2.0 * padding + aside;
    let left = if align == Align::Right { line.max.x - width } else { line.min.x };
    let place = WindowRect::from_origin_and_size(point2(left, line.min.y), size2(width, line.height()));
    canvas.cover(place);
    canvas.fill(path::rounded(place, place.height() / 2.0), GROUND.faded(0.9));
    let base = point2(place.min.x + padding + aside, place.center().y + size * CAP_HEIGHT / 2.0);
    canvas.write(text, base, size, TEXT, Align::Left);
    place
}
