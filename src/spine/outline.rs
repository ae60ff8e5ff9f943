//! The person's outline as the input of the back estimator: 730 features, independent of position, size and side.
//!
//! The outline is traced along its edge rather than sampled with rays, since rays from the trunk leave the body in a
//! deep bend. Parts that belong to an arm, or that light behind the person hides, are removed and bridged, and the features
//! say where, so that an elbow behind the back is not mistaken for the back. `models/train/README.md` defines every feature; `models/train/features.py`
//! computes the same for training, and the test below compares the two.

use crate::pose::{CROP_SIZE, Pose};

use super::contour::{largest_contour, signed_area};
use super::overexposure;
use super::sagittal::{Facing, SagittalPoint, SagittalVector, Skeleton};

/// Points along the back, from behind the thigh to behind the head.
pub(super) const DORSAL: usize = 128;
/// Points along the front, from behind the head to before the thigh.
pub(super) const VENTRAL: usize = 64;
/// Index of the first joint feature: the midpoints of ear, shoulder, hip, knee and ankle come first.
pub(super) const JOINTS: usize = 4 * DORSAL + 3 * VENTRAL;
/// Number of features of one frame.
pub const SIZE: usize = JOINTS + 26;

/// Distance from an arm within which an edge belongs to it, in trunk lengths: half the breadth of a forearm and the
/// noise of elbow and wrist. [own]
const ARM_RADIUS: f32 = 0.11;
/// A segment of the outline longer than this is a bridge, in trunk lengths. [own]
const BRIDGE: f32 = 0.05;
/// Upper limit of the distance between an arm and the outline, in trunk lengths. [own]
const FARTHEST_ARM: f32 = 0.5;
/// How far behind and before the thigh's axis the trace begins and ends, in trunk lengths. [own]
const BESIDE_THIGH: f32 = 0.18;
/// Position on the thigh, from the knee to the hip. [own]
const ALONG_THIGH: f32 = 0.3;
/// How far behind the ear the back ends, in lengths of the line from shoulder to ear. [own]
const BEHIND_HEAD: f32 = 0.6;
/// Minimum number of outline points in a line. [own]
const FEWEST: usize = 8;

/// The outline in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The input of the network.
    pub features: Box<[f32; SIZE]>,
    /// The back, from behind the thigh to behind the head, pixels.
    pub dorsal: Vec<SagittalPoint>,
    /// For each point of it, whether light hides what is there ([`overexposure`]).
    pub lit: Vec<bool>,
    /// Whether light hides what comes before its first point, and what comes after its last one: the line is then shorter than
    /// the back.
    pub lit_ends: [bool; 2],
    /// The middle of the back: the origin of all positions in [`features`](Self::features).
    pub origin: SagittalPoint,
    /// The area that the whole outline encloses, arms and legs included, square trunk lengths.
    pub area: f32,
}

impl Outline {
    /// The outline of the person in `pose`; `trunk` is their trunk's length while upright, pixels. Returns `None` if
    /// the mask contains no back.
    pub fn of(pose: &Pose, facing: Facing, skeleton: &Skeleton, trunk: f32) -> Option<Self> {
        let sagittal_from_crop = pose.region.camera_from_crop().then(&facing.sagittal_from_camera());
        let contour = largest_contour(&pose.mask.probability);
        let mut lit = overexposure::lit(&contour, &pose.mask.burnt_out, trunk * CROP_SIZE as f32 / pose.region.size);
        let mut edge: Vec<_> = contour.into_iter().map(|point| sagittal_from_crop.transform_point(point)).collect();
        // The contour runs clockwise on the picture; for a person facing left, the sagittal plane is its mirror image.
        if facing == Facing::Left {
            edge.reverse();
            lit.reverse();
        }
        Self::along(&Edge { points: &edge, lit: &lit }, skeleton, trunk)
    }

