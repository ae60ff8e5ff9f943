//! Imports a `.bendwise` file. The whole file is checked before anything is written.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{
    FORMAT, FileDigest, LARGEST_MANIFEST, LARGEST_SAMPLES, LARGEST_SESSION, LARGEST_VIDEO, MANIFEST, Manifest,
    PackageError, PackageFault, Portable, SAMPLES, SESSION, VIDEO,
};
use crate::inference::models::hex;
use crate::owner_only;
use crate::store::sample::Sample;
use crate::store::writer::ImportedSession;
use crate::store::{Happening, Store, StoreError, block};

/// A file that was checked completely.
struct Checked {
    session: Portable,
    happened: Vec<Happening>,
    blocks: Vec<Vec<Sample>>,
    video: Option<FileDigest>,
}

impl Store {
    /// Imports a session from a file. Returns its new id.
    ///
    /// # Errors
    /// If the file was not exported by bendwise, is damaged, or holds a session that exists already. Nothing is written
    /// in these cases.
    pub fn import(self, path: &Path) -> Result<String, PackageError> {
        let name = path.display().to_string();
        let unreadable = |cause| PackageError::Unreadable(name.clone(), cause);
        let file = File::open(path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(PackageError::Foreign(name, "it is not a regular file"));
        }
        let opened = ZipArchive::new(BufReader::new(file));
        let mut archive = opened.map_err(|_| PackageError::Foreign(name.clone(), "it is not a zip"))?;
        let checked = check(&mut archive).map_err(|fault| fault.of(&name))?;
        if let Some(entry) = self.list()?.into_iter().find(|entry| entry.uid == checked.session.uid) {
            return Err(PackageError::Here(name, entry.id));
        }
        store_session(self, &checked, &mut archive, &name)
    }
}

/// Checks the whole file.
fn check(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Checked, PackageFault> {
    let known = [MANIFEST, SESSION, SAMPLES, VIDEO].map(str::as_bytes);
    if archive.len() > known.len() || !archive.file_names_raw().all(|name| known.contains(&name)) {
        return Err(PackageFault::Foreign("it contains other files than a session"));
    }
    if archive.by_name(MANIFEST).is_err() {
        return Err(PackageFault::Foreign("it has no manifest.json"));
    }
    let manifest = contents(archive, MANIFEST, LARGEST_MANIFEST, None)?;
    // The format is checked first, as the contents of newer ones are unknown.
    match serde_json::from_slice::<serde_json::Value>(&manifest).ok().and_then(|value| value["format"].as_u64()) {
        Some(format) if format > u64::from(FORMAT) => return Err(PackageFault::Newer),
        Some(_) => {}
        None => return Err(PackageFault::Foreign("its manifest.json was not written by bendwise")),
    }
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(PackageFault::damaged)?;
    let digest =
        |name: &str| manifest.files.get(name).ok_or_else(|| PackageFault::damaged(format!("{name} has no checksum")));
    let session = contents(archive, SESSION, LARGEST_SESSION, Some(digest(SESSION)?))?;
    let session = serde_json::from_slice::<Portable>(&session).map_err(PackageFault::damaged)?.made_visible();
    let samples = contents(archive, SAMPLES, LARGEST_SAMPLES, Some(digest(SAMPLES)?))?;
    let blocks = blocks(&samples)?;
    let frames: usize = blocks.iter().map(Vec::len).sum();
    let video = manifest.files.get(VIDEO).cloned();
    if let Some(video) = &video {
        copy(archive, video, &mut io::sink())?;
    }
    let is_uid = session.uid.len() == 32 && session.uid.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_uid || frames == 0 || frames as u64 != session.frames {
        return Err(PackageFault::damaged("its parts do not belong together"));
    }
    let happened = session
        .happened()
        .ok_or_else(|| PackageFault::damaged("session.json has values that bendwise never writes"))?;
    Ok(Checked { happened, session, blocks, video })
}

/// Reads a file in the zip of at most `largest` bytes and verifies its checksum.
fn contents(
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
    largest: u64,
    digest: Option<&FileDigest>,
) -> Result<Vec<u8>, PackageFault> {
    let mut bytes = Vec::new();
    archive.by_name(name)?.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        return Err(PackageFault::damaged(format!("{name} is larger than a session ever is")));
    }
    match digest {
        Some(digest) if digest.sha256 != hex(&Sha256::digest(&bytes)) => {
            Err(PackageFault::damaged(format!("the checksum of {name} is wrong")))
        }
        _ => Ok(bytes),
    }
}

/// Copies the video up to its stated length and verifies its checksum.
fn copy(
    archive: &mut ZipArchive<impl Read + Seek>,
    digest: &FileDigest,
    out: &mut impl Write,
) -> Result<(), PackageFault> {
    if digest.bytes > LARGEST_VIDEO {
        return Err(PackageFault::damaged(format!("{VIDEO} is larger than a session ever is")));
    }
    let mut from = archive.by_name(VIDEO)?.take(digest.bytes + 1);
    let mut sum = HashingWriter { sum: Sha256::new(), out };
    let bytes = io::copy(&mut from, &mut sum)?;
    if bytes != digest.bytes || digest.sha256 != hex(&sum.sum.finalize()) {
        return Err(PackageFault::damaged(format!("the checksum of {VIDEO} is wrong")));
    }
    Ok(())
}

/// Computes the checksum of what is written.
struct HashingWriter<'o, W> {
    sum: Sha256,
    out: &'o mut W,
}

impl<W: Write> Write for HashingWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Unpacks the samples of every block.
fn blocks(mut bytes: &[u8]) -> Result<Vec<Vec<Sample>>, PackageFault> {
    let mut blocks = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) =
            bytes.split_first_chunk::<4>().ok_or_else(|| PackageFault::damaged("samples end too early"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let (block, rest) =
            rest.split_at_checked(length).ok_or_else(|| PackageFault::damaged("samples end too early"))?;
        blocks.push(block::unpack(block).map_err(PackageFault::damaged)?);
        bytes = rest;
    }
    Ok(blocks)
}

/// Adds a checked session to the store. If that fails, nothing is left behind.
fn store_session(
    store: Store,
    checked: &Checked,
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
) -> Result<String, PackageError> {
    let Checked { session, happened, blocks, video } = checked;
    let mut writer = store.begin_import(&session.beginning())?;
    let mut write_all = || -> Result<(), PackageError> {
        if let Some(digest) = video {
            let path = writer.home().join(VIDEO);
            let made = owner_only::file(&path);
            let mut file = made.map_err(|cause| StoreError::File { path: path.clone(), cause })?;
            copy(archive, digest, &mut file).map_err(|fault| fault.of(name))?;
            file.sync_all().map_err(|cause| StoreError::File { path, cause })?;
        }
        for samples in blocks {
            writer.keep(samples, &[])?;
        }
        writer.keep(&[], happened)?;
        Ok(())
    };
    if let Err(error) = write_all() {
        writer.discard().ok(); // if this fails, too, the next start tries again; the first error is reported
        return Err(error);
    }
    let id = writer.id().to_owned();
    writer.finish_import(&ImportedSession {
        uid: &session.uid,
        origin: session.origin.as_deref(),
        program: &session.program,
        name: session.name.as_deref(),
        note: session.note.as_deref(),
        models: &session.models,
        recovered: session.recovered,
        picture: session.picture(),
        video: video.as_ref().map(|_| VIDEO),
        lost: session.lost(),
    })?;
    Ok(id)
}
