//! The command line. The help is written for someone who has never used the program.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::archive_arguments::{ArchiveArgs, CohortArgs};
pub(super) use super::who::Who;
use crate::export::{CsvDialect, ExportFormat};
use crate::i18n::Language;
use crate::pose::Landmarker;
use crate::recording::Size;
use crate::source::camera::PictureAspect;
use crate::source::picture_rate::{DEFAULT_RATE, RATES};
use crate::spine::Facing;
use crate::store::{Instrument, Person};

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

/// A volume.
fn percent(text: &str) -> Result<u8, &'static str> {
    text.trim().parse().ok().filter(|percent| *percent <= 100).ok_or("give a whole number from 0 to 100")
}

mod start;

pub(super) use start::StartArgs;

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
    /// Language of the window, the voice and the summary: en or de; without it, that of the system
    #[arg(long, global = true, value_name = "en|de", env = "BENDWISE_LANG", hide_env_values = true,
        value_parser = spoken, help_heading = EVERYWHERE)]
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
    /// Print at the end how long each stage took, and how many frames were dropped
    #[arg(long, global = true)]
    pub stats: bool,
}

/// A language by its code; `None` for an empty variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spoken(pub Option<Language>);

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
    /// List the kept sessions; show, rename or delete one
    Sessions(SessionsArgs),
    /// List who practises here; add, show, rename, forget or export a person
    People(PeopleArgs),
    /// Add and list scores of questionnaires
    Scores(ScoresArgs),
    /// Give a person a prescription, or write one to a file for another machine
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
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Write the manual pages into a folder
    #[command(hide = true)] // for packaging: dist/make.sh
    Man(ManArgs),
}

impl Default for Command {
    fn default() -> Self {
        Self::Live(LiveArgs::default())
    }
}

/// `bendwise live`
#[derive(Args, Debug, Default)]
pub(super) struct LiveArgs {
    /// Camera by number (camera:0) or by part of its name, or a recording to play
    #[arg(long, value_name = "camera:N|NAME|FILE")]
    pub source: Option<OsString>,
    /// Shape of the camera's picture, as 16:9, where it does not say that it sends it squeezed
    #[arg(long, value_name = "W:H", allow_hyphen_values = true)]
    pub aspect: Option<PictureAspect>,
    /// The drill or programme (`bendwise drills` lists them); without it, the bow, and on a recording none
    #[arg(long, value_name = "NAME")]
    pub drill: Option<String>,
    /// No guidance: only the angles and where each bend comes from
    #[arg(long, conflicts_with = "drill")]
    pub free: bool,
    /// Do not ask how your back is before and after (a kept, guided session with a camera does)
    #[arg(long)]
    pub no_questions: bool,
    /// Show the sentences, but say and chime nothing
    #[arg(long)]
    pub silent: bool,
    /// A low hum that grows as your low back rounds; with --silent it is the only sound
    #[arg(long)]
    pub tone: bool,
    /// Measure every frame, also while nothing moves (for the computer it is more work)
    #[arg(long)]
    pub every_frame: bool,
    /// How loud voice, chimes and hum are, percent; without it, as in settings.toml, or 100
    #[arg(long, value_name = "0-100", value_parser = percent, allow_hyphen_values = true)]
    pub volume: Option<u8>,
    /// Whether it is kept.
    #[command(flatten)]
    pub keeping: Keeping,
    /// Who practises.
    #[command(flatten)]
    pub who: Who,
    /// Led, whatever the source is: the start screen said so.
    #[arg(skip)]
    pub led: bool,
}

/// Options of every session with a camera.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Keeping {
    /// Do not keep this session (otherwise it stays on this machine: `bendwise sessions`)
    #[arg(long)]
    pub no_keep: bool,
    /// The video that is kept with it
    #[arg(long, value_enum, default_value_t)]
    pub video: Video,
    /// Keep faces in the video as they are (otherwise they are covered)
    #[arg(long)]
    pub faces: bool,
}

/// The video of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Video {
    /// None
    Off,
    /// 640 pixels wide
    #[default]
    Small,
    /// As large as the camera's picture
    Full,
}

