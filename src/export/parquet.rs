//! Parquet: a row per frame and a column per quantity, for archives of many sessions.
//!
//! The columns are those of `samples.csv` with the same numbers, preceded and followed by what a table of many sessions
//! needs: session, start time, set, drill and repetition. Unknown values are null. Units and meanings are in the
//! key-value metadata of the file, by column: `unit.NAME`, `meaning.NAME`.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::quantity::QUANTITIES;
use super::{ExportError, SessionExport, definition, rounded, seconds};
use crate::coach::Verdict;
use crate::geometry::Measurement;
use crate::source::Timestamp;
use crate::store::{Set, StoredRepetition};

/// A column: its name, unit and meaning, and a value per frame.
struct Column {
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    values: Values,
}

/// The values of a column; `None` if unknown.
enum Values {
    Words(Vec<Option<String>>),
    Numbers(Vec<Option<f64>>),
    Counts(Vec<Option<i64>>),
    /// Milliseconds since 1970, UTC.
    Moments(Vec<Option<i64>>),
}

/// Rows of a group: 36 minutes at 30 frames a second. A group is held until it is whole. [own]
const GROUP: usize = 1 << 16;

/// What the columns hold of a frame.
struct FrameRow {
    time: Timestamp,
    number: u64,
    measurement: Measurement,
}

/// Writes the file.
pub(super) fn write(whole: &SessionExport<'_>, out: impl Write + Send) -> Result<(), ExportError> {
    let mut table = GroupedTable::begin(whole, out).map_err(failed)?;
    whole.write_each(|sample, measurement| {
        table.add(FrameRow { time: sample.time, number: sample.number, measurement }).map_err(failed)
    })?;
    Ok(table.finish().map_err(failed)?)
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}

/// A file that is being written, group by group.
struct GroupedTable<'s, W: Write + Send> {
    whole: &'s SessionExport<'s>,
    file: SerializedFileWriter<W>,
    /// Those that are not in a group yet.
    rows: Vec<FrameRow>,
}

