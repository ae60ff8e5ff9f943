//! Every colour, size and word of the screen.
//!
//! Colours are from the Okabe–Ito set, which people with any kind of colour vision tell apart; a shape always stands
//! beside a colour. Of the set's two blues the light one is used: the dark one is too close to a dark panel to be read.
//! Sizes are one scale by √2, in units of a 720th of the window's height, so a window of any size looks the same.

use crate::coach::{Phase, Progress, Verdict};
use crate::geometry::{Bend, State};

/// A colour, with how much it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
    /// 0 covers nothing, 255 everything.
    pub alpha: u8,
}

impl Ink {
    /// An opaque colour from `0xRRGGBB`.
    pub const fn rgb(code: u32) -> Self {
        let [_, red, green, blue] = code.to_be_bytes();
        Self { red, green, blue, alpha: 255 }
    }

    /// The same colour, covering only this part, 0 to 1, of what it did.
    pub fn faded(self, part: f32) -> Self {
        Self { alpha: (f32::from(self.alpha) * part.clamp(0.0, 1.0)).round() as u8, ..self }
    }

    /// As a window pixel, `0xFFRRGGBB`.
    pub const fn packed(self) -> u32 {
        u32::from_be_bytes([255, self.red, self.green, self.blue])
    }
}

/// Behind everything.
pub const GROUND: Ink = Ink::rgb(0x0D_1115);
/// Behind the numbers.
pub const PANEL: Ink = Ink::rgb(0x15_1B21);
/// A bar's empty part, a key's cap.
pub const TRACK: Ink = Ink::rgb(0x2C_3640);
/// What is to be read first.
pub const TEXT: Ink = Ink::rgb(0xF4_F6F8);
/// What names a number.
pub const QUIET: Ink = Ink::rgb(0xA7_B3BE);
/// From the hips: Okabe–Ito sky blue.
pub const HIPS: Ink = Ink::rgb(0x56_B4E9);
/// From both: Okabe–Ito yellow.
pub const MIXED: Ink = Ink::rgb(0xF0_E442);
/// From the back: Okabe–Ito orange.
pub const BACK: Ink = Ink::rgb(0xE6_9F00);
/// Around lines on the picture, so that they stand out from any background.
pub const OUTLINE: Ink = Ink { red: 8, green: 11, blue: 14, alpha: 190 };
/// The drawn figure of a drill, on the panel: what is near.
pub const NEAR_BODY: Ink = Ink::rgb(0x8D_9AA6);
/// The drawn figure of a drill: the leg that is behind.
pub const FAR_BODY: Ink = Ink::rgb(0x52_5E69);
/// What a drawn figure stands at or holds.
pub const PROP: Ink = Ink::rgb(0xB8_9468);
/// Lines of the figure while there is no verdict.
pub const FIGURE: Ink = Ink::rgb(0xF4_F6F8);

/// The word and the hip number: their capitals are a twelfth of the window's height.
pub const DISPLAY: f32 = 84.0;
/// The state sentence, the back number and the count.
pub const LARGE: f32 = 56.0;
/// The last repetition's word, the head of a card.
pub const MIDDLE: f32 = 40.0;
/// Rows of the help.
pub const BODY: f32 = 28.0;
/// Names of numbers, the safety line.
pub const LABEL: f32 = 20.0;
/// From an edge to what stands inside it.
pub const MARGIN: f32 = 28.0;

/// Where the depth gauge ends, degrees.
pub const DEPTH_END: f32 = 90.0;

/// The colour of a verdict; without one, that of the figure.
pub const fn verdict_ink(verdict: Option<Verdict>) -> Ink {
    match verdict {
        Some(Verdict::Hips) => HIPS,
        Some(Verdict::Mixed) => MIXED,
        Some(Verdict::Back) => BACK,
        None => FIGURE,
    }
}

/// The word of a verdict.
pub const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Hips => "HIPS",
        Verdict::Mixed => "MIXED",
        Verdict::Back => "BACK",
    }
}

/// The sign of a verdict where only letters can be shown.
pub const fn verdict_sign(verdict: Option<Verdict>) -> char {
    match verdict {
        Some(Verdict::Hips) => '●',
        Some(Verdict::Mixed) => '▲',
        Some(Verdict::Back) => '■',
        None => '·',
    }
}

/// Shown once a session, and in the help.
pub const SAFETY: &str =
    "See a physiotherapist or chiropractor before you start. Stop if it hurts. Not a medical device.";
/// How long the safety line stands at the beginning of a session.
pub const SAFETY_TIME: std::time::Duration = std::time::Duration::from_secs(10);
/// How the camera should stand; in the help.
pub const SETUP: &str =
    "Camera level with your hips, 2–3 m away. Stand side-on, whole body in view, in a close-fitting top.";
