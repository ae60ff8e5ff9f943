//! The page of a cohort; the template `assets/report/cohort.html` only inserts it.

use std::io::{self, Write};

use askama::Template;

use super::cohort_table::CohortTable;
use crate::archive::Cohort;
use crate::drill_library::Library;
use crate::i18n::{CohortWords, Words};

#[derive(Template)]
#[template(path = "cohort.html", config = "assets/report/askama.toml")]
struct CohortPage<'w> {
    words: &'w CohortWords,
    language: &'static str,
    facts: Vec<(&'w str, String)>,
    table: CohortTable<'w>,
    versions: String,
    safety: &'w str,
}

/// Writes the page.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_cohort(cohort: &Cohort, words: &Words, library: &Library, mut out: impl Write) -> io::Result<()> {
    let own = &words.cohort;
    let from = cohort.from.map_or(cohort.until, |from| from);
    let page = CohortPage {
        words: own,
        language: words.language().code(),
        facts: vec![
            (&own.span, format!("{from} – {}", cohort.until)),
            (&own.persons_count, cohort.persons.to_string()),
            (&own.lagging_count, cohort.lagging.to_string()),
        ],
        table: CohortTable::of(cohort, words, library),
        versions: format!("bendwise {}", env!("CARGO_PKG_VERSION")),
        safety: &words.safety.line,
    };
    out.write_all(page.render().map_err(io::Error::other)?.as_bytes())
}
