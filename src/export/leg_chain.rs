//! The leg of a musculoskeletal model as a chain in the sagittal plane: where its pelvis has to be, and how its ankle has
//! to turn, so that the foot stays flat where it stands.
//!
//! A person in a hinge stands on their feet. A motion without a position of the pelvis hangs a model by it instead, and
//! its feet swing. x is forward, y up; angles have OpenSim's signs: pelvis tilt backwards, hip, knee and ankle flexion.

use euclid::default::{Rotation2D, Vector2D};
use euclid::{Angle, vec2};

/// Hip joint from the pelvis's origin, between the front spines of the iliac crests; of the thigh and the shank their
/// lengths. Metres, halfway between the two unscaled families of models, for a body of 1.70 m: gait2392 (hip −0.071, −0.066;
/// 0.396; 0.430) and Rajagopal 2016 (−0.056, −0.078; 0.404; 0.400).
const HIP: Vector2D<f64> = Vector2D::new(-0.063, -0.072);
const THIGH: f64 = 0.400;
const SHANK: f64 = 0.415;

/// Height of the pelvis's origin in standing, metres: that which these models have as their default.
const STANDING_HEIGHT: f64 = 0.94;

/// The joints of a leg, as change from standing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LegChain {
    /// Of the pelvis, backwards.
    pub pelvis_tilt: Angle<f64>,
    /// Of the pelvis against the thigh.
    pub hip_flexion: Angle<f64>,
    /// Of the thigh against the shank.
    pub knee_flexion: Angle<f64>,
}

impl LegChain {
    /// The flexion of the ankle that leaves the foot flat.
    pub(super) fn ankle_flexion(&self) -> Angle<f64> {
        -self.shank()
    }

    /// The position of the pelvis's origin over a foot that stays, metres: forward from where it stood, and up.
    pub(super) fn pelvis(&self) -> Vector2D<f64> {
        vec2(0.0, STANDING_HEIGHT) + Self::default().ankle() - self.ankle()
    }

    /// The ankle from the pelvis's origin.
    fn ankle(&self) -> Vector2D<f64> {
        let turned = |vector: Vector2D<f64>, angle| Rotation2D::new(angle).transform_vector(vector);
        turned(HIP, self.pelvis_tilt)
            + turned(vec2(0.0, -THIGH), self.pelvis_tilt + self.hip_flexion)
            + turned(vec2(0.0, -SHANK), self.shank())
    }

    /// How far the shank is turned, its lower end forward.
    fn shank(&self) -> Angle<f64> {
        self.pelvis_tilt + self.hip_flexion - self.knee_flexion
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(tilt: f64, hip: f64, knee: f64) -> LegChain {
        LegChain {
            pelvis_tilt: Angle::degrees(tilt),
            hip_flexion: Angle::degrees(hip),
            knee_flexion: Angle::degrees(knee),
        }
    }

    #[test]
    fn a_standing_pelvis_is_where_the_models_have_it() {
        assert_eq!(LegChain::default().pelvis(), vec2(0.0, STANDING_HEIGHT));
        assert_eq!(LegChain::default().ankle_flexion(), Angle::zero());
    }

    #[test]
    fn a_pelvis_that_only_tilts_goes_over_legs_that_stand() {
        let bow = chain(-60.0, 60.0, 0.0);
        assert!(bow.ankle_flexion().radians.abs() < 1e-12);
        let hip = bow.pelvis() + Rotation2D::new(Angle::degrees(-60.0)).transform_vector(HIP);
        assert!((hip - HIP - vec2(0.0, STANDING_HEIGHT)).length() < 1e-12, "{hip:?}");
    }

    #[test]
    fn hips_that_go_back_take_the_pelvis_back_and_down() {
        let hinge = chain(-60.0, 75.0, 0.0); // the whole leg leans back by 15°
        assert!((hinge.ankle_flexion().to_degrees() + 15.0).abs() < 1e-9);
        let squat = chain(-30.0, 90.0, 90.0);
        assert!((squat.ankle_flexion().to_degrees() - 30.0).abs() < 1e-9, "the shank leans forward by 30°");
        assert!(squat.pelvis().y < 0.75 && hinge.pelvis().x < bow_forward(), "{squat:?}");
    }

    /// How far the pelvis's origin comes forward when it only tilts by 60°.
    fn bow_forward() -> f64 {
        chain(-60.0, 60.0, 0.0).pelvis().x
    }
}
