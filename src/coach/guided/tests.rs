//! A simulated person goes through whole sessions, and everything that is said is checked.

mod drills;
mod feedback;
mod identity;
mod mobility;
mod probe;
mod questions;
#[cfg(feature = "i18n")]
mod transcript;

use euclid::Angle;

use super::*;
use crate::coach::cue::{Aim, Cue};
use crate::coach::drill::{Check, CueName, Word};
use crate::coach::feedback::FeedbackPlan;
use crate::coach::form::{FormTracker, Reach};
use crate::coach::progression::PortionChange;
use crate::coach::{Coach, Goal, LiveCue, PersonalRange, Phase, Verdict};
use crate::geometry::build::{Build, KnownBuild};
use crate::geometry::limb_pose::{Hands, Leg, LimbPose};
use crate::geometry::{Bend, HalfWidth90, Measurement, Origin, Segments, StandingDoubt, StandingFlaw};
use crate::pose::CameraPoint;

const FRAMES_A_SECOND: f64 = 30.0;

/// What the simulated person does in one frame.
#[derive(Clone, Copy, Default)]
struct Act {
    /// Reported instead of a measurement.
    blocked: Option<State>,
    hip: f32,
    lumbar: f32,
    knee: f32,
    hands: Hands,
    /// Elevation of a stretched arm, degrees.
    arm: Option<f32>,
    facing: Option<Facing>,
    /// Position of the feet in pixels, for a trunk of 100.
    x: f32,
    /// Whether the person is on hands and knees.
    on_fours: bool,
    /// Shank, thigh and neck relative to the trunk.
    build: Option<[f32; 3]>,
    /// Whether it is too dark to see anybody.
    dark: bool,
}

/// A simulated person, a measurement that behaves like the real one, and the guided session.
struct Simulation {
    session: StateMachine,
    coach: Coach,
    forms: FormTracker,
    time: f64,
    upright_since: Option<f64>,
    baseline: bool,
    log: Vec<(f64, Line)>,
    signals: Vec<(f64, Signal)>,
    feedback: Vec<FeedbackGiven>,
    answers: Vec<Answer>,
    /// Requests to the measurement, pending until the next frame.
    asked: Vec<ChainRequest>,
    /// The requests made by the session.
    requests: Vec<ChainRequest>,
    last: Option<Guidance>,
    half_width_90: HalfWidth90,
    standing_doubt: Option<StandingDoubt>,
}

impl Simulation {
    fn new(plan: Plan) -> Self {
        Self {
            session: StateMachine::new(plan),
            coach: Coach::default(),
            forms: FormTracker::default(),
            time: 0.0,
            upright_since: None,
            baseline: false,
            log: Vec::new(),
            signals: Vec::new(),
            feedback: Vec::new(),
            answers: Vec::new(),
            asked: Vec::new(),
            requests: Vec::new(),
            last: None,
            half_width_90: HalfWidth90::default(),
            standing_doubt: None,
        }
    }

    fn play(&mut self, seconds: f64, act: impl Fn(f64) -> Act) {
        for frame in 0..(seconds * FRAMES_A_SECOND).round() as u32 {
            self.frame(act(f64::from(frame) / FRAMES_A_SECOND));
        }
    }

    fn frame(&mut self, act: Act) {
        let time = Timestamp::from_secs_f64(self.time);
        let requested = self.carry_out();
        let measurement = self.measure(act);
        let mut progress = self.coach.observe(time, &measurement);
        progress.events.splice(0..0, requested.into_iter().map(Event::Requested));
        let feet = CameraPoint::new(act.x, 0.0);
        let raised = act.arm.map(Angle::degrees);
        let (hands, facing) = (act.hands, act.facing);
        let build = act.build.map(|ratios| Build(ratios.map(f32::ln)));
        let lean = Angle::degrees(act.hip + act.lumbar);
        let limbs = LimbPose { hands, raised, facing, feet, lean, trunk: 100.0, build, ..LimbPose::default() };
        let limbs = if act.on_fours { on_fours(limbs) } else { limbs };
        let limbs = (act.blocked != Some(State::Nobody)).then_some(limbs);
        let form = self.forms.observe(time, &measurement, limbs.as_ref(), &progress);
        let input = FrameInput {
            time,
            measurement: &measurement,
            progress: &progress,
            limbs: limbs.as_ref(),
            form: form.as_ref(),
            dark: act.dark,
        };
        let guidance = self.session.observe(&input);
        assert_speaks_of_this_bend(&guidance, progress.phase);
        let holds = guidance.line == Line::HoldStill && limbs.is_some_and(|limbs| limbs.lean > Angle::degrees(30.0));
        assert!(!holds, "nobody who is bent over is told to hold still");
        self.log.extend(guidance.said.iter().map(|said| (self.time, said.line)));
        self.signals.extend(guidance.signal.map(|signal| (self.time, signal)));
        self.feedback.extend(guidance.feedback);
        self.answers.extend(guidance.answer.clone());
        self.asked.extend(&guidance.requests);
        self.requests.extend(&guidance.requests);
        self.last = Some(guidance);
        self.time += 1.0 / FRAMES_A_SECOND;
    }

    /// As the chain does.
    fn carry_out(&mut self) -> Vec<ChainRequest> {
        let requests = std::mem::take(&mut self.asked);
        for request in &requests {
            match *request {
                ChainRequest::Recalibrate => self.lose_standing(),
                ChainRequest::AwaitFullBend(awaited) => self.coach.await_full_bend(awaited),
                ChainRequest::Face(_) => {}
            }
        }
        requests
    }

    fn lose_standing(&mut self) {
        (self.baseline, self.upright_since) = (false, None);
    }

    /// A request by somebody other than the session, if it is allowed.
    fn press(&mut self, request: ChainRequest) {
        self.asked.extend(Some(request).filter(|request| self.session.allows(*request)));
    }

    /// As the window does.
    fn press_full_bend(&mut self) {
        let offered = self.last.as_ref().is_some_and(|guidance| guidance.stage == Stage::FullBend);
        self.press(ChainRequest::full_bend_key(self.awaits_full_bend(), offered));
    }

    fn awaits_full_bend(&self) -> bool {
        self.coach.set.awaits_full_bend
    }

    fn range(&self) -> Option<PersonalRange> {
        self.coach.set.range
    }

    /// As the estimator does: the baseline is known after 0.8 s upright and still.
    fn measure(&mut self, act: Act) -> Measurement {
        if let Some(state) = act.blocked {
            self.upright_since = None;
            let standing = self.baseline.then(Segments::default);
            return Measurement { state, standing, ..Measurement::default() };
        }
        let upright = act.hip.abs() + act.lumbar.abs() < 5.0;
        self.upright_since = upright.then(|| self.upright_since.unwrap_or(self.time));
        self.baseline |= self.upright_since.is_some_and(|since| self.time - since >= 0.8);
        if !self.baseline {
            return Measurement { state: State::Calibrating, ..Measurement::default() };
        }
        let bend = Bend {
            hip_flexion: Angle::degrees(act.hip),
            lumbar_flexion: Angle::degrees(act.lumbar),
            trunk_inclination: Angle::degrees(act.hip + act.lumbar),
            knee_flexion: Angle::degrees(act.knee),
        };
        Measurement {
            state: State::Measured,
            confidence: 0.9,
            raw: Some(bend),
            filtered: Some(bend),
            half_width_90: Some(self.half_width_90),
            standing: Some(Segments::default()),
            standing_doubt: self.standing_doubt,
            origin: Origin::Frame,
        }
    }

    fn stand(&mut self, seconds: f64) {
        self.play(seconds, |_| Act::default());
    }

