//! What a rater says of a clip.

use crate::coach::Verdict;

/// What a rater says of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Where the bend came from.
    From(Verdict),
    /// It cannot be told from the clip.
    CannotTell,
}

/// The words for each judgement, in small letters: the one that the form writes first, then what people type.
const WORDS: [(Judgement, &[&str]); 4] = [
    (
        Judgement::From(Verdict::Hips),
        &["hips", "hip", "h", "hüfte", "huefte", "hüften", "from the hips", "aus der hüfte", "1"],
    ),
    (Judgement::From(Verdict::Mixed), &["mixed", "mix", "m", "gemischt", "beides", "aus beidem", "both", "2"]),
    (Judgement::From(Verdict::Back), &["back", "b", "rücken", "ruecken", "r", "from the back", "aus dem rücken", "3"]),
    (
        Judgement::CannotTell,
        &["cannot_tell", "cannot tell", "can't tell", "can’t tell", "?", "unklar", "nicht erkennbar", "4"],
    ),
];

impl Judgement {
    /// The word in files.
    pub fn word(self) -> &'static str {
        let words = WORDS.iter().find(|(judgement, _)| *judgement == self);
        words.and_then(|(_, words)| words.first()).copied().unwrap_or_default()
    }

    /// Reads a word; `None` if it is none of the known ones.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(judgement, _)| *judgement)
    }

    /// The verdict, if there is one.
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Self::From(verdict) => Some(verdict),
            Self::CannotTell => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_people_type_them_and_written_in_one_way() {
        for (judgement, words) in WORDS {
            assert_eq!(Judgement::from_word(judgement.word()), Some(judgement));
            for word in words {
                assert_eq!(Judgement::from_word(&format!(" {} ", word.to_uppercase())), Some(judgement), "{word}");
            }
        }
        assert_eq!(Judgement::from_word("Hüfte"), Some(Judgement::From(Verdict::Hips)));
        for unknown in ["", "5", "hipps", "none", "hips back"] {
            assert_eq!(Judgement::from_word(unknown), None, "{unknown}");
        }
    }
}
