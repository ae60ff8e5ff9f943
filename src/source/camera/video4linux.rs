//! Cameras of Linux, by its video drivers. No other file uses v4l.
//!
//! - A driver says how the rows of a picture lie, how much of a buffer is one, and what its colours mean; all of it is
//!   taken from there, after the mode was set, and only what it does not say is assumed.
//! - A camera may be left in any mode: the wanted one is set whatever it was in before.
//! - Waiting for a picture ends after [`WAIT`]. A camera that is silent blocks nobody.
//! - Panics are caught in every call: v4l panics on a value that it does not know, and where a stream cannot be stopped.

use std::io;
use std::mem;
use std::time::{Duration, Instant};

use image::RgbImage;
use rustix::time::{ClockId, clock_gettime};
use v4l::buffer::{self, Metadata, Type};
use v4l::control::Value;
use v4l::format::{Colorspace, FieldOrder, Quantization};
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::io::mmap::Stream;
use v4l::io::traits::{CaptureStream, Stream as StopStream};
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Format, FourCC, Fraction};

use super::device_nodes;
use super::driver::{Device, Driver};
use super::fault::CameraFault;
use super::mode::{Encoding, Mode, PictureInterval};
use super::node_kind::NodeKind;
use super::offer::{self, IntervalOffer, Offer, SizeOffer};
use super::presentation::{PictureAspect, Presentation, TelevisionFields, Turn, television_aspect};
use super::selector::Listed;
use crate::panic_guard::catch_panic;
use crate::source::PicturePool;
use crate::source::pixels::{ColourMatrix, LumaRange, PixelError, RawLayout};

/// Linux's video drivers as the capture loop sees them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Video4Linux {
    /// The shape of the pictures, if the person states it.
    pub(super) aspect: Option<PictureAspect>,
}

/// A camera that is open.
pub(super) struct LinuxCamera {
    device: v4l::Device,
    stream: Option<Stream<'static>>,
    /// Whether all buffers are with the driver, as after a wait in vain: the next is taken without giving one back.
    owed: bool,
    presentation: Option<Presentation>,
    /// Whether each frame is one field, top and bottom in turn.
    alternating: bool,
    aspect: Option<PictureAspect>,
}

/// The bytes of a frame as received.
pub(super) struct RawFrame {
    bytes: Vec<u8>,
    /// Whether the driver says that they are damaged.
    damaged: bool,
    sequence: u32,
    taken: Option<Instant>,
}

/// How long to wait for a picture.
const WAIT: Duration = Duration::from_secs(1);
/// How many buffers the driver fills.
const BUFFERS: u32 = 4;
/// Of fields in turn only the upper is used; so many of the other kind in a row, and there is no upper one.
const MOST_LOWER_FIELDS: u32 = 4;
/// Field numbers of a buffer.
const LOWER_FIELD: u32 = FieldOrder::Bottom as u32;

/// Controls of a camera, by Linux's numbers.
const MIRROR: u32 = 0x0098_0914;
const UPSIDE_DOWN: u32 = 0x0098_0915;
const SENSOR_ROTATION: u32 = 0x009A_0923;

impl Driver for Video4Linux {
    type Device = LinuxCamera;

    fn list(&self) -> Vec<Listed> {
        let mut nodes = self.nodes();
        nodes.retain(|(_, kind)| kind.is_camera());
        nodes.into_iter().map(|(camera, _)| camera).collect()
    }

    fn nodes(&self) -> Vec<(Listed, NodeKind)> {
        device_nodes::probe().into_iter().map(|node| (node.clone(), kind(node.number))).collect()
    }

    fn open(&self, number: u32) -> Result<LinuxCamera, CameraFault> {
        let device = attempt(|| v4l::Device::new(number as usize))?;
        let kind = NodeKind::of(attempt(|| device.query_caps())?.capabilities.bits());
        if !kind.is_camera() {
            return Err(CameraFault::NoMode);
        }
        let (stream, owed, presentation, alternating) = (None, false, None, false);
        Ok(LinuxCamera { device, stream, owed, presentation, alternating, aspect: self.aspect })
    }
}

/// A node that may not be opened counts as a camera, so that the person learns why it cannot be used.
fn kind(number: u32) -> NodeKind {
    let asked = attempt(|| v4l::Device::new(number as usize)?.query_caps());
    asked.map_or(NodeKind::Camera, |said| NodeKind::of(said.capabilities.bits()))
}

impl Device for LinuxCamera {
    type Raw = RawFrame;

    fn modes(&mut self) -> Result<Vec<Mode>, CameraFault> {
        offer::modes(&self.device)
    }

