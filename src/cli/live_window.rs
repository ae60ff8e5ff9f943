//! A session in a window: shows the results and handles the keys.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::exit;
use super::interruption::Interruption;
use super::live_session::{AtEnd, LiveSession, SessionEnd};
use super::notices::{Notice, NoticeBoard};
use super::picture_findings::PictureFindings;
use super::recording_findings::RecordingFindings;
use super::recording_setup;
use super::redraw::{Redraw, RedrawTracker};
use crate::coach::choice::ChoiceKey;
use crate::coach::guided::{Ending, Line, Stage};
use crate::coach::{ChainRequest, Phase};
use crate::fps::Rate;
use crate::i18n::{CurrentWords, Words};
use crate::latest_slot::Taken;
use crate::pipeline::GuidedFrame;
use crate::pipeline::Halt;
use crate::pipeline::{LivePipeline, PersonRequest, PipelineOutput, PipelineStats, Scene};
use crate::screen::canvas::{Canvas, WindowRect};
use crate::screen::framing::Framing;
use crate::screen::guide::Guide;
use crate::screen::live::{self, View};
use crate::screen::safety_line::SafetyLine;
use crate::screen::settings::{KeyCommand, Settings};
use crate::screen::window::{LiveWindow, TIMEOUT};
use crate::store::CountedRepetitions;
use crate::store::recorder::RecordingStatus;
use crate::visible::visible;

/// The window and everything that it shows.
pub(super) struct WindowSession<'w> {
    window: &'w mut LiveWindow,
    canvas: Canvas,
    stats: PipelineStats,
    /// `None` once the recording has ended, with all threads finished without error.
    live: Option<LiveSession>,
    counted: CountedRepetitions,
    findings: Option<RecordingFindings>,
    picture_findings: PictureFindings,
    at_end: AtEnd,
    settings: &'w mut Settings,
    seen: Option<PipelineOutput>,
    /// What is drawn of it.
    scene: Option<Scene>,
    /// Which part of the picture.
    framing: Framing,
    /// What is shown, and where it may become that of another language.
    words: Arc<Words>,
    spoken: Option<CurrentWords>,
    /// The stage of a guided session and since when it is shown.
    stage: Option<(std::mem::Discriminant<Stage>, Instant)>,
    measured: u64,
    rate: Rate,
    /// When the frame that is still to be shown was taken; `None` if that says nothing of how late it is.
    unshown: Option<Instant>,
    /// When the session was paused for the last time.
    paused: Option<Instant>,
    lateness: Option<Duration>,
    opened: Instant,
    safety: SafetyLine,
    notices: NoticeBoard,
    repaint: RedrawTracker<DrawnState>,
    /// Where the mouse goes on, or leaves what is over, if it can; and whether its button was down.
    goes_on_at: Option<WindowRect>,
    was_down: bool,
}

/// Everything that the picture depends on: the frame, the window size, the settings, the halt, whether the recording has ended and
/// the safety line is shown, or how much of its room is left, and the notice, which would stay where no more frames come.
type DrawnState = (Option<u64>, (usize, usize), Settings, Option<Halt>, [bool; 2], u32, Option<String>);

/// Whether the window stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Stay,
    Leave,
}

impl<'w> WindowSession<'w> {
    pub(super) fn new(
        (window, settings): (&'w mut LiveWindow, &'w mut Settings),
        live: LiveSession,
        at_end: AtEnd,
        words: Arc<Words>,
    ) -> Result<Self> {
        let (width, height) = window.size();
        settings.begin();
        Ok(Self {
            window,
            canvas: Canvas::new(width, height)?,
            stats: live.pipeline.stats(),
            counted: live.counted.clone(),
            findings: live.findings.clone(),
            picture_findings: live.picture_findings.clone(),
            spoken: live.words.clone(),
            live: Some(live),
            at_end,
            settings,
            seen: None,
            scene: None,
            framing: Framing::default(),
            words,
            stage: None,
            measured: 0,
            rate: Rate::default(),
            unshown: None,
            paused: None,
            lateness: None,
            opened: Instant::now(),
            safety: SafetyLine::default(),
            notices: NoticeBoard::default(),
            repaint: RedrawTracker::default(),
            goes_on_at: None,
            was_down: true, // by the click that began the session
        })
    }

    /// Ends the session, if it still goes on.
    fn finish(&mut self) -> Result<()> {
        self.live.take().map_or(Ok(()), |live| live.finish(&self.words.session))
    }

