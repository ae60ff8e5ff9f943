//! A picture with a border, and its levels between pixels.

use image::RgbImage;

/// Sample positions per pixel, as a power of two: 1/32 (OpenCV's `INTER_BITS`).
pub(super) const SUBPIXEL_BITS: u32 = 5;
pub(super) const SUBPIXELS: i64 = 1 << SUBPIXEL_BITS;

/// What is outside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Black: what the detector expects.
    Zero,
    /// The nearest pixel of the picture: what the landmark networks expect.
    Replicate,
}

/// The picture's bytes with a border.
pub(super) struct CropSource<'a> {
    /// Row by row, three to a pixel.
    pub bytes: &'a [u8],
    pub width: i64,
    pub height: i64,
    pub border: Border,
}

impl<'a> CropSource<'a> {
    /// Returns `None` for a picture without pixels.
    pub fn new(picture: &'a RgbImage, border: Border) -> Option<Self> {
        let (width, height) = picture.dimensions();
        let bytes = picture.as_raw().get(..3 * width as usize * height as usize)?;
        (width > 0 && height > 0).then_some(Self { bytes, width: width.into(), height: height.into(), border })
    }

    /// The bilinear sample at a position in 1/32 pixels.
    #[inline(always)]
    pub fn sample(&self, (x32, y32): (i64, i64)) -> [u8; 3] {
        let (x, y) = (x32 >> SUBPIXEL_BITS, y32 >> SUBPIXEL_BITS);
        let (right, below) = ((x32 & (SUBPIXELS - 1)) as u64, (y32 & (SUBPIXELS - 1)) as u64);
        if (0..self.width - 1).contains(&x) && (0..self.height - 1).contains(&y) {
            let above = self.offset(x, y);
            let under = above + 3 * self.width as usize;
            let (above, under) = (&self.bytes[above..above + 6], &self.bytes[under..under + 6]);
            let [nw, ne] = [spread(above[0], above[1], above[2]), spread(above[3], above[4], above[5])];
            let [sw, se] = [spread(under[0], under[1], under[2]), spread(under[3], under[4], under[5])];
            return blend([nw, ne, sw, se], right, below);
        }
        let [nw, ne] = [self.pixel(x, y), self.pixel(x + 1, y)];
        let [sw, se] = [self.pixel(x, y + 1), self.pixel(x + 1, y + 1)];
        blend([nw, ne, sw, se].map(|[red, green, blue]| spread(red, green, blue)), right, below)
    }

    fn offset(&self, x: i64, y: i64) -> usize {
        3 * (y * self.width + x) as usize
    }

    /// A pixel inside or outside the picture.
    fn pixel(&self, x: i64, y: i64) -> [u8; 3] {
        let inside = (x.clamp(0, self.width - 1), y.clamp(0, self.height - 1));
        if self.border == Border::Zero && inside != (x, y) {
            return [0; 3];
        }
        let offset = self.offset(inside.0, inside.1);
        std::array::from_fn(|c| self.bytes[offset + c])
    }
}

/// Bits for the weighted sum of one channel, of the three that are computed in one integer.
const CHANNEL_BITS: u32 = 20;

fn spread(red: u8, green: u8, blue: u8) -> u64 {
    u64::from(red) << (2 * CHANNEL_BITS) | u64::from(green) << CHANNEL_BITS | u64::from(blue)
}

/// The bilinear mean of four pixels, each channel rounded half up; `right` and `below` are 0…31.
fn blend([nw, ne, sw, se]: [u64; 4], right: u64, below: u64) -> [u8; 3] {
    const ONE: u64 = SUBPIXELS as u64;
    const HALF: u64 = ONE * ONE / 2;
    let (left, above) = (ONE - right, ONE - below);
    let sum = (nw * left + ne * right) * above + (sw * left + se * right) * below;
    let sum = sum + (HALF << (2 * CHANNEL_BITS) | HALF << CHANNEL_BITS | HALF);
    let level = |channel: u32| (sum >> (channel * CHANNEL_BITS + 2 * SUBPIXEL_BITS)) as u8;
    [level(2), level(1), level(0)]
}