impl<'s, W: Write + Send> GroupedTable<'s, W> {
    fn begin(whole: &'s SessionExport<'s>, out: W) -> Result<Self, ParquetError> {
        let columns = columns(whole, &[]);
        let fields = columns.iter().map(Column::field).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("session").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::GZIP(parquet::basic::GzipLevel::default()))
            .set_created_by(format!("bendwise {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(metadata(whole, &columns)))
            .build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        Ok(Self { whole, file, rows: Vec::new() })
    }

    fn add(&mut self, row: FrameRow) -> Result<(), ParquetError> {
        self.rows.push(row);
        if self.rows.len() < GROUP { Ok(()) } else { self.write_group() }
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for column in &columns(self.whole, &self.rows) {
            if let Some(writer) = group.next_column()? {
                column.write(writer)?;
            }
        }
        self.rows.clear();
        group.close().map(drop)
    }

    fn finish(mut self) -> Result<(), ParquetError> {
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        self.file.close().map(drop)
    }
}

fn columns(whole: &SessionExport<'_>, rows: &[FrameRow]) -> Vec<Column> {
    let entry = &whole.session.entry;
    let began = (!whole.anonymous).then(|| entry.began.timestamp().as_millisecond());
    let each = |value: &dyn Fn(&FrameRow) -> Option<String>| Values::Words(rows.iter().map(value).collect());
    let set = |row: &FrameRow| set(&whole.session.sets, row.time);
    let repetition = |row: &FrameRow| repetition(&whole.session.repetitions, row.time);
    let count = |value: &dyn Fn(&FrameRow) -> Option<i64>| Values::Counts(rows.iter().map(value).collect());
    let number = |value: &dyn Fn(&FrameRow) -> Option<f64>| Values::Numbers(rows.iter().map(value).collect());
    let mut columns = vec![
        Column::new("session", "1", "the session, the same on every machine", each(&|_| Some(entry.uid.clone()))),
        Column::new(
            "began",
            "ms",
            "when the session began; null in an anonymous export",
            Values::Moments(vec![began; rows.len()]),
        ),
        Column::defined("time_s", number(&|row| seconds(row.time))),
        Column::defined("frame", count(&|row| i64::try_from(row.number).ok())),
        Column::new(
            "state",
            "1",
            "what was measured, or why nothing was",
            each(&|row| Some(row.measurement.state.word().into())),
        ),
    ];
    columns.extend(
        QUANTITIES.iter().map(|quantity| Column::defined(quantity.name, number(&|row| quantity.of(&row.measurement)))),
    );
    let probability = |row: &FrameRow| rounded(repetition(row)?.repetition.verdict_probability?.into(), 3);
    columns.extend([
        Column::new("set", "1", "number of the set, from 1", count(&|row| Some(i64::from(set(row)?.number) + 1))),
        Column::new("drill", "1", "what was practised in the set", each(&|row| set(row)?.drill.clone())),
        Column::new(
            "repetition",
            "1",
            "number of the repetition that went on, from 1",
            count(&|row| Some(i64::from(repetition(row)?.number) + 1)),
        ),
        Column::new(
            "verdict",
            "1",
            "where that repetition came from: hips, mixed, back, or none where that cannot be told",
            each(&|row| Some(Verdict::word(repetition(row)?.repetition.verdict).to_owned())),
        ),
        Column::defined("verdict_probability", number(&probability)),
        Column::defined("no_verdict", each(&|row| Some(repetition(row)?.repetition.no_verdict()?.word().to_owned()))),
    ]);
    columns
}

/// The repetition that went on at a time.
fn repetition(repetitions: &[StoredRepetition], time: Timestamp) -> Option<&StoredRepetition> {
    let counts = |kept: &&StoredRepetition| kept.counts();
    repetitions.iter().filter(counts).find(|kept| (kept.repetition.start..=kept.repetition.end).contains(&time))
}

/// The set that went on at a time.
fn set(sets: &[Set], time: Timestamp) -> Option<&Set> {
    sets.iter().find(|set| set.began <= time && set.ended.is_none_or(|ended| time <= ended))
}

/// The metadata of the file.
fn metadata(whole: &SessionExport<'_>, columns: &[Column]) -> Vec<KeyValue> {
    let entry = &whole.session.entry;
    let pair = |key: String, value: String| KeyValue { key, value: Some(value) };
    let models = whole.session.models.iter().map(|(file, sum)| pair(format!("model.{file}"), sum.clone()));
    let told = columns.iter().flat_map(|column| {
        [
            pair(format!("unit.{}", column.name), column.unit.to_owned()),
            pair(format!("meaning.{}", column.name), column.meaning.to_owned()),
        ]
    });
    let about = [
        ("bendwise", entry.program.clone()),
        ("session", entry.uid.clone()),
        ("id", entry.id.clone()),
        ("began", if whole.anonymous { String::new() } else { entry.began.to_string() }),
        ("source", entry.source.clone()),
    ];
    about.map(|(key, value)| pair(key.to_owned(), value)).into_iter().chain(models).chain(told).collect()
}

impl Column {
    fn new(name: &'static str, unit: &'static str, meaning: &'static str, values: Values) -> Self {
        Self { name, unit, meaning, values }
    }

    /// A column with a definition that is common to all files.
    fn defined(name: &'static str, values: Values) -> Self {
        let (unit, meaning) = definition(name).map_or(("1", ""), |definition| (definition.unit, definition.meaning));
        Self { name, unit, meaning, values }
    }

    fn field(&self) -> Result<Arc<Type>, ParquetError> {
        let (physical, logical) = match self.values {
            Values::Words(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Numbers(_) => (Physical::DOUBLE, None),
            Values::Counts(_) => (Physical::INT64, None),
            Values::Moments(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        };
        let field = Type::primitive_type_builder(self.name, physical).with_logical_type(logical);
        field.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
    }

    fn write(&self, writer: SerializedColumnWriter) -> Result<(), ParquetError> {
        match &self.values {
            Values::Words(words) => {
                let bytes = words.iter().map(|word| word.as_deref().map(ByteArray::from)).collect::<Vec<_>>();
                fill::<ByteArrayType>(writer, &bytes)
            }
            Values::Numbers(numbers) => fill::<DoubleType>(writer, numbers),
            Values::Counts(counts) | Values::Moments(counts) => fill::<Int64Type>(writer, counts),
        }
    }
}

fn fill<T: DataType>(mut writer: SerializedColumnWriter, values: &[Option<T::T>]) -> Result<(), ParquetError> {
    let known: Vec<T::T> = values.iter().flatten().cloned().collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    writer.typed::<T>().write_batch(&known, Some(&levels), None)?;
    writer.close()
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
