//! How the body's segments lean in one frame.

use euclid::Angle;

use super::sagittal::{Skeleton, inclination};

/// Inclinations of the segments from the vertical, positive forward, and the knee's angle.
///
/// Those of pelvis and upper lumbar spine are the network's, whose zero is the neutral stance of the generated bodies
/// rather than a plumb line through bones: they serve for differences and for drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Segments {
    /// Pelvis inclination θp.
    pub pelvis: Angle<f32>,
    /// Upper lumbar inclination θu.
    pub upper_lumbar: Angle<f32>,
    /// Thigh inclination θt, knee to hip; negative when the hip is behind the knee, as in a hinge.
    pub thigh: Angle<f32>,
    /// Trunk inclination, hip to shoulder.
    pub trunk: Angle<f32>,
    /// Knee flexion: shank inclination minus thigh inclination, 0 for a straight leg.
    pub knee: Angle<f32>,
}

impl Segments {
    /// The segments that the landmarks show; pelvis and upper lumbar spine stay zero.
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
