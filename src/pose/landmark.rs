//! The results of the pose networks: landmarks, mask, and the region of the picture they belong to.
//!
//! Points carry their space in the type, because all three spaces here (picture, crop, metres) are "x right, y down"
//! and a mix-up would look plausible on the screen.

use euclid::{Angle, Point2D, Point3D, Size2D, Transform2D, Vector2D};
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

/// A landmark counts as seen above this visibility, from which on MediaPipe's own samples draw it.
const VISIBLE: f32 = 0.5;

/// Size of a region relative to the circle round the person (MediaPipe's `pose_detection_to_roi`).
const REGION_SCALE: f32 = 1.25;

/// Valid sides of a region, pixels: outside this range the networks returned nonsense.
const REGION_SIZES: std::ops::Range<f32> = 8.0..1e5;

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
    /// The number of joints.
    pub const COUNT: usize = 33;
}

/// The drawn joints of one side of the body, each row from the trunk outwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SideJoints {
    /// Shoulder, elbow, wrist.
    pub arm: [Joint; 3],
    /// Hip, knee, ankle, toes.
    pub leg: [Joint; 4],
    /// The ear.
    pub ear: Joint,
}

impl SideJoints {
    /// The left side.
    pub const LEFT: Self = Self {
        arm: [Joint::LeftShoulder, Joint::LeftElbow, Joint::LeftWrist],
        leg: [Joint::LeftHip, Joint::LeftKnee, Joint::LeftAnkle, Joint::LeftFootIndex],
        ear: Joint::LeftEar,
    };
    /// The right side.
    pub const RIGHT: Self = Self {
        arm: [Joint::RightShoulder, Joint::RightElbow, Joint::RightWrist],
        leg: [Joint::RightHip, Joint::RightKnee, Joint::RightAnkle, Joint::RightFootIndex],
        ear: Joint::RightEar,
    };
}

/// One landmark.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Landmark {
    /// Position in the camera picture, pixels; may be outside the picture.
    pub point: CameraPoint,
    /// Probability that it is inside the picture and not hidden, 0 to 1.
    pub visibility: f32,
    /// Position relative to the body, metres.
    pub world: Point3D<f32, World>,
}

/// The landmarks of a person, by [`Joint`].
pub type Landmarks = [Landmark; Joint::COUNT];

impl Landmark {
    /// Whether it is seen rather than guessed.
    pub fn is_visible(&self) -> bool {
        self.visibility >= VISIBLE
    }
}

/// The square of the camera picture that the landmark network sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Its centre.
    pub center: CameraPoint,
    /// Its side, camera pixels.
    pub size: f32,
    /// Its rotation, positive clockwise on the picture.
    pub rotation: Angle<f32>,
}

impl Region {
    /// The region that MediaPipe derives from two points of a person: `hips`, the midpoint of the hips, and `rim`, a
    /// point on the circle round the whole person, straight above the hips along the body. A quarter is added all
    /// round.
    ///
    /// Returns `None` if the points are too close together or too far away for a person.
    pub fn around(hips: CameraPoint, rim: CameraPoint) -> Option<Self> {
        let up = rim - hips;
        let size = 2.0 * REGION_SCALE * up.length();
        let plausible = REGION_SIZES.contains(&size) && hips.to_vector().length() < REGION_SIZES.end;
        // Not euclid's `angle_from_x_axis`: that one is an approximation and undefined for a zero vector.
        let rotation = Angle::radians(up.x.atan2(-up.y));
        plausible.then_some(Self { center: hips, size, rotation })
    }

    /// The whole picture with a border that makes it square.
    pub fn whole(picture_size: Size2D<f32, Camera>) -> Self {
        Self {
            center: (picture_size / 2.0).to_vector().to_point(),
            size: picture_size.width.max(picture_size.height),
            rotation: Angle::zero(),
        }
    }

    /// The largest square centred in the picture.
    pub fn middle(picture_size: Size2D<f32, Camera>) -> Self {
        Self { size: picture_size.width.min(picture_size.height), ..Self::whole(picture_size) }
    }

    /// Maps a point of the crop to the camera picture. Crop pixel `j` is at `j / 256` of the region and camera pixel
    /// `x` is at `x`: corner convention without half pixels, as in MediaPipe.
    pub fn camera_from_crop(&self) -> Transform2D<f32, Crop, Camera> {
        let half = CROP_SIZE as f32 / 2.0;
        let scale = self.size / CROP_SIZE as f32;
        Transform2D::translation(-half, -half)
            .then_scale(scale, scale)
            .then_rotate(self.rotation)
            .then_translate(self.center.to_vector())
    }

