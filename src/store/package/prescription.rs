//! A prescription in a `.bendwise` file: the manifest and `prescription.toml`, nothing else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::export::Package;
use super::import::{contents, manifest};
use super::{MANIFEST, PRESCRIPTION, PackageError, PackageFault};
use crate::atomic_file::{AtomicFile, AtomicFileError};

/// Largest prescription, bytes: hundreds of drills.
pub const LARGEST_PRESCRIPTION: u64 = 256 << 10;

/// Writes a prescription as a package.
///
/// # Errors
/// If the file cannot be written.
pub fn write_prescription(text: &str, path: &Path) -> Result<(), PackageError> {
    let mut package = Package { zip: ZipWriter::new_stream(AtomicFile::create(path)?), files: BTreeMap::new() };
    let added = package.add(PRESCRIPTION, CompressionMethod::Deflated, text.as_bytes());
    let finished = added.and_then(|()| package.finish());
    let unwritable = |cause| AtomicFileError::Unwritable { path: path.to_owned(), cause };
    Ok(finished.map_err(unwritable)?.finish()?)
}

/// The text of the prescription in a package; `None` if the file is no package, or one of a session. What else is wrong with
/// such a file is told when it is imported as a session.
///
/// # Errors
/// If it holds a prescription and is damaged, or was written by a newer bendwise.
pub fn prescription_in(path: &Path) -> Result<Option<String>, PackageError> {
    let Some(mut archive) = File::open(path).ok().and_then(|file| ZipArchive::new(BufReader::new(file)).ok()) else {
        return Ok(None);
    };
    let known = [MANIFEST, PRESCRIPTION].map(str::as_bytes);
    let holds_one = archive.index_for_name(PRESCRIPTION).is_some();
    if !holds_one {
        return Ok(None);
    }
    let mut read = || -> Result<String, PackageFault> {
        if archive.len() > known.len() || !archive.file_names_raw().all(|name| known.contains(&name)) {
            return Err(PackageFault::Foreign("it contains other files than a prescription"));
        }
        let manifest = manifest(&mut archive)?;
        let digest = manifest.files.get(PRESCRIPTION).ok_or_else(|| PackageFault::damaged("it has no checksum"))?;
        let bytes = contents(&mut archive, PRESCRIPTION, LARGEST_PRESCRIPTION, Some(digest))?;
        String::from_utf8(bytes).map_err(PackageFault::damaged)
    };
    read().map(Some).map_err(|fault| fault.of(&path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prescription_comes_back_as_it_was_written_and_a_changed_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("for-anna.bendwise");
        write_prescription("person = \"Anna\"", &path).unwrap();
        assert_eq!(prescription_in(&path).unwrap().as_deref(), Some("person = \"Anna\""));
        let bytes = std::fs::read(&path).unwrap();
        let half = folder.path().join("half.bendwise");
        std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
        assert_eq!(prescription_in(&half).unwrap(), None, "no package: the import says so");
        let mut refused = 0;
        for place in 0..bytes.len() {
            let mut other = bytes.clone();
            other[place] ^= 0x55;
            std::fs::write(&half, &other).unwrap();
            match prescription_in(&half) {
                Ok(Some(text)) => assert_eq!(text, "person = \"Anna\"", "byte {place}"),
                Ok(None) => {}
                Err(error) => refused += usize::from(error.to_string().contains("is damaged")),
            }
        }
        assert!(refused > 10, "{refused}");
    }
}
