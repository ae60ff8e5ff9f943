//! How many frames a camera really sends. What the driver tells is a wish, and on Windows it is always 1.

use std::collections::VecDeque;
use std::time::Duration;

use crate::source::Timestamp;

/// The time over which the rate is taken.
const WINDOW: Duration = Duration::from_secs(2);

/// The frame rate over the last two seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate {
    arrivals: VecDeque<(u64, Timestamp)>,
}

impl Rate {
    /// Takes note of a frame. Numbers count all frames that arrived, so those overwritten before anybody took them
    /// count too.
    pub(super) fn observe(&mut self, number: u64, time: Timestamp) {
        self.arrivals.push_back((number, time));
        while self.arrivals.front().is_some_and(|&(_, earlier)| time.since(earlier) > WINDOW) {
            self.arrivals.pop_front();
        }
    }

    /// Frames per second; unknown before the second frame and after a pause.
    pub(super) fn per_second(&self) -> Option<f64> {
        let (&(first, start), &(last, end)) = (self.arrivals.front()?, self.arrivals.back()?);
        let seconds = end.since(start).as_secs_f64();
        (seconds > 0.0).then(|| (last - first) as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_of(frames: impl IntoIterator<Item = (u64, f64)>) -> Option<f64> {
        let mut rate = Rate::default();
        for (number, seconds) in frames {
            rate.observe(number, Timestamp::from_secs_f64(seconds));
        }
        rate.per_second()
    }

    #[test]
    fn the_rate_counts_frames_nobody_took() {
        let thirty = rate_of((0..90).map(|number| (number, number as f64 / 30.0))).unwrap();
        assert!((thirty - 30.0).abs() < 0.01, "{thirty}");
        let every_third = rate_of((0..30).map(|number| (number * 3, number as f64 / 10.0))).unwrap();
        assert!((every_third - 30.0).abs() < 0.01, "{every_third}");
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let slowing = (0..300).map(|n| (n, n as f64 / 30.0)).chain((0..30).map(|n| (300 + n, 10.0 + n as f64 / 10.0)));
        let rate = rate_of(slowing).unwrap();
        assert!((rate - 10.0).abs() < 0.1, "{rate}");
    }

    #[test]
    fn one_frame_has_no_rate() {
        assert_eq!(rate_of([]), None);
        assert_eq!(rate_of([(0, 0.0)]), None);
        assert_eq!(rate_of([(0, 0.0), (1, 60.0)]), None);
    }
}
