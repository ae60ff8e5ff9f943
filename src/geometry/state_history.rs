//! The states of a session or a recording, frame by frame: how often each occurred, and the longest times in which
//! somebody who had been measured could not be.

use std::time::Duration;

use super::State;
use crate::source::Timestamp;
use crate::spine::away_since;

/// So long a time without a measurement may hide a bend. [own]
const MAY_HIDE_A_BEND: Duration = Duration::from_secs(1);

/// The most of these times that are told: more are no longer read. [own]
const MOST_TOLD: usize = 3;

/// A time that could not be measured, from its first frame to the first that could be, or to the last of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obstruction {
    /// The time of its first frame.
    pub from: Timestamp,
    /// The time of the first frame after it that was measured, or of its last.
    pub to: Timestamp,
    /// What was in the way in most of its frames.
    pub state: State,
}

impl Obstruction {
    /// Returns how long it was.
    pub fn duration(&self) -> Duration {
        self.to.since(self.from)
    }
}

/// The number of frames in each state, in the order of [`State::ALL`].
type StateCounts = [u64; State::ALL.len()];

/// The states so far.
#[derive(Clone, Debug, Default)]
pub struct StateHistory {
    frames: u64,
    first: Option<Timestamp>,
    last: Timestamp,
    counts: StateCounts,
    /// Whether anything was measured since bends began to count.
    begun: bool,
    open: Option<OpenObstruction>,
    /// The longest that have ended, in order, at most [`MOST_TOLD`].
    longest: Vec<Obstruction>,
}

/// Frames that could not be measured, so far.
#[derive(Clone, Debug)]
struct OpenObstruction {
    from: Timestamp,
    to: Timestamp,
    counts: StateCounts,
}

impl StateHistory {
    /// Adds a frame in which a bend would count. A gap before it, as after a pause or where a camera was unplugged, is no time in which
    /// something was in the way: before it people walk to the keyboard, and after it back.
    pub fn observe(&mut self, time: Timestamp, state: State) {
        if away_since(self.first.map(|_| self.last), time).is_some() {
            self.break_off();
        }
        self.count(time, state);
        if state == State::Measured {
            self.begun = true;
            if let Some(open) = self.open.take() {
                self.add(OpenObstruction { to: time, ..open }.close());
            }
        } else if self.begun {
            let open = self.open.get_or_insert(OpenObstruction { from: time, to: time, counts: Default::default() });
            open.to = time;
            add(&mut open.counts, state);
        }
    }

    /// Adds a frame in which no bend would count: before, between or after the sets of a guided session.
    pub fn observe_outside(&mut self, time: Timestamp, state: State) {
        self.count(time, state);
        self.break_off();
    }

    /// Bends count no longer, until something is measured again.
    fn break_off(&mut self) {
        self.begun = false;
        if let Some(hidden) = self.open.take().and_then(OpenObstruction::at_the_end) {
            self.add(hidden);
        }
    }

    fn count(&mut self, time: Timestamp, state: State) {
        self.frames += 1;
        self.first.get_or_insert(time);
        self.last = time;
        add(&mut self.counts, state);
    }

    /// Adds a time that has ended, and drops the shortest if there are too many.
    fn add(&mut self, ended: Obstruction) {
        self.longest = longest(&self.longest, Some(ended));
    }

    /// The longest times without a measurement that may hide a bend, in order, at most three. One that lasts to the end, or to the
    /// end of a set, is among them only if something hid the person, for at the end people turn and walk out of the picture.
    pub fn obstructions(&self) -> Vec<Obstruction> {
        longest(&self.longest, self.open.clone().and_then(OpenObstruction::at_the_end))
    }

    /// The number of frames.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The number of frames in this state.
    pub fn frames_in(&self, state: State) -> u64 {
        State::ALL.into_iter().zip(self.counts).find(|(one, _)| *one == state).map_or(0, |(_, count)| count)
    }

    /// The states that occurred, each with its number of frames.
    pub fn occurred(&self) -> impl Iterator<Item = (State, u64)> {
        State::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    /// The most frequent state; in a tie the first in [`State::ALL`].
    pub fn most_frequent(&self) -> Option<State> {
        self.occurred().collect::<Vec<_>>().into_iter().rev().max_by_key(|(_, count)| *count).map(|(state, _)| state)
    }

    /// What was mostly in the way. Somebody whose standing posture is unknown because something hides them half of the time is
    /// hidden.
    pub fn main_obstacle(&self) -> Option<State> {
        let most_frequent = self.most_frequent()?;
        let hiding = State::ALL.into_iter().filter(|state| state.is_hiding());
        let hidden = hiding.max_by_key(|state| self.frames_in(*state));
        let often = |state: &State| 2 * self.frames_in(*state) >= self.frames_in(State::Calibrating);
        Some(hidden.filter(|state| most_frequent == State::Calibrating && often(state)).unwrap_or(most_frequent))
    }

    /// The time from the first frame to the last.
    pub fn duration(&self) -> Duration {
        self.last.since(self.first.unwrap_or_default())
    }
}

impl OpenObstruction {
    fn close(self) -> Obstruction {
        let most = self.counts.iter().zip(State::ALL).max_by_key(|(frames, _)| **frames);
        Obstruction { from: self.from, to: self.to, state: most.map(|(_, state)| state).unwrap_or_default() }
    }

