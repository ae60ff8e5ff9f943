//! The screen of a review: the picture and what was measured in it, the chart of the whole session, and a bar of buttons whose
//! keys stand on them. It is used at a desk, by keys or by the mouse alone.

pub mod axis;
mod chart;
pub mod command;
mod comparison;
mod keys;
pub mod layout;
pub mod list;
pub mod opening;
mod reading;
pub mod timeline;

use std::time::Duration;

use euclid::{point2, size2, vec2};

pub use self::command::ReviewCommand;
pub use self::comparison::ComparisonSide;

use self::axis::{TimeAxis, clock};
use self::chart::TimeChart;
use self::command::{BAR, CommandContext, HEAD};
use self::layout::{HEAD as TITLE, LEAST, ReviewLayout, TELLS};
use self::reading::Reading;
use self::timeline::Timeline;
use crate::coach::Verdict;
use crate::i18n::{Words, fill};
use crate::pipeline::Scene;
use crate::review::playback::{Move, Playback};
use crate::screen::canvas::{Align, Canvas, WindowPoint, WindowRect, WindowSize};
use crate::screen::framing::{self, CameraBox};
use crate::screen::path;
use crate::screen::picture::{self, Light};
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{GROUND, HIPS, PANEL, QUIET, TEXT, TRACK};
use crate::screen::widget::button::{self, Button, ButtonState};
use crate::screen::widget::figure;

/// The shape of a picture before the first.
const EXPECTED_PICTURE: (f32, f32) = (16.0, 9.0);

/// Where the mouse is, and what it does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pointer {
    /// Its place in the window; `None` while it is elsewhere.
    pub at: Option<WindowPoint>,
    /// Where its button was pressed, while it is held.
    pub pressed: Option<WindowPoint>,
}

impl Pointer {
    /// How a button stands at this place.
    pub fn state(&self, place: WindowRect) -> ButtonState {
        let over = |at: WindowPoint| place.contains(at);
        match (self.at.is_some_and(over), self.pressed) {
            (true, None) => ButtonState::Hover,
            (true, Some(pressed)) if over(pressed) => ButtonState::Pressed,
            _ => ButtonState::Idle,
        }
    }
}

/// Height of the sign that plays and of its distance from the edges of the picture, units.
const PLAY: f32 = 44.0;
const PLAY_AWAY: f32 = 12.0;

/// Draws what is done first with a picture that stands: a sign to click on, with its key.
fn play_sign(canvas: &mut Canvas, layout: &ReviewLayout, word: &str) {
    let (unit, high) = (layout.unit, PLAY * layout.unit);
    let room = layout.picture.inflate(-PLAY_AWAY * unit, -PLAY_AWAY * unit);
    let size = canvas.letters().within(word, TELLS * unit, room.width() - 1.6 * high);
    let wide = 1.6 * high + canvas.letters().width(word, size);
    let place = WindowRect::from_origin_and_size(point2(room.min.x, room.max.y - high), size2(wide, high));
    canvas.fill(path::rounded(place, high / 2.0), HIPS);
    let at = point2(place.min.x + 0.72 * high, place.center().y);
    let corner = |across: f32, down: f32| at + vec2(across, down) * high;
    canvas.fill(path::polygon(&[corner(-0.18, -0.24), corner(0.24, 0.0), corner(-0.18, 0.24)]), GROUND);
    let base = point2(place.min.x + 1.15 * high, place.center().y + size * CAP_HEIGHT / 2.0);
    canvas.write(word, base, size, GROUND, Align::Left);
}

/// A review at one time.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// All texts.
    pub words: &'a Words,
    /// Date, drill and person.
    pub title: &'a str,
    /// The frame that is shown.
    pub scene: Option<&'a Scene>,
    /// Where the person is in it over the set, if they should fill the picture.
    pub person: Option<CameraBox>,
    /// Whether its picture is mirrored.
    pub mirror: bool,
    /// The timeline.
    pub timeline: &'a Timeline,
    /// The playback state, of two repetitions if these are shown.
    pub playback: &'a Playback,
    /// The shown part of the session.
    pub axis: &'a TimeAxis,
    /// The standing posture, if it should be shown.
    pub ghost: Option<&'a Scene>,
    /// Two repetitions in place of a single frame.
    pub pair: Option<&'a [ComparisonSide; 2]>,
    /// A sentence of its own: a note at this time, the text being typed, or where something was written.
    pub sentence: Option<&'a str>,
    /// Whether the keys are shown.
    pub help: bool,
    /// Whether there are other sessions to go to.
    pub has_others: bool,
    /// The mouse.
    pub pointer: Pointer,
}

