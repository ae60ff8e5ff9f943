//! A session as a single `.bendwise` file for another machine: an ordinary zip.
//!
//! ```text
//! manifest.json   the format version, and the length and SHA-256 of each other file
//! session.json    the whole session except its samples: [`Portable`]
//! samples         its blocks, each preceded by its length (four bytes, little-endian): `block/mod.rs`
//! video.mp4       if there is a video
//! ```
//!
//! A prescription for somebody on another machine travels in such a file, too: the manifest and `prescription.toml`,
//! and `ended` where it was ended.
//!
//! Such files are untrusted. [`import`] checks the whole file before anything is written, limits all sizes, and never
//! uses a file name from it. Samples are unpacked one block at a time, and never more frames than `session.json` has.

mod export;
mod import;
mod person;
mod person_import;
mod plausibility;
mod portable;
mod prescription;
mod sample_blocks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use zip::result::ZipError;

use super::{StoreError, block};
use crate::atomic_file::AtomicFileError;
use crate::prescription::given::FARTHEST_AHEAD;
pub use import::PackageImport;
pub use person_import::{LeftOut, PersonImport, PersonPackage};
use portable::Portable;
pub use prescription::{LARGEST_PRESCRIPTION, PackedPrescription, prescription_in, write_prescription};

/// The format version. Only this one is written and read.
const FORMAT: u32 = 1;

/// The files in the zip. Any other name is refused.
const MANIFEST: &str = "manifest.json";
const SESSION: &str = "session.json";
const SAMPLES: &str = "samples";
const VIDEO: &str = "video.mp4";

/// The files beside the manifest in a package of a prescription: itself, and its last day where it was ended.
const PRESCRIPTION: &str = "prescription.toml";
const ENDED: &str = "ended";

/// Size limits, bytes: a session of eight hours without video fits twice. Its rows take some seven times as much in memory.
const LARGEST_MANIFEST: u64 = 64 << 10;
const LARGEST_SESSION: u64 = 16 << 20;
const LARGEST_SAMPLES: u64 = 1 << 30;
const LARGEST_VIDEO: u64 = 32 << 30;

/// Largest packed block, bytes: DEFLATE makes what it cannot pack hardly larger.
const LARGEST_BLOCK: usize = block::LARGEST_BODY + (64 << 10);

/// The most frames of a session: a day of 120 pictures a second [own].
const MOST_FRAMES: u64 = 24 * 3600 * 120;

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Manifest {
    /// The format version, [`FORMAT`] when it was written.
    format: u32,
    /// The version of bendwise that wrote it.
    program: String,
    /// When the prescription in it was given: of several that arrive in any order the one that was given last counts. Missing in
    /// files of older versions, and where there is a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<String>,
    /// The pseudonym of whom it was given to, which is the same on all of their machines, whatever they are called there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// The same prescription as it had ended where this one was written, if it had: this one is given anew. Earlier versions do not
    /// know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_before: Option<EndedBefore>,
    /// The other files.
    files: BTreeMap<String, FileDigest>,
}

/// A prescription that was given before, and has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EndedBefore {
    /// When it was given.
    given: String,
    /// Its last day; before its first day if it was withdrawn.
    ended: String,
}

/// The time by this machine's clock, against which the dates are held that another machine wrote.
fn now() -> Timestamp {
    Timestamp::now()
}

/// Whether a day is farther ahead than any clock that is right.
fn is_too_far_ahead(day: Date) -> bool {
    let last = (now() + FARTHEST_AHEAD).to_zoned(TimeZone::UTC).date();
    day > last
}

/// The expected length and checksum of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileDigest {
    bytes: u64,
    sha256: String,
}

