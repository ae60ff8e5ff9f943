//! What a person did before: the sessions of a drill, the drills, the last mobility screen. Nothing here takes the sessions of
//! one person for those of another.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params};

use super::query::{LISTED, moment};
use super::stored_repetition::COMPARED;
use super::{PersonId, SessionEntry, Store, StoreError};
use crate::coach::mobility::Mobility;
use crate::store::mobility_record::Record;
use crate::store::trend::Past;

/// The sets of a drill, and all of them.
const OF_DRILL: &str = "drill IS ?2";
const ANY_DRILL: &str = "?2 IS NULL";

/// Whether a set has a repetition.
const BENT: &str =
    "EXISTS (SELECT 1 FROM repetitions WHERE repetitions.session = sets.session AND in_set = sets.number)";

/// The sessions of a person (?1) with repetitions of a drill (?2) that are compared from session to session. A re-measurement
/// would count its original session twice.
fn practised() -> String {
    format!(
        "{LISTED} AND origin IS NULL AND person = ?1 AND EXISTS
         (SELECT 1 FROM sets WHERE sets.session = sessions.key AND drill IS ?2 AND {COMPARED} AND {BENT})"
    )
}

impl Store {
    /// Returns the results of a person's newest session before `before` (or of all) with repetitions of this drill.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_of(
        &self,
        person: PersonId,
        drill: Option<&str>,
        before: Option<&SessionEntry>,
    ) -> Result<Option<Past>, StoreError> {
        let earlier = "(?4 IS NULL OR began_ms < ?4 OR (began_ms = ?4 AND key < ?5))";
        let key = before.map(|before| before.key);
        let began = before.map(|before| before.began.timestamp().as_millisecond());
        Ok(self.past(person, drill, earlier, Some(1), (began, key))?.pop())
    }

    /// Returns the results of a person's sessions with repetitions of this drill, oldest first: all, or the newest of them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn history(
        &self,
        person: PersonId,
        drill: Option<&str>,
        newest: Option<usize>,
    ) -> Result<Vec<Past>, StoreError> {
        let mut sessions = self.past(person, drill, "?4 IS ?5", newest, (None, None))?;
        sessions.reverse();
        Ok(sessions)
    }

    /// Returns how many sessions of a person have repetitions of this drill.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn history_length(&self, person: PersonId, drill: Option<&str>) -> Result<usize, StoreError> {
        // By way of the sets, which are small and in the order of their sessions: that reads the sessions in their order, too.
        let sql = format!(
            "SELECT count(DISTINCT sets.session) FROM sets CROSS JOIN sessions ON sessions.key = sets.session
             WHERE drill IS ?2 AND {COMPARED} AND {LISTED} AND origin IS NULL AND person = ?1 AND {BENT}"
        );
        let count = self.database.query_row(&sql, params![person.0, drill], |row| row.get::<_, i64>(0));
        Ok(usize::try_from(count.map_err(self.failed())?).unwrap_or_default())
    }

    /// The results of sessions, newest first, for which a condition on ?4 and ?5 holds.
    fn past(
        &self,
        person: PersonId,
        drill: Option<&str>,
        condition: &str,
        newest: Option<usize>,
        (began, key): (Option<i64>, Option<i64>),
    ) -> Result<Vec<Past>, StoreError> {
        let sql = format!(
            "SELECT key, id, began_ms, offset_s FROM sessions WHERE {} AND {condition}
             ORDER BY began_ms DESC, key DESC LIMIT ?3",
            practised()
        );
        let read = |row: &Row| Ok((row.get(0)?, row.get::<_, String>(1)?, moment(row.get(2)?, row.get(3)?)));
        let find = || -> rusqlite::Result<Vec<_>> {
            let limit = newest.map_or(-1, |newest| i64::try_from(newest).unwrap_or(i64::MAX));
            let mut rows = self.database.prepare_cached(&sql)?;
            rows.query_map(params![person.0, drill, limit, began, key], read)?.collect()
        };
        let sessions = find().map_err(self.failed())?.into_iter();
        sessions
            .map(|(key, id, began)| Ok(Past::of(&id, &began, &self.repetitions_where(key, OF_DRILL, drill)?)))
            .collect()
    }

    /// Returns the results of a person's newest session guided by this drill or programme, all its drills together.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_guided(&self, person: PersonId, plan: &str) -> Result<Option<Past>, StoreError> {
        let newest = format!(
            "key = (SELECT key FROM sessions WHERE {LISTED} AND person = ?1 AND plan = ?2 AND origin IS NULL AND EXISTS
                    (SELECT 1 FROM repetitions WHERE session = key AND in_set IN
                     (SELECT number FROM sets WHERE session = key AND {COMPARED}))
                    ORDER BY began_ms DESC, key DESC LIMIT 1)"
        );
        let Some(entry) = self.entries(&newest, params![person.0, plan])?.pop() else { return Ok(None) };
        let repetitions = self.repetitions_where(entry.key, ANY_DRILL, None)?;
        Ok((!repetitions.is_empty()).then(|| Past::of(&entry.id, &entry.began, &repetitions)))
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
        Ok(kept().map_err(self.failed())?.as_deref().and_then(screen_of))
    }

    /// Returns the result of a person's newest mobility screen before this session (or of all).
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_screen(&self, person: PersonId, before: Option<&SessionEntry>) -> Result<Option<Mobility>, StoreError> {
        let sql = format!(
            "SELECT detail FROM events JOIN sessions ON key = session WHERE kind = 'mobility' AND {LISTED}
             AND origin IS NULL AND person = ?1 AND (?2 IS NULL OR began_ms < ?2)
             ORDER BY began_ms DESC, key DESC, events.rowid DESC"
        );
        let before = before.map_or(Value::Null, |before| before.began.timestamp().as_millisecond().into());
        let find = || -> rusqlite::Result<Option<Mobility>> {
            let mut rows = self.database.prepare(&sql)?;
            let mut rows = rows.query(params![person.0, before])?;
            while let Some(row) = rows.next()? {
                if let Some(screen) = screen_of(&row.get::<_, String>(0)?) {
                    return Ok(Some(screen));
                }
            }
            Ok(None)
        };
        find().map_err(self.failed())
    }

    /// Returns every drill with repetitions of a person, most recent first; `None` stands for unguided repetitions.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn drills(&self, person: PersonId) -> Result<Vec<Option<String>>, StoreError> {
        let drills = || -> rusqlite::Result<Vec<Option<String>>> {
            let names = format!(
                "SELECT DISTINCT drill FROM sets CROSS JOIN sessions ON sessions.key = sets.session
                 WHERE {LISTED} AND origin IS NULL AND person = ?1"
            );
            let names: Vec<Option<String>> =
                self.database.prepare(&names)?.query_map([person.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
            // When each was practised last, one by one: that reads a session of each, and not the repetitions of all.
            let newest = format!(
                "SELECT began_ms, (SELECT max(number) FROM sets WHERE sets.session = sessions.key AND drill IS ?2 AND {COMPARED})
                 FROM sessions WHERE {} ORDER BY began_ms DESC, key DESC LIMIT 1",
                practised()
            );
            let mut newest = self.database.prepare(&newest)?;
            let mut found: Vec<((i64, u32), Option<String>)> = Vec::new();
            for name in names {
                let last =
                    newest.query_row(params![person.0, name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                found.extend(last.map(|last| (last, name)));
            }
            found.sort_by_key(|(last, _)| std::cmp::Reverse(*last));
            Ok(found.into_iter().map(|(_, name)| name).collect())
        };
        drills().map_err(self.failed())
    }
}

/// The mobility screen in a record; `None` if it cannot be read or found nothing.
fn screen_of(record: &str) -> Option<Mobility> {
    let record = serde_json::from_str::<Record>(record).ok()?;
    Some(Mobility::from(&record)).filter(|screen| screen.tried().next().is_some())
}
