//! Opens the database: SQLite in its safe settings, brought to the newest form.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite_migration::{Error as MigrationError, M, MigrationDefinitionError, Migrations};

use super::error::StoreError;
use crate::owner_only;

/// The database's file in the folder of sessions.
const FILE: &str = "sessions.db";

/// How long to wait while another bendwise writes: a commit takes milliseconds, a slow disk needs a few hundred.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Every form of the database, oldest first.
static MIGRATIONS: LazyLock<Migrations<'static>> =
    LazyLock::new(|| Migrations::new(vec![M::up(include_str!("schema.sql")), M::up(include_str!("schema-2.sql"))]));

/// Where the database of this folder is.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// The error of a database.
pub(super) fn failed(folder: &Path) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
    |cause| StoreError::Database { path: path(folder), cause }
}

/// Opens the database of this folder, makes it where there is none.
///
/// # Errors
/// When it cannot be opened or written, is none, or is one of a newer bendwise.
pub(super) fn open(folder: &Path) -> Result<Connection, StoreError> {
    // SQLite gives its journal the mode of the database. Whatever is wrong with the place, SQLite says it better.
    owner_only::file(&path(folder)).ok();
    let mut database = Connection::open(path(folder)).map_err(failed(folder))?;
    settle(&database).map_err(failed(folder))?;
    MIGRATIONS.to_latest(&mut database).map_err(|error| match error {
        MigrationError::RusqliteError { err, .. } => failed(folder)(err),
        MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            StoreError::Newer { path: path(folder) }
        }
        // The rest are faults of the migrations themselves, which a test rules out.
        other => failed(folder)(rusqlite::Error::ToSqlConversionFailure(Box::new(other))),
    })?;
    Ok(database)
}

fn settle(database: &Connection) -> rusqlite::Result<()> {
    database.busy_timeout(TIMEOUT)?;
    // Readers and a writer at once, and a kill at any moment leaves whole transactions.
    database.pragma_update(None, "journal_mode", "WAL")?;
    // Each commit is on the disk when it returns: there is one a second, and a power cut must not take more than that.
    database.pragma_update(None, "synchronous", "FULL")?;
    database.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten.
    database.pragma_update(None, "secure_delete", true)?;
    database.pragma_update(None, "trusted_schema", false)
}

/// Writes everything into the database itself and empties the journal, in which deleted things would live on.
pub(super) fn empty_journal(database: &Connection) -> rusqlite::Result<()> {
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// What SQLite finds wrong with the database; nothing of a sound one.
pub(super) fn faults(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = database.prepare("PRAGMA integrity_check(3)")?;
    let mut found: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// The files that belong to the database: it, its journal, and the memory that its users share.
pub(super) fn files(folder: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| folder.join(format!("{FILE}{ending}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_sound() {
        MIGRATIONS.validate().unwrap();
    }

    #[test]
    fn it_is_opened_in_its_safe_settings() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(folder.path()).unwrap();
        let number = |name: &str| database.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(["synchronous", "foreign_keys", "secure_delete"].map(number), [2, 1, 1]);
        let mode: String = database.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!((mode.as_str(), faults(&database).unwrap()), ("wal", Vec::new()));
    }

    #[test]
    fn a_database_of_the_first_form_is_brought_to_the_newest_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let old = Connection::open(path(folder.path())).unwrap();
        old.execute_batch(include_str!("schema.sql")).unwrap();
        let row = "INSERT INTO sessions (uid, id, state, began_ms, offset_s, source, program)
                   VALUES ('u', '2026-11-22', 'finished', 0, 0, 'Webcam', '0.1.0')";
        old.execute(row, []).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        drop(old);
        let database = open(folder.path()).unwrap();
        let read = "SELECT id, origin, missed FROM sessions";
        let found: (String, Option<String>, i64) =
            database.query_row(read, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        assert_eq!(found, ("2026-11-22".to_owned(), None, 0));
    }

    #[test]
    fn a_database_of_a_newer_bendwise_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let told = open(folder.path()).unwrap_err();
        assert!(matches!(told, StoreError::Newer { .. }) && !told.is_corrupt(), "{told}");
    }
}
