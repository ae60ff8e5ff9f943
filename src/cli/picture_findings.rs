//! Says at the end of a session or an analysis whether the pixels of its pictures can be square, and whether they stood still.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::i18n::{FindingWords, clock, fill};
use crate::pipeline::{FrameSink, FrozenPicture, GuidedFrame, Observation};
use crate::source::{Frame, SourceInfo};
use crate::spine::{Distortion, PictureShapeWatch, ShapeDoubt};
use crate::visible::visible;

/// What is looked for.
#[derive(Debug, Default)]
struct PictureWatch {
    shape: PictureShapeWatch,
    repeated: FrozenPicture,
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
    /// Those of this source, and what collects them.
    pub(super) fn new(source: &SourceInfo) -> (Self, PictureSink) {
        let watch = Arc::default();
        let name = visible(&source.name).to_string();
        (Self { name, is_camera: source.live, watch: Arc::clone(&watch) }, PictureSink(watch))
    }

    /// What is to be said, and how it is set right.
    pub(super) fn sentences(&self, words: &FindingWords) -> impl Iterator<Item = String> + use<> {
        [self.of_shape(words), self.of_repeats(words)].into_iter().flatten()
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
}

impl PictureSink {
    /// Looks at the shape of a frame in which the back was seen.
    pub(super) fn look_at_shape(&mut self, observation: &Observation) {
        if let (Some(back), Some(pose)) = (&observation.back, &observation.pose_result.pose) {
            locked(&self.0).shape.observe(pose, back.facing);
        }
    }

    /// Looks whether the picture is that of the frame before.
    pub(super) fn look_for_repeats(&mut self, frame: &Frame) {
        locked(&self.0).repeated.observe(&frame.picture, frame.time);
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
