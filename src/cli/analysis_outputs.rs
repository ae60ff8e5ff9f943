//! The files that an analysis was asked to write. Each appears at the end, whole, or not at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow};

use super::annotation::Annotation;
use super::arguments::AnalyzeArgs;
use super::recording_setup;
use super::{Exit, exit};
use crate::atomic_file::{AtomicFile, AtomicFileError};
use crate::export::samples::Samples;
use crate::export::summary::Ledger;
use crate::i18n::Words;
use crate::pipeline::{Observation, Scene};
use crate::source::pictures;
use crate::store::recorder::{Recorder, RecordingStatus};

/// The outputs in the making.
pub(super) struct AnalysisOutputs {
    samples: Option<Samples<AtomicFile>>,
    summary: Option<AtomicFile>,
    annotation: Option<Annotation>,
    kept: Option<(Recorder, RecordingStatus)>,
    ledger: Ledger,
}

impl AnalysisOutputs {
    /// Takes hold of every place that will be written to; `source` is what is analysed, as the person named it.
    ///
    /// # Errors
    /// When one of them cannot be written to.
    pub(super) fn create(asked: &AnalyzeArgs, source: &str, words: &Arc<Words>) -> Result<Self> {
        Ok(Self {
            samples: asked.samples.as_deref().map(|path| begin(path, source)).transpose()?,
            summary: asked.summary.as_deref().map(AtomicFile::create).transpose()?,
            annotation: asked
                .annotate
                .as_deref()
                .map(|path| Annotation::create(path, Arc::clone(words)))
                .transpose()?,
            kept: None,
            ledger: Ledger::default(),
        })
    }

    /// Also keeps a session.
    pub(super) fn keep(&mut self, kept: (Recorder, RecordingStatus)) {
        self.kept = Some(kept);
    }

    /// Takes back what would stay even if nothing is finished: the session.
    pub(super) fn discard(&mut self) {
        if let Some((recorder, _)) = self.kept.take() {
            recorder.discard();
        }
    }

    /// Adds one frame to each.
    pub(super) fn record(&mut self, seen: &Observation) -> Result<()> {
        let (time, measurement) = (seen.frame.time, &seen.measurement);
        self.ledger.record(time, measurement, &seen.progress);
        if let Some(samples) = &mut self.samples {
            let recorded = samples.record(time, seen.frame.number, measurement);
            recorded.map_err(|cause| samples.out().failed(cause))?;
        }
        if let Some((recorder, _)) = &mut self.kept {
            recorder.observe(seen, None);
        }
        if let Some(annotation) = &mut self.annotation {
            annotation.record(&Scene::from(seen))?;
        }
        Ok(())
    }

    /// What was counted so far.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Completes the files and puts them in their places.
    pub(super) fn finish(self, source: &str, dropped: u64) -> Result<Ledger> {
        if let Some((recorder, recording)) = self.kept {
            recorder.finish(dropped);
            recording
                .stopped()
                .map_or(Ok(()), |reason| Err(anyhow!("The session is not kept as a whole: {reason}")))?;
            recording_setup::tell(&recording);
        }
        if let Some(annotation) = self.annotation {
            annotation.finish()?;
        }
        if let Some(samples) = self.samples {
            samples.into_out().finish()?;
        }
        if let Some(mut pending) = self.summary {
            let written = self.ledger.summary(source, env!("CARGO_PKG_VERSION"), dropped).write(&mut pending);
            written.map_err(|cause| pending.failed(cause))?;
            pending.finish()?;
        }
        Ok(self.ledger)
    }
}

fn begin(path: &Path, source: &str) -> Result<Samples<AtomicFile>> {
    let pending = AtomicFile::create(path)?;
    let begun = Samples::begin(pending, source, env!("CARGO_PKG_VERSION"));
    Ok(begun.map_err(|cause| AtomicFileError::Unwritable { path: path.to_owned(), cause })?)
}

/// The first output that would overwrite an input, a picture in an input folder or another output.
pub(super) fn clash<'o>(sources: &[PathBuf], outputs: impl IntoIterator<Item = Option<&'o Path>>) -> Option<&'o Path> {
    let mut taken: Vec<PathBuf> = sources.iter().flat_map(|path| inputs(path)).map(|path| identity(&path)).collect();
    for output in outputs.into_iter().flatten() {
        let place = identity(output);
        if taken.contains(&place) {
            return Some(output);
        }
        taken.push(place);
    }
    None
}

/// Refuses to overwrite this.
pub(super) fn refuse(clash: &Path) -> Exit {
    exit::tell(&format!(
        "{} would be overwritten, for it is an input or another output: give each output a name of its own",
        clash.display()
    ));
    Exit::Usage
}

/// The files that a source is read from.
fn inputs(source: &Path) -> Vec<PathBuf> {
    pictures::in_folder(source).unwrap_or_else(|_| vec![source.to_owned()])
}

/// The same for two names of one file, whether it exists yet or not.
fn identity(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}
