//! Writes a stored session in any export format.

use std::io::{self, Write};

use super::format::ExportFormat;
#[cfg(feature = "parquet")]
use super::parquet;
use super::samples::Samples;
use super::summary::Ledger;
use super::{KeptSession, c3d, opensim};
use crate::coach::Progress;
use crate::store::SessionEntry;

impl KeptSession {
    /// Writes the session in this format.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, format: ExportFormat, out: impl Write + Send) -> io::Result<()> {
        match format {
            ExportFormat::Csv => self.write_samples(out),
            ExportFormat::Json => self.write_summary(out),
            #[cfg(feature = "parquet")]
            ExportFormat::Parquet => parquet::write(self, out),
            ExportFormat::Trc => opensim::write_markers(self, out),
            ExportFormat::Mot => opensim::write_motion(self, out),
            ExportFormat::C3d => c3d::write(self, out),
        }
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
