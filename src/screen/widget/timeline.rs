//! The timeline of a session: hip flexion above low-back flexion, each with its interval, the repetitions by sign and
//! colour, cues and notes as ticks, and the current position.

use std::time::Duration;

use euclid::{point2, vec2};

use crate::coach::Verdict;
#[cfg(feature = "store")]
use crate::geometry::State;
use crate::screen::canvas::{Align, Canvas, Pen, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, BACK, GROUND, HIPS, Ink, NOTE, PANEL, QUIET, TEXT};
use crate::screen::widget::sign;
use crate::source::Timestamp;
#[cfg(feature = "store")]
use crate::store::sample::Sample;
#[cfg(feature = "store")]
use crate::store::{SampleSource, StoreError, StoredRepetition};

/// Heights of the row of signs and of the row of ticks, and size of a sign, units.
const SIGNS: f32 = 30.0;
const TICKS: f32 = 10.0;
const SIGN: f32 = 20.0;
/// The hips' fraction of the remaining height.
const HIPS_PART: f32 = 0.6;
/// Value at the top of each band, degrees: hip and low-back flexion of a deep bend.
const TOPS: [f32; 2] = [110.0, 66.0];
/// A frame covers the time until the next, but no longer than this.
const LASTS: Duration = Duration::from_millis(300);
/// Opacity of an interval.
const SOFT: f32 = 0.35;

/// One measured frame.
#[derive(Clone, Copy, Debug)]
pub struct TimelinePoint {
    /// Time since the beginning of the session.
    pub at: Duration,
    /// Hip and lumbar flexion, and the half widths of their intervals, degrees.
    pub values: [(f32, f32); 2],
}

/// The contents of the timeline, computed once per session.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The time of the first frame.
    pub began: Timestamp,
    /// The measured frames, in order.
    pub points: Vec<TimelinePoint>,
    /// The lowest moment of each repetition, and its verdict.
    pub signs: Vec<(Duration, Option<Verdict>)>,
    /// Cues and notes.
    pub ticks: Vec<(Duration, Ink)>,
    /// Length of the session.
    pub length: Duration,
}

impl Timeline {
    /// The timeline of these samples, repetitions and [events](crate::store::Session::events).
    ///
    /// # Errors
    /// If the samples cannot be read.
    #[cfg(feature = "store")]
    pub fn of(
        samples: &dyn SampleSource,
        repetitions: &[StoredRepetition],
        events: &[(Timestamp, String, String)],
    ) -> Result<Self, StoreError> {
        let (mut first, mut length, mut points) = (None, Duration::ZERO, Vec::new());
        samples.each(&mut |sample| {
            length = sample.time.since(*first.get_or_insert(sample.time));
            points.extend(point(sample, length));
        })?;
        let began = first.unwrap_or_default();
        let bottom = |kept: &StoredRepetition| (kept.repetition.bottom.since(began), kept.repetition.verdict);
        let signs = repetitions.iter().map(bottom).collect();
        let timeline = Self { began, points, signs, ticks: Vec::new(), length };
        Ok(timeline.with_events(events))
    }

    /// The same timeline with the ticks of these events.
    #[cfg(feature = "store")]
    #[must_use]
    pub fn with_events(mut self, events: &[(Timestamp, String, String)]) -> Self {
        let ticks = events.iter().filter_map(|(time, kind, _)| match kind.as_str() {
            "cue" => Some((time.since(self.began), QUIET)),
            "note" => Some((time.since(self.began), TEXT)),
            _ => None,
        });
        self.ticks = ticks.collect();
        self
    }

