//! Converts the bytes from cameras and decoders to upright RGB.
//!
//! Cameras send luma and chroma in one of a dozen orders, red, green and blue in another half-dozen, grey, or one JPEG
//! per frame. A frame is the driver's buffer, often with gaps between the rows or longer than the picture, and sometimes
//! torn: every converter checks lengths and reports what is wrong instead of returning half a picture. A bad frame is
//! dropped and never ends the stream.

mod colours;
#[cfg(feature = "camera")]
mod jpeg;
#[cfg(any(feature = "camera", feature = "video"))]
pub(super) mod jpeg_file;
mod layout;
mod mosaic;
mod raw;
mod scale;

use image::RgbImage;

#[cfg(feature = "camera")]
pub use self::jpeg::from_jpeg;
#[cfg(feature = "camera")]
pub(super) use self::jpeg::from_jpeg_in;
pub use self::layout::{ColourMatrix, Encoding, LumaRange, RawLayout};
pub use self::mosaic::pixelate;
pub use self::raw::from_raw;
#[cfg(any(feature = "camera", feature = "video"))]
pub(super) use self::raw::from_raw_in;
pub use self::scale::{Scaler, fitted, scaled, scaled_part};

/// The longest side of a picture that is passed on, pixels. The networks use a few hundred; more only costs time.
pub const LONGEST_SIDE: u32 = 1920;

/// The most pixels of a picture that is loaded into memory: a 64-megapixel photograph is 192 MB of RGB.
pub const MOST_PIXELS: u64 = 64_000_000;

/// Why bytes are not a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PixelError {
    /// The buffer does not match the stated size.
    #[error("{got} bytes cannot be a {width}x{height} {layout} picture of {wanted} bytes")]
    Length {
        /// The pixel layout.
        layout: &'static str,
        /// Stated width, pixels.
        width: u32,
        /// Stated height, pixels.
        height: u32,
        /// Size of such a picture, bytes.
        wanted: usize,
        /// Size of the buffer, bytes.
        got: usize,
    },
    /// The driver says that the frame is damaged, or sends none of it.
    #[error("the driver says that the frame is damaged")]
    Damaged,
    /// The JPEG is truncated.
    #[error("the JPEG of {got} bytes has no end marker")]
    Torn {
        /// Size of the buffer, bytes.
        got: usize,
    },
    /// The JPEG cannot be decoded.
    #[error("the JPEG cannot be decoded: {0}")]
    Jpeg(String),
    /// More pixels than the limit.
    #[error("{width}x{height} pixels are more than the limit of {MOST_PIXELS}")]
    TooLarge {
        /// Width, pixels.
        width: u32,
        /// Height, pixels.
        height: u32,
    },
}

/// Checks that a picture of this size may be loaded into memory.
///
/// # Errors
/// [`PixelError::TooLarge`] beyond [`MOST_PIXELS`].
pub fn check_size(width: u32, height: u32) -> Result<(), PixelError> {
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PixelError::TooLarge { width, height });
    }
    Ok(())
}

/// Shrinks the picture so that no side is longer than [`LONGEST_SIDE`], keeping its aspect ratio.
pub fn within_longest_side(picture: RgbImage) -> RgbImage {
    if picture.width().max(picture.height()) <= LONGEST_SIDE {
        return picture;
    }
    scaled(&picture, scale::within(picture.dimensions(), (LONGEST_SIDE, LONGEST_SIDE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pictures_are_shrunk_and_enormous_ones_refused() {
        assert_eq!(within_longest_side(RgbImage::new(3000, 1500)).dimensions(), (1920, 960));
        assert_eq!(within_longest_side(RgbImage::new(16, 16)).dimensions(), (16, 16));
        assert!(check_size(8000, 6000).is_ok());
        assert!(matches!(check_size(65535, 65535), Err(PixelError::TooLarge { .. })));
    }
}
