//! `hinge completions`: a script that lets a shell complete the command line.

use clap::CommandFactory;

use super::Exit;
use super::arguments::{Arguments, Completions};

pub(super) fn run(completions: &Completions) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Arguments::command(), "hinge", &mut script);
    std::io::Write::write_all(&mut std::io::stdout(), &script)?;
    Ok(Exit::Done)
}
