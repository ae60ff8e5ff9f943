//! A prescription in a `.bendwise` file: the manifest and `prescription.toml`, and `ended` where it was ended or withdrawn. An earlier
//! bendwise refuses a package with that, which is better than to give what has ended.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use jiff::civil::Date;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::export::Package;
use super::import::{contents, manifest};
use super::{ENDED, MANIFEST, PRESCRIPTION, PackageError, PackageFault};
use crate::atomic_file::{AtomicFile, AtomicFileError};

/// Largest prescription, bytes: hundreds of drills.
pub const LARGEST_PRESCRIPTION: u64 = 256 << 10;

/// The largest text of a day, bytes.
const LARGEST_DAY: u64 = 16;

/// A prescription that came in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedPrescription {
    /// The TOML file as it was written.
    pub text: String,
    /// Its last day, if it was ended; before its first day if it was withdrawn.
    pub ended: Option<Date>,
}

/// Writes a prescription as a package, with its last day if it was ended.
///
/// # Errors
/// If the file cannot be written.
pub fn write_prescription(text: &str, ended: Option<Date>, path: &Path) -> Result<(), PackageError> {
    let mut package = Package { zip: ZipWriter::new_stream(AtomicFile::create(path)?), files: BTreeMap::new() };
    let added = package.add(PRESCRIPTION, CompressionMethod::Deflated, text.as_bytes());
    let added = added.and_then(|()| match ended {
        Some(day) => package.add(ENDED, CompressionMethod::Stored, day.to_string().as_bytes()),
        None => Ok(()),
    });
    let finished = added.and_then(|()| package.finish());
    let unwritable = |cause| AtomicFileError::Unwritable { path: path.to_owned(), cause };
    Ok(finished.map_err(unwritable)?.finish()?)
}

/// The prescription in a package; `None` if the file is no package, or one of a session. What else is wrong with
/// such a file is told when it is imported as a session.
///
/// # Errors
/// If it holds a prescription and is damaged, or was written by a newer bendwise.
pub fn prescription_in(path: &Path) -> Result<Option<PackedPrescription>, PackageError> {
    let Some(mut archive) = File::open(path).ok().and_then(|file| ZipArchive::new(BufReader::new(file)).ok()) else {
        return Ok(None);
    };
    let known = [MANIFEST, PRESCRIPTION, ENDED].map(str::as_bytes);
    let holds_one = archive.index_for_name(PRESCRIPTION).is_some();
    if !holds_one {
        return Ok(None);
    }
    let has_ended = archive.index_for_name(ENDED).is_some();
    let mut read = || -> Result<PackedPrescription, PackageFault> {
        if archive.len() > known.len() || !archive.file_names_raw().all(|name| known.contains(&name)) {
            return Err(PackageFault::Foreign("it contains other files than a prescription"));
        }
        let manifest = manifest(&mut archive)?;
        let mut text_of = |name, largest| {
            let digest = manifest.files.get(name).ok_or_else(|| PackageFault::damaged("it has no checksum"))?;
            let bytes = contents(&mut archive, name, largest, Some(digest))?;
            String::from_utf8(bytes).map_err(PackageFault::damaged)
        };
        let text = text_of(PRESCRIPTION, LARGEST_PRESCRIPTION)?;
        let ended = has_ended.then(|| text_of(ENDED, LARGEST_DAY)).transpose()?;
        let ended = ended.map(|day| day.parse().map_err(PackageFault::damaged)).transpose()?;
        Ok(PackedPrescription { text, ended })
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
        let ended = Some(Date::constant(2026, 11, 28));
        let text = "person = \"Anna\"".to_owned();
        write_prescription(&text, None, &path).unwrap();
        assert_eq!(prescription_in(&path).unwrap(), Some(PackedPrescription { text: text.clone(), ended: None }));
        write_prescription(&text, ended, &path).unwrap();
        let packed = PackedPrescription { text, ended };
        assert_eq!(prescription_in(&path).unwrap().as_ref(), Some(&packed));
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
                Ok(Some(read)) => assert_eq!(read, packed, "byte {place}"),
                Ok(None) => {}
                Err(error) => refused += usize::from(error.to_string().contains("is damaged")),
            }
        }
        assert!(refused > 10, "{refused}");
    }
}
