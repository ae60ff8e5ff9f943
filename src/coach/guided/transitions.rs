//! Which stage follows which.

use std::time::Duration;

use super::arrival::{Arrival, FullBend};
use super::between::{Lesson, Rest, ReviewStage};
use super::close::Closing;
use super::probe::Probe;
use super::question::QuestionStage;
use super::work::Work;
use super::{
    AfterQuestion, Exercise, Line, NextStage, Place, QuestionKind, SessionSummary, StageState, StateMachine, UntilNext,
};
use crate::coach::Verdict;
use crate::coach::retention::{PractisedSet, WhatStayed};

/// Time for a round's last words before the rest of a timed exercise begins.
const SHORTEST_REST: Duration = Duration::from_secs(5);

/// A rest at least this long has time to try how a raised hand goes on.
const SHORTEST_TEACHING: Duration = Duration::from_secs(12);

impl StateMachine {
    /// Returns the stage that follows once the person stands.
    pub(super) fn stood(&mut self, then: NextStage) -> StageState {
        self.unsettled = false;
        match then {
            NextStage::Begin => self.begin(),
            NextStage::Round => self.round(),
            NextStage::Resume(mut work) => {
                work.interrupt();
                StageState::Work(*work)
            }
        }
    }

    /// Returns the first stage of an exercise, once the person stands: what stayed comes before anything is taught.
    fn begin(&mut self) -> StageState {
        if self.is_probe_due() {
            self.probed = true;
            return StageState::Probe(Probe::default());
        }
        match self.plan.full_bend && self.place == Place::default() {
            true => StageState::FullBend(FullBend::default()),
            false => self.lesson(),
        }
    }

    /// Whether the bends without feedback come now: before the first bends of a session, if there was one before.
    fn is_probe_due(&self) -> bool {
        let fits = |exercise: &Exercise| {
            exercise.is_measured()
                && exercise.lessons_heard > 0
                && exercise.wanted.first() == Some(&Some(Verdict::Hips))
        };
        self.plan.probe && !self.probed && !self.plan.is_screen() && self.plan.exercise(self.place).is_some_and(fits)
    }

    pub(super) fn after_probe(&mut self, probe: &Probe) -> StageState {
        // The closing words speak of three: of fewer, or where one could not be told, nothing is said.
        let is_told = probe.is_complete() && probe.repetitions().iter().all(|repetition| repetition.verdict.is_some());
        self.shown = is_told.then(|| PractisedSet::of(probe.repetitions())).flatten();
        self.begin()
    }

    /// Returns what is told of the bends without feedback; `None` within the error.
    fn stayed(&self) -> Option<Line> {
        match self.shown?.against(&self.before.last_set?) {
            WhatStayed::Kept => Some(Line::Stayed),
            WhatStayed::More(by) => Some(Line::StayedLess(by)),
            WhatStayed::Less(by) => Some(Line::StayedMore(by)),
            WhatStayed::WithinError => None,
        }
    }

    pub(super) fn lesson(&mut self) -> StageState {
        match self.plan.exercise(self.place) {
            Some(exercise) => {
                let begins = self.place == Place::default() && !self.plan.is_screen();
                let overview = begins.then(|| self.plan.map(self.place).overview);
                StageState::Lesson(Lesson::new(exercise, overview, std::mem::take(&mut self.named)))
            }
            None => self.close(),
        }
    }

    /// Returns the stage for the current round, after standing tall again if the baseline may be out of date.
    pub(super) fn round(&mut self) -> StageState {
        let Some(exercise) = self.plan.exercise(self.place) else { return self.close() };
        if self.unsettled && exercise.is_measured() {
            return StageState::Arrive(Arrival::default(), NextStage::Round);
        }
        let work = Work::new(exercise, exercise.set(self.place.round));
        StageState::Work(if self.unseen == Some(self.place.exercise) { work.unchecked() } else { work })
    }

