//! Rotates and stretches recorded pictures so that they are upright and in proportion.
//!
//! A phone records in the orientation of its sensor and stores how it was held. Angles are measured in the picture, so
//! a rotated or squeezed picture would make every angle wrong.

use image::{RgbImage, imageops};

use crate::source::pixels::{scaled, within_longest_side};

/// Clockwise rotation of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Turn {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

/// How each decoded picture is transformed for display.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Presentation {
    pub(super) turn: Turn,
    /// The display aspect ratio, before rotation, if the file states it.
    pub(super) proportions: Option<(u32, u32)>,
}

/// A difference in aspect ratio that counts as rounding.
const ROUNDING: f64 = 0.01;

impl Turn {
    /// The rotation in a track header's matrix, where `a, b` is the direction to which the right of the picture is
    /// mapped: x to the right, y down.
    pub(super) fn from_matrix(a: i32, b: i32) -> Self {
        match (a.signum(), b.signum()) {
            (0, 1) => Self::Quarter,
            (-1, 0) => Self::Half,
            (0, -1) => Self::ThreeQuarters,
            _ => Self::None,
        }
    }

    fn apply(self, picture: RgbImage) -> RgbImage {
        match self {
            Self::None => picture,
            Self::Quarter => imageops::rotate90(&picture),
            Self::Half => imageops::rotate180(&picture),
            Self::ThreeQuarters => imageops::rotate270(&picture),
        }
    }
}

impl Presentation {
    /// Transforms the picture for display, with no side longer than [`crate::source::pixels::LONGEST_SIDE`].
    pub(super) fn apply(self, picture: RgbImage) -> RgbImage {
        let picture = within_longest_side(picture);
        self.turn.apply(self.stretched(picture))
    }

    fn stretched(self, picture: RgbImage) -> RgbImage {
        let (width, height) = picture.dimensions();
        let Some((across, down)) = self.proportions.filter(|&(across, down)| across > 0 && down > 0) else {
            return picture;
        };
        let wanted = f64::from(height) * f64::from(across) / f64::from(down);
        if (wanted / f64::from(width) - 1.0).abs() <= ROUNDING {
            return picture;
        }
        // Capped, as a bad header may ask for a picture a thousand times as wide.
        let wanted = (wanted.round() as u32).clamp(1, width.saturating_mul(4));
        within_longest_side(scaled(&picture, (wanted, height)))
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    const ONE: i32 = 65536;

    #[test]
    fn the_matrix_rotates_the_picture_upright() {
        // A picture two pixels wide, white on the left.
        let lying = RgbImage::from_fn(2, 1, |x, _| Rgb([if x == 0 { 255 } else { 0 }; 3]));
        let table = [
            ((ONE, 0), (2, 1), (0, 0)),
            ((0, ONE), (1, 2), (0, 0)),
            ((-ONE, 0), (2, 1), (1, 0)),
            ((0, -ONE), (1, 2), (0, 1)),
        ];
        for ((a, b), size, (x, y)) in table {
            let presentation = Presentation { turn: Turn::from_matrix(a, b), proportions: None };
            let upright = presentation.apply(lying.clone());
            assert_eq!(upright.dimensions(), size);
            assert_eq!(upright.get_pixel(x, y).0, [255; 3], "{a} {b}");
        }
    }

    #[test]
    fn squeezed_pictures_are_stretched_and_rounding_is_ignored() {
        let size =
            |proportions| Presentation { turn: Turn::None, proportions }.apply(RgbImage::new(720, 576)).dimensions();
        assert_eq!(size(Some((1024, 576))), (1024, 576));
        assert_eq!(size(Some((721, 576))), (720, 576));
        assert_eq!(size(Some((0, 0))), (720, 576));
        assert_eq!(size(None), (720, 576));
        assert!(size(Some((u32::MAX, 1))).0 <= 2880);
    }
}
