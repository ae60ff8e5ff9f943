//! What the person is asked before and after a session, and what an answer means for it.

use crate::geometry::build::{Build, BuildDoubt, KnownBuild};
use crate::visible::visible;

/// The version of our instruments and their wording. To be raised with every change of a question or of its scale.
pub const QUESTION_VERSION: &str = "bendwise-3";

/// Most activities of the patient-specific functional scale.
const ACTIVITIES: usize = 3;

/// A question of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// Who practises.
    Who,
    /// Whether it is the person it is said to be, whose build is another: rather the one with this number, if anybody.
    Same(Option<usize>),
    /// How the back is before the session: pain, 0 to 10.
    PainBefore,
    /// How it is after it.
    PainAfter,
    /// How it was over the last week.
    PainWeek,
    /// How well the activity with this number, from 0, goes: the patient-specific functional scale, 0 to 10.
    Activity(usize),
}

impl QuestionKind {
    /// Returns the code of its instrument in a stored session; `None` if its answer is no score.
    pub fn instrument(self) -> Option<&'static str> {
        match self {
            Self::Who | Self::Same(_) => None,
            Self::PainBefore => Some("nrs-before"),
            Self::PainAfter => Some("nrs-after"),
            Self::PainWeek => Some("nrs-week"),
            Self::Activity(_) => Some("psfs"),
        }
    }
}

/// From which answers on a session ends without another set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopRule {
    /// As many points more after than before.
    pub rise: u8,
    /// As many points, whatever it was before.
    pub most: u8,
}

/// From so many points on the pain is called much. [own] (`METHOD.md`, "Guided sessions")
pub(super) const MUCH_PAIN: u8 = 7;

impl Default for StopRule {
    /// Two points are more than a chance difference of the scale (`METHOD.md`, "Guided sessions"); 7 and above is
    /// severe pain on it.
    fn default() -> Self {
        Self { rise: 2, most: MUCH_PAIN }
    }
}

impl StopRule {
    /// Whether the session ends here: of this much pain, and this much before, if that is known.
    pub fn stops(self, now: u8, before: Option<u8>) -> bool {
        now >= self.most || before.is_some_and(|before| now >= before.saturating_add(self.rise))
    }
}

/// The wording of the questions, as they are shown; it is kept with each answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionWording {
    /// Of [`QuestionKind::PainBefore`].
    pub before: String,
    /// Of [`QuestionKind::PainAfter`].
    pub after: String,
    /// Of [`QuestionKind::PainWeek`].
    pub week: String,
    /// Of [`QuestionKind::Activity`].
    pub activity: String,
}

/// Somebody who practises here.
#[derive(Clone, Debug, PartialEq)]
pub struct Acquaintance {
    /// Their number for whoever makes their session.
    pub number: usize,
    /// What they are called.
    pub name: String,
    /// What is known of their build.
    pub build: Option<KnownBuild>,
}

/// The questions of a session. By default none is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// The names of those who may practise, the most likely first: asked for if there are at least two.
    pub who: Vec<String>,
    /// Those who practise here, the one who is said to practise first: whether it is them is asked if the build is so far from
    /// theirs.
    pub known: Vec<Acquaintance>,
    /// What the answer is called that it is somebody else.
    pub somebody_else: String,
    /// Whether pain is asked for before and after the session.
    pub pain: bool,
    /// Whether pain over the last week is asked for.
    pub week: bool,
    /// The activities that the person has named, of which three at most are asked for.
    pub activities: Vec<String>,
    /// When the session ends without another set.
    pub stop: StopRule,
    /// The wording that is kept with the answers.
    pub wording: QuestionWording,
}

impl Questions {
    /// Returns what is asked before the session, in order.
    pub(super) fn before(&self) -> Vec<QuestionKind> {
        let asked = |asked: bool, kind: QuestionKind| asked.then_some(kind);
        let activities = (0..self.activities.len().min(ACTIVITIES)).map(QuestionKind::Activity);
        let first = [
            asked(self.who.len() > 1, QuestionKind::Who),
            asked(self.pain, QuestionKind::PainBefore),
            asked(self.week, QuestionKind::PainWeek),
        ];
        first.into_iter().flatten().chain(activities).collect()
    }

