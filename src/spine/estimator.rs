//! Where S1, T12/L1 and C7 lie on the outline, and how sacrum and thorax lean there: the classical rule.
//!
//! The levels are placed by the body's own proportions: the sacrum is rigid, so S1 keeps its distance from the hip
//! joint however the pelvis turns; T12/L1 keeps its share of the way from S1 to C7. The pelvis leans as the outline
//! does at S1, the upper lumbar spine as the line from T12/L1 to C7. `METHOD.md`, "Back", has the formulas, what was
//! tried beside them, and how far they err.

use std::collections::VecDeque;

use euclid::{Angle, Rotation2D};

use crate::pose::Pose;

use super::facing::FacingTracker;
use super::sagittal::{Orientation, SagittalPoint, SagittalVector, Skeleton, inclination};
use super::silhouette::BackLine;
use super::{Dorsal, Facing, Unseen};

/// Beyond this yaw the outline is no longer that of the back's middle line and nothing is measured: on rendered people
/// turned by 30° the error is three times that side-on (`METHOD.md`, "Errors").
const LARGEST_YAW: Angle<f32> = Angle { radians: 30.0 * std::f32::consts::PI / 180.0 };

/// Up to this yaw the error does not grow (`METHOD.md`, "View").
const SIDE_ON: Angle<f32> = Angle { radians: 15.0 * std::f32::consts::PI / 180.0 };

/// Distance of S1 on the skin from the hip joint, as share of the trunk's length (hip to shoulder), measured on the
/// generated bodies: 0.26 ± 0.03.
const S1_FROM_HIP: f32 = 0.26;

/// Distance of C7 on the skin from the shoulder, as share of the trunk's length, measured on the same bodies.
const C7_FROM_SHOULDER: f32 = 0.24;

/// Direction from the shoulder to C7, backwards from the direction hip to shoulder.
const C7_BACKWARDS: Angle<f32> = Angle { radians: 31.0 * std::f32::consts::PI / 180.0 };

/// Where T12/L1 lies on the way from S1 to C7 along the skin, measured on the same bodies: 0.35 ± 0.04.
const T12_ON_THE_WAY: f32 = 0.35;

/// Half the length of outline that makes the tangent at S1, as share of the trunk's length: the mask's noise is 1 % of
/// the trunk, so a shorter stretch is noisier than the sacrum is curved.
const SACRUM_REACH: f32 = 0.16;

/// How much of the outline at S1, and of the whole way up to C7, may be bridged over an arm.
const LARGEST_HIDDEN_SHARE: f32 = 0.5;

/// How many upright frames make the trunk's length.
const TRUNK_MEMORY: usize = 90;

/// How far the trunk may lean for its length to be taken.
const UPRIGHT: Angle<f32> = Angle { radians: 20.0 * std::f32::consts::PI / 180.0 };

/// Finds the back on the person's silhouette, frame by frame.
#[derive(Debug, Default)]
pub struct Estimator {
    facing: FacingTracker,
    trunk: TrunkLength,
}

impl Estimator {
    /// Finds the back of the person in `pose`.
    ///
    /// # Errors
    /// When the back cannot be seen; that is an ordinary answer, not a failure.
    pub fn estimate(&mut self, pose: &Pose) -> Result<Dorsal, Unseen> {
        let orientation = Orientation::of(pose);
        let facing = self.facing.observe(orientation);
        let skeleton = Skeleton::of(pose, facing);
        let trunk = self.trunk.observe(&skeleton);
        if orientation.yaw > LARGEST_YAW {
            return Err(Unseen::NotSideOn);
        }
        let line = BackLine::walk(pose, &skeleton, facing, trunk).ok_or(Unseen::Hidden)?;
        let levels = Levels::place(&line, &skeleton, trunk).ok_or(Unseen::Hidden)?;
        levels.measure(&line, &skeleton, facing, trunk, pose.presence * sureness(orientation))
    }

    /// Fixes which way the person faces, or with `None` goes back to telling it from the picture.
    pub fn face(&mut self, facing: Option<Facing>) {
        self.facing.fix(facing);
    }

