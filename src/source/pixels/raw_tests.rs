//! A colour chart in every layout, with and without gaps.

use image::Rgb;

use super::super::layout::{ColourMatrix, LumaRange};
use super::*;

/// Colours as red, green and blue, and as Y, U and V of each range and matrix, from the standards' own formulas.
const CHART: [[u8; 3]; 8] =
    [[255, 255, 255], [255, 255, 0], [0, 255, 255], [0, 255, 0], [255, 0, 255], [255, 0, 0], [0, 0, 255], [0, 0, 0]];

const CODINGS: [(LumaRange, ColourMatrix); 4] = [
    (LumaRange::Limited, ColourMatrix::Bt601),
    (LumaRange::Full, ColourMatrix::Bt601),
    (LumaRange::Limited, ColourMatrix::Bt709),
    (LumaRange::Full, ColourMatrix::Bt709),
];

const OF_LUMA_AND_CHROMA: [Encoding; 11] = [
    Encoding::Yuyv,
    Encoding::Uyvy,
    Encoding::Yvyu,
    Encoding::Vyuy,
    Encoding::Nv12,
    Encoding::Nv21,
    Encoding::Nv16,
    Encoding::Nv61,
    Encoding::I420,
    Encoding::Yv12,
    Encoding::I422,
];

const OF_RED_GREEN_BLUE: [Encoding; 7] =
    [Encoding::Rgb, Encoding::Bgr, Encoding::Rgbx, Encoding::Bgrx, Encoding::Xrgb, Encoding::Xbgr, Encoding::Rgb565];

/// What fills the gaps between rows and behind the picture: it shows where it is read.
const GAP: u8 = 0xAB;

fn yuv([red, green, blue]: [u8; 3], range: LumaRange, matrix: ColourMatrix) -> [u8; 3] {
    let [red, green, blue] = [red, green, blue].map(|channel| f64::from(channel) / 255.0);
    let (of_red, of_blue) = match matrix {
        ColourMatrix::Bt601 => (0.299, 0.114),
        ColourMatrix::Bt709 => (0.2126, 0.0722),
    };
    let luma = of_red * red + (1.0 - of_red - of_blue) * green + of_blue * blue;
    let (u, v) = ((blue - luma) / (2.0 * (1.0 - of_blue)), (red - luma) / (2.0 * (1.0 - of_red)));
    let [y, u, v] = match range {
        LumaRange::Full => [luma * 255.0, 128.0 + u * 255.0, 128.0 + v * 255.0],
        LumaRange::Limited => [16.0 + luma * 219.0, 128.0 + u * 224.0, 128.0 + v * 224.0],
    };
    [y, u, v].map(|value| value.round().clamp(0.0, 255.0) as u8)
}

