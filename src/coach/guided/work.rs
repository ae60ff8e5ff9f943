//! The exercise itself: counts, cues, and tells in the very frame when the low back joins in.

use std::time::Duration;

use euclid::Angle;

use crate::coach::cue::{Aim, Cueing, Fading};
use crate::coach::drill::CueName;
use crate::coach::form::Form;
use crate::coach::mobility::Asked;
use crate::coach::{Phase, Verdict};
use crate::units::degrees;

use super::guidance::{Line, Signal, Stage, Urgency};
use super::plan::{Amount, Exercise};
use super::prompts::{Prompter, Prompts};
use super::summary::RoundSummary;
use super::timed::Timed;
use super::{StepContext, ViewState};

/// Upright, but this far from the standing posture, and the zero of the angles has moved: with the camera, or with the
/// person. [own]: twice the error of a flexion in standing.
const SHIFTED: Angle<f32> = degrees(12.0);

/// For so long, lest somebody who rests with a round back is sent to stand tall.
const SHIFTED_FOR: Duration = Duration::from_secs(3);

/// During the work, what is in the way is told to whoever has stood for so long: not to somebody who walks. [own]
const STAYS: Duration = Duration::from_secs(1);

/// When so many bends of the mobility screen did not count, it goes on without: nobody is kept bending. [own]
const MOST_MISSES: usize = 4;

/// What became of the work in one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkOutcome {
    GoesOn,
    Done,
    /// The zero of the angles is no longer true.
    Shifted,
}

/// One round.
#[derive(Debug)]
pub(super) enum Work {
    Bends(BendSet),
    Timed(Timed),
}

impl Work {
    /// The round of this exercise in its set of this number, from 0.
    pub fn new(exercise: &Exercise, set: usize) -> Self {
        match &exercise.amount {
            Amount::Repetitions { count, aim } => {
                let contrast = exercise.is_contrast(set);
                let mut aim = aim.clone();
                aim.cues.retain(|cue| !contrast || *cue == CueName::CouldNotTell);
                let bends = BendSet::new(*count, aim, Fading::in_set(set));
                Self::Bends(BendSet { contrast, asked: exercise.screen.clone(), ..bends })
            }
            Amount::Time { length, check } => Self::Timed(Timed::new(*length, *check)),
        }
    }

    /// The same without a look at the posture.
    pub fn unchecked(self) -> Self {
        match self {
            Self::Timed(timed) => Self::Timed(timed.unchecked()),
            bends @ Self::Bends(_) => bends,
        }
    }

    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> WorkOutcome {
        match self {
            Self::Bends(bends) => bends.observe(moment, out),
            Self::Timed(timed) => timed.observe(moment, out),
        }
    }

    /// To be said to the person again when it goes on.
    pub fn interrupt(&mut self) {
        if let Self::Bends(bends) = self {
            bends.began = false;
        }
    }

    pub fn stage(&self) -> Stage {
        match self {
            Self::Bends(bends) => Stage::Work { done: bends.forms.len(), of: bends.count },
            Self::Timed(timed) => timed.stage(),
        }
    }

    /// What the round came to; `None` for one without repetitions, for one that is to come from the back, where there is
    /// nothing to mend, and in the mobility screen, which has its own end.
    pub fn summary(&self) -> Option<RoundSummary> {
        match self {
            Self::Bends(bends) if !bends.forms.is_empty() && bends.asked.is_none() && !bends.contrast => {
                Some(RoundSummary::of(&bends.forms, bends.cueing.advice()))
            }
            _ => None,
        }
    }

    /// Whether its bends are to come from the back.
    pub fn is_contrast(&self) -> bool {
        matches!(self, Self::Bends(bends) if bends.contrast)
    }

    /// Whether the posture was given up as one that the camera cannot tell.
    pub fn is_unseen(&self) -> bool {
        matches!(self, Self::Timed(timed) if timed.is_unseen())
    }

    /// Whether the person has to be seen side-on and standing.
    pub fn is_measured(&self) -> bool {
        matches!(self, Self::Bends(_))
    }
}

/// Bends, judged one by one.
#[derive(Debug)]
pub(super) struct BendSet {
    count: usize,
    aim: Aim,
    cueing: Cueing,
    /// Whether the bends are to come from the back: then nothing is corrected and nothing warned of.
    contrast: bool,
    /// What a bend has to be like to count.
    asked: Option<Asked>,
    forms: Vec<Form>,
    missed: usize,
    began: bool,
    warned: bool,
    prompter: Prompter,
    shifted: Option<Duration>,
}

