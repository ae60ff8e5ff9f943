//! The display of a review beside picture and numbers: the timeline of the session, a ghost of the standing posture,
//! two repetitions side by side.

use std::time::Duration;

use euclid::{Vector2D, point2, size2, vec2};

use crate::coach::{Repetition, Verdict};
use crate::i18n::{Words, fill};
use crate::pipeline::Scene;
use crate::review::playback::Playback;
use crate::screen::canvas::{Align, Canvas, Window, WindowRect};
use crate::screen::layout::Layout;
use crate::screen::picture::{self, Light};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{self, BODY, GROUND, MARGIN, NOTE, QUIET, TEXT};
use crate::screen::widget::number::Known;
use crate::screen::widget::timeline::Timeline;
use crate::screen::widget::{card, figure, number, sign, verdict};

/// Height of the line below the timeline, units.
const LINE: f32 = 30.0;

/// A command by key or mouse in a review.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReviewCommand {
    /// Moves in the session.
    Move(crate::review::playback::Move),
    /// G: shows or hides the ghost of the standing posture.
    Ghost,
    /// B: compares the best repetition with the worst, or stops.
    Best,
    /// /: compares this repetition with one of the session before, or stops.
    Compare,
    /// N: adds a note at this time.
    Note,
    /// S: saves a still.
    Still,
    /// E: saves this repetition as a video.
    Export,
    /// M: mirrors the picture, or stops.
    Mirror,
    /// F: switches full screen.
    FullScreen,
    /// H: shows or hides the keys.
    Help,
    /// Enter: confirms the typed text.
    Enter,
    /// Backspace: deletes the last letter.
    Erase,
    /// Esc, or the window was closed.
    Leave,
}

/// One of two repetitions side by side.
#[derive(Clone, Debug)]
pub struct ComparisonSide {
    /// Its current frame.
    pub scene: Scene,
    /// Its results.
    pub repetition: Repetition,
    /// Its name.
    pub caption: String,
}

/// A review at one time.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// The timeline.
    pub timeline: &'a Timeline,
    /// The playback state.
    pub playback: &'a Playback,
    /// The standing posture, if it should be shown.
    pub ghost: Option<&'a Scene>,
    /// Two repetitions in place of a single frame.
    pub pair: Option<&'a [ComparisonSide; 2]>,
    /// A sentence of its own: a note at this time, the text being typed, or where something was written.
    pub sentence: Option<&'a str>,
    /// Whether the keys are shown.
    pub help: bool,
}

