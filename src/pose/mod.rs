//! Pose estimation: 33 landmarks and a mask, with the two networks of MediaPipe Pose.
//!
//! ```text
//! picture ──crop──▶ detector ──Region──▶ crop ──▶ landmarks ──▶ Pose
//!                                         ▲                      │
//!                                         └───── next Region ────┘
//! ```
//!
//! The [`Detector`] searches the picture, and the square in its middle, only while nobody is followed, where the one who is
//! followed is lost or suddenly elsewhere, or after a gap, and the whole about once a second to count people. After that each frame's landmarks give the next frame's [`Region`]: the [`Tracker`] implements that loop.
//!
//! The pipeline agrees with MediaPipe for Python to some hundredths of a crop pixel (`tests/parity.rs`), which is why
//! some of its quirks (8-bit crops, no half pixels) are kept although one would not choose them. MediaPipe's smoothing
//! of landmarks over time is left out on purpose: `geometry` filters angles, and two filters in a row only add delay.
//!
//! The module has no error type of its own: nobody in view is a normal result ([`PoseResult`]), and all that can fail
//! is loading and running the networks, an [`InferenceError`](crate::inference::InferenceError).

mod burnt_out;
mod crop;
mod detector;
mod head;
mod heatmap;
mod landmark;
mod landmarks;
mod mask_decoder;
mod tracker;

pub use crop::{Border, Cropper};
pub use detector::{Detection, Detector};
pub use head::head_box;
pub use landmark::{
    CROP_SIZE, Camera, CameraPoint, Crop, Joint, Landmark, Landmarks, Mask, Pose, PoseResult, Region, SideJoints, World,
};
pub use landmarks::{LandmarkNetwork, LandmarkOutput, Landmarker, RawLandmarkOutput};
pub use mask_decoder::{MaskDecoder, MaskFeatures, MaskWindow};
pub use tracker::Tracker;

/// Converts a logit to a probability, 0 to 1.
#[inline]
fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}
