//! `bendwise completions`: a script that lets a shell complete the command line.

use clap::CommandFactory;

use super::arguments::{Arguments, CompletionsArgs};
use super::{Exit, exit};

pub(super) fn run(completions: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Arguments::command(), "bendwise", &mut script);
    exit::print(&String::from_utf8(script)?)?;
    Ok(Exit::Done)
}
