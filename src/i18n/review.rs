//! The words of a review.

use super::{KeyWords, Words, fill, section};
use crate::geometry::State;

section! {
    /// The words in the window of `bendwise review`.
    ReviewWords {
        title, line, repetition, looped, hint, stopped, plays, play, mouse, space_bar, space, frames, repetitions, repetition_keys, edge_keys, edges, numbers, speed,
        l, g, b, slash, n, s, e, esc, best, worst, no_pair, no_repetition, type_note,
        noted, foreign, pair, written, writing, writing_still, writing_note,
        day, hip_axis, back_axis, pointed, cannot_tell, not_measured, calibrating, no_repetitions, sessions, trend, keys, close,
        ghost, o, t, a, zoom, zoom_keys, zoom_reset, m, z, together, pick, pick_other, pick_repetition, pick_told, of_list, opening, deleted, none_left,
        repetitions_count, film, no_film, row, lowest,
    }
}

impl ReviewWords {
    /// The keys and their effects.
    pub fn rows<'w>(&'w self, keys: &'w KeyWords) -> [(&'w str, &'w str); 22] {
        [
            (&self.space_bar, &self.space),
            ("← →", &self.frames),
            ("↑ ↓", &self.repetition_keys),
            (&self.edge_keys, &self.edges),
            ("1 – 9", &self.numbers),
            (", .", &self.speed),
            ("L", &self.l),
            ("G", &self.g),
            ("B", &self.b),
            ("/", &self.slash),
            ("O", &self.o),
            ("T", &self.t),
            ("A", &self.a),
            ("+ −", &self.zoom_keys),
            ("0", &self.zoom_reset),
            ("M", &self.m),
            ("Z", &self.z),
            ("N", &self.n),
            ("S", &self.s),
            ("E", &self.e),
            ("F", &keys.f),
            ("Esc", &self.esc),
        ]
    }

    /// Why there is no value at a moment; `None` if that is not known.
    pub fn untold(&self, state: Option<State>, words: &Words) -> String {
        match state {
            None | Some(State::Measured) => self.not_measured.clone(),
            Some(State::Calibrating) => fill(&self.cannot_tell, &[("reason", &self.calibrating)]),
            Some(state) => fill(&self.cannot_tell, &[("reason", &words.findings.reason(state))]),
        }
    }

    /// How many repetitions a session has.
    pub fn count(&self, repetitions: u32) -> String {
        fill(&self.repetitions_count, &[("count", &repetitions)])
    }
}
