//! A file that is whole or not there: written under a passing name beside its place, renamed when complete.
//!
//! Opening it before the work begins is also how an unwritable place is found in time, not after an hour of analysis.
//! Only an ordinary file can be whole or not there, so a pipe or a device is refused: what went into it is gone, and
//! opening a pipe would wait for a reader that may never come.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Why a file cannot be written. The message names the file, the way out and the system's reason.
#[derive(Debug, thiserror::Error)]
pub enum AtomicFileError {
    /// What lies there, or what the name stands for, is no ordinary file.
    #[error("{path} is {what}, which cannot keep a result: give the name of a file")]
    NoFile {
        /// The name as it was given.
        path: PathBuf,
        /// What it is, with its article.
        what: &'static str,
    },
    /// The system does not let it be written.
    #[error("{path} cannot be written: {} ({cause})", way_out(cause.kind()))]
    Unwritable {
        /// The name as it was given.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// The system's own names for what a program prints. Where they lead to a file, printed text would be lost in it.
const STREAMS: [&str; 4] = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"];

/// The passing files that exist now, for [`abandon_all`].
static PASSING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file on its way. Dropped without [`AtomicFile::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    /// As the person called it.
    name: PathBuf,
    target: PathBuf,
    passing: PathBuf,
    file: BufWriter<File>,
}

impl AtomicFile {
    /// Makes the passing file beside the place called `name`. What lies there stays untouched until
    /// [`AtomicFile::finish`].
    ///
    /// # Errors
    /// When nothing can be written there: no such folder, no permission, or no ordinary file.
    pub fn create(name: &Path) -> Result<Self, AtomicFileError> {
        let no_file = |what| AtomicFileError::NoFile { path: name.to_owned(), what };
        if STREAMS.iter().any(|stream| name.starts_with(stream)) {
            return Err(no_file("what the program prints"));
        }
        // A link is followed, so that the file it names is replaced and not the link.
        let target = fs::canonicalize(name).unwrap_or_else(|_| name.to_owned());
        match fs::metadata(&target) {
            Ok(found) if found.is_dir() => return Err(no_file("a folder")),
            Ok(found) if !found.is_file() => return Err(no_file("a pipe or a device")),
            _ => {}
        }
        let opened = may_be_replaced(&target).and_then(|()| passing_name(&target)).and_then(|passing| {
            let mut known = known();
            let file = BufWriter::new(File::create(&passing)?);
            known.push(passing.clone());
            Ok((passing, file))
        });
        let (passing, file) = opened.map_err(|cause| unwritable(name, cause))?;
        Ok(Self { name: name.to_owned(), target, passing, file })
    }

    /// The error that says that writing to this file went wrong.
    pub fn failed(&self, cause: io::Error) -> AtomicFileError {
        unwritable(&self.name, cause)
    }

    /// Puts the complete file in its place, over what was there.
    ///
    /// # Errors
    /// When the disk has no room for all of it, or the place is gone.
    pub fn finish(mut self) -> Result<(), AtomicFileError> {
        let mut finished = || {
            self.file.flush()?;
            self.file.get_ref().sync_all()?; // only now is it certain that the disk had room
            fs::rename(&self.passing, &self.target)
        };
        finished().map_err(|cause| self.failed(cause))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        known().retain(|passing| *passing != self.passing);
        fs::remove_file(&self.passing).ok(); // of a finished one there is nothing left by this name
    }
}

/// Removes every file that is on its way, for a program that ends at once without dropping anything.
pub fn abandon_all() {
    let known = known();
    for passing in known.iter() {
        fs::remove_file(passing).ok(); // nothing to do about it, and nothing lost
    }
    std::mem::forget(known); // locked for good, so that none is made after this
}

fn known() -> MutexGuard<'static, Vec<PathBuf>> {
    PASSING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the person may write to the file that is there: one that is kept from writing is not to be replaced, though
/// its folder would allow that.
fn may_be_replaced(target: &Path) -> io::Result<()> {
    match fs::metadata(target) {
        Ok(found) if found.permissions().readonly() => Err(io::ErrorKind::PermissionDenied.into()), // also for root
        Ok(_) => OpenOptions::new().append(true).open(target).map(drop),
        Err(_) => Ok(()), // not there yet
    }
}

/// `.NAME.PID.tmp` beside the target.
fn passing_name(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    Ok(target.with_file_name(format!(".{name}.{}.tmp", std::process::id())))
}

fn unwritable(name: &Path, cause: io::Error) -> AtomicFileError {
    AtomicFileError::Unwritable { path: name.to_owned(), cause }
}

fn way_out(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{
        FileTooLarge, NotADirectory, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    match kind {
        NotFound | NotADirectory => "there is no such folder, make it first or choose another place",
        PermissionDenied | ReadOnlyFilesystem => "this user may not write there, choose another place",
        StorageFull | QuotaExceeded | FileTooLarge => "there is not enough room, make some or choose another place",
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
    fn the_old_file_stands_until_the_new_one_is_whole() {
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
    fn nothing_is_left_of_a_file_that_was_given_up() {
        let folder = tempfile::tempdir().unwrap();
        drop(AtomicFile::create(&folder.path().join("a.csv")).unwrap());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn an_unwritable_place_is_found_at_once_and_told_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let told = refusal(&folder.path().join("no/such/folder/a.csv"));
        assert!(told.contains("a.csv cannot be written: there is no such folder, make it first"), "{told}");
    }

    #[test]
    fn a_file_that_is_kept_from_writing_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept.csv");
        fs::write(&file, "old").unwrap();
        let mut kept = fs::metadata(&file).unwrap().permissions();
        kept.set_readonly(true);
        fs::set_permissions(&file, kept).unwrap();
        let told = refusal(&file);
        assert!(told.contains("kept.csv cannot be written: this user may not write there"), "{told}");
        assert_eq!(names(folder.path()), ["kept.csv"]);
    }

    #[test]
    fn what_is_no_file_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let told = refusal(folder.path());
        assert!(told.ends_with("is a folder, which cannot keep a result: give the name of a file"), "{told}");
        if cfg!(unix) {
            for (name, what) in [("/dev/null", "a pipe or a device"), ("/dev/stdout", "what the program prints")] {
                let told = refusal(Path::new(name));
                assert!(told.starts_with(&format!("{name} is {what}")), "{told}");
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
        let told = refusal(&pipe);
        assert!(told.contains("pipe is a pipe or a device"), "{told}");
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
