//! What the repetitions of a set tell together.
//!
//! Most of the error belongs to the person's shape and clothes and is the same in each repetition, so a set is known
//! little better than a repetition. But its repetitions scatter little, so it has one answer where single ones waver.

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90, MINIMUM_BEND};
use crate::statistics::median;

use super::bands::Bands;
use super::class_probabilities::ClassProbabilities;
use super::progress::{NoVerdict, Repetition};
use super::verdict::Verdict;

/// The share of the interval's half width that changes from repetition to repetition. In real sets lumbar flexion
/// scatters by 1–2° (standard deviation) where the half width is 10–18°, a standard deviation of 6–11°. [own], until
/// the estimator tells both parts itself.
const FRAME_SHARE: f32 = 0.2;

/// Variance of the median of normally distributed values relative to that of their mean, π/2.
const MEDIAN_TO_MEAN: f32 = std::f32::consts::FRAC_PI_2;

/// The two parts of the error of lumbar flexion, as half widths of their 90 % intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorSplit {
    /// Of the person's shape and clothes: the same in every repetition.
    pub body: Angle<f32>,
    /// Of the single repetition.
    pub frame: Angle<f32>,
}

impl ErrorSplit {
    /// Splits a half width: the parts are independent, so their squares add up to its square.
    pub fn of(half_width_90: Angle<f32>) -> Self {
        let body = (1.0 - FRAME_SHARE * FRAME_SHARE).sqrt();
        Self { body: half_width_90 * body, frame: half_width_90 * FRAME_SHARE }
    }

    /// The half width of the interval of the median of this many values: the body's part does not become smaller.
    pub fn of_median(self, count: usize) -> Angle<f32> {
        let shrinks = (MEDIAN_TO_MEAN / count.max(1) as f32).min(1.0).sqrt();
        Angle::radians(self.body.radians.hypot(self.frame.radians * shrinks))
    }
}

/// Where the bends of a set came from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SetOutcome {
    /// From there, with this probability.
    From(Verdict, f32),
    /// From different places.
    Differ,
    /// That cannot be told.
    Unknown(NoVerdict),
}

/// What a set tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetStatement {
    /// Number of repetitions that tell it.
    pub count: usize,
    /// The smallest lumbar flexion.
    pub least: Angle<f32>,
    /// The largest lumbar flexion.
    pub most: Angle<f32>,
    /// Whether the repetitions are alike: all within the width of the mixed band.
    pub alike: bool,
    /// Where they came from.
    pub outcome: SetOutcome,
}

impl SetStatement {
    /// What these repetitions of a set tell; `None` if there are none. Those whose bottom was hidden tell nothing beside
    /// others.
    pub fn of(repetitions: &[Repetition], bands: &Bands) -> Option<Self> {
        let seen: Vec<_> = repetitions.iter().copied().filter(|repetition| !repetition.bottom_hidden).collect();
        let told = if seen.is_empty() { repetitions } else { &seen };
        let lumbar = || told.iter().map(|repetition| repetition.bend.lumbar_flexion.radians);
        let (least, most) = (lumbar().reduce(f32::min)?, lumbar().reduce(f32::max)?);
        let alike = most - least <= (bands.back - bands.hips).radians;
        let together = if seen.is_empty() { hidden() } else { Self::together(&seen, bands)? };
        let outcome = if alike || !contradict(&seen, together) { together } else { SetOutcome::Differ };
        let count = told.len();
        Some(Self { count, least: Angle::radians(least), most: Angle::radians(most), alike, outcome })
    }

