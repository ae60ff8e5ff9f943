//! The files that an analysis was asked to write. Each appears at the end, whole, or not at all.

use std::fs;
use std::io::{BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::annotation::Annotation;
use super::arguments::Analyze;
use crate::chain::Observation;
use crate::session::export::ExportError;
use crate::session::export::samples::Samples;
use crate::session::export::summary::Tally;
use crate::session::pending::Pending;

/// The outputs in the making.
pub(super) struct Outputs {
    samples: Option<(Place, Samples)>,
    summary: Option<Place>,
    annotation: Option<Annotation>,
    tally: Tally,
}

/// Where a file will stand, by the name that the person gave.
struct Place {
    name: PathBuf,
    pending: Pending,
}

impl Outputs {
    /// Takes hold of every place that will be written to.
    ///
    /// # Errors
    /// When one of them cannot be written to.
    pub(super) fn create(asked: &Analyze) -> Result<Self> {
        let place = |path: &Option<PathBuf>| path.as_deref().map(Place::create).transpose();
        Ok(Self {
            samples: place(&asked.samples)?.map(|place| (place, Samples::default())),
            summary: place(&asked.summary)?,
            annotation: asked.annotate.as_deref().map(Annotation::create).transpose()?,
            tally: Tally::default(),
        })
    }

    /// Adds one frame to each.
    pub(super) fn record(&mut self, seen: &Observation) -> Result<()> {
        let (time, measurement) = (seen.frame.time, &seen.measurement);
        self.tally.record(time, measurement, &seen.progress);
        if let Some((_, samples)) = &mut self.samples {
            samples.record(time, seen.frame.number, measurement);
        }
        if let Some(annotation) = &mut self.annotation {
            annotation.record(seen)?;
        }
        Ok(())
    }

    /// What was counted so far.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Writes the files and puts them in their places.
    pub(super) fn finish(self, source: &str, dropped: u64) -> Result<Tally> {
        if let Some(annotation) = self.annotation {
            annotation.finish()?;
        }
        if let Some((place, samples)) = self.samples {
            place.fill(|out| samples.write(out, source))?;
        }
        if let Some(place) = self.summary {
            place.fill(|out| self.tally.summary(source, dropped).write(out))?;
        }
        Ok(self.tally)
    }
}

/// The first output that would overwrite an input or another output.
pub(super) fn clash(asked: &Analyze) -> Option<&Path> {
    let outputs = [&asked.samples, &asked.summary, &asked.annotate];
    let mut taken: Vec<PathBuf> = asked.sources.iter().map(|path| identity(path)).collect();
    for output in outputs.into_iter().filter_map(Option::as_deref) {
        let place = identity(output);
        let may_be_shared = fs::metadata(output).is_ok_and(|found| !found.is_file()); // /dev/null
        if !may_be_shared && taken.contains(&place) {
            return Some(output);
        }
        taken.push(place);
    }
    None
}

/// The same for two names of one file, whether it exists yet or not.
fn identity(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}

impl Place {
    fn create(name: &Path) -> Result<Self> {
        let pending = Pending::create(name).with_context(|| unwritable(name))?;
        Ok(Self { name: name.to_owned(), pending })
    }

    fn fill(self, write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>) -> Result<()> {
        let Self { name, pending } = self;
        let filled = || -> Result<()> {
            let mut out = BufWriter::new(pending.open()?);
            write(&mut out)?;
            Ok(pending.finish(out.into_inner().map_err(IntoInnerError::into_error)?)?)
        };
        filled().with_context(|| unwritable(&name))
    }
}

fn unwritable(name: &Path) -> String {
    format!("{} cannot be written: choose another place, or make room", name.display())
}
