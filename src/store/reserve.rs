//! Room that is kept free for deleting on a full disk: what a session wrote last is still in the journal, and has to go into the
//! database, which grows, before a row of it can be deleted.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::owner_only;

/// File name in the sessions folder.
const FILE: &str = "reserve";

/// More than a journal holds that is emptied every [`JOURNAL_PAGES`] pages of 4 KiB, even if the disk fills just before. [own]
const SIZE: usize = 1 << 20;

/// After how many pages SQLite empties the journal into the database: half of the reserve.
pub(super) const JOURNAL_PAGES: u32 = 128;

/// Where it is kept.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Keeps the room, if there is as much.
pub(super) fn keep(folder: &Path) {
    let path = path(folder);
    if fs::metadata(&path).is_ok_and(|kept| kept.len() == SIZE as u64) {
        return;
    }
    let write = || -> io::Result<()> {
        fs::remove_file(&path).ok(); // what a kill has left of one
        // Not zeros, which some file systems do not store.
        owner_only::file(&path)?.write_all(&[0xA5; SIZE])
    };
    if write().is_err() {
        fs::remove_file(&path).ok(); // what little there is belongs to others
    }
}

/// Gives it up. Returns whether there was any.
pub(super) fn release(folder: &Path) -> bool {
    fs::remove_file(path(folder)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_once_and_given_up_whole() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!release(folder.path()));
        keep(folder.path());
        keep(folder.path());
        assert_eq!(fs::metadata(folder.path().join(FILE)).unwrap().len(), SIZE as u64);
        assert!(release(folder.path()) && fs::read_dir(folder.path()).unwrap().next().is_none());
    }
}
