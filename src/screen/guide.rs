//! What a led session shows beside the live picture: where to stand, what comes, how it was, how long to rest.
//!
//! One thing at a time: each stage has one large figure or number in the panel, and its sentence under the picture.

use std::time::Duration;

use euclid::{Angle, point2, size2, vec2};

use crate::coach::Repetition;
use crate::coach::course::{SessionSummary, Stage};
use crate::coach::gesture::Gesture;
use crate::practice::Led;
use crate::screen::canvas::{Align, Canvas, Pen, WindowPoint, WindowRect};
use crate::screen::layout::Layout;
use crate::screen::path;
use crate::screen::tally::degrees;
use crate::screen::text::CAP_HEIGHT;
use crate::screen::theme::{BODY, DISPLAY, GROUND, HIPS, LABEL, LARGE, MARGIN, MIDDLE, OUTLINE, QUIET, TEXT, TRACK};
use crate::screen::widget::mannequin::Mannequin;
use crate::screen::widget::{count, reach, replay, sign};
use crate::session::replay::Replay;
use crate::spine::Facing;
use crate::words::Words;

/// Radius of the ring round the countdown, and of the one that a gesture fills, units.
const COUNTDOWN: f32 = 110.0;
const GESTURE: f32 = 46.0;
/// Width of a ring, as share of its radius.
const RING: f32 = 0.14;
/// Pieces of a full ring: each is a straight line.
const PIECES: usize = 64;

/// What is shown of a led session.
#[derive(Clone, Copy, Debug)]
pub struct Guide<'a> {
    /// Where the session stands.
    pub led: &'a Led,
    /// The drill's name.
    pub name: &'a str,
    /// Every word.
    pub words: &'a Words,
    /// Since when this stage is shown: the clock of everything that moves.
    pub time: Duration,
}

