//! Writes the video: encodes pictures, collects them into fragments, and syncs each complete fragment to disk.

use std::ffi::c_int;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use image::RgbImage;
use muxide::fragmented::{FragmentConfig, FragmentedMuxer};
use openh264::OpenH264API;
use openh264::encoder::{BitRate, Complexity, Encoder, EncoderConfig, FrameType, IntraFramePeriod, RateControlMode};
use openh264::formats::{RgbSliceU8, YUVBuffer};
use openh264_sys2::{ENCODER_OPTION_TRACE_LEVEL, WELS_LOG_QUIET};

use super::fragment::{Coded, TIMESCALE, fragment};
use super::piece_file::PieceFile;
use crate::owner_only;
use crate::source::{SourceError, Timestamp};

/// Duration of a fragment: including the one being written, less than a second is lost if the program is killed.
const FRAGMENT: Duration = Duration::from_millis(800);

/// The most bits per pixel and second, for people moving in front of a wall: 0.6 Mbit a second at 640 × 360. [own]
const BITS_A_PIXEL: f64 = 2.5;

/// The longest duration of a picture, as in [`crate::recording::mp4_writer`].
const LONGEST_DURATION: Duration = Duration::from_secs(60);

/// The duration of the only picture, ticks.
const ONLY_DURATION: u64 = TIMESCALE as u64 / 30;

/// Why a session's video cannot be written or played.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// Writing failed.
    #[error("{path} cannot be written: {} ({cause})", owner_only::remedy(cause))]
    File {
        /// The video.
        path: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// What is there at the end is not what was written: somebody removed or replaced it.
    #[error("{path} was removed or replaced while it was recorded: leave the files of sessions as they are")]
    Replaced {
        /// The video.
        path: PathBuf,
    },
    /// It is damaged, or not a video of a session.
    #[error("{path} cannot be played ({cause})")]
    Unplayable {
        /// The video.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        cause: SourceError,
    },
    /// The encoder thread panicked.
    #[error("A fault in bendwise itself ended the video: use --video off, and report this with what you did")]
    Fault,
    /// The encoder or the container refused.
    #[error("{path} cannot be encoded: use --video off, and report this as a fault of the program ({reason})")]
    Encoding {
        /// The video.
        path: PathBuf,
        /// The error.
        reason: String,
    },
}

/// A video being written, of pictures of one size.
pub(super) struct FragmentedMp4Writer {
    path: PathBuf,
    file: PieceFile,
    encoder: Encoder,
    size: (u32, u32),
    /// Whether the initialization segment is written, which needs the parameter sets of the first picture.
    begun: bool,
    fragments: u32,
    /// The pictures of the next fragment; the duration of the newest is known only when the next one comes.
    pictures: Vec<Coded>,
    last: Option<Timestamp>,
    clock: Duration,
    /// The number of pictures so far.
    written: u64,
}

impl FragmentedMp4Writer {
    /// Starts a video of `size`, both sides even. Once `given_up` is set, a write that fails is not tried again.
    pub(super) fn create(path: &Path, size: (u32, u32), given_up: Arc<AtomicBool>) -> Result<Self, RecordingError> {
        let file = owner_only::file(path).map_err(|cause| RecordingError::File { path: path.to_owned(), cause })?;
        let bits = (f64::from(size.0) * f64::from(size.1) * BITS_A_PIXEL) as u32;
        let configuration = EncoderConfig::new()
            .rate_control_mode(RateControlMode::Bitrate)
            .bitrate(BitRate::from_bps(bits))
            .complexity(Complexity::Low)
            // Key frames come at the start of each fragment, and only there.
            .intra_frame_period(IntraFramePeriod::from_num_frames(0))
            .scene_change_detect(false)
            .num_threads(1)
            .skip_frames(false);
        let mut encoder = Encoder::with_api_config(OpenH264API::from_source(), configuration)
            .map_err(|error| RecordingError::Encoding { path: path.to_owned(), reason: error.to_string() })?;
        silence(&mut encoder);
        Ok(Self {
            path: path.to_owned(),
            file: PieceFile::new(Box::new(file), given_up),
            encoder,
            size,
            begun: false,
            fragments: 0,
            pictures: Vec::new(),
            last: None,
            clock: Duration::ZERO,
            written: 0,
        })
    }

