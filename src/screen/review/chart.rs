//! The chart of a review: hip above low back over time, each with its interval, its degrees and its name; the repetitions by
//! sign and number; cues and notes; where the review is, and where the pointer is.

use std::time::Duration;

use euclid::{point2, vec2};

use super::axis::{TimeAxis, clock};
use super::layout::{LEAST, ReviewLayout};
use super::timeline::{LASTS, Timeline};
use crate::coach::Verdict;
use crate::screen::canvas::{Align, Canvas, Pen, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, BACK, GROUND, HIPS, Ink, PANEL, QUIET, TEXT, TRACK};
use crate::screen::widget::sign;

/// Heights of the row of signs and of the track at the foot, and size of a sign, units.
const SIGNS: f32 = 30.0;
const RAIL: f32 = 16.0;
/// Height of the line above each curve in which its name stands, units.
const NAME: f32 = 22.0;
const SIGN: f32 = 20.0;
/// The least room between two signs, units.
const APART: f32 = 4.0;
/// The hips' fraction of the remaining height.
const HIPS_PART: f32 = 0.6;
/// Value at the top of each band, degrees: hip and low-back flexion of a deep bend; and between two lines.
const TOPS: [f32; 2] = [110.0, 66.0];
const BETWEEN: [f32; 2] = [45.0, 30.0];
/// Where zero is, as a part of a band's height from its foot.
const ZERO: f32 = 0.08;
/// Opacity of an interval.
const SOFT: f32 = 0.35;
/// Between two times, units.
const TIME: f32 = 96.0;
/// Radius of the handle on the track, units.
const HANDLE: f32 = 8.0;

/// A chart to draw.
#[derive(Clone, Copy, Debug)]
pub struct TimeChart<'a> {
    /// What was measured.
    pub timeline: &'a Timeline,
    /// The shown part of it.
    pub axis: &'a TimeAxis,
    /// Where the review is.
    pub now: Duration,
    /// Where the pointer is.
    pub pointed: Option<Duration>,
    /// The names of the two curves, with their unit.
    pub names: [&'a str; 2],
}

