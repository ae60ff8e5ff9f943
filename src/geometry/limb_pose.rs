//! The pose of head, arms and legs in one frame, from the landmarks alone, in addition to the back's estimate.

use euclid::Angle;

use crate::pose::{CameraPoint, Joint, Pose};
use crate::spine::Facing;
use crate::spine::sagittal::{JointPair, Orientation, SagittalPoint, Skeleton, inclination};
use crate::units::degrees;

/// A hand is raised if its wrist is this much higher than the nearer ear, in trunk lengths. [own]: arms crossed, on the
/// hips or stretched forward in a bend stay below the ear or lean with the trunk.
const ABOVE_THE_EAR: f32 = 0.15;

/// Only a person who is roughly upright raises a hand on purpose: in a deep bend arms may hang beside the ear. [own]
const UPRIGHT: Angle<f32> = degrees(30.0);

/// The number of hands raised above the head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hands {
    /// None.
    #[default]
    Down,
    /// One of them.
    One,
    /// Both.
    Both,
}

/// One leg in one frame: its inclinations, positive if the upper joint is ahead of the lower, −180° to 180°.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Leg {
    /// From the knee to the hip: about −90° on a chair.
    pub thigh: Angle<f32>,
    /// From the ankle to the knee: about 90° on both knees.
    pub shank: Angle<f32>,
}

/// Head, arms and legs in one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LimbPose {
    /// The number of hands above the head.
    pub hands: Hands,
    /// Shank inclination, positive if the knee is ahead of the ankle. About −30° to 90°.
    pub shank: Angle<f32>,
    /// Inclination of the line from shoulder to ear minus that of the trunk: the smaller, the further the neck is
    /// extended, as when looking up at a screen in a bend. About −90° to 90°.
    pub neck: Angle<f32>,
    /// Inclination of the trunk, from the hip to the shoulder: about 0° upright, 90° on all fours. −180° to 180°.
    pub lean: Angle<f32>,
    /// Each leg, the nearer to the camera first.
    pub legs: [Leg; 2],
    /// Inclination of each upper arm, from the elbow to the shoulder, the nearer to the camera first; about 0° if the
    /// arms hang or bear weight on the floor below. −180° to 180°.
    pub upper_arms: [Angle<f32>; 2],
    /// The midpoint of the ankles, camera pixels.
    pub feet: CameraPoint,
    /// Length of the trunk (hip to shoulder), camera pixels.
    pub trunk: f32,
    /// Which way the person faces; `None` while undecided.
    pub facing: Option<Facing>,
}

impl LimbPose {
    /// The limbs of a person who faces as `settled`, or as this single pose suggests if that is `None`.
    pub fn of(pose: &Pose, settled: Option<Facing>) -> Self {
        let facing = settled.unwrap_or_else(|| Orientation::of(pose).facing);
        let skeleton = Skeleton::of(pose, facing);
        let trunk = inclination(skeleton.trunk());
        Self {
            hands: if trunk.radians.abs() < UPRIGHT.radians {
                hands(pose, skeleton.trunk().length())
            } else {
                Hands::Down
            },
            shank: inclination(skeleton.shank()),
            neck: (inclination(skeleton.ear.middle() - skeleton.shoulder.middle()) - trunk).signed(),
            lean: trunk,
            legs: [leg(&skeleton, |joint| joint.near), leg(&skeleton, |joint| joint.far)],
            upper_arms: [
                inclination(skeleton.shoulder.near - skeleton.elbow.near),
                inclination(skeleton.shoulder.far - skeleton.elbow.far),
            ],
            feet: pose.point(Joint::LeftAnkle).lerp(pose.point(Joint::RightAnkle), 0.5),
            trunk: skeleton.trunk().length(),
            facing: settled,
        }
    }
}

fn leg(skeleton: &Skeleton, side: fn(JointPair) -> SagittalPoint) -> Leg {
    let [hip, knee, ankle] = [skeleton.hip, skeleton.knee, skeleton.ankle].map(side);
    Leg { thigh: inclination(hip - knee), shank: inclination(knee - ankle) }
}

fn hands(pose: &Pose, trunk: f32) -> Hands {
    let ear = pose.point(Joint::LeftEar).y.min(pose.point(Joint::RightEar).y);
    let raised = |wrist: Joint| {
        let wrist = pose.landmark(wrist);
        wrist.is_visible() && wrist.point.y < ear - ABOVE_THE_EAR * trunk
    };
    match (raised(Joint::LeftWrist), raised(Joint::RightWrist)) {
        (true, true) => Hands::Both,
        (false, false) => Hands::Down,
        _ => Hands::One,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spine::fixtures::{TestPosture, pose};

    fn with_wrists(posture: &TestPosture, left: f32, right: f32) -> LimbPose {
        let mut pose = pose(posture);
        let ear = pose.point(Joint::LeftEar).y;
        for (wrist, above) in [(Joint::LeftWrist, left), (Joint::RightWrist, right)] {
            pose.landmarks[wrist as usize].point.y = ear - above * posture.trunk;
        }
        LimbPose::of(&pose, Some(posture.facing))
    }

    #[test]
    fn hands_above_the_head_are_counted_and_a_hand_at_the_ear_is_not() {
        let upright = TestPosture::default();
        assert_eq!(with_wrists(&upright, -0.5, -0.5).hands, Hands::Down);
        assert_eq!(with_wrists(&upright, 0.05, -0.5).hands, Hands::Down);
        assert_eq!(with_wrists(&upright, 0.5, -0.5).hands, Hands::One);
        assert_eq!(with_wrists(&upright, 0.5, 0.5).hands, Hands::Both);
        let bent = TestPosture { pelvis: 60.0, ..upright };
        assert_eq!(with_wrists(&bent, 0.5, 0.5).hands, Hands::Down);
    }

    #[test]
    fn a_hidden_wrist_is_not_raised() {
        let posture = TestPosture::default();
        let mut pose = pose(&posture);
        pose.landmarks[Joint::LeftWrist as usize].point.y -= 1000.0;
        pose.landmarks[Joint::LeftWrist as usize].visibility = 0.2;
        assert_eq!(LimbPose::of(&pose, None).hands, Hands::Down);
    }

    #[test]
    fn the_same_body_has_the_same_limbs_whichever_way_it_faces() {
        for facing in [Facing::Left, Facing::Right] {
            let limbs = LimbPose::of(&pose(&TestPosture { pelvis: 40.0, facing, ..TestPosture::default() }), None);
            assert!(limbs.shank.to_degrees().abs() < 0.1 && limbs.neck.to_degrees().abs() < 15.0, "{limbs:?}");
            assert!((limbs.trunk - 110.0).abs() < 20.0, "{limbs:?}");
        }
    }
}
