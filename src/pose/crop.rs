//! Crops a rotated square of the picture as the input of a network.
//!
//! The sampling is exactly that of MediaPipe (OpenCV's `warpPerspective` on bytes): no half pixels, coordinates rounded
//! to 1/32 pixel, the bilinear result rounded to a whole level. An exact crop would be just as good a picture, but not
//! the one the reference saw, and a landmark whose heatmap is close to its threshold would jump.
//!
//! Everything is integer arithmetic: coordinates advance by fixed-point steps, and levels become the network's floats
//! through a table of 256.

use image::RgbImage;

use super::landmark::Region;

/// Fraction bits of the fixed-point coordinates.
const FRACTION: u32 = 32;
/// Sample positions per pixel, as a power of two: 1/32 (OpenCV's `INTER_BITS`).
const SUBPIXEL_BITS: u32 = 5;
const SUBPIXELS: i64 = 1 << SUBPIXEL_BITS;

/// What is outside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Black: what the detector expects.
    Zero,
    /// The nearest pixel of the picture: what the landmark networks expect.
    Replicate,
}

/// Crops to a fixed size and reuses its memory.
#[derive(Clone, Debug)]
pub struct Cropper {
    side: usize,
    border: Border,
    value_of_level: [f32; 256],
    values: Vec<f32>,
}

impl Cropper {
    /// A cropper to `side` × `side` pixels that maps the levels 0…255 to the range from `range.0` to `range.1`.
    pub fn new(side: usize, border: Border, range: (f32, f32)) -> Self {
        let value_of_level = std::array::from_fn(|level| range.0 + (range.1 - range.0) * (level as f32 / 255.0));
        Self { side, border, value_of_level, values: vec![0.0; 3 * side * side] }
    }

    /// Crops `region`. Returns the planes red, green, blue, each row-major. Crop pixel `j` is at `j / side` of the
    /// region. An empty picture gives the lowest value everywhere.
    pub fn crop(&mut self, picture: &RgbImage, region: &Region) -> &[f32] {
        let Some(source) = CropSource::new(picture, self.border) else {
            self.values.fill(self.value_of_level[0]);
            return &self.values;
        };
        let walk = SamplingGrid::new(region, self.side);
        let area = self.side * self.side;
        let (red, rest) = self.values.split_at_mut(area);
        let (green, blue) = rest.split_at_mut(area);
        let rows = |plane| <[f32]>::chunks_exact_mut(plane, self.side);
        for (row, ((red, green), blue)) in rows(red).zip(rows(green)).zip(rows(blue)).enumerate() {
            let mut place = walk.start_of(row);
            for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
                let [r, g, b] = source.sample(place.rounded());
                *red = self.value_of_level[usize::from(r)];
                *green = self.value_of_level[usize::from(g)];
                *blue = self.value_of_level[usize::from(b)];
                place = place.plus(walk.along_row, 1);
            }
        }
        &self.values
    }
}

/// A position or step in the picture: x and y in fixed point.
#[derive(Clone, Copy)]
struct Fixed(i64, i64);

impl Fixed {
    fn new(x: f64, y: f64) -> Self {
        let one = (1u64 << FRACTION) as f64;
        Self((x * one).round() as i64, (y * one).round() as i64)
    }

    /// Wrapping, only so that a region far from any picture cannot cause a panic.
    fn plus(self, step: Self, times: i64) -> Self {
        Self(self.0.wrapping_add(step.0.wrapping_mul(times)), self.1.wrapping_add(step.1.wrapping_mul(times)))
    }

    /// Rounded to 1/32 picture pixel, in that unit.
    fn rounded(self) -> (i64, i64) {
        let round = |exact: i64| exact.wrapping_add(1 << (FRACTION - SUBPIXEL_BITS - 1)) >> (FRACTION - SUBPIXEL_BITS);
        (round(self.0), round(self.1))
    }
}

/// The positions of the crop's pixels in the picture.
struct SamplingGrid {
    start: Fixed,
    along_row: Fixed,
    down_column: Fixed,
}

impl SamplingGrid {
    fn new(region: &Region, side: usize) -> Self {
        let (sin, cos) = f64::from(region.rotation.radians).sin_cos();
        let size = f64::from(region.size);
        let (step, half) = (size / side as f64, size / 2.0);
        let (x, y) = (f64::from(region.center.x), f64::from(region.center.y));
        Self {
            start: Fixed::new(x - half * cos + half * sin, y - half * sin - half * cos),
            along_row: Fixed::new(step * cos, step * sin),
            down_column: Fixed::new(-step * sin, step * cos),
        }
    }

    fn start_of(&self, row: usize) -> Fixed {
        self.start.plus(self.down_column, row as i64)
    }
}

/// The picture's bytes with a border.
struct CropSource<'a> {
    bytes: &'a [u8],
    width: i64,
    height: i64,
    border: Border,
}

