//! Any video at all, through the ffmpeg program.
//!
//! ffmpeg turns, unsqueezes and shrinks the pictures and writes them as PPM (`ppm`), whose header tells each one's size,
//! so nothing has to be asked beforehand. Its `showinfo` filter tells each picture's time on the error stream (`words`),
//! in the same order: times are kept as they are in the file, at a variable rate too. An ffmpeg that breaks off midway
//! (`process`) is a failure: half a recording must not pass for a whole one.

mod log;
mod ppm;
mod process;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::RgbImage;

use self::process::Process;
use crate::source::{Delivery, Frame, Source, SourceError, SourceInfo, Timestamp, name_of};

/// A video that ffmpeg decodes.
pub(super) struct FfmpegVideo {
    info: SourceInfo,
    path: PathBuf,
    process: Process,
    first: Option<(RgbImage, Duration)>,
    /// The file's time of its first picture: zero on this source's clock.
    start: Duration,
    last: Duration,
    longest_gap: Duration,
    number: u64,
    /// Pictures that the file should hold behind its last one.
    missing: u64,
}

/// A file whose pictures end this long before it should is cut short. A sound track may well be half a second longer.
const CUT_SHORT: Duration = Duration::from_secs(1);

impl FfmpegVideo {
    /// Starts `program` on the file and waits for its first picture.
    pub(super) fn open(path: &Path, program: &str, content: &'static str) -> Result<Self, SourceError> {
        // -fps_mode is its name since ffmpeg 5.1, -vsync before.
        let mut outcome = Self::start(path, program, content, "-fps_mode");
        if matches!(&outcome, Err(SourceError::Ffmpeg { reason, .. }) if reason.contains("fps_mode")) {
            outcome = Self::start(path, program, content, "-vsync");
        }
        outcome
    }

    fn start(path: &Path, program: &str, content: &'static str, mode: &str) -> Result<Self, SourceError> {
        let failed = |reason| SourceError::Ffmpeg { path: path.to_owned(), reason };
        let mut process = Process::start(path, program, mode).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => SourceError::NeedsFfmpeg { path: path.to_owned(), content },
            _ => failed(cause.to_string()),
        })?;
        let first = process.next().map_err(failed)?;
        let Some((picture, start)) = first else {
            return Err(SourceError::Undecodable { path: path.to_owned() });
        };
        let info =
            SourceInfo { name: name_of(path), live: false, frame_count: None, duration: process.words().duration };
        Ok(Self {
            info,
            path: path.to_owned(),
            process,
            first: Some((picture, start)),
            start,
            last: Duration::ZERO,
            longest_gap: Duration::ZERO,
            number: 0,
            missing: 0,
        })
    }

    /// Whether the file ended before it should: ffmpeg itself finds nothing wrong with that.
    fn look_for_the_end(&mut self) {
        let Some(duration) = self.info.duration else { return };
        let lacking = duration.saturating_sub(self.last);
        // A slide show stands still for seconds, at its end too.
        if self.missing > 0 || lacking <= CUT_SHORT.max(self.longest_gap * 2) {
            return;
        }
        let path = self.path.display();
        tracing::warn!("{path} is cut short: its last {:.1} seconds are missing", lacking.as_secs_f64());
        let interval = self.last.as_secs_f64() / self.number.saturating_sub(1).max(1) as f64;
        // The last picture has its own time to be seen.
        self.missing =
            if interval > 0.0 { (lacking.as_secs_f64() / interval - 1.0).round().max(1.0) as u64 } else { 1 };
    }
}

impl Source for FfmpegVideo {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let failed = |reason| SourceError::BrokenOff { path: self.path.clone(), reason };
        let next = self.first.take().map_or_else(|| self.process.next().map_err(failed), |first| Ok(Some(first)))?;
        let Some((picture, time)) = next else {
            self.look_for_the_end();
            return Ok(Delivery::End);
        };
        // Times never run backwards, even in a broken file.
        let shown = time.saturating_sub(self.start).max(self.last);
        self.longest_gap = self.longest_gap.max(shown - self.last);
        self.last = shown;
        let number = self.number;
        self.number += 1;
        let time = Timestamp::new(self.last);
        Ok(Delivery::Frame(Frame::new(picture, time, number)))
    }

    fn dropped(&self) -> u64 {
        self.missing + self.process.words().undecodable
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A script that does what the name of its input says.
    const MADE: &str = "tests/made-ffmpeg";

    fn open(behaviour: &str) -> Result<FfmpegVideo, SourceError> {
        FfmpegVideo::open(Path::new(behaviour), MADE, "a video")
    }

    /// The frames before the end or the failure, and that.
    fn played(source: &mut FfmpegVideo) -> (u64, Result<(), String>) {
        let mut frames = 0;
        loop {
            match source.next() {
                Ok(Delivery::Frame(frame)) => frames = frame.number + 1,
                Ok(_) => return (frames, Ok(())),
                Err(error) => return (frames, Err(error.to_string())),
            }
        }
    }

    #[test]
    fn a_whole_recording_ends_well() {
        let mut source = open("whole").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 0);
        assert!(matches!(source.next(), Ok(Delivery::End)), "its end is its end");
    }

    #[test]
    fn a_recording_that_breaks_off_is_no_whole_one() {
        for (behaviour, reason) in [
            ("fails", "Conversion failed!; exit status: 3"),
            ("is-killed", "signal: 9"),
            ("stops-in-a-picture", "exit status: 0"),
            ("stalls", "no picture came for 2 s"),
            ("says-no-picture", "out of memory; signal: 9"), // and would go on living
        ] {
            let began = Instant::now();
            let (frames, outcome) = played(&mut open(behaviour).unwrap());
            let told = outcome.unwrap_err();
            assert_eq!(frames, 4, "{behaviour}");
            assert!(told.starts_with(&format!("{behaviour} breaks off")) && told.contains(reason), "{told}");
            assert!(began.elapsed() < Duration::from_secs(30), "{behaviour} was waited for");
        }
    }

    #[test]
    fn an_ffmpeg_that_gives_nothing_says_why() {
        let told = open("dies-at-once").err().unwrap().to_string();
        assert!(told.starts_with("dies-at-once cannot be decoded") && told.contains("signal: 9"), "{told}");
        assert!(matches!(open("gives-nothing"), Err(SourceError::Undecodable { .. })));
    }

    #[test]
    fn an_older_ffmpeg_is_asked_in_its_words() {
        assert_eq!(played(&mut open("is-old").unwrap()), (4, Ok(())));
    }

    #[test]
    fn a_file_that_ends_too_early_is_cut_short_and_lost_pictures_are_counted() {
        let mut source = open("is-cut-short").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 12, "0.4 of 1.6 seconds are there, at ten a second");
        let mut source = open("stumbles").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 2);
    }
}
