//! Files with the sessions of a month: merged from those of one session, and written again without some.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::error::ArchiveError;
use super::folder::{ArchiveFolder, Month, remove};
use super::inventory::{Inventory, SessionPlace, TableInventory};
use super::schema::ArchiveTable;
use super::table_file::{self, Fingerprints, RowWriter, RowWriters, TableFile, WriteError, pending_three};
use crate::atomic_file::finish_all;
use crate::export::parquet::TableBuffer;

/// The column that says of which session a row is.
const SESSION: &str = "session";

/// The months with sessions that are not merged yet.
pub(super) fn unmerged(inventory: &Inventory) -> BTreeSet<Month> {
    inventory.tables.iter().flat_map(|(_, table)| table.single.values().map(|(month, _)| *month)).collect()
}

/// Writes the files of a month with all of its sessions that are there, and those `more` that `fill` adds. Rows that are there of
/// the latter are replaced; of a session that is both alone and in its month, those alone are the newer ones.
///
/// The rows are there throughout: a merged file is in place before those of single sessions are removed. Who reads between the
/// two sees them twice; a run that was killed there is made up for by the next, as [`Inventory::of`] tells. Which sessions a file
/// has is known from the inventory: of the files, only those whose rows are copied are opened.
pub(super) fn merge(
    folder: &ArchiveFolder,
    inventory: &mut Inventory,
    month: Month,
    more: &Fingerprints,
    fill: impl FnOnce(&mut RowWriters<'_>) -> Result<(), WriteError>,
) -> Result<(), ArchiveError> {
    let replaced: HashSet<String> = more.keys().cloned().collect();
    let sources = inventory.tables.each_ref().map(|(table, files)| MonthSources::of(folder, *table, files, month));
    let targets = inventory.tables.each_ref().map(|(table, files)| {
        let mut sessions = files.merged.get(&month).cloned().unwrap_or_default();
        sessions.extend(inventory.alone_in(files, month));
        sessions.extend(more.clone());
        (folder.month_file(*table, month), sessions)
    });
    let pending = pending_three(&targets, |mut rows| {
        for (source, rows) in sources.iter().zip(&mut rows) {
            let newer = source.alone.union(&replaced).cloned().collect();
            copy(source.table, source.merged.iter(), &newer, *rows)?;
            copy(source.table, source.single_without(&replaced), &HashSet::new(), *rows)?;
        }
        fill(&mut rows)
    })?;
    finish_all(pending.into())?;
    for ((_, files), (source, (_, sessions))) in inventory.tables.iter_mut().zip(sources.iter().zip(targets)) {
        source.single.iter().try_for_each(|(_, path)| remove(path))?;
        files.single.retain(|_, (of, _)| *of != month);
        files.merged.insert(month, sessions);
    }
    Ok(())
}

/// What the file of a month is made of.
struct MonthSources {
    table: ArchiveTable,
    /// The file that is there, if there is one.
    merged: Option<PathBuf>,
    /// The files of single sessions, by these.
    single: Vec<(String, PathBuf)>,
    /// Those sessions.
    alone: HashSet<String>,
}

impl MonthSources {
    fn of(folder: &ArchiveFolder, table: ArchiveTable, files: &TableInventory, month: Month) -> Self {
        let here = || files.single.iter().filter(|(_, (of, _))| *of == month);
        let mut single: Vec<_> = here().map(|(uid, (_, path))| (uid.clone(), path.clone())).collect();
        single.sort_unstable();
        let merged = files.merged.contains_key(&month).then(|| folder.month_file(table, month));
        Self { table, merged, single, alone: here().map(|(uid, _)| uid.clone()).collect() }
    }

    /// The files of single sessions but these.
    fn single_without(&self, without: &HashSet<String>) -> impl Iterator<Item = &PathBuf> {
        self.single.iter().filter(|(uid, _)| !without.contains(uid)).map(|(_, path)| path)
    }
}

/// Takes the rows out that sessions had before they were written alone, or into another month: those of a merged file, and files
/// that are not where the session is now. Only then is each of them there once.
pub(super) fn remove_replaced(
    folder: &ArchiveFolder,
    inventory: &mut Inventory,
    written: &HashMap<String, SessionPlace>,
) -> Result<(), ArchiveError> {
    for (table, files) in &mut inventory.tables {
        for (uid, place) in written {
            let other = files.single.get(uid).filter(|(month, _)| *place != SessionPlace::Alone(*month));
            if let Some((_, path)) = other {
                remove(path)?;
                files.single.remove(uid);
            }
        }
        for (month, merged) in &mut files.merged {
            let elsewhere =
                |uid: &&String| written.get(*uid).is_some_and(|place| *place != SessionPlace::Merged(*month));
            let gone: HashSet<String> = merged.keys().filter(elsewhere).cloned().collect();
            remove_from_month(folder, *table, *month, merged, &gone)?;
        }
        files.merged.retain(|_, merged| !merged.is_empty());
    }
    Ok(())
}

/// Takes sessions out: removes their files, and writes the months again that have rows of theirs; a month of which nothing is left has
/// no file.
pub(super) fn remove_sessions(
    folder: &ArchiveFolder,
    inventory: &mut Inventory,
    gone: &HashSet<String>,
) -> Result<(), ArchiveError> {
    for (table, files) in inventory.tables.iter_mut().rev() {
        for uid in gone {
            if let Some((_, path)) = files.single.remove(uid) {
                remove(&path)?;
            }
        }
        for (month, merged) in &mut files.merged {
            remove_from_month(folder, *table, *month, merged, gone)?;
        }
        files.merged.retain(|_, merged| !merged.is_empty());
    }
    Ok(())
}

/// Writes a month again without some sessions, if it has any of them.
fn remove_from_month(
    folder: &ArchiveFolder,
    table: ArchiveTable,
    month: Month,
    merged: &mut Fingerprints,
    gone: &HashSet<String>,
) -> Result<(), ArchiveError> {
    let mut left = merged.clone();
    left.retain(|uid, _| !gone.contains(uid));
    if left.len() < merged.len() {
        write_without(&folder.month_file(table, month), table, &left, gone)?;
        *merged = left;
    }
    Ok(())
}

fn write_without(
    path: &Path,
    table: ArchiveTable,
    left: &Fingerprints,
    gone: &HashSet<String>,
) -> Result<(), ArchiveError> {
    if left.is_empty() {
        return remove(path);
    }
    table_file::write(path, table, left, |rows| copy(table, [path.to_owned()].iter(), gone, rows))
}

/// Adds the rows of files, without those of some sessions.
fn copy<'p>(
    table: ArchiveTable,
    files: impl Iterator<Item = &'p PathBuf>,
    without: &HashSet<String>,
    rows: &mut dyn RowWriter,
) -> Result<(), WriteError> {
    for path in files {
        let file = TableFile::open(path, table)?;
        file.each_group(&[], |group| Ok::<_, WriteError>(rows.append(group, &kept(group, without))?))?;
    }
    Ok(())
}

/// Which rows are kept: all but those of some sessions.
fn kept(group: &TableBuffer, without: &HashSet<String>) -> Vec<bool> {
    match group.column(SESSION).filter(|_| !without.is_empty()) {
        Some(sessions) => {
            sessions.cells().map(|cell| cell.as_text().is_none_or(|uid| !without.contains(uid))).collect()
        }
        None => vec![true; group.len()],
    }
}
