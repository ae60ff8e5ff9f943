//! The pose of head, arms and legs in one frame, from the landmarks alone, in addition to the back's estimate.

use std::ops::RangeInclusive;

use euclid::Angle;

use super::build::Build;
use crate::pose::{CameraPoint, Joint, Pose};
use crate::spine::Facing;
use crate::spine::sagittal::{JointPair, Orientation, SagittalPoint, Skeleton, inclination};
use crate::units::degrees;

/// A hand is raised if its wrist is this much higher than the nearer ear, in trunk lengths. [own]: arms crossed, on the
/// hips or stretched forward in a bend stay below the ear or lean with the trunk.
const ABOVE_THE_EAR: f32 = 0.15;

/// Only a person who is roughly upright raises a hand on purpose: in a deep bend arms may hang beside the ear. [own]
const UPRIGHT: Angle<f32> = degrees(30.0);

/// An arm is stretched out if its wrist is this far from its shoulder, in trunk lengths. [own]: a straight arm measures
/// 1.15 (Drillis & Contini 1966: 0.33 of the height, the trunk 0.29); crossed arms and hands on the hips stay below.
const STRETCHED: f32 = 0.8;

/// Elevations at which an arm counts as held out in front, from hanging. [own]: level, give or take what tires nobody.
const LEVEL: RangeInclusive<f32> = 62.0..=118.0;

/// An arm that hangs is raised by no more than this. [own]
const HANGING: Angle<f32> = degrees(25.0);

/// What the hands do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hands {
    /// None.
    #[default]
    Down,
    /// One of them.
    One,
    /// Both.
    Both,
    /// None is above the head, and exactly one arm is held out level in front.
    Forward,
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
    /// The hands above the head, or one held out in front.
    pub hands: Hands,
    /// How far the only raised hand is to the side of the middle of the shoulders, trunk lengths, positive to the right of the
    /// camera's picture; `None` unless exactly one hand is above the head. About −1 to 1.
    pub hand_across: Option<f32>,
    /// Elevation of the arm that is stretched out highest: 0° hanging, 90° level, 180° above the head; `None` if no arm is
    /// seen stretched out, or the person is not upright. It is the same in front and at the side, so it needs no facing.
    pub raised: Option<Angle<f32>>,
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
    /// The build, while the person stands upright and no arm is raised, which would lift the shoulder; `None` in frames that were
    /// not measured.
    pub build: Option<Build>,
}

impl LimbPose {
    /// The limbs of a person who faces as `settled`, or as this single pose suggests if that is `None`.
    pub fn of(pose: &Pose, settled: Option<Facing>) -> Self {
        let facing = settled.unwrap_or_else(|| Orientation::of(pose).facing);
        let skeleton = Skeleton::of(pose, facing);
        let trunk = inclination(skeleton.trunk());
        let upright = trunk.radians.abs() < UPRIGHT.radians;
        let elevations = if upright { elevations(pose, skeleton.trunk().length()) } else { [None; 2] };
        let hands = if upright { hands(pose, skeleton.trunk().length(), elevations) } else { Hands::Down };
        let raised = elevations.into_iter().flatten().map(|angle| angle.radians).reduce(f32::max).map(Angle::radians);
        let lifted = hands != Hands::Down || raised.is_some_and(|raised| raised.radians > HANGING.radians);
        Self {
            hands,
            hand_across: (hands == Hands::One).then(|| hand_across(pose, skeleton.trunk().length())),
            raised,
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
            build: if lifted { None } else { Build::of(&pose.landmarks) },
        }
    }
}

fn leg(skeleton: &Skeleton, side: fn(JointPair) -> SagittalPoint) -> Leg {
    let [hip, knee, ankle] = [skeleton.hip, skeleton.knee, skeleton.ankle].map(side);
    Leg { thigh: inclination(hip - knee), shank: inclination(knee - ankle) }
}

/// The elevations of the left and the right arm, of each that is seen stretched out.
fn elevations(pose: &Pose, trunk: f32) -> [Option<Angle<f32>>; 2] {
    [(Joint::LeftShoulder, Joint::LeftWrist), (Joint::RightShoulder, Joint::RightWrist)].map(|(shoulder, wrist)| {
        let arm = pose.point(wrist) - pose.point(shoulder);
        let stretched = pose.landmark(wrist).is_visible() && arm.length() >= STRETCHED * trunk;
        stretched.then(|| Angle::radians(arm.x.abs().atan2(arm.y)))
    })
}

/// How far the higher wrist is to the right of the middle of the shoulders, trunk lengths.
fn hand_across(pose: &Pose, trunk: f32) -> f32 {
    let [left, right] = [Joint::LeftWrist, Joint::RightWrist].map(|wrist| pose.point(wrist));
    let wrist = if left.y < right.y { left } else { right };
    let middle = pose.point(Joint::LeftShoulder).lerp(pose.point(Joint::RightShoulder), 0.5);
    (wrist.x - middle.x) / trunk.max(1.0)
}

