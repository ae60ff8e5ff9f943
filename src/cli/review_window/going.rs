//! Where a review goes: to another session, to a comparison, to the trend.

use anyhow::Result;

use super::ReviewWindow;
use super::comparison::SideBySide;
use super::lists::{RepetitionList, SessionList};
use super::opening::OpenSession;
use super::picking::Picker;
use crate::cli::{exit, trend_window};
use crate::i18n::fill;

impl<'s> ReviewWindow<'s> {
    /// Lets another session be picked and opens it; one that cannot be opened is told in the list.
    pub(super) fn pick_session(&mut self) -> Result<()> {
        let title = self.setup.words.review.pick.clone();
        let Some(open) = self.pick_open(&title)? else { return Ok(()) };
        self.open = open;
        (self.seen, self.pair, self.message) = (None, None, None);
        Ok(())
    }

    /// Opens a session that is picked from the shelf; `None` if none is.
    fn pick_open(&mut self, title: &str) -> Result<Option<OpenSession<'s>>> {
        let Some(shelf) = self.shelf else { return Ok(None) };
        let list = SessionList::of(self.setup, shelf)?;
        let mut told: Option<String> = None;
        let mut place = list.place(&self.open.frames.session.entry)?;
        loop {
            let words = &self.setup.words;
            let (window, canvas) = (&mut self.window, &mut self.canvas);
            let picker = Picker { window, canvas, words, title, told: told.as_deref() };
            let Some(entry) = picker.pick(&list, place)? else { return Ok(None) };
            place = list.place(&entry)?;
            // It may have been deleted since it was listed.
            let opened = shelf.store.named(&entry.id).map_err(Into::into);
            let shown = (&mut self.window, &mut self.canvas);
            match opened.and_then(|entry| OpenSession::open(self.setup, shelf.store, &entry, shown)) {
                Ok(Some(open)) => return Ok(Some(open)),
                Ok(None) => told = None,
                Err(fault) => told = Some(exit::sentence(&fault)),
            }
        }
    }

    /// Shows the best repetition beside the worst, or stops.
    pub(super) fn toggle_best(&mut self) {
        if self.pair.take().is_none() {
            self.pair = SideBySide::best(&mut self.open.frames, &self.setup.words);
            if self.pair.is_none() {
                self.show_message(self.setup.words.review.no_pair.clone());
            }
        }
    }

    /// Shows the current repetition beside one of any session, or stops.
    pub(super) fn toggle_comparison(&mut self) -> Result<()> {
        if self.pair.take().is_some() {
            return Ok(());
        }
        let Some(number) = self.open.playback.repetition() else {
            self.show_message(self.setup.words.review.no_repetition.clone());
            return Ok(());
        };
        let title = self.setup.words.review.pick_other.clone();
        let other = match self.shelf {
            Some(_) => match self.pick_open(&title)? {
                Some(open) => (open.frames, open.title),
                None => return Ok(()),
            },
            None => (self.open.frames.twin(), self.open.title.clone()),
        };
        let (other, title) = other;
        if other.session.repetitions.is_empty() {
            self.show_message(self.setup.words.review.no_repetition.clone());
            return Ok(());
        }
        let asks = fill(&self.setup.words.review.pick_repetition, &[("title", &title)]);
        let list = RepetitionList { setup: self.setup, repetitions: &other.session.repetitions };
        let (window, canvas, words) = (&mut self.window, &mut self.canvas, &*self.setup.words);
        let Some(picked) = Picker { window, canvas, words, title: &asks, told: None }.pick(&list, 0)? else {
            return Ok(());
        };
        let this = (&mut self.open.frames, number, self.open.title.as_str());
        self.pair = SideBySide::with_other(this, (other, picked, &title), words);
        Ok(())
    }

    /// Shows how what was practised changes over the weeks.
    pub(super) fn show_trend(&mut self) -> Result<()> {
        let Some(shelf) = self.shelf else { return Ok(()) };
        let session = &self.open.frames.session;
        let drill = session.sets.first().and_then(|set| set.drill.clone());
        let person = session.entry.person;
        trend_window::show((&mut self.window, &mut self.canvas), self.setup, (shelf.store, person), Some(drill))
    }
}
