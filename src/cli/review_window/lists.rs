//! The lists of a review: the sessions on the shelf, and the repetitions of one of them.

use std::collections::HashMap;

use anyhow::Result;

use super::naming;
use super::picking::{ListPage, Picked};
use crate::cli::background::PendingAnswer;
use crate::cli::setup::Setup;
use crate::coach::Repetition;
use crate::drill_library::Library;
use crate::i18n::fill;
use crate::screen::review::axis::clock;
use crate::screen::review::list::ListRow;
use crate::screen::tally::flexions_at_bottom;
use crate::store::{PersonId, SessionEntry, SessionFilter, Store, StoredRepetition};

/// The sessions, newest first, on the thread of the reader.
pub(super) struct SessionList<'s> {
    setup: &'s Setup,
    store: &'s Store,
    /// Whose; `None` for everybody's.
    person: Option<PersonId>,
    library: Library,
    persons: HashMap<PersonId, String>,
}

impl<'s> SessionList<'s> {
    /// All of this person, or of everybody.
    pub(super) fn of(setup: &'s Setup, store: &'s Store, person: Option<PersonId>) -> Result<Self> {
        let all = store.persons()?;
        let labels = naming::PersonLabels::of(&all);
        let persons = all.iter().map(|person| (person.id, labels.in_list(person))).collect();
        Ok(Self { setup, store, person, library: Library::open(&setup.paths), persons })
    }

    fn filter(&self) -> SessionFilter<'static> {
        SessionFilter { person: self.person, ..SessionFilter::default() }
    }

    /// Where a session is in the list: it is newest first.
    pub(super) fn place(&self, entry: &SessionEntry) -> Result<usize> {
        let newer = SessionFilter { since: Some(entry.began.timestamp()), ..self.filter() };
        Ok(self.store.count(&newer)?.saturating_sub(1))
    }

    /// So many of them from this one on; the last page if there are fewer.
    pub(super) fn page(&self, from: usize, rows: usize) -> Result<ListPage<SessionEntry>> {
        let count = self.store.count(&self.filter())?;
        let from = from.min(ListPage::<SessionEntry>::last(count, rows));
        let entries = self.store.select(&SessionFilter { skipped: from, limit: Some(rows), ..self.filter() })?;
        let rows = entries.into_iter().map(|entry| (entry.clone(), self.row(&entry))).collect();
        Ok(ListPage { from, count, rows })
    }

    fn row(&self, entry: &SessionEntry) -> ListRow {
        let words = &self.setup.words.review;
        let person = self.persons.get(&entry.person).cloned().unwrap_or_default();
        let film = if entry.video.as_ref().is_some_and(|video| video.exists()) { &words.film } else { &words.no_film };
        let drill = naming::drill(self.setup, &self.library, self.store, entry);
        let cells = vec![naming::day(self.setup, entry), drill, person, words.count(entry.repetitions), film.clone()];
        ListRow { cells, sign: None }
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
        let [hips, back] = flexions_at_bottom(repetition);
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

    fn page(&self, from: usize, count: usize) -> PendingAnswer<Result<ListPage<usize>>> {
        let all = self.repetitions.iter().enumerate().skip(from).take(count);
        let rows = all.map(|(number, kept)| (number, self.row(number, &kept.repetition))).collect();
        PendingAnswer::ready(Ok(ListPage { from, count: self.repetitions.len(), rows }))
    }
}
