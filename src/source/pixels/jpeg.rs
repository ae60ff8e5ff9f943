//! Decodes the JPEG that many cameras send for each frame.

use std::borrow::Cow;

use image::RgbImage;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{PixelError, check_size};

const START_OF_SCAN: u8 = 0xDA;
const HUFFMAN_TABLES: u8 = 0xC4;

/// A segment APP0 that says, as in an AVI file, that the standard Huffman tables are meant where a frame brings none. Many
/// cameras leave them out (USB Video Class, payload Motion JPEG); zune-jpeg 0.5 takes the standard ones only beside this segment.
const STANDARD_TABLES: [u8; 18] = *b"\xFF\xE0\x00\x10AVI1\0\0\0\0\0\0\0\0\0\0";

/// Decodes the JPEG at the start of a camera's buffer to RGB, in the JPEG's own size, which is not always the one that
/// the driver reports.
///
/// # Errors
/// If the JPEG is truncated ([`PixelError::Torn`]), corrupt, or larger than [`super::MOST_PIXELS`].
pub fn from_jpeg(buffer: &[u8]) -> Result<RgbImage, PixelError> {
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
    let mut picture = RgbImage::new(width, height);
    decoder.decode_into(&mut picture).map_err(corrupt)?;
    Ok(picture)
}

/// The JPEG at the start of `buffer`, from its first marker to its end marker. The rest of the buffer holds remains of
/// earlier, longer frames.
fn jpeg_in(buffer: &[u8]) -> Option<&[u8]> {
    if !buffer.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    buffer.get(..end_after(buffer, scan_start(buffer)?)?)
}

/// Whether a JPEG file breaks off within its picture, the rest of which a decoder makes up. One that is damaged before is left to
/// the decoder.
pub(in crate::source) fn breaks_off(jpeg: &[u8]) -> bool {
    scan_start(jpeg).is_some_and(|start| end_after(jpeg, start).is_none())
}

/// Where the first scan begins.
fn scan_start(jpeg: &[u8]) -> Option<usize> {
    segments(jpeg).find_map(|(kind, end)| (kind == START_OF_SCAN).then_some(end))
}

/// Where the JPEG ends whose first scan begins there. Within the entropy-coded part, FF is followed by 00 or a restart marker.
/// Further scans of a progressive JPEG are skipped in the same way, as their headers contain no FF D9 either.
fn end_after(jpeg: &[u8], scan: usize) -> Option<usize> {
    let end = jpeg.get(scan..)?.windows(2).position(|marker| marker == [0xFF, 0xD9])?;
    Some(scan + end + 2)
}

/// The JPEG with a word on its Huffman tables, if it has none of its own.
pub(in crate::source) fn with_tables(jpeg: &[u8]) -> Cow<'_, [u8]> {
    if segments(jpeg).any(|(kind, _)| kind == HUFFMAN_TABLES) {
        return Cow::Borrowed(jpeg);
    }
    let (start, rest) = jpeg.split_at(2);
    Cow::Owned([start, &STANDARD_TABLES, rest].concat())
}

/// The segments of a JPEG up to its first scan: the kind of each and where it ends. They are skipped by their length: a
/// thumbnail in one of them has an end marker of its own.
fn segments(jpeg: &[u8]) -> impl Iterator<Item = (u8, usize)> + '_ {
    let mut at = Some(2);
    std::iter::from_fn(move || {
        let mut from = at.take()?;
        while let [0xFF, 0xFF] = jpeg.get(from..from + 2)? {
            from += 1; // filling
        }
        let &[0xFF, kind, high, low] = jpeg.get(from..from + 4)? else { return None };
        let end = from + 2 + usize::from(u16::from_be_bytes([high, low]));
        at = (kind != START_OF_SCAN).then_some(end);
        Some((kind, end))
    })
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use image::codecs::jpeg::JpegEncoder;

    use super::*;

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
    fn flipped_bytes_never_panic() {
        let jpeg = noise_jpeg(64, 48);
        for at in (2..jpeg.len()).step_by(7) {
            let mut flipped = jpeg.clone();
            flipped[at] ^= 0xA5;
            let _ = from_jpeg(&flipped);
        }
    }
}
