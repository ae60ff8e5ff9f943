//! A set in three numbers, for the card and the line at its end.

use euclid::Angle;

use crate::coach::{AskedRepetition, Repetition, SetGoal};
use crate::i18n::{Words, fill};

/// The results of a whole set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Number of repetitions.
    pub repetitions: usize,
    /// Number of those that came from where their set asked for.
    pub as_asked: usize,
    /// Number of those with a verdict.
    pub judged: usize,
    /// Whether a set asked for something else than the hips.
    pub asks_otherwise: bool,
    /// The largest hip flexion at a bottom.
    pub deepest: Option<Angle<f32>>,
    /// Whether the bottom of a repetition was hidden, so that one may have been deeper than that.
    pub hidden: bool,
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
            judged: repetitions().filter(|repetition| repetition.verdict.is_some()).count(),
            asks_otherwise: asked.iter().any(|asked| asked.goal != SetGoal::Hips),
            deepest: deepest.map(Angle::radians),
            hidden: repetitions().any(|repetition| repetition.bottom_hidden),
        }
    }

    /// The largest hip flexion as text; `None` without a repetition.
    pub fn depth(&self) -> Option<String> {
        self.deepest.map(|deepest| reached(deepest, self.hidden))
    }

    /// The set as one sentence, without full stop.
    pub fn sentence(&self, words: &Words) -> String {
        let Some(deepest) = self.depth() else { return words.table.none.clone() };
        let template = match self.repetitions {
            // None of them as asked would say that they came from elsewhere.
            _ if self.judged == 0 && self.as_asked == 0 => &words.table.untold,
            _ if self.asks_otherwise => &words.table.asked,
            _ if self.judged < self.repetitions => &words.table.seen,
            1 => &words.table.one,
            _ => &words.table.many,
        };
        fill(template, &[("hips", &self.as_asked), ("of", &self.repetitions), ("degrees", &deepest)])
    }
}

/// An angle at the bottom of a repetition for display. If the bottom was hidden, it is that of the deepest posture seen: the person
/// bent at least as far.
pub fn at_bottom(repetition: &Repetition, angle: fn(&Repetition) -> Angle<f32>) -> String {
    reached(angle(repetition), repetition.bottom_hidden)
}

/// Hip and lumbar flexion at the bottom of a repetition for display.
pub fn flexions_at_bottom(repetition: &Repetition) -> [String; 2] {
    [at_bottom(repetition, |one| one.bend.hip_flexion), at_bottom(repetition, |one| one.bend.lumbar_flexion)]
}

fn reached(angle: Angle<f32>, hidden: bool) -> String {
    format!("{}{}", if hidden { "≥ " } else { "" }, degrees(angle))
}

/// An angle for display: whole degrees, never "-0°".
pub fn degrees(angle: Angle<f32>) -> String {
    format!("{}°", angle.to_degrees().round() as i32).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Verdict;
    use crate::geometry::Bend;
    use crate::i18n::Language;

    #[test]
    fn shows_whole_degrees() {
        for (angle, shown) in [(62.4, "62°"), (-0.3, "0°"), (-4.6, "−5°"), (111.5, "112°")] {
            assert_eq!(degrees(Angle::degrees(angle)), shown);
        }
    }

    #[test]
    fn what_was_seen_of_a_hidden_bottom_is_a_lower_bound() {
        let bend = |hips, bottom_hidden| {
            let bend =
                Bend { hip_flexion: Angle::degrees(hips), lumbar_flexion: Angle::degrees(8.0), ..Bend::default() };
            Repetition { bend, bottom_hidden, ..Repetition::default() }
        };
        assert_eq!(flexions_at_bottom(&bend(43.0, true)), ["≥ 43°", "≥ 8°"]);
        assert_eq!(flexions_at_bottom(&bend(43.0, false)), ["43°", "8°"]);
        let words = Words::read(Language::English).unwrap();
        let told = |hidden| Tally::of(&[bend(60.0, false), bend(43.0, hidden)]).sentence(&words);
        assert!(told(true).ends_with("≥ 60°") && told(false).ends_with("flexion 60°"), "{}", told(true));
    }

    #[test]
    fn an_empty_set_has_a_sentence() {
        let words = Words::read(Language::English).unwrap();
        assert_eq!(Tally::of::<AskedRepetition>(&[]).sentence(&words), "No repetitions");
    }

    #[test]
    fn a_set_without_a_verdict_is_not_said_to_come_from_elsewhere() {
        let of = |verdict, goal| AskedRepetition { repetition: Repetition { verdict, ..Repetition::default() }, goal };
        let words = Words::read(Language::English).unwrap();
        let told = |asked: &[AskedRepetition]| Tally::of(asked).sentence(&words);
        let (hips, open) = (of(Some(Verdict::Hips), SetGoal::Hips), of(None, SetGoal::Hips));
        assert_eq!(told(&[open; 3]), "Could not tell where 3 repetitions came from; deepest hip flexion 0°");
        assert!(told(&[open]).starts_with("Could not tell where 1 repetition came from"));
        assert!(told(&[hips, open]).starts_with("1 of 2 repetitions was seen to come from the hips"));
        let back = of(Some(Verdict::Back), SetGoal::Hips);
        assert!(told(&[back, open]).starts_with("0 of 2 repetitions were seen to come from the hips"));
        assert!(told(&[of(None, SetGoal::Any)]).starts_with("1 of 1 repetitions was as asked"));
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
