//! From a pose to the back: combines outline, standing posture and network.

use euclid::{Angle, Box2D};

use crate::pose::{CROP_SIZE, Pose};
use crate::source::Timestamp;
use crate::units::degrees;

use super::baseline::Baseline;
use super::facing::FacingTracker;
use super::identity::Identity;
use super::network::{BackReading, Reader};
use super::outline::{Outline, nearest};
use super::plausibility;
use super::sagittal::{Orientation, SagittalPoint, Skeleton};
use super::standing::StandingFinder;
use super::trunk_length::TrunkLength;
use super::{BackEstimate, BackSight, Facing, HairOverNeck, Segments, SpineError, Unseen};

/// Nothing is measured beyond this yaw, whether it comes from the landmarks, which err by some 10° but can tell front
/// from side, or from the network, which errs by 4° but was trained with nobody beyond 42° (`models/train/README.md`);
/// from 35° on the measurement error is half as much again as side-on (`models/train/table.md`). [own]
const LARGEST_YAW: Angle<f32> = degrees(30.0);

/// A person who was turned too far is measured again below this yaw, so that the state does not flicker at the limit;
/// no lower, since one wrong yaw in a bend would cost the rest of it. [own]
const SIDE_ON_AGAIN: Angle<f32> = degrees(27.0);

/// Distance at which the outline counts as touching the picture's edge, in pixels of the mask, which blurs that far.
/// [own]
const EDGE_MARGIN: f32 = 2.0;

/// How far below S1 the drawn curve begins, in points of the outline's back. [own]
const BELOW_S1: usize = 4;

/// Whether the person is turned too far from side-on, by one of the two estimates.
#[derive(Clone, Copy, Debug, Default)]
struct Turned(bool);

impl Turned {
    /// The state after a frame with this yaw.
    fn beyond(self, yaw: Angle<f32>) -> Self {
        let limit = if self.0 { SIDE_ON_AGAIN } else { LARGEST_YAW };
        Self(yaw.radians.abs() > limit.radians)
    }
}

/// Finds the back on the person's silhouette, frame by frame.
#[derive(Debug)]
pub struct Estimator {
    reader: Box<dyn Reader>,
    identity: Identity,
    facing: FacingTracker,
    last_facing: Option<Facing>,
    turned_by_joints: Turned,
    turned_by_outline: Turned,
    trunk: TrunkLength,
    finder: StandingFinder,
    baseline: Option<Baseline>,
}

impl Estimator {
    /// Creates an estimator without any history.
    pub fn new(reader: Box<dyn Reader>) -> Self {
        Self {
            reader,
            identity: Identity::default(),
            facing: FacingTracker::default(),
            last_facing: None,
            turned_by_joints: Turned::default(),
            turned_by_outline: Turned::default(),
            trunk: TrunkLength::default(),
            finder: StandingFinder::default(),
            baseline: None,
        }
    }