impl Guide<'_> {
    /// Draws the panel of this stage; `false` leaves it to the numbers of the live screen.
    pub fn panel(&self, canvas: &mut Canvas, layout: &Layout) -> bool {
        match &self.led.guidance.stage {
            Stage::Arrive | Stage::StandTall { .. } => self.show_drill(canvas, layout, None),
            Stage::Lesson { part } => self.show_drill(canvas, layout, Some(*part)),
            Stage::Rest { left, of } => self.rest(canvas, layout, *left, *of),
            Stage::Review(summary) => self.result(canvas, layout, &summary.repetitions),
            Stage::Close(_) if self.led.guidance.mobility.is_some() => self.screened(canvas, layout),
            Stage::Close(summary) => self.close(canvas, layout, summary),
            Stage::Work { done, of } if !self.judged() => self.timed(canvas, layout, *done, *of),
            Stage::FullBend | Stage::Work { .. } => return false,
        }
        true
    }

    /// Draws what lies over the picture.
    pub fn overlay(&self, canvas: &mut Canvas, layout: &Layout, mirror: bool) {
        let unit = layout.foot_unit;
        match &self.led.guidance.stage {
            Stage::Arrive => place_to_stand(canvas, layout.picture),
            Stage::StandTall { count, still } => countdown(canvas, layout.picture.center(), unit, *count, *still),
            Stage::Review(_) => self.replays(canvas, layout, mirror),
            Stage::Close(_) => {
                if let Some(mobility) = &self.led.guidance.mobility {
                    reach::chart(canvas, layout.picture, layout.foot_unit, &self.words.mobility, mobility);
                }
            }
            _ => {}
        }
        if let Some((gesture, part)) = self.led.guidance.ring {
            self.gesture(canvas, layout, gesture, part);
        }
    }

    /// Whether the picture is covered: then no figure is drawn on it.
    pub fn covers_picture(&self) -> bool {
        match self.led.guidance.stage {
            Stage::Review(_) => self.led.replays[0].is_some(),
            Stage::Close(_) => self.led.guidance.mobility.is_some(),
            _ => false,
        }
    }

    /// Whether it is the last word, which stays when a recording is over.
    pub fn stays(&self) -> bool {
        matches!(self.led.guidance.stage, Stage::Close(_))
    }

    /// Whether its bends are judged: then the figure's back has the colour of the verdict.
    fn judged(&self) -> bool {
        self.led.drill.bends().is_some()
    }

    fn title(&self, canvas: &mut Canvas, layout: &Layout, text: &str) -> WindowRect {
        let inner = layout.panel.inflate(-MARGIN * layout.unit, -MARGIN * layout.unit);
        let place = WindowRect::from_origin_and_size(inner.min, size2(inner.width(), 2.4 * MIDDLE * layout.unit));
        let height = canvas.write_into(text, place, MIDDLE * layout.unit, TEXT);
        WindowRect::new(point2(inner.min.x, inner.min.y + height + 0.5 * MARGIN * layout.unit), inner.max)
    }

    fn mannequin(&self, canvas: &mut Canvas, place: WindowRect) {
        Mannequin { figure: self.led.figure(), facing: Facing::Right, judged: self.judged() }
            .draw(canvas, place, self.time);
    }

    fn show_drill(&self, canvas: &mut Canvas, layout: &Layout, part: Option<f32>) {
        let mut rest = self.title(canvas, layout, self.name);
        if let Some(part) = part {
            let bar = WindowRect::new(point2(rest.min.x, rest.max.y - 10.0 * layout.unit), rest.max);
            progress(canvas, bar, part);
            rest.max.y = bar.min.y - MARGIN * layout.unit;
        }
        self.mannequin(canvas, rest);
    }

    fn timed(&self, canvas: &mut Canvas, layout: &Layout, done: usize, of: usize) {
        let rest = self.title(canvas, layout, self.name);
        let radius = COUNTDOWN * layout.unit;
        let middle = point2(rest.center().x, rest.max.y - radius);
        ring(canvas, middle, radius, done as f32 / of.max(1) as f32);
        number(canvas, middle, DISPLAY * layout.unit, &of.saturating_sub(done).to_string());
        let figure = WindowRect::new(rest.min, point2(rest.max.x, middle.y - radius - MARGIN * layout.unit));
        self.mannequin(canvas, figure);
    }

    fn rest(&self, canvas: &mut Canvas, layout: &Layout, left: u32, of: u32) {
        let rest = self.title(canvas, layout, &self.words.label.rest);
        let radius = 1.25 * COUNTDOWN * layout.unit;
        let middle = point2(rest.center().x, rest.min.y + radius);
        ring(canvas, middle, radius, left as f32 / of.max(1) as f32);
        number(canvas, middle, 1.2 * DISPLAY * layout.unit, &left.to_string());
        let figure = WindowRect::new(point2(rest.min.x, middle.y + radius + MARGIN * layout.unit), rest.max);
        self.mannequin(canvas, figure);
    }

    /// "6 of 8" and the signs of all repetitions.
    fn result(&self, canvas: &mut Canvas, layout: &Layout, repetitions: &[Repetition]) {
        let unit = layout.unit;
        let rest = self.title(canvas, layout, self.name);
        let from_hips = repetitions.iter().filter(|repetition| repetition.verdict == Some(crate::coach::Verdict::Hips));
        let text = format!("{} / {}", from_hips.count(), repetitions.len());
        let base = rest.min.y + 1.6 * DISPLAY * unit;
        canvas.write(&text, point2(rest.min.x, base), 1.2 * DISPLAY * unit, TEXT, Align::Left);
        let label = WindowRect::from_origin_and_size(
            point2(rest.min.x, base + 0.6 * BODY * unit),
            size2(rest.width(), 2.6 * BODY * unit),
        );
        canvas.write_into(&self.words.label.from_hips, label, BODY * unit, QUIET);
        let row = point2(rest.min.x + 14.0 * unit, label.max.y + MARGIN * unit);
        count::row(canvas, row, rest.max.x, unit, repetitions);
    }

    fn close(&self, canvas: &mut Canvas, layout: &Layout, summary: &SessionSummary) {
        let unit = layout.unit;
        self.result(canvas, layout, &summary.repetitions);
        let known = [(&self.words.label.deepest, summary.depth), (&self.words.label.reach, summary.reach)];
        let mut base = layout.panel.max.y - MARGIN * unit;
        for (label, angle) in known.into_iter().rev() {
            let Some(angle) = angle else { continue };
            self.fact(canvas, point2(layout.panel.min.x + MARGIN * unit, base), unit, label, angle);
            base -= (LARGE + BODY + 0.8 * MARGIN) * unit;
        }
    }

    /// What the mobility screen found: its bars are in place of the picture, here is what soft knees change.
    fn screened(&self, canvas: &mut Canvas, layout: &Layout) {
        let Some(mobility) = &self.led.guidance.mobility else { return };
        let rest = self.title(canvas, layout, &self.words.mobility.name);
        reach::gains(canvas, rest, layout.unit, &self.words.mobility, mobility);
    }

    fn fact(&self, canvas: &mut Canvas, at: WindowPoint, unit: f32, label: &str, angle: Angle<f32>) {
        canvas.write(label, at, LABEL * unit, QUIET, Align::Left);
        let above = at - vec2(0.0, 1.5 * LABEL * unit);
        canvas.write(&degrees(angle), above, LARGE * unit, TEXT, Align::Left);
    }

    /// The best repetition and the one to compare it with, side by side over the picture.
    fn replays(&self, canvas: &mut Canvas, layout: &Layout, mirror: bool) {
        let [best, worst] = &self.led.replays;
        let Some(best) = best else { return };
        canvas.fill_rect(layout.picture, GROUND);
        let gap = 0.5 * MARGIN * layout.foot_unit;
        let half =
            WindowRect::new(layout.picture.min, point2(layout.picture.center().x - gap / 2.0, layout.picture.max.y));
        let other = half.translate(vec2(half.width() + gap, 0.0));
        match worst {
            Some(worst) => {
                self.seen_again(canvas, half, layout.foot_unit, (&self.words.label.best, best), mirror);
                self.seen_again(canvas, other, layout.foot_unit, (&self.words.label.worst, worst), mirror);
            }
            None => self.seen_again(canvas, layout.picture, layout.foot_unit, (&self.words.label.best, best), mirror),
        }
    }

    fn seen_again(
        &self,
        canvas: &mut Canvas,
        place: WindowRect,
        unit: f32,
        (label, seen): (&str, &Replay),
        mirror: bool,
    ) {
        let head = 1.9 * BODY * unit;
        let room = WindowRect::new(place.min + vec2(0.0, head), place.max);
        let side = room.width().min(room.height());
        let corner = point2(room.center().x - side / 2.0, room.min.y);
        let picture = WindowRect::from_origin_and_size(corner, size2(side, side));
        replay::draw(canvas, picture, seen, mirror, self.time);
        let base = place.min.y + head / 2.0 + BODY * CAP_HEIGHT * unit / 2.0;
        let verdict = seen.repetition.verdict;
        let mark = BODY * unit;
        let ink = crate::screen::theme::verdict_ink(verdict);
        sign::draw(canvas, verdict, point2(picture.min.x + mark / 2.0, place.min.y + head / 2.0), mark, ink);
        let bend = &seen.repetition.bend;
        let text = format!(
            "{label}: {} {}, {} {}",
            self.words.label.hips.to_lowercase(),
            degrees(bend.hip_flexion),
            self.words.label.back.to_lowercase(),
            degrees(bend.lumbar_flexion)
        );
        canvas.write(&text, point2(picture.min.x + 1.6 * mark, base), 0.86 * BODY * unit, TEXT, Align::Left);
    }

    fn gesture(&self, canvas: &mut Canvas, layout: &Layout, gesture: Gesture, part: f32) {
        let radius = GESTURE * layout.foot_unit;
        let away = radius + MARGIN * layout.foot_unit;
        let middle = point2(layout.picture.max.x - away, layout.picture.min.y + away);
        canvas.fill(path::disc(middle, 1.2 * radius), OUTLINE);
        ring(canvas, middle, radius, part);
        let word = match gesture {
            Gesture::Next => &self.words.label.next,
            Gesture::Pause => &self.words.label.pause,
        };
        let base = middle + vec2(0.0, LABEL * CAP_HEIGHT * layout.foot_unit / 2.0);
        canvas.write(word, base, LABEL * layout.foot_unit, TEXT, Align::Center);
    }
}

