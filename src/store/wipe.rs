//! Leaves nothing of a person who was forgotten in the files of the database. SQLite overwrites what it deletes, but what it moved
//! within a page before may have left a copy; only a database that is written anew has none. Where that cannot be done now, an
//! empty file says so, and the next start tries again.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::ErrorCode;

use super::room::has_room;
use super::{Store, StoreError, database};
use crate::owner_only;

/// Name of the file in the sessions folder.
const PENDING: &str = "unwiped";

/// What became of the copies of what was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wiped {
    /// There are none.
    Wholly,
    /// Some may be left, as there is no room for a second database, on the disk of the first or where temporary files go. The next
    /// start with room goes on.
    NoRoom,
    /// Some may be left, as another process reads the database. The next start after that one has ended goes on.
    InUse,
}

impl Store {
    /// Writes the database anew.
    pub(super) fn wipe(&self) -> Result<Wiped, StoreError> {
        self.expect_wiping();
        let anew = database::write_anew(&self.database).map_err(self.failed());
        if let Err(error) = &anew {
            tracing::warn!("the database could not be written anew: {error}");
        }
        let emptied = self.empty_journal().map_err(self.failed());
        match (anew, emptied) {
            (Ok(()), Ok(true)) => {
                fs::remove_file(self.pending_wipe()).ok();
                Ok(Wiped::Wholly)
            }
            (Err(error), _) | (_, Err(error)) if error.is_full() || !has_room(&self.folder) => Ok(Wiped::NoRoom),
            (Err(StoreError::Database { cause, .. }), _)
                if cause.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
            {
                Ok(Wiped::InUse)
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
            (Ok(()), Ok(false)) => Ok(Wiped::InUse),
        }
    }

    /// Goes on with what could not be done before, if that is possible without waiting. The store must be locked.
    pub(super) fn go_on_wiping(&self) -> Result<(), StoreError> {
        if self.pending_wipe().exists() && has_room(&self.folder) && !self.is_recording()? {
            let wait = |time: Duration| self.database.busy_timeout(time).map_err(self.failed());
            wait(Duration::ZERO)?;
            let wiped = self.wipe();
            wait(database::TIMEOUT)?;
            tracing::debug!("what was deleted is overwritten: {wiped:?}");
        }
        Ok(())
    }

    /// Lets the next start write the database anew, unless [`Store::wipe`] does it before. On a disk too full to say so, the next person
    /// who is forgotten does it.
    pub(super) fn expect_wiping(&self) {
        owner_only::file(&self.pending_wipe()).ok();
    }

    fn pending_wipe(&self) -> PathBuf {
        self.folder.join(PENDING)
    }

    /// Whether any session is being recorded: its rows must not wait for a large database.
    fn is_recording(&self) -> Result<bool, StoreError> {
        let unfinished = self.unfinished().map_err(self.failed())?;
        Ok(unfinished.iter().any(|(_, id, ..)| self.is_in_use(id)))
    }
}
