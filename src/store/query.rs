//! Lists sessions, and finds one by what the user types.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use rusqlite::{Row, ToSql, params};

use super::id::{ANONYMOUS, anonymous_uid, is_like_id};
use super::name::{BLANK, is_blank, is_same_name, normal};
use super::stored_repetition::{AS_ASKED, COUNTS};
use super::stored_time::nanoseconds;
use super::{LostCounts, PersonId, Store, StoreError};
use crate::source::Timestamp;
use crate::suggest;
use crate::visible::{is_hidden, visible};

/// The kind of an event that holds a note of the user.
pub(super) const NOTE: &str = "note";

/// The day from which times are counted.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// A day in milliseconds.
pub(super) const DAY_MS: i64 = 24 * 3600 * 1000;

/// How many sessions may be recorded at once: by as many windows. [own]
const AT_ONCE: usize = 8;

/// What the user types for the newest session.
pub(super) const LAST: &str = "last";

/// One session in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionEntry {
    pub(super) key: i64,
    /// Whose it is.
    pub person: PersonId,
    /// The pseudonym of whoever it is.
    pub pseudonym: String,
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
                                WHERE first.uid = sessions.origin)), width, height, missed, origin, person,
    (SELECT pseudonym FROM persons WHERE persons.key = person)"
    )
});

/// States of listed sessions: neither being imported nor being removed.
pub(super) const LISTED: &str = "state IN ('recording', 'finished', 'recovered')";

/// Which sessions are listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionFilter<'f> {
    /// Whose; `None` takes everybody's.
    pub person: Option<PersonId>,
    /// Those that were guided by this drill or programme, or have a set of it.
    pub drill: Option<&'f str>,
    /// Those that began then or later.
    pub since: Option<jiff::Timestamp>,
    /// Those that began on this day or later, by the clock where they were.
    pub from_day: Option<Date>,
    /// Only those that have ended, and none that is being recorded at this moment.
    pub ended: bool,
    /// At most this many, the newest.
    pub limit: Option<usize>,
    /// Without this many of the newest.
    pub skipped: usize,
}

impl SessionFilter<'_> {
    /// What the sessions that it takes fulfil: ?1 person, ?2 drill or programme, ?3 since when, milliseconds. Each condition is left
    /// out where nothing is asked for, as SQLite then takes the index on a person's sessions, and not all sessions one by one.
    pub(super) fn taken(&self) -> String {
        let person = if self.person.is_some() { "person = ?1" } else { "?1 IS NULL" };
        let drill = match self.drill {
            Some(_) => "(plan = ?2 OR EXISTS (SELECT 1 FROM sets WHERE session = key AND drill = ?2))",
            None => "?2 IS NULL",
        };
        let since = if self.since.is_some() { "began_ms >= ?3" } else { "?3 IS NULL" };
        let ended = if self.ended { "state <> 'recording'" } else { "TRUE" };
        let from_day = self.from_day.map_or_else(|| "TRUE".to_owned(), on_or_after);
        format!("{LISTED} AND {person} AND {drill} AND {since} AND {ended} AND {from_day}")
    }

    fn since_ms(&self) -> Option<i64> {
        self.since.map(jiff::Timestamp::as_millisecond)
    }
}

/// What sessions fulfil that began on a day or later where they were. Local time is at most a day away from UTC, which the index on a
/// person's sessions knows.
fn on_or_after(day: Date) -> String {
    let midnight = day.duration_since(EPOCH).as_secs() * 1000;
    format!("(began_ms >= {} AND began_ms + offset_s * 1000 >= {midnight})", midnight - DAY_MS)
}

/// Newest first. A re-measurement has the same start as its original and comes after it, so that `last` is an original
/// session.
const ORDER: &str = "began_ms DESC, origin IS NOT NULL, key DESC";

