//! The course of a session, from "I can see you" to the last sentence.
//!
//! A state machine that is fed one [`FrameInput`] a frame and gives one [`Guidance`]: what the screen shows, what the voice
//! says, what the measurement should do. Pure: its clock is that of the frames, and stands still while the session is paused.

mod arrival;
mod between;
mod close;
mod feet;
mod guidance;
mod own_requests;
mod plan;
mod prompts;
mod summary;
mod timed;
mod work;

use std::time::Duration;

use crate::geometry::limb_pose::LimbPose;
use crate::geometry::{Measurement, State};
use crate::source::Timestamp;
use crate::spine::Facing;

use self::arrival::{Arrival, FullBend, StandTall};
use self::between::{Lesson, Rest, ReviewStage};
use self::close::Closing;
use self::feet::Feet;
use self::own_requests::OwnRequests;
use self::prompts::Prompts;
use self::work::{Work, WorkOutcome};
use super::debounce::Debounce;
use super::form::{Form, FormTracker, Reach};
use super::gesture::{Gesture, GestureReading, Signals};
use super::mobility::{Mobility, Side, Trial};
use super::{ChainRequest, Event, Phase, Progress};

pub use self::guidance::{Guidance, Line, Said, Signal, Stage, Urgency};
pub use self::plan::{Amount, Exercise, Place, Plan};
pub use self::summary::{RoundSummary, SessionSummary};

/// Whoever has been out of view for this long, on top of the time a state has to hold, has left.
const LEFT: Duration = Duration::from_millis(1500);

/// A step of the clock is never longer: what happened while no frame came is not known.
const LONGEST_STEP: Duration = Duration::from_secs(1);

/// Time a round's last words take before a timed exercise's rest begins.
const SHORTEST_REST: Duration = Duration::from_secs(5);

/// What the course is told of one frame.
#[derive(Clone, Copy, Debug)]
pub struct FrameInput<'a> {
    /// When the frame was taken.
    pub time: Timestamp,
    /// What was measured.
    pub measurement: &'a Measurement,
    /// The repetitions so far.
    pub progress: &'a Progress,
    /// Head, arms and legs, while somebody is seen.
    pub limbs: Option<&'a LimbPose>,
    /// Whether the picture is too dark to see anybody.
    pub dark: bool,
}

/// What keeps the person from being measured, if anything does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ViewState {
    Clear,
    Dark,
    Blocked(State),
}

impl ViewState {
    fn of(glimpse: &FrameInput) -> Self {
        match glimpse.measurement.state {
            State::Measured | State::Calibrating => Self::Clear,
            State::Nobody if glimpse.dark => Self::Dark,
            state => Self::Blocked(state),
        }
    }

    fn empty(self) -> bool {
        matches!(self, Self::Dark | Self::Blocked(State::Nobody))
    }
}

/// One frame as the stages see it.
#[derive(Clone, Copy, Debug)]
struct StepContext<'a> {
    glimpse: &'a FrameInput<'a>,
    /// The course's own clock.
    now: Duration,
    /// What is in the way, without flicker.
    view: ViewState,
    /// Whether it has just gone out of the way.
    cleared: bool,
    /// Whether the person shows the side that the mobility screen does not want now.
    wrong_side: bool,
    /// For how long the feet have stayed where they are.
    stands: Duration,
    /// The repetition that has just been finished.
    form: Option<&'a Form>,
    /// Whether somebody else than the course, by a key, has just asked for a full bend or taken that back.
    full_bend: Option<bool>,
}

/// The stage of the session with what it keeps.
#[derive(Debug)]
enum StageState {
    Arrive(Arrival, NextStage),
    StandTall(StandTall, NextStage),
    FullBend(FullBend),
    Lesson(Lesson),
    Work(Work),
    Review(ReviewStage),
    Rest(Rest),
    Close(Closing),
}

/// What comes once the person stands.
#[derive(Debug)]
enum NextStage {
    /// The full bend, where it is offered, and the first exercise.
    Begin,
    /// The round of this place.
    Round,
    /// The round that was interrupted.
    Resume(Box<Work>),
}

