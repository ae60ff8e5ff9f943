//! Recovers interrupted sessions, completes interrupted removals, moves a damaged database aside, and removes sessions.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Zoned;
use rusqlite::{OptionalExtension, params};

use crate::recording;

use super::handle::{LOCK, is_there, lock, lock_session};
use super::query::{LISTED, text};
use super::room::has_room;
use super::{Person, PersonId, SessionEntry, Store, StoreError, Wiped, database, id, reserve};

/// Blocks of samples that are deleted at once, a second each: a quarter of a megabyte of journal, for which there is room in the
/// reserve. [own]
const AT_ONCE: i64 = 128;

/// What is reported to the user, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryNotice {
    /// A session was interrupted and is stored up to its last second.
    Recovered {
        /// Its id.
        id: String,
    },
    /// A session was interrupted before anything was measured, and nothing of it is left.
    Empty {
        /// Its id.
        id: String,
        /// The name of its camera or file.
        source: String,
    },
    /// A session is deleted, but not all of its files can be.
    NotRemoved {
        /// Its folder.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The database was damaged and moved to this path; a new one was created.
    SetAside(PathBuf),
    /// The database was gone or empty although there are films of sessions; a new one was created.
    ListGone {
        /// The folder of sessions.
        folder: PathBuf,
        /// How many folders in it hold a film that no list names; none where only measurements were kept.
        films: usize,
    },
}

impl std::fmt::Display for RecoveryNotice {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recovered { id } => {
                write!(
                    out,
                    "The session {id} was interrupted; it is recovered up to its last second (`bendwise sessions show {id}`)"
                )
            }
            Self::Empty { id, source } => {
                write!(
                    out,
                    "The session {id} ({source}) broke off before the first bend: nothing had been measured yet, so nothing of it is kept"
                )
            }
            Self::NotRemoved { path, cause } => {
                let path = path.display();
                write!(
                    out,
                    "A deleted session is still there in part: {path} cannot be removed, look who uses it ({cause})"
                )
            }
            Self::SetAside(path) => {
                let path = path.display();
                write!(out, "The list of kept sessions was damaged: it was moved to {path}, and a new one was created")
            }
            Self::ListGone { folder, films } => {
                let films = match films {
                    0 => String::new(),
                    1 => ", which does not name a folder there with the film of a session".to_owned(),
                    films => format!(", which does not name {films} folders there with films of sessions"),
                };
                write!(
                    out,
                    "The list of kept sessions in {} was gone or empty, and a new one was begun{films}: put the old list back if you have it in a \
                     backup",
                    folder.display()
                )
            }
        }
    }
}

impl Store {
    /// Completes what a crash interrupted. The store must be locked.
    pub(super) fn recover(&self) -> Result<Vec<RecoveryNotice>, StoreError> {
        let mut notices = Vec::new();
        for (key, id, state, frames) in self.unfinished().map_err(self.failed())? {
            if self.is_in_use(&id) {
                continue;
            }
            if state == "recording" && frames > 0 {
                let video = self.home(&id).join(recording::FILE);
                // A video that cannot be recovered stays as it is: players skip the broken end.
                let gone = video.exists() && matches!(recording::recover(&video), Ok(false));
                let sql = "UPDATE sessions SET state = 'recovered', video = iif(?2, NULL, video) WHERE key = ?1";
                let recover = || self.database.execute(sql, params![key, gone || !video.exists()]).map(drop);
                match self.with_little_room(|| recover().map_err(self.failed())) {
                    Err(error) if error.is_full() => continue, // the next start tries again; until then it can be read
                    recovered => recovered?,
                }
                fs::remove_file(self.home(&id).join(LOCK)).ok();
                fs::remove_dir(self.home(&id)).ok(); // only if it is empty
                notices.push(RecoveryNotice::Recovered { id });
            } else {
                let source = self.source_of(key).map_err(self.failed())?;
                match self.remove(key, &id) {
                    Ok(()) if state == "recording" => notices.push(RecoveryNotice::Empty { id, source }),
                    // What cannot be removed must not lock out everything else.
                    Err(StoreError::File { path, cause }) => {
                        notices.push(RecoveryNotice::NotRemoved { path, cause: cause.to_string() });
                    }
                    Err(error) if !error.is_corrupt() => {
                        notices.push(RecoveryNotice::NotRemoved { path: self.home(&id), cause: error.to_string() });
                    }
                    removed => removed?,
                }
            }
        }
        self.go_on_wiping()?;
        Ok(notices)
    }

