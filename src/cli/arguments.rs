//! The command line. The help is written for someone who has never used the program.

use std::ffi::{OsStr, OsString};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

mod agreement;
mod archive;
mod language;
mod people;
mod practice;
mod recordings;
mod results;
mod selection;
mod sessions;
mod start;

pub(super) use agreement::{CompareArgs, RateArgs, RateCommand, RateMakeArgs, RateScoreArgs};
pub(super) use archive::{ArchiveArgs, CohortArgs};
pub(super) use language::{Spoken, SpokenParser};
pub(super) use people::{PeopleArgs, PeopleCommand, PrescribeArgs, ProfileArgs, ScoreArgs, ScoresArgs, ScoresCommand};
pub(super) use practice::{DemoArgs, Keeping, LiveArgs, MobilityArgs, Video};
pub(super) use recordings::AnalyzeArgs;
pub(super) use results::{ExportArgs, ReportArgs, ReviewArgs, TrendArgs};
pub(super) use selection::SelectionArgs;
pub(super) use sessions::{ListArgs, SessionPackageArgs, SessionsArgs, SessionsCommand};
pub(super) use start::StartArgs;

pub(super) use super::who::Who;
use crate::pose::Landmarker;

const ABOUT: &str = "A webcam coach for the hip hinge: does the bend come from the hips or from the back?";

const LONG_ABOUT: &str = "\
A webcam coach for the hip hinge: does the bend come from the hips or from the back?

Put the camera at hip height and stand 2 to 3 m away, in a close-fitting top. On the start screen choose by a raised hand, a key or the mouse; from then on bendwise leads: it tells you \
where to stand, teaches the movement, counts, says one useful thing at a time, rests and closes. No key is needed: one \
hand above the head for a second goes on to what comes next, both hands pause and go on, and so does walking out of \
the picture and coming back.";

const AFTER_HELP: &str = "\
Examples:
  bendwise                                  open the start screen, with the first camera that works
  bendwise live --drill first-week          start another drill or a programme (`bendwise drills` lists them)
  bendwise live --free                      practise freely: only the angles and where each bend comes from
  bendwise demo                             watch a session that the coach leads, without a camera
  bendwise live --source camera:1           use another camera (`bendwise cameras` lists them)
  bendwise live --source bends.mp4          play a recording as if it were live, without guidance
  bendwise analyze bends.mp4                measure a recording and print its repetitions
  bendwise analyze bends.mp4 --samples bends.csv --summary bends.json --annotate seen.mp4
  bendwise mobility                         how far your hips go, with straight and with soft knees
  bendwise drills                           list the drills (`bendwise drills bow` shows one)
  bendwise people add Anna                  add a person, if several practise here (then: --person Anna)
  bendwise sessions                         list the kept sessions (`bendwise sessions show last`)
  bendwise export last --format csv         export a session as a table (also as `parquet`, `trc`, `mot` and others)
  bendwise archive clinic                   keep all sessions as Parquet in a folder
  bendwise trend                            see how a drill changes from session to session
  bendwise compare last sensors.csv         compare a session with sensors worn on the back
  bendwise rate make last -o study          clips and a form, for people who judge the bends by eye
  bendwise doctor                           check what is missing on this machine

Exit codes:
  0  done    1  failed, one sentence on stderr says why    2  the command line was not understood
  130  stopped by a second Ctrl-C

Environment:
  BENDWISE_HOME    one folder for everything bendwise keeps
  BENDWISE_MODELS  as --models        BENDWISE_LANG  as --lang
  BENDWISE_PERSON  as --person
  ORT_DYLIB_PATH   as --ort-lib       NO_COLOR       no colours in the terminal
  RUST_LOG         log filter, overrides -v

Be assessed by a physiotherapist or chiropractor before you start an exercise routine. Stop when it hurts. \
This is not a medical device.";

/// The heading of the options that every subcommand takes.
const EVERYWHERE: &str = "Options of every command";

