//! Errors of a comparison. Each message names the value and the way out; text out of a file is made harmless first.

use super::requirements::{LARGEST_FILE, LONGEST, MIN_CORRELATION, MIN_OVERLAP, MIN_RATE, MIN_STANDING};

/// Why a session and a second measurement cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum AgreementError {
    /// A file cannot be read, or does not hold what is needed.
    #[error("{}: {fault}", shown(file))]
    File {
        /// The file as the user named it.
        file: String,
        /// What is wrong with it.
        #[source]
        fault: FileFault,
    },
    /// One inclinometer alone.
    #[error(
        "There is only {0}: lumbar flexion is the difference of two inclinometers, so give the file of the other as well \
         (first T12/L1, then S1), or a file with a column lumbar_flexion_deg"
    )]
    OneSensor(&'static str),
    /// Two files of the same place.
    #[error("Both files measure {0}: give one of T12/L1 and one of S1")]
    SamePlace(&'static str),
    /// The session has no measured frame.
    #[error("The session {} has no measured frame: there is nothing to compare", shown(.0))]
    NothingMeasured(String),
    /// The session has no bend.
    #[error("The session {} has no repetition: the comparison needs bends of more than 25° with standing between them", shown(.0))]
    NoRepetition(String),
    /// No alignment shows enough of both.
    #[error(
        "{} and the session share no {MIN_OVERLAP} s of movement: give the recordings of the same bends, both with the first and the last bend",
        shown(.0)
    )]
    NoOverlap(String),
    /// The curves do not look alike, however they are shifted.
    #[error(
        "{} and the session do not show the same movement: the best alignment correlates by {correlation:.2}, and {MIN_CORRELATION} \
         is needed. Check that both are of the same bends, that the units are right and that neither plays at another speed",
        shown(file)
    )]
    NoCorrelation {
        /// The file.
        file: String,
        /// The best correlation that was found.
        correlation: f64,
    },
    /// Two alignments fit alike.
    #[error(
        "{} fits the session at an offset of {first:.1} s and, almost as well, of {second:.1} s, as the bends are too much alike: \
         say which with --offset, or begin the next recording with three quick bows",
        shown(file)
    )]
    Ambiguous {
        /// The file.
        file: String,
        /// The best offset, seconds.
        first: f64,
        /// The next best, seconds.
        second: f64,
    },
    /// The clocks run too differently.
    #[error(
        "The clocks of {} and the session differ by {:.1} s in an hour: one of them plays at another speed, so check its frame rate",
        shown(file), drift * 3600.0
    )]
    Drift {
        /// The file.
        file: String,
        /// The relative difference.
        drift: f64,
    },
    /// The angles are of another size.
    #[error(
        "The angles of {} move {} the session's: check the unit in the column's name (_deg or _rad)",
        shown(file), proportion(*scale)
    )]
    Scale {
        /// The file.
        file: String,
        /// The size of its movement, where that of the session is 1.
        scale: f64,
    },
    /// The second measurement and the session are never both standing.
    #[error(
        "The person never stands still for {MIN_STANDING} s where both measure: standing is the zero of both, so record some seconds of it before the first bend"
    )]
    NoStanding,
    /// The second measurement has gaps at each bend.
    #[error("The second measurement has a gap at the lowest point of each repetition: there is nothing to compare")]
    OnlyGaps,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It cannot be read.
    #[error("it cannot be read: check that it exists and that this user may read it ({0})")]
    Unreadable(#[source] std::io::Error),
    /// It is too large.
    #[error("it is larger than {} MB: cut it to the minutes of the session", LARGEST_FILE >> 20)]
    TooLarge,
    /// It is too long.
    #[error(
        "it goes from {0:.0} to {1:.0} s, and at most {LONGEST} hours are compared: cut it to the minutes of the session"
    )]
    TooLong(f64, f64),
    /// It is not text.
    #[error("it is not a text table: export it as CSV, .mot or .sto, and unpack it if it is a zip")]
    NotText,
    /// It is empty.
    #[error("it has no rows: check that the export was finished")]
    Empty,
    /// The rows do not fit the header.
    #[error("it is not a table with one header line and as many fields in each row: {}", shown(.0))]
    NotATable(String),
    /// No known column.
    #[error(
        "no column is known (it has {}): name them time_s, and t12_deg with s1_deg or lumbar_flexion_deg; docs/compare.md lists all names",
        listed(.0)
    )]
    NoKnownColumn(Vec<String>),
    /// No time.
    #[error("no column holds the time (it has {}): name it time_s or time_ms", listed(.0))]
    NoTime(Vec<String>),
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
        "the time goes back in row {row}, from {before:.2} to {after:.2} s: give one recording, in the order of its time"
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
        "its header does not say whether angles are in degrees: add the line inDegrees=yes or inDegrees=no before endheader"
    )]
    NoDegrees,
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

impl FileFault {
    /// Adds the name of the file.
    pub(super) fn of(self, file: &str) -> AgreementError {
        AgreementError::File { file: file.to_owned(), fault: self }
    }
}

/// How a size compares, in words.
fn proportion(scale: f64) -> String {
    if scale < 1.0 { format!("only {scale:.3} times as much as") } else { format!("{scale:.0} times as much as") }
}

/// A text out of a file as it may be printed: at most 60 characters, none of which controls a terminal.
pub fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let harmless = |letter: char| if letter.is_control() || is_format(letter) { '\u{fffd}' } else { letter };
    let short: String = text.chars().take(MOST).map(harmless).collect();
    if text.chars().nth(MOST).is_some() { format!("{short}…") } else { short }
}

/// Whether a character changes how others are shown: marks of direction, joiners, the byte order mark.
fn is_format(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn listed(columns: &[String]) -> String {
    const MOST: usize = 8;
    let names: Vec<String> = columns.iter().take(MOST).map(|name| shown(name)).collect();
    let more = if columns.len() > MOST { " …" } else { "" };
    format!("{}{more}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_out_of_a_file_controls_no_terminal() {
        assert_eq!(shown("a\u{1b}[31mb\u{202e}\n"), "a\u{fffd}[31mb\u{fffd}\u{fffd}");
        assert_eq!(shown(&"ä".repeat(61)), "ä".repeat(60) + "…");
        let fault = FileFault::NoKnownColumn(vec!["\u{1b}]0;x\u{7}".to_owned(); 20]).of("truth\u{1b}.csv").to_string();
        assert!(!fault.chars().any(char::is_control), "{fault:?}");
    }

    #[test]
    fn sizes_are_told_in_words() {
        let scale = |scale| AgreementError::Scale { file: "a.csv".to_owned(), scale }.to_string();
        assert!(scale(0.0175).contains("only 0.018 times as much as the session's"), "{}", scale(0.0175));
        assert!(scale(57.3).contains("57 times as much"));
    }
}
