//! One run: the archive afterwards has what the store has.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use jiff::Timestamp as Moment;
use jiff::civil::Date;

use super::error::ArchiveError;
use super::folder::{ArchiveFolder, Month, is_uid};
use super::inventory::Inventory;
use super::schema::ArchiveTable;
use super::session_source::SessionSource;
use super::table_file::{Fingerprints, write_three};
use super::tombstones::Tombstones;
use super::{bundles, dataset, month};
use crate::drill_library::Library;
use crate::store::{PersonId, SessionEntry, SessionFilter, SessionState, Store, StoreError};

/// Digits of the name by which an archive knows its store.
const STORE_DIGITS: usize = 32;

/// Which sessions are written, and how.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveOptions<'l> {
    /// Whose; `None` writes everybody's.
    pub person: Option<PersonId>,
    /// Those that began on this day or later, by their local time.
    pub since: Option<Date>,
    /// Whether the files of a month are merged into one.
    pub compact: bool,
    /// Whether each session is also written as a FHIR bundle.
    pub fhir: bool,
    /// The drills that prescriptions are made of.
    pub library: &'l Library,
    /// When it runs.
    pub now: Moment,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct ArchiveOutcome {
    /// Sessions that were not there.
    pub added: usize,
    /// Sessions that had changed.
    pub changed: usize,
    /// Sessions that were there as they are.
    pub unchanged: usize,
    /// Sessions that are no longer in the store.
    pub removed: usize,
    /// Months that were merged.
    pub merged: usize,
    /// FHIR bundles that were written.
    pub bundles: usize,
    /// The ids of sessions that cannot be read, and why. They are not in the archive.
    pub unreadable: Vec<(String, StoreError)>,
}

/// Brings the archive in a folder up to the store, and creates it if there is none. A session that is still being recorded is
/// left to the next run.
///
/// # Errors
/// If the folder is no archive of this store, somebody else writes it, or a file cannot be written or read. What was written
/// until then is whole, and the next run goes on.
pub fn archive(store: &Store, folder: &Path, options: &ArchiveOptions<'_>) -> Result<ArchiveOutcome, ArchiveError> {
    let key = store.archive_key()?;
    let name = key.pseudonym("store", "", STORE_DIGITS);
    let folder = ArchiveFolder::to_write(folder, &name)?;
    dataset::write(&folder, &name)?;
    let inventory = Inventory::of(&folder)?;
    let source = SessionSource::of(store, options.library, key);
    let mut run = ArchiveRun { store, folder, options, source, inventory };
    // First, so that nothing that goes wrong with a session keeps another one here that was deleted.
    let removed = run.remove_deleted()?;
    Ok(ArchiveOutcome { removed, ..run.write_sessions()? })
}

/// A session that is to be written, and what its rows are made of.
type DueSession = (SessionEntry, String);

/// As [`ArchiveOutcome::unreadable`].
type Unreadable = Vec<(String, StoreError)>;

struct ArchiveRun<'s> {
    store: &'s Store,
    folder: ArchiveFolder,
    options: &'s ArchiveOptions<'s>,
    source: SessionSource<'s>,
    inventory: Inventory,
}

