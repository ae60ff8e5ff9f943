//! The window of a review: handles keys and mouse, and draws.

mod capture;
mod comparison;

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::redraw::{Redraw, RedrawTracker};
use crate::i18n::{Words, fill};
use crate::pipeline::{FaceCover, Scene};
use crate::review::kept_frame::KeptFrames;
use crate::review::playback::{Move, Playback};
use crate::screen::canvas::{Canvas, WindowPoint};
use crate::screen::layout::Layout;
use crate::screen::live::{self, View};
use crate::screen::review::{ComparisonSide, Review, ReviewCommand};
use crate::screen::settings::{KeyCommand, Settings};
use crate::screen::widget::timeline::Timeline;
use crate::screen::window::{LiveWindow, TIMEOUT, WindowInput};
use crate::source::Timestamp;
use crate::store::{SessionEntry, Store};

pub(super) use self::comparison::EarlierSession;
use self::comparison::{BuildComparison, SideBySide};

/// How long a message is shown under the timeline.
const MESSAGE_TIME: Duration = Duration::from_secs(5);

/// How long a note is shown, from its time on.
const NOTE_TIME: Duration = Duration::from_secs(3);

/// The most characters of a note, which fit into the input line.
const LONGEST_NOTE: usize = 120;

/// A review in progress.
pub(super) struct ReviewWindow<'s> {
    window: LiveWindow,
    canvas: Canvas,
    frames: KeptFrames<'s>,
    /// The same once more, while two of its repetitions are side by side.
    twin: Option<KeptFrames<'s>>,
    earlier: Option<EarlierSession<'s>>,
    words: Arc<Words>,
    timeline: Timeline,
    playback: Playback,
    settings: Settings,
    /// The current frame with its number.
    seen: Option<(usize, Scene)>,
    /// Whether faces are covered, which they are in a still.
    covers_faces: bool,
    ghost: bool,
    help: bool,
    pair: Option<SideBySide>,
    /// The note being typed.
    note: Option<String>,
    message: Option<(String, Instant)>,
    /// While the mouse is held, whether it was pressed on the timeline: then dragging moves the position.
    dragged: Option<bool>,
    writing: Option<JoinHandle<Result<String>>>,
    repaint: RedrawTracker<DrawnReview>,
    changes: u64,
}

/// Everything that the picture depends on: the frame, the position, the window size, and a counter of other changes.
type DrawnReview = (usize, Duration, (usize, usize), u64);

impl<'s> ReviewWindow<'s> {
    pub(super) fn open(window: LiveWindow, frames: KeptFrames<'s>, words: Arc<Words>) -> Result<Self> {
        let (width, height) = window.size();
        let session = &frames.session;
        let moments = session.repetitions.iter().map(|kept| kept.repetition);
        let playback = Playback::new(
            frames.times(),
            moments.map(|repetition| [repetition.start, repetition.bottom, repetition.end]),
        );
        let mut settings = Settings::default();
        settings.mirror = false;
        Ok(Self {
            timeline: Timeline::of(frames.samples(), &session.repetitions, &session.events)?,
            canvas: Canvas::new(width, height)?,
            window,
            frames,
            twin: None,
            earlier: None,
            words,
            playback,
            settings,
            seen: None,
            covers_faces: false,
            ghost: false,
            help: false,
            pair: None,
            note: None,
            message: None,
            dragged: None,
            writing: None,
            repaint: RedrawTracker::default(),
            changes: 0,
        })
    }

    /// Sets the session to compare with.
    pub(super) fn compare_with(&mut self, earlier: EarlierSession<'s>) {
        self.earlier = Some(earlier);
    }

