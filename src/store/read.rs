//! Reads a kept session back.

use std::time::Duration;

use euclid::Angle;
use rusqlite::{Row, params};

use super::query::SessionEntry;
use super::sample::Sample;
use super::writer::{StoredCalibration, StoredRepetition};
use super::{Store, StoreError, block};
use crate::coach::form::Reach;
use crate::coach::{ChainRequest, Repetition, Verdict};
use crate::geometry::{Bend, HalfWidth90, Segments};
use crate::source::Timestamp;

/// The columns of a repetition, as [`repetition`] reads them.
const REPETITION: &str = "number, in_set, start_ns, bottom_ns, end_ns, hip, lumbar, trunk, knee, hip_interval,
    lumbar_interval, verdict, confidence, reach, reach_interval, reach_limited";

/// The kind of an event that the person wrote.
pub(super) const NOTE: &str = "note";

/// The kind of an event that was asked of the measurement; its detail is the [code](ChainRequest::code).
pub(super) const REQUEST: &str = "request";

/// All of a session but its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its row in the list.
    pub entry: SessionEntry,
    /// Its sets, in their order.
    pub sets: Vec<Set>,
    /// Its repetitions, oldest first.
    pub repetitions: Vec<StoredRepetition>,
    /// What angles and verdicts were taken from, each from its time on.
    pub calibrations: Vec<(Timestamp, StoredCalibration)>,
    /// What else happened: when, a word for it, and what belongs to it.
    pub events: Vec<(Timestamp, String, String)>,
    /// The networks that measured it, each with its SHA-256.
    pub models: Vec<(String, String)>,
}

/// One set.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Its number, from 0.
    pub number: u32,
    /// What was practised; none where nobody led.
    pub drill: Option<String>,
    /// When it began.
    pub began: Timestamp,
    /// When it was over; none where the session broke off.
    pub ended: Option<Timestamp>,
}

impl Session {
    /// What the person noted, and at which moment.
    pub fn notes(&self) -> impl DoubleEndedIterator<Item = (Timestamp, &str)> {
        let notes = self.events.iter().filter(|(_, kind, _)| kind == NOTE);
        notes.map(|(time, _, text)| (*time, text.as_str()))
    }

    /// What was asked of the measurement: before which frame, and what; in its order.
    pub fn requests(&self) -> impl Iterator<Item = (Timestamp, ChainRequest)> {
        let requests = self.events.iter().filter(|(_, kind, _)| kind == REQUEST);
        requests.filter_map(|(time, _, code)| Some((*time, ChainRequest::from_code(code)?)))
    }

    /// The standing posture that counted at a time; none before the first.
    pub fn standing(&self, time: Timestamp) -> Option<Segments> {
        let standings = self.calibrations.iter().filter_map(|(from, calibration)| match calibration {
            StoredCalibration::Standing(standing) => Some((*from, *standing)),
            StoredCalibration::Range(_) => None,
        });
        standings.take_while(|(from, _)| *from <= time).last().map(|(_, standing)| standing)
    }
}

