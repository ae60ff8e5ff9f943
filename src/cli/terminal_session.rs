//! A session without a window: a live status line, and a line for each event. If the output is not a terminal, only the
//! events are written.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::exit::{self, OutputError};
use super::interruption::Interruption;
use super::live_session::{LiveSession, SessionEnd};
use super::{recording_setup, terminal_kind};
use crate::coach::Event;
use crate::coach::guided::{Ending, Line, Stage};
use crate::coach::mobility::Mobility;
use crate::i18n::{Words, clock};
use crate::latest_slot::Taken;
use crate::pipeline::Halt;
use crate::pipeline::{PipelineOutput, TimedEvent};
use crate::screen::terminal::{self, Style};
use crate::store::CountedRepetitions;
use crate::store::recorder::RecordingStatus;

/// How long to wait for the next observation before checking for an interruption.
const TIMEOUT: Duration = Duration::from_millis(200);

/// Moves to the start of the line and clears it.
const CLEAR_LINE: &str = "\r\x1b[2K";

/// Writes a session to `out`.
pub(super) struct TerminalSession<W> {
    out: W,
    is_terminal: bool,
    style: Style,
    /// The halt that was reported last.
    halt: Option<Halt>,
    /// Whether it was reported that the computer is slow.
    simplified: bool,
    /// Whether it was reported that the camera sends too few pictures.
    slow: bool,
    /// Whether it was reported that the recording plays slowly.
    behind: bool,
    /// Whether the source has ended.
    at_end: bool,
    /// The findings of a mobility screen so far.
    mobility: Option<Mobility>,
    words: Arc<Words>,
}

impl<W: Write> TerminalSession<W> {
    /// `is_terminal` says whether `out` is a terminal whose line can be redrawn.
    pub(super) fn new(out: W, is_terminal: bool, style: Style, words: Arc<Words>) -> Self {
        Self {
            out,
            is_terminal,
            style,
            halt: None,
            simplified: false,
            slow: false,
            behind: false,
            at_end: false,
            mobility: None,
            words,
        }
    }

    /// Runs until the user stops it, the source ends, or something fails.
    pub(super) fn run(mut self, live: LiveSession, interruption: &Interruption) -> SessionEnd {
        let written = self.write_all(&live, interruption).map_err(|error| OutputError::from(error).into());
        let (counted, findings) = (live.counted.clone(), live.findings.clone().filter(|_| self.at_end));
        let picture_findings = live.picture_findings.clone();
        let ended = live.finish(&self.words.session);
        SessionEnd {
            repetitions: counted.numbered(),
            findings,
            picture_findings,
            mobility: self.mobility,
            words: self.words,
            outcome: written.and(ended),
        }
    }

    fn write_all(&mut self, live: &LiveSession, interruption: &Interruption) -> io::Result<()> {
        writeln!(self.out, "{}", self.words.safety.line)?;
        let LiveSession { pipeline, recording, .. } = live;
        let recording = recording.as_ref();
        if recording.is_some() {
            writeln!(self.out, "● REC  {}", self.words.state.kept)?;
        }
        while !interruption.wanted() {
            let taken = pipeline.next(TIMEOUT);
            if let Some(spoken) = &live.words {
                self.words = spoken.now();
            }
            self.write_events(pipeline.happened(), &live.counted)?;
            match taken {
                Taken::Value(output) => {
                    self.write_prompts(&output)?;
                    self.write_live_line(&output, live.counted.last_number(), recording)?;
                    self.report_lapse(live.lapse())?;
                    self.report_lost(&live.sound.lost(&self.words))?;
                    self.write_simplified(pipeline.simplified())?;
                    self.write_slow(live.is_too_slow())?;
                    self.write_behind(pipeline.is_behind())?;
                    self.write_halt(pipeline.halt())?;
                    if output.ending() == Ending::Over {
                        break;
                    }
                }
                Taken::Nothing => self.write_halt(pipeline.halt())?,
                Taken::Closed => {
                    self.at_end = true;
                    break;
                }
            }
        }
        self.clear()
    }

    fn write_events(
        &mut self,
        events: impl Iterator<Item = TimedEvent>,
        counted: &CountedRepetitions,
    ) -> io::Result<()> {
        for TimedEvent { time, event, .. } in events {
            let number = match &event {
                Event::RepetitionFinished(repetition) => counted.number_of(repetition),
                _ => None,
            };
            if let Some(line) = terminal::event_line(time, &event, number, &self.words, self.style) {
                self.clear()?;
                writeln!(self.out, "{line}")?;
            }
        }
        self.out.flush()
    }

