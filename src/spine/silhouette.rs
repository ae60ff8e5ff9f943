//! The back's stretch of the silhouette: walked from the thigh over the buttock up to the head.
//!
//! Walked, not shot at with rays: in a deep bend rays from the trunk leave the body, and an elbow that sticks out
//! behind would be taken for the back. Stretches that belong to an arm are cut out and bridged by a straight line, and
//! the line remembers where.

use std::ops::Range;

use crate::pose::Pose;

use super::contour::largest_contour;
use super::sagittal::{Facing, SagittalPoint, SagittalVector, Skeleton};

/// Distance between two points of a [`BackLine`], as share of the trunk's length. One mask pixel is 1.5 to 2.5 %.
const SPACING: f32 = 0.01;

/// What lies closer to an upper arm's or forearm's axis is taken for the arm, as share of the trunk's length: half the
/// breadth of a forearm (about 5 cm of 50) and the noise of elbow and wrist. [own]
const ARM_RADIUS: f32 = 0.11;

/// A gap in the line longer than this many spacings is a bridge.
const BRIDGE: f32 = 3.0;

/// Fewest points that make a line.
const FEWEST: usize = 20;

/// The dorsal outline from the back of the thigh to the back of the head, evenly spaced.
#[derive(Clone, Debug, PartialEq)]
pub struct BackLine {
    /// From the thigh up.
    pub points: Vec<SagittalPoint>,
    /// Distance along the line from one point to the next, pixels.
    pub spacing: f32,
    /// For each point whether it is a bridge over an arm rather than seen.
    pub bridged: Vec<bool>,
}

impl BackLine {
    /// Walks the outline of the person in `pose`; `trunk` is the length of their trunk, pixels. `None` if the outline
    /// has no such stretch.
    pub fn walk(pose: &Pose, skeleton: &Skeleton, facing: Facing, trunk: f32) -> Option<Self> {
        let outline = outline(pose, facing);
        let thigh = nearest(&outline, behind_the_thigh(skeleton, trunk)?)?;
        let head = nearest(&outline, behind_the_head(skeleton))?;
        let dorsal = clockwise(&outline, thigh, head);
        let spacing = SPACING * trunk;
        let walked = resample(&dorsal, spacing);
        let seen: Vec<_> = walked.iter().copied().filter(|point| !on_an_arm(*point, skeleton, trunk)).collect();
        let points = resample(&seen, spacing);
        if points.len() < FEWEST {
            return None;
        }
        let bridged = bridges(&seen, spacing, points.len());
        Some(Self { points, spacing, bridged })
    }

    /// The point nearest to `place`, by number.
    pub fn nearest(&self, place: SagittalPoint) -> Option<usize> {
        nearest(&self.points, place)
    }

    /// The points within `reach` pixels along the line from point `at`, by number.
    pub fn around(&self, at: usize, reach: f32) -> Range<usize> {
        let steps = (reach / self.spacing).round() as usize;
        at.saturating_sub(steps)..(at + steps + 1).min(self.points.len())
    }

    /// The direction of the line over a stretch, up the back: the first principal axis of its points. `None` for fewer
    /// than four points.
    pub fn direction(&self, stretch: Range<usize>) -> Option<SagittalVector> {
        let points = self.points.get(stretch).filter(|points| points.len() >= 4)?;
        let middle = points.iter().map(|point| point.to_vector()).sum::<SagittalVector>() / points.len() as f32;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let off = point.to_vector() - middle;
            xx += off.x * off.x;
            xy += off.x * off.y;
            yy += off.y * off.y;
        }
        let axis = 0.5 * (2.0 * xy).atan2(xx - yy);
        let axis = SagittalVector::new(axis.cos(), axis.sin());
        let up = *points.last()? - *points.first()?;
        Some(if axis.dot(up) < 0.0 { -axis } else { axis })
    }

    /// The share of a stretch that is bridged rather than seen, 0 to 1; 1 for an empty stretch.
    pub fn hidden_share(&self, stretch: Range<usize>) -> f32 {
        let Some(bridged) = self.bridged.get(stretch).filter(|bridged| !bridged.is_empty()) else { return 1.0 };
        bridged.iter().filter(|&&bridged| bridged).count() as f32 / bridged.len() as f32
    }
}

