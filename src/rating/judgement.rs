//! What a rater says of a clip.

use crate::coach::Verdict;
use crate::language::Language;

/// What a rater says of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Where the bend came from.
    From(Verdict),
    /// It cannot be told from the clip.
    CannotTell,
}

/// Each judgement with its word in files, and what people type for short. Their longer words are those of their language:
/// [`Language::typed_judgements`].
const WORDS: [(Judgement, &[&str]); 4] = [
    (Judgement::From(Verdict::Hips), &["hips", "h", "1"]),
    (Judgement::From(Verdict::Mixed), &["mixed", "m", "2"]),
    (Judgement::From(Verdict::Back), &["back", "b", "3"]),
    (Judgement::CannotTell, &["cannot_tell", "cannot tell", "?", "4"]),
];

/// Each judgement with all words for it, in small letters.
fn words() -> impl Iterator<Item = (Judgement, &'static str)> {
    let typed = |place: usize| Language::ALL.into_iter().flat_map(move |language| language.typed_judgements()[place]);
    (0..).zip(WORDS).flat_map(move |(place, (judgement, short))| {
        short.iter().chain(typed(place)).map(move |word| (judgement, *word))
    })
}

impl Judgement {
    /// The word in files.
    pub fn word(self) -> &'static str {
        let words = WORDS.iter().find(|(judgement, _)| *judgement == self);
        words.and_then(|(_, words)| words.first()).copied().unwrap_or_default()
    }

    /// Reads a word; `None` if it is none of the known ones.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        words().find(|(_, known)| *known == word).map(|(judgement, _)| judgement)
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
        for (judgement, word) in words() {
            assert_eq!(Judgement::from_word(judgement.word()), Some(judgement));
            assert_eq!(Judgement::from_word(&format!(" {} ", word.to_uppercase())), Some(judgement), "{word}");
        }
        assert_eq!(Judgement::from_word("Hüfte"), Some(Judgement::From(Verdict::Hips)));
        for unknown in ["", "5", "hipps", "none", "hips back"] {
            assert_eq!(Judgement::from_word(unknown), None, "{unknown}");
        }
    }
}
