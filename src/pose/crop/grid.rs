//! Where the crop's pixels are in the picture.

use super::super::landmark::Region;
use super::source::SUBPIXEL_BITS;

/// Fraction bits of the fixed-point coordinates.
const FRACTION: u32 = 32;
/// Bits that a coordinate loses when it is rounded to 1/32 pixel.
pub(super) const ROUNDED_BITS: u32 = FRACTION - SUBPIXEL_BITS;
/// Half of what is lost at most.
pub(super) const ROUNDING: i64 = 1 << (ROUNDED_BITS - 1);

/// A position or step in the picture: x and y in fixed point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed(pub i64, pub i64);

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
        let round = |exact: i64| exact.wrapping_add(ROUNDING) >> ROUNDED_BITS;
        (round(self.0), round(self.1))
    }
}

/// The positions of a row's pixels, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowPositions {
    pub start: Fixed,
    pub step: Fixed,
}

impl RowPositions {
    /// The positions without the first few.
    pub fn after(self, pixels: usize) -> Self {
        Self { start: self.start.plus(self.step, pixels as i64), ..self }
    }

    /// The next position, rounded to 1/32 picture pixel, in that unit.
    #[inline(always)]
    pub fn next(&mut self) -> (i64, i64) {
        let position = self.start.rounded();
        self.start = self.start.plus(self.step, 1);
        position
    }

    /// Whether all of so many positions, in 1/32 pixels, are numbers of 32 bits.
    pub fn are_small(&self, pixels: usize) -> bool {
        const LARGEST: i64 = 1 << (30 + ROUNDED_BITS);
        let small = |place: Option<i64>| place.is_some_and(|place| (-LARGEST..LARGEST).contains(&place));
        let last = |start: i64, step: i64| step.checked_mul(pixels as i64)?.checked_add(start);
        let Self { start, step } = self;
        // Between two that are, all are: they advance evenly.
        [Some(start.0), last(start.0, step.0), Some(start.1), last(start.1, step.1)].into_iter().all(small)
    }
}

/// The positions of the crop's pixels in the picture.
pub(super) struct SamplingGrid {
    start: Fixed,
    along_row: Fixed,
    down_column: Fixed,
}

impl SamplingGrid {
    pub fn new(region: &Region, side: usize) -> Self {
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

    pub fn row(&self, row: usize) -> RowPositions {
        RowPositions { start: self.start.plus(self.down_column, row as i64), step: self.along_row }
    }
}
