//! Speaks the prompts of a guided session, with the frame that triggers them.

use std::sync::Arc;

use super::{Chime, SpeechPriority, Voice};
use crate::coach::guided::{Said, Signal, Urgency};
use crate::i18n::{Words, together};
use crate::pipeline::{FrameSink, GuidedFrame, Observation};

/// Speaks and chimes during a guided session.
#[derive(Debug)]
pub struct VoiceGuide {
    voice: Voice,
    words: Arc<Words>,
}

impl VoiceGuide {
    /// Speaks in the language of `words` with `voice`.
    pub fn new(voice: Voice, words: Arc<Words>) -> Self {
        Self { voice, words }
    }

    /// Speaks prompts of the same frame as one sentence: "Three. That one came from the hips."
    fn say(&self, guided: &GuidedFrame) {
        let prompts = &guided.guidance.said;
        if prompts.is_empty() {
            return;
        }
        let urgent = prompts.iter().any(|prompt| prompt.urgency == Urgency::Now);
        let text: Vec<String> = prompts.iter().map(|Said { line, .. }| self.words.prompt(*line, guided)).collect();
        let priority = if urgent { SpeechPriority::Interrupts } else { SpeechPriority::Waits };
        self.voice.say(&together(&text), priority);
    }
}

impl FrameSink for VoiceGuide {
    fn observe(&mut self, _: &Observation, guided: Option<&GuidedFrame>) {
        let Some(guided) = guided else { return };
        if let Some(signal) = guided.guidance.signal {
            self.voice.chime(chime(signal));
        }
        self.say(guided);
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