    /// The same where it lasts to the end.
    fn at_the_end(self) -> Option<Obstruction> {
        Some(self.close()).filter(|ended| ended.state.is_hiding())
    }
}

fn add(counts: &mut StateCounts, state: State) {
    counts.iter_mut().zip(State::ALL).filter(|(_, one)| *one == state).for_each(|(count, _)| *count += 1);
}

/// The longest of these and of one more, in their order.
fn longest(before: &[Obstruction], one_more: Option<Obstruction>) -> Vec<Obstruction> {
    let long = one_more.filter(|ended| ended.duration() >= MAY_HIDE_A_BEND);
    let mut all: Vec<Obstruction> = before.iter().copied().chain(long).collect();
    if all.len() > MOST_TOLD
        && let Some(shortest) = (0..all.len()).min_by_key(|at| all[*at].duration())
    {
        all.remove(shortest);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(history: &StateHistory) -> Vec<(f64, f64, State)> {
        let seconds = |time: Timestamp| time.as_secs_f64();
        history.obstructions().iter().map(|found| (seconds(found.from), seconds(found.to), found.state)).collect()
    }

    /// One frame a second.
    fn obstructions(states: &[State]) -> Vec<(f64, f64, State)> {
        let mut history = StateHistory::default();
        for (number, state) in states.iter().enumerate() {
            history.observe(Timestamp::from_secs_f64(number as f64), *state);
        }
        told(&history)
    }

    use State::{Calibrating, CutOff, Glare, Hidden, LegsHidden, Measured, Nobody, Turned};

    #[test]
    fn times_without_a_measurement_are_named_by_what_was_mostly_in_the_way() {
        assert_eq!(
            obstructions(&[Nobody, Calibrating, Calibrating, Measured, Measured]),
            [],
            "before anything is measured"
        );
        let twice = [Measured, Hidden, Measured, LegsHidden, LegsHidden, Turned, Measured];
        assert_eq!(obstructions(&twice), [(1.0, 2.0, Hidden), (3.0, 6.0, LegsHidden)]);
        assert_eq!(obstructions(&[Measured, Turned, CutOff, Nobody]), [], "walks out");
        assert_eq!(obstructions(&[Measured, LegsHidden, LegsHidden]), [(1.0, 2.0, LegsHidden)]);
    }

    #[test]
    fn of_many_the_longest_are_told_in_their_order() {
        let many =
            [Measured, Hidden, Hidden, Measured, Turned, Measured, Glare, Glare, Measured, CutOff, CutOff, Measured];
        assert_eq!(obstructions(&many), [(1.0, 3.0, Hidden), (6.0, 8.0, Glare), (9.0, 11.0, CutOff)]);
        let mut history = StateHistory::default();
        for number in 0..40_u32 {
            let state = if number % 4 == 0 { Measured } else { Turned };
            history.observe(Timestamp::from_secs_f64(f64::from(number) / 10.0), state);
        }
        assert_eq!(told(&history), [], "what is shorter than a second hides no bend");
    }

    #[test]
    fn a_time_without_frames_is_none_in_which_something_was_in_the_way() {
        let mut history = StateHistory::default();
        let walk: [(u32, State); 6] =
            [(0, Measured), (1, Turned), (2, CutOff), (600, CutOff), (601, Turned), (602, Measured)];
        let hidden = [(603, Hidden), (605, Hidden), (700, Hidden), (701, Measured)];
        for (second, state) in walk.into_iter().chain(hidden) {
            history.observe(Timestamp::from_secs_f64(f64::from(second)), state);
        }
        assert_eq!(told(&history), [(603.0, 605.0, Hidden)], "of ten minutes' pause and of a minute's nothing is told");
    }

    #[test]
    fn what_is_between_the_sets_hides_nothing_that_counts() {
        let mut history = StateHistory::default();
        let at = |second: u32| Timestamp::from_secs_f64(f64::from(second));
        history.observe(at(0), Measured);
        history.observe(at(1), Turned);
        for second in 2..9 {
            history.observe_outside(at(second), Turned);
        }
        history.observe(at(9), Turned);
        history.observe(at(10), Measured);
        assert_eq!(told(&history), []);
        for second in 11..13 {
            history.observe(at(second), Hidden);
        }
        history.observe_outside(at(13), Turned);
        assert_eq!(told(&history), [(11.0, 12.0, Hidden)]);
        assert_eq!((history.frames(), history.frames_in(Turned), history.most_frequent()), (14, 10, Some(Turned)));
    }
}
