//! The command line: one file a subcommand, each puts rooms together and holds no arithmetic.
//!
//! [`arguments`] is what a person typed, [`setup`] makes of it what the rooms need, [`ending`] turns whatever happens
//! into an exit code and at most one sentence. A session that goes on in time (`live`, `demo`) runs on the threads of
//! [`feed`] and is shown by [`watch`]: in a window ([`glass`]) or in the terminal ([`teletype`]).

mod analysis_outputs;
mod analysis_report;
mod analyze;
mod annotation;
mod arguments;
mod cameras;
mod completions;
mod demo;
mod doctor;
mod drills;
mod exit;
mod export;
mod guided_setup;
mod interruption;
mod live;
mod live_session;
mod live_window;
mod man;
mod mobility;
mod recording_setup;
mod redraw;
mod remeasure;
mod report;
mod review;
mod review_window;
mod session_player;
mod sessions;
mod setup;
mod sound;
mod terminal_session;
mod trend;
mod watch;

use clap::Parser;

use arguments::{Arguments, Command, Spoken};
pub use exit::Exit;
use setup::Setup;

use crate::i18n::Language;
use crate::inference::Runtime;

/// Runs the program with the arguments of this process, up to its exit code.
pub fn main() -> Exit {
    exit::of(|| {
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
