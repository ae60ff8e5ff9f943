//! A guided session, from "I can see you" to the last sentence.
//!
//! A state machine that takes one [`FrameInput`] per frame and returns one [`Guidance`]: what the screen shows, what
//! the voice says, what the measurement should do. Pure: its clock follows the frames, and stops while the session is
//! paused.

mod arrival;
mod asking;
mod between;
mod close;
mod feet;
mod guidance;
mod map;
mod own_requests;
mod plan;
mod presence;
mod probe;
mod prompts;
mod question;
mod questions;
mod step;
mod summary;
mod timed;
mod transitions;
mod work;

use std::collections::VecDeque;
use std::time::Duration;

use crate::geometry::State;
use crate::geometry::build::BuildCollector;
use crate::geometry::limb_pose::Hands;
use crate::source::Timestamp;
use crate::spine::Facing;

use self::arrival::{Arrival, FullBend, StandTall};
use self::between::{Lesson, Rest, ReviewStage};
use self::close::Closing;
use self::feet::Feet;
use self::own_requests::OwnRequests;
use self::probe::Probe;
use self::prompts::Prompts;
use self::question::QuestionStage;
use self::step::{StepContext, ViewState, WorkOutcome};
use self::work::Work;
use super::choice::ChoiceKey;
use super::cue::Cue;
use super::debounce::Debounce;
use super::form::Form;
use super::gesture::{Gesture, GestureReading, Signals};
use super::mobility::{Mobility, Side, Trial};
use super::retention::PractisedSet;
use super::{ChainRequest, Event, Phase, Progress};

pub use self::guidance::{Ending, FeedbackGiven, Guidance, Line, Said, Signal, Stage, ToneGiven, Urgency};
pub use self::map::{Overview, SessionMap, Whereabouts};
pub use self::plan::{Amount, Exercise, Place, Plan};
pub use self::questions::{
    Acquaintance, Answer, Asking, QUESTION_VERSION, QuestionKind, QuestionWording, Questions, StopRule,
};
pub use self::step::FrameInput;
pub use self::summary::{PreviousResult, RoundSummary, SessionSummary};

/// The longest step of the clock: what happened during a gap between frames is unknown.
const LONGEST_STEP: Duration = Duration::from_secs(1);

/// The stage of the session with its state.
#[derive(Debug)]
enum StageState {
    Arrive(Arrival, NextStage),
    Question(QuestionStage, AfterQuestion),
    StandTall(StandTall, NextStage),
    Probe(Probe),
    FullBend(FullBend),
    Lesson(Lesson),
    Work(Work),
    Review(ReviewStage),
    Rest(Rest),
    Close(Closing),
}

/// The stage that follows once the person stands.
#[derive(Debug)]
enum NextStage {
    /// The full bend, if it is offered, and the first exercise.
    Begin,
    /// The current round.
    Round,
    /// The round that was interrupted.
    Resume(Box<Work>),
}

/// What follows a question.
#[derive(Debug)]
enum AfterQuestion {
    /// The next question, and then the standing posture.
    Stand(NextStage),
    /// The end.
    Close,
}

/// A session in progress.
#[derive(Debug)]
pub struct StateMachine {
    plan: Plan,
    place: Place,
    now: StageState,
    clock: Duration,
    last: Option<Timestamp>,
    view: Debounce<ViewState>,
    signals: Signals,
    feet: Feet,
    forms: Vec<Form>,
    trials: Vec<Trial>,
    before: PreviousResult,
    by_hand: bool,
    away: bool,
    /// The exercise whose posture the camera turned out not to see: the session does not wait for it again.
    unseen: Option<usize>,
    /// Whether the standing posture may be out of date.
    unsettled: bool,
    /// Whether the full bend was skipped by hand: the measurement still waits for it.
    declined: bool,
    own: OwnRequests,
    /// Whether somebody asked for the last repetition by a key, before the next frame.
    told_by_key: bool,
    /// Whether the bends without feedback are over, and what they came to.
    probed: bool,
    shown: Option<PractisedSet>,
    /// Whether the name of the current drill was said while standing was taken.
    named: bool,
    /// The questions to come before the standing posture.
    to_ask: VecDeque<QuestionKind>,
    /// The pain before the session, if it is known.
    pain_before: Option<u8>,
    /// Whether pain was asked for after the session.
    asked_after: bool,
    /// Why no further set is offered, if so.
    stopped: Option<Line>,
    /// The build of whoever arrived, until it was held against that of those who practise here, or they said who they are.
    builds: Option<BuildCollector>,
    /// Whether it was said how a question is answered by a number, and by a name.
    said_how: bool,
    said_how_to_name: bool,
    /// Whether "stop if it hurts" was said, and how to ask for a repetition.
    said_stop: bool,
    said_ask: bool,
    /// Whether it was said how a raised hand goes on.
    said_hand: bool,
    /// What was advised after the last set that was reviewed, if anything was.
    advice: Option<Option<Cue>>,
    line: Line,
}

