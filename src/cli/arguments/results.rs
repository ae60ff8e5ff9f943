//! What is made of kept sessions: `export`, `review`, `report`, `trend`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::{SelectionArgs, day, filled, filled_os};
use crate::cli::who::Who;
use crate::export::{CsvDialect, ExportFormat};

/// `bendwise export`
#[derive(Args, Debug)]
pub(in crate::cli) struct ExportArgs {
    /// Which sessions.
    #[command(flatten)]
    pub which: SelectionArgs,
    /// The file format
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// The file to write, or a folder to write into; without it, the session's id with the format's ending, here
    #[arg(short, long, value_name = "FILE|FOLDER")]
    pub output: Option<PathBuf>,
    /// How the file of --format csv is written [default: standard]
    #[arg(long, value_enum)]
    pub csv_dialect: Option<CsvDialect>,
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
pub(in crate::cli) struct ReviewArgs {
    /// Which session: its id or name, or `last`, or a file that `bendwise sessions export` wrote
    #[arg(value_name = "ID|FILE.bendwise", default_value = "last", value_parser = filled_os())]
    pub id: OsString,
    /// Whose session.
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise report`
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct ReportArgs {
    /// Which session: its id or name, or `last`
    #[arg(value_name = "ID", default_value = "last", value_parser = filled)]
    pub id: String,
    /// The file to write, or a folder to write into; without it, the session's id with .html, here
    #[arg(short, long, value_name = "FILE.html|FOLDER")]
    pub output: Option<PathBuf>,
    /// One page about every session of its drill from this day on (year-month-day), instead of one session; it has no pictures
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with_all = ["no_pictures", "faces"])]
    pub since: Option<Date>,
    /// Leave out the pictures, and draw the postures instead
    #[arg(long)]
    pub no_pictures: bool,
    /// Leave out pictures, name and note
    #[arg(long)]
    pub anonymous: bool,
    /// Show faces as they are (otherwise they are covered)
    #[arg(long, conflicts_with_all = ["no_pictures", "anonymous"])]
    pub faces: bool,
    /// Also print it as PDF beside the page, with a browser that is installed
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
pub(in crate::cli) struct TrendArgs {
    /// The drill (`free`: practice without guidance); without this option, the one practised last
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub drill: Option<String>,
    /// Write a drawing over real dates, with the practice days of the last four weeks
    #[arg(long, value_name = "FILE.svg", conflicts_with = "csv")]
    pub svg: Option<PathBuf>,
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
