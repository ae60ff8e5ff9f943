//! What the person at the keyboard has chosen, and how each key changes it.

use crate::spine::Facing;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyCommand {
    /// Space: hold the picture, or go on.
    Pause,
    /// C: take the standing posture anew.
    StandAgain,
    /// B: take the next bend for the person's own full one, or no longer.
    FullBend,
    /// M: mirror the picture, or not.
    Mirror,
    /// S: the next way the person may face: told from the picture, left, right.
    Side,
    /// +: larger text.
    LargerText,
    /// −: smaller text.
    SmallerText,
    /// F: full screen, or not.
    FullScreen,
    /// D: show the line of times and frames, or hide it.
    Debug,
    /// H or F1: show the help, or hide it.
    Help,
    /// N: in a led session, go on to what comes next.
    Next,
    /// Esc, Q, or the window was closed.
    Leave,
}

/// Text sizes that can be chosen; the first is what a session starts with. What does not fit stays smaller.
const TEXT_SCALES: [f32; 5] = [0.7, 0.85, 1.0, 1.25, 1.5];
const PLAIN_SCALE: usize = 2;

/// What is shown and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Whether the picture is shown as in a mirror.
    pub mirror: bool,
    /// Which way the person faces on the camera picture; `None` tells it from the picture.
    pub facing: Option<Facing>,
    /// Whether the picture is held.
    pub paused: bool,
    /// Whether the line of times and frames is shown.
    pub debug: bool,
    /// Whether the help is shown.
    pub help: bool,
    /// Whether the window fills the screen.
    pub full_screen: bool,
    scale: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mirror: true,
            facing: None,
            paused: false,
            debug: false,
            help: false,
            full_screen: false,
            scale: PLAIN_SCALE,
        }
    }
}

impl Settings {
    /// Text size, 1 for the plain one.
    pub fn text_scale(&self) -> f32 {
        TEXT_SCALES.get(self.scale).copied().unwrap_or(1.0)
    }

    /// Does what a key asks for, as far as it is a matter of what is shown. [`KeyCommand::StandAgain`],
    /// [`KeyCommand::FullBend`], a new [`Settings::facing`] and [`KeyCommand::Leave`] are for the caller to pass on.
    pub fn apply(&mut self, command: KeyCommand) {
        match command {
            KeyCommand::Pause => self.paused = !self.paused,
            KeyCommand::Mirror => self.mirror = !self.mirror,
            KeyCommand::Side => self.facing = self.next_facing(),
            KeyCommand::LargerText => self.scale = (self.scale + 1).min(TEXT_SCALES.len() - 1),
            KeyCommand::SmallerText => self.scale = self.scale.saturating_sub(1),
            KeyCommand::FullScreen => self.full_screen = !self.full_screen,
            KeyCommand::Debug => self.debug = !self.debug,
            KeyCommand::Help => self.help = !self.help,
            KeyCommand::StandAgain | KeyCommand::FullBend | KeyCommand::Next | KeyCommand::Leave => {}
        }
    }

    /// Which way the person faces as it looks on the screen.
    pub fn facing_word(&self) -> &'static str {
        match (self.facing, self.mirror) {
            (None, _) => "auto",
            (Some(Facing::Left), false) | (Some(Facing::Right), true) => "left",
            (Some(Facing::Right), false) | (Some(Facing::Left), true) => "right",
        }
    }

    // Auto, then left, then right, as it looks on the screen.
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
        use KeyCommand::{Debug, FullScreen, Help, Mirror, Pause};
        for command in [Pause, Mirror, FullScreen, Debug, Help] {
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
    fn text_sizes_end_at_the_largest_and_the_smallest() {
        let mut settings = Settings::default();
        assert_eq!(settings.text_scale(), 1.0);
        (0..9).for_each(|_| settings.apply(KeyCommand::LargerText));
        assert_eq!(settings.text_scale(), 1.5);
        (0..9).for_each(|_| settings.apply(KeyCommand::SmallerText));
        assert_eq!(settings.text_scale(), 0.7);
    }
}