    /// Runs until the user quits, the source ends, or something fails.
    pub(super) fn run(mut self, interruption: &Interruption) -> SessionEnd {
        let shown = self.show_all(interruption);
        let findings = self.findings.take().filter(|_| self.live.is_none());
        let ended = self.finish();
        let mobility = self.seen.as_ref().and_then(|seen| seen.guided.as_ref()?.guidance.mobility);
        SessionEnd {
            repetitions: self.counted.numbered(),
            findings,
            picture_findings: self.picture_findings,
            mobility,
            words: self.words,
            outcome: shown.and(ended),
        }
    }

    fn show_all(&mut self, interruption: &Interruption) -> Result<()> {
        while !interruption.wanted() && self.fetch()? == Next::Stay {
            let by_mouse = self.clicked();
            for command in self.show()?.into_iter().chain(by_mouse) {
                if command == KeyCommand::Leave && self.settings.help {
                    self.obey(KeyCommand::Help); // it is the help that is left; of a closed window this comes once more
                    continue;
                }
                if command == KeyCommand::Leave || self.closes(command) {
                    return Ok(());
                }
                self.obey(command);
            }
        }
        Ok(())
    }

    /// What a click asks for: to go on, where the screen offers that.
    fn clicked(&mut self) -> Option<KeyCommand> {
        let place = self.goes_on_at?;
        let (at, down) = self.window.mouse()?;
        let was_down = std::mem::replace(&mut self.was_down, down);
        (down && !was_down && place.contains(at)).then_some(KeyCommand::Next)
    }

    /// Whether a command closes what is over: there is nothing left to go on with or to pause, or no frame comes with which the last
    /// screen of a guided session could be left.
    fn closes(&self, command: KeyCommand) -> bool {
        let is_over = self.live.is_none() || (self.is_closing() && self.halt().is_some());
        is_over && !self.settings.help && goes_on(command)
    }

    /// Waits for the next observation, but not so long that keys are handled late.
    fn fetch(&mut self) -> Result<Next> {
        let taken = match &self.live {
            Some(live) if !self.settings.paused => live.pipeline.next(TIMEOUT),
            Some(live) => live.pipeline.next_while_paused(TIMEOUT),
            None => {
                thread::sleep(TIMEOUT);
                Taken::Nothing
            }
        };
        if self.settings.paused {
            self.paused = Some(Instant::now());
        }
        self.follow_keeping();
        self.follow_sound();
        self.follow_speed();
        match taken {
            Taken::Value(seen) => {
                self.follow_language();
                self.measured += 1;
                self.rate.observe(self.measured, Instant::now());
                // What was taken before a pause waited for its end.
                let taken_at = seen.observation.frame.captured_at;
                self.unshown = self.paused.is_none_or(|paused| taken_at > paused).then_some(taken_at);
                self.follow(seen.guided.as_ref());
                let scene = Scene::from(&seen.observation);
                let guidance = seen.guided.as_ref().map(|guided| &guided.guidance);
                let whole = guidance.is_some_and(|guidance| matches!(guidance.stage, Stage::Arrive));
                self.framing.observe(&scene, guidance.map(|guidance| guidance.place), whole);
                self.scene = Some(scene);
                let over = seen.ending() == Ending::Over;
                self.seen = Some(seen);
                if over {
                    return Ok(Next::Leave);
                }
            }
            Taken::Nothing => {}
            Taken::Closed => {
                self.finish()?; // an error ends the window and is not hidden by it
                if self.at_end == AtEnd::Close {
                    return Ok(Next::Leave);
                }
            }
        }
        Ok(Next::Stay)
    }

