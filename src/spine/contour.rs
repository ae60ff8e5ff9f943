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
    let Some(grid) = Grid::around_person(probability) else { return Vec::new() };
    let (mut next, crossed) = grid.links();
    let mut best = (0.0, Vec::new());
    for start in crossed {
        let contour = trace(&grid, &mut next, start);
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

/// The contour from an edge on. It is taken out of `next`; empty if it was before.
fn trace(grid: &Grid, next: &mut [u32], start: usize) -> Vec<Point2D<f32, Crop>> {
    let mut contour = Vec::new();
    let mut edge = start;
    while next[edge] != NONE {
        contour.push(grid.crossing(edge));
        edge = std::mem::replace(&mut next[edge], NONE) as usize;
    }
    contour
}

/// The first and the last place of a row that reach [`EDGE`].
fn span(row: &[f32]) -> Option<(usize, usize)> {
    let reaches = |value: &f32| *value >= EDGE;
    // To the end, as vectors: most rows of a picture are beside the person, or have a long part that is.
    if !row.iter().fold(false, |any, value| any | reaches(value)) {
        return None;
    }
    Some((row.iter().position(reaches)?, row.iter().rposition(reaches)?))
}

/// What two spans reach together.
fn union((first, last): (usize, usize), (other_first, other_last): (usize, usize)) -> (usize, usize) {
    (first.min(other_first), last.max(other_last))
}

/// The part of the mask that reaches [`EDGE`] with a border, one pixel wide, of what is around it: zeros beyond the mask. Every
/// grid edge between two neighbouring pixels has an index: twice that of its upper left pixel, plus one if it runs downwards.
struct Grid {
    /// The column and the row of the mask that come after the border.
    inner: (usize, usize),
    width: usize,
    /// For each row, the first and the last place that reach [`EDGE`].
    spans: Vec<Option<(usize, usize)>>,
    values: Vec<f32>,
}

impl Grid {
    /// Returns `None` if nothing reaches [`EDGE`].
    fn around_person(probability: &Array2<f32>) -> Option<Self> {
        let standard = probability.as_standard_layout();
        let columns = probability.ncols();
        let rows: Vec<&[f32]> = standard.as_slice()?.chunks_exact(columns.max(1)).collect();
        let in_mask: Vec<_> = rows.iter().map(|row| span(row)).collect();
        let (first_row, last_row) =
            (in_mask.iter().position(Option::is_some)?, in_mask.iter().rposition(Option::is_some)?);
        let (first, last) = in_mask.iter().flatten().copied().reduce(union)?;
        let (width, height) = (last - first + 3, last_row - first_row + 3);
        let mut values = vec![0.0; width * height];
        // The grid's columns and rows begin one before the person, which may be outside the mask.
        let (from, to) = (first.saturating_sub(1), (last + 2).min(columns));
        for (y, padded) in values.chunks_exact_mut(width).enumerate() {
            if let Some(row) = (first_row + y).checked_sub(1).and_then(|row| rows.get(row)) {
                padded[from + 1 - first..to + 1 - first].copy_from_slice(&row[from..to]);
            }
        }
        let in_grid = |span: &Option<(usize, usize)>| span.map(|(start, end)| (start - first + 1, end - first + 1));
        let person = in_mask[first_row..=last_row].iter().map(in_grid);
        let spans = std::iter::once(None).chain(person).chain([None]).collect();
        Some(Self { inner: (first, first_row), width, spans, values })
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
        let mut next = vec![NONE; 2 * self.values.len()];
        let mut crossed = Vec::new();
        for (y, pair) in self.spans.windows(2).enumerate() {
            // Only cells that touch the person are crossed.
            let Some((first, last)) = pair.iter().flatten().copied().reduce(union) else { continue };
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
        let (x, y) = ((x + self.inner.0) as f32 - 1.0, (y + self.inner.1) as f32 - 1.0);
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
    fn the_edge_lies_between_the_person_and_what_is_beside_them() {
        for (row, column) in [(0, 0), (0, 4), (3, 2), (6, 6)] {
            let mut mask = Array2::from_elem((7, 7), 0.4);
            mask[(row, column)] = 0.9;
            for point in largest_contour(&mask) {
                let (x, y) = ((point.x - column as f32).abs(), (point.y - row as f32).abs());
                // From 0.9 to 0.4, or to nothing beyond the mask.
                let beyond = point.x < 0.0 || point.y < 0.0 || point.x > 6.0 || point.y > 6.0;
                let expected = if beyond { 0.4 / 0.9 } else { 0.8 };
                assert!((x + y - expected).abs() < 1e-6, "{row}, {column}: {point:?}");
            }
        }
    }

    #[test]
    fn where_the_person_is_in_the_mask_changes_nothing_else() {
        let small = disc(24, 11.3, 9.0);
        let mut large = Array2::zeros((40, 50));
        large.slice_mut(ndarray::s![9..33, 20..44]).assign(&small);
        let moved: Vec<_> = largest_contour(&small).iter().map(|point| (point.x + 20.0, point.y + 9.0)).collect();
        let found: Vec<_> = largest_contour(&large).iter().map(|point| (point.x, point.y)).collect();
        assert_eq!(found.len(), moved.len());
        for (one, other) in found.iter().zip(&moved) {
            assert!((one.0 - other.0).abs() < 1e-4 && (one.1 - other.1).abs() < 1e-4, "{one:?} {other:?}");
        }
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