    /// Judges the repetitions as one bend, their median.
    fn together(repetitions: &[Repetition], bands: &Bands) -> Option<SetOutcome> {
        let typical = |value: fn(&Repetition) -> f32| median(repetitions.iter().map(value)).map(Angle::radians);
        let bend = Bend {
            hip_flexion: typical(|repetition| repetition.bend.hip_flexion.radians)?,
            lumbar_flexion: typical(|repetition| repetition.bend.lumbar_flexion.radians)?,
            ..Bend::default()
        };
        let one = typical(|repetition| repetition.half_width_90.lumbar_flexion.radians)?;
        let lumbar_flexion = ErrorSplit::of(one).of_median(repetitions.len());
        let half_width_90 = HalfWidth90 { lumbar_flexion, ..HalfWidth90::default() };
        Some(match Verdict::of(&bend, &half_width_90, bands) {
            Some(verdict) => {
                let probabilities = ClassProbabilities::of(bend.lumbar_flexion, lumbar_flexion, bands);
                SetOutcome::From(verdict, probabilities.get(verdict))
            }
            None if bend.total() < MINIMUM_BEND => SetOutcome::Unknown(NoVerdict::TooSmall),
            None => SetOutcome::Unknown(NoVerdict::LeftOpen(lumbar_flexion)),
        })
    }

    /// Whether this tells more than how many repetitions came from the hips.
    pub fn tells_more(&self) -> bool {
        self.count > 1 && matches!(self.outcome, SetOutcome::From(Verdict::Mixed | Verdict::Back, _))
    }
}

/// What repetitions tell if the bottom of each was hidden.
const fn hidden() -> SetOutcome {
    SetOutcome::Unknown(NoVerdict::BottomHidden)
}

