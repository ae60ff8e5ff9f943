//! What a review reads out: the values at the moment that is shown, or at the one under the pointer, each with its error, or
//! why there are none.

use std::time::Duration;

use euclid::{point2, vec2};

use super::axis::clock;
use super::layout::{GAP, HEAD, LEAST, ReviewLayout, TELLS};
use crate::coach::Verdict;
use crate::geometry::State;
use crate::i18n::{Words, fill};
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::text::{CAP_HEIGHT, LINE_HEIGHT};
use crate::screen::theme::{self, LARGE, QUIET, TEXT};
use crate::screen::widget::sign;

/// Height of the values, units.
const VALUES: f32 = 92.0;

/// What is read out.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The moment.
    pub at: Duration,
    /// Whether it is the one under the pointer.
    pub is_pointed: bool,
    /// Hip and low-back flexion with their errors, degrees; or what was the case instead.
    pub values: Result<[(f32, f32); 2], Option<State>>,
    /// The number of the repetition from 0, how many there are, and its verdict.
    pub repetition: Option<(usize, usize, Option<Verdict>)>,
    /// The values at the lowest point of the repetition.
    pub lowest: Option<[(f32, f32); 2]>,
    /// How it is played: speed, round and round.
    pub mode: &'a str,
    /// A sentence: what a button does, a note, what was typed.
    pub sentence: Option<&'a str>,
    /// In its place, what to do first.
    pub hint: &'a str,
}

impl Reading<'_> {
    /// Draws it into the panel.
    pub fn draw(&self, canvas: &mut Canvas, layout: &ReviewLayout, words: &Words) {
        let (unit, mut place) = (layout.unit, layout.panel);
        self.moment(canvas, place, unit, words);
        place.min.y += 1.9 * HEAD * unit;
        match self.values {
            Ok(values) => draw_values(canvas, place, unit, values, words),
            Err(state) => {
                let told = words.review.untold(state, words);
                let room = WindowRect::new(place.min, point2(place.max.x, place.min.y + VALUES * unit));
                canvas.write_into(&told, room, TELLS * unit, TEXT);
            }
        }
        place.min.y += (VALUES + GAP) * unit;
        let mode = place.min.y + LEAST * unit;
        canvas.write_within(self.mode, point2(place.min.x, mode), LEAST * unit, QUIET, place.width());
        place.min.y += 1.6 * LEAST * unit;
        if let Some(values) = self.lowest {
            let [hips, back] = values.map(|(value, half)| format!("{} ± {:.0}°", degrees(value), half.ceil()));
            let told = fill(&words.review.lowest, &[("hips", &hips), ("back", &back)]);
            let base = place.min.y + TELLS * unit;
            canvas.write_within(&told, point2(place.min.x, base), TELLS * unit, QUIET, place.width());
        }
        place.min.y += 1.6 * TELLS * unit;
        let (sentence, size) = self.sentence.map_or((self.hint, HEAD * unit), |sentence| (sentence, TELLS * unit));
        if !sentence.is_empty() {
            place.min.y += GAP * unit;
            let lines = ((place.height() / (size * LINE_HEIGHT)) as usize).max(1);
            let mut base = place.min.y + size;
            for line in canvas.letters().wrap(sentence, size, place.width()).into_iter().take(lines) {
                canvas.write_within(line, point2(place.min.x, base), size, TEXT, place.width());
                base += size * LINE_HEIGHT;
            }
        }
    }

    /// The time, whose it is, and the repetition with its verdict.
    fn moment(&self, canvas: &mut Canvas, place: WindowRect, unit: f32, words: &Words) {
        let size = HEAD * unit;
        let base = point2(place.min.x, place.min.y + 1.1 * size * CAP_HEIGHT + 2.0 * unit);
        let tenths = self.at.subsec_millis() / 100;
        let time = format!("{}.{tenths}", clock(self.at));
        canvas.write(&time, base, size, TEXT, Align::Left);
        // As wide as the longest, so that nothing moves while it is played.
        let mut at = base + vec2(canvas.letters().width("0:00:00.0", size) + GAP * unit, 0.0);
        if let Some((number, of, verdict)) = self.repetition {
            let cap = size * CAP_HEIGHT;
            let ink = if verdict.is_some() { theme::verdict_ink(verdict) } else { QUIET };
            sign::draw(canvas, verdict, at + vec2(cap / 2.0, -cap / 2.0), cap, ink);
            at += vec2(1.6 * cap, 0.0);
            let told = fill(&words.review.repetition, &[("number", &(number + 1)), ("of", &of)]);
            let word = verdict.map_or(String::new(), |verdict| format!(" · {}", words.verdict(verdict)));
            canvas.write_within(&(told + &word), at, TELLS * unit, ink, place.max.x - at.x);
        } else if self.is_pointed {
            canvas.write_within(&words.review.pointed, at, TELLS * unit, QUIET, place.max.x - at.x);
        }
    }
}

/// Hips and low back beside each other, alike.
fn draw_values(canvas: &mut Canvas, place: WindowRect, unit: f32, values: [(f32, f32); 2], words: &Words) {
    let names = [(Verdict::Hips, &words.label.hips), (Verdict::Back, &words.label.back)];
    for (number, ((part, name), (value, half))) in names.into_iter().zip(values).enumerate() {
        let left = place.min.x + number as f32 * place.width() / 2.0;
        let cap = TELLS * CAP_HEIGHT * unit;
        let base = place.min.y + cap;
        sign::draw(canvas, Some(part), point2(left + cap / 2.0, base - cap / 2.0), cap, theme::verdict_ink(Some(part)));
        canvas.write_within(name, point2(left + 1.6 * cap, base), TELLS * unit, TEXT, place.width() / 2.0 - 2.0 * cap);
        let number = degrees(value);
        let at = point2(left, place.min.y + VALUES * unit - 6.0 * unit);
        canvas.write(&number, at, LARGE * unit, TEXT, Align::Left);
        let after = canvas.letters().width(&number, LARGE * unit) + 6.0 * unit;
        canvas.write(&format!("± {:.0}°", half.ceil()), at + vec2(after, 0.0), HEAD * unit, QUIET, Align::Left);
    }
}

/// Whole degrees, never "-0°".
fn degrees(value: f32) -> String {
    format!("{:.0}°", value.round() + 0.0).replace('-', "−")
}
