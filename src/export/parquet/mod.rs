//! Parquet: a row per frame and a column per quantity, for archives of many sessions.
//!
//! The columns are those of `samples.csv` with the same numbers, preceded and followed by what a table of many sessions
//! needs: session, start time, set, drill and repetition. Unknown values are null. Units and meanings are in the
//! key-value metadata of the file, by column: `unit.NAME`, `meaning.NAME`.
//!
//! [`TableWriter`] writes any table; the archive has its own.

mod buffer;
mod column;
pub(crate) mod frame_row;
mod table;

use std::io::Write;
use std::sync::LazyLock;

pub(crate) use buffer::{Cell, ColumnBuffer, RowSink, TableBuffer};
pub(crate) use column::{ColumnDefinition, ColumnKind};
pub(crate) use table::{PageCompression, TableWriter, failed};

use super::{ExportError, SessionExport};

/// The columns of an exported session.
static COLUMNS: LazyLock<Vec<ColumnDefinition>> = LazyLock::new(|| {
    let session = [
        ColumnDefinition::plain("session", ColumnKind::Text, "the session, the same on every machine"),
        ColumnDefinition::of("began", ColumnKind::Moment, "ms", "when the session began; null in an anonymous export"),
    ];
    session.into_iter().chain(frame_row::columns()).collect()
});

/// Writes the file.
pub(super) fn write(whole: &SessionExport<'_>, out: impl Write + Send) -> Result<(), ExportError> {
    let session = &whole.session;
    let began = (!whole.anonymous).then(|| session.entry.began.timestamp().as_millisecond());
    let mut table = TableWriter::begin(out, "session", &COLUMNS, PageCompression::Gzip, metadata(whole));
    whole.write_each(|sample, measurement| {
        table.add(|row| {
            row.put("session", Cell::Text(&session.entry.uid));
            row.put("began", Cell::whole(began));
            frame_row::put(row, session, sample, &measurement);
        })
    })?;
    Ok(table.finish()?)
}

/// The metadata of the file.
fn metadata(whole: &SessionExport<'_>) -> Vec<(String, String)> {
    let entry = &whole.session.entry;
    let models = whole.session.models.iter().map(|(file, sum)| (format!("model.{file}"), sum.clone()));
    let told = COLUMNS.iter().flat_map(|column| {
        [
            (format!("unit.{}", column.name), column.unit.to_owned()),
            (format!("meaning.{}", column.name), column.meaning.to_owned()),
        ]
    });
    let about = [
        ("bendwise", entry.program.clone()),
        ("session", entry.uid.clone()),
        ("id", entry.id.clone()),
        ("began", if whole.anonymous { String::new() } else { entry.began.to_string() }),
        ("source", entry.source.clone()),
    ];
    about.map(|(key, value)| (key.to_owned(), value)).into_iter().chain(models).chain(told).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;
    use crate::export::fixtures::session;
    use crate::spine::Facing;

    #[test]
    fn a_table_comes_back_with_its_numbers_nulls_and_units() {
        let whole = session(Facing::Right);
        let mut out = Vec::new();
        write(&whole.export(), &mut out).unwrap();
        let file = SerializedFileReader::new(bytes::Bytes::from(out)).unwrap();
        let rows: Vec<HashMap<String, Field>> =
            file.get_row_iter(None).unwrap().map(|row| row.unwrap().into_columns().into_iter().collect()).collect();
        assert_eq!(rows.len(), 4);
        let word = |text: &str| Field::Str(text.to_owned());
        assert_eq!(rows[0]["state"], word("nobody"));
        for (row, hip) in rows.iter().zip([Field::Null, Field::Double(40.0), Field::Null, Field::Double(20.0)]) {
            assert_eq!(row["hip_flexion_deg"], hip);
            assert_eq!(row["session"], word(&whole.session.entry.uid));
            assert_eq!(row["began"], Field::TimestampMillis(1_795_331_100_000));
        }
        assert_eq!((&rows[1]["lumbar_share"], &rows[1]["frame"]), (&Field::Double(0.2), &Field::Long(1)));
        let told = |row: usize| {
            ["set", "drill", "repetition", "verdict", "verdict_probability"].map(|name| rows[row][name].clone())
        };
        assert_eq!(told(0), [const { Field::Null }; 5]);
        assert_eq!(told(2), [Field::Long(1), word("bow"), Field::Long(1), word("hips"), Field::Double(0.75)]);
        assert_eq!(told(3), [Field::Long(1), word("bow"), Field::Null, Field::Null, Field::Null]);

        let about: HashMap<_, _> = file
            .metadata()
            .file_metadata()
            .key_value_metadata()
            .unwrap()
            .iter()
            .map(|pair| (pair.key.as_str(), pair.value.as_deref().unwrap()))
            .collect();
        assert_eq!((about["bendwise"], about["id"], about["model.back.onnx"]), ("1.2.3", "2026-11-22", "0123abcd"));
        for column in file.metadata().file_metadata().schema_descr().columns() {
            let name = column.name();
            assert!(!about[format!("meaning.{name}").as_str()].is_empty(), "{name}");
            assert_eq!(about[format!("unit.{name}").as_str()] == "degree", name.ends_with("_deg"), "{name}");
        }
    }
}
