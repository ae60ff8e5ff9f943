//! When words and the tone are given, and that whoever asks is told.

use super::*;
use crate::coach::feedback::{FeedbackDue, Schedule};

/// A person who is to begin a set of bends, which were preceded by others.
fn at_set(sets: usize, feedback: FeedbackPlan) -> Simulation {
    let rest = Duration::from_secs(5);
    let mut simulation = Simulation::new(plan(vec![Exercise { feedback, rest, ..bow(2, sets) }]));
    simulation.arrive();
    for _ in 1..sets {
        simulation.bend(60.0, 5.0);
        simulation.bend(60.0, 5.0);
        simulation.stand(21.0);
    }
    simulation
}

fn low_notes(simulation: &Simulation) -> usize {
    simulation.signals.iter().filter(|(_, signal)| *signal == Signal::BackJoinedIn).count()
}

fn given(simulation: &Simulation) -> Vec<FeedbackGiven> {
    simulation.feedback.clone()
}

/// The low notes in two bends from the back, in the last of these sets.
fn notes_in_set(sets: usize, tone: Schedule) -> usize {
    let mut simulation = at_set(sets, FeedbackPlan { tone, ..FeedbackPlan::default() });
    simulation.bend(40.0, 35.0);
    simulation.bend(40.0, 35.0);
    low_notes(&simulation)
}

#[test]
fn the_tone_fades_as_the_words_do_and_otherwise_follows_its_schedule() {
    assert_eq!([1, 2, 3].map(|sets| notes_in_set(sets, Schedule::Fading)), [2, 1, 0]);
    assert_eq!([1, 3].map(|sets| notes_in_set(sets, Schedule::Every)), [2, 2]);
    use Schedule::{Bandwidth, EndOfSet, EverySecond, OnRequest};
    assert_eq!([EverySecond, Bandwidth, EndOfSet, OnRequest].map(|tone| notes_in_set(1, tone)), [1, 2, 0, 0]);
}

#[test]
fn the_tone_of_a_bend_that_was_broken_off_is_not_that_of_the_next() {
    let mut simulation = at_set(1, FeedbackPlan { tone: Schedule::Every, ..FeedbackPlan::default() });
    simulation.play(2.0, |time| {
        let share = (time / 2.0) as f32;
        Act { hip: 40.0 * share, lumbar: 35.0 * share, ..Act::default() }
    });
    assert_eq!((low_notes(&simulation), given(&simulation).len()), (1, 0));
    simulation.play(3.0, |_| Act { blocked: Some(State::Hidden), ..Act::default() });
    simulation.stand(2.0);
    assert!(given(&simulation).is_empty(), "nothing is fed back on what was broken off");
    simulation.bend(60.0, 5.0);
    let tones: Vec<_> = given(&simulation).iter().map(|given| given.tone).collect();
    assert_eq!((tones, low_notes(&simulation)), (vec![ToneGiven::NotNeeded], 1));
}

#[test]
fn whoever_holds_out_an_arm_is_told_of_the_last_bend_and_hears_the_tone_in_the_next() {
    let mut simulation = at_set(3, FeedbackPlan::default());
    assert_eq!(simulation.has_said(Line::AskMe), 1, "how to ask is said where it is needed");
    let before = simulation.log.len();
    simulation.bend(40.0, 35.0);
    let cue = |line: &Line| matches!(line, Line::Cue(_));
    assert!(!simulation.said()[before..].iter().any(cue), "nobody asked");
    simulation.play(1.2, |_| Act { hands: Hands::Forward, ..Act::default() });
    assert_eq!(simulation.said().last(), Some(&Line::Cue(Cue::PushHipsBack)));
    assert_eq!(simulation.last.as_ref().unwrap().line, Line::Cue(Cue::PushHipsBack));
    simulation.stand(1.0);
    let silent = low_notes(&simulation);
    simulation.bend(40.0, 35.0);
    assert_eq!((silent, low_notes(&simulation)), (0, 1));
    let told = |words, cue, tone| FeedbackGiven { words, cue, tone };
    let expected = [
        told(FeedbackDue::Withheld, None, ToneGiven::Withheld),
        told(FeedbackDue::Requested, Some(Cue::PushHipsBack), ToneGiven::NotNeeded),
        told(FeedbackDue::Withheld, None, ToneGiven::Sounded),
    ];
    assert_eq!(given(&simulation)[4..], expected);
}

#[test]
fn a_key_asks_as_well_and_before_the_first_bend_there_is_nothing_to_tell() {
    let on_request = FeedbackPlan { words: Schedule::OnRequest, ..FeedbackPlan::default() };
    let mut simulation = at_set(1, on_request);
    simulation.session.tell();
    simulation.play(1.5, |_| Act { hands: Hands::Forward, ..Act::default() });
    assert!(simulation.last.as_ref().unwrap().ring.is_none() && given(&simulation).is_empty());
    simulation.bend(62.0, 4.0);
    simulation.session.tell();
    simulation.stand(0.2);
    assert_eq!(simulation.said().last(), Some(&Line::Cue(Cue::FromTheHips)));
}

#[test]
fn a_drill_with_the_arms_in_front_is_not_asked_by_an_arm_in_front() {
    let exercise = Exercise { asks_by_arm: false, ..bow(2, 1) };
    let mut simulation = Simulation::new(plan(vec![exercise]));
    simulation.arrive();
    simulation.bend(60.0, 5.0);
    simulation.play(1.5, |_| Act { hands: Hands::Forward, ..Act::default() });
    assert_eq!(given(&simulation).len(), 1);
}

#[test]
fn where_an_arm_in_front_does_not_ask_nobody_is_told_to_hold_one_out() {
    for asks_by_arm in [true, false] {
        let feedback = FeedbackPlan { words: Schedule::OnRequest, ..FeedbackPlan::default() };
        let mut simulation = Simulation::new(plan(vec![Exercise { feedback, asks_by_arm, ..bow(2, 1) }]));
        simulation.arrive();
        assert_eq!(simulation.has_said(Line::AskMe), usize::from(asks_by_arm), "{:?}", simulation.said());
    }
}

#[test]
fn stop_if_it_hurts_is_said_once_with_the_first_set_of_a_session() {
    for exercises in [vec![bow(1, 2)], vec![cat(1), bow(1, 1)]] {
        let mut simulation = Simulation::new(plan(exercises));
        simulation.arrive();
        let said = simulation.said();
        let begin = said.iter().position(|line| *line == Line::Begin).unwrap();
        assert_eq!(said[begin + 1], Line::StopIfHurts, "{said:?}");
        simulation.bend(60.0, 5.0);
        simulation.stand(60.0);
        assert_eq!(simulation.has_said(Line::StopIfHurts), 1);
    }
}
