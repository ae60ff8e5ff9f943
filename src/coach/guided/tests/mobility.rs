//! The whole mobility screen, with simulated people.

use super::*;
use crate::coach::mobility::{Comparison, Knees, Miss, Mobility, MobilityFinding, Tested};
use crate::drill_library::Library;
use crate::units::degrees;

/// How a simulated person bends: the reach of the hips with straight and with soft knees, after which the low back
/// joins in.
#[derive(Clone, Copy)]
struct Hips {
    straight: f32,
    soft: f32,
}

impl Simulation {
    fn screen() -> Self {
        let [straight, soft] = Library::mobility_screen().unwrap();
        let half_width_90 = HalfWidth90 { hip_flexion: degrees(6.0), lumbar_flexion: degrees(5.0) };
        Self { half_width_90, ..Self::new(Plan::mobility([&straight, &soft], "en")) }
    }

    fn stand_facing(&mut self, facing: Facing, seconds: f64) {
        self.play(seconds, |_| Act { facing: Some(facing), ..Act::default() });
    }

    /// Three seconds down until the back has given 30°, one there, three up, one and a half at the top.
    fn slow_bow(&mut self, facing: Facing, reach: f32, knee: f32) {
        self.play(8.5, |time| {
            let share = (time / 3.0).min((7.0 - time) / 3.0).clamp(0.0, 1.0) as f32;
            let bend = (reach + 34.0) * share;
            // Beyond the reach only the back continues; its first 4° go with the hips.
            let hip = (bend * reach / (reach + 4.0)).min(reach);
            Act { hip, lumbar: bend - hip, knee: knee * share, facing: Some(facing), ..Act::default() }
        });
    }

    fn three(&mut self, facing: Facing, reach: f32, knee: f32) {
        for _ in 0..3 {
            self.slow_bow(facing, reach, knee);
        }
    }

    /// Straight and soft knees from one side, with the rests in between and after.
    fn side(&mut self, facing: Facing, hips: Hips) {
        self.three(facing, hips.straight, 4.0);
        self.stand_facing(facing, 32.0);
        self.three(facing, hips.soft, 32.0);
    }

    fn arrive_facing(&mut self, facing: Facing) {
        self.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
        self.stand_facing(facing, 28.0);
        assert_eq!(*self.stage(), Stage::Work { done: 0, of: 3 }, "{:?}", self.said());
    }

    fn turn_to(&mut self, facing: Facing) {
        self.play(1.5, |_| Act { blocked: Some(State::Turned), ..Act::default() });
        self.stand_facing(facing, 32.0);
        assert_eq!(*self.stage(), Stage::Work { done: 0, of: 3 }, "{:?}", self.said());
    }

    fn whole(right: Hips, left: Hips) -> Self {
        let mut simulation = Self::screen();
        simulation.arrive_facing(Facing::Right);
        simulation.side(Facing::Right, right);
        simulation.turn_to(Facing::Left);
        simulation.side(Facing::Left, left);
        simulation.stand_facing(Facing::Left, 80.0);
        assert!(matches!(simulation.stage(), Stage::Close(_)), "{:?}", simulation.said());
        simulation
    }

    fn mobility(&self) -> Mobility {
        self.last.as_ref().unwrap().mobility.unwrap()
    }

    fn found(&self) -> Vec<MobilityFinding> {
        let found = |line| if let Line::Found(finding) = line { Some(finding) } else { None };
        self.said().into_iter().filter_map(found).collect()
    }
}

fn near(tested: &Tested, expected: f32) {
    let reach = tested.reach.unwrap();
    assert!((reach.angle.to_degrees() - expected).abs() < 4.0 && reach.limited, "{expected}: {reach:?}");
    assert!(reach.half_width_90 >= degrees(6.0) && reach.half_width_90 < degrees(10.0), "{reach:?}");
}

#[test]
fn short_hamstrings_are_found_from_both_sides_and_told_to_the_end() {
    let hips = Hips { straight: 40.0, soft: 60.0 };
    let simulation = Simulation::whole(hips, hips);
    let mobility = simulation.mobility();
    for legs in [mobility.right, mobility.left] {
        near(&legs.straight, 40.0);
        near(&legs.soft, 60.0);
        assert!(matches!(legs.soft_against_straight(), Some(Comparison::More(_))), "{legs:?}");
    }
    let said = simulation.said();
    assert_eq!(simulation.found(), mobility.findings(), "{said:?}");
    assert_eq!(simulation.has_said(Line::Found(MobilityFinding::Hamstrings)), 1);
    assert_eq!(simulation.has_said(Line::TurnRound), 1, "{said:?}");
    assert_eq!(simulation.has_said(Line::Lesson(0)), 2, "turned round, nobody is taught again");
    assert_eq!(simulation.has_said(Line::StandAgain), 1, "the other side has its own zero");
    assert!(!said.iter().any(|line| matches!(line, Line::RoundDone { .. } | Line::Missed(_))), "{said:?}");
    assert_eq!(said.last(), Some(&Line::NoDiagnosis));
    assert_eq!(simulation.last.as_ref().unwrap().line, Line::NoDiagnosis);
}

