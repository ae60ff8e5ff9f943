//! Which set a frame of a live session belongs to: the one rule by which repetitions are kept and counted.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Happening;
use crate::coach::guided::{Place, Stage};
use crate::coach::{AskedRepetition, Repetition, SetGoal, SetPurpose};
use crate::pipeline::{FrameSink, GuidedFrame, Observation};
use crate::source::Timestamp;

/// The state of a guided session.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuidedPlace<'l> {
    pub stage: &'l Stage,
    pub place: Place,
    pub drill: &'l str,
    pub goal: SetGoal,
    /// Whether it is paused, by hand or because nobody is there.
    pub paused: bool,
}

impl<'l> GuidedPlace<'l> {
    pub fn of(guided: &'l GuidedFrame) -> Self {
        let goal = guided.drill.wanted(guided.set).into();
        let guidance = &guided.guidance;
        Self { stage: &guidance.stage, place: guidance.place, drill: &guided.drill.id, goal, paused: guidance.paused }
    }

    /// Whether what is done now is part of a set.
    fn is_under_way(&self) -> bool {
        !self.paused && matches!(self.stage, Stage::Work { .. } | Stage::Probe { .. })
    }

    /// Whether the person is guided back to where they can be measured.
    fn is_interrupted(&self) -> bool {
        matches!(self.stage, Stage::Arrive | Stage::StandTall { .. })
    }
}

/// A set that goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenSet {
    /// Its number in the session, from 0.
    pub number: u32,
    /// Its round in a guided session.
    pub round: Option<Place>,
    /// What it is for.
    pub purpose: SetPurpose,
    /// Where its bends should come from.
    pub goal: SetGoal,
}

/// Follows the sets of a live session.
#[derive(Debug, Default)]
pub(super) struct SetFollower {
    begun: u32,
    set: Option<OpenSet>,
    /// The drill of a session that is not led, and where its bends should come from, if somebody said so.
    unled: Option<(String, SetGoal)>,
}

impl SetFollower {
    /// Follows a session that is not led and is one set of this drill.
    pub fn of_drill(drill: String, goal: SetGoal) -> Self {
        Self { unled: Some((drill, goal)), ..Self::default() }
    }

    /// Takes the frame of this time. Returns the set that a repetition belongs to which is finished in it: the bend that
    /// ends a set is finished in the frame in which the set ends. One that is finished in a pause, or while a set is
    /// interrupted, belongs to none: the guided session does not count it either.
    pub fn observe(
        &mut self,
        guided: Option<GuidedPlace>,
        time: Timestamp,
        happened: &mut Vec<Happening>,
    ) -> Option<OpenSet> {
        let before = self.set;
        self.follow(guided, time, happened);
        let goes_on = guided.is_none_or(|guided| guided.is_under_way());
        let is_interrupted = guided.is_some_and(|guided| guided.is_interrupted());
        before.or(self.set).filter(|_| goes_on || (self.set.is_none() && !is_interrupted))
    }

    /// An unguided session is one set; in a guided one each round is a set, whatever interrupts it. Bends without feedback are begun
    /// anew then, so that those before are a set of their own.
    fn follow(&mut self, guided: Option<GuidedPlace>, time: Timestamp, happened: &mut Vec<Happening>) {
        let going_on = self.set.map(|set| (set.round, set.purpose));
        let practice = |round| Some((round, SetPurpose::Practice));
        let wanted = match guided {
            None => practice(None),
            Some(GuidedPlace { stage: Stage::Work { .. }, place, .. }) => practice(Some(place)),
            Some(GuidedPlace { stage: Stage::Probe { .. }, place, .. }) => Some((Some(place), SetPurpose::Retention)),
            Some(guided) if guided.is_interrupted() => {
                going_on.filter(|going_on| *going_on == (Some(guided.place), SetPurpose::Practice))
            }
            Some(_) => None,
        };
        if going_on == wanted {
            return;
        }
        self.end(time, happened);
        if let Some((round, purpose)) = wanted {
            let number = self.begun;
            let led = guided.map(|guided| (guided.drill.to_owned(), guided.goal));
            let (drill, goal) = led.or_else(|| self.unled.clone()).unzip();
            let goal = goal.unwrap_or_default();
            happened.push(Happening::SetBegan { number, drill, goal, purpose, time });
            self.set = Some(OpenSet { number, round, purpose, goal });
            self.begun += 1;
        }
    }

