//! What a set is for.

/// What a set is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SetPurpose {
    /// To practise.
    #[default]
    Practice,
    /// To see what stayed: bends without any feedback, which are not counted.
    Retention,
}

impl SetPurpose {
    /// The word for it in the database and in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Retention => "retention",
        }
    }

    /// Parses a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Practice, Self::Retention].into_iter().find(|purpose| purpose.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_stay_what_they_are() {
        for (purpose, word) in [(SetPurpose::Practice, "practice"), (SetPurpose::Retention, "retention")] {
            assert_eq!((purpose.word(), SetPurpose::from_word(word)), (word, Some(purpose)));
        }
        assert_eq!(SetPurpose::from_word("test"), None);
    }
}
