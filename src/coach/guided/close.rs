//! The last words of a session, one sentence after the other; the last one stays.

use std::time::Duration;

use crate::coach::form::Reach;
use crate::coach::mobility::{self, Comparison, Mobility};

use super::guidance::{Line, Signal, Urgency};
use super::prompts::Prompts;
use super::step::StepContext;
use super::summary::{PreviousResult, SessionSummary};

/// How long each sentence stands: the longest takes some 5 s to be said, and one ought to look at the picture.
const EACH: Duration = Duration::from_secs(7);

/// The end of a session.
#[derive(Debug, Default)]
pub(super) struct Closing {
    pub summary: SessionSummary,
    lines: Vec<Line>,
    told: usize,
    began: Option<Duration>,
}

impl Closing {
    /// The end of a session that came to this, or of a mobility screen.
    ///
    /// `before` is what the last session like it came to.
    pub fn new(summary: SessionSummary, mobility: Option<&Mobility>, before: &PreviousResult) -> Self {
        let lines = match (mobility, summary.repetitions.len()) {
            (Some(mobility), _) => screened(mobility, before.screen.as_ref()),
            (None, 0) => vec![Line::CloseTimed],
            (None, of) => {
                let changed = summary.reach.zip(before.reach).and_then(|(now, before)| changed(&now, &before));
                changed.into_iter().chain([Line::Close { hips: summary.from_hips(), of }]).collect()
            }
        };
        Self { summary, lines, ..Self::default() }
    }

    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) {
        let since = moment.now - *self.began.get_or_insert(moment.now);
        if self.told < self.lines.len() && since >= EACH * self.told as u32 {
            out.signal = (self.told == 0).then_some(Signal::Done);
            out.say(self.lines[self.told], Urgency::Calm);
            self.told += 1;
        }
        // Every frame: a pause may have put its own sentence there.
        if let Some(line) = self.told.checked_sub(1).and_then(|last| self.lines.get(last)) {
            out.show(*line);
        }
    }
}

/// What is said of a change since last time: nothing within the error.
fn changed(now: &Reach, before: &Reach) -> Option<Line> {
    match mobility::compare_sessions(now, before) {
        Comparison::More(difference) => Some(Line::ReachMore(difference.angle)),
        Comparison::Less(difference) => Some(Line::ReachLess(difference.angle)),
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