impl TimeChart<'_> {
    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        let (unit, place) = (layout.unit, layout.plot);
        for (number, band) in bands(place, unit).into_iter().enumerate() {
            canvas.fill_rect(band, PANEL);
            self.degrees(canvas, layout, band, number);
            self.band(canvas, band, number, [HIPS, BACK][number], unit);
        }
        self.signs(canvas, place, unit);
        self.rail(canvas, place, unit);
        self.times(canvas, layout);
        if let Some(x) = self.pointed.and_then(|pointed| self.axis.x(place, pointed)) {
            let line = path::polyline(&[point2(x, place.min.y + SIGNS * unit), point2(x, place.max.y)]);
            canvas.stroke(line.as_ref(), Pen { ink: QUIET, width: 1.5 * unit, dash: Some(4.0 * unit) });
        }
        for (band, name) in bands(place, unit).into_iter().zip(self.names) {
            name_band(canvas, band, unit, name); // last, so that no cursor runs through it
        }
    }

    /// Lines across a band, and their degrees beside it.
    fn degrees(&self, canvas: &mut Canvas, layout: &ReviewLayout, band: WindowRect, number: usize) {
        let (unit, step) = (layout.unit, BETWEEN[number]);
        let right = layout.fold.map_or(band.min.x, |fold| fold.min.x) - 8.0 * unit;
        for line in 0..=(TOPS[number] / step) as u32 {
            let value = line as f32 * step;
            let y = up(band, number, value).round();
            canvas.fill_rect(WindowRect::new(point2(band.min.x, y), point2(band.max.x, y + 1.0)), TRACK);
            let base = y + LEAST * CAP_HEIGHT * unit / 2.0;
            canvas.write(&format!("{value:.0}°"), point2(right, base), LEAST * unit, QUIET, Align::Right);
        }
    }

    /// A sign for each repetition, or for those that would lie on each other one that stands for them; and its number where the
    /// next one leaves room.
    fn signs(&self, canvas: &mut Canvas, place: WindowRect, unit: f32) {
        let shown = self.timeline.signs.iter().enumerate();
        let shown = shown.filter_map(|(number, (time, verdict))| Some((number, self.axis.x(place, *time)?, *verdict)));
        let shown = merged(shown, (SIGN + APART) * unit);
        let y = place.min.y + SIGNS * unit / 2.0;
        for (at, MergedSign { number, last, x, verdict }) in shown.iter().enumerate() {
            let ink = if verdict.is_some() { theme::verdict_ink(*verdict) } else { QUIET };
            sign::draw(canvas, *verdict, point2(*x, y), SIGN * unit, ink);
            let next = shown.get(at + 1).map_or(place.max.x + SIGN * unit, |next| next.x);
            let text = if last > number { format!("{}–{}", number + 1, last + 1) } else { (number + 1).to_string() };
            let width = canvas.letters().width(&text, LEAST * unit);
            if next - x > (2.0 * SIGN + 6.0) * unit + width {
                let base = point2(x + SIGN * 0.75 * unit, y + LEAST * CAP_HEIGHT * unit / 2.0);
                canvas.write(&text, base, LEAST * unit, QUIET, Align::Left);
            }
        }
    }

    /// The track with the handle that can be dragged; cues and notes above it.
    fn rail(&self, canvas: &mut Canvas, place: WindowRect, unit: f32) {
        let y = place.max.y - RAIL * unit / 2.0;
        let rail = WindowRect::new(point2(place.min.x, y - 2.5 * unit), point2(place.max.x, y + 2.5 * unit));
        canvas.fill_rect(rail, TRACK);
        for (time, ink) in &self.timeline.ticks {
            if let Some(x) = self.axis.x(place, *time) {
                let tick = [point2(x, y - 5.0 * unit), point2(x, y + 5.0 * unit)];
                canvas.stroke(path::polyline(&tick).as_ref(), Pen::solid(*ink, 3.0 * unit));
            }
        }
        let Some(x) = self.axis.x(place, self.now) else { return };
        canvas.fill_rect(WindowRect::new(rail.min, point2(x, rail.max.y)), QUIET);
        let line = path::polyline(&[point2(x, place.min.y + SIGNS * unit), point2(x, y)]);
        canvas.stroke(line.as_ref(), Pen::solid(GROUND, 6.0 * unit));
        canvas.stroke(line.as_ref(), Pen::solid(TEXT, 2.5 * unit));
        canvas.fill(path::disc(point2(x, y), HANDLE * unit), TEXT);
    }

    fn times(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        let (unit, place, size) = (layout.unit, layout.times, LEAST * layout.unit);
        let most = (place.width() / (TIME * unit)) as usize;
        let mut free = f32::MIN;
        for time in self.axis.times(most.max(1)) {
            let Some(x) = self.axis.x(place, time) else { continue };
            canvas.fill_rect(WindowRect::new(point2(x, place.min.y), point2(x + 1.0, place.min.y + 5.0 * unit)), QUIET);
            let text = clock(time);
            let half = canvas.letters().width(&text, size) / 2.0;
            let middle = x.min(place.max.x - half);
            if middle - half > free {
                canvas.write(&text, point2(middle, place.max.y - 3.0 * unit), size, QUIET, Align::Center);
                free = middle + half + 10.0 * unit;
            }
        }
    }

    /// Column by column: the deepest frame of those in the column, or the previous one while it lasts.
    fn band(&self, canvas: &mut Canvas, band: WindowRect, number: usize, ink: Ink, unit: f32) {
        let points = &self.timeline.points;
        let (from, to) = self.axis.shown();
        let step = to.saturating_sub(from).div_f64(f64::from(band.width().max(1.0)));
        let mut next = points.partition_point(|point| point.at < from);
        let mut before = None;
        for column in 0..band.width() as u32 {
            let (begins, ends) = (from + step * column, from + step * (column + 1));
            let begin = next;
            while points.get(next).is_some_and(|point| point.at < ends) {
                next += 1;
            }
            let last = begin.checked_sub(1).and_then(|last| points.get(last));
            let lasting = last.filter(|last| begins.saturating_sub(last.at) <= LASTS);
            let within = points[begin..next].iter();
            let deepest = within.max_by(|one, other| one.values[0].0.total_cmp(&other.values[0].0)).or(lasting);
            let Some((value, half)) = deepest.map(|point| point.values[number]) else {
                before = None;
                continue;
            };
            let up = |value: f32| up(band, number, value);
            let x = band.min.x + column as f32;
            let column = |from: f32, to: f32| {
                let (from, to) = (from.max(band.min.y), to.max(from + 1.0).min(band.max.y));
                WindowRect::new(point2(x, from), point2(x + 1.0, to))
            };
            canvas.fill_rect(column(up(value + half), up(value - half)), ink.faded(SOFT));
            // Joined to the previous column, or a steep line would have gaps.
            let (here, last) = (up(value), up(before.replace(value).unwrap_or(value)));
            canvas.fill_rect(column(here.min(last) - 1.5 * unit, here.max(last) + 1.5 * unit), ink);
        }
    }
}

