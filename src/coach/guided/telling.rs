//! What a frame comes to for the screen, the voice and the measurement.

use super::prompts::Prompts;
use super::{Ending, FrameInput, Guidance, Line, Said, SessionMap, Stage, StageState, StateMachine, Urgency};
use crate::coach::gesture::{Gesture, GestureReading};
use crate::coach::mobility::Mobility;

impl StateMachine {
    /// Says what belongs to the beginning of the first set, and of the first one in which the person has to ask.
    pub(super) fn open_set(&mut self, out: &mut Prompts) {
        let begins = |said: &Said| matches!(said.line, Line::Begin | Line::ShowMe);
        if !out.said.iter().any(begins) {
            return;
        }
        if !std::mem::replace(&mut self.said_stop, true) {
            out.say(Line::StopIfHurts, Urgency::Calm);
        }
        let StageState::Work(work) = &self.now else { return };
        // Not where an arm in front is part of the drill.
        let asks_by_arm = self.plan.exercise(self.place).is_some_and(|exercise| exercise.asks_by_arm);
        if work.is_on_request() && asks_by_arm && !std::mem::replace(&mut self.said_ask, true) {
            out.say(Line::AskMe, Urgency::Calm);
        }
    }

    /// Returns the mobility screen so far; `None` if this is not one.
    pub(super) fn mobility(&self) -> Option<Mobility> {
        self.plan.is_screen().then(|| Mobility::of(&self.trials))
    }

    pub(super) fn stage(&self) -> Stage {
        match &self.now {
            StageState::Arrive(..) => Stage::Arrive,
            StageState::Question(question, _) => question.stage(),
            StageState::StandTall(standing, _) => standing.stage(),
            StageState::Probe(probe) => probe.stage(),
            StageState::FullBend(_) => Stage::FullBend,
            StageState::Lesson(lesson) => lesson.stage(),
            StageState::Work(work) => work.stage(),
            StageState::Review(review) => Stage::Review(review.summary.clone()),
            StageState::Rest(rest) => rest.stage(),
            StageState::Close(closing) => Stage::Close(closing.summary.clone()),
        }
    }

    /// Where in the session this is: whoever walked out of its first set and comes back is in that set.
    fn map(&self) -> SessionMap {
        let map = self.plan.map(self.place);
        SessionMap { begun: map.begun || self.worked, ..map }
    }

    pub(super) fn ending(&self) -> Ending {
        match &self.now {
            StageState::Close(closing) => closing.ending(),
            _ => Ending::Open,
        }
    }

    pub(super) fn guidance(&self, input: &FrameInput, reading: &GestureReading, out: Prompts) -> Guidance {
        Guidance {
            stage: self.stage(),
            place: self.place,
            map: self.map(),
            paused: self.is_paused(),
            until_next: self.until_next(),
            ring: reading.filling.filter(|(gesture, _)| *gesture != Gesture::Next || self.can_go_on()),
            line: out.line,
            said: out.said,
            signal: out.signal,
            tone: matches!(&self.now, StageState::Work(work) if !self.is_paused() && work.has_tone()),
            feedback: out.feedback,
            answer: out.answer,
            held: out.held,
            requests: out.requests,
            verdict: input.progress.verdict.filter(|_| !matches!(self.now, StageState::Probe(_))),
            mobility: self.mobility(),
            ending: self.ending(),
        }
    }
}
