//! The folder of an archive: what it may be, who may write it, and where its files are.
//!
//! ```text
//! DIR/dataset.json                                  schema version, units, meanings
//! DIR/columns/columns.parquet                       the same as a table
//! DIR/views.sql                                     for DuckDB
//! DIR/sessions/year=2026/month=11/UID.parquet       one session, until months are merged
//! DIR/sessions/year=2026/month=11/month.parquet     those of a month
//! DIR/sessions/year=0000/month=00/none.parquet      all columns and no row, for who reads an archive without sessions
//! DIR/repetitions/…, DIR/samples/…                  the same
//! DIR/tombstones/tombstones.parquet                 what was deleted, and when
//! DIR/fhir/year=2026/month=11/UID.json              one session as a FHIR bundle, if that was asked for
//! DIR/lock                                          held by the bendwise that writes
//! ```

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;

use super::error::ArchiveError;
use super::schema::{ArchiveTable, SCHEMA_VERSION};
use crate::atomic_file::{AtomicFile, is_temporary};
use crate::input_file;
use crate::owner_only;
use crate::store::is_uid;

/// What makes a folder an archive.
pub(super) const DATASET: &str = "dataset.json";

/// What `format` says in it.
pub(super) const FORMAT: &str = "bendwise-archive";

/// The file that whoever writes holds.
const LOCK: &str = "lock";

/// What systems put into folders by themselves, as soon as somebody looks into one or at the root of a disk: macOS, Windows, Linux.
const OF_THE_SYSTEM: [&str; 7] = [
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "lost+found",
    ".Spotlight-V100",
    ".fseventsd",
    "System Volume Information",
];

/// The file with the sessions of a month.
const MONTH: &str = "month.parquet";

/// The file of a table that has no rows.
const WITHOUT_ROWS: &str = "none.parquet";

/// The table of what each column means.
pub(super) const DESCRIPTIONS: &str = "columns";

/// The folder of FHIR bundles.
pub(super) const BUNDLES: &str = "fhir";

/// The ending of its tables' files.
const PARQUET: &str = ".parquet";

/// How many levels of folders a table has: years and months.
const DEPTH: usize = 2;

/// A file with its month and, if it is of one session, that session.
pub(super) type MonthFile = (Month, Option<String>, PathBuf);

/// A month, by local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Month {
    year: i16,
    month: i8,
}

impl From<Date> for Month {
    fn from(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }
}

/// What a reader has to know before it reads on.
#[derive(Deserialize)]
struct DatasetHeader {
    format: String,
    schema_version: u32,
    store: String,
}

/// A folder with an archive.
#[derive(Debug)]
pub(super) struct ArchiveFolder {
    path: PathBuf,
    /// Held as long as this is; `None` where a reader cannot take it, as on a disk that cannot be written.
    _lock: Option<File>,
}

