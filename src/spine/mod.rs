//! The outline of the back: the only thing a side-on picture shows of the spine.

pub mod contour;

use euclid::Angle;

use crate::pose::CameraPoint;

/// Which way the person faces on the (not mirrored) camera picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facing {
    /// Towards x = 0.
    Left,
    /// Towards growing x.
    Right,
}

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
    /// Thigh inclination θt, hip to knee; positive when the knee is in front of the hip.
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

/// Finds the back on the person's silhouette, frame by frame.
#[derive(Debug, Default)]
pub struct Estimator {}

impl Estimator {
    /// Finds the back of the person in `pose`.
    ///
    /// # Errors
    /// When the back cannot be seen; that is an ordinary answer, not a failure.
    pub fn estimate(&mut self, _pose: &crate::pose::Pose) -> Result<Dorsal, Unseen> {
        Err(Unseen::Hidden)
    }

    /// Fixes which way the person faces, or with `None` goes back to telling it from the picture.
    pub fn face(&mut self, _facing: Option<Facing>) {}

    /// Forgets the person's proportions.
    pub fn forget(&mut self) {}
}
