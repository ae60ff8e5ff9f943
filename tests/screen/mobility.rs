//! The end of the mobility screen.

use std::sync::Arc;
use std::time::Duration;

use bendwise::coach::form::Reach;
use bendwise::coach::guided::SessionSummary;
use bendwise::coach::mobility::{Knees, Legs, Mobility, MobilityFinding, Side, Tested};
use bendwise::i18n::Language;
use bendwise::pipeline::GuidedFrame;
use bendwise::screen::guide::Guide;
use euclid::Angle;

use super::*;

fn tested(degrees: f32, error: f32, limited: bool) -> Tested {
    let reach = Reach { angle: Angle::degrees(degrees), half_width_90: Angle::degrees(error), limited };
    Tested { bends: 3, reach: Some(reach) }
}

fn legs(straight: f32, soft: f32) -> Legs {
    Legs { straight: tested(straight, 5.6, true), soft: tested(soft, 6.3, true) }
}

/// The final screen with this result and this sentence.
fn shown(mobility: Mobility, line: Line, language: Language, show: impl FnOnce(&View<'_>)) {
    shown_in(Stage::Close(SessionSummary::default()), mobility, line, language, show);
}

fn shown_in(stage: Stage, mobility: Mobility, line: Line, language: Language, show: impl FnOnce(&View<'_>)) {
    let [_, soft] = Library::mobility_screen().unwrap();
    let place = Place { exercise: 3, round: 0 };
    let guidance = Guidance { place, mobility: Some(mobility), ..guidance(stage, line) };
    let guided = GuidedFrame { guidance, drill: Arc::new(soft), set: 0, next_drill: None, replays: [None, None] };
    let words = words(language);
    let sentence = words.shown(&guided);
    let scene = measured(&Person::bent(2.0, -1.0), Phase::Top, None);
    let guide = Guide { guided: &guided, words, time: Duration::ZERO };
    show(&View { guide: Some(guide), notice: Some(&sentence), words, ..view(&scene) });
}

fn both_sides() -> Mobility {
    Mobility { right: legs(42.0, 61.0), left: legs(47.0, 58.0) }
}

fn partly_told() -> Mobility {
    let right = Legs { straight: Tested { bends: 4, reach: None }, soft: tested(78.0, 8.0, false) };
    Mobility { right, left: legs(66.0, 70.0) }
}

#[test]
fn its_bends_are_counted_and_not_judged() {
    let (stage, line) = (Stage::Work { done: 1, of: 3 }, Line::Counted { done: 1, of: 3 });
    shown_in(stage, Mobility::default(), line, Language::English, |moment| {
        let back = measured(&Person::bent(31.0, 42.0), Phase::Down, Some(Verdict::Back));
        check("mobility_work", WIDE, &View { scene: Some(&back), ..*moment });
        let canvas = drawn(WIDE, &View { scene: Some(&back), ..*moment });
        assert!(!canvas.written().iter().any(|written| written.text.contains("BACK")));
    });
}

#[test]
fn two_sides() {
    shown(both_sides(), Line::Found(MobilityFinding::Hamstrings), Language::English, |view| {
        check("mobility", WIDE, view);
    });
}

/// Nothing is left to do but to leave: how, stands beside the result.
#[test]
fn its_result_says_how_it_is_left() {
    for language in Language::ALL {
        shown(both_sides(), Line::NoDiagnosis, language, |view| {
            let canvas = drawn((1280, 720), view);
            look(&format!("mobility result {language:?}"), &canvas);
            let leave = canvas.written().iter().find(|written| written.text == words(language).keys.esc).unwrap();
            assert!(leave.rect.min.x > 870.0, "{language:?}: beside the bars, not on them");
        });
    }
}

#[test]
fn what_could_not_be_told() {
    let unknown = MobilityFinding::Reach { side: Side::Right, knees: Knees::Straight, reach: None };
    shown(partly_told(), Line::Found(unknown), Language::German, |view| check("mobility_partly", WIDE, view));
}

#[test]
fn a_recording_that_is_over_does_not_take_the_result_away() {
    shown(both_sides(), Line::NoDiagnosis, Language::English, |view| {
        let canvas = drawn(WIDE, &View { finished: true, ..*view });
        assert!(canvas.written().iter().any(|written| written.text.contains("61°")));
    });
}

#[test]
fn its_texts_keep_apart_in_every_window_and_language() {
    let most = Mobility {
        right: Legs { straight: tested(68.0, 19.0, true), soft: tested(104.0, 20.0, false) },
        left: Legs { straight: tested(-3.0, 5.0, true), soft: tested(100.0, 19.0, false) },
    };
    for size in [(480, 360), (640, 480), (1024, 768), (1280, 720), (2560, 1080), (800, 900), (720, 1280)] {
        let one_side = Mobility { left: legs(66.0, 70.0), ..Mobility::default() };
        for mobility in [most, both_sides(), partly_told(), one_side, Mobility::default()] {
            for language in Language::ALL {
                for keys in [vec![], vec![KeyCommand::LargerText; 2]] {
                    shown(mobility, Line::NoDiagnosis, language, |view| {
                        let view = View { settings: with(&keys), safety: true, ..*view };
                        let name = format!("{size:?} {language:?} {keys:?}");
                        let canvas = drawn(size, &view);
                        look(&format!("mobility {:?} {name}", mobility.left.soft.bends), &canvas);
                        no_text_covers_another(&name, &canvas);
                        if keys.is_empty() && size == (640, 480) {
                            distance::holds(&name, &view);
                        }
                    });
                }
            }
        }
    }
}

#[test]
fn its_figures() {
    const SIDE: f32 = 220.0;
    let drills = Library::mobility_screen().unwrap();
    let mut canvas = Canvas::new(SIDE as usize * 2, SIDE as usize).unwrap();
    canvas.clear(theme::PANEL);
    for (column, drill) in drills.iter().enumerate() {
        let corner = euclid::point2(SIDE * column as f32, 0.0);
        let place = WindowRect::from_origin_and_size(corner, euclid::size2(SIDE, SIDE)).inflate(-6.0, -6.0);
        let mannequin = Mannequin { figure: drill.figure(0), facing: Facing::Right, judged: true };
        mannequin.draw(&mut canvas, place, drill.figure(0).round.mul_f64(0.4));
    }
    compare("mobility_figures", &canvas);
}

/// For a person 3 m away: as high as the back's number of the live screen.
#[test]
fn its_numbers_are_large() {
    shown(both_sides(), Line::NoDiagnosis, Language::English, |view| {
        let canvas = drawn((1280, 720), view);
        for text in ["42°", "61°", "47°", "58°"] {
            let written = canvas.written().iter().find(|written| written.text == text).unwrap();
            assert!(written.rect.height() >= 720.0 / 18.0, "{text}: {:?}", written.rect);
        }
    });
}
