//! Interprets bends: detects repetitions and gives each the verdict "from the hips" or "from the back".
//!
//! Pure: no clocks, no pixels, no files.

mod bands;
mod bottom_stay;
pub mod choice;
mod class_probabilities;
pub mod cue;
mod debounce;
mod deepest_posture;
pub mod drill;
pub mod feedback;
#[cfg(test)]
mod fixtures;
pub mod form;
pub mod gesture;
pub mod guided;
pub mod hum_level;
mod live_cue;
pub mod mobility;
pub mod posture;
mod progress;
pub mod progression;
mod repetition;
mod request;
pub mod retention;
pub mod row_choice;
mod set_goal;
mod set_purpose;
mod set_statement;
mod squat;
mod verdict;

use crate::geometry::Measurement;
use crate::source::Timestamp;

pub use bands::{Bands, Goal, PersonalRange};
pub use bottom_stay::{AT_THE_BOTTOM, BottomStay, Lean};
pub use class_probabilities::ClassProbabilities;
use deepest_posture::BendPosture;
pub use deepest_posture::DEEP_ENOUGH;
pub use live_cue::LiveCue;
pub use progress::{Event, MOST_PROBABLE, NoVerdict, Phase, Progress, Repetition, is_probable};
pub use repetition::LONGEST_HIDDEN;
use repetition::RepetitionTracker;
pub use request::ChainRequest;
pub use set_goal::{AskedRepetition, SetGoal};
pub use set_purpose::SetPurpose;
pub use set_statement::{ErrorSplit, SetOutcome, SetStatement};
pub use squat::is_squat;
pub use verdict::Verdict;

/// Tracks one set.
#[derive(Debug, Default)]
pub struct Coach {
    tracker: RepetitionTracker,
    /// Everything but phase and events, which belong to a single frame.
    set: Progress,
    stood: bool,
}

impl Coach {
    /// Creates a coach that already knows the person's range.
    pub fn with_range(range: PersonalRange) -> Self {
        Self { set: Progress { range: Some(range), ..Progress::default() }, ..Self::default() }
    }

    /// Forgets the person's own range and takes the next bend as a full one, as far down as is comfortable; `false`
    /// stops waiting for it. A bend that is not a full one counts as a repetition by the general bands, so nobody has
    /// to bend that far.
    pub fn await_full_bend(&mut self, awaited: bool) {
        self.set.awaits_full_bend = awaited;
        if awaited {
            self.set.range = None;
        }
    }

    /// Reports that what follows is of somebody else, or measured from another standing posture: no bend goes on in it.
    pub fn begin_stretch(&mut self) {
        self.tracker.begin_stretch();
    }

    /// Processes one frame's measurement and returns the state of the set.
    pub fn observe(&mut self, time: Timestamp, measurement: &Measurement) -> Progress {
        let stands = measurement.standing.is_some();
        let found = (stands && !self.stood).then_some(Event::StandingFound);
        self.stood = stands;
        let happened = self.tracker.observe(time, measurement, &self.set.bands()).map(|event| self.take(event));
        let phase = self.tracker.phase();
        self.set.verdict = self.tracker.posture().and_then(|posture| self.judge(phase, &posture));
        Progress { phase, events: found.into_iter().chain(happened).collect(), ..self.set.clone() }
    }

    /// Records a finished repetition: as one of the set, or as the person's range.
    fn take(&mut self, event: Event) -> Event {
        let Event::RepetitionFinished(repetition) = event else { return event };
        let asked = std::mem::take(&mut self.set.awaits_full_bend);
        // Of a bend whose bottom was hidden it is not known how far it went.
        let seen = asked && !repetition.bottom_hidden;
        let range = PersonalRange::of(&repetition.bend, &repetition.half_width_90).filter(|_| seen);
        if let Some(range) = range {
            self.set.range = Some(range);
            return Event::RangeFound(range);
        }
        self.set.repetitions = self.set.repetitions.iter().copied().chain([repetition]).collect();
        event
    }

