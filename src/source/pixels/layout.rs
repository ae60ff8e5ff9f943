//! Where the bytes of each pixel of an uncompressed picture lie.

use super::PixelError;

/// How a camera packs its pixels. At equal size and rate, an earlier one is preferred: the first lose no colour, JPEG
/// has to be decoded, and grey has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// 4:2:2, packed, 2 bytes a pixel: Y U Y V.
    Yuyv,
    /// The same as U Y V Y.
    Uyvy,
    /// The same as Y V Y U.
    Yvyu,
    /// The same as V Y U Y.
    Vyuy,
    /// 4:2:0, a plane of luma and one of chroma, U before V.
    Nv12,
    /// The same, V before U.
    Nv21,
    /// 4:2:2, a plane of luma and one of chroma, U before V.
    Nv16,
    /// The same, V before U.
    Nv61,
    /// 4:2:0, a plane each of Y, U and V.
    I420,
    /// The same as Y, V and U.
    Yv12,
    /// 4:2:2, a plane each of Y, U and V.
    I422,
    /// 3 bytes a pixel, red first.
    Rgb,
    /// 3 bytes a pixel, blue first.
    Bgr,
    /// 4 bytes a pixel: red, green, blue and one that means nothing.
    Rgbx,
    /// 4 bytes a pixel: blue, green, red and one that means nothing.
    Bgrx,
    /// 4 bytes a pixel: one that means nothing, red, green, blue.
    Xrgb,
    /// 4 bytes a pixel: one that means nothing, blue, green, red.
    Xbgr,
    /// 2 bytes a pixel, low byte first: 5 bits of red, 6 of green, 5 of blue.
    Rgb565,
    /// One JPEG per frame.
    Mjpeg,
    /// Grey, a byte a pixel.
    Grey,
    /// Grey, 10 bits in two bytes a pixel, low byte first.
    Y10,
    /// Grey, 12 bits in two bytes a pixel, low byte first.
    Y12,
    /// Grey, two bytes a pixel, low byte first.
    Y16,
}

impl Encoding {
    /// Whether its pictures have no colours.
    pub fn is_grey(self) -> bool {
        self >= Self::Grey
    }

    /// Its name in the lists of Linux's video drivers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yuyv => "YUYV",
            Self::Uyvy => "UYVY",
            Self::Yvyu => "YVYU",
            Self::Vyuy => "VYUY",
            Self::Nv12 => "NV12",
            Self::Nv21 => "NV21",
            Self::Nv16 => "NV16",
            Self::Nv61 => "NV61",
            Self::I420 => "YU12",
            Self::Yv12 => "YV12",
            Self::I422 => "422P",
            Self::Rgb => "RGB",
            Self::Bgr => "BGR",
            Self::Rgbx => "RGBX",
            Self::Bgrx => "BGRX",
            Self::Xrgb => "XRGB",
            Self::Xbgr => "XBGR",
            Self::Rgb565 => "RGB565",
            Self::Mjpeg => "MJPEG",
            Self::Grey => "GREY",
            Self::Y10 => "Y10",
            Self::Y12 => "Y12",
            Self::Y16 => "Y16",
        }
    }
}

/// Which numbers stand for black and white.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LumaRange {
    /// 16 and 235, as television and most cameras have it.
    #[default]
    Limited,
    /// 0 and 255.
    Full,
}

/// How colours were turned into luma and chroma.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourMatrix {
    /// ITU-R BT.601: cameras and standard television.
    #[default]
    Bt601,
    /// ITU-R BT.709: high-definition television.
    Bt709,
}

/// Where the bytes of each pixel of an uncompressed picture lie, and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawLayout {
    /// How the pixels are packed; [`Encoding::Mjpeg`] has no layout.
    pub encoding: Encoding,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels: of both fields together where they are interleaved.
    pub height: u32,
    /// Bytes from a row of the first plane to the next; 0 where rows follow each other without a gap.
    pub stride: usize,
    /// What black and white are.
    pub range: LumaRange,
    /// What the colours are.
    pub matrix: ColourMatrix,
    /// Whether the rows belong in turn to two pictures of half the height, of which the first is read.
    pub interleaved: bool,
}

