//! The start screen: what can be done, as a row of tiles that a raised hand, a key or the mouse chooses.
//!
//! The person sees themselves, mirrored, and beside it one sentence that says what to do. As long as nobody is seen from head to
//! feet, a drawing shows where to put the laptop and where to stand. Sizes are in units of 1/720 of a landscape window's height
//! or a portrait window's width.

use std::time::Duration;

use euclid::{point2, size2, vec2};
use image::RgbImage;

use crate::i18n::Words;
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect, WindowSize};
use crate::screen::path;
use crate::screen::picture::{self, Light, contained};
use crate::screen::text::{CAP_HEIGHT, LINE_HEIGHT};
use crate::screen::theme::{GROUND, HIPS, LARGE, MARGIN, MIDDLE, OUTLINE, PANEL, QUIET, TEXT};
use crate::screen::widget::tile::{self, Tile};
use crate::screen::widget::{card, muted, placement, raised_hand};

/// A window wider than this multiple of its height has the sentence beside the picture, otherwise below it.
const UPRIGHT: f32 = 0.95;
/// One narrower than this multiple has height to spare, which larger texts use as in a portrait window.
const SQUARE: f32 = 1.4;
/// The window in units: of a landscape window and of a portrait one.
const WIDE: (f32, f32) = (1280.0, 720.0);
const HIGH: (f32, f32) = (720.0, 1280.0);
/// Height of a tile, and of the sentence about the marked one above the row, which has two lines in a portrait window, units.
const TILE: f32 = 226.0;
const CAPTION: f32 = 60.0;
/// In a portrait window, and in a square one, there is room for larger texts and higher tiles. [own]: the longest sentence of any language fits.
const STRETCH: f32 = 1.2;
/// Between two tiles, units.
const GAP: f32 = 12.0;
/// The widest tile: few of them do not fill the row, units.
const WIDEST: f32 = 270.0;
/// The widest that the camera's name may be, so that it covers nobody in the middle, relative to its picture.
const MOST_OF_PICTURE: f32 = 0.36;
/// Height of the hand that shows where the person's own is, units.
const HAND: f32 = 64.0;
/// Size of the sentence about the marked tile, units.
const CAPTION_TEXT: f32 = 34.0;
/// Smallest text that has to be read from three metres, units: METHOD.md.
const FACT: f32 = 28.0;
/// Below each text, relative to its size.
const APART: f32 = 0.35;
/// Height of what has come of a choice, of the side, at most; it is written smaller then.
const NEWS: f32 = 0.35;
/// Side of the crossed-out loudspeaker, and its distance from the picture's corner.
const MUTED: f32 = 58.0;
const MUTED_AWAY: f32 = 16.0;

/// What the start screen shows.
#[derive(Clone, Copy, Debug)]
pub struct StartView<'a> {
    /// All texts.
    pub words: &'a Words,
    /// Who is greeted.
    pub title: &'a str,
    /// The one sentence that says what to do.
    pub sentence: &'a str,
    /// What came of the last choice.
    pub news: Option<&'a str>,
    /// What else there is to know, as far as there is room.
    pub facts: &'a [String],
    /// Which camera it is whose picture is shown.
    pub camera: Option<&'a str>,
    /// What can be chosen.
    pub tiles: &'a [Tile<'a>],
    /// The marked tile.
    pub current: usize,
    /// How far it is chosen by a hand, from 0 to 1.
    pub part: f32,
    /// Where a raised hand is along the row, from 0 to 1.
    pub hand: Option<f32>,
    /// What stands in place of the camera's picture before the first.
    pub waiting: &'a str,
    /// What can be done where there will be none, below it.
    pub steps: &'a [String],
    /// The camera's picture; `None` before the first.
    pub picture: Option<&'a RgbImage>,
    /// Whether it is mirrored.
    pub mirror: bool,
    /// Whether the drawing of where to stand is shown instead of the facts.
    pub placement: bool,
    /// Whether the sound is off.
    pub muted: bool,
    /// Text size, 1 for normal.
    pub scale: f32,
    /// The clock of the marked tile's figure.
    pub time: Duration,
}

/// The places of the parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartLayout {
    unit: f32,
    /// How much larger texts and tiles are than in a landscape window, where they have less room.
    stretch: f32,
    picture: WindowRect,
    side: WindowRect,
    caption: WindowRect,
    row: WindowRect,
}

