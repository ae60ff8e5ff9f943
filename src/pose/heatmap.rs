//! Moves a landmark to the centre of mass of its heatmap.
//!
//! The network's own coordinates are smooth but slightly off where limbs are covered; its heatmaps are coarse but
//! correct. MediaPipe combines the two (`RefineLandmarksFromHeatmapCalculator`), and so does this.

use euclid::{Point2D, point2};

use super::landmark::{CROP_SIZE, Crop};
use super::sigmoid;

/// Side of a heatmap, cells.
pub(super) const SIZE: usize = 64;
/// Cells used on each side of the landmark's own: a kernel of 9 (MediaPipe's legacy pose graph).
const REACH: usize = 4;
/// Minimum peak probability in the kernel (MediaPipe's `min_confidence_to_refine`).
const MIN_CONFIDENCE: f32 = 0.5;

/// The refined position of a landmark at `point`; `heatmap` is 64 × 64, row-major, before the sigmoid. Landmarks
/// outside the crop, and those with an uncertain heatmap, stay where they are.
pub(super) fn refine(point: Point2D<f32, Crop>, heatmap: &[f32]) -> Point2D<f32, Crop> {
    let cell_size = (CROP_SIZE / SIZE) as f32;
    // Truncation towards zero as in MediaPipe: -0.5 is still in cell 0.
    let (column, row) = ((point.x / cell_size) as i64, (point.y / cell_size) as i64);
    let (Some(columns), Some(rows)) = (kernel(column), kernel(row)) else { return point };
    let (mut sum, mut sum_x, mut sum_y, mut best) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for y in rows {
        for x in columns.clone() {
            let probability = heatmap.get(y * SIZE + x).map_or(0.0, |value| sigmoid(*value));
            sum += probability;
            sum_x += probability * x as f32;
            sum_y += probability * y as f32;
            best = best.max(probability);
        }
    }
    if best < MIN_CONFIDENCE {
        return point;
    }
    point2(sum_x / sum * cell_size, sum_y / sum * cell_size)
}

/// The cells around `middle`, clipped at the edges; `None` if it is outside.
fn kernel(middle: i64) -> Option<std::ops::Range<usize>> {
    let middle = usize::try_from(middle).ok().filter(|&middle| middle < SIZE)?;
    Some(middle.saturating_sub(REACH)..(middle + REACH + 1).min(SIZE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heatmap(peaks: &[(usize, usize)]) -> Vec<f32> {
        let mut map = vec![-100.0; SIZE * SIZE];
        for (x, y) in peaks {
            map[y * SIZE + x] = 3.0;
        }
        map
    }

    #[test]
    fn a_landmark_moves_to_the_peak_in_reach() {
        let refined = refine(point2(40.0, 80.0), &heatmap(&[(12, 22)]));
        assert!((refined - point2(48.0, 88.0)).length() < 1e-3, "{refined:?}");
    }

    #[test]
    fn two_peaks_pull_to_their_middle() {
        let refined = refine(point2(40.0, 80.0), &heatmap(&[(10, 20), (12, 20)]));
        assert!((refined - point2(44.0, 80.0)).length() < 1e-3, "{refined:?}");
    }

    #[test]
    fn a_peak_out_of_reach_does_not_pull() {
        let point = point2(40.0, 80.0);
        assert_eq!(refine(point, &heatmap(&[(15, 20)])), point);
    }

    #[test]
    fn outside_the_crop_and_at_its_edges_nothing_breaks() {
        let map = heatmap(&[(0, 0), (63, 63)]);
        for point in [point2(-5.0, 10.0), point2(10.0, 256.0), point2(f32::NAN, f32::INFINITY)] {
            assert!(refine(point, &map).x.total_cmp(&point.x).is_eq() || point.x.is_nan());
        }
        assert_eq!(refine(point2(2.0, 2.0), &map), point2(0.0, 0.0));
        assert_eq!(refine(point2(255.0, 255.0), &map), point2(252.0, 252.0));
    }
}
