//! Two cards that cover the panel for a while: the help, and the summary at the end of a recording.

use euclid::{point2, size2, vec2};

use crate::coach::{AskedRepetition, Repetition};
use crate::i18n::{Words, fill};
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::tally::Tally;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, DISPLAY, GROUND, HIPS, LARGE, MIDDLE, NOTE, QUIET, TEXT, TRACK};
use crate::screen::widget::count;

/// Width and height of a card's content, units.
const WIDTH: f32 = 720.0;
const HEIGHT: f32 = 660.0;
/// The same of the help: in a landscape window in two columns, and in an upright one.
const HELP: (f32, f32) = (1190.0, 670.0);
const HELP_UPRIGHT: (f32, f32) = (670.0, 1130.0);
/// A window wider than this multiple of its height has two columns.
const LANDSCAPE: f32 = 1.1;
/// Row height, key cap width, and between a key and its meaning, units.
const ROW: f32 = 37.0;
const CAP: f32 = 96.0;
const BESIDE: f32 = 20.0;
/// Height of the button that closes a card, units.
const BUTTON: f32 = 76.0;
/// From the title to the first key, and between two texts below the last one, units.
const HEAD: f32 = 62.0;
const APART: f32 = 14.0;

/// Draws the keys, the gestures, how the camera should be placed, and the safety line.
pub fn help(canvas: &mut Canvas, words: &Words) {
    let texts = [&words.keys.hands, &words.safety.setup, &words.safety.line];
    keys(canvas, &words.keys.title, &words.keys.rows(), &texts);
}

/// Draws these keys and their meanings, which are read at the keyboard, and below them texts for whoever practises.
pub fn keys(canvas: &mut Canvas, head: &str, rows: &[(&str, &str)], texts: &[&String]) {
    let window = canvas.size();
    let is_wide = window.width > LANDSCAPE * window.height;
    let (card, unit) = ground(canvas, if is_wide { HELP } else { HELP_UPRIGHT });
    let columns = if is_wide { 2 } else { 1 };
    let each = rows.len().div_ceil(columns);
    let width = card.width() / columns as f32;
    canvas.at_hand(|canvas| {
        title(canvas, card, unit, head);
        for (number, row) in rows.iter().enumerate() {
            let left = card.min.x + (number / each) as f32 * width;
            let top = card.min.y + (HEAD + (number % each) as f32 * ROW) * unit;
            key(canvas, WindowRect::from_origin_and_size(point2(left, top), size2(width, ROW * unit)), unit, *row);
        }
    });
    let mut place =
        WindowRect::new(point2(card.min.x, card.min.y + (HEAD + each as f32 * ROW + APART) * unit), card.max);
    for text in texts {
        place.min.y += canvas.write_into(text, place, BODY * unit, QUIET) + APART * unit;
    }
}

/// A key and what it does.
fn key(canvas: &mut Canvas, place: WindowRect, unit: f32, (key, meaning): (&str, &str)) {
    let cap = WindowRect::from_origin_and_size(place.min, size2(CAP * unit, place.height() - 7.0 * unit));
    canvas.fill(path::rounded(cap, 8.0 * unit), TRACK);
    let size = canvas.letters().within(key, NOTE * 1.15 * unit, cap.width() - 8.0 * unit);
    let at = point2(cap.center().x, cap.center().y + size * CAP_HEIGHT / 2.0);
    canvas.write(key, at, size, TEXT, Align::Center);
    let left = cap.max.x + BESIDE * unit;
    let size = canvas.letters().within(meaning, BODY * unit, place.max.x - BESIDE * unit - left);
    canvas.write(meaning, point2(left, cap.center().y + size * CAP_HEIGHT / 2.0), size, TEXT, Align::Left);
}

/// Draws the results of a set. Returns where the mouse closes them.
pub fn finished(canvas: &mut Canvas, words: &Words, asked: &[AskedRepetition]) -> WindowRect {
    let (card, unit) = ground(canvas, (WIDTH, HEIGHT));
    title(canvas, card, unit, &words.label.end);
    let tally = Tally::of(asked);
    let line = |y: f32| point2(card.min.x, card.min.y + y * unit);
    if let Some(deepest) = tally.depth().filter(|_| tally.judged > 0 || tally.as_asked > 0) {
        let count = fill(&words.label.count, &[("hips", &tally.as_asked), ("of", &tally.repetitions)]);
        canvas.write(&count, line(210.0), DISPLAY * 1.4 * unit, TEXT, Align::Left);
        let what = match () {
            () if tally.asks_otherwise => &words.label.as_asked,
            () if tally.judged < tally.repetitions => &words.label.seen_from_hips,
            () => &words.label.from_hips,
        };
        let size = canvas.letters().within(what, BODY * unit, card.width());
        canvas.write(what, line(262.0), size, QUIET, Align::Left);
        let repetitions: Vec<Repetition> = asked.iter().map(|asked| asked.repetition).collect();
        let row = WindowRect::new(line(300.0), point2(card.max.x, card.min.y + 390.0 * unit));
        count::signs(canvas, row, unit, &repetitions);
        canvas.write(&deepest, line(446.0), LARGE * unit, TEXT, Align::Left);
        canvas.write(&words.label.deepest, line(490.0), BODY * unit, QUIET, Align::Left);
    } else if tally.repetitions == 0 {
        canvas.write(&tally.sentence(words), line(150.0), MIDDLE * unit, TEXT, Align::Left);
    } else {
        let place = WindowRect::new(line(110.0), point2(card.max.x, card.min.y + 490.0 * unit));
        canvas.write_into(&tally.sentence(words), place, MIDDLE * unit, TEXT);
    }
    let button = WindowRect::new(line(HEIGHT - BUTTON), point2(card.max.x, card.max.y));
    canvas.fill(path::rounded(button, 12.0 * unit), HIPS);
    let size = canvas.letters().within(&words.state.leave, MIDDLE * unit, button.width() - 40.0 * unit);
    let base = button.center() + vec2(0.0, size * CAP_HEIGHT / 2.0);
    canvas.write(&words.state.leave, base, size, GROUND, Align::Center);
    button
}

// Dims the whole window. The content is centred, as large as fits.
fn ground(canvas: &mut Canvas, (width, height): (f32, f32)) -> (WindowRect, f32) {
    let window = canvas.size();
    canvas.fill_rect(WindowRect::from_size(window), GROUND.faded(0.95));
    let unit = (window.width / (width + 50.0)).min(window.height / (height + 50.0));
    let content = size2(width, height) * unit;
    let corner = point2((window.width - content.width) / 2.0, (window.height - content.height) / 2.0);
    (WindowRect::from_origin_and_size(corner, content), unit)
}

fn title(canvas: &mut Canvas, card: WindowRect, unit: f32, text: &str) {
    let at = point2(card.min.x, card.min.y + MIDDLE * CAP_HEIGHT * unit);
    canvas.write(text, at, MIDDLE * unit, TEXT, Align::Left);
}
