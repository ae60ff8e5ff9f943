//! The exercise itself: counts, cues, and the immediate warning when the low back joins in.

use std::time::Duration;

use euclid::Angle;

use crate::coach::cue::{Aim, Cueing};
use crate::coach::drill::CueName;
use crate::coach::feedback::{FeedbackPlan, FeedbackPoint, Schedule, feedback_due};
use crate::coach::form::Form;
use crate::coach::mobility::Asked;
use crate::coach::{Bands, LiveCue, Phase, Verdict};
use crate::units::degrees;

use super::arrival::is_bent;
use super::guidance::{FeedbackGiven, Line, Signal, Stage, ToneGiven, Urgency};
use super::plan::{Amount, Exercise};
use super::prompts::{Prompter, Prompts};
use super::step::{StepContext, ViewState, WorkOutcome};
use super::summary::RoundSummary;
use super::timed::Timed;

/// A person who is upright but this far from the standing posture has an outdated baseline: the camera or the person
/// has moved. [own]: twice the error of a flexion in standing.
const SHIFTED: Angle<f32> = degrees(12.0);

/// It has to last this long, so that a person who rests with a round back is not asked to stand tall.
const SHIFTED_FOR: Duration = Duration::from_secs(3);

/// What was told of the last bend is shown for so long, between two bends; then, how many are done. [own]
pub const TOLD_FOR: Duration = Duration::from_secs(6);

/// Whoever stands ready and does not bend is spoken to after this long, and once more after the second. [own]: longer than
/// a breath between two bends, shorter than the doubt whether anybody still watches.
const NUDGES: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(25)];

/// After this many bends that do not count the mobility screen moves on, so that nobody has to keep bending. [own]
const MOST_MISSES: usize = 4;

/// One round of work.
#[derive(Debug)]
pub(super) enum Work {
    Bends(BendSet),
    Timed(Timed),
}

impl Work {
    /// Creates the round of this exercise in the set with this number, from 0.
    pub fn new(exercise: &Exercise, set: usize) -> Self {
        match &exercise.amount {
            Amount::Repetitions { count, aim } => {
                let contrast = exercise.is_contrast(set);
                let mut aim = aim.clone();
                aim.cues.retain(|cue| !contrast || *cue == CueName::CouldNotTell);
                let bends = BendSet::new(*count, aim, exercise.feedback, set);
                Self::Bends(BendSet { contrast, asked: exercise.screen.clone(), ..bends })
            }
            Amount::Time { length, check } => Self::Timed(Timed::new(*length, *check)),
        }
    }

    /// The same round without the posture check.
    pub fn unchecked(self) -> Self {
        match self {
            Self::Timed(timed) => Self::Timed(timed.unchecked()),
            bends @ Self::Bends(_) => bends,
        }
    }

    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> WorkOutcome {
        match self {
            Self::Bends(bends) => bends.observe(context, out),
            Self::Timed(timed) => timed.observe(context, out),
        }
    }

    /// Prepares the prompts to be repeated when the work resumes.
    pub fn interrupt(&mut self) {
        if let Self::Bends(bends) = self {
            (bends.began, bends.idle) = (false, None);
        }
    }

    pub fn stage(&self) -> Stage {
        match self {
            Self::Bends(bends) => Stage::Work { done: bends.forms.len(), of: bends.count },
            Self::Timed(timed) => timed.stage(),
        }
    }

    /// Returns the result of the round; `None` if it has no repetitions, if it should come from the back and so needs
    /// no correction, and in the mobility screen, which has its own closing.
    pub fn summary(&self) -> Option<RoundSummary> {
        match self {
            Self::Bends(bends) if !bends.forms.is_empty() && bends.asked.is_none() && !bends.contrast => {
                Some(RoundSummary::of(&bends.forms, bends.cueing.advice(), &bends.bands))
            }
            _ => None,
        }
    }

    /// Answers whoever asks how the last repetition was, and lets the tone sound in the next one.
    pub fn tell(&mut self, out: &mut Prompts) {
        if let Self::Bends(bends) = self {
            bends.tell(out);
        }
    }

    /// Whether there is a repetition to ask for.
    pub fn can_tell(&self) -> bool {
        matches!(self, Self::Bends(bends) if bends.can_tell())
    }

    /// Whether the schedule lets the tone sound in the current bend.
    pub fn has_tone(&self) -> bool {
        matches!(self, Self::Bends(bends) if bends.has_tone())
    }

    /// Whether its repetitions are only spoken of when the person asks.
    pub fn is_on_request(&self) -> bool {
        let on_request = |bends: &BendSet| bends.feedback.words.in_set(bends.set) == Schedule::OnRequest;
        matches!(self, Self::Bends(bends) if on_request(bends) && !bends.contrast && bends.asked.is_none())
    }

