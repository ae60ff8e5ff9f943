//! Asks ffmpeg where half of a file cannot be decoded here, before it is said to be damaged.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ffmpeg::{Described, FfmpegVideo};
use super::mp4::Mp4Video;
use crate::source::{Delivery, RecordingFacts, Source, SourceError, SourceInfo};

/// A video that is decoded here, or from some picture on by ffmpeg.
pub(super) struct Mp4OrFfmpeg {
    path: PathBuf,
    video: Mp4Video,
    program: String,
    ffmpeg: Option<FfmpegVideo>,
    /// Whether ffmpeg was asked.
    asked: bool,
}

impl Mp4OrFfmpeg {
    /// Plays the video, with this program to ask.
    pub(super) fn new(path: &Path, video: Mp4Video, program: &str) -> Self {
        Self { path: path.to_owned(), video, program: program.to_owned(), ffmpeg: None, asked: false }
    }

    /// Whether at least half of the file is missing in one piece before the next picture.
    fn fails(&mut self) -> bool {
        let (next, due) = (self.video.next_number(), self.video.counts().due);
        next.saturating_sub(due) * 2 >= self.video.shown().len().max(2)
    }

    fn ask(&mut self) -> Option<FfmpegVideo> {
        self.asked = true;
        let described = Described { index: Arc::clone(self.video.index()), from: self.video.counts().due };
        let opened = FfmpegVideo::open(&self.path, &self.program, &"a damaged video".into(), Some(described));
        opened.inspect_err(|error| tracing::debug!("ffmpeg does not help: {error}")).ok()
    }
}

impl Source for Mp4OrFfmpeg {
    fn info(&self) -> &SourceInfo {
        self.video.info()
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        if self.ffmpeg.is_none() && !self.asked && self.fails() {
            self.ffmpeg = self.ask();
        }
        match &mut self.ffmpeg {
            Some(ffmpeg) => ffmpeg.next(),
            None => self.video.next(),
        }
    }

    fn dropped(&self) -> u64 {
        let before = self.video.counts().missing();
        self.ffmpeg.as_ref().map_or_else(|| self.video.dropped(), |ffmpeg| before + ffmpeg.dropped())
    }

    fn facts(&self) -> Option<&RecordingFacts> {
        self.ffmpeg.as_ref().map_or_else(|| self.video.facts(), FfmpegVideo::facts)
    }
}