/// The parsed command line.
#[derive(Debug, Parser)]
#[command(name = "bendwise", version, about = ABOUT, long_about = LONG_ABOUT, after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// What to do; without it, the start screen.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of the start screen.
    #[command(flatten)]
    pub start: StartArgs,
    /// Where the parts are.
    #[command(flatten)]
    pub rooms: Rooms,
    /// Language of the window, the voice and the summary; without it, that of the system
    #[arg(long, global = true, value_name = "CODE", env = "BENDWISE_LANG", hide_env_values = true,
        value_parser = SpokenParser, help_heading = EVERYWHERE)]
    pub lang: Option<Spoken>,
    /// Print more about what happens (-v, -vv, -vvv)
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = EVERYWHERE)]
    pub verbose: u8,
}

/// Options of every subcommand that measures.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = EVERYWHERE)]
pub(super) struct Rooms {
    /// ONNX Runtime library to use instead of the one that bendwise finds or fetches
    #[arg(long, global = true, value_name = "PATH", env = "ORT_DYLIB_PATH", hide_env_values = true)]
    pub ort_lib: Option<PathBuf>,
    /// Folder that holds the model files
    #[arg(long, global = true, value_name = "DIR", env = "BENDWISE_MODELS", hide_env_values = true)]
    pub models: Option<PathBuf>,
    /// How the joints are found in the picture
    #[arg(long, global = true, value_enum, default_value_t)]
    pub model: Model,
    /// Print at the end how long each stage took, and how many frames were late or dropped
    #[arg(long, global = true)]
    pub stats: bool,
}

/// The landmark network by its name on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Model {
    /// Steadier
    #[default]
    Full,
    /// Faster, for slow machines
    Lite,
}

impl From<Model> for Landmarker {
    fn from(model: Model) -> Self {
        match model {
            Model::Full => Self::Full,
            Model::Lite => Self::Lite,
        }
    }
}

/// The subcommands. Scripts rely on their names.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Guide you through a drill at once, live from a camera, without the start screen
    Live(LiveArgs),
    /// Measure how far your hips go before your low back joins in
    Mobility(MobilityArgs),
    /// Watch a short session that the coach leads, without a camera
    Demo(DemoArgs),
    /// Measure a recording or pictures as fast as possible
    Analyze(AnalyzeArgs),
    /// List the cameras and say which of them work (-v: and what stands among them that is none)
    Cameras,
    /// Check everything bendwise needs and say how to fix what is missing
    Doctor(DoctorArgs),
    /// List the drills, show how one is done, or check a drill file of your own
    Drills(DrillsArgs),
    /// List the kept sessions; show, rename, give away, delete, export, import or re-measure them
    Sessions(SessionsArgs),
    /// List who practises here; add, show, rename, change, export, import or forget a person
    People(PeopleArgs),
    /// List the scores of questionnaires; add or remove one
    Scores(ScoresArgs),
    /// Give a person a prescription, list or end those given, or write one to a file for another machine
    Prescribe(PrescribeArgs),
    /// Export a kept session for other programs: tables, markers and angles for OpenSim and C3D readers, a bundle for a clinic's record
    Export(ExportArgs),
    /// Write the kept sessions into a folder of Parquet for DuckDB, Polars and Spark, and keep it up to date
    Archive(ArchiveArgs),
    /// Show who practises how and what changes, by person, drill or month, out of such a folder
    Cohort(CohortArgs),
    /// Review a kept session: its video with the measurements, its curves, its repetitions side by side
    Review(ReviewArgs),
    /// Write a session as a page for your physiotherapist: verdicts, pictures, curves, and how large the error is
    Report(ReportArgs),
    /// Show how a drill changes from session to session
    Trend(TrendArgs),
    /// Compare a session with a second measurement of the same bends: bias, limits of agreement, error
    Compare(CompareArgs),
    /// Let people rate bends by eye, and see how well they agree with each other and with bendwise
    Rate(RateArgs),
    /// Print a script with which a shell completes the commands of bendwise (Tab)
    Completions(CompletionsArgs),
    /// Write the manual pages into a folder
    #[command(hide = true)] // for packaging: dist/make.sh
    Man(ManArgs),
}

