//! Converts the uncompressed layouts that cameras send.

use image::RgbImage;

use super::PixelError;
use super::colours::{Chroma, Colours};
use super::layout::{Encoding, Plane, RawLayout};
use crate::source::PicturePool;

/// Converts an uncompressed picture to RGB. Grey ones become RGB without colour.
///
/// # Errors
/// [`PixelError::Length`] if there are fewer bytes than the picture takes; more are ignored. [`PixelError::Jpeg`] if
/// the layout is that of a JPEG, which has none.
pub fn from_raw(bytes: &[u8], layout: &RawLayout) -> Result<RgbImage, PixelError> {
    from_raw_in(bytes, layout, &mut PicturePool::default())
}

/// The same, in memory of the pool.
///
/// # Errors
/// As [`from_raw`].
pub(in crate::source) fn from_raw_in(
    bytes: &[u8],
    layout: &RawLayout,
    pool: &mut PicturePool,
) -> Result<RgbImage, PixelError> {
    let colours = Colours::of(layout.range, layout.matrix);
    match layout.encoding {
        Encoding::Yuyv => packed_422::<0, 1, 2, 3>(bytes, layout, colours, pool),
        Encoding::Uyvy => packed_422::<1, 0, 3, 2>(bytes, layout, colours, pool),
        Encoding::Yvyu => packed_422::<0, 3, 2, 1>(bytes, layout, colours, pool),
        Encoding::Vyuy => packed_422::<1, 2, 3, 0>(bytes, layout, colours, pool),
        Encoding::Nv12 => semi_planar::<0, 1, 2>(bytes, layout, colours, pool),
        Encoding::Nv21 => semi_planar::<1, 0, 2>(bytes, layout, colours, pool),
        Encoding::Nv16 => semi_planar::<0, 1, 1>(bytes, layout, colours, pool),
        Encoding::Nv61 => semi_planar::<1, 0, 1>(bytes, layout, colours, pool),
        Encoding::I420 => planar::<1, 2, 2>(bytes, layout, colours, pool),
        Encoding::Yv12 => planar::<2, 1, 2>(bytes, layout, colours, pool),
        Encoding::I422 => planar::<1, 2, 1>(bytes, layout, colours, pool),
        Encoding::Rgb => packed_rgb::<3>(bytes, layout, pool, |pixel| *pixel),
        Encoding::Bgr => packed_rgb::<3>(bytes, layout, pool, |&[b, g, r]| [r, g, b]),
        Encoding::Rgbx => packed_rgb::<4>(bytes, layout, pool, |&[r, g, b, _]| [r, g, b]),
        Encoding::Bgrx => packed_rgb::<4>(bytes, layout, pool, |&[b, g, r, _]| [r, g, b]),
        Encoding::Xrgb => packed_rgb::<4>(bytes, layout, pool, |&[_, r, g, b]| [r, g, b]),
        Encoding::Xbgr => packed_rgb::<4>(bytes, layout, pool, |&[_, b, g, r]| [r, g, b]),
        Encoding::Rgb565 => packed_rgb::<2>(bytes, layout, pool, |&pixel| rgb_of_565(u16::from_le_bytes(pixel))),
        Encoding::Grey => packed_rgb::<1>(bytes, layout, pool, |&[grey]| [grey; 3]),
        Encoding::Y10 => packed_rgb::<2>(bytes, layout, pool, |&pixel| [high_bits(pixel, 10); 3]),
        Encoding::Y12 => packed_rgb::<2>(bytes, layout, pool, |&pixel| [high_bits(pixel, 12); 3]),
        Encoding::Y16 => packed_rgb::<2>(bytes, layout, pool, |&pixel| [high_bits(pixel, 16); 3]),
        Encoding::Mjpeg => Err(PixelError::Jpeg("it has no layout".to_owned())),
    }
}

/// Pairs of pixels in four bytes, of which those at `FIRST` and `SECOND` are luma. An odd width is padded by one.
fn packed_422<const FIRST: usize, const U: usize, const SECOND: usize, const V: usize>(
    bytes: &[u8],
    layout: &RawLayout,
    colours: Colours,
    pool: &mut PicturePool,
) -> Result<RgbImage, PixelError> {
    let [plane] = layout.planes(bytes)?;
    let mut picture = of_size(layout, pool);
    for (source, target) in plane.rows().zip(rows_mut(&mut picture)) {
        let pairs = target.as_chunks_mut::<6>().0.iter_mut().zip(source.as_chunks::<4>().0);
        for (pixels, quad) in pairs {
            let chroma = colours.chroma(quad[U], quad[V]);
            let ([r, g, b], [red, green, blue]) = (colours.rgb(chroma, quad[FIRST]), colours.rgb(chroma, quad[SECOND]));
            *pixels = [r, g, b, red, green, blue];
        }
        if let ([.., r, g, b], Some(quad), true) = (target, source.last_chunk::<4>(), layout.width % 2 == 1) {
            [*r, *g, *b] = colours.rgb(colours.chroma(quad[U], quad[V]), quad[FIRST]);
        }
    }
    Ok(picture)
}