/// The chart in columns of `column` pixels and `height` rows, packed, with rows `stride` bytes apart.
fn chart(layout: &RawLayout) -> (Vec<u8>, Vec<[u8; 3]>) {
    let (width, height) = (layout.width as usize, layout.height as usize);
    let colour = |x: usize| CHART[(x * CHART.len() / width).min(CHART.len() - 1)];
    let coded = |x: usize| yuv(colour(x.min(width - 1)), layout.range, layout.matrix);
    let pairs = width.div_ceil(2);
    let pair = |order: fn([u8; 3], [u8; 3]) -> Vec<u8>| -> Vec<u8> {
        (0..pairs).flat_map(|pair| order(coded(2 * pair), coded(2 * pair + 1))).collect()
    };
    let pixels = |order: fn([u8; 3]) -> Vec<u8>| -> Vec<u8> { (0..width).flat_map(|x| order(colour(x))).collect() };
    let luma = || -> Vec<u8> { (0..width).map(|x| coded(x)[0]).collect() };
    let chroma =
        |order: fn([u8; 3]) -> Vec<u8>| -> Vec<u8> { (0..pairs).flat_map(|pair| order(coded(2 * pair))).collect() };
    let half = height.div_ceil(2);
    // Rows of each plane, how many, and by what the stride is divided.
    let planes: Vec<(Vec<u8>, usize, usize)> = match layout.encoding {
        Encoding::Yuyv => vec![(pair(|a, b| vec![a[0], a[1], b[0], a[2]]), height, 1)],
        Encoding::Uyvy => vec![(pair(|a, b| vec![a[1], a[0], a[2], b[0]]), height, 1)],
        Encoding::Yvyu => vec![(pair(|a, b| vec![a[0], a[2], b[0], a[1]]), height, 1)],
        Encoding::Vyuy => vec![(pair(|a, b| vec![a[2], a[0], a[1], b[0]]), height, 1)],
        Encoding::Nv12 => vec![(luma(), height, 1), (chroma(|c| vec![c[1], c[2]]), half, 1)],
        Encoding::Nv21 => vec![(luma(), height, 1), (chroma(|c| vec![c[2], c[1]]), half, 1)],
        Encoding::Nv16 => vec![(luma(), height, 1), (chroma(|c| vec![c[1], c[2]]), height, 1)],
        Encoding::Nv61 => vec![(luma(), height, 1), (chroma(|c| vec![c[2], c[1]]), height, 1)],
        Encoding::I420 => {
            vec![(luma(), height, 1), (chroma(|c| vec![c[1]]), half, 2), (chroma(|c| vec![c[2]]), half, 2)]
        }
        Encoding::Yv12 => {
            vec![(luma(), height, 1), (chroma(|c| vec![c[2]]), half, 2), (chroma(|c| vec![c[1]]), half, 2)]
        }
        Encoding::I422 => {
            vec![(luma(), height, 1), (chroma(|c| vec![c[1]]), height, 2), (chroma(|c| vec![c[2]]), height, 2)]
        }
        Encoding::Rgb => vec![(pixels(|c| c.to_vec()), height, 1)],
        Encoding::Bgr => vec![(pixels(|c| vec![c[2], c[1], c[0]]), height, 1)],
        Encoding::Rgbx => vec![(pixels(|c| vec![c[0], c[1], c[2], 9]), height, 1)],
        Encoding::Bgrx => vec![(pixels(|c| vec![c[2], c[1], c[0], 9]), height, 1)],
        Encoding::Xrgb => vec![(pixels(|c| vec![9, c[0], c[1], c[2]]), height, 1)],
        Encoding::Xbgr => vec![(pixels(|c| vec![9, c[2], c[1], c[0]]), height, 1)],
        Encoding::Rgb565 => vec![(
            pixels(|c| {
                let [r, g, b] = [u16::from(c[0]) >> 3, u16::from(c[1]) >> 2, u16::from(c[2]) >> 3];
                ((r << 11) | (g << 5) | b).to_le_bytes().to_vec()
            }),
            height,
            1,
        )],
        Encoding::Grey => vec![(pixels(|c| vec![c[1]]), height, 1)],
        Encoding::Y10 => vec![(pixels(|c| (u16::from(c[1]) * 4).to_le_bytes().to_vec()), height, 1)],
        Encoding::Y12 => vec![(pixels(|c| (u16::from(c[1]) * 16).to_le_bytes().to_vec()), height, 1)],
        Encoding::Y16 => vec![(pixels(|c| (u16::from(c[1]) * 256).to_le_bytes().to_vec()), height, 1)],
        Encoding::Mjpeg => Vec::new(),
    };
    let mut bytes = Vec::new();
    for (row, rows, part) in planes {
        for _ in 0..rows {
            let end = bytes.len() + row.len().max(layout.stride / part);
            bytes.extend(&row);
            bytes.resize(end, GAP);
        }
    }
    (bytes, (0..width).map(colour).collect())
}

fn assert_is_chart(picture: &RgbImage, wanted: &[[u8; 3]], what: &RawLayout) {
    for (x, _, &Rgb(got)) in picture.enumerate_pixels() {
        let wanted = wanted[x as usize];
        let near = got.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= 3);
        assert!(near, "{what:?}: {got:?} is not {wanted:?} at {x}");
    }
}

/// Sizes, and the bytes of a row beyond what the widest layout needs. The odd width ends in a lone pixel.
const SIZES: [(u32, u32, usize); 4] = [(32, 6, 0), (32, 6, 160), (17, 5, 0), (32, 7, 192)];

