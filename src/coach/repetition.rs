//! Down, bottom, up: one repetition cut out of the stream of frames.

use std::time::Duration;

use euclid::Angle;

use crate::geometry::{Bend, Interval, Measurement};
use crate::source::Timestamp;
use crate::statistics::median;

use super::{Event, Phase, Repetition, Verdict};

/// A repetition begins where the trunk leans this much. [own] with the next two: hysteresis wide enough for sway and
/// noise (about 3°), and below the least bend that is worth a verdict. The measured trunk leans some 4° less than
/// the true one (`METHOD.md`, "Definitions").
const BEGIN: Angle<f32> = degrees(12.0);

/// It ends where the trunk leans less than this again.
const END: Angle<f32> = degrees(8.0);

/// It counts if the trunk leaned at least this much meanwhile.
const COUNTS: Angle<f32> = degrees(15.0);

/// The way back up from the deepest point by this much, and the person is no longer at the bottom.
const RISEN: Angle<f32> = degrees(5.0);

/// Sinking slower than this is staying, per second.
const SINKING: Angle<f32> = degrees(10.0);

/// The frames that make the posture at the bottom: where the trunk leans at least this share of the deepest.
const AT_THE_BOTTOM: f32 = 0.9;

/// A repetition in which nothing was measured for longer than this is dropped: nobody knows what happened meanwhile.
const LONGEST_GAP: Duration = Duration::from_secs(1);

const fn degrees(degrees: f32) -> Angle<f32> {
    Angle { radians: degrees * std::f32::consts::PI / 180.0 }
}

/// Follows the repetition that is going on.
#[derive(Debug, Default)]
pub struct RepetitionTracker {
    current: Option<Current>,
    phase: Phase,
    /// Whether the person was upright when last seen: a bend whose beginning nobody saw is no repetition.
    upright: bool,
    /// When something was measured last.
    measured: Option<Timestamp>,
}

#[derive(Debug)]
struct Current {
    frames: Vec<Moment>,
    deepest: Angle<f32>,
}

/// One frame of a repetition.
#[derive(Clone, Copy, Debug)]
struct Moment {
    time: Timestamp,
    bend: Bend,
    interval: Interval,
    confidence: f32,
}

impl RepetitionTracker {
    /// Takes one frame; gives what happened in it.
    pub fn observe(&mut self, time: Timestamp, measurement: &Measurement) -> Option<Event> {
        if self.measured.is_some_and(|last| time.since(last) > LONGEST_GAP) {
            self.give_up();
            self.upright = false;
        }
        let (bend, interval) = measurement.filtered.zip(measurement.interval)?;
        self.measured = Some(time);
        let lean = bend.trunk_inclination;
        let frame = Moment { time, bend, interval, confidence: measurement.confidence };
        match &mut self.current {
            None if lean <= BEGIN => {
                self.upright = true;
                None
            }
            None if !self.upright => None,
            None => {
                self.current = Some(Current { frames: vec![frame], deepest: lean });
                self.phase = Phase::Down;
                Some(Event::RepetitionStarted)
            }
            Some(current) if lean < END => {
                let finished = (current.deepest >= COUNTS).then(|| current.finish(time));
                self.give_up();
                finished.map(Event::RepetitionFinished)
            }
            Some(current) => {
                self.phase = current.phase_at(time, lean);
                if lean > current.deepest {
                    current.deepest = lean;
                }
                current.frames.push(frame);
                None
            }
        }
    }

    /// Where in a repetition the person is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    fn give_up(&mut self) {
        self.current = None;
        self.phase = Phase::Top;
    }
}

impl Current {
    fn phase_at(&self, time: Timestamp, lean: Angle<f32>) -> Phase {
        if self.deepest - lean > RISEN {
            return Phase::Up;
        }
        let sinking = self.frames.last().is_some_and(|last| {
            let seconds = time.since(last.time).as_secs_f32();
            (lean - last.bend.trunk_inclination).radians > SINKING.radians * seconds
        });
        if sinking { Phase::Down } else { Phase::Bottom }
    }

