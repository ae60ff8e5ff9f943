//! What is asked before and after a session, how it is answered, and when no set follows.

use super::*;
use crate::coach::choice::ChoiceKey;

fn asking(questions: Questions) -> Simulation {
    Simulation::new(Plan { questions, ..plan(vec![bow(1, 1)]) })
}

fn pain() -> Questions {
    let wording =
        QuestionWording { before: "en: before".into(), after: "en: after".into(), ..QuestionWording::default() };
    Questions { pain: true, wording, ..Questions::default() }
}

impl Simulation {
    /// Walks in and stands until the first question.
    fn come(&mut self) {
        self.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
        self.stand(4.0);
    }

    /// Raises an arm to this number of a scale from 0 to 10, and lowers it.
    fn point(&mut self, number: f32) {
        self.play(0.8, |time| Act { arm: Some((30.0 + 12.0 * number) * (time / 0.8) as f32), ..Act::default() });
        self.play(2.0, |_| Act { arm: Some(30.0 + 12.0 * number), ..Act::default() });
        self.stand(1.0);
    }

    fn values(&self) -> Vec<(QuestionKind, Option<u8>)> {
        self.answers.iter().map(|answer| (answer.kind, answer.value)).collect()
    }
}

fn is_question(simulation: &Simulation) -> bool {
    matches!(simulation.stage(), Stage::Question(_))
}