    /// The size of its pictures.
    pub(super) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Adds a picture of the video's size, later than the one before.
    pub(super) fn write(&mut self, picture: &RgbImage, time: Timestamp) -> Result<(), RecordingError> {
        self.clock += self.last.map_or(Duration::ZERO, |last| time.since(last)).min(LONGEST_DURATION);
        self.last = Some(time);
        let now = ticks(self.clock);
        let collected = self.pictures.first().map(|first| now.saturating_sub(first.time));
        if collected.is_none_or(|collected| collected >= ticks(FRAGMENT)) {
            self.write_fragment(now)?;
            self.encoder.force_intra_frame();
        }
        let size = (self.size.0 as usize, self.size.1 as usize);
        let planes = YUVBuffer::from_rgb8_source(RgbSliceU8::new(picture, size));
        let (stream, key) = {
            let coded = self.encoder.encode(&planes);
            coded.map(|coded| (coded.to_vec(), coded.frame_type() == FrameType::IDR))
        }
        .map_err(|error| self.refused(error))?;
        let units = Units::of(&stream);
        if !self.begun {
            self.write_header(&units)?;
        }
        self.pictures.push(Coded { time: now, data: units.picture, key });
        self.written += 1;
        Ok(())
    }

    /// Writes the last fragment, whose last picture lasts as long as the others on average. Fails if it is not in its place then: an open
    /// file takes what is written, also where nobody finds it any more.
    pub(super) fn finish(mut self) -> Result<(), RecordingError> {
        let gaps = self.written.saturating_sub(1);
        let end =
            self.pictures.last().map_or(0, |last| last.time + last.time.checked_div(gaps).unwrap_or(ONLY_DURATION));
        self.write_fragment(end)?;
        match super::is_as_written(&self.path, self.file.length()) {
            true => Ok(()),
            false => Err(RecordingError::Replaced { path: self.path.clone() }),
        }
    }

    /// Writes the initialization segment.
    fn write_header(&mut self, units: &Units) -> Result<(), RecordingError> {
        let (Some(sps), Some(pps)) = (units.sps.clone(), units.pps.clone()) else {
            return Err(self.refused("the first picture came without its parameter sets"));
        };
        let mut configuration = FragmentConfig::new(self.size.0, self.size.1, TIMESCALE);
        (configuration.sps, configuration.pps) = (sps, pps);
        let head = FragmentedMuxer::new(configuration).map_err(|error| self.refused(error))?.init_segment();
        self.begun = true;
        self.append(&head)
    }

    /// Writes the collected fragment, whose last picture lasts until `end`, and syncs it to disk.
    fn write_fragment(&mut self, end: u64) -> Result<(), RecordingError> {
        let pictures = std::mem::take(&mut self.pictures);
        if pictures.is_empty() {
            return Ok(());
        }
        self.fragments += 1;
        self.append(&fragment(self.fragments, &pictures, end))
    }

    fn append(&mut self, piece: &[u8]) -> Result<(), RecordingError> {
        self.file.append(piece).map_err(|cause| self.unwritable(cause))
    }

    fn unwritable(&self, cause: io::Error) -> RecordingError {
        RecordingError::File { path: self.path.clone(), cause }
    }

    fn refused(&self, reason: impl std::fmt::Display) -> RecordingError {
        RecordingError::Encoding { path: self.path.clone(), reason: reason.to_string() }
    }
}

/// Keeps the encoder from writing to the terminal. It warns about settings during initialization, which is before the
/// `openh264` crate silences it.
#[allow(unsafe_code)]
fn silence(encoder: &mut Encoder) {
    let mut level = WELS_LOG_QUIET as c_int;
    // SAFETY: the encoder exists, and OpenH264 accepts this one option before initialization (`SetOption`,
    // welsEncoderExt.cpp). It reads an int through the pointer before it returns. The crate itself sets the same option
    // with the first picture, so it relies on no other value.
    let refused = unsafe { encoder.raw_api().set_option(ENCODER_OPTION_TRACE_LEVEL, (&raw mut level).cast()) };
    if refused != 0 {
        tracing::debug!(refused, "the video encoder could not be silenced");
    }
}

