//! What stayed: three silent bends before anything is taught, and what is told of them at the end.

use super::*;
use crate::units::degrees;

/// A person who has done this drill so often before, with a last set of this lumbar flexion.
fn returning(lessons_heard: u32, lumbar: f32) -> Simulation {
    let plan = Plan { probe: true, ..plan(vec![Exercise { lessons_heard, ..bow(1, 1) }]) };
    let mut simulation = Simulation::new(plan);
    simulation.half_width_90 = HalfWidth90 { hip_flexion: degrees(4.0), lumbar_flexion: degrees(4.0) };
    let last_set = Some(PractisedSet { lumbar_flexion: degrees(lumbar), half_width_90: degrees(4.0) });
    simulation.session.compare_with(PreviousResult { last_set, ..PreviousResult::default() });
    simulation.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    simulation.stand(11.0);
    simulation
}

fn is_probe(simulation: &Simulation) -> bool {
    matches!(simulation.stage(), Stage::Probe { .. })
}

#[test]
fn three_bends_are_asked_for_in_silence_and_count_for_nothing() {
    let mut simulation = returning(1, 30.0);
    assert!(is_probe(&simulation), "{:?}", simulation.said());
    let before = simulation.log.len();
    for _ in 0..2 {
        simulation.bend(40.0, 35.0);
        assert_eq!(simulation.last.as_ref().unwrap().verdict, None);
    }
    assert_eq!(simulation.log[before..], [], "nothing is said of them");
    assert!(simulation.feedback.is_empty() && is_probe(&simulation));
    assert_eq!(simulation.last.as_ref().unwrap().line, Line::Counted { done: 2, of: 3 }, "the screen counts them");
    simulation.bend(40.0, 35.0);
    assert!(!simulation.signals.iter().any(|(_, signal)| *signal == Signal::BackJoinedIn));
    assert_eq!(simulation.has_said(Line::ShownMe), 1);
    let said = simulation.said();
    let asked = said.iter().position(|line| *line == Line::ShowMe).unwrap();
    assert_eq!(said[asked + 1], Line::StopIfHurts, "with the first bends of the session");
    assert!(said.contains(&Line::Drill), "the lesson follows");
    simulation.stand(8.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(25.0);
    assert_eq!(simulation.has_said(Line::Close { hips: 1, of: 1 }), 1, "{:?}", simulation.said());
    assert_eq!(simulation.has_said(Line::StopIfHurts), 1);
}

/// The line about what stayed, after silent bends with this lumbar flexion, against one of 20° before.
fn told(lumbar: f32) -> Option<Line> {
    let mut simulation = returning(1, 20.0);
    (0..3).for_each(|_| simulation.bend(45.0, lumbar));
    simulation.stand(8.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(30.0);
    simulation.said().into_iter().find(|line| matches!(line, Line::Stayed | Line::StayedLess(_) | Line::StayedMore(_)))
}

#[test]
fn what_stayed_is_told_beyond_the_error_of_both() {
    assert_eq!(told(20.0), Some(Line::Stayed));
    assert!(matches!(told(35.0), Some(Line::StayedLess(by)) if (by.to_degrees() - 15.0).abs() < 3.0));
    assert!(matches!(told(4.0), Some(Line::StayedMore(_))));
}

#[test]
fn in_the_first_session_or_where_it_is_not_wanted_there_is_nothing_to_show() {
    assert!(!is_probe(&returning(0, 20.0)));
    let mut unwanted = Simulation::new(plan(vec![Exercise { lessons_heard: 4, ..bow(1, 1) }]));
    unwanted.arrive();
    assert_eq!(unwanted.has_said(Line::ShowMe), 0);
}

#[test]
fn whoever_does_not_bend_is_told_once_and_then_it_goes_on_without() {
    let mut simulation = returning(1, 20.0);
    simulation.stand(16.0);
    assert_eq!(simulation.has_said(Line::JustBend), 1);
    assert_eq!(simulation.has_said(Line::OrLeaveOut), 1, "and how to go past it");
    simulation.stand(16.0);
    assert!(!is_probe(&simulation));
    let mut skipped = returning(1, 20.0);
    skipped.session.next();
    skipped.stand(0.1);
    assert!(!is_probe(&skipped));
}

#[test]
fn of_fewer_than_three_silent_bends_nothing_is_told() {
    let mut simulation = returning(1, 20.0);
    simulation.bend(45.0, 35.0);
    simulation.session.next();
    simulation.stand(12.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(45.0);
    let said = simulation.said();
    assert!(said.contains(&Line::Close { hips: 1, of: 1 }), "{said:?}");
    let stayed = |line: &Line| matches!(line, Line::Stayed | Line::StayedLess(_) | Line::StayedMore(_));
    assert!(!said.iter().any(stayed), "the words speak of three: {said:?}");
}

#[test]
fn nothing_is_told_of_three_silent_bends_of_which_one_could_not_be_told() {
    let mut simulation = returning(1, 20.0);
    simulation.bend(45.0, 20.0);
    let known = simulation.half_width_90;
    simulation.half_width_90.lumbar_flexion = degrees(15.0);
    simulation.bend(45.0, 20.0);
    simulation.half_width_90 = known;
    simulation.bend(45.0, 20.0);
    simulation.stand(8.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(30.0);
    let said = simulation.said();
    assert!(said.contains(&Line::ShownMe) && said.contains(&Line::Close { hips: 1, of: 1 }), "{said:?}");
    let stayed = |line: &Line| matches!(line, Line::Stayed | Line::StayedLess(_) | Line::StayedMore(_));
    assert!(!said.iter().any(stayed), "it would be of two: {said:?}");
}

#[test]
fn from_the_third_session_on_the_first_bend_comes_within_twenty_seconds() {
    let begins = |simulation: &Simulation, line: Line| {
        let at = |line| simulation.log.iter().find(|(_, said)| *said == line).map(|(time, _)| *time);
        at(line).unwrap() - at(Line::Seen).unwrap()
    };
    let known = returning(7, 20.0);
    let to_bend = begins(&known, Line::ShowMe);
    assert!(to_bend < 10.0, "{to_bend} s from being seen to the first bend");
    let said = known.said();
    let drill = said.iter().position(|line| *line == Line::Drill).unwrap();
    assert_eq!(said[drill + 1], Line::StandTall, "the name is said while standing is taken");
    assert!(!said.contains(&Line::Count(3)));
    let mut known = known;
    (0..3).for_each(|_| known.bend(60.0, 5.0));
    known.stand(1.0);
    assert!(!known.said().contains(&Line::Lesson(0)) && matches!(known.stage(), Stage::Work { .. }));
    assert_eq!(known.has_said(Line::Drill), 1);
}
