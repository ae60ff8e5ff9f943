//! The replay of a repetition: small pictures with the curve of the back.

use std::time::Duration;

use euclid::{Point2D, point2, size2};

use crate::pipeline::{Replay, Small};
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::picture::{self, Light};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, OUTLINE};
use crate::screen::widget::sign;

/// Size of a caption, units.
const CAPTION: f32 = 34.0;

/// Width of the back's curve, relative to the side of a picture.
const CURVE: f32 = 0.018;

/// Draws the frame at `time` after the start of the replay.
pub fn draw(canvas: &mut Canvas, place: WindowRect, replay: &Replay, mirror: bool, time: Duration) {
    let Some(still) = replay.still(time) else { return };
    picture::draw(canvas, &still.picture, picture::whole(&still.picture), place, mirror, Light::Full);
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

/// Like [`draw`], as large as it fits under a caption that begins with the verdict's sign.
pub fn captioned(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    replay: &Replay,
    caption: &str,
    mirror: bool,
    time: Duration,
) {
    let mark = CAPTION * unit;
    let head = 1.6 * mark;
    let side = place.width().min(place.height() - head);
    let corner = point2(place.center().x - side / 2.0, place.min.y + head);
    draw(canvas, WindowRect::from_origin_and_size(corner, size2(side, side)), replay, mirror, time);
    let left = corner.x + 0.3 * mark;
    let room = place.max.x - left - 2.0 * mark;
    let verdict = replay.repetition.verdict;
    let (middle, ink) = (place.min.y + 0.7 * mark, theme::verdict_ink(verdict));
    sign::draw(canvas, verdict, point2(left + 0.4 * mark, middle), 0.8 * mark, ink);
    let size = canvas.letters().within(caption, mark, room);
    canvas.write(caption, point2(left + 1.3 * mark, middle + size * CAP_HEIGHT / 2.0), size, ink, Align::Left);
}
