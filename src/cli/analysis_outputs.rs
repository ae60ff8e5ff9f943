//! The output files of an analysis. Each is written atomically at the end.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};

use super::annotation::Annotation;
use super::arguments::AnalyzeArgs;
use super::exit;
use super::recording_setup;
use crate::atomic_file::{AtomicFile, AtomicFileError};
use crate::export::CsvDialect;
use crate::export::samples::Samples;
use crate::export::summary::Ledger;
use crate::geometry::State;
use crate::geometry::build::BuildCollector;
use crate::i18n::Words;
use crate::pipeline::{Observation, Scene};
use crate::source::RecordingFacts;
use crate::store::Person;
use crate::store::recorder::{Recorder, RecordingStatus};

/// The outputs being written.
pub(super) struct AnalysisOutputs {
    samples: Option<Samples<AtomicFile>>,
    summary: Option<AtomicFile>,
    annotation: Option<Annotation>,
    kept: Option<KeptAnalysis>,
    ledger: Ledger,
}

impl AnalysisOutputs {
    /// Creates all output files; `source` is the name of the recording.
    ///
    /// # Errors
    /// If one of them cannot be written.
    pub(super) fn create(args: &AnalyzeArgs, source: &str, words: &Arc<Words>) -> Result<Self> {
        let annotate = |path| Annotation::create(path, Arc::clone(words), args.faces);
        let annotation = args.annotate.as_deref().map(annotate);
        Ok(Self {
            samples: args.samples.as_deref().map(|path| create_samples(path, args.csv_dialect, source)).transpose()?,
            summary: args.summary.as_deref().map(AtomicFile::create).transpose()?,
            annotation: annotation.transpose()?,
            kept: None,
            ledger: Ledger::default(),
        })
    }

    /// Also keeps a session, of the first of these persons.
    pub(super) fn keep(
        &mut self,
        (recorder, status): (Recorder, RecordingStatus),
        persons: Vec<Person>,
        words: &Arc<Words>,
    ) {
        let (builds, words) = (BuildCollector::default(), Arc::clone(words));
        self.kept = Some(KeptAnalysis {
            recorder: Some(recorder),
            status,
            begun: false,
            measured: false,
            builds,
            persons,
            words,
        });
    }

    /// Whether any of them shows the pictures.
    pub(super) fn need_pictures(&self) -> bool {
        self.annotation.is_some() || self.kept.is_some()
    }

    /// Adds one frame to each output.
    pub(super) fn record(&mut self, observation: &Observation) -> Result<()> {
        let (time, measurement) = (observation.frame.time, &observation.measurement);
        self.ledger.record(time, measurement, &observation.progress);
        // First: what was measured is kept, whatever becomes of the files.
        if let Some(kept) = &mut self.kept {
            kept.record(observation);
        }
        if let Some(samples) = &mut self.samples {
            let recorded = samples.record(time, observation.frame.number, measurement);
            recorded.map_err(|cause| samples.out().failed(cause))?;
        }
        if let Some(annotation) = &mut self.annotation {
            annotation.record(Scene::from(observation))?;
        }
        Ok(())
    }

    /// The counts so far.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Gives up the files, which are not to be written, but not the session.
    pub(super) fn only_keep(&mut self) {
        (self.samples, self.summary, self.annotation) = (None, None, None);
    }

    /// Ends them before the end of the recording, without a file. Returns whether the session up to there is kept.
    pub(super) fn abandon(self) -> bool {
        self.kept.is_some_and(KeptAnalysis::break_off)
    }

