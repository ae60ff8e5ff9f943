//! How to leave what stays on the screen: the keys, on a plate that can be clicked.

use euclid::point2;

use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::widget::plate;

/// Height of the plate and its distance from the edges of the stage, units.
const HEIGHT: f32 = 58.0;
const AWAY: f32 = 12.0;

/// Draws it in the lower right corner of the stage. Returns its place.
pub fn draw(canvas: &mut Canvas, stage: WindowRect, unit: f32, words: &str) -> WindowRect {
    let inner = stage.inflate(-AWAY * unit, -AWAY * unit);
    let line = WindowRect::new(point2(inner.min.x, inner.max.y - HEIGHT * unit), inner.max);
    plate::draw(canvas, line, unit, words, 0.0, Align::Right)
}
