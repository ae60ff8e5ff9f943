//! Ranks the modes of a camera.
//!
//! The library's own requests ("closest", "highest frame rate", "highest resolution") choose badly: they yield
//! thumbnails, slide shows, or nothing. So all modes are listed and ranked here, and tried one after another.

use std::cmp::Reverse;
use std::fmt;

/// How a camera packs its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// 4:2:2, packed, 2 bytes a pixel.
    Yuyv,
    /// 4:2:0, a plane of luma and one of chroma, 1.5 bytes a pixel.
    Nv12,
    /// 3 bytes a pixel, red first.
    Rgb,
    /// 3 bytes a pixel, blue first.
    Bgr,
    /// One JPEG per frame.
    Mjpeg,
}

/// A combination of size, frame rate and encoding that a camera offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mode {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Frames per second as the driver reports it; the actual rate is measured ([`super::CameraSource`]).
    pub rate: u32,
    /// How the pixels are packed.
    pub encoding: Encoding,
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Yuyv => "YUYV",
            Self::Nv12 => "NV12",
            Self::Rgb => "RGB",
            Self::Bgr => "BGR",
            Self::Mjpeg => "MJPEG",
        })
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}x{} {} at {} fps", self.width, self.height, self.encoding, self.rate)
    }
}

/// The most modes to try: a stepwise size range lists thousands.
const MOST_TRIED: usize = 12;

/// Frames per second from which a bend is sampled well; more than [`RATE_ENOUGH`] only costs time.
const RATE_GOOD: u32 = 24;
const RATE_ENOUGH: u32 = 30;
/// Frames per second below which a bend of one second is sampled too coarsely.
const RATE_POOR: u32 = 15;

/// The modes in the order in which to try them.
pub(super) fn ranked(mut modes: Vec<Mode>) -> Vec<Mode> {
    modes.sort_by_key(|mode| {
        (Reverse(fluency(mode.rate)), size_class(mode), mode.encoding, distance_from_ideal(mode), surplus(mode.rate))
    });
    modes.dedup();
    modes.truncate(MOST_TRIED);
    modes
}

/// 2 is fluent, 0 a slide show. It ranks before everything else: a sharp picture at 5 fps measures nothing.
fn fluency(rate: u32) -> u8 {
    u8::from(rate >= RATE_GOOD) + u8::from(rate >= RATE_POOR)
}

/// 0 is best: near 1280x720. Then come at least 640x360, then larger ones that only cost time, then thumbnails.
fn size_class(mode: &Mode) -> u8 {
    match u64::from(mode.width) * u64::from(mode.height) {
        480_000..1_400_000 => 0,
        230_400..480_000 => 1,
        1_400_000..2_500_000 => 2,
        2_500_000.. => 3,
        0..230_400 => 4,
    }
}

fn distance_from_ideal(mode: &Mode) -> u64 {
    (u64::from(mode.width) * u64::from(mode.height)).abs_diff(1280 * 720)
}

fn surplus(rate: u32) -> u32 {
    rate.abs_diff(RATE_ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::Encoding::{Bgr, Mjpeg, Nv12, Yuyv};
    use super::*;

    fn mode(encoding: Encoding, width: u32, height: u32, rate: u32) -> Mode {
        Mode { width, height, rate, encoding }
    }

    #[test]
    fn the_best_mode_is_fluent_then_near_720p_then_lossless() {
        // The first of each pair is to be chosen over the others.
        let table = [
            // The usual webcam: 720p is fluent only as MJPEG.
            (
                mode(Mjpeg, 1280, 720, 30),
                vec![mode(Yuyv, 1280, 720, 10), mode(Yuyv, 640, 480, 30), mode(Mjpeg, 1920, 1080, 30)],
            ),
            // At equal size and rate, no JPEG.
            (mode(Yuyv, 1280, 720, 30), vec![mode(Mjpeg, 1280, 720, 30), mode(Nv12, 1280, 720, 30)]),
            // vivid: fast thumbnails, slow large pictures.
            (
                mode(Yuyv, 640, 480, 25),
                vec![mode(Bgr, 320, 180, 60), mode(Yuyv, 3840, 2160, 2), mode(Yuyv, 1280, 720, 12)],
            ),
            // 60 fps is no better than 30.
            (mode(Yuyv, 1280, 720, 30), vec![mode(Yuyv, 1280, 720, 60), mode(Yuyv, 1280, 720, 24)]),
            // A low rate is better than a slide show.
            (mode(Yuyv, 640, 480, 15), vec![mode(Yuyv, 1280, 720, 5), mode(Yuyv, 1280, 720, 10)]),
            // Larger is better than a thumbnail, smaller than huge.
            (mode(Mjpeg, 1920, 1080, 30), vec![mode(Yuyv, 320, 240, 30), mode(Mjpeg, 3840, 2160, 30)]),
            (mode(Yuyv, 1280, 800, 30), vec![mode(Yuyv, 800, 600, 30), mode(Yuyv, 1024, 768, 30)]),
        ];
        for (wanted, mut others) in table {
            others.push(wanted);
            assert_eq!(ranked(others)[0], wanted);
        }
    }

    #[test]
    fn a_long_list_is_truncated_and_an_empty_one_stays_empty() {
        let stepwise = (1..5000).map(|step| mode(Yuyv, step * 2, step * 2, 30)).collect();
        assert_eq!(ranked(stepwise).len(), MOST_TRIED);
        assert_eq!(ranked(vec![mode(Yuyv, 640, 480, 30); 3]).len(), 1);
        assert!(ranked(Vec::new()).is_empty());
    }

    #[test]
    fn a_mode_is_displayed_in_words() {
        assert_eq!(mode(Mjpeg, 1280, 720, 30).to_string(), "1280x720 MJPEG at 30 fps");
    }
}
