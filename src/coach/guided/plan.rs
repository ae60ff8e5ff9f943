//! The plan of a session: exercises in order, split into rounds.

use std::time::Duration;

use super::questions::Questions;

use crate::coach::Verdict;
use crate::coach::cue::Aim;
use crate::coach::drill::{Arms, Check, Drill, Sides, Task};
use crate::coach::feedback::FeedbackPlan;
use crate::coach::mobility::{Asked, Knees};
use crate::coach::progression::{Portion, PortionChange};

/// Reading speed for the time it takes to say and understand a sentence: unhurried speech of 14 letters per second,
/// plus a breath. [own]
const LETTERS_A_SECOND: f32 = 14.0;
const BREATH: Duration = Duration::from_millis(1200);

/// So many sessions of a drill explain it in full. [own]
const LESSONS_IN_FULL: u32 = 2;

/// The content of one round of an exercise.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// A number of bends, judged one by one.
    Repetitions {
        /// How many.
        count: usize,
        /// What each should be like.
        aim: Aim,
    },
    /// A posture or a slow movement for some time.
    Time {
        /// The duration.
        length: Duration,
        /// Only the time in this posture counts.
        check: Option<Check>,
    },
}

/// An exercise as it is to be done in this session.
#[derive(Clone, Debug, PartialEq)]
pub struct Exercise {
    /// The drill's id.
    pub drill: String,
    /// The content of one round.
    pub amount: Amount,
    /// The number of sets.
    pub sets: usize,
    /// Whether each set is done on one side and then on the other.
    pub sides: bool,
    /// Where the bends of each set should come from; `None` if it does not matter.
    pub wanted: Vec<Option<Verdict>>,
    /// The rest between rounds.
    pub rest: Duration,
    /// How long each sentence of the lesson takes to say and understand.
    pub lesson: Vec<Duration>,
    /// How the last session changed the amount.
    pub change: Option<PortionChange>,
    /// When feedback on single bends is given.
    pub feedback: FeedbackPlan,
    /// Whether an arm held out in front asks for the last repetition: not in a drill that is done so.
    pub asks_by_arm: bool,
    /// How many sessions of this drill the person has done before: from the third on its lesson is short.
    pub lessons_heard: u32,
    /// As part of the mobility screen: what its bends have to be like to count.
    pub screen: Option<Asked>,
}

impl Exercise {
    /// The drill unchanged, with its lesson in this language (two letters).
    pub fn of(drill: &Drill, language: &str) -> Self {
        let amount = match &drill.task {
            Task::Bend(bends) => {
                let aim = Aim { hips: bends.goal, down: bends.tempo.down, cues: drill.cues.clone() };
                Amount::Repetitions { count: bends.repetitions as usize, aim }
            }
            Task::Hold(time) | Task::Flow(time) => Amount::Time { length: *time, check: drill.check },
        };
        let spoken = |text: &String| BREATH + Duration::from_secs_f32(text.chars().count() as f32 / LETTERS_A_SECOND);
        Self {
            drill: drill.id.clone(),
            amount,
            sets: drill.sets as usize,
            sides: drill.sides != Sides::Both,
            wanted: (0..drill.sets as usize).map(|set| drill.wanted(set)).collect(),
            rest: drill.rest,
            lesson: drill.text(language).how.iter().map(spoken).collect(),
            change: None,
            feedback: drill.feedback,
            asks_by_arm: drill.arms != Arms::Forward,
            lessons_heard: 0,
            screen: None,
        }
    }

    /// As [`Exercise::of`], with the change made by the last session.
    pub fn portion(portion: &Portion, language: &str) -> Self {
        Self { change: portion.change, ..Self::of(&portion.drill, language) }
    }

    /// The drill as part of the mobility screen. After turning round, the person already knows how it is done.
    fn screening(drill: &Drill, knees: Knees, turned: bool, language: &str) -> Self {
        let whole = Self::of(drill, language);
        let asked = |flexion| Asked { knees, flexion, turned };
        Self {
            screen: drill.bends().map(|bends| asked(bends.knee_flexion.clone())),
            lesson: if turned { Vec::new() } else { whole.lesson },
            ..whole
        }
    }

