//! Every session kept: a database and, beside it, a folder a session for what is no row.
//!
//! ```text
//! DATA/sessions/sessions.db       sessions, sets, repetitions, calibrations, events, and the samples in blocks
//! DATA/sessions/lock              held while sessions are made, mended or removed
//! DATA/sessions/2026-11-22b/      the video; `lock` is held by the bendwise that records it
//! ```
//!
//! A session is a row first and a folder afterwards, and goes the other way round: so there is never a folder of which
//! nobody knows, and whatever a crash leaves is known by its state and its free lock. [`Store::open`] tidies that up.
//! Folders without a row belong to a database that was set aside: they are never touched.

pub mod block;
mod code;
mod create;
mod database;
mod error;
mod id;
pub mod journal;
pub mod mobility_record;
mod package;
mod query;
mod read;
pub mod recorder;
mod recovery;
pub mod sample;
mod stored_field;
mod stored_posture;
mod stored_repetition;
mod stored_time;
#[cfg(test)]
mod tests;
pub mod trend;
mod writer;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use create::NewSession;
pub use error::StoreError;
pub use package::PackageError;
pub use query::{SessionEntry, SessionState};
pub use read::{Session, Set};
pub use recovery::RecoveryNotice;
pub(crate) use stored_field::{FieldValue, StoredField, StoredFields};
pub use stored_posture::StoredPosture;
pub(crate) use stored_posture::segments;
pub use stored_repetition::StoredRepetition;
pub use writer::{Happening, LostCounts, SessionWriter, StoredCalibration};

use crate::app_dirs::Paths;
use crate::owner_only;

/// The folder of sessions in the data folder.
const FOLDER: &str = "sessions";

/// The lock of the store, and of a session in its own folder.
const LOCK: &str = "lock";

/// The kept sessions of this user.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    database: Connection,
}

impl Store {
    /// Where the sessions of this user lie.
    pub fn folder(paths: &Paths) -> PathBuf {
        paths.data.join(FOLDER)
    }

    /// Opens the store, makes it where there is none, and tidies up what earlier sessions left behind by a crash; tells
    /// what was found.
    ///
    /// # Errors
    /// When the folder cannot be written to, or the database is one of a newer bendwise.
    pub fn open(paths: &Paths) -> Result<(Self, Vec<RecoveryNotice>), StoreError> {
        let folder = Self::folder(paths);
        owner_only::folder(&folder).map_err(|cause| StoreError::File { path: folder.clone(), cause })?;
        let _alone = lock(&folder)?;
        match Self::mended(&folder) {
            Err(error) if error.is_corrupt() => {
                let aside = recovery::set_aside(&folder)?;
                let (store, mut news) = Self::mended(&folder)?;
                news.push(RecoveryNotice::SetAside(aside));
                Ok((store, news))
            }
            opened => opened,
        }
    }

    /// The same, but nothing is made where no session was ever kept.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn find(paths: &Paths) -> Result<Option<(Self, Vec<RecoveryNotice>)>, StoreError> {
        let there = database::path(&Self::folder(paths)).exists();
        there.then(|| Self::open(paths)).transpose()
    }

    fn mended(folder: &Path) -> Result<(Self, Vec<RecoveryNotice>), StoreError> {
        let store = Self { folder: folder.to_owned(), database: database::open(folder)? };
        let news = store.mend()?;
        Ok((store, news))
    }

    /// What SQLite finds wrong with the database; nothing of a sound one.
    ///
    /// # Errors
    /// When it cannot even be looked at.
    pub fn faults(&self) -> Result<Vec<String>, StoreError> {
        database::faults(&self.database).map_err(self.failed())
    }

    /// Bytes on the disk, database and videos together.
    pub fn size(&self) -> u64 {
        size(&self.folder)
    }

    /// The folder of one session.
    fn home(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
        database::failed(&self.folder)
    }
}

/// Waits until this process alone may make, mend or remove sessions; until the lock is dropped.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let held = owner_only::lock_file(&path).and_then(|file| {
        file.lock()?;
        Ok(file)
    });
    held.map_err(|cause| StoreError::File { path, cause })
}

/// Takes the lock of the session in this folder. `None` where another process holds it.
fn lock_session(home: &Path) -> io::Result<Option<File>> {
    let file = owner_only::lock_file(&home.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(cause)) => Err(cause),
    }
}

/// Bytes of a file, or of all files below a folder; what cannot be looked at counts nothing.
fn size(path: &Path) -> u64 {
    let below = |entry: io::Result<fs::DirEntry>| entry.map_or(0, |entry| size(&entry.path()));
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::read_dir(path).map_or(0, |entries| entries.map(below).sum()),
        Ok(found) => found.len(),
        Err(_) => 0,
    }
}
