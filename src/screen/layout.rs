//! The layout for a window of any size: arithmetic on rectangles, without drawing.
//!
//! All sizes are in units of 1/720 of the window's height, so that word and numbers are a twelfth of the window whatever
//! its size; larger text makes the unit larger as far as the window has room. The picture has the stage beside the panel
//! or, in a portrait window, above it. The layout depends only on the window, and the picture's place in the stage on its
//! aspect ratio, not on what is measured: nothing moves while a person exercises. Once the safety line has gone, the picture has its room;
//! where there is no live picture, the sentence has some of it.

use euclid::{point2, size2, vec2};

use crate::screen::canvas::{WindowRect, WindowSize};
use crate::screen::picture::contained;
use crate::screen::theme::MARGIN;

/// The smallest window with its own layout; a smaller one shows this size clipped.
pub const SMALLEST: WindowSize = WindowSize::new(480.0, 360.0);

/// A window wider than this multiple of its height has the panel at its side.
const UPRIGHT: f32 = 1.1;
/// Widths of the panel and, within it, of the word (a sign and "MIXED") and of a number ("120°"), units.
const PANEL_WIDTH: f32 = 410.0;
const WORD_WIDTH: f32 = PANEL_WIDTH - 2.0 * MARGIN;
const NUMBER_WIDTH: f32 = 220.0;
/// Heights of the parts of the panel, units: a number beside its name, and below it.
const WORD_HEIGHT: f32 = 102.0;
const ROW_HEIGHT: f32 = 64.0;
const NUMBER_HEIGHT: f32 = 96.0;
const BAR_HEIGHT: f32 = 66.0;
const COUNT_HEIGHT: f32 = 84.0;
/// Minimum distance between two parts of the panel, and between the two numbers, units.
const GAP: f32 = 28.0;
const NUMBER_GAP: f32 = 20.0;
/// Heights of the sentence and of a larger one, of the safety line, and of the hint at a key in its place, units.
const SENTENCE_HEIGHT: f32 = 133.0;
const LARGE_SENTENCE_HEIGHT: f32 = 200.0;
const SAFETY_HEIGHT: f32 = 94.0;
const HINT_HEIGHT: f32 = 36.0;
/// Around them, units.
const FOOT_MARGIN: f32 = 14.0;
/// Height of all of it with the safety line, units.
const FOOT_HEIGHT: f32 = Foot::SAFETY.height();
/// Height of the signs at the top of the stage, and their distance from its edges, units.
const BAR: f32 = 44.0;
const BAR_MARGIN: f32 = 12.0;
/// In a portrait window the foot is reduced to this fraction, so that the picture is larger.
const STACKED_FOOT: f32 = 0.88;
/// Height of all parts of the panel stacked, and of the three rows of a portrait window, units.
const COLUMN_HEIGHT: f32 =
    WORD_HEIGHT + 2.0 * ROW_HEIGHT + NUMBER_GAP + 2.0 * BAR_HEIGHT + COUNT_HEIGHT + 4.0 * GAP + 2.0 * MARGIN;
const ROWS_HEIGHT: f32 = 2.0 * NUMBER_HEIGHT + BAR_HEIGHT + 2.0 * ROW_GAP + 2.0 * 18.0;
const ROW_GAP: f32 = 26.0;

/// A picture narrower than this, units of the foot, has its signs on the stage. [own]: the map and ● REC side by side.
const SIGNS_WIDTH: f32 = 560.0;

/// What is below the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Foot {
    /// How much of its room the safety line takes: 1, or 0 once it has gone, and less and less while the picture takes it.
    pub safety: f32,
    /// Whether the sentence is the one thing to look at, and larger.
    pub is_large: bool,
}

impl Foot {
    /// With the safety line.
    pub const SAFETY: Self = Self { safety: 1.0, is_large: false };

    /// Its height, units.
    const fn height(self) -> f32 {
        self.sentence() + self.last() + 2.0 * FOOT_MARGIN + 6.0
    }

    const fn sentence(self) -> f32 {
        if self.is_large { LARGE_SENTENCE_HEIGHT } else { SENTENCE_HEIGHT }
    }