/// Draws the keys of the start screen, with so many tiles.
pub fn help(canvas: &mut Canvas, words: &Words, tiles: usize) {
    let (start, keys) = (&words.start, &words.keys);
    let numbers = format!("1 – {tiles}");
    let rows = [
        (numbers.as_str(), start.key_number.as_str()),
        (&start.key_arrows, &start.key_move),
        (&start.key_enter, &start.key_take),
        ("C", &start.key_camera),
        ("L", &start.key_language),
        ("M", &keys.m),
        ("V", &keys.v),
        ("+ −", &keys.plus_minus),
        ("F", &keys.f),
        ("H", &keys.h),
        ("Esc", &keys.esc),
    ];
    card::keys(canvas, &keys.title, &rows, &[&start.choose, &words.safety.setup, &words.safety.line]);
}

impl StartLayout {
    /// Lays out a window.
    pub fn new(window: WindowSize) -> Self {
        let wide = window.width > UPRIGHT * window.height;
        let (across, down) = if wide { WIDE } else { HIGH };
        let unit = (window.width / across).min(window.height / down);
        let margin = MARGIN * unit;
        let inner = WindowRect::from_size(window).inflate(-margin, -margin);
        let roomy = window.width < SQUARE * window.height;
        let (stretch, caption) = if roomy { (STRETCH, 2.0 * CAPTION) } else { (1.0, CAPTION) };
        let row = WindowRect::new(point2(inner.min.x, inner.max.y - TILE * stretch * unit), inner.max);
        let caption = WindowRect::new(point2(inner.min.x, row.min.y - caption * unit), point2(inner.max.x, row.min.y));
        let above = WindowRect::new(inner.min, point2(inner.max.x, caption.min.y - 0.3 * margin));
        let picture_width = if wide { (0.58 * above.width()).min(above.height() * 16.0 / 9.0) } else { above.width() };
        // Where there is height to spare, the picture of a camera that is not so wide is larger.
        let shape = if wide { 3.0 / 4.0 } else { 9.0 / 16.0 };
        let picture_height = (picture_width * shape).min(above.height());
        let picture = WindowRect::from_origin_and_size(inner.min, size2(picture_width, picture_height));
        let side = if wide {
            WindowRect::new(point2(picture.max.x + margin, above.min.y), above.max)
        } else {
            WindowRect::new(point2(above.min.x, picture.max.y + margin), above.max)
        };
        Self { unit, stretch, picture, side, caption, row }
    }

    /// The place of each of this many tiles.
    pub fn tiles(&self, count: usize) -> Vec<WindowRect> {
        let (gap, count) = (GAP * self.unit, count.max(1) as f32);
        let width = ((self.row.width() - gap * (count - 1.0)) / count).min(WIDEST * self.unit);
        let used = width * count + gap * (count - 1.0);
        let left = self.row.center().x - used / 2.0;
        let place = |number: usize| {
            let corner = point2(left + number as f32 * (width + gap), self.row.min.y);
            WindowRect::from_origin_and_size(corner, size2(width, self.row.height()))
        };
        (0..count as usize).map(place).collect()
    }

    /// The tile of this many that lies at a point.
    pub fn tile_at(&self, count: usize, point: WindowPoint) -> Option<usize> {
        self.tiles(count).iter().position(|tile| tile.contains(point)).filter(|tile| *tile < count)
    }
}

/// Draws the start screen on the whole canvas.
pub fn draw(canvas: &mut Canvas, view: &StartView<'_>) {
    let layout = StartLayout::new(canvas.size());
    canvas.clear(GROUND);
    camera(canvas, &layout, view);
    side(canvas, &layout, view);
    row(canvas, &layout, view);
}

