//! Creates a session: its row, its folder, its lock.

use jiff::Zoned;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::handle::{lock, lock_session};
use super::writer::SessionWriter;
use super::{PersonId, SessionEntry, Store, StoreError, id, reserve};
use crate::inference::models;
use crate::owner_only;
use crate::visible::visible;

/// What is known about a session when it begins.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Time and time zone.
    pub began: Zoned,
    /// The name of the camera or file.
    pub source: String,
    /// The drill or programme that guides it.
    pub plan: Option<String>,
    /// Who practises; `None` is the only person there is.
    pub person: Option<PersonId>,
}

impl Store {
    /// Begins a session. Its id is its date, followed by a letter from the second session of a day on.
    ///
    /// # Errors
    /// If it cannot be written, or nobody is named and there are several persons.
    pub fn begin(self, beginning: &NewSession) -> Result<SessionWriter, StoreError> {
        self.set_up(beginning, "recording", None, None)
    }

    /// Begins a session that comes from another machine, under the id it had there if that is free here. It is not listed until
    /// [`SessionWriter::keep_import`].
    pub(super) fn begin_import(self, beginning: &NewSession, id: &str) -> Result<SessionWriter, StoreError> {
        self.set_up(beginning, "arriving", None, Some(id))
    }

    /// Begins the re-measurement of a session from its video. It is not listed until it is finished, and is removed if
    /// it is interrupted.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin_remeasurement(self, first: &SessionEntry) -> Result<SessionWriter, StoreError> {
        let SessionEntry { began, source, plan, person, .. } = first.clone();
        self.set_up(&NewSession { began, source, plan, person: Some(person) }, "arriving", Some(&first.uid), None)
    }

    fn set_up(
        mut self,
        beginning: &NewSession,
        state: &str,
        origin: Option<&str>,
        wanted: Option<&str>,
    ) -> Result<SessionWriter, StoreError> {
        let person = beginning.person.map_or_else(|| Ok(self.person_or_only(None)?.id), Ok)?;
        let _alone = lock(&self.folder)?;
        reserve::keep(&self.folder);
        let (key, uid, id) = self.insert_session(beginning, (person, state, origin), wanted)?;
        let home = self.home(&id);
        let made = owner_only::new_folder(&home).and_then(|()| lock_session(&home));
        let lock = made.map_err(|cause| StoreError::File { path: home, cause })?;
        Ok(SessionWriter::new(self, (key, uid, id), lock))
    }

    /// Inserts a new row, with the id that is `wanted` if it can be that. Returns its key, uid and id.
    fn insert_session(
        &mut self,
        beginning: &NewSession,
        row: (PersonId, &str, Option<&str>),
        wanted: Option<&str>,
    ) -> Result<(i64, String, String), StoreError> {
        let day = beginning.began.date().to_string();
        let failed = super::database::failed(&self.folder);
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&failed)?;
        let taken = taken_on(&transaction, &day).map_err(&failed)?;
        // A folder of this name may be left from a damaged database that was moved aside.
        let free = |number: &u32| !self.folder.join(id::id(&day, *number)).exists();
        let first = taken.iter().max().map_or(0, |last| last.saturating_add(1));
        let wanted =
            wanted.and_then(|wanted| id::number(&day, wanted).filter(|number| id::id(&day, *number) == wanted));
        let wanted = wanted.filter(|number| !taken.contains(number)).filter(free);
        let id = id::id(&day, wanted.or_else(|| (first..).find(free)).unwrap_or(first));
        let (key, uid) = insert(&transaction, beginning, &id, row).map_err(&failed)?;
        transaction.commit().map_err(&failed)?;
        Ok((key, uid, id))
    }
}

/// The numbers of the sessions of a day.
fn taken_on(database: &Connection, day: &str) -> rusqlite::Result<Vec<u32>> {
    let mut ids = database.prepare("SELECT id FROM sessions WHERE substr(id, 1, length(?1)) = ?1")?;
    let ids: Vec<String> = ids.query_map([day], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids.iter().filter_map(|id| id::number(day, id)).collect())
}

/// Inserts the rows of a new session. Returns its key and uid.
fn insert(
    transaction: &Transaction,
    beginning: &NewSession,
    id: &str,
    (person, state, origin): (PersonId, &str, Option<&str>),
) -> rusqlite::Result<(i64, String)> {
    let NewSession { began, source, plan, .. } = beginning;
    transaction.execute(
        "INSERT INTO sessions (uid, id, state, began_ms, offset_s, source, plan, program, origin, person)
         VALUES (lower(hex(randomblob(16))), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            id,
            state,
            began.timestamp().as_millisecond(),
            began.offset().seconds(),
            visible(source),
            plan.as_ref().map(visible),
            env!("CARGO_PKG_VERSION"),
            origin,
            person.0
        ],
    )?;
    let key = transaction.last_insert_rowid();
    let mut model = transaction.prepare("INSERT INTO models (session, file, sha256) VALUES (?1, ?2, ?3)")?;
    for (file, sum) in models::versions() {
        model.execute(params![key, file, sum])?;
    }
    let uid = transaction.query_row("SELECT uid FROM sessions WHERE key = ?1", [key], |row| row.get(0))?;
    Ok((key, uid))
}
