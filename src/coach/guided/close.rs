//! The closing prompts of a session, one after the other, and its end: nobody should have to walk to the keyboard for it.

use std::time::Duration;

use crate::coach::cue::Cue;
use crate::coach::form::Reach;
use crate::coach::mobility::{self, Comparison, Mobility};

use super::guidance::{Ending, Line, Signal, Urgency};
use super::prompts::Prompts;
use super::step::StepContext;
use super::summary::{PreviousResult, SessionSummary};

/// How long each sentence is shown: the longest takes some 5 s to say, and the person should have time to look at the
/// picture.
const EACH: Duration = Duration::from_secs(7);

/// After the last sentence the session is kept for this long: it is said and could be read. [own]
const KEPT: Duration = Duration::from_secs(10);

/// After the last sentence the picture stays for this long, unless a gesture ends the session before. [own]: long enough to
/// walk up to the screen and read it.
const STAYS: Duration = Duration::from_secs(60);

/// The end of a session.
#[derive(Debug, Default)]
pub(super) struct Closing {
    pub summary: SessionSummary,
    lines: Vec<Line>,
    sentences_said: usize,
    began: Option<Duration>,
    /// How long ago the last sentence was said; `None` before.
    all_said: Option<Duration>,
    /// Whether the person asked to leave.
    left: bool,
}

impl Closing {
    /// Creates the end of a session with this result, or of a mobility screen.
    ///
    /// `before` is the result of the previous session of the same kind. `stopped` is why no further set is offered, `stayed` what
    /// is told of the bends without feedback, `advice` that of the last set.
    pub fn new(
        summary: SessionSummary,
        mobility: Option<&Mobility>,
        before: &PreviousResult,
        stopped: Option<Line>,
        stayed: Option<Line>,
        advice: Option<Option<Cue>>,
    ) -> Self {
        let lines = match (mobility, summary.repetitions.len()) {
            (Some(mobility), _) => screened(mobility, before.screen.as_ref()),
            (None, _) if stopped.is_some() => Vec::new(), // what it came to does not matter now
            (None, 0) => vec![Line::CloseTimed],
            (None, of) => {
                let changed = summary.reach.zip(before.reach).and_then(|(now, before)| changed(&now, &before));
                let hips = summary.from_hips();
                let close = match () {
                    () if summary.is_untold() => Line::CloseTimed,
                    () if summary.is_told() => Line::Close { hips, of },
                    () => Line::CloseSeen { hips, of },
                };
                changed.into_iter().chain(stayed).chain(advice.map(Line::NextTime)).chain([close]).collect()
            }
        };
        let lines = stopped.into_iter().chain(stopped.map(|_| Line::LeaveItForToday)).chain(lines).collect();
        Self { summary, lines, ..Self::default() }
    }

    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) {
        let since = context.now - *self.began.get_or_insert(context.now);
        if self.sentences_said < self.lines.len() && since >= EACH * self.sentences_said as u32 {
            out.signal = (self.sentences_said == 0).then_some(Signal::Done);
            out.say(self.lines[self.sentences_said], Urgency::Calm);
            self.sentences_said += 1;
        }
        self.follow_end(since);
        // In every frame: a pause may have replaced it with its own sentence.
        if let Some(line) = self.sentences_said.checked_sub(1).and_then(|last| self.lines.get(last)) {
            // That findings are no diagnosis stays on the screen for as long as they do.
            let stays = self.ending() == Ending::Open || *line == Line::NoDiagnosis;
            out.show(if stays { *line } else { Line::Leave });
        }
    }

    fn follow_end(&mut self, since: Duration) {
        let last = EACH * self.lines.len().saturating_sub(1) as u32;
        self.all_said = (self.sentences_said == self.lines.len()).then(|| since.saturating_sub(last));
    }

    /// Ends the session at once.
    pub fn leave(&mut self) {
        self.left = true;
    }

    pub fn ending(&self) -> Ending {
        match self.all_said {
            _ if self.left => Ending::Over,
            Some(ago) if ago >= STAYS => Ending::Over,
            Some(ago) if ago >= KEPT => Ending::Complete,
            _ => Ending::Open,
        }
    }
}

/// Returns the line for a change since last time; `None` within the error.
fn changed(now: &Reach, before: &Reach) -> Option<Line> {
    match mobility::compare_sessions(now, before) {
        Comparison::More(difference) => Some(Line::ReachMore(difference)),
        Comparison::Less(difference) => Some(Line::ReachLess(difference)),
        Comparison::Alike | Comparison::Open => None,
    }
}

fn screened(mobility: &Mobility, before: Option<&Mobility>) -> Vec<Line> {
    let findings = mobility.findings();
    if findings.is_empty() {
        return vec![Line::FoundNothing];
    }
    let changed = before.map(|before| mobility.since(before)).unwrap_or_default();
    let found = findings.into_iter().chain(changed).map(Line::Found);
    [Line::ScreenDone].into_iter().chain(found).chain([Line::NoDiagnosis]).collect()
}
