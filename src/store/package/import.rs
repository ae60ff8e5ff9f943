//! Imports a `.bendwise` file. Its rows are checked before anything is written, its video and its samples while they are, so
//! that neither is read twice; what turns out to be damaged leaves nothing behind.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{
    FORMAT, FileDigest, LARGEST_MANIFEST, LARGEST_SESSION, LARGEST_VIDEO, MANIFEST, Manifest, PackageError,
    PackageFault, Portable, SAMPLES, SESSION, VIDEO, is_too_far_ahead, plausibility,
    sample_blocks::{MISMATCH, each_block},
};
use crate::inference::models::hex;
use crate::input_file;
use crate::owner_only;
use crate::source::video::RandomAccessVideo;
use crate::store::handle::lock;
use crate::store::person::is_pseudonym;
use crate::store::writer::ImportedSession;
use crate::store::{Happening, Person, PersonId, SessionWriter, Store, StoreError, is_uid};
use crate::visible::visible;

/// A session that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageImport {
    /// Its new id.
    pub id: String,
    /// Whether its video was left out, as it cannot be played.
    pub is_filmless: bool,
}

/// A file whose rows were checked, but not yet its samples and its video.
struct Checked {
    session: Portable,
    happened: Vec<Happening>,
    samples: FileDigest,
    video: Option<FileDigest>,
}

impl Store {
    /// Imports a session from a file, of the person whose it is, or of whom the user `asked` for if that one is not known
    /// here. A video that cannot be played is left out: what was measured does not need it.
    ///
    /// # Errors
    /// If the file was not exported by bendwise, is damaged, or holds a session that exists already; if nobody knows whose it
    /// is. Nothing is left of it in these cases.
    pub fn import(self, asked: Option<&Person>, path: &Path) -> Result<PackageImport, PackageError> {
        let name = path.display().to_string();
        let (mut archive, checked) = opened(path, &name)?;
        if let Some(id) = self.id_of(&checked.session.uid)? {
            return Err(PackageError::Here(name, id));
        }
        if let Some(id) = self.id_of_twin(&checked.session.uid, &checked.session.source)? {
            return Err(PackageError::Twin(name, id));
        }
        let person = {
            let _alone = lock(&self.folder)?; // of two first imports at once, one moves in and the other finds them here
            self.owner(&checked.session, asked, &name)?
        };
        if let Some((id, error)) = self.stuck_deletion(&checked.session.uid)? {
            return Err(PackageError::Leaving(name, id, error.to_string()));
        }
        store_session(self, person, &checked, &mut archive, &name)
    }

    /// Whose a session is that comes from elsewhere. Where nothing was kept yet, whoever it is moves in; otherwise somebody
    /// unknown must not become whoever is here.
    fn owner(&self, session: &Portable, asked: Option<&Person>, name: &str) -> Result<PersonId, PackageError> {
        let persons = self.persons()?;
        let theirs = session.person.as_deref().and_then(|owner| persons.iter().find(|person| person.is_called(owner)));
        match (theirs, asked, &persons[..]) {
            (Some(theirs), Some(asked), _) if theirs.id != asked.id => {
                Err(PackageError::Theirs(name.to_owned(), visible(&theirs.label())))
            }
            (Some(theirs), ..) => Ok(theirs.id),
            (None, Some(asked), _) => Ok(asked.id),
            (None, None, [only]) if self.knows_nobody()? => self.move_in(only, session.person.as_deref()),
            (None, None, [only]) if session.person.is_none() => Ok(only.id),
            (None, None, [Person { name: None, pseudonym, .. }]) => {
                Err(PackageError::WhoseUnnamed(name.to_owned(), pseudonym.clone()))
            }
            _ => Err(PackageError::Whose(name.to_owned())),
        }
    }

    /// The only person, of whom nothing was kept, as the one of this pseudonym.
    fn move_in(&self, only: &Person, pseudonym: Option<&str>) -> Result<PersonId, PackageError> {
        if let Some(pseudonym) = pseudonym.filter(|word| only.name.is_none() && is_pseudonym(word)) {
            self.take_pseudonym(only.id, pseudonym)?;
        }
        Ok(only.id)
    }
}

