//! Converts the uncompressed layouts that cameras send.

use image::RgbImage;

use super::PixelError;

/// The most padding of a driver's buffer, bytes: drivers round up to whole pages (16 KiB at most). More means that the
/// picture does not have the stated size.
const PADDING: usize = 16 << 10;

/// Converts a YUYV 4:2:2 buffer (BT.601, limited range) to RGB. Rows hold whole pairs of pixels, so an odd width is
/// padded by one.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_yuyv(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let stride = width.div_ceil(2) as usize * 4;
    let bytes = without_padding(bytes, stride * height as usize, ("YUYV", width, height))?;
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

/// Converts an NV12 4:2:0 buffer (BT.601, limited range) to RGB: a plane of luma, then one of interleaved chroma at
/// half size, rounded up.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_nv12(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let luma_stride = width as usize;
    let chroma_stride = width.div_ceil(2) as usize * 2;
    let luma_length = luma_stride * height as usize;
    let wanted = luma_length + chroma_stride * height.div_ceil(2) as usize;
    let bytes = without_padding(bytes, wanted, ("NV12", width, height))?;
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

/// Copies a packed RGB buffer.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_rgb(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let bytes = without_padding(bytes, width as usize * height as usize * 3, ("RGB", width, height))?;
    let mut picture = RgbImage::new(width, height);
    picture.copy_from_slice(bytes);
    Ok(picture)
}

/// Converts a packed BGR buffer to RGB.
///
/// # Errors
/// [`PixelError::Length`] if the buffer is shorter than the picture or longer by more than a page.
pub fn from_bgr(bytes: &[u8], width: u32, height: u32) -> Result<RgbImage, PixelError> {
    let mut picture = from_rgb(bytes, width, height)?;
    picture.chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
    Ok(picture)
}

/// The chroma contribution of a pair of pixels to each channel; only the luma differs between the two.
#[derive(Clone, Copy)]
struct Chroma {
    red: i32,
    green: i32,
    blue: i32,
}

impl Chroma {
    // BT.601, limited range, coefficients in 1/256: 1.596, 0.391, 0.813, 2.018 and 1.164.
    fn new(u: u8, v: u8) -> Self {
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        Self { red: 409 * v + 128, green: -100 * u - 208 * v + 128, blue: 516 * u + 128 }
    }

    fn rgb(self, y: u8) -> [u8; 3] {
        let luma = 298 * (i32::from(y) - 16);
        [self.red, self.green, self.blue].map(|chroma| ((luma + chroma) >> 8).clamp(0, 255) as u8)
    }
}

fn without_padding<'a>(
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

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// Colours in BT.601 limited range (Y, U, V), and in RGB.
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

    #[test]
    fn yuyv_yields_the_known_colours_in_even_and_odd_widths() {
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
    fn nv12_yields_the_known_colours_in_even_and_odd_sizes() {
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
}
