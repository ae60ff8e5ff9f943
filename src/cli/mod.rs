//! The command line: one file per subcommand, which combines the other modules and contains no arithmetic.
//!
//! `arguments` is the parsed command line, `setup` prepares what subcommands need, `exit` turns every outcome into an
//! exit code and at most one sentence. A live session (`live`, `mobility`, `demo`) is a `live_session` shown by `watch`,
//! in a window (`live_window`) or in the terminal (`terminal_session`). Without a subcommand, the start screen (`start`)
//! chooses what comes next and runs it in the same window.

mod analysis_outputs;
mod analysis_report;
mod analyze;
mod annotation;
mod archive;
mod arguments;
mod background;
mod build_finding;
mod cameras;
mod cohort;
mod compare;
mod completions;
mod current_prescription;
mod demo;
mod doctor;
mod doctor_fix;
mod drills;
mod each;
mod equipment;
mod exit;
mod export;
mod file_limit;
mod guided_setup;
#[cfg(target_os = "linux")]
mod heap;
mod input_method;
mod interruption;
mod list_table;
mod live;
mod live_session;
mod live_window;
mod man;
mod mobility;
mod notices;
mod open_file;
mod output_files;
mod pdf;
mod people;
mod person;
mod picture_findings;
mod practised;
mod prescription;
mod prescription_list;
mod rate;
mod rate_make;
mod rate_score;
mod recording_findings;
mod recording_setup;
mod redraw;
mod remeasure;
mod report;
mod report_course;
mod review;
mod review_window;
mod roster;
mod scores;
mod selection;
mod session_file;
mod session_packages;
mod session_sound;
mod sessions;
mod setup;
mod sound;
mod start;
mod start_camera;
mod start_menu;
mod start_window;
mod terminal_kind;
mod terminal_session;
mod trend;
mod trend_window;
mod waiting;
mod watch;
mod who;

use std::io::{self, Write as _};

use clap::Parser;
use clap::error::{ContextKind, ContextValue};

use arguments::{Arguments, Command, Spoken};
pub use exit::Exit;
use exit::UsageError;
use setup::Setup;

use crate::inference::Runtime;
use crate::visible::visible;

/// Options that an environment variable may give, as a usage line has them.
const FROM_VARIABLES: [&str; 3] = ["--ort-lib <PATH> ", "--models <DIR> ", "--lang <CODE> "];

/// Runs the program with the arguments of this process and returns its exit code.
pub fn main() -> Exit {
    file_limit::report_as_error();
    heap::share();
    exit::run(|| {
        let arguments = match parsed()? {
            Ok(arguments) => arguments,
            Err(exit) => return Ok(exit),
        };
        setup::listen(arguments.verbose);
        #[cfg(target_os = "linux")]
        if arguments.command.as_ref().is_none_or(opens_a_window) {
            input_method::leave_out();
        }
        let done = run(arguments);
        Runtime::close(); // no longer in use here, and on a Mac it must be closed before the process ends
        done
    })
}

/// Whether a command shows something in a window.
#[cfg(target_os = "linux")]
fn opens_a_window(command: &Command) -> bool {
    use Command::{Demo, Doctor, Live, Mobility, Review};
    matches!(command, Live(_) | Mobility(_) | Demo(_) | Doctor(_) | Review(_))
}

/// The command line, or the exit code once the help, the version or what is wrong with it was printed; everything from it is made
/// visible, as clap prints it as it is.
fn parsed() -> anyhow::Result<Result<Arguments, Exit>> {
    let error = match Arguments::try_parse() {
        Ok(arguments) => return Ok(Ok(arguments)),
        Err(error) => error,
    };
    let safe = std::env::args_os().map(|argument| visible(&argument.to_string_lossy()));
    let error = without_variables(Arguments::try_parse_from(safe).err().unwrap_or(error));
    let printed = error.print().and_then(|()| io::stdout().flush());
    match error.use_stderr() {
        true => Ok(Err(Exit::Usage)), // where not even that can be printed, the code still says it
        false => printed.map(|()| Err(Exit::Done)).map_err(|cause| exit::OutputError::from(cause).into()),
    }
}

/// The same error with a usage line that has only what was typed: clap also lists what environment variables gave.
fn without_variables(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = FROM_VARIABLES.iter().fold(usage.to_string(), |usage, option| usage.replace(option, ""));
        error.insert(ContextKind::Usage, ContextValue::StyledStr(usage.into()));
    }
    error
}

fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let language = arguments.lang.and_then(|Spoken(language)| language);
    let mut setup = Setup::new(arguments.rooms, language)?;
    setup.speak_as(arguments.command.as_ref().unwrap_or(&Command::Live(arguments.start.live())))?;
    let verbose = arguments.verbose;
    let Some(command) = arguments.command else {
        return start::run(&setup, &arguments.start);
    };
    if arguments.start.is_given() {
        return Err(UsageError(
            "--source, --aspect and --person belong to a command: give them after its name".to_owned(),
        )
        .into());
    }
    match command {
        Command::Live(live) => live::run(&setup, &live),
        Command::Mobility(mobility) => mobility::run(&setup, &mobility),
        Command::Demo(demo) => demo::run(&setup, &demo),
        Command::Analyze(analyze) => analyze::run(&setup, &analyze),
        Command::Cameras => cameras::run(verbose > 0),
        Command::Doctor(doctor) => doctor::run(&setup, &doctor),
        Command::Drills(args) => drills::run(&setup, &args),
        Command::Sessions(args) => sessions::run(&setup, &args),
        Command::People(args) => people::run(&setup, &args),
        Command::Prescribe(args) if args.list || args.end.is_some() => prescription_list::run(&setup, &args),
        Command::Prescribe(args) => prescription::run(&setup, &args),
        Command::Scores(args) => scores::run(&setup, &args),
        Command::Export(args) => export::run(&setup, &args),
        Command::Archive(args) => archive::run(&setup, &args),
        Command::Cohort(args) => cohort::run(&setup, &args),
        Command::Review(args) => review::run(&setup, &args),
        Command::Report(args) => report::run(&setup, &args),
        Command::Trend(args) => trend::run(&setup, &args),
        Command::Compare(args) => compare::run(&setup, &args),
        Command::Rate(args) => rate::run(&setup, &args),
        Command::Completions(completions) => completions::run(&completions),
        Command::Man(man) => man::run(&man),
    }
}
