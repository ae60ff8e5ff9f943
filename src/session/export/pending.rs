//! A file that is whole or not there: written under a passing name beside its place, renamed when complete.
//!
//! Opening it before the work begins is also how an unwritable place is found in time, not after an hour of analysis.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::ExportError;

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
    pub fn create(target: &Path) -> Result<Self, ExportError> {
        let unwritable = |cause| ExportError::Unwritable { path: target.to_owned(), cause };
        // A link is followed, so that the file it names is replaced and not the link.
        let place = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let passing = passing_name(&place).map_err(unwritable)?;
        File::create(&passing).map_err(unwritable)?;
        let finished = passing == place;
        Ok(Self { target: place, passing, finished })
    }

    /// Where it will stand.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Where to write until it is finished.
    pub fn path(&self) -> &Path {
        &self.passing
    }

    /// Fills the file by `write`, through a buffer, and puts it in its place.
    ///
    /// # Errors
    /// When `write` fails or the file cannot be put in its place.
    pub fn write(self, write: impl FnOnce(&mut dyn io::Write) -> Result<(), ExportError>) -> Result<(), ExportError> {
        let mut out = io::BufWriter::new(File::create(&self.passing)?);
        write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all().ok(); // not every place can: a pipe
        self.finish()
    }

    /// Puts the complete file in its place, over what was there.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn finish(mut self) -> Result<(), ExportError> {
        if self.passing != self.target {
            fs::rename(&self.passing, &self.target)
                .map_err(|cause| ExportError::Unwritable { path: self.target.clone(), cause })?;
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
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        pending.write(|out| Ok(out.write_all(b"new")?)).unwrap();
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
    fn an_unwritable_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/such/folder/a.csv");
        let message = Pending::create(&missing).unwrap_err().to_string();
        assert_eq!(message, format!("cannot write {}", missing.display()));
        assert!(Pending::create(folder.path()).is_err(), "a folder is no file");
    }
}
