//! Decides when a computer is too slow for the full landmark network with a camera. A recording waits instead.
//!
//! This is the only step. A computer that is too slow for the lite network as well simply measures fewer frames,
//! because a reader that stays behind gets only the newest of a camera's frames (`channel.rs`): no frame rate has to be
//! set.

use std::time::Duration;

/// The frame rate at which the errors in `METHOD.md` were measured, frames per second: a slower one is not known to be
/// as good.
const KNOWN_RATE: u32 = 15;

/// The number of frames in a decision: three seconds on a computer at that rate.
const FRAMES: usize = 45;

/// Counts slow frames. Up to half of the frames may be slow: a short load does not make a computer slow.
#[derive(Debug, Default)]
pub struct ModelFallback {
    frames: usize,
    slow: usize,
}

impl ModelFallback {
    /// Records how long a frame took to measure. Returns whether the computer was too slow over the last frames.
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
