//! Says aloud what a guided session wants said, with the very frame that calls for it.

use std::sync::Arc;

use super::{Chime, SpeechPriority, Voice};
use crate::coach::guided::{Said, Signal, Urgency};
use crate::i18n::Words;
use crate::pipeline::{FrameSink, GuidedFrame, Observation};

/// Speaks and chimes along with a guided session.
#[derive(Debug)]
pub struct VoiceGuide {
    voice: Voice,
    words: Arc<Words>,
}

impl VoiceGuide {
    /// Speaks these words with this voice.
    pub fn new(voice: Voice, words: Arc<Words>) -> Self {
        Self { voice, words }
    }

    /// What belongs together is said in one go: "Three. That one came from the hips."
    fn say(&self, guided: &GuidedFrame) {
        let said = &guided.guidance.said;
        if said.is_empty() {
            return;
        }
        let urgent = said.iter().any(|said| said.urgency == Urgency::Now);
        let text: Vec<String> = said.iter().map(|Said { line, .. }| self.words.during(*line, &guided.drill)).collect();
        let priority = if urgent { SpeechPriority::Interrupts } else { SpeechPriority::Waits };
        self.voice.say(&text.join(". "), priority);
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
