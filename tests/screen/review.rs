//! A review: a moment of a session, two repetitions side by side, the lists.

use bendwise::geometry::{Bend, HalfWidth90};
use bendwise::review::playback::{Move, Playback};
use bendwise::screen::framing::{self, CameraBox};
use bendwise::screen::review::axis::TimeAxis;
use bendwise::screen::review::list::{self, ListRow, ListView};
use bendwise::screen::review::opening::{self, OpeningView};
use bendwise::screen::review::timeline::Timeline;
use bendwise::screen::review::{ComparisonSide, Pointer, Review, ReviewCommand};
use bendwise::source::Timestamp;
use bendwise::store::StoredRepetition;
use bendwise::store::sample::Sample;
use euclid::{Angle, point2};

use super::*;

/// The time of the lowest point of each repetition, and its values.
const BENDS: [(f32, f32, f32, Option<Verdict>); 4] = [
    (10.0, 66.0, 6.0, Some(Verdict::Hips)),
    (20.0, 40.0, 44.0, Some(Verdict::Back)),
    (31.0, 60.0, 17.0, Some(Verdict::Mixed)),
    (50.0, 55.0, 16.0, None),
];

fn samples() -> Vec<Sample> {
    let flexions = |time: f32| {
        let near = |(bottom, ..): &&(f32, f32, f32, Option<Verdict>)| (time - bottom).abs() < 3.0;
        let share = |bottom: f32| ((time - bottom) / 3.0 * std::f32::consts::FRAC_PI_2).cos().powi(2);
        BENDS
            .iter()
            .find(near)
            .map_or((0.0, 0.0), |(bottom, hip, back, _)| (hip * share(*bottom), back * share(*bottom)))
    };
    let sample = |frame: u16| {
        let time = f32::from(frame) / 15.0;
        let (hip, back) = flexions(time);
        let lost = (36.0..42.0).contains(&time);
        let [hip_flexion, lumbar_flexion] = [hip, back].map(Angle::degrees);
        let half_width_90 = Angle::degrees(3.0 + (hip + back) / 12.0);
        Sample {
            time: Timestamp::from_secs_f64(time.into()),
            state: if lost { State::Hidden } else { State::Measured },
            filtered: Some(Bend { hip_flexion, lumbar_flexion, ..Bend::default() }),
            half_width_90: Some(HalfWidth90 { hip_flexion: half_width_90, lumbar_flexion: half_width_90 }),
            ..Sample::default()
        }
    };
    (0..900).map(sample).collect()
}

fn repetitions() -> Vec<StoredRepetition> {
    let at = |seconds: f32| Timestamp::from_secs_f64(seconds.into());
    let kept = |(number, (bottom, hip, back, verdict)): (usize, &(f32, f32, f32, Option<Verdict>))| {
        let repetition = made::repetition(*hip, *back, *verdict);
        let repetition = bendwise::coach::Repetition {
            start: at(bottom - 2.5),
            bottom: at(*bottom),
            end: at(bottom + 2.5),
            ..repetition
        };
        StoredRepetition { number: number as u32, set: Some(0), repetition, reach: None }
    };
    BENDS.iter().enumerate().map(kept).collect()
}

/// The second repetition at its lowest point.
fn playback(samples: &[Sample], repetitions: &[StoredRepetition]) -> Playback {
    let times: Vec<Timestamp> = samples.iter().map(|sample| sample.time).collect();
    let moments = repetitions.iter().map(|kept| kept.repetition);
    let mut playback = Playback::new(&times, moments.map(|bend| [bend.start, bend.bottom, bend.end]));
    playback.obey(Move::Toggle);
    playback.obey(Move::Repetition(1));
    playback.obey(Move::Slower);
    playback
}

const TITLES: [&str; 3] =
    ["Bow · 22 Nov 2026, 18:05 · Ada", "Verbeugung · 22.11.2026, 18:05 · Ada", "Reverencia · 22/11/2026, 18:05 · Ada"];

/// What is changed of the review that is shown.
#[derive(Clone, Copy, Default)]
struct Change<'c> {
    ghost: bool,
    pair: bool,
    help: bool,
    sentence: Option<&'c str>,
    pointer: Pointer,
    none_bent: bool,
    at: Option<f64>,
    is_far: bool,
    person: Option<CameraBox>,
}

