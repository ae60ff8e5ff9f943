//! A timed posture or slow movement: counts the seconds, if possible only those in the posture.

use std::time::Duration;

use crate::coach::drill::Check;
use crate::coach::posture::{PostureSeen, Watch};

use super::guidance::{Line, Signal, Stage, Urgency};
use super::prompts::{Prompter, Prompts};
use super::step::{StepContext, WorkOutcome};

/// The last seconds that are counted down.
const LAST_SECONDS: u32 = 3;

/// The end is announced this many seconds before.
const WARNING: u32 = 10;

/// At the beginning there is no prompt to take up the posture for this long, and without a check the time does not run: getting down
/// on the floor takes a while. [own]
const GETTING_DOWN: Duration = Duration::from_secs(5);

/// One timed round.
#[derive(Debug)]
pub(super) struct Timed {
    length: Duration,
    /// The time that has counted so far.
    counted: Duration,
    began: Option<Duration>,
    /// Time of the previous frame, if it counted.
    ran: Option<Duration>,
    left: u32,
    watch: Option<Watch>,
    unseen: bool,
    prompter: Prompter,
}

impl Timed {
    /// Creates a round of this length. Only the time in the posture `check` counts.
    pub fn new(length: Duration, check: Option<Check>) -> Self {
        Self {
            length,
            counted: Duration::ZERO,
            began: None,
            ran: None,
            left: u32::MAX,
            watch: check.map(Watch::new),
            unseen: false,
            prompter: Prompter::default(),
        }
    }

    /// The same round without the posture check.
    pub fn unchecked(self) -> Self {
        Self { watch: None, ..self }
    }

    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> WorkOutcome {
        if self.began.is_none() {
            out.tell(Line::Begin);
        }
        let since = context.now.saturating_sub(*self.began.get_or_insert(context.now));
        if !self.runs(context, since, out) {
            self.ran = None;
            return WorkOutcome::GoesOn;
        }
        match self.ran.replace(context.now) {
            // A person looking at the floor hears that the time runs.
            None => out.signal = Some(Signal::Start),
            Some(before) => self.counted += context.now.saturating_sub(before),
        }
        self.count_down(out)
    }

    /// Returns whether the time of this frame counts.
    fn runs(&mut self, context: &StepContext, since: Duration, out: &mut Prompts) -> bool {
        let Some(watch) = &mut self.watch else { return since >= GETTING_DOWN };
        match watch.observe(context.input.limbs, context.now) {
            PostureSeen::Held => true,
            PostureSeen::Missing => {
                if since >= GETTING_DOWN {
                    self.prompter.tell(Line::Posture(watch.check()), context.now, out);
                }
                false
            }
            PostureSeen::Unseen => {
                out.tell(Line::Unchecked);
                (self.watch, self.unseen) = (None, true);
                true
            }
        }
    }

    fn count_down(&mut self, out: &mut Prompts) -> WorkOutcome {
        let left = self.length.saturating_sub(self.counted).as_secs_f32().ceil() as u32;
        if left == 0 {
            out.tell(Line::TimeDone);
            out.signal = Some(Signal::Done);
            return WorkOutcome::Done;
        }
        out.show(Line::SecondsLeft(left));
        if left != self.left {
            self.left = left;
            if left == WARNING {
                out.say(Line::SecondsLeft(left), Urgency::Calm);
            }
            if left <= LAST_SECONDS {
                out.signal = Some(Signal::Tick);
            }
        }
        WorkOutcome::GoesOn
    }

    pub fn stage(&self) -> Stage {
        let of = self.length.as_secs() as usize;
        Stage::Work { done: of.saturating_sub(self.left as usize), of }
    }

    /// The time that has counted so far.
    pub fn counted(&self) -> Duration {
        self.counted
    }

    /// Whether the posture check was abandoned because the camera cannot recognise the posture.
    pub fn is_unseen(&self) -> bool {
        self.unseen
    }
}
