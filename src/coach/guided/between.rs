//! Lesson, review and rest: the parts of a session that run by themselves.

use std::time::Duration;

use super::guidance::{Line, Signal, Stage, Urgency};
use super::map::Overview;
use super::plan::{Amount, Exercise};
use super::prompts::{Prompter, Prompts};
use super::step::{StepContext, ViewState};
use super::summary::RoundSummary;
use crate::coach::{LiveCue, Phase, SetStatement};

/// Time to say the drill's name.
const NAME: Duration = Duration::from_secs(2);

/// The delay before the review starts to speak, so that the last words of the round are over.
const BREATH: Duration = Duration::from_millis(2500);

/// How long each of the review's sentences is shown before the next: what the set tells, and the advice.
const RESULT: Duration = Duration::from_secs(4);

/// How long the two repetitions are shown, one over the other and side by side.
const REVIEW: Duration = Duration::from_secs(14);

/// Time to hear how a raised hand goes on, and to try it.
const TRY: Duration = Duration::from_secs(7);

/// A rest announces its end this many seconds before; a short one this many seconds before it is half over.
const REST_ENDS: u32 = 5;

/// Time to say what the session consists of.
const OVERVIEW: Duration = Duration::from_secs(3);

/// Time to say that there are more or fewer repetitions than last time.
const AMOUNT: Duration = Duration::from_secs(5);

/// Explains the drill, sentence by sentence.
#[derive(Debug)]
pub(super) struct Lesson {
    sentences: Vec<(Line, Duration)>,
    /// Whether it teaches: whoever moves along with it tries what is explained. A bend of whoever knows the drill is the first of the set.
    teaches: bool,
    /// Whether the person has stood since its last sentence began: a bend that they begin after that is meant.
    stood: bool,
    began: Option<Duration>,
    next: usize,
    part: f32,
    prompter: Prompter,
}

impl Lesson {
    /// `overview` at the beginning of a session; `named` if the name of the drill was just said.
    pub fn new(exercise: &Exercise, overview: Option<Overview>, named: bool) -> Self {
        let changed = changed(exercise).map(|line| (line, AMOUNT));
        let told = if exercise.is_known() { &[] } else { exercise.lesson.as_slice() };
        let how = told.iter().enumerate().map(|(number, length)| (Line::Lesson(number), *length));
        let name = (!named).then_some((Line::Drill, NAME));
        // Whoever knows the drill begins at once.
        let length = if exercise.is_known() { Duration::ZERO } else { OVERVIEW };
        let overview = overview.map(|overview| (Line::Overview(overview), length));
        let sentences = name.into_iter().chain(overview).chain(changed).chain(how).collect();
        let (teaches, prompter) = (!told.is_empty(), Prompter::default());
        Self { sentences, teaches, stood: false, began: None, next: 0, part: 0.0, prompter }
    }

    /// Returns whether the round begins: everything was said and the person stands, or they begin by themselves. `of_bends` if it is
    /// one of bends.
    pub fn observe(&mut self, context: &StepContext, of_bends: bool, out: &mut Prompts) -> bool {
        let since = context.now - *self.began.get_or_insert(context.now);
        let length = |sentences: &[(Line, Duration)]| sentences.iter().map(|(_, length)| *length).sum::<Duration>();
        let whole = length(&self.sentences);
        self.part = if whole.is_zero() { 1.0 } else { since.as_secs_f32() / whole.as_secs_f32() };
        if let Some((line, _)) = self.sentences.get(self.next).filter(|_| since >= length(&self.sentences[..self.next]))
        {
            out.tell(*line);
            self.next += 1;
        }
        let bends = of_bends && context.input.progress.phase != Phase::Top;
        if bends && (self.stood || !self.teaches) {
            return true;
        }
        self.stood |= !bends && self.next == self.sentences.len();
        since >= whole && (!of_bends || is_between_bends(context, &mut self.prompter, out))
    }

    pub fn stage(&self) -> Stage {
        Stage::Lesson { part: self.part.min(1.0) }
    }
}

/// Whether a set of bends can begin: nothing is left of a bend from before it, which would be counted. Whoever is in one is told to come
/// up; of somebody who cannot be measured nobody knows whether they have, so they are told what is in the way.
fn is_between_bends(context: &StepContext, prompter: &mut Prompter, out: &mut Prompts) -> bool {
    let bends = context.input.progress.phase != Phase::Top;
    let up = (context.view == ViewState::Clear).then_some(Line::During(LiveCue::Up));
    if let Some(line) = up.or_else(|| context.obstacle()).filter(|_| bends) {
        prompter.tell(line, context.now, out);
    }
    !bends && context.input.form.is_none()
}

/// Returns the line that announces what the last session changed, with the new amount.
fn changed(exercise: &Exercise) -> Option<Line> {
    match exercise.amount {
        Amount::Repetitions { count, .. } => exercise.change.map(|change| Line::Amount { change, count }),
        Amount::Time { .. } => None,
    }
}

