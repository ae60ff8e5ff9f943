//! Writes a session while it runs: everything of a second in one transaction, so that a second is stored completely or
//! not at all.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use euclid::Angle;
use rusqlite::types::Value;
use rusqlite::{Transaction, TransactionBehavior, params, params_from_iter};

use super::block;
use super::handle::{LOCK, is_staying, is_there, lock, lock_session};
use super::sample::Sample;
use super::stored_field::{self, StoredFields};
use super::stored_posture::StoredPosture;
use super::stored_repetition::StoredRepetition;
use super::stored_time::nanoseconds;
use super::{Store, StoreError, database, person_build};
use crate::coach::{PersonalRange, SetGoal, SetPurpose};
use crate::geometry::Segments;
use crate::geometry::build::Build;
use crate::owner_only;
use crate::recording;
use crate::source::Timestamp;

/// A session being recorded.
#[derive(Debug)]
pub struct SessionWriter {
    store: Store,
    key: i64,
    /// By which it is known that the key and the id are still this session's, until an import gives it another one.
    uid: String,
    id: String,
    blocks: u32,
    /// Whether it has a video.
    is_filmed: bool,
    /// Held while the session is recorded.
    lock: Option<File>,
}

/// An event with a row of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A set began; `drill` is `None` if unguided.
    SetBegan {
        /// Its number, from 0.
        number: u32,
        /// The drill.
        drill: Option<String>,
        /// Where its bends should come from.
        goal: SetGoal,
        /// What it is for.
        purpose: SetPurpose,
        /// When it began.
        time: Timestamp,
    },
    /// A set ended.
    SetEnded {
        /// Its number, from 0.
        number: u32,
        /// When it ended.
        time: Timestamp,
    },
    /// A repetition was finished.
    Repetition(StoredRepetition),
    /// The reference of angles or verdicts changed.
    Calibrated {
        /// The time from which it is used.
        time: Timestamp,
        /// The new reference.
        to: StoredCalibration,
    },
    /// The person's own full bend was measured. It is kept for the person, too.
    FullBend {
        /// When it was measured.
        time: Timestamp,
        /// The range, with its error.
        range: PersonalRange,
    },
    /// The build of whoever stood there, which is kept for the person unless it may be somebody else.
    Build {
        /// Typical of the session.
        build: Build,
        /// Whether they said themselves who they are.
        sure: bool,
    },
    /// The size of the picture and the name of the video became known.
    Pictured {
        /// Size of the camera's picture, pixels.
        size: (u32, u32),
        /// File name of the video in the session's folder, if any.
        video: Option<&'static str>,
    },
    /// The number of source frames that were never measured: they were not decoded, or not fetched in time.
    Missed(u64),
    /// A question was answered, or left out.
    Answer {
        /// When.
        time: Timestamp,
        /// The code of its instrument.
        instrument: &'static str,
        /// The version of the question.
        version: Cow<'static, str>,
        /// What it is about, in the person's words; empty if it is about nothing in particular.
        item: String,
        /// The question as it was shown, with its language.
        wording: String,
        /// The answer; `None` if it was left out.
        value: Option<f64>,
    },
    /// Any other event: a kind and a detail, which is a word or JSON.
    Event {
        /// When it happened.
        time: Timestamp,
        /// Its kind.
        kind: Cow<'static, str>,
        /// Its detail.
        detail: String,
    },
}

/// The names of the two kinds of [`StoredCalibration`] in the database.
const STANDING: &str = "standing";
pub(super) const RANGE: &str = "range";

/// A reference of angles or verdicts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StoredCalibration {
    /// The standing posture, the baseline of every angle.
    Standing(Segments),
    /// The lumbar flexion of the person's own full bend.
    Range(Angle<f32>),
}

impl From<PersonalRange> for StoredCalibration {
    fn from(range: PersonalRange) -> Self {
        Self::Range(range.lumbar_flexion())
    }
}

