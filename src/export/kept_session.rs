//! A kept session, written as a file that other programs read.

use std::io::{self, Write};

use super::format::ExportFormat;
use super::samples::Samples;
use super::summary::Ledger;
use super::{c3d, opensim, parquet};
use crate::coach::Progress;
use crate::geometry::Measurement;
use crate::store::sample::Sample;
use crate::store::{Session, SessionEntry, Store, StoreError, StoredRepetition};

/// All that is kept of a session.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// All but its samples.
    pub session: Session,
    /// Its samples, in their order.
    pub samples: Vec<Sample>,
}

impl KeptSession {
    /// Reads a session.
    ///
    /// # Errors
    /// When the database cannot be read, or a block in it is damaged.
    pub fn read(store: &Store, entry: &SessionEntry) -> Result<Self, StoreError> {
        Ok(Self { session: store.session(entry)?, samples: store.samples(entry)? })
    }

    /// Writes it in this form.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write(&self, format: ExportFormat, out: impl Write + Send) -> io::Result<()> {
        match format {
            ExportFormat::Csv => self.write_samples(out),
            ExportFormat::Json => self.write_summary(out),
            ExportFormat::Parquet => parquet::write(self, out),
            ExportFormat::Trc => opensim::write_markers(self, out),
            ExportFormat::Mot => opensim::write_motion(self, out),
            ExportFormat::C3d => c3d::write(self, out),
        }
    }

    /// Every sample with what was measured in it.
    pub(super) fn measured(&self) -> impl Iterator<Item = (&Sample, Measurement)> {
        self.samples.iter().map(|sample| (sample, sample.measurement(self.session.standing(sample.time))))
    }

    /// The repetition in which a sample was taken.
    pub(super) fn repetition(&self, sample: &Sample) -> Option<&StoredRepetition> {
        let goes_on = |kept: &&StoredRepetition| (kept.repetition.start..=kept.repetition.end).contains(&sample.time);
        self.session.repetitions.iter().find(goes_on)
    }

    fn write_samples(&self, out: impl Write) -> io::Result<()> {
        let SessionEntry { source, program, .. } = &self.session.entry;
        let mut samples = Samples::begin(out, source, program)?;
        for (sample, measurement) in self.measured() {
            samples.record(sample.time, sample.number, &measurement)?;
        }
        Ok(())
    }

    fn write_summary(&self, out: impl Write) -> io::Result<()> {
        let SessionEntry { source, program, missed, .. } = &self.session.entry;
        let repetitions = self.session.repetitions.iter().map(|kept| kept.repetition).collect();
        let progress = Progress { repetitions, ..Progress::default() };
        let mut ledger = Ledger::default();
        for (sample, measurement) in self.measured() {
            ledger.record(sample.time, &measurement, &progress);
        }
        ledger.summary(source, program, *missed).write(out)
    }
}
