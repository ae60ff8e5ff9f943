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

/// For a folder, or a file whose name says nothing about what it holds.
pub(super) const ANY_ENDING: &str = "";

/// How the names of files end that programs open by their names; those of one format together.
const FORMATS: [&[&str]; 19] = [
    &["html", "htm"],
    &["pdf"],
    &["csv", "tsv"],
    &["xlsx", "xls", "ods"],
    &["docx", "doc", "odt"],
    &["json"],
    &["svg"],
    &["png", "jpg", "jpeg", "webp", "gif"],
    &["mp4", "m4v", "mov"],
    &["avi"],
    &["mkv"],
    &["webm"],
    &["parquet"],
    &["trc"],
    &["mot"],
    &["c3d"],
    &["toml"],
    &["bendwise"],
    &["zip", "gz", "tgz", "bz2", "xz", "tar", "7z"],
];

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

    /// Takes a place for a file whose name ends like this, or for one of any name or a folder (`ANY_ENDING`); a file there is replaced.
    ///
    /// # Errors
    /// [`UsageError`] if it belongs to an input, another output or the kept sessions, if its name ends as files of another format do, or if
    /// it is `-`: results are files, whole or not at all.
    pub(super) fn take(&mut self, path: &Path, ending: &str) -> Result<()> {
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
        check_ending(path, ending)?;
        self.taken.push(place);
        Ok(())
    }

    /// Takes a place where there is no file yet; `option` names another.
    ///
    /// # Errors
    /// As [`Self::take`], or if there is a file.
    pub(super) fn take_new(&mut self, path: &Path, option: &str, ending: &str) -> Result<()> {
        self.take(path, ending)?;
        if path.exists() {
            bail!("{} already exists: give another name with {option}", visible(&path.display()));
        }
        Ok(())
    }

    /// The same for a command that replaces files with the option `force`.
    ///
    /// # Errors
    /// As [`Self::take_new`].
    pub(super) fn take_unless_forced(
        &mut self,
        path: &Path,
        (option, force): (&str, &str),
        ending: &str,
    ) -> Result<()> {
        self.take(path, ending)?;
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

    /// The place of the page that is the one output of a command: the one named with `-o`, or the default name in the current folder.
    ///
    /// # Errors
    /// As [`Self::take_new`].
    pub(super) fn page_or(&mut self, named: Option<&Path>, default: String) -> Result<PathBuf> {
        let path = named.map_or_else(|| PathBuf::from(default), Path::to_owned);
        self.take_new(&path, "-o", "html")?;
        Ok(path)
    }
}

/// Refuses a name that ends as files of another format do: whoever opens it would be told that it is damaged.
fn check_ending(path: &Path, ending: &str) -> Result<()> {
    let written = ending.rsplit('.').next().unwrap_or_default();
    let said = path.extension().and_then(|said| said.to_str()).unwrap_or_default().to_ascii_lowercase();
    let is_other = |format: &&[&str]| format.contains(&said.as_str()) && !format.contains(&written);
    if ending != ANY_ENDING && FORMATS.iter().any(is_other) {
        let path = visible(&path.display());
        return Err(UsageError(format!(
            "{path} would not hold what a file with .{said} holds: give it a name that ends with .{written}"
        ))
        .into());
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_says_another_format_is_refused_and_any_other_name_is_not() {
        let refused =
            |name: &str, ending| check_ending(Path::new(name), ending).map_err(|error| error.to_string()).err();
        for (name, ending) in
            [("e.xlsx", "csv"), ("a.PDF", "html"), ("d.csv.gz", "csv"), ("b.csv", "fhir.json"), ("c.avi", "mp4")]
        {
            assert!(refused(name, ending).is_some_and(|told| told.starts_with(name)), "{name}");
        }
        let told = "e.xlsx would not hold what a file with .xlsx holds: give it a name that ends with .csv";
        assert_eq!(refused("e.xlsx", "csv").as_deref(), Some(told));
        let named_well = [
            ("a.csv", "csv"),
            ("a.HTM", "html"),
            ("a.mov", "mp4"),
            ("a.fhir.json", "fhir.json"),
            ("a", "csv"),
            ("2026-12-01.v2", "csv"),
            (".csv", "json"),
            ("anna.pdf", ANY_ENDING),
        ];
        for (name, ending) in named_well {
            assert_eq!(refused(name, ending), None, "{name}");
        }
    }
}
