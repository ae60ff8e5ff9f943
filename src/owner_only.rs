//! What is kept of a person is for that person alone: on Unix folders of mode 0700 and files of mode 0600, whatever the
//! umask. Elsewhere the rules of the home folder hold.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder and those above it; one that is there already is closed to others.
///
/// # Errors
/// When it cannot be made.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    match new_folder(path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            close(path);
            Ok(())
        }
        made => made,
    }
}

/// Makes a folder that was not there.
///
/// # Errors
/// When it cannot be made, or is there.
pub(super) fn new_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Closes a folder of an earlier bendwise. Where that may not be done (a disk without modes, a folder of somebody else) it
/// stays as it is: the person put it there.
fn close(path: &Path) {
    #[cfg(unix)]
    if let Err(refused) = fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700)) {
        tracing::debug!("{} stays open to others: {refused}", path.display());
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Makes a file that was not there.
///
/// # Errors
/// When it cannot be made, or is there.
pub(super) fn file(path: &Path) -> io::Result<File> {
    options().create_new(true).open(path)
}

/// Opens a file that locks something, makes it where there is none.
///
/// # Errors
/// When it cannot be made or opened.
pub(super) fn lock_file(path: &Path) -> io::Result<File> {
    options().create(true).truncate(false).open(path)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true);
    options
}
