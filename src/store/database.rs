//! Opens the database: SQLite with safe settings, migrated to the latest schema.

use std::cmp::Ordering;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use rusqlite_migration::{Error as MigrationError, M, MigrationDefinitionError, Migrations};

use super::error::StoreError;
use super::reserve;
use super::room::{has_room, is_read_only};
use crate::owner_only;

/// File name of the database in the sessions folder.
const FILE: &str = "sessions.db";

/// Maximum wait while another bendwise writes: a commit takes milliseconds, or a few hundred on a slow disk.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);

/// How many pages are copied at once. [own]
const PAGES_COPIED: i32 = 1024;

/// All forms of the database, oldest first, each as the changes to the one before.
const SCHEMAS: [&str; 8] = [
    include_str!("schema.sql"),
    include_str!("schema-2.sql"),
    include_str!("schema-3.sql"),
    include_str!("schema-4.sql"),
    include_str!("schema-5.sql"),
    include_str!("schema-6.sql"),
    include_str!("schema-7.sql"),
    include_str!("schema-8.sql"),
];

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| Migrations::new(SCHEMAS.map(M::up).into()));

/// The path of the database in this folder.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Converts the errors of this folder's database.
pub(super) fn failed(folder: &Path) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
    |cause| match cause.sqlite_error_code() {
        // A copy in memory, which is changed by nobody, or a disk that says so when it is full.
        Some(ErrorCode::ReadOnly) if !has_room(folder) => full(folder),
        Some(ErrorCode::ReadOnly) if is_read_only(folder) => {
            StoreError::File { path: path(folder), cause: ErrorKind::ReadOnlyFilesystem.into() }
        }
        _ => StoreError::Database { path: path(folder), cause },
    }
}

/// Opens the database in this folder, and creates it if there is none. On a full disk it is opened for this process alone,
/// which needs no room for shared memory, so that it can be read and sessions be deleted.
///
/// # Errors
/// If it cannot be opened or written, is not a database, or was written by a newer bendwise.
pub(super) fn open(folder: &Path) -> Result<Connection, StoreError> {
    match open_in(folder, "NORMAL") {
        // What fails then too, as somebody else has it open, fails for want of room.
        Err(error @ StoreError::Database { .. }) if error.is_full() || !has_room(folder) => open_without_room(folder),
        Err(StoreError::Database { .. } | StoreError::File { .. }) if is_read_only(folder) => open_to_read(folder),
        opened => opened,
    }
}

/// Opens it for this process alone. One of an earlier form is brought to the newest in the room that is kept for deleting, or where
/// that is gone in a copy in memory, which can only be read.
fn open_without_room(folder: &Path) -> Result<Connection, StoreError> {
    let opened = open_in(folder, "EXCLUSIVE");
    let opened = match opened {
        Err(error) if !error.is_corrupt() && reserve::release(folder) => open_in(folder, "EXCLUSIVE"),
        opened => opened,
    };
    let opened = match opened {
        Err(error) if !matches!(error, StoreError::Newer { .. }) && !error.is_corrupt() => copied_alone(folder),
        opened => opened,
    };
    opened.map_err(|error| match error {
        StoreError::Newer { .. } => error,
        _ if error.is_corrupt() => error,
        _ => full(folder),
    })
}

/// A copy in memory for this process alone, which needs no room on the disk.
fn copied_alone(folder: &Path) -> Result<Connection, StoreError> {
    let alone = || -> rusqlite::Result<Connection> {
        let kept = Connection::open(path(folder))?;
        kept.busy_timeout(TIMEOUT)?;
        kept.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        Ok(kept)
    };
    copied(&alone().map_err(failed(folder))?, folder)
}

/// A copy in memory, brought to the newest form, which cannot be written.
fn copied(kept: &Connection, folder: &Path) -> Result<Connection, StoreError> {
    let copy = || -> rusqlite::Result<Connection> {
        let mut copy = Connection::open_in_memory()?;
        Backup::new(kept, &mut copy)?.run_to_completion(PAGES_COPIED, Duration::ZERO, None)?;
        copy.pragma_update(None, "trusted_schema", false)?;
        Ok(copy)
    };
    let mut copy = copy().map_err(failed(folder))?;
    migrate(&mut copy, folder)?;
    copy.pragma_update(None, "query_only", true).map_err(failed(folder))?;
    Ok(copy)
}