    /// Returns the activity that a question is about, in the person's words.
    pub(super) fn item(&self, kind: QuestionKind) -> String {
        match kind {
            QuestionKind::Activity(number) => self.activities.get(number).map(visible).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Returns the question whether it is the person it is said to be, if this build is a reason to ask.
    pub(super) fn doubt(&self, build: &Build) -> Option<QuestionKind> {
        let (chosen, others) = self.known.split_first()?;
        let builds: Vec<_> = others.iter().map(|other| other.build).collect();
        Some(QuestionKind::Same(match BuildDoubt::of(build, chosen.build.as_ref()?, &builds)? {
            BuildDoubt::RatherLike(other) => Some(others.get(other)?.number),
            BuildDoubt::LikeNobody => None,
        }))
    }

    pub(super) fn wording(&self, kind: QuestionKind) -> &str {
        match kind {
            QuestionKind::Who | QuestionKind::Same(_) => "",
            QuestionKind::PainBefore => &self.wording.before,
            QuestionKind::PainAfter => &self.wording.after,
            QuestionKind::PainWeek => &self.wording.week,
            QuestionKind::Activity(_) => &self.wording.activity,
        }
    }

    /// Returns what the options are called; none if they are the numbers from 0 to 10.
    pub(super) fn names(&self, kind: QuestionKind) -> Vec<String> {
        let called =
            |number| self.known.iter().find(|known| Some(known.number) == number).map(|known| known.name.clone());
        match kind {
            QuestionKind::Who => self.who.clone(),
            QuestionKind::Same(like) => {
                let said = self.known.first().map(|known| known.name.clone());
                let other = called(like).unwrap_or_else(|| self.somebody_else.clone());
                said.into_iter().chain([other]).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What the screen shows of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Asking {
    /// The question.
    pub kind: QuestionKind,
    /// The activity that it is about, in the person's words; empty if it is about none.
    pub item: String,
    /// What the options are called; empty if they are the numbers from 0 to 10.
    pub names: Vec<String>,
    /// The option that is pointed at, from 0.
    pub current: Option<usize>,
    /// How far it is confirmed, from 0 to 1.
    pub part: f32,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question.
    pub kind: QuestionKind,
    /// The activity that it is about, in the person's words; empty if it is about none.
    pub item: String,
    /// The question as it was shown, with its language.
    pub wording: String,
    /// The answer, from 0; `None` if it was left out.
    pub value: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_points_more_or_seven_ends_the_session() {
        let stops = |now, before| StopRule::default().stops(now, before);
        assert_eq!(
            [(3, Some(2)), (4, Some(2)), (6, None), (7, None), (7, Some(7))].map(|(now, before)| stops(now, before)),
            [false, true, false, true, true]
        );
        assert!(!StopRule { rise: 3, most: 9 }.stops(8, Some(6)));
    }

    #[test]
    fn what_is_asked_is_asked_in_order_and_three_activities_at_most() {
        use QuestionKind::{Activity, PainBefore, PainWeek, Who};
        assert!(Questions::default().before().is_empty());
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let all = Questions {
            who: names(&["Ada", "Ben"]),
            pain: true,
            week: true,
            activities: names(&["tie shoes", "lift the child", "sit", "run"]),
            ..Questions::default()
        };
        assert_eq!(all.before(), [Who, PainBefore, PainWeek, Activity(0), Activity(1), Activity(2)]);
        assert!(Questions { who: names(&["Ada"]), ..Questions::default() }.before().is_empty());
        let codes = all.before().into_iter().chain([QuestionKind::PainAfter]).map(QuestionKind::instrument);
        assert_eq!(
            codes.collect::<Vec<_>>(),
            [None, Some("nrs-before"), Some("nrs-week"), Some("psfs"), Some("psfs"), Some("psfs"), Some("nrs-after")]
        );
    }
}