    /// Two seconds down, one at the bottom, two up, one and a half at the top.
    fn bend(&mut self, hip: f32, lumbar: f32) {
        self.play(6.5, |time| {
            let share = (time / 2.0).min((5.0 - time) / 2.0).clamp(0.0, 1.0) as f32;
            Act { hip: hip * share, lumbar: lumbar * share, knee: 12.0 * share, ..Act::default() }
        });
    }

    /// Walks in and waits until the lesson is over.
    fn arrive(&mut self) {
        self.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
        self.play(2.0, |_| Act { blocked: Some(State::Turned), ..Act::default() });
        self.stand(21.0);
    }

    /// The stage; arriving before the first frame.
    #[cfg(feature = "i18n")]
    fn stage_or_arrive(&self) -> &Stage {
        self.last.as_ref().map_or(&Stage::Arrive, |last| &last.stage)
    }

    fn stage(&self) -> &Stage {
        &self.last.as_ref().unwrap().stage
    }

    fn said(&self) -> Vec<Line> {
        self.log.iter().map(|(_, line)| *line).collect()
    }

    fn has_said(&self, line: Line) -> usize {
        self.log.iter().filter(|(_, said)| *said == line).count()
    }
}

/// Beside the verdict on a bend nothing is shown that is about another one, beside the bends of a set only what is about all of
/// them, and nobody reads a bare number.
fn assert_speaks_of_this_bend(guidance: &Guidance, phase: Phase) {
    let Guidance { line, verdict, .. } = guidance;
    assert!(!matches!(line, Line::Repetition(_)), "{guidance:?}");
    if let (Stage::Review(summary), Line::Cue(cue)) = (&guidance.stage, line) {
        assert_eq!(Some(*cue), summary.advice, "{guidance:?}");
    }
    if verdict.is_some() && matches!(guidance.stage, Stage::Work { .. }) && !guidance.paused {
        assert!(!matches!(line, Line::Cue(_) | Line::RoundDone { .. } | Line::RoundSeen { .. }), "{guidance:?}");
        let down = matches!(phase, Phase::Down | Phase::Bottom) && *line != Line::FullBend;
        let told = matches!(line, Line::During(LiveCue::BackJoinedIn | LiveCue::ScreenFarEnough));
        assert!(!(told && *verdict != Some(Verdict::Back)), "{guidance:?}");
        assert!(!(down && *verdict == Some(Verdict::Back) && matches!(line, Line::During(_))) || told, "{guidance:?}");
    }
}

fn on_fours(limbs: LimbPose) -> LimbPose {
    let leg = Leg { thigh: Angle::zero(), shank: Angle::degrees(90.0) };
    LimbPose { lean: Angle::degrees(80.0), legs: [leg; 2], ..limbs }
}

/// Ten seconds on hands and knees in each set.
fn cat(sets: usize) -> Exercise {
    let amount = Amount::Time { length: Duration::from_secs(10), check: Some(Check::AllFours) };
    Exercise { drill: "cat-cow".into(), amount, rest: Duration::from_secs(8), ..bow(1, sets) }
}

fn kneeling() -> Act {
    Act { blocked: Some(State::NotStanding), on_fours: true, ..Act::default() }
}

fn bow(count: usize, sets: usize) -> Exercise {
    let cues = CueName::WORDS.iter().map(|(name, _)| *name).collect();
    let aim = Aim { hips: Goal::default(), down: Duration::from_secs(2), cues };
    Exercise {
        drill: "bow".into(),
        amount: Amount::Repetitions { count, aim },
        sets,
        sides: false,
        wanted: vec![Some(Verdict::Hips); sets],
        rest: Duration::from_secs(30),
        lesson: vec![Duration::from_secs(2); 2],
        change: None,
        feedback: FeedbackPlan::default(),
        asks_by_arm: true,
        lessons_heard: 0,
        screen: None,
    }
}

fn plan(exercises: Vec<Exercise>) -> Plan {
    Plan { exercises, ..Plan::default() }
}

#[test]
fn a_session_goes_from_the_first_sentence_to_the_last() {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.arrive();
    assert!(matches!(simulation.stage(), Stage::Work { done: 0, of: 3 }), "{:?}", simulation.said());
    simulation.bend(60.0, 5.0);
    simulation.bend(40.0, 35.0);
    simulation.bend(62.0, 4.0);
    simulation.stand(20.0);
    let said = simulation.said();
    let expected = [
        Line::Obstacle(State::Turned),
        Line::WellPlaced,
        Line::StandTall,
        Line::Count(3),
        Line::Count(2),
        Line::Count(1),
        Line::StandingFound,
        Line::Drill,
        Line::Overview(Overview { exercises: 1, sets: 1, amount: 3, timed: false, minutes: 1 }),
        Line::Lesson(0),
        Line::Lesson(1),
        Line::Begin,
        Line::StopIfHurts,
        Line::Repetition(1),
        Line::Cue(Cue::FromTheHips),
        Line::Repetition(2),
    ];
    assert_eq!(said[1..=expected.len()], expected, "{said:?}");
    assert!(matches!(said[expected.len() + 1], Line::Cue(Cue::PushHipsBack)), "{said:?}");
    assert_eq!(simulation.has_said(Line::RoundDone { hips: 2, of: 3 }), 1);
    assert_eq!(said.last(), Some(&Line::Close { hips: 2, of: 3 }));
    let Stage::Close(summary) = simulation.stage() else { panic!("{:?}", simulation.stage()) };
    assert!((summary.depth.unwrap().to_degrees() - 61.0).abs() < 3.0);
    assert_eq!(simulation.requests, [ChainRequest::Recalibrate]);
}

/// A session of two bends at its lesson.
fn at_lesson(exercise: Exercise) -> Simulation {
    let mut simulation = Simulation::new(plan(vec![exercise]));
    simulation.stand(1.0);
    while !matches!(simulation.stage(), Stage::Lesson { .. }) {
        simulation.stand(0.1);
    }
    simulation
}

#[test]
fn whoever_moves_along_with_the_lesson_hears_all_of_it_and_is_not_counted() {
    let mut simulation = at_lesson(bow(2, 1));
    simulation.bend(60.0, 5.0);
    assert!(matches!(simulation.stage(), Stage::Lesson { .. }), "{:?}", simulation.said());
    simulation.stand(4.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 0, of: 2 }, "{:?}", simulation.said());
    let told = [Line::Lesson(0), Line::Lesson(1), Line::Begin].map(|line| simulation.has_said(line));
    assert_eq!((told, simulation.feedback.len()), ([1; 3], 0), "{:?}", simulation.said());
    simulation.bend(60.0, 5.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 1, of: 2 });
}

#[test]
fn the_set_does_not_begin_in_the_middle_of_a_bend_along_with_the_lesson() {
    let mut simulation = at_lesson(bow(2, 1));
    simulation.play(14.0, |time| Act { hip: (30.0 * time as f32).min(60.0), ..Act::default() });
    assert!(matches!(simulation.stage(), Stage::Lesson { .. }), "{:?}", simulation.said());
    assert_eq!(simulation.said().last(), Some(&Line::During(LiveCue::Up)));
    simulation.stand(1.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 0, of: 2 }, "{:?}", simulation.said());
    assert_eq!((simulation.has_said(Line::Begin), simulation.feedback.len()), (1, 0));
}

