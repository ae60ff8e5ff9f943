//! Writes pictures to an H.264 MP4 that plays everywhere, each with its true duration.
//!
//! The file is written atomically: a half-written video never has the target's name, and a video that it replaces stays
//! until the last moment. The samples are kept in memory until then, because the index comes first in the file, so that
//! it can be played while it loads.

use std::path::{Path, PathBuf};
use std::time::Duration;

use image::{RgbImage, imageops};
use muxide::api::{Muxer, MuxerBuilder, MuxerError, VideoCodec};
use openh264::OpenH264API;
use openh264::encoder::{Complexity, Encoder, EncoderConfig, FrameType, IntraFramePeriod, RateControlMode};
use openh264::formats::{RgbSliceU8, YUVBuffer};

use crate::atomic_file::{AtomicFile, AtomicFileError};
use crate::source::Timestamp;

/// Why a video cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// The file cannot be created or written: no such folder, no permission, or the disk is full.
    #[error(transparent)]
    File(#[from] AtomicFileError),
    /// The size cannot be encoded.
    #[error("A video of {width}x{height} pixels cannot be written: each side must be 16 to 3840 pixels")]
    Size {
        /// Requested width, pixels.
        width: u32,
        /// Requested height, pixels.
        height: u32,
    },
    /// A picture that does not have the size of the video.
    #[error(
        "A picture of {got_width}x{got_height} pixels does not fit a video of {width}x{height}: give all pictures the same size"
    )]
    Picture {
        /// Width of the video, pixels.
        width: u32,
        /// Height of the video, pixels.
        height: u32,
        /// Width of the picture, pixels.
        got_width: u32,
        /// Height of the picture, pixels.
        got_height: u32,
    },
    /// A picture that is not later than the one before.
    #[error("The frame at {time:.3} s is not later than the one before it: give frames in the order of their times")]
    Time {
        /// Its time, seconds.
        time: f64,
    },
    /// The video was finished without a picture.
    #[error("{path} was not written: there was no frame to put in it")]
    Empty {
        /// The video.
        path: PathBuf,
    },
    /// The encoder or the container refused.
    #[error("{path} cannot be encoded ({reason}): try another size, or report this as a fault of the program")]
    Encoding {
        /// The video.
        path: PathBuf,
        /// The error.
        reason: String,
    },
}

/// A video being written. Without [`VideoWriter::finish`], nothing is left of it.
pub struct VideoWriter {
    path: PathBuf,
    width: u32,
    height: u32,
    encoder: Encoder,
    muxer: Muxer<AtomicFile>,
    last: Option<Timestamp>,
    /// Total time removed from pictures with too long a duration.
    cut: Duration,
}

/// The smallest and the largest side that the encoder accepts, pixels.
const SIDES: std::ops::RangeInclusive<u32> = 16..=3840;

/// The most frames between key frames: at 30 fps a player can seek to within five seconds.
const KEY_FRAME_EVERY: u32 = 150;

/// The longest duration of a picture, however long the gap after it: times in an MP4 are limited, and nobody watches a
/// longer still.
const LONGEST_DURATION: Duration = Duration::from_secs(60);

impl VideoWriter {
    /// Starts a video of `width` by `height` pixels, each side 16 to 3840. The last row or column of an odd side is
    /// cropped.
    ///
    /// # Errors
    /// [`VideoError::File`] if the file cannot be written, [`VideoError::Size`] if a side is out of range.
    pub fn create(path: &Path, width: u32, height: u32) -> Result<Self, VideoError> {
        if !SIDES.contains(&width) || !SIDES.contains(&height) {
            return Err(VideoError::Size { width, height });
        }
        let (width, height) = (width & !1, height & !1);
        let encoding = |reason: String| VideoError::Encoding { path: path.to_owned(), reason };
        let encoder = encoder().map_err(|error| encoding(error.to_string()))?;
        // The rate is only a hint: every frame has its own time.
        let muxer = MuxerBuilder::new(AtomicFile::create(path)?)
            .video(VideoCodec::H264, width, height, 30.0)
            .with_fast_start(true)
            .build()
            .map_err(|error| encoding(error.to_string()))?;
        Ok(Self { path: path.to_owned(), width, height, encoder, muxer, last: None, cut: Duration::ZERO })
    }

    /// Adds a picture that lasts from `time` until the next one.
    ///
    /// # Errors
    /// If the picture has another size, is not later than the one before, or cannot be encoded.
    pub fn write(&mut self, picture: &RgbImage, time: Timestamp) -> Result<(), VideoError> {
        if self.last.is_some_and(|last| time <= last) {
            return Err(VideoError::Time { time: time.as_secs_f64() });
        }
        let (width, height) = (self.width as usize, self.height as usize);
        let encoded = match picture.dimensions() {
            size if size == (self.width, self.height) => self.encode(picture, (width, height)),
            (got_width, got_height) if (got_width & !1, got_height & !1) == (self.width, self.height) => {
                let even = imageops::crop_imm(picture, 0, 0, self.width, self.height).to_image();
                self.encode(&even, (width, height))
            }
            (got_width, got_height) => {
                return Err(VideoError::Picture { width: self.width, height: self.height, got_width, got_height });
            }
        };
        let (sample, key) = encoded.map_err(|error| self.encoding(error.to_string()))?;
        let gap = self.last.map_or(Duration::ZERO, |last| time.since(last));
        self.cut += gap.saturating_sub(LONGEST_DURATION);
        let at = time.as_secs_f64() - self.cut.as_secs_f64();
        self.muxer.write_video(at, &sample, key).map_err(|error| self.muxing(error))?;
        self.last = Some(time);
        Ok(())
    }

