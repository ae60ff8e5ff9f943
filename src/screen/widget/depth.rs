//! The depth gauge: hip flexion as a bar from 0° to 90°, with the coach's goal marked on it.

use euclid::{Angle, point2};

use crate::coach::Goal;
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{DEPTH_END, HIPS, LABEL, PANEL, QUIET, TEXT, TRACK};
use crate::screen::widget::number::Known;

const BAR: f32 = 26.0;
/// Opacity of the uncertain part of the bar.
const SOFT: f32 = 0.4;

/// The contents of the gauge.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// Current hip flexion; its interval is drawn as a soft end of the bar.
    pub now: Option<Known>,
    /// Depth of the last repetition, drawn as a notch.
    pub reached: Option<Angle<f32>>,
    /// The goal.
    pub goal: Goal,
    /// Whether the goal is written in degrees, too.
    pub in_degrees: bool,
}

/// Draws the gauge under its label.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, name: &str, depth: Depth) {
    let bar = WindowRect::new(point2(place.min.x, place.max.y - BAR * unit), place.max);
    let x = |degrees: f32| bar.min.x + bar.width() * (degrees / DEPTH_END).clamp(0.0, 1.0);
    canvas.fill(path::rounded(bar, bar.height()), TRACK);
    if let Some(Known { angle, half_width_90 }) = depth.now.filter(|known| known.angle.to_degrees() > 1.0) {
        for (end, part) in [(angle + half_width_90, SOFT), (angle, SOFT), (angle - half_width_90, 1.0)] {
            let end = x(end.to_degrees()).max(bar.min.x + bar.height());
            let until = WindowRect::new(bar.min, point2(end, bar.max.y));
            canvas.fill(path::rounded(until, bar.height()), HIPS.faded(part));
        }
    }
    if let Some(reached) = depth.reached {
        let at = x(reached.to_degrees());
        let notch = [point2(at, bar.min.y + 4.0 * unit), point2(at, bar.max.y - 4.0 * unit)];
        canvas.stroke(path::polyline(&notch).as_ref(), Pen::solid(TEXT, 3.0 * unit));
    }
    let [least, most] = [depth.goal.least, depth.goal.most].map(Angle::to_degrees);
    goal(canvas, bar, unit, [x(least), x(most)]);
    let size = LABEL * unit;
    let line: WindowPoint = point2(place.min.x, place.min.y + size * CAP_HEIGHT);
    canvas.write(name, line, size, QUIET, Align::Left);
    if depth.in_degrees {
        let middle = point2((x(least) + x(most)) / 2.0, line.y);
        canvas.write(&format!("{least:.0}–{most:.0}°"), middle, size, QUIET, Align::Center);
    }
}

fn goal(canvas: &mut Canvas, bar: WindowRect, unit: f32, [from, to]: [f32; 2]) {
    let reach = 5.0 * unit;
    let zone = WindowRect::new(point2(from, bar.min.y - reach), point2(to, bar.max.y + reach));
    let rim = path::rounded(zone, 7.0 * unit);
    canvas.stroke(rim.as_ref(), Pen::solid(PANEL, 6.0 * unit));
    canvas.stroke(rim.as_ref(), Pen::solid(TEXT, 2.5 * unit));
}