/// Shows the result of the round.
#[derive(Debug)]
pub(super) struct ReviewStage {
    pub summary: RoundSummary,
    further: Vec<Line>,
    length: Duration,
    began: Option<Duration>,
    sentences_said: usize,
    shown: Duration,
}

impl ReviewStage {
    /// `goes_on_alike` if another round of the same exercise and with the same goal follows; `teaches_hand` if the person hears how to
    /// go on by hand.
    pub fn new(summary: RoundSummary, goes_on_alike: bool, teaches_hand: bool) -> Self {
        let statement = summary.statement.filter(SetStatement::tells_more).map(Line::Set);
        let praise = (goes_on_alike && summary.is_all_from_hips()).then_some(Line::TheSameAgain);
        let advice = summary.advice.map(Line::Cue).or(praise);
        let further: Vec<Line> =
            statement.into_iter().chain(advice).chain(teaches_hand.then_some(Line::TryHand)).collect();
        let taught = BREATH + RESULT * further.len() as u32 + TRY;
        let length = if teaches_hand { taught.max(REVIEW) } else { REVIEW };
        Self { summary, further, length, began: None, sentences_said: 0, shown: Duration::ZERO }
    }

    /// Returns whether it was shown long enough.
    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> bool {
        let since = context.now - *self.began.get_or_insert(context.now);
        if self.sentences_said == 0 && since >= BREATH {
            self.sentences_said = 1;
            out.tell(Line::of_round(&self.summary));
            out.signal = Some(Signal::Done);
        }
        let next = self.sentences_said.checked_sub(1).and_then(|told| self.further.get(told).copied());
        if let Some(line) = next.filter(|_| since >= BREATH + RESULT * self.sentences_said as u32) {
            self.sentences_said += 1;
            out.tell(line);
        }
        self.shown = since;
        since >= self.length
    }

    /// Shows what the set came to while the last words of the round are still being said: they are about its last bend, and the
    /// screen shows all of them already.
    pub fn show_result(&self, out: &mut Prompts) {
        if self.sentences_said == 0 {
            out.show(Line::of_round(&self.summary));
        }
    }

    /// How long it is shown, if nobody goes on before.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Returns how long it has been shown.
    pub fn shown(&self) -> Duration {
        self.shown
    }
}

/// Counts down a rest.
#[derive(Debug)]
pub(super) struct Rest {
    of: Duration,
    /// The prompt shortly before the end.
    ends: Line,
    /// What comes next, said with the rest itself.
    ahead: Option<Line>,
    /// Whether the person still has to hear how to go on by hand.
    teaches_hand: bool,
    /// Until then they try it.
    tries_until: Duration,
    began: Option<Duration>,
    left: u32,
    /// How long the person rested before, while they looked at the set.
    before: Duration,
    /// Whether bends come next: they do not begin in the middle of one.
    to_bends: bool,
    prompter: Prompter,
}

impl Rest {
    pub fn new(of: Duration, ends: Line, ahead: Option<Line>, teaches_hand: bool) -> Self {
        Self {
            of,
            ends,
            ahead,
            teaches_hand,
            tries_until: Duration::ZERO,
            began: None,
            left: u32::MAX,
            before: Duration::ZERO,
            to_bends: false,
            prompter: Prompter::default(),
        }
    }

    /// The same rest before a set of bends, or of something else.
    pub fn before_bends(self, to_bends: bool) -> Self {
        Self { to_bends, ..self }
    }

    /// The same rest after a look at the set that took so long.
    pub fn after(self, before: Duration) -> Self {
        Self { before, ..self }
    }

    /// Returns whether it is over.
    pub fn observe(&mut self, context: &StepContext, out: &mut Prompts) -> bool {
        let first = self.began.is_none();
        let since = context.now - *self.began.get_or_insert(context.now);
        let left = self.of.saturating_sub(since).as_secs_f32().ceil() as u32;
        if left != self.left {
            self.left = left;
            let ends = REST_ENDS.min(self.seconds() / 2);
            match () {
                () if first => {
                    out.tell(Line::Rest(left));
                    self.ahead.into_iter().for_each(|ahead| out.say(ahead, Urgency::Calm));
                }
                () if left == ends => out.tell(self.ends),
                () if self.teaches_hand && since >= RESULT => {
                    (self.teaches_hand, self.tries_until) = (false, since + TRY);
                    out.tell(Line::TryHand);
                }
                () if left > ends && since >= self.tries_until => out.show(Line::Rest(left)),
                () => {}
            }
        }
        left == 0 && (!self.to_bends || is_between_bends(context, &mut self.prompter, out))
    }

    pub fn stage(&self) -> Stage {
        Stage::Rest { left: self.left(), of: self.whole() }
    }

    /// Seconds left.
    pub fn left(&self) -> u32 {
        self.left.min(self.seconds())
    }

    /// Seconds in total, with the look at the set.
    pub fn whole(&self) -> u32 {
        (self.of + self.before).as_secs_f32().ceil() as u32
    }

    fn seconds(&self) -> u32 {
        self.of.as_secs_f32().ceil() as u32
    }
}