#[test]
fn no_difference_between_knees_is_reported_if_there_is_none() {
    let simulation = Simulation::whole(Hips { straight: 55.0, soft: 57.0 }, Hips { straight: 56.0, soft: 58.0 });
    let alike =
        |finding: &&MobilityFinding| matches!(finding, MobilityFinding::SoftKnees { change: Comparison::Alike, .. });
    assert_eq!(simulation.found().iter().filter(alike).count(), 2, "{:?}", simulation.found());
    assert_eq!(simulation.has_said(Line::Found(MobilityFinding::Hamstrings)), 0);
}

#[test]
fn sides_that_differ_by_more_than_the_error_are_reported() {
    let simulation = Simulation::whole(Hips { straight: 40.0, soft: 44.0 }, Hips { straight: 60.0, soft: 63.0 });
    let sides: Vec<_> =
        simulation.found().into_iter().filter(|finding| matches!(finding, MobilityFinding::Sides { .. })).collect();
    let more = |knees, finding: &MobilityFinding| matches!(finding, MobilityFinding::Sides { knees: found, more: Side::Left, .. } if *found == knees);
    assert!(sides.len() == 2 && more(Knees::Straight, &sides[0]) && more(Knees::Soft, &sides[1]), "{sides:?}");
}

#[test]
fn a_bend_with_other_knees_than_asked_is_told_and_repeated() {
    let mut simulation = Simulation::screen();
    simulation.arrive_facing(Facing::Right);
    simulation.slow_bow(Facing::Right, 50.0, 30.0);
    assert_eq!(simulation.has_said(Line::Missed(Miss::KneesBent(Knees::Straight))), 1);
    assert_eq!(*simulation.stage(), Stage::Work { done: 0, of: 3 });
    simulation.three(Facing::Right, 40.0, 4.0);
    near(&simulation.mobility().right.straight, 40.0);
    simulation.stand_facing(Facing::Right, 32.0);
    simulation.slow_bow(Facing::Right, 45.0, 6.0);
    assert_eq!(simulation.has_said(Line::Missed(Miss::KneesStraight)), 1, "{:?}", simulation.said());
    assert_eq!(simulation.mobility().right.soft, Tested { bends: 1, reach: None });
}

#[test]
fn in_a_bend_it_is_said_what_to_do_in_it_and_not_what_became_of_the_one_before() {
    let mut simulation = Simulation::screen();
    simulation.arrive_facing(Facing::Right);
    simulation.slow_bow(Facing::Right, 50.0, 30.0);
    let shown = |simulation: &Simulation| simulation.last.as_ref().unwrap().line;
    assert_eq!(shown(&simulation), Line::Missed(Miss::KneesBent(Knees::Straight)), "as long as they stand");
    let bend = |simulation: &mut Simulation, from: (f32, f32), to: (f32, f32)| {
        simulation.play(2.0, |time| {
            let share = (time / 2.0) as f32;
            let (hip, lumbar) = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            Act { hip, lumbar, facing: Some(Facing::Right), ..Act::default() }
        });
    };
    bend(&mut simulation, (0.0, 0.0), (45.0, 0.0));
    assert_eq!(shown(&simulation), Line::During(LiveCue::ScreenDown));
    bend(&mut simulation, (45.0, 0.0), (50.0, 45.0));
    assert_eq!(shown(&simulation), Line::During(LiveCue::ScreenFarEnough));
    bend(&mut simulation, (50.0, 45.0), (20.0, 15.0));
    assert_eq!(shown(&simulation), Line::During(LiveCue::Up));
}

#[test]
fn nobody_is_kept_bending_if_no_bend_counts() {
    let mut simulation = Simulation::screen();
    simulation.half_width_90 = HalfWidth90 { hip_flexion: degrees(24.0), lumbar_flexion: degrees(20.0) };
    simulation.arrive_facing(Facing::Left);
    simulation.three(Facing::Left, 40.0, 4.0);
    simulation.slow_bow(Facing::Left, 40.0, 4.0);
    assert_eq!(simulation.has_said(Line::Missed(Miss::CouldNotTell)), 3);
    assert_eq!(simulation.has_said(Line::GoesOnWithout), 1);
    simulation.stand_facing(Facing::Left, 32.0);
    for _ in 0..4 {
        simulation.slow_bow(Facing::Left, 60.0, 30.0);
    }
    simulation.stand_facing(Facing::Left, 16.0);
    simulation.play(1.2, |_| Act { hands: Hands::One, facing: Some(Facing::Left), ..Act::default() });
    simulation.stand_facing(Facing::Left, 60.0);
    assert!(matches!(simulation.stage(), Stage::Close(_)), "one side is enough: {:?}", simulation.said());
    assert_eq!(simulation.mobility().left.straight, Tested { bends: 4, reach: None });
    let unknown = |knees| MobilityFinding::Reach { side: Side::Left, knees, reach: None };
    assert_eq!(simulation.found(), [unknown(Knees::Straight), unknown(Knees::Soft)]);
    assert_eq!(simulation.said().last(), Some(&Line::NoDiagnosis));
}

