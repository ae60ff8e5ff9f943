//! Whether the person stands so that they can be measured, and if not, what is most in the way.

use euclid::{Angle, Box2D};

use crate::pose::{Camera, Joint, Pose, Sighting};
use crate::spine::Facing;
use crate::spine::sagittal::Skeleton;

use super::State;
use super::segments::shank;

/// Below this visibility a joint counts as not in the picture. MediaPipe's own samples draw from 0.5 on.
const VISIBLE: f32 = 0.5;

/// Shortest trunk (hip to shoulder) that is measured, camera pixels: below it the mask is finer than the picture.
const SHORTEST_TRUNK: f32 = 40.0;

/// A shank that leans more than this does not carry a standing person. In a deep squat it leans about 40°.
const LARGEST_SHANK: Angle<f32> = Angle { radians: 60.0 * std::f32::consts::PI / 180.0 };

/// A knee that is higher than the hip by more than this share of the thigh belongs to somebody who sits low or lies.
const KNEE_ABOVE_HIP: f32 = 0.3;

/// What keeps the person from being measured, the most blocking first; `None` if nothing does.
pub fn obstacle(sighting: &Sighting, facing: Facing) -> Option<State> {
    let Some(pose) = &sighting.pose else { return Some(State::Nobody) };
    let skeleton = Skeleton::of(pose, facing);
    if !whole_body(pose) {
        Some(State::CutOff)
    } else if skeleton.trunk().length() < SHORTEST_TRUNK {
        Some(State::Far)
    } else if !standing(&skeleton) {
        Some(State::NotStanding)
    } else {
        None
    }
}

/// Whether head, shoulders, hips, knees and ankles are in the picture: of each pair at least the nearer one.
fn whole_body(pose: &Pose) -> bool {
    let picture = Box2D::<f32, Camera>::from_size(pose.picture_size);
    let seen = |joint: Joint| {
        let landmark = pose.landmark(joint);
        landmark.visibility >= VISIBLE && picture.contains(landmark.point)
    };
    [
        (Joint::LeftEar, Joint::RightEar),
        (Joint::LeftShoulder, Joint::RightShoulder),
        (Joint::LeftHip, Joint::RightHip),
        (Joint::LeftKnee, Joint::RightKnee),
        (Joint::LeftAnkle, Joint::RightAnkle),
    ]
    .into_iter()
    .all(|(left, right)| seen(left) || seen(right))
}

fn standing(skeleton: &Skeleton) -> bool {
    let thigh = skeleton.hip - skeleton.knee;
    let on_the_feet = shank(skeleton).radians.abs() < LARGEST_SHANK.radians;
    let hip_high = thigh.y > -KNEE_ABOVE_HIP * thigh.length();
    on_the_feet && hip_high
}
