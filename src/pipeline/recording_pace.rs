//! Finds out that a computer is slower than the recording that it plays. None of its frames is left out, so it plays slowly, which
//! looks as if it had been filmed so.

use std::time::Duration;

/// A frame that comes this long after it was due is late: more than a thread oversleeps, and less than half of what a recording is
/// behind before its clock is reset (`source/paced.rs`). [own]
const LATE: Duration = Duration::from_millis(40);

/// The number of frames in a decision: three seconds of most recordings. [own]
const FRAMES: usize = 90;

/// Counts late frames. Up to half of the frames may be late: whoever goes on after a pause, or was busy for a moment, catches up.
#[derive(Debug, Default)]
pub struct RecordingPace {
    frames: usize,
    late: usize,
}

impl RecordingPace {
    /// Records how long after it was due a frame came. Returns whether the last frames were too many for the computer.
    pub fn is_behind(&mut self, late: Duration) -> bool {
        self.frames += 1;
        self.late += usize::from(late > LATE);
        if self.frames < FRAMES {
            return false;
        }
        let is_behind = self.late * 2 > self.frames;
        *self = Self::default();
        is_behind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a recording is behind of which each frame takes so long, ms, from one that is due every 33 ms. Its clock is reset
    /// where it is more than 100 ms late.
    fn behind(took: impl Iterator<Item = u64>) -> usize {
        let (mut pace, mut late) = (RecordingPace::default(), 0_u64);
        let came = took.map(|milliseconds| {
            late = (late + milliseconds).saturating_sub(33);
            let came = late;
            late = if late > 100 { 0 } else { late };
            Duration::from_millis(came)
        });
        came.filter(|came| pace.is_behind(*came)).count()
    }

    #[test]
    fn a_computer_that_is_slower_than_the_recording_is_found_out_and_a_moment_of_load_is_not() {
        assert_eq!(behind([33; 900].into_iter()), 0);
        assert_eq!(behind([36; 89].into_iter()), 0, "too few to tell");
        for took in [36, 50, 200] {
            assert_eq!(behind([took; 90].into_iter()), 1, "{took} ms");
        }
        let hiccups = (0..900).map(|frame| if frame % 30 == 0 { 90 } else { 20 });
        assert_eq!(behind(hiccups), 0);
        let pauses = (0..900).map(|frame| if frame % 90 == 0 { 60_000 } else { 30 });
        assert_eq!(behind(pauses), 0, "after a pause its clock is reset");
    }
}
