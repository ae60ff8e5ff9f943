//! A session for a clinic's record: one FHIR R4 Bundle of the type `collection`.
//!
//! It holds a pseudonymous Patient, the Device (program and networks), the Procedure (the session), an Observation for each
//! drill with its bends and their reach as Observations of their own, the mobility screen, what stayed, pain and scores, a
//! DiagnosticReport that refers to all of them, and the CodeSystem that says what our own codes mean. `docs/fhir.md` shows one.
//!
//! The same session gives the same bytes: ids are computed from what they stand for, and nothing asks what time it is.

mod bends;
mod code_system;
mod codes;
mod component;
mod context;
mod identity;
mod moment;
mod parts;
mod questionnaires;
mod resource;
mod screened;
mod stayed;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde::Serialize;

use self::parts::Parts;
use self::resource::{FhirIdentifier, FhirMeta, FhirResource};
use super::{ExportError, SessionExport};

pub use context::{ClinicalContext, ReportPage};

/// A bundle.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FhirBundle {
    resource_type: &'static str,
    id: String,
    meta: FhirMeta,
    identifier: FhirIdentifier,
    #[serde(rename = "type")]
    kind: &'static str,
    entry: Vec<FhirEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FhirEntry {
    full_url: String,
    resource: FhirResource,
}

/// Returns the bundle of a session as JSON, with its [context](SessionExport::in_context) if it has one.
///
/// Of an [anonymous](SessionExport::anonymous) session it has neither a moment nor a word of the person's, nor the page.
///
/// # Errors
/// If the samples cannot be read.
pub fn bundle(whole: &SessionExport<'_>) -> Result<Vec<u8>, ExportError> {
    let bundle = FhirBundle::of(whole)?;
    let mut json = serde_json::to_vec_pretty(&bundle).map_err(std::io::Error::from)?;
    json.push(b'\n');
    Ok(json)
}

impl FhirBundle {
    fn of(whole: &SessionExport<'_>) -> Result<Self, ExportError> {
        let parts = Parts::of(whole)?;
        let mut observations = vec![parts.measured()];
        observations.extend(bends::observations(&parts));
        observations.extend(screened::observations(&parts));
        observations.extend(stayed::observations(&parts));
        observations.extend(questionnaires::observations(&parts));
        let report = parts.report(&observations);
        let first = [parts.patient(), parts.device(), FhirResource::Procedure(parts.procedure())];
        let last = [FhirResource::DiagnosticReport(report), FhirResource::CodeSystem(code_system::code_system())];
        let observed = observations.into_iter().map(|observation| FhirResource::Observation(Box::new(observation)));
        let mut known = HashSet::new();
        let entries = first.into_iter().chain(observed).chain(last).map(FhirEntry::from);
        Ok(Self {
            resource_type: "Bundle",
            id: parts.id("bundle", ""),
            meta: parts::pseudonymized(),
            identifier: FhirIdentifier { system: codes::SESSIONS, value: whole.session.entry.uid.clone() },
            kind: "collection",
            entry: entries.filter(|entry| known.insert(entry.full_url.clone())).collect(),
        })
    }
}

impl From<FhirResource> for FhirEntry {
    fn from(resource: FhirResource) -> Self {
        Self { full_url: identity::url(resource.id()), resource }
    }
}

impl FhirResource {
    fn id(&self) -> &str {
        match self {
            Self::Patient(patient) => &patient.id,
            Self::Device(device) => &device.id,
            Self::Procedure(procedure) => &procedure.id,
            Self::Observation(observation) => &observation.id,
            Self::DiagnosticReport(report) => &report.id,
            Self::CodeSystem(system) => &system.id,
        }
    }
}