impl BendSet {
    fn new(count: usize, aim: Aim, fading: Fading) -> Self {
        Self {
            count,
            aim,
            cueing: Cueing::new(fading),
            contrast: false,
            asked: None,
            forms: Vec::new(),
            missed: 0,
            began: false,
            warned: false,
            prompter: Prompter::default(),
            shifted: None,
        }
    }

    fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> WorkOutcome {
        if !self.began {
            self.began = true;
            if self.forms.is_empty() {
                out.tell(Line::Begin);
                out.signal = Some(Signal::Start);
            } else {
                out.tell(Line::GoOn);
            }
        }
        // Whoever walks out is told nothing: soon the session waits for them.
        let stays = !moment.view.empty() && moment.stands >= STAYS;
        if let Some(line) = moment.view.line().filter(|_| stays) {
            self.prompter.tell(line, moment.now, out);
        } else if moment.cleared || moment.full_bend == Some(false) {
            out.show(self.forms.len().checked_sub(1).map_or(Line::Begin, |_| Line::GoOn));
        }
        self.warn(moment, out);
        if let Some(form) = moment.form {
            self.finish(form, moment, out);
        }
        match () {
            () if self.forms.len() >= self.count || self.missed >= MOST_MISSES => WorkOutcome::Done,
            () if self.is_shifted(moment) => WorkOutcome::Shifted,
            () => WorkOutcome::GoesOn,
        }
    }

    /// Sounds once a repetition, in the frame in which the bend has become one from the back. That frame counts by itself:
    /// the verdict of the repetition, a median of many, comes later than an ear can use.
    fn warn(&mut self, moment: &StepContext, out: &mut Prompts) {
        let (measurement, progress) = (moment.glimpse.measurement, moment.glimpse.progress);
        let now = measurement.filtered.zip(measurement.interval);
        let now = now.and_then(|(bend, interval)| Verdict::of(&bend, &interval, &progress.bands()));
        match progress.phase {
            Phase::Top => self.warned = false,
            _ if progress.awaits_full_bend => {} // a full bend is no fault
            Phase::Down | Phase::Bottom if now == Some(Verdict::Back) && !self.warned && !self.contrast => {
                self.warned = true;
                out.signal = Some(Signal::BackJoinedIn);
            }
            _ => {}
        }
    }

    fn finish(&mut self, form: &Form, moment: &StepContext, out: &mut Prompts) {
        if let Some(why) = self.missed(form, moment) {
            self.missed += 1;
            out.tell(if self.missed < MOST_MISSES { why } else { Line::GoesOnWithout });
            return;
        }
        self.forms.push(*form);
        let counted = Line::Repetition(self.forms.len());
        out.show(counted);
        out.say(counted, Urgency::Now);
        if let Some(cue) = self.cueing.choose(form, &self.aim) {
            out.tell(Line::Cue(cue));
        }
        if self.contrast && self.forms.len() == self.count {
            out.tell(Line::TimeDone);
            out.signal = Some(Signal::Done);
        }
    }

    /// Why this bend does not count.
    fn missed(&self, form: &Form, moment: &StepContext) -> Option<Line> {
        let asked = self.asked.as_ref()?;
        if moment.wrong_side { Some(Line::TurnRound) } else { asked.miss(form).map(Line::Missed) }
    }

    fn is_shifted(&mut self, moment: &StepContext) -> bool {
        let away = moment.glimpse.measurement.filtered.is_some_and(|bend| {
            bend.hip_flexion.radians.abs().max(bend.lumbar_flexion.radians.abs()) > SHIFTED.radians
        });
        if !away || moment.glimpse.progress.phase != Phase::Top {
            self.shifted = None;
            return false;
        }
        moment.now - *self.shifted.get_or_insert(moment.now) >= SHIFTED_FOR
    }
}

impl ViewState {
    /// The sentence for what is in the way; `None` if nothing is.
    pub(super) fn line(self) -> Option<Line> {
        match self {
            Self::Clear => None,
            Self::Dark => Some(Line::TooDark),
            Self::Blocked(state) => Some(Line::Obstacle(state)),
        }
    }
}