impl ArchiveFolder {
    /// Opens the archive of this store to write it, and creates it if there is none. What a program that was killed left behind
    /// is removed.
    pub(super) fn to_write(path: &Path, store: &str) -> Result<Self, ArchiveError> {
        if is_archive(path)? {
            // Before anything is touched.
            if header(path)?.store != store {
                return Err(ArchiveError::OfAnother { path: path.to_owned() });
            }
        } else if !is_free(path)? {
            return Err(ArchiveError::NoArchive { path: path.to_owned() });
        }
        if !path.is_dir() {
            owner_only::folder(path).map_err(failed(path))?; // one that is there keeps its rights: its user gave them
        }
        let place = path.join(LOCK);
        let file = owner_only::lock_file(&place).map_err(failed(&place))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ArchiveError::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(cause)) => return Err(failed(&place)(cause)),
        }
        let folder = Self { path: path.to_owned(), _lock: Some(file) };
        folder.remove_leftovers()?;
        Ok(folder)
    }

    /// Opens an archive to read it.
    pub(super) fn to_read(path: &Path) -> Result<Self, ArchiveError> {
        if !is_archive(path)? {
            return Err(ArchiveError::Missing { path: path.to_owned() });
        }
        header(path)?;
        let file = File::open(path.join(LOCK)).ok();
        match file.as_ref().map(File::try_lock_shared) {
            Some(Err(TryLockError::WouldBlock)) => Err(ArchiveError::Busy { path: path.to_owned() }),
            _ => Ok(Self { path: path.to_owned(), _lock: file }),
        }
    }

    /// Removes what a killed run left, in the folders of the archive alone, and never through a link.
    fn remove_leftovers(&self) -> Result<(), ArchiveError> {
        remove_temporary(&self.path)?;
        for name in ArchiveTable::ALL.map(ArchiveTable::name).into_iter().chain([DESCRIPTIONS, BUNDLES]) {
            let folder = self.path.join(name);
            remove_temporary(&folder)?;
            for year in own_folders(&folder)? {
                remove_temporary(&year)?;
                for month in own_folders(&year)? {
                    remove_temporary(&month)?;
                }
            }
        }
        Ok(())
    }

    /// The folder itself.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of a month in a table.
    pub(super) fn month(&self, table: &str, Month { year, month }: Month) -> PathBuf {
        self.path.join(table).join(format!("year={year:04}")).join(format!("month={month:02}"))
    }

    /// The file of one session.
    pub(super) fn session_file(&self, table: ArchiveTable, month: Month, uid: &str) -> PathBuf {
        self.month(table.name(), month).join(format!("{uid}{PARQUET}"))
    }

    /// The file with the sessions of a month.
    pub(super) fn month_file(&self, table: ArchiveTable, month: Month) -> PathBuf {
        self.month(table.name(), month).join(MONTH)
    }

    /// The file of a table that has no rows but all columns, in a month that never was: it comes first, and is read where there is no
    /// session.
    pub(super) fn file_without_rows(&self, table: ArchiveTable) -> PathBuf {
        self.month(table.name(), Month { year: 0, month: 0 }).join(WITHOUT_ROWS)
    }

    /// The file of a table that has only one.
    pub(super) fn only_file(&self, table: ArchiveTable) -> PathBuf {
        self.path.join(table.name()).join(format!("{}.parquet", table.name()))
    }

    /// The files of a table, each with its month and, if it is of one session, that session.
    pub(super) fn files(&self, table: ArchiveTable) -> Result<Vec<MonthFile>, ArchiveError> {
        self.files_below(table.name(), PARQUET)
    }

    /// The same of any folder with years and months in it, and files with this ending.
    pub(super) fn files_below(&self, table: &str, ending: &str) -> Result<Vec<MonthFile>, ArchiveError> {
        let mut found = Vec::new();
        for year in entries(&self.path.join(table))? {
            let Some(number) = numbered(&year, "year=") else { continue };
            for month in entries(&year)? {
                let Some(of_year) = numbered(&month, "month=") else { continue };
                let place = Month { year: number, month: i8::try_from(of_year).unwrap_or_default() };
                for file in entries(&month)? {
                    let name = file.file_name().and_then(|name| name.to_str());
                    if name == Some(MONTH) {
                        found.push((place, None, file));
                    } else if let Some(uid) = name.and_then(|name| name.strip_suffix(ending)).filter(|uid| is_uid(uid))
                    {
                        found.push((place, Some(uid.to_owned()), file));
                    }
                }
            }
        }
        Ok(found)
    }

    /// Refuses an archive that has no folder of one of these tables: without rows it would be as if nobody had practised.
    pub(super) fn check_tables(&self, tables: &[ArchiveTable]) -> Result<(), ArchiveError> {
        let mut places = tables.iter().map(|table| self.path.join(table.name()));
        places.find(|place| !place.is_dir()).map_or(Ok(()), |path| Err(ArchiveError::Incomplete { path }))
    }

    /// Parquet files in the folders of tables that are none of ours, as a program that keeps folders alike leaves copies: whoever reads
    /// the archive counts their rows, too.
    pub(super) fn strays(&self) -> Result<Vec<PathBuf>, ArchiveError> {
        let mut ours = HashSet::from([self.only_file(ArchiveTable::Tombstones), self.descriptions()]);
        for table in ArchiveTable::OF_SESSIONS {
            ours.insert(self.file_without_rows(table));
            ours.extend(self.files(table)?.into_iter().map(|(_, _, path)| path));
        }
        let tables = ArchiveTable::ALL.map(ArchiveTable::name).into_iter().chain([DESCRIPTIONS]);
        let mut found = Vec::new();
        for table in tables {
            parquet_files(&self.path.join(table), DEPTH, &mut found)?;
        }
        found.retain(|path| !ours.contains(path));
        Ok(found)
    }

    /// The table of what each column means.
    pub(super) fn descriptions(&self) -> PathBuf {
        self.path.join(DESCRIPTIONS).join(format!("{DESCRIPTIONS}{PARQUET}"))
    }

    /// Writes a small file unless it is there as it should be. Returns whether it was written.
    pub(super) fn write_if_changed(&self, path: &Path, content: &[u8]) -> Result<bool, ArchiveError> {
        if fs::read(path).is_ok_and(|found| found == content) {
            return Ok(false);
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
            owner_only::folder(folder).map_err(failed(folder))?;
        }
        let mut pending = AtomicFile::create(path)?;
        pending.write_all(content).map_err(|cause| pending.failed(cause))?;
        pending.finish()?;
        Ok(true)
    }
}

