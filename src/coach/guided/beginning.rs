//! What is set before a session begins, and what it takes over once it is known who practises.

use super::{Acquaintance, AfterQuestion, NextStage, PreviousResult, Questions, StageState, StateMachine};

impl StateMachine {
    /// Sets the previous session of the same kind: the closing prompts report what has changed since then.
    pub fn compare_with(&mut self, before: PreviousResult) {
        self.before = before;
    }

    /// Sets how often the person has heard the lesson of each drill, before the session begins.
    pub fn know(&mut self, heard: impl Fn(&str) -> u32) {
        self.plan.exercises.iter_mut().for_each(|exercise| exercise.lessons_heard = heard(&exercise.drill));
    }

    /// Sets whether the session begins with bends without feedback, where there was one before.
    pub fn probe(&mut self, wanted: bool) {
        self.plan.probe = wanted;
    }

    /// Sets whether a full bend of the person's own is offered, before the session begins.
    pub fn offer_full_bend(&mut self, wanted: bool) {
        self.plan.full_bend = wanted;
    }

    /// Sets what the person is asked, before the session begins.
    pub fn ask(&mut self, questions: Questions) {
        self.to_ask = questions.before().into();
        self.plan.questions = questions;
    }

    /// Sets who practises here, the one who is said to practise first, before the session begins, and what the answer is called
    /// that it is somebody else: whether it is them is asked if their build says otherwise.
    pub fn know_persons(&mut self, known: Vec<Acquaintance>, somebody_else: String) {
        (self.plan.questions.known, self.plan.questions.somebody_else) = (known, somebody_else);
    }

    /// Goes on as the session of whoever turned out to practise, with their plan, questions and results. Nothing was asked of
    /// them or measured for them yet.
    pub fn go_on_as(&mut self, theirs: Self) {
        (self.plan, self.before, self.to_ask) = (theirs.plan, theirs.before, theirs.to_ask);
        let begins = |then: &NextStage| matches!(then, NextStage::Begin);
        let asks = matches!(&self.now, StageState::Question(_, AfterQuestion::Stand(then)) if begins(then));
        if asks || matches!(&self.now, StageState::StandTall(_, then) if begins(then)) {
            self.named = false; // the drill may be another
            self.now = self.ask_or_stand(NextStage::Begin);
        }
    }
}
