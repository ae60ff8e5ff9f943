//! Reads a `.bendwise` file, all of it, and only then takes it into the store.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{
    FORMAT, LARGEST_MANIFEST, LARGEST_SAMPLES, LARGEST_SESSION, LARGEST_VIDEO, MANIFEST, Manifest, PackageError,
    PackageFault, Portable, SAMPLES, SESSION, Seal, VIDEO,
};
use crate::inference::models::hex;
use crate::owner_only;
use crate::store::sample::Sample;
use crate::store::writer::ImportedSession;
use crate::store::{Happening, Store, StoreError, block};

/// A file that was looked at, all of it.
struct Checked {
    session: Portable,
    happened: Vec<Happening>,
    blocks: Vec<Vec<Sample>>,
    video: Option<Seal>,
}

impl Store {
    /// Takes a session from a file; gives its id here.
    ///
    /// # Errors
    /// When the file is none of bendwise's, is damaged, or holds a session that is here already; then nothing was written.
    pub fn import(self, path: &Path) -> Result<String, PackageError> {
        let name = path.display().to_string();
        let unreadable = |cause| PackageError::Unreadable(name.clone(), cause);
        let file = File::open(path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(PackageError::Foreign(name, "it is no ordinary file"));
        }
        let opened = ZipArchive::new(BufReader::new(file));
        let mut archive = opened.map_err(|_| PackageError::Foreign(name.clone(), "it is no zip"))?;
        let checked = check(&mut archive).map_err(|fault| fault.of(&name))?;
        if let Some(entry) = self.list()?.into_iter().find(|entry| entry.uid == checked.session.uid) {
            return Err(PackageError::Here(name, entry.id));
        }
        take(self, &checked, &mut archive, &name)
    }
}

/// Looks at all of the file.
fn check(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Checked, PackageFault> {
    let known = [MANIFEST, SESSION, SAMPLES, VIDEO].map(str::as_bytes);
    if archive.len() > known.len() || !archive.file_names_raw().all(|name| known.contains(&name)) {
        return Err(PackageFault::Foreign("it holds other files than a session has"));
    }
    if archive.by_name(MANIFEST).is_err() {
        return Err(PackageFault::Foreign("it has no manifest.json"));
    }
    let manifest = contents(archive, MANIFEST, LARGEST_MANIFEST, None)?;
    // The form is looked at first: what else a newer one has is not known.
    match serde_json::from_slice::<serde_json::Value>(&manifest).ok().and_then(|value| value["format"].as_u64()) {
        Some(format) if format > u64::from(FORMAT) => return Err(PackageFault::Newer),
        Some(_) => {}
        None => return Err(PackageFault::Foreign("its manifest.json is none of bendwise’s")),
    }
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(PackageFault::damaged)?;
    let seal =
        |name: &str| manifest.files.get(name).ok_or_else(|| PackageFault::damaged(format!("{name} has no checksum")));
    let session = contents(archive, SESSION, LARGEST_SESSION, Some(seal(SESSION)?))?;
    let session: Portable = serde_json::from_slice(&session).map_err(PackageFault::damaged)?;
    let samples = contents(archive, SAMPLES, LARGEST_SAMPLES, Some(seal(SAMPLES)?))?;
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
    let happened =
        session.happened().ok_or_else(|| PackageFault::damaged("session.json holds what bendwise never writes"))?;
    Ok(Checked { happened, session, blocks, video })
}

/// What a file in the zip holds, no more than `largest` bytes of it, and exactly what its seal says.
fn contents(
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
    largest: u64,
    seal: Option<&Seal>,
) -> Result<Vec<u8>, PackageFault> {
    let mut bytes = Vec::new();
    archive.by_name(name)?.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        return Err(PackageFault::damaged(format!("{name} is larger than a session ever is")));
    }
    match seal {
        Some(seal) if seal.sha256 != hex(&Sha256::digest(&bytes)) => {
            Err(PackageFault::damaged(format!("the checksum of {name} is wrong")))
        }
        _ => Ok(bytes),
    }
}

/// Copies the video, no more of it than it should have, and checks it.
fn copy(archive: &mut ZipArchive<impl Read + Seek>, seal: &Seal, out: &mut impl Write) -> Result<(), PackageFault> {
    if seal.bytes > LARGEST_VIDEO {
        return Err(PackageFault::damaged(format!("{VIDEO} is larger than a session ever is")));
    }
    let mut from = archive.by_name(VIDEO)?.take(seal.bytes + 1);
    let mut sum = Summed { sum: Sha256::new(), out };
    let bytes = io::copy(&mut from, &mut sum)?;
    if bytes != seal.bytes || seal.sha256 != hex(&sum.sum.finalize()) {
        return Err(PackageFault::damaged(format!("the checksum of {VIDEO} is wrong")));
    }
    Ok(())
}

/// Sums up what is written.
struct Summed<'o, W> {
    sum: Sha256,
    out: &'o mut W,
}

impl<W: Write> Write for Summed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The samples of every block.
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

/// Takes a checked session into the store; what fails on the way leaves nothing.
fn take(
    store: Store,
    checked: &Checked,
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
) -> Result<String, PackageError> {
    let Checked { session, happened, blocks, video } = checked;
    let mut keeper = store.arrive(&session.beginning())?;
    let mut fill = || -> Result<(), PackageError> {
        if let Some(seal) = video {
            let path = keeper.home().join(VIDEO);
            let made = owner_only::file(&path);
            let mut file = made.map_err(|cause| StoreError::File { path: path.clone(), cause })?;
            copy(archive, seal, &mut file).map_err(|fault| fault.of(name))?;
            file.sync_all().map_err(|cause| StoreError::File { path, cause })?;
        }
        for samples in blocks {
            keeper.keep(samples, &[])?;
        }
        keeper.keep(&[], happened)?;
        Ok(())
    };
    if let Err(error) = fill() {
        keeper.discard().ok(); // the next start tries again, and the first error is the one to tell
        return Err(error);
    }
    let id = keeper.id().to_owned();
    keeper.settle(&ImportedSession {
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
