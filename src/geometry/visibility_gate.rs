//! Whether the person can be measured, and if not, the main obstacle.

use euclid::{Angle, Box2D};

use crate::pose::{Camera, Joint, Pose, PoseResult};
use crate::spine::sagittal::{JointPair, Orientation, Skeleton, inclination};
use crate::units::degrees;

use super::State;

/// Minimum measurable size in standing, camera pixels: the rendered clips made smaller are measured as well down to 30, with
/// intervals that hold in 94 %; at 25 they hold in 87 % (`METHOD.md`, "View").
const LEAST_SIZE: f32 = 28.0;

/// How much smaller than in standing somebody looks in a bend at most, at the same distance: trunk and thigh both lean out of the
/// picture's plane. 0.82 is the least of the rendered clips (`METHOD.md`, "View").
const LEAST_SIZE_IN_A_BEND: f32 = 0.8 * LEAST_SIZE;

/// Left and right of head and trunk.
const UPPER: [(Joint, Joint); 2] = [(Joint::LeftEar, Joint::RightEar), (Joint::LeftShoulder, Joint::RightShoulder)];

/// Left and right of the legs, from the hips down.
const LEGS: [(Joint, Joint); 3] =
    [(Joint::LeftHip, Joint::RightHip), (Joint::LeftKnee, Joint::RightKnee), (Joint::LeftAnkle, Joint::RightAnkle)];

/// A leg whose joints are all farther inside the picture than this share of its longer side is not cut off by its edge:
/// where a leg ends at the edge, MediaPipe often places its next joint just inside. [own]
const NEAR_THE_EDGE: f32 = 0.05;

/// A shank inclined by more than this does not carry a standing person. In a deep squat it leans about 40°.
const LARGEST_SHANK: Angle<f32> = degrees(60.0);

/// The thigh of somebody who stands leans less than this: in a hinge it leans 20° to 45°, in sitting 86°. While it does, feet outside
/// the picture are no obstacle. [own]
const LARGEST_STANDING_THIGH: Angle<f32> = degrees(60.0);

/// A person whose knee is higher than the hip by more than this share of the thigh is sitting low or lying. [own]
const KNEE_ABOVE_HIP: f32 = 0.3;

/// How far behind the ankles the centre of mass of a standing person may be, relative to the leg's length: the heel
/// ends at 0.06 or 0.07, and the landmarks err. Of 36,599 generated views as MediaPipe would see them (squats and toe
/// touches among them) 1 in 10,000 is behind 0.12; rendered people who sit are at 0.18 to 0.33.
const FARTHEST_BACK: f32 = 0.13;

/// Balance is that of somebody side-on: of whoever is turned further, the pose network often misplaces the trunk. [own]: ten degrees,
/// by which its yaw errs, less than is measured.
const LARGEST_YAW_IN_BALANCE: Angle<f32> = degrees(20.0);

/// What is known of the person before a frame is looked at.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct KnownPerson {
    /// Who is measured: before that, one of several people in view could be anybody.
    pub person: bool,
    /// Their standing posture: it was large enough to be measured, and a bend may look smaller.
    pub standing: bool,
}

/// Returns the main obstacle to measuring the person; `None` if there is none.
pub fn obstacle(result: &PoseResult, known: KnownPerson) -> Option<State> {
    let Some(pose) = &result.pose else { return Some(State::Nobody) };
    // The side from this frame alone: a remembered one, from before the person turned round, could keep itself alive
    // for ever.
    let orientation = Orientation::of(pose);
    let skeleton = Skeleton::of(pose, orientation.facing);
    if !whole_body(pose, &skeleton) {
        Some(if legs_behind_something(pose) { State::LegsHidden } else { State::CutOff })
    } else if size(&skeleton) < if known.standing { LEAST_SIZE_IN_A_BEND } else { LEAST_SIZE } {
        Some(State::Far)
    } else if !on_the_feet(&skeleton) {
        let turned = orientation.yaw.radians > LARGEST_YAW_IN_BALANCE.radians && legs_stand(&skeleton);
        Some(if turned { State::Turned } else { State::NotStanding })
    } else if result.people > 1 && !known.person {
        Some(State::Several)
    } else {
        None
    }
}

