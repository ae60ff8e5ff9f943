//! One run: the archive afterwards has what the store has.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp as Moment;
use jiff::civil::Date;

use super::due_session::DueSession;
use super::error::ArchiveError;
use super::folder::{ArchiveFolder, Month, remove};
use super::inventory::{Inventory, SessionPlace};
use super::schema::ArchiveTable;
use super::session_rows::fingerprint;
use super::session_source::SessionSource;
use super::table_file::{Fingerprints, pending_three};
use super::tombstones::Tombstones;
use super::{bundles, dataset, month};
use crate::atomic_file::{AtomicFile, finish_all};
use crate::drill_library::Library;
use crate::store::{PersonId, SessionEntry, SessionFilter, SessionState, Store, StoreError, is_uid};

/// Digits of the name by which an archive knows its store.
const STORE_DIGITS: usize = 32;

/// Sessions that are put to the disk together, each with three files: all are open until then, of the 256 that some systems allow. [own]
const BATCH: usize = 16;

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

impl ArchiveOptions<'_> {
    /// Whether a session is one of those that are asked for.
    fn is_for(&self, entry: &SessionEntry) -> bool {
        self.person.is_none_or(|person| entry.person == person)
            && self.since.is_none_or(|since| entry.began.date() >= since)
    }
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
    /// Sessions that were not written, as another program's file stands in their month.
    pub barred: usize,
    /// Months that were merged.
    pub merged: usize,
    /// FHIR bundles that were written.
    pub bundles: usize,
    /// Sessions that cannot be read.
    pub unreadable: Vec<UnreadableSession>,
    /// Files that other programs have written in place of ours, each told as an error. They are left alone, and nothing of their
    /// months is written: a session that has moved out of one is there and in its new month.
    pub foreign: Vec<ArchiveError>,
    /// Parquet files beside ours, which other programs count, each told as an error.
    pub strays: Vec<ArchiveError>,
}

/// A session that cannot be read.
#[derive(Debug)]
pub struct UnreadableSession {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: StoreError,
    /// Whether the archive still has it as it was when it could be read.
    pub is_kept: bool,
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
    let mut run = ArchiveRun { store, folder, options, source, inventory, barred: 0, unreadable: Vec::new() };
    // First, so that nothing that goes wrong with a session keeps another one here that was deleted.
    let removed = run.remove_deleted()?;
    let outcome = run.write_sessions()?;
    let strays = run.folder.strays()?.into_iter().map(|path| ArchiveError::Stray { path }).collect();
    Ok(ArchiveOutcome { removed, strays, ..outcome })
}

struct ArchiveRun<'s> {
    store: &'s Store,
    folder: ArchiveFolder,
    options: &'s ArchiveOptions<'s>,
    source: SessionSource<'s>,
    inventory: Inventory,
    barred: usize,
    unreadable: Vec<UnreadableSession>,
}

