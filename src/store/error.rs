//! Errors of the store. Each message names the value and the remedy.

use std::io;
use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};

use super::block::BlockError;
use crate::owner_only;
use crate::visible::as_argument;

/// Why a session cannot be stored, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A folder or file of the store cannot be created, read or written.
    #[error("{path} cannot be used: {} ({cause})", owner_only::remedy(cause))]
    File {
        /// Its path.
        path: PathBuf,
        /// The error of the system.
        #[source]
        cause: io::Error,
    },
    /// A database operation failed.
    #[error("{path} cannot be used: {}", database_remedy(cause))]
    Database {
        /// The database.
        path: PathBuf,
        /// The error of SQLite. Not the source: its words are no sentence for anybody who practises.
        cause: rusqlite::Error,
    },
    /// The database has a schema that this program does not know.
    #[error("{path} was written by a newer bendwise: update bendwise to open it")]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// No session has this id.
    #[error("There is no session {id}{} `bendwise sessions` lists them", suggestion(closest.as_deref()))]
    Unknown {
        /// The requested id.
        id: String,
        /// The id that was probably meant.
        closest: Option<String>,
    },
    /// The session was deleted while it was looked at or written to.
    #[error("The session {id} was deleted meanwhile: `bendwise sessions` lists those that are kept")]
    Deleted {
        /// Its id.
        id: String,
    },
    /// The folder of a session was taken away while it was recorded, and with it the video and the lock by which others know that it
    /// goes on.
    #[error(
        "{path} was removed, moved or emptied while the session in it was recorded: leave the folders of sessions as they are"
    )]
    FolderGone {
        /// The folder.
        path: PathBuf,
    },
    /// The list of sessions is another one than that in which a session was kept, or there is none any more.
    #[error(
        "{path} was removed, moved or replaced while a session was recorded, which is not in it now: leave the files of sessions as they are"
    )]
    ListReplaced {
        /// The database.
        path: PathBuf,
    },
    /// There are no sessions.
    #[error(
        "No session is kept yet: `bendwise` keeps each that it coaches, `bendwise analyze FILE --keep` a recording"
    )]
    Empty,
    /// There are no sessions of a person.
    #[error("No session of {person} is kept yet: `bendwise sessions` lists those of all")]
    NoneOf {
        /// Whose.
        person: String,
    },
    /// Several sessions have this name.
    #[error("Several sessions are called {name}: give one of their ids ({})", ids.join(", "))]
    Several {
        /// The name.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// The session is somebody else's.
    #[error(
        "The session {id} belongs to {person}: say so with --person {}, or leave --person out",
        as_argument(person)
    )]
    OfAnother {
        /// Its id.
        id: String,
        /// Whose it is.
        person: String,
    },
    /// No person has this name.
    #[error("There is no person {name}{} `bendwise people` lists them, `bendwise people add` adds one", suggestion(closest.as_deref()))]
    UnknownPerson {
        /// The requested name.
        name: String,
        /// The name that was probably meant.
        closest: Option<String>,
    },
    /// No person has this name, and one has a name that only looks like it.
    #[error(
        "There is no person {name}: {other} only looks the same, with other letters, so type the name anew or give the pseudonym (`bendwise people` lists both)"
    )]
    LooksAlike {
        /// The requested name.
        name: String,
        /// The name that looks like it.
        other: String,
    },
    /// Nobody was named, and there are several persons.
    #[error("Several persons practise here ({}): say who it is with --person NAME", names.join(", "))]
    WhichPerson {
        /// Their names.
        names: Vec<String>,
    },
    /// Another person has this name.
    #[error("{name} is here already: give another name, so that the two can be told apart")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A score that the instrument does not have.
    #[error("{instrument} goes from {least} to {most}, so it cannot be {value}")]
    Score {
        /// The instrument.
        instrument: &'static str,
        /// The score.
        value: f64,
        /// Its lowest score.
        least: f64,
        /// Its highest score.
        most: f64,
    },
    /// A version of a questionnaire whose range is not known.
    #[error(
        "{instrument} has versions of {} statements, and \"{version}\" is none of them: give --version {}",
        listed(known, "and"),
        listed(known, "or")
    )]
    ScoreVersion {
        /// The instrument.
        instrument: &'static str,
        /// The version.
        version: String,
        /// Those that are known.
        known: &'static [&'static str],
    },
    /// A name that cannot be that of a person.
    #[error("\"{name}\" {why}: give another name")]
    UnfitName {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A name or a note with a character that is not shown.
    #[error("Character {place} (U+{:04X}) is not a letter but controls how text is shown: leave it out", u32::from(*letter))]
    Hidden {
        /// The character.
        letter: char,
        /// Its place, from 1.
        place: usize,
    },
    /// A text that is longer than any that is kept.
    #[error("A text of more than {most} letters cannot be kept: give a shorter one")]
    TooLong {
        /// How long it may be, letters.
        most: usize,
    },
    /// The place is a link, and what it leads to is not there.
    #[error("{path} is a link to a place that is not there: connect the disk that it is on, or take the link away")]
    LinkToNothing {
        /// The link.
        path: PathBuf,
    },
    /// Something that is no file is in the place of one of the store's.
    #[error("{path} is not a file: move it elsewhere, it is in the place of one of bendwise's own")]
    NoFile {
        /// Its path.
        path: PathBuf,
    },
    /// The session is being recorded.
    #[error("The session {id} is still being recorded: end it first")]
    Recording {
        /// Its id.
        id: String,
    },
    /// The disk has not even the room to delete a session, whose files are gone.
    #[error(
        "The video of {id} is deleted, but the session is still in the list, as the disk is full: free some space and delete it again"
    )]
    HalfDeleted {
        /// Its id.
        id: String,
    },
    /// A block of samples cannot be read.
    #[error("A second of session {id} cannot be read: {cause}")]
    Block {
        /// The session.
        id: String,
        /// The reason.
        #[source]
        cause: BlockError,
    },
}

