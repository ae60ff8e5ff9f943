//! Notices where the times of a recording's pictures do not go on: how fast anything moved there is not known.

use crate::source::Timestamp;

/// So many pictures in a row that are not later than all before them are told; fewer come of how a file rounds its times. [own]
const TOLD_FROM: u64 = 3;

/// The times of pictures, one after another.
#[derive(Debug, Default)]
pub struct TimeOrder {
    latest: Option<Timestamp>,
    /// Pictures in a row that were not later.
    row: u64,
    /// From when on times first did not go on, and of how many pictures in all.
    halted: Option<(Timestamp, u64)>,
}

impl TimeOrder {
    /// Adds the time of the next picture. A source may let times that go back stand still instead: both are the same here.
    pub fn observe(&mut self, time: Timestamp) {
        let Some(latest) = self.latest.filter(|latest| time <= *latest) else {
            (self.latest, self.row) = (Some(time), 0);
            return;
        };
        self.row += 1;
        if self.row >= TOLD_FROM {
            let (_, count) = self.halted.get_or_insert((latest, 0));
            *count += if self.row == TOLD_FROM { TOLD_FROM } else { 1 };
        }
    }

    /// From when on times first did not go on, and of how many pictures in all; `None` if they always did.
    pub fn halted(&self) -> Option<(Timestamp, u64)> {
        self.halted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halted(seconds: &[f64]) -> Option<(f64, u64)> {
        let mut order = TimeOrder::default();
        seconds.iter().for_each(|seconds| order.observe(Timestamp::from_secs_f64(*seconds)));
        order.halted().map(|(from, count)| (from.as_secs_f64(), count))
    }

    #[test]
    fn times_that_go_back_or_stand_still_are_noticed_and_one_that_is_rounded_is_not() {
        assert_eq!(halted(&[]), None);
        assert_eq!(halted(&[0.0, 0.5, 0.5, 1.0, 1.5, 1.5, 1.5, 2.0]), None);
        assert_eq!(halted(&[0.0, 4.0, 1.0, 2.0, 3.0, 5.0]), Some((4.0, 3)));
        assert_eq!(halted(&[0.0, 4.0, 4.0, 4.0, 4.0, 4.0, 5.0]), Some((4.0, 4)));
        assert_eq!(halted(&[0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0]), Some((1.0, 6)), "twice");
    }
}
