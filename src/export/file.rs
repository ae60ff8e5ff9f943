//! The files that a stored session is exported to.

use std::io::{self, Write};
use std::time::Duration;

use super::format::ExportFormat;
use super::motion::{Motion, motions};
#[cfg(feature = "parquet")]
use super::parquet;
use super::samples::{Samples, meaning};
use super::stretches::FEWEST_ROWS;
use super::summary::Ledger;
use super::{CsvDialect, KeptSession, c3d, trc};
use crate::coach::Progress;
use crate::geometry::State;
use crate::store::SessionEntry;

/// A session cannot be exported in the format that was asked for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// There is no stretch that a motion can be read from.
    #[error(
        "{session} has no motion: {measured} of its {frames} frames were measured, never {FEWEST_ROWS} in a row, the fewest \
         that a motion is made of (mostly, {why}). Export it as csv, which says of each frame why it was not measured"
    )]
    NoMotion {
        /// The id of the session.
        session: String,
        /// The number of frames that were measured.
        measured: usize,
        /// The number of frames.
        frames: usize,
        /// What was in the way in most of the others.
        why: &'static str,
    },
}

/// A file of an export, not yet written.
#[derive(Debug)]
pub struct ExportFile<'s> {
    whole: &'s KeptSession,
    content: FileContent,
}

/// What the file contains.
#[derive(Debug)]
enum FileContent {
    Samples(CsvDialect),
    Summary,
    #[cfg(feature = "parquet")]
    Parquet,
    Markers,
    Motion(Motion),
    C3d,
}

impl KeptSession {
    /// The files that it is exported to in this format: one, but of motions one for each stretch that was measured.
    ///
    /// # Errors
    /// [`ExportError`] if there is nothing to export.
    pub fn files(&self, format: ExportFormat, dialect: CsvDialect) -> Result<Vec<ExportFile<'_>>, ExportError> {
        let contents = match format {
            ExportFormat::Csv => vec![FileContent::Samples(dialect)],
            ExportFormat::Json => vec![FileContent::Summary],
            #[cfg(feature = "parquet")]
            ExportFormat::Parquet => vec![FileContent::Parquet],
            ExportFormat::Trc => vec![FileContent::Markers],
            ExportFormat::Mot => motions(self).into_iter().map(FileContent::Motion).collect(),
            ExportFormat::C3d => vec![FileContent::C3d],
        };
        if contents.is_empty() {
            return Err(self.no_motion());
        }
        Ok(contents.into_iter().map(|content| ExportFile { whole: self, content }).collect())
    }

    fn no_motion(&self) -> ExportError {
        let count = |state| self.samples.iter().filter(|sample| sample.state == state).count();
        let others = State::ALL.into_iter().rev().filter(|state| *state != State::Measured);
        let most = others.max_by_key(|state| count(*state)).filter(|state| count(*state) > 0);
        ExportError::NoMotion {
            session: self.session.entry.id.clone(),
            measured: count(State::Measured),
            frames: self.samples.len(),
            why: most.map_or("it is too short", meaning),
        }
    }

    fn write_samples(&self, dialect: CsvDialect, out: impl Write) -> io::Result<()> {
        let SessionEntry { source, program, .. } = &self.session.entry;
        let mut samples = Samples::begin(out, dialect, source, program)?;
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

impl ExportFile<'_> {
    /// Of a motion, the times of its first and last row.
    pub fn span(&self) -> Option<(Duration, Duration)> {
        match &self.content {
            FileContent::Motion(motion) => motion.span(),
            _ => None,
        }
    }

    /// Of a motion, the number of its frames.
    pub fn frames(&self) -> Option<usize> {
        match &self.content {
            FileContent::Motion(motion) => Some(motion.len()),
            _ => None,
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, out: impl Write + Send) -> io::Result<()> {
        let whole = self.whole;
        match &self.content {
            FileContent::Samples(dialect) => whole.write_samples(*dialect, out),
            FileContent::Summary => whole.write_summary(out),
            #[cfg(feature = "parquet")]
            FileContent::Parquet => parquet::write(whole, out),
            FileContent::Markers => trc::write(whole, out),
            FileContent::Motion(motion) => motion.write(whole, out),
            FileContent::C3d => c3d::write(whole, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures::session;
    use crate::spine::Facing;

    #[test]
    fn no_motion_says_how_much_was_measured_and_what_was_in_the_way() {
        let whole = session(Facing::Right);
        let files = |whole: &KeptSession| whole.files(ExportFormat::Mot, CsvDialect::Standard).unwrap_err().to_string();
        let told = files(&whole);
        assert!(told.contains("2 of its 4 frames") && told.contains("mostly, nobody is in view"), "{told}");
        let short = KeptSession { samples: vec![whole.samples[1].clone()], ..whole };
        assert!(files(&short).contains("it is too short"), "{}", files(&short));
    }
}
