//! Who practises, and what is known of them: `people`, `scores`, `prescribe`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{Spoken, SpokenParser, day, filled, row_number};
use crate::cli::who::{NameParser, Who};
use crate::spine::Facing;
use crate::store::{Instrument, Person};

/// `bendwise people`
#[derive(Args, Debug)]
pub(in crate::cli) struct PeopleArgs {
    /// What to do; without it, `list`.
    #[command(subcommand)]
    pub what: Option<PeopleCommand>,
}

/// The subcommands of `people`. A person is given by name or pseudonym.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PeopleCommand {
    /// List who practises here
    List,
    /// Add a person
    Add {
        /// The name
        #[arg(value_name = "NAME", value_parser = filled)]
        name: String,
        /// Add it although it looks like the name of somebody else here
        #[arg(long)]
        force: bool,
        /// What is known about the person.
        #[command(flatten)]
        profile: ProfileArgs,
    },
    /// Show what is kept about a person
    Show {
        /// Who: a name or pseudonym; without it, the only person
        #[arg(value_name = "NAME", env = "BENDWISE_PERSON", hide_env_values = true, value_parser = NameParser)]
        name: Option<String>,
    },
    /// Give a person another name
    Rename {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME", value_parser = filled)]
        name: String,
        /// The new name
        #[arg(value_name = "NEW NAME", value_parser = filled)]
        new: String,
        /// Take it although it looks like the name of somebody else here
        #[arg(long)]
        force: bool,
    },
    /// Change what is known about a person
    Set {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME", value_parser = filled)]
        name: String,
        /// What is known about the person.
        #[command(flatten)]
        profile: ProfileArgs,
    },
    /// Delete everything of a person for good, after asking: sessions, videos, notes, prescriptions, scores
    Forget {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME", value_parser = filled)]
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Add everything of a person from a folder that `export` wrote; of somebody who is here, what is missing
    Import {
        /// The folder, or the person.json in it
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// Another name for the person, where somebody else here has theirs
        #[arg(long = "as", value_name = "NAME", value_parser = filled)]
        name: Option<String>,
        /// Take the name although it looks like that of somebody else here
        #[arg(long)]
        force: bool,
    },
    /// Write everything of a person into a folder: each session as a .bendwise file, and person.json
    Export {
        /// Who: a name or pseudonym
        #[arg(value_name = "NAME", value_parser = filled)]
        name: String,
        /// The folder to make; without it, the pseudonym, here
        #[arg(short, long, value_name = "FOLDER")]
        output: Option<PathBuf>,
    },
}

/// What is known about a person.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct ProfileArgs {
    /// Body height in metres, as 1.78: exported markers are scaled by it
    #[arg(long, value_name = "METRES", value_parser = height)]
    pub height: Option<f64>,
    /// The side that is shown to the camera
    #[arg(long, value_enum)]
    pub side: Option<ShownSide>,
    /// Language of the window and the voice: en, de or es
    #[arg(long = "language", value_name = "CODE", value_parser = SpokenParser)]
    pub language: Option<Spoken>,
}

/// A side of the body by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ShownSide {
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
  bendwise scores remove 12                               deletes number 12 of the list

The questionnaires themselves are not part of bendwise: fill them in elsewhere and type in the score.";

/// `bendwise scores`
#[derive(Args, Debug)]
#[command(after_help = SCORES_HELP)]
pub(in crate::cli) struct ScoresArgs {
    /// What to do; without it, `list`.
    #[command(subcommand)]
    pub what: Option<ScoresCommand>,
    /// Whose scores (`bendwise people` lists who practises here)
    #[arg(long, global = true, value_name = "NAME", env = "BENDWISE_PERSON", hide_env_values = true, value_parser = NameParser)]
    pub person: Option<String>,
}

/// The subcommands of `scores`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ScoresCommand {
    /// List the scores of a person, oldest first
    List,
    /// Add a score
    Add(ScoreArgs),
    /// Delete a score that was given by mistake
    Remove {
        /// Its number, as `bendwise scores` lists it
        #[arg(value_name = "NUMBER", value_parser = row_number, allow_negative_numbers = true)]
        number: i64,
    },
}