/// Opens the file of a session, and checks everything but its samples and its video.
fn opened(path: &Path, name: &str) -> Result<(ZipArchive<BufReader<File>>, Checked), PackageError> {
    let unreadable = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => PackageError::Absent(name.to_owned()),
        io::ErrorKind::IsADirectory | io::ErrorKind::InvalidInput => {
            PackageError::Foreign(name.to_owned(), "it is not a regular file")
        }
        _ => PackageError::Unreadable(name.to_owned(), cause),
    };
    let file = input_file::open(path).map_err(unreadable)?;
    let zip = ZipArchive::new(BufReader::new(file));
    let mut archive = zip.map_err(|_| PackageError::Foreign(name.to_owned(), "it is not a zip"))?;
    let checked = check(&mut archive).map_err(|fault| fault.of(name))?;
    let began =
        Timestamp::from_millisecond(checked.session.began_ms).unwrap_or_default().to_zoned(TimeZone::UTC).date();
    if is_too_far_ahead(began) {
        return Err(PackageError::Ahead(name.to_owned(), began.to_string()));
    }
    Ok((archive, checked))
}

/// The rows of the session in a file, checked.
///
/// # Errors
/// As [`Store::import`] of such a file.
pub(super) fn session_in(path: &Path) -> Result<Portable, PackageError> {
    Ok(opened(path, &path.display().to_string())?.1.session)
}

/// Checks everything but the samples and the video.
fn check(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Checked, PackageFault> {
    let known = [MANIFEST, SESSION, SAMPLES, VIDEO].map(str::as_bytes);
    if archive.len() > known.len() || !archive.file_names_raw().all(|name| known.contains(&name)) {
        return Err(PackageFault::Foreign("it contains other files than a session"));
    }
    let manifest = manifest(archive)?;
    let digest =
        |name: &str| manifest.files.get(name).ok_or_else(|| PackageFault::damaged(format!("{name} has no checksum")));
    let session = contents(archive, SESSION, LARGEST_SESSION, Some(digest(SESSION)?))?;
    let session = serde_json::from_slice::<Portable>(&session).map_err(PackageFault::damaged)?.made_visible();
    let samples = digest(SAMPLES)?.clone();
    let video = manifest.files.get(VIDEO).cloned();
    if video.as_ref().is_some_and(|video| video.bytes > LARGEST_VIDEO) {
        return Err(PackageFault::damaged(format!("{VIDEO} is larger than a session ever is")));
    }
    if !is_uid(&session.uid) {
        return Err(PackageFault::damaged(MISMATCH));
    }
    let never = "session.json has values that bendwise never writes";
    if let Some(what) = plausibility::impossible(&session) {
        return Err(PackageFault::damaged(format!("{never}: {what}")));
    }
    let happened = session.happened().ok_or_else(|| PackageFault::damaged(never))?;
    Ok(Checked { happened, session, samples, video })
}

/// Reads the manifest, whose format is checked first, as the contents of newer ones are unknown.
pub(super) fn manifest(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Manifest, PackageFault> {
    if archive.by_name(MANIFEST).is_err() {
        return Err(PackageFault::Foreign("it has no manifest.json"));
    }
    let manifest = contents(archive, MANIFEST, LARGEST_MANIFEST, None)?;
    match serde_json::from_slice::<serde_json::Value>(&manifest).ok().and_then(|value| value["format"].as_u64()) {
        Some(format) if format > u64::from(FORMAT) => return Err(PackageFault::Newer),
        Some(format) if format == u64::from(FORMAT) => {}
        _ => return Err(PackageFault::Foreign("its manifest.json was not written by bendwise")),
    }
    serde_json::from_slice(&manifest).map_err(PackageFault::damaged)
}

/// Reads a file in the zip of at most `largest` bytes and verifies its checksum.
pub(super) fn contents(
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
    path: &Path,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let mut from = archive.by_name(VIDEO).map_err(PackageFault::from)?.take(digest.bytes + 1);
    let mut sum = HashingWriter { sum: Sha256::new(), out, has_failed: false };
    let bytes = io::copy(&mut from, &mut sum).map_err(|cause| match sum.has_failed {
        true => Refusal::Store(StoreError::File { path: path.to_owned(), cause }),
        false => PackageFault::from(cause).into(),
    })?;
    if bytes != digest.bytes || digest.sha256 != hex(&sum.sum.finalize()) {
        return Err(PackageFault::damaged(format!("the checksum of {VIDEO} is wrong")).into());
    }
    Ok(())
}

/// Computes the checksum of what is written.
struct HashingWriter<'o, W> {
    sum: Sha256,
    out: &'o mut W,
    /// Whether it was the writing that failed, which is no fault of the file that is read.
    has_failed: bool,
}

impl<W: Write> Write for HashingWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes).inspect_err(|_| self.has_failed = true)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Adds a session to the store: its video first, then all of its rows at once. If that fails, nothing is left behind.
fn store_session(
    store: Store,
    person: PersonId,
    checked: &Checked,
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
) -> Result<PackageImport, PackageError> {
    let mut writer = store.begin_import(&checked.session.beginning(person), &checked.session.id)?;
    match write_all(&mut writer, checked, archive, name) {
        Ok(is_filmless) => Ok(PackageImport { id: writer.end_import(), is_filmless }),
        Err(error) => {
            // Another process may have imported it meanwhile: the database refuses two rows of one uid.
            let here = writer.id_of(&checked.session.uid);
            writer.discard().ok(); // if this fails, too, the next start tries again; the first error is reported
            Err(here.map_or(error, |id| PackageError::Here(name.to_owned(), id)))
        }
    }
}

