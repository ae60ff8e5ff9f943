//! The outline of the back: the only thing a side-on picture shows of the spine.

pub mod contour;
mod estimator;
mod facing;
#[cfg(test)]
pub(crate) mod made;
pub mod sagittal;
mod silhouette;

use euclid::Angle;

use crate::pose::CameraPoint;

pub use estimator::Estimator;
pub use sagittal::Facing;

/// The back in one frame: its curve on the skin (or shirt), three levels on it, and how each body segment leans.
///
/// Inclinations are from the vertical, positive forward, the direction the person faces.
#[derive(Clone, Debug, PartialEq)]
pub struct Dorsal {
    /// Which way the person faces.
    pub facing: Facing,
    /// The outline of the back from the sacrum to the neck, camera pixels.
    pub curve: Vec<CameraPoint>,
    /// The first sacral vertebra's place on the curve.
    pub s1: CameraPoint,
    /// Where thoracic spine and lumbar spine meet, on the curve.
    pub t12: CameraPoint,
    /// The seventh cervical vertebra's place on the curve: the root of the neck.
    pub c7: CameraPoint,
    /// The hip joint that the measurement uses, camera pixels (not the pose network's: that one drifts in deep bends).
    pub hip: CameraPoint,
    /// Pelvis inclination θp, by the sacrum.
    pub pelvis: Angle<f32>,
    /// Upper lumbar inclination θu, at T12/L1.
    pub upper_lumbar: Angle<f32>,
    /// Thigh inclination θt, knee to hip; negative when the hip is behind the knee, as in a hinge.
    pub thigh: Angle<f32>,
    /// How far the outline can be trusted, 0 to 1.
    pub confidence: f32,
}

/// Why no back could be found on a person who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// The back of the person is not on the outline: seen from the front or from behind.
    NotSideOn,
    /// An arm, another person, an object or the picture's edge hides part of the back.
    Hidden,
}
