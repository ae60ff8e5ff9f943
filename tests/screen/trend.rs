//! The trend as a page in the window.

use bendwise::coach::form::Reach;
use bendwise::screen::review::Pointer;
use bendwise::screen::trend::page::{self, TrendPage};
use bendwise::store::PracticeDays;
use bendwise::store::trend::{Past, TrendPoint};
use euclid::Angle;
use jiff::civil::date;

use super::review::{LAPTOP, UPRIGHT, check_at_the_desk};
use super::*;

fn past(day: i64, share: f32, reach: f32) -> Past {
    let began = date(2026, 10, 1).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    let point = |value| Some(TrendPoint { value, half_width_90: 8.5, at_least: false });
    Past {
        id: day.to_string(),
        began: began.saturating_add(jiff::Span::new().days(day)),
        repetitions: 8,
        judged: 8,
        from_hips: 6,
        share: point(share),
        depth: point(52.0 + share / 8.0),
        reach: Some(Reach { angle: Angle::degrees(reach), half_width_90: Angle::degrees(9.0), limited: day % 2 == 0 }),
    }
}

fn drawn_page(language: Language, size: (usize, usize), sessions: &[Past]) -> Canvas {
    drawn_with(language, size, sessions, false)
}

fn drawn_with(language: Language, size: (usize, usize), sessions: &[Past], help: bool) -> Canvas {
    let today = date(2026, 11, 28);
    let on = [1, 3, 4, 8, 10, 11, 15, 17, 22, 24, 26, 28].map(|day| date(2026, 11, day));
    let days = PracticeDays::new(today, on);
    let page = TrendPage {
        words: words(language),
        drill: if language == Language::German { "Verbeugung" } else { "Bow" },
        person: "Ada",
        sessions,
        count: sessions.len(),
        days: &days,
        has_others: true,
        help,
        pointer: Pointer::default(),
    };
    let mut canvas = Canvas::new(size.0, size.1).unwrap();
    page::draw(&mut canvas, &page);
    canvas
}

#[test]
fn sessions_over_their_real_dates() {
    let days = [0, 2, 3, 10, 12, 30, 33, 38, 45, 52, 58];
    let sessions: Vec<Past> = days
        .iter()
        .enumerate()
        .map(|(number, day)| past(*day, 62.0 - 4.0 * number as f32, 30.0 + 4.0 * number as f32))
        .collect();
    let kept = [(Language::English, LAPTOP), (Language::German, UPRIGHT)];
    check_at_the_desk("trend", &kept, |language, size| drawn_page(language, size, &sessions));
    let told = drawn_page(Language::English, LAPTOP, &sessions);
    assert!(told.written().iter().any(|written| written.text == "Less from the low back: better"));
}

/// Beside a value that may be more, what is better is told in full, in each language and window.
#[test]
fn the_last_value_may_be_more() {
    let sessions = [past(0, 62.0, 30.0), past(57, 22.0, 70.0)];
    check_at_the_desk("trend_at_least", &[], |language, size| drawn_page(language, size, &sessions));
    let canvas = drawn_page(Language::English, LAPTOP, &sessions);
    let all: Vec<&str> = canvas.written().iter().map(|written| written.text.as_str()).collect();
    assert!(all.iter().any(|text| text.ends_with("≥ 70° ± 9")), "{all:?}");
}

#[test]
fn fewer_than_two_sessions_say_what_to_do() {
    let one = [past(0, 40.0, 30.0)];
    for (sessions, does) in [(&one[..], "after the next one"), (&[], "practise once")] {
        let name = format!("trend_of_{}", sessions.len());
        check_at_the_desk(&name, &[], |language, size| drawn_page(language, size, sessions));
        let canvas = drawn_page(Language::English, LAPTOP, sessions);
        let all: Vec<&str> = canvas.written().iter().map(|written| written.text.as_str()).collect();
        assert!(all.join(" ").contains(does), "{all:?}");
    }
}

/// H shows the keys here as elsewhere, and how a dot is read.
#[test]
fn the_keys_of_the_trend() {
    let sessions = [past(0, 62.0, 30.0), past(57, 22.0, 70.0)];
    check_at_the_desk("trend_help", &[(Language::English, LAPTOP)], |language, size| {
        drawn_with(language, size, &sessions, true)
    });
    let window = euclid::size2(LAPTOP.0 as f32, LAPTOP.1 as f32);
    let canvas = drawn_page(Language::English, LAPTOP, &sessions);
    let button = canvas.written().iter().find(|written| written.text == words(Language::English).review.keys).unwrap();
    assert_eq!(page::clicked(window, [button.rect.center(); 2]), Some(page::TrendButton::Keys));
}

/// What stands at an axis touches nothing above it, also with what hangs below the line of a "p".
#[test]
fn the_values_at_an_axis_keep_away_from_the_words_above_it() {
    let sessions = [past(0, 62.0, 30.0), past(57, 22.0, 70.0)];
    for language in Language::ALL {
        for size in distance::SCREENS {
            let canvas = drawn_page(language, size, &sessions);
            let written = canvas.written();
            for (number, one) in written.iter().enumerate() {
                let hanging = WindowRect::new(one.rect.min, one.rect.max + euclid::vec2(0.0, 0.35 * one.rect.height()));
                let on = written.iter().enumerate().find(|(other, text)| {
                    *other != number && text.rect.min.y > one.rect.min.y && hanging.intersects(&text.rect)
                });
                assert!(on.is_none(), "{language:?} {size:?}: \"{}\" and {on:?}", one.text);
            }
        }
    }
}
