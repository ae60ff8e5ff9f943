//! An angle in whole degrees beside or under its sign and name, with the half width of its 90 % interval below the degree
//! sign.

use euclid::{Angle, point2, vec2};

use crate::coach::Verdict;
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect};
use crate::screen::tally::degrees;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, BODY, DISPLAY, GREAT, Ink, LABEL, QUIET, TEXT, UNKNOWN};
use crate::screen::widget::sign;

/// Size of the degree sign, relative to that of the number, which leaves room for the interval.
const DEGREE_SIGN: f32 = 0.5;
/// A place at least this wide has the name beside the number, units.
const BESIDE: f32 = 300.0;
/// Width of a number beside its name: three digits and their interval, units.
const WIDTH: f32 = 220.0;

/// An angle with its interval.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The angle.
    pub angle: Angle<f32>,
    /// Half width of its 90 % interval.
    pub half_width_90: Angle<f32>,
}

/// Draws one of hips and back, both in one size.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, (part, label): (Verdict, &str), angle: Option<Known>) {
    if place.width() < BESIDE * unit {
        return one(canvas, place, unit, (part, label), angle, TEXT);
    }
    let room = place.width() - WIDTH * unit;
    let cap = LABEL * CAP_HEIGHT * unit;
    name(canvas, point2(place.min.x, place.center().y + cap / 2.0), unit, room, (part, label));
    number(canvas, point2(place.max.x - WIDTH * unit, place.center().y), unit, DISPLAY, angle, TEXT);
}

/// Draws the only number, under its name, as large as the place allows, in this ink: a quiet one where nobody is to look at it, as
/// while somebody stands.
pub fn one(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    (part, label): (Verdict, &str),
    angle: Option<Known>,
    ink: Ink,
) {
    let cap = LABEL * CAP_HEIGHT * unit;
    name(canvas, point2(place.min.x, place.min.y + cap), unit, place.width(), (part, label));
    let room = place.height() - cap - 0.8 * LABEL * unit;
    let size = GREAT.min(room / (CAP_HEIGHT * unit)).min(DISPLAY * place.width() / (WIDTH * unit));
    number(canvas, point2(place.min.x, place.max.y - size * CAP_HEIGHT * unit / 2.0), unit, size, angle, ink);
}

fn name(canvas: &mut Canvas, at: WindowPoint, unit: f32, room: f32, (part, name): (Verdict, &str)) {
    let cap = LABEL * CAP_HEIGHT * unit;
    sign::draw(canvas, Some(part), at + vec2(cap * 0.5, -cap * 0.5), cap, theme::verdict_ink(Some(part)));
    let size = canvas.letters().within(name, LABEL * unit, room - cap * 1.6);
    canvas.write(name, at + vec2(cap * 1.6, 0.0), size, TEXT, Align::Left);
}

/// Writes a number of this size, in units, with its middle at this height.
fn number(canvas: &mut Canvas, middle: WindowPoint, unit: f32, size: f32, angle: Option<Known>, ink: Ink) {
    let [size, small] = [size * unit, BODY * unit];
    let at = middle + vec2(0.0, size * CAP_HEIGHT / 2.0);
    let Some(known) = angle else { return canvas.write(UNKNOWN, at, size, QUIET, Align::Left) };
    let (angle, half_width_90) = (degrees(known.angle), degrees(known.half_width_90));
    let digits = angle.trim_end_matches('°');
    let width = canvas.letters().width(digits, size);
    canvas.write(digits, at, size, ink, Align::Left);
    let raised = vec2(width, -(1.0 - DEGREE_SIGN) * size * CAP_HEIGHT);
    canvas.write("°", at + raised, DEGREE_SIGN * size, ink, Align::Left);
    let error = format!("±{}", half_width_90.trim_end_matches('°'));
    canvas.write(&error, at + vec2(width, 0.0), small, QUIET, Align::Left);
}
