//! The trunk length, the unit of all lengths.

use std::collections::VecDeque;

use euclid::Angle;

use crate::statistics::median;
use crate::units::degrees;

use super::sagittal::{Skeleton, inclination};

/// Number of upright frames used for the trunk length. [own]
const MEMORY: usize = 90;

/// Maximum inclination of a standing person's trunk: from hip to shoulder it leans −6° to 3°. [own]
pub(super) const UPRIGHT: Angle<f32> = degrees(20.0);

/// The length of the trunk from hip to shoulder while the person stood upright: in a deep bend the pose network's hip
/// drifts forward and shortens it.
#[derive(Debug, Default)]
pub struct TrunkLength {
    upright: VecDeque<f32>,
    /// The length from elsewhere, until the person is seen upright.
    expected: Option<f32>,
}

impl TrunkLength {
    /// A trunk of this length in pixels, until the person is seen upright.
    pub fn expecting(length: Option<f32>) -> Self {
        Self { expected: length, ..Self::default() }
    }

    /// Adds a frame. Returns the length, pixels; the current one if the person has not stood upright yet.
    pub fn observe(&mut self, skeleton: &Skeleton) -> f32 {
        let trunk = skeleton.trunk();
        if inclination(trunk).radians.abs() < UPRIGHT.radians {
            self.upright.push_back(trunk.length());
            if self.upright.len() > MEMORY {
                self.upright.pop_front();
            }
        }
        self.length().or(self.expected).unwrap_or_else(|| trunk.length())
    }

    /// The length, pixels, once the person was seen upright.
    pub fn length(&self) -> Option<f32> {
        median(self.upright.iter().copied())
    }
}