/// Opens it where nothing can be written, not even the files beside it that SQLite shares with other processes: nobody else can
/// write it either. What is still in its journal is read by way of a copy.
fn open_to_read(folder: &Path) -> Result<Connection, StoreError> {
    let [list, journal, _] = files(folder);
    if fs::metadata(&journal).is_ok_and(|journal| journal.len() > 0) {
        let copies = tempfile::tempdir().map_err(|cause| StoreError::File { path: std::env::temp_dir(), cause })?;
        let copies_of = files(copies.path());
        for (file, copy) in [list, journal].into_iter().zip(&copies_of) {
            fs::copy(&file, copy).map_err(|cause| StoreError::File { path: file, cause })?;
        }
        return copied(&Connection::open(&copies_of[0]).map_err(failed(folder))?, folder);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let kept = Connection::open_with_flags(unchanging(&list), flags).map_err(failed(folder))?;
    kept.pragma_update(None, "trusted_schema", false).map_err(failed(folder))?;
    let form: i64 = kept.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed(folder))?;
    match form.cmp(&(SCHEMAS.len() as i64)) {
        Ordering::Less => copied(&kept, folder),
        Ordering::Equal => Ok(kept),
        Ordering::Greater => Err(StoreError::Newer { path: list }),
    }
}

/// The name by which SQLite opens a file that nobody changes.
fn unchanging(path: &Path) -> String {
    let name = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{name}?immutable=1")
}

fn full(folder: &Path) -> StoreError {
    let cause = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None);
    StoreError::Database { path: path(folder), cause }
}

fn open_in(folder: &Path, locking_mode: &str) -> Result<Connection, StoreError> {
    // SQLite creates its journal with the mode of the database. An error is ignored, as SQLite reports it better.
    owner_only::file(&path(folder)).ok();
    let is_new = fs::metadata(path(folder)).is_ok_and(|file| file.len() == 0);
    let mut database = Connection::open(path(folder)).map_err(failed(folder))?;
    configure(&database, locking_mode, is_new).map_err(failed(folder))?;
    migrate(&mut database, folder)?;
    Ok(database)
}

/// Brings it to the newest form.
fn migrate(database: &mut Connection, folder: &Path) -> Result<(), StoreError> {
    MIGRATIONS.to_latest(database).map_err(|error| match error {
        MigrationError::RusqliteError { err, .. } => failed(folder)(err),
        MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            StoreError::Newer { path: path(folder) }
        }
        // The others are errors in the migrations themselves, which a test rules out.
        other => failed(folder)(rusqlite::Error::ToSqlConversionFailure(Box::new(other))),
    })
}

fn configure(database: &Connection, locking_mode: &str, is_new: bool) -> rusqlite::Result<()> {
    database.busy_timeout(TIMEOUT)?;
    database.pragma_update(None, "locking_mode", locking_mode)?; // before anything is read: it decides on shared memory
    if is_new {
        give_back_later(database)?; // before anything is written
    }
    // WAL allows readers and a writer at once, and being killed at any time leaves only complete transactions.
    database.pragma_update(None, "journal_mode", "WAL")?;
    // Each commit is on the disk when it returns: there is one per second, and a power cut must not lose more than
    // that.
    database.pragma_update(None, "synchronous", "FULL")?;
    // On a full disk the journal must still fit into the database, in the room that is kept for that.
    database.pragma_update(None, "wal_autocheckpoint", reserve::JOURNAL_PAGES)?;
    database.pragma_update(None, "foreign_keys", true)?;
    // Overwrites deleted data.
    database.pragma_update(None, "secure_delete", true)?;
    database.pragma_update(None, "trusted_schema", false)
}

/// Moves everything into the database file and empties the journal, where deleted data would survive. Returns whether it is empty
/// now: it is not while another process reads the database, for which [`TIMEOUT`] is waited.
pub(super) fn is_journal_emptied(database: &Connection) -> rusqlite::Result<bool> {
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).map(|busy| busy == 0)
}

/// Pages that are given back at once: what moves into their places goes through the journal, of which the reserve holds as
/// much. [own]
const PAGES_AT_ONCE: u32 = 32;