#[test]
fn every_layout_gives_the_chart_in_every_range_matrix_and_stride() {
    for encoding in OF_LUMA_AND_CHROMA {
        for (range, matrix) in CODINGS {
            for (width, height, stride) in SIZES {
                // A colour is as wide as two pairs, so that subsampled chroma belongs to one of them.
                let width = if width % 2 == 1 { 33 } else { width };
                let layout = RawLayout { stride, range, matrix, ..RawLayout::packed(encoding, width, height) };
                let (mut bytes, wanted) = chart(&layout);
                bytes.resize(bytes.len() + 4096, GAP);
                let picture = from_raw(&bytes, &layout).unwrap();
                assert_eq!(picture.dimensions(), (width, height));
                if width % 2 == 0 {
                    assert_is_chart(&picture, &wanted, &layout);
                } else {
                    let last: Vec<_> = picture.rows().map(|mut row| row.next_back().unwrap().0).collect();
                    assert!(last.iter().all(|pixel| pixel.iter().all(|&channel| channel <= 3)), "{layout:?}: {last:?}");
                }
            }
        }
    }
    for encoding in OF_RED_GREEN_BLUE {
        for (width, height, stride) in SIZES {
            let layout = RawLayout { stride, ..RawLayout::packed(encoding, width, height) };
            let (bytes, wanted) = chart(&layout);
            assert_is_chart(&from_raw(&bytes, &layout).unwrap(), &wanted, &layout);
        }
    }
}

#[test]
fn no_layout_leaves_a_pixel_of_the_picture_before() {
    let grey = [Encoding::Grey, Encoding::Y10, Encoding::Y12, Encoding::Y16];
    for encoding in OF_LUMA_AND_CHROMA.into_iter().chain(OF_RED_GREEN_BLUE).chain(grey) {
        let sizes = [(1, 1), (2, 2), (33, 5), (33, 7), (32, 7), (31, 6)];
        for ((width, height), interleaved) in sizes.into_iter().flat_map(|size| [(size, false), (size, true)]) {
            let layout = RawLayout { interleaved, ..RawLayout::packed(encoding, width, height) };
            let bytes = vec![GAP; 4 * (width * height) as usize + 64];
            let (width, height) = layout.size();
            let mut pool = PicturePool::default();
            drop(pool.share(RgbImage::from_pixel(width, height, Rgb([255, 0, 255]))));
            assert_eq!(from_raw_in(&bytes, &layout, &mut pool), from_raw(&bytes, &layout), "{layout:?}");
        }
    }
}

#[test]
fn grey_layouts_give_grey() {
    for encoding in [Encoding::Grey, Encoding::Y10, Encoding::Y12, Encoding::Y16] {
        assert!(encoding.is_grey());
        for (width, height, stride) in SIZES {
            let layout = RawLayout { stride, ..RawLayout::packed(encoding, width, height) };
            let (bytes, wanted) = chart(&layout);
            let wanted: Vec<_> = wanted.iter().map(|colour| [colour[1]; 3]).collect();
            assert_is_chart(&from_raw(&bytes, &layout).unwrap(), &wanted, &layout);
        }
    }
    assert!(OF_LUMA_AND_CHROMA.iter().chain(&OF_RED_GREEN_BLUE).all(|encoding| !encoding.is_grey()));
    // Ten bits in sixteen: a stray high bit must not wrap round to dark.
    assert_eq!(from_raw(&[0xFF, 0xFF], &RawLayout::packed(Encoding::Y10, 1, 1)).unwrap().as_raw(), &[255; 3]);
}

#[test]
fn full_range_is_no_brighter_than_limited() {
    // A mid grey of 128 is 126 in limited and 128 in full range.
    let full = RawLayout { range: LumaRange::Full, ..RawLayout::packed(Encoding::Yuyv, 2, 1) };
    assert_eq!(from_raw(&[128; 4], &full).unwrap().as_raw(), &[128; 6]);
    assert_eq!(from_raw(&[235, 128, 235, 128], &full).unwrap().as_raw(), &[235; 6]);
    assert_eq!(from_raw(&[235, 128, 235, 128], &RawLayout::packed(Encoding::Yuyv, 2, 1)).unwrap().as_raw(), &[255; 6]);
}

#[test]
fn each_pixel_keeps_its_place() {
    let white = |bytes: &[u8], encoding| -> Vec<bool> {
        let picture = from_raw(bytes, &RawLayout::packed(encoding, 2, 2)).unwrap();
        picture.pixels().map(|pixel| pixel.0[0] > 127).collect()
    };
    assert_eq!(white(&[16, 128, 235, 128, 235, 128, 16, 128], Encoding::Yuyv), [false, true, true, false]);
    assert_eq!(white(&[128, 16, 128, 235, 128, 235, 128, 16], Encoding::Uyvy), [false, true, true, false]);
    assert_eq!(white(&[16, 235, 235, 16, 128, 128], Encoding::Nv12), [false, true, true, false]);
    assert_eq!(white(&[16, 235, 235, 16, 128, 128], Encoding::I420), [false, true, true, false]);
}