    /// Forgets the person's proportions and which way they face: somebody else may have come.
    pub fn forget(&mut self) {
        self.facing.forget();
        self.trunk = TrunkLength::default();
    }
}

/// How sure a measurement at this yaw is: 1 up to [`SIDE_ON`], falling to one half at [`LARGEST_YAW`].
fn sureness(orientation: Orientation) -> f32 {
    let beyond = (orientation.yaw - SIDE_ON).radians / (LARGEST_YAW - SIDE_ON).radians;
    1.0 - 0.5 * beyond.clamp(0.0, 1.0)
}

/// The length of the trunk from hip to shoulder, as it was while the person stood upright: in a deep bend the pose
/// network's hip drifts forward and shortens it.
#[derive(Debug, Default)]
struct TrunkLength {
    upright: VecDeque<f32>,
}

impl TrunkLength {
    fn observe(&mut self, skeleton: &Skeleton) -> f32 {
        let trunk = skeleton.trunk();
        if inclination(trunk).radians.abs() < UPRIGHT.radians {
            self.upright.push_back(trunk.length());
            if self.upright.len() > TRUNK_MEMORY {
                self.upright.pop_front();
            }
        }
        median(self.upright.iter().copied()).unwrap_or_else(|| trunk.length())
    }
}

/// The upper median; `None` of nothing.
fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<_> = values.collect();
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// The three levels on the line, by number of the point.
struct Levels {
    s1: usize,
    t12: usize,
    c7: usize,
}

impl Levels {
    fn place(line: &BackLine, skeleton: &Skeleton, trunk: f32) -> Option<Self> {
        let up = skeleton.trunk().try_normalize()?;
        let to_c7 = Rotation2D::new(C7_BACKWARDS).transform_vector(up);
        let c7 = line.nearest(skeleton.shoulder + to_c7 * (C7_FROM_SHOULDER * trunk))?;
        let s1 = place_s1(&line.points[..c7], skeleton.hip, up, trunk)?;
        let t12 = s1 + ((c7 - s1) as f32 * T12_ON_THE_WAY).round() as usize;
        (s1 < t12 && t12 < c7).then_some(Self { s1, t12, c7 })
    }

    fn measure(
        &self,
        line: &BackLine,
        skeleton: &Skeleton,
        facing: Facing,
        trunk: f32,
        sureness: f32,
    ) -> Result<Dorsal, Unseen> {
        let sacrum = line.around(self.s1, SACRUM_REACH * trunk);
        let back = sacrum.start..self.c7 + 1;
        let hidden = line.hidden_share(back.clone());
        if line.hidden_share(sacrum.clone()) > LARGEST_HIDDEN_SHARE || hidden > LARGEST_HIDDEN_SHARE {
            return Err(Unseen::Hidden);
        }
        let pelvis = line.direction(sacrum).ok_or(Unseen::Hidden)?;
        let camera = |point: SagittalPoint| facing.camera_from_sagittal().transform_point(point);
        Ok(Dorsal {
            facing,
            curve: line.points[back].iter().map(|point| camera(*point)).collect(),
            s1: camera(line.points[self.s1]),
            t12: camera(line.points[self.t12]),
            c7: camera(line.points[self.c7]),
            hip: camera(skeleton.hip),
            pelvis: inclination(pelvis),
            upper_lumbar: inclination(line.points[self.c7] - line.points[self.t12]),
            thigh: inclination(skeleton.hip - skeleton.knee),
            confidence: sureness * (1.0 - hidden),
        })
    }
}

