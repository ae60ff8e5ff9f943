//! Decides when a computer is too slow for the full landmark network before a camera. A recording waits instead.
//!
//! Only this one step is taken. A computer that is too slow for the simpler network as well measures fewer frames by itself,
//! since a camera's frames go through a slot that holds the newest only (`channel.rs`): no rate has to be set.

use std::time::Duration;

/// The rate at which the errors in `METHOD.md` were measured, frames a second: what is slower is not known to be as good.
const KNOWN_RATE: u32 = 15;

/// Frames that a decision rests on: three seconds of a computer at that rate.
const FRAMES: usize = 45;

/// Of so many frames half may be slow: a moment's load is no slow computer.
#[derive(Debug, Default)]
pub struct ModelFallback {
    frames: usize,
    slow: usize,
}

impl ModelFallback {
    /// Takes what a frame took to measure; whether the computer was too slow over the last frames.
    pub fn is_too_slow(&mut self, took: Duration) -> bool {
        self.frames += 1;
        self.slow += usize::from(took * KNOWN_RATE > Duration::from_secs(1));
        if self.frames < FRAMES {
            return false;
        }
        let slow = self.slow * 2 > self.frames;
        *self = Self::default();
        slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(milliseconds: impl Iterator<Item = u64>) -> usize {
        let mut fallback = ModelFallback::default();
        milliseconds.filter(|time| fallback.is_too_slow(Duration::from_millis(*time))).count()
    }

    #[test]
    fn a_slow_computer_is_found_out_and_a_moment_of_load_is_not() {
        assert_eq!(decisions([60; 200].into_iter()), 0);
        assert_eq!(decisions([70; FRAMES - 1].into_iter()), 0, "too few to tell");
        assert_eq!(decisions([70; FRAMES].into_iter()), 1);
        assert_eq!(decisions((0..200).map(|frame| if frame % 45 < 20 { 300 } else { 20 })), 0);
    }
}