/// What the last session like this one came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PreviousResult {
    /// Hip reach of the same drill or programme.
    pub reach: Option<Reach>,
    /// The mobility screen.
    pub screen: Option<Mobility>,
}

/// A session under way.
#[derive(Debug)]
pub struct StateMachine {
    plan: Plan,
    place: Place,
    now: StageState,
    clock: Duration,
    last: Option<Timestamp>,
    view: Debounce<ViewState>,
    signals: Signals,
    tracker: FormTracker,
    feet: Feet,
    forms: Vec<Form>,
    trials: Vec<Trial>,
    before: PreviousResult,
    by_hand: bool,
    away: bool,
    /// The exercise whose posture the camera has turned out not to see: nobody waits for it again.
    unseen: Option<usize>,
    /// Whether the standing posture may no longer be true.
    unsettled: bool,
    /// Whether the full bend was left out by hand: the measurement still waits for it.
    declined: bool,
    own: OwnRequests,
    line: Line,
}

impl StateMachine {
    /// A session that has not begun.
    pub fn new(plan: Plan) -> Self {
        let nobody = ViewState::Blocked(State::Nobody);
        Self {
            plan,
            place: Place::default(),
            now: StageState::Arrive(Arrival::default(), NextStage::Begin),
            clock: Duration::ZERO,
            last: None,
            view: Debounce::new(nobody, Timestamp::default()),
            signals: Signals::default(),
            tracker: FormTracker::default(),
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
            line: Line::Obstacle(State::Nobody),
        }
    }

    /// Has the end tell what has changed since the last session like this one.
    pub fn compare_with(&mut self, before: PreviousResult) {
        self.before = before;
    }

    /// Takes one frame.
    pub fn observe(&mut self, glimpse: &FrameInput) -> Guidance {
        let before = self.view.value();
        let view = self.view.observe(glimpse.time, ViewState::of(glimpse));
        let limbs = glimpse.limbs.copied().unwrap_or_default();
        let reading = self.signals.observe(glimpse.time, limbs.hands);
        let form = self.tracker.observe(glimpse.time, glimpse.measurement, &limbs, glimpse.progress);
        let mut out = Prompts::new(self.line);
        match reading.made {
            Some(Gesture::Next) => self.next(),
            Some(Gesture::Pause) => self.pause(),
            None => {}
        }
        self.tick(glimpse.time);
        self.follow_presence(glimpse.time, &mut out);
        self.follow_standing(glimpse.measurement);
        let full_bend = self.follow_full_bend(glimpse.progress, &mut out);
        let stands = self.feet.observe(glimpse.limbs, self.clock);
        if self.is_paused() {
            out.show(if self.by_hand { Line::Paused } else { Line::Away });
        } else {
            let cleared = before != ViewState::Clear && view == ViewState::Clear;
            let wrong_side = self.is_wrong(limbs.facing);
            let (now, form) = (self.clock, form.as_ref());
            let moment = StepContext { glimpse, now, view, cleared, wrong_side, stands, form, full_bend };
            let now = self.take();
            self.now = self.step(now, &moment, &mut out);
        }
        if std::mem::take(&mut self.declined) {
            out.request(ChainRequest::AwaitFullBend(false));
        }
        self.line = out.line;
        self.own.note(&out.requests);
        self.guidance(glimpse, &reading, out)
    }

    /// Goes on to what comes next, where something can be left out.
    pub fn next(&mut self) {
        let now = self.take();
        self.now = match now {
            StageState::Arrive(_, NextStage::Round) if self.plan.is_turned(self.place) => self.close(), // one side is enough
            StageState::FullBend(_) => {
                self.declined = true;
                self.lesson()
            }
            StageState::Lesson(_) => self.round(),
            StageState::Work(work) => self.after_work(&work),
            StageState::Review(review) => self.rest(review.shown()),
            StageState::Rest(_) => self.after_rest(),
            other => other,
        };
    }

    /// Pauses, or goes on after a pause.
    pub fn pause(&mut self) {
        self.by_hand = !self.by_hand;
    }

