//! The files that an analysis was asked to write. Each appears at the end, whole, or not at all.

use anyhow::{Context, Result};

use super::annotation::Annotation;
use super::arguments::Analyze;
use crate::chain::Observation;
use crate::session::export::samples::Samples;
use crate::session::export::summary::Tally;
use crate::session::export::{ExportError, Pending};

/// The outputs in the making.
pub(super) struct Outputs {
    samples: Option<(Pending, Samples)>,
    summary: Option<Pending>,
    annotation: Option<Annotation>,
    tally: Tally,
}

impl Outputs {
    /// Takes hold of every place that will be written to.
    ///
    /// # Errors
    /// When one of them cannot be written to.
    pub(super) fn create(asked: &Analyze) -> Result<Self> {
        let pending = |path: &Option<std::path::PathBuf>| path.as_deref().map(Pending::create).transpose();
        Ok(Self {
            samples: pending(&asked.samples)?.map(|file| (file, Samples::default())),
            summary: pending(&asked.summary)?,
            annotation: pending(&asked.annotate)?.map(Annotation::new),
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
        if let Some((file, samples)) = self.samples {
            write(file, |out| samples.write(out, source))?;
        }
        if let Some(file) = self.summary {
            write(file, |out| self.tally.summary(source, dropped).write(out))?;
        }
        Ok(self.tally)
    }
}

fn write(file: Pending, fill: impl FnOnce(&mut dyn std::io::Write) -> Result<(), ExportError>) -> Result<()> {
    let place = file.target().display().to_string();
    file.write(fill).context(place)
}
