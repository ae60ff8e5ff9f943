//! Detects a camera that sends the same picture again and again. A person who stands still is no such picture: every
//! camera adds noise, so no two of its pictures are equal.

use std::time::Duration;

use image::RgbImage;

use crate::source::Timestamp;

/// After this long with equal pictures the person, who sees themselves not move, is informed. [own]
const FROZEN: Duration = Duration::from_secs(5);

/// One of so many bytes is compared: 2,773 of a picture of 1280 × 720, in all three channels.
const STRIDE: usize = 997;

/// A picture without a sampled byte above this, levels of 255, is that of a covered camera, which may well have no
/// noise; that it is dark is said already. [own]
const BLACK: u8 = 16;

/// The last picture, and since when it has been the same.
#[derive(Debug, Default)]
pub(super) struct FrozenPicture {
    last: Option<(Timestamp, Vec<u8>)>,
}

impl FrozenPicture {
    /// Adds a picture. Returns whether the camera has sent nothing else for a while.
    pub fn observe(&mut self, picture: &RgbImage, time: Timestamp) -> bool {
        let sampled = || picture.as_raw().iter().copied().step_by(STRIDE);
        match &self.last {
            Some((since, last)) if sampled().eq(last.iter().copied()) => {
                time.since(*since) >= FROZEN && last.iter().any(|level| *level > BLACK)
            }
            _ => {
                self.last = Some((time, sampled().collect()));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frozen(seconds: u64, picture: impl Fn(u64) -> RgbImage) -> bool {
        let mut watch = FrozenPicture::default();
        let frames = (0..30 * seconds).map(|number| (number, Timestamp::new(Duration::from_millis(33 * number))));
        frames.fold(false, |_, (number, time)| watch.observe(&picture(number), time))
    }

    /// A grey picture whose levels differ by one from frame to frame, as by the least noise.
    fn still(number: u64) -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| image::Rgb([100 + ((u64::from(x + y) + number) % 2) as u8; 3]))
    }

    #[test]
    fn the_same_picture_for_a_minute_is_frozen_and_a_still_one_is_not() {
        assert!(frozen(60, |_| still(0)));
        assert!(!frozen(60, still));
        assert!(!frozen(4, |_| still(0)), "too short to tell");
    }

    #[test]
    fn a_picture_that_moves_again_is_frozen_no_longer_and_a_covered_camera_is_dark() {
        let mut watch = FrozenPicture::default();
        let at = Timestamp::from_secs_f64;
        assert!(!watch.observe(&still(0), at(0.0)) && watch.observe(&still(0), at(6.0)));
        assert!(!watch.observe(&still(1), at(6.1)) && !watch.observe(&still(1), at(7.0)));
        assert!(!frozen(60, |_| RgbImage::new(64, 48)));
    }
}