/// Whether head, shoulders, hips and knees are in the picture, and the ankles or at least the upper halves of the
/// shanks: of each pair at least the nearer one. Feet outside the picture make hardly any difference (`METHOD.md`,
/// "View").
fn whole_body(pose: &Pose, skeleton: &Skeleton) -> bool {
    let picture = Box2D::<f32, Camera>::from_size(pose.picture_size);
    let seen = |joint: Joint| {
        let landmark = pose.landmark(joint);
        landmark.is_visible() && picture.contains(landmark.point)
    };
    let steep = inclination(skeleton.thigh()).radians.abs() < LARGEST_STANDING_THIGH.radians;
    let feet_beyond = |knee: Joint, ankle: Joint| {
        let [knee, ankle] = [knee, ankle].map(|joint| pose.point(joint));
        steep && !picture.contains(ankle) && picture.contains(knee.lerp(ankle, 0.5))
    };
    let [hips, knees, _] = LEGS;
    let shanks = [(Joint::LeftKnee, Joint::LeftAnkle), (Joint::RightKnee, Joint::RightAnkle)];
    UPPER.into_iter().chain([hips, knees]).all(|(left, right)| seen(left) || seen(right))
        && shanks.into_iter().any(|(knee, ankle)| seen(ankle) || feet_beyond(knee, ankle))
}

/// Whether hips, knees and ankles are all well inside the picture, though some of them cannot be seen.
fn legs_behind_something(pose: &Pose) -> bool {
    let margin = NEAR_THE_EDGE * pose.picture_size.width.max(pose.picture_size.height);
    let inner = Box2D::<f32, Camera>::from_size(pose.picture_size).inflate(-margin, -margin);
    let inside = |joint: Joint| inner.contains(pose.point(joint));
    let seen = |joint: Joint| pose.landmark(joint).is_visible();
    UPPER.into_iter().all(|(left, right)| seen(left) || seen(right))
        && LEGS.into_iter().all(|(left, right)| inside(left) && inside(right))
}

/// The person's size: the trunk or, since that looks shorter in a deep bend, the thigh.
fn size(skeleton: &Skeleton) -> f32 {
    skeleton.trunk().length().max(skeleton.thigh().length())
}

fn on_the_feet(skeleton: &Skeleton) -> bool {
    let thigh = skeleton.thigh();
    let upright_shank = inclination(skeleton.shank()).radians.abs() < LARGEST_SHANK.radians;
    upright_shank && thigh.y > -KNEE_ABOVE_HIP * thigh.length() && balance(skeleton) > -FARTHEST_BACK
}

/// Whether the legs are those of somebody standing, wherever the centre of mass seems to be.
fn legs_stand(skeleton: &Skeleton) -> bool {
    let leans_less = |leg, most: Angle<f32>| inclination(leg).radians.abs() < most.radians;
    leans_less(skeleton.thigh(), LARGEST_STANDING_THIGH) && leans_less(skeleton.shank(), LARGEST_SHANK)
}

