//! The live screen: draws one [`View`].
//!
//! Drawing is stateless: the same view gives the same pixels. Picture and figure always match, as the picture drawn is
//! the one that was measured.

use std::time::Duration;

use euclid::{Angle, point2, size2};

use crate::coach::{AskedRepetition, Phase, Repetition, Verdict};
use crate::geometry::{Bend, HalfWidth90, State};
use crate::i18n::Words;
use crate::pipeline::{Halt, Scene};
use crate::screen::canvas::{Canvas, WindowRect, WindowSize};
use crate::screen::framing::{self, CameraBox};
use crate::screen::guide::Guide;
use crate::screen::layout::{Foot, Layout};
use crate::screen::path;
use crate::screen::picture::{self, Light};
use crate::screen::settings::Settings;
use crate::screen::theme::{DISPLAY, GROUND, LABEL, LARGE, OUTLINE, PANEL, QUIET, TEXT};
use crate::screen::widget::debug::Diagnostics;
use crate::screen::widget::depth::Depth;
use crate::screen::widget::number::Known;
use crate::screen::widget::{card, count, debug, depth, figure, muted, number, place, recording, share, verdict};
use crate::spine::Facing;

/// The aspect ratio assumed before the first picture.
const EXPECTED_PICTURE: (f32, f32) = (16.0, 9.0);

/// Everything that is shown at one time.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// All texts.
    pub words: &'a Words,
    /// The newest frame; `None` before the first.
    pub scene: Option<&'a Scene>,
    /// The user's choices.
    pub settings: Settings,
    /// Where the person is in the picture, if they should fill it.
    pub person: Option<CameraBox>,
    /// Which way they face on the camera picture, if that is known.
    pub facing: Option<Facing>,
    /// The display of a guided session.
    pub guide: Option<Guide<'a>>,
    /// A sentence that takes precedence over that of the measurement.
    pub notice: Option<&'a str>,
    /// Whether the session is being recorded.
    pub recording: bool,
    /// Why no new frames arrive, if so.
    pub halt: Option<Halt>,
    /// Whether the recording has ended.
    pub finished: bool,
    /// The repetitions that count at the end; `None` for all of the scene.
    pub counted: Option<&'a [AskedRepetition]>,
    /// Whether the safety line is shown ([`SAFETY_TIME`](crate::screen::theme::SAFETY_TIME) at the beginning of a
    /// session, and at the end of a guided one).
    pub safety: bool,
    /// How much of its room is still left where it has gone, from 1 to 0.
    pub leaving: f32,
    /// Measured frame rate, frames/s.
    pub rate: f32,
    /// Frame rate of the source, frames/s; `None` while unknown.
    pub source_rate: Option<f64>,
    /// Time from the capture of the last shown frame until it was shown.
    pub lateness: Option<Duration>,
    /// Frames that arrived but were never shown.
    pub dropped: u64,
    /// The latency of each stage, if it should be shown.
    pub stages: Option<&'a str>,
}

impl<'a> View<'a> {
    /// The view before the first frame.
    pub fn new(words: &'a Words) -> Self {
        Self {
            words,
            scene: None,
            settings: Settings::default(),
            person: None,
            facing: None,
            guide: None,
            notice: None,
            recording: false,
            halt: None,
            finished: false,
            counted: None,
            safety: false,
            leaving: 0.0,
            rate: 0.0,
            source_rate: None,
            lateness: None,
            dropped: 0,
            stages: None,
        }
    }

    /// The one sentence that says what to do.
    pub fn sentence(&self) -> &str {
        let words = self.words;
        // The guide does not know of a halt, as it gets no frames.
        // Of a paused source nobody looks whether its pictures differ; that a camera sends none is known all the same.
        if let Some(halt) =
            self.halt.filter(|halt| !self.settings.paused || !matches!(halt, Halt::Frozen | Halt::Repeated))
        {
            return words.halt(halt);
        }
        match (self.notice, self.scene) {
            (Some(notice), _) => notice,
            _ if self.settings.paused => &words.state.held,
            (None, None) => &words.state.waiting,
            (None, Some(scene)) => words.sentence(&scene.measurement, &scene.progress, self.bend(), scene.time),
        }
    }

    /// The part of the camera picture that fills the stage.
    fn part(&self, stage: WindowSize) -> Option<CameraBox> {
        let whole = picture::whole(&self.scene?.picture);
        let person = self.person.filter(|_| self.settings.zoom);
        Some(person.map_or(whole, |person| framing::crop(person, whole.size(), stage)))
    }

    /// What is below the picture.
    fn below(&self) -> Foot {
        let is_large = self.guide.is_some_and(|guide| guide.explains()) && !self.settings.paused && !self.shows_end();
        Foot { safety: if self.safety { 1.0 } else { self.leaving.clamp(0.0, 1.0) }, is_large }
    }