/// `bendwise doctor`
#[derive(Args, Debug)]
pub(super) struct DoctorArgs {
    /// Also speak, chime and hum, to check the sound
    #[arg(long)]
    pub sound: bool,
    /// Offer to fetch or install what is missing: each step is asked for, and without a terminal only the commands are printed
    #[arg(long, conflicts_with = "sound")]
    pub fix: bool,
}

/// `bendwise drills`
#[derive(Args, Debug)]
pub(super) struct DrillsArgs {
    /// The drill or programme to show; without it, all are listed
    #[arg(value_name = "NAME", value_parser = filled)]
    pub name: Option<String>,
    /// Check a drill file of your own and say what is wrong in it
    #[arg(long, value_name = "FILE.toml", conflicts_with = "name")]
    pub check: Option<PathBuf>,
}

/// `bendwise completions`
#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell that will read it
    pub shell: clap_complete::Shell,
}

/// `bendwise man`
#[derive(Args, Debug)]
pub(super) struct ManArgs {
    /// The folder to write into; it is created if it does not exist
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// A parser of whole numbers in a range, which says it in words.
pub(super) fn whole<T: TryFrom<u64>>(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.trim().parse().ok().filter(|number| range.contains(number));
        let number = number.and_then(|number: u64| T::try_from(number).ok());
        number.ok_or_else(|| format!("give a whole number from {} to {}", range.start(), range.end()))
    }
}

/// What is said of a text of which nothing is to be seen.
const EMPTY: &str = "it is empty: write what is meant, or leave it out where it may be left out";

/// Parses a name or another text. An empty one is what a script passes that lacks it: it names nobody and nothing, and must not stand for
/// the first that there is, or take away what was written before.
pub(super) fn filled(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err(EMPTY) } else { Ok(text.to_owned()) }
}

/// The same of a name in a list, without the spaces that stand around its commas.
pub(super) fn filled_trimmed(text: &str) -> Result<String, &'static str> {
    filled(text).map(|name| name.trim().to_owned())
}

/// The same of what may be the name of a file, in whatever letters the system has.
pub(super) fn filled_os() -> impl TypedValueParser<Value = OsString> {
    let is_blank = |text: &OsStr| text.to_str().is_some_and(|text| text.trim().is_empty());
    OsStringValueParser::new().try_map(move |text: OsString| if is_blank(&text) { Err(EMPTY) } else { Ok(text) })
}

/// Parses the number of a row in a list.
pub(super) fn row_number(text: &str) -> Result<i64, &'static str> {
    text.trim().parse().ok().filter(|number| *number > 0).ok_or("give a whole number from 1, as the list has it")
}

