//! The distribution of the bend: one bar, the hips' part from the left, the back's from the right, each with its sign.

use euclid::point2;

use crate::coach::Verdict;
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BACK, GROUND, HIPS, LABEL, QUIET, TRACK};
use crate::screen::widget::sign;

const BAR: f32 = 32.0;
/// Opacity of the bar of a past repetition.
const PAST: f32 = 0.45;

/// The contents of the bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// The lumbar share of the current bend.
    Now(f32),
    /// The lumbar share of the last repetition.
    Past(f32),
    /// Neither is known.
    Unknown,
}

/// Draws the bar under its label.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, name: &str, share: Share) {
    let label = point2(place.min.x, place.min.y + LABEL * CAP_HEIGHT * unit);
    canvas.write(name, label, LABEL * unit, QUIET, Align::Left);
    let bar = WindowRect::new(point2(place.min.x, place.max.y - BAR * unit), place.max);
    match share {
        Share::Now(lumbar) => parts(canvas, bar, unit, lumbar, 1.0),
        Share::Past(lumbar) => parts(canvas, bar, unit, lumbar, PAST),
        Share::Unknown => canvas.fill(path::rounded(bar, 8.0 * unit), TRACK),
    }
}

fn parts(canvas: &mut Canvas, bar: WindowRect, unit: f32, lumbar: f32, strength: f32) {
    let gap = 4.0 * unit;
    let split = bar.min.x + bar.width() * (1.0 - lumbar.clamp(0.0, 1.0));
    let hips = WindowRect::new(bar.min, point2(split - gap / 2.0, bar.max.y));
    let back = WindowRect::new(point2(split + gap / 2.0, bar.min.y), bar.max);
    for (part, verdict, ink) in [(hips, Verdict::Hips, HIPS), (back, Verdict::Back, BACK)] {
        if part.width() <= gap {
            continue;
        }
        canvas.fill(path::rounded(part, 8.0 * unit), ink.faded(strength));
        if part.width() >= bar.height() {
            sign::draw(canvas, Some(verdict), part.center(), bar.height() * 0.44, GROUND);
        }
    }
}