    /// Maps a point of the camera picture to the crop: the inverse of [`Region::camera_from_crop`].
    pub fn crop_from_camera(&self) -> Transform2D<f32, Camera, Crop> {
        let half = CROP_SIZE as f32 / 2.0;
        let scale = CROP_SIZE as f32 / self.size;
        Transform2D::translation(-self.center.x, -self.center.y)
            .then_rotate(-self.rotation)
            .then_scale(scale, scale)
            .then_translate(Vector2D::new(half, half))
    }
}

/// What each pixel of the crop is.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// The probability that it belongs to the person: 256 × 256, row-major, 0 to 1.
    pub probability: Array2<f32>,
    /// Whether the picture is burnt out there, so that no edge can be seen in it: 256 × 256, row-major.
    pub burnt_out: Array2<bool>,
}

/// One person in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Pose {
    /// Indexed by [`Joint`].
    pub landmarks: Landmarks,
    /// Probability that the region contains a person at all, 0 to 1.
    pub presence: f32,
    /// The person's silhouette.
    pub mask: Mask,
    /// The position of the mask in the camera picture.
    pub region: Region,
    /// Size of the camera picture, pixels: nothing outside it was seen.
    pub picture_size: Size2D<f32, Camera>,
}

impl Pose {
    /// Returns the landmark of a joint.
    pub fn landmark(&self, joint: Joint) -> &Landmark {
        &self.landmarks[joint as usize]
    }

    /// Returns the camera point of a joint.
    pub fn point(&self, joint: Joint) -> CameraPoint {
        self.landmark(joint).point
    }
}

/// The result of the pose networks for one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoseResult {
    /// The followed person, if there is one.
    pub pose: Option<Pose>,
    /// The number of people at the last search or count. Beside a followed person only those of about the
    /// same size count, since smaller ones are far behind or on the wall.
    pub people: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use euclid::{point2, size2};
    use proptest::prelude::*;

    #[test]
    fn a_person_upright_is_not_turned() {
        let region = Region::around(point2(100.0, 200.0), point2(100.0, 120.0)).unwrap();
        assert_eq!(region.center, point2(100.0, 200.0));
        assert!((region.size - 200.0).abs() < 1e-3);
        assert!(region.rotation.radians.abs() < 1e-6);
    }

    #[test]
    fn a_person_lying_to_the_right_is_turned_clockwise() {
        let region = Region::around(point2(100.0, 200.0), point2(180.0, 200.0)).unwrap();
        assert!((region.rotation.to_degrees() - 90.0).abs() < 1e-4);
        let head = region.camera_from_crop().transform_point(point2(128.0, 0.0));
        assert!((head - point2(200.0, 200.0)).length() < 1e-3, "the crop's top is to the right: {head:?}");
    }

    #[test]
    fn points_that_mean_no_person_give_no_region() {
        let hips = point2(100.0, 200.0);
        assert_eq!(Region::around(hips, hips), None);
        assert_eq!(Region::around(hips, point2(f32::NAN, 0.0)), None);
        assert_eq!(Region::around(hips, point2(1e9, 0.0)), None);
        assert_eq!(Region::around(point2(1e9, 0.0), point2(1e9, 100.0)), None);
    }

    #[test]
    fn the_whole_picture_is_squared_round_its_middle() {
        let region = Region::whole(size2(640.0, 480.0));
        assert_eq!(region.camera_from_crop().transform_point(point2(0.0, 0.0)), point2(0.0, -80.0));
    }

    proptest! {
        #[test]
        fn crop_and_camera_are_inverse(
            x in -500.0f32..1500.0, y in -500.0f32..1500.0, size in 20.0f32..2000.0, turn in -3.1f32..3.1,
            u in -50.0f32..300.0, v in -50.0f32..300.0,
        ) {
            let region = Region { center: point2(x, y), size, rotation: Angle::radians(turn) };
            let there = region.camera_from_crop().transform_point(point2(u, v));
            let back = region.crop_from_camera().transform_point(there);
            prop_assert!((back - point2(u, v)).length() < 0.05, "{back:?}");
        }
    }
}
