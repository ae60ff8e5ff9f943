//! What stayed: bends without any feedback at the beginning of a session, against the last set that was practised before.
//!
//! Pure but for the reading at the end. The formula: `METHOD.md`, "From session to session".

use jiff::Zoned;

use super::query::{LISTED, moment};
use super::stored_field::{columns, from_row};
use super::trend::{TrendChange, TrendPoint};
use super::{PersonId, SessionEntry, Store, StoreError, StoredRepetition};
use rusqlite::{OptionalExtension, Row, params};

/// The bends without feedback of one drill in one session, against the last set of the drill in an earlier session.
#[derive(Clone, Debug, PartialEq)]
pub struct Retention {
    /// The session's id.
    pub id: String,
    /// When it began.
    pub began: Zoned,
    /// The id of the session that it is held against.
    pub before: String,
    /// The part of the bend that comes from the low back, per cent.
    pub share: Option<RetainedQuantity>,
    /// Lumbar flexion at the bottom, degrees.
    pub lumbar: Option<RetainedQuantity>,
}

/// One quantity at the end of practice and after the pause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetainedQuantity {
    /// The mean of the last set before.
    pub practised: TrendPoint,
    /// The mean of the bends without feedback.
    pub retained: TrendPoint,
}

impl RetainedQuantity {
    /// How much it changed over the pause.
    pub fn change(&self) -> f32 {
        self.retained.value - self.practised.value
    }

    /// Half the width of the 90 % interval of the change: both have an error, and the days between them a camera and a standing
    /// posture of their own.
    pub fn half_width_90(&self) -> f32 {
        self.practised.half_width_90.hypot(self.retained.half_width_90)
    }

    /// Whether it changed by more than the error, and which way.
    pub fn outcome(&self) -> TrendChange {
        self.retained.against(&self.practised, self.half_width_90())
    }
}

/// What stayed of the last set that was practised, by the bends with a verdict, as `coach::retention` says it in the session; a
/// quantity is `None` if one of both sets has no bend in which it is known.
pub fn retained(
    practised: &[StoredRepetition],
    retained: &[StoredRepetition],
) -> (Option<RetainedQuantity>, Option<RetainedQuantity>) {
    let both = |point: fn(&StoredRepetition) -> Option<TrendPoint>| {
        let told = |kept: &&StoredRepetition| kept.repetition.verdict.is_some();
        let mean = |set: &[StoredRepetition]| mean(&set.iter().filter(told).filter_map(point).collect::<Vec<_>>());
        Some(RetainedQuantity { practised: mean(practised)?, retained: mean(retained)? })
    };
    (both(TrendPoint::share), both(|kept| Some(TrendPoint::lumbar(kept))))
}

/// The mean of the bends of one set, with the mean of their intervals: their errors have a common cause, so averaging does not
/// reduce them.
fn mean(points: &[TrendPoint]) -> Option<TrendPoint> {
    let mean = |value: fn(&TrendPoint) -> f32| {
        (!points.is_empty()).then(|| points.iter().map(value).sum::<f32>() / points.len() as f32)
    };
    Some(TrendPoint {
        value: mean(|point| point.value)?,
        half_width_90: mean(|point| point.half_width_90)?,
        at_least: false,
    })
}

/// A set with bends of a person's drill: session, when it began, the set's number.
type Place = (i64, String, Zoned, u32);

impl Store {
    /// Returns what stayed of a person's drill, oldest first: of each session with bends without feedback that has one before.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn retention(&self, person: PersonId, drill: &str) -> Result<Vec<Retention>, StoreError> {
        self.retention_where((person, drill), "?3 IS NULL", None)
    }

    /// Returns the same of one session alone, without reading those before: whoever goes through all of them would otherwise read
    /// each as often as there are sessions.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn retention_of(&self, session: &SessionEntry, drill: &str) -> Result<Option<Retention>, StoreError> {
        Ok(self.retention_where((session.person, drill), "sessions.key = ?3", Some(session.key))?.pop())
    }

    /// What stayed in the sessions for which a condition on ?3 holds.
    fn retention_where(
        &self,
        (person, drill): (PersonId, &str),
        condition: &str,
        session: Option<i64>,
    ) -> Result<Vec<Retention>, StoreError> {
        let found = || -> rusqlite::Result<Vec<Retention>> {
            let mut all = Vec::new();
            for (key, id, began, set) in self.retention_sets((person, drill), condition, session)? {
                let Some((earlier, before, last)) = self.practised_before(person, drill, key)? else { continue };
                let (share, lumbar) = retained(&self.bends(earlier, last)?, &self.bends(key, set)?);
                all.push(Retention { id, began, before, share, lumbar });
            }
            Ok(all)
        };
        found().map_err(self.failed())
    }

    /// The sets with bends without feedback. Of those that were interrupted and begun anew the last one, as in the session.
    fn retention_sets(
        &self,
        (person, drill): (PersonId, &str),
        condition: &str,
        session: Option<i64>,
    ) -> rusqlite::Result<Vec<Place>> {
        let sql = format!(
            "SELECT sessions.key, id, began_ms, offset_s, number FROM sessions JOIN sets ON sets.session = sessions.key
             WHERE {LISTED} AND origin IS NULL AND person = ?1 AND drill = ?2 AND sets.purpose = 'retention'
             AND {condition} AND number = (SELECT max(anew.number) FROM sets AS anew
                           WHERE anew.session = sessions.key AND anew.drill = ?2 AND anew.purpose = 'retention')
             AND EXISTS (SELECT 1 FROM repetitions WHERE repetitions.session = sessions.key AND in_set = sets.number)
             ORDER BY began_ms, sessions.key, number"
        );
        let read = |row: &Row| Ok((row.get(0)?, row.get(1)?, moment(row.get(2)?, row.get(3)?), row.get(4)?));
        self.database.prepare(&sql)?.query_map(params![person.0, drill, session], read)?.collect()
    }

    /// The last set of this drill that was practised in a session before this one: session, id, number.
    fn practised_before(
        &self,
        person: PersonId,
        drill: &str,
        session: i64,
    ) -> rusqlite::Result<Option<(i64, String, u32)>> {
        let sql = format!(
            "SELECT sessions.key, id, number FROM sessions JOIN sets ON sets.session = sessions.key
             WHERE {LISTED} AND origin IS NULL AND person = ?1 AND drill = ?2 AND purpose = 'practice' AND goal <> 'back'
             AND began_ms < (SELECT began_ms FROM sessions WHERE key = ?3)
             AND EXISTS (SELECT 1 FROM repetitions WHERE repetitions.session = sessions.key AND in_set = sets.number)
             ORDER BY began_ms DESC, sessions.key DESC, number DESC LIMIT 1"
        );
        let read = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        self.database.prepare(&sql)?.query_row(params![person.0, drill, session], read).optional()
    }

    fn bends(&self, session: i64, set: u32) -> rusqlite::Result<Vec<StoredRepetition>> {
        let columns = columns::<StoredRepetition>().join(", ");
        let sql = format!("SELECT {columns} FROM repetitions WHERE session = ?1 AND in_set = ?2 ORDER BY number");
        self.database.prepare(&sql)?.query_map(params![session, set], |row| from_row(row, 0))?.collect()
    }
}