fn ticks(time: Duration) -> u64 {
    (time.as_micros() * u128::from(TIMESCALE) / 1_000_000) as u64
}

/// The H.264 NAL units of one encoded picture.
#[derive(Debug, Default)]
struct Units {
    sps: Option<Vec<u8>>,
    pps: Option<Vec<u8>>,
    /// The units of the picture, each prefixed with its length.
    picture: Vec<u8>,
}

impl Units {
    /// Splits a stream at its start codes.
    fn of(stream: &[u8]) -> Self {
        let mut units = Self::default();
        let starts: Vec<usize> =
            stream.windows(3).enumerate().filter(|(_, code)| *code == [0, 0, 1]).map(|(at, _)| at + 3).collect();
        let ends = starts.iter().skip(1).map(|next| next - 3).chain([stream.len()]);
        for (start, end) in starts.iter().zip(ends) {
            let Some(mut unit) = stream.get(*start..end) else { continue };
            while let [before @ .., 0] = unit {
                unit = before; // part of a four-byte start code; no unit ends in zero
            }
            match unit.first().map(|kind| kind & 31) {
                Some(7) => units.sps = Some(unit.to_vec()),
                Some(8) => units.pps = Some(unit.to_vec()),
                Some(_) => {
                    units.picture.extend((unit.len() as u32).to_be_bytes());
                    units.picture.extend(unit);
                }
                None => {}
            }
        }
        units
    }
}

impl std::fmt::Debug for FragmentedMp4Writer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, size, fragments, clock, .. } = self;
        let mut lines = formatter.debug_struct("FragmentedMp4Writer");
        lines.field("path", path).field("size", size).field("fragments", fragments).field("clock", clock);
        lines.finish_non_exhaustive()
    }
}

/// A synthetic video of a moving white bar.
#[cfg(test)]
pub(crate) mod fixtures {
    use super::*;

    /// The position of the white bar at this step.
    pub(crate) fn bar(step: usize) -> u32 {
        4 * (step as u32 % 14)
    }

    fn picture(step: usize) -> RgbImage {
        RgbImage::from_fn(64, 48, |x, _| {
            image::Rgb(if (bar(step)..bar(step) + 8).contains(&x) { [255; 3] } else { [30; 3] })
        })
    }

    /// 30 pictures a second with jitter, starting at half a second, with a pause of five seconds in the middle.
    pub(crate) fn times() -> Vec<Timestamp> {
        let time = |step: u64| 500 + 33 * step + 7 * (step % 3) + if step > 70 { 5000 } else { 0 };
        (0..120).map(|step| Timestamp::new(Duration::from_millis(time(step)))).collect()
    }

    pub(crate) fn write_video(path: &Path) {
        let mut writer = FragmentedMp4Writer::create(path, (64, 48), Arc::default()).unwrap();
        for (step, time) in times().into_iter().enumerate() {
            writer.write(&picture(step), time).unwrap();
        }
        writer.finish().unwrap();
    }

    /// The middle of the bar.
    pub(crate) fn middle(picture: &RgbImage) -> u32 {
        let bright: Vec<u32> = (0..64).filter(|x| picture.get_pixel(*x, 24)[0] > 140).collect();
        bright.iter().sum::<u32>() / bright.len().max(1) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Delivery, video};

    /// The time in milliseconds and the middle of the bar, for every picture.
    fn played(path: &Path) -> Vec<(u64, u32)> {
        let mut video = video::open(path).unwrap();
        let frames = std::iter::from_fn(|| match video.next().unwrap() {
            Delivery::Frame(frame) => Some(frame),
            _ => None,
        });
        let seen = |frame: crate::source::Frame| {
            ((frame.time.as_secs_f64() * 1000.0).round() as u64, fixtures::middle(&frame.picture))
        };
        frames.map(seen).collect()
    }

