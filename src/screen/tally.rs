//! A set in three numbers, for the card and the line at its end.

use euclid::Angle;

use crate::coach::{Repetition, Verdict};
use crate::i18n::{Words, fill};
use crate::source::Timestamp;

/// The results of a whole set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Number of repetitions.
    pub repetitions: usize,
    /// Number of those that came from the hips.
    pub from_hips: usize,
    /// The largest hip flexion at a bottom.
    pub deepest: Option<Angle<f32>>,
}

impl Tally {
    /// Counts a set.
    pub fn of(repetitions: &[Repetition]) -> Self {
        let deepest = repetitions.iter().map(|repetition| repetition.bend.hip_flexion.radians).reduce(f32::max);
        Self {
            repetitions: repetitions.len(),
            from_hips: repetitions.iter().filter(|repetition| repetition.verdict == Some(Verdict::Hips)).count(),
            deepest: deepest.map(Angle::radians),
        }
    }

    /// The set as one sentence, without full stop.
    pub fn sentence(&self, words: &Words) -> String {
        let Some(deepest) = self.deepest else { return words.table.none.clone() };
        let template = if self.repetitions == 1 { &words.table.one } else { &words.table.many };
        fill(template, &[("hips", &self.from_hips), ("of", &self.repetitions), ("degrees", &degrees(deepest))])
    }
}

/// An angle for display: whole degrees, never "-0°".
pub fn degrees(angle: Angle<f32>) -> String {
    format!("{}°", angle.to_degrees().round() as i32).replace('-', "−")
}

/// A time in minutes and seconds.
pub fn clock(time: Timestamp) -> String {
    let seconds = time.as_secs_f64() as u64;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn shows_whole_degrees() {
        for (angle, shown) in [(62.4, "62°"), (-0.3, "0°"), (-4.6, "−5°"), (111.5, "112°")] {
            assert_eq!(degrees(Angle::degrees(angle)), shown);
        }
    }

    #[test]
    fn an_empty_set_has_a_sentence() {
        let words = Words::read(Language::English).unwrap();
        assert_eq!(Tally::of(&[]).sentence(&words), "No repetitions");
    }
}