    fn set(&mut self, mode: Mode) -> Result<Mode, CameraFault> {
        let names: Vec<_> = self
            .device
            .formats()?
            .into_iter()
            .filter(|name| offer::encoding_of(*name) == Some(mode.encoding))
            .collect();
        let name =
            names.first().copied().or_else(|| offer::names_of(mode.encoding).next()).ok_or(CameraFault::NoMode)?;
        let format = attempt(|| self.device.set_format(&Format::new(mode.width, mode.height, FourCC::new(&name))))?;
        let encoding = offer::encoding_of(format.fourcc.repr).ok_or(CameraFault::NoMode)?;
        let interval = self.set_interval(mode.interval);
        let mode = Mode { width: format.width, height: format.height, interval, encoding };
        self.alternating = matches!(format.field_order, FieldOrder::Alternate);
        self.presentation = Some(self.presentation_of(mode, &format));
        tracing::debug!("{mode}: {:?}", self.presentation);
        Ok(mode)
    }

    fn start(&mut self) -> Result<(), CameraFault> {
        let mut stream = attempt(|| Stream::with_buffers(&self.device, Type::VideoCapture, BUFFERS))?;
        stream.set_timeout(WAIT);
        (self.stream, self.owed) = (Some(stream), false);
        Ok(())
    }

    fn stop(&mut self) -> Result<(), CameraFault> {
        let Some(mut stream) = self.stream.take() else { return Ok(()) };
        // Dropping it stops it and gives its buffers back, and each panics where it fails: two panics at once would end the
        // program. So what cannot be stopped stays where it is. One that is gone is dropped without.
        if let Err(fault) = attempt(|| StopStream::stop(&mut stream)).or_else(unless_gone) {
            mem::forget(stream);
            return Err(fault);
        }
        catch_panic(|| drop(stream)).map_err(|panicked| CameraFault::Failing(panicked.0))
    }

    fn capture(&mut self) -> Result<RawFrame, CameraFault> {
        for _ in 0..MOST_LOWER_FIELDS {
            let (frame, lower) = self.next_frame()?;
            if !(self.alternating && lower) {
                return Ok(frame);
            }
        }
        Ok(self.next_frame()?.0)
    }

    fn sequence(&self, raw: &RawFrame) -> Option<u32> {
        Some(raw.sequence)
    }

    fn taken(&self, raw: &RawFrame) -> Option<Instant> {
        raw.taken
    }

    fn decode(&self, raw: &RawFrame, pool: &mut PicturePool) -> Result<RgbImage, PixelError> {
        let presentation = self.presentation.as_ref().filter(|_| !raw.damaged && !raw.bytes.is_empty());
        presentation.ok_or(PixelError::Damaged)?.picture(&raw.bytes, pool)
    }
}

impl LinuxCamera {
    /// The next frame, and whether it is the lower field of two.
    fn next_frame(&mut self) -> Result<(RawFrame, bool), CameraFault> {
        let stream = self.stream.as_mut().ok_or_else(|| CameraFault::Failing("no stream was started".to_owned()))?;
        if self.owed {
            attempt(|| CaptureStream::dequeue(stream))?;
        }
        self.owed = true;
        let frame = attempt(|| {
            let (buffer, of) = CaptureStream::next(stream)?;
            let taken = taken(of);
            let bytes = buffer.get(..of.bytesused as usize).unwrap_or(buffer).to_vec();
            let damaged = of.flags.contains(buffer::Flags::ERROR);
            Ok::<_, io::Error>((RawFrame { bytes, damaged, sequence: of.sequence, taken }, of.field == LOWER_FIELD))
        })?;
        self.owed = false;
        Ok(frame)
    }

    /// Sets the time between pictures, which not every driver can, and returns the one that it is.
    fn set_interval(&self, wanted: PictureInterval) -> PictureInterval {
        let fraction = Fraction::new(wanted.numerator, wanted.denominator);
        let set = match wanted.rate() {
            Some(_) => attempt(|| self.device.set_params(&Parameters::new(fraction))),
            None => attempt(|| self.device.params()),
        };
        let Ok(set) = set else { return wanted };
        interval_of(&set.interval)
    }

    fn presentation_of(&self, mode: Mode, format: &Format) -> Presentation {
        let fields = fields(format.field_order);
        let (range, matrix) = colours(format, mode.encoding);
        let rows = if fields == TelevisionFields::Alone { mode.height * 2 } else { mode.height };
        let television = (fields != TelevisionFields::None).then(|| television_aspect(mode.width, rows));
        let (turn, mirrored) = orientation(|control| self.control(control));
        Presentation {
            layout: RawLayout {
                stride: format.stride as usize,
                range,
                matrix,
                ..RawLayout::packed(mode.encoding, mode.width, mode.height)
            },
            fields,
            most_bytes: (format.size as usize).max(1),
            aspect: self.aspect.or(television),
            turn,
            mirrored,
        }
    }

