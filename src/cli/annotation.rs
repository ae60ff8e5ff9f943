//! The annotated video: every frame as the window would show it, not mirrored.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use image::RgbImage;

use crate::i18n::Words;
use crate::pipeline::{FaceCover, Scene};
use crate::recording::mp4_writer::VideoWriter;
use crate::screen::canvas::Canvas;
use crate::screen::live::{self, View};
use crate::screen::settings::Settings;
use crate::screen::window::OPENING_SIZE;
use crate::source::Timestamp;

/// The video being written.
pub(super) struct Annotation {
    words: Arc<Words>,
    canvas: Canvas,
    writer: VideoWriter,
    last: Option<Timestamp>,
    /// Covers the faces; `None` if they are shown.
    cover: Option<FaceCover>,
}

impl Annotation {
    /// Creates the video file. Faces are covered unless `faces`.
    pub(super) fn create(path: &Path, words: Arc<Words>, faces: bool) -> Result<Self> {
        let (width, height) = OPENING_SIZE;
        let cover = (!faces).then(FaceCover::default);
        let writer = VideoWriter::create(path, u32::try_from(width)?, u32::try_from(height)?)?;
        Ok(Self { words, canvas: Canvas::new(width, height)?, writer, last: None, cover })
    }

    /// Adds a frame. If several have the same time, as in some recordings, the first is used.
    pub(super) fn record(&mut self, mut scene: Scene) -> Result<()> {
        if let Some(cover) = &mut self.cover {
            cover.cover(&mut scene);
        }
        let time = scene.time;
        if self.last.replace(time).is_some_and(|last| time <= last) {
            return Ok(());
        }
        let mut settings = Settings::default();
        settings.mirror = false;
        // The safety line replaces the hint at the help key, as a video has no keys.
        let view = View { scene: Some(&scene), settings, safety: true, ..View::new(&self.words) };
        live::draw(&mut self.canvas, &view);
        Ok(self.writer.write(&picture(&self.canvas), time)?)
    }

    /// Completes the video.
    pub(super) fn finish(self) -> Result<()> {
        Ok(self.writer.finish()?)
    }
}

/// Converts the canvas to RGB.
pub(super) fn picture(canvas: &Canvas) -> RgbImage {
    let mut picture = RgbImage::new(canvas.width() as u32, canvas.height() as u32);
    for (pixel, packed) in picture.pixels_mut().zip(canvas.pixels()) {
        let [_, red, green, blue] = packed.to_be_bytes();
        pixel.0 = [red, green, blue];
    }
    picture
}
