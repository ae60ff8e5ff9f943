//! Where a review goes: to another session, to a comparison, to the trend.

use anyhow::Result;

use super::ReviewWindow;
use super::lists::RepetitionList;
use super::opening::{self, Loading, OpenSession};
use super::picking::{ListPage, Picked, Picker};
use super::reader::{LoadedSession, SessionReader};
use crate::cli::background::{Background, PendingAnswer};
use crate::cli::waiting::wait_for;
use crate::cli::{exit, trend_window};
use crate::i18n::fill;
use crate::store::{SessionEntry, StoreError};

impl Picked for Background<SessionReader> {
    type Item = SessionEntry;

    fn page(&self, from: usize, count: usize) -> PendingAnswer<Result<ListPage<SessionEntry>>> {
        self.ask(move |reader, _| reader.page(from, count))
    }
}

impl ReviewWindow<'_> {
    /// Lets another session be picked and opens it; one that cannot be opened is told in the list.
    pub(super) fn pick_session(&mut self) -> Result<()> {
        self.pick_another(None).map(drop)
    }

    /// Goes back to the list from a session that was deleted meanwhile. Returns whether another one was opened.
    pub(super) fn go_on_without(&mut self) -> Result<bool> {
        self.note = None;
        self.pick_another(Some(self.setup.words.review.deleted.clone()))
    }

    fn pick_another(&mut self, told: Option<String>) -> Result<bool> {
        let title = self.setup.words.review.pick.clone();
        let loaded = self.pick_loaded((&title, told), SessionReader::load)?;
        let is_picked = loaded.is_some();
        if let Some(loaded) = loaded {
            self.look_at(OpenSession::of(loaded));
        }
        Ok(is_picked)
    }

    /// Reads a session that is picked from the shelf; `None` if none is.
    fn pick_loaded(
        &mut self,
        (title, mut told): (&str, Option<String>),
        load: Loading,
    ) -> Result<Option<LoadedSession>> {
        if !self.has_shelf {
            return Ok(None);
        }
        let mut entry = self.open.session.entry.clone();
        loop {
            let asked = entry.clone();
            let place = self.reader.ask(move |reader, _| reader.place(&asked));
            let Some(place) = self.wait_a_moment(place)? else { return Ok(None) };
            let words = &self.setup.words;
            let picker = Picker { window: self.window, canvas: &mut self.canvas, words, title, told: told.as_deref() };
            let Some(picked) = picker.pick(&self.reader, place?)? else { return Ok(None) };
            entry = picked.clone();
            // It may have been deleted since it was listed.
            let reader = (&self.reader, load);
            match opening::load(self.setup, reader, picked, (&mut *self.window, &mut self.canvas)) {
                Ok(Some(loaded)) => return Ok(Some(loaded)),
                Ok(None) => told = None,
                Err(fault) => told = Some(exit::sentence(&fault)),
            }
        }
    }

    /// Waits for what seldom takes long; `None` if the person leaves meanwhile.
    fn wait_a_moment<T>(&mut self, pending: PendingAnswer<T>) -> Result<Option<T>> {
        let words = &self.setup.words;
        let told = || (words.start.moment.clone(), 0.0);
        wait_for((&mut *self.window, &mut self.canvas), words, (&self.open.title, &told), pending)
    }

    /// Shows the best repetition beside the worst, or stops.
    pub(super) fn toggle_best(&mut self) {
        let is_over = self.pair.take().is_some() | self.pairing.take().is_some();
        if !is_over {
            self.pairing = Some(self.reader.ask(|reader, _| reader.best()));
        }
    }

    /// Takes the pair of best and worst once it is there.
    pub(super) fn take_pair(&mut self) -> Result<()> {
        let Some(pair) = self.pairing.as_ref().map(PendingAnswer::poll).transpose()?.flatten() else {
            return Ok(());
        };
        (self.pairing, self.pair) = (None, pair);
        self.changes += 1;
        if self.pair.is_none() {
            self.show_message(self.setup.words.review.no_pair.clone());
        }
        Ok(())
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
        let other = match self.has_shelf {
            true => match self.pick_loaded((&title, None), SessionReader::load_other)? {
                Some(loaded) => (loaded.session, loaded.title),
                None => return Ok(()),
            },
            false => (self.open.session.clone(), self.open.title.clone()),
        };
        let (other, title) = other;
        if other.repetitions.is_empty() {
            self.show_message(self.setup.words.review.no_repetition.clone());
            return Ok(());
        }
        let words = &*self.setup.words;
        let asks = fill(&words.review.pick_repetition, &[("title", &title)]);
        let list = RepetitionList { setup: self.setup, repetitions: &other.repetitions };
        let picker = Picker { window: self.window, canvas: &mut self.canvas, words, title: &asks, told: None };
        let Some(picked) = picker.pick(&list, 0)? else { return Ok(()) };
        let this_title = self.open.title.clone();
        let both = move |reader: &mut SessionReader, _: &_| reader.compare((number, &this_title), (picked, &title));
        let both = self.reader.ask(both);
        self.pair = self.wait_a_moment(both)?.flatten();
        Ok(())
    }

    /// Shows how what was practised changes over the weeks. With a person who was forgotten meanwhile the session went, too; what else
    /// cannot be read is told, and the review goes on.
    pub(super) fn show_trend(&mut self) -> Result<()> {
        if !self.has_shelf {
            return Ok(());
        }
        let session = &self.open.session;
        let drill = session.sets.first().and_then(|set| set.drill.clone());
        let person = session.entry.person;
        let shown = trend_window::show((self.window, &mut self.canvas), self.setup, person, Some(drill));
        let Err(fault) = shown else { return Ok(()) };
        match fault.downcast_ref() {
            Some(StoreError::UnknownPerson { .. }) => self.is_deleted = true,
            Some(_) => self.show_message(exit::sentence(&fault)),
            None => return Err(fault),
        }
        Ok(())
    }
}
