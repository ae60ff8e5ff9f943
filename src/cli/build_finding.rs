//! Whether the build of whoever a recording shows is that of the person it is kept for: told at its end, as nobody can be asked.

use std::sync::{Arc, Mutex, PoisonError};

use super::recording_setup::{self, PersonalStore};
use crate::geometry::build::BuildCollector;
use crate::i18n::SessionWords;
use crate::pipeline::{FrameSink, GuidedFrame, Observation};
use crate::store::Person;

/// The build that is seen, filled in by a sink.
#[derive(Clone, Debug)]
pub(super) struct BuildFinding {
    builds: Arc<Mutex<BuildCollector>>,
    /// Those who practise here, the one it is kept for first.
    persons: Vec<Person>,
}

/// Collects it.
#[derive(Debug)]
struct BuildSink(Arc<Mutex<BuildCollector>>);

impl BuildFinding {
    /// That of a recording which is kept in this store, and what collects it. What is wrong with the store is told when the
    /// session begins.
    pub(super) fn of(store: Option<&PersonalStore>) -> Option<(Self, Box<dyn FrameSink>)> {
        let persons = recording_setup::persons_first(store?).ok()?;
        let builds = Arc::default();
        Some((Self { builds: Arc::clone(&builds), persons }, Box::new(BuildSink(builds))))
    }

    /// Says so of the session `id` if it is another than the person's.
    pub(super) fn report(&self, id: &str, words: &SessionWords) {
        let build = self.builds.lock().unwrap_or_else(PoisonError::into_inner).build();
        recording_setup::report_build(build, &self.persons, id, words);
    }
}

impl FrameSink for BuildSink {
    fn observe(&mut self, observation: &Observation, _: Option<&GuidedFrame>) {
        let build = observation.limbs.as_ref().and_then(|limbs| limbs.build);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).observe(build);
    }

    fn finish(self: Box<Self>, _: u64) {}
}
