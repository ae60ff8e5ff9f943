//! When the questions come, and what follows an answer.

use std::time::Duration;

use super::arrival::StandTall;
use super::prompts::Prompts;
use super::question::QuestionStage;
use super::questions::MUCH_PAIN;
use super::step::ViewState;
use super::{AfterQuestion, Answer, Exercise, Line, NextStage, QuestionKind, StageState, StateMachine, Urgency};
use crate::geometry::limb_pose::LimbPose;

impl StateMachine {
    /// Returns the next question, or the standing posture after the last.
    pub(super) fn ask_or_stand(&mut self, then: NextStage) -> StageState {
        if let Some(doubted) = self.doubted_person(&then) {
            self.to_ask.push_front(doubted); // before what is asked of them
        }
        match self.to_ask.pop_front() {
            Some(kind) => {
                let question = QuestionStage::new(&self.plan.questions, kind);
                StageState::Question(question, AfterQuestion::Stand(then))
            }
            None => {
                let standing = StandTall::new(self.unsettled);
                let known = self.plan.exercise(self.place).is_some_and(Exercise::is_known);
                let teaches = known && matches!(then, NextStage::Begin) && !std::mem::replace(&mut self.named, true);
                StageState::StandTall(if teaches { standing.teaching() } else { standing }, then)
            }
        }
    }

    /// Collects the build of whoever has arrived, while their feet stay in place.
    pub(super) fn follow_build(&mut self, limbs: &LimbPose, stands: Duration) {
        let Some(builds) = self.builds.as_mut().filter(|_| matches!(self.now, StageState::Arrive(..))) else { return };
        match self.view.value() {
            ViewState::Clear if !stands.is_zero() => builds.observe(limbs.build),
            _ => builds.clear(),
        }
    }

    /// Whether it is the person it is said to be: asked once, when the session begins, unless they said so themselves.
    fn doubted_person(&mut self, then: &NextStage) -> Option<QuestionKind> {
        let knows = !self.plan.questions.known.is_empty() && self.to_ask.front() != Some(&QuestionKind::Who);
        let builds = self.builds.take_if(|_| knows && matches!(then, NextStage::Begin))?;
        self.plan.questions.doubt(&builds.build()?)
    }

    /// Says once how a question is answered, with the first one of its kind.
    pub(super) fn say_how(&mut self, question: &QuestionStage, out: &mut Prompts) {
        let (said, line) = match question.has_names() {
            true => (&mut self.said_how_to_name, Line::HowToName),
            false => (&mut self.said_how, Line::HowToAnswer),
        };
        if !out.said.is_empty() && !std::mem::replace(said, true) {
            out.say(line, Urgency::Calm);
        }
    }

    /// Returns the stage that follows an answer.
    pub(super) fn answered(&mut self, answer: Answer, after: AfterQuestion, out: &mut Prompts) -> StageState {
        match (answer.kind, answer.value) {
            (QuestionKind::Who, Some(_)) => self.builds = None, // they said it themselves
            (QuestionKind::Same(None), Some(1)) => out.tell(Line::SomebodyElse),
            (QuestionKind::Who | QuestionKind::Same(_), _) | (_, None) => {}
            (_, Some(value)) => out.tell(Line::Noted(value)),
        }
        self.signals.spend(); // an arm that is still up gave the answer
        self.follow_pain(&answer);
        out.answer = Some(answer);
        match after {
            AfterQuestion::Stand(then) if self.stopped.is_none() => self.ask_or_stand(then),
            AfterQuestion::Stand(_) | AfterQuestion::Close => self.close(),
        }
    }

    /// Ends the session if it hurts too much ([`StopRule`]).
    fn follow_pain(&mut self, answer: &Answer) {
        let before = match answer.kind {
            QuestionKind::PainBefore => None,
            QuestionKind::PainAfter => self.pain_before,
            QuestionKind::Who | QuestionKind::Same(_) | QuestionKind::PainWeek | QuestionKind::Activity(_) => return,
        };
        if answer.kind == QuestionKind::PainBefore {
            self.pain_before = answer.value;
        }
        let stops = answer.value.filter(|now| self.plan.questions.stop.stops(*now, before));
        self.stopped = stops.map(|now| match before {
            Some(before) if now > before => Line::MorePain,
            _ if now >= MUCH_PAIN => Line::MuchPain,
            _ => Line::PainLimit, // that somebody has set lower
        });
    }
}
