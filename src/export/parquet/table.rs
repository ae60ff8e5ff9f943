//! A Parquet file that is written row by row and held group by group.

use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use parquet::basic::{Compression, GzipLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::buffer::TableBuffer;
use super::column::{ColumnDefinition, ColumnKind};

/// Rows of a group: 36 minutes of samples at 30 frames a second. A group is held until it is whole. [own]
const GROUP: usize = 1 << 16;

/// How the pages of a file are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageCompression {
    /// Small, for a file that travels.
    Gzip,
    /// Not beyond what dictionaries save: fast to write and to read.
    None,
}

/// A table of fewer rows is a single page a column: what helps to skip pages is left out, and numbers are written as they are, since
/// most are there once. Below the second, words are as well. [own]
const FEW_ROWS: usize = 1024;
const FEWEST_ROWS: usize = 64;

/// A file that is being written.
pub(crate) struct TableWriter<W: Write + Send> {
    schema: TableSchema,
    output: Output<W>,
    /// Those that are not in a group yet.
    rows: TableBuffer,
}

/// What is known of a table before its rows.
struct TableSchema {
    name: &'static str,
    definitions: &'static [ColumnDefinition],
    compression: PageCompression,
}

/// Where a table goes. How its columns are stored depends on how many rows the first group has.
enum Output<W: Write + Send> {
    Waiting(W, Vec<KeyValue>),
    Open(SerializedFileWriter<W>),
    /// It could not be begun.
    Failed,
}

impl TableSchema {
    fn begin<W: Write + Send>(
        &self,
        out: W,
        metadata: Vec<KeyValue>,
        rows: usize,
    ) -> Result<SerializedFileWriter<W>, ParquetError> {
        let fields = self.definitions.iter().map(ColumnDefinition::field).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder(self.name).with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_created_by(format!("bendwise {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(metadata));
        let properties = match self.compression {
            PageCompression::Gzip => properties.set_compression(Compression::GZIP(GzipLevel::default())),
            PageCompression::None if rows < FEW_ROWS => self.of_few(properties, rows),
            PageCompression::None => properties,
        };
        SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build()))
    }

    fn of_few(&self, properties: WriterPropertiesBuilder, rows: usize) -> WriterPropertiesBuilder {
        let properties = properties
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true);
        let words = self.definitions.iter().filter(|column| column.kind == ColumnKind::Text && rows >= FEWEST_ROWS);
        words.fold(properties, |properties, column| properties.set_column_dictionary_enabled(column.name.into(), true))
    }
}

impl<W: Write + Send> Output<W> {
    /// The file, begun now at the latest, for a first group of so many rows.
    fn file(&mut self, schema: &TableSchema, rows: usize) -> Result<&mut SerializedFileWriter<W>, ParquetError> {
        if let Self::Waiting(..) = self
            && let Self::Waiting(out, metadata) = mem::replace(self, Self::Failed)
        {
            *self = Self::Open(schema.begin(out, metadata, rows)?);
        }
        match self {
            Self::Open(file) => Ok(file),
            _ => Err(ParquetError::General("it could not be begun".into())),
        }
    }
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a file of this table, with metadata.
    pub(crate) fn begin(
        out: W,
        name: &'static str,
        definitions: &'static [ColumnDefinition],
        compression: PageCompression,
        metadata: Vec<(String, String)>,
    ) -> Self {
        let metadata = metadata.into_iter().map(|(key, value)| KeyValue { key, value: Some(value) }).collect();
        Self {
            schema: TableSchema { name, definitions, compression },
            output: Output::Waiting(out, metadata),
            rows: TableBuffer::of(definitions),
        }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, fill: impl FnOnce(&mut TableBuffer)) -> io::Result<()> {
        fill(&mut self.rows);
        self.rows.end_row();
        self.write_full_group()
    }

    /// Adds the rows of a buffer of the same table that are kept.
    pub(crate) fn append(&mut self, rows: &TableBuffer, keep: &[bool]) -> io::Result<()> {
        self.rows.append(rows, keep);
        self.write_full_group()
    }

    fn write_full_group(&mut self) -> io::Result<()> {
        if self.rows.len() < GROUP { Ok(()) } else { self.write_group().map_err(failed) }
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.output.file(&self.schema, self.rows.len())?.next_row_group()?;
        for column in self.rows.columns() {
            if let Some(writer) = group.next_column()? {
                column.write(writer)?;
            }
        }
        self.rows.clear();
        group.close().map(drop)
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.rows.len() > 0 {
            self.write_group().map_err(failed)?;
        }
        self.output.file(&self.schema, 0).and_then(SerializedFileWriter::finish).map(drop).map_err(failed)
    }
}

/// The error of the system in one of Parquet.
pub(crate) fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}
