//! What the bends mean: repetitions, and for each the verdict "from the hips" or "from the back".
//!
//! Pure: no clock, no pixel, no file.

mod repetition;
mod verdict;

use crate::geometry::{Bend, Interval, Measurement};
use crate::source::Timestamp;

use repetition::RepetitionTracker;
pub use verdict::Verdict;

/// One bend down and up again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repetition {
    /// When the person left standing.
    pub start: Timestamp,
    /// When the bend was deepest.
    pub bottom: Timestamp,
    /// When the person was upright again.
    pub end: Timestamp,
    /// The posture at the bottom.
    pub bend: Bend,
    /// How uncertain its flexions are.
    pub interval: Interval,
    /// Where the bend came from; `None` when it cannot be told.
    pub verdict: Option<Verdict>,
    /// How far the measurement can be trusted, 0 to 1.
    pub confidence: f32,
}

/// Where in a repetition the person is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Upright, or not measured.
    #[default]
    Top,
    /// Going down.
    Down,
    /// At the deepest point.
    Bottom,
    /// Coming up.
    Up,
}

/// What happened in this frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The standing posture is known from here on.
    StandingFound,
    /// A repetition has begun.
    RepetitionStarted,
    /// A repetition is complete.
    RepetitionFinished(Repetition),
}

/// The set so far, as of one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Where in a repetition the person is.
    pub phase: Phase,
    /// Where the bend that is going on comes from: on the way down as it is now, on the way up as it was at the bottom,
    /// since the little that is left of a bend tells nothing. At the top, `None`.
    pub verdict: Option<Verdict>,
    /// The repetitions so far, oldest first.
    pub repetitions: Vec<Repetition>,
    /// What happened in this frame.
    pub events: Vec<Event>,
}

/// Follows one set.
#[derive(Debug, Default)]
pub struct Coach {
    tracker: RepetitionTracker,
    repetitions: Vec<Repetition>,
    verdict: Option<Verdict>,
    stood: bool,
}

impl Coach {
    /// Takes one frame's measurement and says where the set stands.
    pub fn observe(&mut self, time: Timestamp, measurement: &Measurement) -> Progress {
        let mut events = Vec::new();
        let stands = measurement.standing.is_some();
        if stands && !self.stood {
            events.push(Event::StandingFound);
        }
        self.stood = stands;
        events.extend(self.tracker.observe(time, measurement));
        self.repetitions.extend(events.iter().filter_map(|event| match event {
            Event::RepetitionFinished(repetition) => Some(*repetition),
            _ => None,
        }));
        let phase = self.tracker.phase();
        match phase {
            Phase::Top => self.verdict = None,
            Phase::Down | Phase::Bottom => {
                let measured = measurement.filtered.zip(measurement.interval);
                self.verdict = measured.and_then(|(bend, interval)| Verdict::of(&bend, &interval));
            }
            Phase::Up => {}
        }
        Progress { phase, verdict: self.verdict, repetitions: self.repetitions.clone(), events }
    }
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::geometry::{Segments, State};

    /// A set at 15 frames a second: stand, bend to `depth` degrees with `lumbar` degrees from the back, stand.
    pub(super) fn measurements(depth: f32, lumbar: f32) -> Vec<(Timestamp, Measurement)> {
        let share = |number: u32| match number {
            0..15 => 0.0,
            15..30 => (number - 15) as f32 / 15.0,
            30..45 => 1.0,
            45..60 => (60 - number) as f32 / 15.0,
            _ => 0.0,
        };
        (0..75)
            .map(|number| {
                let share = share(number);
                let bend = Bend {
                    hip_flexion: Angle::degrees((depth - lumbar) * share),
                    lumbar_flexion: Angle::degrees(lumbar * share),
                    trunk_inclination: Angle::degrees(depth * share),
                    knee_flexion: Angle::degrees(10.0 * share),
                };
                (Timestamp::from_secs_f64(f64::from(number) / 15.0), measured(bend))
            })
            .collect()
    }

    pub(super) fn measured(bend: Bend) -> Measurement {
        Measurement {
            state: State::Measured,
            confidence: 0.9,
            raw: Some(bend),
            filtered: Some(bend),
            interval: Some(Interval::default()),
            standing: Some(Segments::default()),
        }
    }

    fn run(measurements: &[(Timestamp, Measurement)]) -> Vec<Progress> {
        let mut coach = Coach::default();
        measurements.iter().map(|(time, measurement)| coach.observe(*time, measurement)).collect()
    }

    #[test]
    fn a_hinge_is_one_repetition_from_the_hips() {
        let progress = run(&measurements(70.0, 5.0));
        let repetitions = &progress.last().unwrap().repetitions;
        assert_eq!(repetitions.len(), 1);
        assert_eq!(repetitions[0].verdict, Some(Verdict::Hips));
        assert!((repetitions[0].bend.hip_flexion.to_degrees() - 65.0).abs() < 3.0);
        assert!(repetitions[0].start < repetitions[0].bottom && repetitions[0].bottom < repetitions[0].end);
    }

    #[test]
    fn the_course_of_a_repetition_is_told_in_order() {
        let progress = run(&measurements(70.0, 40.0));
        let mut phases: Vec<_> = progress.iter().map(|progress| progress.phase).collect();
        phases.dedup();
        assert_eq!(phases, [Phase::Top, Phase::Down, Phase::Bottom, Phase::Up, Phase::Top]);
        let events: Vec<_> = progress.iter().flat_map(|progress| progress.events.clone()).collect();
        assert!(matches!(
            events[..],
            [
                Event::StandingFound,
                Event::RepetitionStarted,
                Event::RepetitionFinished(Repetition { verdict: Some(Verdict::Back), .. })
            ]
        ));
    }

    #[test]
    fn at_the_top_there_is_no_verdict_and_below_there_is() {
        for progress in run(&measurements(70.0, 40.0)) {
            match progress.phase {
                Phase::Top => assert_eq!(progress.verdict, None),
                Phase::Bottom | Phase::Up => assert_eq!(progress.verdict, Some(Verdict::Back)),
                Phase::Down => {}
            }
        }
    }
}