#[test]
fn whoever_does_not_turn_round_is_asked_to_and_not_measured_as_the_other_side() {
    let mut simulation = Simulation::screen();
    simulation.arrive_facing(Facing::Right);
    simulation.side(Facing::Right, Hips { straight: 40.0, soft: 60.0 });
    simulation.stand_facing(Facing::Right, 60.0);
    assert_eq!(*simulation.stage(), Stage::Arrive);
    assert!(simulation.has_said(Line::TurnOrLeave) >= 3, "{:?}", simulation.said());
    assert_eq!(simulation.last.as_ref().unwrap().line, Line::TurnOrLeave);
    simulation.three(Facing::Right, 50.0, 4.0);
    assert_eq!(simulation.mobility().right.straight.bends, 3);
    simulation.turn_to(Facing::Left);
    simulation.slow_bow(Facing::Left, 42.0, 4.0);
    assert_eq!(simulation.mobility().left.straight.bends, 1);
}

/// Whoever walks out of the first half and comes back turned the other way is told to turn round or to raise a hand, and is not kept
/// waiting: what follows is told of the side that was seen.
#[test]
fn whoever_comes_back_turned_round_may_stay_so() {
    let mut simulation = Simulation::screen();
    simulation.arrive_facing(Facing::Right);
    simulation.slow_bow(Facing::Right, 40.0, 4.0);
    simulation.play(6.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    simulation.stand_facing(Facing::Left, 20.0);
    assert_eq!(*simulation.stage(), Stage::Arrive, "{:?}", simulation.said());
    assert_eq!(simulation.last.as_ref().unwrap().line, Line::TurnOrStay);
    assert!(simulation.has_said(Line::TurnOrStay) >= 2, "{:?}", simulation.said());
    simulation.play(1.2, |_| Act { hands: Hands::One, facing: Some(Facing::Left), ..Act::default() });
    simulation.stand_facing(Facing::Left, 16.0);
    assert!(matches!(simulation.stage(), Stage::Work { .. }), "{:?}: {:?}", simulation.stage(), simulation.said());
    simulation.three(Facing::Left, 44.0, 4.0);
    let mobility = simulation.mobility();
    assert_eq!((mobility.right.straight.bends, mobility.left.straight.bends), (1, 2), "{mobility:?}");
    // The rest of this half stays on that side, and the other half asks for the opposite one.
    simulation.stand_facing(Facing::Left, 32.0);
    simulation.three(Facing::Left, 60.0, 32.0);
    near(&simulation.mobility().left.soft, 60.0);
    simulation.turn_to(Facing::Right);
    simulation.three(Facing::Right, 40.0, 4.0);
    near(&simulation.mobility().right.straight, 40.0);
}

#[test]
fn whoever_comes_back_turned_round_and_turns_again_goes_on() {
    let mut simulation = Simulation::screen();
    simulation.arrive_facing(Facing::Right);
    simulation.slow_bow(Facing::Right, 40.0, 4.0);
    simulation.play(6.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    simulation.stand_facing(Facing::Left, 6.0);
    simulation.stand_facing(Facing::Right, 20.0);
    assert!(matches!(simulation.stage(), Stage::Work { .. }), "{:?}", simulation.said());
    simulation.slow_bow(Facing::Right, 40.0, 4.0);
    assert_eq!(simulation.mobility().right.straight.bends, 2);
}

#[test]
fn who_leaves_before_the_first_bend_is_told_so() {
    let mut simulation = Simulation::screen();
    simulation.arrive_facing(Facing::Right);
    for _ in 0..12 {
        simulation.session.next();
        simulation.stand_facing(Facing::Right, 6.0);
    }
    assert!(matches!(simulation.stage(), Stage::Close(_)), "{:?}", simulation.stage());
    assert_eq!(simulation.said().last(), Some(&Line::FoundNothing));
}

#[test]
fn a_screen_first_asks_who_it_is_where_several_practise_and_then_is_theirs() {
    let mut simulation = Simulation::screen();
    simulation.session.ask(Questions { who: vec!["Anna".into(), "Ben".into()], ..Questions::default() });
    simulation.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    simulation.stand_facing(Facing::Right, 4.0);
    assert!(matches!(simulation.stage(), Stage::Question(_)), "{:?}", simulation.stage());
    let pointing = |at: f32| Act { arm: Some(at), facing: Some(Facing::Right), ..Act::default() };
    simulation.play(0.8, |time| pointing(30.0 + 120.0 * (time / 0.8) as f32));
    while simulation.answers.is_empty() {
        simulation.play(0.1, |_| pointing(150.0));
    }
    assert_eq!((simulation.answers[0].kind, simulation.answers[0].value), (QuestionKind::Who, Some(1)));
    // As the pipeline does in the same frame.
    let [straight, soft] = Library::mobility_screen().unwrap();
    simulation.session.go_on_as(StateMachine::new(Plan::mobility([&straight, &soft], "en")));
    simulation.stand_facing(Facing::Right, 28.0);
    assert_eq!(*simulation.stage(), Stage::Work { done: 0, of: 3 }, "{:?}", simulation.said());
    assert_eq!(simulation.answers.len(), 1, "nothing else is asked");
}
