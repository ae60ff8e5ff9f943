//! The prescriptions of a person, and the sets that were done for them.

use jiff::Timestamp as Moment;
use jiff::civil::Date;
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use super::query::{DAY_MS, LISTED, moment};
use super::{PersonId, Store, StoreError};
use crate::prescription::adherence::DoneSet;
use crate::prescription::given::{GivenPrescription, Meeting, meet};

/// A prescription as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedPrescription {
    /// When it was received.
    pub received: Moment,
    /// The TOML file as it was written.
    pub text: String,
    /// Its number in this store, which stays.
    pub number: i64,
    /// The last day on which it counts, if it was ended before the one it names; before its first day if it was withdrawn.
    pub ended: Option<Date>,
}

/// The sets of a person in which practice was asked for, with what was done. The listed sessions, oldest first; a
/// re-measurement would count its original session twice.
///
/// A timed set was held for as long as the session counted. Of one that was kept before that was noted (an event `held`) it is the time
/// from its beginning to its end, without the pauses. It is never less than nothing, nor more than that time, whatever a package says.
const SETS: &str = "SELECT sessions.id, began_ms, offset_s, drill,
    (SELECT count(*) FROM repetitions WHERE repetitions.session = sets.session AND in_set = sets.number),
    max(0.0, min(ifnull(ended_ns - began_ns, 0) / 1e9, ifnull(
        (SELECT CAST(detail AS REAL) FROM events
         WHERE events.session = sets.session AND events.time_ns = sets.ended_ns AND kind = 'held' LIMIT 1),
        (ifnull(ended_ns - began_ns, 0) - ifnull(
            (SELECT sum(min(sets.ended_ns, ifnull(
                (SELECT min(resumed.time_ns) FROM events AS resumed
                 WHERE resumed.session = paused.session AND resumed.time_ns >= paused.time_ns
                 AND resumed.kind = 'pause' AND resumed.detail = 'off'), sets.ended_ns)) - paused.time_ns)
             FROM events AS paused
             WHERE paused.session = sets.session AND paused.time_ns BETWEEN sets.began_ns AND sets.ended_ns
             AND paused.kind = 'pause' AND paused.detail = 'on'), 0)) / 1e9))),
    state = 'recovered'
    FROM sessions JOIN sets ON sets.session = sessions.key
    WHERE origin IS NULL AND person = ?1 AND began_ms BETWEEN ?2 AND ?3 AND drill IS NOT NULL AND purpose = 'practice'";