    /// Whether somebody else may ask this of the measurement: no full bend of the person's own in the mobility screen, whose
    /// numbers are to be compared.
    pub fn allows(&self, request: ChainRequest) -> bool {
        !matches!(request, ChainRequest::AwaitFullBend(_)) || !self.plan.is_screen()
    }

    /// The set of the exercise that is practised or comes next, from 0.
    pub fn set(&self) -> usize {
        self.plan.exercise(self.place).map_or(0, |exercise| exercise.set(self.place.round))
    }

    fn is_paused(&self) -> bool {
        self.by_hand || self.away
    }

    /// The stage, to be put back or replaced.
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

    /// Pauses when the person walks out of the picture, and goes on when they come back. Not in what is only timed: whoever
    /// is on the floor may not be found.
    fn follow_presence(&mut self, time: Timestamp, out: &mut Prompts) {
        let begun = !matches!(self.now, StageState::Arrive(..) | StageState::Close(_));
        let gone = self.view.value().empty() && time.since(self.view.since()) >= LEFT;
        self.unsettled |= begun && gone;
        if begun && gone && !self.away && self.is_measured() {
            self.away = true;
            out.say(Line::Away, Urgency::Calm);
        }
        if self.away && !self.view.value().empty() {
            self.away = false;
            self.arrive_again(Arrival::default());
        }
    }

    /// Has the person stand tall again where the standing posture was lost: on request, with a jump to where somebody else may
    /// be, with a change of side. What is measured now waits for it, what is measured later does when it begins.
    fn follow_standing(&mut self, measurement: &Measurement) {
        let begun = !matches!(self.now, StageState::Arrive(..) | StageState::StandTall(..) | StageState::Close(_));
        self.unsettled |= begun && measurement.standing.is_none();
        if self.unsettled && !self.is_paused() {
            self.arrive_again(Arrival::again(self.clock));
        }
    }

    /// Has the person arrive where they are measured now; it goes on from there.
    fn arrive_again(&mut self, arrival: Arrival) {
        self.now = match self.take() {
            StageState::Work(work) if work.is_measured() => {
                StageState::Arrive(arrival, NextStage::Resume(Box::new(work)))
            }
            StageState::FullBend(_) => StageState::Arrive(arrival, NextStage::Begin),
            other => other,
        };
    }

    /// Tells that the person's own range is known, and answers whoever has asked for a full bend by a key, unless one is
    /// offered anyway or nothing is practised yet or any more. Gives what was asked ([`StepContext::full_bend`]).
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

    fn step(&mut self, now: StageState, moment: &StepContext, out: &mut Prompts) -> StageState {
        match now {
            StageState::Arrive(mut arrival, then) => match arrival.observe(moment, out) {
                true => StageState::StandTall(StandTall::new(self.unsettled), then),
                false => StageState::Arrive(arrival, then),
            },
            StageState::StandTall(_, then) if moment.view != ViewState::Clear => {
                StageState::Arrive(Arrival::default(), then)
            }
            StageState::StandTall(mut standing, then) => match standing.observe(moment, out) {
                true => self.stood(then),
                false => StageState::StandTall(standing, then),
            },
            StageState::FullBend(mut offer) => match offer.observe(moment, out) {
                true => self.lesson(),
                false => StageState::FullBend(offer),
            },
            StageState::Lesson(mut lesson) => {
                // Whoever already moves knows the drill.
                let moves = self.is_measured() && moment.glimpse.progress.phase != Phase::Top;
                if lesson.observe(moment, out) || moves { self.round() } else { StageState::Lesson(lesson) }
            }
            StageState::Work(work) => self.work(work, moment, out),
            StageState::Review(mut review) => match review.observe(moment, out) {
                true => self.rest(review.shown()),
                false => StageState::Review(review),
            },
            StageState::Rest(mut rest) => match rest.observe(moment, out) {
                true => self.after_rest(),
                false => StageState::Rest(rest),
            },
            StageState::Close(mut closing) => {
                closing.observe(moment, out);
                StageState::Close(closing)
            }
        }
    }

