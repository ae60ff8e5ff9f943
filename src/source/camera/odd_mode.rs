//! Moves a camera out of a mode that nokhwa cannot read. Linux only.
//!
//! A camera keeps the mode in which its last user left it. nokhwa reads that mode first, and fails if the interval
//! between frames is not a unit fraction of a second (12.5 fps is 2/25) or the pixel format is unknown to it (UYVY):
//! such a camera could never be opened again. So the camera is first moved to any mode that nokhwa can read.

use std::io;

use v4l::capability::Flags;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC, Fraction};

/// The pixel formats that nokhwa supports and this program decodes.
const READABLE: [&[u8; 4]; 5] = [b"YUYV", b"MJPG", b"NV12", b"RGB3", b"BGR3"];

/// The most modes to try: drivers list hundreds.
const MOST_TRIED: usize = 20;

/// Moves the camera `/dev/video{number}` to a readable mode, if it is not in one already.
///
/// # Errors
/// If the system refuses to open, query or reconfigure the camera.
pub(super) fn leave(number: u32) -> io::Result<()> {
    let device = Device::new(number as usize)?;
    if !device.query_caps()?.capabilities.contains(Flags::VIDEO_CAPTURE) || is_readable(&device)? {
        return Ok(());
    }
    let mut outcome = Ok(());
    for (format, interval) in readable_modes(&device)?.into_iter().take(MOST_TRIED) {
        outcome = device.set_format(&format).and_then(|_| device.set_params(&Parameters::new(interval))).map(drop);
        if outcome.is_ok() && is_readable(&device)? {
            tracing::debug!("camera {number} was in an unreadable mode and was moved to {format}");
            return Ok(());
        }
    }
    outcome
}

fn is_readable(device: &Device) -> io::Result<bool> {
    Ok(is_known(device.format()?.fourcc) && device.params()?.interval.numerator == 1)
}

fn is_known(format: FourCC) -> bool {
    READABLE.contains(&&format.repr)
}

fn readable_modes(device: &Device) -> io::Result<Vec<(Format, Fraction)>> {
    let mut modes = Vec::new();
    let formats =
        device.enum_formats()?.into_iter().map(|described| described.fourcc).filter(|&format| is_known(format));
    for format in formats {
        for size in device.enum_framesizes(format)?.into_iter().map(|size| size.size) {
            let (width, height) = match size {
                FrameSizeEnum::Discrete(size) => (size.width, size.height),
                FrameSizeEnum::Stepwise(range) => (range.max_width, range.max_height),
            };
            for interval in device.enum_frameintervals(format, width, height).unwrap_or_default() {
                let interval = match interval.interval {
                    FrameIntervalEnum::Discrete(interval) => interval,
                    FrameIntervalEnum::Stepwise(_) => Fraction::new(1, 30),
                };
                if interval.numerator == 1 {
                    modes.push((Format::new(width, height, format), interval));
                }
            }
        }
    }
    Ok(modes)
}
