//! Atomic file writing: the data goes to a temporary file beside the target, which is renamed when complete.
//!
//! Creating it before the work begins also reports an unwritable target at once, not after an hour of analysis.
//! Only a regular file can be replaced atomically, so pipes and devices are refused: data written to them cannot be
//! taken back, and opening a pipe would wait for a reader that may never come.
//!
//! The temporary file has a name that nobody can foretell and no file has yet, so nobody can put a link in its place;
//! and as the name is short, one of the longest names that a folder takes can be written. Only the owner may read the
//! file, whatever the umask: results have people's measurements and pictures in them.

#[cfg(feature = "parquet")]
use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, TempPath};

/// Why a file cannot be written. The message names the file, the remedy and the system's reason.
#[derive(Debug, thiserror::Error)]
pub enum AtomicFileError {
    /// The name stands for something other than a regular file.
    #[error("{path} is {what}, which cannot hold a result: give the name of a file")]
    NoFile {
        /// The name as it was given.
        path: PathBuf,
        /// What it is, with its article.
        what: &'static str,
    },
    /// The system refuses to write it.
    #[error("{path} cannot be written: {} ({cause})", remedy(cause.kind()))]
    Unwritable {
        /// The name as it was given.
        path: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
}

/// The system's own error, if it was one: whoever names the file and the remedy themselves tells the cause once.
impl From<AtomicFileError> for io::Error {
    fn from(error: AtomicFileError) -> Self {
        match error {
            AtomicFileError::Unwritable { cause, .. } => cause,
            other @ AtomicFileError::NoFile { .. } => Self::other(other),
        }
    }
}

/// The system's names for the standard streams. If they are redirected to a file, printed text would be lost in it.
const STREAMS: [&str; 4] = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"];

/// What the names of temporary files begin with; a random part follows.
const PREFIX: &str = ".bendwise-";

/// What they end with.
const SUFFIX: &str = ".tmp";

/// The temporary files that currently exist, for [`abandon_all`].
static TEMPORARIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is being written. Dropped without [`AtomicFile::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    /// As the user gave it.
    name: PathBuf,
    target: PathBuf,
    /// `None` once it has become the target.
    temporary: Option<TempPath>,
    file: BufWriter<File>,
}

impl AtomicFile {
    /// Creates the temporary file beside `name`. An existing file of that name stays untouched until
    /// [`AtomicFile::finish`].
    ///
    /// # Errors
    /// If it cannot be written: no such folder, no permission, or not a regular file.
    pub fn create(name: &Path) -> Result<Self, AtomicFileError> {
        let no_file = |what| AtomicFileError::NoFile { path: name.to_owned(), what };
        if STREAMS.iter().any(|stream| name.starts_with(stream)) {
            return Err(no_file("what the program prints"));
        }
        let (target, replaced) = match fs::symlink_metadata(name) {
            Ok(found) if found.is_symlink() => {
                // Followed, so that the file is replaced and not the link; one that leads to no file yet is led to one.
                let beside = || fs::read_link(name).map(|to| folder_of(name).join(to));
                let target = fs::canonicalize(name).or_else(|_| beside()).unwrap_or_else(|_| name.to_owned());
                let replaced = fs::metadata(&target).ok();
                (target, replaced)
            }
            found => (name.to_owned(), found.ok()),
        };
        match &replaced {
            Some(found) if found.is_dir() => return Err(no_file("a folder")),
            Some(found) if !found.is_file() => return Err(no_file("a pipe or a device")),
            _ => {}
        }
        let opened = check_replaceable(&target, replaced.as_ref()).and_then(|()| temporary_beside(&target));
        let (file, temporary) = opened.map_err(|cause| unwritable(name, cause))?;
        // Of the size that it has by itself: a larger one would tell later that a disk is full.
        let file = BufWriter::new(file);
        Ok(Self { name: name.to_owned(), target, temporary: Some(temporary), file })
    }

    /// The error for a failed write to this file.
    pub fn failed(&self, cause: io::Error) -> AtomicFileError {
        unwritable(&self.name, cause)
    }

    /// Moves the complete file to its target, replacing any existing file.
    ///
    /// # Errors
    /// If the disk is full or the folder no longer exists.
    pub fn finish(mut self) -> Result<(), AtomicFileError> {
        let moved = self.sync().and_then(|()| self.rename());
        moved.map_err(|cause| self.failed(cause))?;
        sync_folder(folder_of(&self.target));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all() // a full disk may not be reported before this
    }

    /// Gives the file its name.
    fn rename(&mut self) -> io::Result<()> {
        if let Some(temporary) = self.temporary.take() {
            let path = temporary.to_path_buf();
            let moved = temporary.persist(&self.target).map_err(|refused| refused.error);
            forget(&path);
            moved?;
        }
        Ok(())
    }
}

/// Moves complete files to their targets, in this order, as [`AtomicFile::finish`] does with one. All are on the disk before the
/// first has its name, and each folder is synced once: that takes half the time.
///
/// # Errors
/// If the disk is full or a folder no longer exists. Those before it have their names then, and of the others nothing is left.
#[cfg(feature = "parquet")]
pub(crate) fn finish_all(mut files: Vec<AtomicFile>) -> Result<(), AtomicFileError> {
    for file in &mut files {
        file.file.flush().map_err(|cause| file.failed(cause))?;
    }
    sync_contents(&mut files)?;
    for file in &mut files {
        file.rename().map_err(|cause| file.failed(cause))?;
    }
    let folders: BTreeSet<&Path> = files.iter().map(|file| folder_of(&file.target)).collect();
    folders.into_iter().for_each(sync_folder);
    Ok(())
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    /// Does nothing: nobody reads the file before [`AtomicFile::finish`], and a writer of Parquet flushes after every column.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            forget(&temporary);
            drop(temporary); // which removes the file
        }
    }
}

/// Removes every unfinished file, for a program that exits without running destructors.
pub fn abandon_all() {
    let temporaries = temporaries();
    for temporary in temporaries.iter() {
        fs::remove_file(temporary).ok(); // nothing can be done if it fails, and nothing is lost
    }
    std::mem::forget(temporaries); // stays locked, so that none is created after this
}

/// Whether this is the name of a file that was being written: one that is left belongs to a program that was killed.
#[cfg(feature = "parquet")]
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// Creates a file beside the target, and notes it for [`abandon_all`].
fn temporary_beside(target: &Path) -> io::Result<(File, TempPath)> {
    target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut temporaries = temporaries();
    let (file, path) =
        Builder::new().prefix(PREFIX).suffix(SUFFIX).make_in(folder_of(target), create_new)?.into_parts();
    temporaries.push(path.to_path_buf());
    Ok((file, path))
}

/// As tempfile would by itself, but for its error, which has the temporary name in it.
fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn forget(path: &Path) {
    temporaries().retain(|temporary| temporary != path);
}

/// The folder of a file; that of a bare name is the current one.
fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Of so many files, it takes less to put the whole file system on the disk, where that can be done, than each of them. [own]
#[cfg(feature = "parquet")]
const MANY: usize = 12;

/// Puts the content of files on the disk.
#[cfg(feature = "parquet")]
fn sync_contents(files: &mut [AtomicFile]) -> Result<(), AtomicFileError> {
    #[cfg(target_os = "linux")]
    if let Some(one) = files.first().filter(|_| files.len() >= MANY && are_on_one_file_system(files)) {
        return rustix::fs::syncfs(one.file.get_ref()).map_err(|cause| one.failed(cause.into()));
    }
    files.iter_mut().try_for_each(|file| file.sync().map_err(|cause| file.failed(cause)))
}

#[cfg(all(target_os = "linux", feature = "parquet"))]
fn are_on_one_file_system(files: &[AtomicFile]) -> bool {
    let device =
        |file: &AtomicFile| file.file.get_ref().metadata().ok().map(|of| std::os::unix::fs::MetadataExt::dev(&of));
    let first = files.first().and_then(device);
    first.is_some() && files.iter().all(|file| device(file) == first)
}

/// Puts the new name on the disk: a power cut may otherwise bring the old file back. Not every system can, and the file
/// is whole in either case.
fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Err(refused) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        tracing::debug!("{} is not synced: {refused}", folder.display());
    }
}

fn temporaries() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fails if an existing target is write-protected: it must not be replaced, even though its folder would allow that.
fn check_replaceable(target: &Path, found: Option<&Metadata>) -> io::Result<()> {
    match found {
        Some(found) if found.permissions().readonly() => Err(io::ErrorKind::PermissionDenied.into()), // even for root
        Some(_) => OpenOptions::new().append(true).open(target).map(drop),
        None => Ok(()), // does not exist yet
    }
}

fn unwritable(name: &Path, cause: io::Error) -> AtomicFileError {
    AtomicFileError::Unwritable { path: name.to_owned(), cause }
}

fn remedy(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{
        FileTooLarge, NotADirectory, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    match kind {
        NotFound | NotADirectory => "there is no such folder, make it first or choose another place",
        PermissionDenied => "this user may not write there, choose another place",
        ReadOnlyFilesystem => "its disk can only be read, choose another place",
        StorageFull | QuotaExceeded => "there is not enough room, make some or choose another place",
        FileTooLarge => "files may not become that large there, raise the limit (ulimit -f) or choose another place",
        _ => "choose another place",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn refusal(name: &Path) -> String {
        AtomicFile::create(name).unwrap_err().to_string()
    }

    #[test]
    fn the_old_file_stays_until_the_new_one_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        fs::write(&target, "old").unwrap();
        let mut pending = AtomicFile::create(&target).unwrap();
        pending.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        pending.finish().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn no_temporary_name_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let told = refusal(&folder.path().join("missing/a.csv"));
        assert!(told.contains("missing/a.csv cannot be written") && !told.contains(PREFIX), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_no_file_yet_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let [link, target] = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
        std::os::unix::fs::symlink("b.csv", &link).unwrap();
        AtomicFile::create(&link).unwrap().finish().unwrap();
        assert!(link.is_symlink() && target.is_file());
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn of_several_files_each_has_its_content_and_the_first_that_fails_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let all = |names: &[&str]| {
            let begin = |name: &&str| {
                let mut pending = AtomicFile::create(&folder.path().join(name)).unwrap();
                pending.write_all(name.as_bytes()).unwrap();
                pending
            };
            names.iter().map(begin).collect::<Vec<_>>()
        };
        finish_all(all(&["a", "b"])).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("b")).unwrap(), "b");
        let pending = all(&["c", "d", "e"]);
        fs::create_dir(folder.path().join("d")).unwrap();
        assert!(finish_all(pending).unwrap_err().to_string().contains("d cannot be written"));
        let mut names = names(folder.path());
        names.sort();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }

    #[test]
    fn nothing_is_left_of_a_file_that_was_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        drop(AtomicFile::create(&folder.path().join("a.csv")).unwrap());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn temporary_files_have_names_that_cannot_be_foretold() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        let (first, second) = (AtomicFile::create(&target).unwrap(), AtomicFile::create(&target).unwrap());
        let names = names(folder.path());
        assert!(names.len() == 2 && names[0] != names[1], "{names:?}");
        let process = std::process::id().to_string();
        assert!(names.iter().all(|name| name.starts_with(PREFIX) && !name.contains(&process)), "{names:?}");
        drop((first, second));
    }

    #[test]
    fn the_longest_names_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        for length in [250, 255] {
            let name = format!("{}.csv", "n".repeat(length - 4));
            let mut pending = AtomicFile::create(&folder.path().join(&name)).unwrap();
            pending.write_all(b"new").unwrap();
            pending.finish().unwrap();
            assert_eq!(fs::read_to_string(folder.path().join(&name)).unwrap(), "new");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_what_is_written() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.html");
        for before in [None, Some(0o666)] {
            if let Some(mode) = before {
                fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
            }
            AtomicFile::create(&target).unwrap().finish().unwrap();
            assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600, "{before:?}");
        }
    }

    #[test]
    fn an_unwritable_target_is_reported_at_once_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let message = refusal(&folder.path().join("no/such/folder/a.csv"));
        assert!(message.contains("a.csv cannot be written: there is no such folder, make it first"), "{message}");
    }

    #[test]
    fn a_write_protected_file_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept.csv");
        fs::write(&file, "old").unwrap();
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).unwrap();
        let message = refusal(&file);
        assert!(message.contains("kept.csv cannot be written: this user may not write there"), "{message}");
        assert_eq!(names(folder.path()), ["kept.csv"]);
    }

    #[test]
    fn anything_but_a_regular_file_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let message = refusal(folder.path());
        assert!(message.ends_with("is a folder, which cannot hold a result: give the name of a file"), "{message}");
        if cfg!(unix) {
            for (name, what) in [("/dev/null", "a pipe or a device"), ("/dev/stdout", "what the program prints")] {
                let message = refusal(Path::new(name));
                assert!(message.starts_with(&format!("{name} is {what}")), "{message}");
            }
        }
    }

    /// Opening a pipe waits for its reader: a test that hangs here has failed.
    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_without_waiting_for_its_reader() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let message = refusal(&pipe);
        assert!(message.contains("pipe is a pipe or a device"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("a.csv"), folder.path().join("link.csv"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut pending = AtomicFile::create(&link).unwrap();
        pending.write_all(b"new").unwrap();
        pending.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
    }
}
