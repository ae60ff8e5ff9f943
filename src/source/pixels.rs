//! From the bytes that cameras and decoders give to upright RGB.
//!
//! Cameras send what costs them least: YUYV or NV12 (BT.601, limited range, as V4L2 defaults to) or a JPEG a frame.
//! What arrives is the driver's whole buffer, longer than the picture, and now and then torn: every converter checks
//! lengths and says what is wrong instead of showing half a picture. One bad frame is a dropped frame, never the end.

use image::{DynamicImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The longest side of a picture that is passed on, pixels. The networks look at a few hundred: more only costs time.
pub const LONGEST_SIDE: u32 = 1920;

/// The most pixels a picture may have to be taken into memory at all: a 64-megapixel photograph is 192 MB of RGB.
pub const MOST_PIXELS: u64 = 64_000_000;

/// How many bytes a driver's buffer may be longer than its picture: drivers round up to whole pages (16 KiB at most).
/// More means that the picture is not of the size told.
const PADDING: usize = 16 << 10;

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

/// A YUYV 4:2:2 buffer (BT.601, limited range) as RGB. Rows hold whole pairs of pixels, so an odd width is padded by
/// one.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_yuyv(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let stride = width.div_ceil(2) as usize * 4;
    let bytes = exactly(bytes, stride * height as usize, ("YUYV", width, height))?;
    let mut picture = RgbImage::new(width, height);
    for (source, target) in rows(bytes, stride).zip(rows_mut(&mut picture)) {
        let pairs = target.chunks_exact_mut(6).zip(source.chunks_exact(4));
        for (pixels, quad) in pairs {
            let chroma = Chroma::new(quad[1], quad[3]);
            let [first, second] = [chroma.rgb(quad[0]), chroma.rgb(quad[2])];
            pixels.copy_from_slice(&[first[0], first[1], first[2], second[0], second[1], second[2]]);
        }
        if let ([.., r, g, b], [.., y, u, _, v], true) = (target, source, width % 2 == 1) {
            [*r, *g, *b] = Chroma::new(*u, *v).rgb(*y);
        }
    }
    Ok(picture)
}

/// An NV12 4:2:0 buffer (BT.601, limited range) as RGB: a plane of luma, then one of interleaved chroma at half size,
/// rounded up.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_nv12(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let luma_stride = width as usize;
    let chroma_stride = width.div_ceil(2) as usize * 2;
    let luma_length = luma_stride * height as usize;
    let wanted = luma_length + chroma_stride * height.div_ceil(2) as usize;
    let bytes = exactly(bytes, wanted, ("NV12", width, height))?;
    let (luma, chroma) = bytes.split_at(luma_length);
    let chroma_twice = rows(chroma, chroma_stride).flat_map(|row| [row, row]);
    let mut picture = RgbImage::new(width, height);
    for ((luma, chroma), target) in rows(luma, luma_stride).zip(chroma_twice).zip(rows_mut(&mut picture)) {
        let pairs = target.chunks_mut(6).zip(luma.chunks(2)).zip(chroma.chunks_exact(2));
        for ((pixels, lumas), pair) in pairs {
            let chroma = Chroma::new(pair[0], pair[1]);
            for (pixel, &y) in pixels.chunks_exact_mut(3).zip(lumas) {
                pixel.copy_from_slice(&chroma.rgb(y));
            }
        }
    }
    Ok(picture)
}

/// A packed RGB buffer, taken over as it is.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_rgb(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let bytes = exactly(bytes, width as usize * height as usize * 3, ("RGB", width, height))?;
    let mut picture = RgbImage::new(width, height);
    picture.copy_from_slice(bytes);
    Ok(picture)
}

/// A packed BGR buffer as RGB.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_bgr(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let mut picture = from_rgb(bytes, width, height)?;
    picture.chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
    Ok(picture)
}

