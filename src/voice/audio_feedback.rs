//! Audio feedback: a hum that gets louder as the back rounds, frame by frame.

use super::Voice;
use crate::coach::{Verdict, hum_level};
use crate::pipeline::{FrameSink, GuidedFrame, Observation};

/// Plays the hum during a session.
#[derive(Debug)]
pub struct AudioFeedback {
    voice: Voice,
}

impl AudioFeedback {
    /// Plays the hum with this voice.
    pub fn new(voice: Voice) -> Self {
        Self { voice }
    }
}

impl FrameSink for AudioFeedback {
    fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>) {
        let wanted =
            guided.is_none_or(|guided| guided.guidance.tone && guided.drill.wanted(guided.set) == Some(Verdict::Hips));
        self.voice.hum(if wanted { hum_level::level(&observation.measurement, &observation.progress) } else { 0.0 });
    }
}
