//! Tells a squat from a hinge by the knees at the bottom.

use euclid::Angle;

use crate::geometry::Bend;
use crate::units::degrees;

/// Knees that come forward by more than this while they bend by [`KNEE`] make a squat. In a good morning the knee bends
/// by 5.3 ± 6.7° (Schellenberg 2013); in a squat the shank leans by 30° and more. [own], between the two.
const SHANK: Angle<f32> = degrees(15.0);

/// Knee flexion beyond which a bend is no longer a hinge: three standard deviations above a good morning's. [own]
const KNEE: Angle<f32> = degrees(25.0);

/// How much further than the pelvis the line from hip to shoulder leans, as a share of lumbar flexion. [own]: that line
/// runs over pelvis, lumbar and thoracic spine, and a share of 0.79 leaves 1.1° (standard deviation) on generated
/// people.
const TRUNK_OVER_PELVIS: f32 = 0.8;

/// Whether a bend with this posture at its bottom was a squat: the knees bent and came forward.
pub fn is_squat(bottom: &Bend) -> bool {
    bottom.knee_flexion > KNEE && shank(bottom) > SHANK
}

/// How far the shank leans forward, against standing. The thigh tips backward by what hip flexion exceeds the forward
/// tilt of the pelvis, and the knee bends by the angles of thigh and shank together.
fn shank(bottom: &Bend) -> Angle<f32> {
    let pelvis = bottom.trunk_inclination - bottom.lumbar_flexion * TRUNK_OVER_PELVIS;
    bottom.knee_flexion - (bottom.hip_flexion - pelvis)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bend with the pelvis tilted by `pelvis`, the low back bent by `lumbar`, thigh and shank inclined, degrees.
    fn bend(pelvis: f32, lumbar: f32, thigh: f32, shank: f32) -> Bend {
        Bend {
            hip_flexion: Angle::degrees(pelvis + thigh),
            lumbar_flexion: Angle::degrees(lumbar),
            trunk_inclination: Angle::degrees(pelvis + 0.79 * lumbar),
            knee_flexion: Angle::degrees(thigh + shank),
        }
    }

    #[test]
    fn the_shank_follows_from_the_other_angles() {
        for (pelvis, lumbar, thigh, inclination) in
            [(25.0, 3.0, 54.0, 23.0), (60.0, 10.0, 15.0, -5.0), (20.0, 40.0, 5.0, 0.0)]
        {
            let off = shank(&bend(pelvis, lumbar, thigh, inclination)).to_degrees() - inclination;
            assert!(off.abs() < 1.0, "{off}");
        }
    }

    #[test]
    fn a_squat_bends_the_knees_and_brings_them_forward() {
        assert!(is_squat(&bend(25.0, 3.0, 54.0, 23.0)));
        assert!(is_squat(&bend(20.0, 30.0, 70.0, 30.0)), "rounded");
        assert!(!is_squat(&bend(70.0, 5.0, 12.0, -4.0)), "a hinge");
        assert!(!is_squat(&bend(60.0, 5.0, 40.0, 0.0)), "a deadlift: knees bent, shanks upright");
        assert!(!is_squat(&bend(60.0, 5.0, 2.0, 18.0)), "leaning forward from the ankles");
    }
}