/// A plane of luma, then one of chroma in pairs; a row of chroma serves `ROWS` of luma.
fn semi_planar<const U: usize, const V: usize, const ROWS: usize>(
    bytes: &[u8],
    layout: &RawLayout,
    colours: Colours,
    pool: &mut PicturePool,
) -> Result<RgbImage, PixelError> {
    let [luma, chroma] = layout.planes(bytes)?;
    let chroma = chroma.rows().flat_map(|row| [row; ROWS]);
    let chroma = chroma.map(|row| row.as_chunks::<2>().0.iter().map(|pair| colours.chroma(pair[U], pair[V])));
    Ok(subsampled(layout, luma, chroma, colours, pool))
}

/// A plane each of luma and the two of chroma, of which `U` and `V` are the numbers; a row of chroma serves `ROWS` of luma.
fn planar<const U: usize, const V: usize, const ROWS: usize>(
    bytes: &[u8],
    layout: &RawLayout,
    colours: Colours,
    pool: &mut PicturePool,
) -> Result<RgbImage, PixelError> {
    let planes: [Plane<'_>; 3] = layout.planes(bytes)?;
    let chroma = planes[U].rows().zip(planes[V].rows()).flat_map(|rows| [rows; ROWS]);
    let chroma = chroma.map(|(u, v)| u.iter().zip(v).map(|(&u, &v)| colours.chroma(u, v)));
    Ok(subsampled(layout, planes[0], chroma, colours, pool))
}

/// Joins rows of luma with rows of chroma, one chroma for every two pixels.
fn subsampled<Row: Iterator<Item = Chroma>>(
    layout: &RawLayout,
    luma: Plane<'_>,
    chroma: impl Iterator<Item = Row>,
    colours: Colours,
    pool: &mut PicturePool,
) -> RgbImage {
    let mut picture = of_size(layout, pool);
    for ((luma, mut chroma), target) in luma.rows().zip(chroma).zip(rows_mut(&mut picture)) {
        let ((pairs, single), (lumas, last)) = (target.as_chunks_mut::<6>(), luma.as_chunks::<2>());
        for ((pixels, [first, second]), chroma) in pairs.iter_mut().zip(lumas).zip(&mut chroma) {
            let ([r, g, b], [red, green, blue]) = (colours.rgb(chroma, *first), colours.rgb(chroma, *second));
            *pixels = [r, g, b, red, green, blue];
        }
        // Of an odd width.
        if let (Some(pixel), [y], Some(chroma)) = (single.first_chunk_mut::<3>(), last, chroma.next()) {
            *pixel = colours.rgb(chroma, *y);
        }
    }
    picture
}

/// `BYTES` bytes a pixel, each by itself.
fn packed_rgb<const BYTES: usize>(
    bytes: &[u8],
    layout: &RawLayout,
    pool: &mut PicturePool,
    rgb: impl Fn(&[u8; BYTES]) -> [u8; 3],
) -> Result<RgbImage, PixelError> {
    let [plane] = layout.planes(bytes)?;
    let mut picture = of_size(layout, pool);
    for (source, target) in plane.rows().zip(rows_mut(&mut picture)) {
        for (pixel, bytes) in target.as_chunks_mut::<3>().0.iter_mut().zip(source.as_chunks::<BYTES>().0) {
            *pixel = rgb(bytes);
        }
    }
    Ok(picture)
}

/// The highest 8 of the low `bits` bits.
fn high_bits(pixel: [u8; 2], bits: u32) -> u8 {
    (u16::from_le_bytes(pixel) >> (bits - 8)).min(255) as u8
}

/// Each channel with its highest bits repeated below, so that white is white.
fn rgb_of_565(pixel: u16) -> [u8; 3] {
    let [red, green, blue] = [pixel >> 11, (pixel >> 5) & 63, pixel & 31];
    [(red << 3) | (red >> 2), (green << 2) | (green >> 4), (blue << 3) | (blue >> 2)].map(|channel| channel as u8)
}

fn of_size(layout: &RawLayout, pool: &mut PicturePool) -> RgbImage {
    let (width, height) = layout.size();
    pool.picture(width, height)
}

fn rows_mut(picture: &mut RgbImage) -> impl Iterator<Item = &mut [u8]> {
    let stride = (picture.width() as usize * 3).max(1);
    picture.chunks_exact_mut(stride)
}

#[cfg(test)]
#[path = "raw_tests.rs"]
mod tests;
