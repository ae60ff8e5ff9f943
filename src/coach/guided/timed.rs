//! A posture or a slow movement for some time: counts the seconds, where it can those in the posture only.

use std::time::Duration;

use crate::coach::drill::Check;
use crate::coach::posture::{PostureSeen, Watch};

use super::guidance::{Line, Signal, Stage, Urgency};
use super::prompts::{Prompter, Prompts};
use super::step::{StepContext, WorkOutcome};

/// The last seconds are counted down.
const LAST_SECONDS: u32 = 3;

/// How many seconds before its end it says so.
const WARNING: u32 = 10;

/// For so long nobody is asked into the posture at the beginning: getting down on the floor takes a while. [own]
const GETTING_DOWN: Duration = Duration::from_secs(5);

/// One round.
#[derive(Debug)]
pub(super) struct Timed {
    length: Duration,
    /// What has counted of it.
    counted: Duration,
    began: Option<Duration>,
    /// When the frame before this one was, if its time counted.
    ran: Option<Duration>,
    left: u32,
    watch: Option<Watch>,
    unseen: bool,
    prompter: Prompter,
}

impl Timed {
    /// A round of this length, of which only the time in the posture `check` counts.
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

    /// The same without a look at the posture.
    pub fn unchecked(self) -> Self {
        Self { watch: None, ..self }
    }

    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> WorkOutcome {
        if self.began.is_none() {
            out.tell(Line::Begin);
        }
        let since = moment.now.saturating_sub(*self.began.get_or_insert(moment.now));
        if !self.runs(moment, since, out) {
            self.ran = None;
            return WorkOutcome::GoesOn;
        }
        match self.ran.replace(moment.now) {
            // Whoever looks at the floor hears that the time runs.
            None => out.signal = Some(Signal::Start),
            Some(before) => self.counted += moment.now.saturating_sub(before),
        }
        self.count_down(out)
    }

    /// Whether the time of this frame counts.
    fn runs(&mut self, moment: &StepContext, since: Duration, out: &mut Prompts) -> bool {
        let Some(watch) = &mut self.watch else { return true };
        match watch.observe(moment.glimpse.limbs, moment.now) {
            PostureSeen::Held => true,
            PostureSeen::Missing => {
                if since >= GETTING_DOWN {
                    self.prompter.tell(Line::Posture(watch.check()), moment.now, out);
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

    /// Whether the posture was given up as one that the camera cannot tell.
    pub fn is_unseen(&self) -> bool {
        self.unseen
    }
}
