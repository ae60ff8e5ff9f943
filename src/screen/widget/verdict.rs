//! The one word: where the bend comes from, as sign and capitals a twelfth of the window high.
//!
//! While there is no verdict the place belongs to the last repetition, smaller, so that it can be read after the bend,
//! when the person looks up.

use euclid::{point2, vec2};

use crate::coach::{Repetition, Verdict};
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, DISPLAY, LABEL, LAST_LABEL, MIDDLE, QUIET};
use crate::screen::widget::sign;

/// Draws the verdict of the bend that is going on, or else that of the last repetition; before the first, what the
/// signs mean.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, now: Option<Verdict>, repetitions: &[Repetition]) {
    if let Some(verdict) = now {
        let baseline = place.center().y + DISPLAY * CAP_HEIGHT * unit / 2.0;
        word(canvas, verdict, point2(place.min.x, baseline), DISPLAY * unit);
    } else if let Some(verdict) = repetitions.last().and_then(|repetition| repetition.verdict) {
        let label = point2(place.min.x, place.min.y + LABEL * CAP_HEIGHT * unit);
        canvas.write(LAST_LABEL, label, LABEL * unit, QUIET, Align::Left);
        word(canvas, verdict, point2(place.min.x, place.max.y - 8.0 * unit), MIDDLE * unit);
    } else if repetitions.is_empty() {
        legend(canvas, place, unit);
    }
}

fn legend(canvas: &mut Canvas, place: WindowRect, unit: f32) {
    let mut at = point2(place.min.x, place.center().y + LABEL * CAP_HEIGHT * unit / 2.0);
    for verdict in [Verdict::Hips, Verdict::Mixed, Verdict::Back] {
        word(canvas, verdict, at, LABEL * unit);
        let length = canvas.letters().width(theme::verdict_word(verdict), LABEL * unit);
        at.x += length + (LABEL * CAP_HEIGHT * 1.5 + 26.0) * unit;
    }
}

fn word(canvas: &mut Canvas, verdict: Verdict, at: WindowPoint, size: f32) {
    let ink = theme::verdict_ink(Some(verdict));
    let cap = size * CAP_HEIGHT;
    sign::draw(canvas, Some(verdict), at + vec2(cap * 0.54, -cap / 2.0), cap, ink);
    canvas.write(theme::verdict_word(verdict), at + vec2(cap * 1.38, 0.0), size, ink, Align::Left);
}