    /// Height of what is at the bottom of it.
    const fn last(self) -> f32 {
        HINT_HEIGHT + self.safety * (SAFETY_HEIGHT - HINT_HEIGHT)
    }
}

/// The places of all parts of the live screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// One unit of the panel, pixels.
    pub unit: f32,
    /// One unit of the sentence and the safety line, pixels.
    pub foot_unit: f32,
    /// Where the picture is.
    pub stage: WindowRect,
    /// The whole of what is shown of the camera picture, in the stage.
    pub picture: WindowRect,
    /// All below the stage, beside or above the panel.
    pub foot: WindowRect,
    /// Where signs on the picture belong: no wider than the picture, unless that is too narrow for them.
    pub signs: WindowRect,
    /// Along the top of those.
    pub bar: WindowRect,
    /// The background of all numbers.
    pub panel: WindowRect,
    /// The verdict's sign and word.
    pub verdict: WindowRect,
    /// Hip flexion.
    pub hips: WindowRect,
    /// Lumbar flexion.
    pub back: WindowRect,
    /// Lumbar flexion where it is the only number.
    pub one: WindowRect,
    /// Depth against the goal.
    pub depth: WindowRect,
    /// How the bend is shared.
    pub share: WindowRect,
    /// Count and row of repetitions.
    pub repetitions: WindowRect,
    /// The state sentence.
    pub sentence: WindowRect,
    /// The safety line, or the hint at a key.
    pub safety: WindowRect,
}

impl Layout {
    /// Lays out a window for the aspect ratio of a picture, given as its size in any unit, above this foot.
    pub fn new(window: WindowSize, picture: (f32, f32), text_scale: f32, below: Foot) -> Self {
        let window = window.max(SMALLEST);
        if window.width >= window.height * UPRIGHT {
            Self::side_by_side(window, picture, text_scale, below)
        } else {
            Self::stacked(window, picture, text_scale, below)
        }
    }

    fn side_by_side(window: WindowSize, picture: (f32, f32), text_scale: f32, below: Foot) -> Self {
        let wished = text_scale * window.height / 720.0;
        let unit = wished.min(window.height / COLUMN_HEIGHT).min(window.width * 0.6 / PANEL_WIDTH);
        let foot_unit = wished.min(window.height * 0.5 / FOOT_HEIGHT);
        let split = (window.width - PANEL_WIDTH * unit).round();
        let stage = rect(0.0, 0.0, split, (window.height - below.height() * foot_unit).round());
        let foot = rect(0.0, stage.max.y, split, window.height - stage.max.y);
        let (sentence, safety) = foot_places(foot, foot_unit, below);
        let picture = centred(picture, stage);
        let signs = signs(picture, stage, foot_unit);

        let left = split + MARGIN * unit;
        let spare = (window.height - COLUMN_HEIGHT * unit) / 4.0;
        let mut top = MARGIN * unit + spare * 0.25;
        let mut next = |height: f32, gap: f32| {
            let place = rect(left, top, WORD_WIDTH * unit, height * unit);
            top = place.max.y + gap;
            place
        };
        let verdict = next(WORD_HEIGHT, GAP * unit + spare);
        let hips = next(ROW_HEIGHT, NUMBER_GAP * unit);
        let back = next(ROW_HEIGHT, GAP * unit + spare * 0.5);
        let depth = next(BAR_HEIGHT, GAP * unit + spare * 0.5);
        let share = next(BAR_HEIGHT, 0.0);
        let count = COUNT_HEIGHT * unit;
        Self {
            unit,
            foot_unit,
            stage,
            picture,
            foot,
            signs,
            bar: bar(signs, foot_unit),
            panel: rect(split, 0.0, window.width - split, window.height),
            verdict,
            hips,
            back,
            one: hips.union(&back),
            depth,
            share,
            repetitions: rect(left, window.height - MARGIN * unit - count, WORD_WIDTH * unit, count),
            sentence,
            safety,
        }
    }