    /// Whether its bends should come from the back.
    pub fn is_contrast(&self) -> bool {
        matches!(self, Self::Bends(bends) if bends.contrast)
    }

    /// Whether the posture check was abandoned because the camera cannot recognise the posture.
    pub fn is_unseen(&self) -> bool {
        matches!(self, Self::Timed(timed) if timed.is_unseen())
    }

    /// How much of a timed round has counted so far; `None` of bends.
    pub fn held(&self) -> Option<Duration> {
        match self {
            Self::Bends(_) => None,
            Self::Timed(timed) => Some(timed.counted()),
        }
    }

    /// Whether the person has to stand and be seen side-on.
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
    feedback: FeedbackPlan,
    /// Its number, from 0.
    set: usize,
    /// Whether the person has asked since the last repetition: then the tone sounds in the next.
    requested: bool,
    /// Whether the bends should come from the back: then there are no corrections and no warnings.
    contrast: bool,
    /// What a bend has to be like to count.
    asked: Option<Asked>,
    /// By which the last bend was judged.
    bands: Bands,
    forms: Vec<Form>,
    missed: usize,
    began: bool,
    /// Whether the low back has joined in in this bend.
    joined: bool,
    /// What became of the tone in this bend.
    tone: ToneGiven,
    prompter: Prompter,
    shifted: Option<Duration>,
    /// What was last told and when, to be shown between two bends.
    told: Option<(Line, Duration)>,
    /// The line that this set last showed: another one was told by somebody else.
    shown: Option<Line>,
    /// Since when nothing was done, and how many of [`NUDGES`] are over since.
    idle: Option<(Duration, usize)>,
}

impl BendSet {
    fn new(count: usize, aim: Aim, feedback: FeedbackPlan, set: usize) -> Self {
        Self {
            count,
            aim,
            cueing: Cueing::new(feedback.words, set),
            feedback,
            set,
            requested: false,
            contrast: false,
            asked: None,
            bands: Bands::default(),
            forms: Vec::new(),
            missed: 0,
            began: false,
            joined: false,
            tone: ToneGiven::default(),
            prompter: Prompter::default(),
            shifted: None,
            told: None,
            shown: None,
            idle: None,
        }
    }

    fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> WorkOutcome {
        if !self.began {
            self.began = true;
            if self.forms.is_empty() {
                out.tell(Line::Begin);
                out.signal = Some(Signal::Start);
            } else {
                out.tell(Line::GoOn);
            }
        }
        let obstacle = context.obstacle();
        if let Some(line) = obstacle {
            self.prompter.tell(line, context.now, out);
        } else if context.cleared || context.full_bend == Some(false) {
            out.show(self.awaited(context));
        }
        self.warn(context, out);
        self.nudge(context, out);
        if let Some(form) = context.input.form {
            self.finish(form, context, out);
        }
        if context.input.progress.phase == Phase::Top {
            // That of a bend that was broken off, or did not count, is not that of the next.
            self.tone = ToneGiven::NotNeeded;
        }
        self.show_moment(context, obstacle.is_some(), out);
        match () {
            () if self.forms.len() >= self.count || self.missed >= MOST_MISSES => WorkOutcome::Done,
            () if self.is_shifted(context) => WorkOutcome::Shifted,
            () => WorkOutcome::GoesOn,
        }
    }

    /// What is to be done next, once nothing is in the way any more.
    fn awaited(&self, context: &StepContext) -> Line {
        match () {
            () if context.input.progress.awaits_full_bend => Line::FullBend,
            () if self.forms.is_empty() => Line::Begin,
            () => Line::GoOn,
        }
    }

    /// Sounds once per repetition, in the frame in which the bend becomes one from the back, if the schedule lets it. This uses the single
    /// frame: the verdict of the repetition, a median of many, would come too late to be heard in time.
    fn warn(&mut self, context: &StepContext, out: &mut Prompts) {
        let (measurement, progress) = (context.input.measurement, context.input.progress);
        let now = measurement.filtered.zip(measurement.half_width_90);
        let now = now.and_then(|(bend, half_width_90)| Verdict::of(&bend, &half_width_90, &progress.bands()));
        match progress.phase {
            Phase::Top => self.joined = false,
            _ if progress.awaits_full_bend => {} // a full bend is no fault
            Phase::Down | Phase::Bottom if now == Some(Verdict::Back) && !self.joined && !self.contrast => {
                self.joined = true;
                self.tone = ToneGiven::Withheld;
                if self.has_tone() {
                    self.tone = ToneGiven::Sounded;
                    out.signal = Some(Signal::BackJoinedIn);
                }
            }
            _ => {}
        }
    }

    fn has_tone(&self) -> bool {
        let (set, repetition, requested) = (self.set, self.forms.len() + 1, self.requested);
        let point = FeedbackPoint { set, repetition, outside: true, requested };
        // The mobility screen is a measurement and no practice: who feels the low back round comes up.
        !self.contrast && (self.asked.is_some() || feedback_due(self.feedback.tone, point).is_due())
    }

