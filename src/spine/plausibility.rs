//! Whether the outline can be that of one person, in clothes that reveal their shape.
//!
//! A skirt, a coat, a second person included in the mask or hands stretched out behind give an outline like any other,
//! and the network answers it. It is not asked beyond its training data, or where its intervals no longer hold
//! (`METHOD.md`, "View").

use euclid::Angle;

use crate::units::degrees;

use super::outline::{JOINTS, Outline, SIZE, distance_to_segment};
use super::sagittal::{SagittalPoint, SagittalVector, Skeleton, inclination};
use super::standing::{MOST_GROWN, Standing};
use super::trunk_length::UPRIGHT;
use super::{Change, Unseen, thighs};

/// Greatest distance of the back's outline from the bones, root mean square, in trunk lengths. Of 13,152 bends of
/// generated people who were not trained on, 73 are beyond it, and there the network's 90 % intervals hold in three of
/// four.
const FARTHEST_FROM_BONES: f32 = 0.5;

/// How much more area it may enclose if a leg appears from behind the other, for each trunk length that the ankles are
/// farther apart than in standing: a leg is some 0.2 trunk lengths broad, and 0.2 of the whole outline. [own]
const STRIDE: f32 = 0.5;

/// A leg that looks longer by less counts as equally far away as in standing: the landmarks of knee and ankle err by
/// this much. [own]
const NEARER: f32 = 1.1;

/// The angle, seen from the shoulder, by which an arm along the back points behind the trunk's line. Of generated
/// people with both arms there, 93 of a hundred bends are in this range, of those with other arm positions 138 of
/// 10,159 (`METHOD.md`, "Plausibility"). [own]
const BEHIND_TRUNK: std::ops::Range<f32> = degrees(10.0).radians..degrees(80.0).radians;

/// Greatest bend of the elbow of such an arm. With the hands on the hips it is bent more. [own]
const STRAIGHT_ELBOW: Angle<f32> = degrees(45.0);

/// The largest half width of the 90 % interval of lumbar flexion that still counts as a measurement: a wider interval
/// reaches from a straight back to a strongly rounded one. Of 9,223 held-out bends of generated people 402 are beyond
/// it, which err by 10° in the mean, the others by 5° (`METHOD.md`, "Plausibility"). [own]
const LEAST_SURE: Angle<f32> = degrees(20.0);

/// The same where light behind the back adds to it, for that doubt is known and no sign of anything else. [own]
const LEAST_SURE_IN_LIGHT: Angle<f32> = degrees(25.0);

/// Returns the objection to measuring `outline`, if any. Also used for a first standing posture; `standing` is then not
/// known.
pub fn objection(outline: &Outline, skeleton: &Skeleton, trunk: f32, standing: Option<&Standing>) -> Option<Unseen> {
    let grown = |standing: &Standing| growth(outline, standing) > MOST_GROWN + STRIDE * stride(outline, standing);
    if standing.is_some_and(|standing| thighs::are_covered(&standing.features)) {
        Some(Unseen::Covered)
    } else if distance_from_bones(&outline.dorsal, skeleton) > FARTHEST_FROM_BONES * trunk
        || standing.is_some_and(grown)
        || arms_along_back(skeleton)
    {
        Some(Unseen::Hidden)
    } else {
        None
    }
}

/// Returns the objection to a change from standing, if any; `light` is how much less sure it is for light behind the back.
pub fn objection_to_change(change: &Change, light: Angle<f32>) -> Option<Unseen> {
    let wider_than = |limit: Angle<f32>, change: &Change| change.lumbar_flexion.half_width_90.radians > limit.radians;
    let in_light = || wider_than(LEAST_SURE_IN_LIGHT, &change.less_sure(light)).then_some(Unseen::Glare);
    wider_than(LEAST_SURE, change).then_some(Unseen::Hidden).or_else(in_light)
}