/// Counts of what could not be stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LostCounts {
    /// Frames whose measurement was dropped because the disk was too slow.
    pub samples: u64,
    /// Frames whose picture was dropped because there was no time to encode it.
    pub pictures: u64,
}

impl SessionWriter {
    pub(super) fn new(store: Store, (key, uid, id): (i64, String, String), lock: Option<File>) -> Self {
        Self { store, key, uid, id, blocks: 0, is_filmed: false, lock }
    }

    /// The id that the user types.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The folder of the session.
    pub fn home(&self) -> PathBuf {
        self.store.home(&self.id)
    }

    /// Stores samples and their events. They are on the disk when this returns.
    ///
    /// # Errors
    /// If it cannot be written; [`StoreError::FolderGone`] if somebody took its folder away with the video, [`StoreError::Deleted`] if it
    /// is no longer there, [`StoreError::ListReplaced`] if the list is not. Nothing of it is stored then.
    pub fn keep(&mut self, samples: &[Sample], happened: &[Happening]) -> Result<(), StoreError> {
        let home = self.home();
        let failed = database::failed(&self.store.folder);
        // To write from the beginning: what has read already is refused at once where somebody else is just writing.
        let transaction = self.store.database.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(&failed)?;
        if !is_staying(&transaction, self.key, &self.uid).map_err(&failed)? {
            return Err(StoreError::Deleted { id: self.id.clone() }); // what has its key by now is another one
        }
        let list = database::path(&self.store.folder);
        if is_missing(&list) {
            return Err(StoreError::ListReplaced { path: list }); // its open file would take what nobody finds
        }
        self.is_filmed |= happened.iter().any(|one| matches!(one, Happening::Pictured { video: Some(_), .. }));
        if is_missing(&home.join(LOCK)) {
            self.lock = lock_again(&home, self.is_filmed)?;
        }
        let mut blocks = self.blocks;
        for samples in samples.chunks(block::MOST_FRAMES) {
            keep_block(&transaction, self.key, blocks, samples).map_err(&failed)?;
            blocks += 1;
        }
        for happening in happened {
            keep_happening(&transaction, self.key, happening).map_err(&failed)?;
        }
        transaction.commit().map_err(&failed)?;
        self.blocks = blocks;
        Ok(())
    }

    /// Removes the session with everything stored of it.
    ///
    /// # Errors
    /// If something of it cannot be removed.
    pub fn discard(mut self) -> Result<(), StoreError> {
        // As soon as its own lock is free, whoever starts may recover it, and begin another one under its key and id.
        let _alone = lock(&self.store.folder)?;
        drop(self.lock.take());
        match is_there(&self.store.database, self.key, &self.uid).map_err(self.store.failed())? {
            true => self.store.remove(self.key, &self.id),
            false => Ok(()),
        }
    }

    /// Ends the session normally, or removes it if nothing was stored. Returns whether anything was.
    ///
    /// # Errors
    /// If it cannot be written: the next start then treats the session as interrupted. [`StoreError::Deleted`] or
    /// [`StoreError::ListReplaced`] if it is not in the list of sessions any more.
    pub fn finish(self, lost: LostCounts) -> Result<bool, StoreError> {
        self.end("finished", lost)
    }

    /// Ends the session as one that was interrupted, or removes it if nothing was stored. Returns whether anything was.
    ///
    /// # Errors
    /// As [`SessionWriter::finish`].
    pub fn break_off(self, lost: LostCounts) -> Result<bool, StoreError> {
        self.end("recovered", lost)
    }