    fn write_live_line(
        &mut self,
        output: &PipelineOutput,
        last: u32,
        recording: Option<&RecordingStatus>,
    ) -> io::Result<()> {
        if self.is_terminal {
            let kept = output.ending() == Ending::Open && recording.is_some_and(RecordingStatus::goes_on);
            let mark = if kept { "● REC  " } else { "" };
            let line = format!("{mark}{}", self.live_line(output, last));
            let line = terminal_kind::columns().map_or(line.clone(), |columns| terminal::within(&line, columns));
            write!(self.out, "{CLEAR_LINE}{line}")?;
        }
        self.out.flush()
    }

    /// The measurement or, while the guided session is at anything but bends, its prompt.
    fn live_line(&self, PipelineOutput { observation, guided }: &PipelineOutput, last: u32) -> String {
        match guided {
            Some(guided)
                if !matches!(guided.guidance.stage, Stage::Work { .. } | Stage::FullBend) || guided.guidance.paused =>
            {
                let sentence = match guided.guidance.line {
                    Line::Leave => self.words.course.leave_terminal.clone(), // no key but Ctrl-C is heard here
                    line => self.words.prompt(line, guided),
                };
                format!("{}  {sentence}", clock(observation.frame.time))
            }
            _ => terminal::line(observation, last, &self.words, self.style),
        }
    }

    /// Writes the prompts of a guided session.
    fn write_prompts(&mut self, output: &PipelineOutput) -> io::Result<()> {
        let Some(guided) = &output.guided else { return Ok(()) };
        self.mobility = guided.guidance.mobility;
        let time = clock(output.observation.frame.time);
        for prompt in &guided.guidance.said {
            self.clear()?;
            writeln!(self.out, "{time}  {}", self.words.prompt(prompt.line, guided))?;
        }
        Ok(())
    }

    /// Reports that the session is no longer kept.
    fn report_lapse(&mut self, lapsed: Option<&RecordingStatus>) -> io::Result<()> {
        if let Some(recording) = lapsed {
            self.clear()?;
            recording_setup::report_lapse(recording, &self.words.process);
        }
        Ok(())
    }

    /// Reports what cannot be heard any more.
    fn report_lost(&mut self, lost: &[String]) -> io::Result<()> {
        for sentence in lost {
            self.clear()?;
            exit::report(sentence);
        }
        Ok(())
    }

    /// Writes, once, that the computer is slow.
    fn write_simplified(&mut self, simplified: bool) -> io::Result<()> {
        if simplified && !self.simplified {
            self.clear()?;
            writeln!(self.out, "{}", self.words.state.simplified)?;
        }
        self.simplified = simplified;
        Ok(())
    }

    /// Writes, once, that the camera sends too few pictures a second.
    fn write_slow(&mut self, slow: bool) -> io::Result<()> {
        if slow && !self.slow {
            self.clear()?;
            writeln!(self.out, "{}", self.words.state.slow)?;
        }
        self.slow |= slow;
        Ok(())
    }

    /// Writes, once, that the computer is slower than the recording.
    fn write_behind(&mut self, behind: bool) -> io::Result<()> {
        if behind && !self.behind {
            self.clear()?;
            writeln!(self.out, "{}", self.words.state.behind)?;
        }
        self.behind |= behind;
        Ok(())
    }

    fn write_halt(&mut self, halt: Option<Halt>) -> io::Result<()> {
        if let Some(new) = halt.filter(|_| halt != self.halt) {
            self.clear()?;
            writeln!(self.out, "{}", self.words.halt(new))?;
            self.out.flush()?;
        }
        self.halt = halt;
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        if self.is_terminal {
            write!(self.out, "{CLEAR_LINE}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Progress;
    use crate::i18n::Language;
    use crate::source::Timestamp;

    #[test]
    fn each_event_is_a_line_with_its_own_time_whatever_frames_arrive() {
        let mut out = Vec::new();
        let words = Arc::new(Words::read(Language::English).unwrap());
        let at = |seconds, event| TimedEvent {
            time: Timestamp::from_secs_f64(seconds),
            event,
            progress: Progress::default(),
        };
        let events = [at(1.0, Event::StandingFound), at(2.0, Event::RepetitionStarted), at(65.0, Event::StandingFound)];
        TerminalSession::new(&mut out, false, Style::Plain, words)
            .write_events(events.into_iter(), &CountedRepetitions::default())
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "00:01  Standing posture found\n01:05  Standing posture found\n");
    }
}