    /// Deletes a session permanently with its re-measurements: files first, then rows, which are overwritten. The room of
    /// both goes to the disk.
    ///
    /// # Errors
    /// If it is being recorded or measured, [`StoreError::Deleted`] if it is no longer there, or something cannot be removed. In the
    /// last case it is no longer listed, and the next start tries again.
    pub fn delete(&self, session: &SessionEntry) -> Result<(), StoreError> {
        let _alone = lock(&self.folder)?;
        self.check_not_deleted(session)?;
        let sessions = self.with_remeasurements(session).map_err(self.failed())?;
        if let Some((_, id)) = sessions.iter().find(|(_, id)| self.is_in_use(id)) {
            return Err(StoreError::Recording { id: id.clone() });
        }
        sessions.iter().try_for_each(|(key, id)| self.remove(*key, id))?;
        self.give_back();
        Ok(())
    }

    /// Ends the deletion of the session with this uid if it has not come to its end. Returns the session's id and why, if it still
    /// has not.
    ///
    /// # Errors
    /// If the database cannot be read, or not be locked.
    pub(super) fn stuck_deletion(&self, uid: &str) -> Result<Option<(String, StoreError)>, StoreError> {
        let leaving = || -> Result<Option<(i64, String)>, StoreError> {
            let sql = "SELECT key, id FROM sessions WHERE uid = ?1 AND state = 'leaving'";
            let found = self.database.query_row(sql, [uid], |row| Ok((row.get(0)?, row.get(1)?)));
            found.optional().map_err(self.failed())
        };
        if leaving()?.is_none() {
            return Ok(None);
        }
        let _alone = lock(&self.folder)?; // whoever deletes it at this moment is waited for
        let Some((key, id)) = leaving()? else { return Ok(None) };
        Ok(self.remove(key, &id).err().map(|error| (id, error)))
    }

    /// Gives the room of what was deleted to the disk, where that can be done now. What is deleted is deleted either way.
    fn give_back(&self) {
        if let Err(error) = self
            .with_little_room(|| database::give_back(&self.database, || self.empty_journal()).map_err(self.failed()))
        {
            tracing::debug!("the list of sessions stays as large as it is: {error}");
        }
    }

    /// Deletes everything of a person for good: first each session as [`Store::delete`] does, then the person with all that hangs
    /// on them. Whoever is left stays untouched; if nobody is, somebody without a name takes the place.
    ///
    /// # Errors
    /// As [`Store::delete`]. What was not reached then is still the person's, and can be forgotten by trying again.
    ///
    /// Returns whether copies of it may be left in the files of the database.
    pub fn forget(&self, person: &Person) -> Result<Wiped, StoreError> {
        let _alone = lock(&self.folder)?; // nobody begins a session of theirs meanwhile
        let sessions = self.all_of(person.id).map_err(self.failed())?;
        if let Some((_, id)) = sessions.iter().find(|(_, id)| self.is_in_use(id)) {
            return Err(StoreError::Recording { id: id.clone() });
        }
        self.expect_wiping(); // also of whoever is forgotten by halves, by a kill or an error
        for (key, id) in &sessions {
            self.remove(*key, id)?;
            self.give_back();
        }
        self.with_little_room(|| {
            let delete = || -> rusqlite::Result<()> {
                self.database.execute("DELETE FROM persons WHERE key = ?1", [person.id.0])?;
                self.keep_somebody()
            };
            delete().map_err(self.failed())
        })?;
        self.wipe()
    }

