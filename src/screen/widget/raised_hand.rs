//! A raised hand, as a sign: where the person's own is along a row of tiles.

use euclid::{point2, size2, vec2};

use crate::screen::canvas::{Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::theme::{GROUND, HIPS};

/// The tips of the fingers from the wrist, in heights of the hand, from the little finger on.
const FINGERS: [(f32, f32); 4] = [(-0.27, -0.74), (-0.1, -0.92), (0.09, -0.95), (0.26, -0.82)];
const THUMB: (f32, f32) = (0.43, -0.44);
/// Thickness of a finger, in heights of the hand.
const FINGER: f32 = 0.15;

/// Draws a hand of this height that points up from its wrist.
pub fn draw(canvas: &mut Canvas, wrist: WindowPoint, height: f32) {
    for (ink, more) in [(GROUND, 0.1), (HIPS, 0.0)] {
        let at = |(across, down): (f32, f32)| wrist + vec2(across, down) * height;
        let palm = WindowRect::from_origin_and_size(at((-0.3, -0.52)), size2(0.58, 0.52) * height);
        let grown = palm.inflate(0.5 * more * height, 0.5 * more * height);
        canvas.fill(path::rounded(grown, 0.16 * height), ink);
        for tip in FINGERS.into_iter().chain([THUMB]) {
            let root = point2(wrist.x + 0.75 * tip.0 * height, wrist.y - 0.3 * height);
            let finger = path::polyline(&[root, at(tip)]);
            canvas.stroke(finger.as_ref(), Pen::solid(ink, (FINGER + more) * height));
        }
    }
}
