//! What a review writes: notes, stills and videos.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow};

use super::{ReviewWindow, capture};
use crate::cli::exit;
use crate::i18n::fill;
use crate::screen::review::ReviewCommand;
use crate::screen::window::WindowInput;

/// The most characters of a note.
const LONGEST_NOTE: usize = 120;

impl ReviewWindow<'_> {
    /// Tells where a video was written once it is.
    pub(super) fn take_written(&mut self) {
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(writing) = self.writing.take()
        {
            let written = &self.setup.words.review.written;
            let message = capture::finished(writing).map(|path| fill(written, &[("path", &path)]));
            self.show_message(message.unwrap_or_else(|fault| exit::sentence(&fault)));
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

    fn keep_note(&mut self) {
        let text = self.note.take().filter(|text| !text.trim().is_empty());
        let (Some(text), Some(shelf), Some((_, scene))) = (text, self.shelf, &self.seen) else { return };
        let (time, session) = (scene.time, &mut self.open.frames.session);
        let kept = shelf.store.note_at(&session.entry, time, &text).and_then(|()| shelf.store.session(&session.entry));
        match kept {
            Ok(kept) => {
                *session = kept;
                self.open.timeline = std::mem::take(&mut self.open.timeline).with_events(&session.events);
                self.show_message(self.setup.words.review.noted.clone());
            }
            Err(fault) => self.show_message(exit::sentence(&fault.into())),
        }
    }

    /// Saves what is shown, but for the faces.
    pub(super) fn still(&mut self) {
        self.covers_faces = true;
        self.draw();
        self.covers_faces = false;
        self.seen = None; // which is covered now
        let (frames, position) = (&self.open.frames, self.open.playback.position());
        let name = format!("{} {}", frames.session.entry.id, capture::stamp(position));
        match capture::still(&self.canvas, &name) {
            Ok(path) => self.show_message(fill(&self.setup.words.review.written, &[("path", &path)])),
            Err(fault) => self.show_message(exit::sentence(&fault)),
        }
    }

    pub(super) fn export(&mut self) {
        if self.writing.is_some() {
            return;
        }
        let Some(number) = self.open.playback.repetition() else {
            return self.show_message(self.setup.words.review.no_repetition.clone());
        };
        let part = match capture::RepetitionFrames::read(&self.open.frames, number) {
            Ok(part) => part,
            Err(fault) => return self.show_message(exit::sentence(&fault)),
        };
        let words = Arc::clone(&self.setup.words);
        let writer = thread::Builder::new().name("export".to_owned());
        match writer.spawn(move || capture::video(part, number, &words)) {
            Ok(writing) => {
                self.writing = Some(writing);
                self.show_message(self.setup.words.review.writing.clone());
            }
            Err(cause) => self.show_message(exit::sentence(&anyhow!(cause))),
        }
    }
}