impl ArchiveRun<'_> {
    /// Writes the sessions that are not there as they are. What is there of one stays until it is there anew.
    fn write_sessions(&mut self) -> Result<ArchiveOutcome, ArchiveError> {
        let asked = self.asked()?;
        let is_current = |asked: &&DueSession| {
            let is = |fingerprint: &String| self.inventory.is_current(&asked.entry.uid, fingerprint);
            asked.fingerprint.as_ref().is_some_and(is)
        };
        let (current, due): (Vec<_>, Vec<_>) = asked.iter().partition(is_current);
        let unchanged = current.len();
        let stale: HashSet<String> =
            due.iter().map(|due| &due.entry.uid).filter(|uid| self.inventory.has(uid)).cloned().collect();
        let (merged, written) =
            if self.options.compact { self.write_months(&due)? } else { (0, self.write_each(&due)?) };
        month::remove_replaced(&self.folder, &mut self.inventory, &written)?;
        let (changed, added): (Vec<_>, Vec<_>) = written.keys().partition(|uid| stale.contains(*uid));
        let (changed, added) = (changed.len(), added.len());
        let is_readable = |asked: &&DueSession| !self.unreadable.iter().any(|found| found.id == asked.entry.id);
        let readable: Vec<_> = asked.iter().filter(is_readable).cloned().collect();
        let (bundles, failed) = bundles::write(&self.folder, self.store, &readable)?;
        failed.into_iter().for_each(|(entry, reason)| self.leave(entry, reason));
        let unreadable = std::mem::take(&mut self.unreadable);
        let foreign = std::mem::take(&mut self.inventory.foreign).into_iter().map(|(_, error)| error).collect();
        Ok(ArchiveOutcome {
            added,
            changed,
            unchanged,
            barred: self.barred,
            merged,
            bundles,
            unreadable,
            foreign,
            ..ArchiveOutcome::default()
        })
    }

    /// Leaves a session that cannot be read as it is.
    fn leave(&mut self, entry: &SessionEntry, reason: StoreError) {
        let is_kept = self.inventory.has(&entry.uid);
        self.unreadable.push(UnreadableSession { id: entry.id.clone(), reason, is_kept });
    }

    /// The sessions that are asked for, and those that a killed run left in two files, oldest first. One that has a bundle keeps it
    /// up to date, whether that is asked for or not: it must not go on telling what was corrected.
    fn asked(&mut self) -> Result<Vec<DueSession>, ArchiveError> {
        let twice = self.inventory.twice();
        let person = self.options.person.filter(|_| twice.is_empty());
        let filter = SessionFilter { person, ..SessionFilter::default() };
        let bundles = bundles::sessions(&self.folder)?;
        let store = self.store;
        let _snapshot = store.snapshot()?;
        let mut asked = Vec::new();
        for entry in store.select(&filter)?.into_iter().rev() {
            let day = entry.began.date();
            let is_asked = self.options.is_for(&entry) || twice.contains(&entry.uid);
            if !is_asked || entry.state == SessionState::Recording || !is_uid(&entry.uid) {
                continue;
            }
            if self.inventory.is_foreign(Month::from(day)) {
                self.barred += 1;
                continue;
            }
            let with_bundle = self.options.fhir || bundles.contains(&entry.uid);
            if !with_bundle && !self.options.compact && !self.inventory.has(&entry.uid) {
                asked.push(DueSession { entry, fingerprint: None, bundle: None });
                continue;
            }
            match self.source.due(&entry, with_bundle) {
                Ok((fingerprint, bundle)) => asked.push(DueSession { entry, fingerprint: Some(fingerprint), bundle }),
                Err(reason) => self.leave(&entry, reason),
            }
        }
        Ok(asked)
    }

    /// Writes sessions alone, some at a time; one that cannot be read stops no other. Returns where they are.
    fn write_each(&mut self, due: &[&DueSession]) -> Result<HashMap<String, SessionPlace>, ArchiveError> {
        let mut places = HashMap::new();
        for batch in due.chunks(BATCH) {
            let mut pending = Vec::with_capacity(BATCH * ArchiveTable::OF_SESSIONS.len());
            let mut written = Vec::with_capacity(BATCH);
            for session in batch {
                match self.pending_alone(&session.entry) {
                    Err(ArchiveError::Store(reason)) => self.leave(&session.entry, reason),
                    made => {
                        let (files, fingerprint) = made?;
                        pending.extend(files);
                        written.push((&session.entry, fingerprint));
                    }
                }
            }
            finish_all(pending)?;
            for (entry, fingerprint) in written {
                self.inventory.fingerprints.insert(entry.uid.clone(), fingerprint);
                for (table, files) in &mut self.inventory.tables {
                    let (month, path) = place_alone(&self.folder, *table, entry);
                    let before = files.single.insert(entry.uid.clone(), (month, path.clone()));
                    before.filter(|(_, before)| *before != path).map_or(Ok(()), |(_, before)| remove(&before))?;
                }
                places.insert(entry.uid.clone(), SessionPlace::Alone(Month::from(entry.began.date())));
            }
        }
        Ok(places)
    }

    /// Writes the months of these sessions, and those that have files of single ones. Returns how many, and where the sessions are.
    fn write_months(&mut self, due: &[&DueSession]) -> Result<(usize, HashMap<String, SessionPlace>), ArchiveError> {
        let mut by_month: BTreeMap<Month, Vec<&DueSession>> = BTreeMap::new();
        for session in due {
            by_month.entry(Month::from(session.entry.began.date())).or_default().push(session);
        }
        for month in month::unmerged(&self.inventory) {
            by_month.entry(month).or_default();
        }
        by_month.retain(|month, _| !self.inventory.is_foreign(*month));
        let (mut merged, mut places) = (0, HashMap::new());
        for (month, due) in &by_month {
            match self.write_month(*month, due) {
                Ok(written) => {
                    places.extend(written.into_iter().map(|uid| (uid, SessionPlace::Merged(*month))));
                    merged += 1;
                }
                Err(error) if error.is_of_another_program() => {
                    self.inventory.foreign.push((*month, error));
                    self.barred += due.len();
                }
                Err(error) => return Err(error),
            }
        }
        Ok((merged, places))
    }

    /// Writes a month with these sessions. Returns those that could be read.
    fn write_month(&mut self, month: Month, due: &[&DueSession]) -> Result<Vec<String>, ArchiveError> {
        let more = due.iter().filter_map(|due| Some((due.entry.uid.clone(), due.fingerprint.clone()?))).collect();
        let merged = month::merge(&self.folder, &mut self.inventory, month, &more, |rows| {
            due.iter().try_for_each(|due| self.source.add_session(&due.entry, rows))
        });
        match merged {
            // One of them cannot be read: each alone, and then those that could.
            Err(ArchiveError::Store(_)) => {
                let written = self.write_each(due)?;
                month::merge(&self.folder, &mut self.inventory, month, &Fingerprints::new(), |_| Ok(()))?;
                Ok(written.into_keys().collect())
            }
            merged => merged.map(|()| due.iter().map(|due| due.entry.uid.clone()).collect()),
        }
    }

    /// Writes the files of one session, but for their names, and returns them with its fingerprint. It is read at one moment,
    /// whatever happens to it meanwhile.
    fn pending_alone(&mut self, entry: &SessionEntry) -> Result<([AtomicFile; 3], String), ArchiveError> {
        let store = self.store;
        let _snapshot = store.snapshot()?;
        store.check_present(entry)?; // it may have been deleted since it was listed
        let (session, context) = self.source.read(entry)?;
        let fingerprint = fingerprint(&session, &context);
        let sessions = Fingerprints::from([(entry.uid.clone(), fingerprint.clone())]);
        let place = |table| (place_alone(&self.folder, table, entry).1, sessions.clone());
        let files = ArchiveTable::OF_SESSIONS.map(place);
        let files = pending_three(&files, |mut rows| self.source.add_rows(&session, &context, &mut rows))?;
        Ok((files, fingerprint))
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

/// The month of a session, and its file of a table if it is alone.
fn place_alone(folder: &ArchiveFolder, table: ArchiveTable, entry: &SessionEntry) -> (Month, PathBuf) {
    let month = Month::from(entry.began.date());
    (month, folder.session_file(table, month, &entry.uid))
}