    /// The outline from an edge that runs up the back and down the front.
    fn along(edge: &Edge<'_>, skeleton: &Skeleton, trunk: f32) -> Option<Self> {
        let [behind_thigh, behind_head, before_thigh] = turns(edge.points, skeleton, trunk)?;
        let walk = |from, to, count| StraightLine::walk(edge, from, to, skeleton, trunk, count);
        let dorsal = walk(behind_thigh, behind_head, DORSAL)?;
        let ventral = walk(behind_head, before_thigh, VENTRAL)?;
        let sum: SagittalVector = dorsal.points.iter().map(|point| point.to_vector()).sum();
        let origin = (sum / DORSAL as f32).to_point();
        let features = Numbers { trunk, origin }.of(&dorsal, &ventral, skeleton)?;
        let area = signed_area(edge.points).abs() / (2.0 * trunk * trunk);
        let StraightLine { points, lit, lit_ends, .. } = dorsal;
        Some(Self { features, dorsal: points, lit, lit_ends, origin, area })
    }

    /// The share of the back between two places on it, the lower one first, that light hides, 0 to 1. Where light hides an end of the
    /// line, what lies between that end and a place beyond it is hidden, too.
    pub fn lit_share(&self, low: SagittalPoint, high: SagittalPoint) -> f32 {
        let ends = nearest(&self.dorsal, low).zip(nearest(&self.dorsal, high));
        let Some((from, to)) = ends.filter(|(from, to)| from <= to) else { return 0.0 };
        let lit = self.lit.iter().skip(from).take(to - from + 1).filter(|lit| **lit).count();
        let beyond: f32 = [(from, low), (to, high)].map(|(at, place)| self.points_beyond(at, place)).iter().sum();
        (lit as f32 + beyond) / ((to - from + 1) as f32 + beyond)
    }

    /// Where a place on the back is on the line; where light hides it beyond an end of that, where it is said to be.
    pub fn on_back(&self, place: SagittalPoint) -> Option<SagittalPoint> {
        let at = nearest(&self.dorsal, place)?;
        if self.is_lit_end(at) { Some(place) } else { self.dorsal.get(at).copied() }
    }

    /// Whether this point of the line is one of its ends, and light hides what comes after it.
    fn is_lit_end(&self, at: usize) -> bool {
        let [before, after] = self.lit_ends;
        (before && at == 0) || (after && at + 1 == self.dorsal.len())
    }

    /// How many points there would be, as far apart as those of the line, between its lit end `at` and a place beyond it; none
    /// between another point and one near it.
    fn points_beyond(&self, at: usize, place: SagittalPoint) -> f32 {
        if !self.is_lit_end(at) {
            return 0.0;
        }
        let apart = self.dorsal.windows(2).map(|pair| (pair[1] - pair[0]).length()).sum::<f32>();
        let apart = apart / self.dorsal.len().saturating_sub(1).max(1) as f32;
        self.dorsal.get(at).map_or(0.0, |end| (place - *end).length() / apart.max(f32::EPSILON))
    }
}

/// The person's whole edge.
struct Edge<'a> {
    /// Closed: the last point is joined to the first.
    points: &'a [SagittalPoint],
    /// Whether light hides each point ([`overexposure`]).
    lit: &'a [bool],
}

/// The turning points of the trace on the edge: behind the thigh, behind the head, before the thigh.
fn turns(edge: &[SagittalPoint], skeleton: &Skeleton, trunk: f32) -> Option<[usize; 3]> {
    let thigh = (-skeleton.thigh()).try_normalize()?;
    let backwards = SagittalVector::new(thigh.y, -thigh.x) * (BESIDE_THIGH * trunk);
    let on_thigh = skeleton.knee.middle().lerp(skeleton.hip.middle(), ALONG_THIGH);
    let ear = skeleton.ear.middle();
    let neck = ear - skeleton.shoulder.middle();
    Some([
        nearest(edge, on_thigh + backwards)?,
        nearest(edge, ear + SagittalVector::new(-neck.y, neck.x) * BEHIND_HEAD)?,
        nearest(edge, on_thigh - backwards)?,
    ])
}

