//! The files that a command line names to be written. One guard for all commands: no output ever takes the place of an
//! input, of another output or of a kept session.
//!
//! What `-o`, `compare --json` and their like name must not exist yet. The outputs of an analysis replace those of an earlier one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::exit::UsageError;
use super::setup::Setup;
use crate::source::pictures;
use crate::store::Store;
use crate::visible::visible;

/// The places that are taken.
pub(super) struct OutputFiles {
    taken: Vec<PathBuf>,
    sessions: PathBuf,
}

impl OutputFiles {
    /// Of a command that reads these inputs: files, and folders of pictures.
    pub(super) fn beside(setup: &Setup, inputs: &[PathBuf]) -> Self {
        let taken = inputs.iter().flat_map(|path| files(path)).map(|path| identity(&path)).collect();
        Self { taken, sessions: identity(&Store::folder(&setup.paths)) }
    }

    /// Takes a place; a file there is replaced.
    ///
    /// # Errors
    /// [`UsageError`] if it belongs to an input, another output or the kept sessions, or is `-`: results are files, whole or not at all.
    pub(super) fn take(&mut self, path: &Path) -> Result<()> {
        if path == Path::new("-") {
            let sentence = "- is not the standard output here: give the name of a file (./- for one that is called so)";
            return Err(UsageError(sentence.to_owned()).into());
        }
        let place = identity(path);
        if self.taken.contains(&place) {
            let path = visible(&path.display());
            let sentence = "would be overwritten, as it is an input or another output: give each output its own name";
            return Err(UsageError(format!("{path} {sentence}")).into());
        }
        if place.starts_with(&self.sessions) {
            let path = visible(&path.display());
            return Err(UsageError(format!("{path} is where the kept sessions are: choose another place")).into());
        }
        self.taken.push(place);
        Ok(())
    }

    /// Takes a place where there is no file yet; `option` names another.
    ///
    /// # Errors
    /// As [`Self::take`], or if there is a file.
    pub(super) fn take_new(&mut self, path: &Path, option: &str) -> Result<()> {
        self.take(path)?;
        if path.exists() {
            bail!("{} already exists: give another name with {option}", visible(&path.display()));
        }
        Ok(())
    }

    /// The same for a command that replaces files with the option `force`.
    ///
    /// # Errors
    /// As [`Self::take_new`].
    pub(super) fn take_unless_forced(&mut self, path: &Path, option: &str, force: &str) -> Result<()> {
        self.take(path)?;
        if path.exists() {
            bail!(
                "{} already exists: give another name with {option}, or replace it with {force}",
                visible(&path.display())
            );
        }
        Ok(())
    }

    /// Refuses a file as the place of several outputs.
    ///
    /// # Errors
    /// [`UsageError`] if `named` is no folder that exists.
    pub(super) fn check_room(named: Option<&Path>, ids: &[String]) -> Result<()> {
        let is_one = ids.iter().all(|id| *id == ids[0]);
        if !is_one && named.is_some_and(|output| !output.is_dir()) {
            let sentence = "-o names one file for several sessions: give it a folder that exists, or leave it out";
            return Err(UsageError(sentence.to_owned()).into());
        }
        Ok(())
    }

    /// The path of an output: the one named with `-o`; in it, if it is a folder, or without it in the current folder, the default name.
    pub(super) fn path_or(named: Option<&Path>, default: String) -> PathBuf {
        match named {
            Some(folder) if folder.is_dir() => folder.join(default),
            Some(file) => file.to_owned(),
            None => PathBuf::from(default),
        }
    }

    /// The place of the one output of a command: the one named with `-o`, or the default name in the current folder.
    ///
    /// # Errors
    /// As [`Self::take_new`].
    pub(super) fn named_or(&mut self, named: Option<&Path>, default: String) -> Result<PathBuf> {
        let path = named.map_or_else(|| PathBuf::from(default), Path::to_owned);
        self.take_new(&path, "-o")?;
        Ok(path)
    }
}

/// The files that an input consists of.
fn files(input: &Path) -> Vec<PathBuf> {
    pictures::in_folder(input).unwrap_or_else(|_| vec![input.to_owned()])
}

/// A canonical path, equal for two names of the same file even if it does not exist yet.
fn identity(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}
