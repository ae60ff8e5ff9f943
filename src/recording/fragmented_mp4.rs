//! Writes the video: encodes pictures, gathers them into fragments, and puts each on the disk when it is whole.

use std::ffi::c_int;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::RgbImage;
use muxide::fragmented::{FragmentConfig, FragmentedMuxer};
use openh264::OpenH264API;
use openh264::encoder::{BitRate, Complexity, Encoder, EncoderConfig, FrameType, IntraFramePeriod, RateControlMode};
use openh264::formats::{RgbSliceU8, YUVBuffer};
use openh264_sys2::{ENCODER_OPTION_TRACE_LEVEL, WELS_LOG_QUIET};

use super::fragment::{Coded, TIMESCALE, fragment};
use crate::owner_only;
use crate::source::{SourceError, Timestamp};

/// How long a fragment is: with what is being written when a kill comes, less than a second is lost.
const FRAGMENT: Duration = Duration::from_millis(800);

/// Bits a pixel and second, at most, for people who move before a wall: 0.6 Mbit a second at 640 × 360. [own]
const BITS_A_PIXEL: f64 = 2.5;

/// A picture is shown no longer than this, as in [`crate::recording::mp4_writer`].
const LONGEST_SHOWN: Duration = Duration::from_secs(60);

/// How long the very last picture is shown.
const LAST_SHOWN: u64 = TIMESCALE as u64 / 30;

/// Why a session's video cannot be written or played.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// The disk does not take it.
    #[error("{path} cannot be written: the disk does not take it, it may be full ({cause})")]
    File {
        /// The video.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// It is damaged, or no video of a session.
    #[error("{path} cannot be played ({cause})")]
    Unplayable {
        /// The video.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        cause: SourceError,
    },
    /// A panic while filming.
    #[error("A fault in bendwise itself ended the video: use --video off, and report this with what you did")]
    Fault,
    /// The encoder or the container refused.
    #[error("{path} cannot be encoded: use --video off, and report this as a fault of the program ({reason})")]
    Encoding {
        /// The video.
        path: PathBuf,
        /// What was refused.
        reason: String,
    },
}

/// A video being written, of pictures of one size.
pub(super) struct FragmentedMp4Writer {
    path: PathBuf,
    file: File,
    encoder: Encoder,
    size: (u32, u32),
    /// Whether the head of the file is written: it needs what the first picture tells.
    begun: bool,
    fragments: u32,
    /// Those of the fragment to come; the newest waits for the next, which tells how long it is shown.
    pictures: Vec<Coded>,
    last: Option<Timestamp>,
    clock: Duration,
}

impl FragmentedMp4Writer {
    /// Begins a video of `size`, both sides even.
    pub(super) fn create(path: &Path, size: (u32, u32)) -> Result<Self, FilmError> {
        let file = owner_only::file(path).map_err(|cause| FilmError::File { path: path.to_owned(), cause })?;
        let bits = (f64::from(size.0) * f64::from(size.1) * BITS_A_PIXEL) as u32;
        let configuration = EncoderConfig::new()
            .rate_control_mode(RateControlMode::Bitrate)
            .bitrate(BitRate::from_bps(bits))
            .complexity(Complexity::Low)
            // Key frames come where fragments begin, and only there.
            .intra_frame_period(IntraFramePeriod::from_num_frames(0))
            .scene_change_detect(false)
            .num_threads(1)
            .skip_frames(false);
        let mut encoder = Encoder::with_api_config(OpenH264API::from_source(), configuration)
            .map_err(|error| FilmError::Encoding { path: path.to_owned(), reason: error.to_string() })?;
        hush(&mut encoder);
        Ok(Self {
            path: path.to_owned(),
            file,
            encoder,
            size,
            begun: false,
            fragments: 0,
            pictures: Vec::new(),
            last: None,
            clock: Duration::ZERO,
        })
    }

