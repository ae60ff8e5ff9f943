//! A guided session, from "I can see you" to the last sentence.
//!
//! A state machine that takes one [`FrameInput`] per frame and returns one [`Guidance`]: what the screen shows, what
//! the voice says, what the measurement should do. Pure: its clock follows the frames, and stops while the session is
//! paused.

mod arrival;
mod asking;
mod beginning;
mod between;
mod close;
mod controls;
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
mod steps;
mod summary;
mod telling;
mod timed;
mod transitions;
mod work;

use std::collections::VecDeque;
use std::time::Duration;

use crate::geometry::State;
use crate::geometry::build::BuildCollector;
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
use self::step::{StepContext, ViewState};
use self::work::Work;
use super::cue::Cue;
use super::debounce::Debounce;
use super::form::Form;
use super::gesture::{Gesture, Signals};
use super::mobility::{Side, Trial};
use super::retention::PractisedSet;
use super::{ChainRequest, Event, Progress};

pub use self::guidance::{Ending, FeedbackGiven, Guidance, Line, Said, Signal, Stage, ToneGiven, UntilNext, Urgency};
pub use self::map::{Overview, SessionMap, Whereabouts};
pub use self::plan::{Amount, Exercise, Place, Plan};
pub use self::questions::{
    Acquaintance, Answer, Asking, QUESTION_VERSION, QuestionKind, QuestionWording, Questions, StopRule,
};
pub use self::step::FrameInput;
pub use self::summary::{PreviousResult, RoundSummary, SessionSummary};
pub use self::work::TOLD_FOR;

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
    /// The side that the first half of the mobility screen is seen from, once a bend of it was seen.
    first_side: Option<Side>,
    /// Whether the person shows another side than is wanted, in the last frame.
    wrong_side: bool,
    before: PreviousResult,
    by_hand: bool,
    away: bool,
    /// The exercise whose posture the camera turned out not to see: the session does not wait for it again.
    unseen: Option<usize>,
    /// Whether the standing posture may be out of date.
    unsettled: bool,
    /// Whether the full bend was skipped by hand: the measurement still waits for it.
    declined: bool,
    /// Whether somebody asked for a full bend by a key and has not been told yet: that waits until it can be measured.
    full_bend_due: bool,
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
    /// Whether any round has begun.
    worked: bool,
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
            worked: false,
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
            first_side: None,
            wrong_side: false,
            before: PreviousResult::default(),
            by_hand: false,
            away: false,
            unseen: None,
            unsettled: false,
            declined: false,
            full_bend_due: false,
            own: OwnRequests::default(),
            told_by_key: false,
            said_stop: false,
            said_ask: false,
            said_hand: false,
            advice: None,
            line: Line::Obstacle(State::Nobody),
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
            out.show(if self.by_hand { Line::Paused } else { self.waiting() });
        } else {
            let cleared = before != ViewState::Clear && view == ViewState::Clear;
            let wrong_side = self.is_wrong(limbs.facing);
            self.wrong_side = wrong_side;
            let context = StepContext { input, now: self.clock, view, cleared, wrong_side, stands, full_bend };
            if let StageState::Work(work) = &mut self.now
                && std::mem::take(&mut self.told_by_key)
            {
                work.tell(&mut out);
            }
            let now = self.take();
            self.now = self.step(now, &context, &mut out);
            if let StageState::Review(review) = &self.now {
                review.show_result(&mut out);
            }
            self.open_set(&mut out);
        }
        if std::mem::take(&mut self.declined) {
            out.request(ChainRequest::AwaitFullBend(false));
        }
        self.line = out.line;
        self.own.note(&out.requests);
        self.guidance(input, &reading, out)
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
    /// offered anyway or nothing is practised at this stage: as soon as it can be done. Returns the request
    /// ([`StepContext::full_bend`]).
    fn follow_full_bend(&mut self, progress: &Progress, out: &mut Prompts) -> Option<bool> {
        use StageState::{Lesson, Rest, Review, Work};
        let asked = self.own.full_bend_by_others(progress);
        if progress.events.iter().any(|event| matches!(event, Event::RangeFound(_))) {
            out.tell(Line::FullBendFound);
        }
        let practises = matches!(self.now, Lesson(_) | Work(_) | Review(_) | Rest(_));
        self.full_bend_due |= asked == Some(true) && practises;
        self.full_bend_due &= progress.awaits_full_bend;
        if self.full_bend_due && practises && self.view.value() == ViewState::Clear && !self.is_paused() {
            self.full_bend_due = false;
            out.tell(Line::FullBend);
        }
        asked
    }

    /// Whether the person faces the wrong way: the side shown first when the other one is wanted, or the reverse.
    fn is_wrong(&self, facing: Option<Facing>) -> bool {
        let turned = self.first_side.zip(facing).map(|(first, facing)| first != Side::from(facing));
        turned.is_some_and(|turned| turned != self.plan.is_turned(self.place))
    }

    fn is_measured(&self) -> bool {
        self.plan.exercise(self.place).is_some_and(Exercise::is_measured)
    }
}

#[cfg(test)]
mod tests;
