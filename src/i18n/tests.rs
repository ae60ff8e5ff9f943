//! Rules that the text of every language keeps.

use std::collections::{BTreeMap, BTreeSet};

use euclid::Angle;

use super::mobility::tests::DIFFERENCE;
use super::*;
use crate::coach::cue::Cue;
use crate::coach::drill::Check;
use crate::coach::guided::{Line, Overview, QuestionKind};
use crate::coach::progression::PortionChange;
use crate::coach::{LiveCue, NoVerdict, SetOutcome, SetStatement, Verdict};
use crate::drill_library::Library;
use crate::geometry::State;
use crate::screen::layout::{Foot, Layout, SMALLEST};
use crate::screen::text::Letters;
use crate::screen::theme::{LARGE, MIDDLE, NOTE};

fn set(outcome: SetOutcome) -> SetStatement {
    let (least, most) = (Angle::degrees(-12.0), Angle::degrees(100.0));
    SetStatement { count: 12, least, most, alike: false, outcome }
}

/// Every sentence that can be shown, with the longest values that it can contain.
fn lines() -> Vec<Line> {
    let cues = [
        Cue::CouldNotTell,
        Cue::Squat,
        Cue::PushHipsBack,
        Cue::BackJoinedIn(Angle::degrees(100.0)),
        Cue::SoftenKnees,
        Cue::Slower,
        Cue::LookDown,
        Cue::Deeper,
        Cue::FromTheHips,
        Cue::ProbablyFromTheHips,
    ];
    let fixed = [
        Line::TooDark,
        Line::Seen,
        Line::WellPlaced,
        Line::StandTall,
        Line::StandAgain,
        Line::Count(3),
        Line::HoldStill,
        Line::StandingFound,
        Line::FullBend,
        Line::FullBendFound,
        Line::Begin,
        Line::StopIfHurts,
        Line::AskMe,
        Line::OtherSide,
        Line::GoOn,
        Line::Ask(QuestionKind::Who),
        Line::Ask(QuestionKind::Same(None)),
        Line::Ask(QuestionKind::PainBefore),
        Line::Ask(QuestionKind::PainAfter),
        Line::Ask(QuestionKind::PainWeek),
        Line::Ask(QuestionKind::Activity(0)),
        Line::HowToAnswer,
        Line::HowToName,
        Line::SomebodyElse,
        Line::Noted(10),
        Line::MorePain,
        Line::MuchPain,
        Line::PainLimit,
        Line::LeaveItForToday,
        Line::ShowMe,
        Line::ShownMe,
        Line::Stayed,
        Line::StayedLess(Angle::degrees(35.0)),
        Line::StayedMore(Angle::degrees(35.0)),
        Line::NoHurry,
        Line::JustBend,
        Line::OrLeaveOut,
        Line::GoOnWhenReady,
        Line::Repetition(12),
        Line::Counted { done: 11, of: 12 },
        Line::During(LiveCue::Down),
        Line::During(LiveCue::BackJoinedIn),
        Line::During(LiveCue::DeepEnough),
        Line::During(LiveCue::Up),
        Line::During(LiveCue::ScreenDown),
        Line::During(LiveCue::ScreenFarEnough),
        Line::SecondsLeft(120),
        Line::Amount { change: PortionChange::More, count: 50 },
        Line::Amount { change: PortionChange::Fewer, count: 48 },
        Line::RoundDone { hips: 12, of: 12 },
        Line::RoundDone { hips: 10, of: 12 },
        Line::RoundDone { hips: 0, of: 12 },
        Line::RoundDone { hips: 1, of: 1 },
        Line::RoundSeen { hips: 10, of: 12 },
        Line::RoundSeen { hips: 0, of: 12 },
        Line::RoundUntold(12),
        Line::Set(set(SetOutcome::From(Verdict::Mixed, 0.6))),
        Line::Set(set(SetOutcome::Unknown(NoVerdict::LeftOpen(Angle::degrees(26.0))))),
        Line::Posture(Check::HalfKneeling),
        Line::Posture(Check::AllFours),
        Line::Unchecked,
        Line::TimeDone,
        Line::Rest(90),
        Line::Overview(Overview { exercises: 1, sets: 3, amount: 12, timed: false, minutes: 12 }),
        Line::Overview(Overview { exercises: 1, sets: 1, amount: 90, timed: true, minutes: 1 }),
        Line::Overview(Overview { exercises: 4, sets: 3, amount: 12, timed: false, minutes: 25 }),
        Line::Ahead { set: 2, of: 12 },
        Line::Ahead { set: 12, of: 12 },
        Line::TryHand,
        Line::TheSameAgain,
        Line::NextTime(None),
        Line::NextTime(Some(Cue::BackJoinedIn(Angle::degrees(100.0)))),
        Line::NextTime(Some(Cue::SoftenKnees)),
        Line::NextTime(Some(Cue::CouldNotTell)),
        Line::RestEnds,
        Line::Away,
        Line::Paused,
        Line::Close { hips: 100, of: 100 },
        Line::CloseSeen { hips: 100, of: 100 },
        Line::CloseTimed,
        Line::Leave,
        Line::ReachMore(DIFFERENCE),
        Line::ReachLess(DIFFERENCE),
    ];
    let screen = mobility::tests::lines();
    fixed.into_iter().chain(State::ALL.map(Line::Obstacle)).chain(cues.map(Line::Cue)).chain(screen).collect()
}