impl Review<'_> {
    /// The place of the timeline in a window with this layout.
    pub fn strip(layout: &Layout) -> WindowRect {
        let unit = layout.foot_unit;
        let bottom = layout.safety.max.y - LINE * unit;
        WindowRect::new(layout.sentence.min, point2(layout.sentence.max.x, bottom))
    }

    /// Draws the timeline and the line below it.
    pub(super) fn foot(&self, canvas: &mut Canvas, layout: &Layout, words: &Words) {
        let unit = layout.foot_unit;
        let strip = Self::strip(layout);
        let names = [words.label.hips.as_str(), words.label.back.as_str()];
        self.timeline.draw(canvas, strip, unit, names, self.playback.position());
        let place = WindowRect::new(point2(strip.min.x, strip.max.y + 6.0 * unit), layout.safety.max);
        let told = self.sentence.map_or_else(|| self.told(words), str::to_owned);
        let told = if self.pair.is_some() && self.sentence.is_none() { words.review.pair.clone() } else { told };
        let (size, ink) = (NOTE * unit, if self.sentence.is_some() { TEXT } else { QUIET });
        let size = canvas.letters().within(&told, size, place.width());
        canvas.write(&told, point2(place.min.x, place.max.y), size, ink, Align::Left);
    }

    fn told(&self, words: &Words) -> String {
        let playback = self.playback;
        let review = &words.review;
        let speed = match playback.speed() {
            speed if speed < 0.3 => "¼×",
            speed if speed < 0.6 => "½×",
            speed if speed > 1.5 => "2×",
            _ => "1×",
        };
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("time", &clock(playback.position())), ("length", &clock(playback.length())), ("speed", &speed)];
        let mut told = fill(&review.line, &values);
        if let Some(number) = playback.repetition() {
            let of = playback.spans().len();
            told += &format!(" · {}", fill(&review.repetition, &[("number", &(number + 1)), ("of", &of)]));
        }
        if playback.loops() {
            told += &format!(" · {}", review.looped);
        }
        format!("{told} · {}", review.hint)
    }

    /// Draws the ghost on the picture.
    pub(super) fn draw_ghost(&self, canvas: &mut Canvas, layout: &Layout, mirror: bool) {
        if let Some(ghost) = self.ghost {
            let whole = picture::whole(&ghost.picture);
            let window_from_camera = picture::window_from_camera(whole, layout.picture, mirror);
            figure::ghost(canvas, ghost, &window_from_camera);
        }
    }

    /// Draws two repetitions in place of the picture. Returns `false` if a single frame is shown.
    pub(super) fn sides(&self, canvas: &mut Canvas, layout: &Layout, mirror: bool) -> bool {
        let Some(sides) = self.pair else { return false };
        let stage = layout.stage;
        canvas.fill_rect(stage, GROUND);
        let unit = layout.foot_unit;
        let width = (stage.width() - 2.0 * unit) / 2.0;
        for (number, side) in sides.iter().enumerate() {
            let left = stage.min.x + number as f32 * (width + 2.0 * unit);
            let place = WindowRect::from_origin_and_size(point2(left, stage.min.y), size2(width, stage.height()));
            side.draw(canvas, place, unit, mirror);
        }
        true
    }

    /// Draws the results of both repetitions in place of the numbers, if the panel has room for both. Returns `false`
    /// if a single frame is shown.
    pub(super) fn results(&self, canvas: &mut Canvas, layout: &Layout, words: &Words) -> bool {
        let Some(sides) = self.pair else { return false };
        if layout.panel.min.x > 0.0 {
            for (number, side) in sides.iter().enumerate() {
                let down = vec2(0.0, number as f32 * layout.panel.height() / 2.0);
                side.result(canvas, layout, down, words);
            }
        }
        true
    }

    /// Draws the keys.
    pub(super) fn keys(&self, canvas: &mut Canvas, words: &Words) {
        card::keys(canvas, &words.review.title, &words.review.rows(), &[&words.review.mouse, &words.safety.line]);
    }
}

impl ComparisonSide {
    fn result(&self, canvas: &mut Canvas, layout: &Layout, down: Vector2D<f32, Window>, words: &Words) {
        let (unit, repetition) = (layout.unit, &self.repetition);
        let Repetition { bend, half_width_90, .. } = repetition;
        verdict::draw(canvas, layout.verdict.translate(down), unit, words, repetition.verdict, &[]);
        let hips = Known { angle: bend.hip_flexion, half_width_90: half_width_90.hip_flexion };
        let back = Known { angle: bend.lumbar_flexion, half_width_90: half_width_90.lumbar_flexion };
        for (place, part, known) in [
            (layout.hips, (Verdict::Hips, words.label.hips.as_str()), hips),
            (layout.back, (Verdict::Back, words.label.back.as_str()), back),
        ] {
            number::draw(canvas, place.translate(down), unit, part, Some(known));
        }
    }

    fn draw(&self, canvas: &mut Canvas, place: WindowRect, unit: f32, mirror: bool) {
        let head = 1.9 * BODY * unit;
        let picture = &self.scene.picture;
        let below = WindowRect::new(point2(place.min.x, place.min.y + head), place.max);
        let shown = picture::contained(picture.width() as f32, picture.height() as f32, below);
        let whole = picture::whole(picture);
        picture::draw(canvas, picture, whole, shown, mirror, Light::Full);
        figure::draw(canvas, &self.scene, &picture::window_from_camera(whole, shown, mirror));
        let verdict = self.repetition.verdict;
        let ink = if verdict.is_some() { theme::verdict_ink(verdict) } else { QUIET };
        let mark = point2(place.min.x + MARGIN * unit, place.min.y + head / 2.0);
        sign::draw(canvas, verdict, mark, BODY * 0.8 * unit, ink);
        let room = place.max.x - mark.x - 2.0 * BODY * unit;
        let size = canvas.letters().within(&self.caption, BODY * unit, room);
        canvas.write(&self.caption, mark + vec2(BODY * unit, size * CAP_HEIGHT / 2.0), size, TEXT, Align::Left);
    }
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
