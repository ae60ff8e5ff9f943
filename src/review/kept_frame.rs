//! A stored frame as a scene, drawn as it was live.

use std::ops::RangeInclusive;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use euclid::{Box2D, Size2D, point2, size2};
use image::{Rgb, RgbImage, imageops};

use crate::coach::Progress;
use crate::pipeline::Scene;
use crate::pose::Camera;
use crate::review::SessionPlayer;
use crate::source::Timestamp;
use crate::store::sample::Sample;
use crate::store::{SampleSource, Session, StoreError};

/// Background of a frame without its picture: its width in pixels, and its colour, that of a dark wall.
const GROUND_WIDTH: f32 = 640.0;
const GROUND: Rgb<u8> = Rgb([0x1D, 0x25, 0x2D]);

/// Picture size if that of the camera is unknown.
const USUAL: (u32, u32) = (1280, 720);

/// Plausible aspect ratios of a picture, width to height.
const SHAPES: RangeInclusive<f32> = 0.1..=10.0;

/// So many frames before the one that is looked at are held, and so many after it: two seconds of most cameras. [own]
const BEFORE: usize = 30;
const AFTER: usize = 60;

/// A part of a session that is searched for a frame at a time.
const SEARCHED: Duration = Duration::from_secs(10);

/// A stored session for viewing. Its samples are read around the frame that is looked at, so that a long session is never held
/// as a whole.
#[derive(Debug)]
pub struct KeptFrames<'s> {
    /// The session without its samples and its video.
    pub session: Session,
    samples: Rc<dyn SampleSource + 's>,
    /// The time of each frame.
    times: Vec<Timestamp>,
    /// The frames that are held, from the one of this number on.
    held: (usize, Vec<Sample>),
    /// The standing posture that was looked for last, and from when it was.
    stood: Option<(Timestamp, Option<Sample>)>,
    player: Option<SessionPlayer>,
    ground: Arc<RgbImage>,
    camera: Size2D<f32, Camera>,
}

impl<'s> KeptFrames<'s> {
    /// Opens this session. Without a video its postures are drawn on a plain background.
    ///
    /// # Errors
    /// If its samples cannot be read.
    pub fn new(
        session: Session,
        samples: impl SampleSource + 's,
        player: Option<SessionPlayer>,
    ) -> Result<Self, StoreError> {
        let mut times = Vec::new();
        samples.outlines(&mut |sample| times.push(sample.time))?;
        Ok(Self::with_times(session, times, samples, player))
    }

    /// The same of samples whose times are known, which are not read for it.
    pub fn with_times(
        session: Session,
        times: Vec<Timestamp>,
        samples: impl SampleSource + 's,
        player: Option<SessionPlayer>,
    ) -> Self {
        // Imported files are untrusted.
        let plausible = |size: &(u32, u32)| SHAPES.contains(&(size.0 as f32 / size.1 as f32));
        let (width, height) = session.entry.picture.filter(plausible).unwrap_or(USUAL);
        let camera = size2(width as f32, height as f32);
        let ground =
            RgbImage::from_pixel(GROUND_WIDTH as u32, (GROUND_WIDTH * camera.height / camera.width) as u32, GROUND);
        Self {
            session,
            samples: Rc::new(samples),
            times,
            held: (0, Vec::new()),
            stood: None,
            player,
            ground: Arc::new(ground),
            camera,
        }
    }

