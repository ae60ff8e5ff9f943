//! A made person goes through whole sessions, and everything that is said is read.

mod drills;
mod mobility;
mod transcript;

use euclid::Angle;

use super::*;
use crate::coach::cue::{Aim, Cue};
use crate::coach::drill::{Check, CueName, Word};
use crate::coach::form::Reach;
use crate::coach::progression::PortionChange;
use crate::coach::{Coach, Goal, PersonalRange, Verdict};
use crate::geometry::limb_pose::{Hands, Leg};
use crate::geometry::{Bend, HalfWidth90, Segments};
use crate::pose::CameraPoint;

const FRAMES_A_SECOND: f64 = 30.0;

/// What the made person does in one frame.
#[derive(Clone, Copy, Default)]
struct Act {
    /// In place of a measurement.
    blocked: Option<State>,
    hip: f32,
    lumbar: f32,
    knee: f32,
    hands: Hands,
    facing: Option<Facing>,
    /// Where the feet are, pixels of a trunk of 100.
    x: f32,
    /// Whether the person is on hands and knees.
    on_fours: bool,
}

/// A person, a measurement that behaves like the real one, and the course.
struct Theatre {
    course: StateMachine,
    coach: Coach,
    time: f64,
    upright_since: Option<f64>,
    zero: bool,
    log: Vec<(f64, Line)>,
    signals: Vec<(f64, Signal)>,
    /// What is asked of the measurement, until it is done before the next frame.
    asked: Vec<ChainRequest>,
    /// What the course has asked of it.
    requests: Vec<ChainRequest>,
    last: Option<Guidance>,
    interval: HalfWidth90,
}

impl Theatre {
    fn new(plan: Plan) -> Self {
        Self {
            course: StateMachine::new(plan),
            coach: Coach::default(),
            time: 0.0,
            upright_since: None,
            zero: false,
            log: Vec::new(),
            signals: Vec::new(),
            asked: Vec::new(),
            requests: Vec::new(),
            last: None,
            interval: HalfWidth90::default(),
        }
    }

    fn play(&mut self, seconds: f64, act: impl Fn(f64) -> Act) {
        for frame in 0..(seconds * FRAMES_A_SECOND).round() as u32 {
            self.frame(act(f64::from(frame) / FRAMES_A_SECOND));
        }
    }

    fn frame(&mut self, act: Act) {
        let time = Timestamp::from_secs_f64(self.time);
        let requested = self.obey();
        let measurement = self.measure(act);
        let mut progress = self.coach.observe(time, &measurement);
        progress.events.splice(0..0, requested.into_iter().map(Event::Requested));
        let feet = CameraPoint::new(act.x, 0.0);
        let limbs = LimbPose { hands: act.hands, facing: act.facing, feet, trunk: 100.0, ..LimbPose::default() };
        let limbs = if act.on_fours { on_fours(limbs) } else { limbs };
        let limbs = (act.blocked != Some(State::Nobody)).then_some(&limbs);
        let glimpse = FrameInput { time, measurement: &measurement, progress: &progress, limbs, dark: false };
        let guidance = self.course.observe(&glimpse);
        self.log.extend(guidance.said.iter().map(|said| (self.time, said.line)));
        self.signals.extend(guidance.signal.map(|signal| (self.time, signal)));
        self.asked.extend(&guidance.requests);
        self.requests.extend(&guidance.requests);
        self.last = Some(guidance);
        self.time += 1.0 / FRAMES_A_SECOND;
    }

    /// As the chain does.
    fn obey(&mut self) -> Vec<ChainRequest> {
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
        (self.zero, self.upright_since) = (false, None);
    }

