//! A ring that fills: a countdown, a rest, a raised hand.

use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{HIPS, OUTLINE, TEXT, TRACK};
use euclid::vec2;

/// Width of a ring, relative to its radius.
const WIDTH: f32 = 0.14;
/// Radius of the disc behind a ring on the picture, relative to that of the ring.
const GROUND: f32 = 1.2;
/// Segments of a full ring: each is a straight line.
const PIECES: usize = 64;

/// Draws a ring of this outer radius, filled clockwise from the top to this fraction, 0 to 1.
pub fn draw(canvas: &mut Canvas, middle: WindowPoint, radius: f32, part: f32) {
    let (width, part) = (WIDTH * radius, part.clamp(0.0, 1.0));
    let arc = |part: f32| {
        let pieces = (PIECES as f32 * part).ceil() as usize;
        let points: Vec<WindowPoint> = (0..=pieces)
            .map(|piece| {
                let (sin, cos) = (std::f32::consts::TAU * part * piece as f32 / pieces.max(1) as f32).sin_cos();
                middle + vec2(sin, -cos) * (radius - width / 2.0)
            })
            .collect();
        path::polyline(&points)
    };
    canvas.stroke(arc(1.0).as_ref(), Pen::solid(TRACK, width));
    canvas.stroke(arc(part).as_ref(), Pen::solid(HIPS, width));
}

/// Like [`draw`], on a dark disc: for use over the picture.
pub fn on_picture(canvas: &mut Canvas, middle: WindowPoint, radius: f32, part: f32) {
    canvas.fill(path::disc(middle, GROUND * radius), OUTLINE);
    draw(canvas, middle, radius, part);
}

/// Draws the text in the middle of a ring.
pub fn label(canvas: &mut Canvas, middle: WindowPoint, size: f32, text: &str) {
    canvas.write(text, middle + vec2(0.0, size * CAP_HEIGHT / 2.0), size, TEXT, Align::Center);
}
