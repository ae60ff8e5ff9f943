//! The results of a round and of a session.

use euclid::Angle;

use crate::coach::cue::Cue;
use crate::coach::form::{Form, Reach};
use crate::coach::mobility::Mobility;
use crate::coach::retention::PractisedSet;
use crate::coach::{Bands, Repetition, SetStatement, Verdict};

/// The result of a round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoundSummary {
    /// Its repetitions, oldest first.
    pub repetitions: Vec<Repetition>,
    /// The index into `repetitions` of the one with the smallest lumbar share, among those with a verdict.
    pub best: Option<usize>,
    /// The one with the largest lumbar share; `None` if it is the best one.
    pub worst: Option<usize>,
    /// Hip flexion at which the low back joined in in the worst, if it did and that can be told.
    pub joined_in: Option<Angle<f32>>,
    /// The most useful change.
    pub advice: Option<Cue>,
    /// What the repetitions tell together; `None` if there are fewer than two.
    pub statement: Option<SetStatement>,
}

impl RoundSummary {
    /// Summarises these repetitions, which were judged by these bands.
    pub fn of(forms: &[Form], advice: Option<Cue>, bands: &Bands) -> Self {
        let summary = Self::judged(forms.iter().map(|form| form.repetition).collect());
        let statement = SetStatement::of(&summary.repetitions, bands).filter(|statement| statement.count > 1);
        let worst = summary.worst.and_then(|worst| forms.get(worst));
        let joined_in = worst.filter(|form| form.reach.limited && form.reach.is_told()).map(|form| form.reach.angle);
        // Where nothing could be told, that is said of the whole round.
        let advice = advice.filter(|advice| *advice != Cue::CouldNotTell || !is_untold(&summary.repetitions));
        let advice = advice.map(|advice| summary.agreeing(advice));
        Self { joined_in, advice, statement, ..summary }
    }

    /// The advice, or another in place of "stop before 39°" where a bend from the hips went deeper than that: then depth was not
    /// what went wrong.
    fn agreeing(&self, advice: Cue) -> Cue {
        let Cue::BackJoinedIn(angle) = advice else { return advice };
        let deeper = |bend: &Repetition| bend.verdict == Some(Verdict::Hips) && bend.bend.hip_flexion > angle;
        if self.repetitions.iter().any(deeper) { Cue::PushHipsBack } else { advice }
    }

    /// Summarises these repetitions without advice or statement.
    pub fn judged(repetitions: Vec<Repetition>) -> Self {
        let judged = || {
            let with_share = |(index, repetition): (usize, &Repetition)| {
                let share = repetition.verdict.and(repetition.bend.lumbar_share())?;
                Some((index, share))
            };
            repetitions.iter().enumerate().filter_map(with_share)
        };
        let best = judged().min_by(|one, other| one.1.total_cmp(&other.1)).map(|(index, _)| index);
        let worst = judged().max_by(|one, other| one.1.total_cmp(&other.1)).map(|(index, _)| index);
        let worst = worst.filter(|worst| Some(*worst) != best);
        Self { best, worst, joined_in: None, advice: None, statement: None, repetitions }
    }

    /// Returns how many repetitions came from the hips.
    pub fn from_hips(&self) -> usize {
        from_hips(&self.repetitions)
    }

    /// Whether there are repetitions, and of none it is known where it came from.
    pub fn is_untold(&self) -> bool {
        is_untold(&self.repetitions)
    }

    /// Whether of each repetition it is known where it came from.
    pub fn is_told(&self) -> bool {
        is_told(&self.repetitions)
    }

    /// Whether all repetitions that could be judged came from the hips, and there are any: only then the next ones may be the same.
    pub(super) fn is_all_from_hips(&self) -> bool {
        let mut verdicts = self.repetitions.iter().filter_map(|repetition| repetition.verdict);
        self.from_hips() > 0 && verdicts.all(|verdict| verdict == Verdict::Hips)
    }

    /// Returns what to do next time: the advice, or the same again; `None` if neither can be said.
    pub(super) fn next_time(&self) -> Option<Option<Cue>> {
        (self.advice.is_some() || self.is_all_from_hips()).then_some(self.advice)
    }
}

/// The result of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionSummary {
    /// Every repetition.
    pub repetitions: Vec<Repetition>,
    /// The deepest hip flexion among the repetitions from the hips.
    pub depth: Option<Angle<f32>>,
    /// Hip reach: the median of the repetitions with a verdict.
    pub reach: Option<Reach>,
}

