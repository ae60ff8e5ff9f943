//! The results of a set and of a session in the display of a guided session: how many came from the hips, the two backs
//! over each other, the replays.

use std::time::Duration;

use euclid::{Angle, point2, size2, vec2};

use crate::coach::Verdict;
use crate::coach::guided::{Line, RoundSummary, SessionSummary};
use crate::i18n::{Words, fill, rounded_up};
use crate::pipeline::Replay;
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect};
use crate::screen::guide::Guide;
use crate::screen::layout::Layout;
use crate::screen::tally::degrees;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, DISPLAY, GROUND, LARGE, MARGIN, QUIET, TEXT};
use crate::screen::widget::{backs, count, replay, ring};

/// How long the two backs are shown over each other before the replays begin. [own]: a look and a sentence.
const BACKS: Duration = Duration::from_secs(5);

/// Radius of the ring of the rest, units.
const RING: f32 = 100.0;

/// Rows of signs have at most this height, units.
const SIGNS: f32 = 110.0;

impl Guide<'_> {
    /// Draws when the next set begins, which next one that is, and how many of this one came from the hips.
    pub(super) fn review(&self, canvas: &mut Canvas, layout: &Layout, summary: &RoundSummary) {
        let (words, next) = (self.words, self.guided.guidance.until_next);
        let title = if next.is_some() { &words.course.rest } else { &words.label.last_done };
        let room = self.headed(canvas, layout, title);
        let mut place = room.main;
        if let Some(next) = next {
            let radius = (RING * room.unit).min(place.height() / 2.0).min(place.width() / 2.0);
            let middle = point2(place.center().x, place.min.y + radius);
            ring::draw(canvas, middle, radius, next.left as f32 / next.of.max(1) as f32);
            let seconds = self.seconds(next.left);
            ring::label(canvas, middle, canvas.letters().within(&seconds, 0.5 * radius, 1.4 * radius), &seconds);
            place = room.rest(2.0 * radius);
        }
        if let Some(next) = words.next_round(self.guided) {
            let row = WindowRect::from_origin_and_size(place.min, size2(place.width(), 2.6 * BODY * room.unit));
            place.min.y += canvas.write_into(&next, row, BODY * room.unit, TEXT) + 0.5 * MARGIN * room.unit;
        }
        self.tally(canvas, place, room.unit, summary);
    }

    /// Writes how many of a set came from the hips, above the signs of all of its repetitions.
    fn tally(&self, canvas: &mut Canvas, place: WindowRect, unit: f32, summary: &RoundSummary) {
        let text = self.words.during(Line::of_round(summary), &self.guided.drill);
        let room = WindowRect::from_origin_and_size(place.min, size2(place.width(), 2.6 * BODY * unit));
        let top = place.min.y + canvas.write_into(&text, room, BODY * unit, QUIET) + 0.5 * MARGIN * unit;
        let bottom = (top + SIGNS * unit).min(place.max.y).max(top);
        let row = WindowRect::new(point2(place.min.x, top), point2(place.max.x, bottom));
        count::signs(canvas, row, unit, &summary.repetitions);
    }

    /// Draws "6 / 8", or their number where nothing could be told of them, and the signs of all repetitions. Returns the remaining
    /// area.
    fn result(&self, canvas: &mut Canvas, layout: &Layout, summary: &SessionSummary) -> WindowRect {
        let room = self.titled(canvas, layout);
        let (unit, main) = (room.unit, room.main);
        let of = summary.repetitions.len();
        let (words, told) = (self.words, format!("{} / {of}", summary.from_hips()));
        let (text, label) = match () {
            () if summary.is_untold() => (of.to_string(), fill(&words.course.round_untold, &[("of", &of)])),
            () if summary.is_told() => (told, words.label.from_hips.clone()),
            () => (told, words.label.seen_from_hips.clone()),
        };
        let base = main.min.y + DISPLAY * CAP_HEIGHT * unit;
        canvas.write(&text, point2(main.min.x, base), DISPLAY * unit, TEXT, Align::Left);
        let place = WindowRect::from_origin_and_size(
            point2(main.min.x, base + 0.5 * BODY * unit),
            size2(main.width(), 2.6 * BODY * unit),
        );
        let height = canvas.write_into(&label, place, BODY * unit, QUIET);
        let top = place.min.y + height + 0.6 * MARGIN * unit;
        let bottom = (top + SIGNS * unit).min(main.max.y).max(top);
        let row = WindowRect::new(point2(main.min.x, top), point2(main.max.x, bottom));
        let rows = count::signs(canvas, row, unit, &summary.repetitions);
        room.rest(top + rows - main.min.y)
    }

    /// Draws the results of the session.
    pub(super) fn close(&self, canvas: &mut Canvas, layout: &Layout, summary: &SessionSummary) {
        let (unit, words) = (layout.unit, self.words);
        let place = self.result(canvas, layout, summary);
        // A low back that never joined in leaves one thing to tell: how far the hips went.
        let is_one = summary.reach.is_some_and(|reach| !reach.limited);
        let depth = summary.depth.filter(|_| !is_one);
        let depth = depth.map(|depth| (words.label.deepest.clone(), degrees(depth), None));
        let reach = summary.reach.map(|reach| {
            let label = if reach.limited { words.label.reach.clone() } else { at_least(words) };
            (label, degrees(reach.angle), Some(reach.half_width_90))
        });
        let mut base = place.max.y;
        for (label, number, error) in [depth, reach].into_iter().flatten().rev() {
            fact(canvas, point2(place.min.x, base), (unit, place.width()), &label, (&number, error));
            base -= (LARGE + BODY + 0.6 * MARGIN) * unit;
        }
    }

    /// Draws, in place of the picture, the best repetition and the one to compare it with: first both backs on the worse one at its
    /// lowest point, then both side by side.
    pub(super) fn seen_again(&self, canvas: &mut Canvas, layout: &Layout, summary: &RoundSummary, mirror: bool) {
        let [best, worst] = &self.guided.replays;
        let Some(best) = best else { return };
        canvas.fill_rect(layout.stage, GROUND);
        let inner = layout.below_bar();
        match worst {
            // Two of one kind have nothing to show over each other.
            Some(worst) if self.time < BACKS && best.repetition.verdict != worst.repetition.verdict => {
                let titles = [best, worst].map(|seen| title(self.words, seen));
                let told = summary.joined_in.map(|at| began(self.words, at));
                backs::draw(canvas, inner, layout.foot_unit, [best, worst], titles, told.as_deref(), mirror);
            }
            Some(worst) => {
                let half = (inner.width() - 0.5 * MARGIN * layout.foot_unit) / 2.0;
                let left = WindowRect::new(inner.min, point2(inner.min.x + half, inner.max.y));
                let right = WindowRect::new(point2(inner.max.x - half, inner.min.y), inner.max);
                for (place, seen) in [(left, best), (right, worst)] {
                    self.replay(canvas, layout, place, seen, mirror);
                }
            }
            None => self.replay(canvas, layout, inner, best, mirror),
        }
    }

    fn replay(&self, canvas: &mut Canvas, layout: &Layout, place: WindowRect, seen: &Replay, mirror: bool) {
        replay::captioned(canvas, place, layout.foot_unit, seen, title(self.words, seen), mirror, self.time);
    }
}

