//! Tidies up: sessions that broke off, sessions half removed, a database that is damaged; and removes sessions.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Zoned;
use rusqlite::params;

use crate::recording;

use super::{SessionEntry, Store, StoreError, database, id, lock, lock_session};

/// What the person should hear of, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryNotice {
    /// A session broke off; it is kept up to its last second.
    Recovered {
        /// Which.
        id: String,
    },
    /// The database was damaged and is kept aside; a new one was begun.
    SetAside(PathBuf),
}

impl std::fmt::Display for RecoveryNotice {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recovered { id } => {
                write!(
                    out,
                    "The session {id} broke off; it is recovered up to its last second (`bendwise sessions show {id}`)"
                )
            }
            Self::SetAside(path) => {
                let path = path.display();
                write!(out, "The list of kept sessions was damaged: it is set aside as {path}, and a new one is begun")
            }
        }
    }
}

impl Store {
    /// Finishes what a crash left half done. The store must be locked.
    pub(super) fn mend(&self) -> Result<Vec<RecoveryNotice>, StoreError> {
        let mut news = Vec::new();
        for (key, id, state, frames) in self.unsettled().map_err(self.failed())? {
            if self.is_in_use(&id) {
                continue;
            }
            if state == "recording" && frames > 0 {
                let video = self.home(&id).join(recording::FILE);
                // What cannot be mended stays as it is: players skip what breaks off.
                let gone = video.exists() && matches!(recording::recover(&video), Ok(false));
                let sql = "UPDATE sessions SET state = 'recovered', video = iif(?2, NULL, video) WHERE key = ?1";
                self.database.execute(sql, params![key, gone || !video.exists()]).map_err(self.failed())?;
                fs::remove_file(self.home(&id).join(super::LOCK)).ok();
                fs::remove_dir(self.home(&id)).ok(); // only where it is empty
                news.push(RecoveryNotice::Recovered { id });
            } else {
                self.remove(key, &id)?;
            }
        }
        Ok(news)
    }

    /// Removes a session for good, with what measured it anew: files, then rows, whose place is overwritten.
    ///
    /// # Errors
    /// When it is being recorded or measured, or something of it cannot be removed; then it is out of every list, and the
    /// next start tries again.
    pub fn delete(&self, session: &SessionEntry) -> Result<(), StoreError> {
        let _alone = lock(&self.folder)?;
        let doomed = self.with_what_came_of_it(session).map_err(self.failed())?;
        if let Some((_, id)) = doomed.iter().find(|(_, id)| self.is_in_use(id)) {
            return Err(StoreError::Recording { id: id.clone() });
        }
        doomed.iter().try_for_each(|(key, id)| self.remove(*key, id))
    }

    /// What measured this session anew, in a list or on its way into it, and the session itself last.
    fn with_what_came_of_it(&self, session: &SessionEntry) -> rusqlite::Result<Vec<(i64, String)>> {
        let mut rows = self.database.prepare("SELECT key, id FROM sessions WHERE origin = ?1")?;
        let mut found: Vec<_> =
            rows.query_map([&session.uid], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        found.push((session.key, session.id.clone()));
        Ok(found)
    }

    /// The same without asking. It is out of the lists first, gone last: a crash in between is found by its state.
    pub(super) fn remove(&self, key: i64, id: &str) -> Result<(), StoreError> {
        let run = |sql: &str| self.database.execute(sql, [key]).map(drop).map_err(self.failed());
        run("UPDATE sessions SET state = 'leaving' WHERE key = ?1")?;
        if id::is_plain(id) {
            let home = self.home(id);
            match fs::remove_dir_all(&home) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::File { path: home, cause });
                }
                _ => {}
            }
        }
        run("DELETE FROM sessions WHERE key = ?1")?;
        database::empty_journal(&self.database).map_err(self.failed())
    }

    /// Sessions that are neither finished nor recovered, with their frames.
    fn unsettled(&self) -> rusqlite::Result<Vec<(i64, String, String, i64)>> {
        let sql = "SELECT key, id, state, frames FROM sessions WHERE state NOT IN ('finished', 'recovered')";
        let mut rows = self.database.prepare(sql)?;
        let read = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        rows.query_map([], read)?.collect()
    }

    /// Whether a living process holds the session's lock; where that cannot be told, one may.
    fn is_in_use(&self, id: &str) -> bool {
        let home = self.home(id);
        home.join(super::LOCK).exists() && !matches!(lock_session(&home), Ok(Some(_)))
    }
}

/// Renames a damaged database and what belongs to it; gives the new name.
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
