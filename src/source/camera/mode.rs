//! Ranks the modes of a camera.
//!
//! What a camera library calls "closest", "highest frame rate" or "highest resolution" yields thumbnails, slide shows, or
//! nothing. So all modes are listed and ranked here by what is measured from them, and tried one after another.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

pub use crate::source::pixels::Encoding;

/// The time from one picture to the next as drivers state it: a fraction of a second, as 1001/30000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PictureInterval {
    /// Seconds, times [`PictureInterval::denominator`].
    pub numerator: u32,
    /// Parts of a second; 0 if the driver does not say.
    pub denominator: u32,
}

impl PictureInterval {
    /// That of a whole number of pictures a second.
    pub const fn of_rate(rate: u32) -> Self {
        Self { numerator: 1, denominator: rate }
    }

    /// Pictures a second; `None` if the driver does not say.
    pub fn rate(self) -> Option<f64> {
        (self.numerator > 0 && self.denominator > 0).then(|| f64::from(self.denominator) / f64::from(self.numerator))
    }
}

/// A combination of size, frame rate and encoding that a camera offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mode {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// The time between frames as the driver reports it; the actual rate is measured ([`super::CameraSource`]).
    pub interval: PictureInterval,
    /// How the pixels are packed.
    pub encoding: Encoding,
}

impl Mode {
    /// Whether it is one of the sizes of analogue television, whose pixels are hardly ever square.
    pub(super) fn is_television(&self) -> bool {
        matches!((self.width, self.height), (352 | 360 | 702 | 704 | 720, 240 | 288 | 480 | 486 | 576))
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// As "29.97": two decimals, without zeros at the end.
impl fmt::Display for PictureInterval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = format!("{:.2}", self.rate().unwrap_or_default());
        formatter.write_str(rate.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}x{} {}", self.width, self.height, self.encoding)?;
        match self.interval.rate() {
            Some(_) => write!(formatter, " at {} fps", self.interval),
            None => Ok(()),
        }
    }
}

/// The most modes to try: a stepwise size range lists thousands.
const MOST_TRIED: usize = 12;
/// The most of one size: a driver that packs pixels in twenty ways has but one connection, which may not carry that size.
const MOST_OF_A_SIZE: usize = 4;

/// Frames per second from which a larger picture is worth more than a faster one: a bend of a second has a dozen. \[own\]
pub(super) const RATE_MEASURES: f64 = 12.0;
/// Frames per second from which the picture in the window moves smoothly. \[own\]
const RATE_FLUENT: f64 = 24.0;
/// More than this only costs time. \[own\]
const RATE_ENOUGH: f64 = 30.0;
/// The height that is wanted, pixels, and its width. A person who fills it stands 500 pixels high. \[own\]
const HEIGHT_IDEAL: u32 = 720;
pub(super) const SIZE_IDEAL: (u32, u32) = (1280, HEIGHT_IDEAL);
/// Heights that differ by less are as good as each other, pixels. \[own\]
const HEIGHT_STEP: u32 = 64;

/// The modes in the order in which to try them: colours before grey, then those that are fast enough, then the height of
/// the picture, by which the person is measured, and only then whatever makes it smooth or cheap.
pub(super) fn ranked(mut modes: Vec<Mode>) -> Vec<Mode> {
    modes.sort_by_key(|mode| {
        let suitable = (mode.encoding.is_grey(), slowness(mode), height_distance(mode));
        let rate = mode.interval.rate().unwrap_or(RATE_ENOUGH);
        let surplus = (10.0 * (rate - RATE_ENOUGH).abs()) as u32;
        (suitable, rate < RATE_FLUENT, mode.encoding, distance_from_ideal(mode), surplus)
    });
    modes.dedup();
    let mut of_size = HashMap::new();
    modes.retain(|mode| {
        let tried = of_size.entry((mode.width, mode.height)).or_insert(0);
        *tried += 1;
        *tried <= MOST_OF_A_SIZE
    });
    modes.truncate(MOST_TRIED);
    modes
}

/// 0 for all that are fast enough or do not say; otherwise the faster, the less: a sharp picture at 5 a second measures
/// nothing.
fn slowness(mode: &Mode) -> Reverse<u32> {
    Reverse(mode.interval.rate().unwrap_or(RATE_MEASURES).min(RATE_MEASURES) as u32)
}

/// How far the height is from the wanted one, in steps. What is missing hides the person; what is beyond only costs time,
/// so it counts three quarters. A size of television is taken only if nothing near it is there: who knows what shape its
/// pixels have.
fn height_distance(mode: &Mode) -> u32 {
    let beyond = mode.height.saturating_sub(HEIGHT_IDEAL);
    let distance = HEIGHT_IDEAL.saturating_sub(mode.height) + beyond - beyond / 4;
    distance / HEIGHT_STEP + if mode.is_television() { 3 } else { 0 }
}

fn distance_from_ideal(mode: &Mode) -> u64 {
    let pixels = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    pixels((mode.width, mode.height)).abs_diff(pixels(SIZE_IDEAL))
}

