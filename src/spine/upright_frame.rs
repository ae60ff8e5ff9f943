//! One frame of a person who may be standing, and how such frames are put together.

use euclid::Angle;

use crate::statistics::median;
use crate::units::degrees;

use super::Segments;
use super::outline::{Outline, SIZE};
use super::standing_quality::StandingQuality;
use super::trunk_length::UPRIGHT;

/// How far the knees may be bent. [own]
const STRAIGHT_KNEE: Angle<f32> = degrees(30.0);

/// How much trunk and thigh may move meanwhile: twice the sway of quiet standing (about 1°) and the landmarks' jitter.
/// [own]
const STILL: Angle<f32> = degrees(4.0);

/// How much trunk, thigh and knee of two frames may differ in the same standing posture. [own]
pub(super) const SAME_STANDING: Angle<f32> = degrees(6.0);

/// What is kept of a frame in which the person may be standing.
#[derive(Clone, Debug)]
pub(super) struct UprightFrame {
    pub segments: Segments,
    pub features: Box<[f32; SIZE]>,
    pub area: f32,
    pub arm_up: bool,
}

impl UprightFrame {
    pub fn new(segments: Segments, outline: &Outline, arm_up: bool) -> Self {
        Self { segments, features: outline.features.clone(), area: outline.area, arm_up }
    }

    /// Whether trunk and knees are straight enough for standing at all.
    pub fn is_upright(&self) -> bool {
        self.segments.trunk.radians.abs() <= UPRIGHT.radians
            && self.segments.knee.radians.abs() <= STRAIGHT_KNEE.radians
    }
}

/// How far trunk and thigh move in these frames, each from its least to its greatest inclination.
pub(super) fn sway<'f>(frames: &(impl Iterator<Item = &'f UprightFrame> + Clone)) -> [Angle<f32>; 2] {
    let spread = |angle: fn(&Segments) -> Angle<f32>| {
        let range = frames.clone().map(|frame| angle(&frame.segments).radians);
        Angle::radians(range.clone().fold(f32::MIN, f32::max) - range.fold(f32::MAX, f32::min))
    };
    [spread(|segments| segments.trunk), spread(|segments| segments.thigh)]
}

/// Whether the person stood upright and still in all of these frames.
pub(super) fn stands_still<'f>(mut frames: impl Iterator<Item = &'f UprightFrame> + Clone) -> bool {
    let is_still = sway(&frames).iter().all(|sway| sway.radians <= STILL.radians);
    is_still && frames.all(UprightFrame::is_upright)
}

pub(super) fn same_standing(one: &Segments, other: &Segments) -> bool {
    [one.trunk - other.trunk, one.thigh - other.thigh, one.knee - other.knee]
        .into_iter()
        .all(|difference| difference.radians.abs() <= SAME_STANDING.radians)
}

/// The median of each inclination by itself.
pub(super) fn typical_segments<'f>(frames: &(impl Iterator<Item = &'f UprightFrame> + Clone)) -> Segments {
    let typical = |angle: fn(&Segments) -> Angle<f32>| {
        Angle::radians(median(frames.clone().map(|frame| angle(&frame.segments).radians)).unwrap_or_default())
    };
    Segments {
        thigh: typical(|segments| segments.thigh),
        trunk: typical(|segments| segments.trunk),
        knee: typical(|segments| segments.knee),
        ..Segments::default()
    }
}

/// The quality of these frames together as a standing posture; an arm is up if it is in more than half of them.
pub(super) fn quality<'f>(frames: impl Iterator<Item = &'f UprightFrame> + Clone) -> StandingQuality {
    let up = frames.clone().filter(|frame| frame.arm_up).count();
    StandingQuality::of(&typical_segments(&frames), 2 * up > frames.count())
}
