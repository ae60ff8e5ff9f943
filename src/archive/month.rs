//! Files with the sessions of a month: merged from those of one session, and written again without some.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::error::ArchiveError;
use super::folder::{ArchiveFolder, Month, remove};
use super::inventory::Inventory;
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

/// Writes the files of a month with all of its sessions that are there, and those `more` that `fill` adds.
///
/// The rows are there throughout: a merged file is in place before those of single sessions are removed. Who reads between the
/// two sees them twice; a run that was killed there is made up for by the next, as [`Inventory::of`] tells.
pub(super) fn merge(
    folder: &ArchiveFolder,
    inventory: &mut Inventory,
    month: Month,
    more: &Fingerprints,
    fill: impl FnOnce(&mut RowWriters<'_>) -> Result<(), WriteError>,
) -> Result<(), ArchiveError> {
    let sources = inventory.tables.each_ref().map(|(table, files)| {
        let single = files.single.iter().filter(|(_, (of, _))| *of == month).map(|(_, (_, path))| path.clone());
        let merged = files.merged.contains_key(&month).then(|| folder.month_file(*table, month));
        let mut single: Vec<PathBuf> = single.collect();
        single.sort_unstable();
        (*table, merged, single)
    });
    let mut targets = Vec::new();
    for (table, merged, single) in &sources {
        let mut sessions = more.clone();
        for path in merged.iter().chain(single) {
            sessions.extend(TableFile::open(path, *table)?.sessions());
        }
        targets.push((folder.month_file(*table, month), sessions));
    }
    let Ok(targets): Result<[_; 3], _> = targets.try_into() else { return Ok(()) };
    let pending = pending_three(&targets, |mut rows| {
        for ((table, merged, single), rows) in sources.iter().zip(&mut rows) {
            copy(*table, merged.iter().chain(single), &HashSet::new(), *rows)?;
        }
        fill(&mut rows)
    })?;
    finish_all(pending.into())?;
    for ((_, files), ((_, _, single), (_, sessions))) in inventory.tables.iter_mut().zip(sources.iter().zip(targets)) {
        single.iter().try_for_each(|path| remove(path))?;
        files.single.retain(|_, (of, _)| *of != month);
        files.merged.insert(month, sessions);
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
            let mut left = merged.clone();
            left.retain(|uid, _| !gone.contains(uid));
            if left.len() < merged.len() {
                write_without(&folder.month_file(*table, *month), *table, &left, gone)?;
                *merged = left;
            }
        }
        files.merged.retain(|_, merged| !merged.is_empty());
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