    /// Ends the set that goes on, if one does.
    pub fn end(&mut self, time: Timestamp, happened: &mut Vec<Happening>) {
        if let Some(OpenSet { number, .. }) = self.set.take() {
            happened.push(Happening::SetEnded { number, time });
        }
    }
}

/// The repetitions of a live session that count, whether it is kept or not: those that
/// [`StoredRepetition::counts`](super::StoredRepetition::counts) says so of, had it been kept.
#[derive(Debug, Default)]
pub struct RepetitionCounter {
    sets: SetFollower,
    /// How many were finished, whether they count or not.
    finished: u32,
    counted: CountedRepetitions,
}

/// What a [`RepetitionCounter`] has counted, each with the number by which it is called:
/// [`StoredRepetition::shown_number`](super::StoredRepetition::shown_number), had it been kept.
#[derive(Clone, Debug, Default)]
pub struct CountedRepetitions(Arc<Mutex<Vec<(u32, AskedRepetition)>>>);

impl CountedRepetitions {
    /// The repetitions so far, oldest first.
    pub fn so_far(&self) -> Vec<AskedRepetition> {
        self.lock().iter().map(|(_, asked)| *asked).collect()
    }

    /// The same, each with its number.
    pub fn numbered(&self) -> Vec<(u32, AskedRepetition)> {
        self.lock().clone()
    }

    /// The number of the last of them; 0 before the first.
    pub fn last_number(&self) -> u32 {
        self.lock().last().map_or(0, |(number, _)| *number)
    }