/// The JPEG at the start of a camera's buffer as RGB, in the JPEG's own size, which is not always the one the driver
/// tells.
///
/// # Errors
/// If the JPEG has no end ([`PixelError::Torn`]), is corrupt, or is larger than [`MOST_PIXELS`].
pub fn from_jpeg(buffer: &[u8]) -> Result<RgbImage, PixelError> {
    let jpeg = jpeg_in(buffer).ok_or(PixelError::Torn { got: buffer.len() })?;
    let corrupt = |error: zune_jpeg::errors::DecodeErrors| PixelError::Jpeg(format!("{error:?}"));
    // Not strict: many webcams leave stray bytes between segments, and a strict decoder would refuse their every frame.
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB).set_strict_mode(false);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    decoder.decode_headers().map_err(corrupt)?;
    let info = decoder.info().ok_or_else(|| PixelError::Jpeg("no frame header".to_owned()))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height)?;
    let mut picture = RgbImage::new(width, height);
    decoder.decode_into(&mut picture).map_err(corrupt)?;
    Ok(picture)
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
    // Plain averaging: nobody looks at these pictures closely enough for a finer filter.
    DynamicImage::from(picture).thumbnail(LONGEST_SIDE, LONGEST_SIDE).into_rgb8()
}

/// Both chroma samples of a pair of pixels, multiplied out: what is left for each pixel is its luma.
#[derive(Clone, Copy)]
struct Chroma {
    red: i32,
    green: i32,
    blue: i32,
}

impl Chroma {
    // BT.601, limited range, in 1/256: 1.596, 0.391, 0.813, 2.018 and 1.164.
    fn new(u: u8, v: u8) -> Self {
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        Self { red: 409 * v + 128, green: -100 * u - 208 * v + 128, blue: 516 * u + 128 }
    }

    fn rgb(self, y: u8) -> [u8; 3] {
        let luma = 298 * (i32::from(y) - 16);
        [self.red, self.green, self.blue].map(|chroma| ((luma + chroma) >> 8).clamp(0, 255) as u8)
    }
}

fn exactly<'a>(
    bytes: &'a [u8],
    wanted: usize,
    (layout, width, height): (&'static str, u32, u32),
) -> Result<&'a [u8], PixelError> {
    if wanted == 0 || bytes.len() < wanted || bytes.len() > wanted + PADDING {
        return Err(PixelError::Length { layout, width, height, wanted, got: bytes.len() });
    }
    Ok(&bytes[..wanted])
}

fn rows(bytes: &[u8], stride: usize) -> impl Iterator<Item = &[u8]> {
    bytes.chunks_exact(stride)
}

fn rows_mut(picture: &mut RgbImage) -> impl Iterator<Item = &mut [u8]> {
    let stride = picture.width() as usize * 3;
    picture.chunks_exact_mut(stride)
}

/// The JPEG at the start of `buffer`, from its first marker to its end marker. Behind it lies whatever longer frame was
/// there before.
fn jpeg_in(buffer: &[u8]) -> Option<&[u8]> {
    if !buffer.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    let mut at = entropy_start(buffer)?;
    // Within the entropy-coded part, FF is followed by 00 or a restart marker; further scans of a progressive JPEG are
    // passed over in the same way, as their headers hold no FF D9 either.
    loop {
        at += buffer.get(at..)?.iter().position(|&byte| byte == 0xFF)?;
        match buffer.get(at + 1)? {
            0xD9 => return buffer.get(..at + 2),
            _ => at += 1,
        }
    }
}

