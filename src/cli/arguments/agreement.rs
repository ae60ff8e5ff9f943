//! How right it is: `compare`, `rate`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::recordings::seconds;
use super::{filled_os, filled_trimmed, whole};
use crate::cli::who::Who;

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
pub(in crate::cli) struct CompareArgs {
    /// Which session: its id or name, or `last`, or a file that `bendwise sessions export` or `analyze --samples` wrote
    #[arg(value_name = "ID|FILE", value_parser = filled_os())]
    pub session: OsString,
    /// The second measurement: a CSV, .mot or .sto file, or the logs of two phones, on T12/L1 and on S1
    #[arg(required = true, num_args = 1..=2, value_name = "TRUTH")]
    pub truth: Vec<PathBuf>,
    /// Time of the file minus time of the session, to within 2 s, if bends are too regular to tell; for two files as 12.5,-3
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
pub(in crate::cli) struct RateArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: RateCommand,
}

/// The subcommands of `rate`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RateCommand {
    /// Cut shuffled clips of single repetitions, with a form for the raters and a key
    Make(RateMakeArgs),
    /// Score what the raters saw: weighted kappa of each two, and of each with bendwise
    Score(RateScoreArgs),
}

/// `bendwise rate make`
#[derive(Args, Debug)]
pub(in crate::cli) struct RateMakeArgs {
    /// Which sessions: their ids, `last`, or files that `bendwise sessions export` wrote; kept with their video
    #[arg(required = true, value_name = "ID|FILE.bendwise", value_parser = filled_os())]
    pub sessions: Vec<OsString>,
    /// The folder to make; it must not exist yet
    #[arg(short, long, required = true, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Whose each session is, in the same order: any names, which only the key holds. Without it, as they are kept
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = filled_trimmed)]
    pub persons: Vec<String>,
    /// The seed of the shuffle, to make the same clips again; without it, a random one, which the key holds
    #[arg(long, value_name = "N", value_parser = whole::<u32>(0..=u64::from(u32::MAX)), allow_negative_numbers = true)]
    pub seed: Option<u32>,
}

/// `bendwise rate score`
#[derive(Args, Debug)]
pub(in crate::cli) struct RateScoreArgs {
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