    /// Completes the files and moves them to their targets. The session is kept as one that broke off, unless the
    /// recording was measured to its end. One that fails keeps none of the others from being completed; the first error is
    /// returned.
    pub(super) fn finish(
        self,
        source: &str,
        dropped: u64,
        facts: &RecordingFacts,
        to_its_end: bool,
    ) -> (Ledger, Result<()>) {
        let Self { samples, summary, annotation, kept, ledger } = self;
        let kept = kept.map_or(Ok(()), |kept| kept.finish(dropped, to_its_end));
        let annotated = annotation.map_or(Ok(()), Annotation::finish);
        let sampled = samples.map_or(Ok(()), |samples| samples.into_out().finish());
        let summarised = summary.map_or(Ok(()), |mut file| {
            let summary = ledger.summary(source, env!("CARGO_PKG_VERSION"), dropped).with_facts(facts);
            let written = summary.write(&mut file);
            written.map_err(|cause| file.failed(cause))?;
            file.finish()
        });
        let outcome = kept.and(annotated).and(sampled.map_err(Into::into)).and(summarised.map_err(Into::into));
        (ledger, outcome)
    }
}

fn create_samples(path: &Path, dialect: CsvDialect, source: &str) -> Result<Samples<AtomicFile>> {
    let file = AtomicFile::create(path)?;
    let samples = Samples::begin(file, dialect, source, env!("CARGO_PKG_VERSION"));
    Ok(samples.map_err(|cause| AtomicFileError::Unwritable { path: path.to_owned(), cause })?)
}

/// The session of an analysis. If it is dropped, because the analysis was interrupted or failed, what was measured so far
/// is kept as a session that broke off.
struct KeptAnalysis {
    /// `None` once it has ended.
    recorder: Option<Recorder>,
    status: RecordingStatus,
    /// Whether the measurement has begun; before that a recording is looked through.
    begun: bool,
    /// Whether anything was measured.
    measured: bool,
    /// The build of whoever is seen.
    builds: BuildCollector,
    /// Those who practise here, the one it is kept for first.
    persons: Vec<Person>,
    words: Arc<Words>,
}

impl KeptAnalysis {
    fn record(&mut self, observation: &Observation) {
        self.begun = true;
        self.measured |= observation.measurement.state == State::Measured;
        self.builds.observe(observation.limbs.as_ref().and_then(|limbs| limbs.build));
        if let Some(recorder) = &mut self.recorder {
            recorder.observe(observation, None);
        }
    }

    /// Completes the session and says under which id it is kept.
    fn finish(mut self, missed: u64, to_its_end: bool) -> Result<()> {
        self.end(missed, to_its_end);
        match self.lapse() {
            Some(lapse) => bail!(lapse),
            None => Ok(()),
        }
    }

    /// That it is not kept, or not to its end, and why.
    fn lapse(&self) -> Option<String> {
        let reason = self.status.stopped()?;
        let what = if self.status.is_gone() { "is not kept" } else { "was not kept completely" };
        Some(format!("The session {what}: {reason}"))
    }

    /// Ends the session before the recording did. Returns whether it is kept up to there.
    fn break_off(mut self) -> bool {
        self.end_early();
        self.measured && self.status.id().is_some()
    }

    /// The same, if it has not ended.
    fn end_early(&mut self) {
        let ended = self.recorder.is_none();
        self.end(0, false);
        if let (Some(lapse), false) = (self.lapse(), ended) {
            exit::report(&lapse);
        }
    }

    fn end(&mut self, missed: u64, to_its_end: bool) {
        let Some(recorder) = self.recorder.take() else { return };
        if !self.measured {
            recorder.discard();
            let words = &self.words.session;
            exit::eprint_line(if self.begun { &words.nothing_measured } else { &words.nothing_measured_yet });
            return;
        }
        let end = if to_its_end { Recorder::finish } else { Recorder::break_off };
        recording_setup::telling_if_slow(&self.words.session, || end(recorder, missed));
        if self.status.goes_on() {
            recording_setup::report_kept(&self.status, &self.words.session);
            if let Some(id) = self.status.id() {
                recording_setup::report_build(self.builds.build(), &self.persons, id, &self.words.session);
            }
        }
    }
}

impl Drop for KeptAnalysis {
    fn drop(&mut self) {
        self.end_early();
    }
}
