//! Reads a stored session.

use euclid::Angle;
use rusqlite::{OptionalExtension, Row, params};

use super::block::{self, BlockError};
use super::handle::is_staying;
use super::query::{NOTE, SessionEntry, optional_text, text};
use super::sample::{Sample, SampleOutline};
use super::stored_field::{columns, from_row};
use super::stored_posture::StoredPosture;
use super::stored_repetition::{COMPARED, StoredRepetition};
use super::stored_time::timestamp;
use super::writer::{RANGE, StoredCalibration};
use super::{SampleSource, Store, StoreError};
use crate::coach::{AskedRepetition, Bands, ChainRequest, Repetition, SetGoal, SetPurpose, SetStatement};
use crate::geometry::{Segments, StateHistory};
use crate::source::Timestamp;

/// The kind of an event that was a request to the measurement; its detail is the [code](ChainRequest::code).
pub(super) const REQUEST: &str = "request";

/// The kind of an event that it was asked whether this is the person it is said to be; its detail is `same`, `other`,
/// `somebody-else`, or `-` for no answer.
pub(super) const PERSON: &str = "person";

/// Its detail if the session was given to that person afterwards.
pub(super) const GIVEN: &str = "given";

/// The kind of an event that the session was paused or resumed; its detail is `on` or `off`.
pub(super) const PAUSE: &str = "pause";

/// The kind of an event that a timed set ended; its detail is how long it was held, in seconds, as `28.5`. It has the time of that end.
pub(super) const HELD: &str = "held";

/// A session without its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its row in the list.
    pub entry: SessionEntry,
    /// Its sets, in order.
    pub sets: Vec<Set>,
    /// Its repetitions, oldest first.
    pub repetitions: Vec<StoredRepetition>,
    /// The references of angles and verdicts, each valid from its time on.
    pub calibrations: Vec<(Timestamp, StoredCalibration)>,
    /// Other events: time, kind and detail.
    pub events: Vec<(Timestamp, String, String)>,
    /// The models that measured it, each with its SHA-256.
    pub models: Vec<(String, String)>,
}

/// One set.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Its number, from 0.
    pub number: u32,
    /// The drill; `None` if unguided.
    pub drill: Option<String>,
    /// Where its bends should come from.
    pub goal: SetGoal,
    /// What it is for.
    pub purpose: SetPurpose,
    /// When it began.
    pub began: Timestamp,
    /// When it ended; `None` if the session was interrupted.
    pub ended: Option<Timestamp>,
}

impl Session {
    /// The repetitions that [count](StoredRepetition::counts), oldest first: not those without feedback, which show what
    /// stayed.
    pub fn counted(&self) -> impl Iterator<Item = &StoredRepetition> {
        self.repetitions.iter().filter(|kept| kept.counts() && !self.is_without_feedback(kept))
    }

    /// How many repetitions are in no set: they are kept, and do not [count](StoredRepetition::counts).
    pub fn outside_sets(&self) -> usize {
        self.repetitions.iter().filter(|kept| !kept.counts()).count()
    }

    /// The counted ones, each with what was asked of it.
    pub fn asked(&self) -> Vec<AskedRepetition> {
        self.numbered().into_iter().map(|(_, asked)| asked).collect()
    }

    /// The same, each with [the number by which it is called](StoredRepetition::shown_number).
    pub fn numbered(&self) -> Vec<(u32, AskedRepetition)> {
        let asked = |kept: &StoredRepetition| AskedRepetition { repetition: kept.repetition, goal: self.goal(kept) };
        self.counted().map(|kept| (kept.shown_number(), asked(kept))).collect()
    }

    /// The repetitions that count and should not come from the back: those that are compared with other sessions.
    pub fn compared(&self) -> impl Iterator<Item = &StoredRepetition> {
        self.counted().filter(|kept| self.goal(kept) != SetGoal::Back)
    }

