//! The words of a review.

use super::section;

section! {
    /// The words in the window of `bendwise review`.
    ReviewWords {
        title, line, repetition, looped, hint, mouse, space_bar, space, frames, repetitions, numbers, speed,
        l, g, b, slash, n, s, e, esc, best, worst, today, no_pair, no_earlier, no_repetition, type_note,
        noted, foreign, pair, written, writing,
    }
}

impl ReviewWords {
    /// The keys and their effects.
    pub fn rows(&self) -> [(&str, &str); 13] {
        [
            (&self.space_bar, &self.space),
            ("← →", &self.frames),
            ("↑ ↓", &self.repetitions),
            ("1 – 9", &self.numbers),
            (", .", &self.speed),
            ("L", &self.l),
            ("G", &self.g),
            ("B", &self.b),
            ("/", &self.slash),
            ("N", &self.n),
            ("S", &self.s),
            ("E", &self.e),
            ("Esc", &self.esc),
        ]
    }
}