impl Review<'_> {
    /// The places in a window for a picture of this shape, if it is known.
    pub fn places(window: WindowSize, picture: Option<(f32, f32)>, axis: &TimeAxis) -> ReviewLayout {
        let counts = (HEAD.len(), BAR.len());
        ReviewLayout::new(window, picture.unwrap_or(EXPECTED_PICTURE), axis.fold().is_some(), counts)
    }

    /// What a button does on which the mouse went down and was let go.
    pub fn clicked(layout: &ReviewLayout, [from, to]: [WindowPoint; 2]) -> Option<ReviewCommand> {
        let fold = layout.fold.into_iter().map(|place| (place, ReviewCommand::Fold));
        let bar = layout.bar.iter().copied().zip(BAR);
        let picture = std::iter::once((layout.picture, ReviewCommand::Move(Move::Toggle)));
        let mut all = layout.head.iter().copied().zip(HEAD).chain(bar).chain(fold).chain(picture);
        all.find(|(place, _)| place.contains(from) && place.contains(to)).map(|(_, command)| command)
    }

    /// Draws it on the whole canvas.
    pub fn draw(&self, canvas: &mut Canvas) {
        let shape = self.scene.map(|scene| scene.picture.dimensions());
        let shape = shape.map(|(width, height)| (width as f32, height as f32));
        let layout = Self::places(canvas.size(), shape, self.axis);
        let layout = if self.pair.is_some() { layout.without_fold() } else { layout };
        canvas.clear(GROUND);
        canvas.at_hand(|canvas| {
            if self.help {
                return keys::draw(canvas, self.words);
            }
            self.head(canvas, &layout);
            match self.pair {
                Some(sides) => {
                    comparison::draw(canvas, &layout, sides, self.mirror, &self.words.review.together);
                    self.pair_foot(canvas, &layout);
                }
                None => {
                    self.picture(canvas, &layout);
                    self.read_out(canvas, &layout);
                    self.fold(canvas, &layout);
                    self.chart(&layout).draw(canvas, &layout);
                }
            }
            self.bar(canvas, &layout);
        });
    }

    fn head(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        let (unit, place) = (layout.unit, layout.title);
        let base = place.center().y + TITLE * CAP_HEIGHT * unit / 2.0;
        canvas.write_within(self.title, point2(place.min.x, base), TITLE * unit, TEXT, place.width());
        for (command, place) in HEAD.into_iter().zip(&layout.head) {
            let face = command.face(&self.context());
            let state = self.button_state(command, *place);
            button::draw(canvas, *place, unit, &Button { face, key: command.key(self.words), state });
        }
    }

    fn bar(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        for (command, place) in BAR.into_iter().zip(&layout.bar) {
            let face = command.face(&self.context());
            let state = self.button_state(command, *place);
            button::draw(canvas, *place, layout.unit, &Button { face, key: command.key(self.words), state });
        }
    }

    fn context(&self) -> CommandContext<'_> {
        let Self { words, timeline, playback, axis, has_others, .. } = *self;
        let (is_pair, has_ghost) = (self.pair.is_some(), self.ghost.is_some());
        CommandContext { words, timeline, playback, axis, is_pair, has_ghost, has_others }
    }

    fn button_state(&self, command: ReviewCommand, place: WindowRect) -> ButtonState {
        match self.pointer.state(place) {
            _ if !command.is_possible(&self.context()) => ButtonState::Off,
            ButtonState::Idle if command.is_on(&self.context()) => ButtonState::On,
            state => state,
        }
    }

    /// What a button under the pointer does.
    fn hovered(&self, layout: &ReviewLayout) -> Option<&str> {
        let at = self.pointer.at?;
        let of = |places: &[WindowRect], commands: &[ReviewCommand]| {
            ReviewLayout::hit(places, at).and_then(|number| commands.get(number).copied())
        };
        let folds = layout.fold.is_some_and(|fold| fold.contains(at)).then_some(ReviewCommand::Fold);
        let command = of(&layout.bar, &BAR).or_else(|| of(&layout.head, &HEAD)).or(folds)?;
        Some(command.does(self.words))
    }

    fn picture(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        let Some(scene) = self.scene else { return canvas.fill_rect(layout.picture, PANEL) };
        let part = self.part(scene, layout);
        picture::draw(canvas, &scene.picture, part, layout.picture, self.mirror, Light::Full);
        let to_window = picture::window_from_camera(part, layout.picture, self.mirror);
        if let Some(ghost) = self.ghost {
            figure::ghost(canvas, ghost, &to_window);
        }
        figure::draw(canvas, scene, &to_window);
        if !self.playback.plays() {
            play_sign(canvas, layout, &self.words.review.play);
        }
    }

    /// The part of the picture that is shown: the person as in their set, or all of it where they walked out of that.
    fn part(&self, scene: &Scene, layout: &ReviewLayout) -> CameraBox {
        let whole = picture::whole(&scene.picture);
        let Some(person) = self.person else { return whole };
        let part = framing::crop(person, whole.size(), layout.picture.size());
        let now = scene.body.as_ref().and_then(framing::extent);
        if now.is_none_or(|now| part.contains_box(&now.intersection_unchecked(&whole))) { part } else { whole }
    }

    /// The moment under the pointer, if it is over the chart. While the picture runs on, what is read out is what is shown.
    fn pointed(&self, layout: &ReviewLayout) -> Option<Duration> {
        if self.playback.plays() {
            return None;
        }
        let at = self.pointer.at.filter(|at| layout.strip().contains(*at))?;
        Some(self.axis.moment(layout.plot, at.x))
    }

    fn chart(&self, layout: &ReviewLayout) -> TimeChart<'_> {
        let names = [self.words.review.hip_axis.as_str(), self.words.review.back_axis.as_str()];
        let now = self.playback.position();
        TimeChart { timeline: self.timeline, axis: self.axis, now, pointed: self.pointed(layout), names }
    }

    /// What is folded away: a strip at the left that opens it.
    fn fold(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        let (Some(place), Some(length)) = (layout.fold, self.axis.fold()) else { return };
        let unit = layout.unit;
        let ground = if self.pointer.state(place) == ButtonState::Idle { PANEL } else { TRACK };
        canvas.fill(path::rounded(place, 8.0 * unit), ground);
        let way = if self.axis.is_folded() { -1.0 } else { 1.0 };
        for (number, x) in [-8.0, 0.0, 8.0].into_iter().enumerate() {
            let middle = place.center() + vec2(x * unit, -34.0 * unit);
            let (across, down) = (5.0 * way * unit, 9.0 * unit);
            let line = [middle + vec2(-across, -down), middle + vec2(across, 0.0), middle + vec2(-across, down)];
            let ink = if number == 1 { TEXT } else { QUIET };
            canvas.stroke(path::polyline(&line).as_ref(), crate::screen::canvas::Pen::solid(ink, 2.5 * unit));
        }
        let mut base = place.center().y + 8.0 * unit;
        for text in [clock(length).as_str(), ReviewCommand::Fold.key(self.words)] {
            canvas.write(text, point2(place.center().x, base), LEAST * unit, QUIET, Align::Center);
            base += 1.6 * LEAST * unit;
        }
    }
}

