//! Crops a rotated square of the picture as the input of a network.
//!
//! The sampling is exactly that of MediaPipe (OpenCV's `warpPerspective` on bytes): no half pixels, coordinates rounded
//! to 1/32 pixel, the bilinear result rounded to a whole level. An exact crop would be just as good a picture, but not
//! the one the reference saw, and a landmark whose heatmap is close to its threshold would jump.
//!
//! Everything is integer arithmetic, until levels become the network's floats: coordinates advance by fixed-point steps. So every
//! processor gives the same crop, bit for bit: [`plain`] pixel by pixel, [`avx2`] eight at a time.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod dispatch;
mod grid;
mod levels;
mod plain;
mod source;

use image::RgbImage;

use super::landmark::Region;
use dispatch::RowSampler;
use grid::SamplingGrid;
use levels::Levels;
use source::CropSource;

pub use source::Border;

/// Crops to a fixed size and reuses its memory.
#[derive(Clone, Debug)]
pub struct Cropper {
    side: usize,
    border: Border,
    levels: Levels,
    sampler: RowSampler,
    values: Vec<f32>,
}

impl Cropper {
    /// A cropper to `side` × `side` pixels that maps the levels 0…255 to the range from `range.0` to `range.1`.
    pub fn new(side: usize, border: Border, range: (f32, f32)) -> Self {
        Self::with(side, border, range, RowSampler::DISPATCHED)
    }

    fn with(side: usize, border: Border, range: (f32, f32), sampler: RowSampler) -> Self {
        Self { side, border, levels: Levels::new(range), sampler, values: vec![0.0; 3 * side * side] }
    }

    /// Crops `region`. Returns the planes red, green, blue, each row-major. Crop pixel `j` is at `j / side` of the
    /// region. An empty picture gives the lowest value everywhere.
    pub fn crop(&mut self, picture: &RgbImage, region: &Region) -> &[f32] {
        let Some(source) = CropSource::new(picture, self.border) else {
            self.values.fill(self.levels.value(0));
            return &self.values;
        };
        let grid = SamplingGrid::new(region, self.side);
        let area = self.side * self.side;
        let (red, rest) = self.values.split_at_mut(area);
        let (green, blue) = rest.split_at_mut(area);
        let rows = |plane| <[f32]>::chunks_exact_mut(plane, self.side);
        for (row, ((red, green), blue)) in rows(red).zip(rows(green)).zip(rows(blue)).enumerate() {
            (self.sampler.row)(&source, grid.row(row), &self.levels, [red, green, blue]);
        }
        &self.values
    }
}

#[cfg(test)]
mod tests;