/// Whether both arms lie along the back of a person leaning forward: the outline is then that of the arms, not of the
/// back.
fn arms_along_back(skeleton: &Skeleton) -> bool {
    let Skeleton { shoulder, elbow, wrist, .. } = skeleton;
    let trunk = -skeleton.trunk();
    let along = |shoulder: SagittalPoint, elbow: SagittalPoint, wrist: SagittalPoint| {
        let bend = (elbow - shoulder).angle_to(wrist - elbow);
        bend.radians.abs() < STRAIGHT_ELBOW.radians
            && BEHIND_TRUNK.contains(&(wrist - shoulder).angle_to(trunk).radians)
    };
    inclination(skeleton.trunk()).radians > UPRIGHT.radians
        && along(shoulder.near, elbow.near, wrist.near)
        && along(shoulder.far, elbow.far, wrist.far)
}

/// The area relative to that in standing, corrected if the person came nearer: then thigh and shank both look clearly
/// longer.
fn growth(outline: &Outline, standing: &Standing) -> f32 {
    let [now, before] = [&outline.features, &standing.features].map(|features| leg(features));
    let longer =
        now.into_iter().zip(before).map(|(now, before)| now / before.max(f32::EPSILON)).fold(f32::MAX, f32::min);
    let nearer = if longer > NEARER { longer } else { 1.0 };
    outline.area / (standing.area.max(f32::EPSILON) * nearer * nearer)
}

/// How much farther apart the ankles are than in standing, trunk lengths; 0 if they are closer together.
fn stride(outline: &Outline, standing: &Standing) -> f32 {
    let apart = |[.., x, y]: &[f32; SIZE]| 2.0 * x.hypot(*y);
    (apart(&outline.features) - apart(&standing.features)).max(0.0)
}

/// The lengths of thigh and shank, trunk lengths.
fn leg(features: &[f32; SIZE]) -> [f32; 2] {
    let joint = |number: usize| SagittalVector::new(features[JOINTS + 2 * number], features[JOINTS + 2 * number + 1]);
    let [hip, knee, ankle] = [2, 3, 4].map(joint);
    [(hip - knee).length(), (knee - ankle).length()]
}

