//! Whether it is the person it is said to be: asked once where the build says otherwise, never decided.

use super::*;

const ADULT: [f32; 3] = [0.76, 0.75, 0.38];
const CHILD: [f32; 3] = [0.66, 0.69, 0.58];

fn known(number: usize, name: &str, ratios: Option<[f32; 3]>) -> Acquaintance {
    let build = ratios.map(|ratios| KnownBuild { sessions: 4, mean: Build(ratios.map(f32::ln)) });
    Acquaintance { number, name: name.into(), build }
}

/// A session said to be Anna's, an adult's, with these others.
fn of_anna(others: Vec<Acquaintance>) -> Simulation {
    let anna = known(3, "Anna", Some(ADULT));
    let mut simulation = Simulation::new(plan(vec![bow(1, 1)]));
    simulation.session.ask(Questions { pain: true, ..Questions::default() });
    simulation.session.know_persons([vec![anna], others].concat(), "Somebody else".into());
    simulation
}

impl Simulation {
    /// Somebody of this build walks in and stands until the first question.
    fn come_as(&mut self, build: [f32; 3]) {
        self.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
        self.play(4.0, |_| Act { build: Some(build), ..Act::default() });
    }

    fn names(&self) -> &[String] {
        if let Stage::Question(asking) = self.stage() { &asking.names } else { &[] }
    }

    /// Raises an arm to the first or the last of two options.
    fn point_at(&mut self, last: bool) {
        let at = if last { 150.0 } else { 30.0 };
        self.play(0.8, |time| Act { arm: Some(at * (time / 0.8) as f32), ..Act::default() });
        self.play(2.0, |_| Act { arm: Some(at), ..Act::default() });
    }

    fn first_answer(&self) -> (QuestionKind, Option<u8>) {
        (self.answers[0].kind, self.answers[0].value)
    }

    fn is_asked_about_pain(&self) -> bool {
        matches!(self.stage(), Stage::Question(asking) if asking.kind == QuestionKind::PainBefore)
    }
}

#[test]
fn whoever_is_built_like_another_is_asked_by_name_and_may_say_it_is_them() {
    let mut simulation = of_anna(vec![known(0, "Ben", None), known(1, "Cleo", Some(CHILD))]);
    simulation.come_as(CHILD);
    assert_eq!(simulation.names(), ["Anna", "Cleo"]);
    assert_eq!(simulation.has_said(Line::Ask(QuestionKind::Same(Some(1)))), 1);
    assert_eq!(simulation.has_said(Line::HowToName), 1, "how to answer by a name");
    simulation.point_at(false);
    assert_eq!(simulation.first_answer(), (QuestionKind::Same(Some(1)), Some(0)));
    assert!(simulation.is_asked_about_pain(), "{:?}", simulation.stage());
    assert_eq!(simulation.has_said(Line::Noted(0)), 0);
}

#[test]
fn the_session_goes_over_to_another_only_when_they_say_so() {
    let mut simulation = of_anna(vec![known(1, "Cleo", Some(CHILD))]);
    simulation.come_as(CHILD);
    simulation.play(0.8, |time| Act { arm: Some(150.0 * (time / 0.8) as f32), ..Act::default() });
    while simulation.answers.is_empty() {
        simulation.play(0.1, |_| Act { arm: Some(150.0), ..Act::default() });
    }
    assert_eq!(simulation.first_answer(), (QuestionKind::Same(Some(1)), Some(1)));
    // As the pipeline does in the same frame: hers asks nothing and has two sets.
    let mut theirs = StateMachine::new(plan(vec![bow(5, 2)]));
    theirs.know_persons(vec![known(1, "Cleo", Some(CHILD)), known(3, "Anna", Some(ADULT))], String::new());
    simulation.session.go_on_as(theirs);
    simulation.stand(25.0);
    assert_eq!(simulation.answers.len(), 1, "nothing else is asked, and not again who it is");
    let Stage::Work { of, .. } = simulation.stage() else { panic!("{:?}", simulation.stage()) };
    assert_eq!(*of, 5);
}

#[test]
fn waiting_leaves_it_as_it_was_chosen_and_the_session_goes_on() {
    let mut simulation = of_anna(vec![]);
    simulation.come_as(CHILD);
    assert_eq!(simulation.names(), ["Anna", "Somebody else"]);
    simulation.stand(18.0);
    assert_eq!(simulation.first_answer(), (QuestionKind::Same(None), None));
    assert!(simulation.is_asked_about_pain(), "{:?}", simulation.stage());
}

#[test]
fn somebody_else_practises_and_hears_what_becomes_of_it() {
    let mut simulation = of_anna(vec![]);
    simulation.come_as(CHILD);
    simulation.point_at(true);
    assert_eq!(simulation.first_answer(), (QuestionKind::Same(None), Some(1)));
    assert_eq!(simulation.has_said(Line::SomebodyElse), 1);
    assert!(simulation.is_asked_about_pain(), "{:?}", simulation.stage());
}

#[test]
fn whoever_is_built_as_before_or_said_who_they_are_or_is_hardly_seen_is_not_asked() {
    let mut simulation = of_anna(vec![known(1, "Cleo", Some(CHILD))]);
    simulation.come_as(ADULT);
    assert!(simulation.is_asked_about_pain(), "{:?}", simulation.stage());

    let mut simulation = of_anna(vec![known(1, "Cleo", Some(CHILD))]);
    simulation.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    simulation.stand(4.0); // of whom nothing is known
    assert!(simulation.is_asked_about_pain(), "{:?}", simulation.stage());

    let mut simulation = of_anna(Vec::new());
    simulation.session.ask(Questions { who: vec!["Anna".into(), "Cleo".into()], ..Questions::default() });
    simulation.come_as(CHILD);
    simulation.point_at(false);
    assert_eq!(simulation.first_answer(), (QuestionKind::Who, Some(0)));
    let mut hers = StateMachine::new(plan(vec![bow(1, 1)]));
    hers.know_persons(vec![known(0, "Anna", Some(ADULT)), known(1, "Cleo", Some(CHILD))], String::new());
    simulation.session.go_on_as(hers);
    simulation.play(6.0, |_| Act { build: Some(CHILD), ..Act::default() });
    assert!(!matches!(simulation.stage(), Stage::Question(_)), "{:?}", simulation.stage());
}