/// The highest point of the line that is still as near to the hip as S1 is; if all are farther, the nearest.
fn place_s1(points: &[SagittalPoint], hip: SagittalPoint, up: SagittalVector, trunk: f32) -> Option<usize> {
    let reach = S1_FROM_HIP * trunk;
    let above_the_hip = |point: SagittalPoint| (point - hip).dot(up) > 0.05 * trunk;
    let distances = points.iter().enumerate().filter(|(_, point)| above_the_hip(**point));
    let distances: Vec<_> = distances.map(|(index, point)| (index, (*point - hip).length())).collect();
    let within = distances.iter().rev().find(|(_, distance)| *distance <= reach);
    within.or_else(|| distances.iter().min_by(|a, b| a.1.total_cmp(&b.1))).map(|(index, _)| *index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made::{Posture, pose};
    use super::*;

    /// Change from standing in degrees: pelvis, upper lumbar, thigh.
    fn change(posture: Posture) -> [f32; 3] {
        let standing = Posture { pelvis: 0.0, lumbar: 0.0, thigh: 0.0, ..posture };
        let mut estimator = Estimator::default();
        let standing = estimator.estimate(&pose(&standing)).unwrap();
        let bent = estimator.estimate(&pose(&posture)).unwrap();
        assert_eq!(bent.facing, posture.facing);
        [
            (bent.pelvis - standing.pelvis).to_degrees(),
            (bent.upper_lumbar - standing.upper_lumbar).to_degrees(),
            (bent.thigh - standing.thigh).to_degrees(),
        ]
    }

    #[test]
    fn a_made_persons_angles_come_out_as_they_were_put_in() {
        for (pelvis, lumbar, thigh) in [
            (0.0, 0.0, 0.0),
            (30.0, 0.0, -5.0),
            (60.0, 0.0, -12.0),
            (0.0, 30.0, 0.0),
            (20.0, 45.0, -3.0),
            (40.0, 20.0, -8.0),
        ] {
            let [p, u, t] = change(Posture { pelvis, lumbar, thigh, ..Posture::default() });
            let put_in = format!("pelvis {pelvis} lumbar {lumbar} thigh {thigh}, measured {p} {u} {t}");
            assert!((p - pelvis).abs() < 8.0, "{put_in}");
            assert!((u - (pelvis + lumbar)).abs() < 8.0, "{put_in}");
            assert!((t - thigh).abs() < 0.5, "{put_in}");
        }
    }

    #[test]
    fn an_elbow_behind_the_back_is_no_hump() {
        let posture = Posture { pelvis: 50.0, thigh: -10.0, ..Posture::default() };
        let mut estimator = Estimator::default();
        estimator.estimate(&pose(&Posture::default())).unwrap();
        let free = estimator.estimate(&pose(&posture)).unwrap();
        match estimator.estimate(&pose(&Posture { elbow_behind: true, ..posture })) {
            Err(unseen) => assert_eq!(unseen, Unseen::Hidden),
            Ok(behind) => {
                assert!(behind.confidence < free.confidence);
                assert!((behind.upper_lumbar - free.upper_lumbar).to_degrees().abs() < 6.0);
            }
        }
    }

    #[test]
    fn a_person_seen_from_the_front_has_no_back_to_measure() {
        let frontal = pose(&Posture { yaw: 80.0, ..Posture::default() });
        assert_eq!(Estimator::default().estimate(&frontal), Err(Unseen::NotSideOn));
    }

    #[test]
    fn nobody_in_the_mask_is_hidden() {
        let mut empty = pose(&Posture::default());
        empty.mask.likelihood.fill(0.0);
        assert_eq!(Estimator::default().estimate(&empty), Err(Unseen::Hidden));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn facing_size_and_a_tilted_camera_change_nothing(
            pelvis in 0.0_f32..60.0,
            lumbar in 0.0_f32..40.0,
            roll in -8.0_f32..8.0,
            trunk in 70.0_f32..160.0,
        ) {
            let posture = Posture { pelvis, lumbar, thigh: -pelvis / 6.0, ..Posture::default() };
            let plain = change(posture);
            for other in [
                change(Posture { facing: Facing::Left, ..posture }),
                change(Posture { roll, ..posture }),
                change(Posture { trunk, ..posture }),
            ] {
                for (angle, same) in plain.iter().zip(other) {
                    prop_assert!((angle - same).abs() < 2.5, "{plain:?} became {other:?}");
                }
            }
        }
    }
}
