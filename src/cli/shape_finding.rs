//! Says at the end of a session or an analysis whether the pixels of its pictures can be square.

use std::sync::{Arc, Mutex, PoisonError};

use crate::i18n::{FindingWords, fill};
use crate::pipeline::{FrameSink, GuidedFrame, Observation};
use crate::source::SourceInfo;
use crate::spine::{Distortion, PictureShapeWatch, ShapeDoubt};
use crate::visible::visible;

/// What is found about the shape of the pictures of one source, by its [`ShapeSink`].
#[derive(Clone, Debug)]
pub(super) struct ShapeFinding {
    name: String,
    is_camera: bool,
    watch: Arc<Mutex<PictureShapeWatch>>,
}

/// Looks at each frame.
#[derive(Debug)]
pub(super) struct ShapeSink(Arc<Mutex<PictureShapeWatch>>);

impl ShapeFinding {
    /// That of this source, and what collects it.
    pub(super) fn new(source: &SourceInfo) -> (Self, ShapeSink) {
        let watch = Arc::default();
        let name = visible(&source.name).to_string();
        (Self { name, is_camera: source.live, watch: Arc::clone(&watch) }, ShapeSink(watch))
    }

    /// What is to be said, and how the shape is set right.
    pub(super) fn sentence(&self, words: &FindingWords) -> Option<String> {
        let doubt = self.watch.lock().unwrap_or_else(PoisonError::into_inner).doubt()?;
        let ShapeDoubt { distortion, likely: (across, down) } = doubt;
        let sentence = match (distortion, self.is_camera) {
            (Distortion::Squeezed, true) => &words.camera_squeezed,
            (Distortion::Stretched, true) => &words.camera_stretched,
            (Distortion::Squeezed, false) => &words.squeezed,
            (Distortion::Stretched, false) => &words.stretched,
        };
        Some(fill(sentence, &[("name", &self.name), ("shape", &format!("{across}:{down}"))]))
    }
}

impl ShapeSink {
    /// Looks at a frame in which the back was seen.
    pub(super) fn look(&mut self, observation: &Observation) {
        if let (Some(back), Some(pose)) = (&observation.back, &observation.pose_result.pose) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).observe(pose, back.facing);
        }
    }
}

impl FrameSink for ShapeSink {
    fn observe(&mut self, observation: &Observation, _: Option<&GuidedFrame>) {
        self.look(observation);
    }
}
