//! Depth against the goal: hip flexion as a bar from 0° to 90°, the goal's zone marked on it.

use euclid::{Angle, point2};

use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{DEPTH_END, DEPTH_LABEL, GOAL, HIPS, LABEL, PANEL, QUIET, TEXT, TRACK};

const BAR: f32 = 18.0;

/// Draws the gauge. `reached` is how deep the last repetition was; it stays as a notch.
pub fn draw(canvas: &mut Canvas, place: WindowRect, unit: f32, angle: Option<Angle<f32>>, reached: Option<Angle<f32>>) {
    let bar = WindowRect::new(point2(place.min.x, place.max.y - BAR * unit), place.max);
    let x = |degrees: f32| bar.min.x + bar.width() * (degrees / DEPTH_END).clamp(0.0, 1.0);
    canvas.fill(path::rounded(bar, bar.height()), TRACK);
    if let Some(angle) = angle.filter(|angle| angle.to_degrees() > 1.0) {
        let end = x(angle.to_degrees()).max(bar.min.x + bar.height());
        canvas.fill(path::rounded(WindowRect::new(bar.min, point2(end, bar.max.y)), bar.height()), HIPS);
    }
    if let Some(reached) = reached {
        let at = x(reached.to_degrees());
        let notch = [point2(at, bar.min.y + 4.0 * unit), point2(at, bar.max.y - 4.0 * unit)];
        canvas.stroke(path::polyline(&notch).as_ref(), Pen::solid(TEXT, 3.0 * unit));
    }
    goal(canvas, bar, unit, [x(*GOAL.start()), x(*GOAL.end())]);
    labels(canvas, place, unit, [x(*GOAL.start()), x(*GOAL.end())]);
}

fn goal(canvas: &mut Canvas, bar: WindowRect, unit: f32, [from, to]: [f32; 2]) {
    let reach = 5.0 * unit;
    let zone = WindowRect::new(point2(from, bar.min.y - reach), point2(to, bar.max.y + reach));
    let rim = path::rounded(zone, 7.0 * unit);
    canvas.stroke(rim.as_ref(), Pen::solid(PANEL, 6.0 * unit));
    canvas.stroke(rim.as_ref(), Pen::solid(TEXT, 2.5 * unit));
}

fn labels(canvas: &mut Canvas, place: WindowRect, unit: f32, zone: [f32; 2]) {
    let size = LABEL * unit;
    let line: WindowPoint = point2(place.min.x, place.min.y + size * CAP_HEIGHT);
    canvas.write(DEPTH_LABEL, line, size, QUIET, Align::Left);
    let middle = (zone[0] + zone[1]) / 2.0;
    let goal = format!("{:.0}–{:.0}°", GOAL.start(), GOAL.end());
    canvas.write(&goal, point2(middle, line.y), size, QUIET, Align::Center);
}
