//! Lists sessions, finds one by what the user types, and summarises those of a drill.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::Zoned;
use jiff::tz::{Offset, TimeZone};
use rusqlite::{OptionalExtension, Row, params};

use super::stored_repetition::{AS_ASKED, COMPARED, COUNTS};
use super::stored_time::nanoseconds;
use super::{LostCounts, Store, StoreError};
use crate::coach::mobility::Mobility;
use crate::source::Timestamp;
use crate::store::mobility_record::Record;
use crate::store::trend::Past;
use crate::suggest;
use crate::visible::{is_hidden, visible};

/// The kind of an event that holds a note of the user.
pub(super) const NOTE: &str = "note";

/// What the user types for the newest session.
const LAST: &str = "last";

/// One session in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionEntry {
    pub(super) key: i64,
    /// Unique across machines.
    pub uid: String,
    /// The id that the user types.
    pub id: String,
    /// How it ended.
    pub state: SessionState,
    /// When it began, in local time.
    pub began: Zoned,
    /// The name of the camera or file.
    pub source: String,
    /// The drill or programme that guided it.
    pub plan: Option<String>,
    /// Name given by the user.
    pub name: Option<String>,
    /// Note written by the user.
    pub note: Option<String>,
    /// The version of bendwise that recorded it.
    pub program: String,
    /// Number of stored frames.
    pub frames: u64,
    /// Time from the first frame to the last.
    pub duration: Duration,
    /// What could not be stored.
    pub lost: LostCounts,
    /// Frames of the source that were never measured: they could not be decoded, or the camera delivered them too fast.
    pub missed: u64,
    /// Number of repetitions that [count](super::StoredRepetition::counts).
    pub repetitions: u32,
    /// Number of those that came from where their set asked for, which is from the hips unless the drill has it otherwise.
    pub as_asked: u32,
    /// Size of the camera's picture, pixels.
    pub picture: Option<(u32, u32)>,
    /// Its folder, which may not exist.
    pub folder: PathBuf,
    /// Its video, if any. A re-measurement has that of the original session.
    pub video: Option<PathBuf>,
    /// For a re-measurement, the [`uid`](Self::uid) of the original session.
    pub origin: Option<String>,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// It is still being recorded by another bendwise.
    Recording,
    /// Normally.
    Finished,
    /// It was interrupted and is stored up to its last second.
    Recovered,
}

/// The columns of a [`SessionEntry`].
static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "key, uid, id, state, began_ms, offset_s, source, plan, name, note, program, frames,
    ifnull(last_ns - first_ns, 0), samples_lost, pictures_lost,
    (SELECT count(*) FROM repetitions WHERE session = key AND {COUNTS}),
    (SELECT count(*) FROM repetitions WHERE session = key AND {COUNTS} AND {AS_ASKED}),
    ifnull(id || '/' || video, (SELECT first.id || '/' || first.video FROM sessions first
                                WHERE first.uid = sessions.origin)), width, height, missed, origin"
    )
});

/// States of listed sessions: neither being imported nor being removed.
const LISTED: &str = "state IN ('recording', 'finished', 'recovered')";

/// Newest first. A re-measurement has the same start as its original and comes after it, so that `last` is an original
/// session.
const ORDER: &str = "began_ms DESC, origin IS NOT NULL, key DESC";

