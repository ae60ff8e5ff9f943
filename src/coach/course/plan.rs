//! What a session consists of: exercises in their order, cut into rounds.

use std::time::Duration;

use crate::coach::cue::Aim;
use crate::coach::drill::{Drill, Sides, Task};

/// How long a sentence takes to be said and understood: speech at an unhurried 14 letters a second, and a breath. [own]
const LETTERS_A_SECOND: f32 = 14.0;
const BREATH: Duration = Duration::from_millis(1200);

/// What one round of an exercise is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// So many bends, judged one by one.
    Repetitions {
        /// How many.
        count: usize,
        /// What each should be like.
        aim: Aim,
    },
    /// A posture or a slow movement for so long.
    Time(Duration),
}

/// One exercise as it is to be done in this session.
#[derive(Clone, Debug, PartialEq)]
pub struct Exercise {
    /// The drill's id.
    pub drill: String,
    /// What one round is made of.
    pub amount: Amount,
    /// How many sets.
    pub sets: usize,
    /// Whether each set is done on one side and then on the other.
    pub sides: bool,
    /// The pause between rounds.
    pub rest: Duration,
    /// How long each sentence of the lesson takes to be said and understood.
    pub lesson: Vec<Duration>,
}

impl Exercise {
    /// The drill as it is, with its lesson in this language (two letters).
    pub fn of(drill: &Drill, language: &str) -> Self {
        let amount = match &drill.task {
            Task::Bend(bends) => {
                let aim = Aim { hips: bends.goal, down: bends.tempo.down, cues: drill.cues.clone() };
                Amount::Repetitions { count: bends.repetitions as usize, aim }
            }
            Task::Hold(time) | Task::Flow(time) => Amount::Time(*time),
        };
        let spoken = |text: &String| BREATH + Duration::from_secs_f32(text.chars().count() as f32 / LETTERS_A_SECOND);
        Self {
            drill: drill.id.clone(),
            amount,
            sets: drill.sets as usize,
            sides: drill.sides != Sides::Both,
            rest: drill.rest,
            lesson: drill.text(language).how.iter().map(spoken).collect(),
        }
    }

    /// Rounds of this exercise: every set, of each side where sides are trained one by one.
    pub fn rounds(&self) -> usize {
        self.sets * if self.sides { 2 } else { 1 }
    }

    /// Which set, from 0, a round belongs to.
    pub fn set(&self, round: usize) -> usize {
        round / if self.sides { 2 } else { 1 }
    }

    /// Whether each repetition is judged, for which the person has to stand side-on.
    pub fn is_measured(&self) -> bool {
        matches!(self.amount, Amount::Repetitions { .. })
    }
}

/// A session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The exercises in their order.
    pub exercises: Vec<Exercise>,
    /// Whether one comfortable full bend is offered, for the person's own range.
    pub full_bend: bool,
}

/// A round of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which exercise, from 0.
    pub exercise: usize,
    /// Which of its rounds, from 0.
    pub round: usize,
}

impl Plan {
    /// The exercise of this place.
    pub fn exercise(&self, place: Place) -> Option<&Exercise> {
        self.exercises.get(place.exercise)
    }

    /// Whether the round of this place is done on the other side than the one before it.
    pub fn changes_side(&self, place: Place) -> bool {
        place.round > 0 && self.exercise(place).is_some_and(|exercise| exercise.sides)
    }

    /// The round after this one; `None` after the last.
    pub fn after(&self, place: Place) -> Option<Place> {
        let same = Place { round: place.round + 1, ..place };
        if self.exercise(place).is_some_and(|exercise| same.round < exercise.rounds()) {
            return Some(same);
        }
        let next = Place { exercise: place.exercise + 1, round: 0 };
        self.exercise(next).map(|_| next)
    }
}
