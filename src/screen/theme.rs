//! Every colour and size of the screen, and the signs that replace words.
//!
//! Colours are from the Okabe–Ito set, which people with any kind of colour vision can tell apart; a shape always
//! accompanies a colour. Of the set's two blues the light one is used: the dark one is too close to a dark panel to be
//! readable. Sizes are about one scale by √2, in units of 1/720 of the window's height, so a window of any size looks
//! the same.

use crate::coach::Verdict;

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
    /// 0 is transparent, 255 opaque.
    pub alpha: u8,
}

impl Ink {
    /// An opaque colour from `0xRRGGBB`.
    pub const fn rgb(code: u32) -> Self {
        let [_, red, green, blue] = code.to_be_bytes();
        Self { red, green, blue, alpha: 255 }
    }

    /// The same colour with its opacity multiplied by `part`, 0 to 1.
    pub fn faded(self, part: f32) -> Self {
        Self { alpha: (f32::from(self.alpha) * part.clamp(0.0, 1.0)).round() as u8, ..self }
    }

    /// As a window pixel, `0xFFRRGGBB`.
    pub const fn packed(self) -> u32 {
        u32::from_be_bytes([255, self.red, self.green, self.blue])
    }
}

/// The window's background.
pub const GROUND: Ink = Ink::rgb(0x0D_1115);
/// The background of the numbers.
pub const PANEL: Ink = Ink::rgb(0x15_1B21);
/// The empty part of a bar, a key cap.
pub const TRACK: Ink = Ink::rgb(0x2C_3640);
/// The main text.
pub const TEXT: Ink = Ink::rgb(0xF4_F6F8);
/// The label of a number.
pub const QUIET: Ink = Ink::rgb(0xA7_B3BE);
/// From the hips: Okabe–Ito sky blue.
pub const HIPS: Ink = Ink::rgb(0x56_B4E9);
/// From both: Okabe–Ito yellow.
pub const MIXED: Ink = Ink::rgb(0xF0_E442);
/// From the back: Okabe–Ito orange.
pub const BACK: Ink = Ink::rgb(0xE6_9F00);
/// The sign of a session being recorded: Okabe–Ito vermilion.
pub const RECORDING: Ink = Ink::rgb(0xD5_5E00);
/// Outline of lines on the picture, so that they stand out from any background.
pub const OUTLINE: Ink = Ink { red: 8, green: 11, blue: 14, alpha: 190 };
/// The animated figure of a drill, on the panel: its near side.
pub const NEAR_BODY: Ink = Ink::rgb(0x8D_9AA6);
/// The animated figure of a drill: its far leg.
pub const FAR_BODY: Ink = Ink::rgb(0x52_5E69);
/// The prop that an animated figure stands at or holds.
pub const PROP: Ink = Ink::rgb(0xB8_9468);
/// Lines of the figure while there is no verdict.
pub const FIGURE: Ink = Ink::rgb(0xF4_F6F8);

/// The one number of a led set.
pub const GREAT: f32 = 118.0;
/// The word, and hips and back: their capitals are a twelfth of the window's height.
pub const DISPLAY: f32 = 84.0;
/// The state sentence and the count.
pub const LARGE: f32 = 56.0;
/// The last repetition's word, the title of a card.
pub const MIDDLE: f32 = 40.0;
/// Rows of the help.
pub const BODY: f32 = 28.0;
/// Labels of numbers, the safety line: the smallest that is read from three metres ([`SMALLEST_FAR`]).
pub const LABEL: f32 = 26.0;
/// Notes that are read at the keyboard.
pub const NOTE: f32 = 20.0;
/// From three metres, on the 14-inch 16:9 screen of a laptop, capitals of this size are five minutes of arc high, as those
/// of the line that 20/20 vision reads. Source: METHOD.md, "Seen from three metres".
pub const SMALLEST_FAR: f32 = 24.8;
/// Margin inside an edge.
pub const MARGIN: f32 = 28.0;

/// End of the depth gauge, degrees.
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

/// The sign of a verdict as a character.
pub const fn verdict_sign(verdict: Option<Verdict>) -> char {
    match verdict {
        Some(Verdict::Hips) => '●',
        Some(Verdict::Mixed) => '▲',
        Some(Verdict::Back) => '■',
        None => '·',
    }
}

/// Shown in place of an unknown number.
pub const UNKNOWN: &str = "–";

/// How long the safety line is shown at the beginning of a session.
pub const SAFETY_TIME: std::time::Duration = std::time::Duration::from_secs(10);

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
}