impl StoreError {
    /// Whether SQLite had no room: for a page, or for the memory that its readers share, of which it does not say that the disk is
    /// full.
    pub(super) fn is_full(&self) -> bool {
        let Self::Database { cause, .. } = self else { return false };
        let code = cause.sqlite_error().map(|error| error.extended_code);
        cause.sqlite_error_code() == Some(ErrorCode::DiskFull) || code == Some(ffi::SQLITE_IOERR_SHMSIZE)
    }

    /// Whether a session is not there any more.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self, Self::Deleted { .. } | Self::ListReplaced { .. })
    }

    /// Whether the database file is damaged.
    pub(super) fn is_corrupt(&self) -> bool {
        let Self::Database { cause, .. } = self else { return false };
        matches!(cause.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }
}

/// Some words in a row: "24, 23 and 18".
fn listed(words: &[&str], last: &str) -> String {
    match words {
        [first @ .., end] if !first.is_empty() => format!("{} {last} {end}", first.join(", ")),
        _ => words.concat(),
    }
}

/// What may have been meant, as a question; otherwise a colon.
fn suggestion(closest: Option<&str>) -> String {
    closest.map_or_else(|| ":".to_owned(), |closest| format!(", did you mean {closest}?"))
}

fn database_remedy(cause: &rusqlite::Error) -> String {
    use ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, PermissionDenied, ReadOnly,
        SystemIoFailure,
    };
    let code = cause.sqlite_error().map(|error| error.extended_code);
    let remedy = match cause.sqlite_error_code() {
        Some(DiskFull) => "the disk is full, free some space",
        Some(ReadOnly | CannotOpen | PermissionDenied) => {
            "this user may not write there, name another folder with BENDWISE_HOME"
        }
        Some(DatabaseBusy | DatabaseLocked) => "another bendwise has locked it for too long, end that one",
        Some(DatabaseCorrupt | NotADatabase) => "it is damaged, `bendwise doctor` tells more",
        // The only one of them that may be a full disk too: of others SQLite says so.
        Some(SystemIoFailure) if code == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
            "the disk reports an error, it may be full or failing"
        }
        Some(SystemIoFailure) => "the disk reports an error, it may be failing or a quota on it used up",
        Some(ErrorCode::ConstraintViolation) if code == Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            "what this belongs to was deleted meanwhile, look again what is there"
        }
        Some(ErrorCode::ConstraintViolation) => "something of this name is there already, look again what is there",
        Some(ErrorCode::OutOfMemory) => "there is not enough memory, close other programs",
        None => "it holds something that bendwise did not write, `bendwise doctor` tells more",
        Some(_) => return unusual(code),
    };
    remedy.to_owned()
}

/// What nobody but its makers can do something about has the number by which they find it.
fn unusual(code: Option<std::ffi::c_int>) -> String {
    let number = code.map_or_else(String::new, |code| format!(" (SQLite {code})"));
    format!("start bendwise again, and report this line if it stays{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: std::ffi::c_int) -> String {
        let cause = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        StoreError::Database { path: PathBuf::from("sessions.db"), cause }.to_string()
    }

    #[test]
    fn a_disk_that_fails_is_not_called_full_and_a_full_one_not_failing() {
        for code in [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_READ] {
            let told = told(code);
            assert!(told.contains("the disk reports an error") && !told.contains("full"), "{told}");
        }
        let full = told(ffi::SQLITE_FULL);
        assert!(full.contains("the disk is full") && !full.contains("failing"), "{full}");
    }

    #[test]
    fn a_cause_is_told_once() {
        use std::error::Error;

        let cause = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), Some("disk is full".into()));
        let full = StoreError::Database { path: PathBuf::from("sessions.db"), cause };
        assert!(full.source().is_none(), "the command line tells each source besides");
        assert_eq!(told(ffi::SQLITE_FULL), "sessions.db cannot be used: the disk is full, free some space");
        let locked = "sessions.db cannot be used: another bendwise has locked it for too long, end that one";
        assert_eq!(told(ffi::SQLITE_BUSY), locked);
        let failing = told(ffi::SQLITE_IOERR_READ);
        assert!(failing.ends_with("a quota on it used up"), "{failing}");
    }

    #[test]
    fn no_error_is_told_in_the_words_of_sqlite() {
        let words = "FOREIGN KEY constraint failed";
        let codes =
            (1..=26).chain([ffi::SQLITE_CONSTRAINT_FOREIGNKEY, ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_SHMSIZE]);
        let failures = codes.map(|code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(words.to_owned())));
        let others = [rusqlite::Error::QueryReturnedNoRows, rusqlite::Error::InvalidColumnName("key".to_owned())];
        for cause in failures.chain(others) {
            let (plain, raw) = (database_remedy(&cause), cause.to_string());
            assert!(!plain.contains(words) && !plain.contains(&raw), "{plain}");
            assert!(plain.contains(", "), "what can be done: {plain}");
        }
        let cause = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CONSTRAINT_FOREIGNKEY), None);
        assert!(database_remedy(&cause).contains("deleted meanwhile"));
    }
}
