//! The display of a guided session beside the live picture: where to stand, what comes next, the results, the rest.
//!
//! One thing at a time: each stage has one large figure or number in the panel, and its sentence under the picture. In
//! a portrait window the panel is wide and low, and the figure is beside the number instead of below it.

use std::time::Duration;

use euclid::{point2, size2, vec2};

use crate::coach::gesture::Gesture;
use crate::coach::guided::{Asking, Line, Stage};
use crate::i18n::{Words, fill};
use crate::pipeline::GuidedFrame;
use crate::screen::canvas::{Align, Canvas, WindowRect};
use crate::screen::layout::Layout;
use crate::screen::path;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, DISPLAY, GROUND, HIPS, MARGIN, MIDDLE, QUIET, TEXT, TRACK};
use crate::screen::widget::mannequin::Mannequin;
use crate::screen::widget::scale::Scale;
use crate::screen::widget::{hand, place, reach, ring, steps, way_out};
use crate::spine::Facing;

/// Largest radius of the countdown ring, and of the gesture ring, units.
const COUNTDOWN: f32 = 150.0;
const GESTURE: f32 = 84.0;
/// Radius of the sign for a bend without feedback, units, how far apart they are, relative to it, and how long the next one takes
/// to fade out and in again.
const DOT: f32 = 50.0;
const DOT_STEP: f32 = 2.9;
const PULSE: Duration = Duration::from_millis(1600);
/// Height of the gesture ring and of the sign of recording above it, units.
const RING_AND_SIGN: f32 = 300.0;
/// Size of the number in a countdown ring, relative to its radius.
const NUMBER: f32 = 0.8;
/// Width of what is written in a ring at most, of its radius.
const IN_RING: f32 = 1.4;
/// Height of the progress bar of a lesson, units.
const BAR: f32 = 10.0;

/// The display of a guided session.
#[derive(Clone, Copy, Debug)]
pub struct Guide<'a> {
    /// The state of the session.
    pub guided: &'a GuidedFrame,
    /// All texts.
    pub words: &'a Words,
    /// Time since the stage was first shown: the clock of all animations.
    pub time: Duration,
}

/// The area of the panel below its title.
pub(super) struct Room {
    /// For the most important content.
    pub main: WindowRect,
    /// Beside it, if the panel is wide.
    aside: Option<WindowRect>,
    pub unit: f32,
}

impl Room {
    /// What is left of `main` below its top `height`, or the whole of `aside`.
    pub fn rest(&self, height: f32) -> WindowRect {
        let below = point2(self.main.min.x, self.main.min.y + height + MARGIN * self.unit);
        self.aside.unwrap_or(WindowRect::new(below, self.main.max))
    }

    fn whole(&self) -> WindowRect {
        self.aside.map_or(self.main, |aside| WindowRect::new(self.main.min, aside.max))
    }
}