    /// After storing has stopped: names no film if the disk failed so early that it has not a single picture, which nothing
    /// could play.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn check_film(&self) -> Result<(), StoreError> {
        let film = self.home().join(recording::FILE);
        if !film.exists() || matches!(recording::recover(&film), Ok(false)) { self.forget_film() } else { Ok(()) }
    }

    /// Names no film: it is gone, or what is in its place is not what was filmed.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn forget_film(&self) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET video = NULL WHERE key = ?1 AND uid = ?2";
        self.store.database.execute(sql, params![self.key, self.uid]).map(drop).map_err(self.store.failed())
    }

    fn end(mut self, state: &str, lost: LostCounts) -> Result<bool, StoreError> {
        if self.blocks == 0 {
            return self.discard().map(|()| false);
        }
        let sql = "UPDATE sessions SET state = ?4, samples_lost = ?2, pictures_lost = ?3 WHERE key = ?1 AND uid = ?5";
        let (samples, pictures) = (count(lost.samples), count(lost.pictures));
        let written = self.store.database.execute(sql, params![self.key, samples, pictures, state, self.uid]);
        if matches!(written, Ok(0)) {
            return Err(StoreError::Deleted { id: self.id.clone() }); // its folder may be another one's by now
        }
        if !self.store.lists(self.key, &self.uid) {
            return Err(StoreError::ListReplaced { path: database::path(&self.store.folder) }); // and so may its folder
        }
        written.map_err(self.store.failed())?;
        self.release_lock();
        Ok(true)
    }

    /// Stores a whole session that comes from a file, in one transaction: what happened, and the packed blocks that
    /// `blocks` gives, each with its samples. From then on the session is listed.
    ///
    /// # Errors
    /// If it cannot be written, or `blocks` fails. Nothing of it is stored then.
    pub(super) fn keep_import<E: From<StoreError>>(
        &mut self,
        happened: &[Happening],
        import: &ImportedSession,
        blocks: impl FnOnce(&mut KeepBlock) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = database::failed(&self.store.folder);
        let transaction = self.store.database.transaction().map_err(&failed)?;
        let mut number = 0;
        blocks(&mut |packed, samples| {
            insert_block(&transaction, self.key, number, (packed, samples)).map_err(&failed)?;
            number += 1;
            Ok(())
        })?;
        for happening in happened {
            keep_happening(&transaction, self.key, happening).map_err(&failed)?;
        }
        import.write(&transaction, self.key).map_err(&failed)?;
        Ok(transaction.commit().map_err(&failed)?)
    }

    /// The id of the session with this uid, if it is in the store already.
    pub(super) fn id_of(&self, uid: &str) -> Option<String> {
        self.store.id_of(uid).ok().flatten()
    }

    /// Ends an import. Returns the id of the session.
    pub(super) fn end_import(mut self) -> String {
        self.release_lock();
        self.id
    }

    fn release_lock(&mut self) {
        drop(self.lock.take());
        fs::remove_file(self.home().join(LOCK)).ok(); // an empty file left behind does no harm
        fs::remove_dir(self.home()).ok(); // only if it is empty: a session without a video needs no folder
    }
}

/// Takes the lock of a session anew where somebody removed it: whoever starts meanwhile would take the session for one that broke off.
/// Its folder is made again if it has gone with it, for where there is no video nothing is lost. Returns `None` if the lock cannot be
/// had, which is no reason to end keeping.
///
/// # Errors
/// [`StoreError::FolderGone`] if the video was taken away with it, of which nobody would be told, or if the folder cannot be made.
fn lock_again(home: &Path, is_filmed: bool) -> Result<Option<File>, StoreError> {
    let gone = || StoreError::FolderGone { path: home.to_owned() };
    if is_filmed && is_missing(&home.join(recording::FILE)) {
        return Err(gone());
    }
    if is_missing(home) {
        owner_only::new_folder(home).map_err(|_| gone())?;
    }
    Ok(lock_session(home).ok().flatten())
}

/// Whether there is nothing at this path, which is more than that it cannot be looked at.
fn is_missing(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|cause| cause.kind() == ErrorKind::NotFound)
}

/// Stores one packed block with its samples.
pub(super) type KeepBlock<'k> = dyn FnMut(&[u8], &[Sample]) -> Result<(), StoreError> + 'k;