/// Adds the Parquet files of a folder and of those below it, so many levels deep.
fn parquet_files(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ArchiveError> {
    for entry in entries(folder)? {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(PARQUET) {
            found.extend((!is_temporary(name)).then_some(entry));
        } else if depth > 0 && entry.is_dir() {
            parquet_files(&entry, depth - 1, found)?;
        }
    }
    Ok(())
}

/// Removes the temporary files of a folder, not those below it.
fn remove_temporary(folder: &Path) -> Result<(), ArchiveError> {
    let is_ours = |entry: &&PathBuf| {
        !entry.is_dir() && entry.file_name().and_then(|name| name.to_str()).is_some_and(is_temporary)
    };
    entries(folder)?.iter().filter(is_ours).try_for_each(|entry| remove(entry))
}

/// The folders in a folder, without links to folders.
fn own_folders(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    if folder.is_symlink() {
        return Ok(Vec::new());
    }
    let is_own = |entry: &PathBuf| entry.is_dir() && !entry.is_symlink();
    Ok(entries(folder)?.into_iter().filter(is_own).collect())
}

/// Removes a file, which may be gone already.
pub(super) fn remove(path: &Path) -> Result<(), ArchiveError> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(failed(path)(cause)),
        _ => Ok(()),
    }
}

/// Whether an archive can begin here: there is no such folder, or nothing in it but what one that was killed at once has left, and what
/// is [`OF_THE_SYSTEM`]: to whoever made the folder it looks empty.
fn is_free(path: &Path) -> Result<bool, ArchiveError> {
    let is_nobodys = |name: &str| name == LOCK || is_temporary(name) || OF_THE_SYSTEM.contains(&name);
    let is_free = |entry: &PathBuf| entry.file_name().and_then(|name| name.to_str()).is_some_and(is_nobodys);
    Ok(entries(path)?.iter().all(is_free))
}

/// Whether a folder has an archive. One that may not be looked into is an error, not none.
fn is_archive(path: &Path) -> Result<bool, ArchiveError> {
    path.join(DATASET).try_exists().map_err(failed(path))
}

fn header(path: &Path) -> Result<DatasetHeader, ArchiveError> {
    let place = path.join(DATASET);
    let mut text = Vec::new();
    input_file::open(&place).and_then(|mut file| file.read_to_end(&mut text)).map_err(failed(&place))?;
    let header: DatasetHeader = serde_json::from_slice(&text)
        .map_err(|error| ArchiveError::DamagedDataset { path: place.clone(), cause: io::Error::other(error) })?;
    if header.format != FORMAT {
        return Err(ArchiveError::NoArchive { path: path.to_owned() });
    }
    if header.schema_version > SCHEMA_VERSION {
        return Err(ArchiveError::Newer { path: path.to_owned(), version: header.schema_version });
    }
    Ok(header)
}

/// What is in a folder, in order; nothing if there is none.
fn entries(path: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let read = match fs::read_dir(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(failed(path))?,
    };
    let listed: io::Result<Vec<PathBuf>> = read.map(|entry| Ok(entry?.path())).collect();
    let mut listed = listed.map_err(failed(path))?;
    listed.sort_unstable();
    Ok(listed)
}

/// The number in the name of a folder, as of `year=2026`.
fn numbered(path: &Path, key: &str) -> Option<i16> {
    path.file_name()?.to_str()?.strip_prefix(key)?.parse().ok()
}

fn failed(path: &Path) -> impl Fn(io::Error) -> ArchiveError + '_ {
    |cause| ArchiveError::File { path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_begins_in_a_folder_that_only_the_system_has_put_something_into() {
        let folder = tempfile::tempdir().unwrap();
        OF_THE_SYSTEM.iter().for_each(|name| fs::write(folder.path().join(name), "").unwrap());
        assert!(ArchiveFolder::to_write(folder.path(), "store").is_ok());
        fs::write(folder.path().join("notes.txt"), "").unwrap();
        let refused = ArchiveFolder::to_write(folder.path(), "store").unwrap_err();
        assert!(matches!(refused, ArchiveError::NoArchive { .. }), "{refused}");
        assert!(OF_THE_SYSTEM.iter().all(|name| folder.path().join(name).exists()), "they are left alone");
    }
}