/// Root mean square distance of a line to neck, trunk and thigh, pixels.
fn distance_from_bones(line: &[SagittalPoint], skeleton: &Skeleton) -> f32 {
    let [ear, shoulder, hip, knee] =
        [skeleton.ear, skeleton.shoulder, skeleton.hip, skeleton.knee].map(|pair| pair.middle());
    let nearest = |point: SagittalPoint| {
        let bones = [(ear, shoulder), (shoulder, hip), (hip, knee)];
        bones.map(|(from, to)| distance_to_segment(point, from, to)).into_iter().fold(f32::MAX, f32::min)
    };
    let sum: f32 = line.iter().map(|point| nearest(*point).powi(2)).sum();
    (sum / line.len().max(1) as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::Segments;
    use super::super::fixtures::{TestPosture, pose};
    use super::super::sagittal::JointPair;
    use super::*;

    fn outline(posture: TestPosture) -> (Outline, Skeleton) {
        let pose = pose(&posture);
        let skeleton = Skeleton::of(&pose, posture.facing);
        (Outline::of(&pose, posture.facing, &skeleton, posture.trunk).unwrap(), skeleton)
    }

    fn objection_to(outline: &Outline, skeleton: &Skeleton, standing: &Outline) -> Option<Unseen> {
        let Outline { features, area, .. } = standing.clone();
        let standing = Standing { segments: Segments::default(), features, area };
        objection(outline, skeleton, TestPosture::default().trunk, Some(&standing))
    }

    #[test]
    fn who_bends_over_is_measured() {
        let (standing, _) = outline(TestPosture::default());
        let (bent, skeleton) =
            outline(TestPosture { pelvis: 50.0, lumbar: 40.0, thigh: -10.0, ..TestPosture::default() });
        assert_eq!(objection_to(&bent, &skeleton, &standing), None);
    }

    #[test]
    fn a_skirt_is_too_broad_for_thighs() {
        let (mut standing, skeleton) = outline(TestPosture::default());
        assert_eq!(objection_to(&standing, &skeleton, &standing), None);
        standing.features[0] -= 0.5;
        assert_eq!(objection_to(&standing, &skeleton, &standing), Some(Unseen::Covered));
    }

    #[test]
    fn a_back_far_behind_the_bones_is_somebody_elses() {
        let (mut outline, skeleton) = outline(TestPosture::default());
        let standing = outline.clone();
        for point in &mut outline.dorsal {
            point.x -= 0.4 * TestPosture::default().trunk;
        }
        assert_eq!(objection_to(&outline, &skeleton, &standing), Some(Unseen::Hidden));
    }

    #[test]
    fn a_first_standing_is_doubted_too() {
        let (mut outline, skeleton) = outline(TestPosture::default());
        let trunk = TestPosture::default().trunk;
        assert_eq!(objection(&outline, &skeleton, trunk, None), None);
        for point in &mut outline.dorsal {
            point.x -= 0.9 * trunk;
        }
        assert_eq!(objection(&outline, &skeleton, trunk, None), Some(Unseen::Hidden));
    }

    #[test]
    fn both_straight_arms_along_a_bent_back_hide_it() {
        // Leans forward by 45°; arms of two equal parts, each at an angle behind the trunk's line.
        let arms = |near: [f32; 2], far: [f32; 2], lean: f32| {
            let trunk = SagittalVector::from_angle_and_length(Angle::degrees(90.0 - lean), 100.0);
            let shoulder = SagittalPoint::zero() + trunk;
            let piece =
                |behind: f32| SagittalVector::from_angle_and_length(Angle::degrees(270.0 - lean - behind), 50.0);
            let joints = |[upper, lower]: [f32; 2]| (shoulder + piece(upper), shoulder + piece(upper) + piece(lower));
            let ((near_elbow, near_wrist), (far_elbow, far_wrist)) = (joints(near), joints(far));
            arms_along_back(&Skeleton {
                shoulder: JointPair { near: shoulder, far: shoulder },
                elbow: JointPair { near: near_elbow, far: far_elbow },
                wrist: JointPair { near: near_wrist, far: far_wrist },
                ..Skeleton::default()
            })
        };
        assert!(arms([20.0, 20.0], [30.0, 15.0], 45.0));
        assert!(!arms([20.0, 20.0], [30.0, 15.0], 15.0), "upright");
        assert!(!arms([20.0, 20.0], [-45.0, -45.0], 45.0), "one arm hangs");
        assert!(!arms([70.0, 10.0], [70.0, 10.0], 45.0), "hands on the low back");
        assert!(!arms([-45.0, -45.0], [-45.0, -45.0], 45.0), "both hang");
    }

    #[test]
    fn what_might_be_anything_is_no_measurement() {
        let half_width_90 = |half: f32| {
            Change::of_angles(Angle::degrees(30.0), Angle::degrees(35.0), Angle::zero()).less_sure(Angle::degrees(half))
        };
        let objection = |half, light| objection_to_change(&half_width_90(half), Angle::degrees(light));
        assert_eq!([19.0, 21.0].map(|half| objection(half, 0.0)), [None, Some(Unseen::Hidden)]);
        assert_eq!([2.0, 10.0].map(|light| objection(17.0, light)), [None, Some(Unseen::Glare)]);
    }

    #[test]
    fn whoever_comes_nearer_is_no_second_person() {
        let (standing, _) = outline(TestPosture::default());
        let nearer = pose(&TestPosture { trunk: 140.0, ..TestPosture::default() });
        let skeleton = Skeleton::of(&nearer, TestPosture::default().facing);
        let outline =
            Outline::of(&nearer, TestPosture::default().facing, &skeleton, TestPosture::default().trunk).unwrap();
        assert!(outline.area > 1.5 * standing.area);
        assert_eq!(objection_to(&outline, &skeleton, &standing), None);
    }

    #[test]
    fn a_leg_that_comes_out_from_behind_the_other_is_no_second_person() {
        let (mut outline, skeleton) = outline(TestPosture::default());
        let slim = Outline { area: outline.area / 1.4, ..outline.clone() };
        assert_eq!(objection_to(&outline, &skeleton, &slim), Some(Unseen::Hidden));
        outline.features[SIZE - 2] += 0.2;
        assert_eq!(objection_to(&outline, &skeleton, &slim), None);
    }

    #[test]
    fn whoever_grows_by_half_is_two_people() {
        let (outline, skeleton) = outline(TestPosture::default());
        let slim = |area| Outline { area, ..outline.clone() };
        assert_eq!(objection_to(&outline, &skeleton, &slim(outline.area / 1.25)), None);
        assert_eq!(objection_to(&outline, &skeleton, &slim(outline.area / 1.5)), Some(Unseen::Hidden));
    }
}
