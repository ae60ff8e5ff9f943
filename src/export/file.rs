//! The files that a stored session is exported to.

use std::io::Write;
use std::time::Duration;

use super::format::ExportFormat;
use super::motion::{Motion, motions};
#[cfg(feature = "parquet")]
use super::parquet;
use super::samples::{Samples, meaning};
use super::summary::Ledger;
use super::{CsvDialect, ExportError, SessionExport, c3d, fhir, trc};
use crate::coach::Progress;
use crate::geometry::State;
use crate::store::{SessionEntry, StoredRepetition};

/// A file of an export, not yet written.
#[derive(Debug)]
pub struct ExportFile<'s> {
    whole: &'s SessionExport<'s>,
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
    Fhir,
}

impl SessionExport<'_> {
    /// The files that it is exported to in this format: one, but of motions one for each stretch that was measured.
    ///
    /// # Errors
    /// [`ExportError`] if there is nothing to export, or the samples cannot be read.
    pub fn files(&self, format: ExportFormat, dialect: CsvDialect) -> Result<Vec<ExportFile<'_>>, ExportError> {
        let contents = match format {
            ExportFormat::Csv => vec![FileContent::Samples(dialect)],
            ExportFormat::Json => vec![FileContent::Summary],
            #[cfg(feature = "parquet")]
            ExportFormat::Parquet => vec![FileContent::Parquet],
            ExportFormat::Trc => vec![FileContent::Markers],
            ExportFormat::Mot => motions(self)?.into_iter().map(FileContent::Motion).collect(),
            ExportFormat::C3d => vec![FileContent::C3d],
            ExportFormat::Fhir => vec![FileContent::Fhir],
        };
        if contents.is_empty() {
            return Err(self.no_motion()?);
        }
        Ok(contents.into_iter().map(|content| ExportFile { whole: self, content }).collect())
    }

    fn no_motion(&self) -> Result<ExportError, ExportError> {
        let states = self.states()?;
        let others: Vec<_> = states.occurred().filter(|(state, _)| *state != State::Measured).collect();
        Ok(ExportError::NoMotion {
            session: self.session.entry.id.clone(),
            measured: states.frames_in(State::Measured),
            frames: states.frames(),
            why: others
                .iter()
                .rev()
                .max_by_key(|(_, count)| *count)
                .map_or("it is too short", |(state, _)| meaning(*state)),
        })
    }

    fn write_samples(&self, dialect: CsvDialect, out: impl Write) -> Result<(), ExportError> {
        let SessionEntry { source, program, .. } = &self.session.entry;
        let mut samples = Samples::begin(out, dialect, source, program)?;
        self.write_each(|sample, measurement| samples.record(sample.time, sample.number, &measurement))
    }

    fn write_summary(&self, out: impl Write) -> Result<(), ExportError> {
        let SessionEntry { source, program, missed, .. } = &self.session.entry;
        let repetitions = self.session.counted().map(|kept| kept.repetition).collect();
        let progress = Progress { repetitions, ..Progress::default() };
        let mut ledger = Ledger::default();
        self.write_each(|sample, measurement| {
            ledger.record(sample.time, &measurement, &progress);
            Ok(())
        })?;
        let numbers = self.session.counted().map(StoredRepetition::shown_number);
        Ok(ledger.summary(source, program, *missed).with_numbers(numbers).write(out)?)
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
    /// [`ExportError::Write`] if writing to `out` fails, another if the samples cannot be read.
    pub fn write(&self, mut out: impl Write + Send) -> Result<(), ExportError> {
        let whole = self.whole;
        match &self.content {
            FileContent::Samples(dialect) => whole.write_samples(*dialect, out),
            FileContent::Summary => whole.write_summary(out),
            #[cfg(feature = "parquet")]
            FileContent::Parquet => parquet::write(whole, out),
            FileContent::Markers => trc::write(whole, out),
            FileContent::Motion(motion) => Ok(motion.write(&whole.session.entry.id, out)?),
            FileContent::C3d => c3d::write(whole, out),
            FileContent::Fhir => Ok(out.write_all(&fhir::bundle(whole)?)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::KeptSession;
    use crate::export::fixtures::session;
    use crate::spine::Facing;

    #[test]
    fn bends_outside_the_sets_are_no_repetitions_in_a_summary() {
        let mut whole = session(Facing::Right);
        let written = |whole: &KeptSession| {
            let mut out = Vec::new();
            whole.export().files(ExportFormat::Json, CsvDialect::Standard).unwrap()[0].write(&mut out).unwrap();
            out
        };
        let before = written(&whole);
        let outside = StoredRepetition { set: None, ..whole.session.repetitions[0].clone() };
        whole.session.repetitions.push(outside);
        assert_eq!(written(&whole), before);
    }

    #[test]
    fn a_repetition_of_a_summary_has_the_number_that_every_page_shows() {
        let mut whole = session(Facing::Right);
        let kept = whole.session.repetitions[0].clone();
        let outside = StoredRepetition { number: 0, set: None, ..kept.clone() };
        whole.session.repetitions = vec![outside, StoredRepetition { number: 1, ..kept }];
        let mut out = Vec::new();
        whole.export().files(ExportFormat::Json, CsvDialect::Standard).unwrap()[0].write(&mut out).unwrap();
        let told: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let numbers: Vec<_> = told["reps"].as_array().unwrap().iter().map(|one| one["number"].as_u64()).collect();
        assert_eq!(numbers, [Some(2)]);
    }

    #[test]
    fn no_motion_says_how_much_was_measured_and_what_was_in_the_way() {
        let whole = session(Facing::Right);
        let files = |whole: &KeptSession| {
            whole.export().files(ExportFormat::Mot, CsvDialect::Standard).unwrap_err().to_string()
        };
        let told = files(&whole);
        assert!(told.contains("2 of its 4 frames") && told.contains("mostly, nobody is in view"), "{told}");
        let short = KeptSession { samples: vec![whole.samples[1].clone()], ..whole };
        assert!(files(&short).contains("it is too short"), "{}", files(&short));
    }
}