/// Parses a day, written as it is in files: of a moment the time would count for nothing.
pub(super) fn day(text: &str) -> Result<Date, &'static str> {
    text.parse().ok().filter(|day: &Date| day.to_string() == text).ok_or("write a day as 2026-11-28")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    /// Whoever looks for what can be done finds it in the first list of commands.
    #[test]
    fn the_line_of_a_command_says_what_its_own_commands_do() {
        let program = Arguments::command();
        for (command, said_otherwise) in
            [("sessions", &["list", "note", "path"][..]), ("people", &["list", "set"]), ("scores", &["list"])]
        {
            let command = program.find_subcommand(command).unwrap();
            let line = command.get_about().unwrap().to_string().replace("re-measure", "remeasure");
            let own = command.get_subcommands().map(clap::Command::get_name);
            for name in own.filter(|name| !said_otherwise.contains(name)) {
                assert!(line.contains(name), "{name}: {line}");
            }
        }
    }

    #[test]
    fn bendwise_alone_takes_a_source() {
        let arguments = Arguments::parse_from(["bendwise"]);
        assert!(arguments.command.is_none() && !arguments.start.is_given());
        let arguments = Arguments::parse_from(["bendwise", "--source", "camera:1"]);
        assert!(arguments.command.is_none() && arguments.start.is_given());
        let arguments = Arguments::parse_from(["bendwise", "--person", "Anna", "--source", "bends.mp4"]);
        assert!(arguments.start.is_given());
        assert_eq!(arguments.start.live().who.name(), Some("Anna"));
        for command in [&["scores", "list"][..], &["sessions", "list"], &["live"]] {
            let line = [&["bendwise"], command, &["--person", "Anna"]].concat();
            assert!(!Arguments::parse_from(line).start.is_given(), "{command:?}");
        }
    }

    #[test]
    fn what_measures_for_a_person_can_measure_every_frame_when_asked() {
        let asked = |line: &[&str]| match Arguments::parse_from(line).command.unwrap() {
            Command::Live(LiveArgs { every_frame, .. }) | Command::Analyze(AnalyzeArgs { every_frame, .. }) => {
                every_frame
            }
            Command::Sessions(SessionsArgs { what: Some(SessionsCommand::Remeasure { every_frame, .. }), .. }) => {
                every_frame
            }
            other => panic!("{other:?}"),
        };
        for line in
            [&["bendwise", "live"][..], &["bendwise", "analyze", "a.mp4"], &["bendwise", "sessions", "remeasure"]]
        {
            assert!(!asked(line) && asked(&[line, &["--every-frame"]].concat()), "{line:?}");
        }
    }

    #[test]
    fn nothing_typed_is_neither_a_name_nor_a_text() {
        let takes: [&[&str]; 37] = [
            &["--person", "?"],
            &["--source", "?"],
            &["live", "--source", "?"],
            &["live", "--drill", "?"],
            &["mobility", "--source", "?"],
            &["analyze", "?"],
            &["analyze", "a.mp4", "--keep", "--drill", "?"],
            &["drills", "?"],
            &["sessions", "--drill", "?"],
            &["sessions", "list", "--drill", "?"],
            &["sessions", "show", "?"],
            &["sessions", "rename", "?", "first"],
            &["sessions", "rename", "last", "?"],
            &["sessions", "note", "last", "?"],
            &["sessions", "give", "?", "--to", "Ben"],
            &["sessions", "give", "last", "--to", "?"],
            &["sessions", "delete", "2026-11-22", "?"],
            &["sessions", "export", "?"],
            &["sessions", "export", "--drill", "?"],
            &["sessions", "remeasure", "?"],
            &["sessions", "path", "?"],
            &["people", "add", "?"],
            &["people", "rename", "?", "Ben"],
            &["people", "rename", "Anna", "?"],
            &["people", "set", "?", "--height", "1.8"],
            &["people", "forget", "?"],
            &["people", "export", "?"],
            &["people", "import", "a", "--as", "?"],
            &["export", "?", "--format", "csv"],
            &["export", "--drill", "?", "--format", "csv"],
            &["report", "?"],
            &["review", "?"],
            &["trend", "--drill", "?"],
            &["compare", "?", "b.csv"],
            &["compare", "last", "?"],
            &["rate", "make", "?", "-o", "study"],
            &["rate", "make", "a", "b", "-o", "study", "--persons", "Anna,?"],
        ];
        for line in takes {
            let parsed = |typed: &str| {
                let words = line.iter().map(|word| word.replace('?', typed));
                Arguments::try_parse_from(std::iter::once("bendwise".to_owned()).chain(words))
            };
            assert!(parsed("bow").is_ok(), "{line:?}");
            assert_eq!(parsed("").unwrap_err().exit_code(), 2, "{line:?}");
            let is_path = [&["analyze", "?"][..], &["compare", "last", "?"]].contains(&line); // a space may be a file
            assert_eq!(parsed(" \u{a0}").is_err(), !is_path, "{line:?}");
        }
    }

    #[test]
    fn one_person_is_one_however_the_list_is_spaced() {
        let line = ["bendwise", "rate", "make", "a", "b", "c", "-o", "study", "--persons", "P1, P1 ,P 2"];
        let Some(Command::Rate(RateArgs { what: RateCommand::Make(make) })) = Arguments::parse_from(line).command
        else {
            panic!("it is `rate make`")
        };
        assert_eq!(make.persons, ["P1", "P1", "P 2"]);
    }

    #[test]
    fn options_of_every_subcommand_may_stand_before_or_after_it() {
        for line in [["bendwise", "--model", "lite", "demo"], ["bendwise", "demo", "--model", "lite"]] {
            assert_eq!(Arguments::parse_from(line).rooms.model, Model::Lite);
        }
    }
}
