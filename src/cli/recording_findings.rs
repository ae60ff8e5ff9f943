//! What a recording that is played as a live session gives to say at its end, beyond its repetitions: why nothing was
//! measured, or how much of it could not be decoded.

use std::sync::{Arc, Mutex, PoisonError};

use super::analysis_report::LostFrames;
use crate::geometry::{State, StateHistory};
use crate::i18n::FindingWords;
use crate::pipeline::{FrameSink, GuidedFrame, Observation};

/// What was found.
#[derive(Clone, Debug, Default)]
struct Findings {
    states: StateHistory,
    lost: u64,
}

/// The findings of a recording called `name`, filled in by a [`FindingsSink`].
#[derive(Clone, Debug)]
pub(super) struct RecordingFindings {
    name: String,
    found: Arc<Mutex<Findings>>,
}

/// Collects them.
#[derive(Debug)]
pub(super) struct FindingsSink(Arc<Mutex<Findings>>);

impl RecordingFindings {
    /// Those of a recording that is to be played, and what collects them.
    pub(super) fn new(name: &str) -> (Self, FindingsSink) {
        let found = Arc::default();
        (Self { name: name.to_owned(), found: Arc::clone(&found) }, FindingsSink(found))
    }

    /// What is to be said, and why the recording failed: nothing in it was measured, or most of it could not be decoded.
    pub(super) fn remark_and_failure(&self, words: &FindingWords) -> (Option<String>, Option<String>) {
        let Findings { states, lost } = self.found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let name = self.name.as_str();
        let undecoded = LostFrames { count: lost, first: None }.sentence(name, words);
        if lost > states.frames() {
            return (None, undecoded);
        }
        (undecoded, (states.frames_in(State::Measured) == 0).then(|| words.no_repetition(&states, name)))
    }
}

impl FrameSink for FindingsSink {
    fn observe(&mut self, observation: &Observation, _: Option<&GuidedFrame>) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.states.observe(observation.frame.time, observation.measurement.state);
    }

    fn finish(self: Box<Self>, missed: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).lost = missed;
    }
}