    /// Runs until the user quits, and returns the window. Notes are kept in `store` if it is one of the user's own sessions.
    pub(super) fn run(mut self, store: Option<(&Store, &SessionEntry)>) -> Result<LiveWindow> {
        let mut last = Instant::now();
        loop {
            let now = Instant::now();
            self.advance(now - last);
            last = now;
            let input = self.show()?;
            if self.handle(&input, store)? {
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
        if self.playback.plays() { Duration::from_millis(8) } else { TIMEOUT }
    }

    fn advance(&mut self, time: Duration) {
        match &mut self.pair {
            Some(pair) => pair.advance(time),
            None => self.playback.pass(time),
        }
        if self.message.as_ref().is_some_and(|(_, since)| since.elapsed() > MESSAGE_TIME) {
            self.message = None;
            self.changes += 1;
        }
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(writing) = self.writing.take()
        {
            let message = capture::finished(writing).map(|path| fill(&self.words.review.written, &[("path", &path)]));
            self.show_message(message.unwrap_or_else(|fault| super::exit::sentence(&fault)));
        }
    }

    fn show_message(&mut self, sentence: String) {
        self.message = Some((sentence, Instant::now()));
        self.changes += 1;
    }

    /// The playback of what is shown: a pair or the session.
    fn clock(&self) -> &Playback {
        self.pair.as_ref().map_or(&self.playback, SideBySide::playback)
    }

    fn show(&mut self) -> Result<WindowInput> {
        let size = (self.canvas.width(), self.canvas.height());
        let clock = self.clock();
        let shown = (clock.frame(), clock.position(), size, self.changes);
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
        let mut sides: Option<[ComparisonSide; 2]> =
            self.pair.as_mut().and_then(|pair| pair.sides(&mut self.frames, self.twin.as_mut(), self.earlier.as_mut()));
        if self.covers_faces {
            let of_sides = sides.iter_mut().flatten().map(|side| &mut side.scene);
            let shown = self.seen.as_mut().map(|(_, scene)| scene).into_iter().chain(of_sides);
            shown.for_each(|scene| FaceCover::default().cover(scene));
        }
        let time = self.seen.as_ref().map(|(_, scene)| scene.time).unwrap_or_default();
        let ghost = if self.ghost { self.frames.standing(time) } else { None };
        let sentence = self.sentence(time);
        let review = Review {
            timeline: &self.timeline,
            playback: &self.playback,
            ghost: ghost.as_ref(),
            pair: sides.as_ref(),
            sentence: sentence.as_deref(),
            help: self.help,
        };
        let scene = self.seen.as_ref().map(|(_, scene)| scene);
        let view = View { scene, settings: self.settings, review: Some(review), ..View::new(&self.words) };
        live::draw(&mut self.canvas, &view);
    }

    /// Loads the scene of the current frame.
    fn update_scene(&mut self) {
        let frame = self.playback.frame();
        if self.seen.as_ref().is_none_or(|(number, _)| *number != frame) {
            self.seen = self.frames.scene(frame).map(|scene| (frame, scene));
        }
    }

    fn sentence(&self, time: Timestamp) -> Option<String> {
        if let Some(text) = &self.note {
            return Some(fill(&self.words.review.type_note, &[("text", text)]));
        }
        if let Some((message, _)) = &self.message {
            return Some(message.clone());
        }
        let notes = self.frames.session.notes();
        let mut now = notes.filter(|(at, _)| *at <= time && time.since(*at) <= NOTE_TIME);
        now.next_back().map(|(_, text)| text.to_owned())
    }

    /// Handles the input. Returns whether the user quits.
    fn handle(&mut self, input: &WindowInput, store: Option<(&Store, &SessionEntry)>) -> Result<bool> {
        self.drag(input.held);
        if self.note.is_some() {
            return self.edit_note(input, store);
        }
        let mut commands = input.keys.clone();
        commands.extend(input.letters());
        for command in commands {
            self.changes += 1;
            match command {
                ReviewCommand::Leave if self.help => self.help = false,
                ReviewCommand::Leave if self.pair.is_some() => self.pair = None,
                ReviewCommand::Leave => return Ok(true),
                ReviewCommand::Move(wanted) => self.move_by(wanted),
                ReviewCommand::Ghost => self.ghost = !self.ghost,
                ReviewCommand::Help => self.help = !self.help,
                ReviewCommand::Mirror => self.settings.apply(KeyCommand::Mirror),
                ReviewCommand::FullScreen => self.toggle_full_screen(),
                ReviewCommand::Best => self.toggle_pair(SideBySide::best),
                ReviewCommand::Compare => self.toggle_pair(SideBySide::with_earlier),
                ReviewCommand::Note if store.is_some() => self.note = Some(String::new()),
                ReviewCommand::Note => self.show_message(self.words.review.foreign.clone()),
                ReviewCommand::Still => self.still(),
                ReviewCommand::Export => self.export(),
                ReviewCommand::Enter | ReviewCommand::Erase => {}
            }
        }
        Ok(false)
    }

    fn move_by(&mut self, wanted: Move) {
        match &mut self.pair {
            Some(pair) => pair.apply(wanted),
            None => self.playback.obey(wanted),
        }
    }

    fn toggle_full_screen(&mut self) {
        self.settings.apply(KeyCommand::FullScreen);
        if let Err(reason) = self.window.set_full_screen(self.settings.full_screen) {
            tracing::warn!("{reason}");
            self.settings.apply(KeyCommand::FullScreen);
        }
    }

    /// Shows two repetitions side by side, or hides them.
    fn toggle_pair(&mut self, build: BuildComparison) {
        if self.pair.take().is_some() {
            return;
        }
        match build(&self.frames, self.earlier.as_ref(), self.playback.repetition(), &self.words) {
            Ok(pair) => {
                self.twin.get_or_insert_with(|| self.frames.twin());
                self.pair = Some(pair);
            }
            Err(reason) => self.show_message(reason),
        }
    }

    /// Handles the mouse: pressing on the timeline moves the position there, and dragging moves it along.
    fn drag(&mut self, held: Option<WindowPoint>) {
        let Some(at) = held else {
            self.dragged = None;
            return;
        };
        let shape = self.seen.as_ref().map_or((16.0, 9.0), |(_, scene)| {
            let (width, height) = scene.picture.dimensions();
            (width as f32, height as f32)
        });
        let strip = Review::strip(&Layout::new(self.canvas.size(), shape, self.settings.text_scale()));
        let on_timeline = *self.dragged.get_or_insert(strip.contains(at));
        if on_timeline && self.pair.is_none() {
            self.playback.obey(Move::To(Timeline::part(strip, at.x)));
        }
    }

    fn edit_note(&mut self, input: &WindowInput, store: Option<(&Store, &SessionEntry)>) -> Result<bool> {
        let Some(text) = &mut self.note else { return Ok(false) };
        let room = LONGEST_NOTE.saturating_sub(text.chars().count());
        text.extend(input.typed.chars().take(room));
        self.changes += u64::from(!input.typed.is_empty()) + input.keys.len() as u64;
        for command in &input.keys {
            match command {
                ReviewCommand::Erase => drop(self.note.as_mut().and_then(String::pop)),
                ReviewCommand::Leave => self.note = None,
                ReviewCommand::Enter => self.keep_note(store)?,
                _ => {}
            }
        }
        Ok(false)
    }

    fn keep_note(&mut self, store: Option<(&Store, &SessionEntry)>) -> Result<()> {
        let text = self.note.take().filter(|text| !text.trim().is_empty());
        let (Some(text), Some((store, entry)), Some((_, scene))) = (text, store, &self.seen) else { return Ok(()) };
        store.note_at(entry, scene.time, &text)?;
        self.frames.session = store.session(entry)?;
        self.timeline = std::mem::take(&mut self.timeline).with_events(&self.frames.session.events);
        self.show_message(self.words.review.noted.clone());
        Ok(())
    }

    /// Saves what is shown, but for the faces.
    fn still(&mut self) {
        self.covers_faces = true;
        self.draw();
        self.covers_faces = false;
        self.seen = None; // which is covered now
        let name = format!("{} {}", self.frames.session.entry.id, capture::stamp(self.playback.position()));
        match capture::still(&self.canvas, &name) {
            Ok(path) => self.show_message(fill(&self.words.review.written, &[("path", &path)])),
            Err(fault) => self.show_message(super::exit::sentence(&fault)),
        }
    }

    fn export(&mut self) {
        if self.writing.is_some() {
            return;
        }
        let Some(number) = self.playback.repetition() else {
            return self.show_message(self.words.review.no_repetition.clone());
        };
        let part = match capture::RepetitionFrames::read(&self.frames, number) {
            Ok(part) => part,
            Err(fault) => return self.show_message(super::exit::sentence(&fault)),
        };
        let words = Arc::clone(&self.words);
        let writer = thread::Builder::new().name("export".to_owned());
        match writer.spawn(move || capture::video(part, number, &words)) {
            Ok(writing) => {
                self.writing = Some(writing);
                self.show_message(self.words.review.writing.clone());
            }
            Err(cause) => self.show_message(super::exit::sentence(&anyhow!(cause))),
        }
    }
}
