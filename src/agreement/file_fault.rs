//! What can be wrong with the file of a second measurement. Each message names the value and the way out.

use super::requirements::{LARGEST_FILE, LATE, LONGEST, MIN_RATE};
use super::wording::{NearMiss, in_degrees, listed, meant, more, number, said, shown};

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It cannot be read.
    #[error("it cannot be read: check that this user may read it ({0})")]
    Unreadable(#[source] std::io::Error),
    /// It is a folder.
    #[error("it is a folder: give the file in it")]
    Folder,
    /// It is a device or a pipe.
    #[error("it is a device or a pipe: give the name of a file")]
    NoFile,
    /// It is text in another encoding.
    #[error("its text is {0}: save it as UTF-8 (in a spreadsheet “CSV UTF-8”)")]
    Encoding(&'static str),
    /// It is too large.
    #[error("it is larger than {} MB: cut it to the minutes of the session", LARGEST_FILE >> 20)]
    TooLarge,
    /// It is too long.
    #[error(
        "it goes from {} to {} s (row {row}), and at most {LONGEST} hours are compared: cut it to the minutes of the session, \
         correct that row, or name the unit of the time (time_ms)",
        number(*first), number(*last)
    )]
    TooLong {
        /// The first time, seconds.
        first: f64,
        /// The last.
        last: f64,
        /// Its row, from 1.
        row: usize,
    },
    /// It is not text.
    #[error("it is not a text table: export it as CSV, .mot or .sto, and unpack it if it is a zip")]
    NotText,
    /// It is empty.
    #[error("it has no rows: check that the export was finished")]
    Empty,
    /// It has one row.
    #[error("it has only one row: check that the export was finished")]
    OneRow,
    /// Its time stands still.
    #[error("all of its rows have the same time: check the column of the time")]
    OneTime,
    /// A column has one number.
    #[error("the column {} has only one number", shown(.0))]
    OneNumber(String),
    /// A row that does not fit the header.
    #[error(
        "line {line} has {fields} fields and the header {header}: each row needs as many as the header{}",
        if *commas { "; if commas are its decimal marks, separate the fields with semicolons" } else { "" }
    )]
    Fields {
        /// The line in the file, from 1.
        line: u64,
        /// Its fields.
        fields: usize,
        /// Those of the header.
        header: usize,
        /// Whether too many commas may be the reason.
        commas: bool,
    },
    /// A quotation mark that is never closed.
    #[error("the quotation mark in line {0} is never closed: remove it, or close it")]
    OpenQuote(usize),
    /// The rest of what a table cannot be.
    #[error("it is not a table with one header line and as many fields in each row")]
    NotATable,
    /// A row without a time.
    #[error("row {row} has no time (“{}”): each row needs one, so complete it or remove the row", shown(text))]
    NoTimeInRow {
        /// The row, from 1, after the header.
        row: usize,
        /// What stands there.
        text: String,
    },
    /// Two values at one time.
    #[error(
        "rows {first} and {row} have the same time, {} s, and {} and {} in the column {}: keep one of them",
        number(*time), number(*one), number(*other), shown(column)
    )]
    SameTime {
        /// The first row, from 1, after the header.
        first: usize,
        /// The second.
        row: usize,
        /// Their time, seconds.
        time: f64,
        /// The column.
        column: String,
        /// Its first value.
        one: f64,
        /// Its second.
        other: f64,
    },
    /// A value that no person can have.
    #[error(
        "row {row}, column {}: {}{}, which no person can turn by{}: check the unit of the column, or leave the field empty",
        shown(column), number(*value), in_degrees(unit, *degrees), more(*count)
    )]
    Impossible {
        /// The row, from 1, after the header.
        row: usize,
        /// The column.
        column: String,
        /// The value.
        value: f64,
        /// Its unit.
        unit: &'static str,
        /// The same in degrees.
        degrees: f64,
        /// How many there are.
        count: usize,
    },
    /// An acceleration that no phone on a back has.
    #[error("row {row}, column {}: {} is no acceleration of a phone on a back: leave the field empty", shown(column), number(*value))]
    ImpossibleAcceleration {
        /// The row, from 1, after the header.
        row: usize,
        /// The column.
        column: String,
        /// The value.
        value: f64,
    },
    /// A jump that no person can make.
    #[error(
        "the column {} jumps from {}° in row {} to {}° in row {}, faster than a person can move: check its unit, leave a wrong \
         field empty, and let no angle begin again at 180° or 360°",
        shown(column), number(*before), rows[0], number(*after), rows[1]
    )]
    Jump {
        /// The column.
        column: String,
        /// Both rows, from 1, after the header.
        rows: [usize; 2],
        /// The value before, degrees.
        before: f64,
        /// The value after.
        after: f64,
    },
    /// No known column.
    #[error(
        "no column is known (it has {}): name them time_s, and t12_deg with s1_deg or lumbar_flexion_deg; docs/compare.md lists all names{}",
        listed(header), meant(near.as_ref())
    )]
    NoKnownColumn {
        /// All names.
        header: Vec<String>,
        /// One that comes close.
        near: Option<NearMiss>,
    },
    /// An OpenSim file without the low back.
    #[error(
        "it has no coordinate lumbar_extension (it has {}): export the motion with it, hip angles alone do not tell the low back",
        listed(.0)
    )]
    NoLumbarCoordinate(Vec<String>),
    /// An OpenSim file without the end of its header.
    #[error("it has the header of OpenSim without the line endheader: add that line before the names of the columns")]
    NoEndHeader,
    /// An OpenSim file whose counts are wrong.
    #[error(
        "its header says {what}={}, but it has {has}: it was cut off or changed, so export it again or correct that line",
        shown(said)
    )]
    Count {
        /// The line of the header.
        what: &'static str,
        /// What it says.
        said: String,
        /// What is there.
        has: usize,
    },
    /// No time.
    #[error("no column holds the time (it has {}): name it time_s or time_ms{}", listed(header), meant(near.as_ref()))]
    NoTime {
        /// All names.
        header: Vec<String>,
        /// One that comes close.
        near: Option<NearMiss>,
    },
    /// A column without its unit.
    #[error("the column {} has no unit: name it {}_{}", shown(.0), shown(.0), .1)]
    NoUnit(String, &'static str),
    /// A column with a unit that is not known.
    #[error("the unit of the column {} is not known: {}", shown(.0), .1)]
    Unit(String, &'static str),
    /// Two columns of one quantity.
    #[error("{} and {} hold the same quantity: keep one of them", shown(.0), shown(.1))]
    Twice(String, String),
    /// Something else than a number.
    #[error("row {row}, column {}: {} is not a number; leave a gap empty", shown(column), shown(text))]
    NotANumber {
        /// The row, from 1, after the header.
        row: usize,
        /// The column.
        column: String,
        /// The text there.
        text: String,
    },
    /// No number at all.
    #[error("the column {} has no numbers", shown(.0))]
    NoNumbers(String),
    /// The time jumps back.
    #[error(
        "the time goes back in row {row}, from {before:.2} to {after:.2} s: give one recording, in the order of its time (a row may \
         come {LATE} s late)"
    )]
    TimeGoesBack {
        /// The row, from 1.
        row: usize,
        /// The time before.
        before: f64,
        /// The time after.
        after: f64,
    },
    /// Too few values a second, or a time in another unit.
    #[error(
        "its rows are {0:.2} s apart: at least {MIN_RATE} a second are needed, so record faster, or name the unit of the time (time_ms)"
    )]
    TooSlow(f64),
    /// Impossibly many values a second.
    #[error("its rows are {0:.7} s apart, which no such sensor does: check the unit of the time in the column's name")]
    TooFast(f64),
    /// An OpenSim file that does not tell its unit.
    #[error(
        "its header does not say whether angles are in degrees{}: write inDegrees=yes or inDegrees=no before endheader",
        said(.0.as_deref())
    )]
    NoDegrees(Option<String>),
    /// An acceleration without gravity.
    #[error(
        "its acceleration has a length of {0:.1} in the median, not the 9.8 m/s² of gravity: record it with gravity (phyphox: \
         “Acceleration with g”; Sensor Logger: Gravity.csv or TotalAcceleration.csv)"
    )]
    NoGravity(f64),
    /// A phone that was not moved.
    #[error("the phone turned by less than {0}°: it has to be fixed to the back during the bends")]
    NotTurned(f64),
    /// The orientation of a phone.
    #[error("it holds a phone's orientation: give Gravity.csv of the same recording instead")]
    Orientation,
    /// The slow inclination of phyphox.
    #[error(
        "phyphox's “Inclination” is too slow: record “Acceleration with g” instead, which needs no upright phone either"
    )]
    Inclination,
    /// Nothing of a session in it.
    #[error(
        "it is not a table of samples: give one that `bendwise analyze --samples` or `bendwise export --format csv` wrote, a session's id, or a .bendwise file"
    )]
    NoSamples,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_out_of_a_file_controls_no_terminal() {
        let header = vec!["\u{1b}]0;x\u{7}".to_owned(); 20];
        let fault = FileFault::NoKnownColumn { header, near: None }.of("truth\u{1b}.csv").to_string();
        assert!(!fault.chars().any(char::is_control), "{fault:?}");
    }
}
