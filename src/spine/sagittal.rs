//! The person seen from the side, always facing the same way.
//!
//! Everything about the back is computed in the [`Sagittal`] space, x forward (the direction the person faces) and y
//! up, so that no later code needs to know about left and right, or that y points down in pictures.

use euclid::{Angle, Point2D, Point3D, Transform2D, Vector2D};

use crate::pose::{Camera, Joint, Landmarks, Pose, World};

/// The sagittal plane: camera pixels, x forward (the direction the person faces), y up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sagittal {}

/// A point of the sagittal plane, pixels.
pub type SagittalPoint = Point2D<f32, Sagittal>;

/// A direction in the sagittal plane, pixels.
pub type SagittalVector = Vector2D<f32, Sagittal>;

/// Which way the person faces on the (not mirrored) camera picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facing {
    /// Towards x = 0.
    Left,
    /// Towards growing x.
    Right,
}

impl Facing {
    /// Maps the camera picture to the sagittal plane. Apart from the type it is its own inverse.
    pub fn sagittal_from_camera(self) -> Transform2D<f32, Camera, Sagittal> {
        match self {
            Self::Left => Transform2D::scale(-1.0, -1.0),
            Self::Right => Transform2D::scale(1.0, -1.0),
        }
    }

    /// Maps the sagittal plane back to the camera picture.
    pub fn camera_from_sagittal(self) -> Transform2D<f32, Sagittal, Camera> {
        self.sagittal_from_camera().with_source::<Sagittal>().with_destination::<Camera>()
    }
}

/// Inclination from the vertical, positive forward, −180° to 180°; zero for a vector straight up.
pub fn inclination(direction: SagittalVector) -> Angle<f32> {
    Angle::radians(direction.x.atan2(direction.y))
}

/// Weight of the feet compared with shoulders and hips together. [own]
const FEET_COUNT: f32 = 0.5;

/// Heel to toes of a person side-on, relative to the trunk's length: 0.25 to 0.38 on rendered people.
const FOOT_LENGTH: f32 = 0.3;

/// The body's rotation towards the camera, from the pose network's world landmarks.
///
/// The lines from the right to the left shoulder and hip point away from the camera if the person faces right, and
/// towards it if they face left: they give both the side and the yaw. On rendered people of known yaw it is within
/// about 10° (`METHOD.md`, "Back"). The feet, if visible, contribute to the side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orientation {
    /// Which way the person faces.
    pub facing: Facing,
    /// Angle between the person's sagittal plane and the picture, 0° (side-on) to 90° (seen from front or behind).
    pub yaw: Angle<f32>,
}

impl Orientation {
    /// The orientation of a single pose.
    pub fn of(pose: &Pose) -> Self {
        Self::of_landmarks(&pose.landmarks)
    }

    /// The same of its landmarks, as they are kept of a session.
    pub fn of_landmarks(landmarks: &Landmarks) -> Self {
        let pair = |left: Joint, right: Joint| [left, right].map(|joint| landmarks[joint as usize].world);
        let axis = trunk_axis(pair(Joint::LeftShoulder, Joint::RightShoulder), pair(Joint::LeftHip, Joint::RightHip));
        let evidence = axis.y / 2.0 + FEET_COUNT * feet_ahead(landmarks);
        let facing = if evidence >= 0.0 { Facing::Right } else { Facing::Left };
        Self { facing, yaw: yaw_of(axis) }
    }

    /// The yaw alone, of the left and the right shoulder and hip.
    pub fn yaw(shoulders: [Point3D<f32, World>; 2], hips: [Point3D<f32, World>; 2]) -> Angle<f32> {
        yaw_of(trunk_axis(shoulders, hips))
    }
}

/// The lines from the right to the left shoulder and hip as seen from above, together; each counts the same.
fn trunk_axis(shoulders: [Point3D<f32, World>; 2], hips: [Point3D<f32, World>; 2]) -> Vector2D<f32, World> {
    let across = |[left, right]: [Point3D<f32, World>; 2]| {
        let line = left - right;
        let line: Vector2D<f32, World> = Vector2D::new(line.x, line.z);
        line / line.length().max(f32::EPSILON)
    };
    across(shoulders) + across(hips)
}

fn yaw_of(axis: Vector2D<f32, World>) -> Angle<f32> {
    Angle::radians(axis.x.abs().atan2(axis.y.abs()))
}