    /// Draws it with the review at `now`; `names` are those of the two bands.
    pub fn draw(&self, canvas: &mut Canvas, place: WindowRect, unit: f32, names: [&str; 2], now: Duration) {
        let bands = self.bands(place, unit);
        for (number, band) in bands.into_iter().enumerate() {
            canvas.fill_rect(band, PANEL);
            self.band(canvas, band, number, [HIPS, BACK][number], unit);
            let size = NOTE * 0.8 * unit;
            let at = band.min + vec2(8.0 * unit, 6.0 * unit + size * CAP_HEIGHT);
            canvas.write(names[number], at, size, QUIET, Align::Left);
        }
        for (number, (time, verdict)) in self.signs.iter().enumerate() {
            let x = self.x(place, *time);
            let ink = if verdict.is_some() { theme::verdict_ink(*verdict) } else { QUIET };
            sign::draw(canvas, *verdict, point2(x, place.min.y + SIGNS * unit / 2.0), SIGN * unit, ink);
            // Signs too close to each other leave no room for numbers.
            let next = self.signs.get(number + 1).map_or(place.max.x, |(next, _)| self.x(place, *next));
            if next - x > 3.2 * SIGN * unit {
                let size = NOTE * 0.8 * unit;
                let at = point2(x + SIGN * 0.75 * unit, place.min.y + SIGNS * unit / 2.0 + size * CAP_HEIGHT / 2.0);
                canvas.write(&(number + 1).to_string(), at, size, QUIET, Align::Left);
            }
        }
        for (time, ink) in &self.ticks {
            let x = self.x(place, *time);
            let tick = [point2(x, place.max.y - TICKS * 0.8 * unit), point2(x, place.max.y)];
            canvas.stroke(path::polyline(&tick).as_ref(), Pen::solid(*ink, 3.0 * unit));
        }
        let x = self.x(place, now);
        let line = path::polyline(&[point2(x, place.min.y), point2(x, place.max.y)]);
        canvas.stroke(line.as_ref(), Pen::solid(GROUND, 6.0 * unit));
        canvas.stroke(line.as_ref(), Pen::solid(TEXT, 2.5 * unit));
    }

    /// The position of a window point along the timeline, 0 to 1.
    pub fn part(place: WindowRect, x: f32) -> f64 {
        f64::from(((x - place.min.x) / place.width().max(1.0)).clamp(0.0, 1.0))
    }

    fn x(&self, place: WindowRect, time: Duration) -> f32 {
        let part = time.as_secs_f64() / self.length.as_secs_f64().max(1e-3);
        place.min.x + place.width() * part.clamp(0.0, 1.0) as f32
    }

    fn bands(&self, place: WindowRect, unit: f32) -> [WindowRect; 2] {
        let (top, end) = (place.min.y + SIGNS * unit, place.max.y - TICKS * unit);
        let split = (top + (end - top) * HIPS_PART).round();
        let gap = 3.0 * unit;
        [
            WindowRect::new(point2(place.min.x, top), point2(place.max.x, split - gap)),
            WindowRect::new(point2(place.min.x, split), point2(place.max.x, end)),
        ]
    }

    /// Column by column: the deepest frame of those in the column, or the previous one while it lasts.
    fn band(&self, canvas: &mut Canvas, band: WindowRect, number: usize, ink: Ink, unit: f32) {
        let step = self.length.div_f64(f64::from(band.width().max(1.0)));
        let foot = band.max.y - 0.08 * band.height();
        let up = |degrees: f32| foot - (degrees / TOPS[number]).clamp(-0.08, 1.0) * (foot - band.min.y);
        let (mut next, mut before) = (0, None);
        for column in 0..band.width() as u32 {
            let (from, to) = (step * column, step * (column + 1));
            let begin = next;
            while self.points.get(next).is_some_and(|point| point.at < to) {
                next += 1;
            }
            let last = begin.checked_sub(1).and_then(|last| self.points.get(last));
            let lasting = last.filter(|last| from.saturating_sub(last.at) <= LASTS);
            let within = self.points[begin..next].iter();
            let deepest = within.max_by(|one, other| one.values[0].0.total_cmp(&other.values[0].0)).or(lasting);
            let Some((value, half)) = deepest.map(|point| point.values[number]) else {
                before = None;
                continue;
            };
            let x = band.min.x + column as f32;
            let column = |from: f32, to: f32| WindowRect::new(point2(x, from), point2(x + 1.0, to.max(from + 1.0)));
            canvas.fill_rect(column(up(value + half), up(value - half)), ink.faded(SOFT));
            // Joined to the previous column, or a steep line would have gaps.
            let (here, last) = (up(value), up(before.replace(value).unwrap_or(value)));
            canvas.fill_rect(column(here.min(last) - 1.5 * unit, here.max(last) + 1.5 * unit), ink);
        }
    }
}

#[cfg(feature = "store")]
fn point(sample: &Sample, at: Duration) -> Option<TimelinePoint> {
    let (bend, half_width_90) =
        sample.filtered.zip(sample.half_width_90).filter(|_| sample.state == State::Measured)?;
    let values = [
        (bend.hip_flexion.to_degrees(), half_width_90.hip_flexion.to_degrees()),
        (bend.lumbar_flexion.to_degrees(), half_width_90.lumbar_flexion.to_degrees()),
    ];
    Some(TimelinePoint { at, values })
}