/// Draws the camera's picture, or what is there before it.
fn camera(canvas: &mut Canvas, layout: &StartLayout, view: &StartView<'_>) {
    let frame = layout.picture;
    canvas.fill(path::rounded(frame, 12.0 * layout.unit), PANEL);
    match view.picture {
        Some(shown) => {
            let (width, height) = shown.dimensions();
            let place = contained(width as f32, height as f32, frame);
            picture::draw(canvas, shown, picture::whole(shown), place, view.mirror, Light::Full);
        }
        None if view.steps.is_empty() => {
            let size = MIDDLE * layout.unit;
            let at = frame.center() + vec2(0.0, size * CAP_HEIGHT / 2.0);
            canvas.write(view.waiting, at, size, QUIET, Align::Center);
        }
        None => steps(canvas, layout, view),
    }
    if view.muted {
        let corner = frame.min + vec2(MUTED_AWAY, MUTED_AWAY) * layout.unit;
        muted::draw(canvas, WindowRect::from_origin_and_size(corner, size2(MUTED, MUTED) * layout.unit));
    }
    if let Some(name) = view.camera {
        canvas.at_hand(|canvas| sign(canvas, frame, layout.unit, name)); // for whoever sets it up
    }
}

/// Writes that there is no picture, and what can be done, one below the other.
fn steps(canvas: &mut Canvas, layout: &StartLayout, view: &StartView<'_>) {
    let (unit, stretch) = (layout.unit, layout.stretch);
    let mut place = layout.picture.inflate(-0.7 * MARGIN * unit, -0.5 * MARGIN * unit);
    if view.muted {
        place.min.y = layout.picture.min.y + (MUTED_AWAY + MUTED + 8.0) * unit; // below the sign
    }
    let most = 0.3 * place.height();
    write(canvas, &mut place, view.waiting, MIDDLE * unit, most);
    for step in view.steps {
        let size = FACT * stretch * unit;
        place.min.y += canvas.write_into(step, place, size, TEXT) + 0.15 * size;
    }
}

/// Writes which camera it is into the upper right corner of its picture, on a ground of its own.
fn sign(canvas: &mut Canvas, frame: WindowRect, unit: f32, text: &str) {
    let size = canvas.letters().within(text, FACT * unit, MOST_OF_PICTURE * frame.width());
    let width = canvas.letters().width(text, size) + 28.0 * unit;
    let corner = point2(frame.max.x - 16.0 * unit - width, frame.min.y + 16.0 * unit);
    let ground = WindowRect::from_origin_and_size(corner, size2(width, 44.0 * unit));
    canvas.fill(path::rounded(ground, 10.0 * unit), OUTLINE);
    let at = point2(ground.min.x + 14.0 * unit, ground.center().y + size * CAP_HEIGHT / 2.0);
    canvas.write(text, at, size, TEXT, Align::Left);
}

/// Writes who is greeted, what to do, and either the facts or where to stand.
fn side(canvas: &mut Canvas, layout: &StartLayout, view: &StartView<'_>) {
    let (unit, stretch, mut place) = (layout.unit, layout.stretch, layout.side);
    if !view.placement {
        write(canvas, &mut place, view.title, LARGE * view.scale * stretch * unit, 0.24 * layout.side.height());
    }
    // However large the sentence, there is room for the facts in their usual size.
    let news_size = CAPTION_TEXT * view.scale * stretch * unit;
    let below = match view.news {
        _ if view.placement => 0.0,
        // What has just come of a choice matters more than the facts.
        Some(news) => height(canvas, news, news_size, place.width()).min(NEWS * layout.side.height()),
        None => facts_height(canvas, place.width(), view, FACT * stretch * unit),
    };
    let size = MIDDLE * view.scale * stretch * unit;
    let most = (0.5 * layout.side.height()).min(place.height() - below - APART * size);
    write(canvas, &mut place, view.sentence, size, most);
    if view.placement {
        let beside = layout.picture.max.x < layout.side.min.x;
        return placement::draw(canvas, place, if beside { unit * stretch } else { unit }, &view.words.start);
    }
    if let Some(news) = view.news {
        // A path is read at the keyboard.
        let mut height = 0.0;
        canvas.at_hand(|canvas| height = canvas.write_into(news, place, news_size, HIPS));
        place.min.y += height + APART * news_size;
    }
    facts(canvas, place, view, stretch * unit);
}

/// Writes the facts one below the other, in the text size that was asked for, or in the usual one if they do not fit otherwise.
fn facts(canvas: &mut Canvas, mut place: WindowRect, view: &StartView<'_>, unit: f32) {
    let asked = FACT * view.scale * unit;
    let fits = facts_height(canvas, place.width(), view, asked) <= place.height();
    let size = if fits { asked } else { asked.min(FACT * unit) };
    for fact in view.facts {
        if place.height() < height(canvas, fact, size, place.width()) {
            break; // what matters most comes first
        }
        place.min.y += canvas.write_into(fact, place, size, QUIET) + APART * size;
    }
}

