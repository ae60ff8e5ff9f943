//! Covers the face in pictures that are kept. What is measured is never a covered picture.

use std::sync::Arc;
use std::time::Duration;

use euclid::Box2D;

use super::{Observation, Scene};
use crate::pose::{Camera, head_box};
use crate::source::Timestamp;
use crate::source::pixels::pixelate;

/// While nobody is found, the head is taken to be where it was for so long. [own]
const REMEMBERED: Duration = Duration::from_secs(1);

/// How much the box grows in that time, in its own sides each way: the head goes on moving. [own]
const GROWS: f32 = 1.0;

/// Covers the face of the person that is followed, from frame to frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct FaceCover {
    head: Option<(Timestamp, Box2D<f32, Camera>)>,
}

impl FaceCover {
    /// What has to be covered in the picture of a frame; `None` where nobody was seen for a second.
    pub fn head(&mut self, observation: &Observation) -> Option<Box2D<f32, Camera>> {
        let pose = observation.pose_result.pose.as_ref();
        let head = pose.and_then(|pose| head_box(&pose.landmarks, pose.region.size));
        self.covered(observation.frame.time, head)
    }

    /// The same for what is drawn of a frame, whose picture is covered.
    pub fn cover(&mut self, scene: &mut Scene) {
        let head = scene.body.as_ref().and_then(|body| head_box(&body.landmarks, body.size));
        if let Some(head) = self.covered(scene.time, head) {
            pixelate(Arc::make_mut(&mut scene.picture), head);
        }
    }

    /// What to cover at a time, given where the head is seen.
    fn covered(&mut self, time: Timestamp, head: Option<Box2D<f32, Camera>>) -> Option<Box2D<f32, Camera>> {
        if let Some(head) = head {
            self.head = Some((time, head));
            return Some(head);
        }
        let (seen, head) = self.head?;
        let gone = time.since(seen);
        let grown = head.width() * GROWS * gone.as_secs_f32() / REMEMBERED.as_secs_f32();
        (gone <= REMEMBERED).then(|| head.inflate(grown, grown))
    }
}

#[cfg(test)]
mod tests {
    use euclid::point2;

    use super::*;

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp::new(Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_head_that_is_lost_stays_covered_for_a_second() {
        let mut cover = FaceCover::default();
        assert_eq!(cover.covered(at(0), None), None, "nobody was seen yet");
        let head = Box2D::new(point2(100.0, 50.0), point2(140.0, 90.0));
        assert_eq!(cover.covered(at(40), Some(head)), Some(head));
        let later = cover.covered(at(540), None).unwrap();
        assert!(later.contains_box(&head) && (later.width() - 80.0).abs() < 1e-3, "{later:?}");
        assert_eq!(cover.covered(at(1080), None), None);
    }
}