/// Where a repetition came from, as a title.
fn title<'w>(words: &'w Words, seen: &Replay) -> &'w str {
    match seen.repetition.verdict {
        Some(Verdict::Hips) => &words.label.seen_hips,
        Some(Verdict::Mixed) => &words.label.seen_mixed,
        Some(Verdict::Back) => &words.label.seen_back,
        None => &words.label.seen_unknown,
    }
}

/// Where the low back began to bend in the worse of two bends.
fn began(words: &Words, at: Angle<f32>) -> String {
    fill(&words.label.began, &[("degrees", &degrees(at))])
}

/// The name of a hip reach that may be more than its number.
fn at_least(words: &Words) -> String {
    format!("{}, {}", words.label.reach, words.mobility.least.trim_end())
}

/// A number, with its error if it has one, and its name below.
fn fact(
    canvas: &mut Canvas,
    at: WindowPoint,
    (unit, width): (f32, f32),
    label: &str,
    (number, error): (&str, Option<Angle<f32>>),
) {
    let size = canvas.letters().within(label, BODY * unit, width);
    canvas.write(label, at, size, QUIET, Align::Left);
    let above = at - vec2(0.0, (BODY * CAP_HEIGHT + 0.6 * BODY) * unit);
    canvas.write(number, above, LARGE * unit, TEXT, Align::Left);
    if let Some(error) = error {
        let after = canvas.letters().width(number, LARGE * unit) + 6.0 * unit;
        canvas.write(&format!("±{}", rounded_up(error)), above + vec2(after, 0.0), BODY * unit, QUIET, Align::Left);
    }
}
