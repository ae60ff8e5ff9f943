//! The window of a review: handles keys and mouse, and draws.

mod capture;
mod comparison;
mod going;
mod lists;
mod loading;
mod opening;
mod picking;
pub(super) mod pointer;
mod writing;

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;

use self::comparison::SideBySide;
pub(super) use self::opening::{OpenSession, Shelf};
use self::pointer::{PointerFollower, PointerInput};
use super::redraw::{Redraw, RedrawTracker};
use super::setup::Setup;
use crate::i18n::fill;
use crate::pipeline::{FaceCover, Scene};
use crate::review::playback::{Move, Playback};
use crate::screen::canvas::Canvas;
use crate::screen::review::layout::ReviewLayout;
use crate::screen::review::{ComparisonSide, Pointer, Review, ReviewCommand};
use crate::screen::window::{LiveWindow, TIMEOUT, WindowInput};
use crate::source::Timestamp;

/// How long a message is shown.
const MESSAGE_TIME: Duration = Duration::from_secs(5);

/// How long a note is shown, from its time on.
const NOTE_TIME: Duration = Duration::from_secs(3);

/// A review in progress.
pub(super) struct ReviewWindow<'s> {
    setup: &'s Setup,
    window: LiveWindow,
    canvas: Canvas,
    open: OpenSession<'s>,
    /// The sessions to go to; `None` for a session in a file.
    shelf: Option<Shelf<'s>>,
    mirror: bool,
    full_screen: bool,
    /// The current frame with its number.
    seen: Option<(usize, Scene)>,
    /// Whether faces are covered, which they are in a still.
    covers_faces: bool,
    ghost: bool,
    help: bool,
    pair: Option<SideBySide<'s>>,
    /// The note being typed.
    note: Option<String>,
    message: Option<(String, Instant)>,
    pointer: PointerFollower,
    /// Whether the mouse went down on the chart and has not been let go.
    is_dragging: bool,
    writing: Option<JoinHandle<Result<String>>>,
    repaint: RedrawTracker<DrawnReview>,
    changes: u64,
}

/// Everything that the picture depends on: the frame, the position, the window size, the mouse, and a counter of other
/// changes.
type DrawnReview = (usize, Duration, (usize, usize), Pointer, u64);

impl<'s> ReviewWindow<'s> {
    /// A review of a session, on the canvas of this window.
    pub(super) fn new(
        setup: &'s Setup,
        (window, canvas): (LiveWindow, Canvas),
        open: OpenSession<'s>,
        shelf: Option<Shelf<'s>>,
    ) -> Self {
        Self {
            setup,
            canvas,
            full_screen: window.is_full_screen(),
            window,
            open,
            shelf,
            mirror: setup.preferences.values.mirror,
            seen: None,
            covers_faces: false,
            ghost: false,
            help: false,
            pair: None,
            note: None,
            message: None,
            pointer: PointerFollower::default(),
            is_dragging: false,
            writing: None,
            repaint: RedrawTracker::default(),
            changes: 0,
        }
    }

    /// Runs until the user leaves, and returns the window.
    pub(super) fn run(mut self) -> Result<LiveWindow> {
        let mut last = Instant::now();
        loop {
            let now = Instant::now();
            self.advance(now - last);
            last = now;
            let input = self.show()?;
            if self.handle(&input)? {
                break;
            }
            thread::sleep(TIMEOUT.saturating_sub(now.elapsed()).min(self.poll_interval()));
        }
        if let Some(writing) = self.writing.take() {
            capture::finished(writing)?;
        }
        Ok(self.window)
    }

    /// Short during playback, so that pictures appear at their own rate.
    fn poll_interval(&self) -> Duration {
        if self.clock().plays() { Duration::from_millis(8) } else { TIMEOUT }
    }

    fn advance(&mut self, time: Duration) {
        match &mut self.pair {
            Some(pair) => pair.advance(time),
            None => self.open.playback.pass(time),
        }
        if self.message.as_ref().is_some_and(|(_, since)| since.elapsed() > MESSAGE_TIME) {
            self.message = None;
            self.changes += 1;
        }
        self.take_written();
    }

