//! Errors of a study with raters. Each message names the value and the way out; text out of a file is made harmless first.

use std::io::ErrorKind;

use crate::agreement::shown;
use crate::atomic_file::AtomicFileError;
use crate::recording::mp4_writer::VideoError;
use crate::store::StoreError;
use crate::visible::visible;

/// The largest file of ratings or key that is read, bytes. [own]: a row takes some 30.
pub(super) const LARGEST_FILE: u64 = 16 << 20;

/// Why clips cannot be made, or ratings not scored.
#[derive(Debug, thiserror::Error)]
pub enum RatingError {
    /// A file cannot be read, or does not hold what is needed.
    #[error("{}: {fault}", shown(file))]
    File {
        /// The file as the user named it.
        file: String,
        /// What is wrong with it.
        #[source]
        fault: RatingFileFault,
    },
    /// A file is not there.
    #[error("There is no file {}: check the name", shown(.0))]
    Absent(String),
    /// Two files of ratings are one.
    #[error("{} and {} are the same ratings: give the file of each rater once", shown(.0), shown(.1))]
    SameRatings(String, String),
    /// Two files of one rater.
    #[error(
        "{} and {} are both of {} and say the same: of what one rater saved several times, give the last; for two people, write two \
         names in the column rater",
        shown(.0), shown(.1), shown(.2)
    )]
    SavedTwice(String, String, String),
    /// A clip cannot be written.
    #[error(transparent)]
    Clip(#[from] VideoError),
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] AtomicFileError),
    /// The samples of a session cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A folder or clip cannot be made.
    #[error("{} cannot be written: check that the disk is not full and that this user may write there ({cause})", visible(&path.display()))]
    Unwritable {
        /// The folder or clip.
        path: std::path::PathBuf,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// No clip at all.
    #[error("There is no repetition to rate: give sessions that were kept with their video and have repetitions")]
    NoClips,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum RatingFileFault {
    /// It cannot be read.
    #[error("it cannot be read: check that this user may read it ({0})")]
    Unreadable(#[source] std::io::Error),
    /// It is too large.
    #[error("it is larger than {} MB: give the CSV file that the form saved", LARGEST_FILE >> 20)]
    TooLarge,
    /// A workbook of a spreadsheet program, or another binary file.
    #[error("it is not a text table: save it as CSV in the spreadsheet program, and unpack it if it is a zip")]
    NotText,
    /// No row.
    #[error("it has no rows: fill in the form, save, and give the file that it saved")]
    Empty,
    /// The rows do not fit the header.
    #[error("it is not a table with one header line: {}", shown(.0))]
    NotATable(String),
    /// A column is missing.
    #[error("it has no column {column} (it has {}): keep the header line set, clip, rating, rater", listed(has))]
    NoColumn {
        /// The column.
        column: &'static str,
        /// Those that are there.
        has: Vec<String>,
    },
    /// Ratings of other clips.
    #[error(
        "it rates the clips of set {}, and the key is of set {}: give the key of the same `rate make`",
        shown(theirs),
        shown(ours)
    )]
    OtherSet {
        /// The set of the ratings.
        theirs: String,
        /// The set of the key.
        ours: String,
    },
    /// A clip that the key does not have.
    #[error(
        "row {row}: there is no clip {}, the key has 1 to {clips}: correct the number, or give the key of the same `rate make`",
        shown(clip)
    )]
    UnknownClip {
        /// The line of the file.
        row: u64,
        /// What stands there.
        clip: String,
        /// The number of clips in the key.
        clips: usize,
    },
    /// A clip twice.
    #[error("clip {clip} has two rows ({first} and {second}): keep the one that counts")]
    Twice {
        /// The clip.
        clip: u32,
        /// The line of its first rating.
        first: u64,
        /// The line of its second.
        second: u64,
    },
    /// A rating that is none.
    #[error("row {row}: {} is no rating: write hips, mixed, back or cannot_tell, or leave it empty", shown(text))]
    UnknownRating {
        /// The line of the file.
        row: u64,
        /// What stands there.
        text: String,
    },
    /// Nothing rated.
    #[error("no clip is rated in it: fill in the column rating")]
    NothingRated,
    /// More than one rater.
    #[error("it holds the ratings of {} and of {}: give one file for each rater", shown(.0), shown(.1))]
    SeveralRaters(String, String),
    /// Not a key.
    #[error("it is not the key that `bendwise rate make` wrote: give its key.json first, then the ratings ({})", shown(.0))]
    NotAKey(String),
    /// A key of a later version.
    #[error("it was written by a newer bendwise: score it with that one")]
    NewerKey,
}

impl RatingFileFault {
    /// Adds the name of the file.
    pub(super) fn of(self, file: &str) -> RatingError {
        match self {
            Self::Unreadable(cause) if cause.kind() == ErrorKind::NotFound => RatingError::Absent(file.to_owned()),
            fault => RatingError::File { file: file.to_owned(), fault },
        }
    }
}

fn listed(columns: &[String]) -> String {
    const MOST: usize = 8;
    let names: Vec<String> = columns.iter().take(MOST).map(|name| shown(name)).collect();
    let more = if columns.len() > MOST { " …" } else { "" };
    format!("{}{more}", names.join(", "))
}
