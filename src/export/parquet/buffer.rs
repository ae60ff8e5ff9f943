//! Rows of a table on their way into a file or out of one, column by column, as Parquet has them: which are known, and the
//! known values.

use std::ptr;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{BoolType, DoubleType, Int32Type, Int64Type};
use parquet::data_type::{ByteArray, ByteArrayType, DataType};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

use super::column::{ColumnDefinition, ColumnKind};

/// Room for so many rows is made at once: a session of seconds fits, and vectors that grow row by row are copied again and again. [own]
const FIRST_ROWS: usize = 512;

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'c> {
    /// Not known.
    Null,
    /// A word.
    Text(&'c str),
    /// A number.
    Number(f64),
    /// A whole number, a moment in milliseconds since 1970 UTC, or a day since 1970-01-01, as the column has it.
    Whole(i64),
    /// Whether or not.
    Flag(bool),
}

impl<'c> Cell<'c> {
    /// The word, if it is one.
    pub(crate) fn as_text(self) -> Option<&'c str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, if it is one, in the precision of a measurement.
    pub(crate) fn as_number(self) -> Option<f32> {
        if let Self::Number(number) = self { Some(number as f32).filter(|number| number.is_finite()) } else { None }
    }

    /// The whole number, if it is one.
    pub(crate) fn as_whole(self) -> Option<i64> {
        if let Self::Whole(whole) = self { Some(whole) } else { None }
    }

    /// A word, or null.
    pub(crate) fn text(text: Option<&'c str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    /// A number, or null.
    pub(crate) fn number(number: Option<f64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }

    /// A whole number, or null.
    pub(crate) fn whole(whole: Option<i64>) -> Self {
        whole.map_or(Self::Null, Self::Whole)
    }
}

/// What takes the cells of a row, one after the other.
pub(crate) trait RowSink {
    /// Takes the cell of a column.
    fn put(&mut self, column: &'static str, cell: Cell<'_>);
}

/// The values of a column that are known.
#[derive(Clone, Debug)]
enum KnownValues {
    Text(Vec<ByteArray>),
    Number(Vec<f64>),
    Whole(Vec<i64>),
    Day(Vec<i32>),
    Flag(Vec<bool>),
}

/// A column of some rows.
#[derive(Clone, Debug)]
pub(crate) struct ColumnBuffer {
    /// Of each row, 1 if its value is known.
    levels: Vec<i16>,
    known: KnownValues,
}

impl ColumnBuffer {
    /// An empty column.
    pub(crate) fn of(kind: ColumnKind) -> Self {
        let known = match kind {
            ColumnKind::Text => KnownValues::Text(Vec::with_capacity(FIRST_ROWS)),
            ColumnKind::Number => KnownValues::Number(Vec::with_capacity(FIRST_ROWS)),
            ColumnKind::Whole | ColumnKind::Moment => KnownValues::Whole(Vec::with_capacity(FIRST_ROWS)),
            ColumnKind::Day => KnownValues::Day(Vec::with_capacity(FIRST_ROWS)),
            ColumnKind::Flag => KnownValues::Flag(Vec::with_capacity(FIRST_ROWS)),
        };
        Self { levels: Vec::with_capacity(FIRST_ROWS), known }
    }

    /// Adds a value. One of another kind than the column has is not known to it.
    fn push(&mut self, cell: Cell<'_>) {
        let is_known = match (&mut self.known, cell) {
            (KnownValues::Text(words), Cell::Text(text)) => {
                words.push(repeated(words.last(), text));
                true
            }
            (KnownValues::Number(numbers), Cell::Number(number)) => push(numbers, number),
            (KnownValues::Whole(numbers), Cell::Whole(number)) => push(numbers, number),
            (KnownValues::Day(days), Cell::Whole(day)) => i32::try_from(day).is_ok_and(|day| push(days, day)),
            (KnownValues::Flag(flags), Cell::Flag(flag)) => push(flags, flag),
            _ => false,
        };
        self.levels.push(i16::from(is_known));
    }