/// Of a database of an earlier bendwise, which has to be written anew for that, room is given back once this part of it is
/// free. [own]
const WORTH_WRITING_ANEW: f64 = 0.25;

/// Gives the room of what was deleted back to the disk, with the journal emptied by `empty_journal`. Killed meanwhile, it goes on at
/// the next deletion; so it does where another process reads the database.
///
/// # Errors
/// If the disk has no room for it: then the next session uses the room.
pub(super) fn give_back(
    database: &Connection,
    empty_journal: impl Fn() -> rusqlite::Result<bool>,
) -> rusqlite::Result<()> {
    let number = |name: &str| database.pragma_query_value(None, name, |row| row.get::<_, u32>(0));
    if number("auto_vacuum")? == INCREMENTAL {
        let mut free = number("freelist_count")?;
        while free > 0 {
            give_back_some(database)?;
            let emptied = empty_journal()?;
            let left = number("freelist_count")?;
            if left >= free || !emptied {
                break; // somebody reads what would have to move, or writes
            }
            free = left;
        }
    } else if f64::from(number("freelist_count")?) > WORTH_WRITING_ANEW * f64::from(number("page_count")?) {
        write_anew(database)?;
        empty_journal()?;
    }
    Ok(())
}

fn give_back_some(database: &Connection) -> rusqlite::Result<()> {
    let mut some = database.prepare(&format!("PRAGMA incremental_vacuum({PAGES_AT_ONCE})"))?;
    let mut each = some.query([])?; // a page a row
    while each.next()?.is_some() {}
    Ok(())
}

/// Writes the whole database anew, without what was deleted; from then on it gives back room.
pub(super) fn write_anew(database: &Connection) -> rusqlite::Result<()> {
    give_back_later(database)?;
    database.execute_batch("VACUUM")
}

/// Lets a database that is about to be written give back room by [`give_back`].
fn give_back_later(database: &Connection) -> rusqlite::Result<()> {
    database.pragma_update(None, "auto_vacuum", INCREMENTAL)
}

/// SQLite's number of that mode.
const INCREMENTAL: u32 = 2;

