//! A review in its window: does what keys and mouse ask for, and draws what follows from it.

mod capture;
mod comparison;

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::redraw::{Paint, Repaint};
use crate::i18n::{Words, fill};
use crate::pipeline::Scene;
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

/// How long a sentence of its own stands under the strip.
const TOLD: Duration = Duration::from_secs(5);

/// A note is shown from its moment on for so long.
const NOTE: Duration = Duration::from_secs(3);

/// Letters that fit into the line where a note is typed.
const LONGEST_NOTE: usize = 120;

/// A review under way.
pub(super) struct ReviewWindow {
    window: LiveWindow,
    canvas: Canvas,
    again: KeptFrames,
    earlier: Option<EarlierSession>,
    words: Arc<Words>,
    timeline: Timeline,
    playback: Playback,
    settings: Settings,
    /// The frame that is shown, by its number.
    seen: Option<(usize, Scene)>,
    ghost: bool,
    help: bool,
    pair: Option<SideBySide>,
    /// What is being typed.
    note: Option<String>,
    told: Option<(String, Instant)>,
    /// Whether the mouse was pressed on the strip: then it is dragged along it wherever it goes.
    dragged: Option<bool>,
    writing: Option<JoinHandle<Result<String>>>,
    repaint: Repaint<DrawnReview>,
    changes: u64,
}

/// All that the picture depends on: the frame, the position, the window's size, and how often something else has changed.
type DrawnReview = (usize, Duration, (usize, usize), u64);

impl ReviewWindow {
    pub(super) fn open(window: LiveWindow, again: KeptFrames, words: Arc<Words>) -> Result<Self> {
        let (width, height) = window.size();
        let session = &again.whole.session;
        let times: Vec<Timestamp> = again.samples().iter().map(|sample| sample.time).collect();
        let moments = session.repetitions.iter().map(|kept| kept.repetition);
        let playback =
            Playback::new(&times, moments.map(|repetition| [repetition.start, repetition.bottom, repetition.end]));
        let mut settings = Settings::default();
        settings.mirror = false;
        Ok(Self {
            timeline: timeline(&again),
            canvas: Canvas::new(width, height)?,
            window,
            again,
            earlier: None,
            words,
            playback,
            settings,
            seen: None,
            ghost: false,
            help: false,
            pair: None,
            note: None,
            told: None,
            dragged: None,
            writing: None,
            repaint: Repaint::default(),
            changes: 0,
        })
    }

    /// The drill of this repetition, or of the first set.
    pub(super) fn drill(&self) -> Option<&str> {
        self.again.whole.session.sets.first()?.drill.as_deref()
    }

    /// Has a session to compare with.
    pub(super) fn compare_with(&mut self, earlier: EarlierSession) {
        self.earlier = Some(earlier);
    }

    /// Shows it until the person leaves. Notes are kept in `store`, where it is the person's own session.
    pub(super) fn run(mut self, store: Option<(&Store, &SessionEntry)>) -> Result<()> {
        let mut last = Instant::now();
        loop {
            let now = Instant::now();
            self.pass(now - last);
            last = now;
            let heard = self.show()?;
            if self.obey(&heard, store)? {
                break;
            }
            thread::sleep(TIMEOUT.saturating_sub(now.elapsed()).min(self.rest()));
        }
        match self.writing.take() {
            Some(writing) => capture::finished(writing).map(drop),
            None => Ok(()),
        }
    }

    /// While it plays, pictures follow each other as fast as they were taken.
    fn rest(&self) -> Duration {
        if self.playback.plays() { Duration::from_millis(8) } else { TIMEOUT }
    }

    fn pass(&mut self, time: Duration) {
        match &mut self.pair {
            Some(pair) => pair.pass(time),
            None => self.playback.pass(time),
        }
        if self.told.as_ref().is_some_and(|(_, since)| since.elapsed() > TOLD) {
            self.told = None;
            self.changes += 1;
        }
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(writing) = self.writing.take()
        {
            let told = capture::finished(writing).map(|path| fill(&self.words.review.written, &[("path", &path)]));
            self.tell(told.unwrap_or_else(|fault| super::exit::sentence(&fault)));
        }
    }

    fn tell(&mut self, sentence: String) {
        self.told = Some((sentence, Instant::now()));
        self.changes += 1;
    }

    /// The position of what is shown.
    fn clock(&self) -> &Playback {
        self.pair.as_ref().map_or(&self.playback, SideBySide::playback)
    }

    fn show(&mut self) -> Result<WindowInput> {
        let size = (self.canvas.width(), self.canvas.height());
        let clock = self.clock();
        let shown = (clock.frame(), clock.position(), size, self.changes);
        let anew = match self.repaint.needed(shown, Instant::now()) {
            Paint::Anew => {
                self.draw();
                true
            }
            Paint::Again => true,
            Paint::Not => false,
        };
        Ok(self.window.review(&mut self.canvas, anew)?)
    }