    /// The value of a control; 0 of one that the camera does not have.
    fn control(&self, id: u32) -> i64 {
        match attempt(|| self.device.control(id)).map(|control| control.value) {
            Ok(Value::Integer(value)) => value,
            Ok(Value::Boolean(value)) => value.into(),
            _ => 0,
        }
    }
}

impl Drop for LinuxCamera {
    fn drop(&mut self) {
        if let Err(fault) = self.stop() {
            tracing::debug!("closing the camera: {fault:?}");
        }
    }
}

impl Offer for v4l::Device {
    fn formats(&self) -> Result<Vec<[u8; 4]>, CameraFault> {
        Ok(attempt(|| self.enum_formats())?.iter().map(|described| described.fourcc.repr).collect())
    }

    fn sizes(&self, format: [u8; 4]) -> Vec<SizeOffer> {
        let sizes = attempt(|| self.enum_framesizes(FourCC::new(&format))).unwrap_or_default();
        let offer = |size| match size {
            FrameSizeEnum::Discrete(size) => SizeOffer::one(size.width, size.height),
            FrameSizeEnum::Stepwise(range) => SizeOffer {
                least: (range.min_width, range.min_height),
                most: (range.max_width, range.max_height),
                step: (range.step_width, range.step_height),
            },
        };
        sizes.into_iter().map(|size| offer(size.size)).collect()
    }

    fn intervals(&self, format: [u8; 4], (width, height): (u32, u32)) -> Vec<IntervalOffer> {
        let asked = attempt(|| self.enum_frameintervals(FourCC::new(&format), width, height));
        let offer = |interval| match interval {
            FrameIntervalEnum::Discrete(interval) => IntervalOffer::One(interval_of(&interval)),
            FrameIntervalEnum::Stepwise(range) => {
                IntervalOffer::Range { shortest: interval_of(&range.min), longest: interval_of(&range.max) }
            }
        };
        asked.unwrap_or_default().into_iter().map(|interval| offer(interval.interval)).collect()
    }

    fn present_size(&self) -> Option<(u32, u32)> {
        attempt(|| Capture::format(self)).ok().map(|format| (format.width, format.height))
    }
}

/// When the picture in a buffer was taken, at the beginning or at the end of its exposure: drivers differ. `None` if that is not
/// said, or by another clock.
fn taken(of: &Metadata) -> Option<Instant> {
    let (now, clock) = (Instant::now(), clock_gettime(ClockId::Monotonic));
    now.checked_sub(age(of, Duration::try_from(clock).ok()?)?)
}

/// How long ago that was, when Linux's monotonic clock says `now`; [`Instant`] cannot be made of that clock's numbers.
fn age(of: &Metadata, now: Duration) -> Option<Duration> {
    if of.flags & buffer::Flags::TIMESTAMP_MASK != buffer::Flags::TIMESTAMP_MONOTONIC {
        return None;
    }
    let [seconds, microseconds] = [of.timestamp.sec, of.timestamp.usec].map(|part| u64::try_from(part).ok());
    let taken = Duration::from_secs(seconds?).checked_add(Duration::from_micros(microseconds?))?;
    now.checked_sub(taken)
}

fn interval_of(fraction: &Fraction) -> PictureInterval {
    PictureInterval { numerator: fraction.numerator, denominator: fraction.denominator }
}

fn fields(order: FieldOrder) -> TelevisionFields {
    match order {
        FieldOrder::Any | FieldOrder::Progressive => TelevisionFields::None,
        FieldOrder::Interlaced | FieldOrder::InterlacedTB | FieldOrder::InterlacedBT => TelevisionFields::Interleaved,
        FieldOrder::SequentialTB | FieldOrder::SequentialBT => TelevisionFields::Stacked,
        FieldOrder::Top | FieldOrder::Bottom | FieldOrder::Alternate => TelevisionFields::Alone,
    }
}

/// What luma and chroma mean, as Linux defines it where the driver says "default". Grey is left as it is unless the
/// driver says that it is limited.
fn colours(format: &Format, encoding: Encoding) -> (LumaRange, ColourMatrix) {
    let range = match format.quantization {
        Quantization::FullRange => LumaRange::Full,
        Quantization::Default if encoding.is_grey() || matches!(format.colorspace, Colorspace::JPEG) => LumaRange::Full,
        Quantization::LimitedRange | Quantization::Default => LumaRange::Limited,
    };
    let matrix = match format.colorspace {
        Colorspace::Rec709 | Colorspace::DCIP3 => ColourMatrix::Bt709,
        _ => ColourMatrix::Bt601,
    };
    (range, matrix)
}

