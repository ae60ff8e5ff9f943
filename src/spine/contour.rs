//! The edge of the silhouette with sub-pixel accuracy.
//!
//! One mask pixel is 1.5 to 2.5 % of the trunk's length, as much as a few degrees of tangent. So the edge does not
//! follow pixels but the line where the probability, interpolated between pixels, crosses one half: marching squares
//! (Lorensen & Cline 1987, in two dimensions).

use euclid::Point2D;
use ndarray::Array2;

use crate::pose::Crop;

/// Probability at which a pixel stops belonging to the person.
const EDGE: f32 = 0.5;

const NONE: u32 = u32::MAX;

/// The closed edge around an area above [`EDGE`] with the largest enclosed area: points in order, clockwise as seen on
/// the picture, the last one joined to the first. Coordinates are those of the mask's pixels (pixel `j` is at `j`).
/// Empty if nothing reaches [`EDGE`]. Beyond its border the mask counts as empty, so every edge is closed.
pub fn largest_contour(probability: &Array2<f32>) -> Vec<Point2D<f32, Crop>> {
    let grid = Grid::new(probability);
    let (next, crossed) = grid.links();
    let mut visited = vec![false; next.len()];
    let mut best = (0.0, Vec::new());
    for start in crossed {
        if visited[start] {
            continue;
        }
        let contour = trace(&grid, &next, &mut visited, start);
        let area = signed_area(&contour);
        if area > best.0 {
            best = (area, contour);
        }
    }
    best.1
}