    /// The repetitions of the last set with any of them that was practised, and should come from the hips.
    pub fn last_practised(&self) -> Vec<Repetition> {
        let of_last = |last: &StoredRepetition| {
            let same = self.compared().filter(move |kept| kept.set == last.set && self.goal(kept) == SetGoal::Hips);
            same.map(|kept| kept.repetition).collect()
        };
        let last = self.compared().filter(|kept| self.goal(kept) == SetGoal::Hips).last();
        last.map(of_last).unwrap_or_default()
    }

    /// Where a repetition should have come from.
    fn goal(&self, kept: &StoredRepetition) -> SetGoal {
        self.set_of(kept).map(|set| set.goal).unwrap_or_default()
    }

    /// Whether a repetition is of a set without feedback, which shows what stayed: it is no practice.
    pub fn is_without_feedback(&self, kept: &StoredRepetition) -> bool {
        self.set_of(kept).is_some_and(|set| set.purpose == SetPurpose::Retention)
    }

    /// The repetitions of the last set without feedback: of bends that were interrupted and begun anew only the last ones tell what
    /// stayed, as in the session.
    pub fn last_without_feedback(&self) -> impl Iterator<Item = &StoredRepetition> {
        let last = self.sets.iter().rfind(|set| set.purpose == SetPurpose::Retention).map(|set| set.number);
        self.repetitions.iter().filter(move |kept| last.is_some() && kept.set == last)
    }

    fn set_of(&self, kept: &StoredRepetition) -> Option<&Set> {
        self.sets.iter().find(|set| Some(set.number) == kept.set)
    }

    /// The states of its samples. What hid the person between the sets, or in a pause, is no obstruction: nothing counts there.
    ///
    /// # Errors
    /// If the samples cannot be read.
    pub fn states(&self, samples: &dyn SampleSource) -> Result<StateHistory, StoreError> {
        let mut states = StateHistory::default();
        let mut sets = self.sets.iter().peekable();
        let mut pauses = self.events.iter().filter(|(_, kind, _)| kind == PAUSE).peekable();
        let mut is_paused = false;
        samples.outlines(&mut |SampleOutline { time, state, .. }| {
            while let Some((_, _, detail)) = pauses.next_if(|(from, _, _)| *from <= time) {
                is_paused = detail == "on";
            }
            while sets.next_if(|set| set.ended.is_some_and(|ended| ended < time)).is_some() {}
            if !is_paused && sets.peek().is_some_and(|set| set.began <= time) {
                states.observe(time, state);
            } else {
                states.observe_outside(time, state);
            }
        })?;
        Ok(states)
    }

    /// The notes of the user and their times.
    pub fn notes(&self) -> impl DoubleEndedIterator<Item = (Timestamp, &str)> {
        let notes = self.events.iter().filter(|(_, kind, _)| kind == NOTE);
        notes.map(|(time, _, text)| (*time, text.as_str()))
    }

    /// What was answered when it was asked whether this is the person it is said to be: `same`, `other` if the session went over to
    /// another person, `somebody-else`, or `-` if it was left out; `None` if it was not asked.
    pub fn asked_whether_same(&self) -> Option<&str> {
        self.events.iter().rev().find(|(_, kind, _)| kind == PERSON).map(|(_, _, answer)| answer.as_str())
    }

    /// The requests to the measurement, in order, each with the time of the frame before which it was carried out.
    pub fn requests(&self) -> impl Iterator<Item = (Timestamp, ChainRequest)> {
        let requests = self.events.iter().filter(|(_, kind, _)| kind == REQUEST);
        requests.filter_map(|(time, _, code)| Some((*time, ChainRequest::from_code(code)?)))
    }