impl<'a> CropSource<'a> {
    /// Returns `None` for a picture without pixels.
    fn new(picture: &'a RgbImage, border: Border) -> Option<Self> {
        let (width, height) = picture.dimensions();
        let source = Self { bytes: picture.as_raw(), width: width.into(), height: height.into(), border };
        (width > 0 && height > 0).then_some(source)
    }

    /// The bilinear sample at a position in 1/32 pixels.
    fn sample(&self, (x32, y32): (i64, i64)) -> [u8; 3] {
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

#[cfg(test)]
mod tests {
    use super::*;
    use euclid::{Angle, point2};
    use image::Rgb;

    const BYTES: (f32, f32) = (0.0, 255.0);

    /// 16 × 8 pixels, each of a different colour.
    fn picture() -> RgbImage {
        RgbImage::from_fn(16, 8, |x, y| Rgb([10 * x as u8, 20 * y as u8, (100 + x + y) as u8]))
    }

    fn region(x: f32, y: f32, size: f32, degrees: f32) -> Region {
        Region { center: point2(x, y), size, rotation: Angle::degrees(degrees) }
    }

    fn pixel(values: &[f32], side: usize, x: usize, y: usize) -> [u8; 3] {
        std::array::from_fn(|c| values[c * side * side + y * side + x].round() as u8)
    }

    #[test]
    fn a_crop_of_the_same_size_is_the_picture() {
        let picture = picture();
        let mut cropper = Cropper::new(8, Border::Zero, BYTES);
        let values = cropper.crop(&picture, &region(8.0, 4.0, 8.0, 0.0));
        for (x, y) in (0..8).flat_map(|x| (0..8).map(move |y| (x, y))) {
            assert_eq!(pixel(values, 8, x, y), picture.get_pixel(x as u32 + 4, y as u32).0, "at {x}, {y}");
        }
    }

    #[test]
    fn a_quarter_turn_clockwise_puts_the_pictures_right_on_top() {
        let picture = picture();
        let mut cropper = Cropper::new(4, Border::Zero, BYTES);
        let values = cropper.crop(&picture, &region(8.0, 4.0, 4.0, 90.0));
        // Crop pixel (0, 0) is the region's top-left corner, which is at (10, 2) of the picture.
        assert_eq!(pixel(values, 4, 0, 0), picture.get_pixel(10, 2).0);
        assert_eq!(pixel(values, 4, 1, 0), picture.get_pixel(10, 3).0);
        assert_eq!(pixel(values, 4, 0, 1), picture.get_pixel(9, 2).0);
    }

    #[test]
    fn between_pixels_the_levels_are_mixed() {
        let mut cropper = Cropper::new(4, Border::Zero, BYTES);
        let values = cropper.crop(&picture(), &region(6.5, 4.25, 4.0, 0.0));
        // At (4.5, 2.25): 10·4.5, 20·2.25, 100 + 6.75 rounded.
        assert_eq!(pixel(values, 4, 0, 0), [45, 45, 107]);
    }

    #[test]
    fn outside_is_black_or_the_nearest_pixel() {
        let picture = picture();
        let beyond = region(-10.0, -10.0, 4.0, 0.0);
        let zero = Cropper::new(4, Border::Zero, BYTES).crop(&picture, &beyond).to_vec();
        assert!(zero.iter().all(|&value| value == 0.0));
        let nearest = Cropper::new(4, Border::Replicate, BYTES).crop(&picture, &beyond).to_vec();
        assert_eq!(pixel(&nearest, 4, 3, 3), picture.get_pixel(0, 0).0);
    }

    #[test]
    fn the_zero_border_is_mixed_into_the_last_pixel() {
        let white = RgbImage::from_pixel(4, 4, Rgb([255; 3]));
        let values = Cropper::new(1, Border::Zero, BYTES).crop(&white, &region(3.75, 1.5, 1.0, 0.0)).to_vec();
        assert_eq!(pixel(&values, 1, 0, 0), [191; 3], "a quarter of the sample at x = 3.25 is black");
    }

    #[test]
    fn levels_become_the_range_asked_for() {
        let picture = RgbImage::from_fn(2, 1, |x, _| Rgb([255 * x as u8; 3]));
        let values =
            Cropper::new(2, Border::Replicate, (-1.0, 1.0)).crop(&picture, &region(1.0, 1.0, 2.0, 0.0)).to_vec();
        assert_eq!(&values[..2], &[-1.0, 1.0]);
    }

    #[test]
    fn absurd_regions_and_empty_pictures_do_not_stop_the_program() {
        let mut cropper = Cropper::new(4, Border::Replicate, BYTES);
        for wild in [f32::MAX, f32::INFINITY, f32::NAN] {
            cropper.crop(&picture(), &region(wild, -wild, wild, 33.0));
        }
        assert!(cropper.crop(&RgbImage::new(0, 0), &region(0.0, 0.0, 4.0, 0.0)).iter().all(|&value| value == 0.0));
    }
}