    /// Adds rows in which it is not known.
    pub(crate) fn push_nulls(&mut self, rows: usize) {
        self.levels.resize(self.levels.len() + rows, 0);
    }

    /// Adds the rows of another column of the same kind that are kept.
    fn append(&mut self, other: &Self, keep: &[bool]) {
        let mut kept_known = Vec::with_capacity(other.levels.len());
        for (level, keep) in other.levels.iter().zip(keep) {
            if *keep {
                self.levels.push(*level);
            }
            if *level == 1 {
                kept_known.push(*keep);
            }
        }
        match (&mut self.known, &other.known) {
            (KnownValues::Text(all), KnownValues::Text(more)) => extend(all, more, &kept_known),
            (KnownValues::Number(all), KnownValues::Number(more)) => extend(all, more, &kept_known),
            (KnownValues::Whole(all), KnownValues::Whole(more)) => extend(all, more, &kept_known),
            (KnownValues::Day(all), KnownValues::Day(more)) => extend(all, more, &kept_known),
            (KnownValues::Flag(all), KnownValues::Flag(more)) => extend(all, more, &kept_known),
            _ => {}
        }
    }

    fn clear(&mut self) {
        self.levels.clear();
        match &mut self.known {
            KnownValues::Text(words) => words.clear(),
            KnownValues::Number(numbers) => numbers.clear(),
            KnownValues::Whole(numbers) => numbers.clear(),
            KnownValues::Day(days) => days.clear(),
            KnownValues::Flag(flags) => flags.clear(),
        }
    }

    /// Writes it as a column of a row group.
    pub(super) fn write(&self, writer: SerializedColumnWriter) -> Result<(), ParquetError> {
        match &self.known {
            KnownValues::Text(words) => fill::<ByteArrayType>(writer, words, &self.levels),
            KnownValues::Number(numbers) => fill::<DoubleType>(writer, numbers, &self.levels),
            KnownValues::Whole(numbers) => fill::<Int64Type>(writer, numbers, &self.levels),
            KnownValues::Day(days) => fill::<Int32Type>(writer, days, &self.levels),
            KnownValues::Flag(flags) => fill::<BoolType>(writer, flags, &self.levels),
        }
    }

    /// Reads a column of a row group that has so many rows. Returns `false` if it is of another type.
    pub(crate) fn read(&mut self, reader: ColumnReader, rows: usize) -> Result<bool, ParquetError> {
        match (&mut self.known, reader) {
            (KnownValues::Text(words), ColumnReader::ByteArrayColumnReader(reader)) => {
                drain(reader, rows, &mut self.levels, words)
            }
            (KnownValues::Number(numbers), ColumnReader::DoubleColumnReader(reader)) => {
                drain(reader, rows, &mut self.levels, numbers)
            }
            (KnownValues::Whole(numbers), ColumnReader::Int64ColumnReader(reader)) => {
                drain(reader, rows, &mut self.levels, numbers)
            }
            (KnownValues::Day(days), ColumnReader::Int32ColumnReader(reader)) => {
                drain(reader, rows, &mut self.levels, days)
            }
            (KnownValues::Flag(flags), ColumnReader::BoolColumnReader(reader)) => {
                drain(reader, rows, &mut self.levels, flags)
            }
            _ => Ok(false),
        }
    }

    /// Its values, in order.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let mut next = 0;
        self.levels.iter().map(move |level| {
            let cell = if *level == 1 { self.known.cell(next) } else { Cell::Null };
            next += usize::from(*level == 1);
            cell
        })
    }
}

impl KnownValues {
    fn cell(&self, at: usize) -> Cell<'_> {
        match self {
            Self::Text(words) => Cell::text(words.get(at).and_then(|word| word.as_utf8().ok())),
            Self::Number(numbers) => Cell::number(numbers.get(at).copied()),
            Self::Whole(numbers) => Cell::whole(numbers.get(at).copied()),
            Self::Day(days) => Cell::whole(days.get(at).map(|day| i64::from(*day))),
            Self::Flag(flags) => flags.get(at).map_or(Cell::Null, |flag| Cell::Flag(*flag)),
        }
    }
}

