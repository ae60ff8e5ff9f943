//! A review: the timeline, the ghost, two repetitions side by side.

use std::time::Duration;

use bendwise::geometry::{Bend, HalfWidth90};
use bendwise::review::playback::{Move, Playback};
use bendwise::screen::review::{ComparisonSide, Review};
use bendwise::screen::widget::timeline::Timeline;
use bendwise::source::Timestamp;
use bendwise::store::StoredRepetition;
use bendwise::store::sample::Sample;
use euclid::Angle;

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
        let lost = (38.0..42.0).contains(&time);
        let [hip_flexion, lumbar_flexion] = [hip, back].map(Angle::degrees);
        let half_width_90 = Angle::degrees(3.0 + (hip + back) / 12.0);
        Sample {
            time: Timestamp::from_secs_f64(time.into()),
            state: if lost { State::Nobody } else { State::Measured },
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

/// Shows a review of a rounded bend in this language.
fn shown(language: Language, change: impl Fn(&mut Review<'_>), show: impl FnOnce(&View<'_>)) {
    let (samples, repetitions) = (samples(), repetitions());
    let events = [(12.5, "cue", "from_the_hips"), (22.4, "cue", "push_hips_back"), (44.0, "note", "knees?")];
    let events = events.map(|(time, kind, text)| (Timestamp::from_secs_f64(time), kind.to_owned(), text.to_owned()));
    let timeline = Timeline::of(&samples, &repetitions, &events).unwrap();
    let playback = playback(&samples, &repetitions);
    let scene = measured(&Person::bent(40.0, 44.0), Phase::Bottom, Some(Verdict::Back));
    let mut review =
        Review { timeline: &timeline, playback: &playback, ghost: None, pair: None, sentence: None, help: false };
    change(&mut review);
    show(&View { review: Some(review), settings: with(&[KeyCommand::Mirror]), words: words(language), ..view(&scene) });
}

fn pair() -> [ComparisonSide; 2] {
    let side = |hip: f32, back: f32, verdict, caption: &str| ComparisonSide {
        scene: measured(&Person::bent(hip, back), Phase::Bottom, verdict),
        repetition: made::repetition(hip, back, verdict),
        caption: caption.to_owned(),
    };
    [
        side(66.0, 6.0, Some(Verdict::Hips), "Best: hips 66°, back 6°"),
        side(40.0, 44.0, Some(Verdict::Back), "Compare: hips 40°, back 44°"),
    ]
}

#[test]
fn a_moment_of_a_session() {
    shown(Language::English, |_| {}, |view| check("review", WIDE, view));
    shown(Language::German, |_| {}, |view| check("review_upright", (800, 900), view));
}

#[test]
fn how_the_person_stood_and_a_note() {
    let standing = measured(&Person::bent(0.0, 0.0), Phase::Top, None);
    let told = "Note (Enter keeps it, Esc leaves it): knees forward_";
    let (samples, repetitions) = (samples(), repetitions());
    let timeline = Timeline::of(&samples, &repetitions, &[]).unwrap();
    let playback = playback(&samples, &repetitions);
    let review = Review {
        timeline: &timeline,
        playback: &playback,
        ghost: Some(&standing),
        pair: None,
        sentence: Some(told),
        help: false,
    };
    let scene = measured(&Person::bent(40.0, 44.0), Phase::Bottom, Some(Verdict::Back));
    let settings = with(&[KeyCommand::Mirror]);
    check("review_ghost", WIDE, &View { review: Some(review), settings, ..view(&scene) });
}

#[test]
fn two_repetitions_side_by_side() {
    let sides = pair();
    let (samples, repetitions) = (samples(), repetitions());
    let timeline = Timeline::of(&samples, &repetitions, &[]).unwrap();
    let playback = playback(&samples, &repetitions);
    let review = Review {
        timeline: &timeline,
        playback: &playback,
        ghost: None,
        pair: Some(&sides),
        sentence: None,
        help: false,
    };
    let scene = measured(&Person::bent(40.0, 44.0), Phase::Bottom, Some(Verdict::Back));
    let view = View { review: Some(review), ..view(&scene) };
    check("review_pair", WIDE, &view);
    for size in [(480, 360), (640, 480), (1280, 720), (2560, 1080), (800, 900)] {
        no_text_covers_another(&format!("{size:?}"), &drawn(size, &view));
    }
}

#[test]
fn the_keys_of_a_review() {
    shown(Language::English, |review| review.help = true, |view| check("review_help", WIDE, view));
}

#[test]
fn texts_of_a_review_keep_apart_in_every_window_and_language() {
    for size in [(480, 360), (640, 480), (1024, 768), (1280, 720), (2560, 1080), (800, 900), (720, 1280)] {
        for language in Language::ALL {
            for help in [false, true] {
                let name = format!("{size:?} {language:?} help {help}");
                shown(language, |review| review.help = help, |view| no_text_covers_another(&name, &drawn(size, view)));
            }
        }
    }
}

#[test]
fn the_strip_is_where_the_mouse_finds_it() {
    let layout = bendwise::screen::layout::Layout::new(euclid::size2(1280.0, 720.0), (16.0, 9.0), 1.0);
    let strip = Review::strip(&layout);
    assert!(strip.height() > 100.0 && strip.max.y < 720.0 && strip.min.y >= layout.picture.max.y);
    assert_eq!(Timeline::part(strip, strip.min.x), 0.0);
    assert!((Timeline::part(strip, strip.center().x) - 0.5).abs() < 1e-6);
    assert_eq!(Timeline::part(strip, 5000.0), 1.0);
    assert!(Duration::from_secs(60) > playback(&samples(), &repetitions()).length());
}
