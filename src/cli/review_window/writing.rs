//! What a review writes: notes, stills and videos, each beside the window.

use std::sync::Arc;

use anyhow::Result;

use super::{ReviewWindow, capture};
use crate::cli::annotation::picture;
use crate::cli::background;
use crate::cli::exit;
use crate::i18n::fill;
use crate::review::playback::Move;
use crate::screen::review::ReviewCommand;
use crate::screen::window::WindowInput;
use crate::store::StoreError;

/// The most characters of a note.
const LONGEST_NOTE: usize = 120;

impl ReviewWindow<'_> {
    /// Tells what was written once it is.
    pub(super) fn take_written(&mut self) {
        for written in self.writing.files() {
            let template = &self.setup.words.review.written;
            let message = written.map(|path| fill(template, &[("path", &path)]));
            self.show_message(message.unwrap_or_else(|fault| exit::sentence(&fault)));
        }
        for kept in self.writing.kept_notes() {
            match kept {
                Ok(session) if session.entry.id != self.open.session.entry.id => {} // another one is looked at by now
                Ok(session) => {
                    self.open.timeline = std::mem::take(&mut self.open.timeline).with_events(&session.events);
                    self.open.session = session;
                    self.show_message(self.setup.words.review.noted.clone());
                }
                Err(fault) if matches!(fault.downcast_ref(), Some(StoreError::Deleted { .. })) => {
                    self.is_deleted = true;
                }
                Err(fault) => self.show_message(exit::sentence(&fault)),
            }
        }
    }

    pub(super) fn edit_note(&mut self, input: &WindowInput) -> Result<bool> {
        let Some(text) = &mut self.note else { return Ok(false) };
        let room = LONGEST_NOTE.saturating_sub(text.chars().count());
        text.extend(input.typed.chars().take(room));
        self.changes += u64::from(!input.typed.is_empty()) + input.keys.len() as u64;
        for command in &input.keys {
            match command {
                ReviewCommand::Erase => drop(self.note.as_mut().and_then(String::pop)),
                ReviewCommand::Leave => self.note = None,
                ReviewCommand::Enter => self.keep_note(),
                _ => {}
            }
        }
        Ok(false)
    }

    /// Lets a note be typed at the moment that is shown, which stays meanwhile.
    pub(super) fn begin_note(&mut self) {
        if self.open.playback.plays() {
            self.open.playback.obey(Move::Toggle);
        }
        self.note = Some(String::new());
    }

    fn keep_note(&mut self) {
        let text = self.note.take().filter(|text| !text.trim().is_empty());
        let Some(text) = text.filter(|_| self.has_shelf) else { return };
        let time = self.open.time();
        self.writing.notes.push(self.reader.ask(move |reader, _| reader.note(time, &text)));
    }

    /// Saves what is shown, but for the faces.
    pub(super) fn still(&mut self) {
        if self.writing.still.is_some() {
            return;
        }
        self.covers_faces = true;
        self.draw();
        self.covers_faces = false;
        let position = self.open.playback.position();
        let name = format!("{} {}", self.open.session.entry.id, capture::stamp(position));
        let shown = picture(&self.canvas);
        self.changes += 1; // what is on the canvas is covered
        match background::once("still", move |_| capture::still(&shown, &name)) {
            Ok(still) => self.writing.still = Some(still),
            Err(fault) => self.show_message(exit::sentence(&fault)),
        }
    }

    /// Writes the repetition as a video.
    pub(super) fn export(&mut self) {
        if self.writing.video.is_some() {
            return;
        }
        let Some(number) = self.open.playback.repetition() else {
            return self.show_message(self.setup.words.review.no_repetition.clone());
        };
        let part = self.reader.ask(move |reader, _| reader.repetition(number));
        let words = Arc::clone(&self.setup.words);
        match background::once("export", move |wanted| capture::video(part.wait()??, number, &words, wanted)) {
            Ok(video) => {
                self.writing.video = Some(video);
                self.show_message(self.setup.words.review.writing.clone());
            }
            Err(fault) => self.show_message(exit::sentence(&fault)),
        }
    }
}