/// Height of all facts in a text size, pixels.
fn facts_height(canvas: &Canvas, width: f32, view: &StartView<'_>, size: f32) -> f32 {
    let gaps = APART * size * view.facts.len().saturating_sub(1) as f32;
    gaps + view.facts.iter().map(|fact| height(canvas, fact, size, width)).sum::<f32>()
}

fn height(canvas: &Canvas, text: &str, size: f32, width: f32) -> f32 {
    canvas.letters().wrap(text, size, width).len() as f32 * size * LINE_HEIGHT
}

/// Writes a text into the top of a place, in at most this height, and leaves what is below it.
fn write(canvas: &mut Canvas, place: &mut WindowRect, text: &str, size: f32, most: f32) {
    let room = WindowRect::new(place.min, point2(place.max.x, (place.min.y + most).min(place.max.y)));
    place.min.y += canvas.write_into(text, room, size, TEXT) + APART * size;
}

/// Draws the tiles, the hand over them, and what the marked one does.
fn row(canvas: &mut Canvas, layout: &StartLayout, view: &StartView<'_>) {
    let (unit, places) = (layout.unit, layout.tiles(view.tiles.len()));
    let name = tile::name_size(canvas, &places, unit, view.tiles);
    for (number, (shown, place)) in view.tiles.iter().zip(&places).enumerate() {
        let marked = number == view.current;
        let part = if marked { view.part } else { 0.0 };
        let mark = tile::Mark { number: number + 1, marked, part, time: view.time, name };
        // The names in the narrow tiles of a portrait window are too small for three metres: that of the marked one is above.
        if layout.stretch > 1.0 {
            canvas.at_hand(|canvas| tile::draw(canvas, *place, unit, shown, &mark));
        } else {
            tile::draw(canvas, *place, unit, shown, &mark);
        }
    }
    if let (Some(hand), Some(first), Some(last)) = (view.hand, places.first(), places.last()) {
        let middle = tile::middle(*first, unit).y;
        let at = point2(first.min.x + hand * (last.max.x - first.min.x), middle + 0.5 * HAND * unit);
        raised_hand::draw(canvas, at, HAND * unit);
    }
    let Some(marked) = view.tiles.get(view.current) else { return };
    let (caption, ink) = (layout.caption, if marked.open { HIPS } else { QUIET });
    if layout.stretch > 1.0 {
        let told = format!("{} · {}", marked.name, marked.does);
        canvas.write_into(&told, caption, CAPTION_TEXT * unit, ink);
        return;
    }
    let size = canvas.letters().within(marked.does, CAPTION_TEXT * unit, caption.width());
    let base = caption.center().y + size * CAP_HEIGHT / 2.0;
    canvas.write(marked.does, point2(caption.min.x, base), size, ink, Align::Left);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_is_where_it_is_clicked_and_none_elsewhere() {
        for size in [(1280.0, 720.0), (1366.0, 768.0), (1080.0, 1920.0), (640.0, 480.0)] {
            let layout = StartLayout::new(WindowSize::new(size.0, size.1));
            for count in 1..=7 {
                let tiles = layout.tiles(count);
                for (number, tile) in tiles.iter().enumerate() {
                    assert_eq!(layout.tile_at(count, tile.center()), Some(number));
                }
                assert_eq!(layout.tile_at(count, tiles[0].min - vec2(2.0, 2.0)), None);
            }
            assert_eq!(layout.tile_at(0, layout.row.center()), None);
        }
    }

    #[test]
    fn no_part_lies_on_another_and_all_are_in_the_window() {
        for size in [(1280.0, 720.0), (1366.0, 768.0), (1920.0, 1080.0), (1080.0, 1920.0), (800.0, 900.0)] {
            let layout = StartLayout::new(WindowSize::new(size.0, size.1));
            let parts = [layout.picture, layout.side, layout.caption, layout.row];
            let window = WindowRect::from_size(WindowSize::new(size.0, size.1));
            for (number, part) in parts.iter().enumerate() {
                assert!(window.contains_box(part) && !part.is_empty(), "{size:?}: {part:?}");
                assert!(parts[number + 1..].iter().all(|other| !part.intersects(other)), "{size:?}: {number}");
            }
        }
    }
}
