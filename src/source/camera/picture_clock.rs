//! When a picture was taken: what its driver says, where that makes sense. Otherwise it has waited as long as the last of which that
//! did: so two clocks are never mixed, and the time between two pictures is not wrong by how long they wait.

use std::time::{Duration, Instant};

/// What is older when it arrives was not taken then: its driver has another clock. [own]
const OLDEST: Duration = Duration::from_secs(1);

/// The times of a camera's pictures, which only go on.
#[derive(Debug, Default)]
pub(super) struct PictureClock {
    last: Option<Instant>,
    /// How long the last picture had waited of which its driver said when it was taken.
    waited: Duration,
}

impl PictureClock {
    /// When a picture was taken that has just `arrived`, and of which the driver says when.
    pub(super) fn taken(&mut self, said: Option<Instant>, arrived: Instant) -> Instant {
        let goes_on = |said: &Instant| self.last.is_none_or(|last| *said > last);
        let waited = said.filter(goes_on).and_then(|said| arrived.checked_duration_since(said));
        self.waited = waited.filter(|waited| *waited <= OLDEST).unwrap_or(self.waited);
        // Later than the last, as this one arrived later and either waited as long or goes on.
        let taken = arrived.checked_sub(self.waited).unwrap_or(arrived);
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
            (Some(38), 90, 38, "the next, after 52 ms"),
            (None, 100, 48, "nothing is said"),
            (Some(47), 133, 81, "it goes back"),
            (Some(140), 166, 140, "it is believed again, after 26 ms"),
            (Some(300), 200, 174, "it is still to come"),
            (Some(1000), 2001, 1975, "it is too long ago"),
            (Some(1975), 2040, 2014, "it stands still"),
            (Some(3000), 4000, 3000, "a second ago"),
        ];
        for (said, arrived, wanted, what) in table {
            assert_eq!(clock.taken(said.map(at), at(arrived)), at(wanted), "{what}");
        }
    }

    #[test]
    fn whoever_says_nothing_that_makes_sense_has_the_times_of_arrival() {
        let start = Instant::now() + Duration::from_secs(10);
        let mut clock = PictureClock::default();
        for arrived in [0, 33, 67, 2000].map(|milliseconds| start + Duration::from_millis(milliseconds)) {
            assert_eq!(clock.taken(Some(start - Duration::from_secs(5)), arrived), arrived);
        }
    }

    #[test]
    fn pictures_that_waited_too_long_once_shift_none_after_them() {
        let start = Instant::now() + Duration::from_secs(10);
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let mut clock = PictureClock::default();
        // Each waits for 50 ms; after the second the program stood still for more than a second.
        let pictures = [(0, 50), (33, 83), (67, 1500), (1467, 1517), (1500, 1550), (1533, 1583)];
        let taken = pictures.map(|(said, arrived)| clock.taken(Some(at(said)), at(arrived)));
        assert_eq!(taken, [0, 33, 1450, 1467, 1500, 1533].map(at));
    }
}
