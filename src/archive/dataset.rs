//! What an archive says of itself: `dataset.json`, the same columns as a table, and views for DuckDB.

use serde::Serialize;

use super::error::ArchiveError;
use super::folder::{ArchiveFolder, DATASET, DESCRIPTIONS, FORMAT};
use super::schema::{ArchiveTable, SCHEMA_VERSION};
use super::table_file;
use crate::export::parquet::{Cell, ColumnDefinition, ColumnKind, PageCompression, RowSink, TableWriter};

/// The views.
const VIEWS: &str = include_str!("views.sql");

/// The whole file.
#[derive(Serialize)]
struct Dataset<'d> {
    format: &'static str,
    schema_version: u32,
    /// Whose sessions: a name that says nothing, and tells the archives of two machines apart.
    store: &'d str,
    written_by: String,
    about: &'static str,
    partitions: [PartitionKey; 2],
    tables: Vec<TableDescription>,
}

#[derive(Serialize)]
struct PartitionKey {
    name: &'static str,
    r#type: &'static str,
    meaning: &'static str,
}

#[derive(Serialize)]
struct TableDescription {
    name: &'static str,
    row: &'static str,
    columns: Vec<ColumnDescription>,
}

#[derive(Serialize)]
struct ColumnDescription {
    name: &'static str,
    r#type: &'static str,
    unit: &'static str,
    meaning: &'static str,
    since_schema_version: u32,
}

/// The columns of the table of columns.
static COLUMNS: [ColumnDefinition; 6] = {
    use ColumnKind::{Text, Whole};
    [
        ColumnDefinition::plain("table", Text, "the table"),
        ColumnDefinition::plain("column", Text, "the column"),
        ColumnDefinition::plain("type", Text, "its type, as SQL has it"),
        ColumnDefinition::plain("unit", Text, "its unit; 1 for a plain number and for words"),
        ColumnDefinition::plain("meaning", Text, "what it means, with sign and range"),
        ColumnDefinition::plain("since_schema_version", Whole, "the version of the schema that brought it"),
    ]
};

/// Writes what is not there as it should be.
pub(super) fn write(folder: &ArchiveFolder, store: &str) -> Result<(), ArchiveError> {
    let path = |name: &str| folder.path().join(name);
    folder.write_if_changed(&path(DATASET), dataset(store).as_bytes())?;
    folder.write_if_changed(&path("views.sql"), VIEWS.as_bytes())?;
    let place = folder.descriptions();
    let columns = columns().map_err(|cause| ArchiveError::File { path: place.clone(), cause })?;
    folder.write_if_changed(&place, &columns)?;
    for table in ArchiveTable::OF_SESSIONS {
        let place = folder.file_without_rows(table);
        let file =
            table_file::without_rows(table).map_err(|cause| ArchiveError::File { path: place.clone(), cause })?;
        folder.write_if_changed(&place, &file)?;
    }
    Ok(())
}

fn descriptions(table: ArchiveTable) -> Vec<ColumnDescription> {
    let described = |column: &ColumnDefinition| ColumnDescription {
        name: column.name,
        r#type: column.kind.word(),
        unit: column.unit,
        meaning: column.meaning,
        since_schema_version: table.since(column.name),
    };
    table.columns().iter().map(described).collect()
}

fn dataset(store: &str) -> String {
    let partition = |name, meaning| PartitionKey { name, r#type: "INTEGER", meaning };
    let described =
        |table: ArchiveTable| TableDescription { name: table.name(), row: table.row(), columns: descriptions(table) };
    let dataset = Dataset {
        format: FORMAT,
        schema_version: SCHEMA_VERSION,
        store,
        written_by: format!("bendwise {}", env!("CARGO_PKG_VERSION")),
        about: "Angles are changes from standing, from one camera; METHOD.md of bendwise has formulas and errors. \
                Columns are never renamed and never change type, unit or meaning; new ones are null in older files.",
        partitions: [
            partition("year", "year in which the session began, local time"),
            partition("month", "month in which the session began, local time, 1 to 12"),
        ],
        tables: ArchiveTable::ALL.map(described).into(),
    };
    // Plain data always has a JSON form.
    serde_json::to_string_pretty(&dataset).unwrap_or_default() + "\n"
}

/// The table of columns as a file.
fn columns() -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut rows = TableWriter::begin(&mut out, DESCRIPTIONS, &COLUMNS, PageCompression::None, Vec::new());
    for table in ArchiveTable::ALL {
        for column in descriptions(table) {
            rows.add(|row| {
                row.put("table", Cell::Text(table.name()));
                row.put("column", Cell::Text(column.name));
                row.put("type", Cell::Text(column.r#type));
                row.put("unit", Cell::Text(column.unit));
                row.put("meaning", Cell::Text(column.meaning));
                row.put("since_schema_version", Cell::Whole(column.since_schema_version.into()));
            })?;
        }
    }
    rows.finish()?;
    Ok(out)
}
