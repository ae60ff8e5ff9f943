//! The prompts of a set of ten, word for word: to be read aloud, and kept so that every change is reviewed.

use super::*;
use crate::coach::drill::Drill;
use crate::drill_library::Library;
use crate::i18n::{Language, Words, together};
use crate::units::degrees;

/// Hip and lumbar flexion at the bottom of each of the ten.
const SET: [(f32, f32); 10] = [
    (60.0, 5.0),
    (62.0, 6.0),
    (45.0, 32.0),
    (48.0, 28.0),
    (58.0, 7.0),
    (61.0, 5.0),
    (60.0, 6.0),
    (40.0, 34.0),
    (63.0, 4.0),
    (62.0, 5.0),
];

fn transcript(language: Language) -> String {
    let library = Library::built_in();
    let drill = library.drills().iter().find(|drill| drill.id == "bow").unwrap();
    let words = Words::read(language).unwrap();
    let mut exercise = Exercise { sets: 1, ..Exercise::of(drill, language.code()) };
    let Amount::Repetitions { count, .. } = &mut exercise.amount else { panic!() };
    *count = SET.len();
    let mut simulation = Simulation::new(Plan { exercises: vec![exercise], full_bend: true, ..Plan::default() });
    simulation.arrive();
    simulation.stand(22.0);
    for (hip, lumbar) in SET {
        simulation.bend(hip, lumbar);
    }
    simulation.stand(30.0);
    written(&simulation, &words, drill)
}

/// What is said and sounded, in order.
fn written(simulation: &Simulation, words: &Words, drill: &Drill) -> String {
    let mut spoken: Vec<(f64, String)> = Vec::new();
    for (time, line) in &simulation.log {
        let text = words.during(*line, drill);
        match spoken.last_mut().filter(|(at, _)| at == time) {
            Some((_, said)) => *said = together(&[std::mem::take(said), text]),
            None => spoken.push((*time, text)),
        }
    }
    spoken.extend(
        simulation
            .signals
            .iter()
            .filter(|(_, signal)| *signal == Signal::BackJoinedIn)
            .map(|(time, _)| (*time, "(low note)".into())),
    );
    spoken.sort_by(|one, other| one.0.total_cmp(&other.0));
    spoken.iter().map(|(time, text)| format!("{time:5.1} s  {text}\n")).collect()
}

/// A session of three sets of three, the third bend of each from the back: the first one, or the eighth. The person answers
/// with an arm, and in the eighth session asks once how a bend was.
fn session(language: Language, lessons_heard: u32) -> String {
    let library = Library::built_in();
    let drill = library.drills().iter().find(|drill| drill.id == "bow").unwrap();
    let words = Words::read(language).unwrap();
    let mut exercise = Exercise { lessons_heard, ..Exercise::of(drill, language.code()) };
    let Amount::Repetitions { count, .. } = &mut exercise.amount else { panic!() };
    *count = 3;
    let questions = Questions { pain: true, wording: words.question_wording(), ..Questions::default() };
    let known = lessons_heard > 0;
    let plan = Plan { exercises: vec![exercise], full_bend: !known, probe: known, questions };
    let mut simulation = Simulation::new(plan);
    let precise = HalfWidth90 { hip_flexion: degrees(5.0), lumbar_flexion: degrees(5.0) };
    simulation.half_width_90 = precise;
    let last_set = known.then(|| PractisedSet { lumbar_flexion: degrees(22.0), half_width_90: degrees(5.0) });
    simulation.session.compare_with(PreviousResult { last_set, ..PreviousResult::default() });
    simulation.play(1.0, |_| Act { blocked: Some(State::Nobody), ..Act::default() });
    let mut asked = false;
    while simulation.time < 400.0 && !matches!(simulation.stage_or_arrive(), Stage::Close(_)) {
        match simulation.stage_or_arrive() {
            Stage::Question(asking) => {
                let number = if asking.kind == QuestionKind::PainBefore { 3.0 } else { 2.0 };
                simulation.stand(2.5);
                simulation.play(2.5, |_| Act { arm: Some(30.0 + 12.0 * number), ..Act::default() });
            }
            Stage::Probe { .. } => {
                simulation.stand(3.5);
                (0..3).for_each(|_| simulation.bend(60.0, 6.0));
            }
            Stage::Work { .. } => {
                simulation.stand(4.0);
                for (hip, lumbar) in [(60.0, 5.0), (62.0, 6.0), (40.0, 35.0)] {
                    simulation.bend(hip, lumbar);
                    if known && !asked && simulation.has_said(Line::AskMe) > 0 {
                        asked = true;
                        simulation.play(1.2, |_| Act { hands: Hands::Forward, ..Act::default() });
                        simulation.stand(2.0);
                    }
                }
            }
            _ => simulation.stand(0.5),
        }
    }
    simulation.stand(16.0);
    written(&simulation, &words, drill)
}

/// Compares a transcript with the kept one, or keeps it.
fn check(name: &str, said: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/coach/guided/tests").join(name);
    if std::env::var_os("BENDWISE_ACCEPT").is_some() {
        return std::fs::write(path, said).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(said, kept, "{name}: read it aloud; if it is what a good coach would say, BENDWISE_ACCEPT=1:\n{said}");
}

#[test]
fn the_first_and_the_eighth_session_are_said_as_a_good_coach_would() {
    for language in [Language::English, Language::German] {
        for (number, lessons_heard) in [("first", 0), ("eighth", 7)] {
            check(&format!("{number}.{}.txt", language.code()), &session(language, lessons_heard));
        }
    }
}

#[test]
fn a_set_of_ten_is_said_as_it_was_read_and_found_good() {
    for language in [Language::English, Language::German] {
        check(&format!("ten.{}.txt", language.code()), &transcript(language));
    }
}
