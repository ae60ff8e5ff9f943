//! "From the hips", "mixed" or "from the back".

/// Where a bend mostly came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Mostly from the hips.
    Hips,
    /// From both.
    Mixed,
    /// Mostly from the low back.
    Back,
}

impl Verdict {
    /// Returns the word for this verdict in files; `none` if there is no verdict.
    pub fn word(verdict: Option<Self>) -> &'static str {
        match verdict {
            Some(Self::Hips) => "hips",
            Some(Self::Mixed) => "mixed",
            Some(Self::Back) => "back",
            None => "none",
        }
    }

    /// Parses a word from a file: a verdict, or none. Returns `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Option<Self>> {
        let known = [None, Some(Self::Hips), Some(Self::Mixed), Some(Self::Back)];
        known.into_iter().find(|verdict| Self::word(*verdict) == word)
    }
}
