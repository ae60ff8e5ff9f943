//! A session where there is no window: a live line that is written over and over, and a line for each event. Where
//! nobody watches (a file, a pipe) only the events are written.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::exit::Untold;
use super::interruption::Interruption;
use super::live_session::{LiveSession, SessionEnd};
use super::recording_setup;
use crate::coach::Repetition;
use crate::coach::guided::Stage;
use crate::coach::mobility::Mobility;
use crate::i18n::Words;
use crate::latest_slot::Taken;
use crate::pipeline::Halt;
use crate::pipeline::{PipelineOutput, TimedEvent};
use crate::screen::tally;
use crate::screen::terminal::{self, Style};
use crate::store::recorder::RecordingStatus;

/// How long to wait for the next observation before looking whether the person wants to stop.
const TIMEOUT: Duration = Duration::from_millis(200);

/// Goes to the start of the line and clears it.
const OVER_AGAIN: &str = "\r\x1b[2K";

/// Writes a session to `out`.
pub(super) struct TerminalSession<W> {
    out: W,
    watched: bool,
    style: Style,
    /// Why nothing new comes, as it was said.
    halt: Option<Halt>,
    /// Whether it was said that the session is no longer kept.
    lapsed: bool,
    /// Whether it was said that the computer is slow.
    simplified: bool,
    repetitions: Arc<[Repetition]>,
    /// What a mobility screen found so far.
    mobility: Option<Mobility>,
    words: Arc<Words>,
}

impl<W: Write> TerminalSession<W> {
    /// `watched` says whether a person looks at `out` as it is written.
    pub(super) fn new(out: W, watched: bool, style: Style, words: Arc<Words>) -> Self {
        Self {
            out,
            watched,
            style,
            halt: None,
            lapsed: false,
            simplified: false,
            repetitions: Arc::default(),
            mobility: None,
            words,
        }
    }

    /// Writes until the person stops it, nothing more comes, or something fails.
    pub(super) fn run(mut self, live: LiveSession, interruption: &Interruption) -> SessionEnd {
        let told = self.tell_all(&live, interruption).map_err(|error| Untold::from(error).into());
        let ended = live.finish();
        SessionEnd { repetitions: self.repetitions, mobility: self.mobility, outcome: told.and(ended) }
    }

    fn tell_all(&mut self, live: &LiveSession, interruption: &Interruption) -> io::Result<()> {
        writeln!(self.out, "{}", self.words.safety.line)?;
        let LiveSession { pipeline, recording } = live;
        let recording = recording.as_ref();
        if recording.is_some() {
            writeln!(self.out, "● REC  {}", self.words.state.kept)?;
        }
        while !interruption.wanted() {
            let taken = pipeline.next(TIMEOUT);
            self.tell_events(pipeline.happened())?;
            match taken {
                Taken::Value(seen) => {
                    self.tell_led(&seen)?;
                    self.tell(&seen, recording)?;
                    self.tell_lapse(recording)?;
                    self.tell_simplified(pipeline.simplified())?;
                }
                Taken::Nothing => self.tell_halt(pipeline.halt())?,
                Taken::Closed => break,
            }
        }
        self.clear()
    }

    fn tell_events(&mut self, happened: impl Iterator<Item = TimedEvent>) -> io::Result<()> {
        for TimedEvent { time, event, progress } in happened {
            if let Some(line) = terminal::event_line(time, &event, &progress, &self.words, self.style) {
                self.clear()?;
                writeln!(self.out, "{line}")?;
            }
        }
        self.out.flush()
    }

    fn tell(&mut self, seen: &PipelineOutput, recording: Option<&RecordingStatus>) -> io::Result<()> {
        self.halt = None;
        self.repetitions = Arc::clone(&seen.observation.progress.repetitions);
        if self.watched {
            let sign = if recording.is_some_and(RecordingStatus::goes_on) { "● REC  " } else { "" };
            write!(self.out, "{OVER_AGAIN}{sign}{}", self.live_line(seen))?;
        }
        self.out.flush()
    }

    /// The measurement, and while something else than a bend is led through, what that is.
    fn live_line(&self, PipelineOutput { observation, guided }: &PipelineOutput) -> String {
        match guided {
            Some(led) if !matches!(led.guidance.stage, Stage::Work { .. } | Stage::FullBend) || led.guidance.paused => {
                let sentence = self.words.during(led.guidance.line, &led.drill);
                format!("{}  {sentence}", tally::clock(observation.frame.time))
            }
            _ => terminal::line(observation, &self.words, self.style),
        }
    }

    /// What a led session says.
    fn tell_led(&mut self, seen: &PipelineOutput) -> io::Result<()> {
        let Some(led) = &seen.guided else { return Ok(()) };
        self.mobility = led.guidance.mobility;
        let time = tally::clock(seen.observation.frame.time);
        for said in &led.guidance.said {
            self.clear()?;
            writeln!(self.out, "{time}  {}", self.words.during(said.line, &led.drill))?;
        }
        Ok(())
    }

    /// Says, once, that the session is no longer kept.
    fn tell_lapse(&mut self, recording: Option<&RecordingStatus>) -> io::Result<()> {
        let lapsed = recording.is_some_and(|recording| !recording.goes_on());
        if lapsed && !self.lapsed {
            self.clear()?;
            recording.into_iter().for_each(recording_setup::tell_lapse);
        }
        self.lapsed = lapsed;
        Ok(())
    }

    /// Says, once, that the computer is slow.
    fn tell_simplified(&mut self, simplified: bool) -> io::Result<()> {
        if simplified && !self.simplified {
            self.clear()?;
            writeln!(self.out, "{}", self.words.state.simplified)?;
        }
        self.simplified = simplified;
        Ok(())
    }

    fn tell_halt(&mut self, halt: Option<Halt>) -> io::Result<()> {
        if let Some(new) = halt.filter(|_| halt != self.halt) {
            self.clear()?;
            writeln!(self.out, "{}", self.words.halt(new))?;
            self.out.flush()?;
        }
        self.halt = halt;
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        if self.watched {
            write!(self.out, "{OVER_AGAIN}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::{Event, Progress};
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
        let happened =
            [at(1.0, Event::StandingFound), at(2.0, Event::RepetitionStarted), at(65.0, Event::StandingFound)];
        TerminalSession::new(&mut out, false, Style::Plain, words).tell_events(happened.into_iter()).unwrap();
        let told = String::from_utf8(out).unwrap();
        assert_eq!(told, "00:01  Standing posture found\n01:05  Standing posture found\n");
    }
}
