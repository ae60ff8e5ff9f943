//! How the bytes of a frame become an upright picture with square pixels.
//!
//! Angles are measured in the picture, so its shape is part of the measurement: a pixel that is a third too wide moves a
//! hip by up to 27°. What a driver sends may be squeezed, turned, mirrored, or two half pictures in one, taken one after
//! the other: of those only the first is used, as both together draw a moving back as a comb.

use std::fmt;
use std::str::FromStr;

use image::{RgbImage, imageops};

use super::mode::Encoding;
#[cfg(any(not(target_os = "linux"), test))]
use super::mode::Mode;
use crate::panic_guard::catch_panic;
use crate::source::PicturePool;
use crate::source::pixels::{self, PixelError, RawLayout};

/// The shape of a whole picture, its width divided by its height, as a person states it: `16:9`, `4:3`, `1.5`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureAspect(f64);

/// The shapes that a camera's picture can have; beyond them somebody mistyped.
const ASPECTS: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// A shape that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no shape of a picture: give its width and height, as 16:9 or 4:3")]
pub struct AspectError(String);

impl FromStr for PictureAspect {
    type Err = AspectError;

    fn from_str(text: &str) -> Result<Self, AspectError> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| *number > 0.0);
        let aspect = match text.split_once([':', '/', 'x']) {
            Some((width, height)) => number(width).zip(number(height)).map(|(width, height)| width / height),
            None => number(text),
        };
        aspect.filter(|aspect| ASPECTS.contains(aspect)).map(Self).ok_or_else(|| AspectError(text.to_owned()))
    }
}

impl fmt::Display for PictureAspect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.2}", self.0)
    }
}

/// How the two fields of television, the odd and the even rows, lie in a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TelevisionFields {
    /// There are none: all rows were taken at once.
    #[default]
    None,
    /// Row by row in turn.
    Interleaved,
    /// One above the other.
    Stacked,
    /// Each frame is one field.
    Alone,
}

/// How far the picture is to be turned, counter-clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Turn {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

impl Turn {
    pub(super) fn of_degrees(degrees: i64) -> Self {
        match degrees.rem_euclid(360) {
            90 => Self::Quarter,
            180 => Self::Half,
            270 => Self::ThreeQuarters,
            _ => Self::None,
        }
    }
}

/// How the bytes of a frame become an upright picture with square pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presentation {
    pub(super) layout: RawLayout,
    pub(super) fields: TelevisionFields,
    /// The most bytes a frame of this size can have: more belong to another.
    pub(super) most_bytes: usize,
    /// The shape of the whole picture as it is sent; `None` where the pixels are square.
    pub(super) aspect: Option<PictureAspect>,
    pub(super) turn: Turn,
    /// Whether left and right are swapped.
    pub(super) mirrored: bool,
}

/// What a picture takes at most, and what rounding up to whole pages, of 16 KiB at most, adds to it.
#[cfg(any(not(target_os = "linux"), test))]
const MOST_BYTES_A_PIXEL: usize = 4;
#[cfg(any(not(target_os = "linux"), test))]
const PAGE: usize = 16 << 10;

/// Shapes nearer than this to square pixels are taken as such: drivers round sizes to multiples of 16.
const ASPECT_TOLERANCE: f64 = 0.01;

impl Presentation {
    /// Rows without gaps, upright: of a system that says no more of a picture than its mode.
    #[cfg(any(not(target_os = "linux"), test))]
    pub(super) fn of_mode(mode: Mode, aspect: Option<PictureAspect>) -> Self {
        let layout = RawLayout::packed(mode.encoding, mode.width, mode.height);
        let most_bytes = mode.width as usize * mode.height as usize * MOST_BYTES_A_PIXEL + PAGE;
        Self { layout, fields: TelevisionFields::None, most_bytes, aspect, turn: Turn::None, mirrored: false }
    }

    /// Decodes a frame, in memory of the pool where it has a picture of that size.
    ///
    /// # Errors
    /// If the bytes are not a picture of this layout.
    pub(super) fn picture(&self, bytes: &[u8], pool: &mut PicturePool) -> Result<RgbImage, PixelError> {
        let sent = match self.layout.encoding {
            Encoding::Mjpeg => {
                let decoded = catch_panic(|| pixels::from_jpeg_in(bytes, pool));
                self.field_of(decoded.unwrap_or_else(|panicked| Err(PixelError::Jpeg(panicked.0)))?)
            }
            encoding if bytes.len() > self.most_bytes => {
                let (layout, wanted, got) = (encoding.name(), self.most_bytes, bytes.len());
                let RawLayout { width, height, .. } = self.layout;
                return Err(PixelError::Length { layout, width, height, wanted, got });
            }
            _ => pixels::from_raw_in(bytes, &self.field_layout(), pool)?,
        };
        Ok(self.upright(self.shaped(sent)))
    }

    /// The layout of the one field that is read.
    fn field_layout(&self) -> RawLayout {
        match self.fields {
            TelevisionFields::None | TelevisionFields::Alone => self.layout,
            TelevisionFields::Interleaved => RawLayout { interleaved: true, ..self.layout },
            TelevisionFields::Stacked => RawLayout { height: self.layout.height / 2, ..self.layout },
        }
    }

    fn field_of(&self, picture: RgbImage) -> RgbImage {
        let (width, height) = picture.dimensions();
        match self.fields {
            TelevisionFields::None | TelevisionFields::Alone => picture,
            TelevisionFields::Interleaved => {
                RgbImage::from_fn(width, height.div_ceil(2), |x, y| *picture.get_pixel(x, 2 * y))
            }
            TelevisionFields::Stacked => imageops::crop_imm(&picture, 0, 0, width, height / 2).to_image(),
        }
    }

    /// At full height and with square pixels: made wider or narrower, so that no row is lost.
    fn shaped(&self, sent: RgbImage) -> RgbImage {
        let (width, rows) = sent.dimensions();
        let height = if self.fields == TelevisionFields::None { rows } else { rows * 2 };
        let square = f64::from(width) / f64::from(height.max(1));
        let aspect = self.aspect.map_or(square, |aspect| aspect.0);
        let right = if (aspect / square - 1.0).abs() < ASPECT_TOLERANCE {
            width
        } else {
            (f64::from(height) * aspect).round() as u32
        };
        if (right, height) == (width, rows) { sent } else { pixels::scaled(&sent, (right, height)) }
    }

    fn upright(&self, picture: RgbImage) -> RgbImage {
        let mut turned = match self.turn {
            Turn::None => picture,
            Turn::Quarter => imageops::rotate270(&picture),
            Turn::Half => imageops::rotate180(&picture),
            Turn::ThreeQuarters => imageops::rotate90(&picture),
        };
        if self.mirrored {
            imageops::flip_horizontal_in_place(&mut turned);
        }
        turned
    }
}

/// The shape of a picture that comes in fields, of this width and all its rows. Analogue television is 4:3, to which a row
/// of 720 adds a little at both ends; high definition, which has 1080 rows, is 16:9.
pub(super) fn television_aspect(width: u32, rows: u32) -> PictureAspect {
    PictureAspect(match (width, rows) {
        (_, HIGH_DEFINITION_ROWS..) => 16.0 / 9.0,
        (720 | 360, _) => 15.0 / 11.0,
        _ => 4.0 / 3.0,
    })
}

const HIGH_DEFINITION_ROWS: u32 = 1080;

#[cfg(test)]
#[path = "presentation_tests.rs"]
mod tests;