/// The sign of one repetition, or of several that lie too close together, from one number to another.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MergedSign {
    number: usize,
    last: usize,
    x: f32,
    verdict: Option<Verdict>,
}

/// The signs that are at least `apart` from each other. One that stands for several has the verdict that matters most among them, so
/// that a bend from the back is never hidden by one from the hips.
fn merged(signs: impl Iterator<Item = (usize, f32, Option<Verdict>)>, apart: f32) -> Vec<MergedSign> {
    let mut merged: Vec<MergedSign> = Vec::new();
    for (number, x, verdict) in signs {
        match merged.last_mut().filter(|last| x - last.x < apart) {
            Some(last) => {
                last.last = number;
                last.verdict = if weight(verdict) > weight(last.verdict) { verdict } else { last.verdict };
            }
            None => merged.push(MergedSign { number, last: number, x, verdict }),
        }
    }
    merged
}

/// How much a verdict matters to whoever looks for what went otherwise than meant.
fn weight(verdict: Option<Verdict>) -> u8 {
    match verdict {
        None => 0,
        Some(Verdict::Hips) => 1,
        Some(Verdict::Mixed) => 2,
        Some(Verdict::Back) => 3,
    }
}

/// Writes the name of a band above it, where no curve goes.
fn name_band(canvas: &mut Canvas, band: WindowRect, unit: f32, name: &str) {
    let size = LEAST * unit;
    let at = band.min + vec2(0.0, -0.5 * (NAME * unit - size * CAP_HEIGHT));
    let name = canvas.letters().elided(name, size, band.width());
    let width = canvas.letters().width(&name, size);
    let line =
        WindowRect::new(point2(band.min.x, band.min.y - NAME * unit), point2(at.x + width + 6.0 * unit, band.min.y));
    canvas.fill_rect(line, GROUND);
    canvas.write(&name, at, size, QUIET, Align::Left);
}

/// The height of a value in a band.
fn up(band: WindowRect, number: usize, value: f32) -> f32 {
    let zero = band.max.y - ZERO * band.height();
    zero - (value / TOPS[number]).clamp(-ZERO, 1.0) * (zero - band.min.y)
}

fn bands(place: WindowRect, unit: f32) -> [WindowRect; 2] {
    let (top, end) = (place.min.y + (SIGNS + NAME) * unit, place.max.y - RAIL * unit);
    let split = (top + (end - top - NAME * unit) * HIPS_PART).round();
    [
        WindowRect::new(point2(place.min.x, top), point2(place.max.x, split)),
        WindowRect::new(point2(place.min.x, split + NAME * unit), point2(place.max.x, end)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_lies_on_another_and_one_from_the_back_is_never_hidden() {
        let of = |number: usize| match number {
            301 => Some(Verdict::Back),
            number if number % 7 == 0 => None,
            _ => Some(Verdict::Hips),
        };
        // An hour of repetitions on a thousand pixels.
        let signs = (0..600).map(|number| (number, number as f32 * 1000.0 / 600.0, of(number)));
        let merged = merged(signs, 24.0);
        assert!(merged.windows(2).all(|pair| pair[1].x - pair[0].x >= 24.0 && pair[1].number == pair[0].last + 1));
        assert_eq!((merged[0].number, merged.last().unwrap().last), (0, 599));
        let back: Vec<_> = merged.iter().filter(|sign| sign.verdict == Some(Verdict::Back)).collect();
        assert!(matches!(back[..], [sign] if (sign.number..=sign.last).contains(&301)));
        let few = super::merged([(0, 10.0, None), (1, 60.0, Some(Verdict::Mixed))].into_iter(), 24.0);
        assert_eq!(few.iter().map(|sign| (sign.number, sign.last)).collect::<Vec<_>>(), [(0, 0), (1, 1)]);
    }
}
