//! Where the person is: 33 landmarks and a mask, by the two networks of MediaPipe Pose.
//!
//! The detector looks at the whole picture only while nobody is tracked; after that each frame's landmarks say where
//! the next frame's [`Region`] is.

pub mod runtime;

use euclid::{Angle, Point2D, Point3D, Transform2D};
use ndarray::Array2;

/// The space of the camera picture: pixels, x to the right, y down, not mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Camera {}

/// The space of the landmark network's input: 256 × 256 pixels, the person upright in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crop {}

/// MediaPipe's world space: metres, origin between the hips, y down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {}

/// A point in the camera picture, pixels.
pub type CameraPoint = Point2D<f32, Camera>;

/// Side of the landmark network's input and of its mask, pixels.
pub const CROP_SIZE: usize = 256;

/// The 33 landmarks of MediaPipe Pose, numbered as there; left and right are the person's own.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Joint {
    Nose,
    LeftEyeInner,
    LeftEye,
    LeftEyeOuter,
    RightEyeInner,
    RightEye,
    RightEyeOuter,
    LeftEar,
    RightEar,
    MouthLeft,
    MouthRight,
    LeftShoulder,
    RightShoulder,
    LeftElbow,
    RightElbow,
    LeftWrist,
    RightWrist,
    LeftPinky,
    RightPinky,
    LeftIndex,
    RightIndex,
    LeftThumb,
    RightThumb,
    LeftHip,
    RightHip,
    LeftKnee,
    RightKnee,
    LeftAnkle,
    RightAnkle,
    LeftHeel,
    RightHeel,
    LeftFootIndex,
    RightFootIndex,
}

impl Joint {
    /// How many there are.
    pub const COUNT: usize = 33;
}

/// One landmark.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Landmark {
    /// Where it is in the camera picture, pixels; may lie outside the picture.
    pub point: CameraPoint,
    /// How likely it is inside the picture and not hidden, 0 to 1.
    pub visibility: f32,
    /// Where it is in the body, metres.
    pub world: Point3D<f32, World>,
}

/// The square of the camera picture that the landmark network looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Its middle.
    pub center: CameraPoint,
    /// Its side, camera pixels.
    pub size: f32,
    /// How far it is turned, positive clockwise on the picture.
    pub rotation: Angle<f32>,
}

impl Region {
    /// Maps a point of the crop to the camera picture. Crop pixel `j` is the place `j / 256` of the region and camera
    /// pixel `x` is the place `x`: corner convention without half pixels, as in MediaPipe.
    pub fn camera_from_crop(&self) -> Transform2D<f32, Crop, Camera> {
        let half = CROP_SIZE as f32 / 2.0;
        let scale = self.size / CROP_SIZE as f32;
        Transform2D::translation(-half, -half)
            .then_scale(scale, scale)
            .then_rotate(self.rotation)
            .then_translate(self.center.to_vector())
    }
}

/// How likely each pixel of the crop belongs to the person.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// 256 × 256, row first, 0 to 1.
    pub likelihood: Array2<f32>,
}

/// One person in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Pose {
    /// By [`Joint`].
    pub landmarks: [Landmark; Joint::COUNT],
    /// How likely it is that the region holds a person at all, 0 to 1.
    pub presence: f32,
    /// The person's silhouette.
    pub mask: Mask,
    /// Where the mask lies in the camera picture.
    pub region: Region,
    /// Size of the camera picture, pixels: what lies outside was not seen.
    pub picture_size: euclid::Size2D<f32, Camera>,
}

impl Pose {
    /// The landmark of a joint.
    pub fn landmark(&self, joint: Joint) -> &Landmark {
        &self.landmarks[joint as usize]
    }

    /// The camera point of a joint.
    pub fn point(&self, joint: Joint) -> CameraPoint {
        self.landmark(joint).point
    }
}

/// What the pose networks make of one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sighting {
    /// The person who is followed, if anybody is there.
    pub pose: Option<Pose>,
    /// How many people were in view when last looked at the whole picture.
    pub people: usize,
}

/// Why the pose networks cannot be loaded or run. The message names the thing and the way out.
#[derive(Debug, thiserror::Error)]
pub enum PoseError {
    /// A model file is not there.
    #[error("the model {0} is missing: get the repository's models folder, or point --models to it")]
    ModelMissing(std::path::PathBuf),
}

/// Which landmark network to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Landmarker {
    /// `landmarks-full.onnx`: the default.
    #[default]
    Full,
    /// `landmarks-lite.onnx`: faster, its outline is noisier.
    Lite,
}

/// Follows one person from frame to frame.
#[derive(Debug)]
pub struct Tracker {}

impl Tracker {
    /// Loads the networks from the folder `models`.
    ///
    /// # Errors
    /// When a model file is missing, is not the one this program was made with, or cannot be loaded.
    pub fn open(
        _runtime: &runtime::Runtime,
        models: &std::path::Path,
        _landmarker: Landmarker,
    ) -> Result<Self, PoseError> {
        Err(PoseError::ModelMissing(models.to_owned()))
    }

    /// Looks at the next frame.
    ///
    /// # Errors
    /// When a network fails to run. Nobody in view is no error.
    pub fn observe(&mut self, _frame: &crate::source::Frame) -> Result<Sighting, PoseError> {
        Ok(Sighting::default())
    }
}