    /// Which way the person faces in the window.
    fn facing(&self) -> Facing {
        match (self.facing, self.settings.mirror) {
            (Some(Facing::Left), false) | (Some(Facing::Right), true) => Facing::Left,
            (Some(Facing::Right), false) | (Some(Facing::Left), true) | (None, _) => Facing::Right,
        }
    }

    /// Whether the end of a recording is shown; the end of a guided session takes precedence.
    fn shows_end(&self) -> bool {
        self.finished && !self.guide.is_some_and(|guide| guide.stays())
    }

    /// The uncertainty of the flexions.
    fn half_width_90(&self) -> Option<HalfWidth90> {
        self.scene.and_then(|scene| scene.measurement.half_width_90)
    }

    /// The posture to show, if one is measured.
    fn bend(&self) -> Option<&Bend> {
        let measurement = &self.scene?.measurement;
        measurement.filtered.as_ref().filter(|_| measurement.state == State::Measured && self.halt.is_none())
    }

    /// The verdict on the shown bend.
    fn verdict(&self) -> Option<Verdict> {
        self.scene.and_then(|scene| scene.progress.verdict).filter(|_| self.bend().is_some())
    }

    /// The contents of the debug line.
    fn diagnostics(&self) -> Diagnostics<'a> {
        Diagnostics {
            scene: self.scene,
            facing: self.settings.facing_word(),
            rate: self.rate,
            source_rate: self.source_rate,
            lateness: self.lateness,
            dropped: self.dropped,
            stages: self.stages,
        }
    }

    /// The repetitions that count at the end.
    fn counted(&self) -> Vec<AskedRepetition> {
        let all = || self.repetitions().iter().map(|repetition| (*repetition).into()).collect();
        self.counted.map_or_else(all, <[AskedRepetition]>::to_vec)
    }

    fn repetitions(&self) -> &[Repetition] {
        self.scene.map_or(&[], |scene| &scene.progress.repetitions)
    }
}

/// Draws a view on the whole canvas. Returns where the mouse goes on from here, or leaves what is over, if it can.
pub fn draw(canvas: &mut Canvas, view: &View<'_>) -> Option<WindowRect> {
    let scale = view.settings.text_scale();
    let below = view.below();
    let part = view.part(Layout::stage(canvas.size(), scale, below));
    let shape = part.map_or(EXPECTED_PICTURE, |part| (part.width(), part.height()));
    let layout = Layout::new(canvas.size(), shape, scale, below);
    canvas.begin();
    canvas.fill_rect(layout.panel, PANEL);
    canvas.fill_rect(layout.foot, GROUND);
    let goes_on = stage(canvas, &layout, part, view);
    if view.settings.help {
        card::help(canvas, view.words);
        return None;
    }
    if view.shows_end() {
        return Some(card::finished(canvas, view.words, &view.counted()));
    }
    foot(canvas, &layout, view);
    if !view.guide.is_some_and(|guide| guide.panel(canvas, &layout, view.facing())) {
        panel(canvas, &layout, view);
    }
    signs(canvas, &layout, view);
    goes_on
}

/// Draws the signs on the picture: how far the session is, and that it is kept; on request, where the time goes.
fn signs(canvas: &mut Canvas, layout: &Layout, view: &View<'_>) {
    if view.settings.debug {
        canvas.at_hand(|canvas| debug::draw(canvas, layout.below_bar(), layout.foot_unit, &view.diagnostics()));
    }
    let mut line = layout.bar;
    // Of a paused camera nothing is kept. Where the session alone is paused, the camera goes on: beside a sign of pause that is said.
    if view.recording && !view.settings.paused {
        let goes_on = view.guide.is_some_and(|guide| guide.is_paused());
        let word = if goes_on { &view.words.label.still_recording } else { recording::WORD };
        line = recording::draw(canvas, line, layout.foot_unit, word);
    }
    if view.settings.muted {
        line = muted::draw_at_end(canvas, line);
    }
    if let Some(guide) = &view.guide {
        guide.map(canvas, line, layout.foot_unit);
    }
}

// Draws the picture and the figure on it, both dimmed unless they are live. Returns where the mouse goes on, if it can.
fn stage(canvas: &mut Canvas, layout: &Layout, part: Option<CameraBox>, view: &View<'_>) -> Option<WindowRect> {
    let (Some(scene), Some(part)) = (view.scene, part) else {
        canvas.fill_rect(layout.stage, PANEL);
        return None;
    };
    around(canvas, layout.stage, layout.picture);
    let (frame, mirror) = (&scene.picture, view.settings.mirror);
    let paused = view.settings.paused || view.guide.is_some_and(|guide| guide.is_paused());
    let held = paused || view.halt.is_some();
    let light = if held { Light::Dim } else { Light::Full };
    picture::draw(canvas, frame, part, layout.picture, mirror, light);
    if view.halt.is_some() || view.settings.help || view.shows_end() {
        return None;
    }
    if !view.guide.is_some_and(|guide| guide.covers_picture()) {
        figure::draw(canvas, scene, &picture::window_from_camera(part, layout.picture, mirror));
    }
    let overlay = |guide: Guide<'_>| guide.overlay(canvas, layout, mirror, view.facing(), view.finished);
    let goes_on = view.guide.and_then(overlay);
    if view.guide.is_none() && !held && scene.measurement.state == State::Nobody {
        place::draw(canvas, layout.picture, view.facing());
    }
    // Whoever walked out is shown where to stand instead.
    if paused && !view.guide.is_some_and(|guide| guide.is_away()) {
        pause_sign(canvas, layout.picture, layout.foot_unit);
    }
    goes_on
}

