//! What the person asks for: by keys, and by hands where they mean anything.

use super::{ChainRequest, Line, NextStage, Side, StageState, StateMachine};
use crate::coach::choice::ChoiceKey;
use crate::geometry::limb_pose::Hands;

impl StateMachine {
    /// Skips to the next stage, if the current one can be skipped; the last one is followed by the end.
    pub fn next(&mut self) {
        if self.by_hand {
            return; // only the pause itself is ended
        }
        let now = self.take();
        self.now = match now {
            StageState::Arrive(_, then) if self.wrong_side && self.way_past(&then) == Line::TurnOrLeave => self.close(),
            StageState::Arrive(arrival, then) if self.wrong_side => {
                self.first_side = self.first_side.map(Side::other); // the side is taken as it is
                StageState::Arrive(arrival, then)
            }
            StageState::Question(mut question, after) => {
                question.leave_out();
                StageState::Question(question, after)
            }
            StageState::Probe(probe) => self.after_probe(&probe),
            StageState::FullBend(_) => {
                self.declined = true;
                self.lesson()
            }
            StageState::Lesson(_) => self.round(),
            StageState::Work(work) => self.after_work(&work),
            StageState::Review(review) => self.rest(review.shown()),
            StageState::Rest(_) => self.after_rest(),
            StageState::Close(mut closing) => {
                closing.leave();
                StageState::Close(closing)
            }
            other => other,
        };
    }

    /// Whether a raised hand goes on from here: nobody is shown that it is being heeded where nothing comes of it.
    pub(super) fn can_go_on(&self) -> bool {
        match &self.now {
            StageState::Arrive(..) => self.wrong_side && !self.by_hand,
            StageState::StandTall(..) => false,
            _ => !self.by_hand,
        }
    }

    /// What somebody is told who shows the wrong side: before the first bend from the other side, one side is enough; whoever has
    /// walked out and comes back turned round need not turn again.
    pub(super) fn way_past(&self, then: &NextStage) -> Line {
        match then {
            NextStage::Round if self.plan.is_turned(self.place) => Line::TurnOrLeave,
            _ => Line::TurnOrStay,
        }
    }

    /// Pauses or resumes; at the end there is nothing to pause, so that this ends the session too.
    pub fn pause(&mut self) {
        if let StageState::Question(question, _) = &mut self.now {
            question.interrupt(); // the hands that end the pause are no answer
        }
        match &mut self.now {
            StageState::Close(closing) => closing.leave(),
            _ => self.by_hand = !self.by_hand,
        }
    }

    /// Tells the person how the last repetition was, in the next frame.
    pub fn tell(&mut self) {
        self.told_by_key |= !self.by_hand;
    }

    /// Takes a key that answers a question.
    pub fn choose(&mut self, key: ChoiceKey) {
        if let (StageState::Question(question, _), false) = (&mut self.now, self.by_hand) {
            question.press(key);
        }
    }

    /// What the hands do, if it means anything now: an arm held out asks only where there is something to tell.
    pub(super) fn heeded(&self, hands: Hands) -> Hands {
        if matches!(self.now, StageState::Question(..)) {
            return if hands == Hands::Both { hands } else { Hands::Down }; // one arm is the answer
        }
        let asks = match &self.now {
            StageState::Work(work) => {
                work.can_tell() && self.plan.exercise(self.place).is_some_and(|at| at.asks_by_arm)
            }
            _ => false,
        };
        if hands == Hands::Forward && !asks { Hands::Down } else { hands }
    }

    /// Whether others may make this request to the measurement: the mobility screen does not allow a full bend of the
    /// person's own, because its numbers have to stay comparable.
    pub fn allows(&self, request: ChainRequest) -> bool {
        !matches!(request, ChainRequest::AwaitFullBend(_)) || !self.plan.is_screen()
    }
}