/// The whole silhouette in the sagittal plane, clockwise when forward is to the right: up the back, down the front.
fn outline(pose: &Pose, facing: Facing) -> Vec<SagittalPoint> {
    let sagittal_from_crop = pose.region.camera_from_crop().then(&facing.sagittal_from_camera());
    let mut outline: Vec<_> = largest_contour(&pose.mask.likelihood)
        .into_iter()
        .map(|point| sagittal_from_crop.transform_point(point))
        .collect();
    // The contour runs clockwise on the picture; facing left, the sagittal plane is its mirror image.
    if facing == Facing::Left {
        outline.reverse();
    }
    outline
}

/// Where to start: behind the thigh, a third of the way from the knee to the hip.
fn behind_the_thigh(skeleton: &Skeleton, trunk: f32) -> Option<SagittalPoint> {
    let thigh = (skeleton.knee - skeleton.hip).try_normalize()?;
    let backwards = SagittalVector::new(thigh.y, -thigh.x);
    Some(skeleton.knee.lerp(skeleton.hip, 0.3) + backwards * (0.18 * trunk))
}

/// Where to end: behind the ear, off the line from shoulder to ear.
fn behind_the_head(skeleton: &Skeleton) -> SagittalPoint {
    let neck = skeleton.ear - skeleton.shoulder;
    skeleton.ear + SagittalVector::new(-neck.y, neck.x) * 0.6
}

fn nearest(points: &[SagittalPoint], place: SagittalPoint) -> Option<usize> {
    let distance = |point: &SagittalPoint| (*point - place).square_length();
    points.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(index, _)| index)
}

/// From point `from` to before point `to` in the loop's own order.
fn clockwise(outline: &[SagittalPoint], from: usize, to: usize) -> Vec<SagittalPoint> {
    let length = (to + outline.len() - from) % outline.len();
    outline.iter().cycle().skip(from).take(length).copied().collect()
}

fn on_an_arm(point: SagittalPoint, skeleton: &Skeleton, trunk: f32) -> bool {
    skeleton.arms.iter().any(|[shoulder, elbow, wrist]| {
        // The upper half of the upper arm lies in front of the shoulder blade and is no outline of its own.
        let half_way = elbow.lerp(*shoulder, 0.5);
        let distance = distance_to_segment(point, *elbow, *wrist).min(distance_to_segment(point, *elbow, half_way));
        distance < ARM_RADIUS * trunk
    })
}

fn distance_to_segment(point: SagittalPoint, from: SagittalPoint, to: SagittalPoint) -> f32 {
    let segment = to - from;
    let along = ((point - from).dot(segment) / segment.square_length().max(f32::EPSILON)).clamp(0.0, 1.0);
    (point - (from + segment * along)).length()
}

/// Points every `spacing` along the polyline.
fn resample(line: &[SagittalPoint], spacing: f32) -> Vec<SagittalPoint> {
    let mut points: Vec<SagittalPoint> = line.first().copied().into_iter().collect();
    let mut to_go = spacing;
    for pair in line.windows(2) {
        let step = pair[1] - pair[0];
        let length = step.length();
        let mut along = to_go;
        while along <= length {
            points.push(pair[0] + step * (along / length));
            along += spacing;
        }
        to_go = along - length;
    }
    points
}

/// For each of `count` points that [`resample`] puts on `line` whether it lies on a bridge.
fn bridges(line: &[SagittalPoint], spacing: f32, count: usize) -> Vec<bool> {
    let mut bridged = vec![false; count];
    let mut length = 0.0;
    for pair in line.windows(2) {
        let step = (pair[1] - pair[0]).length();
        if step > BRIDGE * spacing {
            let from = (length / spacing).ceil() as usize;
            let to = ((length + step) / spacing).ceil() as usize;
            bridged.iter_mut().take(to).skip(from).for_each(|bridged| *bridged = true);
        }
        length += step;
    }
    bridged
}
