//! A kept frame as it was observed: what was measured is drawn again exactly as it was live.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Instant;

use euclid::{Angle, Size2D, point2, size2, vec2};
use image::{Rgb, RgbImage, imageops};
use ndarray::Array2;

use crate::coach::Progress;
use crate::export::KeptSession;
use crate::pipeline::{Observation, StageTimes};
use crate::pose::{Camera, CameraPoint, Mask, Pose, PoseResult, Region};
use crate::review::SessionPlayer;
use crate::source::{Frame, Timestamp};
use crate::spine::BackEstimate;
use crate::store::sample::{Back, Body, Sample};

/// The ground of a frame without its picture: its width in pixels, and its colour, that of a dark wall.
const GROUND_WIDTH: f32 = 640.0;
const GROUND: Rgb<u8> = Rgb([0x1D, 0x25, 0x2D]);

/// The shape of a camera that is not known.
const USUAL: (u32, u32) = (1280, 720);

/// Shapes that a picture may have, width to height.
const SHAPES: RangeInclusive<f32> = 0.1..=10.0;

/// A kept session that can be looked at.
#[derive(Debug)]
pub struct KeptFrames {
    /// All of it but its video.
    pub whole: Arc<KeptSession>,
    player: Option<SessionPlayer>,
    ground: Arc<RgbImage>,
    camera: Size2D<f32, Camera>,
}

impl KeptFrames {
    /// This session; without its video its postures stand before a plain ground.
    pub fn new(whole: Arc<KeptSession>, player: Option<SessionPlayer>) -> Self {
        // A file from elsewhere may tell anything.
        let believed = |size: &(u32, u32)| SHAPES.contains(&(size.0 as f32 / size.1 as f32));
        let (width, height) = whole.session.entry.picture.filter(believed).unwrap_or(USUAL);
        let camera = size2(width as f32, height as f32);
        let ground =
            RgbImage::from_pixel(GROUND_WIDTH as u32, (GROUND_WIDTH * camera.height / camera.width) as u32, GROUND);
        Self { whole, player, ground: Arc::new(ground), camera }
    }

    /// Its samples.
    pub fn samples(&self) -> &[Sample] {
        &self.whole.samples
    }

    /// The frame of this number in [`KeptFrames::samples`]; `None` beyond the last.
    pub fn observation(&mut self, number: usize) -> Option<Observation> {
        let sample = self.whole.samples.get(number)?;
        let picture = self.player.as_mut().and_then(|player| player.picture(sample.time));
        let picture = picture.unwrap_or_else(|| Arc::clone(&self.ground));
        let scale = picture.width() as f32 / self.camera.width;
        let session = &self.whole.session;
        let pose = sample.body.as_ref().map(|body| pose(body, scale));
        let repetitions = session.repetitions.iter().map(|kept| kept.repetition);
        Some(Observation {
            frame: Frame { picture, time: sample.time, captured_at: Instant::now(), number: sample.number },
            sighting: Arc::new(PoseResult { pose, people: sample.people.into() }),
            dorsal: sample.back.as_ref().map(|back| Arc::new(dorsal(back, scale))),
            limbs: None,
            measurement: sample.measurement(session.standing(sample.time)),
            progress: Progress {
                phase: sample.phase,
                verdict: sample.verdict,
                repetitions: repetitions.take_while(|repetition| repetition.end <= sample.time).collect(),
                ..Progress::default()
            },
            form: None,
            times: StageTimes::default(),
        })
    }

    /// The same cut out of its picture: a square as high as the picture, with the place `around` (camera pixels from its left edge)
    /// in its middle as far as the picture reaches.
    pub fn cut_out(&mut self, number: usize, around: f32) -> Option<Observation> {
        let mut seen = self.observation(number)?;
        let (width, height) = seen.frame.picture.dimensions();
        let side = height.min(width);
        let middle = around * width as f32 / self.camera.width;
        let left = (middle - side as f32 / 2.0).clamp(0.0, (width - side) as f32) as u32;
        seen.frame.picture = Arc::new(imageops::crop_imm(&*seen.frame.picture, left, 0, side, height).to_image());
        let back = vec2(-(left as f32), 0.0);
        let sighting = Arc::make_mut(&mut seen.sighting);
        let landmarks = sighting.pose.iter_mut().flat_map(|pose| &mut pose.landmarks);
        landmarks.for_each(|landmark| landmark.point += back);
        if let Some(dorsal) = &mut seen.dorsal {
            let dorsal = Arc::make_mut(dorsal);
            let levels = [&mut dorsal.s1, &mut dorsal.t12, &mut dorsal.hip];
            levels.into_iter().chain(&mut dorsal.c7).chain(&mut dorsal.curve).for_each(|point| *point += back);
        }
        Some(seen)
    }

    /// The frame that was shown at a time: the last until then.
    pub fn frame(&self, time: Timestamp) -> usize {
        self.whole.samples.partition_point(|sample| sample.time <= time).saturating_sub(1)
    }

