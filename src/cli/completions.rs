//! `bendwise completions`: prints a completion script for a shell.

use clap::CommandFactory;

use super::arguments::{Arguments, CompletionsArgs};
use super::{Exit, exit};

pub(super) fn run(completions: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Arguments::command(), "bendwise", &mut script);
    exit::print(&String::from_utf8(script)?)?;
    Ok(Exit::Done)
}
