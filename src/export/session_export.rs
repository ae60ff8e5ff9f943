//! A stored session on its way into files. Its samples are read as they are needed, so that a long one is never held as a
//! whole.

use std::io;

use super::ExportError;
use super::fhir::ClinicalContext;
use crate::geometry::{Measurement, StateHistory};
use crate::store::sample::Sample;
use crate::store::{SampleSource, Session};

/// A stored session that is exported.
#[derive(Debug)]
pub struct SessionExport<'s> {
    /// The session without its samples.
    pub session: Session,
    /// Its samples.
    pub(super) samples: &'s dyn SampleSource,
    /// Whether it is without what tells whose it is and when it was.
    pub(super) anonymous: bool,
    /// The person's height, metres, if it is known.
    pub(super) height: Option<f64>,
    /// What belongs to it in a clinic's record.
    pub(super) context: ClinicalContext,
}

impl<'s> SessionExport<'s> {
    /// An export of a session with these samples.
    pub fn new(session: Session, samples: &'s dyn SampleSource) -> Self {
        Self { session, samples, anonymous: false, height: None, context: ClinicalContext::default() }
    }

    /// The same export of a person whose height is known, metres: markers are scaled by it.
    #[must_use]
    pub fn of_height(self, height: Option<f64>) -> Self {
        Self { height, ..self }
    }

    /// The same export with what belongs to the session in a clinic's record: only FHIR has a place for it.
    #[must_use]
    pub fn in_context(self, context: ClinicalContext) -> Self {
        Self { context, ..self }
    }

    /// Gives each sample to `take`, in order.
    ///
    /// # Errors
    /// If the samples cannot be read.
    pub fn each(&self, mut take: impl FnMut(&Sample)) -> Result<(), ExportError> {
        Ok(self.samples.each(&mut take)?)
    }

    /// The states of its samples.
    ///
    /// # Errors
    /// If the samples cannot be read.
    pub fn states(&self) -> Result<StateHistory, ExportError> {
        Ok(self.session.states(self.samples)?)
    }

    /// Gives each sample with its measurement to `write`, until that fails.
    pub(super) fn write_each(
        &self,
        mut write: impl FnMut(&Sample, Measurement) -> io::Result<()>,
    ) -> Result<(), ExportError> {
        let mut written = Ok(());
        self.samples.each(&mut |sample| {
            if written.is_ok() {
                written = write(sample, sample.measurement(self.session.standing(sample.time)));
            }
        })?;
        Ok(written?)
    }
}
