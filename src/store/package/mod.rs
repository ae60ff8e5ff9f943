//! A session as one file, `.bendwise`, to take to another machine: a zip that any program opens.
//!
//! ```text
//! manifest.json   the form of the file, and the length and SHA-256 of each of the others
//! session.json    all of the session but its samples: [`Portable`]
//! samples         its blocks one after another, each after its length (four bytes, lowest first): `block/mod.rs`
//! video.mp4       where there is one
//! ```
//!
//! Such a file may come from anybody. [`import`] looks at all of it before anything is written, takes nothing for larger than
//! it may be, and never uses a name that stands in it.

mod export;
mod import;
mod portable;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use zip::result::ZipError;

use super::StoreError;
use crate::atomic_file::AtomicFileError;
use portable::Portable;

/// The form of the file that is written; the only one that is read.
const FORMAT: u32 = 1;

/// What lies in the zip. Every other name is refused.
const MANIFEST: &str = "manifest.json";
const SESSION: &str = "session.json";
const SAMPLES: &str = "samples";
const VIDEO: &str = "video.mp4";

/// What each may hold at most, bytes: a session of eight hours without the video fits eight times.
const LARGEST_MANIFEST: u64 = 64 << 10;
const LARGEST_SESSION: u64 = 64 << 20;
const LARGEST_SAMPLES: u64 = 1 << 30;
const LARGEST_VIDEO: u64 = 32 << 30;

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Manifest {
    /// [`FORMAT`] when it was written.
    format: u32,
    /// The bendwise that wrote it.
    program: String,
    /// Each other file.
    files: BTreeMap<String, Seal>,
}

/// What a file must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seal {
    bytes: u64,
    sha256: String,
}

/// Why a session cannot be exported or imported.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The store does not give it, or does not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] AtomicFileError),
    /// The file cannot be read.
    #[error("{0} cannot be read: look whether it is there and whether this user may read it ({1})")]
    Unreadable(String, #[source] io::Error),
    /// It is something else.
    #[error("{0} is no session of bendwise: give a file that `bendwise sessions export` made ({1})")]
    Foreign(String, &'static str),
    /// It is not what was exported.
    #[error("{0} is damaged, and nothing of it was taken: export the session again ({1})")]
    Damaged(String, String),
    /// It has a form that this program does not know.
    #[error("{0} was written by a newer bendwise: update bendwise to import it")]
    Newer(String),
    /// The session is here.
    #[error("{0} is here already, as session {1}: delete that first if you want to import it anew")]
    Here(String, String),
}

/// What is wrong with the inside of a file, before it is known which file.
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

    /// The error for the file of this name.
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
