//! The sessions of an archive as FHIR bundles as well, one file each beside the tables.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::due_session::DueSession;
use super::error::ArchiveError;
use super::folder::{ArchiveFolder, BUNDLES, Month, remove};
use crate::export::fhir::{ClinicalContext, bundle};
use crate::export::{ExportError, SessionExport};
use crate::store::{SessionEntry, Store, StoreError};

/// The ending of their names.
const ENDING: &str = ".json";

/// A bundle that was written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct WrittenBundle {
    /// A checksum of what it was made of: a bundle has no place for it.
    made_of: String,
    /// Its length, by which one that was cut is known.
    bytes: u64,
}

/// The bundles by the uids of their sessions.
type BundleIndex = BTreeMap<String, WrittenBundle>;

/// A checksum of what the bundle of a session is made of, whose rows have this fingerprint.
pub(super) fn sum(fingerprint: &str, context: &ClinicalContext) -> String {
    let text = format!("{} {fingerprint} {context:?}", env!("CARGO_PKG_VERSION"));
    Sha256::digest(text)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sessions that cannot be read, and why.
type Unreadable<'e> = Vec<(&'e SessionEntry, StoreError)>;

/// Writes the bundles that are not there as they are: of the sessions that have a sum. Returns how many, and the sessions that cannot
/// be read, which stop no other.
pub(super) fn write<'e>(
    folder: &ArchiveFolder,
    store: &Store,
    sessions: &'e [DueSession],
) -> Result<(usize, Unreadable<'e>), ArchiveError> {
    let before = index(folder);
    let mut after = before.clone();
    let (mut written, mut unreadable) = (0, Vec::new());
    for DueSession { entry, bundle, .. } in sessions {
        let Some(made_of) = bundle else { continue };
        let path = folder.month(BUNDLES, Month::from(entry.began.date())).join(format!("{}{ENDING}", entry.uid));
        let length = fs::metadata(&path).ok().map(|found| found.len());
        if before.get(&entry.uid).is_some_and(|found| found.made_of == *made_of && length == Some(found.bytes)) {
            continue;
        }
        let content = match content(store, entry) {
            Err(ArchiveError::Store(reason) | ArchiveError::Export(ExportError::Read(reason))) => {
                unreadable.push((entry, reason));
                continue;
            }
            made => made?,
        };
        folder.write_if_changed(&path, &content)?;
        after.insert(entry.uid.clone(), WrittenBundle { made_of: made_of.clone(), bytes: content.len() as u64 });
        written += 1;
    }
    write_index(folder, &before, &after)?;
    Ok((written, unreadable))
}

/// The sessions that have a bundle, whether the index knows of it or not: a run that was killed may have left some without.
pub(super) fn sessions(folder: &ArchiveFolder) -> Result<HashSet<String>, ArchiveError> {
    let found = folder.files_below(BUNDLES, ENDING)?.into_iter().filter_map(|(_, uid, _)| uid);
    Ok(found.chain(index(folder).into_keys()).collect())
}

fn content(store: &Store, entry: &SessionEntry) -> Result<Vec<u8>, ArchiveError> {
    let _snapshot = store.snapshot()?;
    store.check_present(entry)?; // it may have been deleted since it was listed
    let session = store.session(entry)?;
    let context = ClinicalContext::read(store, &session)?;
    let samples = store.samples_of(entry);
    Ok(bundle(&SessionExport::new(session, &samples).in_context(context))?)
}

/// Removes the bundles of sessions that are no longer in the store.
pub(super) fn remove_gone(folder: &ArchiveFolder, here: &HashSet<String>) -> Result<(), ArchiveError> {
    for (_, uid, path) in folder.files_below(BUNDLES, ENDING)? {
        if uid.is_some_and(|uid| !here.contains(&uid)) {
            remove(&path)?;
        }
    }
    let before = index(folder);
    let mut after = before.clone();
    after.retain(|uid, _| here.contains(uid));
    write_index(folder, &before, &after)
}

fn place(folder: &ArchiveFolder) -> PathBuf {
    folder.path().join(BUNDLES).join("index.json")
}

/// The index; one that is not there or cannot be read is empty, and all bundles are made anew.
fn index(folder: &ArchiveFolder) -> BundleIndex {
    let text = fs::read(place(folder)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn write_index(folder: &ArchiveFolder, before: &BundleIndex, after: &BundleIndex) -> Result<(), ArchiveError> {
    if before == after {
        return Ok(());
    }
    // Words always have a JSON form.
    let text = serde_json::to_vec_pretty(after).unwrap_or_default();
    folder.write_if_changed(&place(folder), &text).map(drop)
}