    /// Drops all events in which somebody's words may be. What stays are the [requests](Self::requests), and what says how long a timed
    /// set was held, which the time from its beginning to its end does not: pauses, and what the session counted.
    pub fn retain_wordless(&mut self) {
        self.events.retain(|(_, kind, detail)| match kind.as_str() {
            REQUEST => true,
            PAUSE => matches!(detail.as_str(), "on" | "off"),
            HELD => detail.parse::<f64>().is_ok(),
            _ => false,
        });
    }

    /// The bands by which bends were judged at a time: those of the person's own range from when it was found until it
    /// was asked for again, else the general ones.
    pub fn bands(&self, time: Timestamp) -> Bands {
        let ranges = self.calibrations.iter().filter_map(|(from, calibration)| match calibration {
            StoredCalibration::Range(full_bend) => Some((*from, *full_bend)),
            StoredCalibration::Standing(_) => None,
        });
        let asked = self.requests().filter(|(_, request)| *request == ChainRequest::AwaitFullBend(true));
        let forgotten = asked.map(|(from, _)| from).take_while(|from| *from <= time).last();
        let known = ranges.take_while(|(from, _)| *from <= time).last();
        known
            .filter(|(from, _)| forgotten.is_none_or(|asked| asked <= *from))
            .map_or_else(Bands::default, |(_, full_bend)| Bands::of_range(full_bend))
    }

    /// The number by which the set with this number in `sets` is called wherever somebody reads of it, in files too: those that are
    /// practised count from 1 through the session, whatever the exercise. Bends without feedback are no set to whoever practises: theirs is 0.
    pub fn set_number(&self, number: u32) -> u32 {
        let without_feedback = self.sets.iter().filter(|set| set.purpose == SetPurpose::Retention);
        let numbers: Vec<u32> = without_feedback.map(|set| set.number).collect();
        if numbers.contains(&number) {
            return 0;
        }
        let before = numbers.iter().filter(|other| **other < number).count() as u32;
        number.saturating_add(1).saturating_sub(before)
    }

    /// What each set of at least two repetitions that was practised tells, with its number in `sets`.
    pub fn set_statements(&self) -> Vec<(u32, SetStatement)> {
        let statement = |set: &Set| {
            let of_set = self.repetitions.iter().filter(|kept| kept.set == Some(set.number));
            let repetitions: Vec<_> = of_set.map(|kept| kept.repetition).collect();
            let bands = self.bands(repetitions.last()?.end);
            let statement = SetStatement::of(&repetitions, &bands).filter(|statement| statement.count > 1);
            Some((set.number, statement?))
        };
        self.sets.iter().filter(|set| set.purpose == SetPurpose::Practice).filter_map(statement).collect()
    }

    /// The standing posture in use at a time; `None` before the first.
    pub fn standing(&self, time: Timestamp) -> Option<Segments> {
        let standings = self.calibrations.iter().filter_map(|(from, calibration)| match calibration {
            StoredCalibration::Standing(standing) => Some((*from, *standing)),
            StoredCalibration::Range(_) => None,
        });
        standings.take_while(|(from, _)| *from <= time).last().map(|(_, standing)| standing)
    }
}

impl Store {
    /// Fails if a session is no longer here, or somebody else's by now.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] then; otherwise if the database cannot be read.
    pub fn check_present(&self, entry: &SessionEntry) -> Result<(), StoreError> {
        let sql = "SELECT count(*) FROM sessions WHERE key = ?1 AND uid = ?2 AND person = ?3";
        let count = || -> rusqlite::Result<i64> {
            let mut found = self.database.prepare_cached(sql)?;
            found.query_row(params![entry.key, entry.uid, entry.person.0], |row| row.get(0))
        };
        match count().map_err(self.failed())? {
            0 => Err(StoreError::Unknown { id: entry.id.clone(), closest: None }),
            _ => Ok(()),
        }
    }

    /// Fails if what was read of a session may be cut short, or another one's that has its number by now: it is deleted, or is just
    /// being.
    pub(super) fn check_whole(&self, entry: &SessionEntry) -> Result<(), StoreError> {
        match is_staying(&self.database, entry.key, &entry.uid).map_err(self.failed())? {
            true => Ok(()),
            false => Err(StoreError::Deleted { id: entry.id.clone() }),
        }
    }