#[cfg(test)]
mod tests {
    use super::Encoding::{Bgr, Grey, Mjpeg, Nv12, Uyvy, Yuyv};
    use super::*;

    fn mode(encoding: Encoding, width: u32, height: u32, rate: u32) -> Mode {
        Mode { width, height, interval: PictureInterval::of_rate(rate), encoding }
    }

    fn uneven(mode: Mode, numerator: u32, denominator: u32) -> Mode {
        Mode { interval: PictureInterval { numerator, denominator }, ..mode }
    }

    #[test]
    fn the_best_mode_is_fast_enough_then_near_720_rows_then_fluent_then_lossless() {
        // The first of each pair is to be chosen over the others.
        let table = [
            // The usual webcam: 720p is fast enough only as MJPEG.
            (
                mode(Mjpeg, 1280, 720, 30),
                vec![mode(Yuyv, 1280, 720, 10), mode(Yuyv, 640, 480, 30), mode(Mjpeg, 1920, 1080, 30)],
            ),
            // At equal size and rate, no JPEG.
            (mode(Yuyv, 1280, 720, 30), vec![mode(Mjpeg, 1280, 720, 30), mode(Nv12, 1280, 720, 30)]),
            // A camera with much at a low rate, and little at a high one.
            (mode(Yuyv, 1280, 720, 15), vec![mode(Yuyv, 320, 240, 30), mode(Yuyv, 640, 480, 30)]),
            // vivid: fast thumbnails, slow large pictures.
            (
                uneven(mode(Yuyv, 1280, 720, 0), 2, 25),
                vec![mode(Bgr, 320, 180, 60), mode(Yuyv, 3840, 2160, 2), mode(Yuyv, 640, 480, 25)],
            ),
            // Where both are fast enough, the smoother one, even as JPEG.
            (mode(Mjpeg, 1280, 720, 30), vec![mode(Yuyv, 1280, 720, 15)]),
            // 60 fps is no better than 30.
            (mode(Yuyv, 1280, 720, 30), vec![mode(Yuyv, 1280, 720, 60), mode(Yuyv, 1280, 720, 24)]),
            // A low rate is better than a slide show.
            (mode(Yuyv, 640, 480, 15), vec![mode(Yuyv, 1280, 720, 5), mode(Yuyv, 1280, 720, 10)]),
            // Of slide shows, the fastest.
            (mode(Yuyv, 640, 480, 10), vec![mode(Yuyv, 1280, 720, 5), mode(Yuyv, 320, 240, 8)]),
            // Larger is better than a thumbnail, smaller than huge.
            (mode(Mjpeg, 1920, 1080, 30), vec![mode(Yuyv, 320, 240, 30), mode(Mjpeg, 3840, 2160, 30)]),
            (mode(Yuyv, 640, 480, 30), vec![mode(Mjpeg, 1920, 1080, 30), mode(Mjpeg, 2592, 1944, 15)]),
            (mode(Yuyv, 1280, 800, 30), vec![mode(Yuyv, 800, 600, 30), mode(Yuyv, 1024, 768, 30)]),
            // Rates that are no whole number are rates like any other.
            (uneven(mode(Yuyv, 1280, 720, 0), 1001, 30000), vec![mode(Yuyv, 640, 480, 30), mode(Yuyv, 1280, 720, 15)]),
            (uneven(mode(Uyvy, 720, 576, 0), 0, 0), vec![mode(Yuyv, 320, 240, 30)]),
            // A picture without colours only where there is no other, one squeezed as television only where none is near.
            (mode(Yuyv, 320, 240, 5), vec![mode(Grey, 1280, 720, 30)]),
            (mode(Mjpeg, 640, 480, 30), vec![mode(Mjpeg, 720, 576, 25), mode(Mjpeg, 720, 480, 30)]),
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
    fn a_smaller_size_is_tried_however_many_ways_there_are_of_the_best() {
        let rates = (12..60).map(|rate| mode(Yuyv, 1280, 720, rate)).chain([mode(Yuyv, 640, 480, 30)]);
        let ranked = ranked(rates.collect());
        assert_eq!((ranked.len(), ranked[MOST_OF_A_SIZE].height), (MOST_OF_A_SIZE + 1, 480));
    }

    #[test]
    fn a_mode_is_displayed_in_words() {
        let mode = mode(Mjpeg, 1280, 720, 30);
        assert_eq!(mode.to_string(), "1280x720 MJPEG at 30 fps");
        assert_eq!(uneven(mode, 1001, 30000).to_string(), "1280x720 MJPEG at 29.97 fps");
        assert_eq!(uneven(mode, 2, 25).to_string(), "1280x720 MJPEG at 12.5 fps");
        assert_eq!(uneven(mode, 1, 100).to_string(), "1280x720 MJPEG at 100 fps");
        assert_eq!(uneven(mode, 0, 0).to_string(), "1280x720 MJPEG");
    }
}
