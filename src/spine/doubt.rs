//! Whether the outline can be that of this one person, in clothes that show them.
//!
//! A skirt, a coat, a second person whom the mask has swallowed or hands stretched out behind give an outline like any
//! other, and the network answers it. Where its training data end, or its intervals no longer hold, it is not asked
//! (`METHOD.md`, "View").

use super::Unseen;
use super::outline::{DORSAL, Outline, SIZE, VENTRAL, distance_to_segment};
use super::sagittal::{SagittalPoint, SagittalVector, Skeleton};

/// Broadest outline at the thighs of somebody who stands, in trunk lengths: one generated person in a thousand is broader.
const BROADEST_THIGHS: f32 = 0.63;

/// Farthest that the outline of the back may lie from the bones, root mean square, in trunk lengths. Of 13,152 bends of
/// generated people who were not trained on 73 are beyond it, and there the network's 90 % intervals hold in three of four.
const FARTHEST_FROM_BONES: f32 = 0.5;

/// What speaks against measuring `outline`, of somebody whose outline's numbers in standing are `standing`.
pub fn objection(outline: &Outline, skeleton: &Skeleton, trunk: f32, standing: &[f32; SIZE]) -> Option<Unseen> {
    if thigh_breadth(standing) > BROADEST_THIGHS {
        Some(Unseen::Covered)
    } else if distance_from_bones(&outline.dorsal, skeleton) > FARTHEST_FROM_BONES * trunk {
        Some(Unseen::Hidden)
    } else {
        None
    }
}

/// From behind the thighs, where the walk along the outline begins, to before them, where it ends; trunk lengths.
fn thigh_breadth(features: &[f32; SIZE]) -> f32 {
    let (back, front) = features.split_at(4 * DORSAL);
    let behind = SagittalVector::new(back[0], back[DORSAL]);
    let before = SagittalVector::new(front[VENTRAL - 1], front[2 * VENTRAL - 1]);
    (before - behind).length()
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
    use super::super::made::{Posture, pose};
    use super::*;

    fn outline(posture: Posture) -> (Outline, Skeleton) {
        let pose = pose(&posture);
        let skeleton = Skeleton::of(&pose, posture.facing);
        (Outline::of(&pose, posture.facing, &skeleton, posture.trunk).unwrap(), skeleton)
    }

    fn objection_to(outline: &Outline, skeleton: &Skeleton, standing: &Outline) -> Option<Unseen> {
        objection(outline, skeleton, Posture::default().trunk, &standing.features)
    }

    #[test]
    fn who_bends_over_is_measured() {
        let (standing, _) = outline(Posture::default());
        let (bent, skeleton) = outline(Posture { pelvis: 50.0, lumbar: 40.0, thigh: -10.0, ..Posture::default() });
        assert_eq!(objection_to(&bent, &skeleton, &standing), None);
    }

    #[test]
    fn a_skirt_is_too_broad_for_thighs() {
        let (mut standing, skeleton) = outline(Posture::default());
        assert_eq!(objection_to(&standing, &skeleton, &standing), None);
        standing.features[0] -= 0.5;
        assert_eq!(objection_to(&standing, &skeleton, &standing), Some(Unseen::Covered));
    }

    #[test]
    fn a_back_far_behind_the_bones_is_somebody_elses() {
        let (mut outline, skeleton) = outline(Posture::default());
        let standing = outline.clone();
        for point in &mut outline.dorsal {
            point.x -= 0.4 * Posture::default().trunk;
        }
        assert_eq!(objection_to(&outline, &skeleton, &standing), Some(Unseen::Hidden));
    }
}
