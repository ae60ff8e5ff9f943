//! Two backs over each other at their lowest points: the difference between a bend from the hips and one from the back, at
//! one look.
//!
//! Both begin at the sacrum and are as long as each other, so that only direction and curve differ; neither is turned.

use euclid::{Box2D, Point2D, Vector2D, point2, size2, vec2};

use crate::coach::Verdict;
use crate::pipeline::{Replay, Small};
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::picture::{self, Light};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, BODY, Ink, MARGIN, MIDDLE, OUTLINE, QUIET, TEXT};
use crate::screen::widget::sign;

/// Width of a back, and radius of the dot at the sacrum, units.
const LINE: f32 = 15.0;
const SACRUM: f32 = 14.0;
/// The same on a picture of the person, relative to its side.
const LINE_ON_PERSON: f32 = 0.026;
/// Opacity of the difference.
const DIFFERENCE: f32 = 0.28;
const DIFFERENCE_ON_PERSON: f32 = 0.5;
/// Height of a title, of what is told below the second one, and of all of them above a picture, units.
const TITLE: f32 = 52.0;
const TOLD: f32 = 44.0;
const TITLES: f32 = 2.0 * TITLE + TOLD;
/// A place wider than this multiple of its height has the titles beside the picture.
const WIDE: f32 = 1.6;

/// Draws the worse bend at its lowest point with both backs on the person, the titles of both, and small what is told of the
/// worse one.
pub fn draw(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    [best, worst]: [&Replay; 2],
    titles: [&str; 2],
    told: Option<&str>,
    mirror: bool,
) {
    let Some(still) = worst.lowest() else { return };
    let place = place.inflate(-MARGIN * unit, 0.0);
    let is_wide = place.width() > WIDE * place.height();
    let side = if is_wide { place.height() } else { (place.height() - TITLES * unit).min(place.width()) };
    // At the right, where the ring of a raised hand hides no words.
    let left = if is_wide { place.max.x - side } else { place.center().x - side / 2.0 };
    let picture = WindowRect::from_origin_and_size(point2(left, place.max.y - side), size2(side, side));
    picture::draw(canvas, &still.picture, picture::whole(&still.picture), picture, mirror, Light::Full);
    let inks = [best, worst].map(|seen| theme::verdict_ink(seen.repetition.verdict));
    on_person(canvas, picture, [best.lowest().map_or(&[], |best| &best.curve), &still.curve], inks, mirror);

    let right = if is_wide { picture.min.x - MARGIN * unit } else { place.max.x };
    let mut row = WindowRect::new(place.min, point2(right, place.min.y + TITLE * unit));
    for ((seen, title), ink) in [best, worst].into_iter().zip(titles).zip(inks) {
        write_title(canvas, row, unit, (seen.repetition.verdict, title, ink));
        row = row.translate(vec2(0.0, TITLE * unit));
    }
    if let Some(told) = told {
        let size = canvas.letters().within(told, BODY * unit, row.width());
        canvas.write(told, row.min + vec2(0.0, 0.9 * BODY * unit), size, QUIET, Align::Left);
    }
}

fn write_title(canvas: &mut Canvas, row: WindowRect, unit: f32, (verdict, title, ink): (Option<Verdict>, &str, Ink)) {
    let cap = MIDDLE * CAP_HEIGHT * unit;
    let base = row.min + vec2(0.0, 1.2 * cap);
    sign::draw(canvas, verdict, base + vec2(cap / 2.0, -cap / 2.0), cap, ink);
    let size = canvas.letters().within(title, MIDDLE * unit, row.width() - 1.5 * cap);
    canvas.write(title, base + vec2(1.5 * cap, 0.0), size, ink, Align::Left);
}

/// Draws both backs on a picture of the second one, where that one was seen: the first is as long, and begins at the same place.
fn on_person(
    canvas: &mut Canvas,
    picture: WindowRect,
    [best, worst]: [&[Point2D<f32, Small>]; 2],
    inks: [Ink; 2],
    mirror: bool,
) {
    let at = |point: &Point2D<f32, Small>| -> WindowPoint {
        let across = if mirror { 1.0 - point.x } else { point.x };
        picture.min + vec2(across, point.y) * picture.width()
    };
    let worst: Vec<WindowPoint> = worst.iter().map(at).collect();
    let Some(sacrum) = worst.first().copied() else { return };
    let length: f32 = worst.windows(2).map(|pair| (pair[1] - pair[0]).length()).sum();
    let best: Vec<WindowPoint> =
        from_sacrum(best, mirror).iter().map(|way| sacrum + vec2(way.x, way.y) * length).collect();
    canvas.fill(path::polygon(&between(&best, &worst)), TEXT.faded(DIFFERENCE_ON_PERSON));
    let width = LINE_ON_PERSON * picture.width();
    for (curve, ink) in [(&worst, inks[1]), (&best, inks[0])] {
        let curve = path::smooth(curve);
        canvas.stroke(curve.as_ref(), Pen::solid(OUTLINE, 1.5 * width));
        canvas.stroke(curve.as_ref(), Pen::solid(ink, width));
    }
    canvas.fill(path::disc(sacrum, 0.9 * width), TEXT);
}

/// The outline of what is between two curves that begin at the same place.
fn between(one: &[WindowPoint], other: &[WindowPoint]) -> Vec<WindowPoint> {
    one.iter().copied().chain(other.iter().rev().copied()).collect()
}

/// Draws two backs, each from the sacrum on, over each other as large as the place allows.
pub fn pair<U>(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    curves: [&[Point2D<f32, U>]; 2],
    inks: [Ink; 2],
    mirrored: [bool; 2],
) {
    let [one, other] = curves;
    let curves = [from_sacrum(one, mirrored[0]), from_sacrum(other, mirrored[1])];
    over_each_other(canvas, place.inflate(-LINE * unit, -LINE * unit), unit, &curves, inks);
}

/// A curve from the sacrum, its length 1, as the window shows it.
fn from_sacrum<U>(curve: &[Point2D<f32, U>], mirror: bool) -> Vec<Vector2D<f32, U>> {
    let length: f32 = curve.windows(2).map(|pair| (pair[1] - pair[0]).length()).sum();
    let Some(first) = curve.first().filter(|_| length > 0.0) else { return Vec::new() };
    let flip = if mirror { -1.0 } else { 1.0 };
    curve.iter().map(|point| (*point - *first) / length).map(|way| vec2(flip * way.x, way.y)).collect()
}

fn over_each_other<U>(
    canvas: &mut Canvas,
    room: WindowRect,
    unit: f32,
    curves: &[Vec<Vector2D<f32, U>>; 2],
    inks: [Ink; 2],
) {
    let extent = Box2D::from_points(curves.iter().flatten().map(|way| way.to_point()));
    if extent.is_empty() || room.is_empty() {
        return;
    }
    let scale = (room.width() / extent.width()).min(room.height() / extent.height());
    let at = |way: &Vector2D<f32, U>| -> WindowPoint {
        let away = (way.to_point() - extent.center()) * scale;
        room.center() + vec2(away.x, away.y)
    };
    let [best, worst] = curves.each_ref().map(|curve| curve.iter().map(at).collect::<Vec<WindowPoint>>());
    canvas.fill(path::polygon(&between(&best, &worst)), TEXT.faded(DIFFERENCE));
    for (curve, ink) in [(&worst, inks[1]), (&best, inks[0])] {
        canvas.stroke(path::smooth(curve).as_ref(), Pen::solid(ink, LINE * unit));
    }
    if let Some(sacrum) = best.first() {
        canvas.fill(path::disc(*sacrum, SACRUM * unit), TEXT);
    }
}