impl StateMachine {
    /// Creates a session that has not begun.
    pub fn new(plan: Plan) -> Self {
        let nobody = ViewState::Blocked(State::Nobody);
        Self {
            to_ask: plan.questions.before().into(),
            probed: false,
            shown: None,
            named: false,
            pain_before: None,
            asked_after: false,
            stopped: None,
            builds: Some(BuildCollector::default()),
            said_how: false,
            said_how_to_name: false,
            plan,
            place: Place::default(),
            now: StageState::Arrive(Arrival::default(), NextStage::Begin),
            clock: Duration::ZERO,
            last: None,
            view: Debounce::new(nobody, Timestamp::default()),
            signals: Signals::default(),
            feet: Feet::default(),
            forms: Vec::new(),
            trials: Vec::new(),
            before: PreviousResult::default(),
            by_hand: false,
            away: false,
            unseen: None,
            unsettled: false,
            declined: false,
            own: OwnRequests::default(),
            told_by_key: false,
            said_stop: false,
            said_ask: false,
            said_hand: false,
            advice: None,
            line: Line::Obstacle(State::Nobody),
        }
    }

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

    /// Processes one frame.
    pub fn observe(&mut self, input: &FrameInput) -> Guidance {
        let before = self.view.value();
        let view = self.view.observe(input.time, ViewState::of(input));
        let limbs = input.limbs.copied().unwrap_or_default();
        let reading = self.signals.observe(input.time, self.heeded(limbs.hands));
        let mut out = Prompts::new(self.line);
        match reading.made {
            Some(Gesture::Next) => self.next(),
            Some(Gesture::Pause) => self.pause(),
            Some(Gesture::TellMe) => self.tell(),
            None => {}
        }
        self.tick(input.time);
        self.follow_presence(input.time, &mut out);
        self.follow_standing(input.measurement);
        let full_bend = self.follow_full_bend(input.progress, &mut out);
        let stands = self.feet.observe(input.limbs, self.clock);
        self.follow_build(&limbs, stands);
        if self.is_paused() {
            out.show(if self.by_hand { Line::Paused } else { Line::Away });
        } else {
            let cleared = before != ViewState::Clear && view == ViewState::Clear;
            let wrong_side = self.is_wrong(limbs.facing);
            let context = StepContext { input, now: self.clock, view, cleared, wrong_side, stands, full_bend };
            if let StageState::Work(work) = &mut self.now
                && std::mem::take(&mut self.told_by_key)
            {
                work.tell(&mut out);
            }
            let now = self.take();
            self.now = self.step(now, &context, &mut out);
            self.open_set(&mut out);
        }
        if std::mem::take(&mut self.declined) {
            out.request(ChainRequest::AwaitFullBend(false));
        }
        self.line = out.line;
        self.own.note(&out.requests);
        self.guidance(input, &reading, out)
    }

