//! An angle in whole degrees under its sign and label, with the half width of its 90 % interval below the degree sign.

use euclid::{Angle, point2, vec2};

use crate::coach::Verdict;
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect};
use crate::screen::tally::degrees;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, BODY, DISPLAY, LABEL, LARGE, QUIET, TEXT, UNKNOWN};
use crate::screen::widget::sign;

/// Size of the degree sign, relative to that of the number, which leaves room for the interval.
const DEGREE_SIGN: f32 = 0.6;
/// An angle with its interval.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The angle.
    pub angle: Angle<f32>,
    /// Half width of its 90 % interval.
    pub half_width_90: Angle<f32>,
}

/// Draws the hip flexion, the one large number, under its label.
pub fn hips(canvas: &mut Canvas, place: WindowRect, unit: f32, label: &str, angle: Option<Known>) {
    name(canvas, place, unit, Verdict::Hips, label);
    number(canvas, place, unit, [DISPLAY, BODY], angle);
}

/// Draws the lumbar flexion under its label.
pub fn back(canvas: &mut Canvas, place: WindowRect, unit: f32, label: &str, angle: Option<Known>) {
    name(canvas, place, unit, Verdict::Back, label);
    number(canvas, place, unit, [LARGE, LABEL], angle);
}

fn name(canvas: &mut Canvas, place: WindowRect, unit: f32, part: Verdict, name: &str) {
    let cap = LABEL * CAP_HEIGHT * unit;
    let label = point2(place.min.x, place.min.y + cap);
    sign::draw(canvas, Some(part), label + vec2(cap * 0.5, -cap * 0.5), cap, theme::verdict_ink(Some(part)));
    canvas.write(name, label + vec2(cap * 1.6, 0.0), LABEL * unit, QUIET, Align::Left);
}

fn number(canvas: &mut Canvas, place: WindowRect, unit: f32, sizes: [f32; 2], angle: Option<Known>) {
    let at: WindowPoint = point2(place.min.x, place.max.y);
    let [size, small] = sizes.map(|size| size * unit);
    let Some(known) = angle else { return canvas.write(UNKNOWN, at, size, QUIET, Align::Left) };
    let (angle, half_width_90) = (degrees(known.angle), degrees(known.half_width_90));
    let digits = angle.trim_end_matches('°');
    let width = canvas.letters().width(digits, size);
    canvas.write(digits, at, size, TEXT, Align::Left);
    let raised = vec2(width, -(1.0 - DEGREE_SIGN) * size * CAP_HEIGHT);
    canvas.write("°", at + raised, DEGREE_SIGN * size, TEXT, Align::Left);
    canvas.write(
        &format!("±{}", half_width_90.trim_end_matches('°')),
        at + vec2(width, 0.0),
        small,
        QUIET,
        Align::Left,
    );
}
