//! Measured frame rate over a 2 s window.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The time over which the rate is measured.
const WINDOW: Duration = Duration::from_secs(2);

/// Over less than this nothing is said: one interval is no rate.
const SHORTEST: Duration = Duration::from_millis(300);

/// After this long without a record the rate is measured anew: a hole in the stream is no slow stream.
const HOLE: Duration = Duration::from_secs(1);

/// Events per second, over the last two seconds.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    observed: VecDeque<(u64, Instant)>,
}

impl Rate {
    /// Records that `count` events had happened by `time`. Not every event has to be recorded.
    pub fn observe(&mut self, count: u64, time: Instant) {
        if self.observed.back().is_some_and(|&(_, last)| time.saturating_duration_since(last) > HOLE) {
            self.observed.clear();
        }
        self.observed.push_back((count, time));
        while self.observed.front().is_some_and(|&(_, earlier)| time.saturating_duration_since(earlier) > WINDOW) {
            self.observed.pop_front();
        }
    }

    /// Events per second; `None` in the first 0.3 s, and in those after a hole of more than a second.
    pub fn per_second(&self) -> Option<f64> {
        let (&(first, start), &(last, end)) = (self.observed.front()?, self.observed.back()?);
        let span = end.saturating_duration_since(start);
        (span >= SHORTEST).then(|| last.saturating_sub(first) as f64 / span.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_of(events: impl IntoIterator<Item = (u64, f64)>) -> Option<f64> {
        let (start, mut rate) = (Instant::now(), Rate::default());
        for (count, seconds) in events {
            rate.observe(count, start + Duration::from_secs_f64(seconds));
        }
        rate.per_second()
    }

    #[test]
    fn events_that_were_not_recorded_count_too() {
        let thirty = rate_of((0..90).map(|count| (count, count as f64 / 30.0))).unwrap();
        assert!((thirty - 30.0).abs() < 0.01, "{thirty}");
        let every_third = rate_of((0..30).map(|count| (count * 3, count as f64 / 10.0))).unwrap();
        assert!((every_third - 30.0).abs() < 0.01, "{every_third}");
    }

    #[test]
    fn the_rate_covers_the_last_seconds() {
        let slowing = (0..300).map(|n| (n, n as f64 / 30.0)).chain((0..30).map(|n| (300 + n, 10.0 + n as f64 / 10.0)));
        let rate = rate_of(slowing).unwrap();
        assert!((rate - 10.0).abs() < 0.1, "{rate}");
    }

    #[test]
    fn a_hole_is_no_slow_stream() {
        let stream = |from: f64, seconds: f64| (0..(seconds * 30.0) as u64).map(move |n| (n, from + n as f64 / 30.0));
        assert_eq!(rate_of(stream(0.0, 2.0).chain([(60, 3.3)])), None);
        assert_eq!(rate_of(stream(0.0, 2.0).chain(stream(3.3, 0.25))), None, "too short");
        let rate = rate_of(stream(0.0, 2.0).chain(stream(3.3, 1.5))).unwrap();
        assert!((rate - 30.0).abs() < 0.1, "{rate}");
    }

    #[test]
    fn one_event_has_no_rate() {
        assert_eq!(rate_of([]), None);
        assert_eq!(rate_of([(0, 0.0)]), None);
        assert_eq!(rate_of([(0, 0.0), (1, 0.1)]), None, "nor has one interval");
        assert_eq!(rate_of([(0, 0.0), (1, 60.0)]), None);
    }
}
