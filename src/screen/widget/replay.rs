//! A repetition seen again: the small picture of the moment with the curve of the back.

use std::time::Duration;

use euclid::{Point2D, point2};

use crate::screen::canvas::{Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::picture::{self, Light};
use crate::screen::theme::{self, OUTLINE};
use crate::session::replay::{Replay, Small};

/// Width of the back's curve as share of a picture's side.
const CURVE: f32 = 0.018;

/// Draws the moment that is due `time` after the replay began.
pub fn draw(canvas: &mut Canvas, place: WindowRect, replay: &Replay, mirror: bool, time: Duration) {
    let Some(still) = replay.still(time) else { return };
    picture::draw(canvas, &still.picture, place, mirror, Light::Full);
    let at = |point: &Point2D<f32, Small>| -> WindowPoint {
        let x = if mirror { 1.0 - point.x } else { point.x };
        point2(place.min.x + x * place.width(), place.min.y + point.y * place.height())
    };
    let points: Vec<WindowPoint> = still.curve.iter().map(at).collect();
    let curve = path::smooth(&points);
    let width = CURVE * place.width();
    canvas.stroke(curve.as_ref(), Pen::solid(OUTLINE, width * 1.5));
    canvas.stroke(curve.as_ref(), Pen::solid(theme::verdict_ink(replay.repetition.verdict), width));
}
