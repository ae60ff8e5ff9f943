//! Follows one person from frame to frame.
//!
//! While somebody is followed, each frame costs one run of the landmark network: its landmarks say where to look next.
//! The detector runs when nobody is followed, in every frame until somebody is found, and in the very frame that lost
//! the person; so neither finding nor losing depends on a single frame. It also runs about once a second of the
//! recording's own time to count people, because a second person in view makes the measurement doubtful.
//!
//! Nothing here looks at a clock: the same frames give the same sightings.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use image::RgbImage;

use super::PoseError;
use super::detector::{Detection, Detector};
use super::landmark::{Region, Sighting};
use super::landmarks::{LandmarkNetwork, Landmarker, Look};
use super::runtime::Runtime;
use crate::source::{Frame, Timestamp};

/// The least presence at which somebody is there (MediaPipe's `min_tracking_confidence`).
const MIN_PRESENCE: f32 = 0.5;
/// How often people are counted while one is followed.
const COUNT_EVERY: Duration = Duration::from_secs(1);
/// After this long without a frame the region is no longer where the person is: people step aside, and pictures taken
/// one by one need not even show the same place.
const STALE: Duration = Duration::from_millis(400);
/// Two regions are of the same person when their centres are closer than this part of the larger one's side: a quarter
/// of a person's height, less than two people can stand apart side by side and more than the detector errs.
const SAME_PERSON: f32 = 0.2;
/// … and when the smaller is at least this part of the larger: else one stands far behind the other.
const SAME_SIZE: f32 = 0.5;
/// How many of the people in view are looked at in one frame to find one to follow.
const MAX_LOOKS: usize = 3;

/// The two networks, so that the tracker can be tested without them.
trait Networks: fmt::Debug + Send {
    fn detect(&mut self, picture: &RgbImage) -> Result<Vec<Detection>, PoseError>;
    fn look(&mut self, picture: &RgbImage, region: &Region) -> Result<Look, PoseError>;
}

#[derive(Debug)]
struct Onnx {
    detector: Detector,
    landmarks: LandmarkNetwork,
}

impl Networks for Onnx {
    fn detect(&mut self, picture: &RgbImage) -> Result<Vec<Detection>, PoseError> {
        self.detector.detect(picture)
    }

    fn look(&mut self, picture: &RgbImage, region: &Region) -> Result<Look, PoseError> {
        self.landmarks.look(picture, region)
    }
}

/// Follows one person from frame to frame.
#[derive(Debug)]
pub struct Tracker {
    networks: Box<dyn Networks>,
    /// Where to look in the next frame, while somebody is followed.
    following: Option<Region>,
    /// Where the person who was followed last was seen last.
    last_seen: Option<Region>,
    people: usize,
    counted_at: Option<Timestamp>,
    looked_at: Option<Timestamp>,
}

impl Tracker {
    /// Loads the networks from the folder `models` ([`models::find`](super::models::find)).
    ///
    /// # Errors
    /// When a model file is missing, is not the one this program was made with, or cannot be loaded.
    pub fn open(runtime: &Runtime, models: &Path, landmarker: Landmarker) -> Result<Self, PoseError> {
        let detector = Detector::open(runtime, models)?;
        let landmarks = LandmarkNetwork::open(runtime, models, landmarker)?;
        Ok(Self::new(Box::new(Onnx { detector, landmarks })))
    }

    fn new(networks: Box<dyn Networks>) -> Self {
        Self { networks, following: None, last_seen: None, people: 0, counted_at: None, looked_at: None }
    }

    /// Looks at the next frame.
    ///
    /// # Errors
    /// When a network fails to run. Nobody in view is no error.
    pub fn observe(&mut self, frame: &Frame) -> Result<Sighting, PoseError> {
        let looked_at = self.looked_at.replace(frame.time);
        let stale = looked_at.is_some_and(|last| frame.time.since(last) > STALE);
        if let Some(region) = self.following.take().filter(|_| !stale) {
            let look = self.networks.look(&frame.picture, &region)?;
            if let Some(next) = self.follow(&look) {
                self.count_if_due(frame, &next)?;
                return Ok(Sighting { pose: Some(look.pose), people: self.people });
            }
        }
        self.acquire(frame)
    }

    /// Searches the whole picture for somebody to follow: who was followed last, else the largest.
    fn acquire(&mut self, frame: &Frame) -> Result<Sighting, PoseError> {
        let mut regions = distinct(&self.networks.detect(&frame.picture)?);
        self.people = regions.len();
        self.counted_at = Some(frame.time);
        regions.sort_by(|a, b| b.size.total_cmp(&a.size));
        if let Some(last) = self.last_seen {
            regions.sort_by_key(|region| (region.center - last.center).length() > last.size / 2.0);
        }
        for region in regions.iter().take(MAX_LOOKS) {
            let look = self.networks.look(&frame.picture, region)?;
            if self.follow(&look).is_some() {
                return Ok(Sighting { pose: Some(look.pose), people: self.people });
            }
        }
        Ok(Sighting { pose: None, people: self.people })
    }

    /// Follows whom `look` sees, if somebody is there; gives the next region.
    fn follow(&mut self, look: &Look) -> Option<Region> {
        let next = look.next.filter(|_| look.pose.presence >= MIN_PRESENCE)?;
        self.following = Some(next);
        self.last_seen = Some(next);
        Some(next)
    }

    /// Counts the followed person and the others about once a second, or when the time went back to an earlier one.
    fn count_if_due(&mut self, frame: &Frame, followed: &Region) -> Result<(), PoseError> {
        let due = self.counted_at.is_none_or(|last| frame.time < last || frame.time.since(last) >= COUNT_EVERY);
        if due {
            let others = distinct(&self.networks.detect(&frame.picture)?);
            self.people = 1 + others.iter().filter(|other| !same_person(other, followed)).count();
            self.counted_at = Some(frame.time);
        }
        Ok(())
    }
}

/// The regions of the detections, one a person.
fn distinct(detections: &[Detection]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for region in detections.iter().filter_map(Detection::region) {
        if !regions.iter().any(|known| same_person(known, &region)) {
            regions.push(region);
        }
    }
    regions
}

fn same_person(a: &Region, b: &Region) -> bool {
    let (smaller, larger) = (a.size.min(b.size), a.size.max(b.size));
    (a.center - b.center).length() < SAME_PERSON * larger && smaller >= SAME_SIZE * larger
}

#[cfg(test)]
#[path = "tracker_tests.rs"]
mod tests;
