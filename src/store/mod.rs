//! Stores sessions in a database, with a folder per session for its video.
//!
//! ```text
//! DATA/sessions/sessions.db       sessions, sets, repetitions, calibrations, events, and the samples in blocks
//! DATA/sessions/lock              held while sessions are created, recovered or removed
//! DATA/sessions/2026-11-22b/      the video; `lock` is held by the bendwise that records it
//! ```
//!
//! Rows are created before folders and deleted after them, so every folder has a row, and what a crash leaves is
//! identified by its state and its free lock. [`Store::open`] cleans that up. Folders without a row belong to a damaged
//! database that was moved aside: they are never touched.

mod archive_key;
mod asked;
pub mod block;
mod code;
mod create;
mod database;
mod error;
mod giving;
mod handle;
mod history;
mod id;
pub mod journal;
pub mod mobility_record;
mod name;
mod note_queue;
mod package;
mod pause;
mod person;
mod person_build;
#[cfg(test)]
mod person_tests;
mod place;
mod practice_days;
mod prescriptions;
mod query;
mod read;
pub mod recorder;
mod recovery;
mod reserve;
pub mod retention;
mod room;
pub mod sample;
mod sample_source;
mod score;
mod seen_side;
mod set_follower;
mod stored_field;
mod stored_posture;
mod stored_repetition;
mod stored_time;
#[cfg(test)]
mod tests;
pub mod trend;
mod wipe;
mod writer;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use archive_key::ArchiveKey;
pub use create::NewSession;
pub use error::StoreError;
pub use handle::Store;
pub use id::PersonId;
pub(crate) use id::{ANONYMOUS, anonymous_uid, is_uid};
pub use name::{is_same_name, looks, looks_same};
pub use package::{
    LARGEST_PRESCRIPTION, LeftOut, PackageError, PackageImport, PackedPrescription, PersonImport, PersonPackage,
    prescription_in, write_prescription,
};
pub use pause::{PauseFollower, stay_at_bottom};
pub use person::{OwnFullBend, Person};
pub use practice_days::{PracticeDays, has_practised};
pub use prescriptions::ReceivedPrescription;
pub use query::{SessionEntry, SessionFilter, SessionState};
pub use read::{Session, Set};
pub use recovery::RecoveryNotice;
pub use sample_source::{SampleSource, StoredSamples};
pub use score::{Instrument, Score};
pub use seen_side::SeenSide;
pub use set_follower::{CountedRepetitions, RepetitionCounter};
pub(crate) use stored_field::{FieldValue, StoredField, StoredFields};
pub use stored_posture::StoredPosture;
pub(crate) use stored_posture::segments;
pub use stored_repetition::StoredRepetition;
pub use wipe::Wiped;
pub use writer::{Happening, LostCounts, SessionWriter, StoredCalibration};

use self::handle::lock;
use crate::app_dirs::Paths;
use crate::owner_only;

/// Name of the sessions folder in the data folder.
const FOLDER: &str = "sessions";

impl Store {
    /// The sessions folder of this user.
    pub fn folder(paths: &Paths) -> PathBuf {
        paths.data.join(FOLDER)
    }

    /// Opens the store, creates it if there is none, and recovers sessions after a crash. Returns what was recovered.
    ///
    /// # Errors
    /// If the folder cannot be written, or the database was written by a newer bendwise.
    pub fn open(paths: &Paths) -> Result<(Self, Vec<RecoveryNotice>), StoreError> {
        let folder = Self::folder(paths);
        place::check(&folder)?;
        Self::open_in(folder)
    }

    fn open_in(folder: PathBuf) -> Result<(Self, Vec<RecoveryNotice>), StoreError> {
        owner_only::folder(&folder).map_err(|cause| StoreError::File { path: folder.clone(), cause })?;
        let _alone = match lock(&folder) {
            // Nothing there can be changed by anybody, but all of it be read.
            Err(_) if room::is_read_only(&folder) => return Ok((Self::opened(&folder)?, Vec::new())),
            locked => locked?,
        };
        let films = place::films_without_list(&folder);
        let (store, mut notices) = match Self::open_recovered(&folder) {
            Err(error) if error.is_corrupt() => {
                let aside = recovery::set_aside(&folder)?;
                let (store, mut notices) = Self::open_recovered(&folder)?;
                notices.push(RecoveryNotice::SetAside(aside));
                (store, notices)
            }
            opened => opened?,
        };
        notices.extend(films.map(|films| RecoveryNotice::ListGone { folder, films }));
        Ok((store, notices))
    }

    /// Like [`Store::open`], but creates nothing where nothing was ever kept. Returns `None` there.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn find(paths: &Paths) -> Result<Option<(Self, Vec<RecoveryNotice>)>, StoreError> {
        let folder = Self::folder(paths);
        let is_there = place::holds_list(&folder)? || place::films_without_list(&folder).is_some();
        is_there.then(|| Self::open_in(folder)).transpose()
    }

    fn opened(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self::new(folder.to_owned(), database::open(folder)?))
    }

    fn open_recovered(folder: &Path) -> Result<(Self, Vec<RecoveryNotice>), StoreError> {
        let store = Self::opened(folder)?;
        match store.recover() {
            // What was interrupted waits until there is room; what is kept can be read, and deleted to make some.
            Err(error) if !error.is_corrupt() && !room::has_room(folder) => {
                tracing::debug!("not recovered: {error}");
                Ok((store, Vec::new()))
            }
            recovered => recovered.map(|notices| (store, notices)),
        }
    }

    /// Returns the errors that SQLite finds in the database, none if it is intact.
    ///
    /// # Errors
    /// If the check itself fails.
    pub fn faults(&self) -> Result<Vec<String>, StoreError> {
        database::faults(&self.database).map_err(self.failed())
    }

    /// Total size of the database and videos on the disk, bytes.
    pub fn size(&self) -> u64 {
        size(&self.folder)
    }
}

/// Size of a file, or of all files below a folder, bytes. Unreadable files count as 0.
fn size(path: &Path) -> u64 {
    let below = |entry: io::Result<fs::DirEntry>| entry.map_or(0, |entry| size(&entry.path()));
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::read_dir(path).map_or(0, |entries| entries.map(below).sum()),
        Ok(found) => found.len(),
        Err(_) => 0,
    }
}
