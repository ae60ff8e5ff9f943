//! The sessions of an archive as FHIR bundles as well, one file each beside the tables.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::error::ArchiveError;
use super::folder::{ArchiveFolder, BUNDLES, Month, remove};
use crate::export::fhir::{ClinicalContext, bundle};
use crate::export::{ExportError, SessionExport};
use crate::store::{SessionEntry, Store, StoreError};

/// The ending of their names.
const ENDING: &str = ".json";

/// What each bundle was made of, as a checksum, by the uid of its session: a bundle has no place for it.
type BundleIndex = BTreeMap<String, String>;

/// Writes the bundles that are not there as they are. Returns how many. Each session comes with the fingerprint of its rows; one
/// that cannot be read is added to `unreadable`, and stops no other.
pub(super) fn write(
    folder: &ArchiveFolder,
    store: &Store,
    sessions: &[(SessionEntry, String)],
    unreadable: &mut Vec<(String, StoreError)>,
) -> Result<usize, ArchiveError> {
    let before = index(folder);
    let mut after = before.clone();
    let mut written = 0;
    for (entry, fingerprint) in sessions {
        let session = store.session(entry)?;
        let context = ClinicalContext::read(store, &session)?;
        let sum = sum(&format!("{} {fingerprint} {context:?}", env!("CARGO_PKG_VERSION")));
        let path = folder.month(BUNDLES, Month::from(entry.began.date())).join(format!("{}{ENDING}", entry.uid));
        if before.get(&entry.uid) == Some(&sum) && path.exists() {
            continue;
        }
        let samples = store.samples_of(entry);
        let whole = SessionExport::new(session, &samples).in_context(context);
        let content = match bundle(&whole) {
            Err(ExportError::Read(reason)) => {
                unreadable.push((entry.id.clone(), reason));
                continue;
            }
            made => made?,
        };
        folder.write_if_changed(&path, &content)?;
        after.insert(entry.uid.clone(), sum);
        written += 1;
    }
    write_index(folder, &before, &after)?;
    Ok(written)
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

fn sum(text: &str) -> String {
    Sha256::digest(text)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
