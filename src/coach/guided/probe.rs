//! What stayed: three bends without any feedback, before anything is taught or practised.

use std::time::Duration;

use crate::coach::form::Form;
use crate::coach::{Phase, Repetition};

use super::guidance::{Line, Stage, Urgency};
use super::prompts::{Prompter, Prompts};
use super::step::{StepContext, ViewState};

/// Number of bends.
const BENDS: usize = 3;

/// Whoever stands ready and does not bend is told what to do once, after this long, and then, after as long again, the
/// session goes on without.
const READY: Duration = Duration::from_secs(15);

/// Three silent bends.
#[derive(Debug, Default)]
pub(super) struct Probe {
    began: bool,
    repetitions: Vec<Repetition>,
    /// Since when nothing was done, and how often that was told.
    idle: Option<Duration>,
    nudged: bool,
    prompter: Prompter,
}

impl Probe {
    /// Returns whether it is over.
    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> bool {
        if !std::mem::replace(&mut self.began, true) {
            out.say(Line::ShowMe, Urgency::Calm);
        }
        let done = self.repetitions.len();
        out.show(if done == 0 { Line::ShowMe } else { Line::Counted { done, of: BENDS } });
        if let Some(line) = context.obstacle() {
            self.prompter.tell(line, context.now, out);
        }
        self.repetitions.extend(context.input.form.map(|form: &Form| form.repetition));
        if self.is_complete() {
            out.tell(Line::ShownMe);
            return true;
        }
        self.waits_in_vain(context, out)
    }

    fn waits_in_vain(&mut self, context: &StepContext, out: &mut Prompts) -> bool {
        if context.view != ViewState::Clear
            || context.input.progress.phase != Phase::Top
            || context.input.form.is_some()
        {
            self.idle = None;
            return false;
        }
        let waited = context.now - *self.idle.get_or_insert(context.now) >= READY;
        if waited && !self.nudged {
            (self.nudged, self.idle) = (true, None);
            out.say(Line::JustBend, Urgency::Calm);
            out.say(Line::OrLeaveOut, Urgency::Calm);
            return false;
        }
        waited
    }

    /// Whether all of them were done.
    pub fn is_complete(&self) -> bool {
        self.repetitions.len() >= BENDS
    }

    /// The bends so far.
    pub fn repetitions(&self) -> &[Repetition] {
        &self.repetitions
    }

    pub fn stage(&self) -> Stage {
        Stage::Probe { done: self.repetitions.len(), of: BENDS }
    }
}