/// `bendwise scores add`
#[derive(Args, Debug)]
pub(in crate::cli) struct ScoreArgs {
    /// Of what: nrs-week (pain), psfs, odi or rmdq
    #[arg(value_name = "INSTRUMENT", value_parser = instrument)]
    pub instrument: Instrument,
    /// The score: pain and psfs 0 to 10, odi 0 to 100 per cent, rmdq 0 to the number of its statements
    #[arg(value_name = "SCORE", allow_negative_numbers = true, value_parser = number)]
    pub value: f64,
    /// The version of the questionnaire (needed for odi and rmdq): for odi as 2.1a, for rmdq 24, 23 or 18 statements
    #[arg(long, value_name = "VERSION", required_if_eq_any([("instrument", "odi"), ("instrument", "rmdq")]))]
    pub version: Option<String>,
    /// The activity of a PSFS item, in the person's words
    #[arg(long, value_name = "ACTIVITY", required_if_eq("instrument", "psfs"))]
    pub item: Option<String>,
    /// The day on which it was given; without it, today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub on: Option<Date>,
}

const PRESCRIBE_HELP: &str = "\
Examples:
  bendwise prescribe --example > anna.toml                 a prescription to begin with
  bendwise prescribe anna.toml                             check it, and give it to Anna on this machine
  bendwise prescribe anna.toml -o for-anna.bendwise        check it, and write it for her own machine
  bendwise prescribe --list --person Anna                  what was prescribed for her
  bendwise prescribe --end --person Anna                   what counts today ends with today
  bendwise prescribe --end --person Anna -o end.bendwise   the same, and the file that ends it on her own machine";

/// `bendwise prescribe`
#[derive(Args, Debug)]
#[command(after_help = PRESCRIBE_HELP)]
pub(in crate::cli) struct PrescribeArgs {
    /// The prescription
    #[arg(value_name = "FILE.toml", conflicts_with_all = ["example", "list", "end"])]
    pub file: Option<PathBuf>,
    /// Print a prescription to begin with
    #[arg(long, conflicts_with_all = ["list", "end"])]
    pub example: bool,
    /// List the prescriptions of a person, the newest first
    #[arg(long, conflicts_with = "end")]
    pub list: bool,
    /// End what counts today, with today as its last day, or the prescription with this number; one that has not begun is withdrawn
    #[arg(long, value_name = "NUMBER", num_args = 0..=1, value_parser = row_number, allow_negative_numbers = true)]
    pub end: Option<Option<i64>>,
    /// Write it, or with --end its end, to this file for another machine, where `bendwise sessions import` takes it
    #[arg(short, long, value_name = "OUT.bendwise", conflicts_with_all = ["example", "list"])]
    pub output: Option<PathBuf>,
    /// For whom.
    #[command(flatten)]
    pub who: Who,
}

/// Parses an instrument whose score is typed in.
fn instrument(word: &str) -> Result<Instrument, String> {
    const TYPED: [Instrument; 4] = [Instrument::NrsWeek, Instrument::Psfs, Instrument::Odi, Instrument::Rmdq];
    let known = TYPED.into_iter().find(|instrument| instrument.word() == word);
    known.ok_or_else(|| format!("give one of {}", TYPED.map(Instrument::word).join(", ")))
}

/// Parses a number, with a decimal point or a decimal comma.
fn number(text: &str) -> Result<f64, &'static str> {
    let number = text.trim().replace(',', ".").parse().ok();
    // Zero has no sign.
    number.filter(|number: &f64| number.is_finite()).map(|number| number + 0.0).ok_or("write a number, as 3 or 3.5")
}

/// Parses a body height.
fn height(text: &str) -> Result<f64, String> {
    let (least, most) = (Person::HEIGHT.start(), Person::HEIGHT.end());
    number(text)
        .ok()
        .filter(|height| Person::HEIGHT.contains(height))
        .ok_or_else(|| format!("give metres, from {least} to {most}"))
}
