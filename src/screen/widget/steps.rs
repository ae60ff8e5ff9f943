//! The map of a session on the picture: in words, and a step for each set.

use euclid::{point2, size2};

use crate::coach::guided::Whereabouts;
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::theme::{HIPS, TEXT, TRACK};
use crate::screen::widget::plate;

/// Width of a step and the distance to the next, relative to the height of the line.
const STEP: f32 = 0.3;
const GAP: f32 = 0.14;
/// More sets than this have no steps.
const MOST: usize = 8;

/// Draws it at the left end of this line.
pub fn draw(canvas: &mut Canvas, line: WindowRect, unit: f32, text: &str, now: &Whereabouts) {
    let height = line.height();
    let count = if (2..=MOST).contains(&now.sets) { now.sets } else { 0 };
    let aside = if count == 0 { 0.0 } else { (count as f32 * (STEP + GAP) + GAP) * height };
    let place = plate::draw(canvas, line, unit, text, aside, Align::Left);
    for number in 0..count {
        let left = place.min.x + (0.45 + number as f32 * (STEP + GAP)) * height;
        let corner = point2(left, place.center().y - 0.17 * height);
        let step = WindowRect::from_origin_and_size(corner, size2(STEP, 0.34) * height);
        let ink = match (number + 1).cmp(&now.set) {
            std::cmp::Ordering::Less => HIPS,
            std::cmp::Ordering::Equal => TEXT,
            std::cmp::Ordering::Greater => TRACK,
        };
        canvas.fill(path::rounded(step, 0.1 * height), ink);
    }
}