/// The bytes of a word; those of the word before, shared, if it is the same: most columns repeat theirs.
fn repeated(before: Option<&ByteArray>, text: &str) -> ByteArray {
    match before.filter(|before| before.data() == text.as_bytes()) {
        Some(same) => same.clone(),
        None => ByteArray::from(text),
    }
}

fn push<T>(values: &mut Vec<T>, value: T) -> bool {
    values.push(value);
    true
}

fn extend<T: Clone>(all: &mut Vec<T>, more: &[T], keep: &[bool]) {
    all.extend(more.iter().zip(keep).filter(|(_, keep)| **keep).map(|(value, _)| value.clone()));
}

fn fill<T: DataType>(mut writer: SerializedColumnWriter, known: &[T::T], levels: &[i16]) -> Result<(), ParquetError> {
    writer.typed::<T>().write_batch(known, Some(levels), None)?;
    writer.close()
}

fn drain<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<bool, ParquetError> {
    let before = levels.len();
    let (read, known, _) = reader.read_records(rows, Some(levels), None, values)?;
    if known == rows {
        // Another writer may say that a column is never null: then it has no levels.
        levels.resize(before + rows, 1);
    }
    if read == rows && levels.len() == before + rows {
        return Ok(true);
    }
    Err(ParquetError::General(format!("a column has {read} of {rows} rows")))
}

/// Rows of a table.
#[derive(Clone, Debug)]
pub(crate) struct TableBuffer {
    definitions: &'static [ColumnDefinition],
    columns: Vec<ColumnBuffer>,
    rows: usize,
    /// The column that is expected next.
    next: usize,
}

impl TableBuffer {
    /// No rows of a table with these columns.
    pub(crate) fn of(definitions: &'static [ColumnDefinition]) -> Self {
        let columns = definitions.iter().map(|definition| ColumnBuffer::of(definition.kind)).collect();
        Self { definitions, columns, rows: 0, next: 0 }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Ends a row. What was not put into it is null.
    pub(crate) fn end_row(&mut self) {
        self.rows += 1;
        self.next = 0;
        for column in self.columns.iter_mut().filter(|column| column.levels.len() < self.rows) {
            column.levels.push(0);
        }
    }

    /// Adds the rows of another buffer of the same table that are kept.
    pub(crate) fn append(&mut self, other: &Self, keep: &[bool]) {
        for (all, more) in self.columns.iter_mut().zip(&other.columns) {
            all.append(more, keep);
        }
        self.rows += keep.iter().filter(|keep| **keep).count();
    }

    /// Adds columns of so many rows, in the order of the table.
    pub(crate) fn from_columns(
        definitions: &'static [ColumnDefinition],
        columns: Vec<ColumnBuffer>,
        rows: usize,
    ) -> Self {
        Self { definitions, columns, rows, next: 0 }
    }

    /// The column of this name.
    pub(crate) fn column(&self, name: &str) -> Option<&ColumnBuffer> {
        let at = self.definitions.iter().position(|definition| definition.name == name)?;
        self.columns.get(at)
    }

    pub(super) fn columns(&self) -> &[ColumnBuffer] {
        &self.columns
    }

    pub(super) fn clear(&mut self) {
        self.rows = 0;
        self.columns.iter_mut().for_each(ColumnBuffer::clear);
    }
}

impl RowSink for TableBuffer {
    fn put(&mut self, column: &'static str, cell: Cell<'_>) {
        // Most names are the very same text, which takes no reading.
        let is_column = |definition: &ColumnDefinition| ptr::eq(definition.name, column) || definition.name == column;
        let expected = self.definitions.get(self.next).is_some_and(is_column).then_some(self.next);
        let Some(at) = expected.or_else(|| self.definitions.iter().position(is_column)) else { return };
        self.columns[at].push(cell);
        self.next = at + 1;
    }
}
