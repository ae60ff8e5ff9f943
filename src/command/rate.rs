//! How many frames a second are shown, for the debug line.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The stretch that is counted over.
const STRETCH: Duration = Duration::from_secs(1);

/// Counts what happened within the last second.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate(VecDeque<Instant>);

impl Rate {
    /// It happened once more.
    pub(super) fn tick(&mut self, now: Instant) {
        self.0.push_back(now);
        while self.0.front().is_some_and(|first| now.duration_since(*first) > STRETCH) {
            self.0.pop_front();
        }
    }

    /// How often a second, as of the last tick.
    pub(super) fn a_second(&self) -> f32 {
        match (self.0.front(), self.0.back()) {
            (Some(first), Some(last)) if last > first => {
                (self.0.len() - 1) as f32 / last.duration_since(*first).as_secs_f32()
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_over_the_last_second() {
        let (start, mut rate) = (Instant::now(), Rate::default());
        assert_eq!(rate.a_second(), 0.0);
        (0..200).for_each(|tick| rate.tick(start + Duration::from_millis(50 * tick)));
        assert!((rate.a_second() - 20.0).abs() < 0.01);
    }
}
