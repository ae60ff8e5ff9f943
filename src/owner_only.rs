//! Files that only their owner may read: on Unix, folders are created with mode 0700 and files with mode 0600, whatever
//! the umask. On other systems the permissions of the home folder apply.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// The error of a disk on every Unix; the standard library has no kind for it.
const EIO: i32 = 5;

/// Creates a folder and its parents, all of them for their owner only. An existing folder is restricted to its owner.
///
/// # Errors
/// If it cannot be created.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    if let Some(above) = path.parent() {
        builder().recursive(true).create(above)?;
    }
    match new_folder(path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            restrict(path);
            Ok(())
        }
        created => created,
    }
}

/// Creates a folder that must not exist yet.
///
/// # Errors
/// If it cannot be created, or exists.
pub(super) fn new_folder(path: &Path) -> io::Result<()> {
    builder().create(path)
}

fn builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Restricts a folder of an earlier version of bendwise. Where that is not possible (a file system without modes, a
/// folder of another user) it stays as it is: the user put it there.
fn restrict(path: &Path) {
    #[cfg(unix)]
    if let Err(refused) = fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700)) {
        tracing::debug!("{} stays readable by others: {refused}", path.display());
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Creates a file that must not exist yet.
///
/// # Errors
/// If it cannot be created, or exists.
pub(super) fn file(path: &Path) -> io::Result<File> {
    options().create_new(true).open(path)
}

/// Opens a lock file, creating it if necessary.
///
/// # Errors
/// If it cannot be created or opened.
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
/// What a person can do if the folder of sessions or a file in it cannot be written or read.
pub(super) fn remedy(cause: &io::Error) -> &'static str {
    use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match cause.kind() {
        PermissionDenied => {
            "this user may not read or write there, run it as the user who may, or name another folder with BENDWISE_HOME"
        }
        ReadOnlyFilesystem => "its disk can only be read, so that nothing there can be changed or added",
        StorageFull | QuotaExceeded => "the disk is full, free some space",
        FileTooLarge => "files may not become that large, raise the limit (ulimit -f)",
        _ if cfg!(unix) && cause.raw_os_error() == Some(EIO) => {
            "the disk reports an error and may be failing, name a folder on another one with BENDWISE_HOME"
        }
        _ => "name another folder with BENDWISE_HOME",
    }
}
