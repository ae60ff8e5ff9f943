//! A scale to choose along: its options from the bottom to the top, as an arm is raised, or from left to right.

use euclid::{point2, size2};

use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, GROUND, HIPS, MIDDLE, QUIET, TEXT, TRACK};

/// Width of a column of numbers, units.
const COLUMN: f32 = 120.0;
/// Height of a row of options, units.
const ROW: f32 = 64.0;
/// Distance between two options, and between the options and the words at their ends, units.
const GAP: f32 = 5.0;
const WORDS: f32 = 16.0;

/// What is chosen from.
#[derive(Clone, Copy, Debug)]
pub struct Scale<'a> {
    /// The options, the least first.
    pub options: &'a [String],
    /// The one that is pointed at.
    pub current: Option<usize>,
    /// The words for the least and the most; empty if there are none.
    pub ends: [&'a str; 2],
}

impl Scale<'_> {
    /// Draws it as large as the place allows: as a column, or as a row in a wide place.
    pub fn draw(&self, canvas: &mut Canvas, place: WindowRect, unit: f32) {
        if place.width() > 1.3 * place.height() {
            self.row(canvas, place, unit);
        } else {
            self.column(canvas, place, unit);
        }
    }

    fn column(&self, canvas: &mut Canvas, place: WindowRect, unit: f32) {
        let worded = self.ends.iter().any(|words| !words.is_empty());
        let width = if worded { (COLUMN * unit).min(place.width() / 2.0) } else { place.width() };
        let height = (place.height() / self.options.len().max(1) as f32).min(2.0 * ROW * unit);
        for number in 0..self.options.len() {
            let corner = point2(place.min.x, place.max.y - (number + 1) as f32 * height);
            let cell = WindowRect::from_origin_and_size(corner, size2(width, height - GAP * unit));
            self.option(canvas, cell, unit, number);
        }
        let left = place.min.x + width + WORDS * unit;
        let words = |y: f32| WindowRect::new(point2(left, y), point2(place.max.x, y + 4.0 * BODY * unit));
        let top = place.max.y - self.options.len() as f32 * height;
        canvas.write_into(self.ends[1], words(top), BODY * unit, QUIET);
        canvas.write_into(self.ends[0], words(place.max.y - height), BODY * unit, QUIET);
    }

    fn row(&self, canvas: &mut Canvas, place: WindowRect, unit: f32) {
        let worded = self.ends.iter().any(|words| !words.is_empty());
        let words = if worded { 1.6 * BODY * unit } else { 0.0 };
        let height = (ROW * unit).min(place.height() - words);
        let width = place.width() / self.options.len().max(1) as f32;
        for number in 0..self.options.len() {
            let corner = point2(place.min.x + number as f32 * width, place.min.y);
            let cell = WindowRect::from_origin_and_size(corner, size2(width - GAP * unit, height));
            self.option(canvas, cell, unit, number);
        }
        let half = (place.width() - WORDS * unit) / 2.0;
        let base = place.min.y + height + (WORDS + BODY * CAP_HEIGHT) * unit;
        for (words, x, align) in [(self.ends[0], place.min.x, Align::Left), (self.ends[1], place.max.x, Align::Right)] {
            let size = canvas.letters().within(words, BODY * unit, half);
            canvas.write(words, point2(x, base), size, QUIET, align);
        }
    }

    fn option(&self, canvas: &mut Canvas, cell: WindowRect, unit: f32, number: usize) {
        let chosen = self.current == Some(number);
        canvas.fill(path::rounded(cell, 8.0 * unit), if chosen { HIPS } else { TRACK });
        let wished = (MIDDLE * unit).min(0.9 * cell.height());
        let size = canvas.letters().within(&self.options[number], wished, cell.width() - 2.0 * GAP * unit);
        let at = point2(cell.center().x, cell.center().y + size * CAP_HEIGHT / 2.0);
        canvas.write(&self.options[number], at, size, if chosen { GROUND } else { TEXT }, Align::Center);
    }
}