    fn show_message(&mut self, sentence: String) {
        self.message = Some((sentence, Instant::now()));
        self.changes += 1;
    }

    /// The playback of what is shown: a pair or the session.
    fn clock(&self) -> &Playback {
        self.pair.as_ref().map_or(&self.open.playback, SideBySide::playback)
    }

    fn show(&mut self) -> Result<WindowInput> {
        let size = (self.canvas.width(), self.canvas.height());
        let clock = self.clock();
        let shown = (clock.frame(), clock.position(), size, self.pointer.pointer(), self.changes);
        let present = match self.repaint.action(shown, Instant::now()) {
            Redraw::Draw => {
                self.draw();
                true
            }
            Redraw::Present => true,
            Redraw::Skip => false,
        };
        Ok(self.window.review(&mut self.canvas, present)?)
    }

    fn draw(&mut self) {
        self.update_scene();
        let frames = &mut self.open.frames;
        let mut sides: Option<[ComparisonSide; 2]> = self.pair.as_mut().and_then(|pair| pair.sides(frames));
        if self.covers_faces {
            let of_sides = sides.iter_mut().flatten().map(|side| &mut side.scene);
            let shown = self.seen.as_mut().map(|(_, scene)| scene).into_iter().chain(of_sides);
            shown.for_each(|scene| FaceCover::default().cover(scene));
        }
        let time = self.seen.as_ref().map(|(_, scene)| scene.time).unwrap_or_default();
        let ghost = if self.ghost { self.open.frames.standing(time) } else { None };
        let sentence = self.sentence(time);
        let review = Review {
            words: &self.setup.words,
            title: &self.open.title,
            scene: self.seen.as_ref().map(|(_, scene)| scene),
            mirror: self.mirror,
            timeline: &self.open.timeline,
            playback: self.pair.as_ref().map_or(&self.open.playback, SideBySide::playback),
            axis: &self.open.axis,
            ghost: ghost.as_ref(),
            pair: sides.as_ref(),
            sentence: sentence.as_deref(),
            help: self.help,
            has_others: self.shelf.is_some(),
            pointer: self.pointer.pointer(),
        };
        review.draw(&mut self.canvas);
    }

    /// Loads the scene of the current frame.
    fn update_scene(&mut self) {
        let frame = self.open.playback.frame();
        if self.seen.as_ref().is_none_or(|(number, _)| *number != frame) {
            self.seen = self.open.frames.scene(frame).map(|scene| (frame, scene));
        }
    }

    fn sentence(&self, time: Timestamp) -> Option<String> {
        if let Some(text) = &self.note {
            return Some(fill(&self.setup.words.review.type_note, &[("text", text)]));
        }
        if let Some((message, _)) = &self.message {
            return Some(message.clone());
        }
        let notes = self.open.frames.session.notes();
        let mut now = notes.filter(|(at, _)| *at <= time && time.since(*at) <= NOTE_TIME);
        now.next_back().map(|(_, text)| text.to_owned())
    }

    fn layout(&self) -> ReviewLayout {
        let shape = self.seen.as_ref().map(|(_, scene)| scene.picture.dimensions());
        let shape = shape.map(|(width, height)| (width as f32, height as f32));
        Review::places(self.canvas.size(), shape, &self.open.axis)
    }

    /// Handles the input. Returns whether the user leaves.
    fn handle(&mut self, input: &WindowInput) -> Result<bool> {
        let gesture = self.pointer.follow(input);
        if self.note.is_some() {
            return self.edit_note(input);
        }
        let layout = self.layout();
        let mut commands = input.keys.clone();
        commands.extend(input.letters());
        commands.extend(gesture.clicked.and_then(|ways| self.clicked(&layout, ways)));
        self.drag(&layout, gesture);
        if input.wheel != 0.0 && self.pair.is_none() {
            let around =
                input.mouse.map_or(self.open.playback.position(), |at| self.open.axis.moment(layout.plot, at.x));
            self.open.axis.zoom(f64::from(input.wheel.clamp(-3.0, 3.0)), around);
            self.changes += 1;
        }
        for command in commands {
            self.changes += 1;
            if self.obey(command)? {
                return Ok(true);
            }
        }
        if !self.is_dragging && self.pair.is_none() {
            self.open.axis.follow(self.open.playback.position());
        }
        Ok(false)
    }

