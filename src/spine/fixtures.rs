//! A synthetic person for tests: capsules for limbs, with known angles.

use euclid::{Angle, Point2D, Rotation2D, Size2D, Vector2D};
use ndarray::Array2;

use crate::pose::{CROP_SIZE, CameraPoint, Joint, Landmark, Mask, Pose, Region};

use super::Facing;
use super::sagittal::{SagittalPoint, SagittalVector};

/// The posture of a synthetic person, degrees.
#[derive(Clone, Copy, Debug)]
pub struct TestPosture {
    pub pelvis: f32,
    pub lumbar: f32,
    pub thigh: f32,
    pub facing: Facing,
    /// Rotation in the picture plane, for a camera that is not level.
    pub roll: f32,
    /// Length of the trunk, camera pixels.
    pub trunk: f32,
    /// Rotation towards the camera, degrees: only in the world landmarks.
    pub yaw: f32,
    /// Whether an elbow sticks out behind the low back.
    pub elbow_behind: bool,
}

impl Default for TestPosture {
    fn default() -> Self {
        let facing = Facing::Right;
        Self { pelvis: 0.0, lumbar: 0.0, thigh: 0.0, facing, roll: 0.0, trunk: 110.0, yaw: 0.0, elbow_behind: false }
    }
}

struct Capsule {
    from: SagittalPoint,
    to: SagittalPoint,
    radius: f32,
}

/// Builds the person from the ankle up: segment lengths and radii relative to the trunk's length.
struct TestBody {
    joints: Vec<(Joint, SagittalPoint)>,
    capsules: Vec<Capsule>,
}

fn leaning(degrees: f32) -> SagittalVector {
    let angle = Angle::degrees(degrees);
    SagittalVector::new(angle.radians.sin(), angle.radians.cos())
}

impl TestBody {
    fn of(posture: &TestPosture) -> Self {
        let unit = posture.trunk;
        let ankle = SagittalPoint::new(0.0, 0.0);
        let knee = ankle + leaning(0.0) * (0.8 * unit);
        let hip = knee + leaning(posture.thigh) * (0.8 * unit);
        let backwards = Rotation2D::new(Angle::degrees(90.0)).transform_vector(leaning(posture.pelvis));
        // The spine's axis runs behind the hip joint; the low back bends in three equal steps above the sacrum.
        let sacrum = hip + backwards * (0.03 * unit);
        let mut spine = vec![sacrum + leaning(posture.pelvis) * (0.22 * unit)];
        let mut lean = posture.pelvis;
        for _ in 0..3 {
            lean += posture.lumbar / 3.0;
            spine.push(spine[spine.len() - 1] + leaning(lean) * (0.08 * unit));
        }
        let neck = spine[spine.len() - 1] + leaning(lean) * (0.55 * unit);
        let shoulder = neck - leaning(lean) * (0.1 * unit)
            + Rotation2D::new(Angle::degrees(-90.0)).transform_vector(leaning(lean)) * (0.03 * unit);
        let head = neck + leaning(lean) * (0.3 * unit);
        let forward = Rotation2D::new(Angle::degrees(-90.0)).transform_vector(leaning(lean));
        let (elbow, wrist) = if posture.elbow_behind {
            (spine[1] - forward * (0.35 * unit), spine[1])
        } else {
            (shoulder + forward * (0.3 * unit), shoulder + forward * (0.5 * unit))
        };
        let mut capsules = vec![
            Capsule { from: ankle, to: knee, radius: 0.10 * unit },
            Capsule { from: knee, to: hip, radius: 0.14 * unit },
            Capsule { from: sacrum, to: spine[0], radius: 0.20 * unit },
            Capsule { from: *spine.last().unwrap(), to: neck - leaning(lean) * (0.15 * unit), radius: 0.20 * unit },
            Capsule { from: neck, to: head, radius: 0.11 * unit },
            Capsule { from: shoulder, to: elbow, radius: 0.07 * unit },
            Capsule { from: elbow, to: wrist, radius: 0.06 * unit },
        ];
        capsules.extend(spine.windows(2).map(|pair| Capsule { from: pair[0], to: pair[1], radius: 0.20 * unit }));
        let joints = vec![
            (Joint::LeftAnkle, ankle),
            (Joint::LeftKnee, knee),
            (Joint::LeftHip, hip),
            (Joint::LeftShoulder, shoulder),
            (Joint::LeftEar, head),
            (Joint::LeftElbow, elbow),
            (Joint::LeftWrist, wrist),
        ];
        Self { joints, capsules }
    }

    fn distance(&self, point: SagittalPoint) -> f32 {
        let to_axis = |capsule: &Capsule| {
            let axis = capsule.to - capsule.from;
            let along = ((point - capsule.from).dot(axis) / axis.square_length().max(1e-6)).clamp(0.0, 1.0);
            (point - (capsule.from + axis * along)).length() - capsule.radius
        };
        self.capsules.iter().map(to_axis).fold(f32::MAX, f32::min)
    }
}

/// The pose networks' result for a synthetic person in a 1280 × 960 picture.
pub fn pose(posture: &TestPosture) -> Pose {
    let body = TestBody::of(posture);
    let middle = SagittalPoint::new(0.0, 1.4 * posture.trunk);
    let center: CameraPoint = Point2D::new(640.0, 480.0);
    let roll = Rotation2D::new(Angle::degrees(posture.roll));
    let camera = |point: SagittalPoint| -> CameraPoint {
        let flat = posture.facing.camera_from_sagittal().transform_vector(point - middle);
        center + roll.transform_vector(flat)
    };
    let region = Region { center, size: 4.2 * posture.trunk, rotation: Angle::degrees(posture.roll) };
    let mut landmarks = [Landmark { visibility: 1.0, point: center, ..Landmark::default() }; Joint::COUNT];
    for (joint, point) in &body.joints {
        for side in [*joint as usize, *joint as usize + 1] {
            landmarks[side].point = camera(*point);
        }
    }
    let yaw = Angle::<f32>::degrees(posture.yaw);
    let away = if posture.facing == Facing::Right { 0.2 } else { -0.2 };
    for joint in [Joint::LeftShoulder, Joint::LeftHip] {
        let world = &mut landmarks[joint as usize].world;
        (world.x, world.z) = (away * yaw.radians.sin(), away * yaw.radians.cos());
    }
    let pixel = region.size / CROP_SIZE as f32;
    let sagittal_from_camera = posture.facing.sagittal_from_camera();
    let probability = Array2::from_shape_fn((CROP_SIZE, CROP_SIZE), |(row, column)| {
        let place = region.camera_from_crop().transform_point(Point2D::new(column as f32, row as f32));
        let unrolled: Vector2D<f32, _> = roll.inverse().transform_vector(place - center);
        let point = middle + sagittal_from_camera.transform_vector(unrolled);
        (0.5 - body.distance(point) / pixel).clamp(0.0, 1.0)
    });
    let burnt_out = Array2::from_elem(probability.dim(), false);
    let mask = Mask { probability, burnt_out };
    Pose { landmarks, presence: 1.0, mask, region, picture_size: Size2D::new(1280.0, 960.0) }
}