    #[test]
    fn every_picture_comes_back_at_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        fixtures::write_video(&path);
        let played = played(&path);
        let written = fixtures::times();
        let times = written.iter().map(|time| time.since(written[0]).as_millis() as u64);
        assert_eq!(played.iter().map(|(time, _)| *time).collect::<Vec<_>>(), times.collect::<Vec<_>>());
        for (step, (_, middle)) in played.iter().enumerate() {
            assert!(middle.abs_diff(fixtures::bar(step) + 3) <= 1, "picture {step} shows the bar at {middle}");
        }
    }

    #[test]
    fn the_last_picture_lasts_as_long_as_the_others() {
        let folder = tempfile::tempdir().unwrap();
        for (apart, count) in [(80, 30), (33, 30), (8, 200)] {
            let path = folder.path().join(format!("{apart}.mp4"));
            let mut writer = FragmentedMp4Writer::create(&path, (64, 48), Arc::default()).unwrap();
            for number in 0..count {
                let time = Timestamp::new(Duration::from_millis(number * apart));
                writer.write(&RgbImage::new(64, 48), time).unwrap();
            }
            writer.finish().unwrap();
            let video = video::open(&path).unwrap();
            let rate = video.rate().unwrap();
            assert!((rate * apart as f64 / 1000.0 - 1.0).abs() < 1e-3, "{rate} a second, {apart} ms apart");
        }
    }

    #[test]
    fn a_truncated_video_is_recovered_and_plays_up_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        fixtures::write_video(&path);
        let whole = std::fs::read(&path).unwrap();
        let all = played(&path);
        let mut longest = 0;
        for tenth in 0..10 {
            let length = whole.len() * tenth / 10;
            std::fs::write(&path, &whole[..length]).unwrap();
            if super::super::recover(&path).unwrap() {
                let seen = played(&path);
                assert_eq!(seen, all[..seen.len()]);
                assert!(seen.len() >= longest);
                longest = seen.len();
            } else {
                assert!(!path.exists() && longest == 0);
            }
        }
        assert!(longest >= 80, "{longest}");
    }

    /// Something that is done to a file, and whether it is there afterwards.
    #[cfg(unix)]
    type FileChange = (fn(&Path), bool);

    #[cfg(unix)]
    #[test]
    fn a_video_that_is_not_in_its_place_at_its_end_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let changes: [FileChange; 5] = [
            (|_: &Path| {}, true),
            (|path: &Path| std::fs::remove_file(path).unwrap(), false),
            (|path: &Path| std::fs::write(path, "").unwrap(), false),
            (
                |path: &Path| {
                    let until_now = std::fs::read(path).unwrap();
                    std::fs::remove_file(path).unwrap();
                    std::fs::write(path, until_now).unwrap();
                },
                false,
            ),
            (|path: &Path| std::fs::remove_dir_all(path.parent().unwrap()).unwrap(), false),
        ];
        for (number, (change, is_there)) in changes.into_iter().enumerate() {
            let mut writer = FragmentedMp4Writer::create(&path, (64, 48), Arc::default()).unwrap();
            for (step, time) in fixtures::times().into_iter().enumerate() {
                writer.write(&RgbImage::new(64, 48), time).unwrap();
                if step == 60 {
                    change(&path);
                }
            }
            let told = writer.finish();
            let is_replaced = matches!(told, Err(RecordingError::Replaced { .. }));
            assert_eq!((told.is_ok(), is_replaced), (is_there, !is_there), "{number}");
            std::fs::remove_file(&path).ok();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_disk_is_not_called_full_and_a_full_one_is() {
        let told = |cause| RecordingError::File { path: "video.mp4".into(), cause }.to_string();
        let failing = told(io::Error::from_raw_os_error(5));
        assert!(failing.contains("the disk reports an error") && !failing.contains("full"), "{failing}");
        let full = told(io::ErrorKind::StorageFull.into());
        assert!(full.contains("the disk is full, free some space"), "{full}");
        let limited = told(io::ErrorKind::FileTooLarge.into());
        assert!(limited.contains("ulimit -f") && !limited.contains("full"), "{limited}");
    }
}
