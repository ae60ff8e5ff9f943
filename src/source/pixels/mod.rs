//! From the bytes that cameras and decoders give to upright RGB.
//!
//! Cameras send what costs them least: YUYV or NV12 (BT.601, limited range, as V4L2 defaults to) or a JPEG a frame.
//! What arrives is the driver's whole buffer, longer than the picture, and now and then torn: every converter checks
//! lengths and says what is wrong instead of showing half a picture. One bad frame is a dropped frame, never the end.

#[cfg(feature = "camera")]
mod jpeg;
mod raw;
mod scale;

use image::RgbImage;

#[cfg(feature = "camera")]
pub use self::jpeg::from_jpeg;
pub use self::raw::{from_bgr, from_nv12, from_rgb, from_yuyv};
pub use self::scale::{fitted, scaled, scaled_part};

/// The longest side of a picture that is passed on, pixels. The networks look at a few hundred: more only costs time.
pub const LONGEST_SIDE: u32 = 1920;

/// The most pixels a picture may have to be taken into memory at all: a 64-megapixel photograph is 192 MB of RGB.
pub const MOST_PIXELS: u64 = 64_000_000;

/// Why bytes are no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PixelError {
    /// The buffer does not fit the size told.
    #[error("{got} bytes cannot be a {width}x{height} {layout} picture of {wanted} bytes")]
    Length {
        /// The pixel layout.
        layout: &'static str,
        /// Width told, pixels.
        width: u32,
        /// Height told, pixels.
        height: u32,
        /// Bytes such a picture takes.
        wanted: usize,
        /// Bytes there are.
        got: usize,
    },
    /// The JPEG has no end: its tail is missing.
    #[error("the JPEG of {got} bytes has no end marker")]
    Torn {
        /// Bytes there are.
        got: usize,
    },
    /// The JPEG cannot be decoded.
    #[error("the JPEG cannot be decoded: {0}")]
    Jpeg(String),
    /// More pixels than are taken into memory.
    #[error("{width}x{height} pixels are more than the {MOST_PIXELS} that fit")]
    TooLarge {
        /// Width, pixels.
        width: u32,
        /// Height, pixels.
        height: u32,
    },
}

/// Whether a picture of this size may be taken into memory.
///
/// # Errors
/// [`PixelError::TooLarge`] beyond [`MOST_PIXELS`].
pub fn check_size(width: u32, height: u32) -> Result<(), PixelError> {
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PixelError::TooLarge { width, height });
    }
    Ok(())
}

/// The picture with no side longer than [`LONGEST_SIDE`], its proportions kept.
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
    fn large_pictures_are_made_smaller_and_enormous_ones_refused() {
        assert_eq!(within_longest_side(RgbImage::new(3000, 1500)).dimensions(), (1920, 960));
        assert_eq!(within_longest_side(RgbImage::new(16, 16)).dimensions(), (16, 16));
        assert!(check_size(8000, 6000).is_ok());
        assert!(matches!(check_size(65535, 65535), Err(PixelError::TooLarge { .. })));
    }
}
