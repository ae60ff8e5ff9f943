//! A Parquet file of an archive, written whole and read group by group. Its metadata says which sessions are in it, so that
//! nobody has to read its rows for that.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::error::ArchiveError;
use super::schema::{ArchiveTable, SCHEMA_VERSION};
use crate::atomic_file::AtomicFile;
use crate::export::parquet::{ColumnBuffer, PageCompression, TableBuffer, TableWriter, failed};
use crate::input_file;
use crate::owner_only;
use crate::store::StoreError;

/// Keys of the metadata.
const VERSION: &str = "schema_version";
const SESSIONS: &str = "sessions";
const UNIT: &str = "unit.";

/// What a Parquet file ends with.
const MAGIC: &[u8; 4] = b"PAR1";

/// What the rows of a session were made of, as a checksum, by the session's uid.
pub(super) type Fingerprints = HashMap<String, String>;

/// Writes a file of a table as a whole; `fill` adds its rows.
pub(super) fn write(
    path: &Path,
    table: ArchiveTable,
    sessions: &Fingerprints,
    fill: impl FnOnce(&mut TableWriter<&mut AtomicFile>) -> Result<(), WriteError>,
) -> Result<(), ArchiveError> {
    Ok(pending(path, table, sessions, fill)?.finish()?)
}

/// The same, but for its name.
fn pending(
    path: &Path,
    table: ArchiveTable,
    sessions: &Fingerprints,
    fill: impl FnOnce(&mut TableWriter<&mut AtomicFile>) -> Result<(), WriteError>,
) -> Result<AtomicFile, ArchiveError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
        owner_only::folder(folder).map_err(|cause| ArchiveError::File { path: folder.to_owned(), cause })?;
    }
    let mut pending = AtomicFile::create(path)?;
    let write = || -> Result<(), WriteError> {
        let metadata = metadata(table, sessions);
        let mut rows = TableWriter::begin(&mut pending, table.name(), table.columns(), PageCompression::None, metadata);
        fill(&mut rows)?;
        Ok(rows.finish()?)
    };
    match write() {
        Ok(()) => Ok(pending),
        Err(WriteError::Out(cause)) => Err(pending.failed(cause).into()),
        Err(WriteError::In(error)) => Err(error),
    }
}

/// A file of a table that has no rows.
pub(super) fn without_rows(table: ArchiveTable) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let metadata = metadata(table, &Fingerprints::new());
    TableWriter::begin(&mut out, table.name(), table.columns(), PageCompression::None, metadata).finish()?;
    Ok(out)
}

/// What takes rows of a table.
pub(super) trait RowWriter {
    /// Adds a row.
    fn add(&mut self, fill: &mut dyn FnMut(&mut TableBuffer)) -> io::Result<()>;

    /// Adds the rows of a buffer that are kept.
    fn append(&mut self, rows: &TableBuffer, keep: &[bool]) -> io::Result<()>;
}

impl RowWriter for TableWriter<&mut AtomicFile> {
    fn add(&mut self, fill: &mut dyn FnMut(&mut TableBuffer)) -> io::Result<()> {
        Self::add(self, fill)
    }

    fn append(&mut self, rows: &TableBuffer, keep: &[bool]) -> io::Result<()> {
        Self::append(self, rows, keep)
    }
}

/// Those of the three tables of sessions, in the order of [`ArchiveTable::OF_SESSIONS`].
pub(super) type RowWriters<'w> = [&'w mut dyn RowWriter; 3];

