//! A prescription in a `.bendwise` file: the manifest and `prescription.toml`, and `ended` where it was ended or withdrawn. An earlier
//! bendwise refuses a package with that, which is better than to give what has ended. Where the same prescription had ended before this
//! one was written, the manifest says so: by days alone, one that is given anew on the day of the end could not be told from one that
//! was written before it.

use std::io::BufReader;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use zip::{CompressionMethod, ZipArchive};

use super::export::Package;
use super::import::{contents, manifest};
use super::{ENDED, EndedBefore, MANIFEST, PRESCRIPTION, PackageError, PackageFault, is_too_far_ahead};
use crate::atomic_file::{AtomicFile, AtomicFileError};
use crate::input_file;
use crate::prescription::given::GivenPrescription;
use crate::store::person::is_pseudonym;

/// Largest prescription, bytes: hundreds of drills.
pub const LARGEST_PRESCRIPTION: u64 = 256 << 10;

/// The largest text of a day, bytes.
const LARGEST_DAY: u64 = 16;

/// A prescription that came in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedPrescription {
    /// The TOML file as it was written.
    pub text: String,
    /// When it was given; `None` in a package of an older version.
    pub given: Option<Timestamp>,
    /// The pseudonym of whom it was given to, if that is known.
    pub person: Option<String>,
    /// Its last day, if it was ended; before its first day if it was withdrawn.
    pub ended: Option<Date>,
    /// The same one as it had ended where this one was written, if it had: this one is given anew.
    pub before: Option<GivenPrescription>,
}

/// Writes a prescription as a package, with its last day if it was ended, and the pseudonym of whom it was given to if that is known.
/// `before` is the same prescription as it has ended, if it has: then this one is given anew.
///
/// # Errors
/// If the file cannot be written.
pub fn write_prescription(
    prescription: &GivenPrescription,
    before: Option<&GivenPrescription>,
    person: Option<&str>,
    path: &Path,
) -> Result<(), PackageError> {
    let GivenPrescription { given, text, ended } = prescription;
    let before = before.and_then(|before| {
        let ended = before.ended?.to_string();
        Some(EndedBefore { given: before.given.to_string(), ended })
    });
    let package = Package::of_prescription(AtomicFile::create(path)?, *given, person.map(str::to_owned));
    let mut package = package.after(before);
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
    let Some(mut archive) = input_file::open(path).ok().and_then(|file| ZipArchive::new(BufReader::new(file)).ok())
    else {
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
        let given = manifest.given.as_deref().map(moment).transpose()?;
        let before = manifest.ended_before.map(|before| as_it_ended(&before, &text)).transpose()?;
        let person = manifest.person.filter(|word| is_pseudonym(word));
        Ok(PackedPrescription { text, given, person, ended, before })
    };
    let name = path.display().to_string();
    let packed = read().map_err(|fault| fault.of(&name))?;
    let before = packed.before.as_ref();
    let given = packed.given.into_iter().chain(before.map(|before| before.given));
    let given = given.map(|given| given.to_zoned(TimeZone::UTC).date());
    let ended = packed.ended.into_iter().chain(before.and_then(|before| before.ended));
    match given.chain(ended).find(|day| is_too_far_ahead(*day)) {
        Some(day) => Err(PackageError::Ahead(name, day.to_string())),
        None => Ok(Some(packed)),
    }
}

/// A time as it is kept, by which a prescription is known again.
fn moment(written: &str) -> Result<Timestamp, PackageFault> {
    let given: Timestamp = written.parse().map_err(PackageFault::damaged)?;
    Timestamp::from_millisecond(given.as_millisecond()).map_err(PackageFault::damaged)
}

/// The prescription of this text as it was given before and ended.
fn as_it_ended(before: &EndedBefore, text: &str) -> Result<GivenPrescription, PackageFault> {
    let ended: Date = before.ended.parse().map_err(PackageFault::damaged)?;
    Ok(GivenPrescription { given: moment(&before.given)?, text: text.to_owned(), ended: Some(ended) })
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
        let given: Timestamp = "2026-11-20T10:00:00.5Z".parse().unwrap();
        let written = |ended| GivenPrescription { given, text: text.clone(), ended };
        let person = Some("p-0123456789".to_owned());
        let read = |ended| PackedPrescription {
            given: Some(given),
            text: text.clone(),
            person: person.clone(),
            ended,
            before: None,
        };
        write_prescription(&written(None), None, person.as_deref(), &path).unwrap();
        assert_eq!(prescription_in(&path).unwrap(), Some(read(None)));
        let before = GivenPrescription { given: "2026-11-19T10:00:00Z".parse().unwrap(), ..written(ended) };
        write_prescription(&written(None), Some(&before), person.as_deref(), &path).unwrap();
        let anew = PackedPrescription { before: Some(before), ..read(None) };
        assert_eq!(prescription_in(&path).unwrap(), Some(anew), "given anew after an end");
        for ahead in [
            GivenPrescription { given: "2199-01-01T00:00:00Z".parse().unwrap(), ..written(None) },
            written(Some(Date::constant(2199, 1, 1))),
        ] {
            write_prescription(&ahead, None, None, &path).unwrap();
            let refused = prescription_in(&path).unwrap_err().to_string();
            assert!(refused.contains("is of 2199-01-01, more than a year ahead of this machine's clock"), "{refused}");
        }
        write_prescription(&written(ended), None, person.as_deref(), &path).unwrap();
        let packed = read(ended);
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