    /// Somebody else than the course asks for something, as far as it is allowed.
    fn press(&mut self, request: ChainRequest) {
        self.asked.extend(Some(request).filter(|request| self.course.allows(*request)));
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

    /// As the estimator does: the zero is known after 0.8 s upright and still.
    fn measure(&mut self, act: Act) -> Measurement {
        if let Some(state) = act.blocked {
            self.upright_since = None;
            let standing = self.zero.then(Segments::default);
            return Measurement { state, standing, ..Measurement::default() };
        }
        let upright = act.hip.abs() + act.lumbar.abs() < 5.0;
        self.upright_since = upright.then(|| self.upright_since.unwrap_or(self.time));
        self.zero |= self.upright_since.is_some_and(|since| self.time - since >= 0.8);
        if !self.zero {
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
            interval: Some(self.interval),
            standing: Some(Segments::default()),
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

    /// Walks in and goes on until the lesson is over.
    fn arrive(&mut self) {
        self.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
        self.play(2.0, |_| Act { blocked: Some(State::Turned), ..Act::default() });
        self.stand(18.0);
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
        screen: None,
    }
}

fn plan(exercises: Vec<Exercise>) -> Plan {
    Plan { exercises, full_bend: false }
}

#[test]
fn a_session_goes_from_the_first_sentence_to_the_last() {
    let mut theatre = Theatre::new(plan(vec![bow(3, 1)]));
    theatre.arrive();
    assert!(matches!(theatre.stage(), Stage::Work { done: 0, of: 3 }), "{:?}", theatre.said());
    theatre.bend(60.0, 5.0);
    theatre.bend(40.0, 35.0);
    theatre.bend(62.0, 4.0);
    theatre.stand(20.0);
    let said = theatre.said();
    let expected = [
        Line::Obstacle(State::Turned),
        Line::WellPlaced,
        Line::StandTall,
        Line::Count(3),
        Line::Count(2),
        Line::Count(1),
        Line::StandingFound,
        Line::Drill,
        Line::Lesson(0),
        Line::Lesson(1),
        Line::Begin,
        Line::Repetition(1),
        Line::Cue(Cue::FromTheHips),
        Line::Repetition(2),
    ];
    assert_eq!(said[1..=expected.len()], expected, "{said:?}");
    assert!(matches!(said[expected.len() + 1], Line::Cue(Cue::PushHipsBack)), "{said:?}");
    assert_eq!(theatre.has_said(Line::RoundDone { hips: 2, of: 3 }), 1);
    assert_eq!(said.last(), Some(&Line::Close { hips: 2, of: 3 }));
    let Stage::Close(summary) = theatre.stage() else { panic!("{:?}", theatre.stage()) };
    assert!((summary.depth.unwrap().to_degrees() - 61.0).abs() < 3.0);
    assert_eq!(theatre.requests, [ChainRequest::Recalibrate]);
}

#[test]
fn a_change_since_last_time_is_told_only_beyond_the_error() {
    let said_after = |degrees, limited| {
        let before = Reach { angle: Angle::degrees(degrees), interval: Angle::degrees(6.0), limited };
        let mut theatre = Theatre::new(plan(vec![bow(1, 1)]));
        theatre.course.compare_with(PreviousResult { reach: Some(before), screen: None });
        theatre.arrive();
        theatre.bend(40.0, 3.0);
        theatre.stand(40.0);
        theatre.said()
    };
    let more = |line: &Line| matches!(line, Line::ReachMore(by) if (by.to_degrees() - 15.0).abs() < 2.0);
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
    let mut theatre = Theatre::new(plan(vec![Exercise { change, ..bow(10, 1) }]));
    theatre.arrive();
    theatre.stand(5.0);
    let said = theatre.said();
    let at = said.iter().position(|line| *line == Line::Drill).unwrap();
    assert_eq!(
        said[at + 1..at + 4],
        [Line::Amount { change: PortionChange::More, count: 10 }, Line::Lesson(0), Line::Lesson(1)]
    );
    assert!(matches!(theatre.stage(), Stage::Work { of: 10, .. }), "{said:?}");
}

#[test]
fn the_back_joining_in_is_heard_in_the_frame_that_shows_it_and_once_a_repetition() {
    let mut theatre = Theatre::new(plan(vec![bow(2, 1)]));
    theatre.arrive();
    let start = theatre.time;
    theatre.bend(30.0, 40.0);
    let heard: Vec<_> = theatre.signals.iter().filter(|(_, signal)| *signal == Signal::BackJoinedIn).collect();
    assert_eq!(heard.len(), 1);
    // Lumbar flexion passes 22° of 40° after 1.1 s of the two seconds down.
    assert!((heard[0].0 - start - 1.1).abs() < 0.05, "{heard:?}");
}

#[test]
fn a_set_that_is_to_come_from_the_back_is_counted_and_not_corrected() {
    let wanted = vec![Some(Verdict::Hips), Some(Verdict::Back)];
    let mut theatre = Theatre::new(plan(vec![Exercise { wanted, ..bow(2, 2) }]));
    theatre.arrive();
    theatre.bend(60.0, 5.0);
    theatre.bend(60.0, 5.0);
    theatre.stand(32.0);
    let first = theatre.said().len();
    theatre.bend(20.0, 50.0);
    theatre.bend(20.0, 50.0);
    theatre.stand(20.0);
    let said = theatre.said().split_off(first);
    let last = Line::Close { hips: 2, of: 2 };
    assert_eq!(said, [Line::Repetition(1), Line::Repetition(2), Line::TimeDone, last], "{said:?}");
    assert!(theatre.signals.iter().all(|(_, signal)| *signal != Signal::BackJoinedIn));
}

#[test]
fn sets_are_parted_by_rest_and_cues_fade() {
    let mut theatre = Theatre::new(plan(vec![bow(4, 3)]));
    theatre.arrive();
    for _ in 0..3 {
        for _ in 0..4 {
            theatre.bend(60.0, 5.0);
        }
        theatre.stand(32.0);
    }
    let cues = theatre.said().iter().filter(|line| matches!(line, Line::Cue(_))).count();
    // First set: all four, but praise never twice in a row: 2. Second: after the second and fourth, the same way: 1.
    // Third: none. And no advice where there is nothing to mend.
    assert_eq!(cues, 2 + 1, "{:?}", theatre.said());
    assert_eq!(theatre.has_said(Line::RestEnds), 2);
    assert_eq!(theatre.said().last(), Some(&Line::Close { hips: 12, of: 12 }));
}

#[test]
fn walking_out_pauses_and_coming_back_goes_on_after_standing_again() {
    let mut theatre = Theatre::new(plan(vec![bow(3, 1)]));
    theatre.arrive();
    theatre.bend(60.0, 5.0);
    theatre.play(2.0, |time| Act { blocked: Some(State::Hidden), x: 150.0 * time as f32, ..Act::default() });
    theatre.play(30.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(theatre.has_said(Line::Obstacle(State::Hidden)), 0, "{:?}", theatre.log);
    assert!(theatre.last.as_ref().unwrap().paused);
    assert_eq!(theatre.has_said(Line::Away), 1);
    theatre.stand(13.0);
    assert_eq!(theatre.has_said(Line::StandAgain), 1);
    assert_eq!(theatre.has_said(Line::Obstacle(State::Nobody)), 1, "only before the session: {:?}", theatre.log);
    assert_eq!(theatre.said().last(), Some(&Line::GoOn));
    assert_eq!(*theatre.stage(), Stage::Work { done: 1, of: 3 });
    theatre.bend(60.0, 5.0);
    assert_eq!(*theatre.stage(), Stage::Work { done: 2, of: 3 });
}

#[test]
fn a_shifted_camera_asks_for_standing_again() {
    let mut theatre = Theatre::new(plan(vec![bow(3, 1)]));
    theatre.arrive();
    theatre.bend(60.0, 5.0);
    theatre.play(4.0, |_| Act { hip: 18.0, lumbar: -14.0, ..Act::default() });
    assert_eq!(theatre.has_said(Line::StandAgain), 1, "{:?}", theatre.said());
}

#[test]
fn hands_lead_on_and_pause() {
    let raised = |hands| move |_| Act { hands, ..Act::default() };
    let mut theatre = Theatre::new(plan(vec![bow(3, 2)]));
    theatre.arrive();
    theatre.bend(60.0, 5.0);
    theatre.play(1.2, raised(Hands::One));
    assert!(matches!(theatre.stage(), Stage::Review(summary) if summary.repetitions.len() == 1));
    theatre.stand(1.0);
    theatre.play(1.2, raised(Hands::Both));
    assert!(theatre.last.as_ref().unwrap().paused);
    theatre.stand(60.0);
    assert!(matches!(theatre.stage(), Stage::Review(_)), "the clock stands still in a pause");
    theatre.play(1.2, raised(Hands::Both));
    theatre.stand(1.0);
    assert!(!theatre.last.as_ref().unwrap().paused);
    theatre.play(1.2, raised(Hands::One));
    theatre.stand(1.0);
    assert!(matches!(theatre.stage(), Stage::Rest { .. }));
}

#[test]
fn the_full_bend_is_measured_or_left_out() {
    use ChainRequest::{AwaitFullBend, Recalibrate};
    let mut theatre = Theatre::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) });
    theatre.stand(12.0);
    assert_eq!(*theatre.stage(), Stage::FullBend);
    theatre.bend(60.0, 45.0);
    assert!(matches!(theatre.stage(), Stage::Lesson { .. } | Stage::Work { done: 0, .. }), "{:?}", theatre.stage());
    assert_eq!(theatre.has_said(Line::FullBendFound), 1);
    assert_eq!(theatre.requests, [Recalibrate, AwaitFullBend(true)]);

    let mut theatre = Theatre::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) });
    theatre.stand(30.0);
    assert_eq!(theatre.requests, [Recalibrate, AwaitFullBend(true), AwaitFullBend(false)]);

    let mut theatre = Theatre::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) });
    theatre.stand(12.0);
    theatre.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    assert!(matches!(theatre.stage(), Stage::Lesson { .. }), "{:?}", theatre.stage());
    assert_eq!(theatre.requests, [Recalibrate, AwaitFullBend(true), AwaitFullBend(false)], "left out by hand");
    theatre.stand(10.0);
    assert!(matches!(theatre.stage(), Stage::Work { done: 0, .. }));
}

