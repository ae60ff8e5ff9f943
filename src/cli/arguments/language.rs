//! A language on the command line, by its code.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, Command};

use crate::i18n::Language;

/// A language by its code; `None` for an empty variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Spoken(pub Option<Language>);

/// Parses a language code, and offers all of them to completion and help. A variable may be empty; what is typed names a language.
#[derive(Clone, Debug)]
pub(in crate::cli) struct SpokenParser;

impl TypedValueParser for SpokenParser {
    type Value = Spoken;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, code: &OsStr) -> Result<Spoken, Error> {
        spoken(&code.to_string_lossy()).map_err(|told| refusal(command, &told))
    }

    fn parse_ref_(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        code: &OsStr,
        from: ValueSource,
    ) -> Result<Spoken, Error> {
        if code.is_empty() && from == ValueSource::CommandLine {
            return Err(refusal(command, &unknown("")));
        }
        self.parse_ref(command, argument, code)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |language: Language| PossibleValue::new(language.code()).help(language.name());
        Some(Box::new(Language::ALL.into_iter().map(value)))
    }
}

fn spoken(code: &str) -> Result<Spoken, String> {
    match Language::of_code(code) {
        None if !code.is_empty() => Err(unknown(code)),
        language => Ok(Spoken(language)),
    }
}

fn unknown(code: &str) -> String {
    format!("bendwise speaks {}, not \"{}\"", Language::codes("and"), crate::visible::visible(&code))
}

fn refusal(command: &Command, told: &str) -> Error {
    Error::raw(ErrorKind::InvalidValue, format!("{told}\n")).with_cmd(command)
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