impl ArchiveRun<'_> {
    /// Writes the sessions that are not there as they are.
    fn write_sessions(&mut self) -> Result<ArchiveOutcome, ArchiveError> {
        let mut outcome = ArchiveOutcome::default();
        let mut due = Vec::new();
        let asked = self.asked()?;
        for (entry, fingerprint) in asked.iter().cloned() {
            if self.inventory.is_current(&entry.uid, &fingerprint) {
                outcome.unchanged += 1;
            } else {
                due.push((entry, fingerprint));
            }
        }
        let stale = |(entry, _): &&DueSession| self.inventory.has(&entry.uid);
        let stale: HashSet<String> = due.iter().filter(stale).map(|(entry, _)| entry.uid.clone()).collect();
        month::remove_sessions(&self.folder, &mut self.inventory, &stale)?;
        let uids: Vec<String> = due.iter().map(|(entry, _)| entry.uid.clone()).collect();
        if self.options.compact {
            outcome.merged = self.write_months(due, &mut outcome.unreadable)?;
        } else {
            self.write_each(&due, &mut outcome.unreadable)?;
        }
        let written = uids.iter().filter(|uid| self.inventory.has(uid));
        let (changed, added): (Vec<_>, Vec<_>) = written.partition(|uid| stale.contains(*uid));
        (outcome.changed, outcome.added) = (changed.len(), added.len());
        if self.options.fhir {
            let readable = |(entry, _): &&DueSession| !outcome.unreadable.iter().any(|(id, _)| *id == entry.id);
            let sessions: Vec<_> = asked.iter().filter(readable).cloned().collect();
            outcome.bundles = bundles::write(&self.folder, self.store, &sessions, &mut outcome.unreadable)?;
        }
        Ok(outcome)
    }

    /// The sessions that are asked for, oldest first, with what their rows are made of.
    fn asked(&mut self) -> Result<Vec<DueSession>, ArchiveError> {
        let filter = SessionFilter { person: self.options.person, ..SessionFilter::default() };
        let mut asked = Vec::new();
        for entry in self.store.select(&filter)?.into_iter().rev() {
            let is_early = self.options.since.is_some_and(|since| entry.began.date() < since);
            if !is_early && entry.state != SessionState::Recording && is_uid(&entry.uid) {
                let fingerprint = self.source.fingerprint(&entry)?;
                asked.push((entry, fingerprint));
            }
        }
        Ok(asked)
    }

    /// Writes sessions alone; one that cannot be read stops no other.
    fn write_each(&mut self, due: &[DueSession], unreadable: &mut Unreadable) -> Result<(), ArchiveError> {
        for session in due {
            match self.write_alone(session) {
                Err(ArchiveError::Store(reason)) => unreadable.push((session.0.id.clone(), reason)),
                written => written?,
            }
        }
        Ok(())
    }

    /// Writes the months of these sessions, and those that have files of single ones. Returns how many.
    fn write_months(&mut self, due: Vec<DueSession>, unreadable: &mut Unreadable) -> Result<usize, ArchiveError> {
        let mut by_month: BTreeMap<Month, Vec<DueSession>> = BTreeMap::new();
        for session in due {
            by_month.entry(Month::from(session.0.began.date())).or_default().push(session);
        }
        for month in month::unmerged(&self.inventory) {
            by_month.entry(month).or_default();
        }
        for (month, due) in &by_month {
            let more = due.iter().map(|(entry, fingerprint)| (entry.uid.clone(), fingerprint.clone())).collect();
            let merged = month::merge(&self.folder, &mut self.inventory, *month, &more, |rows| {
                due.iter().try_for_each(|(entry, _)| self.source.add_session(entry, rows))
            });
            match merged {
                // One of them cannot be read: each alone, and then those that could.
                Err(ArchiveError::Store(_)) => {
                    self.write_each(due, unreadable)?;
                    month::merge(&self.folder, &mut self.inventory, *month, &Fingerprints::new(), |_| Ok(()))?;
                }
                merged => merged?,
            }
        }
        Ok(by_month.len())
    }

    /// Writes the files of one session.
    fn write_alone(&mut self, (entry, fingerprint): &DueSession) -> Result<(), ArchiveError> {
        let sessions = Fingerprints::from([(entry.uid.clone(), fingerprint.clone())]);
        let month = Month::from(entry.began.date());
        let place = |table| (self.folder.session_file(table, month, &entry.uid), sessions.clone());
        let files = ArchiveTable::OF_SESSIONS.map(place);
        write_three(&files, |mut rows| self.source.add_session(entry, &mut rows))?;
        for ((_, table), (path, _)) in self.inventory.tables.iter_mut().zip(files) {
            table.single.insert(entry.uid.clone(), (month, path));
        }
        Ok(())
    }

    /// Takes out what is no longer in the store. Its tombstone comes first, so that no view shows it from then on, whatever
    /// happens to this run.
    fn remove_deleted(&mut self) -> Result<usize, ArchiveError> {
        let here: HashSet<String> = self.store.list()?.into_iter().map(|entry| entry.uid).collect();
        let mut gone = self.inventory.uids();
        gone.retain(|uid| !here.contains(uid));
        let before = Tombstones::read(&self.folder)?;
        let after = before.with(gone.iter(), |uid| here.contains(uid), self.options.now);
        if after != before || !self.folder.only_file(ArchiveTable::Tombstones).exists() {
            after.write(&self.folder)?;
        }
        month::remove_sessions(&self.folder, &mut self.inventory, &gone)?;
        bundles::remove_gone(&self.folder, &here)?;
        Ok(gone.len())
    }
}
