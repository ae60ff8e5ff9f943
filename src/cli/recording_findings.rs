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
pub(super) struct FindingsSink {
    found: Arc<Mutex<Findings>>,
    /// Whether frames are missed for want of time, too: how many could not be decoded is unknown then.
    drops: bool,
}

impl RecordingFindings {
    /// Those of a recording that is to be played, and what collects them; whether it comes as from a camera, which `drops` frames.
    pub(super) fn new(name: &str, drops: bool) -> (Self, FindingsSink) {
        let found = Arc::default();
        (Self { name: name.to_owned(), found: Arc::clone(&found) }, FindingsSink { found, drops })
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
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.states.observe(observation.frame.time, observation.measurement.state);
    }

    fn finish(self: Box<Self>, missed: u64) {
        if !self.drops {
            self.found.lock().unwrap_or_else(PoisonError::into_inner).lost = missed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Words};

    #[test]
    fn of_a_recording_that_comes_as_from_a_camera_nothing_missed_is_called_undecodable() {
        let words = Words::read(Language::English).unwrap().findings;
        let told = |drops| {
            let (findings, sink) = RecordingFindings::new("a.mp4", drops);
            Box::new(sink).finish(900);
            findings.remark_and_failure(&words).1.unwrap()
        };
        assert!(told(false).contains("decoded"), "{}", told(false));
        assert!(told(true).contains("a.mp4") && !told(true).contains("decoded"), "{}", told(true));
    }
}