/// A number in the middle of a ring.
fn number(canvas: &mut Canvas, middle: WindowPoint, size: f32, text: &str) {
    canvas.write(text, middle + vec2(0.0, size * CAP_HEIGHT / 2.0), size, TEXT, Align::Center);
}

fn countdown(canvas: &mut Canvas, middle: WindowPoint, unit: f32, count: Option<u32>, still: f32) {
    if count.is_none() && still <= 0.0 {
        return;
    }
    let radius = COUNTDOWN * unit;
    canvas.fill(path::disc(middle, 1.15 * radius), OUTLINE);
    ring(canvas, middle, radius, still);
    if let Some(count) = count {
        number(canvas, middle, 1.4 * DISPLAY * unit, &count.to_string());
    }
}

/// A ring filled clockwise from the top.
fn ring(canvas: &mut Canvas, middle: WindowPoint, radius: f32, part: f32) {
    let arc = |part: f32| {
        let pieces = (PIECES as f32 * part.clamp(0.0, 1.0)).ceil() as usize;
        let points: Vec<WindowPoint> = (0..=pieces)
            .map(|piece| {
                let (sin, cos) = (std::f32::consts::TAU * part * piece as f32 / pieces.max(1) as f32).sin_cos();
                middle + vec2(sin, -cos) * radius
            })
            .collect();
        path::polyline(&points)
    };
    canvas.stroke(arc(1.0).as_ref(), Pen::solid(TRACK, RING * radius));
    if part > 0.0 {
        canvas.stroke(arc(part).as_ref(), Pen::solid(HIPS, RING * radius));
    }
}