/// What is known about an imported session beyond its beginning and its contents.
#[derive(Clone, Copy, Debug)]
pub(super) struct ImportedSession<'p> {
    pub uid: &'p str,
    pub origin: Option<&'p str>,
    pub program: &'p str,
    pub name: Option<&'p str>,
    pub note: Option<&'p str>,
    pub models: &'p [(String, String)],
    pub recovered: bool,
    pub picture: Option<(u32, u32)>,
    pub video: Option<&'p str>,
    pub lost: LostCounts,
}

impl ImportedSession<'_> {
    fn write(&self, transaction: &Transaction, key: i64) -> rusqlite::Result<()> {
        let (width, height) = self.picture.unzip();
        transaction.execute(
            "UPDATE sessions SET uid = ?2, program = ?3, name = ?4, note = ?5, state = ?6, width = ?7, height = ?8,
                                 video = ?9, samples_lost = ?10, pictures_lost = ?11, origin = ?12 WHERE key = ?1",
            params![
                key,
                self.uid,
                self.program,
                self.name,
                self.note,
                if self.recovered { "recovered" } else { "finished" },
                width,
                height,
                self.video,
                count(self.lost.samples),
                count(self.lost.pictures),
                self.origin
            ],
        )?;
        transaction.execute("DELETE FROM models WHERE session = ?1", [key])?;
        let mut model = transaction.prepare("INSERT INTO models (session, file, sha256) VALUES (?1, ?2, ?3)")?;
        for (file, sum) in self.models {
            model.execute(params![key, file, sum])?;
        }
        Ok(())
    }
}

/// A count in the type of SQLite.
fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn keep_block(transaction: &Transaction, key: i64, number: u32, samples: &[Sample]) -> rusqlite::Result<()> {
    insert_block(transaction, key, number, (&block::pack(samples), samples))
}

fn insert_block(
    transaction: &Transaction,
    key: i64,
    number: u32,
    (packed, samples): (&[u8], &[Sample]),
) -> rusqlite::Result<()> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Ok(()) };
    let (first, last, frames) = (nanoseconds(first.time), nanoseconds(last.time), samples.len());
    transaction
        .prepare_cached(
            "INSERT INTO blocks (session, number, first_ns, last_ns, frames, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![key, number, first, last, frames as i64, packed])?;
    transaction
        .prepare_cached(
            "UPDATE sessions SET frames = frames + ?2, first_ns = ifnull(first_ns, ?3), last_ns = ?4 WHERE key = ?1",
        )?
        .execute(params![key, frames as i64, first, last])?;
    Ok(())
}

