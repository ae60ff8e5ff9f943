//! Decodes the JPEG that many cameras send for each frame.

use image::RgbImage;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::jpeg_file::{jpeg_in, with_tables};
use super::{PixelError, check_size};
use crate::source::PicturePool;

/// Decodes the JPEG at the start of a camera's buffer to RGB, in the JPEG's own size, which is not always the one that
/// the driver reports.
///
/// # Errors
/// If the JPEG is truncated ([`PixelError::Torn`]), corrupt, or larger than [`super::MOST_PIXELS`].
pub fn from_jpeg(buffer: &[u8]) -> Result<RgbImage, PixelError> {
    from_jpeg_in(buffer, &mut PicturePool::default())
}

/// The same, in memory of the pool.
///
/// # Errors
/// As [`from_jpeg`].
pub(in crate::source) fn from_jpeg_in(buffer: &[u8], pool: &mut PicturePool) -> Result<RgbImage, PixelError> {
    let jpeg = jpeg_in(buffer).ok_or(PixelError::Torn { got: buffer.len() })?;
    let corrupt = |error: zune_jpeg::errors::DecodeErrors| PixelError::Jpeg(format!("{error:?}"));
    // Not strict: many webcams leave stray bytes between segments, and a strict decoder would refuse every frame.
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB).set_strict_mode(false);
    let jpeg = with_tables(jpeg);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&*jpeg), options);
    decoder.decode_headers().map_err(corrupt)?;
    let info = decoder.info().ok_or_else(|| PixelError::Jpeg("no frame header".to_owned()))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height)?;
    let mut picture = pool.black(width, height); // a corrupt JPEG ends early, and what it leaves is no other picture
    decoder.decode_into(&mut picture).map_err(corrupt)?;
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use image::codecs::jpeg::JpegEncoder;

    use super::*;
    use crate::source::pixels::jpeg_file::{HUFFMAN_TABLES, segments};

    fn noise_jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            Rgb([(x * 37 % 256) as u8, (y * 91 % 256) as u8, ((x * y) % 256) as u8])
        });
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&picture).unwrap();
        jpeg
    }

    #[test]
    fn a_jpeg_is_cut_at_its_end_and_keeps_its_own_size() {
        let mut buffer = noise_jpeg(50, 31);
        let plain = from_jpeg(&buffer).unwrap();
        buffer.extend(noise_jpeg(64, 64));
        buffer.resize(1_228_800, 0);
        assert_eq!(plain.dimensions(), (50, 31));
        assert_eq!(from_jpeg(&buffer).unwrap(), plain);
    }

    #[test]
    fn a_truncated_jpeg_is_an_error() {
        let jpeg = noise_jpeg(64, 48);
        for length in [0, 1, 2, 3, 20, 200, jpeg.len() / 2, jpeg.len() - 2] {
            assert!(matches!(from_jpeg(&jpeg[..length]), Err(PixelError::Torn { .. })), "{length} bytes");
        }
        assert!(matches!(from_jpeg(&[0; 4096]), Err(PixelError::Torn { .. })));
        let mut headless = jpeg.clone();
        headless[2..40].fill(0);
        assert!(from_jpeg(&headless).is_err());
    }

    #[test]
    fn a_frame_without_huffman_tables_means_the_standard_ones() {
        let whole = noise_jpeg(64, 48);
        let mut bare = whole[..2].to_vec();
        let mut from = 2;
        for (kind, end) in segments(&whole) {
            if kind != HUFFMAN_TABLES {
                bare.extend(&whole[from..end]);
            }
            from = end;
        }
        bare.extend(&whole[from..]);
        assert!(bare.len() + 400 < whole.len(), "the tables are {} bytes", whole.len() - bare.len());
        assert_eq!(from_jpeg(&bare).unwrap(), from_jpeg(&whole).unwrap());
        assert!(bare.windows(4).any(|name| name == b"JFIF"), "as most cameras name it");
    }

    #[test]
    fn a_thumbnail_inside_a_jpeg_does_not_end_it() {
        let jpeg = noise_jpeg(32, 32);
        let mut nested = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9];
        nested.extend(&jpeg[2..]);
        assert_eq!(from_jpeg(&nested).unwrap(), from_jpeg(&jpeg).unwrap());
    }

    #[test]
    fn of_flipped_bytes_none_panics_and_none_shows_the_picture_before() {
        let jpeg = noise_jpeg(64, 48);
        let mut incomplete = 0;
        for at in (2..jpeg.len()).step_by(7) {
            let mut flipped = jpeg.clone();
            flipped[at] ^= 0xA5;
            let mut pool = PicturePool::default();
            drop(pool.share(RgbImage::from_pixel(64, 48, Rgb([255, 0, 255]))));
            let (alone, after_another) = (from_jpeg(&flipped), from_jpeg_in(&flipped, &mut pool));
            incomplete +=
                usize::from(alone.as_ref().is_ok_and(|picture| picture.pixels().any(|pixel| pixel.0 == [0; 3])));
            assert_eq!(alone, after_another, "byte {at}");
        }
        assert!(incomplete > 0, "none ended early");
    }
}
