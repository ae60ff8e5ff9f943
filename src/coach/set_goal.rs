//! Where the bends of a set should come from, and whether one did.

use super::{Repetition, Verdict};

/// Where the bends of a set should come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SetGoal {
    /// From the hips; also what is practised where nobody asks for anything.
    #[default]
    Hips,
    /// From the back, to feel the difference.
    Back,
    /// It does not matter.
    Any,
}

impl SetGoal {
    /// The word for it in the database and in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hips => "hips",
            Self::Back => "back",
            Self::Any => "any",
        }
    }

    /// Parses a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Hips, Self::Back, Self::Any].into_iter().find(|goal| goal.word() == word)
    }

    /// Whether a bend with this verdict came from where it should. One without a verdict did only if it does not matter.
    pub fn is_met(self, verdict: Option<Verdict>) -> bool {
        match self {
            Self::Hips => verdict == Some(Verdict::Hips),
            Self::Back => verdict == Some(Verdict::Back),
            Self::Any => true,
        }
    }
}

/// What a drill [wants](super::drill::Drill::wanted) of a set.
impl From<Option<Verdict>> for SetGoal {
    fn from(wanted: Option<Verdict>) -> Self {
        match wanted {
            Some(Verdict::Back) => Self::Back,
            Some(Verdict::Hips | Verdict::Mixed) => Self::Hips,
            None => Self::Any,
        }
    }
}

/// A repetition that counts, and what was asked of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AskedRepetition {
    /// What was measured.
    pub repetition: Repetition,
    /// The goal of its set.
    pub goal: SetGoal,
}

impl AskedRepetition {
    /// Whether it came from where it should.
    pub fn is_as_asked(&self) -> bool {
        self.goal.is_met(self.repetition.verdict)
    }
}

/// A repetition of a session that does not guide: it should come from the hips.
impl From<Repetition> for AskedRepetition {
    fn from(repetition: Repetition) -> Self {
        Self { repetition, goal: SetGoal::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_goal_is_met_by_what_was_asked_for_and_keeps_its_word() {
        use Verdict::{Back, Hips, Mixed};
        for (goal, word, met) in [
            (SetGoal::Hips, "hips", vec![Some(Hips)]),
            (SetGoal::Back, "back", vec![Some(Back)]),
            (SetGoal::Any, "any", vec![Some(Hips), Some(Mixed), Some(Back), None]),
        ] {
            let verdicts = [Some(Hips), Some(Mixed), Some(Back), None];
            assert_eq!(verdicts.into_iter().filter(|verdict| goal.is_met(*verdict)).collect::<Vec<_>>(), met);
            assert_eq!((goal.word(), SetGoal::from_word(word)), (word, Some(goal)));
        }
        assert_eq!([Some(Hips), Some(Back), None].map(SetGoal::from), [SetGoal::Hips, SetGoal::Back, SetGoal::Any]);
        assert_eq!(SetGoal::from_word("sideways"), None);
    }
}