    /// The posture that the person stood in before the repetition nearest to this time.
    pub fn standing(&mut self, time: Timestamp) -> Option<Observation> {
        let stood = self.whole.session.repetitions.iter().map(|kept| kept.repetition.stood());
        let begin = stood.min_by_key(|stood| stood.since(time).max(time.since(*stood)))?;
        let number = self.frame(begin);
        let seen = self.whole.samples.get(..=number)?.iter().rposition(|sample| sample.back.is_some())?;
        self.observation(seen)
    }
}

fn scaled(point: CameraPoint, scale: f32) -> CameraPoint {
    point2(point.x * scale, point.y * scale)
}

/// The person as seen in a picture `scale` as large. The silhouette was not kept.
fn pose(body: &Body, scale: f32) -> Pose {
    let mut landmarks = body.landmarks;
    landmarks.iter_mut().for_each(|landmark| landmark.point = scaled(landmark.point, scale));
    Pose {
        landmarks,
        presence: body.presence,
        mask: Mask { probability: Array2::zeros((1, 1)) },
        region: Region { center: CameraPoint::zero(), size: body.size * scale, rotation: Angle::zero() },
        picture_size: Size2D::zero(),
    }
}

fn dorsal(back: &Back, scale: f32) -> BackEstimate {
    BackEstimate {
        facing: back.facing,
        curve: back.curve.iter().map(|point| scaled(*point, scale)).collect(),
        s1: scaled(back.s1, scale),
        t12: scaled(back.t12, scale),
        c7: back.c7.map(|c7| scaled(c7, scale)),
        hip: scaled(back.hip, scale),
        segments: back.segments,
        change: None,
        presence: 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures;
    use crate::pose::Joint;
    use crate::spine::Facing;

    fn again(picture: (u32, u32)) -> KeptFrames {
        let mut whole = fixtures::session(Facing::Right);
        whole.session.entry.picture = Some(picture);
        KeptFrames::new(Arc::new(whole), None)
    }

    #[test]
    fn what_was_measured_is_what_is_seen_again() {
        let mut again = again((640, 480));
        let whole = Arc::clone(&again.whole);
        let seen = again.observation(1).unwrap();
        let sample = &whole.samples[1];
        assert_eq!(
            (seen.measurement.filtered, seen.measurement.half_width_90),
            (sample.filtered, sample.half_width_90)
        );
        assert!(seen.measurement.standing.is_some());
        assert_eq!(seen.dorsal.as_ref().unwrap().s1, sample.back.as_ref().unwrap().s1);
        assert_eq!(seen.frame.picture.dimensions(), (640, 480));
        assert_eq!(seen.progress.repetitions.len(), 0, "it goes on still");
        assert_eq!(again.observation(3).unwrap().progress.repetitions.len(), 1);
        assert!(again.observation(0).unwrap().sighting.pose.is_none() && again.observation(4).is_none());
    }

    #[test]
    fn points_lie_where_they_are_in_a_smaller_picture() {
        let (mut whole, mut half) = (again((640, 480)), again((1280, 960)));
        let knee = |seen: Observation| seen.sighting.pose.as_ref().unwrap().landmark(Joint::LeftKnee).point;
        let (plain, small) = (knee(whole.observation(1).unwrap()), knee(half.observation(1).unwrap()));
        assert_eq!(small, plain / 2.0);
        let cut = half.cut_out(1, 300.0).unwrap();
        assert_eq!(cut.frame.picture.dimensions(), (480, 480));
        assert_eq!(knee(cut), small, "the left edge is the picture's own");
        let right = half.cut_out(1, 1280.0).unwrap();
        assert_eq!(knee(right).x, small.x - 160.0);
    }

    #[test]
    fn a_session_without_samples_or_with_an_impossible_picture_shows_nothing_and_does_no_harm() {
        for picture in [(0, 0), (1, u32::MAX), (u32::MAX, 1)] {
            assert_eq!(again(picture).observation(1).unwrap().frame.picture.dimensions(), (640, 360));
        }
        let mut whole = (*again((640, 480)).whole).clone();
        whole.samples.clear();
        let mut empty = KeptFrames::new(Arc::new(whole), None);
        assert!(empty.observation(0).is_none() && empty.standing(Timestamp::default()).is_none());
    }

    #[test]
    fn standing_is_what_was_seen_before_the_bend() {
        let mut again = again((640, 480));
        assert!(again.standing(Timestamp::default()).is_none(), "nobody was seen before the only bend");
        let mut whole = (*again.whole).clone();
        whole.session.repetitions[0].repetition.start = Timestamp::from_secs_f64(0.9);
        let mut again = KeptFrames::new(Arc::new(whole), None);
        assert_eq!(again.standing(Timestamp::default()).unwrap().frame.number, 3);
    }
}
