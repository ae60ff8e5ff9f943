//! What measures recordings: `analyze`.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::practice::Video;
use super::{day, filled};
use crate::cli::who::Who;
use crate::export::CsvDialect;
use crate::source::picture_rate::{DEFAULT_RATE, RATES};

/// `bendwise analyze`
#[derive(Args, Debug)]
pub(in crate::cli) struct AnalyzeArgs {
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
    /// The drill that it shows: it is kept as one set of it, and counts as practised
    #[arg(long, value_name = "NAME", requires = "keep", value_parser = filled)]
    pub drill: Option<String>,
    /// The day on which it was practised; without it, today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "keep")]
    pub on: Option<Date>,
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

/// Parses a number of seconds.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|seconds: &f64| seconds.is_finite())
        .ok_or_else(|| "give a number of seconds, as 12.5".to_owned())
}

/// Parses a picture rate.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if RATES.contains(&rate) => Ok(rate),
        _ => Err(format!("give a number from {} to {}", RATES.start(), RATES.end())),
    }
}
