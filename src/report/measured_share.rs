//! Which share of the time in view a person was measured.

use std::time::Duration;

use crate::geometry::State;
use crate::source::Timestamp;
use crate::store::StoredRepetition;

/// A frame tells nothing of the time beyond this after it. As in `coach::repetition`, where a longer step may hide the bottom of a
/// bend.
const LONGEST_STEP: Duration = Duration::from_secs(1);

/// Adds up the time in which the person was in view, and was measured. Each frame stands for the time up to the next.
#[derive(Debug)]
pub(super) struct MeasuredShare<'r> {
    /// Those that go on or are still to come, oldest first: whoever bends is in view, seen or not.
    repetitions: &'r [StoredRepetition],
    last: Option<(Timestamp, State)>,
    in_view: Duration,
    measured: Duration,
}

impl<'r> MeasuredShare<'r> {
    /// Of a session with these repetitions, oldest first.
    pub(super) fn of(repetitions: &'r [StoredRepetition]) -> Self {
        Self { repetitions, last: None, in_view: Duration::ZERO, measured: Duration::ZERO }
    }

    /// Takes the next frame.
    pub(super) fn observe(&mut self, time: Timestamp, state: State) {
        let Some((before, state)) = self.last.replace((time, state)) else { return };
        let passed = time.since(before);
        let known = passed.min(LONGEST_STEP);
        if self.is_in_bend(before) {
            self.in_view += passed;
        } else if state != State::Nobody {
            self.in_view += known;
        }
        if state == State::Measured {
            self.measured += known;
        }
    }

    fn is_in_bend(&mut self, time: Timestamp) -> bool {
        let over = self.repetitions.iter().take_while(|kept| kept.repetition.end <= time).count();
        self.repetitions = &self.repetitions[over..];
        self.repetitions.first().is_some_and(|kept| kept.repetition.start <= time)
    }

    /// The share in whole per cent, rounded down: a bend that was hidden is not lost in 100 %. `None` if nobody was in view.
    pub(super) fn percent(&self) -> Option<u128> {
        (100 * self.measured.as_nanos()).checked_div(self.in_view.as_nanos())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Repetition;

    /// The share of a session of ten frames a second with a bend from 2 s to 4 s, and this state of each frame that is there.
    fn percent(state: impl Fn(f64) -> Option<State>) -> Option<u128> {
        let at = Timestamp::from_secs_f64;
        let bend = Repetition { start: at(2.0), end: at(4.0), bottom_hidden: true, ..Repetition::default() };
        let bends = [StoredRepetition { repetition: bend, ..StoredRepetition::default() }];
        let mut share = MeasuredShare::of(&bends);
        for time in (0..=100).map(|number| f64::from(number) / 10.0) {
            if let Some(state) = state(time) {
                share.observe(at(time), state);
            }
        }
        share.percent()
    }

    #[test]
    fn a_bottom_that_was_hidden_is_never_part_of_a_hundred_per_cent() {
        let hides = |hidden: Option<State>| {
            percent(|time| if (2.45..3.55).contains(&time) { hidden } else { Some(State::Measured) })
        };
        assert_eq!(hides(Some(State::Measured)), Some(100));
        assert_eq!(hides(Some(State::LegsHidden)), Some(89));
        assert_eq!(hides(Some(State::Nobody)), Some(89), "who bends is in view");
        assert_eq!(hides(None), Some(98), "there are no frames for 1.2 s, of which the first second may be known");
        assert_eq!(percent(|time| Some(if time == 3.0 { State::Hidden } else { State::Measured })), Some(99));
    }

    #[test]
    fn who_walked_out_is_not_in_view() {
        let leaves = |end| percent(move |time| Some(if time < end { State::Measured } else { State::Nobody }));
        assert_eq!((leaves(5.0), leaves(0.0)), (Some(100), Some(0)), "only the bend that was kept was in view");
        assert_eq!(percent(|_| None), None);
        assert_eq!(
            percent(|time| (!(5.0..=9.0).contains(&time)).then_some(State::Measured)),
            Some(100),
            "a gap between bends"
        );
    }
}