/// Draws a review of a rounded bend in this language and size.
fn shown(language: Language, size: (usize, usize), change: Change<'_>) -> Canvas {
    let (samples, repetitions) = (samples(), if change.none_bent { Vec::new() } else { repetitions() });
    let events = [(12.5, "cue", "from_the_hips"), (22.4, "cue", "push_hips_back"), (44.0, "note", "knees?")];
    let events = events.map(|(time, kind, text)| (Timestamp::from_secs_f64(time), kind.to_owned(), text.to_owned()));
    let timeline = Timeline::of(&samples, &repetitions, &events).unwrap();
    let mut playback = playback(&samples, &repetitions);
    let axis = TimeAxis::new(playback.length(), playback.spans().first().map(|first| first.start));
    if let Some(at) = change.at {
        playback.obey(Move::To(at));
    }
    let scene = measured(&Person::bent(40.0, 44.0), Phase::Bottom, Some(Verdict::Back));
    let scene = if change.is_far { made::from_afar(&scene) } else { scene };
    let standing = measured(&Person::bent(0.0, 0.0), Phase::Top, None);
    let sides = pair();
    let review = Review {
        words: words(language),
        title: TITLES[language as usize],
        scene: Some(&scene),
        person: change.person,
        mirror: true,
        timeline: &timeline,
        playback: &playback,
        axis: &axis,
        ghost: change.ghost.then_some(&standing),
        pair: change.pair.then_some(&sides),
        sentence: change.sentence,
        help: change.help,
        has_others: true,
        pointer: change.pointer,
    };
    let mut canvas = Canvas::new(size.0, size.1).unwrap();
    review.draw(&mut canvas);
    canvas
}

fn pair() -> [ComparisonSide; 2] {
    let side = |hip: f32, back: f32, verdict, caption: &str| {
        let scene = measured(&Person::bent(hip, back), Phase::Bottom, verdict);
        let lowest = scene.back.as_ref().map(|back| (back.curve.clone(), back.facing));
        let repetition = made::repetition(hip, back, verdict);
        ComparisonSide { scene, repetition, caption: caption.to_owned(), lowest }
    };
    [
        side(
            66.0,
            6.0,
            Some(Verdict::Hips),
            "Bow · 22 Nov 2026, 18:05 · Ada\nrepetition 12 of 24\nhips 66°, low back 6°",
        ),
        side(
            40.0,
            44.0,
            Some(Verdict::Back),
            "Bow · 2 Nov 2026, 7:30 · Ada\nrepetition 3 of 8\nhips 40°, low back 44°",
        ),
    ]
}

/// Checks every size in every language, and keeps the pictures of those that are given.
pub fn check_at_the_desk(
    name: &str,
    kept: &[(Language, (usize, usize))],
    drawn: impl Fn(Language, (usize, usize)) -> Canvas,
) {
    for language in Language::ALL {
        for size in distance::SCREENS {
            let canvas = drawn(language, size);
            let named = format!("{name}_{}_{}x{}", language.code(), size.0, size.1);
            look(&named, &canvas);
            no_text_covers_another(&named, &canvas);
            distance::is_readable_at_the_desk(&named, &canvas);
            // The names of drills can be of any length.
            let cut = canvas.written().iter().find(|written| written.text.ends_with('…'));
            assert!(cut.is_none() || name == "review_sessions", "{named}: {cut:?} is cut off");
            if kept.contains(&(language, size)) {
                compare(&named, &canvas);
            }
        }
        for size in [(480, 360), (640, 480), (1024, 768), (2560, 1080), (800, 900), (720, 1280)] {
            no_text_covers_another(&format!("{name} {size:?} {language:?}"), &drawn(language, size));
        }
        for size in [(1, 1), (320, 240), (40, 700), (700, 40)] {
            drawn(language, size);
        }
    }
}

pub const LAPTOP: (usize, usize) = (1280, 720);
pub const UPRIGHT: (usize, usize) = (1080, 1920);

#[test]
fn a_moment_of_a_session() {
    let kept = [(Language::English, LAPTOP), (Language::German, UPRIGHT)];
    check_at_the_desk("review", &kept, |language, size| shown(language, size, Change::default()));
}

/// Who practised far from the camera fills the picture as they did live, and Z shows all of it.
#[test]
fn somebody_far_away_fills_the_picture_of_a_review() {
    let standing = made::from_afar(&measured(&Person::bent(0.0, 0.0), Phase::Top, None));
    let bent = made::from_afar(&measured(&Person::bent(40.0, 44.0), Phase::Bottom, None));
    let places = [&standing, &bent].map(|scene| framing::extent(scene.body.as_ref().unwrap()).unwrap());
    let person = Some(places[0].union(&places[1]));
    let change = Change { is_far: true, person, ..Change::default() };
    check_at_the_desk("review_person", &[(Language::English, LAPTOP)], |language, size| shown(language, size, change));
    let whole = shown(Language::English, LAPTOP, Change { person: None, ..change });
    assert_ne!(whole.pixels(), shown(Language::English, LAPTOP, change).pixels());
    // Who walked out of the place of their set is seen all the same.
    let elsewhere = person.map(|person| person.translate(euclid::vec2(-2.0 * person.width(), 0.0)));
    let walked = shown(Language::English, LAPTOP, Change { person: elsewhere, ..change });
    assert_eq!(whole.pixels(), walked.pixels());
}