impl Store {
    /// Returns every session, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self) -> Result<Vec<SessionEntry>, StoreError> {
        let list = || -> rusqlite::Result<Vec<SessionEntry>> {
            let sql = format!("SELECT {} FROM sessions WHERE {LISTED} ORDER BY {ORDER}", *COLUMNS);
            let mut rows = self.database.prepare(&sql)?;
            rows.query_map([], |row| self.entry(row))?.collect()
        };
        list().map_err(self.failed())
    }

    /// The id of the session with this uid; `None` if it is not here.
    pub(super) fn id_of(&self, uid: &str) -> Result<Option<String>, StoreError> {
        Ok(self.list()?.into_iter().find(|entry| entry.uid == uid).map(|entry| entry.id))
    }

    /// Returns the session for `last` or an id.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] with the closest id if there is none; [`StoreError::Empty`] if there are no sessions.
    pub fn named(&self, asked: &str) -> Result<SessionEntry, StoreError> {
        let sessions = self.list()?;
        if sessions.is_empty() {
            return Err(StoreError::Empty);
        }
        let meant = |entry: &&SessionEntry| asked == LAST || entry.id == asked;
        if let Some(entry) = sessions.iter().find(meant) {
            return Ok(entry.clone());
        }
        let closest = suggest::closest(asked, sessions.iter().map(|entry| entry.id.as_str()));
        Err(StoreError::Unknown { id: asked.to_owned(), closest: closest.map(str::to_owned) })
    }

    /// Returns the re-measurements of this session, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn remeasurements(&self, first: &SessionEntry) -> Result<Vec<SessionEntry>, StoreError> {
        let mut sessions = self.list()?;
        sessions.retain(|entry| entry.origin.as_ref() == Some(&first.uid));
        sessions.reverse();
        Ok(sessions)
    }

    /// Returns the original session of a re-measurement, if it exists.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn first(&self, remeasured: &SessionEntry) -> Result<Option<SessionEntry>, StoreError> {
        let Some(origin) = &remeasured.origin else { return Ok(None) };
        Ok(self.list()?.into_iter().find(|entry| entry.uid == *origin))
    }

    /// Sets the name of a session; `None` removes it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn rename(&self, session: &SessionEntry, name: Option<&str>) -> Result<(), StoreError> {
        self.write("UPDATE sessions SET name = ?2 WHERE key = ?1", session, name)
    }

    /// Sets the note of a session; `None` removes it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn note(&self, session: &SessionEntry, note: Option<&str>) -> Result<(), StoreError> {
        self.write("UPDATE sessions SET note = ?2 WHERE key = ?1", session, note)
    }

    /// Adds a note at a time of a session.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn note_at(&self, session: &SessionEntry, time: Timestamp, text: &str) -> Result<(), StoreError> {
        let (time, text) = (nanoseconds(time), checked(text.trim())?);
        let sql = "INSERT INTO events (session, time_ns, kind, detail) VALUES (?1, ?2, ?3, ?4)";
        self.database.execute(sql, params![session.key, time, NOTE, text]).map(drop).map_err(self.failed())
    }

    /// Returns the results of the newest session before `id` (or of all) with repetitions of this drill.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_of(&self, drill: Option<&str>, before: Option<&str>) -> Result<Option<Past>, StoreError> {
        let sessions = self.list()?;
        let skipped = before.and_then(|id| sessions.iter().position(|entry| entry.id == id)).map_or(0, |at| at + 1);
        sessions.iter().skip(skipped).find_map(|session| self.past(session, drill).transpose()).transpose()
    }

    /// Returns the results of the newest session guided by this drill or programme, all its drills together.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_guided(&self, plan: &str) -> Result<Option<Past>, StoreError> {
        let guided = |session: &SessionEntry| session.origin.is_none() && session.plan.as_deref() == Some(plan);
        for session in self.list()?.into_iter().filter(guided) {
            let repetitions: Vec<_> = self.session(&session)?.compared().cloned().collect();
            if !repetitions.is_empty() {
                return Ok(Some(Past::of(&session.id, &session.began, &repetitions)));
            }
        }
        Ok(None)
    }

    /// Returns the result of the mobility screen of this session; `None` if there was none or it found nothing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn screen(&self, session: &SessionEntry) -> Result<Option<Mobility>, StoreError> {
        let kept = || -> rusqlite::Result<Option<String>> {
            let sql = "SELECT detail FROM events WHERE session = ?1 AND kind = 'mobility' ORDER BY rowid DESC LIMIT 1";
            self.database.query_row(sql, [session.key], |row| row.get(0)).optional()
        };
        let record = kept().map_err(self.failed())?.and_then(|detail| serde_json::from_str::<Record>(&detail).ok());
        Ok(record.map(|record| Mobility::from(&record)).filter(|screen| screen.tried().next().is_some()))
    }

    /// Returns the result of the newest mobility screen before this session (or of all).
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_screen(&self, before: Option<&SessionEntry>) -> Result<Option<Mobility>, StoreError> {
        let sessions = self.list()?;
        let earlier = |session: &&SessionEntry| {
            session.origin.is_none() && before.is_none_or(|before| session.began < before.began)
        };
        sessions.iter().filter(earlier).find_map(|session| self.screen(session).transpose()).transpose()
    }

    /// Returns the results of each session with repetitions of this drill, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn history(&self, drill: Option<&str>) -> Result<Vec<Past>, StoreError> {
        self.list()?.iter().rev().filter_map(|session| self.past(session, drill).transpose()).collect()
    }

    /// Returns every drill with repetitions, most recent first; `None` stands for unguided repetitions.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn drills(&self) -> Result<Vec<Option<String>>, StoreError> {
        let drills = || -> rusqlite::Result<Vec<Option<String>>> {
            let sql = format!(
                "SELECT drill FROM sets JOIN repetitions ON repetitions.session = sets.session AND in_set = sets.number
                 JOIN sessions ON sessions.key = sets.session WHERE {LISTED} AND origin IS NULL AND {COMPARED}
                 GROUP BY drill ORDER BY max(began_ms) DESC, max(sets.number) DESC"
            );
            let mut rows = self.database.prepare(&sql)?;
            rows.query_map([], |row| row.get(0))?.collect()
        };
        drills().map_err(self.failed())
    }

    /// Returns the results of the repetitions of this drill in a session; `None` if there are none.
    fn past(&self, session: &SessionEntry, drill: Option<&str>) -> Result<Option<Past>, StoreError> {
        // A re-measurement would count its original session twice.
        if session.origin.is_some() {
            return Ok(None);
        }
        let repetitions = self.repetitions_of(session, drill)?;
        Ok((!repetitions.is_empty()).then(|| Past::of(&session.id, &session.began, &repetitions)))
    }

    fn write(&self, sql: &str, session: &SessionEntry, text: Option<&str>) -> Result<(), StoreError> {
        let text = text.map(str::trim).filter(|text| !text.is_empty()).map(checked).transpose()?;
        self.database.execute(sql, params![session.key, text]).map(drop).map_err(self.failed())
    }

    pub(super) fn entry(&self, row: &Row) -> rusqlite::Result<SessionEntry> {
        let count = |column| row.get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or_default());
        let id: String = row.get(2)?;
        let folder = self.home(&id);
        let state: String = row.get(3)?;
        Ok(SessionEntry {
            key: row.get(0)?,
            uid: row.get(1)?,
            state: match state.as_str() {
                "recording" => SessionState::Recording,
                "recovered" => SessionState::Recovered,
                _ => SessionState::Finished,
            },
            began: moment(row.get(4)?, row.get(5)?),
            source: text(row, 6)?,
            plan: optional_text(row, 7)?,
            name: optional_text(row, 8)?,
            note: optional_text(row, 9)?,
            program: text(row, 10)?,
            frames: count(11)?,
            duration: Duration::from_nanos(count(12)?),
            lost: LostCounts { samples: count(13)?, pictures: count(14)? },
            repetitions: row.get(15)?,
            as_asked: row.get(16)?,
            video: row.get::<_, Option<String>>(17)?.map(|video| self.folder.join(video)),
            picture: row.get::<_, Option<u32>>(18)?.zip(row.get(19)?),
            missed: count(20)?,
            origin: row.get(21)?,
            folder,
            id,
        })
    }
}