    /// The number of a repetition; `None` if it does not count.
    pub fn number_of(&self, repetition: &Repetition) -> Option<u32> {
        let is_it = |asked: &AskedRepetition| asked.repetition.bottom == repetition.bottom;
        self.lock().iter().rfind(|(_, asked)| is_it(asked)).map(|(number, _)| *number)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(u32, AskedRepetition)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RepetitionCounter {
    /// What it counts, also after it has ended.
    pub fn counted(&self) -> CountedRepetitions {
        self.counted.clone()
    }
}

impl FrameSink for RepetitionCounter {
    fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>) {
        let set = self.sets.observe(guided.map(GuidedPlace::of), observation.frame.time, &mut Vec::new());
        let Some(form) = &observation.form else { return };
        self.finished += 1;
        if let Some(OpenSet { goal, .. }) = set.filter(|set| set.purpose == SetPurpose::Practice) {
            let asked = AskedRepetition { repetition: form.repetition, goal };
            self.counted.lock().push((self.finished, asked));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: Place = Place { exercise: 0, round: 0 };

    fn at(second: usize) -> Timestamp {
        Timestamp::from_secs_f64(second as f64)
    }

    fn sets(stages: &[(Stage, Place)]) -> Vec<Happening> {
        let mut follower = SetFollower::default();
        let mut happened = Vec::new();
        for (second, (stage, place)) in stages.iter().enumerate() {
            let guided = GuidedPlace { stage, place: *place, drill: "bow", goal: SetGoal::Back, paused: false };
            follower.observe(Some(guided), at(second), &mut happened);
        }
        happened
    }

    fn began(number: u32, second: usize) -> Happening {
        let (drill, goal, purpose) = (Some("bow".to_owned()), SetGoal::Back, SetPurpose::Practice);
        Happening::SetBegan { number, drill, goal, purpose, time: at(second) }
    }

    fn ended(number: u32, second: usize) -> Happening {
        Happening::SetEnded { number, time: at(second) }
    }

    #[test]
    fn a_bend_in_a_pause_or_while_a_set_is_interrupted_belongs_to_none() {
        let (mut follower, mut happened) = (SetFollower::default(), Vec::new());
        let frames = [
            (Stage::Work { done: 0, of: 8 }, false, Some(0)),
            (Stage::Work { done: 0, of: 8 }, true, None),
            (Stage::Work { done: 0, of: 8 }, false, Some(0)),
            (Stage::Arrive, false, None),
            (Stage::Work { done: 7, of: 8 }, false, Some(0)),
            (Stage::Rest { left: 10, of: 30 }, false, Some(0)), // the bend that ended the set
            (Stage::Rest { left: 10, of: 30 }, false, None),
        ];
        for (second, (stage, paused, set)) in frames.iter().enumerate() {
            let guided = GuidedPlace { stage, place: ROUND, drill: "bow", goal: SetGoal::Back, paused: *paused };
            let belongs = follower.observe(Some(guided), at(second), &mut happened);
            assert_eq!(belongs.map(|set| set.number), *set, "frame {second}");
        }
        assert_eq!(happened, [began(0, 0), ended(0, 5)]);
    }

    #[test]
    fn each_round_is_a_set_whatever_interrupts_it() {
        let work = || Stage::Work { done: 0, of: 8 };
        let rest = || Stage::Rest { left: 10, of: 30 };
        let next = Place { round: 1, ..ROUND };
        let happened = sets(&[
            (Stage::Arrive, ROUND),
            (Stage::Lesson { part: 0.5 }, ROUND),
            (work(), ROUND),
            (Stage::Arrive, ROUND), // the person left and came back
            (work(), ROUND),
            (rest(), ROUND),
            (Stage::Arrive, next),
            (work(), next),
        ]);
        assert_eq!(happened, [began(0, 2), ended(0, 5), began(1, 7)]);
    }

    #[test]
    fn bends_without_feedback_are_a_set_for_retention_and_another_one_if_they_are_begun_anew() {
        let probe = || Stage::Probe { done: 0, of: 3 };
        let stages =
            [(probe(), ROUND), (Stage::Arrive, ROUND), (probe(), ROUND), (Stage::Work { done: 0, of: 8 }, ROUND)];
        let happened = sets(&stages);
        let [first, left, again, over, practice] = &happened[..] else { panic!("{happened:?}") };
        for (begun, of) in [(first, 0), (again, 1)] {
            let Happening::SetBegan { number, purpose, .. } = begun else { panic!("{happened:?}") };
            assert_eq!((*number, *purpose), (of, SetPurpose::Retention));
        }
        assert_eq!((left, over, practice), (&ended(0, 1), &ended(1, 3), &began(2, 3)));
    }

    #[test]
    fn a_bend_without_feedback_counts_only_for_those_that_were_not_interrupted() {
        let (mut follower, mut happened) = (SetFollower::default(), Vec::new());
        let frames = [
            (Stage::Probe { done: 1, of: 3 }, Some(0)),
            (Stage::Arrive, None), // interrupted in the frame in which a bend is finished
            (Stage::Probe { done: 0, of: 3 }, Some(1)),
            (Stage::Lesson { part: 0.5 }, Some(1)), // the bend that ended them
            (Stage::Lesson { part: 0.6 }, None),
        ];
        for (second, (stage, set)) in frames.iter().enumerate() {
            let guided = GuidedPlace { stage, place: ROUND, drill: "bow", goal: SetGoal::Hips, paused: false };
            let belongs = follower.observe(Some(guided), at(second), &mut happened);
            assert_eq!(belongs.map(|set| set.number), *set, "frame {second}");
        }
    }

    #[test]
    fn one_round_right_after_another_is_another_set() {
        let work = || Stage::Work { done: 0, of: 8 };
        let next = Place { exercise: 1, round: 0 };
        assert_eq!(sets(&[(work(), ROUND), (work(), next)]), [began(0, 0), ended(0, 1), began(1, 1)]);
    }

    #[test]
    fn where_nobody_leads_all_of_it_is_one_set() {
        let mut follower = SetFollower::default();
        let mut happened = Vec::new();
        for second in 0..3 {
            follower.observe(None, at(second), &mut happened);
        }
        follower.end(at(2), &mut happened);
        let (drill, goal, purpose) = (None, SetGoal::Hips, SetPurpose::Practice);
        let begun = Happening::SetBegan { number: 0, drill, goal, purpose, time: at(0) };
        assert_eq!(happened, [begun, ended(0, 2)]);
    }

    #[test]
    fn a_bend_belongs_to_the_set_that_it_ends_and_one_between_sets_to_none() {
        let mut follower = SetFollower::default();
        let mut set_in = |stage: Stage| {
            let guided = GuidedPlace { stage: &stage, place: ROUND, drill: "bow", goal: SetGoal::Back, paused: false };
            follower.observe(Some(guided), at(0), &mut Vec::new()).map(|set| (set.number, set.goal))
        };
        assert_eq!(set_in(Stage::Lesson { part: 0.5 }), None);
        assert_eq!(set_in(Stage::Work { done: 0, of: 1 }), Some((0, SetGoal::Back)));
        assert_eq!(set_in(Stage::Rest { left: 9, of: 9 }), Some((0, SetGoal::Back)));
        assert_eq!(set_in(Stage::Rest { left: 8, of: 9 }), None);
    }
}
