//! Seen from three metres: the size of every text that is read by a person who practises, and that no sign hides one.
//!
//! METHOD.md, "Seen from three metres", gives the rule and its source.

use bendwise::i18n::{Language, Words};
use bendwise::screen::canvas::{Canvas, Viewer, WindowRect};
use bendwise::screen::live::View;

use super::made::words;
use super::{drawn, no_text_covers_another};

/// Diagonal of the screen of a laptop, 14 inches, and how far away the person stands, mm.
const DIAGONAL: f32 = 14.0 * 25.4;
const AWAY: f32 = 3000.0;

/// The least height of a capital, minutes of arc.
const LEAST: f32 = 5.0;

/// Windows that fill a screen: of small and of large laptops, and an upright one.
pub const SCREENS: [(usize, usize); 4] = [(1280, 720), (1366, 768), (1920, 1080), (1080, 1920)];

/// How far away somebody sits at the desk, mm, and the least height of a capital there, minutes of arc.
const AT_THE_DESK: f32 = 600.0;
const LEAST_AT_THE_DESK: f32 = 16.0;

/// The height of something on a 14-inch screen that this window fills, seen from three metres, minutes of arc.
pub fn minutes_of_arc(pixels: f32, window: (f32, f32)) -> f32 {
    from(AWAY, pixels, window)
}

fn from(away: f32, pixels: f32, window: (f32, f32)) -> f32 {
    let pitch = DIAGONAL / window.0.hypot(window.1);
    (pixels * pitch / away).atan().to_degrees() * 60.0
}

/// Every text of what is used at the desk is large enough there.
pub fn is_readable_at_the_desk(name: &str, canvas: &Canvas) {
    let size = canvas.size();
    for written in canvas.written() {
        let seen = from(AT_THE_DESK, written.rect.height(), (size.width, size.height));
        assert!(seen >= LEAST_AT_THE_DESK, "{name}: \"{}\" is {seen:.2}′ high", written.text);
    }
}

/// Checks this view on every screen, kept and not kept, with the safety line and without.
pub fn holds(name: &str, view: &View<'_>) {
    for size in SCREENS {
        for (recording, safety) in [(false, true), (true, view.safety)] {
            let canvas = drawn(size, &View { recording, safety, ..*view });
            let name = format!("{name} {size:?} REC {recording}");
            no_text_covers_another(&name, &canvas);
            everything_is_large_enough(&name, &canvas);
        }
    }
}

/// Checks what is shown in each language on every screen: texts are large enough and keep apart, and captions are as large as the
/// English ones. `show` draws one language on a canvas of this size.
pub fn holds_in_every_language(name: &str, show: &dyn Fn((usize, usize), Language) -> Canvas) {
    for size in SCREENS {
        let english = show(size, Language::English);
        for language in Language::ALL {
            let canvas = show(size, language);
            let name = format!("{name} {size:?} {language:?}");
            super::look(&name, &canvas);
            no_text_covers_another(&name, &canvas);
            everything_is_large_enough(&name, &canvas);
            captions_are_as_large(&name, language, &canvas, &english);
        }
    }
}

/// Labels beside numbers and bars, which everybody learns to find by their looks.
fn captions(words: &Words) -> [&str; 5] {
    let label = &words.label;
    [&label.hips, &label.back, &label.depth, &label.share, &label.repetitions]
}

/// Words that are large: a longer one may be smaller than the English one, but never near the rule.
fn large_words(words: &Words) -> [&str; 4] {
    [&words.label.next, &words.verdict.hips, &words.verdict.mixed, &words.verdict.back]
}

/// How far large words stay above the rule.
const LARGE: f32 = 1.5 * LEAST;

/// Half a pixel is what rounding may take.
fn captions_are_as_large(name: &str, language: Language, canvas: &Canvas, english: &Canvas) {
    let height = |canvas: &Canvas, text: &str| {
        let written = canvas.written().iter().filter(|written| written.text == text);
        written.map(|written| written.rect.height()).fold(0.0, f32::max)
    };
    for (text, model) in captions(words(language)).into_iter().zip(captions(words(Language::English))) {
        let (own, model) = (height(canvas, text), height(english, model));
        assert!(own == 0.0 || own >= model - 0.5, "{name}: \"{text}\" is {own:.1} high, not {model:.1}");
    }
    let window = (canvas.size().width, canvas.size().height);
    for (text, model) in large_words(words(language)).into_iter().zip(large_words(words(Language::English))) {
        let (own, model) = (height(canvas, text), height(english, model));
        let seen = minutes_of_arc(own, window);
        assert!(own == 0.0 || own >= model - 0.5 || seen >= LARGE, "{name}: \"{text}\" is {seen:.1}′ high");
    }
}

pub fn everything_is_large_enough(name: &str, canvas: &Canvas) {
    let size = canvas.size();
    for written in canvas.written().iter().filter(|written| written.viewer == Viewer::Practising) {
        let seen = minutes_of_arc(written.rect.height(), (size.width, size.height));
        // The degree sign is a sign beside a number, not a letter.
        assert!(seen >= LEAST - 0.01 || written.text == "°", "{name}: \"{}\" is {seen:.2}′ high", written.text);
    }
}

/// No sign hides a text that was written before it.
pub fn no_sign_hides_a_text(name: &str, canvas: &Canvas) {
    for cover in canvas.covers() {
        for written in &canvas.written()[..cover.written] {
            let rect: WindowRect = written.rect;
            assert!(!cover.rect.intersects(&rect), "{name}: a sign hides \"{}\"", written.text);
        }
    }
}

#[test]
fn twenty_twenty_is_a_letter_of_five_minutes_of_arc() {
    // 4.36 mm at 3 m; the screen is 174.3 mm high.
    let high = minutes_of_arc(4.363 / 174.34 * 720.0, (1280.0, 720.0));
    assert!((high - 5.0).abs() < 0.01, "{high}");
    assert!(minutes_of_arc(15.0, (1280.0, 720.0)) < 4.3, "what labels had before");
}