// Segments are skipped by their length: a thumbnail in one of them has an end marker of its own.
fn entropy_start(buffer: &[u8]) -> Option<usize> {
    const START_OF_SCAN: u8 = 0xDA;
    let mut at = 2;
    loop {
        let &[marker, kind, high, low] = buffer.get(at..at + 4)? else { return None };
        if marker != 0xFF {
            return None;
        }
        if kind == 0xFF {
            at += 1;
            continue;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
        if kind == START_OF_SCAN {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use image::codecs::jpeg::JpegEncoder;

    use super::*;

    /// Colours as BT.601 limited range writes them (Y, U, V), and as RGB.
    const COLOURS: [([u8; 3], [u8; 3]); 6] = [
        ([16, 128, 128], [0, 0, 0]),
        ([235, 128, 128], [255, 255, 255]),
        ([126, 128, 128], [128, 128, 128]),
        ([81, 90, 240], [255, 0, 0]),
        ([145, 54, 34], [0, 255, 0]),
        ([41, 240, 110], [0, 0, 255]),
    ];

    fn assert_all(picture: &RgbImage, wanted: [u8; 3]) {
        for &Rgb(got) in picture.pixels() {
            assert!(got.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= 2), "{got:?} is not {wanted:?}");
        }
    }

    fn noise_jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            Rgb([(x * 37 % 256) as u8, (y * 91 % 256) as u8, ((x * y) % 256) as u8])
        });
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&picture).unwrap();
        jpeg
    }

    #[test]
    fn yuyv_gives_the_known_colours_in_even_and_odd_widths() {
        for ([y, u, v], wanted) in COLOURS {
            for (width, height) in [(4, 2), (5, 3), (1, 1)] {
                let bytes = [y, u, y, v].repeat((width as usize).div_ceil(2) * height as usize);
                let picture = from_yuyv(&bytes, width, height).unwrap();
                assert_eq!(picture.dimensions(), (width, height));
                assert_all(&picture, wanted);
            }
        }
    }

    #[test]
    fn nv12_gives_the_known_colours_in_even_and_odd_sizes() {
        for ([y, u, v], wanted) in COLOURS {
            for (width, height) in [(4_u32, 2_u32), (5, 3), (1, 1)] {
                let mut bytes = vec![y; (width * height) as usize];
                bytes.extend([u, v].repeat((width.div_ceil(2) * height.div_ceil(2)) as usize));
                let picture = from_nv12(&bytes, width, height).unwrap();
                assert_eq!(picture.dimensions(), (width, height));
                assert_all(&picture, wanted);
            }
        }
    }

    #[test]
    fn each_pixel_keeps_its_place() {
        let picture = from_yuyv(&[16, 128, 235, 128, 235, 128, 16, 128], 2, 2).unwrap();
        let white: Vec<bool> = picture.pixels().map(|pixel| pixel.0[0] > 127).collect();
        assert_eq!(white, [false, true, true, false]);
        let picture = from_nv12(&[16, 235, 235, 16, 128, 128], 2, 2).unwrap();
        let white: Vec<bool> = picture.pixels().map(|pixel| pixel.0[0] > 127).collect();
        assert_eq!(white, [false, true, true, false]);
        assert_eq!(from_bgr(&[1, 2, 3], 1, 1).unwrap().as_raw(), &[3, 2, 1]);
        assert_eq!(from_rgb(&[1, 2, 3], 1, 1).unwrap().as_raw(), &[1, 2, 3]);
    }

    #[test]
    fn a_buffer_may_be_padded_but_neither_short_nor_of_another_size() {
        for convert in [from_yuyv, from_nv12, from_rgb, from_bgr] {
            assert!(matches!(convert(&[0; 100], 64, 48), Err(PixelError::Length { got: 100, .. })));
            assert!(matches!(convert(&vec![0; 640 * 480 * 3], 64, 48), Err(PixelError::Length { .. })));
            assert!(matches!(convert(&[], 0, 0), Err(PixelError::Length { .. })));
        }
        assert!(from_yuyv(&vec![0; 800 * 600 * 2 + 2560], 800, 600).is_ok());
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
    fn a_torn_jpeg_is_an_error() {
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

    #[test]
    fn large_pictures_are_made_smaller_and_enormous_ones_refused() {
        assert_eq!(within_longest_side(RgbImage::new(3000, 1500)).dimensions(), (1920, 960));
        assert_eq!(within_longest_side(RgbImage::new(16, 16)).dimensions(), (16, 16));
        assert!(check_size(8000, 6000).is_ok());
        assert!(matches!(check_size(65535, 65535), Err(PixelError::TooLarge { .. })));
    }
}
