//! Shows a session on the window, or in the terminal where there is none, and ends it with the summary of the set.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use anyhow::{Result, anyhow};

use super::interruption::Interruption;
use super::live_window::WindowSession;
use super::setup::Setup;
use super::terminal_session::TerminalSession;
use super::{Exit, exit, recording_setup};
use crate::coach::Repetition;
use crate::coach::mobility::Mobility;
use crate::pipeline::{Chain, FrameSink, GuidedSession, LivePipeline, PipelineError};
use crate::screen::terminal;
use crate::screen::window::{LiveWindow, OPENING_SIZE};
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

/// Runs the session to its end and tells its repetitions.
///
/// # Errors
/// When its source, its measurement or its window fails.
pub(super) fn session(live: LiveSession, at_end: AtEnd, setup: &Setup) -> Result<Exit> {
    let SessionEnd { repetitions, outcome, .. } = show(live, at_end, setup)?;
    // What was done before something failed was done: it is told first.
    let nothing = repetitions.is_empty() && outcome.is_err();
    let style = super::setup::style(io::stdout().is_terminal());
    let printed = if nothing {
        Ok(())
    } else {
        exit::print(&format!("{}\n", terminal::summary(&repetitions, &setup.words, style)))
    };
    outcome?;
    printed?;
    Ok(Exit::Done)
}

/// Runs the session to its end.
///
/// # Errors
/// When the interruption cannot be listened for or the window is not to be had for drawing; what fails later is in
/// [`SessionEnd`].
pub(super) fn show(live: LiveSession, at_end: AtEnd, setup: &Setup) -> Result<SessionEnd> {
    let words = &setup.words;
    let stats = live.pipeline.stats();
    let interruption = Interruption::listen()?;
    let out = io::stdout();
    let ended = match LiveWindow::open("bendwise", OPENING_SIZE) {
        Ok(window) => WindowSession::new(window, live, at_end, Arc::clone(words))?.run(&interruption),
        Err(reason) => {
            tracing::info!("{reason}");
            exit::tell("No display to open a window on: going on in the terminal");
            let style = super::setup::style(out.is_terminal());
            TerminalSession::new(out.lock(), out.is_terminal(), style, Arc::clone(words)).run(live, &interruption)
        }
    };
    if setup.stats {
        exit::say(&stats.stages().table(stats.dropped()));
    }
    Ok(ended)
}
