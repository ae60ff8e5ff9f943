//! Where everything of a review is, in a window of any size.
//!
//! Sizes are in units of 1/720 of the height of a landscape window, or of the width of an upright one. A text is at least
//! [`LEAST`] units, which is what is read at the desk: METHOD.md, "Seen from three metres".

use euclid::{point2, size2};

use crate::screen::canvas::{WindowPoint, WindowRect, WindowSize};
use crate::screen::layout::SMALLEST;

/// A window wider than this multiple of its height has the numbers beside the picture, otherwise below it.
const UPRIGHT: f32 = 1.1;
/// The window in units: of a landscape window and of an upright one.
const WIDE: (f32, f32) = (1280.0, 720.0);
const HIGH: (f32, f32) = (720.0, 1280.0);

/// The smallest text, units.
pub const LEAST: f32 = 16.0;
/// What is read first: title, readings.
pub const HEAD: f32 = 24.0;
/// Sentences.
pub const TELLS: f32 = 20.0;

/// Around everything, units.
pub const EDGE: f32 = 20.0;
/// Between two parts, units.
pub const GAP: f32 = 8.0;
/// Heights of a button in the head and in the bar, and width of one in the head, units.
const HEAD_BUTTON: f32 = 40.0;
const BUTTON: f32 = 58.0;
const HEAD_WIDTH: f32 = 142.0;
/// Heights of the chart and of the times below it, units.
const CHART: (f32, f32) = (218.0, 345.0);
const TIMES: f32 = 24.0;
/// Room for the degrees at the left of the chart, and for what is folded away, units.
const DEGREES: f32 = 52.0;
const FOLD: f32 = 62.0;
/// Height of the numbers below the picture of an upright window, units.
const PANEL: f32 = 290.0;

/// The places of a review.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewLayout {
    /// One unit, pixels.
    pub unit: f32,
    /// The title.
    pub title: WindowRect,
    /// The buttons at the top.
    pub head: Vec<WindowRect>,
    /// Where the picture, or two of them, can be.
    pub stage: WindowRect,
    /// The picture in it.
    pub picture: WindowRect,
    /// The numbers and sentences.
    pub panel: WindowRect,
    /// All below the title.
    pub body: WindowRect,
    /// The chart without its degrees and its times.
    pub plot: WindowRect,
    /// What is folded away.
    pub fold: Option<WindowRect>,
    /// The times below the chart.
    pub times: WindowRect,
    /// The buttons of the bar.
    pub bar: Vec<WindowRect>,
    /// Whether the numbers are beside the picture.
    pub is_wide: bool,
}

impl ReviewLayout {
    /// Lays out a window with so many buttons at the top and in the bar, of which the one in the middle is twice as wide.
    pub fn new(window: WindowSize, picture: (f32, f32), folds: bool, (head, bar): (usize, usize)) -> Self {
        let window = window.max(SMALLEST);
        let (unit, is_wide) = unit(window);
        let inner = WindowRect::from_size(window).inflate(-EDGE * unit, -0.6 * EDGE * unit);
        let (title, head) = head_places(inner, unit, head, is_wide);
        let rows = if is_wide { 1 } else { 2 };
        let bar = bar_places(inner, unit, bar, rows);
        let bar_top = bar.first().map_or(inner.max.y, |first| first.min.y);
        let body = WindowRect::new(
            point2(inner.min.x, title.max.y.max(head.first().map_or(0.0, |first| first.max.y)) + GAP * unit),
            inner.max,
        );
        let times_top = bar_top - (TIMES + 0.5 * GAP) * unit;
        let chart = unit * if is_wide { CHART.0 } else { CHART.1 };
        let plot_left = inner.min.x + DEGREES * unit;
        let whole = WindowRect::new(point2(plot_left, times_top - chart), point2(inner.max.x, times_top));
        let fold = folds.then(|| WindowRect::new(whole.min, point2(whole.min.x + FOLD * unit, whole.max.y)));
        let plot =
            fold.map_or(whole, |fold| WindowRect::new(point2(fold.max.x + 0.5 * GAP * unit, whole.min.y), whole.max));
        let stage_bottom = whole.min.y - GAP * unit - if is_wide { 0.0 } else { PANEL * unit };
        let stage = WindowRect::new(body.min, point2(inner.max.x, stage_bottom));
        let shape = picture.0.max(1.0) / picture.1.max(1.0);
        let width = (stage.height() * shape).min(stage.width() * if is_wide { 0.56 } else { 1.0 });
        let picture = WindowRect::from_origin_and_size(stage.min, size2(width.round(), (width / shape).round()));
        let panel = if is_wide {
            WindowRect::new(point2(picture.max.x + EDGE * unit, stage.min.y), stage.max)
        } else {
            WindowRect::new(
                point2(inner.min.x, stage.max.y + GAP * unit),
                point2(inner.max.x, whole.min.y - GAP * unit),
            )
        };
        let times = WindowRect::new(point2(plot.min.x, times_top), point2(inner.max.x, times_top + TIMES * unit));
        Self { unit, title, head, stage, picture, panel, body, plot, fold, times, bar, is_wide }
    }

