//! `bendwise archive`: the kept sessions as Parquet for DuckDB, Polars and Spark.

use anyhow::Result;

use super::arguments::ArchiveArgs;
use super::output_files::{ANY_ENDING, OutputFiles};
use super::setup::Setup;
use super::{Exit, exit, prescription, recording_setup};
use crate::archive::{ArchiveOptions, ArchiveOutcome, UnreadableSession, archive};
use crate::drill_library::Library;
use crate::store::{Store, StoreError};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &ArchiveArgs) -> Result<Exit> {
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&notices);
    OutputFiles::beside(setup, &[]).take(&args.folder, ANY_ENDING)?;
    let person = args.who.named(&store)?;
    let options = ArchiveOptions {
        person,
        since: args.since,
        compact: args.compact,
        fhir: args.fhir,
        library: &Library::open(&setup.paths),
        now: prescription::now().timestamp(),
    };
    let outcome = archive(&store, &args.folder, &options)?;
    let person = person.map(|person| store.person_with(person)).transpose()?;
    let whose = person.map(|person| visible(&person.name.unwrap_or(person.pseudonym)));
    exit::print(&told(&visible(&args.folder.display()), &outcome, whose.as_deref()))?;
    let complete = outcome.unreadable.is_empty() && outcome.foreign.is_empty() && outcome.strays.is_empty();
    for UnreadableSession { id, reason, is_kept } in outcome.unreadable {
        let what = if is_kept { "stays in the archive as it was" } else { "is not in the archive" };
        exit::report(&format!("{} {what}: {}", visible(&id), exit::sentence(&reason.into())));
    }
    for reason in outcome.foreign {
        let sentence = exit::sentence(&reason.into());
        exit::report(&format!(
            "{sentence}; nothing of its month was written, and a session that has moved out of it since is in both"
        ));
    }
    outcome.strays.into_iter().for_each(|stray| exit::report(&exit::sentence(&stray.into())));
    Ok(if complete { Exit::Done } else { Exit::Failed })
}

/// What was done, in one line; with whose sessions alone it was, which a variable may have said long ago.
fn told(folder: &str, outcome: &ArchiveOutcome, whose: Option<&str>) -> String {
    let ArchiveOutcome { added, changed, unchanged, removed, barred, merged, bundles, .. } = *outcome;
    let parts = [
        (added, "added"),
        (changed, "written again"),
        (removed, "removed"),
        (unchanged, "as they were"),
        (barred, "left alone beside a file of another program"),
    ];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let sessions = if parts.is_empty() { "no session to write".to_owned() } else { parts.join(", ") };
    let months = if merged == 1 { "month" } else { "months" };
    let merged = if merged == 0 { String::new() } else { format!("; {merged} {months} merged") };
    let bundles = if bundles == 0 { String::new() } else { format!("; {bundles} as FHIR") };
    let whose = whose.map(|name| format!("; only those of {name}")).unwrap_or_default();
    format!("{folder}: {sessions}{merged}{bundles}{whose}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_one_line() {
        let outcome = ArchiveOutcome { added: 2, unchanged: 5, merged: 3, ..ArchiveOutcome::default() };
        assert_eq!(told("a", &outcome, None), "a: 2 added, 5 as they were; 3 months merged\n");
        let barred = ArchiveOutcome { unchanged: 5, barred: 2, ..ArchiveOutcome::default() };
        assert_eq!(told("a", &barred, None), "a: 5 as they were, 2 left alone beside a file of another program\n");
        let nothing = told("a", &ArchiveOutcome::default(), Some("Anna"));
        assert_eq!(nothing, "a: no session to write; only those of Anna\n");
    }
}
