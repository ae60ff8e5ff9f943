//! A secret of this store, by which an archive knows it again and cameras get pseudonyms that nobody else can work out.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::handle::lock;
use super::{Store, StoreError};
use crate::atomic_file::AtomicFile;

/// File name of the secret in the sessions folder.
const FILE: &str = "archive-key";

/// Number of hexadecimal digits in the secret.
const DIGITS: usize = 64;

/// The secret of a store.
#[derive(Clone)]
pub struct ArchiveKey(String);

impl std::fmt::Debug for ArchiveKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ArchiveKey")
    }
}

impl ArchiveKey {
    /// A name for something of this store, `digits` hexadecimal digits: the same for the same thing, and of no use to whoever
    /// guesses it, as the secret is in it.
    pub fn pseudonym(&self, kind: &str, of: &str, digits: usize) -> String {
        let sum = Sha256::digest(format!("bendwise {kind} {} {of}", self.0));
        sum.iter().map(|byte| format!("{byte:02x}")).collect::<String>().chars().take(digits).collect()
    }
}

impl Store {
    /// Returns the secret of this store; the first call makes it.
    ///
    /// # Errors
    /// If it cannot be written or read.
    pub fn archive_key(&self) -> Result<ArchiveKey, StoreError> {
        let path = self.folder.join(FILE);
        if let Some(key) = kept(&path)? {
            return Ok(key);
        }
        let _alone = lock(&self.folder)?;
        if let Some(key) = kept(&path)? {
            return Ok(key); // another first run made it meanwhile, and its archive is known by it
        }
        let key = self.database.query_row("SELECT lower(hex(randomblob(32)))", [], |row| row.get(0));
        let key: String = key.map_err(self.failed())?;
        let write = || -> io::Result<()> {
            let mut file = AtomicFile::create(&path)?;
            file.write_all(key.as_bytes())?;
            Ok(file.finish()?)
        };
        write().map_err(|cause| StoreError::File { path: path.clone(), cause })?;
        Ok(ArchiveKey(key))
    }
}

/// The secret in this file; `None` if there is none.
fn kept(path: &Path) -> Result<Option<ArchiveKey>, StoreError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim()).filter(|text| is_key(text)).map(|text| ArchiveKey(text.to_owned()))),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(StoreError::File { path: path.to_owned(), cause }),
    }
}

fn is_key(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::store::tests::World;

    #[test]
    fn of_two_first_runs_at_once_both_take_the_same_secret() {
        let world = World::new();
        let (store, other) = (world.open(), world.open());
        let alone = lock(&store.folder).unwrap(); // as if one were just making it
        let waits = thread::spawn(move || other.archive_key().unwrap().pseudonym("store", "", 8));
        for _ in 0..20 {
            assert!(!waits.is_finished());
            thread::sleep(Duration::from_millis(10));
        }
        fs::write(store.folder.join(FILE), "ab".repeat(DIGITS / 2)).unwrap();
        drop(alone);
        assert_eq!(waits.join().unwrap(), store.archive_key().unwrap().pseudonym("store", "", 8));
    }
}
