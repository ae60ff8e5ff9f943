//! The stretches of a session that a motion can be read from without inventing anything.
//!
//! Programs that play a motion put a spline through its rows, whatever time lies between them, and no field of the file's
//! head says otherwise to them: across two seconds in which a bend was hidden they show a bend of their own. So a
//! motion ends where the measurement does, and the next is another file.

use std::ops::Range;
use std::time::Duration;

/// The longest time between two rows of a motion. OpenSim's spline of fifth degree is at most 3.6° off in hip and lumbar flexion
/// where the demo lacks two frames (120 ms, anywhere), which is half of their interval; over 240 ms it is 7.7° off, over 500 ms 27°. [own]
const LONGEST_STEP: Duration = Duration::from_millis(125);

/// Of slower sources (pictures, a few a second), so many of their own steps. [own]
const LONGEST_STEPS: f32 = 2.5;

/// Fewer rows make no motion: OpenSim's splines of fifth degree need six.
pub(super) const FEWEST_ROWS: usize = 6;

/// Cuts frames at these times, in order, into ranges between which too much time is missing, and leaves out those of
/// fewer than [`FEWEST_ROWS`]. `step` is the usual time from frame to frame.
pub(super) fn stretches(times: &[Duration], step: Duration) -> Vec<Range<usize>> {
    let longest = LONGEST_STEP.max(step.mul_f32(LONGEST_STEPS));
    let apart = |at: &usize| times[*at].saturating_sub(times[*at - 1]) > longest;
    let cuts: Vec<usize> = (1..times.len()).filter(apart).collect();
    let starts = [0].into_iter().chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([times.len()]);
    starts.zip(ends).map(|(start, end)| start..end).filter(|range| range.len() >= FEWEST_ROWS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::median;

    fn times(milliseconds: impl IntoIterator<Item = u64>) -> Vec<Duration> {
        milliseconds.into_iter().map(Duration::from_millis).collect()
    }

    /// The usual time from one frame to the next; none if there are fewer than two.
    fn usual_step(times: &[Duration]) -> Duration {
        let steps = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0]).as_secs_f32());
        Duration::from_secs_f32(median(steps).unwrap_or_default())
    }

    fn cut(times: &[Duration]) -> Vec<Range<usize>> {
        stretches(times, usual_step(times))
    }

    /// The one range that has these bounds, in a list.
    fn one(range: Range<usize>) -> Vec<Range<usize>> {
        vec![range]
    }

    #[test]
    fn a_motion_ends_where_the_measurement_does() {
        let even = |from: u64| (0..10).map(move |frame| from + 33 * frame);
        assert_eq!(cut(&times(even(0))), one(0..10));
        assert_eq!(cut(&times(even(0).chain(even(417)))), one(0..20), "two frames are no gap");
        assert_eq!(cut(&times(even(0).chain(even(430)))), [0..10, 10..20]);
        assert_eq!(cut(&times(even(0).chain(even(2300)))), [0..10, 10..20]);
    }

    #[test]
    fn what_is_too_short_for_a_spline_is_left_out() {
        assert!(cut(&[]).is_empty());
        assert!(cut(&times([5])).is_empty());
        assert!(cut(&times([0, 33, 66, 99, 132])).is_empty());
        assert_eq!(cut(&times([0, 33, 66, 99, 132, 165])), one(0..6));
        assert_eq!(cut(&times([0, 33, 66, 99, 132, 165, 5000])), one(0..6));
    }

    #[test]
    fn slow_pictures_are_no_gaps() {
        assert_eq!(cut(&times((0..8).map(|picture| 500 * picture))), one(0..8));
    }
}
