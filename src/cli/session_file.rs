//! A session in a `.bendwise` file, which is unpacked into a temporary folder.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use tempfile::TempDir;

use super::exit;
use super::setup::Setup;
use crate::app_dirs::Paths;
use crate::store::{SessionEntry, Store, StoreError};
use crate::visible::visible;

/// The extension of session files.
const EXTENSION: &str = "bendwise";

/// The folder of an unpacked session, which is removed when this is dropped.
pub(super) struct UnpackedFolder(#[expect(dead_code, reason = "it is there to be dropped")] TempDir);

/// An unpacked session.
pub(super) struct UnpackedSession {
    /// The store that holds nothing else.
    pub store: Store,
    /// The session in it.
    pub entry: SessionEntry,
    /// Where it lies.
    pub folder: UnpackedFolder,
}

/// Whether a path names such a file.
pub(super) fn is_one(path: &Path) -> bool {
    path.extension() == Some(OsStr::new(EXTENSION))
}

/// Unpacks and opens a file.
pub(super) fn open(setup: &Setup, path: &Path) -> Result<UnpackedSession> {
    let folder = TempDir::new().context("The session cannot be unpacked: check whether the disk is full")?;
    let paths = Paths { data: folder.path().to_owned(), ..setup.paths.clone() };
    let (store, _) = Store::open(&paths)?;
    if store.import(None, path)?.is_filmless {
        exit::report("The session is shown without its video, which cannot be played");
    }
    let (store, _) = Store::open(&paths)?;
    let entry = store.named("last")?;
    Ok(UnpackedSession { store, entry, folder: UnpackedFolder(folder) })
}

/// The error for a name that stands for neither a kept session nor a file.
pub(super) fn nor_a_file(error: StoreError, name: &str) -> anyhow::Error {
    match error {
        StoreError::Unknown { .. } | StoreError::Empty | StoreError::NoneOf { .. } if Path::new(name).exists() => {
            anyhow!("{error}. What is called {} here is no session in a file", visible(&name))
        }
        StoreError::Unknown { .. } => anyhow!("{error}. Nor is there a file of this name"),
        StoreError::Empty if name != "last" => anyhow!("{error}. Nor is there a file {}", visible(&name)),
        other => other.into(),
    }
}