impl From<Video> for Option<Size> {
    fn from(video: Video) -> Self {
        match video {
            Video::Off => None,
            Video::Small => Some(Size::Small),
            Video::Full => Some(Size::Full),
        }
    }
}

/// `bendwise mobility`
#[derive(Args, Debug)]
pub(super) struct MobilityArgs {
    /// Camera by number (camera:0) or by part of its name, or a recording to play
    #[arg(long, value_name = "camera:N|NAME|FILE")]
    pub source: Option<OsString>,
    /// Shape of the camera's picture, as 16:9, where it does not say that it sends it squeezed
    #[arg(long, value_name = "W:H", allow_hyphen_values = true)]
    pub aspect: Option<PictureAspect>,
    /// Show the sentences, but say nothing
    #[arg(long)]
    pub silent: bool,
    /// How loud voice, chimes and hum are, percent; without it, as in settings.toml, or 100
    #[arg(long, value_name = "0-100", value_parser = percent, allow_hyphen_values = true)]
    pub volume: Option<u8>,
    /// Write the result to this JSON file
    #[arg(long, value_name = "OUT.json")]
    pub summary: Option<PathBuf>,
    /// Whether it is kept.
    #[command(flatten)]
    pub keeping: Keeping,
    /// Who practises.
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise demo`
#[derive(Args, Debug)]
pub(super) struct DemoArgs {
    /// No guidance: bends with their angles and where each comes from
    #[arg(long)]
    pub free: bool,
    /// Close at the end instead of showing the last picture
    #[arg(long)]
    pub once: bool,
}

/// `bendwise analyze`
#[derive(Args, Debug)]
pub(super) struct AnalyzeArgs {
    /// A video, a folder of JPEG or PNG pictures, or pictures one by one
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub sources: Vec<PathBuf>,
    /// Write every frame's values to this CSV file
    #[arg(long, value_name = "OUT.csv")]
    pub samples: Option<PathBuf>,
    /// How the CSV file is written
    #[arg(long, value_enum, default_value_t, requires = "samples")]
    pub csv_dialect: CsvDialect,
    /// Write the repetitions to this JSON file
    #[arg(long, value_name = "OUT.json")]
    pub summary: Option<PathBuf>,
    /// Write a video with the measurements drawn in to this file
    #[arg(long, value_name = "OUT.mp4")]
    pub annotate: Option<PathBuf>,
    /// Keep it as a session, as live ones are (`bendwise sessions` lists them)
    #[arg(long)]
    pub keep: bool,
    /// The video that is kept with it
    #[arg(long, value_enum, default_value_t, requires = "keep")]
    pub video: Video,
    /// Show faces as they are in what is kept and drawn (otherwise they are covered)
    #[arg(long)]
    pub faces: bool,
    /// Whose session it is.
    #[command(flatten)]
    pub who: Who,
    /// Measure every frame, also while nothing moves (it takes longer)
    #[arg(long)]
    pub every_frame: bool,
    /// Pictures a second, for pictures; a video has its own times
    #[arg(long, value_name = "N", default_value_t = DEFAULT_RATE, value_parser = rate, allow_negative_numbers = true)]
    pub fps: f64,
}

/// `bendwise doctor`
#[derive(Args, Debug)]
pub(super) struct DoctorArgs {
    /// Also speak, chime and hum, to check the sound
    #[arg(long)]
    pub sound: bool,
}

/// `bendwise drills`
#[derive(Args, Debug)]
pub(super) struct DrillsArgs {
    /// The drill or programme to show; without it, all are listed
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Check a drill file of your own and say what is wrong in it
    #[arg(long, value_name = "FILE.toml", conflicts_with = "name")]
    pub check: Option<PathBuf>,
}

/// `bendwise sessions`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct SessionsArgs {
    /// What to do; without it, `list`.
    #[command(subcommand)]
    pub what: Option<SessionsCommand>,
    /// Which sessions are listed.
    #[command(flatten)]
    pub listed: ListArgs,
    /// Whose sessions (`bendwise people` lists who practises here)
    #[arg(long, global = true, value_name = "NAME", env = "BENDWISE_PERSON", hide_env_values = true)]
    pub person: Option<String>,
}

/// Which sessions are listed.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ListArgs {
    /// Only those of this drill or programme
    #[arg(long, value_name = "NAME")]
    pub drill: Option<String>,
    /// Only those of this day and later
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<Date>,
    /// At most this many, the newest; 50 without it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
}

/// The subcommands of `sessions`. A session is given by its id, its name, or by `last`.
#[derive(Debug, Subcommand)]
pub(super) enum SessionsCommand {
    /// List the sessions, newest first
    List(ListArgs),
    /// Show a session's results
    Show {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Name a session; without a name, remove its name
    Rename {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID")]
        id: String,
        /// The new name
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Attach a note to a session; without a text, remove its note
    Note {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID")]
        id: String,
        /// The note
        #[arg(value_name = "TEXT")]
        text: Option<String>,
    },
    /// Delete sessions permanently, after asking
    Delete {
        /// Which sessions: their ids or names, or `last`
        #[arg(value_name = "ID", required_unless_present = "all")]
        ids: Vec<String>,
        /// All sessions: of the person whom --person names, or of everybody
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Write a session to one file, to take it to another machine
    Export {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID")]
        id: String,
        /// The file to write; without it, the session's id with .bendwise, here
        #[arg(short, long, value_name = "OUT.bendwise")]
        output: Option<PathBuf>,
        /// Leave out the video, name, notes, source and date but the year, and give the session a pseudonym
        #[arg(long)]
        anonymous: bool,
    },
    /// Add sessions from files that `export` wrote, or prescriptions from files that `prescribe` wrote
    Import {
        /// The files
        #[arg(value_name = "FILE.bendwise", required = true)]
        files: Vec<PathBuf>,
    },
    /// Measure a session again from its video, with the networks of this version; both results are kept
    Remeasure {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID", default_value = "last")]
        id: String,
        /// Measure every frame, also while nothing moves (it takes longer)
        #[arg(long)]
        every_frame: bool,
    },
    /// Print the folder of all sessions, or the video of one
    Path {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID")]
        id: Option<String>,
    },
}

/// `bendwise people`
#[derive(Args, Debug)]
pub(super) struct PeopleArgs {
    /// What to do; without it, `list`.
    #[command(subcommand)]
    pub what: Option<PeopleCommand>,
}

/// The subcommands of `people`. A person is given by name or pseudonym.
#[derive(Debug, Subcommand)]
pub(super) enum PeopleCommand {
    /// List who practises here
    List,
    /// Add a person
    Add {
        /// The name
        #[arg(value_name = "NAME")]
        name: String,
        /// What is known about the person.
        #[command(flatten)]
        profile: ProfileArgs,
    },
    /// Show what is kept about a person
    Show {
        /// Who: a name or pseudonym; without it, the only person
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Give a person another name
    Rename {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME")]
        name: String,
        /// The new name
        #[arg(value_name = "NEW NAME")]
        new: String,
    },
    /// Change what is known about a person
    Set {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME")]
        name: String,
        /// What is known about the person.
        #[command(flatten)]
        profile: ProfileArgs,
    },
    /// Delete everything of a person for good, after asking: sessions, videos, notes, prescriptions, scores
    Forget {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME")]
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Write everything of a person into a folder: each session as a .bendwise file, and person.json
    Export {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME")]
        name: String,
        /// The folder to make; without it, the pseudonym, here
        #[arg(short, long, value_name = "FOLDER")]
        output: Option<PathBuf>,
    },
}

/// What is known about a person.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ProfileArgs {
    /// Body height in metres, as 1.78: exported markers are scaled by it
    #[arg(long, value_name = "METRES", value_parser = height)]
    pub height: Option<f64>,
    /// The side that is shown to the camera
    #[arg(long, value_enum)]
    pub side: Option<ShownSide>,
    /// Language of the window and the voice: en or de
    #[arg(long = "language", value_name = "en|de", value_parser = spoken)]
    pub language: Option<Spoken>,
}

/// A side of the body by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShownSide {
    /// The left side
    Left,
    /// The right side
    Right,
}

impl From<ShownSide> for Facing {
    fn from(side: ShownSide) -> Self {
        match side {
            ShownSide::Left => Self::Left,
            ShownSide::Right => Self::Right,
        }
    }
}

const SCORES_HELP: &str = "\
Examples:
  bendwise scores add odi 24 --version 2.1a               Oswestry Disability Index, per cent
  bendwise scores add rmdq 9 --version 24                 Roland-Morris, number of statements that apply
  bendwise scores add psfs 4 --item \"Lifting my child\"   an activity, 0 (cannot) to 10 (as before)
  bendwise scores add nrs-week 5 --on 2026-11-16          pain in the last week, on another day

The questionnaires themselves are not part of bendwise: fill them in elsewhere and type in the score.";

/// `bendwise scores`
#[derive(Args, Debug)]
#[command(after_help = SCORES_HELP)]
pub(super) struct ScoresArgs {
    /// What to do; without it, `list`.
    #[command(subcommand)]
    pub what: Option<ScoresCommand>,
    /// Whose scores (`bendwise people` lists who practises here)
    #[arg(long, global = true, value_name = "NAME", env = "BENDWISE_PERSON", hide_env_values = true)]
    pub person: Option<String>,
}

/// The subcommands of `scores`.
#[derive(Debug, Subcommand)]
pub(super) enum ScoresCommand {
    /// List the scores of a person, oldest first
    List,
    /// Add a score
    Add(ScoreArgs),
}

/// `bendwise scores add`
#[derive(Args, Debug)]
pub(super) struct ScoreArgs {
    /// Of what: nrs-week (pain), psfs, odi or rmdq
    #[arg(value_name = "INSTRUMENT", value_parser = instrument)]
    pub instrument: Instrument,
    /// The score: pain and psfs 0 to 10, odi 0 to 100 per cent, rmdq 0 to 24
    #[arg(value_name = "SCORE", allow_negative_numbers = true)]
    pub value: f64,
    /// The version of the questionnaire (needed for odi and rmdq), as 2.1a
    #[arg(long, value_name = "VERSION", required_if_eq_any([("instrument", "odi"), ("instrument", "rmdq")]))]
    pub version: Option<String>,
    /// The activity of a PSFS item, in the person's words
    #[arg(long, value_name = "ACTIVITY", required_if_eq("instrument", "psfs"))]
    pub item: Option<String>,
    /// The day on which it was given; without it, today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<Date>,
}

const PRESCRIBE_HELP: &str = "\
Examples:
  bendwise prescribe --example > anna.toml                 a prescription to begin with
  bendwise prescribe anna.toml                             check it, and give it to Anna on this machine
  bendwise prescribe anna.toml -o for-anna.bendwise        check it, and write it for her own machine";

/// `bendwise prescribe`
#[derive(Args, Debug)]
#[command(after_help = PRESCRIBE_HELP)]
pub(super) struct PrescribeArgs {
    /// The prescription
    #[arg(value_name = "FILE.toml", conflicts_with = "example")]
    pub file: Option<PathBuf>,
    /// Print a prescription to begin with
    #[arg(long)]
    pub example: bool,
    /// Write it to this file for another machine, where `bendwise sessions import` takes it
    #[arg(short, long, value_name = "OUT.bendwise", requires = "file")]
    pub output: Option<PathBuf>,
    /// For whom.
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise export`
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// Which sessions: their ids or names, or `last`
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// The file format
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// The file to write, or a folder to write into; without it, the session's id with the format's ending, here
    #[arg(short, long, value_name = "FILE|FOLDER")]
    pub output: Option<PathBuf>,
    /// How CSV files are written
    #[arg(long, value_enum, default_value_t)]
    pub csv_dialect: CsvDialect,
    /// Leave out name, notes, source and date, and give the session a pseudonym
    #[arg(long)]
    pub anonymous: bool,
    /// In FHIR, leave out the page of the report
    #[arg(long)]
    pub no_report: bool,
    /// Whose sessions.
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise review`
#[derive(Args, Debug)]
pub(super) struct ReviewArgs {
    /// Which session: its id or name, or `last`, or a file that `bendwise sessions export` wrote
    #[arg(value_name = "ID|FILE.bendwise", default_value = "last")]
    pub id: OsString,
    /// Whose session.
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise report`
#[derive(Args, Debug, Default)]
pub(super) struct ReportArgs {
    /// Which session: its id or name, or `last`
    #[arg(value_name = "ID", default_value = "last")]
    pub id: String,
    /// The file to write; without it, the session's id with .html, here
    #[arg(short, long, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
    /// One page about every session of its drill from this day on (year-month-day), instead of one session
    #[arg(long, value_name = "DATE")]
    pub since: Option<Date>,
    /// Leave out the pictures, and draw the postures instead
    #[arg(long)]
    pub no_pictures: bool,
    /// Leave out pictures, name and note
    #[arg(long)]
    pub anonymous: bool,
    /// Show faces as they are (otherwise they are covered)
    #[arg(long)]
    pub faces: bool,
    /// Also print it as PDF, with a browser that is installed
    #[arg(long)]
    pub pdf: bool,
    /// Replace a report of the same name
    #[arg(long)]
    pub force: bool,
    /// Whose session.
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise trend`
#[derive(Args, Debug)]
pub(super) struct TrendArgs {
    /// The drill; `free` is practice without guidance; without it, the one practised last
    #[arg(long, value_name = "NAME")]
    pub drill: Option<String>,
    /// Print CSV, one row per session; without --drill, of every drill
    #[arg(long)]
    pub csv: bool,
    /// How the CSV is written
    #[arg(long, value_enum, default_value_t, requires = "csv")]
    pub csv_dialect: CsvDialect,
    /// Whose sessions.
    #[command(flatten)]
    pub who: Who,
}

const COMPARE_HELP: &str = "\
Examples:
  bendwise compare last sensors.csv            a table with time_s, t12_deg and s1_deg, or lumbar_flexion_deg
  bendwise compare last t12.csv s1.csv         two inclinometers or phones, each with a clock of its own
  bendwise compare bends.csv motion.mot        samples of `analyze --samples`, and a motion of OpenSim
  bendwise compare last t12.csv s1.csv --offset=12.5,-3 --json agreement.json

The clocks are aligned by the movement itself, so both recordings have to hold the same bends, with some seconds of \
standing before them. docs/compare.md lists the names of columns and tells how to measure with two phones.";

/// `bendwise compare`
#[derive(Args, Debug)]
#[command(after_help = COMPARE_HELP)]
pub(super) struct CompareArgs {
    /// Which session: its id or name, or `last`, or a file that `bendwise sessions export` or `analyze --samples` wrote
    #[arg(value_name = "ID|FILE")]
    pub session: OsString,
    /// The second measurement: a CSV, .mot or .sto file, or the logs of two phones, on T12/L1 and on S1
    #[arg(required = true, num_args = 1..=2, value_name = "TRUTH")]
    pub truth: Vec<PathBuf>,
    /// About what each file's time is when the session's is 0, if bends are too regular to tell
    #[arg(long, value_name = "SECONDS", value_delimiter = ',', allow_negative_numbers = true, value_parser = seconds)]
    pub offset: Vec<f64>,
    /// The page to write; without it, the session's name with -compare.html, here
    #[arg(short, long, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
    /// Also write the numbers to this JSON file
    #[arg(long, value_name = "OUT.json")]
    pub json: Option<PathBuf>,
    /// Whose session.
    #[command(flatten)]
    pub who: Who,
}

const RATE_HELP: &str = "\
Examples:
  bendwise rate make 2026-11-20 2026-11-22 -o study         clips of both sessions, shuffled
  bendwise rate make a.bendwise b.bendwise c.bendwise --persons P1,P1,P2 -o study
  bendwise rate score study/key.json anna.csv ben.csv       agreement of two raters and bendwise

Give the raters the folder for-raters and keep key.json from them. docs/rate.md tells how to run a study.";

/// `bendwise rate`
#[derive(Args, Debug)]
#[command(after_help = RATE_HELP)]
pub(super) struct RateArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: RateCommand,
}

/// The subcommands of `rate`.
#[derive(Debug, Subcommand)]
pub(super) enum RateCommand {
    /// Cut shuffled clips of single repetitions, with a form for the raters and a key
    Make(RateMakeArgs),
    /// Score what the raters saw: weighted kappa of each two, and of each with bendwise
    Score(RateScoreArgs),
}

/// `bendwise rate make`
#[derive(Args, Debug)]
pub(super) struct RateMakeArgs {
    /// Which sessions: their ids, `last`, or files that `bendwise sessions export` wrote; kept with their video
    #[arg(required = true, value_name = "ID|FILE.bendwise")]
    pub sessions: Vec<OsString>,
    /// The folder to make; it must not exist yet
    #[arg(short, long, required = true, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Whose each session is, in the same order: any names, which only the key holds
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub persons: Vec<String>,
    /// The seed of the shuffle, to make the same clips again; without it, a random one, which the key holds
    #[arg(long, value_name = "N")]
    pub seed: Option<u32>,
}

/// `bendwise rate score`
#[derive(Args, Debug)]
pub(super) struct RateScoreArgs {
    /// The key.json that `rate make` wrote
    #[arg(value_name = "KEY")]
    pub key: PathBuf,
    /// The ratings, one file a rater
    #[arg(required = true, value_name = "RATINGS.csv")]
    pub ratings: Vec<PathBuf>,
    /// The page to write; without it, rating-SET.html, here
    #[arg(short, long, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
    /// Also write the numbers to this JSON file
    #[arg(long, value_name = "OUT.json")]
    pub json: Option<PathBuf>,
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

/// Parses a language code.
fn spoken(code: &str) -> Result<Spoken, String> {
    match Language::of_code(code) {
        None if !code.is_empty() => Err(format!("bendwise speaks {}", Language::ALL.map(Language::code).join(" and "))),
        language => Ok(Spoken(language)),
    }
}

/// Parses an instrument whose score is typed in.
fn instrument(word: &str) -> Result<Instrument, String> {
    const TYPED: [Instrument; 4] = [Instrument::NrsWeek, Instrument::Psfs, Instrument::Odi, Instrument::Rmdq];
    let known = TYPED.into_iter().find(|instrument| instrument.word() == word);
    known.ok_or_else(|| format!("one of {}", TYPED.map(Instrument::word).join(", ")))
}

/// Parses a body height.
fn height(text: &str) -> Result<f64, String> {
    let (least, most) = (Person::HEIGHT.start(), Person::HEIGHT.end());
    text.parse()
        .ok()
        .filter(|height| Person::HEIGHT.contains(height))
        .ok_or_else(|| format!("metres, from {least} to {most}"))
}

/// Parses a number of seconds.
fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds: &f64| seconds.is_finite()).ok_or_else(|| "a number of seconds".to_owned())
}

/// Parses a picture rate.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if RATES.contains(&rate) => Ok(rate),
        _ => Err(format!("a number from {} to {}", RATES.start(), RATES.end())),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn bendwise_alone_takes_a_source() {
        let arguments = Arguments::parse_from(["bendwise"]);
        assert!(arguments.command.is_none() && !arguments.start.is_given());
        let arguments = Arguments::parse_from(["bendwise", "--source", "camera:1"]);
        assert!(arguments.command.is_none() && arguments.start.is_given());
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
    fn a_variable_that_is_set_to_nothing_names_no_language() {
        assert_eq!(spoken(""), Ok(Spoken(None)));
        assert_eq!(spoken("DE"), Ok(Spoken(Some(Language::German))));
        assert_eq!(spoken("fr"), Err("bendwise speaks en and de".to_owned()));
    }

    #[test]
    fn options_of_every_subcommand_may_stand_before_or_after_it() {
        for line in [["bendwise", "--model", "lite", "demo"], ["bendwise", "demo", "--model", "lite"]] {
            assert_eq!(Arguments::parse_from(line).rooms.model, Model::Lite);
        }
    }
}