    /// Reads a session without its samples.
    ///
    /// # Errors
    /// If the database cannot be read; [`StoreError::Deleted`] if the session is no longer there.
    pub fn session(&self, entry: &SessionEntry) -> Result<Session, StoreError> {
        let read = || {
            Ok(Session {
                entry: entry.clone(),
                sets: self.rows(
                    entry,
                    "SELECT number, drill, began_ns, ended_ns, goal, purpose FROM sets",
                    "number",
                    set,
                )?,
                repetitions: self.rows(
                    entry,
                    &format!("SELECT {} FROM repetitions", columns::<StoredRepetition>().join(", ")),
                    "number",
                    |row| from_row(row, 0),
                )?,
                calibrations: self.rows(
                    entry,
                    &format!(
                        "SELECT time_ns, kind, lumbar, {} FROM calibrations",
                        columns::<StoredPosture>().join(", ")
                    ),
                    "time_ns, rowid",
                    calibration,
                )?,
                events: self.rows(entry, "SELECT time_ns, kind, detail FROM events", "time_ns, rowid", |row| {
                    Ok((time(row.get(0)?), text(row, 1)?, text(row, 2)?))
                })?,
                models: self
                    .rows(entry, "SELECT file, sha256 FROM models", "file", |row| Ok((row.get(0)?, row.get(1)?)))?,
            })
        };
        let session = read().map_err(self.failed())?;
        self.check_whole(entry)?;
        Ok(session)
    }

    /// Reads the repetitions of a session that are compared with other sessions, oldest first: those of the sets for which a
    /// condition on ?2 holds.
    pub(super) fn repetitions_where(
        &self,
        session: i64,
        condition: &str,
        value: Option<&str>,
    ) -> Result<Vec<StoredRepetition>, StoreError> {
        let read = || -> rusqlite::Result<Vec<StoredRepetition>> {
            let sql = format!(
                "SELECT {} FROM repetitions WHERE session = ?1 AND in_set IN
                 (SELECT number FROM sets WHERE session = ?1 AND {condition} AND {COMPARED}) ORDER BY number",
                columns::<StoredRepetition>().join(", ")
            );
            let mut rows = self.database.prepare_cached(&sql)?;
            rows.query_map(params![session, value], |row| from_row(row, 0))?.collect()
        };
        read().map_err(self.failed())
    }

    /// Reads all samples of a session, in order.
    ///
    /// # Errors
    /// If the database cannot be read, or a block in it is damaged.
    pub fn samples(&self, entry: &SessionEntry) -> Result<Vec<Sample>, StoreError> {
        let mut samples = Vec::new();
        for block in self.sample_blocks(entry) {
            samples.extend(block?);
        }
        Ok(samples)
    }

    /// Reads the samples of a session block by block, about a second each, in order.
    pub fn sample_blocks(&self, entry: &SessionEntry) -> impl Iterator<Item = Result<Vec<Sample>, StoreError>> {
        self.blocks(entry).map(move |block| {
            let (frames, data) = block?;
            unpacked(entry, (frames, &data))
        })
    }

    /// Reads the samples of the block of this number; none if there is no such block.
    pub(super) fn sample_block(&self, entry: &SessionEntry, number: i64) -> Result<Vec<Sample>, StoreError> {
        let block = self.block_after(entry, number - 1).map_err(self.failed())?;
        match block.filter(|(found, ..)| *found == number) {
            Some((_, frames, data)) => unpacked(entry, (frames, &data)),
            None => self.check_whole(entry).map(|()| Vec::new()),
        }
    }