fn hands(pose: &Pose, trunk: f32, elevations: [Option<Angle<f32>>; 2]) -> Hands {
    let ear = pose.point(Joint::LeftEar).y.min(pose.point(Joint::RightEar).y);
    let raised = |wrist: Joint| {
        let wrist = pose.landmark(wrist);
        wrist.is_visible() && wrist.point.y < ear - ABOVE_THE_EAR * trunk
    };
    match (raised(Joint::LeftWrist), raised(Joint::RightWrist)) {
        (true, true) => Hands::Both,
        (false, false) => {
            let level = elevations.iter().flatten().filter(|angle| LEVEL.contains(&angle.to_degrees())).count();
            if level == 1 { Hands::Forward } else { Hands::Down }
        }
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
    fn where_a_raised_hand_is_counts_only_while_it_is_the_only_one() {
        let posture = TestPosture::default();
        let across = |wrists: [(Joint, f32, f32); 2]| {
            let mut pose = pose(&posture);
            let middle = pose.point(Joint::LeftShoulder).lerp(pose.point(Joint::RightShoulder), 0.5);
            for (wrist, right, above) in wrists {
                let y = pose.point(Joint::LeftEar).y - above * posture.trunk;
                pose.landmarks[wrist as usize].point = euclid::point2(middle.x + right * posture.trunk, y);
            }
            LimbPose::of(&pose, None).hand_across
        };
        let (left, right) = (Joint::LeftWrist, Joint::RightWrist);
        assert!((across([(left, 0.6, 0.4), (right, -0.2, -1.0)]).unwrap() - 0.6).abs() < 0.1);
        assert!((across([(left, 0.3, -1.0), (right, -0.8, 0.2)]).unwrap() + 0.8).abs() < 0.1);
        assert_eq!(across([(left, 0.6, 0.4), (right, -0.6, 0.4)]), None);
        assert_eq!(across([(left, 0.6, 0.0), (right, -0.6, -0.5)]), None);
    }

    /// A standing person whose arms, as long as in the tables, have these elevations.
    fn with_arms(left: f32, right: f32) -> LimbPose {
        let posture = TestPosture::default();
        let mut pose = pose(&posture);
        let sides = [(Joint::LeftShoulder, Joint::LeftWrist, left), (Joint::RightShoulder, Joint::RightWrist, right)];
        for (shoulder, wrist, elevation) in sides {
            let (sin, cos) = elevation.to_radians().sin_cos();
            pose.landmarks[wrist as usize].point =
                pose.point(shoulder) + euclid::vec2(sin, cos) * (1.15 * posture.trunk);
        }
        LimbPose::of(&pose, Some(posture.facing))
    }

    #[test]
    fn an_arm_held_out_in_front_is_told_from_one_above_the_head_and_from_both() {
        for (left, right, hands) in [
            (0.0, 5.0, Hands::Down),
            (90.0, 5.0, Hands::Forward),
            (-70.0, 5.0, Hands::Forward),
            (110.0, 20.0, Hands::Forward),
            (45.0, 5.0, Hands::Down),
            (90.0, 85.0, Hands::Down),
            (175.0, 5.0, Hands::One),
            (175.0, 90.0, Hands::One),
        ] {
            assert_eq!(with_arms(left, right).hands, hands, "{left}° and {right}°");
        }
    }

    #[test]
    fn the_elevation_is_that_of_the_higher_arm_in_front_or_at_the_side() {
        for elevation in [10.0, 45.0, 90.0, 150.0, 178.0] {
            for side in [elevation, -elevation] {
                let raised = with_arms(3.0, side).raised.unwrap().to_degrees();
                assert!((raised - elevation).abs() < 0.5, "{side}°: {raised}°");
            }
        }
        let bent = TestPosture { pelvis: 60.0, ..TestPosture::default() };
        assert_eq!(LimbPose::of(&pose(&bent), None).raised, None);
    }

    #[test]
    fn crossed_arms_are_not_stretched_out() {
        let posture = TestPosture::default();
        let mut pose = pose(&posture);
        for (shoulder, wrist) in [(Joint::LeftShoulder, Joint::LeftWrist), (Joint::RightShoulder, Joint::RightWrist)] {
            let chest = euclid::vec2(0.4, 0.35) * posture.trunk;
            pose.landmarks[wrist as usize].point = pose.point(shoulder) + chest;
        }
        let limbs = LimbPose::of(&pose, Some(posture.facing));
        assert_eq!((limbs.raised, limbs.hands), (None, Hands::Down));
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
