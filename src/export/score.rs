//! `bendwise trend --csv` of a person without a session: one row per score.

use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::CsvDialect;
use crate::store::Score;

/// The header line.
const COLUMNS: [&str; 6] = ["given", "instrument", "version", "item", "value", "session"];

/// Writes the scores, oldest first. What was asked and left out has no value, what was typed in no session.
///
/// # Errors
/// If writing to `out` fails.
pub fn write(scores: &[Score], dialect: CsvDialect, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "{}{}", dialect.start(), dialect.header(COLUMNS.into_iter()))?;
    for score in scores {
        let Score { instrument, version, item, value, session, .. } = score;
        let given = score.given_in(&TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        let value = dialect.short_number(*value);
        let session = session.clone().unwrap_or_default();
        let fields = [given, instrument.word().to_owned(), dialect.text(version), dialect.text(item), value, session];
        writeln!(out, "{}", dialect.row(&fields))?;
    }
    Ok(())
}