/// How far in front of the ankles the centre of mass is, relative to the leg's length. Behind the feet, as in sitting,
/// nobody could stand. Segment masses and their centres as in Winter, "Biomechanics and Motor Control of Human
/// Movement", rounded; head and neck at the ear, hands with the forearms, feet at the ankle.
fn balance(skeleton: &Skeleton) -> f32 {
    let Skeleton { ear, shoulder, elbow, wrist, hip, knee, ankle } = skeleton;
    let at = |from: &JointPair, to: &JointPair, part: f32| from.middle().lerp(to.middle(), part).x;
    let masses = [
        (0.08, ear.middle().x),
        (0.50, at(hip, shoulder, 0.45)),
        (0.05, at(shoulder, elbow, 0.5)),
        (0.05, at(elbow, wrist, 0.5)),
        (0.20, at(hip, knee, 0.41)),
        (0.09, at(knee, ankle, 0.44)),
        (0.03, ankle.middle().x),
    ];
    let place: f32 = masses.iter().map(|(mass, x)| mass * x).sum();
    let leg = skeleton.thigh().length() + skeleton.shank().length();
    (place - ankle.middle().x) / leg.max(f32::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spine::Facing;
    use crate::spine::fixtures::{TestPosture, pose};

    fn state_of(pose: Pose) -> Option<State> {
        obstacle(&PoseResult { pose: Some(pose), people: 1 }, KnownPerson::default())
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let mut cut_off = pose(&TestPosture::default());
        for joint in [Joint::LeftAnkle, Joint::RightAnkle] {
            cut_off.landmarks[joint as usize].point.y = 970.0;
        }
        let mut without_shanks = cut_off.clone();
        for joint in [Joint::LeftKnee, Joint::RightKnee] {
            without_shanks.landmarks[joint as usize].point.y = 955.0;
        }
        let mut hidden_feet = pose(&TestPosture::default());
        for joint in [Joint::LeftAnkle, Joint::RightAnkle] {
            hidden_feet.landmarks[joint as usize].visibility = 0.2;
        }
        assert_eq!(obstacle(&PoseResult::default(), KnownPerson::default()), Some(State::Nobody));
        assert_eq!(state_of(without_shanks), Some(State::CutOff));
        assert_eq!(state_of(cut_off), None, "only the feet are beyond the picture");
        let mut sitting = pose(&TestPosture { thigh: -85.0, ..TestPosture::default() });
        for joint in [Joint::LeftAnkle, Joint::RightAnkle] {
            sitting.landmarks[joint as usize].point.y = 970.0;
        }
        assert_eq!(state_of(sitting), Some(State::CutOff), "who may sit must show the feet");
        assert_eq!(state_of(hidden_feet.clone()), Some(State::LegsHidden), "a table is before them");
        hidden_feet.landmarks[Joint::LeftAnkle as usize].point.y = 955.0;
        assert_eq!(state_of(hidden_feet.clone()), Some(State::CutOff), "or they are beyond the edge");
        for joint in [Joint::LeftShoulder, Joint::RightShoulder, Joint::LeftAnkle] {
            hidden_feet.landmarks[joint as usize].point.y = 600.0;
            hidden_feet.landmarks[joint as usize].visibility = 0.2;
        }
        assert_eq!(state_of(hidden_feet), Some(State::CutOff), "not only the legs");
        assert_eq!(state_of(pose(&TestPosture { trunk: 20.0, ..TestPosture::default() })), Some(State::Far));
        assert_eq!(state_of(pose(&TestPosture { roll: 90.0, ..TestPosture::default() })), Some(State::NotStanding));
        assert_eq!(state_of(pose(&TestPosture::default())), None);
        for facing in [Facing::Left, Facing::Right] {
            // The synthetic person's shanks are upright, so the trunk must lean this far to balance such thighs.
            let squat = TestPosture { pelvis: 70.0, thigh: -50.0, facing, ..TestPosture::default() };
            assert_eq!(state_of(pose(&squat)), None);
        }
    }

    #[test]
    fn whoever_bends_does_not_seem_farther_away() {
        let mut bent = pose(&TestPosture { trunk: 60.0, ..TestPosture::default() });
        let hip = bent.point(Joint::LeftHip);
        for shoulder in [Joint::LeftShoulder, Joint::RightShoulder] {
            bent.landmarks[shoulder as usize].point = hip + euclid::vec2(35.0, 5.0);
        }
        assert_eq!(state_of(bent), None);
    }

    #[test]
    fn whoever_stood_near_enough_may_look_smaller_in_a_bend() {
        let at = |trunk, standing| {
            let person = pose(&TestPosture { trunk, thigh: 0.0, ..TestPosture::default() });
            let longest = size(&Skeleton::of(&person, Orientation::of(&person).facing));
            let mut smaller = person.clone();
            for landmark in &mut smaller.landmarks {
                landmark.point = (landmark.point.to_vector() * (trunk / longest)).to_point();
            }
            obstacle(&PoseResult { pose: Some(smaller), people: 1 }, KnownPerson { person: standing, standing })
        };
        assert_eq!(at(25.0, false), Some(State::Far));
        assert_eq!(at(25.0, true), None);
        assert_eq!(at(20.0, true), Some(State::Far));
    }

    #[test]
    fn whoever_sits_has_their_mass_behind_their_feet() {
        for facing in [Facing::Left, Facing::Right] {
            for pelvis in [-10.0, 0.0, 20.0] {
                let sitting = TestPosture { pelvis, thigh: -85.0, facing, ..TestPosture::default() };
                assert_eq!(state_of(pose(&sitting)), Some(State::NotStanding), "{pelvis} {facing:?}");
            }
        }
    }

    #[test]
    fn whoever_stands_turned_is_turned_wherever_their_mass_seems_to_be() {
        let seen = |thigh, yaw| state_of(pose(&TestPosture { thigh, yaw, ..TestPosture::default() }));
        assert_eq!(seen(-30.0, 32.0), Some(State::Turned));
        assert_eq!(seen(-30.0, 5.0), Some(State::NotStanding), "leans with the back against something");
        assert_eq!(seen(-85.0, 32.0), Some(State::NotStanding), "sits");
        assert_eq!(seen(0.0, 32.0), None, "how far is too far is not decided here");
    }

    #[test]
    fn a_passer_by_is_in_the_way_only_until_standing_is_known() {
        let two = PoseResult { pose: Some(pose(&TestPosture::default())), people: 2 };
        assert_eq!(obstacle(&two, KnownPerson::default()), Some(State::Several));
        assert_eq!(obstacle(&two, KnownPerson { person: true, standing: true }), None);
    }
}
