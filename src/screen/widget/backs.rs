//! Two backs over each other at their lowest points: the difference between a bend from the hips and one from the back, at
//! one look.
//!
//! Both begin at the sacrum and are as long as each other, so that only direction and curve differ; neither is turned.

use euclid::{Box2D, Point2D, Vector2D, point2, vec2};

use crate::coach::Verdict;
use crate::pipeline::Replay;
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::text::{CAP_HEIGHT, LINE_HEIGHT};
use crate::screen::theme::{self, BODY, Ink, MARGIN, MIDDLE, TEXT};
use crate::screen::widget::sign;

/// Width of a back, and radius of the dot at the sacrum, units.
const LINE: f32 = 15.0;
const SACRUM: f32 = 14.0;
/// Opacity of the difference.
const DIFFERENCE: f32 = 0.28;
/// Size of the sentence, units, and how many lines it may have.
const TELLS: f32 = 1.15 * BODY;
const LINES: usize = 3;
/// Width that the ring of a raised hand takes at the bottom, units.
const HAND: f32 = 190.0;
/// Distance between two lines of the titles, units.
const ROW: f32 = 52.0;

/// Draws the best and the worst with their titles, and a sentence on the difference.
pub fn draw(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    seen: [&Replay; 2],
    titles: [&str; 2],
    told: Option<&str>,
    mirror: bool,
) {
    let margin = MARGIN * unit;
    let inks = seen.map(|seen| theme::verdict_ink(seen.repetition.verdict));
    for (row, ((seen, title), ink)) in seen.iter().zip(titles).zip(inks).enumerate() {
        let base = point2(place.min.x + margin, place.min.y + (MIDDLE * CAP_HEIGHT + row as f32 * ROW) * unit);
        let cap = MIDDLE * CAP_HEIGHT * unit;
        sign::draw(canvas, seen.repetition.verdict, base + vec2(cap / 2.0, -cap / 2.0), cap, ink);
        let size = canvas.letters().within(title, MIDDLE * unit, place.max.x - base.x - 1.5 * cap);
        canvas.write(title, base + vec2(1.5 * cap, 0.0), size, ink, Align::Left);
    }
    let mut room = place.inflate(-margin, 0.0);
    room.min.y += (2.0 * ROW) * unit;
    room.max.y -= 0.6 * margin;
    if let Some(told) = told {
        let (width, size) = (room.width() - HAND * unit, TELLS * unit);
        let lines = canvas.letters().wrap(told, size, width - 1.6 * size * CAP_HEIGHT).len().min(LINES);
        let top = room.max.y - lines as f32 * size * LINE_HEIGHT - 1.0;
        let sentence = WindowRect::new(point2(room.min.x, top), point2(room.min.x + width, room.max.y));
        room.max.y = sentence.min.y - 0.5 * margin;
        explain(canvas, sentence, unit, (told, seen[1].repetition.verdict));
    }
    let curves = seen.map(|seen| seen.lowest().map_or(&[][..], |still| &still.curve));
    pair(canvas, room, unit, curves, inks, [mirror; 2]);
}

/// Writes what was different in the bend with this verdict, whose sign stands before it.
fn explain(canvas: &mut Canvas, mut place: WindowRect, unit: f32, (told, verdict): (&str, Option<Verdict>)) {
    let cap = TELLS * CAP_HEIGHT * unit;
    let middle = place.min + vec2(cap / 2.0, TELLS * LINE_HEIGHT * unit / 2.0);
    sign::draw(canvas, verdict, middle, cap, theme::verdict_ink(verdict));
    place.min.x += 1.6 * cap;
    canvas.write_into(told, place, TELLS * unit, TEXT);
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
    let between: Vec<WindowPoint> = best.iter().copied().chain(worst.iter().rev().copied()).collect();
    canvas.fill(path::polygon(&between), TEXT.faded(DIFFERENCE));
    for (curve, ink) in [(&worst, inks[1]), (&best, inks[0])] {
        canvas.stroke(path::smooth(curve).as_ref(), Pen::solid(ink, LINE * unit));
    }
    if let Some(sacrum) = best.first() {
        canvas.fill(path::disc(*sacrum, SACRUM * unit), TEXT);
    }
}
