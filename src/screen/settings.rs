//! The choices of the user at the keyboard, and how each key changes them.

use crate::coach::choice::ChoiceKey;
use crate::spine::Facing;

/// A command by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyCommand {
    /// Space: pauses or resumes the picture.
    Pause,
    /// C: measures the standing posture again.
    StandAgain,
    /// B: takes the next bend as the person's own full bend, or cancels that.
    FullBend,
    /// V: silences voice and chimes, or lets them be heard again.
    Mute,
    /// M: mirrors the picture, or stops.
    Mirror,
    /// S: the next facing: automatic, left, right.
    Side,
    /// Z: shows the person alone, or the whole picture.
    Zoom,
    /// +: larger text.
    LargerText,
    /// −: smaller text.
    SmallerText,
    /// F: switches full screen.
    FullScreen,
    /// D: shows or hides all numbers and the debug line.
    Debug,
    /// H or F1: shows or hides the help.
    Help,
    /// N: in a guided session, goes on to the next stage.
    Next,
    /// 0 to 9, arrows, Enter: in a guided session, answers a question.
    Choose(ChoiceKey),
    /// T: in a guided session, tells how the last repetition was.
    TellMe,
    /// L: on the start screen, the next language.
    Language,
    /// Esc, Q, or the window was closed.
    Leave,
}

/// Text sizes; a session starts with 1. What does not fit stays smaller.
const TEXT_SCALES: [f32; 5] = [0.7, 0.85, 1.0, 1.25, 1.5];
const PLAIN_SCALE: usize = 2;

/// What is shown and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Whether the picture is mirrored.
    pub mirror: bool,
    /// Which way the person faces on the camera picture; `None` detects it.
    pub facing: Option<Facing>,
    /// Whether the picture is paused.
    pub paused: bool,
    /// Whether the person fills the picture.
    pub zoom: bool,
    /// Whether the debug line is shown.
    pub debug: bool,
    /// Whether the help is shown.
    pub help: bool,
    /// Whether the window fills the screen.
    pub full_screen: bool,
    /// Whether the sound is off.
    pub muted: bool,
    scale: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mirror: true,
            facing: None,
            paused: false,
            zoom: true,
            debug: false,
            help: false,
            full_screen: false,
            muted: false,
            scale: PLAIN_SCALE,
        }
    }
}

impl Settings {
    /// Text size, 1 for normal.
    pub fn text_scale(&self) -> f32 {
        TEXT_SCALES.get(self.scale).copied().unwrap_or(1.0)
    }

    /// The text size as steps from the normal one, −2 to 2.
    pub fn text_steps(&self) -> i8 {
        self.scale as i8 - PLAIN_SCALE as i8
    }

    /// Sets the text size by steps from the normal one; the nearest that there is.
    pub fn set_text_steps(&mut self, steps: i8) {
        let most = TEXT_SCALES.len() as i8 - 1;
        self.scale = (PLAIN_SCALE as i8 + steps.clamp(-2, 2)).clamp(0, most) as usize;
    }

    /// Begins another session: what belongs to a person and a moment is as at first, what belongs to the screen stays.
    pub fn begin(&mut self) {
        let Self { mirror, full_screen, muted, scale, .. } = *self;
        *self = Self { mirror, full_screen, muted, scale, ..Self::default() };
    }

    /// Executes a command as far as it concerns the display. The caller passes on [`KeyCommand::StandAgain`],
    /// [`KeyCommand::FullBend`], a new [`Settings::facing`] or [`Settings::muted`] and [`KeyCommand::Leave`].
    pub fn apply(&mut self, command: KeyCommand) {
        match command {
            KeyCommand::Pause => self.paused = !self.paused,
            KeyCommand::Mirror => self.mirror = !self.mirror,
            KeyCommand::Zoom => self.zoom = !self.zoom,
            KeyCommand::Side => self.facing = self.next_facing(),
            KeyCommand::LargerText => self.scale = (self.scale + 1).min(TEXT_SCALES.len() - 1),
            KeyCommand::SmallerText => self.scale = self.scale.saturating_sub(1),
            KeyCommand::FullScreen => self.full_screen = !self.full_screen,
            KeyCommand::Debug => self.debug = !self.debug,
            KeyCommand::Help => self.help = !self.help,
            KeyCommand::Mute => self.muted = !self.muted,
            KeyCommand::StandAgain
            | KeyCommand::FullBend
            | KeyCommand::Next
            | KeyCommand::TellMe
            | KeyCommand::Choose(_)
            | KeyCommand::Language
            | KeyCommand::Leave => {}
        }
    }

    /// The facing as it appears on the screen.
    pub fn facing_word(&self) -> &'static str {
        match (self.facing, self.mirror) {
            (None, _) => "auto",
            (Some(Facing::Left), false) | (Some(Facing::Right), true) => "left",
            (Some(Facing::Right), false) | (Some(Facing::Left), true) => "right",
        }
    }

    // Automatic, then left, then right, as it appears on the screen.
    fn next_facing(&self) -> Option<Facing> {
        let (left, right) = if self.mirror { (Facing::Right, Facing::Left) } else { (Facing::Left, Facing::Right) };
        match self.facing {
            None => Some(left),
            Some(facing) if facing == left => Some(right),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_goes_back_when_pressed_again() {
        use KeyCommand::{Debug, FullScreen, Help, Mirror, Mute, Pause, Zoom};
        for command in [Pause, Mirror, FullScreen, Debug, Help, Mute, Zoom] {
            let mut settings = Settings::default();
            settings.apply(command);
            assert_ne!(settings, Settings::default());
            settings.apply(command);
            assert_eq!(settings, Settings::default());
        }
    }

    #[test]
    fn sides_go_round_as_they_look_on_the_screen() {
        for mirror in [false, true] {
            let mut settings = Settings { mirror, ..Settings::default() };
            let words = [(); 4].map(|()| {
                settings.apply(KeyCommand::Side);
                settings.facing_word()
            });
            assert_eq!(words, ["left", "right", "auto", "left"]);
        }
    }

    #[test]
    fn a_new_session_keeps_what_belongs_to_the_screen() {
        let mut settings = Settings::default();
        use KeyCommand::{Debug, FullScreen, Help, LargerText, Mirror, Mute, Pause, Side};
        for command in [Debug, FullScreen, Help, LargerText, Mirror, Mute, Pause, Side] {
            settings.apply(command);
        }
        settings.begin();
        let mut kept = Settings { mirror: false, full_screen: true, muted: true, ..Settings::default() };
        kept.set_text_steps(1);
        assert_eq!(settings, kept);
    }

    #[test]
    fn text_sizes_are_steps() {
        for steps in -2..=2 {
            let mut settings = Settings::default();
            settings.set_text_steps(steps);
            assert_eq!(settings.text_steps(), steps);
        }
        let mut settings = Settings::default();
        settings.set_text_steps(100);
        assert_eq!(settings.text_scale(), 1.5);
    }

    #[test]
    fn text_sizes_end_at_the_largest_and_the_smallest() {
        let mut settings = Settings::default();
        assert_eq!(settings.text_scale(), 1.0);
        (0..9).for_each(|_| settings.apply(KeyCommand::LargerText));
        assert_eq!(settings.text_scale(), 1.5);
        (0..9).for_each(|_| settings.apply(KeyCommand::SmallerText));
        assert_eq!(settings.text_scale(), 0.7);
    }
}
