//! An angle in whole degrees under its sign and name, with the half width of its 90 % interval beside the name.

use euclid::{Angle, point2, vec2};

use crate::coach::Verdict;
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::tally::degrees;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, BACK_LABEL, DISPLAY, HIP_LABEL, LABEL, LARGE, QUIET, TEXT, UNKNOWN};
use crate::screen::widget::sign;

/// An angle that is known to within an interval.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The angle.
    pub angle: Angle<f32>,
    /// Half the width of its 90 % interval.
    pub interval: Angle<f32>,
}

/// Draws the hip flexion, the one large number.
pub fn hips(canvas: &mut Canvas, place: WindowRect, unit: f32, angle: Option<Known>) {
    draw(canvas, place, unit, DISPLAY, (Verdict::Hips, HIP_LABEL), angle);
}

/// Draws the lumbar flexion.
pub fn back(canvas: &mut Canvas, place: WindowRect, unit: f32, angle: Option<Known>) {
    draw(canvas, place, unit, LARGE, (Verdict::Back, BACK_LABEL), angle);
}

fn draw(
    canvas: &mut Canvas,
    place: WindowRect,
    unit: f32,
    size: f32,
    (part, name): (Verdict, &str),
    angle: Option<Known>,
) {
    let cap = LABEL * CAP_HEIGHT * unit;
    let label = point2(place.min.x, place.min.y + cap);
    sign::draw(canvas, Some(part), label + vec2(cap * 0.5, -cap * 0.5), cap, theme::verdict_ink(Some(part)));
    let named = angle.map_or(name.to_owned(), |known| format!("{name} ±{}", degrees(known.interval)));
    canvas.write(&named, label + vec2(cap * 1.6, 0.0), LABEL * unit, QUIET, Align::Left);
    let (text, ink) = angle.map_or((UNKNOWN.to_owned(), QUIET), |known| (degrees(known.angle), TEXT));
    canvas.write(&text, point2(place.min.x, place.max.y), size * unit, ink, Align::Left);
}
