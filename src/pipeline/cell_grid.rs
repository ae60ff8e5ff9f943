//! A region of a picture as a coarse grid of brightnesses, which tells cheaply whether anything in it moved.

use image::RgbImage;

use crate::pose::Region;

/// Cells along each side of the region: some 25 of them make up the height of a person, 7 cm each. [own]
const SIDE: usize = 32;

/// Sampled pixels along each side of a cell: averaged, noise of 5 levels a pixel leaves less than 1 level in a cell.
/// [own]
const SAMPLES: usize = 8;

/// The number of cells.
const CELLS: usize = SIDE * SIDE;

/// Something moved if so many cells changed: a hand, or an arm that has just begun to move. [own]
const CHANGED_CELLS: usize = 6;

/// By how much each of these cells changed beyond what the light explains, levels of 255, in a region with the [`CONTRAST`] of a lit
/// room. People who stand reach 2.2, bends 4 to 41; noise of 5 levels a pixel reaches 4. [own]
const CHANGE: f32 = 5.0;

/// Standard deviation of the cells of a region in a lit room, levels of 255, at least: 25 to 70 in the demo, the film of a led session
/// and rendered clips. In a region with less, as in the dark, a movement changes less in proportion. [own]
const CONTRAST: f32 = 25.0;

/// The least change that counts, levels of 255. Drawn people who stand still with a twentieth of the light do not reach it. [own]
const LEAST_CHANGE: f32 = 0.8;

/// Light that made the whole region this much brighter or darker, as a fraction, may hide what else changed. [own]
const MOST_LIGHT: f32 = 0.3;

/// The green channel of the pixel's three bytes, which has the least noise of a camera's.
const GREEN: usize = 1;

/// Mean brightnesses of the cells of one region of one picture, levels of 255.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CellGrid(Vec<f32>);

impl CellGrid {
    /// Averages the cells of `region`, as if it were upright; beyond the border the picture goes on as it ends.
    pub fn of(picture: &RgbImage, region: &Region) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        if width == 0 || height == 0 {
            return Self(vec![0.0; CELLS]);
        }
        let step = region.size / (SIDE * SAMPLES) as f32;
        let places = |middle: f32, end: usize| -> Vec<usize> {
            let first = middle - region.size / 2.0 + step / 2.0;
            // A cast of what is below zero or not a number gives zero.
            (0..SIDE * SAMPLES).map(|place| ((first + place as f32 * step) as usize).min(end - 1)).collect()
        };
        let columns: Vec<usize> = places(region.center.x, width).iter().map(|x| 3 * x + GREEN).collect();
        let mut sums = [0_u32; CELLS];
        for (place, row) in places(region.center.y, height).into_iter().enumerate() {
            let pixels = &picture.as_raw()[3 * width * row..3 * width * (row + 1)];
            let cells = &mut sums[place / SAMPLES * SIDE..][..SIDE];
            for (sum, columns) in cells.iter_mut().zip(columns.chunks_exact(SAMPLES)) {
                *sum += columns.iter().map(|column| u32::from(pixels[*column])).sum::<u32>();
            }
        }
        Self(sums.iter().map(|sum| *sum as f32 / (SAMPLES * SAMPLES) as f32).collect())
    }

    /// Whether something moved between this grid and `later` of the same region. Light that changes everywhere, by the
    /// same levels or by the same factor, is no movement.
    pub fn moved(&self, later: &Self) -> bool {
        let light = LightChange::between(&self.0, &later.0);
        if light.factor.abs() > MOST_LIGHT {
            return true;
        }
        let mut rest: Vec<f32> =
            self.0.iter().zip(&later.0).map(|(before, after)| light.rest(*before, *after)).collect();
        let (_, change, _) = rest.select_nth_unstable_by(CELLS - CHANGED_CELLS, f32::total_cmp);
        *change > (CHANGE * (light.contrast / CONTRAST).min(1.0)).max(LEAST_CHANGE)
    }
}

/// How the light changed: the best straight line from brightnesses before to differences.
struct LightChange {
    offset: f32,
    factor: f32,
    /// Standard deviation of the brightnesses before.
    contrast: f32,
}

impl LightChange {
    fn between(before: &[f32], after: &[f32]) -> Self {
        let mean = |values: &[f32]| values.iter().sum::<f32>() / CELLS as f32;
        let (mean_before, mean_after) = (mean(before), mean(after));
        let (mut variance, mut covariance) = (0.0, 0.0);
        for (before, after) in before.iter().zip(after) {
            let apart = before - mean_before;
            variance += apart * apart;
            covariance += apart * (after - mean_after);
        }
        // A uniform picture tells offset from factor by nothing.
        let factor = if variance > 0.0 { covariance / variance - 1.0 } else { 0.0 };
        let contrast = (variance / CELLS as f32).sqrt();
        Self { offset: mean_after - mean_before - factor * mean_before, factor, contrast }
    }

    /// How much a cell changed beyond the light.
    fn rest(&self, before: f32, after: f32) -> f32 {
        (after - before - self.offset - self.factor * before).abs()
    }
}