fn keep_happening(transaction: &Transaction, key: i64, happening: &Happening) -> rusqlite::Result<usize> {
    match happening {
        Happening::SetBegan { number, drill, goal, purpose, time } => transaction
            .prepare_cached(
                "INSERT INTO sets (session, number, drill, goal, purpose, began_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![key, number, drill, goal.word(), purpose.word(), nanoseconds(*time)]),
        Happening::SetEnded { number, time } => transaction
            .prepare_cached("UPDATE sets SET ended_ns = ?3 WHERE session = ?1 AND number = ?2")?
            .execute(params![key, number, nanoseconds(*time)]),
        Happening::Repetition(kept) => keep_row(transaction, "repetitions", &[("session", key.into())], kept),
        Happening::Calibrated { time, to: StoredCalibration::Standing(segments) } => {
            let own = [("session", key.into()), ("kind", STANDING.to_owned().into())];
            keep_row(transaction, "calibrations", &own, &StoredPosture { from: *time, segments: *segments })
        }
        Happening::Calibrated { time, to: StoredCalibration::Range(lumbar) } => transaction
            .prepare_cached("INSERT INTO calibrations (session, time_ns, kind, lumbar) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key, nanoseconds(*time), RANGE, lumbar.radians]),
        Happening::FullBend { time, range } => transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO full_bends (person, measured_ms, lumbar, interval)
                 SELECT person, began_ms + ?2, ?3, ?4 FROM sessions WHERE key = ?1 AND origin IS NULL",
            )?
            .execute(params![
                key,
                nanoseconds(*time) / 1_000_000,
                range.lumbar_flexion().radians,
                range.half_width_90().radians
            ]),
        Happening::Build { build, sure } => person_build::learn(transaction, key, build, *sure),
        Happening::Pictured { size: (width, height), video } => transaction
            .prepare_cached("UPDATE sessions SET width = ?2, height = ?3, video = ?4 WHERE key = ?1")?
            .execute(params![key, width, height, video]),
        Happening::Missed(missed) => transaction
            .prepare_cached("UPDATE sessions SET missed = ?2 WHERE key = ?1")?
            .execute(params![key, count(*missed)]),
        Happening::Answer { time, instrument, version, item, wording, value } => transaction
            .prepare_cached(
                "INSERT INTO scores (person, session, given_ms, instrument, version, item, wording, value)
                 SELECT person, key, began_ms + ?2, ?3, ?4, ?5, ?6, ?7 FROM sessions WHERE key = ?1 AND person IS NOT NULL",
            )?
            .execute(params![
                key,
                nanoseconds(*time) / 1_000_000,
                instrument,
                version,
                item,
                wording,
                value
            ]),
        Happening::Event { time, kind, detail } => transaction
            .prepare_cached("INSERT INTO events (session, time_ns, kind, detail) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key, nanoseconds(*time), kind, detail]),
    }
}

/// Inserts a row: the given columns, followed by the stored fields.
fn keep_row<T: StoredFields>(
    transaction: &Transaction,
    table: &str,
    own: &[(&str, Value)],
    kept: &T,
) -> rusqlite::Result<usize> {
    let (mut columns, mut values): (Vec<&str>, Vec<Value>) = own.iter().cloned().unzip();
    columns.extend(stored_field::columns::<T>());
    values.extend(stored_field::to_params(kept));
    let places = vec!["?"; columns.len()].join(", ");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "));
    transaction.prepare_cached(&sql)?.execute(params_from_iter(values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::NewSession;
    use crate::store::tests::World;

    fn begun(world: &World) -> SessionWriter {
        let began = "2026-11-22T08:05:00+00:00[UTC]".parse().unwrap();
        let new = NewSession { began, source: "Webcam".to_owned(), plan: None, person: None };
        world.open().begin(&new).unwrap()
    }

    #[test]
    fn where_a_lock_is_gone_and_no_video_with_it_keeping_goes_on_and_is_locked_again() {
        let world = World::new();
        let mut writer = begun(&world);
        let (home, one) = (writer.home(), [Sample::default()]);
        writer.keep(&one, &[]).unwrap();
        fs::remove_dir_all(&home).unwrap();
        writer.keep(&one, &[]).unwrap();
        drop(world.open()); // which tells of none that broke off
        let pictured = Happening::Pictured { size: (64, 48), video: Some(recording::FILE) };
        fs::write(home.join(recording::FILE), "").unwrap();
        writer.keep(&one, &[pictured]).unwrap();
        fs::remove_file(home.join(LOCK)).unwrap();
        writer.keep(&one, &[]).unwrap();
        drop(world.open());
        fs::remove_dir_all(&home).unwrap();
        assert!(matches!(writer.keep(&one, &[]), Err(StoreError::FolderGone { .. })));
        assert!(!home.exists());
        assert!(writer.finish(LostCounts::default()).unwrap());
        assert_eq!(world.open().named("last").unwrap().frames, 4);
    }

    #[test]
    fn a_film_without_a_picture_is_none() {
        let world = World::new();
        let mut writer = begun(&world);
        let film = writer.home().join(recording::FILE);
        fs::create_dir_all(writer.home()).unwrap();
        fs::write(&film, "").unwrap();
        let pictured = Happening::Pictured { size: (64, 48), video: Some(recording::FILE) };
        writer.keep(&[Sample::default()], &[pictured]).unwrap();
        writer.check_film().unwrap();
        assert!(writer.finish(LostCounts::default()).unwrap());
        assert_eq!(world.open().named("last").unwrap().video, None);
        assert!(!film.exists());
    }
}