#[test]
fn a_bend_that_began_in_the_rest_is_not_the_first_of_the_next_set() {
    let mut simulation = Simulation::new(plan(vec![Exercise { rest: Duration::from_secs(5), ..bow(1, 2) }]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    while !matches!(simulation.stage(), Stage::Rest { .. }) {
        simulation.stand(0.1);
    }
    simulation.play(8.0, |time| Act { hip: (30.0 * time as f32).min(60.0), ..Act::default() });
    assert!(matches!(simulation.stage(), Stage::Rest { left: 0, .. }), "{:?}", simulation.said());
    assert_eq!(simulation.said().last(), Some(&Line::During(LiveCue::Up)));
    simulation.stand(1.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 0, of: 1 }, "{:?}", simulation.said());
    assert_eq!((simulation.has_said(Line::Begin), simulation.feedback.len()), (2, 1));
}

#[test]
fn whoever_bent_in_the_rest_and_cannot_be_measured_since_is_told_why_and_not_to_stand_up() {
    let mut simulation = Simulation::new(plan(vec![Exercise { rest: Duration::from_secs(5), ..bow(1, 2) }]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    while !matches!(simulation.stage(), Stage::Rest { .. }) {
        simulation.stand(0.1);
    }
    simulation.stand(3.5);
    simulation.play(1.0, |time| Act { hip: 40.0 * time as f32, ..Act::default() });
    simulation.play(1.5, |_| Act { blocked: Some(State::Turned), ..Act::default() });
    assert!(matches!(simulation.stage(), Stage::Rest { left: 0, .. }), "{:?}", simulation.said());
    let said = simulation.said();
    assert_eq!(said.last(), Some(&Line::Obstacle(State::Turned)), "{said:?}");
    assert_eq!(simulation.has_said(Line::During(LiveCue::Up)), 0, "{said:?}");
    simulation.stand(3.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 0, of: 1 }, "{:?}", simulation.said());
}

#[test]
fn whoever_begins_by_themselves_with_the_last_sentence_or_knows_the_drill_has_begun() {
    let mut simulation = at_lesson(bow(2, 1));
    while simulation.has_said(Line::Lesson(1)) == 0 {
        simulation.stand(0.1);
    }
    simulation.stand(0.2);
    simulation.bend(60.0, 5.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 1, of: 2 }, "{:?}", simulation.said());
    let known = Exercise { lessons_heard: 2, change: Some(PortionChange::More), ..bow(2, 1) };
    let mut simulation = at_lesson(known);
    simulation.bend(60.0, 5.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 1, of: 2 }, "{:?}", simulation.said());
}

