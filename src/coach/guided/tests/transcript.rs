//! The prompts of a set of ten, word for word: to be read aloud, and kept so that every change is reviewed.

use super::*;
use crate::drill_library::Library;
use crate::i18n::{Language, Words};

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
    let mut spoken: Vec<(f64, String)> = Vec::new();
    for (time, line) in &simulation.log {
        let text = words.during(*line, drill);
        match spoken.last_mut().filter(|(at, _)| at == time) {
            Some((_, said)) => *said += &format!(". {text}"),
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

#[test]
fn a_set_of_ten_is_said_as_it_was_read_and_found_good() {
    for (language, kept) in
        [(Language::English, include_str!("ten.en.txt")), (Language::German, include_str!("ten.de.txt"))]
    {
        let said = transcript(language);
        assert_eq!(said, kept, "read it aloud; if it is what a good coach would say, keep it:\n{said}");
    }
}
