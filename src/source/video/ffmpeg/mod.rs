//! Decodes any video with the ffmpeg program.
//!
//! ffmpeg rotates, stretches and shrinks the pictures and writes them as PPM (`ppm`), whose header states the size, so
//! the file need not be probed first. Its `showinfo` filter reports each picture's time on the error stream (`log`) in
//! the same order: times stay as they are in the file, even at a variable rate. If ffmpeg stops midway (`process`),
//! that is an error: half a recording must not pass for a whole one.

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
    /// The time of the first picture in the file, which is zero on this source's clock.
    start: Duration,
    last: Duration,
    longest_gap: Duration,
    number: u64,
    /// Estimated number of pictures missing at the end of the file.
    missing: u64,
}

/// A file whose pictures end this long before its stated duration is truncated. A sound track may be half a second
/// longer.
const CUT_SHORT: Duration = Duration::from_secs(1);

impl FfmpegVideo {
    /// Starts `program` on the file and waits for its first picture.
    pub(super) fn open(path: &Path, program: &str, content: &'static str) -> Result<Self, SourceError> {
        // The option is called -fps_mode since ffmpeg 5.1, -vsync before.
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
        let info = SourceInfo { name: name_of(path), live: false, frame_count: None, duration: process.log().duration };
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

    /// Checks whether the file is truncated, which is not an error for ffmpeg.
    fn check_length(&mut self) {
        let Some(duration) = self.info.duration else { return };
        let absent = duration.saturating_sub(self.last);
        // A slide show shows each picture for seconds, including the last.
        if self.missing > 0 || absent <= CUT_SHORT.max(self.longest_gap * 2) {
            return;
        }
        let path = self.path.display();
        tracing::warn!("{path} is cut short: its last {:.1} seconds are missing", absent.as_secs_f64());
        let interval = self.last.as_secs_f64() / self.number.saturating_sub(1).max(1) as f64;
        // The last picture has a display time of its own.
        self.missing = if interval > 0.0 { (absent.as_secs_f64() / interval - 1.0).round().max(1.0) as u64 } else { 1 };
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
            self.check_length();
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
        self.missing + self.process.log().undecodable
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A script that behaves as the name of its input says.
    const FAKE_FFMPEG: &str = "tests/fake-ffmpeg";

    fn open(behaviour: &str) -> Result<FfmpegVideo, SourceError> {
        FfmpegVideo::open(Path::new(behaviour), FAKE_FFMPEG, "a video")
    }

    /// The number of frames before the end or the failure, and the outcome.
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
        assert!(matches!(source.next(), Ok(Delivery::End)), "the end is repeated");
    }

    #[test]
    fn a_recording_that_stops_midway_is_an_error() {
        for (behaviour, reason) in [
            ("fails", "Conversion failed!; exit status: 3"),
            ("is-killed", "signal: 9"),
            ("stops-in-a-picture", "exit status: 0"),
            ("stalls", "no picture came for 2 s"),
            ("says-no-picture", "out of memory; signal: 9"), // and would keep running
        ] {
            let began = Instant::now();
            let (frames, outcome) = played(&mut open(behaviour).unwrap());
            let message = outcome.unwrap_err();
            assert_eq!(frames, 4, "{behaviour}");
            assert!(message.starts_with(&format!("{behaviour} breaks off")) && message.contains(reason), "{message}");
            assert!(began.elapsed() < Duration::from_secs(30), "{behaviour} was waited for");
        }
    }

    #[test]
    fn an_ffmpeg_without_output_says_why() {
        let message = open("dies-at-once").err().unwrap().to_string();
        assert!(message.starts_with("dies-at-once cannot be decoded") && message.contains("signal: 9"), "{message}");
        assert!(matches!(open("gives-nothing"), Err(SourceError::Undecodable { .. })));
    }

    #[test]
    fn an_older_ffmpeg_gets_its_own_option() {
        assert_eq!(played(&mut open("is-old").unwrap()), (4, Ok(())));
    }

    #[test]
    fn a_truncated_file_is_recognised_and_lost_pictures_are_counted() {
        let mut source = open("is-cut-short").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 12, "0.4 of 1.6 seconds are present, at ten a second");
        let mut source = open("stumbles").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 2);
    }
}
