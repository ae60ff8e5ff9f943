//! When a picture was taken: what its driver says, where that makes sense, and otherwise when it arrived.

use std::time::{Duration, Instant};

/// What is older when it arrives was not taken then: its driver has another clock. [own]
const OLDEST: Duration = Duration::from_secs(1);

/// The times of a camera's pictures, which only go on.
#[derive(Debug, Default)]
pub(super) struct PictureClock {
    last: Option<Instant>,
}

impl PictureClock {
    /// When a picture was taken that has just `arrived`, and of which the driver says when.
    pub(super) fn taken(&mut self, said: Option<Instant>, arrived: Instant) -> Instant {
        let is_recent = |said: &Instant| arrived.checked_duration_since(*said).is_some_and(|waited| waited <= OLDEST);
        let goes_on = |said: &Instant| self.last.is_none_or(|last| *said > last);
        let taken = said.filter(is_recent).filter(goes_on).unwrap_or(arrived);
        self.last = Some(taken);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_driver_says_counts_where_it_makes_sense() {
        let start = Instant::now() + Duration::from_secs(10);
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let mut clock = PictureClock::default();
        // What the driver says, when the picture arrives, and what counts.
        let table = [
            (Some(5), 40, 5, "the first"),
            (Some(38), 90, 38, "the next"),
            (None, 100, 100, "nothing is said"),
            (Some(99), 133, 133, "it goes back"),
            (Some(140), 166, 140, "it is believed again"),
            (Some(300), 200, 200, "it is still to come"),
            (Some(1000), 2001, 2001, "it is too long ago"),
            (Some(2001), 2040, 2040, "it stands still"),
            (Some(3000), 4000, 3000, "a second ago"),
        ];
        for (said, arrived, wanted, what) in table {
            assert_eq!(clock.taken(said.map(at), at(arrived)), at(wanted), "{what}");
        }
    }
}
