//! A file that grows by whole pieces, each of which is on the disk before the next one is begun.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long a failing write of a session is tried again, in its video as in its database: a disk that was full for a
/// moment, or another program that held it. The queue of samples takes what comes meanwhile. [own]
pub const TRIED: Duration = Duration::from_secs(5);

/// Between two tries.
pub const PAUSE: Duration = Duration::from_millis(100);

/// What pieces are written to.
pub(super) trait Medium: Write + Seek + Send {
    /// Shortens it to this many bytes.
    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// Waits until its contents are on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// A file of whole pieces: a part of a fragment cannot be played, and some players refuse the whole file for it.
pub(super) struct PieceFile {
    medium: Box<dyn Medium>,
    /// The length up to the last whole piece, bytes.
    whole: u64,
    /// Set when nobody waits for the pieces any more.
    given_up: Arc<AtomicBool>,
}

impl PieceFile {
    /// A new file. Once `given_up` is set, what fails is not tried again.
    pub(super) fn new(medium: Box<dyn Medium>, given_up: Arc<AtomicBool>) -> Self {
        Self { medium, whole: 0, given_up }
    }

    /// The length of what was written, bytes.
    pub(super) fn length(&self) -> u64 {
        self.whole
    }

    /// Writes all of a piece and syncs it or, after [`TRIED`], nothing of it.
    ///
    /// What a failed sync may have lost is written again, for the system takes it to be on the disk.
    pub(super) fn append(&mut self, piece: &[u8]) -> io::Result<()> {
        let began = Instant::now();
        loop {
            match self.try_append(piece) {
                Ok(()) => return Ok(()),
                Err(cause) if began.elapsed() >= TRIED || self.given_up.load(Ordering::Relaxed) => {
                    let cut = self.medium.cut(self.whole).and_then(|()| self.medium.sync());
                    cut.ok(); // the first error is told
                    return Err(cause);
                }
                Err(cause) => tracing::debug!("tried again: {cause}"),
            }
            thread::sleep(PAUSE);
        }
    }

    fn try_append(&mut self, piece: &[u8]) -> io::Result<()> {
        self.medium.seek(SeekFrom::Start(self.whole))?;
        let written = self.medium.write_all(piece).and_then(|()| self.medium.sync());
        if let Err(cause) = written {
            self.medium.cut(self.whole).ok(); // a torn piece is not left while the next try is waited for
            return Err(cause);
        }
        self.whole += piece.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    /// A disk that takes half of each piece, or all but its sync, as long as it fails.
    struct FailingDisk {
        file: File,
        failures: Arc<AtomicU32>,
        at_sync: bool,
    }

    impl FailingDisk {
        fn fails(&self) -> bool {
            self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
        }
    }

    impl Write for FailingDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !self.at_sync && self.fails() {
                self.file.write_all(&bytes[..bytes.len() / 2])?;
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.file.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for FailingDisk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.file.seek(to)
        }
    }

    impl Medium for FailingDisk {
        fn cut(&mut self, length: u64) -> io::Result<()> {
            self.file.set_len(length)
        }

        fn sync(&mut self) -> io::Result<()> {
            if self.at_sync && self.fails() { Err(io::Error::other("no sync")) } else { self.file.sync_data() }
        }
    }

    /// A disk that fails this often once "first" is on it, and what it then made of "second".
    fn after(failures: u32, at_sync: bool, given_up: bool) -> (io::Result<()>, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let left = Arc::new(AtomicU32::new(0));
        let disk = FailingDisk { file: File::create(&path).unwrap(), failures: Arc::clone(&left), at_sync };
        let mut pieces = PieceFile::new(Box::new(disk), Arc::new(AtomicBool::new(given_up)));
        pieces.append(b"first.").unwrap();
        left.store(failures, Ordering::Relaxed);
        let appended = pieces.append(b"second.");
        left.store(0, Ordering::Relaxed);
        (appended, std::fs::read_to_string(path).unwrap())
    }

    #[test]
    fn a_disk_that_fails_for_a_moment_loses_nothing() {
        for at_sync in [false, true] {
            let (appended, text) = after(3, at_sync, false);
            appended.unwrap();
            assert_eq!(text, "first.second.");
        }
    }

    #[test]
    fn a_piece_that_cannot_be_written_leaves_nothing_of_itself_and_is_tried_as_long_as_the_database() {
        let began = Instant::now();
        let (appended, text) = after(u32::MAX, false, false);
        assert_eq!(appended.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(text, "first.");
        assert!(began.elapsed() >= TRIED, "{:?}", began.elapsed());
    }

    #[test]
    fn what_nobody_waits_for_is_tried_once() {
        let began = Instant::now();
        let (appended, text) = after(u32::MAX, true, true);
        assert!(appended.is_err() && text == "first." && began.elapsed() < TRIED, "{text}");
    }
}
