//! What stayed since the last session: bends without feedback, against the last set that was practised.
//!
//! The report and the trend do the same with what is kept (`METHOD.md`, "Guided sessions").

use euclid::Angle;

use super::Repetition;
use crate::units::degrees;

/// Two means are the same in practice if their difference, with its error, stays within this: the width of the mixed
/// band, from "from the hips" to "from the back". [own]
const SAME: Angle<f32> = degrees(10.0);

/// The bends of a set together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PractisedSet {
    /// Mean lumbar flexion at the bottom.
    pub lumbar_flexion: Angle<f32>,
    /// Half the width of its 90 % interval: the mean of those of the bends, whose errors have a common cause.
    pub half_width_90: Angle<f32>,
}

/// What stayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WhatStayed {
    /// As at the end of the last session: the difference and its error are too small to matter.
    Kept,
    /// The low back moves this much less than then.
    Less(Angle<f32>),
    /// The low back moves this much more than then.
    More(Angle<f32>),
    /// The difference is within the error of both.
    WithinError,
}

impl PractisedSet {
    /// Sums up the bends with a verdict; `None` if there are none.
    pub fn of(repetitions: &[Repetition]) -> Option<Self> {
        let told = || repetitions.iter().filter(|repetition| repetition.verdict.is_some());
        let count = told().count();
        let mean = |value: fn(&Repetition) -> f32| Angle::radians(told().map(value).sum::<f32>() / count as f32);
        (count > 0).then(|| Self {
            lumbar_flexion: mean(|repetition| repetition.bend.lumbar_flexion.radians),
            half_width_90: mean(|repetition| repetition.half_width_90.lumbar_flexion.radians),
        })
    }

    /// Returns what stayed, if these are bends without feedback and `practised` was the last set before them.
    pub fn against(&self, practised: &Self) -> WhatStayed {
        let difference = self.lumbar_flexion - practised.lumbar_flexion;
        let amount = Angle::radians(difference.radians.abs());
        let error = Angle::radians(self.half_width_90.radians.hypot(practised.half_width_90.radians));
        match difference.radians {
            _ if amount + error <= SAME => WhatStayed::Kept,
            _ if amount <= error => WhatStayed::WithinError,
            above if above > 0.0 => WhatStayed::More(amount),
            _ => WhatStayed::Less(amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Verdict;
    use crate::geometry::{Bend, HalfWidth90};

    fn set(lumbar: f32, error: f32) -> PractisedSet {
        PractisedSet { lumbar_flexion: degrees(lumbar), half_width_90: degrees(error) }
    }

    #[test]
    fn a_difference_is_told_only_beyond_the_error_of_both() {
        let stayed = |now, before| set(now, 6.0).against(&set(before, 8.0));
        assert_eq!(stayed(20.0, 11.0), WhatStayed::WithinError, "9° of ±10°");
        let WhatStayed::More(more) = stayed(24.0, 11.0) else { panic!("13° of ±10°") };
        assert!((more.to_degrees() - 13.0).abs() < 1e-3);
        assert!(matches!(stayed(11.0, 24.0), WhatStayed::Less(_)));
        assert_eq!(set(9.0, 3.0).against(&set(6.0, 4.0)), WhatStayed::Kept, "3° ± 5° is within 10°");
        assert_eq!(
            set(12.0, 3.0).against(&set(6.0, 4.0)),
            WhatStayed::More(set(12.0, 0.0).lumbar_flexion - degrees(6.0))
        );
    }

    #[test]
    fn a_set_is_the_mean_of_the_bends_that_could_be_judged() {
        let bend = |lumbar: f32, verdict| Repetition {
            bend: Bend { lumbar_flexion: degrees(lumbar), ..Bend::default() },
            half_width_90: HalfWidth90 { lumbar_flexion: degrees(lumbar / 2.0), ..HalfWidth90::default() },
            verdict,
            ..Repetition::default()
        };
        let of =
            PractisedSet::of(&[bend(10.0, Some(Verdict::Hips)), bend(90.0, None), bend(20.0, Some(Verdict::Mixed))]);
        let of = of.unwrap();
        assert!((of.lumbar_flexion.to_degrees() - 15.0).abs() < 1e-3);
        assert!((of.half_width_90.to_degrees() - 7.5).abs() < 1e-3);
        assert_eq!(PractisedSet::of(&[bend(90.0, None)]), None);
    }
}