impl Store {
    /// All of a session but its samples.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn session(&self, entry: &SessionEntry) -> Result<Session, StoreError> {
        let read = || {
            Ok(Session {
                entry: entry.clone(),
                sets: self.rows(entry, "SELECT number, drill, began_ns, ended_ns FROM sets", "number", set)?,
                repetitions: self.rows(
                    entry,
                    &format!("SELECT {REPETITION} FROM repetitions"),
                    "number",
                    repetition,
                )?,
                calibrations: self.rows(
                    entry,
                    "SELECT time_ns, kind, pelvis, upper_lumbar, thigh, trunk, knee, lumbar FROM calibrations",
                    "time_ns, rowid",
                    calibration,
                )?,
                events: self.rows(entry, "SELECT time_ns, kind, detail FROM events", "time_ns, rowid", |row| {
                    Ok((time(row.get(0)?), row.get(1)?, row.get(2)?))
                })?,
                models: self
                    .rows(entry, "SELECT file, sha256 FROM models", "file", |row| Ok((row.get(0)?, row.get(1)?)))?,
            })
        };
        read().map_err(self.failed())
    }

    /// The repetitions of one drill in a session, oldest first; of no drill those that nobody led.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn repetitions_of(
        &self,
        entry: &SessionEntry,
        drill: Option<&str>,
    ) -> Result<Vec<StoredRepetition>, StoreError> {
        let read = || -> rusqlite::Result<Vec<StoredRepetition>> {
            let sql = format!(
                "SELECT {REPETITION} FROM repetitions WHERE session = ?1 AND in_set IN
                 (SELECT number FROM sets WHERE session = ?1 AND drill IS ?2) ORDER BY number"
            );
            self.database.prepare_cached(&sql)?.query_map(params![entry.key, drill], repetition)?.collect()
        };
        read().map_err(self.failed())
    }

    /// Every sample of a session, in its order.
    ///
    /// # Errors
    /// When the database cannot be read, or a block in it is damaged.
    pub fn samples(&self, entry: &SessionEntry) -> Result<Vec<Sample>, StoreError> {
        let mut samples = Vec::new();
        for data in self.blocks(entry)? {
            let block = block::unpack(&data).map_err(|cause| StoreError::Block { id: entry.id.clone(), cause })?;
            samples.extend(block);
        }
        Ok(samples)
    }

    /// The blocks of a session, as they are kept.
    pub(super) fn blocks(&self, entry: &SessionEntry) -> Result<Vec<Vec<u8>>, StoreError> {
        self.rows(entry, "SELECT data FROM blocks", "number", |row| row.get(0)).map_err(self.failed())
    }

    fn rows<T>(
        &self,
        entry: &SessionEntry,
        select: &str,
        order: &str,
        read: fn(&Row) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let mut rows = self.database.prepare(&format!("{select} WHERE session = ?1 ORDER BY {order}"))?;
        rows.query_map(params![entry.key], read)?.collect()
    }
}

fn time(nanoseconds: i64) -> Timestamp {
    Timestamp::new(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or_default()))
}

fn angle(row: &Row, column: usize) -> rusqlite::Result<Angle<f32>> {
    row.get(column).map(Angle::radians)
}

fn set(row: &Row) -> rusqlite::Result<Set> {
    Ok(Set {
        number: row.get(0)?,
        drill: row.get(1)?,
        began: time(row.get(2)?),
        ended: row.get::<_, Option<i64>>(3)?.map(time),
    })
}

fn repetition(row: &Row) -> rusqlite::Result<StoredRepetition> {
    let word: String = row.get(11)?;
    Ok(StoredRepetition {
        number: row.get(0)?,
        set: row.get(1)?,
        repetition: Repetition {
            start: time(row.get(2)?),
            bottom: time(row.get(3)?),
            end: time(row.get(4)?),
            bend: Bend {
                hip_flexion: angle(row, 5)?,
                lumbar_flexion: angle(row, 6)?,
                trunk_inclination: angle(row, 7)?,
                knee_flexion: angle(row, 8)?,
            },
            interval: HalfWidth90 { hip_flexion: angle(row, 9)?, lumbar_flexion: angle(row, 10)? },
            verdict: Verdict::from_word(&word).flatten(),
            confidence: row.get(12)?,
        },
        reach: reach(row, 13)?,
    })
}

/// The reach in a column and the two after it.
fn reach(row: &Row, column: usize) -> rusqlite::Result<Option<Reach>> {
    let Some(angle) = row.get(column)? else { return Ok(None) };
    let (interval, limited) = (row.get(column + 1)?, row.get(column + 2)?);
    Ok(Some(Reach { angle: Angle::radians(angle), interval: Angle::radians(interval), limited }))
}

fn calibration(row: &Row) -> rusqlite::Result<(Timestamp, StoredCalibration)> {
    let kind: String = row.get(1)?;
    let calibration = if kind == "range" {
        StoredCalibration::Range(angle(row, 7)?)
    } else {
        StoredCalibration::Standing(Segments {
            pelvis: angle(row, 2)?,
            upper_lumbar: angle(row, 3)?,
            thigh: angle(row, 4)?,
            trunk: angle(row, 5)?,
            knee: angle(row, 6)?,
        })
    };
    Ok((time(row.get(0)?), calibration))
}
