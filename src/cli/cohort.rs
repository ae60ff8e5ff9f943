//! `bendwise cohort`: who practises how, and what changes, out of an archive.

use std::io::BufWriter;
use std::path::Path;

use anyhow::Result;
use comfy_table::presets::{NOTHING, UTF8_HORIZONTAL_ONLY};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use super::arguments::CohortArgs;
use super::exit::UsageError;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, exit, prescription, terminal_kind};
use crate::archive::{Cohort, CohortOptions, write_csv};
use crate::atomic_file::AtomicFile;
use crate::drill_library::Library;
use crate::report::{CohortTable, write_cohort};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &CohortArgs) -> Result<Exit> {
    let mut outputs = OutputFiles::beside(setup, &[]);
    for (path, option) in [(&args.csv, "--csv"), (&args.html, "--html")] {
        path.iter().try_for_each(|path| outputs.take_new(path, option))?;
    }
    let until = args.until.unwrap_or_else(prescription::today);
    if let Some(since) = args.since.filter(|since| *since > until) {
        return Err(UsageError(format!("--since {since} is after {until}, the last day: give an earlier one")).into());
    }
    let cohort = Cohort::read(&args.folder, &CohortOptions { by: args.by, since: args.since, until })?;
    let library = Library::open(&setup.paths);
    let mut text = told(setup, &cohort, &library);
    // Before anything is printed: who reads only its beginning wants the files all the same.
    if let Some(path) = &args.csv {
        text += &write(path, |out| write_csv(&cohort, args.csv_dialect, out))?;
    }
    if let Some(path) = &args.html {
        text += &write(path, |out| write_cohort(&cohort, &setup.words, &library, out))?;
    }
    exit::print(&text)?;
    Ok(Exit::Done)
}

fn write(path: &Path, fill: impl FnOnce(BufWriter<&mut AtomicFile>) -> std::io::Result<()>) -> Result<String> {
    let mut file = AtomicFile::create(path)?;
    fill(BufWriter::new(&mut file)).map_err(|cause| file.failed(cause))?;
    file.finish()?;
    Ok(format!("Written: {}\n", visible(&path.display())))
}

fn told(setup: &Setup, cohort: &Cohort, library: &Library) -> String {
    let words = &setup.words.cohort;
    let cells = CohortTable::of(cohort, &setup.words, library);
    let columns = terminal_kind::columns().and_then(|columns| u16::try_from(columns).ok());
    if cells.rows.is_empty() {
        let sentences = [Some(words.empty.clone()), CohortTable::later(cohort, words)];
        return sentences.into_iter().flatten().map(|sentence| paragraph(&sentence, columns)).collect();
    }
    let table = table(&cells, columns).unwrap_or_else(|| list(&cells));
    let notes: String = cells.notes.iter().map(|note| paragraph(note, columns)).collect();
    format!("{table}\n{notes}")
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

/// The cells as a table; `None` if a terminal of so many columns would have to break words for it.
fn table(cells: &CohortTable<'_>, columns: Option<u16>) -> Option<String> {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(&cells.headings);
    table.add_rows(cells.rows.iter().map(|(cells, _)| cells));
    let widths: Vec<u16> = (0..cells.headings.len()).map(|column| least_width(cells, column)).collect();
    if let Some(columns) = columns {
        if widths.iter().sum::<u16>() + between(cells) > columns {
            return None;
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    }
    for (number, (column, width)) in table.column_iter_mut().zip(widths).enumerate() {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        if number >= cells.names {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    Some(table.to_string())
}

/// The columns of the terminal that stand between those of the table.
fn between(cells: &CohortTable<'_>) -> u16 {
    u16::try_from(cells.headings.len()).unwrap_or(u16::MAX).saturating_sub(1)
}

/// The width of a column in which no word is broken, with a space on either side.
fn least_width(cells: &CohortTable<'_>, column: usize) -> u16 {
    let texts = cells.rows.iter().filter_map(|(row, _)| row.get(column)).map(String::as_str);
    let words = texts.chain([cells.headings[column]]).flat_map(str::split_whitespace);
    words.map(|word| word.chars().count()).max().and_then(|longest| u16::try_from(longest).ok()).unwrap_or_default() + 2
}

/// The cells below each other, for a narrow terminal: a paragraph a row, which begins with its names.
fn list(cells: &CohortTable<'_>) -> String {
    let (_, headings) = cells.headings.split_at(cells.names);
    let widest = headings.iter().map(|heading| heading.chars().count()).max().unwrap_or_default();
    let row = |(row, _): &(Vec<String>, bool)| {
        let (names, values) = row.split_at(cells.names.min(row.len()));
        let told = headings.iter().zip(values).filter(|(_, value)| !value.is_empty());
        let lines: String = told.map(|(heading, value)| format!("  {heading:widest$}  {value}\n")).collect();
        format!("{}\n{lines}", names.join(", "))
    };
    cells.rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> CohortTable<'static> {
        let row = ["p-0123456789", "Bow", "2.5", "", "40 % (33–47)"].map(str::to_owned).to_vec();
        let headings = vec!["Person", "Drill", "Days a week", "Lags", "Low back’s part"];
        CohortTable { headings, names: 2, rows: vec![(row, false)], notes: Vec::new() }
    }

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

    #[test]
    fn no_word_is_broken_however_narrow_the_terminal_is() {
        let wide = table(&cells(), None).unwrap();
        assert!(wide.contains("Low back’s part") && wide.contains("40 % (33–47)"), "{wide}");
        let least = between(&cells()) + (0..5).map(|column| least_width(&cells(), column)).sum::<u16>();
        let narrow = table(&cells(), Some(least)).unwrap();
        for text in [cells().headings.join(" "), cells().rows[0].0.join(" ")] {
            assert!(text.split_whitespace().all(|word| narrow.contains(word)), "{narrow}");
        }
        assert!(narrow.lines().all(|line| line.chars().count() <= usize::from(least)), "{narrow}");
        assert_eq!(table(&cells(), Some(least - 1)), None);
        let list = "p-0123456789, Bow\n  Days a week      2.5\n  Low back’s part  40 % (33–47)\n";
        assert_eq!(super::list(&cells()), list);
    }
}