impl Guide<'_> {
    /// Draws the panel of this stage. Returns `false` if the live screen should show its numbers instead.
    pub fn panel(&self, canvas: &mut Canvas, layout: &Layout, facing: Facing) -> bool {
        match &self.guided.guidance.stage {
            Stage::Question(asking) => self.question(canvas, layout, asking),
            stage if self.is_paused() => self.paused(canvas, layout, stage, facing),
            Stage::Arrive => self.show_drill(canvas, layout, None, facing),
            Stage::StandTall { count, still, teaches } => {
                self.countdown(canvas, layout, *count, *still, teaches.then_some(facing));
            }
            Stage::Probe { done, of } => self.at_home(canvas, layout, (*done, *of)),
            Stage::Lesson { part } => self.show_drill(canvas, layout, Some(*part), facing),
            Stage::Rest { left, of } => self.rest(canvas, layout, (*left, *of), facing),
            Stage::Review(summary) => self.review(canvas, layout, summary),
            Stage::Close(_) if self.guided.guidance.mobility.is_some() => self.screened(canvas, layout),
            Stage::Close(summary) if summary.repetitions.is_empty() => self.show_drill(canvas, layout, None, facing),
            Stage::Close(summary) => self.close(canvas, layout, summary),
            Stage::Work { done, of } if !self.judged() => {
                let left = self.seconds(of.saturating_sub(*done) as u32);
                self.counted(canvas, layout, self.name(), (&left, *done as f32 / *of as f32), facing);
            }
            // The mobility screen does not judge: its bends are only counted, as by the voice.
            Stage::Work { done, of } if self.guided.guidance.mobility.is_some() => {
                self.counted(
                    canvas,
                    layout,
                    self.name(),
                    (&format!("{done} / {of}"), *done as f32 / *of as f32),
                    facing,
                );
            }
            Stage::FullBend => {
                let room = self.headed(canvas, layout, &self.words.label.own_bend);
                self.mannequin(canvas, room.aside.unwrap_or(room.main), facing);
            }
            Stage::Work { .. } => return false,
        }
        true
    }

    /// Draws what is over the picture. Once the source is `over`, nobody sees a hand. Returns where the mouse goes on from here, if
    /// it can.
    pub fn overlay(
        &self,
        canvas: &mut Canvas,
        layout: &Layout,
        mirror: bool,
        facing: Facing,
        over: bool,
    ) -> Option<WindowRect> {
        match &self.guided.guidance.stage {
            // Whoever stands as they should has nothing to step into any more.
            Stage::Arrive if !self.stands_well() => place::draw(canvas, layout.picture, facing),
            _ if self.is_away() => place::draw(canvas, layout.picture, facing),
            _ if self.is_paused() => {}
            Stage::Question(asking) => self.pointed_at(canvas, layout, asking),
            Stage::Review(summary) => self.seen_again(canvas, layout, summary, mirror),
            Stage::Close(_) => {
                if let Some(mobility) = &self.guided.guidance.mobility {
                    canvas.fill_rect(layout.stage, GROUND);
                    reach::chart(canvas, layout.below_bar(), layout.foot_unit, &self.words.mobility, mobility);
                }
            }
            _ => {}
        }
        if over {
            return self
                .stays()
                .then(|| way_out::draw(canvas, layout.signs, layout.foot_unit, &self.words.state.leave));
        }
        if let Some((gesture, part)) = self.guided.guidance.ring {
            self.gesture(canvas, layout, gesture, part);
            return None;
        }
        if !self.can_be_skipped() || self.is_paused() {
            return None;
        }
        let word = match self.guided.guidance.stage {
            _ if self.stays() => &self.words.keys.esc,
            Stage::FullBend | Stage::Probe { .. } => &self.words.label.skip,
            Stage::Arrive if self.guided.guidance.line == Line::TurnOrLeave => &self.words.label.skip,
            _ => &self.words.label.next,
        };
        // Beside the two replays and the bars of the mobility screen, not on what is to be looked at.
        let place = match self.guided.guidance.stage {
            Stage::Close(_) if self.guided.guidance.mobility.is_some() => beside_gains(layout),
            Stage::Review(_) => layout.panel,
            _ => layout.signs,
        };
        Some(hand::draw(canvas, place, layout.foot_unit, word))
    }

    /// Writes where in the session this is.
    pub fn map(&self, canvas: &mut Canvas, line: WindowRect, unit: f32) {
        let map = &self.guided.guidance.map;
        let text = match self.guided.guidance.stage {
            Stage::Close(_) => return,
            // Before the first set, what there will be; whoever comes back to a set hears which one it is.
            Stage::Arrive | Stage::Question(_) | Stage::StandTall { .. } | Stage::Probe { .. } | Stage::FullBend
                if self.guided.guidance.mobility.is_none() && !map.begun =>
            {
                self.words.overview_in_short(&map.overview)
            }
            _ => self.words.whereabouts(&map.now),
        };
        steps::draw(canvas, line, unit, &text, &map.now);
    }

    /// Whether a raised hand goes on from here, and the picture has room to say so.
    fn can_be_skipped(&self) -> bool {
        use Stage::{Close, FullBend, Lesson, Probe, Question, Rest, Review};
        match &self.guided.guidance.stage {
            Lesson { .. } | Review(_) | Rest { .. } | FullBend | Probe { .. } | Close(_) => true,
            Stage::Work { .. } => !self.judged(),
            Stage::Arrive => self.waits_for_turn(),
            Question(_) | Stage::StandTall { .. } => false,
        }
    }

    /// Whether the person is asked to turn round, and a raised hand leaves that out.
    fn waits_for_turn(&self) -> bool {
        matches!(self.guided.guidance.line, Line::TurnOrStay | Line::TurnOrLeave)
    }

    /// Whether nothing is left to do on arriving but to stay.
    fn stands_well(&self) -> bool {
        matches!(self.guided.guidance.line, Line::Seen | Line::WellPlaced)
    }

    /// Whether the session waits for somebody who walked out of the picture, or cannot be seen in the dark.
    pub fn is_away(&self) -> bool {
        self.is_paused() && matches!(self.guided.guidance.line, Line::Away | Line::TooDark)
    }

    /// Whether the look at a set takes the place of the picture, and its sentence is the one thing to take along.
    pub fn explains(&self) -> bool {
        matches!(self.guided.guidance.stage, Stage::Review(_)) && self.covers_picture() && !self.is_paused()
    }

    /// Whether no figure is drawn on the picture: it is covered, or shows no feedback.
    pub fn covers_picture(&self) -> bool {
        match self.guided.guidance.stage {
            Stage::Review(_) => self.guided.replays[0].is_some(),
            Stage::Close(_) => self.guided.guidance.mobility.is_some(),
            Stage::Probe { .. } => true, // a coloured back, or any figure, is feedback
            _ => false,
        }
    }

    /// Whether this is the final screen, which stays after the end of a recording.
    pub fn stays(&self) -> bool {
        matches!(self.guided.guidance.stage, Stage::Close(_))
    }

    /// Whether the session is paused.
    pub fn is_paused(&self) -> bool {
        self.guided.guidance.paused
    }

    /// The number of repetitions done and planned in the round, during a judged round.
    pub fn round(&self) -> Option<(usize, usize)> {
        match self.guided.guidance.stage {
            Stage::Work { done, of } if self.judged() => Some((done, of)),
            _ => None,
        }
    }

    /// Whether the bends are judged, so that the figure's back has the colour of the verdict.
    fn judged(&self) -> bool {
        self.guided.drill.bends().is_some()
    }

    /// A number of seconds with its unit.
    pub(super) fn seconds(&self, seconds: u32) -> String {
        fill(&self.words.label.seconds, &[("seconds", &seconds)])
    }

    fn name(&self) -> &str {
        &self.words.drill(&self.guided.drill).name
    }

    /// Writes the drill's name. Returns the remaining area.
    pub(super) fn titled(&self, canvas: &mut Canvas, layout: &Layout) -> Room {
        self.headed(canvas, layout, self.name())
    }

    pub(super) fn headed(&self, canvas: &mut Canvas, layout: &Layout, title: &str) -> Room {
        let unit = layout.unit;
        let inner = layout.panel.inflate(-MARGIN * unit, -MARGIN * unit);
        let half = (inner.width() - MARGIN * unit) / 2.0;
        let wide = is_low(inner);
        let width = if wide { half } else { inner.width() };
        let place = WindowRect::from_origin_and_size(inner.min, size2(width, 2.4 * MIDDLE * unit));
        let height = canvas.write_into(title, place, MIDDLE * unit, TEXT);
        let min = point2(inner.min.x, inner.min.y + height + 0.8 * MARGIN * unit);
        let main = WindowRect::new(min, point2(inner.min.x + width, inner.max.y));
        let aside = WindowRect::new(point2(inner.max.x - half, inner.min.y), inner.max);
        Room { main, aside: wide.then_some(aside), unit }
    }

    /// Draws the figure, which faces as the mirrored person does. It stands still while the person is to come, to turn, to stand or to
    /// rest: they would do what they see.
    fn mannequin(&self, canvas: &mut Canvas, place: WindowRect, facing: Facing) {
        let (line, stage) = (self.guided.guidance.line, &self.guided.guidance.stage);
        let turns = matches!(line, Line::TurnRound | Line::OtherSide | Line::Obstacle(_));
        let rests = matches!(stage, Stage::Rest { .. }) && !self.guided.guidance.map.changes_exercise();
        let stands = turns || rests || self.is_paused() || matches!(stage, Stage::Arrive);
        let time = if stands { Duration::ZERO } else { self.time };
        Mannequin { figure: self.guided.figure(), facing, judged: self.judged() }.draw(canvas, place, time);
    }

    fn show_drill(&self, canvas: &mut Canvas, layout: &Layout, part: Option<f32>, facing: Facing) {
        let mut room = self.titled(canvas, layout);
        if let Some(part) = part {
            let corner = point2(room.main.min.x, room.main.max.y - BAR * room.unit);
            progress(canvas, WindowRect::new(corner, room.main.max), part);
            room.main.max.y = corner.y - MARGIN * room.unit;
        }
        self.mannequin(canvas, room.aside.unwrap_or(room.main), facing);
    }

    /// Says what waits meanwhile, and that nothing of it is lost.
    fn paused(&self, canvas: &mut Canvas, layout: &Layout, stage: &Stage, facing: Facing) {
        let mut room = self.titled(canvas, layout);
        let (unit, label) = (room.unit, &self.words.label);
        let template = match stage {
            Stage::Work { .. } if self.judged() => Some(&label.done_of),
            Stage::Work { .. } => Some(&label.done_seconds),
            _ => None,
        };
        if let (Stage::Work { done, of }, Some(template)) = (stage, template) {
            let told = fill(template, &[("done", done), ("of", of)]);
            let place = WindowRect::from_origin_and_size(room.main.min, size2(room.main.width(), 3.0 * BODY * unit));
            room.main.min.y += canvas.write_into(&told, place, 1.2 * BODY * unit, TEXT) + 0.5 * MARGIN * unit;
        }
        let place = WindowRect::from_origin_and_size(room.main.min, size2(room.main.width(), 3.0 * BODY * unit));
        let used = canvas.write_into(&label.waits, place, BODY * unit, QUIET);
        self.mannequin(canvas, room.rest(used), facing);
    }

    /// Draws the countdown or the still time, with the figure that faces so if there is one: a number says what it counts to.
    fn countdown(&self, canvas: &mut Canvas, layout: &Layout, count: Option<u32>, still: f32, figure: Option<Facing>) {
        let title = match (count, figure) {
            (Some(_), None) => &self.words.label.measuring_in,
            (None, None) if self.guided.guidance.line == Line::HoldStill => &self.words.label.measuring,
            _ => self.name(),
        };
        let room = self.headed(canvas, layout, title);
        if let Some(facing) = figure {
            let radius = radius(room.main, room.unit);
            ring::draw(canvas, point2(room.main.center().x, room.main.min.y + radius), radius, still);
            return self.mannequin(canvas, room.rest(2.0 * radius), facing);
        }
        let place = room.whole();
        let radius = radius(place, layout.unit);
        ring::draw(canvas, place.center(), radius, still);
        if let Some(count) = count {
            let text = self.seconds(count);
            ring::label(
                canvas,
                place.center(),
                canvas.letters().within(&text, NUMBER * radius, IN_RING * radius),
                &text,
            );
        }
    }

    /// Says that the bends without feedback are watched, how many there are, and how to leave them out.
    fn at_home(&self, canvas: &mut Canvas, layout: &Layout, (done, of): (usize, usize)) {
        let number = (done + 1).min(of);
        let title = fill(&self.words.label.watching, &[("number", &number), ("of", &of)]);
        let mut room = self.headed(canvas, layout, &title);
        let dots = self.bends(canvas, room.main, room.unit, (done, of));
        room.main.min.y = dots.max.y + MARGIN * room.unit;
        let place = room.aside.unwrap_or(room.main);
        canvas.write_into(&self.words.label.at_home_how, place, 1.3 * BODY * room.unit, TEXT);
    }

    /// Draws the bends without feedback: those that are done, and the next one, which comes and goes so that nobody takes the silence
    /// for a pause. Returns the place that they take.
    fn bends(&self, canvas: &mut Canvas, place: WindowRect, unit: f32, (done, of): (usize, usize)) -> WindowRect {
        let room = place.width() / (DOT_STEP * (of.max(1) as f32 - 1.0) + 2.4);
        let radius = (DOT * unit).min(room).min(place.height() / 2.4);
        let first = place.min + vec2(1.2 * radius, 1.2 * radius);
        let part = (self.time.as_secs_f32() / PULSE.as_secs_f32()).fract();
        let pulse = 0.5 + 0.5 * (std::f32::consts::TAU * part).cos();
        for number in 0..of {
            let middle = first + vec2(number as f32 * DOT_STEP * radius, 0.0);
            let ink = if number < done { TEXT } else { TRACK };
            canvas.fill(path::disc(middle, radius), ink);
            if number == done {
                canvas.fill(path::disc(middle, 1.18 * radius), TEXT.faded(0.25 + 0.75 * pulse));
                canvas.fill(path::disc(middle, radius), TRACK);
            }
            let (text, size) = ((number + 1).to_string(), NUMBER * radius);
            let base = middle + vec2(0.0, size * CAP_HEIGHT / 2.0);
            canvas.write(&text, base, size, if number < done { GROUND } else { TEXT }, Align::Center);
        }
        WindowRect::new(place.min, point2(place.max.x, first.y + 1.2 * radius))
    }

    /// Draws what is counted in a ring that is filled in part, and the figure.
    fn counted(&self, canvas: &mut Canvas, layout: &Layout, title: &str, (count, part): (&str, f32), facing: Facing) {
        let room = self.headed(canvas, layout, title);
        let below = counter(canvas, &room, (count, part));
        self.mannequin(canvas, below, facing);
    }

    /// Draws how long the rest still lasts, which ends by itself, and what comes then.
    fn rest(&self, canvas: &mut Canvas, layout: &Layout, (left, of): (u32, u32), facing: Facing) {
        let room = self.headed(canvas, layout, &self.words.course.rest);
        let mut place = counter(canvas, &room, (&self.seconds(left), left as f32 / of.max(1) as f32));
        if let Some(next) = self.words.next_round(self.guided) {
            place.min.y += canvas.write_into(&next, place, 1.2 * BODY * room.unit, TEXT) + 0.5 * MARGIN * room.unit;
        }
        self.mannequin(canvas, place, facing);
    }

    /// Draws what soft knees change in the mobility screen; its bars are in place of the picture.
    fn screened(&self, canvas: &mut Canvas, layout: &Layout) {
        let Some(mobility) = &self.guided.guidance.mobility else { return };
        let mut place = self.headed(canvas, layout, &self.words.mobility.name).whole();
        if !is_low(layout.panel) {
            place.max.y -= hand::HEIGHT * layout.foot_unit; // how to leave stands below
        }
        reach::gains(canvas, place, layout.unit, &self.words.mobility, mobility);
    }

    /// Draws a question: its title, how it is answered, and the scale.
    fn question(&self, canvas: &mut Canvas, layout: &Layout, asking: &Asking) {
        let [title, least, most] = self.words.question.frame(asking.kind);
        let title = if asking.item.is_empty() { title } else { &asking.item };
        let room = self.headed(canvas, layout, title);
        let (unit, words) = (room.unit, &self.words.question);
        let how = if asking.names.is_empty() { &words.how } else { &words.how_who };
        let wait = match asking.names.first() {
            Some(name) => &fill(&words.wait_who, &[("name", name)]),
            None => &words.wait,
        };
        let hint = format!("{how}. {wait}");
        let wide = room.aside.is_some();
        let mut place = room.whole();
        let hints =
            room.aside.unwrap_or(WindowRect::new(place.min, point2(place.max.x, place.min.y + 5.2 * BODY * unit)));
        let height = canvas.write_into(&hint, hints, BODY * unit, QUIET);
        let below = if wide { place.min.y.max(hints.min.y + height) } else { place.min.y + height };
        place.min.y = below + MARGIN * unit;
        let options = keyed(asking);
        Scale { options: &options, current: asking.current, ends: [least, most] }.draw(canvas, place, unit);
    }

    /// Draws what is pointed at, and how far it is confirmed.
    fn pointed_at(&self, canvas: &mut Canvas, layout: &Layout, asking: &Asking) {
        let options = options(asking);
        let Some(option) = asking.current.and_then(|current| options.get(current)) else { return };
        Self::ring(canvas, layout, option, asking.part);
    }

    fn gesture(&self, canvas: &mut Canvas, layout: &Layout, gesture: Gesture, part: f32) {
        let word = match gesture {
            Gesture::Next => &self.words.label.next,
            Gesture::Pause => &self.words.label.pause,
            Gesture::TellMe => &self.words.label.tell,
        };
        Self::ring(canvas, layout, word, part);
    }

    /// A ring that fills, at the floor, where nothing else is drawn.
    fn ring(canvas: &mut Canvas, layout: &Layout, word: &str, part: f32) {
        let unit = layout.foot_unit.min(layout.stage.height() / RING_AND_SIGN);
        let away = (GESTURE + MARGIN) * unit;
        let middle = layout.stage.max - vec2(away, away);
        canvas.cover(WindowRect::new(middle, middle).inflate(GESTURE * unit, GESTURE * unit));
        ring::on_picture(canvas, middle, GESTURE * unit, part);
        let wished = if word.chars().count() > 2 { MIDDLE } else { DISPLAY };
        let size = canvas.letters().within(word, wished * unit, 1.5 * GESTURE * unit);
        ring::label(canvas, middle, size, word);
    }
}

