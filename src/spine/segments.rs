//! The inclinations of the body's segments in one frame.

use euclid::Angle;

use super::sagittal::{Skeleton, inclination};

/// Inclinations of the segments from the vertical, positive forward, and the knee's angle.
///
/// Those of pelvis and upper lumbar spine come from the network, whose zero is the neutral stance of the generated
/// bodies rather than a plumb line through bones: use them for differences and drawing only.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Segments {
    /// Pelvis inclination θp.
    pub pelvis: Angle<f32>,
    /// Upper lumbar inclination θu.
    pub upper_lumbar: Angle<f32>,
    /// Thigh inclination θt, knee to hip; negative if the hip is behind the knee, as in a hinge.
    pub thigh: Angle<f32>,
    /// Trunk inclination, hip to shoulder.
    pub trunk: Angle<f32>,
    /// Knee flexion: shank inclination minus thigh inclination, 0 for a straight leg.
    pub knee: Angle<f32>,
}

impl Segments {
    /// The segments visible from the landmarks; pelvis and upper lumbar spine stay zero.
    pub fn of(skeleton: &Skeleton) -> Self {
        let thigh = inclination(skeleton.thigh());
        Self {
            thigh,
            trunk: inclination(skeleton.trunk()),
            knee: (inclination(skeleton.shank()) - thigh).signed(),
            ..Self::default()
        }
    }
}