    /// The same session once more, with a decoder of its own: two of its moments can be looked at in turn.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            session: self.session.clone(),
            samples: Rc::clone(&self.samples),
            times: self.times.clone(),
            held: (0, Vec::new()),
            stood: None,
            player: self.player_twin(),
            ground: Arc::clone(&self.ground),
            ..*self
        }
    }

    /// Its video with a decoder of its own.
    pub fn player_twin(&self) -> Option<SessionPlayer> {
        self.player.as_ref().and_then(SessionPlayer::twin)
    }

    /// The time of each frame.
    pub fn times(&self) -> &[Timestamp] {
        &self.times
    }

    /// Its samples.
    pub fn samples(&self) -> &(dyn SampleSource + 's) {
        &*self.samples
    }

    /// The sample of the frame of this number; `None` beyond the last, or if it cannot be read.
    pub fn sample(&mut self, number: usize) -> Option<&Sample> {
        let (first, held) = &self.held;
        if number.checked_sub(*first).is_none_or(|at| at >= held.len()) {
            let from = *self.times.get(number.saturating_sub(BEFORE))?;
            let to = *self.times.get(number).and(self.times.get(number + AFTER).or(self.times.last()))?;
            let read = self.samples.within(from, to);
            let read = read.inspect_err(|fault| tracing::warn!("{fault}")).ok()?;
            self.held = (self.times.partition_point(|time| *time < from), read);
        }
        let (first, held) = &self.held;
        held.get(number.checked_sub(*first)?)
    }

    /// The frame of this number; `None` beyond the last.
    pub fn scene(&mut self, number: usize) -> Option<Scene> {
        let sample = self.sample(number)?.clone();
        Some(self.scene_of(&sample))
    }

    fn scene_of(&mut self, sample: &Sample) -> Scene {
        let picture = self.player.as_mut().and_then(|player| player.picture(sample.time));
        let picture = picture.unwrap_or_else(|| Arc::clone(&self.ground));
        let scale = self.scale(&picture);
        let repetitions = self.session.repetitions.iter().map(|kept| kept.repetition);
        let mut scene = Scene {
            picture,
            time: sample.time,
            number: sample.number,
            body: sample.body.as_deref().cloned(),
            back: sample.back.clone(),
            measurement: sample.measurement(self.session.standing(sample.time)),
            progress: Progress {
                phase: sample.phase,
                verdict: sample.verdict,
                repetitions: repetitions.take_while(|repetition| repetition.end <= sample.time).collect(),
                ..Progress::default()
            },
            times: None,
        };
        scene.body.iter_mut().for_each(|body| body.size *= scale);
        scene.place(|point| point * scale);
        scene
    }

    /// The same frame cropped to a square as high as the picture, centred on `around` (camera pixels from its left
    /// edge) as far as the picture reaches.
    pub fn cut_out(&mut self, number: usize, around: f32) -> Option<Scene> {
        let scene = self.scene(number)?;
        let (width, height) = scene.picture.dimensions();
        let side = height.min(width) as f32;
        let middle = around * width as f32 / self.camera.width;
        let left = (middle - side / 2.0).clamp(0.0, width as f32 - side);
        Some(cropped(scene, Box2D::from_origin_and_size(point2(left, 0.0), size2(side, height as f32))))
    }

    /// The same frame cropped to the part of its picture that `of` gives, from the size of the picture and how many of its pixels
    /// are one of the camera.
    pub fn part(
        &mut self,
        number: usize,
        of: impl FnOnce(Size2D<f32, Camera>, f32) -> Box2D<f32, Camera>,
    ) -> Option<Scene> {
        let scene = self.scene(number)?;
        let (width, height) = scene.picture.dimensions();
        let part = of(size2(width as f32, height as f32), self.scale(&scene.picture));
        Some(cropped(scene, part))
    }

    /// Pixels of this picture for one of the camera, in which samples are kept.
    pub fn scale(&self, picture: &RgbImage) -> f32 {
        picture.width() as f32 / self.camera.width
    }

    /// The frame shown at a time: the last one up to then.
    pub fn frame(&self, time: Timestamp) -> usize {
        self.times.partition_point(|shown| *shown <= time).saturating_sub(1)
    }

    /// The standing posture before the repetition nearest to this time.
    pub fn standing(&mut self, time: Timestamp) -> Option<Scene> {
        let stood = self.session.repetitions.iter().map(|kept| kept.repetition.stood());
        let begin = stood.min_by_key(|stood| stood.since(time).max(time.since(*stood)))?;
        if self.stood.as_ref().is_none_or(|(known, _)| *known != begin) {
            self.stood = Some((begin, self.last_seen(begin)));
        }
        let (_, sample) = self.stood.clone()?;
        Some(self.scene_of(&sample?))
    }

    /// The last sample up to a time, or the first of all, in which the back was seen.
    fn last_seen(&self, time: Timestamp) -> Option<Sample> {
        let first = *self.times.first()?;
        let mut to = *self.times.get(self.frame(time))?;
        loop {
            let from = Timestamp::new(to.since(Timestamp::default()).saturating_sub(SEARCHED)).max(first);
            let read = self.samples.within(from, to).ok()?;
            let seen = read.into_iter().rev().find(|sample| sample.back.is_some());
            if seen.is_some() || from >= to {
                return seen;
            }
            to = from;
        }
    }
}