fn progress(canvas: &mut Canvas, bar: WindowRect, part: f32) {
    let radius = bar.height() / 2.0;
    canvas.fill(path::rounded(bar, radius), TRACK);
    let done = WindowRect::new(bar.min, point2(bar.min.x + bar.width() * part.clamp(0.0, 1.0), bar.max.y));
    if done.width() > bar.height() {
        canvas.fill(path::rounded(done, radius), HIPS);
    }
}

/// The outline of somebody who stands side-on, as high as a person should be in the picture.
fn place_to_stand(canvas: &mut Canvas, picture: WindowRect) {
    let height = 0.78 * picture.height();
    let feet = point2(picture.center().x, picture.max.y - 0.1 * picture.height());
    let head = 0.065 * height;
    let pen = Pen { ink: TEXT.faded(0.8), width: 0.012 * height, dash: Some(0.03 * height) };
    let circle: Vec<WindowPoint> = (0..=PIECES)
        .map(|piece| {
            let (sin, cos) = (std::f32::consts::TAU * piece as f32 / PIECES as f32).sin_cos();
            feet + vec2(sin * head, -height + head - cos * head)
        })
        .collect();
    canvas.stroke(path::polyline(&circle).as_ref(), pen);
    let half = 0.085 * height;
    let body = WindowRect::new(feet + vec2(-half, -height + 2.3 * head), feet + vec2(half, 0.0));
    canvas.stroke(path::rounded(body, half).as_ref(), pen);
}
