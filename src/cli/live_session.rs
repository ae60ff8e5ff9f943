//! A running session, as the window and the terminal use it.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, anyhow};

use super::build_finding::BuildFinding;
use super::picture_findings::PictureFindings;
use super::recording_findings::RecordingFindings;
use super::session_sound::SessionSound;
use super::{exit, recording_setup};
use crate::coach::AskedRepetition;
use crate::coach::mobility::Mobility;
use crate::i18n::{CurrentWords, SessionWords, Words};
use crate::pipeline::{Chain, FrameSink, GuidedSession, LivePipeline, PipelineError, UntilComplete};
use crate::source::camera::{RATE_KNOWN, is_too_slow};
use crate::source::{Source, SourceInfo};
use crate::store::recorder::{Recorder, RecordingStatus};
use crate::store::{CountedRepetitions, RepetitionCounter};
use crate::visible::visible;

/// What the window does at the end of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtEnd {
    /// The last picture stays, with the summary, until the user quits.
    Hold,
    /// The same, and it invites to begin a session of one's own.
    Invite,
    /// The window closes.
    Close,
}

/// A running session: its pipeline and its recording.
pub(super) struct LiveSession {
    /// When it was asked for.
    pub asked_at: Instant,
    /// Since when the rate of its source has been known.
    rate_since: Cell<Option<Instant>>,
    /// The pipeline that measures it.
    pub pipeline: LivePipeline,
    /// The status of the recording; `None` if the session is not kept.
    pub recording: Option<RecordingStatus>,
    /// Whether the person was told that it is no longer kept.
    told: Cell<bool>,
    /// The repetitions that count.
    pub counted: CountedRepetitions,
    /// What there is to say of a recording at its end; `None` of a camera.
    pub findings: Option<RecordingFindings>,
    /// What there is to say of its pictures.
    pub picture_findings: PictureFindings,
    /// Its voices.
    pub sound: SessionSound,
    /// The build of whoever a recording shows, if it is kept.
    build: Option<BuildFinding>,
    /// What is spoken and shown, where it may become that of another language.
    pub words: Option<CurrentWords>,
}

impl LiveSession {
    /// Starts the pipeline with all sinks.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub(super) fn start(
        source: Box<dyn Source>,
        chain: Chain,
        guided: Option<GuidedSession>,
        mut sinks: Vec<Box<dyn FrameSink>>,
        kept: Option<(Recorder, RecordingStatus)>,
    ) -> Result<Self> {
        let (recorder, recording) = kept.unzip();
        let SourceInfo { name, live, .. } = source.info();
        let is_recording = recording_setup::is_recording(&*source);
        let (findings, findings_sink) = is_recording.then(|| RecordingFindings::new(&visible(name), *live)).unzip();
        sinks.extend(findings_sink.map(|sink| Box::new(sink) as Box<dyn FrameSink>));
        let (picture_findings, picture_sink) = PictureFindings::new(name, !is_recording);
        sinks.push(Box::new(picture_sink));
        let counter = RepetitionCounter::default();
        let counted = counter.counted();
        sinks.push(Box::new(counter));
        sinks.extend(recorder.map(|recorder| Box::new(UntilComplete::new(Box::new(recorder))) as Box<dyn FrameSink>));
        let pipeline = LivePipeline::start(source, chain, guided, sinks)?;
        Ok(Self {
            asked_at: Instant::now(),
            rate_since: Cell::new(None),
            pipeline,
            recording,
            told: Cell::new(false),
            counted,
            findings,
            picture_findings,
            sound: SessionSound::default(),
            build: None,
            words: None,
        })
    }

    /// The same session, which was asked for before its source and its networks were opened.
    pub(super) fn asked_at(self, asked_at: Instant) -> Self {
        Self { asked_at, ..self }
    }

    /// The same session with these voices, which are among its sinks.
    pub(super) fn with_sound(self, sound: SessionSound) -> Self {
        Self { sound, ..self }
    }

    /// The same session, which holds the build of whoever a recording shows against those that are known.
    pub(super) fn with_build(self, build: Option<BuildFinding>) -> Self {
        Self { build, ..self }
    }

    /// The same session, which speaks and shows these words.
    pub(super) fn with_words(self, words: CurrentWords) -> Self {
        Self { words: Some(words), ..self }
    }

    /// Returns, once, the status of a recording that has turned out to go on no longer: the person has to be told.
    pub(super) fn lapse(&self) -> Option<&RecordingStatus> {
        self.recording.as_ref().filter(|recording| !recording.goes_on() && !self.told.replace(true))
    }

    /// Whether the camera sends too few pictures a second to measure bends with: most do so in the dark.
    pub(super) fn is_too_slow(&self) -> bool {
        self.findings.is_none() && stays_slow(&self.rate_since, self.pipeline.source_rate(), Instant::now())
    }

    /// Ends the session and reports how it was kept.
    ///
    /// # Errors
    /// If something failed during the session.
    pub(super) fn finish(self, words: &SessionWords) -> Result<()> {
        let Self { pipeline, recording, told, build, .. } = self;
        let stored = || recording.as_ref().map_or(0, RecordingStatus::stored);
        let ended = pipeline.finish_telling(&mut || recording_setup::report_slow_disk(words), &stored);
        if let (Some(reason), Some(recording)) = (left_behind(&ended), &recording) {
            recording.leave_behind(reason);
        }
        let ended = ended.map_err(|error| match error {
            PipelineError::Panicked(_) => anyhow!(exit::internal_error()), // includes the location
            other => other.into(),
        });
        if let Some(recording) = &recording {
            // What fails in the last second has not been told yet.
            if let (Some(reason), false) = (recording.stopped(), told.get() || recording.is_gone()) {
                exit::report(&format!("The end of this session is not kept: {reason}"));
            }
            recording_setup::report_kept(recording, words);
            if let Some((build, id)) = build.zip(recording.id()) {
                build.report(id, words);
            }
        }
        ended
    }
}