/// Returns the errors found by SQLite, none if the database is intact.
pub(super) fn faults(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = database.prepare("PRAGMA integrity_check(3)")?;
    let mut found: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// All files of the database: itself, its journal and its shared memory.
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
    fn repetitions_of_the_third_form_whose_bottom_was_hidden_are_known_by_their_confidence() {
        let folder = tempfile::tempdir().unwrap();
        let old = Connection::open(path(folder.path())).unwrap();
        for schema in [include_str!("schema.sql"), include_str!("schema-2.sql"), include_str!("schema-3.sql")] {
            old.execute_batch(schema).unwrap();
        }
        let session = "INSERT INTO sessions (key, uid, id, state, began_ms, offset_s, source, program)
                       VALUES (1, 'u', '2026-11-22', 'finished', 0, 0, 'Webcam', '0.1.0')";
        old.execute(session, []).unwrap();
        for (number, verdict, confidence) in [(0, "none", 0.0), (1, "none", 0.4), (2, "hips", 0.8)] {
            let row = "INSERT INTO repetitions VALUES (1, ?1, NULL, 0, 1, 2, 0.5, 0.1, 0.5, 0, 0.1, 0.1, ?2, ?3,
                       NULL, NULL, NULL, NULL)";
            old.execute(row, (number, verdict, confidence)).unwrap();
        }
        old.pragma_update(None, "user_version", 3).unwrap();
        drop(old);
        let database = open(folder.path()).unwrap();
        let mut read =
            database.prepare("SELECT bottom_hidden, standing_doubt FROM repetitions ORDER BY number").unwrap();
        let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let found: Vec<(bool, Option<f32>)> = rows.map(Result::unwrap).collect();
        assert_eq!(found, [(true, None), (false, None), (false, None)]);
    }

    #[test]
    fn of_sessions_of_the_fourth_form_every_second_set_of_the_box_lift_asked_for_the_back() {
        let folder = tempfile::tempdir().unwrap();
        let old = Connection::open(path(folder.path())).unwrap();
        for schema in ["schema.sql", "schema-2.sql", "schema-3.sql", "schema-4.sql"] {
            let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
            old.execute_batch(&fs::read_to_string(schemas.join(schema)).unwrap()).unwrap();
        }
        let session = "INSERT INTO sessions (key, uid, id, state, began_ms, offset_s, source, program)
                       VALUES (1, 'u', '2026-11-22', 'finished', 0, 0, 'Webcam', '0.1.0')";
        old.execute(session, []).unwrap();
        for (number, drill) in
            [(0, "bow"), (1, "box-lift"), (2, "box-lift"), (3, "box-lift"), (4, "box-lift"), (5, "bow")]
        {
            old.execute("INSERT INTO sets VALUES (1, ?1, ?2, 0, 1)", (number, drill)).unwrap();
        }
        old.pragma_update(None, "user_version", 4).unwrap();
        drop(old);
        let database = open(folder.path()).unwrap();
        let mut read = database.prepare("SELECT goal FROM sets ORDER BY number").unwrap();
        let goals: Vec<String> = read.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(goals, ["hips", "hips", "back", "hips", "back", "hips"]);
    }

    #[test]
    fn sessions_of_the_fifth_form_belong_to_one_person_without_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let old = Connection::open(path(folder.path())).unwrap();
        for schema in ["schema.sql", "schema-2.sql", "schema-3.sql", "schema-4.sql", "schema-5.sql"] {
            let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
            old.execute_batch(&fs::read_to_string(schemas.join(schema)).unwrap()).unwrap();
        }
        for id in ["2026-11-22", "2026-11-23"] {
            let session = "INSERT INTO sessions (uid, id, state, began_ms, offset_s, source, program)
                           VALUES (?1, ?1, 'finished', 0, 0, 'Webcam', '0.1.0')";
            old.execute(session, [id]).unwrap();
        }
        old.pragma_update(None, "user_version", 5).unwrap();
        drop(old);
        let database = open(folder.path()).unwrap();
        let read = "SELECT count(*), count(DISTINCT persons.key), max(persons.name) FROM sessions
                    JOIN persons ON persons.key = person";
        let found: (i64, i64, Option<String>) =
            database.query_row(read, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        assert_eq!(found, (2, 1, None));
    }

    #[test]
    fn the_build_of_a_person_of_the_seventh_form_is_that_of_their_newest_sessions() {
        let folder = tempfile::tempdir().unwrap();
        let old = Connection::open(path(folder.path())).unwrap();
        for number in ["", "-2", "-3", "-4", "-5", "-6", "-7"] {
            let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
            old.execute_batch(&fs::read_to_string(schemas.join(format!("schema{number}.sql"))).unwrap()).unwrap();
        }
        let known = r#"{"sessions":2,"ratios":[-0.25,-0.5,-1.0]}"#;
        for (key, outline) in [(2, Some(known)), (3, Some("no JSON")), (4, None)] {
            let row = "INSERT INTO persons (key, uid, pseudonym, created_ms, outline) VALUES (?1, ?1, ?1, 0, ?2)";
            old.execute(row, (key, outline)).unwrap();
            for (id, origin) in [(1, None), (2, None), (3, None), (4, Some("u"))] {
                let session =
                    "INSERT INTO sessions (uid, id, state, began_ms, offset_s, source, program, person, origin)
                               VALUES (?1, ?1, 'finished', ?2, 0, 'Webcam', '0.1.0', ?3, ?4)";
                old.execute(session, (format!("{key}-{id}"), id, key, origin)).unwrap();
            }
        }
        old.pragma_update(None, "user_version", 7).unwrap();
        drop(old);
        let database = open(folder.path()).unwrap();
        let mut read = database.prepare("SELECT id, build FROM sessions WHERE build IS NOT NULL ORDER BY id").unwrap();
        let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let found: Vec<(String, String)> = rows.map(Result::unwrap).collect();
        let build = "[-0.25,-0.5,-1.0]".to_owned();
        assert_eq!(found, [("2-2".to_owned(), build.clone()), ("2-3".to_owned(), build)]);
    }

    #[test]
    fn a_database_of_a_newer_bendwise_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let told = open(folder.path()).unwrap_err();
        assert!(matches!(told, StoreError::Newer { .. }) && !told.is_corrupt(), "{told}");
    }
}
