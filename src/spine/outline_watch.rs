//! From a pose to the outline of the same person as in the frame before, seen side-on.

use euclid::{Angle, Box2D};

use crate::pose::{CROP_SIZE, Pose};
use crate::source::Timestamp;
use crate::units::degrees;

use super::facing::FacingTracker;
use super::identity::Identity;
use super::network::FrameReading;
use super::outline::Outline;
use super::overexposure;
use super::plausibility;
use super::sagittal::{Orientation, Skeleton};
use super::standing::Standing;
use super::trunk_length::TrunkLength;
use super::{Facing, Unseen};

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

/// Whether the person is turned too far from side-on, by one of the two estimates.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turned(pub bool);

impl Turned {
    /// The state after a frame with this yaw.
    pub fn beyond(self, yaw: Angle<f32>) -> Self {
        let limit = if self.0 { SIDE_ON_AGAIN } else { LARGEST_YAW };
        Self(yaw.radians.abs() > limit.radians)
    }
}

/// Follows which way the person faces, and whether it is still the same person.
#[derive(Debug, Default)]
pub(super) struct OutlineWatch {
    identity: Identity,
    facing: FacingTracker,
    last_facing: Option<Facing>,
    turned: Turned,
    trunk: TrunkLength,
}

/// The outline in one frame, with what it was made from.
#[derive(Debug)]
pub(super) struct WatchedOutline {
    pub facing: Facing,
    pub skeleton: Skeleton,
    /// The trunk's length while upright, pixels.
    pub trunk: f32,
    pub outline: Outline,
}

impl WatchedOutline {
    /// How much less sure light behind the back makes its `reading`.
    pub fn doubt_by_light(&self, reading: &FrameReading) -> Angle<f32> {
        let [s1, _, c7] = reading.levels.map(|level| self.outline.origin + level * self.trunk);
        overexposure::doubt(self.outline.lit_share(s1, c7))
    }

    /// The objection to measuring it as a change from `standing`, if any.
    pub fn objection(&self, standing: Option<&Standing>) -> Option<Unseen> {
        plausibility::objection(&self.outline, &self.skeleton, self.trunk, standing)
    }
}

impl OutlineWatch {
    /// Adds a frame. Returns whether this may be somebody else, or the other side, so that the standing posture must be
    /// found again.
    pub fn is_new(&mut self, time: Timestamp, pose: &Pose) -> bool {
        let somebody_else = self.identity.may_be_somebody_else(time, pose, self.trunk.length());
        if somebody_else {
            self.facing.forget();
        }
        let facing = self.facing.observe(time, Orientation::of(pose));
        let turned_round = self.last_facing.replace(facing).is_some_and(|last_facing| last_facing != facing);
        somebody_else || turned_round
    }

    /// The outline in the frame that was just added.
    pub fn outline(&mut self, pose: &Pose) -> Result<WatchedOutline, Unseen> {
        let orientation = Orientation::of(pose);
        let facing = self.last_facing.unwrap_or(orientation.facing);
        self.turned = self.turned.beyond(orientation.yaw);
        if self.turned.0 || self.facing.contradicts(orientation) {
            return Err(Unseen::NotSideOn);
        }
        let skeleton = Skeleton::of(pose, facing);
        let trunk = self.trunk.observe(&skeleton);
        let outline = Outline::of(pose, facing, &skeleton, trunk).ok_or(Unseen::Hidden)?;
        if !in_picture(pose, facing, &outline) {
            return Err(Unseen::CutOff);
        }
        Ok(WatchedOutline { facing, skeleton, trunk, outline })
    }

    /// Measures the trunk anew; until the person is seen upright it is as long as `expected`, pixels.
    pub fn restart(&mut self, expected: Option<f32>) {
        self.trunk = TrunkLength::expecting(expected);
    }

    /// The length of the trunk, pixels, once the person was seen upright.
    pub fn trunk_length(&self) -> Option<f32> {
        self.trunk.length()
    }

    /// Reports that somebody was in view in this frame, but could not be examined.
    pub fn obstructed(&mut self, time: Timestamp) {
        self.identity.obstructed(time);
    }

    /// Reports that nobody was in view in this frame.
    pub fn nobody(&mut self, time: Timestamp) {
        self.identity.nobody(time);
    }

    /// Reports that nothing has moved up to this time since the last frame.
    pub fn hold(&mut self, time: Timestamp) {
        self.identity.hold(time);
    }

    /// Fixes which way the person faces; `None` returns to detecting it from the picture.
    pub fn face(&mut self, facing: Option<Facing>) {
        self.facing.fix(facing);
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
