//! `bendwise cohort`: who practises how, and what changes, out of an archive.

use std::io::BufWriter;
use std::path::Path;

use anyhow::Result;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};

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
        text += &write(path, |out| write_csv(&cohort, out))?;
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
    if cells.rows.is_empty() {
        let later = CohortTable::later(cohort, words).map(|later| format!("{later}\n"));
        return format!("{}\n{}", words.empty, later.unwrap_or_default());
    }
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(&cells.headings);
    if let Some(columns) = terminal_kind::columns().and_then(|columns| u16::try_from(columns).ok()) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    }
    for column in table.column_iter_mut().skip(cells.names) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.add_rows(cells.rows.iter().map(|(cells, _)| cells));
    let notes: String = cells.notes.iter().map(|note| format!("{note}\n")).collect();
    format!("{table}\n{notes}")
}
