//! What can go wrong with kept sessions. Each message names the thing and the way out.

use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

use super::block::BlockError;

/// Why a session cannot be kept, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A folder or file of the store cannot be made, read or written.
    #[error("{path} cannot be used: {} ({cause})", way_out(cause.kind()))]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The database refused.
    #[error("{path} cannot be used: {} ({cause})", remedy(cause))]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        cause: rusqlite::Error,
    },
    /// The database has a form that this program does not know.
    #[error("{path} was written by a newer bendwise: update bendwise to open it")]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// No session has this id.
    #[error("There is no session {id}{}: `bendwise sessions` lists them", meant(closest.as_deref()))]
    Unknown {
        /// What was asked for.
        id: String,
        /// What may have been meant.
        closest: Option<String>,
    },
    /// There is no session at all.
    #[error("No session is kept yet: `bendwise` keeps each that it coaches")]
    Empty,
    /// The session is being recorded.
    #[error("The session {id} is still being recorded: end it first")]
    Recording {
        /// Which.
        id: String,
    },
    /// A block of samples cannot be read.
    #[error("A second of session {id} cannot be read: {cause}")]
    Block {
        /// The session.
        id: String,
        /// Why.
        #[source]
        cause: BlockError,
    },
}

impl StoreError {
    /// Whether something was asked for that is not there, rather than that something failed.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Empty | Self::Unknown { .. })
    }

    /// Whether the database is no database any more.
    pub(super) fn is_corrupt(&self) -> bool {
        let Self::Database { cause, .. } = self else { return false };
        matches!(cause.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }
}

fn meant(closest: Option<&str>) -> String {
    closest.map(|closest| format!(", did you mean {closest}?")).unwrap_or_default()
}

fn way_out(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match kind {
        PermissionDenied | ReadOnlyFilesystem => {
            "this user may not write there, name another folder with BENDWISE_HOME"
        }
        StorageFull | QuotaExceeded | FileTooLarge => "there is not enough room on the disk, make some",
        _ => "name another folder with BENDWISE_HOME",
    }
}

fn remedy(cause: &rusqlite::Error) -> &'static str {
    use ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, PermissionDenied, ReadOnly,
        SystemIoFailure,
    };
    match cause.sqlite_error_code() {
        Some(DiskFull) => "there is not enough room on the disk, make some",
        Some(ReadOnly | CannotOpen | PermissionDenied) => {
            "this user may not write there, name another folder with BENDWISE_HOME"
        }
        Some(DatabaseBusy | DatabaseLocked) => "another bendwise holds it for too long, end that one",
        Some(DatabaseCorrupt | NotADatabase) => "it is damaged, `bendwise doctor` tells more",
        Some(SystemIoFailure) => "the disk does not take it, it may be full or about to fail",
        _ => "start bendwise again, and report this line if it stays",
    }
}
