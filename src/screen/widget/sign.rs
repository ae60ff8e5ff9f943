//! The three signs, drawn as shapes so that they look alike at every size: ● hips, ▲ mixed, ■ back.

use euclid::vec2;

use crate::coach::Verdict;
use crate::screen::canvas::{Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::theme::Ink;

/// Draws a verdict's sign in a square of side `size` around `center`; a small ring means no verdict.
pub fn draw(canvas: &mut Canvas, verdict: Option<Verdict>, center: WindowPoint, size: f32, ink: Ink) {
    let half = size / 2.0;
    match verdict {
        Some(Verdict::Hips) => canvas.fill(path::disc(center, half), ink),
        Some(Verdict::Mixed) => {
            let corners = [vec2(0.0, -half), vec2(half * 1.08, half * 0.94), vec2(-half * 1.08, half * 0.94)];
            canvas.fill(path::polygon(&corners.map(|corner| center + corner)), ink);
        }
        Some(Verdict::Back) => {
            let reach = vec2(half, half) * 0.92;
            canvas.fill(path::rounded(WindowRect::new(center - reach, center + reach), size * 0.06), ink);
        }
        None => canvas.stroke(path::disc(center, size * 0.22).as_ref(), Pen::solid(ink, size * 0.1)),
    }
}