/// The index of the point nearest to `place`.
pub(super) fn nearest(points: &[SagittalPoint], place: SagittalPoint) -> Option<usize> {
    let distance = |point: &SagittalPoint| (*point - place).square_length();
    points.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(index, _)| index)
}

/// An evenly spaced section of the edge, without arms and what light hides.
struct StraightLine {
    points: Vec<SagittalPoint>,
    bridged: Vec<f32>,
    arm_distance: Vec<f32>,
    lit: Vec<bool>,
    /// Whether lit points were left out before its first and after its last point.
    lit_ends: [bool; 2],
}

/// A point of the edge that is neither lit nor an arm's.
struct KeptPoint {
    place: SagittalPoint,
    /// Distance to the nearer arm, trunk lengths.
    arm_distance: f32,
    /// Whether lit points were left out before it.
    after_light: bool,
}

impl StraightLine {
    /// Traces from edge point `from` to edge point `to`, both included, in the edge's own order.
    fn walk(edge: &Edge<'_>, from: usize, to: usize, skeleton: &Skeleton, trunk: f32, count: usize) -> Option<Self> {
        let Edge { points, lit } = *edge;
        let length = (to + points.len() - from) % points.len() + 1;
        let stretch = points.iter().zip(lit).cycle().skip(from).take(length);
        let (mut kept, mut after_light) = (Vec::with_capacity(length), false);
        for (place, lit) in stretch {
            let arm_distance = arm_distance(*place, skeleton) / trunk;
            if *lit {
                after_light = true;
            } else if arm_distance >= ARM_RADIUS {
                kept.push(KeptPoint { place: *place, arm_distance, after_light: std::mem::take(&mut after_light) });
            }
        }
        let lit_ends = [kept.first()?.after_light, after_light];
        (kept.len() >= FEWEST).then(|| Self { lit_ends, ..Self::spaced(&kept, trunk, count) })
    }

    fn spaced(kept: &[KeptPoint], trunk: f32, count: usize) -> Self {
        let steps = kept.windows(2).map(|pair| (pair[1].place - pair[0].place).length());
        let along: Vec<f32> = std::iter::once(0.0)
            .chain(steps.scan(0.0, |sum, step| {
                *sum += step;
                Some(*sum)
            }))
            .collect();
        let whole = along.last().copied().unwrap_or_default();
        let mut line = Self {
            points: Vec::new(),
            bridged: Vec::new(),
            arm_distance: Vec::new(),
            lit: Vec::new(),
            lit_ends: [false; 2],
        };
        let mut piece = 0;
        for number in 0..count {
            let at = whole * number as f32 / (count - 1) as f32;
            while piece + 2 < kept.len() && along[piece + 1] < at {
                piece += 1;
            }
            let step = along[piece + 1] - along[piece];
            let part = ((at - along[piece]) / step.max(1e-9)).clamp(0.0, 1.0);
            let [here, there] = [&kept[piece], &kept[piece + 1]];
            let arm_distance = here.arm_distance + (there.arm_distance - here.arm_distance) * part;
            line.points.push(here.place.lerp(there.place, part));
            line.bridged.push(f32::from(u8::from(step > BRIDGE * trunk)));
            line.arm_distance.push(arm_distance.min(FARTHEST_ARM));
            line.lit.push(there.after_light);
        }
        line
    }
}

/// Distance to the nearer forearm or lower half of an upper arm, pixels. The upper half is in front of the shoulder
/// blade and has no outline of its own.
fn arm_distance(point: SagittalPoint, skeleton: &Skeleton) -> f32 {
    let Skeleton { shoulder, elbow, wrist, .. } = skeleton;
    let arm = |shoulder: SagittalPoint, elbow: SagittalPoint, wrist: SagittalPoint| {
        distance_to_segment(point, elbow, wrist).min(distance_to_segment(point, elbow, elbow.lerp(shoulder, 0.5)))
    };
    arm(shoulder.near, elbow.near, wrist.near).min(arm(shoulder.far, elbow.far, wrist.far))
}

