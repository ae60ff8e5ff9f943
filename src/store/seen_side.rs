//! How a person stood in the frames of a session that were measured: the side seen, and how far they were turned.

use euclid::Angle;

use super::sample::Sample;
use crate::geometry::State;
use crate::spine::Facing;
use crate::spine::sagittal::Orientation;
use crate::statistics::median;

/// The yaw is taken from this many samples with a body at most: its median does not get better by more.
const MOST: u64 = 2000;

/// How the person stood.
#[derive(Debug)]
pub struct SeenSide {
    /// Frames with the left side before the camera.
    pub left: u64,
    /// Frames with the right side before the camera.
    pub right: u64,
    yaw_deg: Vec<f32>,
    every: u64,
}

impl SeenSide {
    /// Of a session with so many frames.
    pub fn of(frames: u64) -> Self {
        Self { left: 0, right: 0, yaw_deg: Vec::new(), every: (frames / MOST).max(1) }
    }

    /// Takes the next sample.
    pub fn observe(&mut self, sample: &Sample) {
        let yaw = || sample.body.as_ref().map(|body| Orientation::of_landmarks(&body.landmarks).yaw);
        self.observe_turned(sample.state, sample.back.as_ref().map(|back| back.facing), yaw);
    }

    /// The same of one whose way of facing and yaw are told.
    pub fn observe_turned(&mut self, state: State, facing: Option<Facing>, yaw: impl FnOnce() -> Option<Angle<f32>>) {
        let (State::Measured, Some(facing)) = (state, facing) else { return };
        // Who faces right shows the right side.
        match facing {
            Facing::Left => self.left += 1,
            Facing::Right => self.right += 1,
        }
        let is_taken = (self.left + self.right).is_multiple_of(self.every);
        if is_taken && let Some(yaw) = yaw() {
            self.yaw_deg.push(yaw.to_degrees());
        }
    }

    /// The side seen in most frames, and its share of the frames in which one was, 0 to 1. `None` if none was.
    pub fn most(&self) -> Option<(Facing, f64)> {
        let (more, side) = if self.left > self.right { (self.left, Facing::Left) } else { (self.right, Facing::Right) };
        (more > 0).then(|| (side, more as f64 / (self.left + self.right) as f64))
    }

    /// The median of how far the person was turned out of side-on, degrees.
    pub fn yaw_deg(&self) -> Option<f32> {
        median(self.yaw_deg.iter().copied())
    }
}
