//! `bendwise cohort`: who practises how, and what changes, out of an archive.

use std::io::BufWriter;
use std::path::Path;

use anyhow::Result;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

use super::arguments::CohortArgs;
use super::exit::UsageError;
use super::list_table::ListTable;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, exit, prescription, terminal_kind};
use crate::archive::{Cohort, CohortOptions, write_csv};
use crate::atomic_file::{AtomicFile, finish_all};
use crate::drill_library::Library;
use crate::i18n::{Words, fill};
use crate::report::{CohortTable, write_cohort};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &CohortArgs) -> Result<Exit> {
    let mut outputs = OutputFiles::beside(setup, &[]);
    for (path, option, ending) in [(&args.csv, "--csv", "csv"), (&args.html, "--html", "html")] {
        path.iter().try_for_each(|path| outputs.take_new(path, option, ending))?;
    }
    let until = args.until.unwrap_or_else(prescription::today);
    if let Some(since) = args.since.filter(|since| *since > until) {
        return Err(UsageError(format!("--since {since} is after {until}, the last day: give an earlier one")).into());
    }
    let cohort = Cohort::read(&args.folder, &CohortOptions { by: args.by, since: args.since, until })?;
    let library = Library::open(&setup.paths);
    let mut text = told(setup, &cohort, &library);
    // Before anything is printed: who reads only its beginning wants the files all the same.
    let mut files = Vec::new();
    if let Some(path) = &args.csv {
        files.push(pending(path, |out| write_csv(&cohort, args.csv_dialect, out))?);
        text += &written(&setup.words, path);
    }
    if let Some(path) = &args.html {
        files.push(pending(path, |out| write_cohort(&cohort, &setup.words, &library, out))?);
        text += &written(&setup.words, path);
    }
    finish_all(files)?;
    exit::print(&text)?;
    Ok(Exit::Done)
}

/// A file with this content, but for its name.
fn pending(path: &Path, content: impl FnOnce(BufWriter<&mut AtomicFile>) -> std::io::Result<()>) -> Result<AtomicFile> {
    let mut file = AtomicFile::create(path)?;
    content(BufWriter::new(&mut file)).map_err(|cause| file.failed(cause))?;
    Ok(file)
}

fn written(words: &Words, path: &Path) -> String {
    fill(&words.process.written, &[("path", &visible(&path.display()))]) + "\n"
}

fn told(setup: &Setup, cohort: &Cohort, library: &Library) -> String {
    let words = &setup.words.cohort;
    let cells = CohortTable::of(cohort, &setup.words, library);
    let columns = terminal_kind::columns().and_then(|columns| u16::try_from(columns).ok());
    if cells.rows.is_empty() {
        let sentences = [Some(words.empty.clone()), CohortTable::later(cohort, words)];
        return sentences.into_iter().flatten().map(|sentence| paragraph(&sentence, columns)).collect();
    }
    let notes: String = cells.notes.iter().map(|note| paragraph(note, columns)).collect();
    let (names, numbers) = (cells.names, (cells.names..cells.headings.len()).collect());
    let rows: Vec<_> = cells.rows.into_iter().map(|(row, _)| row).collect();
    ListTable { headings: cells.headings, rows, names, numbers }.within(columns) + &notes
}

/// A sentence in lines of a terminal of so many columns, which end between words.
fn paragraph(sentence: &str, columns: Option<u16>) -> String {
    let Some(columns) = columns else { return format!("{sentence}\n") };
    let mut lines = Table::new();
    lines.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    lines.add_row([sentence]);
    lines.column_iter_mut().for_each(|column| {
        column.set_padding((0, 0));
    });
    format!("{}\n", lines.trim_fmt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_between_words_where_the_terminal_does() {
        let sentence = "Low back’s part: the median of the repetitions that are compared, with its interval";
        assert_eq!(paragraph(sentence, None), format!("{sentence}\n"));
        for columns in [20, 40, 80, 200] {
            let lines = paragraph(sentence, Some(columns));
            assert!(lines.lines().all(|line| line.chars().count() <= usize::from(columns)), "{lines}");
            assert!(lines.lines().all(|line| line.trim() == line && !line.is_empty()), "{lines}");
            assert_eq!(lines.split_whitespace().collect::<Vec<_>>().join(" "), sentence);
        }
    }
}