/// The signs of an hour of bends lie on no other: those that would are one, which stands for them.
#[test]
fn an_hour_of_repetitions() {
    let bends: Vec<(f32, Option<Verdict>)> = (0..360u16)
        .map(|number| {
            let verdict =
                [Some(Verdict::Hips), Some(Verdict::Hips), None, Some(Verdict::Mixed)][usize::from(number) % 4];
            (12.0 + 10.0 * f32::from(number), if number == 200 { Some(Verdict::Back) } else { verdict })
        })
        .collect();
    let at = |seconds: f32| Timestamp::from_secs_f64(seconds.into());
    let repetitions: Vec<StoredRepetition> = bends
        .iter()
        .enumerate()
        .map(|(number, (bottom, verdict))| {
            let repetition = bendwise::coach::Repetition {
                start: at(bottom - 2.5),
                bottom: at(*bottom),
                end: at(bottom + 2.5),
                ..made::repetition(60.0, 12.0, *verdict)
            };
            StoredRepetition { number: number as u32, set: Some(0), repetition, reach: None }
        })
        .collect();
    let samples: Vec<Sample> = (0..54_000u32)
        .step_by(5)
        .map(|frame| {
            let time = frame as f32 / 15.0;
            let share = ((time - 2.0) / 10.0 * std::f32::consts::PI).sin().powi(8);
            let half_width_90 = Angle::degrees(4.0 + 4.0 * share);
            Sample {
                time: Timestamp::from_secs_f64(time.into()),
                state: State::Measured,
                filtered: Some(Bend {
                    hip_flexion: Angle::degrees(60.0 * share),
                    lumbar_flexion: Angle::degrees(12.0 * share),
                    ..Bend::default()
                }),
                half_width_90: Some(HalfWidth90 { hip_flexion: half_width_90, lumbar_flexion: half_width_90 }),
                ..Sample::default()
            }
        })
        .collect();
    let timeline = Timeline::of(&samples, &repetitions, &[]).unwrap();
    let times: Vec<Timestamp> = samples.iter().map(|sample| sample.time).collect();
    let moments = repetitions.iter().map(|kept| kept.repetition);
    let playback = Playback::new(&times, moments.map(|bend| [bend.start, bend.bottom, bend.end]));
    let axis = TimeAxis::new(playback.length(), playback.spans().first().map(|first| first.start));
    let scene = measured(&Person::bent(0.0, 0.0), Phase::Top, None);
    check_at_the_desk("review_hour", &[(Language::English, LAPTOP)], |language, size| {
        let review = Review {
            words: words(language),
            title: TITLES[language as usize],
            scene: Some(&scene),
            person: None,
            mirror: true,
            timeline: &timeline,
            playback: &playback,
            axis: &axis,
            ghost: None,
            pair: None,
            sentence: None,
            help: false,
            has_others: true,
            pointer: Pointer::default(),
        };
        let mut canvas = Canvas::new(size.0, size.1).unwrap();
        review.draw(&mut canvas);
        canvas
    });
}

#[test]
fn how_the_person_stood_a_note_and_why_nothing_was_measured() {
    let sentence = Some("Note (Enter keeps it, Esc leaves it): knees forward_");
    check_at_the_desk("review_ghost", &[(Language::English, LAPTOP)], |language, size| {
        shown(language, size, Change { ghost: true, sentence, at: Some(0.65), ..Change::default() })
    });
}

#[test]
fn a_session_without_a_repetition() {
    check_at_the_desk("review_none_bent", &[], |language, size| {
        shown(language, size, Change { none_bent: true, ..Change::default() })
    });
}

#[test]
fn two_repetitions_side_by_side() {
    let kept = [(Language::English, LAPTOP), (Language::English, UPRIGHT)];
    check_at_the_desk("review_pair", &kept, |language, size| {
        shown(language, size, Change { pair: true, ..Change::default() })
    });
}

