//! What an archive has: which sessions are in which files. It is read from the files themselves, so there is no list that could
//! say something else than they do.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use super::error::ArchiveError;
use super::folder::{ArchiveFolder, Month, remove};
use super::schema::ArchiveTable;
use super::table_file::{Fingerprints, TableFile};

/// In which file a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionPlace {
    /// In one of its own, in this month.
    Alone(Month),
    /// In that of this month.
    Merged(Month),
}

/// The files of a table.
#[derive(Debug, Default)]
pub(super) struct TableInventory {
    /// The files with one session, by its uid.
    pub single: HashMap<String, (Month, PathBuf)>,
    /// The sessions of each merged month.
    pub merged: BTreeMap<Month, Fingerprints>,
}

/// The files of the three tables of sessions, in the order of [`ArchiveTable::OF_SESSIONS`].
#[derive(Debug)]
pub(super) struct Inventory {
    pub tables: [(ArchiveTable, TableInventory); 3],
    /// What the rows of each session in the table of sessions were made of. Those whose file says nothing are not here.
    pub fingerprints: Fingerprints,
    /// Files that other programs have written in place of ours, and what is wrong with each.
    pub foreign: Vec<(Month, ArchiveError)>,
}

impl TableInventory {
    /// Reads it. A session that is both alone and in its month was being merged, or written again: it is in the month, and the file
    /// is removed; if the month has it as it was, it is written again. What is `foreign` is added to that, and left alone.
    fn of(
        folder: &ArchiveFolder,
        table: ArchiveTable,
        foreign: &mut Vec<(Month, ArchiveError)>,
    ) -> Result<Self, ArchiveError> {
        let mut found = Self::default();
        let files = folder.files(table)?;
        for (month, uid, path) in &files {
            if uid.is_none() {
                match TableFile::open(path, table) {
                    Ok(file) => drop(found.merged.insert(*month, file.sessions())),
                    Err(ArchiveError::Damaged { .. }) => remove(path)?, // its sessions are written again
                    Err(other) if other.is_of_another_program() => foreign.push((*month, other)),
                    Err(other) => return Err(other),
                }
            }
        }
        for (month, uid, path) in files {
            let Some(uid) = uid else { continue };
            let is_merged = found.merged.get(&month).is_some_and(|merged| merged.contains_key(&uid));
            let is_twice = found.single.contains_key(&uid) || is_merged;
            if is_twice || !TableFile::is_whole(&path) {
                remove(&path)?;
            } else {
                found.single.insert(uid, (month, path));
            }
        }
        Ok(found)
    }

    fn has(&self, uid: &str) -> bool {
        self.single.contains_key(uid) || self.month_of(uid).is_some()
    }

    /// In how many files a session is.
    fn count(&self, uid: &str) -> usize {
        let merged = self.merged.values().filter(|merged| merged.contains_key(uid)).count();
        merged + usize::from(self.single.contains_key(uid))
    }

    /// The merged month that a session is in.
    pub(super) fn month_of(&self, uid: &str) -> Option<Month> {
        self.merged.iter().find(|(_, merged)| merged.contains_key(uid)).map(|(month, _)| *month)
    }

    fn uids(&self) -> impl Iterator<Item = &String> {
        self.single.keys().chain(self.merged.values().flat_map(HashMap::keys))
    }
}

impl Inventory {
    pub(super) fn of(folder: &ArchiveFolder) -> Result<Self, ArchiveError> {
        let [samples, repetitions, sessions] = ArchiveTable::OF_SESSIONS;
        let mut foreign = Vec::new();
        let mut read = |table| Ok::<_, ArchiveError>((table, TableInventory::of(folder, table, &mut foreign)?));
        let tables = [read(samples)?, read(repetitions)?, read(sessions)?];
        let mut fingerprints = Fingerprints::new();
        let (table, of_sessions) = &tables[2];
        for (uid, (month, path)) in &of_sessions.single {
            // A file that says nothing of itself is as none: it is written again, or removed.
            match TableFile::open(path, *table) {
                Ok(file) => fingerprints.extend(file.sessions().into_iter().filter(|(of, _)| of == uid)),
                Err(ArchiveError::Damaged { .. }) => {}
                Err(other) if other.is_of_another_program() => foreign.push((*month, other)),
                Err(other) => return Err(other),
            }
        }
        fingerprints.extend(of_sessions.merged.values().flatten().map(|(uid, sum)| (uid.clone(), sum.clone())));
        Ok(Self { tables, fingerprints, foreign })
    }

    /// Whether all tables have a session as it is now, and once. One that a killed run left in two months is written again,
    /// which takes it out of the other.
    pub(super) fn is_current(&self, uid: &str, fingerprint: &str) -> bool {
        self.fingerprints.get(uid).is_some_and(|found| found == fingerprint)
            && self.tables.iter().all(|(_, table)| table.count(uid) == 1)
    }

    /// The sessions that a table has in files of their own in a month, with what they were made of, which is empty where it is not known.
    pub(super) fn alone_in(&self, files: &TableInventory, month: Month) -> Fingerprints {
        let here = files.single.iter().filter(|(_, (of, _))| *of == month);
        here.map(|(uid, _)| (uid.clone(), self.fingerprints.get(uid).cloned().unwrap_or_default())).collect()
    }

    /// Whether any table has rows of a session.
    pub(super) fn has(&self, uid: &str) -> bool {
        self.tables.iter().any(|(_, table)| table.has(uid))
    }

    /// Whether another program's file stands in a month.
    pub(super) fn is_foreign(&self, month: Month) -> bool {
        self.foreign.iter().any(|(of, _)| *of == month)
    }

    /// The sessions that a killed run left in more than one file of a table.
    pub(super) fn twice(&self) -> HashSet<String> {
        let mut twice = HashSet::new();
        for (_, table) in &self.tables {
            let mut once = HashSet::new();
            twice.extend(table.uids().filter(|uid| !once.insert(*uid)).cloned());
        }
        twice
    }

    /// Every session of which a table has rows.
    pub(super) fn uids(&self) -> HashSet<String> {
        self.tables.iter().flat_map(|(_, table)| table.uids().cloned()).collect()
    }
}