/// Twice the enclosed area by the shoelace formula; positive when the points run clockwise with y down.
pub(super) fn signed_area<U>(points: &[Point2D<f32, U>]) -> f32 {
    let following = points.iter().cycle().skip(1);
    points.iter().zip(following).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

fn trace(grid: &Grid, next: &[u32], visited: &mut [bool], start: usize) -> Vec<Point2D<f32, Crop>> {
    let mut contour = Vec::new();
    let mut edge = start;
    while !visited[edge] {
        visited[edge] = true;
        contour.push(grid.crossing(edge));
        edge = next[edge] as usize;
    }
    contour
}

/// The first and the last place of a row that reach [`EDGE`].
fn span(row: &[f32]) -> Option<(usize, usize)> {
    let reaches = |value: &f32| *value >= EDGE;
    Some((row.iter().position(reaches)?, row.iter().rposition(reaches)?))
}

/// The mask with a border of zeros, one pixel wide. Every grid edge between two neighbouring pixels has an index: twice
/// that of its upper left pixel, plus one if it runs downwards.
struct Grid {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Grid {
    fn new(probability: &Array2<f32>) -> Self {
        let (width, height) = (probability.ncols() + 2, probability.nrows() + 2);
        let mut values = vec![0.0; width * height];
        for (padded, row) in values.chunks_exact_mut(width).skip(1).zip(probability.rows()) {
            padded[1..].iter_mut().zip(row).for_each(|(value, probability)| *value = *probability);
        }
        Self { width, height, values }
    }

    fn value(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    fn across(&self, x: usize, y: usize) -> usize {
        2 * (y * self.width + x)
    }

    fn down(&self, x: usize, y: usize) -> usize {
        self.across(x, y) + 1
    }

    /// For each crossed grid edge, the edge that the contour crosses next with the person on its right; and the crossed
    /// edges in order.
    fn links(&self) -> (Vec<u32>, Vec<usize>) {
        let mut next = vec![NONE; 2 * self.width * self.height];
        let mut crossed = Vec::new();
        let spans: Vec<_> = self.values.chunks_exact(self.width).map(span).collect();
        for (y, pair) in spans.windows(2).enumerate() {
            // Only cells that touch the person are crossed.
            let touched = pair.iter().flatten().copied().reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
            let Some((first, last)) = touched else { continue };
            for x in first - 1..=last {
                self.link_cell(x, y, &mut next, &mut crossed);
            }
        }
        crossed.sort_unstable();
        (next, crossed)
    }

    fn link_cell(&self, x: usize, y: usize, next: &mut [u32], crossed: &mut Vec<usize>) {
        let corners = [self.value(x, y), self.value(x + 1, y), self.value(x + 1, y + 1), self.value(x, y + 1)];
        let inside = [corners[0] >= EDGE, corners[1] >= EDGE, corners[2] >= EDGE, corners[3] >= EDGE];
        if inside == [false; 4] || inside == [true; 4] {
            return;
        }
        let sides = [self.across(x, y), self.down(x + 1, y), self.across(x, y + 1), self.down(x, y)];
        // Going clockwise around the cell, the contour leaves the cell at a side where this walk enters the person and
        // enters it at one where the walk leaves them.
        let leaves = |side: usize| !inside[side] && inside[(side + 1) % 4];
        let enters = |side: usize| inside[side] && !inside[(side + 1) % 4];
        let joined = corners.iter().sum::<f32>() / 4.0 >= EDGE;
        for entry in (0..4).filter(|&side| enters(side)) {
            // On a saddle two ways are possible; the mean of the corners decides whether the two inside corners are
            // joined.
            let turns: [usize; 3] = if joined { [1, 2, 3] } else { [3, 2, 1] };
            let exit = turns.into_iter().map(|turn| (entry + turn) % 4).find(|&side| leaves(side));
            if let Some(exit) = exit {
                next[sides[entry]] = sides[exit] as u32;
                crossed.push(sides[entry]);
            }
        }
    }

    /// The point on a grid edge where the probability is [`EDGE`].
    fn crossing(&self, edge: usize) -> Point2D<f32, Crop> {
        let (pixel, downwards) = (edge / 2, edge % 2 == 1);
        let (x, y) = (pixel % self.width, pixel / self.width);
        let (far_x, far_y) = if downwards { (x, y + 1) } else { (x + 1, y) };
        let (near, far) = (self.value(x, y), self.value(far_x, far_y));
        let along = ((EDGE - near) / (far - near)).clamp(0.0, 1.0);
        let (x, y) = (x as f32 - 1.0, y as f32 - 1.0);
        if downwards { Point2D::new(x, y + along) } else { Point2D::new(x + along, y) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disc(size: usize, center: f32, radius: f32) -> Array2<f32> {
        Array2::from_shape_fn((size, size), |(row, column)| {
            let distance = (row as f32 - center).hypot(column as f32 - center);
            (radius - distance + 0.5).clamp(0.0, 1.0)
        })
    }

    #[test]
    fn a_disc_has_a_round_edge_at_its_radius() {
        let contour = largest_contour(&disc(64, 31.5, 20.0));
        assert!(contour.len() > 100);
        for point in &contour {
            let radius = (point.x - 31.5).hypot(point.y - 31.5);
            assert!((radius - 20.0).abs() < 0.1, "{point:?} is {radius} from the middle");
        }
        let area = signed_area(&contour) / 2.0;
        assert!((area - std::f32::consts::PI * 400.0).abs() < 8.0, "{area}");
    }

    #[test]
    fn neighbours_on_the_edge_are_less_than_two_pixels_apart() {
        let contour = largest_contour(&disc(64, 31.5, 20.0));
        for (a, b) in contour.iter().zip(contour.iter().cycle().skip(1)) {
            assert!(a.distance_to(*b) < 2.0);
        }
    }

    #[test]
    fn the_larger_of_two_people_wins() {
        let mut mask = disc(64, 40.0, 15.0);
        mask[(4, 4)] = 1.0;
        let contour = largest_contour(&mask);
        assert!(contour.iter().all(|point| point.x > 20.0));
    }

    #[test]
    fn a_hole_is_not_the_outline() {
        let mut mask = disc(64, 31.5, 25.0);
        mask.slice_mut(ndarray::s![25..38, 25..38]).fill(0.0);
        let contour = largest_contour(&mask);
        assert!(contour.iter().all(|point| (point.x - 31.5).hypot(point.y - 31.5) > 20.0));
    }

    #[test]
    fn a_person_cut_by_the_border_still_has_a_closed_edge() {
        let contour = largest_contour(&Array2::from_elem((8, 8), 1.0));
        assert_eq!(contour.len(), 32);
        assert!((signed_area(&contour) / 2.0 - 62.5).abs() < 2.0);
    }

    #[test]
    fn two_corners_that_touch_are_told_apart_by_the_mean() {
        let mut apart = Array2::zeros((4, 4));
        apart[(1, 1)] = 0.6;
        apart[(2, 2)] = 0.6;
        assert!(largest_contour(&apart).len() <= 4);
        let joined = Array2::from_shape_fn((4, 4), |(row, column)| match (row, column) {
            (1, 1) | (2, 2) => 1.0,
            (1, 2) | (2, 1) => 0.4,
            _ => 0.0,
        });
        assert_eq!(largest_contour(&joined).len(), 8);
    }

    #[test]
    fn nobody_has_no_outline() {
        assert!(largest_contour(&Array2::zeros((16, 16))).is_empty());
    }
}
