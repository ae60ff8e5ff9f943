//! A language's file, word by word: none may be missing, none too much.
//!
//! Without serde, whose derived code for some 400 words took a sixth of the time that this crate takes to build.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::coach::drill::SECTIONS;
use crate::language::Language;

/// What is wrong with a language's file.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The file is not TOML.
    #[error(transparent)]
    Syntax(#[from] toml::de::Error),
    /// Something else than a text in a section.
    #[error("{0} is not a text in a section")]
    NotText(String),
    /// A word is needed and not there.
    #[error("{0} is missing")]
    Missing(String),
    /// No such word.
    #[error("{0} is used nowhere")]
    Unknown(String),
}

/// Every text of a language's file that is not taken yet, by `section.word`.
#[derive(Debug)]
pub(super) struct WordsFile {
    pub language: Language,
    pub texts: BTreeMap<String, String>,
}

impl WordsFile {
    /// What the file holds.
    ///
    /// # Errors
    /// When it is not TOML, or holds anything but sections of texts.
    pub fn parse(language: Language, file: &str) -> Result<Self, WordsError> {
        let mut texts = BTreeMap::new();
        for (section, words) in DeTable::parse(file)?.into_inner() {
            let section = section.into_inner();
            if SECTIONS.contains(&section.as_ref()) {
                continue; // those of the drills are read with them
            }
            let DeValue::Table(words) = words.into_inner() else { return Err(WordsError::NotText(section.into())) };
            for (word, text) in words {
                let name = format!("{section}.{}", word.into_inner());
                let DeValue::String(text) = Spanned::into_inner(text) else { return Err(WordsError::NotText(name)) };
                texts.insert(name, text.into_owned());
            }
        }
        Ok(Self { language, texts })
    }

    /// Takes the text of a word.
    ///
    /// # Errors
    /// When it is missing.
    pub fn take(&mut self, section: &str, word: &str) -> Result<String, WordsError> {
        let name = format!("{section}.{word}");
        self.texts.remove(&name).ok_or(WordsError::Missing(name))
    }

    /// Checks that every text was taken.
    ///
    /// # Errors
    /// When one was not.
    pub fn finish(self) -> Result<(), WordsError> {
        self.texts.into_keys().next().map_or(Ok(()), |name| Err(WordsError::Unknown(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[verdict]\nhips = 'Hips'\nback = 'Back'\n";

    fn parse(file: &str) -> Result<WordsFile, WordsError> {
        WordsFile::parse(Language::English, file)
    }

    #[test]
    fn each_word_is_taken_once_and_none_may_be_left() {
        let mut file = parse(FILE).unwrap();
        assert_eq!(file.take("verdict", "hips").unwrap(), "Hips");
        assert_eq!(file.take("verdict", "hips").unwrap_err().to_string(), "verdict.hips is missing");
        assert_eq!(file.finish().unwrap_err().to_string(), "verdict.back is used nowhere");
    }

    #[test]
    fn only_sections_of_texts_are_taken() {
        assert!(matches!(parse("[verdict"), Err(WordsError::Syntax(_))));
        for (file, name) in [("hips = 'Hips'", "hips"), ("[verdict]\nhips = 3", "verdict.hips")] {
            assert!(matches!(parse(file), Err(WordsError::NotText(not_text)) if not_text == name));
        }
    }
}
