//! The map of a session: which set of which exercise this is, what comes next, and how long all of it takes.

use std::time::Duration;

use super::plan::{Amount, Exercise, Place, Plan};

/// Time of a bend beside going down and coming up at the same pace: the breath between two. [own]
const BETWEEN_BENDS: Duration = Duration::from_secs(2);

/// Arriving and standing still, the full bend where it is offered, and the look at the last set with the closing words. [own]
const ARRIVING: Duration = Duration::from_secs(20);
const FULL_BEND: Duration = Duration::from_secs(8);
const ENDING: Duration = Duration::from_secs(30);

/// A round among those of its exercise, and its exercise among those of the session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The exercise, from 1.
    pub exercise: usize,
    /// Exercises in the session.
    pub exercises: usize,
    /// The set, from 1.
    pub set: usize,
    /// Sets of this exercise.
    pub sets: usize,
}

/// What a session consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Exercises in the session.
    pub exercises: usize,
    /// Sets of the first.
    pub sets: usize,
    /// Repetitions, or seconds, in each of them.
    pub amount: usize,
    /// Whether these are seconds.
    pub timed: bool,
    /// About how long all of it takes, at least 1.
    pub minutes: usize,
}

/// Where in the session this is, and what comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionMap {
    /// What it consists of.
    pub overview: Overview,
    /// The current round.
    pub now: Whereabouts,
    /// The next round; `None` in the last.
    pub next: Option<Whereabouts>,
    /// Whether the first round has begun.
    pub begun: bool,
}

impl SessionMap {
    /// Whether the next round is one of another exercise.
    pub fn changes_exercise(&self) -> bool {
        self.next.is_some_and(|next| next.exercise != self.now.exercise)
    }

    /// Whether the next round is one of the same exercise.
    pub fn goes_on_with_exercise(&self) -> bool {
        self.next.is_some_and(|next| next.exercise == self.now.exercise)
    }
}

impl Plan {
    /// The map at this place.
    pub fn map(&self, place: Place) -> SessionMap {
        let now = self.whereabouts(place).unwrap_or_default();
        let next = self.after(place).and_then(|next| self.whereabouts(next));
        SessionMap { overview: self.overview(), now, next, begun: place != Place::default() }
    }

    fn whereabouts(&self, place: Place) -> Option<Whereabouts> {
        let exercise = self.exercise(place)?;
        let set = exercise.set(place.round) + 1;
        let exercises = self.exercises.len();
        Some(Whereabouts { exercise: place.exercise + 1, exercises, set, sets: exercise.sets })
    }

    fn overview(&self) -> Overview {
        let Some(first) = self.exercises.first() else { return Overview::default() };
        let (amount, timed) = match &first.amount {
            Amount::Repetitions { count, .. } => (*count, false),
            Amount::Time { length, .. } => (length.as_secs() as usize, true),
        };
        let minutes = ((self.time().as_secs_f32() / 60.0).round() as usize).max(1);
        Overview { exercises: self.exercises.len(), sets: first.sets, amount, timed, minutes }
    }

    /// About how long the session takes: after its last round nobody rests.
    fn time(&self) -> Duration {
        let full_bend = if self.full_bend { FULL_BEND } else { Duration::ZERO };
        let exercises = self.exercises.iter().map(Exercise::time).sum::<Duration>();
        let last_rest = self.exercises.last().map_or(Duration::ZERO, |last| last.rest);
        ARRIVING + full_bend + exercises.saturating_sub(last_rest) + ENDING
    }
}

impl Exercise {
    /// About how long it takes, with its lesson and its rests.
    fn time(&self) -> Duration {
        let round = match &self.amount {
            Amount::Repetitions { count, aim } => (aim.down * 2 + BETWEEN_BENDS) * *count as u32,
            Amount::Time { length, .. } => *length,
        };
        let lesson = if self.is_known() { Duration::ZERO } else { self.lesson.iter().sum() };
        lesson + (round + self.rest) * self.rounds() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill_library::Library;

    fn plan(names: &[&str]) -> Plan {
        let library = Library::built_in();
        let drill = |name: &&str| library.drills().iter().find(|drill| drill.id == **name).unwrap();
        Plan { exercises: names.iter().map(|name| Exercise::of(drill(name), "en")).collect(), ..Plan::default() }
    }

    #[test]
    fn every_round_knows_its_set_and_what_follows() {
        let plan = plan(&["bow", "cat-cow"]);
        let map = plan.map(Place::default());
        assert_eq!(map.now, Whereabouts { exercise: 1, exercises: 2, set: 1, sets: plan.exercises[0].sets });
        assert_eq!(map.next.map(|next| (next.exercise, next.set)), Some((1, 2)));
        assert!(map.goes_on_with_exercise() && !map.changes_exercise());
        let last = plan.exercises[0].rounds() - 1;
        let last = plan.map(Place { exercise: 0, round: last });
        assert_eq!(last.next.map(|next| next.exercise), Some(2));
        assert!(!last.goes_on_with_exercise());
        let end = Place { exercise: 1, round: plan.exercises[1].rounds() - 1 };
        assert_eq!(plan.map(end).next, None);
    }

    #[test]
    fn both_sides_of_a_set_are_one_set() {
        let plan = plan(&["hip-flexor-stretch"]);
        let sets = |round| plan.map(Place { exercise: 0, round }).now.set;
        assert_eq!([sets(0), sets(1)], [1, 1]);
    }

    /// The time comes from what is led, and not from a session of the usual length.
    #[test]
    fn one_short_set_takes_a_minute_and_is_told_so() {
        let mut short = plan(&["bow"]);
        let bow = &mut short.exercises[0];
        (bow.sets, bow.rest) = (1, Duration::from_secs(15));
        bow.lesson = vec![Duration::from_secs(3); 2];
        if let Amount::Repetitions { count, .. } = &mut bow.amount {
            *count = 3;
        }
        assert_eq!(short.map(Place::default()).overview.minutes, 1);
        let sets = |sets| {
            let mut plan = short.clone();
            plan.exercises[0].sets = sets;
            plan.time()
        };
        let Amount::Repetitions { count: 3, aim } = &short.exercises[0].amount else { panic!() };
        let round = (aim.down * 2 + BETWEEN_BENDS) * 3;
        assert_eq!(sets(4) - sets(1), 3 * (round + short.exercises[0].rest), "no rest after the last one");
    }

    #[test]
    fn the_time_is_told_in_minutes() {
        let bow = plan(&["bow"]).map(Place::default()).overview;
        assert_eq!((bow.sets, bow.amount, bow.timed), (3, 8, false));
        assert!((4..=7).contains(&bow.minutes), "{bow:?}");
        let stretch = plan(&["hip-flexor-stretch"]).map(Place::default()).overview;
        assert!(stretch.timed && stretch.minutes >= 2, "{stretch:?}");
    }
}
