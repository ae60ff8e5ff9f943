//! A file that is whole or not there: written under a passing name beside its place, renamed when complete.
//!
//! Opening it before the work begins is also how an unwritable place is found in time, not after an hour of analysis.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A file on its way. Dropped without [`Pending::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Pending {
    target: PathBuf,
    passing: PathBuf,
    finished: bool,
}

impl Pending {
    /// Makes the passing file beside `target`. What lies at `target` stays untouched until [`Pending::finish`].
    ///
    /// # Errors
    /// When nothing can be written there: no such folder, no permission, or `target` is itself a folder.
    pub fn create(target: &Path) -> io::Result<Self> {
        // A link is followed, so that the file it names is replaced and not the link.
        let place = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let passing = passing_name(&place)?;
        File::create(&passing)?;
        let finished = passing == place;
        Ok(Self { target: place, passing, finished })
    }

    /// Where to write until it is finished.
    pub fn path(&self) -> &Path {
        &self.passing
    }

    /// Opens it for writing, empty.
    ///
    /// # Errors
    /// When it cannot be written to (any more).
    pub fn open(&self) -> io::Result<File> {
        File::create(&self.passing)
    }

    /// Puts the complete file in its place, over what was there; `file` is what [`Pending::open`] gave.
    ///
    /// # Errors
    /// When the disk has no room for all of it, or the place is gone.
    pub fn finish(mut self, file: File) -> io::Result<()> {
        if self.passing != self.target {
            file.sync_all()?; // only now is it certain that the disk had room
            drop(file);
            fs::rename(&self.passing, &self.target)?;
        }
        self.finished = true;
        Ok(())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.finished {
            fs::remove_file(&self.passing).ok(); // nothing to do about it, and nothing lost
        }
    }
}

/// `.NAME.PID.tmp` beside the target. A device or a pipe (`/dev/stdout`) has no beside: it is written as it is.
fn passing_name(target: &Path) -> io::Result<PathBuf> {
    match fs::metadata(target) {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => return Ok(target.to_owned()),
        Ok(found) if found.permissions().readonly() => return Err(io::ErrorKind::PermissionDenied.into()),
        Ok(_) | Err(_) => {}
    }
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    // The ending is kept: writers that tell the format by it must see the right one.
    let ending = target.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    Ok(target.with_file_name(format!(".{name}.{}.tmp{ending}", std::process::id())))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn the_old_file_stands_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        fs::write(&target, "old").unwrap();
        let pending = Pending::create(&target).unwrap();
        let mut file = pending.open().unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        pending.finish(file).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn nothing_is_left_of_a_file_that_was_given_up() {
        let folder = tempfile::tempdir().unwrap();
        drop(Pending::create(&folder.path().join("a.csv")).unwrap());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn an_unwritable_place_is_found_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Pending::create(&folder.path().join("no/such/folder/a.csv")).is_err());
        assert!(Pending::create(folder.path()).is_err(), "a folder is no file");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_and_not_replaced() {
        let pending = Pending::create(Path::new("/dev/null")).unwrap();
        assert_eq!(pending.path(), Path::new("/dev/null"));
        let file = pending.open().unwrap();
        pending.finish(file).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("a.csv"), folder.path().join("link.csv"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let pending = Pending::create(&link).unwrap();
        let mut file = pending.open().unwrap();
        file.write_all(b"new").unwrap();
        pending.finish(file).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
    }
}