/// A session whose last words were just said.
fn at_the_end() -> Simulation {
    let mut simulation = Simulation::new(plan(vec![bow(1, 1)]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    while !matches!(simulation.stage(), Stage::Close(_)) {
        simulation.stand(0.1);
    }
    simulation
}

fn ending(simulation: &Simulation) -> Ending {
    simulation.last.as_ref().unwrap().ending
}

#[test]
fn after_the_last_words_nothing_is_kept_for_long_and_the_session_ends_by_itself() {
    let mut simulation = at_the_end();
    simulation.stand(9.0);
    assert_eq!((ending(&simulation), simulation.said().last()), (Ending::Open, Some(&Line::Close { hips: 1, of: 1 })));
    simulation.stand(9.0);
    assert_eq!((ending(&simulation), simulation.last.as_ref().unwrap().line), (Ending::Complete, Line::Leave));
    // Also if nobody is there any more.
    simulation.play(48.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(ending(&simulation), Ending::Complete);
    simulation.play(2.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(ending(&simulation), Ending::Over);
}

#[test]
fn a_gesture_ends_a_session_that_is_done() {
    for hands in [Hands::One, Hands::Both] {
        let mut simulation = at_the_end();
        simulation.stand(3.0);
        simulation.play(1.2, |_| Act { hands, ..Act::default() });
        assert_eq!(ending(&simulation), Ending::Over, "{hands:?}");
    }
}

#[test]
fn the_sentence_is_that_of_this_moment() {
    let mut simulation = Simulation::new(plan(vec![bow(5, 1)]));
    simulation.arrive();
    let shown = |simulation: &Simulation| simulation.last.as_ref().unwrap().line;
    simulation.play(1.0, |time| Act { hip: 30.0 * time as f32, ..Act::default() });
    assert_eq!(shown(&simulation), Line::During(LiveCue::Down));
    simulation.play(5.0, |time| Act {
        hip: (30.0 + 30.0 * time as f32).min(60.0 * (3.0 - time as f32)).max(0.0),
        ..Act::default()
    });
    assert_eq!(shown(&simulation), Line::Cue(Cue::FromTheHips));
    simulation.play(1.5, |time| Act { hip: 20.0 * time as f32, lumbar: 30.0 * time as f32, ..Act::default() });
    assert_eq!(shown(&simulation), Line::During(LiveCue::BackJoinedIn));
    simulation.play(0.6, |time| Act { lumbar: 45.0 * (1.0 - time as f32), ..Act::default() });
    assert_eq!(shown(&simulation), Line::During(LiveCue::Up));
    simulation.stand(2.5);
    assert_eq!(shown(&simulation), Line::Cue(Cue::PushHipsBack));
    simulation.stand(6.0);
    assert_eq!(shown(&simulation), Line::Counted { done: 2, of: 5 });
}

#[test]
fn a_change_since_last_time_is_told_only_beyond_the_error() {
    let said_after = |degrees, limited| {
        let before = Reach { angle: Angle::degrees(degrees), half_width_90: Angle::degrees(6.0), limited };
        let mut simulation = Simulation::new(plan(vec![bow(1, 1)]));
        simulation.session.compare_with(PreviousResult { reach: Some(before), ..PreviousResult::default() });
        simulation.arrive();
        simulation.bend(40.0, 3.0);
        simulation.stand(40.0);
        simulation.said()
    };
    let more = |line: &Line| matches!(line, Line::ReachMore(by) if (by.angle.to_degrees() - 15.0).abs() < 2.0);
    let further = said_after(25.0, true);
    assert!(further.iter().any(more), "{further:?}");
    assert_eq!(further.last(), Some(&Line::Close { hips: 1, of: 1 }), "the result stays");
    let changes = |said: Vec<Line>| said.iter().any(|line| matches!(line, Line::ReachMore(_) | Line::ReachLess(_)));
    assert!(!changes(said_after(36.0, true)), "within the error");
    assert!(!changes(said_after(60.0, true)), "the back never joined in today: the hips may go as far");
}

#[test]
fn more_or_less_than_the_last_time_is_said_with_the_drill() {
    let change = Some(PortionChange::More);
    let mut simulation = Simulation::new(plan(vec![Exercise { change, ..bow(10, 1) }]));
    simulation.arrive();
    simulation.stand(5.0);
    let said = simulation.said();
    let at = said.iter().position(|line| matches!(line, Line::Overview(_))).unwrap();
    assert_eq!(
        said[at + 1..at + 4],
        [Line::Amount { change: PortionChange::More, count: 10 }, Line::Lesson(0), Line::Lesson(1)]
    );
    assert!(matches!(simulation.stage(), Stage::Work { of: 10, .. }), "{said:?}");
}

#[test]
fn the_back_joining_in_is_heard_in_the_frame_that_shows_it_and_once_a_repetition() {
    let mut simulation = Simulation::new(plan(vec![bow(2, 1)]));
    simulation.arrive();
    let start = simulation.time;
    simulation.bend(30.0, 40.0);
    let heard: Vec<_> = simulation.signals.iter().filter(|(_, signal)| *signal == Signal::BackJoinedIn).collect();
    assert_eq!(heard.len(), 1);
    // Lumbar flexion passes 22° of 40° after 1.1 s of the two seconds down.
    assert!((heard[0].0 - start - 1.1).abs() < 0.05, "{heard:?}");
}

#[test]
fn a_set_that_is_to_come_from_the_back_is_counted_and_not_corrected() {
    let wanted = vec![Some(Verdict::Hips), Some(Verdict::Back)];
    let mut simulation = Simulation::new(plan(vec![Exercise { wanted, ..bow(2, 2) }]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(32.0);
    let first = simulation.said().len();
    simulation.bend(20.0, 50.0);
    simulation.bend(20.0, 50.0);
    simulation.stand(20.0);
    let said = simulation.said().split_off(first);
    let last = Line::Close { hips: 2, of: 2 };
    assert_eq!(
        said,
        [Line::Repetition(1), Line::Repetition(2), Line::TimeDone, Line::NextTime(None), last],
        "{said:?}"
    );
    assert!(simulation.signals.iter().all(|(_, signal)| *signal != Signal::BackJoinedIn));
}

#[test]
fn where_nothing_could_be_told_nobody_hears_that_none_came_from_the_hips() {
    let mut simulation = Simulation::new(plan(vec![bow(2, 1)]));
    simulation.half_width_90 = HalfWidth90 { lumbar_flexion: Angle::degrees(30.0), ..HalfWidth90::default() };
    simulation.arrive();
    simulation.bend(60.0, 17.0);
    simulation.bend(60.0, 17.0);
    simulation.stand(40.0);
    let said = simulation.said();
    assert_eq!(simulation.has_said(Line::RoundUntold(2)), 1, "{said:?}");
    assert_eq!(said.last(), Some(&Line::CloseTimed), "{said:?}");
    let counts = |line: &Line| matches!(line, Line::RoundDone { .. } | Line::NextTime(_) | Line::Close { .. });
    assert!(!said.iter().any(counts), "{said:?}");
}

/// One bend from the back, and one of which nothing can be told.
#[test]
fn of_a_set_told_in_part_nobody_hears_that_the_rest_did_not_come_from_the_hips() {
    let mut simulation = Simulation::new(plan(vec![bow(2, 1)]));
    simulation.arrive();
    simulation.bend(40.0, 35.0);
    simulation.half_width_90 = HalfWidth90 { lumbar_flexion: Angle::degrees(30.0), ..HalfWidth90::default() };
    simulation.bend(60.0, 17.0);
    simulation.stand(40.0);
    let said = simulation.said();
    assert_eq!(simulation.has_said(Line::RoundSeen { hips: 0, of: 2 }), 1, "{said:?}");
    assert_eq!(said.last(), Some(&Line::CloseSeen { hips: 0, of: 2 }), "{said:?}");
    let denies = |line: &Line| matches!(line, Line::RoundDone { .. } | Line::Close { .. });
    assert!(!said.iter().any(denies), "{said:?}");
}

/// After a set without a cue.
#[test]
fn the_next_set_is_to_be_just_like_this_one_only_where_it_is_asked_for_and_this_one_came_from_the_hips() {
    let praised = |exercises: Vec<Exercise>, lumbar: f32| {
        let mut simulation = Simulation::new(plan(exercises));
        simulation.arrive();
        simulation.bend(60.0, lumbar);
        simulation.stand(14.0);
        simulation.has_said(Line::TheSameAgain)
    };
    let silent = |wanted: [Verdict; 2]| {
        let mut exercise = Exercise { wanted: wanted.map(Some).to_vec(), ..bow(1, 2) };
        if let Amount::Repetitions { aim, .. } = &mut exercise.amount {
            aim.cues = vec![CueName::CouldNotTell];
        }
        exercise
    };
    use Verdict::{Back, Hips};
    assert_eq!(praised(vec![silent([Hips, Hips])], 5.0), 1);
    assert_eq!(praised(vec![silent([Hips, Hips])], 35.0), 0, "it came from the back");
    assert_eq!(praised(vec![silent([Hips, Back])], 5.0), 0, "the next one is to come from the back");
    assert_eq!(praised(vec![bow(1, 1), bow(1, 1)], 5.0), 0, "another drill follows");
}

/// When these lines were said, seconds after the last "Begin when you are ready".
fn said_after_begin(simulation: &Simulation, lines: &[Line]) -> Vec<(Line, u32)> {
    let begun = simulation.log.iter().rposition(|(_, line)| *line == Line::Begin).unwrap();
    let since = simulation.log[begun].0;
    let later = simulation.log[begun..].iter().filter(|(_, line)| lines.contains(line));
    later.map(|(time, line)| (*line, (time - since).round() as u32)).collect()
}

#[test]
fn whoever_does_not_begin_is_spoken_to_twice_and_then_left_in_peace() {
    let mut simulation = Simulation::new(plan(vec![bow(2, 2)]));
    simulation.arrive();
    simulation.stand(60.0);
    let nudges = [Line::NoHurry, Line::JustBend, Line::GoOnWhenReady];
    assert_eq!(said_after_begin(&simulation, &nudges), [(Line::NoHurry, 10), (Line::JustBend, 25)]);
    assert_eq!(simulation.last.as_ref().unwrap().line, Line::JustBend, "the screen says it too");
    simulation.bend(60.0, 5.0);
    let before = simulation.log.len();
    simulation.stand(15.0);
    assert_eq!(simulation.log.len(), before, "who has begun is not hurried");
    simulation.stand(15.0);
    assert_eq!(simulation.said().last(), Some(&Line::GoOnWhenReady));
    simulation.bend(60.0, 5.0);
    simulation.stand(90.0); // review, rest, and the second set
    assert_eq!(said_after_begin(&simulation, &nudges), [(Line::JustBend, 25)], "the way is known");
}

#[test]
fn whoever_turns_away_bends_or_pauses_is_not_nudged() {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.arrive();
    let nudged = |simulation: &Simulation| simulation.has_said(Line::NoHurry) + simulation.has_said(Line::JustBend);
    let before = nudged(&simulation);
    simulation.play(8.0, |_| Act { blocked: Some(State::Turned), ..Act::default() });
    simulation.stand(8.0);
    simulation.bend(60.0, 5.0);
    simulation.session.pause();
    simulation.stand(40.0);
    assert_eq!(nudged(&simulation), before, "{:?}", simulation.log);
    assert_eq!(simulation.has_said(Line::GoOnWhenReady), 0);
}

#[test]
fn sets_are_parted_by_rest_and_cues_fade() {
    let mut simulation = Simulation::new(plan(vec![bow(4, 3)]));
    simulation.arrive();
    for _ in 0..3 {
        for _ in 0..4 {
            simulation.bend(60.0, 5.0);
        }
        simulation.stand(32.0);
    }
    let cues = simulation.said().iter().filter(|line| matches!(line, Line::Cue(_))).count();
    // First set: all four, but praise never twice in a row: 2. Second: after the second and fourth, the same cue: 1.
    // Third: none. And no advice if there is nothing to correct.
    assert_eq!(cues, 2 + 1, "{:?}", simulation.said());
    assert_eq!(simulation.has_said(Line::RestEnds), 2);
    assert_eq!(simulation.said().last(), Some(&Line::Close { hips: 12, of: 12 }));
}

#[test]
fn walking_out_pauses_and_coming_back_goes_on_after_standing_again() {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    simulation.play(2.0, |time| Act { blocked: Some(State::Hidden), x: 150.0 * time as f32, ..Act::default() });
    simulation.play(30.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(simulation.has_said(Line::Obstacle(State::Hidden)), 0, "{:?}", simulation.log);
    assert!(simulation.last.as_ref().unwrap().paused);
    assert_eq!(simulation.has_said(Line::Away), 1);
    simulation.stand(13.0);
    assert_eq!(simulation.has_said(Line::StandAgain), 1);
    assert_eq!(simulation.has_said(Line::Obstacle(State::Nobody)), 1, "only before the session: {:?}", simulation.log);
    assert_eq!(simulation.said().last(), Some(&Line::GoOn));
    assert_eq!(*simulation.stage(), Stage::Work { done: 1, of: 3 });
    simulation.bend(60.0, 5.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 2, of: 3 });
}

#[test]
fn whoever_walks_out_of_a_pause_of_their_own_is_not_told_that_coming_back_ends_it() {
    let mut simulation = at_work();
    simulation.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    simulation.play(6.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    let last = simulation.last.as_ref().unwrap();
    assert_eq!((last.paused, last.line, simulation.has_said(Line::Away)), (true, Line::Paused, 0));
    simulation.stand(3.0);
    assert!(simulation.last.as_ref().unwrap().paused, "it is theirs to end");
    simulation.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    simulation.stand(13.0);
    assert_eq!(simulation.said().last(), Some(&Line::GoOn));
}

#[test]
fn whoever_cannot_be_seen_for_the_dark_is_told_that_and_not_to_come_back() {
    let mut simulation = at_work();
    simulation.play(6.0, |_| Act { blocked: Some(State::Nobody), dark: true, ..Act::default() });
    let last = simulation.last.as_ref().unwrap();
    assert_eq!((last.paused, last.line), (true, Line::TooDark));
    assert_eq!((simulation.has_said(Line::TooDark), simulation.has_said(Line::Away)), (1, 0), "{:?}", simulation.log);
    simulation.stand(13.0);
    assert_eq!(simulation.said().last(), Some(&Line::GoOn));
}

#[test]
fn the_map_goes_on_from_the_set_that_somebody_walked_out_of() {
    let mut simulation = Simulation::new(plan(vec![bow(2, 3)]));
    simulation.arrive();
    let map = |simulation: &Simulation| simulation.last.as_ref().unwrap().map;
    simulation.bend(60.0, 5.0);
    assert_eq!((map(&simulation).now.set, map(&simulation).begun), (1, true));
    simulation.play(30.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    simulation.stand(2.0);
    assert!(matches!(simulation.stage(), Stage::Arrive | Stage::StandTall { .. }), "{:?}", simulation.stage());
    assert!(map(&simulation).begun, "it is not the beginning of the session");
    let new = Simulation::new(plan(vec![bow(2, 3)]));
    assert!(!new.session.plan.map(new.session.place).begun);
}

#[test]
fn a_shifted_camera_asks_for_standing_again() {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    simulation.play(4.0, |_| Act { hip: 18.0, lumbar: -14.0, ..Act::default() });
    assert_eq!(simulation.has_said(Line::StandAgain), 1, "{:?}", simulation.said());
}

#[test]
fn whoever_is_still_bent_after_a_hole_in_a_bend_need_not_stand_again() {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.arrive();
    simulation.play(2.0, |time| Act { hip: 30.0 * time as f32, ..Act::default() });
    simulation.play(2.5, |_| Act { blocked: Some(State::Hidden), hip: 60.0, ..Act::default() });
    simulation.play(4.5, |_| Act { hip: 60.0, ..Act::default() });
    simulation.play(2.0, |time| Act { hip: 60.0 - 30.0 * time as f32, ..Act::default() });
    simulation.stand(2.0);
    simulation.bend(60.0, 5.0);
    assert_eq!(simulation.has_said(Line::StandAgain), 0, "{:?}", simulation.said());
    assert!(matches!(simulation.stage(), Stage::Work { done: 1, of: 3 }), "what nobody saw is not counted");
}

#[test]
fn hands_lead_on_and_pause() {
    let raised = |hands| move |_| Act { hands, ..Act::default() };
    let mut simulation = Simulation::new(plan(vec![bow(3, 2)]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    simulation.play(1.2, raised(Hands::One));
    assert!(matches!(simulation.stage(), Stage::Review(summary) if summary.repetitions.len() == 1));
    simulation.stand(1.0);
    simulation.play(1.2, raised(Hands::Both));
    assert!(simulation.last.as_ref().unwrap().paused);
    simulation.stand(60.0);
    assert!(matches!(simulation.stage(), Stage::Review(_)), "the clock stands still in a pause");
    simulation.play(1.2, raised(Hands::Both));
    simulation.stand(1.0);
    assert!(!simulation.last.as_ref().unwrap().paused);
    simulation.play(1.2, raised(Hands::One));
    simulation.stand(1.0);
    assert!(matches!(simulation.stage(), Stage::Rest { .. }));
}

#[test]
fn a_raised_hand_is_shown_to_be_heeded_only_where_it_goes_on() {
    let raised = |_| Act { hands: Hands::One, ..Act::default() };
    let ring = |simulation: &Simulation| simulation.last.as_ref().unwrap().ring.map(|(gesture, _)| gesture);
    let mut simulation = offering();
    simulation.stand(3.0);
    assert!(matches!(simulation.stage(), Stage::StandTall { .. }), "{:?}", simulation.stage());
    simulation.play(0.5, raised);
    assert_eq!(ring(&simulation), None);
    simulation.stand(11.0);
    assert_eq!(*simulation.stage(), Stage::FullBend);
    simulation.play(0.5, raised);
    assert_eq!(ring(&simulation), Some(Gesture::Next));
    simulation.stand(1.0);
    simulation.session.pause();
    simulation.play(0.5, raised);
    assert_eq!(ring(&simulation), None, "in a pause only the pause is ended");
    simulation.stand(1.0);
    simulation.play(0.5, |_| Act { hands: Hands::Both, ..Act::default() });
    assert_eq!(ring(&simulation), Some(Gesture::Pause));
}

#[test]
fn the_full_bend_is_measured_or_left_out() {
    use ChainRequest::{AwaitFullBend, Recalibrate};
    let mut simulation = Simulation::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) });
    simulation.stand(12.0);
    assert_eq!(*simulation.stage(), Stage::FullBend);
    simulation.bend(60.0, 45.0);
    assert!(
        matches!(simulation.stage(), Stage::Lesson { .. } | Stage::Work { done: 0, .. }),
        "{:?}",
        simulation.stage()
    );
    assert_eq!(simulation.has_said(Line::FullBendFound), 1);
    assert_eq!(simulation.requests, [Recalibrate, AwaitFullBend(true)]);

    let mut simulation = Simulation::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) });
    simulation.stand(30.0);
    assert_eq!(simulation.requests, [Recalibrate, AwaitFullBend(true), AwaitFullBend(false)]);

    let mut simulation = Simulation::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) });
    simulation.stand(12.0);
    simulation.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    assert!(matches!(simulation.stage(), Stage::Lesson { .. }), "{:?}", simulation.stage());
    assert_eq!(simulation.requests, [Recalibrate, AwaitFullBend(true), AwaitFullBend(false)], "left out by hand");
    simulation.stand(10.0);
    assert!(matches!(simulation.stage(), Stage::Work { done: 0, .. }));
}

/// A session of three bends that offers a full bend first.
fn offering() -> Simulation {
    Simulation::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) })
}

