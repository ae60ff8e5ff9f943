//! `sessions`: those that are kept.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::{SelectionArgs, day, filled, whole};
use crate::cli::who::NameParser;

/// The most sessions that a list may be asked for. [own]
const LARGEST_LIMIT: u64 = 1_000_000;

/// `bendwise sessions`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct SessionsArgs {
    /// What to do; without it, `list`.
    #[command(subcommand)]
    pub what: Option<SessionsCommand>,
    /// Which sessions are listed.
    #[command(flatten)]
    pub listed: ListArgs,
    /// Whose sessions (`bendwise people` lists who practises here)
    #[arg(long, global = true, value_name = "NAME", env = "BENDWISE_PERSON", hide_env_values = true, value_parser = NameParser)]
    pub person: Option<String>,
}

/// Which sessions are listed.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct ListArgs {
    /// Only those of this drill or programme
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub drill: Option<String>,
    /// Only those of this day and later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub since: Option<Date>,
    /// At most this many, the newest; 50 without it
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=LARGEST_LIMIT), allow_negative_numbers = true)]
    pub limit: Option<u32>,
}

/// `bendwise sessions export`
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct SessionPackageArgs {
    /// Which sessions.
    #[command(flatten)]
    pub which: SelectionArgs,
    /// The file to write, or a folder to write into; without it, the session's id with .bendwise, here
    #[arg(short, long, value_name = "FILE|FOLDER")]
    pub output: Option<PathBuf>,
    /// Leave out the video, name, notes, source and date but the year, and give the session a pseudonym
    #[arg(long)]
    pub anonymous: bool,
}

/// The subcommands of `sessions`. A session is given by its id, its name, or by `last`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SessionsCommand {
    /// List the sessions, newest first
    List(ListArgs),
    /// Show a session's results
    Show {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID", value_parser = filled)]
        id: String,
    },
    /// Name a session; without a name, remove its name
    Rename {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID", value_parser = filled)]
        id: String,
        /// The new name
        #[arg(value_name = "NAME", value_parser = filled)]
        name: Option<String>,
    },
    /// Attach a note to a session; without a text, remove its note
    Note {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID", value_parser = filled)]
        id: String,
        /// The note
        #[arg(value_name = "TEXT", value_parser = filled)]
        text: Option<String>,
    },
    /// Give a session to another person, with its answers
    Give {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID", value_parser = filled)]
        id: String,
        /// Whose it is: a name or pseudonym
        #[arg(long, value_name = "NAME", value_parser = filled)]
        to: String,
    },
    /// Delete sessions permanently, after asking
    Delete {
        /// Which sessions: their ids or names, or `last`
        #[arg(value_name = "ID", required_unless_present = "all", value_parser = filled)]
        ids: Vec<String>,
        /// All sessions: of the person whom --person names, or of the only one
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Write each session to a file, to take it to another machine
    Export(SessionPackageArgs),
    /// Add sessions from files that `export` wrote, or prescriptions from files that `prescribe` wrote
    Import {
        /// The files
        #[arg(value_name = "FILE.bendwise", required = true)]
        files: Vec<PathBuf>,
    },
    /// Measure a session again from its video, with the networks of this version; both results are kept
    Remeasure {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID", default_value = "last", value_parser = filled)]
        id: String,
        /// Measure every frame, also while nothing moves (it takes longer)
        #[arg(long)]
        every_frame: bool,
    },
    /// Print the folder of all sessions, or the video of one
    Path {
        /// Which session: its id or name, or `last`
        #[arg(value_name = "ID", value_parser = filled)]
        id: Option<String>,
    },
}
