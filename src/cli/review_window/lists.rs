//! The lists of a review: the sessions on the shelf, and the repetitions of one of them.

use std::collections::HashMap;

use anyhow::Result;

use super::opening::{self, Shelf};
use super::picking::Picked;
use crate::cli::setup::Setup;
use crate::coach::Repetition;
use crate::drill_library::Library;
use crate::i18n::fill;
use crate::screen::review::axis::clock;
use crate::screen::review::list::ListRow;
use crate::screen::tally::degrees;
use crate::store::{PersonId, SessionEntry, SessionFilter, StoredRepetition};
use crate::visible::visible;

/// The sessions, newest first.
pub(super) struct SessionList<'s> {
    setup: &'s Setup,
    shelf: Shelf<'s>,
    library: Library,
    persons: HashMap<PersonId, String>,
}

impl<'s> SessionList<'s> {
    /// All on the shelf.
    pub(super) fn of(setup: &'s Setup, shelf: Shelf<'s>) -> Result<Self> {
        let persons = shelf.store.persons()?.into_iter();
        let persons = persons.map(|person| (person.id, visible(&person.label()))).collect();
        Ok(Self { setup, shelf, library: Library::open(&setup.paths), persons })
    }

    fn filter(&self) -> SessionFilter<'static> {
        SessionFilter { person: self.shelf.person, ..SessionFilter::default() }
    }

    /// Where a session is in the list: it is newest first.
    pub(super) fn place(&self, entry: &SessionEntry) -> Result<usize> {
        let newer = SessionFilter { since: Some(entry.began.timestamp()), ..self.filter() };
        Ok(self.shelf.store.count(&newer)?.saturating_sub(1))
    }

    fn row(&self, entry: &SessionEntry) -> ListRow {
        let words = &self.setup.words.review;
        let person = self.persons.get(&entry.person).unwrap_or(&entry.pseudonym);
        let film = if entry.video.as_ref().is_some_and(|video| video.exists()) { &words.film } else { &words.no_film };
        let drill = opening::drill(self.setup, &self.library, entry);
        let cells =
            vec![opening::day(self.setup, entry), drill, person.clone(), words.count(entry.repetitions), film.clone()];
        ListRow { cells, sign: None }
    }
}

impl Picked for SessionList<'_> {
    type Item = SessionEntry;

    fn count(&self) -> Result<usize> {
        Ok(self.shelf.store.count(&self.filter())?)
    }

    fn page(&self, from: usize, count: usize) -> Result<Vec<(SessionEntry, ListRow)>> {
        let entries = self.shelf.store.select(&SessionFilter { skipped: from, limit: Some(count), ..self.filter() })?;
        Ok(entries.into_iter().map(|entry| (entry.clone(), self.row(&entry))).collect())
    }
}

/// The repetitions of a session, in order.
pub(super) struct RepetitionList<'s> {
    pub setup: &'s Setup,
    pub repetitions: &'s [StoredRepetition],
}

impl RepetitionList<'_> {
    fn row(&self, number: usize, repetition: &Repetition) -> ListRow {
        let words = &self.setup.words;
        let [hips, back] = [repetition.bend.hip_flexion, repetition.bend.lumbar_flexion].map(degrees);
        let of = self.repetitions.len();
        let name = fill(&words.review.repetition, &[("number", &(number + 1)), ("of", &of)]);
        let verdict = repetition.verdict.map(|verdict| words.verdict(verdict).to_owned()).unwrap_or_default();
        let values = fill(&words.review.row, &[("hips", &hips), ("back", &back)]);
        let began = clock(repetition.start.since(crate::source::Timestamp::default()));
        ListRow { cells: vec![name, values, verdict, began], sign: Some(repetition.verdict) }
    }
}

impl Picked for RepetitionList<'_> {
    type Item = usize;

    fn count(&self) -> Result<usize> {
        Ok(self.repetitions.len())
    }

    fn page(&self, from: usize, count: usize) -> Result<Vec<(usize, ListRow)>> {
        let all = self.repetitions.iter().enumerate().skip(from).take(count);
        Ok(all.map(|(number, kept)| (number, self.row(number, &kept.repetition))).collect())
    }
}