#[test]
fn pain_is_asked_before_and_after_and_answered_by_an_arm() {
    let mut simulation = asking(pain());
    simulation.come();
    assert!(is_question(&simulation), "{:?}", simulation.said());
    simulation.point(3.0);
    assert!(!is_question(&simulation), "{:?}", simulation.said());
    simulation.stand(18.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(18.0);
    assert!(is_question(&simulation), "{:?}", simulation.said());
    simulation.point(4.0);
    simulation.stand(20.0);
    assert_eq!(simulation.values(), [(QuestionKind::PainBefore, Some(3)), (QuestionKind::PainAfter, Some(4))]);
    assert_eq!(simulation.answers[0].wording, "en: before");
    assert_eq!(simulation.answers[1].wording, "en: after");
    assert_eq!([3, 4].map(|value| simulation.has_said(Line::Noted(value))), [1, 1]);
    assert_eq!(simulation.has_said(Line::HowToAnswer), 1, "it is said once");
    assert_eq!(simulation.said().last(), Some(&Line::Close { hips: 1, of: 1 }));
}

#[test]
fn two_points_more_than_before_end_the_session_with_what_to_do() {
    let mut simulation = asking(pain());
    simulation.come();
    simulation.point(2.0);
    simulation.stand(18.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(18.0);
    simulation.point(4.0);
    simulation.stand(12.0);
    let said = simulation.said();
    assert_eq!(said[said.len() - 2..], [Line::MorePain, Line::LeaveItForToday]);
    assert!(matches!(simulation.stage(), Stage::Close(_)));
}

#[test]
fn much_pain_before_a_session_ends_it_before_the_first_set() {
    let mut simulation = asking(Questions { week: true, ..pain() });
    simulation.come();
    simulation.point(8.0);
    simulation.stand(12.0);
    let said = simulation.said();
    assert_eq!(said[said.len() - 2..], [Line::MuchPain, Line::LeaveItForToday]);
    assert_eq!(simulation.values(), [(QuestionKind::PainBefore, Some(8))]);
    assert!(!said.contains(&Line::Begin) && matches!(simulation.stage(), Stage::Close(_)));
}

/// A physiotherapist may have set a limit at which nobody would speak of a lot.
#[test]
fn of_little_pain_that_ends_a_session_nobody_hears_that_it_is_a_lot() {
    let stop = StopRule { rise: 2, most: 3 };
    let mut simulation = asking(Questions { stop, ..pain() });
    simulation.come();
    simulation.point(3.0);
    simulation.stand(12.0);
    let said = simulation.said();
    assert_eq!(said[said.len() - 2..], [Line::PainLimit, Line::LeaveItForToday]);
    assert!(matches!(simulation.stage(), Stage::Close(_)), "{:?}", simulation.stage());
}

#[test]
fn the_hands_that_end_a_pause_are_no_answer() {
    let both = |_| Act { hands: Hands::Both, arm: Some(170.0), ..Act::default() };
    let mut simulation = asking(pain());
    simulation.come();
    simulation.play(1.2, both);
    assert!(simulation.last.as_ref().unwrap().paused);
    simulation.stand(5.0);
    simulation.play(2.0, both); // up for a second longer than it takes
    assert!(!simulation.last.as_ref().unwrap().paused && is_question(&simulation));
    simulation.stand(1.0);
    simulation.point(3.0);
    assert_eq!(simulation.values(), [(QuestionKind::PainBefore, Some(3))]);
}

#[test]
fn the_hand_that_gave_an_answer_does_not_leave_what_is_said_of_it() {
    let mut simulation = asking(pain());
    simulation.come();
    simulation.play(0.8, |time| Act { arm: Some(138.0 * (time / 0.8) as f32), ..Act::default() });
    simulation.play(4.0, |_| Act { arm: Some(138.0), hands: Hands::One, ..Act::default() }); // up long after the answer
    simulation.stand(12.0);
    let said = simulation.said();
    assert_eq!(said[said.len() - 2..], [Line::MuchPain, Line::LeaveItForToday]);
}

#[test]
fn whoever_waits_or_presses_on_leaves_a_question_out() {
    let mut simulation = asking(Questions { week: true, ..pain() });
    simulation.come();
    simulation.stand(12.0);
    simulation.session.next();
    simulation.stand(1.0);
    assert_eq!(simulation.values(), [(QuestionKind::PainBefore, None), (QuestionKind::PainWeek, None)]);
    simulation.stand(18.0);
    assert!(matches!(simulation.stage(), Stage::Work { .. }), "{:?}", simulation.stage());
    simulation.bend(60.0, 5.0);
    simulation.stand(18.0);
    simulation.point(6.0);
    simulation.stand(8.0);
    assert_eq!(simulation.has_said(Line::MorePain), 0, "before is not known");
}

#[test]
fn a_raised_arm_neither_goes_on_nor_asks_and_both_hands_pause() {
    let mut simulation = asking(pain());
    simulation.come();
    simulation.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    simulation.play(1.2, |_| Act { hands: Hands::Forward, ..Act::default() });
    assert!(is_question(&simulation));
    simulation.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    simulation.stand(30.0);
    assert!(is_question(&simulation) && simulation.last.as_ref().unwrap().paused);
    simulation.session.choose(ChoiceKey::Digit(7));
    simulation.session.choose(ChoiceKey::Confirm);
    simulation.session.next();
    simulation.play(1.2, |_| Act { hands: Hands::One, ..Act::default() });
    simulation.stand(1.0);
    assert!(is_question(&simulation) && simulation.values().is_empty(), "in a pause only the pause is ended");
    simulation.play(1.2, |_| Act { hands: Hands::Both, ..Act::default() });
    simulation.stand(0.5);
    simulation.session.choose(ChoiceKey::Digit(5));
    simulation.session.choose(ChoiceKey::Confirm);
    simulation.stand(0.5);
    assert_eq!(simulation.values(), [(QuestionKind::PainBefore, Some(5))]);
}

#[test]
fn whoever_walks_away_from_a_question_is_asked_again_and_nobody_is_waited_for_at_the_end() {
    let gone = |_| Act { blocked: Some(State::Nobody), ..Act::default() };
    let mut simulation = asking(pain());
    simulation.come();
    simulation.play(20.0, gone);
    assert!(simulation.values().is_empty() && matches!(simulation.stage(), Stage::Arrive));
    simulation.stand(4.0);
    simulation.point(1.0);
    simulation.stand(18.0);
    simulation.bend(60.0, 5.0);
    simulation.stand(15.0);
    simulation.play(16.0, gone);
    assert!(matches!(simulation.stage(), Stage::Close(_)), "{:?}", simulation.stage());
    assert_eq!(simulation.values(), [(QuestionKind::PainBefore, Some(1)), (QuestionKind::PainAfter, None)]);
}

/// Whoever goes to the keyboard after the last set, out of the picture, and goes on from there.
#[test]
fn the_last_question_is_answered_by_a_key_though_nobody_is_in_view() {
    let gone = |_| Act { blocked: Some(State::Nobody), ..Act::default() };
    let mut simulation = asking(pain());
    simulation.come();
    simulation.point(3.0);
    simulation.stand(18.0);
    simulation.bend(60.0, 5.0);
    simulation.play(5.0, gone);
    assert!(matches!(simulation.stage(), Stage::Review(_)) && simulation.last.as_ref().unwrap().paused);
    simulation.session.next();
    simulation.play(0.5, gone);
    assert!(is_question(&simulation) && !simulation.last.as_ref().unwrap().paused, "{:?}", simulation.said());
    simulation.session.choose(ChoiceKey::Digit(2));
    simulation.session.choose(ChoiceKey::Confirm);
    simulation.play(20.0, gone);
    assert_eq!(simulation.values().last(), Some(&(QuestionKind::PainAfter, Some(2))));
    assert_eq!(simulation.said().last(), Some(&Line::Close { hips: 1, of: 1 }));
}

#[test]
fn an_activity_is_asked_in_the_persons_words_and_who_it_is_by_name() {
    let questions = Questions {
        who: vec!["Ada".into(), "Ben".into()],
        activities: vec!["tie my \u{202e}shoes".into()],
        ..Questions::default()
    };
    let mut simulation = asking(questions);
    simulation.come();
    let Stage::Question(asking) = simulation.stage() else { panic!("{:?}", simulation.stage()) };
    assert_eq!(asking.names, ["Ada", "Ben"]);
    simulation.point(10.0);
    let Stage::Question(asking) = simulation.stage() else { panic!("{:?}", simulation.stage()) };
    assert!(asking.item.starts_with("tie my ") && !asking.item.contains('\u{202e}'), "{}", asking.item);
    simulation.point(7.0);
    assert_eq!(simulation.values(), [(QuestionKind::Who, Some(1)), (QuestionKind::Activity(0), Some(7))]);
    assert_eq!(simulation.has_said(Line::Noted(1)), 0);
}

#[test]
fn once_it_is_known_who_it_is_their_session_begins_with_their_questions_and_drill() {
    let mut simulation = asking(Questions { who: vec!["Ada".into(), "Ben".into()], ..Questions::default() });
    simulation.come();
    // Until the answer only: standing must not be over before the session is handed over, as the pipeline does in the same frame.
    simulation.play(0.8, |time| Act { arm: Some(30.0 + 120.0 * (time / 0.8) as f32), ..Act::default() });
    while simulation.answers.is_empty() {
        simulation.play(0.1, |_| Act { arm: Some(150.0), ..Act::default() });
    }
    let theirs = Plan { questions: pain(), ..plan(vec![bow(4, 2)]) };
    simulation.session.go_on_as(StateMachine::new(theirs));
    simulation.stand(2.0);
    assert_eq!(simulation.values(), [(QuestionKind::Who, Some(1))]);
    let Stage::Question(asking) = simulation.stage() else { panic!("{:?}", simulation.stage()) };
    assert_eq!(asking.kind, QuestionKind::PainBefore);
    simulation.point(3.0);
    simulation.stand(20.0);
    assert_eq!(simulation.values().last(), Some(&(QuestionKind::PainBefore, Some(3))));
    assert_eq!(simulation.last.as_ref().unwrap().place.exercise, 0);
    let Stage::Work { of, .. } = simulation.stage() else { panic!("{:?}", simulation.stage()) };
    assert_eq!(*of, 4, "the bends of their plan");
}