/// A session of three bends that offers a full bend first.
fn offering() -> Theatre {
    Theatre::new(Plan { full_bend: true, ..plan(vec![bow(3, 1)]) })
}

/// Such a session while it offers it; the key for a full bend was pressed so many seconds after its beginning.
fn offered_and_pressed(pressed: f64) -> Theatre {
    let mut theatre = offering();
    theatre.stand(pressed);
    theatre.press_full_bend();
    theatre.stand(12.0 - pressed);
    assert_eq!(*theatre.stage(), Stage::FullBend);
    theatre
}

/// Before the offer and during it.
const PRESSED: [f64; 2] = [5.0, 11.5];

#[test]
fn the_key_before_or_during_the_offer_does_not_switch_the_full_bend_off() {
    for pressed in PRESSED {
        let mut theatre = offered_and_pressed(pressed);
        assert!(theatre.awaits_full_bend(), "{pressed}");
        theatre.bend(60.0, 45.0);
        assert!(theatre.range().is_some(), "{pressed}");
        assert_eq!(theatre.has_said(Line::FullBendFound), 1, "{pressed}: {:?}", theatre.log);
    }
}

#[test]
fn after_the_offer_has_timed_out_no_bend_of_the_set_becomes_the_range() {
    for pressed in PRESSED {
        let mut theatre = offered_and_pressed(pressed);
        theatre.stand(30.0);
        assert!(matches!(theatre.stage(), Stage::Work { done: 0, .. }), "{:?}", theatre.log);
        assert_eq!((theatre.awaits_full_bend(), theatre.range()), (false, None), "{pressed}");
        theatre.bend(20.0, 50.0);
        assert!(matches!(theatre.stage(), Stage::Work { done: 1, .. }), "{pressed}: {:?}", theatre.stage());
        assert_eq!(theatre.range(), None, "{pressed}");
    }
}