    fn can_tell(&self) -> bool {
        !self.forms.is_empty() && !self.contrast && self.asked.is_none()
    }

    fn tell(&mut self, out: &mut Prompts) {
        let Some(form) = self.forms.last().filter(|_| self.can_tell()) else { return };
        let choice = self.cueing.answer(form, &self.aim);
        if let Some(cue) = choice.cue {
            out.tell(Line::Cue(cue));
        }
        out.feedback = Some(FeedbackGiven { words: choice.due, cue: choice.cue, tone: ToneGiven::NotNeeded });
        self.requested = true;
    }

    /// Speaks to a person who stands ready and does not begin. As with the cues, whoever knows how it goes is
    /// left in peace longer: from the second set on, and between two bends, only the second nudge is said.
    fn nudge(&mut self, context: &StepContext, out: &mut Prompts) {
        let progress = context.input.progress;
        if context.view != ViewState::Clear || progress.phase != Phase::Top || progress.awaits_full_bend {
            self.idle = None;
            return;
        }
        let (since, over) = *self.idle.get_or_insert((context.now, 0));
        if NUDGES.get(over).is_none_or(|after| context.now - since < *after) {
            return;
        }
        self.idle = Some((since, over + 1));
        match (over, self.forms.is_empty()) {
            (0, true) if self.set == 0 => out.tell(Line::NoHurry),
            (0, _) => {}
            (_, true) => out.tell(Line::JustBend),
            (_, false) => out.tell(Line::GoOnWhenReady),
        }
    }

    fn finish(&mut self, form: &Form, context: &StepContext, out: &mut Prompts) {
        if let Some(why) = self.missed(form, context) {
            self.missed += 1;
            out.tell(if self.missed < MOST_MISSES { why } else { Line::GoesOnWithout });
            return;
        }
        self.forms.push(*form);
        self.bands = context.input.progress.bands();
        out.show(self.counted());
        out.say(Line::Repetition(self.forms.len()), Urgency::Now);
        let choice = self.cueing.choose(form, &self.aim);
        if let Some(cue) = choice.cue {
            out.tell(Line::Cue(cue));
        }
        let tone = std::mem::take(&mut self.tone);
        out.feedback = Some(FeedbackGiven { words: choice.due, cue: choice.cue, tone });
        self.requested = false;
        if self.contrast && self.forms.len() == self.count {
            out.tell(Line::TimeDone);
            out.signal = Some(Signal::Done);
        }
    }

    fn counted(&self) -> Line {
        Line::Counted { done: self.forms.len(), of: self.count }
    }

    /// Shows what belongs to this moment: in a bend what to do in it, between two what was told of the last one, then the count.
    fn show_moment(&mut self, context: &StepContext, is_blocked: bool, out: &mut Prompts) {
        if self.shown != Some(out.line) {
            self.told = Some((out.line, context.now));
        }
        if !is_blocked {
            let stays = self.forms.is_empty() || self.asked.is_some();
            let is_recent = |then| context.input.progress.phase == Phase::Top && context.now - then < TOLD_FOR;
            let told = self.told.filter(|(_, then)| stays || is_recent(*then));
            let otherwise = told.map_or(self.counted(), |(line, _)| line);
            out.show(self.live_cue(context).map_or(otherwise, Line::During));
        }
        self.shown = Some(out.line);
    }

    /// What to do in the current bend; `None` between two, and where bends are asked for that are not to come from the hips.
    fn live_cue(&self, context: &StepContext) -> Option<LiveCue> {
        let bend = context.input.measurement.filtered;
        let cue = LiveCue::of(context.input.progress, bend.as_ref())?;
        if self.asked.is_some() {
            return Some(cue.in_screen());
        }
        (cue == LiveCue::Up || !self.contrast).then_some(cue)
    }

    /// Returns why this bend does not count.
    fn missed(&self, form: &Form, context: &StepContext) -> Option<Line> {
        let asked = self.asked.as_ref()?;
        if context.wrong_side { Some(Line::TurnRound) } else { asked.miss(form).map(Line::Missed) }
    }

    fn is_shifted(&mut self, context: &StepContext) -> bool {
        let away = context.input.measurement.filtered.is_some_and(|bend| {
            bend.hip_flexion.radians.abs().max(bend.lumbar_flexion.radians.abs()) > SHIFTED.radians
        });
        // After a hole in a bend its phase is unknown, and that of somebody at its bottom is the top.
        if !away || context.input.progress.phase != Phase::Top || is_bent(context) {
            self.shifted = None;
            return false;
        }
        context.now - *self.shifted.get_or_insert(context.now) >= SHIFTED_FOR
    }
}