/// Such a session at the offer, after the key for a full bend was pressed this many seconds from the start.
fn offered_and_pressed(pressed: f64) -> Simulation {
    let mut simulation = offering();
    simulation.stand(pressed);
    simulation.press_full_bend();
    simulation.stand(12.0 - pressed);
    assert_eq!(*simulation.stage(), Stage::FullBend);
    simulation
}

/// Before the offer and during it.
const PRESSED: [f64; 2] = [5.0, 11.5];

#[test]
fn the_key_before_or_during_the_offer_does_not_switch_the_full_bend_off() {
    for pressed in PRESSED {
        let mut simulation = offered_and_pressed(pressed);
        assert!(simulation.awaits_full_bend(), "{pressed}");
        simulation.bend(60.0, 45.0);
        assert!(simulation.range().is_some(), "{pressed}");
        assert_eq!(simulation.has_said(Line::FullBendFound), 1, "{pressed}: {:?}", simulation.log);
    }
}

#[test]
fn after_the_offer_has_timed_out_no_bend_of_the_set_becomes_the_range() {
    for pressed in PRESSED {
        let mut simulation = offered_and_pressed(pressed);
        simulation.stand(30.0);
        assert!(matches!(simulation.stage(), Stage::Work { done: 0, .. }), "{:?}", simulation.log);
        assert_eq!((simulation.awaits_full_bend(), simulation.range()), (false, None), "{pressed}");
        simulation.bend(20.0, 50.0);
        assert!(matches!(simulation.stage(), Stage::Work { done: 1, .. }), "{pressed}: {:?}", simulation.stage());
        assert_eq!(simulation.range(), None, "{pressed}");
    }
}