    fn draw(&mut self) {
        self.fetch();
        let sides: Option<[ComparisonSide; 2]> =
            self.pair.as_mut().and_then(|pair| pair.sides(&mut self.again, self.earlier.as_mut()));
        let time = self.seen.as_ref().map(|(_, scene)| scene.time).unwrap_or_default();
        let ghost = if self.ghost { self.again.standing(time) } else { None };
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

    /// The scene of the frame that is due.
    fn fetch(&mut self) {
        let frame = self.playback.frame();
        if self.seen.as_ref().is_none_or(|(number, _)| *number != frame) {
            self.seen = self.again.scene(frame).map(|scene| (frame, scene));
        }
    }

    fn sentence(&self, time: Timestamp) -> Option<String> {
        if let Some(text) = &self.note {
            return Some(fill(&self.words.review.type_note, &[("text", text)]));
        }
        if let Some((told, _)) = &self.told {
            return Some(told.clone());
        }
        let notes = self.again.whole.session.notes();
        let mut now = notes.filter(|(at, _)| *at <= time && time.since(*at) <= NOTE);
        now.next_back().map(|(_, text)| text.to_owned())
    }

    /// Does what is asked for; says whether the person leaves.
    fn obey(&mut self, heard: &WindowInput, store: Option<(&Store, &SessionEntry)>) -> Result<bool> {
        self.drag(heard.held);
        if self.note.is_some() {
            return self.take_note(heard, store);
        }
        let mut wishes = heard.keys.clone();
        wishes.extend(heard.letters());
        for wish in wishes {
            self.changes += 1;
            match wish {
                ReviewCommand::Leave if self.help => self.help = false,
                ReviewCommand::Leave if self.pair.is_some() => self.pair = None,
                ReviewCommand::Leave => return Ok(true),
                ReviewCommand::Move(wanted) => self.go(wanted),
                ReviewCommand::Ghost => self.ghost = !self.ghost,
                ReviewCommand::Help => self.help = !self.help,
                ReviewCommand::Mirror => self.settings.apply(KeyCommand::Mirror),
                ReviewCommand::FullScreen => self.fill_screen(),
                ReviewCommand::Best => self.pair(SideBySide::best),
                ReviewCommand::Compare => self.pair(SideBySide::with_earlier),
                ReviewCommand::Note if store.is_some() => self.note = Some(String::new()),
                ReviewCommand::Note => self.tell(self.words.review.foreign.clone()),
                ReviewCommand::Still => self.still(),
                ReviewCommand::Export => self.export(),
                ReviewCommand::Enter | ReviewCommand::Erase => {}
            }
        }
        Ok(false)
    }

    fn go(&mut self, wanted: Move) {
        match &mut self.pair {
            Some(pair) => pair.obey(wanted),
            None => self.playback.obey(wanted),
        }
    }

    fn fill_screen(&mut self) {
        self.settings.apply(KeyCommand::FullScreen);
        if let Err(reason) = self.window.set_full_screen(self.settings.full_screen) {
            tracing::warn!("{reason}");
            self.settings.apply(KeyCommand::FullScreen);
        }
    }

    /// Lays two repetitions side by side, or takes them away.
    fn pair(&mut self, made: BuildComparison) {
        if self.pair.take().is_some() {
            return;
        }
        match made(&self.again, self.earlier.as_ref(), self.playback.repetition(), &self.words) {
            Ok(pair) => self.pair = Some(pair),
            Err(why) => self.tell(why),
        }
    }

    /// The mouse: pressed on the strip it goes there, and on while it is held.
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
        let on_strip = *self.dragged.get_or_insert(strip.contains(at));
        if on_strip && self.pair.is_none() {
            self.playback.obey(Move::To(Timeline::part(strip, at.x)));
        }
    }

    fn take_note(&mut self, heard: &WindowInput, store: Option<(&Store, &SessionEntry)>) -> Result<bool> {
        let Some(text) = &mut self.note else { return Ok(false) };
        let room = LONGEST_NOTE.saturating_sub(text.chars().count());
        text.extend(heard.typed.chars().take(room));
        self.changes += u64::from(!heard.typed.is_empty()) + heard.keys.len() as u64;
        for wish in &heard.keys {
            match wish {
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
        let mut whole = (*self.again.whole).clone();
        whole.session = store.session(entry)?;
        self.again.whole = Arc::new(whole);
        self.timeline = timeline(&self.again);
        self.tell(self.words.review.noted.clone());
        Ok(())
    }

    fn still(&mut self) {
        let name = format!("{} {}", self.again.whole.session.entry.id, capture::stamp(self.playback.position()));
        match capture::still(&self.canvas, &name) {
            Ok(path) => self.tell(fill(&self.words.review.written, &[("path", &path)])),
            Err(fault) => self.tell(super::exit::sentence(&fault)),
        }
    }

    fn export(&mut self) {
        if self.writing.is_some() {
            return;
        }
        let whole = Arc::clone(&self.again.whole);
        let repetition = self.playback.repetition();
        let Some((number, kept)) =
            repetition.and_then(|number| Some((number, whole.session.repetitions.get(number)?.clone())))
        else {
            return self.tell(self.words.review.no_repetition.clone());
        };
        let words = Arc::clone(&self.words);
        let writer = thread::Builder::new().name("export".to_owned());
        match writer.spawn(move || capture::video(whole, number, &kept, &words)) {
            Ok(writing) => {
                self.writing = Some(writing);
                self.tell(self.words.review.writing.clone());
            }
            Err(cause) => self.tell(super::exit::sentence(&anyhow!(cause))),
        }
    }
}

fn timeline(again: &KeptFrames) -> Timeline {
    let session = &again.whole.session;
    Timeline::of(again.samples(), &session.repetitions, &session.events)
}