/// Distance of a point to the line segment between two others.
pub(super) fn distance_to_segment(point: SagittalPoint, from: SagittalPoint, to: SagittalPoint) -> f32 {
    let segment = to - from;
    let along = ((point - from).dot(segment) / segment.square_length().max(1e-9)).clamp(0.0, 1.0);
    (point - (from + segment * along)).length()
}

/// Converts positions and directions to features: relative to the origin, in trunk lengths.
struct Numbers {
    trunk: f32,
    origin: SagittalPoint,
}

impl Numbers {
    fn of(&self, dorsal: &StraightLine, ventral: &StraightLine, skeleton: &Skeleton) -> Option<Box<[f32; SIZE]>> {
        let mut numbers = Vec::with_capacity(SIZE);
        numbers.extend(dorsal.points.iter().map(|point| self.place(*point).x));
        numbers.extend(dorsal.points.iter().map(|point| self.place(*point).y));
        numbers.extend(&dorsal.bridged);
        numbers.extend(&dorsal.arm_distance);
        numbers.extend(ventral.points.iter().map(|point| self.place(*point).x));
        numbers.extend(ventral.points.iter().map(|point| self.place(*point).y));
        numbers.extend(&ventral.bridged);
        let Skeleton { ear, shoulder, elbow, wrist, hip, knee, ankle } = skeleton;
        let middles = [ear, shoulder, hip, knee, ankle].map(|pair| self.place(pair.middle()));
        let arms = [elbow.near, elbow.far, wrist.near, wrist.far].map(|point| self.place(point));
        let apart = [shoulder, hip, knee, ankle].map(|pair| pair.half_apart() / self.trunk);
        numbers.extend(middles.into_iter().chain(arms).chain(apart).flat_map(SagittalVector::to_array));
        numbers.into_boxed_slice().try_into().ok()
    }