/// The rows of one field are white, those of the other black: half-way between them nothing may lie.
#[test]
fn of_interleaved_fields_only_the_first_is_read() {
    for encoding in OF_LUMA_AND_CHROMA.into_iter().chain(OF_RED_GREEN_BLUE) {
        for stride in [0, 96] {
            let layout = RawLayout { stride, interleaved: true, ..RawLayout::packed(encoding, 16, 8) };
            let one = |white: bool| {
                let (mut bytes, _) = chart(&layout);
                let (luma, dark) = if white { (235, false) } else { (16, true) };
                paint(&mut bytes, &layout, luma, dark);
                bytes
            };
            let (white, black) = (one(true), one(false));
            let mixed = interleave(&layout, &white, &black);
            let picture = from_raw(&mixed, &layout).unwrap();
            assert_eq!(picture.dimensions(), (16, 4));
            assert!(picture.pixels().all(|pixel| pixel.0.iter().all(|&c| c >= 250)), "{layout:?}");
        }
    }
}

fn paint(bytes: &mut [u8], layout: &RawLayout, luma: u8, dark: bool) {
    let yuv = OF_LUMA_AND_CHROMA.contains(&layout.encoding);
    bytes.fill(if !yuv { if dark { 0 } else { 255 } } else { 128 });
    if !yuv {
        return;
    }
    let (row, stride) = (layout.width as usize, layout.stride);
    let packed = layout.encoding <= Encoding::Vyuy;
    let step = stride.max(if packed { row * 2 } else { row });
    for line in bytes.chunks_mut(step).take(layout.height as usize) {
        match layout.encoding {
            Encoding::Yuyv | Encoding::Yvyu => line.iter_mut().step_by(2).for_each(|byte| *byte = luma),
            Encoding::Uyvy | Encoding::Vyuy => line.iter_mut().skip(1).step_by(2).for_each(|byte| *byte = luma),
            _ => line.fill(luma),
        }
    }
}

/// The rows of the first plane in turn from the two.
fn interleave(layout: &RawLayout, first: &[u8], second: &[u8]) -> Vec<u8> {
    let row = match layout.encoding {
        Encoding::Yuyv | Encoding::Uyvy | Encoding::Yvyu | Encoding::Vyuy | Encoding::Rgb565 => 2,
        Encoding::Rgb | Encoding::Bgr => 3,
        Encoding::Rgbx | Encoding::Bgrx | Encoding::Xrgb | Encoding::Xbgr => 4,
        _ => 1,
    };
    let step = layout.stride.max(layout.width as usize * row);
    let mut mixed = first.to_vec();
    for (number, (line, other)) in mixed.chunks_mut(step).zip(second.chunks(step)).enumerate() {
        if number % 2 == 1 && number < layout.height as usize {
            line.copy_from_slice(other);
        }
    }
    mixed
}

#[test]
fn a_buffer_may_be_longer_but_not_shorter() {
    for encoding in OF_LUMA_AND_CHROMA.into_iter().chain(OF_RED_GREEN_BLUE).chain([Encoding::Grey, Encoding::Y16]) {
        let layout = RawLayout::packed(encoding, 64, 48);
        assert!(matches!(from_raw(&[0; 100], &layout), Err(PixelError::Length { got: 100, .. })));
        assert!(from_raw(&vec![0; 640 * 480 * 3], &layout).is_ok());
        assert!(matches!(from_raw(&[0; 64], &RawLayout::packed(encoding, 0, 0)), Err(PixelError::Length { .. })));
    }
    // The last row need not have the gap that the others have.
    let padded = RawLayout { stride: 80, ..RawLayout::packed(Encoding::Yuyv, 32, 3) };
    assert!(from_raw(&[128; 2 * 80 + 64], &padded).is_ok());
    assert!(from_raw(&[128; 2 * 80 + 63], &padded).is_err());
    assert!(from_raw(&[0; 64], &RawLayout::packed(Encoding::Mjpeg, 4, 4)).is_err());
}
