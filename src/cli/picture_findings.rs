//! Says at the end of a session or an analysis whether the pixels of its pictures can be square, and whether they or their times
//! stood still.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::geometry::Origin;
use crate::i18n::{FindingWords, clock, fill};
use crate::pipeline::{FrameSink, FrozenPicture, GuidedFrame, Observation, TimeOrder};
use crate::source::Frame;
use crate::spine::{Distortion, PictureShapeWatch, ShapeDoubt};
use crate::visible::visible;

/// What is looked for.
#[derive(Debug, Default)]
struct PictureWatch {
    shape: PictureShapeWatch,
    repeated: FrozenPicture,
    times: TimeOrder,
}

/// What is found about the pictures of one source, by its [`PictureSink`].
#[derive(Clone, Debug)]
pub(super) struct PictureFindings {
    name: String,
    is_camera: bool,
    watch: Arc<Mutex<PictureWatch>>,
}

/// Looks at each frame.
#[derive(Debug)]
pub(super) struct PictureSink(Arc<Mutex<PictureWatch>>);

impl PictureFindings {
    /// Those of a source called `name`, a camera or a recording, and what collects them.
    pub(super) fn new(name: &str, is_camera: bool) -> (Self, PictureSink) {
        let watch = Arc::default();
        (Self { name: visible(&name), is_camera, watch: Arc::clone(&watch) }, PictureSink(watch))
    }

    /// What is to be said, and how it is set right.
    pub(super) fn sentences(&self, words: &FindingWords) -> impl Iterator<Item = String> + use<> {
        [self.of_shape(words), self.of_repeats(words), self.of_times(words)].into_iter().flatten()
    }

    fn of_shape(&self, words: &FindingWords) -> Option<String> {
        let doubt = locked(&self.watch).shape.doubt()?;
        let ShapeDoubt { distortion, likely: (across, down) } = doubt;
        let sentence = match (distortion, self.is_camera) {
            (Distortion::Squeezed, true) => &words.camera_squeezed,
            (Distortion::Stretched, true) => &words.camera_stretched,
            (Distortion::Squeezed, false) => &words.squeezed,
            (Distortion::Stretched, false) => &words.stretched,
        };
        Some(fill(sentence, &[("name", &self.name), ("shape", &format!("{across}:{down}"))]))
    }

    fn of_repeats(&self, words: &FindingWords) -> Option<String> {
        let (from, to) = locked(&self.watch).repeated.longest()?;
        let sentence = if self.is_camera { &words.camera_repeated } else { &words.repeated };
        Some(fill(sentence, &[("from", &clock(from)), ("to", &clock(to)), ("name", &self.name)]))
    }

    /// Those of a camera are made to go on.
    fn of_times(&self, words: &FindingWords) -> Option<String> {
        let (from, count) = locked(&self.watch).times.halted().filter(|_| !self.is_camera)?;
        Some(fill(&words.times_halt, &[("from", &clock(from)), ("count", &count), ("name", &self.name)]))
    }
}

impl PictureSink {
    /// Looks at the shape of a frame in which the back was seen. One that was not measured shows the person of another frame.
    pub(super) fn look_at_shape(&mut self, observation: &Observation) {
        let back = observation.back.as_ref().filter(|_| observation.measurement.origin == Origin::Frame);
        if let (Some(back), Some(pose)) = (back, &observation.pose_result.pose) {
            locked(&self.0).shape.observe(pose, back.facing);
        }
    }

    /// Looks whether the picture is that of the frame before, and whether it is later.
    pub(super) fn look_for_repeats(&mut self, frame: &Frame) {
        let mut watch = locked(&self.0);
        watch.repeated.observe(&frame.picture, frame.time);
        watch.times.observe(frame.time);
    }
}

impl FrameSink for PictureSink {
    fn observe(&mut self, observation: &Observation, _: Option<&GuidedFrame>) {
        self.look_at_shape(observation);
        self.look_for_repeats(&observation.frame);
    }
}

fn locked(watch: &Mutex<PictureWatch>) -> MutexGuard<'_, PictureWatch> {
    watch.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;
    use crate::coach::Progress;
    use crate::geometry::Measurement;
    use crate::i18n::{Language, Words};
    use crate::pipeline::StageTimes;
    use crate::pose::{CameraPoint, PoseResult};
    use crate::source::Timestamp;
    use crate::spine::fixtures::{TestPosture, pose};
    use crate::spine::{BackEstimate, Facing, Segments};

    /// A frame in which somebody leans so far.
    fn leaning(pelvis: f32, origin: Origin) -> Observation {
        let place = CameraPoint::zero();
        let back = BackEstimate {
            facing: Facing::Right,
            curve: Vec::new(),
            s1: place,
            t12: place,
            c7: Ok(place),
            hip: place,
            segments: Segments::default(),
            change: None,
            presence: 1.0,
        };
        let pose = pose(&TestPosture { pelvis, ..TestPosture::default() });
        Observation {
            frame: Frame::new(RgbImage::new(1, 1), Timestamp::default(), 0),
            pose_result: Arc::new(PoseResult { pose: Some(pose), people: 1 }),
            back: Some(Arc::new(back)),
            limbs: None,
            measurement: Measurement { origin, ..Measurement::default() },
            progress: Progress::default(),
            form: None,
            times: StageTimes::default(),
        }
    }

    #[test]
    fn the_shape_is_told_by_frames_that_were_measured_and_by_no_others() {
        let words = Words::read(Language::English).unwrap().findings;
        let told = |origin| {
            let (findings, mut sink) = PictureFindings::new("", false);
            // The feet of these people have no length, which no picture of the right shape shows.
            for pelvis in [0.0, 60.0, 0.0, 60.0, 0.0] {
                sink.look_at_shape(&leaning(pelvis, origin));
            }
            findings.sentences(&words).count()
        };
        assert_eq!([Origin::Frame, Origin::Held, Origin::Interpolated].map(told), [1, 0, 0]);
    }

    #[test]
    fn that_the_times_of_a_recording_go_back_is_told_once() {
        let words = Words::read(Language::English).unwrap().findings;
        let told = |is_camera, seconds: &[f64]| {
            let (findings, mut sink) = PictureFindings::new("a.webm", is_camera);
            for (number, seconds) in (0..).zip(seconds) {
                let time = Timestamp::from_secs_f64(*seconds);
                sink.look_for_repeats(&Frame::new(RgbImage::new(1, 1), time, number));
            }
            findings.sentences(&words).collect::<Vec<_>>()
        };
        let back = [0.0, 61.0, 62.0, 10.0, 11.0, 12.0, 63.0, 20.0, 21.0, 22.0];
        let sentences = told(false, &back);
        assert_eq!(sentences.len(), 1, "{sentences:?}");
        assert!(sentences[0].starts_with("From 01:02 on the times of 6 pictures of a.webm go back"), "{sentences:?}");
        assert!(told(false, &[0.0, 0.5, 1.0, 1.0, 1.5]).is_empty());
        assert!(told(true, &back).is_empty(), "those of a camera are made here");
    }
}