/// Whether any of these repetitions has another verdict than all of them together, or than another one.
fn contradict(repetitions: &[Repetition], together: SetOutcome) -> bool {
    let own = || repetitions.iter().filter_map(|repetition| repetition.verdict);
    let known = match together {
        SetOutcome::From(verdict, _) => Some(verdict),
        SetOutcome::Differ | SetOutcome::Unknown(_) => own().next(),
    };
    own().any(|verdict| Some(verdict) != known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::PersonalRange;

    fn repetition(lumbar: f32, uncertain: f32) -> Repetition {
        let [hip_flexion, lumbar_flexion] = [70.0, lumbar].map(Angle::degrees);
        let bend = Bend { hip_flexion, lumbar_flexion, ..Bend::default() };
        let half_width_90 = HalfWidth90 { lumbar_flexion: Angle::degrees(uncertain), ..HalfWidth90::default() };
        let bands = Bands::default();
        let verdict = Verdict::of(&bend, &half_width_90, &bands);
        let probabilities = ClassProbabilities::of(lumbar_flexion, half_width_90.lumbar_flexion, &bands);
        let verdict_probability = verdict.map(|verdict| probabilities.get(verdict));
        Repetition { bend, half_width_90, verdict, verdict_probability, ..Repetition::default() }
    }

    fn set(lumbar: &[f32], uncertain: f32) -> SetStatement {
        let repetitions: Vec<_> = lumbar.iter().map(|lumbar| repetition(*lumbar, uncertain)).collect();
        SetStatement::of(&repetitions, &Bands::default()).unwrap()
    }

    fn said(statement: &SetStatement) -> &'static str {
        match statement.outcome {
            SetOutcome::From(verdict, _) => Verdict::word(Some(verdict)),
            SetOutcome::Differ => "differ",
            SetOutcome::Unknown(_) => "none",
        }
    }

    #[test]
    fn the_bodys_part_of_the_error_stays_and_the_frames_part_shrinks() {
        let split = ErrorSplit::of(Angle::degrees(12.0));
        let known = |count| split.of_median(count).to_degrees();
        assert!((known(1) - 12.0).abs() < 1e-3, "one is no better known than itself");
        assert!((2..100).all(|count| known(count) <= known(count - 1)));
        assert!(known(1000) > split.body.to_degrees() && known(1000) < split.body.to_degrees() + 0.01);
        assert!((split.frame.to_degrees() - 2.4).abs() < 1e-3);
    }

    #[test]
    fn a_set_that_is_alike_has_one_answer_where_single_bends_waver() {
        let lumbar = [15.8, 16.2, 16.9, 17.3, 18.4, 16.6, 17.2];
        let single: Vec<_> = lumbar.iter().map(|lumbar| repetition(*lumbar, 12.0).verdict).collect();
        assert!(single.contains(&None) && single.contains(&Some(Verdict::Mixed)));
        let together = set(&lumbar, 12.0);
        assert_eq!((said(&together), together.alike, together.count), ("mixed", true, 7));
        assert!((together.least.to_degrees() - 15.8).abs() < 1e-3 && (together.most.to_degrees() - 18.4).abs() < 1e-3);
        assert!(together.tells_more());
        assert_eq!(said(&set(&[14.0, 16.0, 15.0], 16.0)), "none");
        assert_eq!(said(&set(&[3.0, 5.0, 4.0], 12.0)), "hips");
        assert_eq!(said(&set(&[33.0, 35.0, 34.0], 14.0)), "back");
    }

    #[test]
    fn the_median_of_a_set_that_is_not_alike_stands_only_where_no_bend_contradicts_it() {
        for (lumbar, uncertain, word) in [
            (&[2.0, 17.0, 40.0][..], 6.0, "differ"),
            (&[2.0, 30.0], 6.0, "differ"),
            (&[2.0, 14.0, 15.0, 28.0], 14.0, "differ"),
            (&[29.0, 51.0, 40.0], 12.0, "back"),
            (&[6.0, 7.0, 8.0, 8.0, 16.5], 17.0, "hips"),
            (&[10.0, 12.0, 21.0], 19.0, "none"),
        ] {
            let statement = set(lumbar, uncertain);
            assert_eq!((said(&statement), statement.alike), (word, false), "{lumbar:?} ± {uncertain}°");
        }
        assert!(!set(&[2.0, 17.0, 40.0], 6.0).tells_more());
    }

    #[test]
    fn a_set_of_one_says_what_its_repetition_says_and_an_empty_one_nothing() {
        for lumbar in (-20..60).map(|lumbar| lumbar as f32) {
            for uncertain in [3.0, 9.0, 15.0] {
                let (one, alone) = (repetition(lumbar, uncertain), set(&[lumbar], uncertain));
                assert_eq!(said(&alone), Verdict::word(one.verdict), "{lumbar}° ± {uncertain}°");
                assert!(alone.alike && !alone.tells_more());
            }
        }
        assert_eq!(SetStatement::of(&[], &Bands::default()), None);
    }

    #[test]
    fn a_set_of_rounded_bends_never_comes_from_the_hips() {
        for uncertain in [6.0, 12.0, 18.0, 25.0] {
            for lumbar in 22..60 {
                let lumbar = lumbar as f32;
                assert_ne!(said(&set(&[lumbar - 2.0, lumbar, lumbar + 3.0], uncertain)), "hips", "{lumbar}°");
            }
        }
    }

    #[test]
    fn ones_own_range_moves_the_bands_of_a_set_too() {
        let full = repetition(60.0, 5.0);
        let own = Bands::from(PersonalRange::of(&full.bend, &full.half_width_90).unwrap());
        let bends = [24.0, 26.0, 25.0].map(|lumbar| repetition(lumbar, 6.0));
        assert_eq!(said(&SetStatement::of(&bends, &own).unwrap()), "hips");
        assert_eq!(said(&SetStatement::of(&bends, &Bands::default()).unwrap()), "back");
    }

    #[test]
    fn what_was_hidden_of_a_set_tells_nothing_of_where_it_came_from() {
        let hidden = Repetition { verdict: None, bottom_hidden: true, ..repetition(2.0, 6.0) };
        let rounded = repetition(35.0, 6.0);
        let mixed = SetStatement::of(&[hidden, rounded, hidden, hidden], &Bands::default()).unwrap();
        assert_eq!((said(&mixed), mixed.count, mixed.alike), ("back", 1, true), "of four, one was seen");
        assert_eq!(mixed.least, rounded.bend.lumbar_flexion);
        let none = SetStatement::of(&[hidden, hidden], &Bands::default()).unwrap();
        assert_eq!(none.outcome, SetOutcome::Unknown(NoVerdict::BottomHidden));
    }

    #[test]
    fn small_bends_say_that_they_are_small() {
        let mut small = repetition(2.0, 3.0);
        (small.bend.hip_flexion, small.verdict) = (Angle::degrees(4.0), None);
        let statement = SetStatement::of(&[small, small], &Bands::default()).unwrap();
        assert_eq!(statement.outcome, SetOutcome::Unknown(NoVerdict::TooSmall));
    }
}