#[test]
fn who_accepts_the_offer_by_key_has_the_time_to_walk_back() {
    let mut theatre = offered_and_pressed(5.0);
    theatre.stand(7.0);
    assert_eq!(*theatre.stage(), Stage::FullBend);
    theatre.press_full_bend();
    theatre.stand(9.5);
    assert_eq!((theatre.stage(), theatre.has_said(Line::FullBend)), (&Stage::FullBend, 2), "{:?}", theatre.log);
    theatre.stand(1.0);
    assert!(matches!(theatre.stage(), Stage::Lesson { .. }) && !theatre.awaits_full_bend());
}

#[test]
fn an_offer_that_is_taken_back_or_was_accepted_before_is_over() {
    let mut theatre = offering();
    theatre.stand(12.0);
    theatre.press(ChainRequest::AwaitFullBend(false));
    theatre.stand(1.0);
    assert!(matches!(theatre.stage(), Stage::Lesson { .. }) && !theatre.awaits_full_bend(), "{:?}", theatre.stage());

    let mut theatre = offering();
    theatre.stand(2.0);
    theatre.press_full_bend();
    theatre.bend(60.0, 45.0);
    let range = theatre.range();
    assert!(range.is_some() && *theatre.stage() != Stage::FullBend, "{:?}", theatre.log);
    theatre.stand(30.0);
    assert_eq!((theatre.range(), theatre.has_said(Line::FullBend)), (range, 0), "{:?}", theatre.log);
    assert_eq!((theatre.has_said(Line::FullBendFound), theatre.has_said(Line::Lesson(1))), (1, 1));
}

