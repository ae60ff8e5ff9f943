//! Which way the person faces, decided once and kept: flips of side are the first complaint about tools of this kind.

use super::sagittal::{Facing, Orientation};

/// How much evidence is remembered, in frames seen exactly side-on.
const MEMORY: f32 = 15.0;

/// How much evidence for the other side makes the decision flip, in frames seen exactly side-on: about half a second.
const FLIP: f32 = 10.0;

/// Follows the evidence from frame to frame.
#[derive(Debug, Default)]
pub struct FacingTracker {
    /// Positive for [`Facing::Right`].
    evidence: f32,
    decided: Option<Facing>,
    fixed: Option<Facing>,
}

impl FacingTracker {
    /// Takes one frame's orientation and says which way the person faces.
    pub fn observe(&mut self, orientation: Orientation) -> Facing {
        let weight = orientation.yaw.radians.cos();
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

    /// Fixes the side, or with `None` goes back to the evidence.
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

    #[test]
    fn a_few_frames_to_the_contrary_do_not_flip_the_side() {
        let mut tracker = FacingTracker::default();
        for _ in 0..30 {
            assert_eq!(tracker.observe(seen(Facing::Left, 5.0)), Facing::Left);
        }
        for _ in 0..20 {
            assert_eq!(tracker.observe(seen(Facing::Right, 10.0)), Facing::Left);
        }
    }

    #[test]
    fn turning_round_flips_it_in_the_end() {
        let mut tracker = FacingTracker::default();
        for _ in 0..30 {
            tracker.observe(seen(Facing::Left, 0.0));
        }
        for _ in 0..40 {
            tracker.observe(seen(Facing::Right, 0.0));
        }
        assert_eq!(tracker.observe(seen(Facing::Right, 0.0)), Facing::Right);
    }

    #[test]
    fn a_first_frame_that_was_wrong_is_mended_soon() {
        let mut tracker = FacingTracker::default();
        tracker.observe(seen(Facing::Right, 0.0));
        let last = (0..12).map(|_| tracker.observe(seen(Facing::Left, 0.0))).last();
        assert_eq!(last, Some(Facing::Left));
    }

    #[test]
    fn a_fixed_side_is_obeyed_until_it_is_freed() {
        let mut tracker = FacingTracker::default();
        tracker.fix(Some(Facing::Right));
        assert_eq!(tracker.observe(seen(Facing::Left, 0.0)), Facing::Right);
        tracker.fix(None);
        assert_eq!(tracker.observe(seen(Facing::Left, 0.0)), Facing::Left);
    }
}