    fn work(&mut self, mut work: Work, moment: &StepContext, out: &mut Prompts) -> StageState {
        let outcome = work.observe(moment, out);
        if let Some(form) = moment.form.filter(|_| work.is_measured()) {
            if !work.is_contrast() {
                self.forms.push(*form);
            }
            let asked = self.plan.exercise(self.place).and_then(|exercise| exercise.screen.as_ref());
            self.trials.extend(asked.filter(|_| !moment.wrong_side).and_then(|asked| asked.trial(form)));
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

    /// What comes once the person stands.
    fn stood(&mut self, then: NextStage) -> StageState {
        self.unsettled = false;
        match then {
            NextStage::Begin if self.plan.full_bend => StageState::FullBend(FullBend::default()),
            NextStage::Begin => self.lesson(),
            NextStage::Round => self.round(),
            NextStage::Resume(mut work) => {
                work.interrupt();
                StageState::Work(*work)
            }
        }
    }

    fn lesson(&mut self) -> StageState {
        match self.plan.exercise(self.place) {
            Some(exercise) => StageState::Lesson(Lesson::new(exercise)),
            None => self.close(),
        }
    }

    /// The round of this place, after standing tall if the zero of the angles may no longer be true.
    fn round(&mut self) -> StageState {
        let Some(exercise) = self.plan.exercise(self.place) else { return self.close() };
        if self.unsettled && exercise.is_measured() {
            return StageState::Arrive(Arrival::default(), NextStage::Round);
        }
        let work = Work::new(exercise, exercise.set(self.place.round));
        StageState::Work(if self.unseen == Some(self.place.exercise) { work.unchecked() } else { work })
    }

    fn after_work(&mut self, work: &Work) -> StageState {
        if work.is_unseen() {
            self.unseen = Some(self.place.exercise);
        }
        match work.summary() {
            Some(summary) => StageState::Review(ReviewStage::new(summary)),
            None => self.rest(Duration::ZERO),
        }
    }

    /// The rest of what has not passed with the review; none after the last round.
    fn rest(&mut self, passed: Duration) -> StageState {
        let rest = self.plan.exercise(self.place).map_or(Duration::ZERO, |exercise| exercise.rest);
        let Some(next) = self.plan.after(self.place) else { return self.close() };
        let left = rest.saturating_sub(passed).max(SHORTEST_REST);
        let ends = match self.plan.changes_side(next) {
            true if self.plan.is_turned(next) => Line::TurnRound,
            true => Line::OtherSide,
            false => Line::RestEnds,
        };
        StageState::Rest(Rest::new(left, ends))
    }

    fn after_rest(&mut self) -> StageState {
        let Some(next) = self.plan.after(self.place) else { return self.close() };
        let same = next.exercise == self.place.exercise;
        self.place = next;
        // Turned round, the person shows the other side: a new zero.
        self.unsettled |= self.plan.changes_side(next) && self.is_measured();
        if same { self.round() } else { self.lesson() }
    }

    fn close(&mut self) -> StageState {
        StageState::Close(Closing::new(SessionSummary::of(&self.forms), self.mobility().as_ref(), &self.before))
    }

    /// What the mobility screen knows so far; `None` where this is none.
    fn mobility(&self) -> Option<Mobility> {
        self.plan.is_screen().then(|| Mobility::of(&self.trials))
    }

    /// Whether the person shows the side that was shown first where the other is wanted, or the other way about.
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
            StageState::StandTall(standing, _) => standing.stage(),
            StageState::FullBend(_) => Stage::FullBend,
            StageState::Lesson(lesson) => lesson.stage(),
            StageState::Work(work) => work.stage(),
            StageState::Review(review) => Stage::Review(review.summary.clone()),
            StageState::Rest(rest) => rest.stage(),
            StageState::Close(closing) => Stage::Close(closing.summary.clone()),
        }
    }

    fn guidance(&self, glimpse: &FrameInput, reading: &GestureReading, out: Prompts) -> Guidance {
        Guidance {
            stage: self.stage(),
            place: self.place,
            paused: self.is_paused(),
            ring: reading.filling,
            line: out.line,
            said: out.said,
            signal: out.signal,
            requests: out.requests,
            verdict: glimpse.progress.verdict,
            mobility: self.mobility(),
        }
    }
}

#[cfg(test)]
mod tests;
