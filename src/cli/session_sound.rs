//! The sound of a session: how loud its voices are, and what of it is lost.

use super::setup::Setup;
use crate::i18n::{Words, fill};
use crate::voice::{AudioBackends, Voice, VoiceControl, Volume};

/// The volume of a session, and the voices that have it.
#[derive(Debug, Default)]
pub(super) struct SessionSound {
    volume: Volume,
    voices: Vec<VoiceControl>,
}

impl SessionSound {
    /// The sound of a session that begins with this volume.
    pub(super) fn new(percent: u8) -> Self {
        Self { volume: Volume::from_percent(percent), voices: Vec::new() }
    }

    /// A further voice of this session.
    pub(super) fn voice(&mut self, setup: &Setup) -> Voice {
        let voice = Voice::open(setup.words.language().code(), AudioBackends::find(), &setup.paths.cache);
        let control = voice.control();
        control.set_volume(self.volume);
        self.voices.push(control);
        voice
    }

    /// Goes on to the next volume and returns how that is told.
    pub(super) fn turn(&mut self, words: &Words) -> String {
        if self.voices.is_empty() {
            return words.sound.none.clone();
        }
        self.volume = self.volume.next();
        self.voices.iter().for_each(|voice| voice.set_volume(self.volume));
        match self.volume {
            Volume::OFF => words.sound.off.clone(),
            volume => fill(&words.sound.volume, &[("percent", &volume.percent())]),
        }
    }

    /// What cannot be heard any more, each told once.
    pub(super) fn lost(&self, words: &Words) -> Vec<String> {
        let failures = self.voices.iter().flat_map(VoiceControl::failures);
        failures.filter(|failure| failure.was_last).map(|failure| failure.sentence(words)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_key_turns_the_sound_off_and_on_and_says_so() {
        let words = Words::read(Language::English).unwrap();
        let mut silent = SessionSound::new(100);
        assert_eq!(silent.turn(&words), "This session has no sound");
        let folder = tempfile::tempdir().unwrap();
        let voice = Voice::open("en", AudioBackends::default(), folder.path());
        let mut sound = SessionSound { voices: vec![voice.control()], ..SessionSound::new(100) };
        let told: Vec<String> = (0..3).map(|_| sound.turn(&words)).collect();
        assert_eq!(told, ["Sound is off: V turns it on", "Sound at 50 %", "Sound at 100 %"]);
        assert_eq!(voice.control().volume(), Volume::FULL);
    }
}
