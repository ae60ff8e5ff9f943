//! Whether the disk has room for what changes the database, and takes anything at all.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// What SQLite needs at least to open a database and to change a row of it, bytes: 32 KiB of shared memory and some pages
/// of journal.
const NEEDED: usize = 64 << 10;

/// Whether a little can be written in this folder. Only a full disk counts as one without room.
pub(super) fn has_room(folder: &Path) -> bool {
    let written = || -> io::Result<()> { tempfile::tempfile_in(folder)?.write_all(&[0; NEEDED]) };
    !written().is_err_and(|error| {
        matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
    })
}

/// Whether the file system of this folder can only be read.
pub(super) fn is_read_only(folder: &Path) -> bool {
    tempfile::tempfile_in(folder).is_err_and(|cause| cause.kind() == ErrorKind::ReadOnlyFilesystem)
}
