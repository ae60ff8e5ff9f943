//! The longest time in a recording in which somebody who stands there could not be measured, and why.

use std::time::Duration;

use crate::geometry::State;
use crate::source::Timestamp;

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

/// Looks for the longest.
#[derive(Clone, Debug, Default)]
pub(super) struct ObstructionFinder {
    /// Whether anything was measured before.
    begun: bool,
    open: Option<OpenObstruction>,
    longest: Option<Obstruction>,
}

/// Frames that could not be measured, so far.
#[derive(Clone, Debug)]
struct OpenObstruction {
    from: Timestamp,
    to: Timestamp,
    frames: [u64; State::ALL.len()],
}

impl ObstructionFinder {
    /// Adds a frame.
    pub(super) fn observe(&mut self, time: Timestamp, state: State) {
        if state == State::Measured {
            self.begun = true;
            let ended = self.open.take().map(|open| OpenObstruction { to: time, ..open }.close());
            self.longest = longer(self.longest, ended);
        } else if self.begun {
            let frames = [0; State::ALL.len()];
            let open = self.open.get_or_insert(OpenObstruction { from: time, to: time, frames });
            open.to = time;
            open.frames
                .iter_mut()
                .zip(State::ALL)
                .filter(|(_, one)| *one == state)
                .for_each(|(frames, _)| *frames += 1);
        }
    }

    /// The longest so far. One that lasts to the end counts only if something hid the person, for at the end people turn and walk out
    /// of the picture.
    pub(super) fn longest(&self) -> Option<Obstruction> {
        let open = self.open.clone().map(OpenObstruction::close);
        longer(self.longest, open.filter(|open| open.state.is_hiding()))
    }
}

impl OpenObstruction {
    fn close(self) -> Obstruction {
        let most = self.frames.iter().zip(State::ALL).max_by_key(|(frames, _)| **frames);
        Obstruction { from: self.from, to: self.to, state: most.map(|(_, state)| state).unwrap_or_default() }
    }
}

fn longer(one: Option<Obstruction>, other: Option<Obstruction>) -> Option<Obstruction> {
    [one, other].into_iter().flatten().max_by_key(Obstruction::duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One frame a second.
    fn longest(states: &[State]) -> Option<(f64, f64, State)> {
        let mut finder = ObstructionFinder::default();
        for (number, state) in states.iter().enumerate() {
            finder.observe(Timestamp::from_secs_f64(number as f64), *state);
        }
        finder.longest().map(|found| (found.from.as_secs_f64(), found.to.as_secs_f64(), found.state))
    }

    #[test]
    fn the_longest_time_without_a_measurement_is_named_by_what_was_mostly_in_the_way() {
        use State::{Calibrating, CutOff, Hidden, LegsHidden, Measured, Nobody, Turned};
        assert_eq!(
            longest(&[Nobody, Calibrating, Calibrating, Measured, Measured]),
            None,
            "before anything is measured"
        );
        let twice = [Measured, Hidden, Measured, LegsHidden, LegsHidden, Turned, Measured, CutOff, Measured];
        assert_eq!(longest(&twice), Some((3.0, 6.0, LegsHidden)));
        assert_eq!(longest(&[Measured, Turned, CutOff, Nobody]), None, "walks out");
        assert_eq!(longest(&[Measured, LegsHidden, LegsHidden]), Some((1.0, 2.0, LegsHidden)));
    }
}