    /// How many blocks a session has.
    pub(super) fn block_count(&self, entry: &SessionEntry) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM blocks WHERE session = ?1";
        let count = self
            .database
            .prepare_cached(sql)
            .and_then(|mut count| count.query_row([entry.key], |row| row.get::<_, i64>(0)));
        Ok(usize::try_from(count.map_err(self.failed())?).unwrap_or_default())
    }

    /// Reads the packed blocks of a session one after the other, each with its number of frames. The last is
    /// [`StoreError::Deleted`] if the session was deleted meanwhile.
    pub(super) fn blocks(&self, entry: &SessionEntry) -> impl Iterator<Item = Result<(u64, Vec<u8>), StoreError>> {
        let mut last = Some(-1);
        std::iter::from_fn(move || {
            let next = self.block_after(entry, last?).map_err(self.failed());
            last = next.as_ref().ok().and_then(|next| next.as_ref().map(|(number, ..)| *number));
            match next {
                Ok(None) => self.check_whole(entry).err().map(Err),
                next => next.map(|next| next.map(|(_, frames, data)| (frames, data))).transpose(),
            }
        })
    }

    /// The same without the numbers, if what is packed can be read: a damaged session is not to be noticed only where it is imported.
    pub(super) fn whole_blocks(&self, entry: &SessionEntry) -> impl Iterator<Item = Result<Vec<u8>, StoreError>> {
        self.blocks(entry).map(move |block| {
            let (frames, data) = block?;
            unpacked(entry, (frames, &data)).map(|_| data)
        })
    }

    /// The next block after the one of this number: its number, its frames, and itself. None of another session that has this one's key
    /// by now.
    fn block_after(&self, entry: &SessionEntry, number: i64) -> rusqlite::Result<Option<(i64, u64, Vec<u8>)>> {
        let sql = "SELECT number, frames, data FROM blocks
                   WHERE session = (SELECT key FROM sessions WHERE key = ?1 AND uid = ?3) AND number > ?2
                   ORDER BY number LIMIT 1";
        let mut block = self.database.prepare_cached(sql)?;
        let read = |row: &Row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned(), row.get(2)?));
        block.query_row(params![entry.key, number, entry.uid], read).optional()
    }

    fn rows<T>(
        &self,
        entry: &SessionEntry,
        select: &str,
        order: &str,
        read: fn(&Row) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let mut rows = self.database.prepare_cached(&format!("{select} WHERE session = ?1 ORDER BY {order}"))?;
        rows.query_map(params![entry.key], read)?.collect()
    }
}

/// The samples of a packed block, of which there must be as many as its row says.
fn unpacked(entry: &SessionEntry, (frames, data): (u64, &[u8])) -> Result<Vec<Sample>, StoreError> {
    let damaged = |cause| StoreError::Block { id: entry.id.clone(), cause };
    let samples = block::unpack(data).map_err(damaged)?;
    if samples.len() as u64 == frames { Ok(samples) } else { Err(damaged(BlockError::Damaged)) }
}

fn time(nanoseconds: i64) -> Timestamp {
    timestamp(nanoseconds).unwrap_or_default()
}

fn set(row: &Row) -> rusqlite::Result<Set> {
    Ok(Set {
        number: row.get(0)?,
        drill: optional_text(row, 1)?,
        began: time(row.get(2)?),
        ended: row.get::<_, Option<i64>>(3)?.map(time),
        purpose: SetPurpose::from_word(&row.get::<_, String>(5)?).unwrap_or_default(),
        goal: SetGoal::from_word(&row.get::<_, String>(4)?).unwrap_or_default(), // the schema admits no other word
    })
}

fn calibration(row: &Row) -> rusqlite::Result<(Timestamp, StoredCalibration)> {
    let kind: String = row.get(1)?;
    let calibration = if kind == RANGE {
        StoredCalibration::Range(Angle::radians(row.get(2)?))
    } else {
        StoredCalibration::Standing(from_row::<StoredPosture>(row, 3)?.segments)
    };
    Ok((time(row.get(0)?), calibration))
}