    /// Writes the file and moves it to its target.
    ///
    /// # Errors
    /// If the disk is full, the folder no longer exists, or no picture was added.
    pub fn finish(mut self) -> Result<(), VideoError> {
        if self.last.is_none() {
            return Err(VideoError::Empty { path: self.path.clone() });
        }
        self.muxer.finish_in_place().map_err(|error| self.muxing(error))?;
        Ok(self.muxer.into_writer().finish()?)
    }

    fn encode(&mut self, picture: &RgbImage, size: (usize, usize)) -> Result<(Vec<u8>, bool), openh264::Error> {
        let planes = YUVBuffer::from_rgb8_source(RgbSliceU8::new(picture, size));
        let coded = self.encoder.encode(&planes)?;
        Ok((coded.to_vec(), coded.frame_type() == FrameType::IDR))
    }

    fn encoding(&self, reason: String) -> VideoError {
        VideoError::Encoding { path: self.path.clone(), reason }
    }

    fn muxing(&self, error: MuxerError) -> VideoError {
        match error {
            MuxerError::Io(cause) => AtomicFileError::Unwritable { path: self.path.clone(), cause }.into(),
            other => self.encoding(other.to_string()),
        }
    }
}

impl std::fmt::Debug for VideoWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, width, height, last, .. } = self;
        let mut lines = formatter.debug_struct("VideoWriter");
        lines
            .field("path", path)
            .field("width", width)
            .field("height", height)
            .field("last", last)
            .finish_non_exhaustive()
    }
}

fn encoder() -> Result<Encoder, openh264::Error> {
    let configuration = EncoderConfig::new()
        // Constant quality: thin lines stay sharp, and a still scene takes almost no space.
        .rate_control_mode(RateControlMode::Off)
        .complexity(Complexity::Low)
        .intra_frame_period(IntraFramePeriod::from_num_frames(KEY_FRAME_EVERY))
        .num_threads(1)
        // A skipped frame would leave a gap.
        .skip_frames(false);
    Encoder::with_api_config(OpenH264API::from_source(), configuration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_years_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let mut writer = VideoWriter::create(&path, 64, 48).unwrap();
        for seconds in [0, 1, 4_000_000_000, 4_000_000_001] {
            writer.write(&RgbImage::new(64, 48), Timestamp::new(Duration::from_secs(seconds))).unwrap();
        }
        writer.finish().unwrap();
        let mut video = crate::source::video::open(&path).unwrap();
        let times = std::iter::from_fn(|| match video.next().unwrap() {
            crate::source::Delivery::Frame(frame) => Some(frame.time.as_secs_f64().round()),
            _ => None,
        });
        assert_eq!(times.collect::<Vec<_>>(), [0.0, 1.0, 61.0, 62.0]);
    }

    #[test]
    fn an_unwritable_video_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing").join("a.mp4");
        let message = VideoWriter::create(&missing, 64, 48).unwrap_err().to_string();
        assert!(message.contains("a.mp4 cannot be written: there is no such folder"), "{message}");
        assert!(matches!(VideoWriter::create(folder.path(), 64, 48), Err(VideoError::File(_))));
        let path = folder.path().join("a.mp4");
        for (width, height) in [(0, 48), (8, 48), (64, 9000)] {
            assert!(matches!(VideoWriter::create(&path, width, height), Err(VideoError::Size { .. })));
        }
    }

    #[test]
    fn a_wrong_picture_or_time_is_refused_and_leaves_the_video_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let mut writer = VideoWriter::create(&path, 65, 49).unwrap();
        let at = |milliseconds| Timestamp::new(Duration::from_millis(milliseconds));
        writer.write(&RgbImage::new(65, 49), at(10)).unwrap();
        assert!(matches!(writer.write(&RgbImage::new(80, 49), at(20)), Err(VideoError::Picture { .. })));
        assert!(matches!(writer.write(&RgbImage::new(64, 48), at(10)), Err(VideoError::Time { .. })));
        writer.write(&RgbImage::new(64, 48), at(20)).unwrap();
        writer.finish().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_unfinished_or_empty_video_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let mut writer = VideoWriter::create(&path, 64, 48).unwrap();
        writer.write(&RgbImage::new(64, 48), Timestamp::default()).unwrap();
        drop(writer);
        let writer = VideoWriter::create(&path, 64, 48).unwrap();
        assert!(matches!(writer.finish(), Err(VideoError::Empty { .. })));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