impl Review<'_> {
    /// Below two repetitions: how they are played, and a sentence.
    fn pair_foot(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        let unit = layout.unit;
        let place = WindowRect::new(point2(layout.body.min.x, layout.pair_bottom() + 4.0 * unit), layout.times.max);
        let told = self.hovered(layout).or(self.sentence).unwrap_or(&self.words.review.pair);
        let size = TELLS * unit;
        let mut base = place.min.y + size;
        for line in canvas.letters().wrap(told, size, place.width()).into_iter().take(2) {
            canvas.write_within(line, point2(place.min.x, base), size, TEXT, place.width());
            base += 1.18 * size;
        }
    }
}

impl Review<'_> {
    /// Reads out the moment that is shown, or the one under the pointer.
    fn read_out(&self, canvas: &mut Canvas, layout: &ReviewLayout) {
        let pointed = self.pointed(layout);
        let at = pointed.unwrap_or(self.playback.position());
        let signs = &self.timeline.signs;
        let number = self.playback.repetition_at(at);
        let verdict = number.and_then(|number| signs.get(number)).and_then(|(_, verdict)| *verdict);
        let reading = Reading {
            at,
            is_pointed: pointed.is_some(),
            values: self.timeline.values(at),
            repetition: number.map(|number| (number, signs.len(), verdict)),
            lowest: number.and_then(|number| self.timeline.values(signs.get(number)?.0).ok()),
            mode: &self.mode(),
            sentence: self.hovered(layout).or(self.sentence),
            hint: &self.hint(),
        };
        reading.draw(canvas, layout, self.words);
    }

    /// What the session came to, and what to do first.
    fn hint(&self) -> String {
        let (review, signs) = (&self.words.review, &self.timeline.signs);
        match (signs.is_empty(), self.playback.plays()) {
            (true, _) => review.hint.clone(),
            (false, true) => review.plays.clone(),
            (false, false) => {
                let hips = signs.iter().filter(|(_, verdict)| *verdict == Some(Verdict::Hips)).count();
                let course = &self.words.course;
                let known = signs.iter().filter(|(_, verdict)| verdict.is_some()).count();
                let told = match known {
                    0 => &course.round_untold,
                    known if known == signs.len() => &course.round_done,
                    _ => &course.round_seen,
                };
                let told = fill(told, &[("hips", &hips), ("of", &signs.len())]);
                format!("{told}. {}", review.stopped)
            }
        }
    }

    /// How long the session is, and how it is played.
    fn mode(&self) -> String {
        let (review, playback) = (&self.words.review, self.playback);
        let (time, length) = (clock(playback.position()), clock(playback.length()));
        let speed = command::speed_name(playback.speed());
        let mut told = fill(&review.line, &[("time", &time), ("length", &length), ("speed", &speed)]);
        if playback.loops() {
            told += &format!(" · {}", review.looped);
        }
        if self.timeline.signs.is_empty() {
            told += &format!(" · {}", review.no_repetitions);
        }
        told
    }
}