impl Store {
    /// Keeps a prescription of a person. On its days it replaces those before, which stay kept, also one from a machine whose clock
    /// was ahead.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add_prescription(&self, person: PersonId, received: Moment, text: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO prescriptions (uid, person, received_ms, text)
                   SELECT lower(hex(randomblob(16))), ?1, max(?2, ifnull(max(received_ms), ?2)), ?3
                   FROM prescriptions WHERE person = ?1";
        let row = params![person.0, received.as_millisecond(), text];
        self.database.execute(sql, row).map(drop).map_err(self.failed())
    }

    /// Returns all prescriptions of a person, the newest first: of those that cover a day, the first counts.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn prescriptions(&self, person: PersonId) -> Result<Vec<ReceivedPrescription>, StoreError> {
        let read = |row: &Row| {
            let received = Moment::from_millisecond(row.get(0)?).unwrap_or_default();
            let ended = row.get::<_, Option<String>>(3)?.and_then(|day| day.parse().ok());
            Ok(ReceivedPrescription { received, text: row.get(1)?, number: row.get(2)?, ended })
        };
        let all = || -> rusqlite::Result<Vec<_>> {
            let sql = "SELECT received_ms, text, key, ended FROM prescriptions WHERE person = ?1
                       ORDER BY received_ms DESC, key DESC";
            self.database.prepare(sql)?.query_map([person.0], read)?.collect()
        };
        all().map_err(self.failed())
    }

    /// Keeps a prescription that was given on another machine, or its end; of one whose end comes, the same text may be here already.
    /// `before` is the same one as it had ended there, if it had: then what arrives is given anew, and goes on. Returns whether anything
    /// is new by it: nothing is by one that has ended here since it was given.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn receive_prescription(
        &self,
        person: PersonId,
        received: &GivenPrescription,
        before: Option<&GivenPrescription>,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let there: Vec<GivenPrescription> = before.into_iter().chain([received]).cloned().collect();
        let receive = || {
            // To write from the beginning: what has read already is refused at once where a session is just being written.
            let transaction = Transaction::new_unchecked(&self.database, TransactionBehavior::Immediate)?;
            let here = given_here(&transaction, person.0)?;
            let mut meeting = meet(&here, &there, now);
            let is_here = match received.ended {
                Some(_) => here.iter().any(|one| one.text == received.text),
                None => meeting.missing.iter().all(|one| one.ended.is_some()),
            };
            if is_here {
                meeting.missing.clear();
            }
            write_meeting(&transaction, person.0, &here, &meeting)?;
            transaction.commit()?;
            Ok(meeting != Meeting::default())
        };
        receive().map_err(self.failed())
    }

    /// Ends a prescription of a person: this is the last day on which it counts.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn end_prescription(&self, person: PersonId, number: i64, last: Date) -> Result<(), StoreError> {
        self.end_prescriptions(person, &[(number, last)])
    }

    /// Ends prescriptions of a person, each with the last day on which it counts: all of them or none.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn end_prescriptions(&self, person: PersonId, ends: &[(i64, Date)]) -> Result<(), StoreError> {
        let end = || -> rusqlite::Result<()> {
            let transaction = self.database.unchecked_transaction()?;
            for (number, last) in ends {
                let sql = "UPDATE prescriptions SET ended = ?3 WHERE person = ?1 AND key = ?2";
                transaction.execute(sql, params![person.0, number, last.to_string()])?;
            }
            transaction.commit()
        };
        end().map_err(self.failed())
    }

    /// Returns the sets of drills that a person did on these days, in local time, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn done_sets(&self, person: PersonId, from: Date, to: Date) -> Result<Vec<DoneSet>, StoreError> {
        // Local time is at most a day away from UTC.
        let bound = |day: Date, days: i64| {
            let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).map(|midnight| midnight.timestamp().as_millisecond());
            midnight.unwrap_or_default() + days * DAY_MS
        };
        let sets = || -> rusqlite::Result<Vec<DoneSet>> {
            let sql = format!("{SETS} AND {LISTED} ORDER BY began_ms, sessions.key, sets.number");
            let mut rows = self.database.prepare_cached(&sql)?;
            rows.query_map(params![person.0, bound(from, -1), bound(to, 2)], done_set)?.collect()
        };
        let mut sets = sets().map_err(self.failed())?;
        sets.retain(|set| (from..=to).contains(&set.day));
        Ok(sets)
    }
}

/// The prescriptions of a person that are here, the newest first.
pub(super) fn given_here(database: &Connection, person: i64) -> rusqlite::Result<Vec<GivenPrescription>> {
    let sql =
        "SELECT received_ms, text, ended FROM prescriptions WHERE person = ?1 ORDER BY received_ms DESC, key DESC";
    let read = |row: &Row| {
        let ended = row.get::<_, Option<String>>(2)?.and_then(|day| day.parse().ok());
        let given = Moment::from_millisecond(row.get(0)?).unwrap_or_default();
        Ok(GivenPrescription { given, text: row.get(1)?, ended })
    };
    database.prepare(sql)?.query_map([person], read)?.collect()
}

/// Writes what comes of those that are `here` where others arrived.
pub(super) fn write_meeting(
    database: &Connection,
    person: i64,
    here: &[GivenPrescription],
    Meeting { ended, missing }: &Meeting,
) -> rusqlite::Result<()> {
    let end = "UPDATE prescriptions SET ended = ?4 WHERE person = ?1 AND received_ms = ?2 AND text = ?3";
    for (place, last) in ended {
        let GivenPrescription { given, text, .. } = &here[*place];
        database.execute(end, params![person, given.as_millisecond(), text, last.to_string()])?;
    }
    let add = "INSERT INTO prescriptions (uid, person, received_ms, text, ended)
               VALUES (lower(hex(randomblob(16))), ?1, ?2, ?3, ?4)";
    for GivenPrescription { given, text, ended } in missing {
        let row = params![person, given.as_millisecond(), text, ended.map(|last| last.to_string())];
        database.execute(add, row)?;
    }
    Ok(())
}

fn done_set(row: &Row) -> rusqlite::Result<DoneSet> {
    Ok(DoneSet {
        session: row.get(0)?,
        day: moment(row.get(1)?, row.get(2)?).date(),
        drill: row.get(3)?,
        repetitions: row.get(4)?,
        seconds: row.get(5)?,
        broke_off: row.get(6)?,
    })
}
