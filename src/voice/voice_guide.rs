//! Speaks the prompts of a guided session, with the frame that triggers them.

use super::{Chime, SpeechPriority, Voice};
use crate::coach::guided::{Said, Signal, Urgency};
use crate::i18n::{CurrentWords, Language, Words, together};
use crate::pipeline::{FrameSink, GuidedFrame, Observation};

/// Speaks and chimes during a guided session.
#[derive(Debug)]
pub struct VoiceGuide {
    voice: Voice,
    words: CurrentWords,
    /// That of the voice.
    language: Language,
}

impl VoiceGuide {
    /// Speaks `words` with `voice`, which speaks their language so far.
    pub fn new(voice: Voice, words: CurrentWords) -> Self {
        let language = words.now().language();
        Self { voice, words, language }
    }

    /// Changes over to the language of these words.
    fn follow_language(&mut self, words: &Words) {
        let language = words.language();
        if language != self.language && self.voice.change_language(language.code()) {
            self.language = language;
        }
    }

    /// Speaks prompts of the same frame as one sentence: "Three. That one came from the hips."
    fn say(&self, words: &Words, guided: &GuidedFrame) {
        let prompts = &guided.guidance.said;
        if prompts.is_empty() {
            return;
        }
        let urgent = prompts.iter().any(|prompt| prompt.urgency == Urgency::Now);
        let text: Vec<String> = prompts.iter().map(|Said { line, .. }| words.prompt(*line, guided)).collect();
        let priority = if urgent { SpeechPriority::Interrupts } else { SpeechPriority::Waits };
        self.voice.say(&together(&text), priority);
    }
}

impl FrameSink for VoiceGuide {
    fn observe(&mut self, _: &Observation, guided: Option<&GuidedFrame>) {
        let Some(guided) = guided else { return };
        let words = self.words.now();
        self.follow_language(&words);
        if let Some(signal) = guided.guidance.signal {
            self.voice.chime(chime(signal));
        }
        self.say(&words, guided);
    }
}

fn chime(signal: Signal) -> Chime {
    match signal {
        Signal::BackJoinedIn => Chime::BackJoined,
        Signal::Tick => Chime::Tick,
        Signal::Start => Chime::Start,
        Signal::Done => Chime::End,
    }
}