/// A frame of which only this part is left, in whole pixels.
fn cropped(mut scene: Scene, part: Box2D<f32, Camera>) -> Scene {
    let part = part.round();
    let [left, top, width, height] = [part.min.x, part.min.y, part.width(), part.height()].map(|length| length as u32);
    scene.picture = Arc::new(imageops::crop_imm(&*scene.picture, left, top, width, height).to_image());
    scene.place(|point| point - part.min.to_vector());
    scene
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use euclid::Angle;
    use ndarray::Array2;

    use super::*;
    use crate::export::KeptSession;
    use crate::export::fixtures;
    use crate::geometry::Segments;
    use crate::pipeline::{Observation, StageTimes};
    use crate::pose::{CameraPoint, Joint, Mask, Pose, PoseResult, Region};
    use crate::source::Frame;
    use crate::spine::{BackEstimate, Facing};
    use crate::store::sample::Back;

    fn kept(picture: (u32, u32)) -> KeptSession {
        let mut whole = fixtures::session(Facing::Right);
        whole.session.entry.picture = Some(picture);
        whole
    }

    fn again(whole: &KeptSession) -> KeptFrames<'_> {
        KeptFrames::new(whole.session.clone(), &whole.samples, None).unwrap()
    }

    #[test]
    fn what_was_measured_is_what_is_seen_again() {
        let whole = kept((640, 480));
        let mut again = again(&whole);
        let seen = again.scene(1).unwrap();
        let sample = &whole.samples[1];
        assert_eq!(
            (seen.measurement.filtered, seen.measurement.half_width_90),
            (sample.filtered, sample.half_width_90)
        );
        assert!(seen.measurement.standing.is_some());
        assert_eq!((seen.body.as_ref(), &seen.back), (sample.body.as_deref(), &sample.back));
        assert_eq!(seen.picture.dimensions(), (640, 480));
        assert_eq!(seen.progress.repetitions.len(), 0, "it goes on still");
        assert_eq!(again.scene(3).unwrap().progress.repetitions.len(), 1);
        assert!(again.scene(0).unwrap().body.is_none() && again.scene(4).is_none());
    }

    /// A frame as it was observed live, and of which this sample is stored.
    fn observed(sample: &Sample, standing: Option<Segments>) -> Observation {
        let (body, back) = (sample.body.as_ref().unwrap(), sample.back.as_ref().unwrap());
        let region = Region { center: CameraPoint::zero(), size: body.size, rotation: Angle::zero() };
        let pose = Pose {
            landmarks: body.landmarks,
            presence: body.presence,
            mask: Mask { probability: Array2::zeros((1, 1)), burnt_out: Array2::from_elem((1, 1), false) },
            region,
            picture_size: size2(640.0, 480.0),
        };
        let Back { facing, s1, t12, c7, hip, segments, .. } = *back;
        let curve = back.curve.clone();
        let back = BackEstimate { facing, curve, s1, t12, c7, hip, segments, change: None, presence: 1.0 };
        let picture = Arc::new(RgbImage::new(640, 480));
        Observation {
            frame: Frame { picture, time: sample.time, captured_at: Instant::now(), number: sample.number },
            pose_result: Arc::new(PoseResult { pose: Some(pose), people: 1 }),
            back: Some(Arc::new(back)),
            limbs: None,
            form: None,
            measurement: sample.measurement(standing),
            progress: Progress { phase: sample.phase, verdict: sample.verdict, ..Progress::default() },
            times: StageTimes::default(),
        }
    }

    #[test]
    fn a_kept_frame_is_the_scene_that_it_was_live() {
        let whole = kept((640, 480));
        let mut again = again(&whole);
        let sample = whole.samples[1].clone();
        let live = observed(&sample, whole.session.standing(sample.time));
        assert_eq!(Sample::of(&live), sample);
        let (live, kept) = (Scene::from(&live), again.scene(1).unwrap());
        assert_eq!((&live.body, &live.back, live.measurement), (&kept.body, &kept.back, kept.measurement));
        assert_eq!((&live.progress, live.time, live.number), (&kept.progress, kept.time, kept.number));
    }

    #[test]
    fn points_lie_where_they_are_in_a_smaller_picture() {
        let (whole, half) = (kept((640, 480)), kept((1280, 960)));
        let (mut whole, mut half) = (again(&whole), again(&half));
        let knee = |seen: Scene| seen.body.as_ref().unwrap().landmark(Joint::LeftKnee).point;
        let (plain, small) = (knee(whole.scene(1).unwrap()), knee(half.scene(1).unwrap()));
        assert_eq!(small, plain / 2.0);
        let cut = half.cut_out(1, 300.0).unwrap();
        assert_eq!(cut.picture.dimensions(), (480, 480));
        assert_eq!(knee(cut), small, "the left edge is the picture's own");
        let right = half.cut_out(1, 1280.0).unwrap();
        assert_eq!(knee(right).x, small.x - 160.0);
    }

    #[test]
    fn a_session_without_samples_or_with_an_impossible_picture_shows_nothing_and_does_no_harm() {
        for picture in [(0, 0), (1, u32::MAX), (u32::MAX, 1)] {
            assert_eq!(again(&kept(picture)).scene(1).unwrap().picture.dimensions(), (640, 360));
        }
        let mut whole = kept((640, 480));
        whole.samples.clear();
        let mut empty = again(&whole);
        assert!(empty.scene(0).is_none() && empty.standing(Timestamp::default()).is_none());
    }

    #[test]
    fn standing_is_what_was_seen_before_the_bend() {
        let mut whole = kept((640, 480));
        assert!(again(&whole).standing(Timestamp::default()).is_none(), "nobody was seen before the only bend");
        whole.session.repetitions[0].repetition.start = Timestamp::from_secs_f64(0.9);
        let mut again = again(&whole);
        assert_eq!(again.standing(Timestamp::default()).unwrap().number, 3);
        assert_eq!(again.standing(Timestamp::default()).unwrap().number, 3, "also from what is known");
    }

    #[test]
    fn of_a_long_session_only_what_is_looked_at_is_held_and_every_frame_is_found() {
        let mut whole = kept((640, 480));
        let (unseen, seen) = (whole.samples[0].clone(), whole.samples[1].clone());
        let at = |number: u64| Timestamp::from_secs_f64(number as f64 / 30.0);
        let sample = |number: u64| {
            let of = if number == 40 { &seen } else { &unseen };
            Sample { time: at(number), number, ..of.clone() }
        };
        whole.samples = (0..3000).map(sample).collect();
        whole.session.repetitions[0].repetition.start = Timestamp::from_secs_f64(90.0);
        let mut again = again(&whole);
        for number in [0, 1, 2999, 1500, 1499, 1440, 20, 2998, 0] {
            assert_eq!(again.sample(number).unwrap().number, number as u64);
            assert_eq!(again.scene(number).unwrap().time, at(number as u64));
            assert!(again.held.1.len() <= BEFORE + AFTER + 1, "{}", again.held.1.len());
        }
        assert!(again.sample(3000).is_none());
        assert_eq!(again.standing(Timestamp::default()).unwrap().number, 40, "long before");
        let mut twin = again.twin();
        assert_eq!(twin.scene(77).unwrap().time, again.scene(77).unwrap().time);
    }
}
