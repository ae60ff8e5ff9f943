//! A session that goes on, for those who show it.

use std::sync::Arc;

use anyhow::{Result, anyhow};

use super::{exit, recording_setup};
use crate::coach::Repetition;
use crate::coach::mobility::Mobility;
use crate::pipeline::{Chain, FrameSink, GuidedSession, LivePipeline, PipelineError};
use crate::source::Source;
use crate::store::recorder::{Recorder, RecordingStatus};

/// What happens in the window when a recording is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtEnd {
    /// The last picture stays, with the summary, until the person leaves.
    Hold,
    /// The window closes.
    Close,
}

/// A session that goes on: what measures it, and how it is kept.
pub(super) struct LiveSession {
    /// What measures it.
    pub pipeline: LivePipeline,
    /// How it is kept; `None` where it is not.
    pub recording: Option<RecordingStatus>,
}

impl LiveSession {
    /// Starts to measure, with all that goes along.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub(super) fn start(
        source: Box<dyn Source>,
        chain: Chain,
        guided: Option<GuidedSession>,
        mut sinks: Vec<Box<dyn FrameSink>>,
        kept: Option<(Recorder, RecordingStatus)>,
    ) -> Result<Self> {
        let (recorder, recording) = kept.unzip();
        sinks.extend(recorder.map(|recorder| Box::new(recorder) as Box<dyn FrameSink>));
        Ok(Self { pipeline: LivePipeline::start(source, chain, guided, sinks)?, recording })
    }

    /// Ends it and tells what became of it.
    ///
    /// # Errors
    /// What went wrong in it, if anything did.
    pub(super) fn finish(self) -> Result<()> {
        let ended = self.pipeline.finish().map_err(|error| match error {
            PipelineError::Panicked(_) => anyhow!(exit::mishap()), // which also knows where
            other => other.into(),
        });
        self.recording.iter().for_each(recording_setup::tell);
        ended
    }
}

/// How a session ended.
pub(super) struct SessionEnd {
    /// What was done until then.
    pub repetitions: Arc<[Repetition]>,
    /// What a mobility screen found until then.
    pub mobility: Option<Mobility>,
    /// Whether something failed.
    pub outcome: Result<()>,
}