/// Whether a camera of this `rate`, pictures a second, is too slow at `now`, by a rate that is known since long enough: one that has just
/// begun, or was plugged in again, gets used to the light first.
fn stays_slow(known_since: &Cell<Option<Instant>>, rate: Option<f64>, now: Instant) -> bool {
    let since = rate.map(|_| known_since.get().unwrap_or(now));
    known_since.set(since);
    let is_known = since.is_some_and(|since| now.saturating_duration_since(since) >= RATE_KNOWN);
    is_known && rate.is_some_and(is_too_slow)
}

/// Why the end of a session is not kept, if it is left behind: the disk is only blamed if it is the disk that was waited for. Where only
/// the source hangs, everything is written.
fn left_behind(ended: &Result<(), PipelineError>) -> Option<&'static str> {
    match ended {
        Err(PipelineError::DiskStuck) => Some("its disk does not answer"),
        Err(PipelineError::Stuck) => Some("the measurement does not come to an end"),
        _ => None,
    }
}

/// The results of a session.
pub(super) struct SessionEnd {
    /// The repetitions that count, each with its number: in a guided session those of its sets.
    pub repetitions: Vec<(u32, AskedRepetition)>,
    /// What there is to say of a recording that was played to its end.
    pub findings: Option<RecordingFindings>,
    /// What there is to say of the pictures.
    pub picture_findings: PictureFindings,
    /// The findings of a mobility screen.
    pub mobility: Option<Mobility>,
    /// The words in which it ended.
    pub words: Arc<Words>,
    /// An error, if something failed.
    pub outcome: Result<()>,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_camera_that_has_just_begun_or_come_back_is_given_time_to_be_fast_enough() {
        let (known_since, start) = (Cell::new(None), Instant::now());
        let at = |seconds, rate| stays_slow(&known_since, rate, start + Duration::from_secs(seconds));
        assert!(!at(0, None) && !at(1, Some(6.0)) && !at(4, Some(6.0)));
        assert!(at(5, Some(6.0)) && !at(6, Some(30.0)), "for four seconds");
        assert!(!at(60, None) && !at(61, Some(6.0)), "it was unplugged for a while");
        assert!(!at(63, Some(30.0)) && at(65, Some(6.0)));
    }

    #[test]
    fn the_disk_is_blamed_only_where_it_was_waited_for() {
        assert_eq!(left_behind(&Err(PipelineError::DiskStuck)), Some("its disk does not answer"));
        let measurement = left_behind(&Err(PipelineError::Stuck)).unwrap();
        assert!(!measurement.contains("disk"), "{measurement}");
        assert_eq!(left_behind(&Err(PipelineError::SourceStuck)), None, "everything is written");
        assert_eq!(left_behind(&Ok(())), None);
    }
}