/// Writes everything. Returns whether the video was left out.
fn write_all(
    writer: &mut SessionWriter,
    checked: &Checked,
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
) -> Result<bool, PackageError> {
    let Checked { session, happened, samples, video } = checked;
    let path = writer.home().join(VIDEO);
    let filmed = match video {
        Some(digest) => store_video(&path, digest, archive, name)?,
        None => false,
    };
    writer.keep_import(happened, &imported(session, filmed), |keep| {
        let from = archive.by_name(SAMPLES).map_err(|fault| PackageFault::from(fault).of(name))?;
        let kept =
            each_block(from, samples, session.frames, |packed, samples| Ok::<_, Refusal>(keep(packed, samples)?));
        kept.map_err(|refusal| refusal.of(name))
    })?;
    Ok(video.is_some() && !filmed)
}

/// What ends the reading of the samples.
enum Refusal {
    Package(PackageFault),
    Store(StoreError),
}

impl Refusal {
    fn of(self, name: &str) -> PackageError {
        match self {
            Self::Package(fault) => fault.of(name),
            Self::Store(error) => error.into(),
        }
    }
}

impl From<PackageFault> for Refusal {
    fn from(fault: PackageFault) -> Self {
        Self::Package(fault)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Stores the video, unless it cannot be played. Returns whether it is stored.
fn store_video(
    path: &Path,
    digest: &FileDigest,
    archive: &mut ZipArchive<impl Read + Seek>,
    name: &str,
) -> Result<bool, PackageError> {
    let failed = |cause| StoreError::File { path: path.to_owned(), cause };
    let mut file = owner_only::file(path).map_err(failed)?;
    copy(archive, digest, path, &mut file).map_err(|refusal| refusal.of(name))?;
    if RandomAccessVideo::open(path).is_err() {
        fs::remove_file(path).map_err(failed)?;
        return Ok(false);
    }
    file.sync_all().map_err(failed)?;
    Ok(true)
}

pub(super) fn imported(session: &Portable, filmed: bool) -> ImportedSession<'_> {
    ImportedSession {
        uid: &session.uid,
        origin: session.origin.as_deref(),
        program: &session.program,
        name: session.name.as_deref(),
        note: session.note.as_deref(),
        models: &session.models,
        recovered: session.recovered,
        picture: session.picture(),
        video: filmed.then_some(VIDEO),
        lost: session.lost(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A disk without room.
    struct FullDisk;

    impl Write for FullDisk {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_disk_that_fills_is_no_fault_of_the_file() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(VIDEO, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"a film").unwrap();
        let mut archive = ZipArchive::new(zip.finish().unwrap()).unwrap();
        let digest = FileDigest { bytes: 6, sha256: hex(&Sha256::digest(b"a film")) };
        let path = Path::new("video.mp4");
        let mut copied = |out: &mut dyn Write, digest: &FileDigest| {
            copy(&mut archive, digest, path, &mut { out }).map_err(|refusal| refusal.of("a.bendwise"))
        };
        assert!(copied(&mut Vec::new(), &digest).is_ok());
        let refused = copied(&mut FullDisk, &digest).unwrap_err();
        assert!(matches!(refused, PackageError::Store(StoreError::File { .. })), "{refused}");
        let other = FileDigest { bytes: 6, sha256: String::new() };
        assert!(matches!(copied(&mut Vec::new(), &other), Err(PackageError::Damaged(..))));
    }
}
