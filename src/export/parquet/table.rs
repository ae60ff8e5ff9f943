//! A Parquet file that is written row by row and held group by group.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, GzipLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::buffer::TableBuffer;
use super::column::ColumnDefinition;

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

/// A file that is being written.
pub(crate) struct TableWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// Those that are not in a group yet.
    rows: TableBuffer,
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a file of this table, with metadata.
    pub(crate) fn begin(
        out: W,
        name: &str,
        definitions: &'static [ColumnDefinition],
        compression: PageCompression,
        metadata: Vec<(String, String)>,
    ) -> io::Result<Self> {
        let metadata = metadata.into_iter().map(|(key, value)| KeyValue { key, value: Some(value) }).collect();
        let compression = match compression {
            PageCompression::Gzip => Compression::GZIP(GzipLevel::default()),
            PageCompression::None => Compression::UNCOMPRESSED,
        };
        let begin = || {
            let fields = definitions.iter().map(ColumnDefinition::field).collect::<Result<_, _>>()?;
            let schema = Type::group_type_builder(name).with_fields(fields).build()?;
            let properties = WriterProperties::builder()
                .set_compression(compression)
                .set_created_by(format!("bendwise {}", env!("CARGO_PKG_VERSION")))
                .set_key_value_metadata(Some(metadata))
                .build();
            SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))
        };
        Ok(Self { file: begin().map_err(failed)?, rows: TableBuffer::of(definitions) })
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
        let mut group = self.file.next_row_group()?;
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
        self.file.close().map(drop).map_err(failed)
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
