//! The command line: one file a subcommand, each puts rooms together and holds no arithmetic.
//!
//! [`arguments`] is what a person typed, [`setup`] makes of it what the rooms need, [`ending`] turns whatever happens
//! into an exit code and at most one sentence. A session that goes on in time (`live`, `demo`) runs on the threads of
//! [`feed`] and is shown by [`watch`]: in a window ([`glass`]) or in the terminal ([`teletype`]).

mod analyze;
mod annotation;
mod arguments;
mod cameras;
mod company;
mod completions;
mod demo;
mod doctor;
mod drills;
mod ending;
mod export;
mod feed;
mod findings;
mod glass;
mod governor;
mod interruption;
mod keeping;
mod leader;
mod live;
mod look;
mod man;
mod mobility;
mod outputs;
mod remeasure;
mod repaint;
mod report;
mod review;
mod sessions;
mod setup;
mod sound;
mod teletype;
mod trend;
mod watch;
mod watchdog;

use clap::Parser;

use arguments::{Arguments, Command, Spoken};
pub use ending::Exit;
use setup::Setup;

use crate::pose::runtime::Runtime;
use crate::words::Language;

/// Runs the program with the arguments of this process, up to its exit code.
pub fn main() -> Exit {
    ending::of(|| {
        let arguments = Arguments::parse();
        setup::listen(arguments.verbose);
        let done = run(arguments);
        Runtime::close(); // here nothing of it is in use any more, and a Mac wants it closed before the process ends
        done
    })
}

fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let language = arguments.lang.and_then(|Spoken(language)| language).unwrap_or_else(Language::of_system);
    let setup = Setup::new(arguments.rooms, language)?;
    match arguments.command.unwrap_or_default() {
        Command::Live(live) => live::run(&setup, &live),
        Command::Mobility(mobility) => mobility::run(&setup, &mobility),
        Command::Demo(demo) => demo::run(&setup, &demo),
        Command::Analyze(analyze) => analyze::run(&setup, &analyze),
        Command::Cameras => cameras::run(),
        Command::Doctor(doctor) => doctor::run(&setup, &doctor),
        Command::Drills(asked) => drills::run(&setup, &asked),
        Command::Sessions(asked) => sessions::run(&setup, &asked),
        Command::Export(asked) => export::run(&setup, &asked),
        Command::Review(asked) => review::run(&setup, &asked),
        Command::Report(asked) => report::run(&setup, &asked),
        Command::Trend(asked) => trend::run(&setup, &asked),
        Command::Completions(completions) => completions::run(&completions),
        Command::Man(man) => man::run(&man),
    }
}
