//! The sentences about what could not be measured in a recording or a session, and why.

use super::{FindingWords, clock, fill};
use crate::geometry::{State, StateHistory};

/// What is shorter, seconds, holds no standing posture and a bend after it. [own]
const SHORTEST: f64 = 2.0;

/// Whether this is too short for a bend.
pub fn is_short(states: &StateHistory) -> bool {
    states.duration().as_secs_f64() < SHORTEST
}

impl FindingWords {
    /// Why no repetition was found in what is called `name`.
    pub fn no_repetition(&self, states: &StateHistory, name: &str) -> String {
        let seen = states.frames() - states.frames_in(State::Nobody);
        match states.main_obstacle() {
            _ if seen > 0 && states.frames() == 1 => fill(&self.single_picture, &[("name", &name)]),
            _ if seen > 0 && is_short(states) => fill(&self.too_short, &[("name", &name), ("seconds", &SHORTEST)]),
            _ if states.frames_in(State::Measured) > 0 => fill(&self.no_whole_bend, &[("name", &name)]),
            None | Some(State::Nobody) if seen == 0 => fill(&self.nobody_at_all, &[("name", &name)]),
            Some(State::Several) => fill(&self.several_at_all, &[("name", &name)]),
            Some(State::Calibrating) => fill(&self.calibrating, &[("name", &name)]),
            state => fill(&self.nothing, &[("name", &name), ("obstacle", &self.obstacle(state))]),
        }
    }

    /// When nothing could be measured for so long that a bend may be missing, and why.
    pub fn obstructed(&self, states: &StateHistory) -> Vec<String> {
        let told = states.obstructions().into_iter().map(|found| {
            let [from, to] = [found.from, found.to].map(clock);
            let obstacle = self.obstacle(Some(found.state));
            fill(&self.obstructed, &[("from", &from), ("to", &to), ("obstacle", &obstacle)])
        });
        told.collect()
    }

    /// What prevented the measurement at a moment that is looked at again, when nothing can be done about it any more.
    pub fn reason(&self, state: State) -> &str {
        self.obstacle(Some(state)).split(';').next().unwrap_or_default()
    }

    /// What prevented the measurement, and what to do.
    fn obstacle(&self, state: Option<State>) -> &str {
        match state {
            None | Some(State::Nobody) => &self.nobody,
            Some(State::Several) => &self.several,
            Some(State::CutOff) => &self.cutoff,
            Some(State::Far) => &self.far,
            Some(State::Turned) => &self.turned,
            Some(State::NotStanding) => &self.notstanding,
            Some(State::Hidden) => &self.hidden,
            Some(State::Covered) => &self.covered,
            Some(State::Glare) => &self.glare,
            Some(State::LegsHidden) => &self.legs_hidden,
            Some(State::Calibrating | State::Measured) => &self.notstanding,
        }
    }
}