#[test]
fn the_keys_of_a_review() {
    for language in Language::ALL {
        for size in distance::SCREENS {
            let canvas = shown(language, size, Change { help: true, ..Change::default() });
            let name = format!("review_help_{}_{}x{}", language.code(), size.0, size.1);
            no_text_covers_another(&name, &canvas);
            distance::is_readable_at_the_desk(&name, &canvas);
            let cut = canvas.written().iter().find(|written| written.text.ends_with('…'));
            assert!(cut.is_none(), "{name}: {cut:?} is cut off");
            if size == LAPTOP {
                compare(&name, &canvas);
            }
        }
    }
}

/// A place in the middle of a button of the bar, or in the chart, at this size.
fn place(size: (usize, usize), of: impl Fn(&bendwise::screen::review::layout::ReviewLayout) -> WindowRect) -> Pointer {
    let (samples, repetitions) = (samples(), repetitions());
    let playback = playback(&samples, &repetitions);
    let axis = TimeAxis::new(playback.length(), playback.spans().first().map(|first| first.start));
    let window = euclid::size2(size.0 as f32, size.1 as f32);
    let layout = Review::places(window, Some((1280.0, 720.0)), &axis);
    Pointer { at: Some(of(&layout).center()), pressed: None }
}

#[test]
fn the_pointer_reads_the_curve_and_a_button_says_what_it_does() {
    let kept = [(Language::English, LAPTOP)];
    check_at_the_desk("review_pointed", &kept, |language, size| {
        shown(language, size, Change { pointer: place(size, |layout| layout.plot), ..Change::default() })
    });
    check_at_the_desk("review_hover", &[(Language::German, LAPTOP)], |language, size| {
        shown(language, size, Change { pointer: place(size, |layout| layout.bar[10]), ..Change::default() })
    });
    let told = |pointer| shown(Language::English, LAPTOP, Change { pointer, ..Change::default() }).written().to_vec();
    let says = |pointer, text: &str| told(pointer).iter().any(|written| written.text.contains(text));
    assert!(says(place(LAPTOP, |layout| layout.bar[10]), "beside one of any session"));
    assert!(
        says(place(LAPTOP, |layout| layout.plot), "repetition 3 of 4"),
        "{:?}",
        told(place(LAPTOP, |layout| layout.plot))
    );
    let nowhere = Pointer { at: Some(point2(-500.0, 9000.0)), pressed: Some(point2(-1.0, -1.0)) };
    assert!(says(nowhere, "repetition 2 of 4"), "a pointer outside reads nothing");
}

#[test]
fn every_button_is_clicked_where_it_is_drawn() {
    let (samples, repetitions) = (samples(), repetitions());
    let playback = playback(&samples, &repetitions);
    let axis = TimeAxis::new(playback.length(), playback.spans().first().map(|first| first.start));
    for size in distance::SCREENS {
        let layout = Review::places(euclid::size2(size.0 as f32, size.1 as f32), None, &axis);
        let clicked = |at: WindowRect| Review::clicked(&layout, [at.center(); 2]);
        let all: Vec<_> = layout.head.iter().chain(&layout.bar).map(|place| clicked(*place).unwrap()).collect();
        for (number, command) in all.iter().enumerate() {
            assert!(all[number + 1..].iter().all(|other| other != command), "{command:?} twice");
            assert!(!command.key(words(Language::English)).is_empty(), "{command:?}");
        }
        let fold = layout.fold.unwrap();
        assert_eq!(clicked(fold), Some(ReviewCommand::Fold));
        let beside_a_pair = layout.clone().without_fold();
        assert_eq!(Review::clicked(&beside_a_pair, [fold.center(); 2]), None, "two repetitions hide it");
        assert_eq!(Review::clicked(&layout, [layout.bar[0].center(), layout.bar[1].center()]), None, "slid off");
        assert_eq!(clicked(layout.picture), Some(ReviewCommand::Move(Move::Toggle)));
        assert_eq!(clicked(layout.panel), None);
    }
}

#[test]
fn sessions_to_pick_from() {
    let row = |number: usize, language: Language| {
        let words = &words(language).review;
        let day = format!("{} Nov 2026, 18:05", 28 - number);
        let film = if number.is_multiple_of(3) { &words.no_film } else { &words.film };
        let drill = ["Bow", "Bow with a dowel, against the wall, slowly and with closed eyes"][number % 2];
        let cells = vec![day, drill.to_owned(), "Ada".to_owned(), words.count(24), film.clone()];
        ListRow { cells, sign: None }
    };
    let kept = [(Language::English, LAPTOP), (Language::German, UPRIGHT)];
    check_at_the_desk("review_sessions", &kept, |language, size| {
        let mut canvas = Canvas::new(size.0, size.1).unwrap();
        let layout = list::ListLayout::new(canvas.size());
        let rows: Vec<ListRow> = (0..layout.rows.len()).map(|number| row(number, language)).collect();
        let words = &words(language).review;
        let view = ListView {
            title: &words.pick_other,
            rows: &rows,
            current: 2,
            told: &words.pick_told,
            is_empty: false,
            place: "1 to 12 of 20000",
            close: &words.close,
            pointer: Pointer { at: layout.rows.get(4).map(euclid::Box2D::center), pressed: None },
        };
        list::draw(&mut canvas, &view);
        canvas
    });
}