    fn show(&mut self) -> Result<Vec<KeyCommand>> {
        let bends = self.scene.as_ref().is_some_and(|scene| scene.progress.phase != Phase::Top);
        let leaving = self.safety.room(self.opened.elapsed(), bends);
        let guided = self.seen.as_ref().and_then(|seen| seen.guided.as_ref());
        let sentence = guided.map(|guided| match guided.guidance.line {
            Line::Leave if self.live.is_none() => self.words.state.over.clone(), // of whose hand nothing is seen
            _ => self.words.shown(guided),
        });
        let halt = self.halt();
        let is_read = can_be_read(self.settings, halt, guided.is_some_and(|guided| guided.guidance.paused));
        self.notices.pass(Instant::now(), is_read);
        let notice = self.notices.sentence(&self.words).filter(|_| is_read);
        let invites = self.live.is_none() && self.at_end == AtEnd::Invite;
        let invitation = invites.then_some(self.words.start.now_you.as_str());
        let guide = guided.map(|guided| Guide {
            guided,
            words: &self.words,
            time: self.stage.map_or(Duration::ZERO, |(_, since)| since.elapsed()),
        });
        let stages = self.settings.debug.then(|| self.stats.stages().line());
        let counted = self.live.is_none().then(|| self.counted.so_far());
        let view = View {
            words: &self.words,
            scene: self.scene.as_ref(),
            settings: *self.settings,
            person: self.framing.person(),
            facing: self.framing.facing(),
            notice: notice.or(invitation).or(sentence.as_deref()).filter(|_| !self.settings.paused),
            recording: self.is_kept(),
            guide,
            halt,
            finished: self.live.is_none(),
            counted: counted.as_deref(),
            safety: leaving >= 1.0 || guide.is_some_and(|guide| guide.stays()),
            leaving,
            rate: self.rate.per_second().unwrap_or_default() as f32,
            source_rate: self.pipeline().and_then(LivePipeline::source_rate),
            lateness: self.lateness,
            dropped: self.stats.dropped(),
            stages: stages.as_deref(),
        };
        let frame = self.scene.as_ref().map(|scene| scene.number);
        let size = (self.canvas.width(), self.canvas.height());
        let told = notice.map(str::to_owned);
        let shown = (frame, size, view.settings, view.halt, [view.finished, view.safety], leaving.to_bits(), told);
        match self.repaint.action(shown, Instant::now()) {
            Redraw::Draw => self.goes_on_at = live::draw(&mut self.canvas, &view),
            Redraw::Present => {}
            Redraw::Skip => return Ok(self.window.listen(&mut self.canvas)?),
        }
        let commands = self.window.show(&mut self.canvas)?;
        if let Some(late) = self.unshown.take().map(|captured| captured.elapsed()) {
            let has_angle = self.seen.as_ref().is_some_and(|seen| seen.observation.measurement.filtered.is_some());
            self.stats.stages().shown(late, has_angle);
            self.lateness = Some(late);
        }
        Ok(commands)
    }

    fn pipeline(&self) -> Option<&LivePipeline> {
        self.live.as_ref().map(|live| &live.pipeline)
    }

    /// Why no new frames arrive, if they do not.
    fn halt(&self) -> Option<Halt> {
        self.pipeline().and_then(LivePipeline::halt)
    }

    /// The status of the recording, if the session is kept.
    fn recording(&self) -> Option<&RecordingStatus> {
        self.live.as_ref().and_then(|live| live.recording.as_ref())
    }

    /// Whether what happens now is kept.
    fn is_kept(&self) -> bool {
        let complete = self.seen.as_ref().is_some_and(|seen| seen.ending() != Ending::Open);
        !complete && self.recording().is_some_and(RecordingStatus::goes_on)
    }

    /// Reports, once, that the session is no longer kept.
    fn follow_keeping(&mut self) {
        if let Some(recording) = self.live.as_ref().and_then(LiveSession::lapse) {
            recording_setup::report_lapse(recording, &self.words.process);
            self.notices.tell(Notice::Unkept);
        }
    }

    /// Reports, once each, what cannot be heard any more.
    fn follow_sound(&mut self) {
        for lost in self.live.iter().flat_map(|live| live.sound.lost(&self.words)) {
            exit::report(&lost);
            self.notices.tell(Notice::Unheard(visible(&lost)));
        }
    }

    /// Tells, once each, what is too slow.
    fn follow_speed(&mut self) {
        let Some(live) = &self.live else { return };
        let slow = [
            (live.pipeline.simplified(), Notice::Simplified),
            (live.is_too_slow(), Notice::FewPictures),
            (live.pipeline.is_behind(), Notice::Behind),
        ];
        slow.into_iter().filter(|(is_slow, _)| *is_slow).for_each(|(_, notice)| self.notices.tell(notice));
    }

    /// Silences the sound or lets it be heard, and tells which. Where there is none, it stays as it is remembered.
    fn mute(&mut self) {
        let Some(live) = &mut self.live else { return };
        if !live.sound.has_voices() {
            self.settings.apply(KeyCommand::Mute); // back
        }
        let told = live.sound.mute(self.settings.muted, &self.words);
        self.notices.tell_volume(told);
    }

    /// Goes on in the language that is spoken now.
    fn follow_language(&mut self) {
        if let Some(spoken) = &self.spoken {
            self.words = spoken.now();
        }
    }

    /// Records when a guided session enters another stage.
    fn follow(&mut self, guided: Option<&GuidedFrame>) {
        let stage = guided.map(|guided| std::mem::discriminant(&guided.guidance.stage));
        if stage != self.stage.map(|(stage, _)| stage) {
            self.stage = stage.map(|stage| (stage, Instant::now()));
        }
    }

    /// Whether a guided session shows its last screen, where nothing can be paused.
    fn is_closing(&self) -> bool {
        let guided = self.seen.as_ref().and_then(|seen| seen.guided.as_ref());
        guided.is_some_and(|guided| matches!(guided.guidance.stage, Stage::Close(_)))
    }

    /// Whether a guided session is paused by a raised hand.
    fn held_by_hand(&self) -> bool {
        self.seen
            .as_ref()
            .and_then(|seen| seen.guided.as_ref())
            .is_some_and(|guided| guided.guidance.line == Line::Paused)
    }