/// How the picture is to be turned and whether it is mirrored. Both flips together are half a turn, which whoever hung the
/// camera upside down has set, and which then makes up for that of the sensor; one alone swaps left and right.
fn orientation(control: impl Fn(u32) -> i64) -> (Turn, bool) {
    let [mirror, upside_down] = [MIRROR, UPSIDE_DOWN].map(|id| control(id) != 0);
    let turn = Turn::of_degrees(control(SENSOR_ROTATION));
    let made_up_for = upside_down && turn == Turn::Half;
    (if made_up_for { Turn::None } else { turn }, mirror != upside_down)
}

fn unless_gone(fault: CameraFault) -> Result<(), CameraFault> {
    if fault == CameraFault::Gone { Ok(()) } else { Err(fault) }
}

fn attempt<T>(call: impl FnOnce() -> io::Result<T>) -> Result<T, CameraFault> {
    match catch_panic(call) {
        Ok(outcome) => outcome.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => CameraFault::Silent,
            _ => CameraFault::read(&error.to_string()),
        }),
        Err(panicked) => Err(CameraFault::Failing(panicked.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format() -> Format {
        Format::new(640, 480, FourCC::new(b"YUYV"))
    }

    #[test]
    fn the_range_and_the_matrix_are_those_of_the_driver() {
        let with = |colorspace, quantization| colours(&Format { colorspace, quantization, ..format() }, Encoding::Yuyv);
        let table = [
            (Colorspace::SRGB, Quantization::Default, (LumaRange::Limited, ColourMatrix::Bt601)),
            (Colorspace::SRGB, Quantization::FullRange, (LumaRange::Full, ColourMatrix::Bt601)),
            (Colorspace::JPEG, Quantization::Default, (LumaRange::Full, ColourMatrix::Bt601)),
            (Colorspace::JPEG, Quantization::LimitedRange, (LumaRange::Limited, ColourMatrix::Bt601)),
            (Colorspace::Rec709, Quantization::Default, (LumaRange::Limited, ColourMatrix::Bt709)),
            (Colorspace::SMPTE170M, Quantization::Default, (LumaRange::Limited, ColourMatrix::Bt601)),
        ];
        for (colorspace, quantization, wanted) in table {
            assert_eq!(with(colorspace, quantization), wanted, "{colorspace} {quantization}");
        }
    }

    #[test]
    fn the_age_of_a_picture_is_known_by_the_monotonic_clock_alone() {
        let now = Duration::from_millis(100_050);
        let age = |flags, sec, usec| {
            age(&Metadata { flags, timestamp: v4l::Timestamp { sec, usec }, ..Metadata::default() }, now)
        };
        let monotonic = buffer::Flags::TIMESTAMP_MONOTONIC;
        assert_eq!(age(monotonic, 100, 20_000), Some(Duration::from_millis(30)));
        let of_a_webcam = monotonic | buffer::Flags::TSTAMP_SRC_SOE | buffer::Flags::DONE | buffer::Flags::MAPPED;
        assert_eq!(age(of_a_webcam, 100, 20_000), Some(Duration::from_millis(30)));
        for flags in [buffer::Flags::default(), buffer::Flags::TIMESTAMP_COPY] {
            assert_eq!(age(flags, 100, 20_000), None, "another clock, or none");
        }
        assert_eq!(age(monotonic, 100, 50_001), None, "still to come");
        assert_eq!((age(monotonic, -1, 0), age(monotonic, 0, -1)), (None, None));
    }

    #[test]
    fn a_picture_that_was_taken_just_now_is_hardly_older() {
        let clock = clock_gettime(ClockId::Monotonic);
        let timestamp = v4l::Timestamp { sec: clock.tv_sec, usec: clock.tv_nsec / 1000 };
        let flags = buffer::Flags::TIMESTAMP_MONOTONIC;
        let before = Instant::now();
        let taken = taken(&Metadata { flags, timestamp, ..Metadata::default() }).unwrap();
        assert!(taken <= before + Duration::from_micros(1), "{:?}", taken - before);
    }

    #[test]
    fn flips_and_the_sensor_together_give_an_upright_picture() {
        let with = |mirror: i64, upside_down: i64, rotation: i64| {
            orientation(|id| match id {
                MIRROR => mirror,
                UPSIDE_DOWN => upside_down,
                SENSOR_ROTATION => rotation,
                _ => panic!("{id}"),
            })
        };
        assert_eq!(with(0, 0, 0), (Turn::None, false));
        assert_eq!(with(1, 0, 0), (Turn::None, true), "a mirror");
        assert_eq!(with(1, 1, 0), (Turn::None, false), "a camera hung upside down, and set right");
        assert_eq!(with(0, 1, 0), (Turn::None, true), "the same, half set right");
        assert_eq!(with(0, 0, 180), (Turn::Half, false), "a sensor built in upside down");
        assert_eq!(with(1, 1, 180), (Turn::None, false), "the same, and set right");
        assert_eq!(with(0, 0, 90), (Turn::Quarter, false));
    }
}