/// One plane of a picture: rows of `row` bytes, one every `step` bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane<'a> {
    bytes: &'a [u8],
    step: usize,
    row: usize,
}

impl<'a> Plane<'a> {
    /// Its rows from the top.
    pub(super) fn rows(self) -> impl Iterator<Item = &'a [u8]> {
        self.bytes.chunks(self.step).filter_map(move |row| row.get(..self.row))
    }
}

/// What a plane takes: its rows, the bytes of one, and the bytes from one to the next.
struct PlaneSize {
    rows: usize,
    row: usize,
    stride: usize,
}

impl PlaneSize {
    /// The last row has no gap after it.
    fn length(&self) -> usize {
        self.rows.saturating_sub(1) * self.stride + self.row
    }
}

impl RawLayout {
    /// Rows without gaps, BT.601 in limited range, as most cameras send it.
    pub const fn packed(encoding: Encoding, width: u32, height: u32) -> Self {
        let (range, matrix) = (LumaRange::Limited, ColourMatrix::Bt601);
        Self { encoding, width, height, stride: 0, range, matrix, interleaved: false }
    }

    /// The size of the picture that is read from it, pixels.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.width, if self.interleaved { self.height.div_ceil(2) } else { self.height })
    }

    /// The planes of the picture in `bytes`, which may be longer.
    pub(super) fn planes<'a, const COUNT: usize>(&self, bytes: &'a [u8]) -> Result<[Plane<'a>; COUNT], PixelError> {
        let sizes = self.plane_sizes();
        let starts: [usize; COUNT] =
            std::array::from_fn(|plane| sizes.iter().take(plane).map(|size| size.rows * size.stride).sum());
        let wanted = sizes.iter().zip(starts).map(|(size, start)| start + size.length()).max().unwrap_or(0);
        if bytes.len() < wanted || self.width == 0 || self.height == 0 {
            let (layout, width, height) = (self.encoding.name(), self.width, self.height);
            return Err(PixelError::Length { layout, width, height, wanted, got: bytes.len() });
        }
        let fields = if self.interleaved { 2 } else { 1 };
        Ok(std::array::from_fn(|plane| {
            let PlaneSize { row, stride, .. } = sizes[plane];
            let bytes = &bytes[starts[plane]..starts[plane] + sizes[plane].length()];
            Plane { bytes, step: stride * fields, row }
        }))
    }

    fn plane_sizes(&self) -> Vec<PlaneSize> {
        let (width, height) = (self.width as usize, self.height as usize);
        let (pairs, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let plane = |rows: usize, row: usize, stride: usize| PlaneSize { rows, row, stride: stride.max(row) };
        let first = |row: usize| plane(height, row, self.stride);
        let half = |rows: usize| plane(rows, pairs, self.stride.max(width).div_ceil(2));
        match self.encoding {
            Encoding::Yuyv | Encoding::Uyvy | Encoding::Yvyu | Encoding::Vyuy => vec![first(pairs * 4)],
            Encoding::Nv12 | Encoding::Nv21 => vec![first(width), plane(half_height, pairs * 2, self.stride)],
            Encoding::Nv16 | Encoding::Nv61 => vec![first(width), plane(height, pairs * 2, self.stride)],
            Encoding::I420 | Encoding::Yv12 => vec![first(width), half(half_height), half(half_height)],
            Encoding::I422 => vec![first(width), half(height), half(height)],
            Encoding::Rgb | Encoding::Bgr => vec![first(width * 3)],
            Encoding::Rgbx | Encoding::Bgrx | Encoding::Xrgb | Encoding::Xbgr => vec![first(width * 4)],
            Encoding::Rgb565 | Encoding::Y10 | Encoding::Y12 | Encoding::Y16 => vec![first(width * 2)],
            Encoding::Grey | Encoding::Mjpeg => vec![first(width)],
        }
    }
}