    fn finish(&self, end: Timestamp) -> Repetition {
        let least = AT_THE_BOTTOM * self.deepest.radians;
        let bottom: Vec<&Moment> =
            self.frames.iter().filter(|frame| frame.bend.trunk_inclination.radians >= least).collect();
        let typical = |value: fn(&Moment) -> f32| median(bottom.iter().map(|frame| value(frame))).unwrap_or_default();
        let angle = |value: fn(&Moment) -> f32| Angle::radians(typical(value));
        let bend = Bend {
            hip_flexion: angle(|frame| frame.bend.hip_flexion.radians),
            lumbar_flexion: angle(|frame| frame.bend.lumbar_flexion.radians),
            trunk_inclination: angle(|frame| frame.bend.trunk_inclination.radians),
            knee_flexion: angle(|frame| frame.bend.knee_flexion.radians),
        };
        let interval = Interval {
            hip_flexion: angle(|frame| frame.interval.hip_flexion.radians),
            lumbar_flexion: angle(|frame| frame.interval.lumbar_flexion.radians),
        };
        let deepest = self.frames.iter().find(|frame| frame.bend.trunk_inclination >= self.deepest);
        Repetition {
            start: self.frames.first().map_or(end, |frame| frame.time),
            bottom: deepest.map_or(end, |frame| frame.time),
            end,
            bend,
            interval,
            verdict: Verdict::of(&bend, &interval),
            confidence: typical(|frame| frame.confidence),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{measured, measurements};
    use super::*;
    use crate::geometry::State;

    fn count(measurements: impl IntoIterator<Item = (Timestamp, Measurement)>) -> usize {
        let mut tracker = RepetitionTracker::default();
        let events = measurements.into_iter().filter_map(|(time, measurement)| tracker.observe(time, &measurement));
        events.filter(|event| matches!(event, Event::RepetitionFinished(_))).count()
    }

    fn leaning(lean: impl Fn(f64) -> f32) -> Vec<(Timestamp, Measurement)> {
        let bend = |time| Bend { trunk_inclination: Angle::degrees(lean(time)), ..Bend::default() };
        let times = (0..150).map(|number| f64::from(number) / 15.0);
        times.map(|time| (Timestamp::from_secs_f64(time), measured(bend(time)))).collect()
    }

    #[test]
    fn sway_and_nods_are_no_repetitions() {
        assert_eq!(count(leaning(|time| 8.0 * (time * 3.0).sin() as f32)), 0);
        assert_eq!(count(leaning(|time| 14.0 * (time * 3.0).sin() as f32)), 0);
    }

    #[test]
    fn wavering_at_the_threshold_is_counted_once() {
        let lean = |time: f64| if (3.0..6.0).contains(&time) { 45.0 } else { 10.5 + 2.5 * (time * 9.0).sin() as f32 };
        let upright = |time: f64| if (1.0..=8.0).contains(&time) { lean(time) } else { 0.0 };
        assert_eq!(count(leaning(upright)), 1);
    }

    #[test]
    fn one_that_is_not_finished_does_not_count() {
        assert_eq!(count(leaning(|time| if time < 2.0 { 0.0 } else { 60.0 })), 0);
    }

    #[test]
    fn a_short_gap_is_bridged_and_a_long_one_ends_it() {
        let hidden = |mut set: Vec<(Timestamp, Measurement)>, gap: std::ops::Range<usize>| {
            for (_, measurement) in &mut set[gap] {
                *measurement = Measurement { state: State::Hidden, ..Measurement::default() };
            }
            set
        };
        assert_eq!(count(hidden(measurements(70.0, 0.0), 28..38)), 1);
        assert_eq!(count(hidden(measurements(70.0, 0.0), 22..48)), 0);
    }

    #[test]
    fn a_bend_whose_beginning_nobody_saw_does_not_count() {
        let mut set = measurements(70.0, 0.0);
        for (_, measurement) in &mut set[5..35] {
            *measurement = Measurement { state: State::Hidden, ..Measurement::default() };
        }
        assert_eq!(count(set), 0, "hidden while standing, then seen bent");
        let mut stalled = measurements(70.0, 0.0);
        for (time, _) in &mut stalled[35..] {
            *time = Timestamp::from_secs_f64(time.as_secs_f64() + 5.0);
        }
        assert_eq!(count(stalled), 0, "no frames for 5 s in the bend");
    }

    #[test]
    fn the_posture_at_the_bottom_is_typical_not_the_worst_frame() {
        let mut set = measurements(70.0, 5.0);
        if let Some(bend) = &mut set[37].1.filtered {
            bend.lumbar_flexion = Angle::degrees(60.0);
        }
        let mut tracker = RepetitionTracker::default();
        let finished = set.into_iter().find_map(|(time, measurement)| match tracker.observe(time, &measurement) {
            Some(Event::RepetitionFinished(repetition)) => Some(repetition),
            _ => None,
        });
        assert!((finished.unwrap().bend.lumbar_flexion.to_degrees() - 5.0).abs() < 0.5);
    }
}
