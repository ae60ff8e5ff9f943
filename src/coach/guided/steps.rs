//! What a frame does in each stage, and which stage it leads to.

use super::arrival::{Arrival, StandTall};
use super::prompts::Prompts;
use super::step::{StepContext, ViewState, WorkOutcome};
use super::work::Work;
use super::{AfterQuestion, NextStage, StageState, StateMachine};

impl StateMachine {
    pub(super) fn step(&mut self, now: StageState, context: &StepContext, out: &mut Prompts) -> StageState {
        match now {
            StageState::Arrive(mut arrival, then) => match arrival.observe(context, self.way_past(&then), out) {
                true => self.ask_or_stand(then),
                false => StageState::Arrive(arrival, then),
            },
            // Whoever has gone is waited for, and asked again.
            StageState::Question(question, AfterQuestion::Stand(then)) if context.view.empty() => {
                self.to_ask.push_front(question.kind());
                StageState::Arrive(Arrival::default(), then)
            }
            StageState::Question(mut question, after) => match question.observe(context, out) {
                Some(answer) => self.answered(answer, after, out),
                None => {
                    self.say_how(&question, out);
                    StageState::Question(question, after)
                }
            },
            StageState::StandTall(_, then) if context.view != ViewState::Clear => {
                StageState::Arrive(Arrival::default(), then)
            }
            StageState::StandTall(mut standing, then) => match standing.observe(context, out) {
                true => self.stood(then),
                false => StageState::StandTall(standing, then),
            },
            StageState::Probe(mut probe) => match probe.observe(context, out) {
                true => self.after_probe(&probe),
                false => StageState::Probe(probe),
            },
            StageState::FullBend(mut offer) => match offer.observe(context, out) {
                true => self.lesson(),
                false => StageState::FullBend(offer),
            },
            StageState::Lesson(mut lesson) => match lesson.observe(context, self.is_measured(), out) {
                true => self.round(),
                false => StageState::Lesson(lesson),
            },
            StageState::Work(work) => self.work(work, context, out),
            StageState::Review(mut review) => match review.observe(context, out) {
                true => self.rest(review.shown()),
                false => StageState::Review(review),
            },
            StageState::Rest(mut rest) => match rest.observe(context, out) {
                true => self.after_rest(),
                false => StageState::Rest(rest),
            },
            StageState::Close(mut closing) => {
                closing.observe(context, out);
                StageState::Close(closing)
            }
        }
    }

    pub(super) fn work(&mut self, mut work: Work, context: &StepContext, out: &mut Prompts) -> StageState {
        self.worked = true;
        let outcome = work.observe(context, out);
        out.held = work.held();
        if let Some(form) = context.input.form.filter(|_| work.is_measured()) {
            if !work.is_contrast() {
                self.forms.push(*form);
            }
            let asked = self.plan.exercise(self.place).and_then(|exercise| exercise.screen.as_ref());
            let trial = asked.filter(|_| !context.wrong_side).and_then(|asked| asked.trial(form));
            if !self.plan.is_turned(self.place) {
                self.first_side = self.first_side.or(trial.map(|trial| trial.side));
            }
            self.trials.extend(trial);
        }
        match outcome {
            WorkOutcome::GoesOn => StageState::Work(work),
            WorkOutcome::Done => self.after_work(&work),
            WorkOutcome::Shifted => {
                self.unsettled = true;
                StageState::StandTall(StandTall::new(true), NextStage::Resume(Box::new(work)))
            }
        }
    }
}
