//! A set in three numbers, for the card and the line at its end.

use euclid::Angle;

use crate::coach::{AskedRepetition, SetGoal};
use crate::i18n::{Words, fill};

/// The results of a whole set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Number of repetitions.
    pub repetitions: usize,
    /// Number of those that came from where their set asked for.
    pub as_asked: usize,
    /// Whether a set asked for something else than the hips.
    pub asks_otherwise: bool,
    /// The largest hip flexion at a bottom.
    pub deepest: Option<Angle<f32>>,
}

impl Tally {
    /// Counts a set, or a session.
    pub fn of<R: Copy + Into<AskedRepetition>>(repetitions: &[R]) -> Self {
        let asked: Vec<AskedRepetition> = repetitions.iter().map(|repetition| (*repetition).into()).collect();
        let repetitions = || asked.iter().map(|asked| asked.repetition);
        let deepest = repetitions().map(|repetition| repetition.bend.hip_flexion.radians).reduce(f32::max);
        Self {
            repetitions: asked.len(),
            as_asked: asked.iter().filter(|asked| asked.is_as_asked()).count(),
            asks_otherwise: asked.iter().any(|asked| asked.goal != SetGoal::Hips),
            deepest: deepest.map(Angle::radians),
        }
    }

    /// The set as one sentence, without full stop.
    pub fn sentence(&self, words: &Words) -> String {
        let Some(deepest) = self.deepest else { return words.table.none.clone() };
        let template = match self.repetitions {
            _ if self.asks_otherwise => &words.table.asked,
            1 => &words.table.one,
            _ => &words.table.many,
        };
        fill(template, &[("hips", &self.as_asked), ("of", &self.repetitions), ("degrees", &degrees(deepest))])
    }
}

/// An angle for display: whole degrees, never "-0°".
pub fn degrees(angle: Angle<f32>) -> String {
    format!("{}°", angle.to_degrees().round() as i32).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::{Repetition, Verdict};
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
        assert_eq!(Tally::of::<AskedRepetition>(&[]).sentence(&words), "No repetitions");
    }

    #[test]
    fn bends_that_should_come_from_the_back_count_as_asked() {
        let of = |goal, verdict| {
            let repetition = Repetition { verdict: Some(verdict), ..Repetition::default() };
            AskedRepetition { repetition, goal }
        };
        let (hips, back) = (of(SetGoal::Hips, Verdict::Hips), of(SetGoal::Back, Verdict::Back));
        let missed = of(SetGoal::Back, Verdict::Hips);
        for (language, both, none) in [
            (Language::English, "2 of 3 repetitions were as asked", "1 of 1 repetition came from the hips"),
            (Language::German, "2 von 3 Wiederholungen waren wie verlangt", "1 von 1 Wiederholung kam aus der Hüfte"),
        ] {
            let words = Words::read(language).unwrap();
            assert!(Tally::of(&[hips, back, missed]).sentence(&words).starts_with(both));
            assert!(Tally::of(&[hips]).sentence(&words).starts_with(none));
        }
    }
}