    /// The size of its pictures.
    pub(super) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Adds a picture of the reel's size, later than the one before.
    pub(super) fn write(&mut self, picture: &RgbImage, time: Timestamp) -> Result<(), FilmError> {
        self.clock += self.last.map_or(Duration::ZERO, |last| time.since(last)).min(LONGEST_SHOWN);
        self.last = Some(time);
        let now = ticks(self.clock);
        let gathered = self.pictures.first().map(|first| now.saturating_sub(first.time));
        if gathered.is_none_or(|gathered| gathered >= ticks(FRAGMENT)) {
            self.put_down(now)?;
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
            self.begin(&units)?;
        }
        self.pictures.push(Coded { time: now, data: units.picture, key });
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> Result<(), FilmError> {
        let end = self.pictures.last().map_or(0, |last| last.time + LAST_SHOWN);
        self.put_down(end)
    }

    /// Writes the head of the file.
    fn begin(&mut self, units: &Units) -> Result<(), FilmError> {
        let (Some(sps), Some(pps)) = (units.sps.clone(), units.pps.clone()) else {
            return Err(self.refused("the first picture came without its parameters"));
        };
        let mut configuration = FragmentConfig::new(self.size.0, self.size.1, TIMESCALE);
        (configuration.sps, configuration.pps) = (sps, pps);
        let head = FragmentedMuxer::new(configuration).map_err(|error| self.refused(error))?.init_segment();
        self.begun = true;
        self.file.write_all(&head).map_err(|cause| self.unwritable(cause))
    }

    /// Writes the fragment that is gathered, whose last picture is shown until `end`; once this returns, it is on the
    /// disk.
    fn put_down(&mut self, end: u64) -> Result<(), FilmError> {
        let pictures = std::mem::take(&mut self.pictures);
        if pictures.is_empty() {
            return Ok(());
        }
        self.fragments += 1;
        let bytes = fragment(self.fragments, &pictures, end);
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        written.map_err(|cause| self.unwritable(cause))
    }

    fn unwritable(&self, cause: io::Error) -> FilmError {
        FilmError::File { path: self.path.clone(), cause }
    }

    fn refused(&self, reason: impl std::fmt::Display) -> FilmError {
        FilmError::Encoding { path: self.path.clone(), reason: reason.to_string() }
    }
}

/// Keeps the encoder from writing to the person's terminal. It warns of settings while it is set up, which is before the
/// `openh264` crate tells it to be quiet.
#[allow(unsafe_code)]
fn hush(encoder: &mut Encoder) {
    let mut level = WELS_LOG_QUIET as c_int;
    // SAFETY: the encoder exists, and OpenH264 takes this one option before it is set up (`SetOption`, welsEncoderExt.cpp).
    // It reads an int behind the pointer before it returns. The crate sets the same option itself with the first picture,
    // so it relies on no other value.
    let refused = unsafe { encoder.raw_api().set_option(ENCODER_OPTION_TRACE_LEVEL, (&raw mut level).cast()) };
    if refused != 0 {
        tracing::debug!(refused, "the video encoder stays talkative");
    }
}

fn ticks(time: Duration) -> u64 {
    (time.as_micros() * u128::from(TIMESCALE) / 1_000_000) as u64
}

/// What the encoder gave for one picture: units of H.264.
#[derive(Debug, Default)]
struct Units {
    sps: Option<Vec<u8>>,
    pps: Option<Vec<u8>>,
    /// Those of the picture, each after its length.
    picture: Vec<u8>,
}

impl Units {
    /// Cuts a stream at its start codes.
    fn of(stream: &[u8]) -> Self {
        let mut units = Self::default();
        let starts: Vec<usize> =
            stream.windows(3).enumerate().filter(|(_, code)| *code == [0, 0, 1]).map(|(at, _)| at + 3).collect();
        let ends = starts.iter().skip(1).map(|next| next - 3).chain([stream.len()]);
        for (start, end) in starts.iter().zip(ends) {
            let Some(mut unit) = stream.get(*start..end) else { continue };
            while let [before @ .., 0] = unit {
                unit = before; // of a start code of four bytes; no unit ends in zero
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
        let mut lines = formatter.debug_struct("Reel");
        lines.field("path", path).field("size", size).field("fragments", fragments).field("clock", clock);
        lines.finish_non_exhaustive()
    }
}

/// A made video: a white bar that wanders.
#[cfg(test)]
pub(crate) mod fixtures {
    use super::*;

    /// Where the white bar of a picture stands that is written at this step.
    pub(crate) fn bar(step: usize) -> u32 {
        4 * (step as u32 % 14)
    }

    fn picture(step: usize) -> RgbImage {
        RgbImage::from_fn(64, 48, |x, _| {
            image::Rgb(if (bar(step)..bar(step) + 8).contains(&x) { [255; 3] } else { [30; 3] })
        })
    }

    /// 30 a second with jitter from half a second on, and a pause of five seconds in the middle.
    pub(crate) fn times() -> Vec<Timestamp> {
        let time = |step: u64| 500 + 33 * step + 7 * (step % 3) + if step > 70 { 5000 } else { 0 };
        (0..120).map(|step| Timestamp::new(Duration::from_millis(time(step)))).collect()
    }

    pub(crate) fn film(path: &Path) {
        let mut reel = FragmentedMp4Writer::create(path, (64, 48)).unwrap();
        for (step, time) in times().into_iter().enumerate() {
            reel.write(&picture(step), time).unwrap();
        }
        reel.finish().unwrap();
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

    /// Time, milliseconds, and the middle of the bar, of every picture.
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
        fixtures::film(&path);
        let played = played(&path);
        let written = fixtures::times();
        let times = written.iter().map(|time| time.since(written[0]).as_millis() as u64);
        assert_eq!(played.iter().map(|(time, _)| *time).collect::<Vec<_>>(), times.collect::<Vec<_>>());
        for (step, (_, middle)) in played.iter().enumerate() {
            assert!(middle.abs_diff(fixtures::bar(step) + 3) <= 1, "picture {step} shows the bar at {middle}");
        }
    }

    #[test]
    fn wherever_it_is_cut_off_it_is_mended_and_plays_up_to_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        fixtures::film(&path);
        let whole = std::fs::read(&path).unwrap();
        let all = played(&path);
        let mut longest = 0;
        for tenth in 0..10 {
            let length = whole.len() * tenth / 10;
            std::fs::write(&path, &whole[..length]).unwrap();
            if super::super::mend(&path).unwrap() {
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
}
