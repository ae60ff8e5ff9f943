//! What the stages of one frame have to show, to say and to ask.

use std::time::Duration;

use super::guidance::{Line, Said, Signal, Urgency};
use crate::coach::ChainRequest;

/// Gathers it.
#[derive(Debug)]
pub(super) struct Prompts {
    /// The sentence on the screen: it stands until another takes its place.
    pub line: Line,
    pub said: Vec<Said>,
    pub signal: Option<Signal>,
    pub requests: Vec<ChainRequest>,
}

impl Prompts {
    pub fn new(line: Line) -> Self {
        Self { line, said: Vec::new(), signal: None, requests: Vec::new() }
    }

    pub fn show(&mut self, line: Line) {
        self.line = line;
    }

    pub fn say(&mut self, line: Line, urgency: Urgency) {
        self.said.push(Said { line, urgency });
    }

    /// Has the measurement do it before the next frame.
    pub fn request(&mut self, request: ChainRequest) {
        self.requests.push(request);
    }

    /// Shows and says it.
    pub fn tell(&mut self, line: Line) {
        self.show(line);
        self.say(line, Urgency::Calm);
    }
}

/// How long after a sentence was said it is said again, if it is still true. [own]
const AGAIN: Duration = Duration::from_secs(8);

/// Tells what is in the way: shows it all the time, says it at once and then now and again.
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
