//! What a review shows of a whole session: every measured frame, why others were not, the repetitions, cues and notes.

use std::time::Duration;

use crate::coach::Verdict;
use crate::geometry::State;
use crate::screen::theme::Ink;
#[cfg(feature = "store")]
use crate::screen::theme::{QUIET, TEXT};
use crate::source::Timestamp;
#[cfg(feature = "store")]
use crate::store::sample::Sample;
#[cfg(feature = "store")]
use crate::store::{SampleSource, StoreError, StoredRepetition};

/// A frame covers the time until the next, but no longer than this.
pub(super) const LASTS: Duration = Duration::from_millis(300);

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
    /// From when on what was the case.
    pub states: Vec<(Duration, State)>,
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
        let mut timeline = Self::default();
        samples.each(&mut |sample| timeline.add(sample))?;
        Ok(timeline.with_repetitions(repetitions).with_events(events))
    }

    /// Adds the sample after the last.
    #[cfg(feature = "store")]
    pub fn add(&mut self, sample: &Sample) {
        if self.states.is_empty() {
            self.began = sample.time;
        }
        self.length = sample.time.since(self.began);
        self.points.extend(point(sample, self.length));
        if self.states.last().is_none_or(|(_, state)| *state != sample.state) {
            self.states.push((self.length, sample.state));
        }
    }

    /// The same timeline with the signs of these repetitions.
    #[cfg(feature = "store")]
    #[must_use]
    pub fn with_repetitions(mut self, repetitions: &[StoredRepetition]) -> Self {
        let bottom = |kept: &StoredRepetition| (kept.repetition.bottom.since(self.began), kept.repetition.verdict);
        self.signs = repetitions.iter().map(bottom).collect();
        self
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

    /// Hip and low-back flexion at a moment with the half widths of their intervals, degrees.
    ///
    /// # Errors
    /// What was the case instead; `None` if there is no frame.
    pub fn values(&self, at: Duration) -> Result<[(f32, f32); 2], Option<State>> {
        let run = self.states.partition_point(|(from, _)| *from <= at).checked_sub(1);
        let state = run.and_then(|run| self.states.get(run)).map(|(_, state)| *state);
        let last = self.points.partition_point(|point| point.at <= at).checked_sub(1);
        let last = last.and_then(|last| self.points.get(last)).filter(|last| at.saturating_sub(last.at) <= LASTS);
        match (state, last) {
            (Some(State::Measured), Some(last)) => Ok(last.values),
            (Some(State::Measured), None) => Err(None),
            (state, _) => Err(state),
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

#[cfg(test)]
#[cfg(feature = "store")]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_its_values_or_what_was_the_case_instead() {
        let at = |seconds: f64, state| Sample { time: Timestamp::from_secs_f64(seconds), state, ..Sample::default() };
        let mut measured = at(3.0, State::Measured);
        (measured.filtered, measured.half_width_90) = (Some(Default::default()), Some(Default::default()));
        let samples = vec![at(2.0, State::Hidden), measured, at(4.0, State::Nobody)];
        let timeline = Timeline::of(&samples, &[], &[]).unwrap();
        let values = |seconds| timeline.values(Duration::from_secs_f64(seconds));
        assert_eq!(values(0.5), Err(Some(State::Hidden)));
        assert_eq!(values(1.1), Ok([(0.0, 0.0); 2]));
        assert_eq!(values(1.9), Err(None), "no frame lasts so long");
        assert_eq!(values(99.0), Err(Some(State::Nobody)));
        assert_eq!(Timeline::default().values(Duration::ZERO), Err(None));
    }
}