/// Every text of a language file by section and key.
fn texts(language: Language) -> BTreeMap<String, String> {
    WordsFile::parse(language, language.file()).unwrap().texts
}

/// The placeholders of a text.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let within = text.split('{').skip(1).map(|after| after.split_once('}').unwrap().0);
    within.map(|name| name.split(':').next().unwrap()).collect()
}

/// Every sentence that may appear under the picture, with the longest values that it can contain.
fn sentences(words: &Words) -> Vec<String> {
    let (state, practice) = (&words.state, &words.practice);
    let fixed = [
        &state.waiting,
        &state.silent,
        &state.frozen,
        &state.repeated,
        &state.stuck,
        &state.unkept_halt,
        &state.simplified,
        &state.slow,
        &state.behind,
        &state.held,
        &state.bent_knees,
        &state.leaning,
        &state.arm_up,
        &state.not_still,
        &practice.begin,
        &practice.full_bend,
        &practice.up,
        &practice.back,
        &practice.deep_enough,
        &practice.down,
        &practice.after_hips,
        &practice.after_hips_probably,
        &practice.after_mixed,
        &practice.after_back,
        &practice.after_unknown,
        &practice.after_small,
        &practice.after_hidden,
        &practice.after_squat,
        &practice.next,
        &words.course.into_outline,
        &words.course.hold_still_shown,
    ];
    let said = lines().into_iter().map(|line| words.line(line).unwrap());
    fixed.into_iter().cloned().chain(said).chain(only_shown(words)).collect()
}

/// What is shown at some moment in place of what is said.
fn only_shown(words: &Words) -> Vec<String> {
    let course = &words.course;
    let rests = [&course.rest_set, &course.rest_on].map(|rest| fill(rest, &[("seconds", &120)]));
    let cues = [Cue::PushHipsBack, Cue::SoftenKnees, Cue::Slower, Cue::LookDown, Cue::Squat, Cue::Deeper];
    let cues = cues.map(|cue| words.cue_of_set(cue));
    let later = [&course.next_one, &course.next_in_set, &course.next_time];
    let cues = later.into_iter().flat_map(|later| cues.iter().map(move |cue| fill(later, &[("cue", cue)])));
    let earlier = fill(&course.next_in_set_earlier, &[("degrees", &100)]);
    rests.into_iter().chain(cues).chain([earlier]).collect()
}

/// The text of the built-in drills.
fn drills(words: &Words) -> Vec<String> {
    let (library, screen) = (Library::built_in(), Library::mobility_screen().unwrap());
    let texts = library.drills().iter().chain(&screen).map(|drill| words.drill(drill));
    texts.flat_map(|text| text.how.iter().chain([&text.name, &text.purpose, &text.mind]).cloned()).collect()
}

#[test]
fn every_language_has_the_same_keys() {
    for language in Language::ALL {
        assert_eq!(Words::read(language).unwrap().language(), language);
        assert_eq!(texts(language).keys().collect::<Vec<_>>(), texts(Language::English).keys().collect::<Vec<_>>());
        assert!(texts(language).values().all(|text| !text.trim().is_empty()), "{language:?}");
    }
}

#[test]
fn every_language_has_the_same_placeholders() {
    let english = texts(Language::English);
    for language in Language::ALL {
        for (key, text) in texts(language) {
            assert_eq!(placeholders(&text), placeholders(&english[&key]), "{language:?}, {key}: {text}");
        }
    }
    assert_eq!(placeholders("{a} of {b}"), BTreeSet::from(["a", "b"]));
    assert_eq!(placeholders("{a:one|many} {a}"), BTreeSet::from(["a"]));
}

#[test]
fn every_placeholder_is_filled_and_sentences_have_a_capital_and_no_full_stop() {
    for language in Language::ALL {
        for text in sentences(&Words::read(language).unwrap()) {
            assert!(!text.contains(['{', '}']), "{language:?}: {text}");
            let begins = text
                .trim_start_matches(['¿', '¡'])
                .starts_with(|letter: char| letter.is_uppercase() || letter.is_ascii_digit());
            assert!(begins && !text.ends_with('.'), "{language:?}: {text}");
        }
    }
}

#[test]
fn the_font_has_every_letter_that_is_shown() {
    let letters = Letters::new().unwrap();
    for language in Language::ALL {
        let words = Words::read(language).unwrap();
        let keys = words.keys.rows().map(|(key, _)| key.to_owned());
        let shown =
            texts(language).into_values().chain(drills(&words)).chain(keys).chain(["0123456789–−°%±≥".to_owned()]);
        let missing: BTreeSet<char> =
            shown.flat_map(|text| text.chars().collect::<Vec<_>>()).filter(|letter| !letters.has(*letter)).collect();
        assert!(missing.is_empty(), "{language:?}: {missing:?}");
    }
    assert!(!letters.has('\u{1F9D8}'), "the check never fails");
}