/// Fills the stage beside the picture. Under it that would be for nothing, and it is most of the window.
fn around(canvas: &mut Canvas, stage: WindowRect, picture: WindowRect) {
    for strip in [
        WindowRect::new(stage.min, point2(stage.max.x, picture.min.y)),
        WindowRect::new(point2(stage.min.x, picture.max.y), stage.max),
        WindowRect::new(point2(stage.min.x, picture.min.y), point2(picture.min.x, picture.max.y)),
        WindowRect::new(point2(picture.max.x, picture.min.y), point2(stage.max.x, picture.max.y)),
    ] {
        canvas.fill_rect(strip, GROUND);
    }
}

fn pause_sign(canvas: &mut Canvas, picture: WindowRect, unit: f32) {
    let middle = picture.center();
    canvas.fill(path::disc(middle, 64.0 * unit), OUTLINE);
    for x in [-26.0, 8.0] {
        let bar = WindowRect::from_origin_and_size(
            point2(middle.x + x * unit, middle.y - 28.0 * unit),
            size2(18.0, 56.0) * unit,
        );
        canvas.fill(path::rounded(bar, 4.0 * unit), TEXT);
    }
}

fn foot(canvas: &mut Canvas, layout: &Layout, view: &View<'_>) {
    let size = if view.below().is_large { DISPLAY } else { LARGE };
    canvas.write_into(view.sentence(), layout.sentence, size * layout.foot_unit, TEXT);
    let mut place = layout.safety;
    if view.safety {
        canvas.write_into(&view.words.safety.line, place, LABEL * layout.foot_unit, TEXT);
    } else {
        let size = LABEL * layout.foot_unit;
        place.min.y = place.max.y - size * crate::screen::text::LINE_HEIGHT - 1.0;
        canvas.at_hand(|canvas| _ = canvas.write_into(&view.words.keys.hint, place, size, QUIET));
    }
}

fn panel(canvas: &mut Canvas, layout: &Layout, view: &View<'_>) {
    let round = view.guide.and_then(|guide| guide.round());
    let repetitions = of_round(view.repetitions(), round);
    let (unit, bend) = (layout.unit, view.bend());
    let last = repetitions.last().filter(|last| !last.bottom_hidden).map(|repetition| &repetition.bend);
    let names = &view.words.label;
    verdict::draw(canvas, layout.verdict, unit, view.words, view.verdict(), repetitions);
    let known = |angle: fn(&Bend) -> Angle<f32>, error: fn(&HalfWidth90) -> Angle<f32>| {
        let (bend, half_width_90) = bend.zip(view.half_width_90())?;
        Some(Known { angle: angle(bend), half_width_90: error(&half_width_90) })
    };
    let hip = known(|bend| bend.hip_flexion, |error| error.hip_flexion);
    let back = known(|bend| bend.lumbar_flexion, |error| error.lumbar_flexion);
    let [hips, backs] = [(Verdict::Hips, names.hips.as_str()), (Verdict::Back, names.back.as_str())];
    // One number at work: how far the low back went. D shows the others, too.
    let in_degrees = round.is_none() || view.settings.debug;
    if in_degrees {
        number::draw(canvas, layout.hips, unit, hips, hip);
        number::draw(canvas, layout.back, unit, backs, back);
    } else {
        let is_upright = view.scene.is_some_and(|scene| scene.progress.phase == Phase::Top);
        number::one(canvas, layout.one, unit, backs, back, if is_upright { QUIET } else { TEXT });
    }
    let goal = view.scene.map(|scene| scene.progress.goal).unwrap_or_default();
    let depth = Depth { now: hip, reached: last.map(|bend| bend.hip_flexion), goal, in_degrees };
    depth::draw(canvas, layout.depth, unit, &names.depth, depth);
    let now = bend.and_then(Bend::lumbar_share).map(share::Share::Now);
    let past = || last.and_then(Bend::lumbar_share).map(share::Share::Past);
    share::draw(canvas, layout.share, unit, &names.share, now.or_else(past).unwrap_or(share::Share::Unknown));
    count::draw(canvas, layout.repetitions, unit, &names.repetitions, repetitions, round.map(|(_, of)| of));
}

/// The repetitions of this round of a guided session, of which so many are done: a set begins without those of the one before.
fn of_round(repetitions: &[Repetition], round: Option<(usize, usize)>) -> &[Repetition] {
    let done = round.map_or(repetitions.len(), |(done, _)| done.min(repetitions.len()));
    &repetitions[repetitions.len() - done..]
}
