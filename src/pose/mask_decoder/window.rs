//! The part of the crop in which the person is looked for.

use std::ops::Range;

use euclid::Point2D;

use super::super::landmark::{CROP_SIZE, Crop};

/// Side of the coarsest map, in whose cells a window is counted.
pub(super) const CELLS: usize = 64;
/// Pixels of the mask.
pub(super) const PIXELS: usize = CROP_SIZE * CROP_SIZE;
/// Crop pixels to a cell.
pub(super) const CELL: usize = CROP_SIZE / CELLS;

/// How far beyond the outermost landmarks the person is expected to reach, crop pixels: the top of the head and the back are
/// that far from any. [own]
const MARGIN: f32 = 30.0;

/// How far from an edge of the window inside the crop the mask is not that of the whole crop, crop pixels: three convolutions
/// at 256 × 256, two at 128 × 128 and two doublings reach 10; in whole cells 12. A person who gets that far into it may go on outside.
const HALO: usize = 12;

/// Columns and rows of the coarsest map; each cell is 4 × 4 pixels of the crop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskWindow {
    pub(super) columns: Range<usize>,
    pub(super) rows: Range<usize>,
}

impl MaskWindow {
    /// All of the crop.
    pub const WHOLE: Self = Self { columns: 0..CELLS, rows: 0..CELLS };

    /// Columns and rows, with a column more to the sides where it takes one to make them even: rows are computed by four pixels
    /// at 128 × 128.
    pub(super) fn new(columns: Range<usize>, rows: Range<usize>) -> Self {
        Self { columns: columns.start / 2 * 2..columns.end.next_multiple_of(2), rows }
    }

    /// The part around a person's landmarks. All of the crop if they are nowhere in it.
    pub fn around(landmarks: impl Iterator<Item = Point2D<f32, Crop>> + Clone) -> Self {
        let columns = span(landmarks.clone().map(|point| point.x));
        let rows = span(landmarks.map(|point| point.y));
        columns.zip(rows).map_or(Self::WHOLE, |(columns, rows)| Self::new(columns, rows))
    }

    /// Its columns in the crop, pixels.
    pub fn pixel_columns(&self) -> Range<usize> {
        self.columns.start * CELL..self.columns.end * CELL
    }

    /// Its rows in the crop, pixels.
    pub fn pixel_rows(&self) -> Range<usize> {
        self.rows.start * CELL..self.rows.end * CELL
    }

    /// The part of it in which the mask is that of the whole crop.
    pub(super) fn exact(&self) -> Self {
        let inner = |cells: &Range<usize>| {
            let start = if cells.start == 0 { 0 } else { cells.start + HALO / CELL };
            start..if cells.end == CELLS { CELLS } else { cells.end - HALO / CELL }
        };
        Self { columns: inner(&self.columns), rows: inner(&self.rows) }
    }

    /// Its part of each of its rows of a picture of the crop, 256 × 256.
    pub fn rows_of<'a>(&self, picture: &'a [f32; PIXELS]) -> impl Iterator<Item = &'a [f32]> {
        let columns = self.pixel_columns();
        picture
            .chunks_exact(CROP_SIZE)
            .skip(self.rows.start * CELL)
            .take(self.rows.len() * CELL)
            .map(move |row| &row[columns.clone()])
    }

    /// Whether a person, where `logits` of the crop are not below 0, comes so near to one of its edges that they may go on
    /// beyond.
    pub(super) fn is_reached(&self, logits: &[f32; PIXELS]) -> bool {
        let (columns, rows) = (self.pixel_columns(), self.pixel_rows());
        // One pixel more: where the outline runs between two pixels, both have to be exact.
        let exact = self.exact();
        let inner = |exact: Range<usize>, pixels: &Range<usize>| {
            let start = exact.start + usize::from(exact.start > pixels.start);
            start..exact.end - usize::from(exact.end < pixels.end)
        };
        let (inner_columns, inner_rows) = (inner(exact.pixel_columns(), &columns), inner(exact.pixel_rows(), &rows));
        rows.clone().any(|row| {
            let line = &logits[row * CROP_SIZE..(row + 1) * CROP_SIZE];
            let person = |part: Range<usize>| line[part].iter().any(|logit| *logit >= 0.0);
            if !inner_rows.contains(&row) {
                person(columns.clone())
            } else {
                person(columns.start..inner_columns.start) || person(inner_columns.end..columns.end)
            }
        })
    }
}

/// The cells that `values` of the landmarks reach, with the margin; `None` if they are not finite or reach none.
fn span(mut values: impl Iterator<Item = f32>) -> Option<Range<usize>> {
    let (lowest, highest) = values.try_fold((f32::MAX, f32::MIN), |(lowest, highest), value| {
        value.is_finite().then_some((lowest.min(value), highest.max(value)))
    })?;
    let cell = |value: f32| (value / CELL as f32).clamp(0.0, CELLS as f32);
    let (start, end) = (cell(lowest - MARGIN).floor() as usize, cell(highest + MARGIN).ceil() as usize);
    (end >= start + LEAST).then_some(start..end)
}

/// Fewest cells of a side: below, the edge zones would meet.
const LEAST: usize = 2 * HALO.div_ceil(CELL) + 1;

#[cfg(test)]
mod tests {
    use super::*;
    use euclid::point2;

    fn around(points: &[(f32, f32)]) -> MaskWindow {
        MaskWindow::around(points.iter().map(|&(x, y)| point2(x, y)))
    }

    #[test]
    fn a_window_holds_the_landmarks_with_a_margin() {
        let window = around(&[(100.0, 60.0), (130.0, 200.0)]);
        assert_eq!((window.pixel_columns(), window.pixel_rows()), (64..160, 28..232));
    }

    #[test]
    fn a_window_ends_with_the_crop() {
        let window = around(&[(-40.0, 10.0), (90.0, 300.0)]);
        assert_eq!((window.pixel_columns(), window.pixel_rows()), (0..120, 0..256));
    }

    #[test]
    fn landmarks_outside_give_all_of_the_crop() {
        for points in
            [&[][..], &[(f32::NAN, 60.0), (130.0, 200.0)], &[(900.0, 60.0)], &[(100.0, -80.0)], &[(1e30, 1e30)]]
        {
            assert_eq!(around(points), MaskWindow::WHOLE, "{points:?}");
        }
    }
}
