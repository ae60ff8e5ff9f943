//! The open store, and the locks that prevent concurrent changes by two processes.

use std::cell::Cell;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, params};

use super::{StoreError, database};
use crate::owner_only;

/// File name of the lock of the store, and of the lock in each session's folder.
pub(super) const LOCK: &str = "lock";

/// The stored sessions of this user.
#[derive(Debug)]
pub struct Store {
    pub(super) folder: PathBuf,
    pub(super) database: Connection,
    /// Whether another process has read the database for so long that waiting for it was in vain.
    is_held_open: Cell<bool>,
}

impl Store {
    /// The store in this folder, whose database is open.
    pub(super) fn new(folder: PathBuf, database: Connection) -> Self {
        Self { folder, database, is_held_open: Cell::new(false) }
    }

    /// Empties the journal of the database; whether it is empty now. Waiting for whoever reads it was in vain once is enough: a
    /// deletion empties it many times, and must not wait each time.
    pub(super) fn empty_journal(&self) -> rusqlite::Result<bool> {
        let was_in_vain = self.is_held_open.get();
        if was_in_vain {
            self.database.busy_timeout(Duration::ZERO)?;
        }
        let emptied = database::is_journal_emptied(&self.database);
        if was_in_vain {
            self.database.busy_timeout(database::TIMEOUT)?;
        }
        let emptied = emptied?;
        self.is_held_open.set(!emptied);
        Ok(emptied)
    }

    /// Whether another process reads the database, so that copies of what was deleted stay in its files until the next start.
    pub fn is_held_open(&self) -> bool {
        self.is_held_open.get()
    }

    /// The folder of one session.
    pub(super) fn home(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// The same store once more, for another thread.
    ///
    /// # Errors
    /// If the database cannot be opened.
    pub fn again(&self) -> Result<Self, StoreError> {
        Self::opened(&self.folder)
    }

    /// Until what is returned is dropped, all reads see the store as it is now, and cost less. Not for long: the journal grows as long
    /// as somebody else writes.
    ///
    /// # Errors
    /// If the database cannot be read, or there is such a snapshot already.
    pub fn snapshot(&self) -> Result<impl Sized + '_, StoreError> {
        self.database.unchecked_transaction().map_err(self.failed())
    }

    /// Whether the list that is in the folder now has the session of this key and uid. The one that is open may be another one: it can be
    /// read and written, also where somebody has removed its file. A list that cannot be asked, as it is locked or its disk fails, is
    /// taken to be the same.
    pub(super) fn lists(&self, key: i64, uid: &str) -> bool {
        let list = database::path(&self.folder);
        if fs::symlink_metadata(&list).is_err_and(|cause| cause.kind() == io::ErrorKind::NotFound) {
            return false;
        }
        let ask = || -> rusqlite::Result<bool> {
            let now = Connection::open_with_flags(&list, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            now.pragma_update(None, "trusted_schema", false)?;
            now.busy_timeout(Duration::ZERO)?; // it is this process that may hold it alone, for as long as this is open
            is_there(&now, key, uid)
        };
        let says_nothing = |error: &rusqlite::Error| {
            use ErrorCode::{
                CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, PermissionDenied, SystemIoFailure,
            };
            matches!(
                error.sqlite_error_code(),
                Some(
                    CannotOpen
                        | DatabaseBusy
                        | DatabaseLocked
                        | DiskFull
                        | OutOfMemory
                        | PermissionDenied
                        | SystemIoFailure
                )
            )
        };
        ask().unwrap_or_else(|error| says_nothing(&error))
    }

    pub(super) fn failed(&self) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
        database::failed(&self.folder)
    }
}

/// Whether the session of this key is still that of this uid: the key of one that was deleted is given again.
pub(super) fn is_there(database: &Connection, key: i64, uid: &str) -> rusqlite::Result<bool> {
    let mut found = database.prepare_cached("SELECT EXISTS (SELECT 1 FROM sessions WHERE key = ?1 AND uid = ?2)")?;
    found.query_row(params![key, uid], |row| row.get(0))
}

/// Whether it is, and nobody is just deleting it.
pub(super) fn is_staying(database: &Connection, key: i64, uid: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE key = ?1 AND uid = ?2 AND state <> 'leaving')";
    let mut found = database.prepare_cached(sql)?;
    found.query_row(params![key, uid], |row| row.get(0))
}

/// Waits for the exclusive right to create, recover or remove sessions, which ends when the lock is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let held = owner_only::lock_file(&path).and_then(|file| {
        file.lock()?;
        Ok(file)
    });
    held.map_err(|cause| StoreError::File { path, cause })
}

/// Takes the lock of the session in this folder. Returns `None` if another process holds it.
pub(super) fn lock_session(home: &Path) -> io::Result<Option<File>> {
    let file = owner_only::lock_file(&home.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(cause)) => Err(cause),
    }
}