    fn place(&self, point: SagittalPoint) -> SagittalVector {
        (point - self.origin) / self.trunk
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::super::fixtures::{TestPosture, pose};
    use super::super::sagittal::JointPair;
    use super::*;

    /// The output of `models/train/make_example.py`.
    #[derive(Deserialize)]
    struct Example {
        trunk: f32,
        frames: Vec<ExampleFrame>,
    }

    #[derive(Deserialize)]
    struct ExampleFrame {
        outline: Vec<[f32; 2]>,
        lit: Vec<bool>,
        joints: [[[f32; 2]; 2]; 7],
        features: Vec<f32>,
    }

    #[test]
    fn the_numbers_are_those_the_network_was_trained_on() {
        let example: Example = serde_json::from_str(include_str!("../../models/train/example.json")).unwrap();
        for frame in example.frames {
            let [ear, shoulder, elbow, wrist, hip, knee, ankle] =
                frame.joints.map(|[near, far]| JointPair { near: near.into(), far: far.into() });
            let skeleton = Skeleton { ear, shoulder, elbow, wrist, hip, knee, ankle };
            let edge: Vec<SagittalPoint> = frame.outline.into_iter().map(SagittalPoint::from).collect();
            let outline = Outline::along(&Edge { points: &edge, lit: &frame.lit }, &skeleton, example.trunk).unwrap();
            for (number, (ours, theirs)) in outline.features.iter().zip(frame.features).enumerate() {
                assert!((ours - theirs).abs() < 1e-4, "number {number}: {ours} instead of {theirs}");
            }
        }
    }

    fn features(posture: TestPosture) -> Option<Box<[f32; SIZE]>> {
        let pose = pose(&posture);
        let skeleton = Skeleton::of(&pose, posture.facing);
        Outline::of(&pose, posture.facing, &skeleton, posture.trunk).map(|outline| outline.features)
    }

    #[test]
    fn an_elbow_behind_the_back_is_bridged() {
        let bridged = |elbow_behind| {
            let posture = TestPosture { pelvis: 50.0, thigh: -10.0, elbow_behind, ..TestPosture::default() };
            features(posture).unwrap()[2 * DORSAL..3 * DORSAL].iter().sum::<f32>()
        };
        assert_eq!(bridged(false), 0.0);
        assert!(bridged(true) > 5.0);
    }

    #[test]
    fn a_back_hidden_by_light_is_bridged_on_either_side() {
        let bridged = |facing, burnt_out: fn(usize, usize) -> bool| {
            let posture = TestPosture { facing, ..TestPosture::default() };
            let mut pose = pose(&posture);
            pose.mask.burnt_out = Array2::from_shape_fn((CROP_SIZE, CROP_SIZE), |(row, column)| burnt_out(row, column));
            let skeleton = Skeleton::of(&pose, facing);
            let outline = Outline::of(&pose, facing, &skeleton, posture.trunk).unwrap();
            outline.features[2 * DORSAL..3 * DORSAL].iter().sum::<f32>()
        };
        for facing in [Facing::Right, Facing::Left] {
            assert_eq!(bridged(facing, |_, _| false), 0.0);
            let lit = bridged(facing, |row, _| (60..100).contains(&row));
            assert!((10.0..60.0).contains(&lit), "{facing:?}: {lit}");
        }
    }

    #[test]
    fn light_that_hides_an_end_of_the_line_counts_as_far_as_the_back_goes() {
        let outline = |facing, burnt_out: fn(usize) -> bool| {
            let posture = TestPosture { facing, ..TestPosture::default() };
            let mut pose = pose(&posture);
            pose.mask.burnt_out = Array2::from_shape_fn((CROP_SIZE, CROP_SIZE), |(row, _)| burnt_out(row));
            let skeleton = Skeleton::of(&pose, facing);
            Outline::of(&pose, facing, &skeleton, posture.trunk).unwrap()
        };
        for facing in [Facing::Right, Facing::Left] {
            let whole = outline(facing, |_| false);
            let (low, high) = (whole.dorsal[40], whole.dorsal[110]);
            let share = |burnt_out: fn(usize) -> bool| outline(facing, burnt_out).lit_share(low, high);
            assert_eq!(whole.lit_share(low, high), 0.0);
            let [neck, seat] = [share(|row| row < 75), share(|row| row >= 100)];
            assert!((0.2..0.5).contains(&neck) && (0.1..0.5).contains(&seat), "{facing:?}: {neck}, {seat}");
            let without_neck = outline(facing, |row| row < 75);
            assert_eq!(without_neck.on_back(high), Some(high), "not where the line ends");
            assert!(without_neck.dorsal.contains(&without_neck.on_back(low).unwrap()));
            let inside = share(|row| (70..95).contains(&row));
            assert!((0.2..0.6).contains(&inside), "{facing:?}: {inside}");
        }
    }

    #[test]
    fn an_empty_mask_has_no_back() {
        let mut empty = pose(&TestPosture::default());
        empty.mask.probability.fill(0.0);
        let skeleton = Skeleton::of(&empty, Facing::Right);
        assert_eq!(Outline::of(&empty, Facing::Right, &skeleton, 100.0), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn side_and_size_change_nothing(
            pelvis in 0.0_f32..60.0,
            lumbar in 0.0_f32..40.0,
            trunk in 70.0_f32..160.0,
        ) {
            let posture = TestPosture { pelvis, lumbar, thigh: -pelvis / 6.0, ..TestPosture::default() };
            let plain = features(posture).unwrap();
            let mirrored = features(TestPosture { facing: Facing::Left, ..posture }).unwrap();
            let scaled = features(TestPosture { trunk, ..posture }).unwrap();
            // The start of the trace may jump by one point of the edge, 1.6 % of the trunk.
            for (number, (plain, other)) in plain.iter().zip(mirrored.iter()).chain(plain.iter().zip(scaled.iter())).enumerate() {
                prop_assert!((plain - other).abs() < 0.03, "number {number}: {plain} became {other}");
            }
        }
    }
}