    fn obey(&mut self, command: KeyCommand) {
        if let (true, true, Some(pipeline)) = (self.is_closing(), goes_on(command), self.pipeline()) {
            pipeline.order(PersonRequest::Next);
            return;
        }
        if let (KeyCommand::Pause, Some(pipeline), true) = (command, self.pipeline(), self.held_by_hand()) {
            pipeline.order(PersonRequest::Pause);
            return;
        }
        self.settings.apply(command);
        match (command, self.pipeline()) {
            (KeyCommand::Next | KeyCommand::Choose(_) | KeyCommand::TellMe, _)
                if would_wait(self.settings, self.halt()) => {}
            (KeyCommand::FullScreen, _) => {
                if let Err(reason) = self.window.set_full_screen(self.settings.full_screen) {
                    tracing::warn!("{reason}");
                    self.settings.apply(command); // back to the actual state
                }
            }
            (KeyCommand::Mute, _) => self.mute(),
            (KeyCommand::Pause, Some(pipeline)) => pipeline.pause(self.settings.paused),
            (KeyCommand::Next, Some(pipeline)) => pipeline.order(PersonRequest::Next),
            (KeyCommand::Choose(key), Some(pipeline)) => pipeline.order(PersonRequest::Choose(key)),
            (KeyCommand::TellMe, Some(pipeline)) => pipeline.order(PersonRequest::TellMe),
            (command, Some(pipeline)) => {
                if let Some(request) = self.chain_request(command) {
                    pipeline.order(PersonRequest::Chain(request));
                }
            }
            (_, None) => {}
        }
    }

    /// What a key asks of the measurement, if it does.
    fn chain_request(&self, command: KeyCommand) -> Option<ChainRequest> {
        match command {
            KeyCommand::StandAgain => Some(ChainRequest::Recalibrate),
            // Before the first frame none is awaited.
            KeyCommand::FullBend => {
                Some(self.seen.as_ref().map_or(ChainRequest::AwaitFullBend(true), PipelineOutput::full_bend_key))
            }
            KeyCommand::Side => Some(ChainRequest::Face(self.settings.facing)),
            _ => None,
        }
    }
}

/// Whether a notice can be read: neither the help nor what has to be told of a halt or a pause is in its place, and a guided session does
/// not wait for somebody who walked out.
fn can_be_read(settings: &Settings, halt: Option<Halt>, is_paused: bool) -> bool {
    !settings.paused && !settings.help && halt.is_none() && !is_paused
}

/// Whether what is asked of a guided session would wait, and all be done at once when frames come again: it is paused, or the camera sends
/// nothing. (While a frame is only measured for long, the next one comes.)
fn would_wait(settings: &Settings, halt: Option<Halt>) -> bool {
    settings.paused || halt == Some(Halt::Silent)
}

/// The keys that go on from a screen that only waits for that: Space, Enter and N.
fn goes_on(command: KeyCommand) -> bool {
    matches!(command, KeyCommand::Pause | KeyCommand::Next | KeyCommand::Choose(ChoiceKey::Confirm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_waits_while_a_pause_a_halt_or_the_help_has_its_place() {
        let seen = Settings::default();
        assert!(can_be_read(&seen, None, false));
        for command in [KeyCommand::Pause, KeyCommand::Help] {
            let mut instead = seen;
            instead.apply(command);
            assert!(!can_be_read(&instead, None, false), "{command:?}");
        }
        assert!(!can_be_read(&seen, Some(Halt::Silent), false));
        assert!(!can_be_read(&seen, None, true), "paused by hand, or nobody is there");
    }

    #[test]
    fn keys_that_nothing_comes_of_now_are_not_saved_up() {
        let going_on = Settings::default();
        let mut paused = going_on;
        paused.apply(KeyCommand::Pause);
        assert!(would_wait(&paused, None));
        assert!(would_wait(&going_on, Some(Halt::Silent)), "at a camera without its cable N skips nothing");
        for halt in [None, Some(Halt::Frozen), Some(Halt::Stuck)] {
            assert!(!would_wait(&going_on, halt), "{halt:?}: it is done in the next frame");
        }
    }

    #[test]
    fn the_last_screen_is_left_by_every_key_that_goes_on_and_by_no_other() {
        for command in [KeyCommand::Pause, KeyCommand::Next, KeyCommand::Choose(ChoiceKey::Confirm)] {
            assert!(goes_on(command), "{command:?}");
        }
        for command in [KeyCommand::Help, KeyCommand::Mute, KeyCommand::FullScreen, KeyCommand::LargerText] {
            assert!(!goes_on(command), "{command:?}");
        }
    }
}