impl SessionSummary {
    /// Summarises these repetitions.
    pub fn of(forms: &[Form]) -> Self {
        let repetitions: Vec<_> = forms.iter().map(|form| form.repetition).collect();
        let hips = repetitions.iter().filter(|repetition| repetition.verdict == Some(Verdict::Hips));
        let depth = hips.map(|repetition| repetition.bend.hip_flexion.radians).max_by(f32::total_cmp);
        let with_verdict = forms.iter().filter(|form| form.repetition.verdict.is_some());
        let reach = Reach::median(&with_verdict.map(|form| form.reach).collect::<Vec<_>>());
        Self { depth: depth.map(Angle::radians), reach, repetitions }
    }

    /// Returns how many repetitions came from the hips.
    pub fn from_hips(&self) -> usize {
        from_hips(&self.repetitions)
    }

    /// Whether there are repetitions, and of none it is known where it came from.
    pub fn is_untold(&self) -> bool {
        is_untold(&self.repetitions)
    }

    /// Whether of each repetition it is known where it came from.
    pub fn is_told(&self) -> bool {
        is_told(&self.repetitions)
    }
}

/// The results of the previous session of the same kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PreviousResult {
    /// Hip reach of the same drill or programme.
    pub reach: Option<Reach>,
    /// The mobility screen.
    pub screen: Option<Mobility>,
    /// The last set of the first drill with bends that was to come from the hips.
    pub last_set: Option<PractisedSet>,
}

/// Whether there are repetitions, and of none it is known where it came from.
fn is_untold(repetitions: &[Repetition]) -> bool {
    !repetitions.is_empty() && repetitions.iter().all(|repetition| repetition.verdict.is_none())
}

/// Whether of each repetition it is known where it came from: nobody is told that the others did not come from the hips.
fn is_told(repetitions: &[Repetition]) -> bool {
    repetitions.iter().all(|repetition| repetition.verdict.is_some())
}

fn from_hips(repetitions: &[Repetition]) -> usize {
    repetitions.iter().filter(|repetition| repetition.verdict == Some(Verdict::Hips)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Bend;

    fn bend(hips: f32, verdict: Verdict) -> Repetition {
        let bend = Bend { hip_flexion: Angle::degrees(hips), ..Bend::default() };
        Repetition { bend, verdict: Some(verdict), ..Repetition::default() }
    }

    #[test]
    fn nobody_is_told_to_stop_before_a_depth_that_was_passed_from_the_hips() {
        let advice = Cue::BackJoinedIn(Angle::degrees(39.0));
        let round = |hips| RoundSummary::judged(vec![bend(hips, Verdict::Hips), bend(60.0, Verdict::Mixed)]);
        assert_eq!(round(74.0).agreeing(advice), Cue::PushHipsBack);
        assert_eq!(round(35.0).agreeing(advice), advice);
        assert_eq!(round(74.0).agreeing(Cue::SoftenKnees), Cue::SoftenKnees);
    }

    #[test]
    fn where_the_low_back_joined_in_is_shown_only_if_it_can_be_told() {
        let form = |lumbar: f32, half_width: f32| {
            let [hip_flexion, lumbar_flexion] = [50.0, lumbar].map(Angle::degrees);
            let bend = Bend { hip_flexion, lumbar_flexion, ..Bend::default() };
            let repetition = Repetition { bend, verdict: Some(Verdict::Mixed), ..Repetition::default() };
            let half_width_90 = Angle::degrees(half_width);
            let reach = Reach { angle: Angle::degrees(30.0), half_width_90, limited: true };
            Form { repetition, reach, ..Form::default() }
        };
        let joined_in = |half_width: f32| {
            let forms = [form(5.0, 6.0), form(20.0, half_width)];
            RoundSummary::of(&forms, None, &Bands::default()).joined_in
        };
        assert_eq!([15.0, 25.0].map(joined_in), [Some(Angle::degrees(30.0)), None]);
    }

    #[test]
    fn the_same_again_is_said_only_of_what_is_known_to_come_from_the_hips() {
        let unknown = Repetition { verdict: None, ..bend(60.0, Verdict::Hips) };
        let [hips, back] = [Verdict::Hips, Verdict::Back].map(|verdict| bend(60.0, verdict));
        for (repetitions, is_untold, next_time) in [
            (vec![hips, unknown], false, Some(None)),
            (vec![hips, back], false, None),
            (vec![back, unknown], false, None),
            (vec![unknown, unknown], true, None),
            (Vec::new(), false, None),
        ] {
            let round = RoundSummary::judged(repetitions);
            assert_eq!((round.is_untold(), round.next_time()), (is_untold, next_time), "{round:?}");
        }
        let told = [(vec![back, back], true), (vec![back, unknown], false), (vec![hips, unknown], false)];
        for (repetitions, is_told) in told {
            assert_eq!(RoundSummary::judged(repetitions).is_told(), is_told);
        }
        let advised = RoundSummary { advice: Some(Cue::Slower), ..RoundSummary::judged(vec![back]) };
        assert_eq!(advised.next_time(), Some(Some(Cue::Slower)));
    }
}
