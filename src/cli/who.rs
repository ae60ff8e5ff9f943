//! `--person`, which most subcommands take.

use std::ffi::OsStr;

use clap::builder::{StringValueParser, TypedValueParser};
use clap::error::{Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, Args, Command};

/// Whose session.
#[derive(Args, Clone, Debug)]
pub(super) struct Who {
    /// Who practises or practised (`bendwise people` lists them); without it, the only person
    #[arg(long, value_name = "NAME", env = "BENDWISE_PERSON", hide_env_values = true, value_parser = NameParser)]
    pub person: Option<String>,
}

impl Default for Who {
    /// As if it was left out: then the variable says it.
    fn default() -> Self {
        Self { person: std::env::var("BENDWISE_PERSON").ok() }
    }
}

/// Parses whom `--person` names. The variable may be empty; what is typed names somebody, or a script that lacks a name would delete
/// the session of whoever practised last.
#[derive(Clone, Debug)]
pub(super) struct NameParser;

impl TypedValueParser for NameParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, name: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, name)
    }

    fn parse_ref_(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        name: &OsStr,
        from: ValueSource,
    ) -> Result<String, Error> {
        let name = self.parse_ref(command, argument, name)?;
        if name.trim().is_empty() && from == ValueSource::CommandLine {
            let told = "an empty name is nobody's: say who it is, as `bendwise people` lists them, or leave it out\n";
            return Err(Error::raw(ErrorKind::InvalidValue, told).with_cmd(command));
        }
        Ok(name)
    }
}