    fn judge(&self, phase: Phase, posture: &BendPosture) -> Option<Verdict> {
        let (bend, half_width_90, bands) = (&posture.bend, &posture.half_width_90, &self.set.bands());
        match phase {
            _ if self.set.awaits_full_bend => None, // a full bend is no fault
            Phase::Top | Phase::Up => Verdict::of(bend, half_width_90, bands),
            Phase::Down | Phase::Bottom => Verdict::after(self.set.verdict, bend, half_width_90, bands),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use euclid::Angle;

    use super::fixtures::{RATES, set};
    use super::*;

    fn run_with(coach: &mut Coach, measurements: &[(Timestamp, Measurement)]) -> Vec<Progress> {
        measurements.iter().map(|(time, measurement)| coach.observe(*time, measurement)).collect()
    }

    fn run(measurements: &[(Timestamp, Measurement)]) -> Vec<Progress> {
        run_with(&mut Coach::default(), measurements)
    }

    /// Shifts the same set in time.
    fn later(measurements: Vec<(Timestamp, Measurement)>, seconds: f64) -> Vec<(Timestamp, Measurement)> {
        let shift = |time: Timestamp| Timestamp::from_secs_f64(time.as_secs_f64() + seconds);
        measurements.into_iter().map(|(time, measurement)| (shift(time), measurement)).collect()
    }

    #[test]
    fn the_course_of_a_repetition_is_told_in_order() {
        let progress = run(&set(15.0, 70.0, 40.0));
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
        for progress in run(&set(15.0, 70.0, 40.0)) {
            match progress.phase {
                Phase::Top => assert_eq!(progress.verdict, None),
                Phase::Bottom | Phase::Up => assert_eq!(progress.verdict, Some(Verdict::Back)),
                Phase::Down => {}
            }
        }
    }

    #[test]
    fn what_is_said_on_the_way_up_is_what_is_recorded_and_it_does_not_flicker() {
        for rate in RATES {
            let mut wavering = set(rate, 60.0, 22.0);
            for (number, (_, measurement)) in wavering.iter_mut().enumerate() {
                if let Some(bend) = &mut measurement.filtered {
                    bend.lumbar_flexion += Angle::degrees(if number % 2 == 0 { 1.2 } else { -1.2 });
                }
            }
            let progress = run(&wavering);
            let recorded = progress.last().unwrap().repetitions[0].verdict;
            let up = progress.iter().filter(|progress| progress.phase == Phase::Up);
            assert!(up.clone().all(|progress| progress.verdict == recorded), "{rate}: {recorded:?}");
            let mut said: Vec<_> = progress.iter().filter_map(|progress| progress.verdict).collect();
            said.dedup();
            assert!(said.len() <= 4, "{rate}: hips, mixed, back at most, and what is recorded: {said:?}");
        }
    }

    #[test]
    fn a_full_bend_that_was_asked_for_makes_the_bands_and_is_no_repetition() {
        let mut coach = Coach::default();
        coach.await_full_bend(true);
        let full = run_with(&mut coach, &set(15.0, 110.0, 60.0));
        assert!(full[0].awaits_full_bend && full.iter().all(|progress| progress.verdict.is_none()));
        let last = full.last().unwrap();
        assert!(last.repetitions.is_empty() && !last.awaits_full_bend);
        assert!((last.range.unwrap().lumbar_flexion().to_degrees() - 60.0).abs() < 4.0);
        assert!(full.iter().flat_map(|progress| &progress.events).any(|event| matches!(event, Event::RangeFound(_))));
        let hinge = later(set(15.0, 70.0, 26.0), 5.0);
        let judged = |coach: &mut Coach| run_with(coach, &hinge).last().unwrap().repetitions[0].verdict;
        assert_eq!(judged(&mut coach), Some(Verdict::Hips), "26° is less than half of 60°");
        assert_eq!(judged(&mut Coach::with_range(last.range.unwrap())), Some(Verdict::Hips));
        assert_eq!(judged(&mut Coach::default()), Some(Verdict::Back));
    }

    #[test]
    fn a_full_bend_whose_bottom_was_hidden_makes_no_bands() {
        let mut coach = Coach::default();
        coach.await_full_bend(true);
        let mut hidden = set(15.0, 110.0, 60.0);
        for (time, measurement) in &mut hidden {
            if (1.8..3.2).contains(&time.as_secs_f64()) {
                *measurement = Measurement { standing: measurement.standing, ..Measurement::default() };
            }
        }
        let last = run_with(&mut coach, &hidden).pop().unwrap();
        assert_eq!((last.range, last.awaits_full_bend), (None, false));
        assert!(last.repetitions[0].bottom_hidden && last.repetitions[0].bend.lumbar_flexion > Angle::degrees(24.0));
    }

    #[test]
    fn frames_share_their_repetitions_until_there_is_one_more() {
        let mut coach = Coach::default();
        coach.set.repetitions = vec![Repetition::default(); 10_000].into();
        let before = Arc::clone(&coach.set.repetitions);
        let progress = run_with(&mut coach, &set(15.0, 70.0, 5.0));
        let (bent, done): (Vec<_>, Vec<_>) = progress.iter().partition(|progress| progress.repetitions.len() == 10_000);
        assert!(bent.len() > 10 && bent.iter().all(|progress| Arc::ptr_eq(&progress.repetitions, &before)));
        assert!(
            done.len() > 10 && done.iter().all(|progress| Arc::ptr_eq(&progress.repetitions, &done[0].repetitions))
        );
        assert_eq!(done[0].repetitions.len(), 10_001);
        assert_eq!(done[0].repetitions.last().unwrap().verdict, Some(Verdict::Hips));
        assert!(Arc::ptr_eq(&done[0].clone().repetitions, &done[0].repetitions), "and so does each event");
    }

    #[test]
    fn whoever_does_not_bend_fully_is_judged_as_everybody() {
        let mut coach = Coach::default();
        coach.await_full_bend(true);
        let last = run_with(&mut coach, &set(15.0, 70.0, 5.0)).pop().unwrap();
        assert_eq!((last.range, last.awaits_full_bend), (None, false));
        assert_eq!(last.repetitions[0].verdict, Some(Verdict::Hips));
        coach.await_full_bend(true);
        coach.await_full_bend(false);
        let last = run_with(&mut coach, &later(set(15.0, 110.0, 60.0), 5.0)).pop().unwrap();
        assert_eq!((last.range, last.repetitions.len()), (None, 2), "what was taken back is not awaited");
    }

    #[test]
    fn asked_twice_is_asked_once_and_only_being_asked_forgets_the_range() {
        let mut coach = Coach::default();
        coach.await_full_bend(true);
        coach.await_full_bend(true);
        let range = run_with(&mut coach, &set(15.0, 110.0, 60.0)).pop().unwrap().range;
        assert!(range.is_some());
        coach.await_full_bend(false);
        let kept = run_with(&mut coach, &later(set(15.0, 70.0, 5.0), 5.0)).pop().unwrap();
        assert_eq!((kept.range, kept.awaits_full_bend), (range, false));
        coach.await_full_bend(true);
        assert_eq!(run_with(&mut coach, &later(set(15.0, 0.0, 0.0), 10.0)).pop().unwrap().range, None);
    }
}