#[test]
fn a_full_bend_in_a_set_is_asked_for_and_told_and_never_a_fault() {
    let mut theatre = offering();
    theatre.stand(40.0);
    assert!(matches!(theatre.stage(), Stage::Work { done: 0, .. }), "{:?}", theatre.log);
    theatre.bend(60.0, 5.0);
    theatre.press_full_bend();
    theatre.stand(0.5);
    assert_eq!((theatre.has_said(Line::FullBend), theatre.last.as_ref().unwrap().line), (2, Line::FullBend));
    theatre.bend(40.0, 50.0);
    assert_eq!(theatre.said().last(), Some(&Line::FullBendFound));
    assert!(theatre.signals.iter().all(|(_, signal)| *signal != Signal::BackJoinedIn), "{:?}", theatre.signals);
    assert!(matches!(theatre.stage(), Stage::Work { done: 1, .. }), "it is no repetition: {:?}", theatre.stage());

    // Pressed again it forgets the range, and once more it is as before.
    theatre.press_full_bend();
    theatre.stand(0.5);
    theatre.press_full_bend();
    theatre.stand(0.5);
    assert_eq!((theatre.range(), theatre.awaits_full_bend()), (None, false));
    assert_eq!(theatre.last.as_ref().unwrap().line, Line::GoOn);
    theatre.bend(20.0, 50.0);
    assert!(matches!(theatre.stage(), Stage::Work { done: 2, .. }), "{:?}", theatre.stage());
}

/// A session in its set, in which one of three repetitions is done.
fn at_work() -> Theatre {
    let mut theatre = Theatre::new(plan(vec![bow(3, 1)]));
    theatre.arrive();
    theatre.bend(60.0, 5.0);
    assert_eq!(*theatre.stage(), Stage::Work { done: 1, of: 3 });
    theatre
}

#[test]
fn whoever_loses_their_standing_posture_in_a_set_is_asked_to_stand_tall_and_goes_on() {
    let by_a_key = |theatre: &mut Theatre| theatre.press(ChainRequest::Recalibrate);
    for lose in [by_a_key, Theatre::lose_standing] {
        let mut theatre = at_work();
        lose(&mut theatre);
        theatre.stand(3.0);
        assert_eq!(theatre.has_said(Line::StandAgain), 1, "{:?}", theatre.log);
        assert_eq!(theatre.last.as_ref().unwrap().line, Line::StandAgain);
        assert!(matches!(theatre.stage(), Stage::StandTall { .. }));
        theatre.stand(9.0);
        assert_eq!(theatre.said().last(), Some(&Line::GoOn), "{:?}", theatre.log);
        assert_eq!(theatre.has_said(Line::Seen), 0, "nobody left");
        theatre.bend(60.0, 5.0);
        assert_eq!(*theatre.stage(), Stage::Work { done: 2, of: 3 });
    }
}

#[test]
fn whoever_does_not_stand_tall_hears_it_again_and_again() {
    let mut theatre = at_work();
    theatre.lose_standing();
    let (began, lines) = (theatre.time, theatre.log.len());
    theatre.play(120.0, |_| Act { hip: 7.0, ..Act::default() });
    let asked = |line: &Line| matches!(line, Line::StandAgain | Line::StandTall);
    let asked: Vec<f64> = theatre.log[lines..].iter().filter(|(_, line)| asked(line)).map(|(time, _)| *time).collect();
    assert!(asked[0] - began < 3.0 && asked.len() > 12, "{asked:?}");
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] < 10.0), "{asked:?}");
    assert!(asked.last().unwrap() + 10.0 > theatre.time, "{asked:?}");
    theatre.stand(4.0);
    assert_eq!(theatre.said().last(), Some(&Line::GoOn));
    theatre.bend(60.0, 5.0);
    assert_eq!(*theatre.stage(), Stage::Work { done: 2, of: 3 });
}

