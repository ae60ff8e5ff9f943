//! Detects a camera that sends the same picture again and again. A person who stands still is no such picture: every
//! camera adds noise, so no two of its pictures are equal. Those of a recording may be, where it was coded sparely, was drawn, or
//! is paused on purpose, so that it is given longer.

use std::time::Duration;

use image::RgbImage;

use crate::source::Timestamp;

/// After this long with equal pictures of a camera the person, who sees themselves not move, is informed. [own]
pub(super) const FROZEN: Duration = Duration::from_secs(5);

/// After this long with equal pictures it is said of a recording, and in the end of either. [own]
pub(super) const REPEATED: Duration = Duration::from_secs(60);

/// One of so many bytes is compared: 2,773 of a picture of 1280 × 720, in all three channels.
const STRIDE: usize = 997;

/// A picture without a sampled byte above this, levels of 255, is that of a covered camera, which may well have no
/// noise; that it is dark is said already. [own]
const BLACK: u8 = 16;

/// The last picture, and since when it has been the same.
#[derive(Debug, Default)]
pub struct FrozenPicture {
    last: Option<(Timestamp, Vec<u8>)>,
    longest: Option<(Timestamp, Timestamp)>,
}

impl FrozenPicture {
    /// Adds a picture. Returns for how long the source has sent nothing else; zero of a black one.
    pub fn observe(&mut self, picture: &RgbImage, time: Timestamp) -> Duration {
        let sampled = || picture.as_raw().iter().copied().step_by(STRIDE);
        let since = match &self.last {
            Some((since, last)) if sampled().eq(last.iter().copied()) => *since,
            _ => {
                self.last = Some((time, sampled().collect()));
                time
            }
        };
        if !sampled().any(|level| level > BLACK) {
            return Duration::ZERO;
        }
        let lasts = time.since(since);
        if lasts >= REPEATED && self.longest.is_none_or(|(from, to)| lasts > to.since(from)) {
            self.longest = Some((since, time));
        }
        lasts
    }

    /// From when to when it was the same for longest, if that was a minute.
    pub fn longest(&self) -> Option<(Timestamp, Timestamp)> {
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frozen(seconds: u64, picture: impl Fn(u64) -> RgbImage) -> bool {
        let mut watch = FrozenPicture::default();
        let frames = (0..30 * seconds).map(|number| (number, Timestamp::new(Duration::from_millis(33 * number))));
        frames.fold(false, |_, (number, time)| watch.observe(&picture(number), time) >= FROZEN)
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
        let mut frozen_at = |number, seconds| watch.observe(&still(number), at(seconds)) >= FROZEN;
        assert!(!frozen_at(0, 0.0) && frozen_at(0, 6.0));
        assert!(!frozen_at(1, 6.1) && !frozen_at(1, 7.0));
        assert!(!frozen(60, |_| RgbImage::new(64, 48)));
    }

    #[test]
    fn the_longest_minute_of_one_picture_is_known_in_the_end() {
        let mut watch = FrozenPicture::default();
        let at = Timestamp::from_secs_f64;
        let seen = [(0, 0.0), (0, 59.0), (1, 60.0), (1, 125.0), (1, 130.0), (0, 131.0), (0, 192.0), (1, 193.0)];
        for (number, seconds) in seen {
            watch.observe(&still(number), at(seconds));
        }
        assert_eq!(watch.longest(), Some((at(60.0), at(130.0))));
        let mut short = FrozenPicture::default();
        for seconds in [0.0, 59.0] {
            short.observe(&still(0), at(seconds));
        }
        assert_eq!(short.longest(), None);
    }
}