/// Whether what belongs into a panel of this shape has its title at the left and the rest beside it.
fn is_low(panel: WindowRect) -> bool {
    panel.width() > 1.3 * panel.height()
}

/// Where the mobility screen says how it is left: below what soft knees change, or beside the title.
fn beside_gains(layout: &Layout) -> WindowRect {
    let panel = layout.panel;
    let bottom = if is_low(panel) { panel.min.y + 1.4 * hand::HEIGHT * layout.foot_unit } else { panel.max.y };
    WindowRect::new(panel.min, point2(panel.max.x, bottom))
}

/// The options of a question as they stand on the scale: names with the digit that chooses them.
fn keyed(asking: &Asking) -> Vec<String> {
    let mut options = options(asking);
    if !asking.names.is_empty() {
        options.iter_mut().zip(1..).for_each(|(name, digit)| *name = format!("{digit} · {name}"));
    }
    options
}

/// What the options of a question are called.
fn options(asking: &Asking) -> Vec<String> {
    if asking.names.is_empty() {
        (0..=10).map(|number: u32| number.to_string()).collect()
    } else {
        asking.names.clone()
    }
}

/// Draws a count in a ring that is filled in part, below the title. Returns the remaining area.
fn counter(canvas: &mut Canvas, room: &Room, (count, part): (&str, f32)) -> WindowRect {
    let radius = radius(room.main, room.unit);
    let middle = point2(room.main.center().x, room.main.min.y + radius);
    ring::draw(canvas, middle, radius, part);
    ring::label(canvas, middle, canvas.letters().within(count, NUMBER * radius, IN_RING * radius), count);
    room.rest(2.0 * radius)
}

/// The largest ring that fits this place.
fn radius(place: WindowRect, unit: f32) -> f32 {
    (COUNTDOWN * unit).min(place.width() / 2.0).min(place.height() / 2.0)
}

fn progress(canvas: &mut Canvas, bar: WindowRect, part: f32) {
    let radius = bar.height() / 2.0;
    canvas.fill(path::rounded(bar, radius), TRACK);
    let done = WindowRect::new(bar.min, point2(bar.min.x + bar.width() * part.clamp(0.0, 1.0), bar.max.y));
    if done.width() > bar.height() {
        canvas.fill(path::rounded(done, radius), HIPS);
    }
}