/// How far the feet point to the right of the picture: ±1 for a person standing side-on, 0 if they are not visible.
fn feet_ahead(landmarks: &Landmarks) -> f32 {
    let point = |joint: Joint| landmarks[joint as usize].point;
    let middle = |left, right| point(left).lerp(point(right), 0.5);
    let trunk = middle(Joint::LeftShoulder, Joint::RightShoulder) - middle(Joint::LeftHip, Joint::RightHip);
    let feet = [(Joint::LeftHeel, Joint::LeftFootIndex), (Joint::RightHeel, Joint::RightFootIndex)];
    let seen = feet.into_iter().filter(|(_, toes)| landmarks[*toes as usize].is_visible());
    let ahead: f32 = seen.map(|(heel, toes)| point(toes).x - point(heel).x).sum();
    (ahead / (2.0 * FOOT_LENGTH * trunk.length().max(1.0))).clamp(-1.0, 1.0)
}

/// The same joint of both sides of the body, in the sagittal plane.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JointPair {
    /// The joint of the side towards the camera.
    pub near: SagittalPoint,
    /// The joint of the other side.
    pub far: SagittalPoint,
}

impl JointPair {
    /// The midpoint, in the body's own sagittal plane.
    pub fn middle(&self) -> SagittalPoint {
        self.near.lerp(self.far, 0.5)
    }

    /// From the midpoint to the near joint.
    pub fn half_apart(&self) -> SagittalVector {
        (self.near - self.far) * 0.5
    }
}

/// The joints used to find the back, in the sagittal plane.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Skeleton {
    pub ear: JointPair,
    pub shoulder: JointPair,
    pub elbow: JointPair,
    pub wrist: JointPair,
    pub hip: JointPair,
    pub knee: JointPair,
    pub ankle: JointPair,
}

impl Skeleton {
    /// The skeleton of a person who faces `facing`.
    pub fn of(pose: &Pose, facing: Facing) -> Self {
        let sagittal_from_camera = facing.sagittal_from_camera();
        let point = |joint: Joint| sagittal_from_camera.transform_point(pose.point(joint));
        // A person facing right has the right side towards the camera.
        let pair = |left: Joint, right: Joint| match facing {
            Facing::Right => JointPair { near: point(right), far: point(left) },
            Facing::Left => JointPair { near: point(left), far: point(right) },
        };
        Self {
            ear: pair(Joint::LeftEar, Joint::RightEar),
            shoulder: pair(Joint::LeftShoulder, Joint::RightShoulder),
            elbow: pair(Joint::LeftElbow, Joint::RightElbow),
            wrist: pair(Joint::LeftWrist, Joint::RightWrist),
            hip: pair(Joint::LeftHip, Joint::RightHip),
            knee: pair(Joint::LeftKnee, Joint::RightKnee),
            ankle: pair(Joint::LeftAnkle, Joint::RightAnkle),
        }
    }

    /// From the hip to the shoulder.
    pub fn trunk(&self) -> SagittalVector {
        self.shoulder.middle() - self.hip.middle()
    }

    /// From the knee to the hip.
    pub fn thigh(&self) -> SagittalVector {
        self.hip.middle() - self.knee.middle()
    }

    /// From the ankle to the knee.
    pub fn shank(&self) -> SagittalVector {
        self.knee.middle() - self.ankle.middle()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestPosture, pose};
    use super::*;

    #[test]
    fn shoulders_and_hips_tell_side_and_yaw() {
        for (facing, yaw) in [(Facing::Left, 0.0), (Facing::Right, 20.0), (Facing::Left, 60.0)] {
            let seen = Orientation::of(&pose(&TestPosture { facing, yaw, ..TestPosture::default() }));
            assert_eq!(seen.facing, facing);
            assert!((seen.yaw.to_degrees() - yaw).abs() < 0.1, "{seen:?}");
        }
    }

    #[test]
    fn where_shoulders_and_hips_hardly_tell_the_feet_decide() {
        let mut nearly_frontal = pose(&TestPosture { facing: Facing::Right, yaw: 85.0, ..TestPosture::default() });
        for toes in [Joint::LeftFootIndex, Joint::RightFootIndex] {
            nearly_frontal.landmarks[toes as usize].point.x -= 40.0;
        }
        assert_eq!(Orientation::of(&nearly_frontal).facing, Facing::Left);
        for toes in [Joint::LeftFootIndex, Joint::RightFootIndex] {
            nearly_frontal.landmarks[toes as usize].visibility = 0.1;
        }
        assert_eq!(Orientation::of(&nearly_frontal).facing, Facing::Right);
    }
}