    /// The same without what is folded away, which two repetitions hide with the chart.
    pub fn without_fold(self) -> Self {
        Self { fold: None, ..self }
    }

    /// Where two repetitions end, which take the place of picture and chart; a sentence of two lines is below them.
    pub fn pair_bottom(&self) -> f32 {
        self.times.max.y - 2.6 * TELLS * self.unit
    }

    /// The chart and its times: where the mouse moves the session.
    pub fn strip(&self) -> WindowRect {
        WindowRect::new(self.plot.min, self.times.max)
    }

    /// Which of these places a point is in.
    pub fn hit(places: &[WindowRect], point: WindowPoint) -> Option<usize> {
        places.iter().position(|place| place.contains(point))
    }
}

/// One unit of a window, pixels, and whether it is a landscape one.
pub fn unit(window: WindowSize) -> (f32, bool) {
    let is_wide = window.width > UPRIGHT * window.height;
    let (across, down) = if is_wide { WIDE } else { HIGH };
    ((window.width / across).min(window.height / down), is_wide)
}

/// The title and the buttons beside it; in an upright window they are below it.
pub fn head_places(inner: WindowRect, unit: f32, count: usize, is_wide: bool) -> (WindowRect, Vec<WindowRect>) {
    let (gap, height) = (GAP * unit, HEAD_BUTTON * unit);
    let across = if is_wide { HEAD_WIDTH * unit } else { (inner.width() + gap) / count.max(1) as f32 - gap };
    let used = count as f32 * (across + gap) - gap;
    let top = if is_wide { inner.min.y } else { inner.min.y + height + gap };
    let left = inner.max.x - used;
    let place = |number: usize| {
        WindowRect::from_origin_and_size(point2(left + number as f32 * (across + gap), top), size2(across, height))
    };
    let right = if is_wide { left - EDGE * unit } else { inner.max.x };
    let title = WindowRect::new(inner.min, point2(right, inner.min.y + height));
    (title, (0..count).map(place).collect())
}

/// The buttons of the bar in so many rows; all are as wide as each other.
fn bar_places(inner: WindowRect, unit: f32, count: usize, rows: usize) -> Vec<WindowRect> {
    let (gap, height) = (GAP * unit, BUTTON * unit);
    let columns = count.div_ceil(rows).max(1);
    let across = (inner.width() + gap) / columns as f32 - gap;
    let top = inner.max.y - rows as f32 * (height + gap) + gap;
    let place = |number: usize| {
        let (row, column) = (number / columns, number % columns);
        let corner = point2(inner.min.x + column as f32 * (across + gap), top + row as f32 * (height + gap));
        WindowRect::from_origin_and_size(corner, size2(across, height))
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_lies_on_another_and_all_are_in_the_window() {
        for size in [
            (1280.0, 720.0),
            (1366.0, 768.0),
            (1920.0, 1080.0),
            (1080.0, 1920.0),
            (640.0, 480.0),
            (2560.0, 1080.0),
            (800.0, 900.0),
        ] {
            for shape in [(16.0, 9.0), (4.0, 3.0), (9.0, 16.0)] {
                for folds in [false, true] {
                    let window = WindowSize::new(size.0, size.1);
                    let layout = ReviewLayout::new(window, shape, folds, (4, 14));
                    let ReviewLayout { title, head, picture, panel, plot, fold, times, bar, .. } = layout;
                    let all = [title, picture, panel, plot, times].into_iter().chain(fold).chain(head).chain(bar);
                    let all: Vec<_> = all.collect();
                    for (number, one) in all.iter().enumerate() {
                        assert!(WindowRect::from_size(window).contains_box(one) && !one.is_empty(), "{size:?} {one:?}");
                        let on = all[number + 1..].iter().find(|other| one.intersects(other));
                        assert!(on.is_none(), "{size:?} {shape:?}: {one:?} and {on:?}");
                    }
                    // An upright picture in a wide window is as high as the stage, and narrow.
                    assert!(picture.area() > 0.05 * window.area(), "{size:?} {shape:?}: {picture:?}");
                }
            }
        }
    }

    #[test]
    fn a_point_is_in_one_button_or_none() {
        let layout = ReviewLayout::new(WindowSize::new(1280.0, 720.0), (16.0, 9.0), true, (4, 14));
        for (number, place) in layout.bar.iter().enumerate() {
            assert_eq!(ReviewLayout::hit(&layout.bar, place.center()), Some(number));
        }
        assert_eq!(ReviewLayout::hit(&layout.bar, point2(-3.0, 9000.0)), None);
    }
}