#[test]
fn standing_that_is_lost_in_a_bend_is_asked_for_as_well() {
    let mut theatre = at_work();
    theatre.play(1.5, |time| Act { hip: 30.0 * time as f32, ..Act::default() });
    theatre.press(ChainRequest::Recalibrate);
    theatre.play(2.5, |_| Act { hip: 45.0, ..Act::default() });
    assert_eq!(theatre.has_said(Line::StandAgain), 1, "{:?}", theatre.log);
    theatre.stand(10.0);
    assert_eq!(theatre.said().last(), Some(&Line::GoOn), "{:?}", theatre.log);
    assert_eq!(*theatre.stage(), Stage::Work { done: 1, of: 3 });
}

#[test]
fn whoever_turns_round_in_a_set_is_told_what_is_in_the_way_and_then_to_stand_tall() {
    let mut theatre = at_work();
    theatre.lose_standing();
    theatre.play(5.0, |_| Act { blocked: Some(State::Turned), ..Act::default() });
    let turned = Line::Obstacle(State::Turned);
    assert_eq!((theatre.said().last(), theatre.has_said(Line::StandAgain)), (Some(&turned), 0), "{:?}", theatre.log);
    theatre.stand(12.0);
    assert_eq!(theatre.has_said(Line::StandAgain), 1, "{:?}", theatre.log);
    assert_eq!(theatre.said().last(), Some(&Line::GoOn));
    assert_eq!(*theatre.stage(), Stage::Work { done: 1, of: 3 });
}

#[test]
fn an_offer_whose_standing_posture_is_lost_is_made_again() {
    let mut theatre = offering();
    theatre.stand(12.0);
    theatre.press(ChainRequest::Recalibrate);
    theatre.stand(13.0);
    assert_eq!((theatre.has_said(Line::StandAgain), theatre.has_said(Line::FullBend)), (1, 2), "{:?}", theatre.log);
    theatre.bend(60.0, 45.0);
    assert!(theatre.range().is_some() && !theatre.awaits_full_bend(), "{:?}", theatre.log);
}

#[test]
fn standing_that_is_lost_between_sets_or_in_a_pause_is_taken_again_before_the_next_bend() {
    let mut theatre = Theatre::new(plan(vec![bow(1, 2)]));
    theatre.arrive();
    theatre.bend(60.0, 5.0);
    assert!(matches!(theatre.stage(), Stage::Review(_)), "{:?}", theatre.stage());
    theatre.press(ChainRequest::Recalibrate);
    theatre.stand(25.0);
    assert_eq!(theatre.has_said(Line::StandAgain), 0, "the rest is not disturbed: {:?}", theatre.log);
    theatre.stand(20.0);
    assert_eq!(theatre.has_said(Line::StandAgain), 1, "{:?}", theatre.log);

    let mut theatre = at_work();
    theatre.course.pause();
    theatre.press(ChainRequest::Recalibrate);
    theatre.stand(20.0);
    assert_eq!(theatre.has_said(Line::StandAgain), 0, "{:?}", theatre.log);
    theatre.course.pause();
    theatre.stand(3.0);
    assert_eq!(theatre.has_said(Line::StandAgain), 1, "it was found again, but nobody knows in which posture");
}

#[test]
fn the_mobility_screen_allows_all_but_a_full_bend_of_ones_own() {
    let [straight, soft] = crate::drill_library::Library::screen().unwrap();
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
    let mut theatre = Theatre::new(plan(vec![stretch]));
    theatre.arrive();
    theatre.play(52.0, |_| Act { blocked: Some(State::NotStanding), ..Act::default() });
    assert_eq!(theatre.has_said(Line::TimeDone), 2, "{:?}", theatre.log);
    assert_eq!(theatre.has_said(Line::OtherSide), 1);
    assert_eq!(theatre.has_said(Line::Obstacle(State::NotStanding)), 0);
    assert_eq!(theatre.said().last(), Some(&Line::CloseTimed));
}