/// The size of the sentence under the picture, units.
fn size(letters: &Letters, layout: &Layout, text: &str) -> f32 {
    let (width, height) = (layout.sentence.width(), layout.sentence.height());
    let (size, lines) = letters.fit(text, LARGE * layout.foot_unit, width, height);
    let widest = lines.iter().map(|line| letters.width(line, size)).fold(0.0, f32::max);
    if widest <= width { size / layout.foot_unit } else { 0.0 }
}

#[test]
fn no_sentence_is_too_long_for_the_screen() {
    let letters = Letters::new().unwrap();
    // Readable from three metres: larger than the title of a card. In the smallest window with the largest text: larger
    // than a note that is read at the keyboard.
    let plain = Layout::new(euclid::size2(1280.0, 720.0), (16.0, 9.0), 1.0, Foot::SAFETY);
    let tight = Layout::new(SMALLEST, (16.0, 9.0), 1.5, Foot::SAFETY);
    let fits = |text: &str| size(&letters, &plain, text) >= MIDDLE && size(&letters, &tight, text) >= NOTE;
    let too_long = |language| {
        let words = Words::read(language).unwrap();
        let texts = sentences(&words).into_iter().chain(drills(&words)).filter(|text| !fits(text));
        texts.map(|text| format!("{text} ({:.0})", size(&letters, &tight, &text))).collect::<Vec<_>>()
    };
    for language in Language::ALL {
        assert_eq!(too_long(language), [""; 0], "{language:?}");
    }
    assert!(!fits(&"Push your hips back ".repeat(8)) && !fits(&"Hips".repeat(12)), "the check never fails");
}

/// A session that is "aufgehoben" is one that was adjourned or called off: what is kept is "aufbewahrt". The font lacks the low quotation
/// mark, so German has those that point inwards, and the English ones stand in no other language.
#[test]
fn german_says_that_a_session_is_kept_and_quotes_as_it_does_elsewhere() {
    for (key, text) in texts(Language::German) {
        assert!(!text.to_lowercase().contains("aufgehoben"), "{key}: {text}");
    }
    for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
        for (key, text) in texts(language) {
            assert!(!text.contains(['“', '”', '„']), "{language:?}, {key}: {text}");
        }
    }
}

/// Of one thing it is told as people do, in each language: "1 earlier one is", not "1 earlier ones are".
#[test]
fn one_of_several_is_told_in_the_singular() {
    let told = |language, key: &str| fill(&texts(language)[key], &[("count", &1), ("as_asked", &1), ("clips", &1)]);
    for (language, key, begins) in [
        (Language::English, "trend.earlier", "1 earlier one is in"),
        (Language::English, "report.earlier", "1 earlier one since then is in"),
        (Language::German, "findings.frames_lost", "1 der Bilder von {name} war nicht zu lesen"),
        (Language::German, "process.some_failed", "1 von {of} ging schief"),
        (Language::German, "trend.earlier", "1 frühere steht in"),
        (Language::German, "report.earlier", "1 frühere seither ist in"),
        (Language::German, "report.contrast", "1 der Beugungen sollte aus dem Rücken kommen"),
        (Language::German, "rating.clips_text", "1 Clip von"),
        (Language::Spanish, "findings.pictures_lost", "No se pudo leer 1 de las imágenes"),
        (Language::Spanish, "process.some_failed", "1 de {of} ha fallado"),
    ] {
        let told = told(language, key);
        assert!(told.starts_with(begins), "{language:?}, {key}: {told}");
    }
    for (language, ends) in [
        (Language::English, "1 of {of} repetitions was as asked"),
        (Language::German, "1 von {of} Wiederholungen war wie verlangt"),
        (Language::Spanish, "1 de {of} repeticiones fue como se pedía"),
    ] {
        let told = told(language, "session.again_as");
        assert!(told.ends_with(ends), "{language:?}: {told}");
    }
}

#[test]
fn a_value_is_text_as_it_is_and_ends_its_sentence_with_one_full_stop() {
    let filled = |template: &str, name: &str| fill(template, &[("person", &name), ("day", &"Monday"), ("count", &2)]);
    assert_eq!(filled("Ended for {person}. Bye", "Anna K."), "Ended for Anna K. Bye");
    assert_eq!(filled("Ended for {person}.", "Anna K."), "Ended for Anna K.");
    assert_eq!(filled("Ended for {person}. Bye", "Anna"), "Ended for Anna. Bye");
    assert_eq!(filled("{person}…, {person}...", "Anna K."), "Anna K.…, Anna K....");
    assert_eq!(filled("{person} on {day}", "{day} {count:one|many}"), "{day} {count:one|many} on Monday");
    assert_eq!(filled("{count:day|days} {unknown} {", ""), "days {unknown} {");
}