/// Where the live screen tells that there is help.
pub const HELP_HINT: &str = "H for help";
/// Names the hip number.
pub const HIP_LABEL: &str = "Hips";
/// Names the back number.
pub const BACK_LABEL: &str = "Back";
/// Names the depth gauge.
pub const DEPTH_LABEL: &str = "Depth";
/// Names the share bar.
pub const SHARE_LABEL: &str = "The bend comes from";
/// Names the count.
pub const COUNT_LABEL: &str = "Repetitions";
/// Names the last repetition's verdict.
pub const LAST_LABEL: &str = "Last repetition";
/// In place of a number that is not known.
pub const UNKNOWN: &str = "–";
/// State sentence while paused.
pub const PAUSED: &str = "Paused: press Space to go on";
/// State sentence before the first picture.
pub const WAITING: &str = "Waiting for the first picture";
/// State sentence while an open camera sends nothing.
pub const SILENT: &str = "No picture comes from the camera: check its cable and cover";
/// State sentence while the full bend is awaited that makes the personal range.
pub const FULL_BEND: &str = "Bend down once, as far as is comfortable";
/// Head of the help.
pub const HELP_TITLE: &str = "Keys";
/// Head of the card at a recording's end.
pub const FINISHED_TITLE: &str = "Set finished";
/// Under the count of repetitions that came from the hips.
pub const FROM_HIPS: &str = "repetitions came from the hips";
/// Under the deepest hip flexion.
pub const DEEPEST: &str = "deepest hip flexion";
/// State sentence at a recording's end.
pub const LEAVE: &str = "Press Esc to leave";

/// The keys and what they do.
pub const KEYS: [(&str, &str); 11] = [
    ("Space", "Pause and go on"),
    ("C", "Take your standing posture again"),
    ("B", "Measure against your own full bend"),
    ("N", "Led by a drill: go on to what comes next"),
    ("M", "Mirror the picture"),
    ("S", "Which way you face: auto, left, right"),
    ("+ −", "Larger or smaller text"),
    ("F", "Full screen"),
    ("D", "Show times and frames"),
    ("H", "Show or hide this help"),
    ("Esc", "Leave"),
];

/// What to do next, for the state the measurement is in.
pub fn state_sentence(state: State, progress: &Progress, bend: Option<&Bend>) -> &'static str {
    match state {
        State::Nobody => "Step into view, side-on",
        State::Several => "One person at a time: ask the others to step out",
        State::CutOff => "Step back: show head and feet",
        State::Far => "Come closer",
        State::Turned => "Turn your side to me",
        State::NotStanding => "Stand on both feet",
        State::Hidden => "I can’t see your back: move your arms forward",
        State::Covered => "I can’t see the shape of your legs: wear close-fitting clothes",
        State::Calibrating => "Stand tall and still",
        State::Measured => exercise_sentence(progress, bend),
    }
}

fn exercise_sentence(progress: &Progress, bend: Option<&Bend>) -> &'static str {
    let deep = bend.is_some_and(|bend| bend.hip_flexion >= progress.goal.least);
    if progress.awaits_full_bend && progress.phase != Phase::Up {
        return FULL_BEND;
    }
    match (progress.phase, progress.verdict) {
        (Phase::Top, _) => between_sentence(progress),
        (Phase::Up, _) => "Stand up tall",
        (_, Some(Verdict::Back)) => "Keep your back long, push your hips back",
        (_, _) if deep => "Deep enough: stand up tall",
        (_, _) => "Push your hips back, knees soft",
    }
}

fn between_sentence(progress: &Progress) -> &'static str {
    match progress.repetitions.last().map(|repetition| repetition.verdict) {
        None => "Push your hips back",
        Some(Some(Verdict::Hips)) => "That came from the hips: once more",
        Some(Some(Verdict::Mixed)) => "Push your hips further back",
        Some(Some(Verdict::Back)) => "Start by pushing your hips back",
        Some(None) => "Once more, slowly",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as WCAG 2.2 defines them.
    fn luminance(ink: Ink) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(ink.red) + 0.7152 * linear(ink.green) + 0.0722 * linear(ink.blue)
    }

    fn contrast(one: Ink, other: Ink) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_text_has_enough_contrast_on_every_ground() {
        for text in [TEXT, QUIET, HIPS, MIXED, BACK] {
            for ground in [GROUND, PANEL, TRACK] {
                let contrast = contrast(text, ground);
                assert!(contrast >= 4.5, "{text:?} on {ground:?}: {contrast:.1}");
            }
        }
    }

    #[test]
    fn signs_on_a_bar_have_enough_contrast() {
        assert!([HIPS, BACK].into_iter().all(|bar| contrast(GROUND, bar) >= 4.5));
    }

    #[test]
    fn sentences_begin_with_a_capital_and_end_without_full_stop() {
        let progress = Progress::default();
        let states = State::ALL.map(|state| state_sentence(state, &progress, None));
        for sentence in states.into_iter().chain([PAUSED, WAITING, SILENT, LEAVE, FULL_BEND]) {
            assert!(sentence.starts_with(char::is_uppercase) && !sentence.ends_with('.'), "{sentence}");
        }
    }

    #[test]
    fn the_font_has_every_letter_that_is_shown() {
        let letters = crate::screen::text::Letters::new().unwrap();
        let keys = KEYS.iter().flat_map(|(key, meaning)| key.chars().chain(meaning.chars()));
        let texts = [SAFETY, SETUP, UNKNOWN, SILENT, "0123456789°%"].into_iter().flat_map(str::chars);
        let missing: String = keys.chain(texts).filter(|letter| !letters.has(*letter)).collect();
        assert_eq!(missing, "");
    }
}