    /// The sessions of a person, listed or not, re-measurements first. What arrives, or could not be deleted to its end, is among them:
    /// its row would go with the person, and then nobody would know of its files.
    fn all_of(&self, person: PersonId) -> rusqlite::Result<Vec<(i64, String)>> {
        let sql = "SELECT key, id FROM sessions
                   WHERE person = ?1 OR origin IN (SELECT uid FROM sessions WHERE person = ?1)
                   ORDER BY origin IS NULL, key";
        let mut rows = self.database.prepare(sql)?;
        rows.query_map([person.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    /// Fails if a session was deleted: what is called so, or has its number, may be another one by now.
    ///
    /// # Errors
    /// [`StoreError::Deleted`] then; otherwise if the database cannot be read.
    pub(super) fn check_not_deleted(&self, session: &SessionEntry) -> Result<(), StoreError> {
        match is_there(&self.database, session.key, &session.uid).map_err(self.failed())? {
            true => Ok(()),
            false => Err(StoreError::Deleted { id: session.id.clone() }),
        }
    }

    /// The re-measurements of this session, listed or not, and the session itself last.
    pub(super) fn with_remeasurements(&self, session: &SessionEntry) -> rusqlite::Result<Vec<(i64, String)>> {
        let mut rows = self.database.prepare("SELECT key, id FROM sessions WHERE origin = ?1")?;
        let mut found: Vec<_> =
            rows.query_map([&session.uid], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        found.push((session.key, session.id.clone()));
        Ok(found)
    }

    /// Removes a session without checks. It is unlisted first and deleted last: its state shows a crash in between, and the
    /// next start goes on. On a disk that is full to the last byte its files go first, which makes room.
    pub(super) fn remove(&self, key: i64, id: &str) -> Result<(), StoreError> {
        let remove = || {
            self.unlist(key)?;
            self.remove_home(id)?;
            self.remove_rows(key)?;
            self.empty_journal().map(drop).map_err(self.failed())
        };
        match self.with_little_room(remove) {
            Err(error) if self.lacks_room(&error) => {
                let had_files = self.home(id).exists();
                self.remove_home(id)?;
                // Whoever sees it in the list must not look for a video that is gone.
                remove().map_err(|error| match error {
                    _ if had_files && self.is_listed(key) => StoreError::HalfDeleted { id: id.to_owned() },
                    error => error,
                })
            }
            removed => removed,
        }
    }

    fn is_listed(&self, key: i64) -> bool {
        let sql = format!("SELECT 1 FROM sessions WHERE key = ?1 AND {LISTED}");
        self.database.query_row(&sql, [key], |_| Ok(())).is_ok()
    }

    fn unlist(&self, key: i64) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET state = 'leaving' WHERE key = ?1";
        self.database.execute(sql, [key]).map(drop).map_err(self.failed())
    }

    fn remove_home(&self, id: &str) -> Result<(), StoreError> {
        if !id::is_plain(id) {
            return Ok(());
        }
        let home = self.home(id);
        match fs::remove_dir_all(&home) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(StoreError::File { path: home, cause }),
            _ => Ok(()),
        }
    }

    /// Deletes the rows. The journal holds what is overwritten, so it is emptied again and again.
    fn remove_rows(&self, key: i64) -> Result<(), StoreError> {
        let some = "DELETE FROM blocks WHERE session = ?1 AND number IN
                    (SELECT number FROM blocks WHERE session = ?1 LIMIT ?2)";
        let delete = || -> rusqlite::Result<()> {
            while self.database.execute(some, [key, AT_ONCE])? > 0 {
                self.empty_journal()?;
            }
            self.database.execute("DELETE FROM sessions WHERE key = ?1", [key]).map(drop)
        };
        delete().map_err(self.failed())
    }

    /// Changes the database, if need be in the room that is kept for that. What was written last has to leave the journal first.
    fn with_little_room(&self, change: impl Fn() -> Result<(), StoreError>) -> Result<(), StoreError> {
        match change() {
            Err(error) if self.lacks_room(&error) && reserve::release(&self.folder) => {
                tracing::debug!("in the room kept for deleting: {error}");
                let changed = self.empty_journal().map_err(self.failed()).and_then(|_| change());
                reserve::keep(&self.folder);
                changed
            }
            done => done,
        }
    }

    /// Whether it is a full disk that is behind this.
    fn lacks_room(&self, error: &StoreError) -> bool {
        error.is_full() || !has_room(&self.folder)
    }

    fn source_of(&self, key: i64) -> rusqlite::Result<String> {
        self.database.query_row("SELECT source FROM sessions WHERE key = ?1", [key], |row| text(row, 0))
    }

    /// Sessions that are neither finished nor recovered, with their frame counts.
    pub(super) fn unfinished(&self) -> rusqlite::Result<Vec<(i64, String, String, i64)>> {
        let sql = "SELECT key, id, state, frames FROM sessions WHERE state NOT IN ('finished', 'recovered')";
        let mut rows = self.database.prepare(sql)?;
        let read = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        rows.query_map([], read)?.collect()
    }

    /// Whether a running process holds the session's lock, or may hold it if that is unknown.
    pub(super) fn is_in_use(&self, id: &str) -> bool {
        let home = self.home(id);
        let is_held = || match lock_session(&home) {
            Ok(lock) => lock.is_none(),
            Err(cause) => cause.kind() != io::ErrorKind::ReadOnlyFilesystem, // nobody can record there
        };
        home.join(LOCK).exists() && is_held()
    }
}

/// Renames a damaged database and its files. Returns the new name.
pub(super) fn set_aside(folder: &Path) -> Result<PathBuf, StoreError> {
    let when = Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
    let [database, ..] = database::files(folder);
    for file in database::files(folder) {
        let mut name = file.clone().into_os_string();
        name.push(format!(".damaged-{when}"));
        match fs::rename(&file, name) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::File { path: file, cause });
            }
            _ => {}
        }
    }
    let mut name = database.into_os_string();
    name.push(format!(".damaged-{when}"));
    Ok(name.into())
}
