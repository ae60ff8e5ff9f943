//! Lesson, review and rest: the parts of a session that pass by themselves.

use std::time::Duration;

use super::guidance::{Line, Signal, Stage};
use super::plan::{Amount, Exercise};
use super::prompts::Prompts;
use super::step::StepContext;
use super::summary::RoundSummary;

/// The drill's name takes so long to be said.
const NAME: Duration = Duration::from_secs(2);

/// The last words of the round are over by then, and the review begins to speak.
const BREATH: Duration = Duration::from_millis(2500);

/// So long the review's first sentence stands before the advice.
const RESULT: Duration = Duration::from_secs(4);

/// How long the two repetitions are shown side by side.
const REVIEW: Duration = Duration::from_secs(14);

/// So many seconds before its end a rest says so; a short one so many before it is half over.
const REST_ENDS: u32 = 5;

/// That there is more or less to do than the last time takes so long to be said.
const AMOUNT: Duration = Duration::from_secs(5);

/// Explains the drill, sentence by sentence.
#[derive(Debug)]
pub(super) struct Lesson {
    sentences: Vec<(Line, Duration)>,
    began: Option<Duration>,
    next: usize,
    part: f32,
}

impl Lesson {
    pub fn new(exercise: &Exercise) -> Self {
        let changed = changed(exercise).map(|line| (line, AMOUNT));
        let how = exercise.lesson.iter().enumerate().map(|(number, length)| (Line::Lesson(number), *length));
        let sentences = [(Line::Drill, NAME)].into_iter().chain(changed).chain(how).collect();
        Self { sentences, began: None, next: 0, part: 0.0 }
    }

    /// Whether everything was said.
    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> bool {
        let since = moment.now - *self.began.get_or_insert(moment.now);
        let length = |sentences: &[(Line, Duration)]| sentences.iter().map(|(_, length)| *length).sum::<Duration>();
        let whole = length(&self.sentences);
        self.part = since.as_secs_f32() / whole.as_secs_f32();
        if let Some((line, _)) = self.sentences.get(self.next).filter(|_| since >= length(&self.sentences[..self.next]))
        {
            out.tell(*line);
            self.next += 1;
        }
        since >= whole
    }

    pub fn stage(&self) -> Stage {
        Stage::Lesson { part: self.part.min(1.0) }
    }
}

/// What the last session changed, as it is told, with how much is asked for.
fn changed(exercise: &Exercise) -> Option<Line> {
    match exercise.amount {
        Amount::Repetitions { count, .. } => exercise.change.map(|change| Line::Amount { change, count }),
        Amount::Time { .. } => None,
    }
}

/// Shows what the round was like.
#[derive(Debug)]
pub(super) struct ReviewStage {
    pub summary: RoundSummary,
    began: Option<Duration>,
    told: usize,
    shown: Duration,
}

impl ReviewStage {
    pub fn new(summary: RoundSummary) -> Self {
        Self { summary, began: None, told: 0, shown: Duration::ZERO }
    }

    /// Whether it was shown long enough.
    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> bool {
        let since = moment.now - *self.began.get_or_insert(moment.now);
        if self.told == 0 && since >= BREATH {
            self.told = 1;
            out.tell(Line::RoundDone { hips: self.summary.from_hips(), of: self.summary.repetitions.len() });
            out.signal = Some(Signal::Done);
        }
        if self.told == 1 && since >= BREATH + RESULT {
            self.told = 2;
            if let Some(advice) = self.summary.advice {
                out.tell(Line::Cue(advice));
            }
        }
        self.shown = since;
        since >= REVIEW
    }

    /// For how long it has been shown.
    pub fn shown(&self) -> Duration {
        self.shown
    }
}

/// Counts a rest down.
#[derive(Debug)]
pub(super) struct Rest {
    of: Duration,
    /// What is said shortly before the end.
    ends: Line,
    began: Option<Duration>,
    left: u32,
}

impl Rest {
    pub fn new(of: Duration, ends: Line) -> Self {
        Self { of, ends, began: None, left: u32::MAX }
    }

    /// Whether it is over.
    pub fn observe(&mut self, moment: &StepContext, out: &mut Prompts) -> bool {
        let first = self.began.is_none();
        let since = moment.now - *self.began.get_or_insert(moment.now);
        let left = self.of.saturating_sub(since).as_secs_f32().ceil() as u32;
        if left != self.left {
            self.left = left;
            let ends = REST_ENDS.min(self.seconds() / 2);
            match () {
                () if first => out.tell(Line::Rest(left)),
                () if left == ends => out.tell(self.ends),
                () if left > ends => out.show(Line::Rest(left)),
                () => {}
            }
        }
        left == 0
    }

    pub fn stage(&self) -> Stage {
        let of = self.seconds();
        Stage::Rest { left: self.left.min(of), of }
    }

    fn seconds(&self) -> u32 {
        self.of.as_secs_f32().ceil() as u32
    }
}
