//! The prompts, signals and requests of one frame.

use std::time::Duration;

use super::guidance::{FeedbackGiven, Line, Said, Signal, Urgency};
use super::questions::Answer;
use crate::coach::ChainRequest;

/// Collects the output of one frame.
#[derive(Debug)]
pub(super) struct Prompts {
    /// The sentence on the screen: it stays until another replaces it.
    pub line: Line,
    pub said: Vec<Said>,
    pub signal: Option<Signal>,
    pub requests: Vec<ChainRequest>,
    pub feedback: Option<FeedbackGiven>,
    pub answer: Option<Answer>,
    /// Of a timed round: how much of it has counted so far.
    pub held: Option<Duration>,
}

impl Prompts {
    pub fn new(line: Line) -> Self {
        Self { line, said: Vec::new(), signal: None, requests: Vec::new(), feedback: None, answer: None, held: None }
    }

    pub fn show(&mut self, line: Line) {
        self.line = line;
    }

    pub fn say(&mut self, line: Line, urgency: Urgency) {
        self.said.push(Said { line, urgency });
    }

    /// Requests something of the measurement before the next frame.
    pub fn request(&mut self, request: ChainRequest) {
        self.requests.push(request);
    }

    /// Shows a line and says it.
    pub fn tell(&mut self, line: Line) {
        self.show(line);
        self.say(line, Urgency::Calm);
    }
}

/// After this long a prompt is repeated, if it still applies. [own]
const AGAIN: Duration = Duration::from_secs(8);

/// Reports an obstacle: shows it all the time, says it immediately and then at intervals.
#[derive(Debug, Default)]
pub(super) struct Prompter {
    said: Option<(Line, Duration)>,
}

impl Prompter {
    pub fn tell(&mut self, line: Line, now: Duration, out: &mut Prompts) {
        out.show(line);
        if self.said.is_none_or(|(said, then)| said != line || now.saturating_sub(then) >= AGAIN) {
            self.said = Some((line, now));
            out.say(line, Urgency::Calm);
        }
    }
}