#[test]
fn who_accepts_the_offer_by_key_has_the_time_to_walk_back() {
    let mut simulation = offered_and_pressed(5.0);
    simulation.stand(4.0);
    assert_eq!(*simulation.stage(), Stage::FullBend);
    simulation.press_full_bend();
    simulation.stand(6.5);
    assert_eq!(
        (simulation.stage(), simulation.has_said(Line::FullBend)),
        (&Stage::FullBend, 2),
        "{:?}",
        simulation.log
    );
    simulation.stand(1.0);
    assert!(matches!(simulation.stage(), Stage::Lesson { .. }) && !simulation.awaits_full_bend());
}

#[test]
fn an_offer_that_is_taken_back_or_was_accepted_before_is_over() {
    let mut simulation = offering();
    simulation.stand(12.0);
    simulation.press(ChainRequest::AwaitFullBend(false));
    simulation.stand(1.0);
    assert!(
        matches!(simulation.stage(), Stage::Lesson { .. }) && !simulation.awaits_full_bend(),
        "{:?}",
        simulation.stage()
    );

    let mut simulation = offering();
    simulation.stand(2.0);
    simulation.press_full_bend();
    simulation.bend(60.0, 45.0);
    let range = simulation.range();
    assert!(range.is_some() && *simulation.stage() != Stage::FullBend, "{:?}", simulation.log);
    simulation.stand(30.0);
    assert_eq!((simulation.range(), simulation.has_said(Line::FullBend)), (range, 0), "{:?}", simulation.log);
    assert_eq!((simulation.has_said(Line::FullBendFound), simulation.has_said(Line::Lesson(1))), (1, 1));
}

#[test]
fn a_full_bend_in_a_set_is_asked_for_and_told_and_never_a_fault() {
    let mut simulation = offering();
    simulation.stand(40.0);
    assert!(matches!(simulation.stage(), Stage::Work { done: 0, .. }), "{:?}", simulation.log);
    simulation.bend(60.0, 5.0);
    simulation.press_full_bend();
    simulation.stand(0.5);
    assert_eq!((simulation.has_said(Line::FullBend), simulation.last.as_ref().unwrap().line), (2, Line::FullBend));
    simulation.bend(40.0, 50.0);
    assert_eq!(simulation.said().last(), Some(&Line::FullBendFound));
    assert!(simulation.signals.iter().all(|(_, signal)| *signal != Signal::BackJoinedIn), "{:?}", simulation.signals);
    assert!(matches!(simulation.stage(), Stage::Work { done: 1, .. }), "it is no repetition: {:?}", simulation.stage());

    // Pressed again it forgets the range, and pressed once more it is as before.
    simulation.press_full_bend();
    simulation.stand(0.5);
    simulation.press_full_bend();
    simulation.stand(0.5);
    assert_eq!((simulation.range(), simulation.awaits_full_bend()), (None, false));
    assert_eq!(simulation.last.as_ref().unwrap().line, Line::GoOn);
    simulation.bend(20.0, 50.0);
    assert!(matches!(simulation.stage(), Stage::Work { done: 2, .. }), "{:?}", simulation.stage());
}

/// A session during its set, with one of three repetitions done.
fn at_work() -> Simulation {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 1, of: 3 });
    simulation
}

#[test]
fn whoever_loses_their_standing_posture_in_a_set_is_asked_to_stand_tall_and_goes_on() {
    let by_a_key = |simulation: &mut Simulation| simulation.press(ChainRequest::Recalibrate);
    for lose in [by_a_key, Simulation::lose_standing] {
        let mut simulation = at_work();
        lose(&mut simulation);
        simulation.stand(3.0);
        assert_eq!(simulation.has_said(Line::StandAgain), 1, "{:?}", simulation.log);
        assert_eq!(simulation.last.as_ref().unwrap().line, Line::StandAgain);
        assert!(matches!(simulation.stage(), Stage::StandTall { .. }));
        simulation.stand(9.0);
        assert_eq!(simulation.said().last(), Some(&Line::GoOn), "{:?}", simulation.log);
        assert_eq!(simulation.has_said(Line::Seen), 0, "nobody left");
        simulation.bend(60.0, 5.0);
        assert_eq!(*simulation.stage(), Stage::Work { done: 2, of: 3 });
    }
}

#[test]
fn whoever_does_not_stand_tall_hears_it_again_and_again() {
    let mut simulation = at_work();
    simulation.lose_standing();
    let (began, lines) = (simulation.time, simulation.log.len());
    simulation.play(120.0, |_| Act { hip: 7.0, ..Act::default() });
    let asked = |line: &Line| matches!(line, Line::StandAgain | Line::StandTall);
    let asked: Vec<f64> =
        simulation.log[lines..].iter().filter(|(_, line)| asked(line)).map(|(time, _)| *time).collect();
    assert!(asked[0] - began < 3.0 && asked.len() > 12, "{asked:?}");
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] < 10.0), "{asked:?}");
    assert!(asked.last().unwrap() + 10.0 > simulation.time, "{asked:?}");
    simulation.stand(4.0);
    assert_eq!(simulation.said().last(), Some(&Line::GoOn));
    simulation.bend(60.0, 5.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 2, of: 3 });
}

#[test]
fn whoever_stands_badly_is_asked_once_more_and_whoever_cannot_do_better_goes_on() {
    let mut simulation = at_work();
    simulation.standing_doubt = Some(StandingDoubt { angle: Angle::degrees(5.0), flaw: Some(StandingFlaw::BentKnees) });
    simulation.lose_standing();
    let recalibrations = |simulation: &Simulation| {
        simulation.requests.iter().filter(|request| **request == ChainRequest::Recalibrate).count()
    };
    let (before, lines) = (recalibrations(&simulation), simulation.log.len());
    simulation.stand(30.0);
    let again = simulation.log[lines..].iter().filter(|(_, line)| *line == Line::StandAgain).count();
    assert_eq!((recalibrations(&simulation) - before, again), (2, 2), "{:?}", &simulation.log[lines..]);
    assert_eq!(simulation.said().last(), Some(&Line::GoOn));
}

#[test]
fn standing_that_is_lost_in_a_bend_is_asked_for_as_well() {
    let mut simulation = at_work();
    simulation.play(1.5, |time| Act { hip: 30.0 * time as f32, ..Act::default() });
    simulation.press(ChainRequest::Recalibrate);
    simulation.play(2.5, |_| Act { hip: 45.0, ..Act::default() });
    assert_eq!(simulation.has_said(Line::StandAgain), 1, "{:?}", simulation.log);
    simulation.stand(10.0);
    assert_eq!(simulation.said().last(), Some(&Line::GoOn), "{:?}", simulation.log);
    assert_eq!(*simulation.stage(), Stage::Work { done: 1, of: 3 });
}

