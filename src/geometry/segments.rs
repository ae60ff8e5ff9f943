//! How the body's segments lean, and what bend that is from standing.

use euclid::Angle;

use crate::pose::Pose;
use crate::spine::Dorsal;
use crate::spine::sagittal::{Skeleton, inclination};

use super::Bend;

/// Inclinations of the segments from the vertical, positive forward, and the knee's angle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Segments {
    /// Pelvis inclination θp.
    pub pelvis: Angle<f32>,
    /// Upper lumbar inclination θu.
    pub upper_lumbar: Angle<f32>,
    /// Thigh inclination θt, knee to hip.
    pub thigh: Angle<f32>,
    /// Trunk inclination, hip to shoulder.
    pub trunk: Angle<f32>,
    /// Knee flexion: shank inclination minus thigh inclination, 0 for a straight leg.
    pub knee: Angle<f32>,
    /// How far the outline that this rests on can be trusted, 0 to 1.
    pub confidence: f32,
}

impl Segments {
    /// The segments of a person whose back was found.
    pub fn of(pose: &Pose, dorsal: &Dorsal) -> Self {
        let skeleton = Skeleton::of(pose, dorsal.facing);
        Self {
            pelvis: dorsal.pelvis,
            upper_lumbar: dorsal.upper_lumbar,
            thigh: dorsal.thigh,
            trunk: inclination(skeleton.trunk()),
            knee: shank(&skeleton) - dorsal.thigh,
            confidence: dorsal.confidence,
        }
    }

    /// The bend from `standing` to this posture: hip flexion θp − θt and lumbar flexion θu − θp, each minus its value in
    /// standing (`METHOD.md`, "Definitions").
    pub fn bend_from(&self, standing: &Self) -> Bend {
        let hip = |segments: &Self| segments.pelvis - segments.thigh;
        let lumbar = |segments: &Self| segments.upper_lumbar - segments.pelvis;
        Bend {
            hip_flexion: change(hip(self), hip(standing)),
            lumbar_flexion: change(lumbar(self), lumbar(standing)),
            trunk_inclination: change(self.trunk, standing.trunk),
            knee_flexion: change(self.knee, standing.knee),
        }
    }
}

/// Shank inclination, ankle to knee: positive when the knee is in front of the ankle.
pub fn shank(skeleton: &Skeleton) -> Angle<f32> {
    inclination(skeleton.knee - skeleton.ankle)
}

/// The difference as an angle between −180° and 180°.
fn change(now: Angle<f32>, then: Angle<f32>) -> Angle<f32> {
    (now - then).signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(pelvis: f32, upper_lumbar: f32, thigh: f32) -> Segments {
        Segments {
            pelvis: Angle::degrees(pelvis),
            upper_lumbar: Angle::degrees(upper_lumbar),
            thigh: Angle::degrees(thigh),
            ..Segments::default()
        }
    }

    #[test]
    fn a_hinge_is_all_hip_and_a_round_back_all_lumbar() {
        let standing = segments(20.0, 10.0, -2.0);
        let hinge = segments(80.0, 70.0, -12.0).bend_from(&standing);
        assert!((hinge.hip_flexion.to_degrees() - 70.0).abs() < 1e-3);
        assert!(hinge.lumbar_flexion.to_degrees().abs() < 1e-3);
        let round = segments(20.0, 60.0, -2.0).bend_from(&standing);
        assert!(round.hip_flexion.to_degrees().abs() < 1e-3);
        assert!((round.lumbar_flexion.to_degrees() - 50.0).abs() < 1e-3);
    }

    #[test]
    fn standing_is_zero_and_angles_do_not_jump_at_half_a_turn() {
        let standing = segments(170.0, 10.0, 0.0);
        assert_eq!(standing.bend_from(&standing), Bend::default());
        let bend = segments(-170.0, 10.0, 0.0).bend_from(&standing);
        assert!((bend.hip_flexion.to_degrees() - 20.0).abs() < 1e-3);
    }
}