    fn stacked(window: WindowSize, picture: (f32, f32), text_scale: f32, below: Foot) -> Self {
        let widest = WORD_WIDTH + NUMBER_WIDTH + 20.0 + 2.0 * MARGIN;
        let wished = text_scale * window.height / 720.0;
        let unit =
            wished.min(window.width / widest).min(window.height / (ROWS_HEIGHT + FOOT_HEIGHT * STACKED_FOOT + 150.0));
        let foot_unit = unit * STACKED_FOOT;
        let panel_top = (window.height - ROWS_HEIGHT * unit).round();
        let stage = rect(0.0, 0.0, window.width, (panel_top - below.height() * foot_unit).round());
        let foot = rect(0.0, stage.max.y, window.width, panel_top - stage.max.y);
        let (sentence, safety) = foot_places(foot, foot_unit, below);
        let picture = centred(picture, stage);
        let signs = signs(picture, stage, foot_unit);

        let left = MARGIN * unit;
        let half = (window.width - 3.0 * left) / 2.0;
        let right = 2.0 * left + half;
        let top = panel_top + 18.0 * unit;
        let bars = top + (NUMBER_HEIGHT + ROW_GAP) * unit;
        let counts = bars + (BAR_HEIGHT + ROW_GAP) * unit;
        let row = |x: f32, y: f32, width: f32, height: f32| rect(x, y, width, height * unit);
        let number = window.width - left - NUMBER_WIDTH * unit;
        let back = row(number, top, NUMBER_WIDTH * unit, NUMBER_HEIGHT);
        Self {
            unit,
            foot_unit,
            stage,
            picture,
            foot,
            signs,
            bar: bar(signs, foot_unit),
            panel: rect(0.0, panel_top, window.width, window.height - panel_top),
            verdict: row(left, top + (NUMBER_HEIGHT - WORD_HEIGHT) * unit / 2.0, WORD_WIDTH * unit, WORD_HEIGHT),
            hips: row(number, counts, NUMBER_WIDTH * unit, NUMBER_HEIGHT),
            back,
            one: back,
            depth: row(left, bars, half, BAR_HEIGHT),
            share: row(right, bars, half, BAR_HEIGHT),
            repetitions: row(left, counts + (NUMBER_HEIGHT - COUNT_HEIGHT) * unit, WORD_WIDTH * unit, COUNT_HEIGHT),
            sentence,
            safety,
        }
    }

    /// The stage of a window, which depends on nothing else.
    pub fn stage(window: WindowSize, text_scale: f32, below: Foot) -> WindowSize {
        Self::new(window, (1.0, 1.0), text_scale, below).stage.size()
    }

    /// The stage below the signs at its top, for what is in place of the picture.
    pub fn below_bar(&self) -> WindowRect {
        let top = self.bar.max.y + 0.5 * BAR_MARGIN * self.foot_unit;
        WindowRect::new(point2(self.stage.min.x, top), self.stage.max)
    }