impl Store {
    /// Returns every session, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self) -> Result<Vec<SessionEntry>, StoreError> {
        self.select(&SessionFilter::default())
    }

    /// Returns the sessions that a filter takes, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn select(&self, filter: &SessionFilter<'_>) -> Result<Vec<SessionEntry>, StoreError> {
        // The columns count repetitions, so they are only read of the sessions that are wanted.
        let taken = filter.taken();
        let clause = format!("key IN (SELECT key FROM sessions WHERE {taken} ORDER BY {ORDER} LIMIT ?4 OFFSET ?5)");
        let limit = filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let skipped = i64::try_from(filter.skipped).unwrap_or(i64::MAX);
        let person = filter.person.map(|person| person.0);
        self.entries(&clause, params![person, filter.drill, filter.since_ms(), limit, skipped])
    }

    /// Returns how many sessions a filter takes, whatever its limit.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn count(&self, filter: &SessionFilter<'_>) -> Result<usize, StoreError> {
        let sql = format!("SELECT count(*) FROM sessions WHERE {}", filter.taken());
        let row = params![filter.person.map(|person| person.0), filter.drill, filter.since_ms()];
        let count = self.database.query_row(&sql, row, |row| row.get::<_, i64>(0)).map_err(self.failed())?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The listed sessions for which a condition holds, newest first.
    pub(super) fn entries(&self, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<SessionEntry>, StoreError> {
        let list = || -> rusqlite::Result<Vec<SessionEntry>> {
            let sql = format!("SELECT {} FROM sessions WHERE {LISTED} AND {condition} ORDER BY {ORDER}", *COLUMNS);
            let mut rows = self.database.prepare_cached(&sql)?;
            rows.query_map(values, |row| self.entry(row))?.collect()
        };
        list().map_err(self.failed())
    }

    /// Returns a session that was listed before as it is now.
    ///
    /// # Errors
    /// [`StoreError::Deleted`] if it is no longer there, whatever has its id by now; otherwise if the database cannot be read.
    pub fn listed_again(&self, entry: &SessionEntry) -> Result<SessionEntry, StoreError> {
        let found = self.entries("uid = ?1", params![entry.uid])?.pop();
        found.ok_or_else(|| StoreError::Deleted { id: entry.id.clone() })
    }

    /// The id of the session with this uid; `None` if it is not here.
    pub(super) fn id_of(&self, uid: &str) -> Result<Option<String>, StoreError> {
        Ok(self.entries("uid = ?1", params![uid])?.pop().map(|entry| entry.id))
    }

    /// The id of the session that is the same as the one of this uid and source, but for what tells whose it is, which one of the
    /// two lacks; `None` if it is not here. Of what a copy was made only the uids here can tell, so all are tried for one.
    pub(super) fn id_of_twin(&self, uid: &str, source: &str) -> Result<Option<String>, StoreError> {
        if source != ANONYMOUS {
            return self.id_of(&anonymous_uid(uid));
        }
        // Of thousands of sessions that are brought one by one each is looked for: nothing else is read of those here.
        let find = || -> rusqlite::Result<Option<String>> {
            let mut all = self.database.prepare_cached(&format!("SELECT uid, id FROM sessions WHERE {LISTED}"))?;
            let mut all = all.query([])?;
            while let Some(row) = all.next()? {
                if anonymous_uid(&row.get::<_, String>(0)?) == uid {
                    return Ok(Some(row.get(1)?));
                }
            }
            Ok(None)
        };
        find().map_err(self.failed())
    }

    /// Returns the session for `last`, an id, or a name that one session has.
    ///
    /// # Errors
    /// As [`Store::session_of`].
    pub fn named(&self, asked: &str) -> Result<SessionEntry, StoreError> {
        self.session_of(None, asked)
    }

    /// Returns a person's session for `last`, an id, or a name that one session has; or anybody's.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] with the closest id or name if there is none, [`StoreError::Empty`] or [`StoreError::NoneOf`] if there are no sessions,
    /// [`StoreError::Several`] if several have this name, and [`StoreError::OfAnother`] if it is somebody else's.
    pub fn session_of(&self, person: Option<PersonId>, asked: &str) -> Result<SessionEntry, StoreError> {
        let of_person = SessionFilter { person, ..SessionFilter::default() };
        let mut found = match asked {
            LAST => self.newest(&of_person)?,
            _ => self.called(asked)?,
        };
        let elsewhere = found.first().cloned();
        found.retain(|entry| person.is_none_or(|person| entry.person == person));
        match (found.len(), found.pop(), elsewhere) {
            (1, Some(only), _) => Ok(only),
            (_, Some(oldest), _) => {
                let ids = found.into_iter().chain([oldest]).map(|entry| entry.id).collect();
                Err(StoreError::Several { name: asked.to_owned(), ids })
            }
            (_, None, Some(other)) => {
                let person = self.person_with(other.person)?.label().to_owned();
                Err(StoreError::OfAnother { id: other.id, person })
            }
            (_, None, None) => Err(self.unknown(&of_person, asked)?),
        }
    }

    /// The session with this id, which is never taken for a name, or those with this name, newest first. SQLite knows the capitals of
    /// ASCII alone, so names are compared here.
    fn called(&self, asked: &str) -> Result<Vec<SessionEntry>, StoreError> {
        let of_id = self.entries("id = ?1", params![asked])?;
        if !of_id.is_empty() {
            return Ok(of_id); // of thousands of ids each is looked for, and not all names for each
        }
        let keys = || -> rusqlite::Result<Vec<i64>> {
            let sql = format!("SELECT key, name FROM sessions WHERE {LISTED} AND name IS NOT NULL");
            let mut rows = self.database.prepare_cached(&sql)?;
            let read = |row: &Row| Ok((row.get(0)?, row.get(1)?));
            let named: Vec<(i64, String)> = rows.query_map([], read)?.collect::<Result<_, _>>()?;
            Ok(named.into_iter().filter(|(_, name)| is_same_name(name, asked)).map(|(key, _)| key).collect())
        };
        let keys: Vec<String> = keys().map_err(self.failed())?.iter().map(i64::to_string).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        self.entries(&format!("key IN ({})", keys.join(", ")), &[])
    }

    /// The newest session that is not being recorded at this moment by another window, or else that one.
    fn newest(&self, of_person: &SessionFilter<'_>) -> Result<Vec<SessionEntry>, StoreError> {
        let mut newest = self.select(&SessionFilter { limit: Some(AT_ONCE), ..*of_person })?;
        let ended = newest.iter().position(|entry| entry.state != SessionState::Recording);
        newest.drain(..ended.unwrap_or_default());
        newest.truncate(1);
        Ok(newest)
    }

    /// What is wrong with a name that no session of a person has.
    fn unknown(&self, of_person: &SessionFilter<'_>, asked: &str) -> Result<StoreError, StoreError> {
        let names = || -> rusqlite::Result<Vec<(String, Option<String>)>> {
            let sql = format!("SELECT id, name FROM sessions WHERE {}", of_person.taken());
            let row = params![of_person.person.map(|person| person.0), of_person.drill, of_person.since_ms()];
            self.database.prepare(&sql)?.query_map(row, |row| Ok((text(row, 0)?, optional_text(row, 1)?)))?.collect()
        };
        let sessions = names().map_err(self.failed())?;
        if sessions.is_empty() {
            return self.none_kept(of_person.person);
        }
        let names = sessions.iter().flat_map(|(id, name)| [Some(id.as_str()), name.as_deref()]).flatten();
        let closest = suggest::closest(asked, names).map(str::to_owned);
        Ok(StoreError::Unknown { id: asked.to_owned(), closest })
    }

    /// What is said where no session is kept, of a person if others have some.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn none_kept(&self, person: Option<PersonId>) -> Result<StoreError, StoreError> {
        Ok(match person {
            Some(person) if self.count(&SessionFilter::default())? > 0 => {
                StoreError::NoneOf { person: visible(&self.person_with(person)?.label()) }
            }
            _ => StoreError::Empty,
        })
    }

    /// Returns the re-measurements of this session, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn remeasurements(&self, first: &SessionEntry) -> Result<Vec<SessionEntry>, StoreError> {
        let mut sessions = self.entries("origin = ?1", params![first.uid])?;
        sessions.reverse();
        Ok(sessions)
    }

    /// Returns the original session of a re-measurement, if it exists.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn first(&self, remeasured: &SessionEntry) -> Result<Option<SessionEntry>, StoreError> {
        let Some(origin) = &remeasured.origin else { return Ok(None) };
        Ok(self.entries("uid = ?1", params![origin])?.pop())
    }

    /// Sets the name of a session; `None` removes it. Returns the name as it is kept.
    ///
    /// # Errors
    /// [`StoreError::UnfitName`] if it means something else where a session is named, or if it cannot be written.
    pub fn rename(&self, session: &SessionEntry, name: Option<&str>) -> Result<Option<String>, StoreError> {
        let name = name.map(str::trim).map(checked).transpose()?.map(normal).filter(|name| !name.is_empty());
        let why = name.as_deref().and_then(|name| unfit(name));
        if let Some((name, why)) = name.as_ref().zip(why) {
            return Err(StoreError::UnfitName { name: name.clone(), why });
        }
        self.write("UPDATE sessions SET name = ?2 WHERE key = ?1 AND uid = ?3", session, name.as_deref())?;
        Ok(name)
    }

    /// Sets the note of a session; `None` removes it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn note(&self, session: &SessionEntry, note: Option<&str>) -> Result<(), StoreError> {
        self.write("UPDATE sessions SET note = ?2 WHERE key = ?1 AND uid = ?3", session, note)
    }

    /// Adds a note at a time of a session.
    ///
    /// # Errors
    /// If it cannot be written; [`StoreError::Deleted`] if the session is no longer there.
    pub fn note_at(&self, session: &SessionEntry, time: Timestamp, text: &str) -> Result<(), StoreError> {
        let (time, text) = (nanoseconds(time), checked(text.trim())?);
        let sql = "INSERT INTO events (session, time_ns, kind, detail)
                   SELECT key, ?3, ?4, ?5 FROM sessions WHERE key = ?1 AND uid = ?2";
        let row = params![session.key, session.uid, time, NOTE, text];
        match self.database.execute(sql, row).map_err(self.failed())? {
            0 => Err(StoreError::Deleted { id: session.id.clone() }),
            _ => Ok(()),
        }
    }

    fn write(&self, sql: &str, session: &SessionEntry, text: Option<&str>) -> Result<(), StoreError> {
        let text = text.map(str::trim).filter(|text| !text.is_empty()).map(checked).transpose()?;
        match self.database.execute(sql, params![session.key, text, session.uid]).map_err(self.failed())? {
            0 => Err(StoreError::Deleted { id: session.id.clone() }),
            _ => Ok(()),
        }
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
            person: PersonId(row.get(22)?),
            pseudonym: text(row, 23)?,
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
            person: PersonId(1),
            pseudonym: "p-0123456789".to_owned(),
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

/// Why no session can be named like this, as whoever types it would mean something else.
fn unfit(name: &str) -> Option<&'static str> {
    if is_same_name(name, LAST) || name.starts_with('-') {
        Some("means something else on the command line")
    } else if is_blank(name) {
        Some(BLANK)
    } else if is_like_id(name) {
        Some("is like the id of a session")
    } else if name.chars().count() > LONGEST_NAME {
        Some("is longer than 200 letters")
    } else {
        None
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

/// The longest name of a session, letters. A package of one that is longer is refused. [own]
const LONGEST_NAME: usize = 200;

/// The longest text, letters: a page and a half. A package of one that is longer is refused. [own]
const LONGEST_TEXT: usize = 10_000;

/// Whether a text is longer than any that is kept.
pub(super) fn is_too_long(text: &str) -> bool {
    text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT
}

/// Fails if a text that a person gives holds a character that is not shown, or is too long.
pub(super) fn checked(text: &str) -> Result<&str, StoreError> {
    if is_too_long(text) {
        return Err(StoreError::TooLong { most: LONGEST_TEXT });
    }
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