    /// Skips to the next stage, if the current one can be skipped; the last one is followed by the end.
    pub fn next(&mut self) {
        let now = self.take();
        self.now = match now {
            StageState::Arrive(_, NextStage::Round) if self.plan.is_turned(self.place) => self.close(), // one side is enough
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

    /// Pauses or resumes; at the end there is nothing to pause, so that this ends the session too.
    pub fn pause(&mut self) {
        match &mut self.now {
            StageState::Close(closing) => closing.leave(),
            _ => self.by_hand = !self.by_hand,
        }
    }

    /// Tells the person how the last repetition was, in the next frame.
    pub fn tell(&mut self) {
        self.told_by_key = true;
    }

    /// Takes a key that answers a question.
    pub fn choose(&mut self, key: ChoiceKey) {
        if let StageState::Question(question, _) = &mut self.now {
            question.press(key);
        }
    }

    /// What the hands do, if it means anything now: an arm held out asks only where there is something to tell.
    fn heeded(&self, hands: Hands) -> Hands {
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

    /// Says what belongs to the beginning of the first set, and of the first one in which the person has to ask.
    fn open_set(&mut self, out: &mut Prompts) {
        let begins = |said: &Said| matches!(said.line, Line::Begin | Line::ShowMe);
        if !out.said.iter().any(begins) {
            return;
        }
        if !std::mem::replace(&mut self.said_stop, true) {
            out.say(Line::StopIfHurts, Urgency::Calm);
        }
        let StageState::Work(work) = &self.now else { return };
        if work.is_on_request() && !std::mem::replace(&mut self.said_ask, true) {
            out.say(Line::AskMe, Urgency::Calm);
        }
    }

    /// Whether others may make this request to the measurement: the mobility screen does not allow a full bend of the
    /// person's own, because its numbers have to stay comparable.
    pub fn allows(&self, request: ChainRequest) -> bool {
        !matches!(request, ChainRequest::AwaitFullBend(_)) || !self.plan.is_screen()
    }

    /// Returns the set of the current or next exercise, from 0.
    pub fn set(&self) -> usize {
        self.plan.exercise(self.place).map_or(0, |exercise| exercise.set(self.place.round))
    }

    fn is_paused(&self) -> bool {
        self.by_hand || self.away
    }

    /// Takes out the stage, to be put back or replaced.
    fn take(&mut self) -> StageState {
        std::mem::replace(&mut self.now, StageState::Close(Closing::default()))
    }

    fn tick(&mut self, time: Timestamp) {
        let step = self.last.map_or(Duration::ZERO, |last| time.since(last)).min(LONGEST_STEP);
        self.last = Some(time);
        if !self.is_paused() {
            self.clock += step;
        }
    }

    /// Reports that the person's own range is known, and reacts to a full bend requested by a key, unless one is
    /// offered anyway or nothing is practised at this stage. Returns the request ([`StepContext::full_bend`]).
    fn follow_full_bend(&mut self, progress: &Progress, out: &mut Prompts) -> Option<bool> {
        use StageState::{Lesson, Rest, Review, Work};
        let asked = self.own.full_bend_by_others(progress);
        if progress.events.iter().any(|event| matches!(event, Event::RangeFound(_))) {
            out.tell(Line::FullBendFound);
        }
        if asked == Some(true) && matches!(self.now, Lesson(_) | Work(_) | Review(_) | Rest(_)) {
            out.tell(Line::FullBend);
        }
        asked
    }

    fn step(&mut self, now: StageState, context: &StepContext, out: &mut Prompts) -> StageState {
        match now {
            StageState::Arrive(mut arrival, then) => match arrival.observe(context, out) {
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
            StageState::Lesson(mut lesson) => {
                // A person who is already moving knows the drill.
                let moves = self.is_measured() && context.input.progress.phase != Phase::Top;
                if lesson.observe(context, out) || moves { self.round() } else { StageState::Lesson(lesson) }
            }
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

    fn work(&mut self, mut work: Work, context: &StepContext, out: &mut Prompts) -> StageState {
        let outcome = work.observe(context, out);
        if let Some(form) = context.input.form.filter(|_| work.is_measured()) {
            if !work.is_contrast() {
                self.forms.push(*form);
            }
            let asked = self.plan.exercise(self.place).and_then(|exercise| exercise.screen.as_ref());
            self.trials.extend(asked.filter(|_| !context.wrong_side).and_then(|asked| asked.trial(form)));
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

    /// Returns the mobility screen so far; `None` if this is not one.
    fn mobility(&self) -> Option<Mobility> {
        self.plan.is_screen().then(|| Mobility::of(&self.trials))
    }

    /// Whether the person faces the wrong way: the side shown first when the other one is wanted, or the reverse.
    fn is_wrong(&self, facing: Option<Facing>) -> bool {
        let turned = self.trials.first().zip(facing).map(|(first, facing)| first.side != Side::from(facing));
        turned.is_some_and(|turned| turned != self.plan.is_turned(self.place))
    }

    fn is_measured(&self) -> bool {
        self.plan.exercise(self.place).is_some_and(Exercise::is_measured)
    }

    fn stage(&self) -> Stage {
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

    fn ending(&self) -> Ending {
        match &self.now {
            StageState::Close(closing) => closing.ending(),
            _ => Ending::Open,
        }
    }

    fn guidance(&self, input: &FrameInput, reading: &GestureReading, out: Prompts) -> Guidance {
        Guidance {
            stage: self.stage(),
            place: self.place,
            map: self.plan.map(self.place),
            paused: self.is_paused(),
            ring: reading.filling,
            line: out.line,
            said: out.said,
            signal: out.signal,
            tone: matches!(&self.now, StageState::Work(work) if !self.is_paused() && work.has_tone()),
            feedback: out.feedback,
            answer: out.answer,
            requests: out.requests,
            verdict: input.progress.verdict.filter(|_| !matches!(self.now, StageState::Probe(_))),
            mobility: self.mobility(),
            ending: self.ending(),
        }
    }
}

#[cfg(test)]
mod tests;