#[test]
fn whoever_turns_round_in_a_set_is_told_what_is_in_the_way_and_then_to_stand_tall() {
    let mut simulation = at_work();
    simulation.lose_standing();
    simulation.play(5.0, |_| Act { blocked: Some(State::Turned), ..Act::default() });
    let turned = Line::Obstacle(State::Turned);
    assert_eq!(
        (simulation.said().last(), simulation.has_said(Line::StandAgain)),
        (Some(&turned), 0),
        "{:?}",
        simulation.log
    );
    simulation.stand(12.0);
    assert_eq!(simulation.has_said(Line::StandAgain), 1, "{:?}", simulation.log);
    assert_eq!(simulation.said().last(), Some(&Line::GoOn));
    assert_eq!(*simulation.stage(), Stage::Work { done: 1, of: 3 });
}

#[test]
fn an_offer_whose_standing_posture_is_lost_is_made_again() {
    let mut simulation = offering();
    simulation.stand(12.0);
    simulation.press(ChainRequest::Recalibrate);
    simulation.stand(13.0);
    assert_eq!(
        (simulation.has_said(Line::StandAgain), simulation.has_said(Line::FullBend)),
        (1, 2),
        "{:?}",
        simulation.log
    );
    simulation.bend(60.0, 45.0);
    assert!(simulation.range().is_some() && !simulation.awaits_full_bend(), "{:?}", simulation.log);
}

#[test]
fn a_full_bend_is_offered_as_long_as_it_can_be_measured() {
    for state in [State::Turned, State::Several, State::Hidden] {
        let mut simulation = offering();
        simulation.stand(12.0);
        simulation.play(20.0, |_| Act { blocked: Some(state), ..Act::default() });
        let line = simulation.last.as_ref().unwrap().line;
        assert_eq!((simulation.stage(), line), (&Stage::FullBend, Line::Obstacle(state)), "{:?}", simulation.log);
        assert!(simulation.awaits_full_bend() && simulation.has_said(Line::FullBend) == 1, "{:?}", simulation.log);
        simulation.stand(3.0);
        assert_eq!(simulation.has_said(Line::FullBend), 2, "{:?}", simulation.log);
        simulation.stand(8.0);
        assert!(matches!(simulation.stage(), Stage::Lesson { .. }) && !simulation.awaits_full_bend(), "{state:?}");
    }
}

#[test]
fn an_offer_that_something_comes_in_the_way_of_again_and_again_is_skipped() {
    let mut simulation = offering();
    simulation.stand(12.0);
    for _ in 0..4 {
        simulation.play(2.0, |_| Act { blocked: Some(State::Hidden), ..Act::default() });
        simulation.stand(3.0);
    }
    assert_eq!(simulation.has_said(Line::FullBend), 4, "{:?}", simulation.log);
    assert!(matches!(simulation.stage(), Stage::Lesson { .. }) && !simulation.awaits_full_bend());
}

#[test]
fn a_full_bend_that_a_key_asks_for_is_told_of_once_it_can_be_done() {
    let turned = |_: f64| Act { blocked: Some(State::Turned), ..Act::default() };
    let mut simulation = at_work();
    simulation.play(3.0, turned);
    simulation.press_full_bend();
    simulation.play(2.0, turned);
    assert_eq!(simulation.has_said(Line::FullBend), 0, "nobody is side-on: {:?}", simulation.log);
    simulation.stand(2.0);
    assert_eq!((simulation.has_said(Line::FullBend), simulation.last.as_ref().unwrap().line), (1, Line::FullBend));
    simulation.bend(60.0, 45.0);
    assert!(simulation.range().is_some(), "{:?}", simulation.log);
}