    /// What a click asks for; anywhere on the keys, that they go.
    fn clicked(&self, layout: &ReviewLayout, ways: [crate::screen::canvas::WindowPoint; 2]) -> Option<ReviewCommand> {
        if self.help { Some(ReviewCommand::Help) } else { Review::clicked(layout, ways) }
    }

    /// Carries out a command. Returns whether the user leaves.
    fn obey(&mut self, command: ReviewCommand) -> Result<bool> {
        match command {
            ReviewCommand::Leave if self.help => self.help = false,
            ReviewCommand::Leave if self.pair.is_some() => self.pair = None,
            ReviewCommand::Leave => return Ok(true),
            ReviewCommand::Move(wanted) => self.move_by(wanted),
            ReviewCommand::Ghost => self.ghost = !self.ghost,
            ReviewCommand::Help => self.help = !self.help,
            ReviewCommand::Mirror => self.mirror = !self.mirror,
            ReviewCommand::FullScreen => self.toggle_full_screen(),
            ReviewCommand::Best => self.toggle_best(),
            ReviewCommand::Compare => self.toggle_comparison()?,
            ReviewCommand::Sessions => self.pick_session()?,
            ReviewCommand::Trend => self.show_trend()?,
            ReviewCommand::Fold => self.toggle_fold(),
            ReviewCommand::Zoom(by) => self.open.axis.zoom(by.into(), self.open.playback.position()),
            ReviewCommand::ZoomReset => self.open.axis.reset(),
            ReviewCommand::Page(by) => self.move_by(Move::Repetitions(by)),
            ReviewCommand::Edge(end) => {
                let to = if end { 1.0 } else { self.open.axis.of_whole(self.open.axis.begin()) };
                self.move_by(Move::To(to));
            }
            ReviewCommand::Note if self.shelf.is_some() => self.note = Some(String::new()),
            ReviewCommand::Note => self.show_message(self.setup.words.review.foreign.clone()),
            ReviewCommand::Still => self.still(),
            ReviewCommand::Export => self.export(),
            ReviewCommand::Enter | ReviewCommand::Erase => {}
        }
        Ok(false)
    }

    fn move_by(&mut self, wanted: Move) {
        match &mut self.pair {
            Some(pair) => pair.apply(wanted),
            None => self.open.playback.obey(wanted),
        }
    }

    fn toggle_fold(&mut self) {
        let OpenSession { axis, playback, .. } = &mut self.open;
        axis.toggle_fold();
        playback.begin_at(axis.begin());
        if playback.position() < axis.begin() {
            playback.obey(Move::To(axis.of_whole(axis.begin())));
        }
    }

    fn toggle_full_screen(&mut self) {
        match self.window.set_full_screen(!self.full_screen) {
            Ok(()) => self.full_screen = !self.full_screen,
            Err(reason) => tracing::warn!("{reason}"),
        }
    }

    /// Pressing on the chart moves the position there, and dragging moves it along.
    fn drag(&mut self, layout: &ReviewLayout, gesture: PointerInput) {
        if let Some(at) = gesture.pressed {
            self.is_dragging = layout.strip().contains(at) && self.pair.is_none() && !self.help;
        }
        let Some(at) = gesture.held else {
            self.is_dragging = false;
            return;
        };
        if self.is_dragging {
            let OpenSession { axis, playback, .. } = &mut self.open;
            playback.obey(Move::To(axis.of_whole(axis.moment(layout.plot, at.x))));
        }
    }
}
