//! The sound of a session: how loud its voices are, and what of it is lost.

use super::setup::Setup;
use crate::i18n::{Words, fill};
use crate::voice::{AudioBackends, Voice, VoiceControl, Volume};

/// The volume of a session, and the voices that have it.
#[derive(Debug, Default)]
pub(super) struct SessionSound {
    volume: Volume,
    muted: bool,
    voices: Vec<VoiceControl>,
}

impl SessionSound {
    /// The sound of a session that begins with this volume.
    pub(super) fn new(percent: u8, muted: bool) -> Self {
        Self { volume: Volume::from_percent(percent), muted, voices: Vec::new() }
    }

    /// How loud it is now.
    fn heard(&self) -> Volume {
        if self.muted { Volume::OFF } else { self.volume }
    }

    /// A further voice of this session.
    pub(super) fn voice(&mut self, setup: &Setup) -> Voice {
        let voice = Voice::open(setup.words.language().code(), AudioBackends::find(), &setup.paths.cache);
        let control = voice.control();
        control.set_volume(self.heard());
        self.voices.push(control);
        voice
    }

    /// Whether there is anything to hear.
    pub(super) fn has_voices(&self) -> bool {
        !self.voices.is_empty()
    }

    /// Silences it or lets it be heard again, and returns how that is told; where there is nothing to hear, nothing changes.
    pub(super) fn mute(&mut self, muted: bool, words: &Words) -> String {
        if !self.has_voices() {
            return words.sound.none.clone();
        }
        self.muted = muted;
        if !muted && self.volume == Volume::OFF {
            self.volume = Volume::FULL; // it was begun with none, and now somebody wants some
        }
        let volume = self.heard();
        self.voices.iter().for_each(|voice| voice.set_volume(volume));
        match volume {
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
        let mut silent = SessionSound::new(100, false);
        assert_eq!(silent.mute(true, &words), "This session has no sound");
        assert!(!silent.has_voices() && !silent.muted);
        let folder = tempfile::tempdir().unwrap();
        let voice = Voice::open("en", AudioBackends::default(), folder.path());
        let mut sound = SessionSound { voices: vec![voice.control()], ..SessionSound::new(60, false) };
        let told = [true, false].map(|muted| sound.mute(muted, &words));
        assert_eq!(told, ["Sound is off: V turns it on", "Sound at 60 %"]);
        assert_eq!(voice.control().volume(), Volume::from_percent(60));
        let mut none = SessionSound { voices: vec![voice.control()], ..SessionSound::new(0, true) };
        assert_eq!(none.mute(false, &words), "Sound at 100 %");
    }
}