#[test]
fn standing_that_is_lost_between_sets_or_in_a_pause_is_taken_again_before_the_next_bend() {
    let mut simulation = Simulation::new(plan(vec![bow(1, 2)]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    assert!(matches!(simulation.stage(), Stage::Review(_)), "{:?}", simulation.stage());
    simulation.press(ChainRequest::Recalibrate);
    simulation.stand(25.0);
    assert_eq!(simulation.has_said(Line::StandAgain), 0, "the rest is not disturbed: {:?}", simulation.log);
    simulation.stand(20.0);
    assert_eq!(simulation.has_said(Line::StandAgain), 1, "{:?}", simulation.log);

    let mut simulation = at_work();
    simulation.session.pause();
    simulation.press(ChainRequest::Recalibrate);
    simulation.stand(20.0);
    assert_eq!(simulation.has_said(Line::StandAgain), 0, "{:?}", simulation.log);
    simulation.session.pause();
    simulation.stand(3.0);
    assert_eq!(simulation.has_said(Line::StandAgain), 1, "it was found again, but nobody knows in which posture");
}

#[test]
fn the_mobility_screen_allows_all_but_a_full_bend_of_ones_own() {
    let [straight, soft] = crate::drill_library::Library::mobility_screen().unwrap();
    let screen = StateMachine::new(Plan::mobility([&straight, &soft], "en"));
    let drill = StateMachine::new(plan(vec![bow(3, 1)]));
    for request in [true, false].map(ChainRequest::AwaitFullBend) {
        assert!(!screen.allows(request) && drill.allows(request));
    }
    for request in [ChainRequest::Recalibrate, ChainRequest::Face(None)] {
        assert!(screen.allows(request) && drill.allows(request));
    }
}

#[test]
fn timed_exercises_change_sides_and_need_no_measurement() {
    let stretch = Exercise {
        drill: "hip-flexor-stretch".into(),
        amount: Amount::Time { length: Duration::from_secs(20), check: None },
        sides: true,
        rest: Duration::from_secs(8),
        ..bow(1, 1)
    };
    let mut simulation = Simulation::new(plan(vec![stretch]));
    simulation.arrive();
    simulation.play(62.0, |_| Act { blocked: Some(State::NotStanding), ..Act::default() });
    assert_eq!(simulation.has_said(Line::TimeDone), 2, "{:?}", simulation.log);
    assert_eq!(simulation.has_said(Line::OtherSide), 1);
    assert_eq!(simulation.has_said(Line::Obstacle(State::NotStanding)), 0);
    assert_eq!(simulation.said().last(), Some(&Line::CloseTimed));
}

/// What nothing checks cannot begin when somebody is ready: it begins once they may be down on the floor, and is heard to.
#[test]
fn where_nothing_is_checked_the_time_runs_once_somebody_may_be_down() {
    let amount = Amount::Time { length: Duration::from_secs(10), check: None };
    let mut simulation = Simulation::new(plan(vec![Exercise { amount, ..bow(1, 1) }]));
    simulation.arrive();
    assert_eq!(simulation.last.as_ref().unwrap().held, Some(Duration::ZERO));
    simulation.stand(20.0);
    assert_eq!(said_after_begin(&simulation, &[Line::TimeDone]), [(Line::TimeDone, 15)]);
    let begun = simulation.log.iter().find(|(_, line)| *line == Line::Begin).unwrap().0;
    let runs = simulation.signals.iter().find(|(_, signal)| *signal == Signal::Start).unwrap().0;
    assert!((runs - begun - 5.0).abs() < 0.1, "{begun} {runs}");
}

#[test]
fn only_the_time_in_the_posture_counts() {
    let mut simulation = Simulation::new(plan(vec![cat(1)]));
    simulation.arrive();
    let asked = Line::Posture(Check::AllFours);
    simulation.stand(7.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 0, of: 10 });
    assert_eq!(simulation.has_said(asked), 1, "{:?}", simulation.log);
    simulation.play(6.2, |_| kneeling());
    assert_eq!(*simulation.stage(), Stage::Work { done: 5, of: 10 }, "but the second it took to be seen");
    // A person who comes up waits and is told why, at most every eight seconds.
    simulation.stand(6.0);
    assert_eq!(simulation.has_said(asked), 2, "{:?}", simulation.log);
    assert_eq!(simulation.last.as_ref().unwrap().line, asked);
    simulation.play(6.0, |_| kneeling());
    assert_eq!(
        (simulation.has_said(Line::TimeDone), simulation.has_said(Line::Unchecked)),
        (1, 0),
        "{:?}",
        simulation.log
    );
    let starts = simulation.signals.iter().filter(|(_, signal)| *signal == Signal::Start).count();
    assert_eq!(starts, 2, "heard whenever the time begins to run");
}

#[test]
fn what_is_kept_of_a_timed_set_is_the_time_that_counted() {
    let mut simulation = Simulation::new(plan(vec![cat(1)]));
    simulation.arrive();
    simulation.stand(3.0);
    assert_eq!(simulation.last.as_ref().unwrap().held, Some(Duration::ZERO));
    simulation.play(5.0, |_| kneeling());
    let held = |simulation: &Simulation| simulation.last.as_ref().unwrap().held.map(|held| held.as_secs_f64());
    let before = held(&simulation).unwrap();
    assert!((3.5..5.0).contains(&before), "{before}");
    simulation.session.pause();
    simulation.play(20.0, |_| kneeling());
    assert_eq!(held(&simulation), None, "nothing counts in a pause");
    simulation.session.pause();
    simulation.play(0.5, |_| kneeling());
    assert!((held(&simulation).unwrap() - before - 0.5).abs() < 0.1, "{:?} after {before}", held(&simulation));
    // No frame came for a minute.
    simulation.time += 60.0;
    simulation.play(0.5, |_| kneeling());
    assert!(held(&simulation).unwrap() < before + 2.2, "{:?} after {before}", held(&simulation));
    simulation.session.next();
    simulation.stand(0.1);
    assert_eq!(held(&simulation), None, "{:?}", simulation.stage());
}

#[test]
fn nobody_is_kept_waiting_by_a_camera_that_cannot_see_the_posture() {
    let mut simulation = Simulation::new(plan(vec![cat(2)]));
    simulation.arrive();
    simulation.play(60.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(simulation.has_said(Line::Unchecked), 1, "{:?}", simulation.log);
    assert_eq!(simulation.has_said(Line::TimeDone), 2, "the second set does not wait: {:?}", simulation.log);
    assert_eq!(simulation.said().last(), Some(&Line::CloseTimed));
}

#[test]
fn whoever_is_not_found_on_the_floor_is_not_paused_but_their_hands_are_heeded() {
    let mut simulation = Simulation::new(plan(vec![cat(2), bow(1, 1)]));
    simulation.arrive();
    simulation.play(2.0, |_| kneeling());
    simulation.play(8.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(simulation.has_said(Line::Away), 0, "{:?}", simulation.log);
    assert!(!simulation.last.as_ref().unwrap().paused);
    simulation.stand(2.0);
    simulation.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    assert!(simulation.last.as_ref().unwrap().paused);
    simulation.stand(1.0);
    simulation.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    simulation.stand(1.0);
    simulation.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    assert!(matches!(simulation.stage(), Stage::Rest { .. }), "{:?}", simulation.stage());
    // A measured exercise waits again for a person who has left.
    simulation.stand(9.0);
    simulation.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    simulation.stand(9.0);
    simulation.play(5.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert!(simulation.last.as_ref().unwrap().paused, "{:?} {:?}", simulation.stage(), simulation.log);
}

#[test]
fn whoever_still_walks_is_not_told_to_stand_still() {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.play(6.0, |time| Act { x: 90.0 * time as f32, ..Act::default() });
    assert_eq!((simulation.has_said(Line::Seen), simulation.has_said(Line::StandTall)), (1, 0));
    simulation.play(2.0, |_| Act { x: 540.0, ..Act::default() });
    assert_eq!(simulation.has_said(Line::StandTall), 1);
}

#[test]
fn even_a_short_rest_says_what_comes_next() {
    let mut simulation =
        Simulation::new(plan(vec![Exercise { sides: true, rest: Duration::from_secs(1), ..bow(1, 1) }]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    simulation.stand(25.0); // with the hand that is taught
    assert_eq!(simulation.has_said(Line::OtherSide), 1, "{:?}", simulation.log);
}

#[test]
fn what_is_in_the_way_is_said_at_once_and_not_all_the_time() {
    let mut simulation = Simulation::new(plan(vec![bow(3, 1)]));
    simulation.play(15.0, |time| {
        let flicker = ((time * FRAMES_A_SECOND) as u32).is_multiple_of(4);
        Act { blocked: Some(if flicker { State::Far } else { State::CutOff }), ..Act::default() }
    });
    assert_eq!(simulation.has_said(Line::Obstacle(State::CutOff)), 2, "{:?}", simulation.log);
    assert_eq!(simulation.has_said(Line::Obstacle(State::Far)), 0);
}

/// Who is bent over while their standing is wanted is told to stand up, and only then to hold still.
#[test]
fn nobody_who_is_bent_over_is_told_to_hold_still() {
    let mut simulation = Simulation::new(plan(vec![bow(2, 1)]));
    simulation.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    simulation.stand(3.0);
    assert!(matches!(simulation.stage(), Stage::StandTall { .. }), "{:?}", simulation.stage());
    let line = |simulation: &Simulation| simulation.last.as_ref().unwrap().line;
    simulation.play(9.0, |_| Act { hip: 55.0, ..Act::default() });
    assert_eq!(line(&simulation), Line::During(LiveCue::Up));
    simulation.play(8.0, |_| Act { hip: 55.0, ..Act::default() });
    assert!(simulation.has_said(Line::During(LiveCue::Up)) > 0, "it is said, too");
    simulation.stand(1.5);
    assert_eq!(line(&simulation), Line::HoldStill);
}

/// From the end of a set on it is told when the next one begins: one second after the other, through the look at the set and the
/// rest, and not at all after the last set.
#[test]
fn the_rest_is_counted_down_from_the_end_of_a_set() {
    let mut simulation = Simulation::new(plan(vec![bow(1, 2)]));
    simulation.arrive();
    let until = |simulation: &Simulation| simulation.last.as_ref().unwrap().until_next;
    assert_eq!(until(&simulation), None, "in a set");
    simulation.bend(60.0, 5.0);
    let mut all: Vec<UntilNext> = Vec::new();
    while let Some(next) = until(&simulation) {
        all.push(next);
        simulation.stand(0.1);
    }
    assert!(matches!(simulation.stage(), Stage::Work { .. }), "{:?}", simulation.stage());
    assert!(all.iter().all(|next| next.of == all[0].of) && all[0].left >= all[0].of - 2, "{:?}", all[0]);
    assert!(
        all.windows(2).all(|pair| (0..=1).contains(&(i64::from(pair[0].left) - i64::from(pair[1].left)))),
        "{all:?}"
    );
    assert!(all[all.len() - 1].left <= 1);
    simulation.bend(60.0, 5.0);
    assert!(matches!(simulation.stage(), Stage::Review(_)) && until(&simulation).is_none());
}
