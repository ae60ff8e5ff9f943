//! The back, read from the person's outline, the only thing a side-on picture shows of the spine.
//!
//! The outline is extracted with sub-pixel accuracy from the mask ([`contour`]), converted to features ([`outline`]),
//! and read by a small network ([`network`]) that estimates the inclinations of pelvis, low back and thigh. The result
//! is the change from the person's own standing posture, which is found along the way ([`standing`]).

mod baseline;
pub mod contour;
mod error;
mod estimator;
mod facing;
#[cfg(test)]
pub(crate) mod fixtures;
mod identity;
pub mod network;
pub mod outline;
mod outline_watch;
mod overexposure;
mod picture_shape;
mod plausibility;
pub mod sagittal;
mod segments;
pub mod standing;
pub mod standing_quality;
pub mod survey;
mod thighs;
mod tops;
mod trunk_length;
mod upright_frame;

use euclid::Angle;

use crate::pose::CameraPoint;

pub use error::SpineError;
pub use estimator::Estimator;
pub use identity::away_since;
pub use picture_shape::{Distortion, PictureShapeWatch, ShapeDoubt};
pub use sagittal::Facing;
pub use segments::Segments;
pub use standing_quality::{StandingDoubt, StandingFlaw};
pub use survey::{StandingSurvey, SurveyedStanding};

/// The back in one frame: its curve on the skin (or shirt), three levels on it, and the change from standing.
#[derive(Clone, Debug, PartialEq)]
pub struct BackEstimate {
    /// Which way the person faces.
    pub facing: Facing,
    /// The outline of the back from the sacrum to the neck, or to the same height on hair that covers it, without an end that light
    /// hides; camera pixels.
    pub curve: Vec<CameraPoint>,
    /// The first sacral vertebra on the curve, or beyond it, where light hides the outline there; so are the next two.
    pub s1: CameraPoint,
    /// The junction of thoracic and lumbar spine on the curve.
    pub t12: CameraPoint,
    /// The seventh cervical vertebra on the curve: the root of the neck. Nothing else depends on it.
    pub c7: Result<CameraPoint, HairOverNeck>,
    /// Between the hip joints, camera pixels.
    pub hip: CameraPoint,
    /// The inclinations of the segments in this frame.
    pub segments: Segments,
    /// The change from standing, once that is known.
    pub change: Option<Change>,
    /// Probability that the region contains a person at all, 0 to 1.
    pub presence: f32,
}

impl BackEstimate {
    /// The upper end of the curve: C7, or about its height on the hair, or where light hides the rest.
    pub fn upper_end(&self) -> CameraPoint {
        self.curve.last().copied().unwrap_or(self.t12)
    }
}

/// Why C7 is unknown for a visible back: hair covers the neck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HairOverNeck;

/// An angle with its uncertainty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The angle.
    pub angle: Angle<f32>,
    /// Half width of its 90 % interval.
    pub half_width_90: Angle<f32>,
}

/// The change from standing, positive forward.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Pelvis inclination, Δθp.
    pub pelvis: Estimate,
    /// Upper lumbar inclination, Δθu.
    pub upper_lumbar: Estimate,
    /// Thigh inclination, Δθt.
    pub thigh: Estimate,
    /// Lumbar flexion, Δ(θu − θp).
    pub lumbar_flexion: Estimate,
    /// Hip flexion, Δ(θp − θt).
    pub hip_flexion: Estimate,
}

impl Change {
    /// The change with these inclinations of the three segments, without uncertainty.
    pub fn of_angles(pelvis: Angle<f32>, upper_lumbar: Angle<f32>, thigh: Angle<f32>) -> Self {
        let sure = |angle| Estimate { angle, half_width_90: Angle::zero() };
        Self {
            pelvis: sure(pelvis),
            upper_lumbar: sure(upper_lumbar),
            thigh: sure(thigh),
            lumbar_flexion: sure(upper_lumbar - pelvis),
            hip_flexion: sure(pelvis - thigh),
        }
    }

    /// This change with all values that depend on the outline of the back less certain by `more`.
    pub fn less_sure(&self, more: Angle<f32>) -> Self {
        let wider = |estimate: Estimate| Estimate { half_width_90: estimate.half_width_90 + more, ..estimate };
        Self {
            pelvis: wider(self.pelvis),
            upper_lumbar: wider(self.upper_lumbar),
            lumbar_flexion: wider(self.lumbar_flexion),
            hip_flexion: wider(self.hip_flexion),
            ..*self
        }
    }

    /// This change minus that of the `baseline`; the uncertainty is unchanged.
    pub fn relative_to(&self, baseline: &Self) -> Self {
        let less = |now: Estimate, baseline: Estimate| Estimate { angle: now.angle - baseline.angle, ..now };
        Self {
            pelvis: less(self.pelvis, baseline.pelvis),
            upper_lumbar: less(self.upper_lumbar, baseline.upper_lumbar),
            thigh: less(self.thigh, baseline.thigh),
            lumbar_flexion: less(self.lumbar_flexion, baseline.lumbar_flexion),
            hip_flexion: less(self.hip_flexion, baseline.hip_flexion),
        }
    }
}

/// The result for one frame: the back, or why it is not seen. Both are normal results; [`SpineError`] is a failure.
#[derive(Clone, Debug, PartialEq)]
pub enum BackSight<Reason = Unseen> {
    /// The back was found.
    Seen(BackEstimate),
    /// It was not found, for this reason.
    Unseen(Reason),
}

impl<Reason> BackSight<Reason> {
    /// Returns the back, if it was found.
    pub fn seen(self) -> Option<BackEstimate> {
        match self {
            Self::Seen(back) => Some(back),
            Self::Unseen(_) => None,
        }
    }
}

/// Why the back of a visible person could not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// The back is not on the outline: the person is seen from the front or from behind.
    NotSideOn,
    /// Part of the back is outside the picture.
    CutOff,
    /// An arm, another person or an object hides the back.
    Hidden,
    /// The shape of the thighs is hidden, as by a skirt or a coat.
    Covered,
    /// Light behind the person hides the back: shirt and background are one white.
    Glare,
    /// Something before the legs hides their shape, as a weight in the hands.
    LegsHidden,
}
