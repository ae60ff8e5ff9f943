//! A kept session, written as a file that other programs read.

use std::io::{self, Write};

#[cfg(feature = "parquet")]
use super::parquet;
use super::samples::Samples;
use super::summary::Ledger;
use super::{c3d, opensim};
use crate::coach::Progress;
use crate::geometry::Measurement;
use crate::store::sample::Sample;
use crate::store::{Session, SessionEntry, Store, StoreError};

/// All that is kept of a session.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// All but its samples.
    pub session: Session,
    /// Its samples, in their order.
    pub samples: Vec<Sample>,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive] // which there are depends on the features
pub enum Format {
    /// A row a frame, as `analyze --samples` writes it.
    Csv,
    /// The repetitions, as `analyze --summary` writes them.
    Json,
    /// A row a frame, for archives of many sessions.
    #[cfg(feature = "parquet")]
    Parquet,
    /// Joints and levels of the back as markers, for OpenSim.
    Trc,
    /// Angles as OpenSim's coordinates.
    Mot,
    /// Markers and angles, for motion laboratories.
    C3d,
}

impl Format {
    /// Whether it holds joints and levels of the back, not only angles.
    pub fn has_markers(self) -> bool {
        matches!(self, Self::Trc | Self::C3d)
    }

    /// What the names of its files end in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Trc => "trc",
            Self::Mot => "mot",
            Self::C3d => "c3d",
        }
    }
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
    pub fn write(&self, format: Format, out: impl Write + Send) -> io::Result<()> {
        match format {
            Format::Csv => self.write_samples(out),
            Format::Json => self.write_summary(out),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::write(self, out),
            Format::Trc => opensim::write_markers(self, out),
            Format::Mot => opensim::write_motion(self, out),
            Format::C3d => c3d::write(self, out),
        }
    }

    /// Every sample with what was measured in it.
    pub(super) fn measured(&self) -> impl Iterator<Item = (&Sample, Measurement)> {
        self.samples.iter().map(|sample| (sample, sample.measurement(self.session.standing(sample.time))))
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