    /// Finds the back of the person in `pose`.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn estimate(&mut self, time: Timestamp, pose: &Pose) -> Result<BackSight, SpineError> {
        if self.identity.may_be_somebody_else(time, pose, self.trunk.length()) {
            self.facing.forget();
            self.stand_again();
        }
        let orientation = Orientation::of(pose);
        let facing = self.facing.observe(time, orientation);
        if self.last_facing.replace(facing).is_some_and(|last_facing| last_facing != facing) {
            self.stand_again();
        }
        self.turned_by_joints = self.turned_by_joints.beyond(orientation.yaw);
        if self.turned_by_joints.0 || self.facing.contradicts(orientation) {
            self.interrupt();
            return Ok(BackSight::Unseen(Unseen::NotSideOn));
        }
        let skeleton = Skeleton::of(pose, facing);
        let trunk = self.trunk.observe(&skeleton);
        let Some(outline) = Outline::of(pose, facing, &skeleton, trunk) else {
            self.interrupt();
            return Ok(BackSight::Unseen(Unseen::Hidden));
        };
        if !in_picture(pose, facing, &outline) {
            self.interrupt();
            return Ok(BackSight::Unseen(Unseen::CutOff));
        }
        let objection = |baseline: &Option<Baseline>| {
            plausibility::objection(&outline, &skeleton, trunk, baseline.as_ref().map(|baseline| &baseline.standing))
        };
        // An outline that is not of this person alone must not become their standing posture.
        if objection(&self.baseline) == Some(Unseen::Hidden) {
            self.interrupt();
            return Ok(BackSight::Unseen(Unseen::Hidden));
        }
        if let Some(standing) = self.finder.observe(time, Segments::of(&skeleton), &outline).cloned() {
            self.baseline = Some(Baseline::of(self.reader.as_mut(), standing, self.finder.frames())?);
        }
        if let Some(objection) = objection(&self.baseline) {
            return Ok(BackSight::Unseen(objection));
        }
        let standing = self.baseline.as_ref().map_or(&outline.features, |baseline| &baseline.standing.features);
        let reading = self.reader.read(&outline.features, standing)?;
        self.turned_by_outline = self.turned_by_outline.beyond(reading.yaw);
        if self.turned_by_outline.0 {
            return Ok(BackSight::Unseen(Unseen::NotSideOn));
        }
        let Some(back) = self.back_estimate(pose, facing, &skeleton, trunk, &outline, &reading) else {
            return Ok(BackSight::Unseen(Unseen::Hidden));
        };
        let objection = back.change.as_ref().and_then(plausibility::objection_to_change);
        Ok(objection.map_or(BackSight::Seen(back), BackSight::Unseen))
    }

    /// The standing posture, once known.
    pub fn standing(&self) -> Option<Segments> {
        self.baseline.as_ref().map(|baseline| baseline.standing.segments)
    }

    /// Reports that the person could not be examined in this frame.
    pub fn interrupt(&mut self) {
        self.finder.interrupt();
    }

    /// Reports that nobody was in view in this frame.
    pub fn nobody(&mut self, time: Timestamp) {
        self.interrupt();
        self.identity.nobody(time);
    }

    /// Fixes which way the person faces; `None` returns to detecting it from the picture.
    pub fn face(&mut self, facing: Option<Facing>) {
        self.facing.fix(facing);
    }

    /// Discards the standing posture; it is found again when the person next stands tall and still.
    pub fn stand_again(&mut self) {
        self.trunk = TrunkLength::default();
        self.finder = StandingFinder::default();
        self.baseline = None;
    }

    fn back_estimate(
        &self,
        pose: &Pose,
        facing: Facing,
        skeleton: &Skeleton,
        trunk: f32,
        outline: &Outline,
        reading: &BackReading,
    ) -> Option<BackEstimate> {
        let [s1, t12, c7] = reading.levels.map(|level| outline.origin + level * trunk);
        let (low, high) = (nearest(&outline.dorsal, s1)?, nearest(&outline.dorsal, c7)?);
        let curve = outline.dorsal.get(low.saturating_sub(BELOW_S1)..=high)?;
        let camera = |point: SagittalPoint| facing.camera_from_sagittal().transform_point(point);
        let on_curve = |point: SagittalPoint| Some(camera(*outline.dorsal.get(nearest(&outline.dorsal, point)?)?));
        let change = self.baseline.as_ref().map(|baseline| reading.change.relative_to(&baseline.change));
        Some(BackEstimate {
            facing,
            curve: curve.iter().map(|point| camera(*point)).collect(),
            s1: on_curve(s1)?,
            t12: on_curve(t12)?,
            c7: if reading.hair_over_neck { Err(HairOverNeck) } else { Ok(on_curve(c7)?) },
            hip: camera(skeleton.hip.middle()),
            segments: Segments { pelvis: reading.pelvis, upper_lumbar: reading.upper_lumbar, ..Segments::of(skeleton) },
            change,
            presence: pose.presence,
        })
    }
}

/// Whether the whole back, from the thigh to the head, is in the picture: at its edge the outline is the picture's, and
/// beyond it the mask is invented.
fn in_picture(pose: &Pose, facing: Facing, outline: &Outline) -> bool {
    let margin = EDGE_MARGIN * pose.region.size / CROP_SIZE as f32;
    let picture = Box2D::from_size(pose.picture_size).inflate(-margin, -margin);
    let camera_from_sagittal = facing.camera_from_sagittal();
    outline.dorsal.iter().all(|point| picture.contains(camera_from_sagittal.transform_point(*point)))
}

#[cfg(test)]
#[path = "estimator_tests.rs"]
mod tests;