    /// The places with their names, including the picture: no two of them overlap.
    pub fn places(&self) -> [(&'static str, WindowRect); 9] {
        [
            ("stage", self.stage),
            ("verdict", self.verdict),
            ("hips", self.hips),
            ("back", self.back),
            ("depth", self.depth),
            ("share", self.share),
            ("repetitions", self.repetitions),
            ("sentence", self.sentence),
            ("safety", self.safety),
        ]
    }
}

fn centred(picture: (f32, f32), stage: WindowRect) -> WindowRect {
    let at_top = contained(picture.0, picture.1, stage);
    at_top.translate(vec2(0.0, ((stage.height() - at_top.height()) / 2.0).floor()))
}

fn signs(picture: WindowRect, stage: WindowRect, unit: f32) -> WindowRect {
    if picture.width() < SIGNS_WIDTH * unit {
        return stage;
    }
    WindowRect::new(point2(picture.min.x, stage.min.y), point2(picture.max.x, stage.max.y))
}

fn bar(stage: WindowRect, unit: f32) -> WindowRect {
    let inner = stage.inflate(-BAR_MARGIN * unit, -BAR_MARGIN * unit);
    WindowRect::from_origin_and_size(inner.min, size2(inner.width(), BAR * unit))
}

fn foot_places(foot: WindowRect, unit: f32, below: Foot) -> (WindowRect, WindowRect) {
    let (left, width) = (foot.min.x + MARGIN * unit, foot.width() - 2.0 * MARGIN * unit);
    let safety = below.last() * unit;
    (
        rect(left, foot.min.y + FOOT_MARGIN * unit, width, below.sentence() * unit),
        rect(left, foot.max.y - FOOT_MARGIN * unit - safety, width, safety),
    )
}

fn rect(x: f32, y: f32, width: f32, height: f32) -> WindowRect {
    WindowRect::from_origin_and_size(point2(x, y), size2(width, height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::text::CAP_HEIGHT;
    use crate::screen::theme::DISPLAY;

    const WINDOWS: [(f32, f32); 9] = [
        (1280.0, 720.0),
        (1920.0, 1080.0),
        (2560.0, 1080.0),
        (1024.0, 768.0),
        (640.0, 480.0),
        (480.0, 360.0),
        (800.0, 900.0),
        (720.0, 1280.0),
        (700.0, 700.0),
    ];
    const PICTURES: [(f32, f32); 3] = [(16.0, 9.0), (4.0, 3.0), (9.0, 16.0)];

    fn layouts() -> impl Iterator<Item = (WindowSize, Layout)> {
        WINDOWS.into_iter().flat_map(|(width, height)| {
            let window = WindowSize::new(width, height);
            let larger = Foot { is_large: true, ..Foot::default() };
            let halfway = Foot { safety: 0.5, ..Foot::default() };
            let feet = [Foot::SAFETY, Foot::default(), larger, halfway];
            let scales = [0.7, 1.0, 1.5].into_iter().flat_map(move |scale| feet.map(|foot| (scale, foot)));
            PICTURES.into_iter().flat_map(move |picture| {
                let scales = scales.clone();
                scales.map(move |(scale, foot)| (window, Layout::new(window, picture, scale, foot)))
            })
        })
    }

    #[test]
    fn places_share_no_pixel_and_lie_in_the_window() {
        for (window, layout) in layouts() {
            let whole = WindowRect::from_size(window).inflate(0.01, 0.01);
            for (number, (name, place)) in layout.places().into_iter().enumerate() {
                assert!(whole.contains_box(&place), "{name} {place:?} in {window:?}");
                for (other, taken) in layout.places().into_iter().skip(number + 1) {
                    assert!(
                        !place.inflate(-0.01, -0.01).intersects(&taken),
                        "{name} and {other} in {window:?}: {layout:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn word_and_number_are_a_twelfth_of_the_window() {
        for (width, height) in WINDOWS.into_iter().filter(|(width, height)| width * 9.0 >= height * 8.0 - 1.0) {
            let layout = Layout::new(WindowSize::new(width, height), (16.0, 9.0), 1.0, Foot::SAFETY);
            assert!(layout.unit * DISPLAY * CAP_HEIGHT >= height / 12.0, "{width} × {height}");
        }
    }

    /// On a laptop the picture is as large as the words that are read from three metres leave it.
    #[test]
    fn the_picture_has_seven_tenths_of_the_height_of_a_laptop_once_the_safety_line_has_gone() {
        for (width, height) in [(1280.0, 720.0), (1366.0, 768.0), (1920.0, 1080.0)] {
            let stage = |foot| Layout::stage(WindowSize::new(width, height), 1.0, foot).height / height;
            let (without, with) = (stage(Foot::default()), stage(Foot::SAFETY));
            assert!(without >= 0.7, "{width} × {height}: {without:.2}");
            assert!(with >= 0.6, "{width} × {height}: {with:.2}");
        }
    }

    #[test]
    fn the_stage_is_a_fair_part_of_the_window() {
        for (width, height) in WINDOWS {
            let layout = Layout::new(WindowSize::new(width, height), (16.0, 9.0), 1.0, Foot::SAFETY);
            let part = layout.stage.area() / (width * height);
            assert!(part > 0.2, "{width} × {height}: {part:.2}");
        }
    }
}
