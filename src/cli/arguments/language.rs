//! A language on the command line, by its code.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{Error, ErrorKind};
use clap::{Arg, Command};

use crate::i18n::Language;

/// A language by its code; `None` for an empty variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Spoken(pub Option<Language>);

/// Parses a language code, and offers all of them to completion and help.
#[derive(Clone, Debug)]
pub(in crate::cli) struct SpokenParser;

impl TypedValueParser for SpokenParser {
    type Value = Spoken;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, code: &OsStr) -> Result<Spoken, Error> {
        let code = code.to_string_lossy();
        spoken(&code).map_err(|told| Error::raw(ErrorKind::InvalidValue, format!("{told}\n")).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |language: Language| PossibleValue::new(language.code()).help(language.name());
        Some(Box::new(Language::ALL.into_iter().map(value)))
    }
}

fn spoken(code: &str) -> Result<Spoken, String> {
    match Language::of_code(code) {
        None if !code.is_empty() => {
            Err(format!("bendwise speaks {}, not \"{}\"", Language::codes("and"), crate::visible::visible(&code)))
        }
        language => Ok(Spoken(language)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_set_to_nothing_names_no_language() {
        assert_eq!(spoken(""), Ok(Spoken(None)));
        assert_eq!(spoken("DE"), Ok(Spoken(Some(Language::German))));
        assert_eq!(spoken("fr"), Err("bendwise speaks en, de and es, not \"fr\"".to_owned()));
    }
}
