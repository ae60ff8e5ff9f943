//! The command lines of `archive` and `cohort`.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::day;
use crate::archive::CohortGrouping;
use crate::cli::who::Who;
use crate::export::CsvDialect;

/// `bendwise archive`
#[derive(Args, Debug)]
#[command(mut_arg("person", |person| person.help("Whose sessions (`bendwise people` lists the persons); without it, those of everybody")))]
pub(in crate::cli) struct ArchiveArgs {
    /// The folder of the archive; it is made if there is none
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Only sessions from this day on (year-month-day); those before stay as they are
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<Date>,
    /// Merge the files of each month into one, which is read faster
    #[arg(long)]
    pub compact: bool,
    /// Also write each session as a FHIR bundle, without the page of the report
    #[arg(long)]
    pub fhir: bool,
    #[command(flatten)]
    pub who: Who,
}

/// `bendwise cohort`
#[derive(Args, Debug)]
pub(in crate::cli) struct CohortArgs {
    /// The folder of the archive, as `bendwise archive` writes it
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// What a row is about
    #[arg(long, value_enum, default_value_t)]
    pub by: CohortGrouping,
    /// Only sessions from this day on (year-month-day)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<Date>,
    /// Only sessions up to this day, on which it is told who lags; without it, today
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<Date>,
    /// Also write it as CSV
    #[arg(long, value_name = "FILE.csv")]
    pub csv: Option<PathBuf>,
    /// How the CSV is written
    #[arg(long, value_enum, default_value_t, requires = "csv")]
    pub csv_dialect: CsvDialect,
    /// Also write it as a page
    #[arg(long, value_name = "FILE.html")]
    pub html: Option<PathBuf>,
}