/// Writes a file of each of the three tables in one go, but for their names, which they get in this order: that of sessions is in
/// place last, and then a session is there.
pub(super) fn pending_three(
    [samples, repetitions, sessions]: &[(PathBuf, Fingerprints); 3],
    fill: impl FnOnce(RowWriters<'_>) -> Result<(), WriteError>,
) -> Result<[AtomicFile; 3], ArchiveError> {
    let tables = ArchiveTable::OF_SESSIONS;
    let (mut first, mut second) = (None, None);
    let third = pending(&sessions.0, tables[2], &sessions.1, |of_sessions| {
        second = Some(pending(&repetitions.0, tables[1], &repetitions.1, |of_repetitions| {
            first = Some(pending(&samples.0, tables[0], &samples.1, |of_samples| {
                fill([of_samples, of_repetitions, of_sessions])
            })?);
            Ok(())
        })?);
        Ok(())
    })?;
    // They are there: the third would have failed with them.
    let missing = || ArchiveError::File { path: samples.0.clone(), cause: io::ErrorKind::NotFound.into() };
    Ok([first.ok_or_else(missing)?, second.ok_or_else(missing)?, third])
}

/// Why a file did not come about: it cannot be written, or what should be in it cannot be read.
pub(super) enum WriteError {
    Out(io::Error),
    In(ArchiveError),
}

impl From<io::Error> for WriteError {
    fn from(cause: io::Error) -> Self {
        Self::Out(cause)
    }
}

impl From<ArchiveError> for WriteError {
    fn from(error: ArchiveError) -> Self {
        Self::In(error)
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::In(error.into())
    }
}

fn metadata(table: ArchiveTable, sessions: &Fingerprints) -> Vec<(String, String)> {
    let mut listed: Vec<_> = sessions.iter().map(|(uid, fingerprint)| format!("{uid}:{fingerprint}")).collect();
    listed.sort_unstable();
    let units = table.columns().iter().map(|column| (format!("{UNIT}{}", column.name), column.unit.to_owned()));
    let about = [(VERSION.to_owned(), SCHEMA_VERSION.to_string()), (SESSIONS.to_owned(), listed.join(" "))];
    about.into_iter().chain(units).collect()
}

/// A file that is read.
pub(super) struct TableFile {
    path: PathBuf,
    table: ArchiveTable,
    reader: SerializedFileReader<File>,
}

impl TableFile {
    /// Opens a file of a table and checks what it says of itself.
    pub(super) fn open(path: &Path, table: ArchiveTable) -> Result<Self, ArchiveError> {
        let file = input_file::open(path).map_err(|cause| ArchiveError::File { path: path.to_owned(), cause })?;
        let damaged = |error| ArchiveError::Damaged { path: path.to_owned(), cause: failed(error) };
        let file = Self { path: path.to_owned(), table, reader: SerializedFileReader::new(file).map_err(damaged)? };
        file.check()?;
        Ok(file)
    }

    /// Whether a file ends as Parquet does: one that was cut does not. Its rows are not looked at.
    pub(super) fn is_whole(path: &Path) -> bool {
        let ends = |mut file: File| {
            let mut end = [0; MAGIC.len()];
            file.seek(SeekFrom::End(-(MAGIC.len() as i64)))?;
            file.read_exact(&mut end)?;
            io::Result::Ok(end == *MAGIC)
        };
        input_file::open(path).and_then(ends).unwrap_or(false)
    }

    fn check(&self) -> Result<(), ArchiveError> {
        let path = || self.path.clone();
        let version = self.told(VERSION).and_then(|version| version.parse().ok());
        match version {
            Some(version) if version > SCHEMA_VERSION => return Err(ArchiveError::Newer { path: path(), version }),
            Some(_) => {}
            None => return Err(ArchiveError::Foreign { path: path() }),
        }
        if let Some(codec) = self.unread_codec() {
            return Err(ArchiveError::Compressed { path: path(), codec });
        }
        for column in self.table.columns() {
            let told = self.told(&format!("{UNIT}{}", column.name));
            if told.is_some_and(|unit| unit != column.unit) {
                return Err(ArchiveError::Column { path: path(), column: column.name, what: "unit" });
            }
        }
        Ok(())
    }

    /// The compression of a column, if it is none that is read.
    fn unread_codec(&self) -> Option<String> {
        let columns = self.reader.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
        let mut codecs = columns.map(ColumnChunkMetaData::compression);
        let unread = codecs.find(|codec| !matches!(codec, Compression::UNCOMPRESSED | Compression::GZIP(_)))?;
        let name = format!("{unread:?}");
        Some(name.split('(').next().unwrap_or_default().to_lowercase())
    }

    /// What the metadata says.
    fn told(&self, key: &str) -> Option<&str> {
        let pairs = self.reader.metadata().file_metadata().key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
    }

    /// The sessions whose rows it has.
    pub(super) fn sessions(&self) -> Fingerprints {
        let listed = self.told(SESSIONS).unwrap_or_default().split_whitespace();
        listed.filter_map(|pair| pair.split_once(':')).map(|(uid, sum)| (uid.to_owned(), sum.to_owned())).collect()
    }

    /// Gives the rows of each group to `take`, with these columns, or with all if none is named; the others are null, as are
    /// those that the file does not have.
    pub(super) fn each_group<E: From<ArchiveError>>(
        &self,
        columns: &[&str],
        mut take: impl FnMut(&TableBuffer) -> Result<(), E>,
    ) -> Result<(), E> {
        for number in 0..self.reader.num_row_groups() {
            take(&self.group(number, columns)?)?;
        }
        Ok(())
    }

    fn group(&self, number: usize, wanted: &[&str]) -> Result<TableBuffer, ArchiveError> {
        let damaged = |error| ArchiveError::Damaged { path: self.path.clone(), cause: failed(error) };
        let group = self.reader.get_row_group(number).map_err(damaged)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let mut columns = Vec::with_capacity(self.table.columns().len());
        for column in self.table.columns() {
            let mut values = ColumnBuffer::of(column.kind);
            let is_wanted = wanted.is_empty() || wanted.contains(&column.name);
            let place = schema.columns().iter().position(|found| found.name() == column.name);
            match place.filter(|_| is_wanted) {
                Some(place) => {
                    let reader = group.get_column_reader(place).map_err(damaged)?;
                    if !values.read(reader, rows).map_err(damaged)? {
                        let path = self.path.clone();
                        return Err(ArchiveError::Column { path, column: column.name, what: "type" });
                    }
                }
                None => values.push_nulls(rows),
            }
            columns.push(values);
        }
        Ok(TableBuffer::from_columns(self.table.columns(), columns, rows))
    }
}
