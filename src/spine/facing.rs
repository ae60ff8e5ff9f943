//! Which way the person faces, decided once and kept: flipping sides is the most common complaint about tools of this
//! kind.

use std::time::Duration;

use crate::source::Timestamp;

use super::sagittal::{Facing, Orientation};

/// How much evidence is remembered, in seconds seen exactly side-on. [own]
const MEMORY: f32 = 0.4;

/// How much evidence for the other side makes the decision flip, in the same unit: with [`MEMORY`], half a second.
/// [own]
const FLIP: f32 = 0.1;

/// A frame counts for the time since the previous one, up to this limit, which matters for single pictures.
const LONGEST_STEP: Duration = Duration::from_millis(250);

/// Accumulates evidence from frame to frame.
#[derive(Debug, Default)]
pub struct FacingTracker {
    /// Positive for [`Facing::Right`].
    evidence: f32,
    last: Option<Timestamp>,
    decided: Option<Facing>,
    fixed: Option<Facing>,
}

impl FacingTracker {
    /// Adds the orientation of a frame. Returns which way the person faces.
    pub fn observe(&mut self, time: Timestamp, orientation: Orientation) -> Facing {
        let step = self.last.replace(time).map_or(LONGEST_STEP, |last| time.since(last).min(LONGEST_STEP));
        let weight = step.as_secs_f32() * orientation.yaw.radians.cos();
        let weight = if orientation.facing == Facing::Right { weight } else { -weight };
        self.evidence = (self.evidence + weight).clamp(-MEMORY, MEMORY);
        let decided = match self.decided {
            None => orientation.facing,
            Some(Facing::Left) if self.evidence > FLIP => Facing::Right,
            Some(Facing::Right) if self.evidence < -FLIP => Facing::Left,
            Some(kept) => kept,
        };
        self.decided = Some(decided);
        self.fixed.unwrap_or(decided)
    }

    /// Whether this orientation contradicts the decision: until that is settled, nothing can be measured.
    pub fn contradicts(&self, orientation: Orientation) -> bool {
        self.fixed.is_none() && self.decided.is_some_and(|decided| decided != orientation.facing)
    }

    /// Discards the evidence, but not a fixed side: it may be another person.
    pub fn forget(&mut self) {
        *self = Self { fixed: self.fixed, ..Self::default() };
    }

    /// Fixes the side; `None` returns to the evidence.
    pub fn fix(&mut self, facing: Option<Facing>) {
        self.fixed = facing;
    }
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;

    fn seen(facing: Facing, yaw: f32) -> Orientation {
        Orientation { facing, yaw: Angle::degrees(yaw) }
    }

    /// Feeds this many seconds at a frame rate. Returns the last decision.
    fn feed(tracker: &mut FacingTracker, clock: &mut f64, seconds: f64, rate: f64, seen: Orientation) -> Facing {
        let mut facing = None;
        for _ in 0..(seconds * rate).ceil() as usize {
            *clock += 1.0 / rate;
            facing = Some(tracker.observe(Timestamp::from_secs_f64(*clock), seen));
        }
        facing.unwrap()
    }

    #[test]
    fn a_moment_to_the_contrary_does_not_flip_the_side_and_turning_round_does_at_any_rate() {
        for rate in [15.0, 30.0, 60.0] {
            let (mut tracker, mut clock) = (FacingTracker::default(), 0.0);
            assert_eq!(feed(&mut tracker, &mut clock, 2.0, rate, seen(Facing::Left, 5.0)), Facing::Left);
            assert_eq!(feed(&mut tracker, &mut clock, 0.4, rate, seen(Facing::Right, 10.0)), Facing::Left, "{rate}");
            assert!(tracker.contradicts(seen(Facing::Right, 10.0)));
            assert_eq!(feed(&mut tracker, &mut clock, 0.3, rate, seen(Facing::Right, 0.0)), Facing::Right, "{rate}");
        }
    }

    #[test]
    fn pictures_taken_one_by_one_need_only_a_few() {
        let (mut tracker, mut clock) = (FacingTracker::default(), 0.0);
        feed(&mut tracker, &mut clock, 5.0, 2.0, seen(Facing::Left, 0.0));
        assert_eq!(feed(&mut tracker, &mut clock, 1.5, 2.0, seen(Facing::Right, 0.0)), Facing::Right);
    }

    #[test]
    fn a_fixed_side_is_obeyed_until_it_is_freed() {
        let (mut tracker, mut clock) = (FacingTracker::default(), 0.0);
        tracker.fix(Some(Facing::Right));
        assert_eq!(feed(&mut tracker, &mut clock, 0.5, 30.0, seen(Facing::Left, 0.0)), Facing::Right);
        assert!(!tracker.contradicts(seen(Facing::Left, 0.0)));
        tracker.fix(None);
        assert_eq!(feed(&mut tracker, &mut clock, 0.5, 30.0, seen(Facing::Left, 0.0)), Facing::Left);
    }
}