#[cfg(test)]
impl SessionEntry {
    /// A row without a database.
    pub(crate) fn made(id: &str, began: &str, state: SessionState, lost: LostCounts) -> Self {
        Self {
            key: 0,
            uid: "0123456789abcdef0123456789abcdef".to_owned(),
            id: id.to_owned(),
            state,
            began: began.parse().unwrap_or_default(),
            source: "Webcam".to_owned(),
            plan: None,
            name: None,
            note: None,
            program: "1.2.3".to_owned(),
            frames: 4,
            duration: Duration::ZERO,
            lost,
            missed: 0,
            repetitions: 1,
            as_asked: 1,
            picture: Some((640, 480)),
            folder: PathBuf::new(),
            video: None,
            origin: None,
        }
    }
}

/// A text of a row on one line, harmless to whoever shows it: an earlier version, or another program, may have written it.
pub(super) fn text(row: &Row, column: usize) -> rusqlite::Result<String> {
    Ok(visible(&row.get::<_, String>(column)?))
}

/// The same where there may be none.
pub(super) fn optional_text(row: &Row, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(row.get::<_, Option<String>>(column)?.map(|text| visible(&text)))
}

/// Fails if a text that a person gives holds a character that is not shown.
fn checked(text: &str) -> Result<&str, StoreError> {
    match text.chars().position(is_hidden).zip(text.chars().find(|letter| is_hidden(*letter))) {
        Some((at, letter)) => Err(StoreError::Hidden { letter, place: at + 1 }),
        None => Ok(text),
    }
}

/// Converts a stored time to local time. A time outside the calendar becomes 1970.
pub(super) fn moment(milliseconds: i64, offset: i32) -> Zoned {
    let moment = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    let offset = Offset::from_seconds(offset).unwrap_or(Offset::UTC);
    moment.to_zoned(TimeZone::fixed(offset))
}