/// Why a session cannot be exported or imported.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] AtomicFileError),
    /// The file is not there.
    #[error("There is no file {0}: check the name")]
    Absent(String),
    /// The file cannot be read.
    #[error("{0} cannot be read: check that this user may read it ({1})")]
    Unreadable(String, #[source] io::Error),
    /// The file is not a session of bendwise.
    #[error("{0} is not a session of bendwise: give a file written by `bendwise sessions export` ({1})")]
    Foreign(String, &'static str),
    /// The file was changed after the export.
    #[error("{0} is damaged, and nothing was imported: export the session again ({1})")]
    Damaged(String, String),
    /// The file has a format that this program does not know.
    #[error("{0} was written by a newer bendwise: update bendwise to import it")]
    Newer(String),
    /// The user named somebody else than the person whose it is.
    #[error("{0} is a session of {1}, who practises here: leave out --person and BENDWISE_PERSON")]
    Theirs(String, String),
    /// Whoever it is of is not known here.
    #[error(
        "{0} is a session of somebody who is not known here: say whose it is with --person NAME (`bendwise people add NAME` adds somebody)"
    )]
    Whose(String),
    /// Whoever it is of is not known here, and only somebody without a name is.
    #[error(
        "{0} is a session of somebody who is not known here: if it is of the one who practised here without a name, say so with --person {1}; \
         if not, add whoever it is first (`bendwise people add NAME`) and say --person NAME"
    )]
    WhoseUnnamed(String, String),
    /// The file is not a person of bendwise.
    #[error("{0} is not a person of bendwise: give a folder written by `bendwise people export` ({1})")]
    ForeignPerson(String, &'static str),
    /// The file of a person was changed after the export.
    #[error("{0} is damaged, and nothing was imported: export the person again ({1})")]
    DamagedPerson(String, String),
    /// A session of a person is not where it was written.
    #[error("{0} is not complete, and nothing was imported: there is no file {1}")]
    Missing(String, String),
    /// A session beside a person is one of somebody else.
    #[error("{0} is a session of somebody else than {1}, and nothing was imported: export the person again")]
    OfAnother(String, String),
    /// Somebody else has the name of a person.
    #[error("{0} cannot be added as {1}, as somebody else here is called that: give another name with --as NAME")]
    SameName(String, String),
    /// The pseudonym is that of somebody who has another name.
    #[error(
        "{0} is of {1}, who has the pseudonym of {2} here, and nothing was imported: if it is the same person, give them the same name first \
         (`bendwise people rename`)"
    )]
    OtherName(String, String, String),
    /// A person who was to get another name is here already.
    #[error("{0} is of {1}, who is here already: leave out --as (`bendwise people rename` gives another name)")]
    PersonHere(String, String),
    /// What it holds is of a time that this machine's clock will not reach.
    #[error(
        "{0} is of {1}, more than a year ahead of this machine's clock, and nothing was imported: set the clock that is wrong, \
         this machine's or that of the one that wrote it"
    )]
    Ahead(String, String),
    /// The session exists already.
    #[error("{0} exists already as session {1}: delete that first to import it again")]
    Here(String, String),
    /// The session was deleted, but something of it is still there.
    #[error(
        "{0} is the session {1}, whose deletion has not come to its end: clear what is in its way, then import it again ({2})"
    )]
    Leaving(String, String, String),
    /// It exists already, but for what tells whose it is, which one of the two lacks.
    #[error(
        "{0} holds the session {1} once more, one of them anonymous, and they would count as two: delete that first to import it"
    )]
    Twin(String, String),
}

/// An error in the contents of a file, without its name.
#[derive(Debug)]
enum PackageFault {
    Foreign(&'static str),
    Damaged(String),
    Newer,
}

impl PackageFault {
    fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Damaged(what.to_string())
    }

    /// Adds the file name.
    fn of(self, name: &str) -> PackageError {
        let name = name.to_owned();
        match self {
            Self::Foreign(why) => PackageError::Foreign(name, why),
            Self::Damaged(why) => PackageError::Damaged(name, why),
            Self::Newer => PackageError::Newer(name),
        }
    }
}

impl From<ZipError> for PackageFault {
    fn from(error: ZipError) -> Self {
        Self::damaged(error)
    }
}

impl From<io::Error> for PackageFault {
    fn from(error: io::Error) -> Self {
        Self::damaged(error)
    }
}