#[test]
fn only_the_time_in_the_posture_counts() {
    let mut theatre = Theatre::new(plan(vec![cat(1)]));
    theatre.arrive();
    let asked = Line::Posture(Check::AllFours);
    theatre.stand(7.0);
    assert_eq!(*theatre.stage(), Stage::Work { done: 0, of: 10 });
    assert_eq!(theatre.has_said(asked), 1, "{:?}", theatre.log);
    theatre.play(6.2, |_| kneeling());
    assert_eq!(*theatre.stage(), Stage::Work { done: 5, of: 10 }, "but the second it took to be seen");
    // Whoever comes up waits, and is told why, at most every eight seconds.
    theatre.stand(6.0);
    assert_eq!(theatre.has_said(asked), 2, "{:?}", theatre.log);
    assert_eq!(theatre.last.as_ref().unwrap().line, asked);
    theatre.play(6.0, |_| kneeling());
    assert_eq!((theatre.has_said(Line::TimeDone), theatre.has_said(Line::Unchecked)), (1, 0), "{:?}", theatre.log);
    let starts = theatre.signals.iter().filter(|(_, signal)| *signal == Signal::Start).count();
    assert_eq!(starts, 2, "heard whenever the time begins to run");
}

#[test]
fn nobody_is_kept_waiting_by_a_camera_that_cannot_see_the_posture() {
    let mut theatre = Theatre::new(plan(vec![cat(2)]));
    theatre.arrive();
    theatre.play(50.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(theatre.has_said(Line::Unchecked), 1, "{:?}", theatre.log);
    assert_eq!(theatre.has_said(Line::TimeDone), 2, "the second set does not wait: {:?}", theatre.log);
    assert_eq!(theatre.said().last(), Some(&Line::CloseTimed));
}

#[test]
fn whoever_is_not_found_on_the_floor_is_not_paused_but_their_hands_are_heeded() {
    let mut theatre = Theatre::new(plan(vec![cat(2), bow(1, 1)]));
    theatre.arrive();
    theatre.play(2.0, |_| kneeling());
    theatre.play(8.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert_eq!(theatre.has_said(Line::Away), 0, "{:?}", theatre.log);
    assert!(!theatre.last.as_ref().unwrap().paused);
    theatre.stand(2.0);
    theatre.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    assert!(theatre.last.as_ref().unwrap().paused);
    theatre.stand(1.0);
    theatre.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    theatre.stand(1.0);
    theatre.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    assert!(matches!(theatre.stage(), Stage::Rest { .. }), "{:?}", theatre.stage());
    // What is measured waits again for whoever is gone.
    theatre.stand(9.0);
    theatre.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    theatre.stand(9.0);
    theatre.play(5.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    assert!(theatre.last.as_ref().unwrap().paused, "{:?} {:?}", theatre.stage(), theatre.log);
}

#[test]
fn whoever_still_walks_is_not_told_to_stand_still() {
    let mut theatre = Theatre::new(plan(vec![bow(3, 1)]));
    theatre.play(6.0, |time| Act { x: 90.0 * time as f32, ..Act::default() });
    assert_eq!((theatre.has_said(Line::Seen), theatre.has_said(Line::StandTall)), (1, 0));
    theatre.play(2.0, |_| Act { x: 540.0, ..Act::default() });
    assert_eq!(theatre.has_said(Line::StandTall), 1);
}

#[test]
fn even_a_short_rest_says_what_comes_next() {
    let mut theatre = Theatre::new(plan(vec![Exercise { sides: true, rest: Duration::from_secs(1), ..bow(1, 1) }]));
    theatre.arrive();
    theatre.bend(60.0, 5.0);
    theatre.stand(18.0);
    assert_eq!(theatre.has_said(Line::OtherSide), 1, "{:?}", theatre.log);
}

#[test]
fn what_is_in_the_way_is_said_at_once_and_not_all_the_time() {
    let mut theatre = Theatre::new(plan(vec![bow(3, 1)]));
    theatre.play(15.0, |time| {
        let flicker = ((time * FRAMES_A_SECOND) as u32).is_multiple_of(4);
        Act { blocked: Some(if flicker { State::Far } else { State::CutOff }), ..Act::default() }
    });
    assert_eq!(theatre.has_said(Line::Obstacle(State::CutOff)), 2, "{:?}", theatre.log);
    assert_eq!(theatre.has_said(Line::Obstacle(State::Far)), 0);
}