    pub(super) fn after_work(&mut self, work: &Work) -> StageState {
        if work.is_unseen() {
            self.unseen = Some(self.place.exercise);
        }
        match work.summary() {
            Some(summary) => {
                self.advice = summary.next_time();
                let teaches = self.plan.after(self.place).is_some() && self.teaches_hand();
                StageState::Review(ReviewStage::new(summary, self.plan.goes_on_alike(self.place), teaches))
            }
            None => self.rest(Duration::ZERO),
        }
    }

    /// Returns the rest, minus the time the review took; none after the last round.
    pub(super) fn rest(&mut self, passed: Duration) -> StageState {
        let Some(next) = self.plan.after(self.place) else { return self.close() };
        let left = self.rest_after(passed);
        let ends = match self.plan.changes_side(next) {
            true if self.plan.is_turned(next) => Line::TurnRound,
            true => Line::OtherSide,
            false => Line::RestEnds,
        };
        let ahead = (next.exercise == self.place.exercise).then(|| self.plan.map(self.place).next).flatten();
        let ahead = ahead.filter(|ahead| ends == Line::RestEnds && ahead.sets > 1);
        let teaches = left >= SHORTEST_TEACHING && self.teaches_hand();
        let ahead = ahead.map(|ahead| Line::Ahead { set: ahead.set, of: ahead.sets });
        let to_bends = self.plan.exercise(next).is_some_and(Exercise::is_measured);
        StageState::Rest(Rest::new(left, ends, ahead, teaches).before_bends(to_bends).after(passed))
    }

    /// What is left of the rest once the look at the set took so long.
    fn rest_after(&self, passed: Duration) -> Duration {
        let rest = self.plan.exercise(self.place).map_or(Duration::ZERO, |exercise| exercise.rest);
        rest.saturating_sub(passed).max(SHORTEST_REST)
    }

    /// When the next round begins: told from the look at a set on, if nobody shortens that.
    pub(super) fn until_next(&self) -> Option<UntilNext> {
        self.plan.after(self.place)?;
        let seconds = |time: Duration| time.as_secs_f32().ceil() as u32;
        match &self.now {
            StageState::Review(review) => {
                let whole = review.length() + self.rest_after(review.length());
                Some(UntilNext { left: seconds(whole.saturating_sub(review.shown())), of: seconds(whole) })
            }
            StageState::Rest(rest) => Some(UntilNext { left: rest.left(), of: rest.whole() }),
            _ => None,
        }
    }

    /// Whether this is where a person who is new hears how a raised hand goes on.
    fn teaches_hand(&mut self) -> bool {
        let new = self.plan.exercise(self.place).is_some_and(|exercise| !exercise.is_known());
        new && !std::mem::replace(&mut self.said_hand, true)
    }

    pub(super) fn after_rest(&mut self) -> StageState {
        let Some(next) = self.plan.after(self.place) else { return self.close() };
        let same = next.exercise == self.place.exercise;
        self.place = next;
        // After turning round, the person shows the other side: a new baseline is needed.
        self.unsettled |= self.plan.changes_side(next) && self.is_measured();
        match same {
            true => self.round(),
            false if self.is_probe_due() && self.unsettled => StageState::Arrive(Arrival::default(), NextStage::Begin),
            false if self.is_probe_due() => self.begin(),
            false => self.lesson(),
        }
    }

    /// Returns the end, after the last question.
    pub(super) fn close(&mut self) -> StageState {
        let asks = self.plan.questions.pain && self.stopped.is_none();
        if asks && !std::mem::replace(&mut self.asked_after, true) {
            let question = QuestionStage::new(&self.plan.questions, QuestionKind::PainAfter);
            return StageState::Question(question, AfterQuestion::Close);
        }
        let summary = SessionSummary::of(&self.forms);
        StageState::Close(Closing::new(
            summary,
            self.mobility().as_ref(),
            &self.before,
            self.stopped,
            self.stayed(),
            self.advice,
        ))
    }
}