#[test]
fn a_session_that_is_being_read() {
    let kept = [(Language::English, LAPTOP), (Language::German, UPRIGHT)];
    check_at_the_desk("review_opening", &kept, |language, size| {
        let mut canvas = Canvas::new(size.0, size.1).unwrap();
        let words = &words(language).review;
        let told = bendwise::i18n::fill(&words.opening, &[("time", &"1:02:10"), ("length", &"5:33:20")]);
        let pointer = Pointer { at: Some(opening::close_place(canvas.size()).center()), pressed: None };
        let view =
            OpeningView { title: TITLES[language as usize], told: &told, part: 0.19, close: &words.close, pointer };
        opening::draw(&mut canvas, &view);
        assert!(
            canvas.written().iter().any(|written| written.text == told) || size.0 < 480 || size.1 < 360,
            "{told} is not told"
        );
        canvas
    });
}

/// Whoever has deleted the only session reads what to do, in place of an empty list.
#[test]
fn a_list_with_nothing_in_it_says_how_to_leave() {
    check_at_the_desk("review_none_left", &[(Language::English, LAPTOP)], |language, size| {
        let mut canvas = Canvas::new(size.0, size.1).unwrap();
        let words = &words(language).review;
        let view = ListView {
            title: &words.pick,
            rows: &[],
            current: usize::MAX,
            told: &words.none_left,
            is_empty: true,
            place: "0 to 0 of 0",
            close: &words.close,
            pointer: Pointer::default(),
        };
        list::draw(&mut canvas, &view);
        let told: Vec<_> = canvas.written().iter().map(|written| written.text.as_str()).collect();
        assert!(!told.contains(&"0 to 0 of 0"), "{told:?}");
        canvas
    });
}

/// What to do first stands where the eye is: a sign on a picture that stands, and a sentence; both can be done with the mouse.
#[test]
fn a_review_says_what_to_do_first() {
    for language in Language::ALL {
        let canvas = shown(language, (1280, 720), Change::default());
        let review = &words(language).review;
        let texts: Vec<_> = canvas.written().iter().map(|written| written.text.as_str()).collect();
        assert!(texts.contains(&review.play.as_str()), "{language:?}: {texts:?}");
        assert!(texts.join(" ").contains(&review.stopped), "{language:?}: {texts:?}");
        let sign = canvas.written().iter().find(|written| written.text == review.play).unwrap();
        let layout = Review::places(canvas.size(), Some((1280.0, 720.0)), &TimeAxis::default());
        assert!(layout.picture.contains_box(&sign.rect));
        let click = Review::clicked(&layout, [sign.rect.center(); 2]);
        assert_eq!(click, Some(ReviewCommand::Move(Move::Toggle)));
    }
}

/// No curve goes through the name of a curve, however deep the bends are and however narrow the window.
#[test]
fn no_curve_goes_through_the_name_of_a_curve() {
    for size in [(1280, 720), (1366, 768), (1920, 1080), (2560, 1080), (1080, 1920), (640, 480), (800, 900)] {
        for language in Language::ALL {
            let canvas = shown(language, size, Change::default());
            let review = &words(language).review;
            for name in [&review.hip_axis, &review.back_axis] {
                let begin: String = name.chars().take(6).collect();
                let written = canvas.written().iter().find(|written| written.text.starts_with(&begin)).unwrap();
                let rect = written.rect.round_out();
                let inks = [theme::HIPS, theme::BACK].map(theme::Ink::packed);
                for y in rect.min.y as usize..rect.max.y as usize {
                    let row = &canvas.pixels()[y * canvas.width()..(y + 1) * canvas.width()];
                    let curve = row
                        .iter()
                        .skip(rect.min.x as usize)
                        .take(rect.width() as usize)
                        .any(|pixel| inks.contains(pixel));
                    assert!(!curve, "{size:?} {language:?}: \"{name}\"");
                }
            }
        }
    }
}
