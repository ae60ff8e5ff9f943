//! What is drawn of one frame, either just measured or read from a stored session.

use std::sync::Arc;

use image::RgbImage;

use super::{Observation, StageTimes};
use crate::coach::Progress;
use crate::geometry::{Measurement, Segments};
use crate::pose::{CameraPoint, Joint, Landmark, Pose};
use crate::source::Timestamp;
use crate::spine::{BackEstimate, Facing, HairOverNeck};

/// What is drawn of one frame.
#[derive(Clone, Debug)]
pub struct Scene {
    /// RGB, rows from the top, never mirrored. All points are in its pixels.
    pub picture: Arc<RgbImage>,
    /// When it was taken, on the source's own clock.
    pub time: Timestamp,
    /// Its number in the source.
    pub number: u64,
    /// The tracked person.
    pub body: Option<Body>,
    /// The back, if it was seen.
    pub back: Option<Back>,
    /// Hip and lumbar flexion, or why they cannot be measured.
    pub measurement: Measurement,
    /// The set so far.
    pub progress: Progress,
    /// How long measuring took; `None` for a stored frame.
    pub times: Option<StageTimes>,
}

/// The person in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// By [`Joint`].
    pub landmarks: [Landmark; Joint::COUNT],
    /// The probability that this is a person, 0 to 1.
    pub presence: f32,
    /// Side of the region the person was seen in, camera pixels: the person's size.
    pub size: f32,
}

/// The back in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Back {
    /// Which way the person faced.
    pub facing: Facing,
    /// The outline of the back from the sacrum to the neck.
    pub curve: Vec<CameraPoint>,
    /// S1 on the curve, or beyond it, where light hid the outline there; so are the next two.
    pub s1: CameraPoint,
    /// T12/L1 on the curve.
    pub t12: CameraPoint,
    /// C7 on the curve, unless hair covered it.
    pub c7: Result<CameraPoint, HairOverNeck>,
    /// Between the hip joints.
    pub hip: CameraPoint,
    /// The inclinations of the segments.
    pub segments: Segments,
}

impl From<&Observation> for Scene {
    fn from(observation: &Observation) -> Self {
        Self {
            picture: Arc::clone(&observation.frame.picture),
            time: observation.frame.time,
            number: observation.frame.number,
            body: observation.pose_result.pose.as_ref().map(Body::from),
            back: observation.back.as_deref().map(Back::from),
            measurement: observation.measurement,
            progress: observation.progress.clone(),
            times: Some(observation.times),
        }
    }
}

impl Scene {
    /// Transforms every point of the person.
    pub fn place(&mut self, to: impl Fn(CameraPoint) -> CameraPoint) {
        let landmarks = self.body.iter_mut().flat_map(|body| &mut body.landmarks).map(|landmark| &mut landmark.point);
        let back = self.back.iter_mut().flat_map(Back::points);
        landmarks.chain(back).for_each(|point| *point = to(*point));
    }
}

impl From<&Pose> for Body {
    fn from(pose: &Pose) -> Self {
        Self { landmarks: pose.landmarks, presence: pose.presence, size: pose.region.size }
    }
}

impl Body {
    /// Returns the landmark of a joint.
    pub fn landmark(&self, joint: Joint) -> &Landmark {
        &self.landmarks[joint as usize]
    }
}

impl From<&BackEstimate> for Back {
    fn from(back: &BackEstimate) -> Self {
        Self {
            facing: back.facing,
            curve: back.curve.clone(),
            s1: back.s1,
            t12: back.t12,
            c7: back.c7,
            hip: back.hip,
            segments: back.segments,
        }
    }
}

impl Back {
    /// Returns the upper end of the curve: C7, or the point on the hair at about its height, or where light hid the rest.
    pub fn upper_end(&self) -> CameraPoint {
        self.curve.last().copied().unwrap_or(self.t12)
    }

    fn points(&mut self) -> impl Iterator<Item = &mut CameraPoint> {
        let Self { curve, s1, t12, c7, hip, .. } = self;
        curve.iter_mut().chain([s1, t12, hip]).chain(c7)
    }
}
