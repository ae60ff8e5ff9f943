//! Writes a session as a `.bendwise` file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::{EndedBefore, FORMAT, FileDigest, MANIFEST, Manifest, PackageError, Portable, SAMPLES, SESSION, VIDEO};
use crate::atomic_file::{AtomicFile, AtomicFileError};
use crate::inference::models::hex;
use crate::store::{Score, Session, SessionEntry, SessionState, Store, StoreError};

/// Size of the copy buffer, bytes.
const PIECE: usize = 1 << 16;

impl Store {
    /// Exports a session to a single file. Returns whether its video is in it, which somebody may have removed.
    ///
    /// # Errors
    /// [`StoreError::Recording`] if it has not ended; if the session cannot be read or the file cannot be written.
    pub fn export(&self, entry: &SessionEntry, path: &Path) -> Result<bool, PackageError> {
        self.export_as(entry, (&self.session(entry)?, &self.answers(entry)?), path)
    }

    /// Exports a session with its answers as they are given here, which may tell less of it than the store does, with the stored
    /// samples.
    ///
    /// # Errors
    /// As [`Store::export`].
    pub fn export_as(
        &self,
        entry: &SessionEntry,
        (session, answers): (&Session, &[Score]),
        path: &Path,
    ) -> Result<bool, PackageError> {
        if entry.state == SessionState::Recording {
            return Err(StoreError::Recording { id: entry.id.clone() }.into());
        }
        let video = session.entry.video.as_deref().map(opened).transpose()?.flatten();
        let is_filmed = video.is_some();
        let pending = AtomicFile::create(path)?;
        let mut package = Package::new(pending);
        let portable = Portable::from(session).with_answers(answers);
        let written = write(&mut package, &portable, &mut self.whole_blocks(entry), video);
        let finished = written.and_then(|()| package.finish());
        let failed = |cause: io::Error| match cause.downcast::<StoreError>() {
            Ok(unreadable) => PackageError::from(unreadable), // of what is read, not of what is written
            Err(cause) => AtomicFileError::Unwritable { path: path.to_owned(), cause }.into(),
        };
        finished.map_err(failed)?.finish()?;
        Ok(is_filmed)
    }
}

/// The video; `None` if it is no longer there, which is no reason to keep what was measured from going along.
fn opened(video: &Path) -> Result<Option<File>, StoreError> {
    match File::open(video) {
        Ok(file) => Ok(Some(file)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(StoreError::File { path: video.to_owned(), cause }),
    }
}

/// What comes of reading a packed block.
type Block = Result<Vec<u8>, StoreError>;

fn write(
    package: &mut Package,
    session: &Portable,
    samples: &mut dyn Iterator<Item = Block>,
    video: Option<File>,
) -> io::Result<()> {
    package.add(SESSION, CompressionMethod::Deflated, serde_json::to_vec_pretty(session)?.as_slice())?;
    let blocks = BlocksReader { blocks: samples, rest: Cursor::default() };
    package.add(SAMPLES, CompressionMethod::Stored, blocks)?; // already compressed
    video.map_or(Ok(()), |video| package.add(VIDEO, CompressionMethod::Stored, video))
}

/// Reads blocks, each preceded by its length, holding one at a time.
struct BlocksReader<'b> {
    blocks: &'b mut dyn Iterator<Item = Block>,
    rest: Cursor<Vec<u8>>,
}

impl Read for BlocksReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.rest.read(out)?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            let Some(block) = self.blocks.next() else { return Ok(0) };
            let block = block.map_err(io::Error::other)?;
            self.rest = Cursor::new([&(block.len() as u32).to_le_bytes(), block.as_slice()].concat());
        }
    }
}

/// The zip being written, with the checksums of its files.
pub(super) struct Package {
    zip: ZipWriter<StreamWriter<AtomicFile>>,
    files: BTreeMap<String, FileDigest>,
    /// When the prescription in it was given, and the pseudonym of whom it is for.
    given: Option<Timestamp>,
    person: Option<String>,
    ended_before: Option<EndedBefore>,
}

impl Package {
    pub(super) fn new(file: AtomicFile) -> Self {
        let zip = ZipWriter::new_stream(file);
        Self { zip, files: BTreeMap::new(), given: None, person: None, ended_before: None }
    }

    /// The package of a prescription that was given then, to somebody of this pseudonym.
    pub(super) fn of_prescription(file: AtomicFile, given: Timestamp, person: Option<String>) -> Self {
        Self { given: Some(given), person, ..Self::new(file) }
    }

    /// The same package, of a prescription that is given anew after it had ended.
    pub(super) fn after(self, ended_before: Option<EndedBefore>) -> Self {
        Self { ended_before, ..self }
    }

    pub(super) fn add(&mut self, name: &str, method: CompressionMethod, mut from: impl Read) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.zip.start_file(name, options)?;
        let (mut sum, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
        loop {
            let read = from.read(&mut piece)?;
            if read == 0 {
                break;
            }
            let piece = &piece[..read];
            sum.update(piece);
            bytes += read as u64;
            self.zip.write_all(piece)?;
        }
        self.files.insert(name.to_owned(), FileDigest { bytes, sha256: hex(&sum.finalize()) });
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<AtomicFile> {
        let files = std::mem::take(&mut self.files);
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let given = self.given.map(|given| given.to_string());
        let (person, ended_before) = (self.person.take(), self.ended_before.take());
        let manifest = Manifest { format: FORMAT, program, given, person, ended_before, files };
        self.add(MANIFEST, CompressionMethod::Deflated, serde_json::to_vec_pretty(&manifest)?.as_slice())?;
        Ok(self.zip.finish()?.into_inner())
    }
}