    /// Returns the rounds of this exercise: every set, once per side if sides are trained separately.
    pub fn rounds(&self) -> usize {
        self.sets * if self.sides { 2 } else { 1 }
    }

    /// Returns the set, from 0, that a round belongs to.
    pub fn set(&self, round: usize) -> usize {
        round / if self.sides { 2 } else { 1 }
    }

    /// Whether the bends of this set, from 0, should come from the back, for contrast.
    pub fn is_contrast(&self, set: usize) -> bool {
        self.wanted.get(set) == Some(&Some(Verdict::Back))
    }

    /// Whether the person knows it so well that its name and its figure are lesson enough.
    pub fn is_known(&self) -> bool {
        self.lessons_heard >= LESSONS_IN_FULL && self.screen.is_none()
    }

    fn is_turned(&self) -> bool {
        self.screen.as_ref().is_some_and(|asked| asked.turned)
    }

    /// Whether each repetition is judged, which requires the person to stand side-on.
    pub fn is_measured(&self) -> bool {
        matches!(self.amount, Amount::Repetitions { .. })
    }
}

/// The plan of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The exercises in order.
    pub exercises: Vec<Exercise>,
    /// Whether one comfortable full bend is offered, for the person's own range.
    pub full_bend: bool,
    /// Whether the first bends show, without feedback, what stayed of an earlier session.
    pub probe: bool,
    /// What the person is asked before and after.
    pub questions: Questions,
}

/// A round of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The exercise, from 0.
    pub exercise: usize,
    /// The round within the exercise, from 0.
    pub round: usize,
}

impl Plan {
    /// The mobility screen: these drills with straight and with soft knees, then the same with the other side facing
    /// the camera. The person does not turn round in between: the effect of soft knees is measured from one standing
    /// posture.
    pub fn mobility([straight, soft]: [&Drill; 2], language: &str) -> Self {
        let side = |turned| {
            [(straight, Knees::Straight), (soft, Knees::Soft)]
                .map(|(drill, knees)| Exercise::screening(drill, knees, turned, language))
        };
        Self { exercises: [false, true].into_iter().flat_map(side).collect(), ..Self::default() }
    }

    /// Returns the exercise at this place.
    pub fn exercise(&self, place: Place) -> Option<&Exercise> {
        self.exercises.get(place.exercise)
    }

    /// Whether the round at this place is on a different side from the previous one.
    pub fn changes_side(&self, place: Place) -> bool {
        let Some(exercise) = self.exercise(place) else { return false };
        let before = place.exercise.checked_sub(1).and_then(|before| self.exercises.get(before));
        if place.round > 0 {
            exercise.sides
        } else {
            before.is_some_and(|before| before.is_turned() != exercise.is_turned())
        }
    }

    /// Whether the next round is one of the same exercise whose bends should come from the same place.
    pub fn goes_on_alike(&self, place: Place) -> bool {
        let (Some(exercise), Some(next)) = (self.exercise(place), self.after(place)) else { return false };
        let wanted = |place: Place| exercise.wanted.get(exercise.set(place.round));
        next.exercise == place.exercise && wanted(next) == wanted(place)
    }

    /// Whether this place is in the second half of the mobility screen, with the other side facing the camera.
    pub fn is_turned(&self, place: Place) -> bool {
        self.exercise(place).is_some_and(Exercise::is_turned)
    }

    /// Whether this is the mobility screen.
    pub fn is_screen(&self) -> bool {
        self.exercises.iter().any(|exercise| exercise.screen.is_some())
    }

    /// Returns the next round; `None` after the last.
    pub fn after(&self, place: Place) -> Option<Place> {
        let same = Place { round: place.round + 1, ..place };
        if self.exercise(place).is_some_and(|exercise| same.round < exercise.rounds()) {
            return Some(same);
        }
        let next = Place { exercise: place.exercise + 1, round: 0 };
        self.exercise(next).map(|_| next)
    }
}
