//! Two cards that cover the panel for a while: the help, and the summary at the end of a recording.

use euclid::{point2, size2};

use crate::coach::{AskedRepetition, Repetition};
use crate::i18n::{Words, fill};
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::path;
use crate::screen::tally::{Tally, degrees};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, DISPLAY, GROUND, LARGE, MIDDLE, NOTE, QUIET, TEXT, TRACK};
use crate::screen::widget::count;

/// Width and height of a card's content, units.
const WIDTH: f32 = 720.0;
const HEIGHT: f32 = 660.0;
/// Row height, height of all rows at most, and key cap width, units.
const ROW: f32 = 36.0;
const ROWS: f32 = 432.0;
const CAP: f32 = 96.0;
/// From the title to the first key, and height of each text below the last key, units.
const HEAD: f32 = 70.0;
const TEXT_ROW: f32 = 58.0;

/// Draws the keys, the gestures, how the camera should be placed, and the safety line.
pub fn help(canvas: &mut Canvas, words: &Words) {
    let texts = [&words.keys.hands, &words.safety.setup, &words.safety.line];
    keys(canvas, &words.keys.title, &words.keys.rows(), &texts);
}

/// Draws these keys and their meanings, and texts below them.
pub fn keys(canvas: &mut Canvas, head: &str, rows: &[(&str, &str)], texts: &[&String]) {
    let (card, unit) = ground(canvas);
    title(canvas, card, unit, head);
    let height = ROW.min(ROWS / rows.len().max(1) as f32);
    for (number, (key, meaning)) in rows.iter().enumerate() {
        let top = card.min.y + (HEAD + number as f32 * height) * unit;
        let cap = WindowRect::from_origin_and_size(point2(card.min.x, top), size2(CAP, height - 7.0) * unit);
        canvas.fill(path::rounded(cap, 8.0 * unit), TRACK);
        let baseline = cap.center().y + BODY * CAP_HEIGHT * unit / 2.0;
        let key_size = canvas.letters().within(key, NOTE * 1.15 * unit, cap.width() - 8.0 * unit);
        let key_at = point2(cap.center().x, cap.center().y + key_size * CAP_HEIGHT / 2.0);
        canvas.write(key, key_at, key_size, TEXT, Align::Center);
        let meaning_at = point2(cap.max.x + 24.0 * unit, baseline);
        let size = canvas.letters().within(meaning, BODY * unit, card.max.x - meaning_at.x);
        canvas.write(meaning, meaning_at, size, TEXT, Align::Left);
    }
    let top = card.min.y + (HEAD + rows.len() as f32 * height + 20.0) * unit;
    for (number, text) in texts.iter().enumerate() {
        let corner = point2(card.min.x, top + number as f32 * TEXT_ROW * unit);
        let place = WindowRect::from_origin_and_size(corner, size2(card.width(), (TEXT_ROW - 8.0) * unit));
        canvas.write_into(text, place, NOTE * unit, QUIET);
    }
}

/// Draws the results of a set.
pub fn finished(canvas: &mut Canvas, words: &Words, asked: &[AskedRepetition]) {
    let (card, unit) = ground(canvas);
    title(canvas, card, unit, &words.label.end);
    let tally = Tally::of(asked);
    let line = |y: f32| point2(card.min.x, card.min.y + y * unit);
    if let Some(deepest) = tally.deepest {
        let count = fill(&words.label.count, &[("hips", &tally.as_asked), ("of", &tally.repetitions)]);
        canvas.write(&count, line(210.0), DISPLAY * 1.4 * unit, TEXT, Align::Left);
        let what = if tally.asks_otherwise { &words.label.as_asked } else { &words.label.from_hips };
        canvas.write(what, line(262.0), BODY * unit, QUIET, Align::Left);
        let repetitions: Vec<Repetition> = asked.iter().map(|asked| asked.repetition).collect();
        let row = WindowRect::new(line(300.0), point2(card.max.x, card.min.y + 390.0 * unit));
        count::signs(canvas, row, unit, &repetitions);
        canvas.write(&degrees(deepest), line(446.0), LARGE * unit, TEXT, Align::Left);
        canvas.write(&words.label.deepest, line(490.0), BODY * unit, QUIET, Align::Left);
    } else {
        canvas.write(&tally.sentence(words), line(150.0), MIDDLE * unit, TEXT, Align::Left);
    }
    let size = canvas.letters().within(&words.state.leave, MIDDLE * unit, card.width());
    canvas.write(&words.state.leave, line(HEIGHT), size, TEXT, Align::Left);
}

// Dims the whole window. The content is centred, as large as fits.
fn ground(canvas: &mut Canvas) -> (WindowRect, f32) {
    let window = canvas.size();
    canvas.fill_rect(WindowRect::from_size(window), GROUND.faded(0.95));
    let unit = (window.width / (WIDTH + 60.0)).min(window.height / (HEIGHT + 60.0));
    let content = size2(WIDTH, HEIGHT) * unit;
    let corner = point2((window.width - content.width) / 2.0, (window.height - content.height) / 2.0);
    (WindowRect::from_origin_and_size(corner, content), unit)
}

fn title(canvas: &mut Canvas, card: WindowRect, unit: f32, text: &str) {
    let at = point2(card.min.x, card.min.y + MIDDLE * CAP_HEIGHT * unit);
    canvas.write(text, at, MIDDLE * unit, TEXT, Align::Left);
}
