//! What every bundle has: whose it is, what measured, the session, how much of it was measured, the report.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::codes::{self, CodeEntry};
use super::context::ReportPage;
use super::identity::{reference, uuid};
use super::moment::period;
use super::resource::{
    FhirAttachment, FhirConcept, FhirDevice, FhirDeviceName, FhirDeviceVersion, FhirEffective, FhirIdentifier,
    FhirMeta, FhirNote, FhirObservation, FhirPatient, FhirPeriod, FhirProcedure, FhirQuantity, FhirReference,
    FhirReport, FhirResource, FhirValue, plain,
};
use crate::export::{ExportError, SessionExport};
use crate::geometry::{State, StateHistory};
use crate::store::{SessionEntry, SessionState};

/// A session on its way into a bundle.
pub(super) struct Parts<'w> {
    pub whole: &'w SessionExport<'w>,
    /// The states of its samples.
    pub states: StateHistory,
}

/// What says that persons are in it by a pseudonym alone.
pub(super) fn pseudonymized() -> FhirMeta {
    FhirMeta { security: vec![codes::PSEUDONYMIZED.into()] }
}

impl<'w> Parts<'w> {
    /// Reads the states of a session.
    ///
    /// # Errors
    /// If its samples cannot be read.
    pub(super) fn of(whole: &'w SessionExport<'w>) -> Result<Self, ExportError> {
        Ok(Self { whole, states: whole.states()? })
    }

    fn entry(&self) -> &SessionEntry {
        &self.whole.session.entry
    }

    /// The id of something of this session.
    pub(super) fn id(&self, kind: &str, name: &str) -> String {
        uuid(&[kind, &self.entry().uid, name])
    }

    /// The id of the person: the same in all of their sessions.
    fn patient_id(&self) -> String {
        uuid(&["patient", &self.entry().pseudonym])
    }

    /// The id of program and networks: the same in all sessions that they measured.
    fn device_id(&self) -> String {
        let models = self.whole.session.models.iter().flat_map(|(file, sum)| [file.as_str(), sum]);
        uuid(&["device", &self.entry().program].into_iter().chain(models).collect::<Vec<_>>())
    }

    /// A reference to the person.
    pub(super) fn person(&self) -> FhirReference {
        reference(&self.patient_id())
    }

    /// The time between two moments, counted from the beginning; `None` in an anonymous session.
    pub(super) fn between(&self, from: Duration, to: Duration) -> Option<FhirPeriod> {
        period(&self.dated()?.began, from, to)
    }

    /// The session, unless nobody may know when it was.
    pub(super) fn dated(&self) -> Option<&SessionEntry> {
        (!self.whole.anonymous).then(|| self.entry())
    }

    /// The whole session.
    pub(super) fn lasted(&self) -> Option<FhirPeriod> {
        self.between(Duration::ZERO, self.entry().duration)
    }

    fn status(&self) -> &'static str {
        if self.entry().state == SessionState::Recording { "preliminary" } else { "final" }
    }

    /// Whose it is.
    pub(super) fn patient(&self) -> FhirResource {
        let pseudonym = FhirIdentifier { system: codes::PSEUDONYMS, value: self.entry().pseudonym.clone() };
        FhirResource::Patient(FhirPatient { id: self.patient_id(), meta: pseudonymized(), identifier: vec![pseudonym] })
    }

    /// What measured.
    pub(super) fn device(&self) -> FhirResource {
        let program = FhirDeviceVersion { kind: codes::PROGRAM_VERSION.into(), value: plain(&self.entry().program) };
        let networks = self.whole.session.models.iter().map(|(file, sum)| FhirDeviceVersion {
            kind: FhirConcept { text: plain(file), ..codes::NETWORK.into() },
            value: sum.clone(),
        });
        let versions = [program].into_iter().chain(networks);
        FhirResource::Device(FhirDevice {
            id: self.device_id(),
            device_name: vec![FhirDeviceName { name: "bendwise".to_owned(), kind: "user-friendly-name" }],
            kind: codes::PROGRAM.into(),
            version: versions.filter(|version| !version.value.trim().is_empty()).collect(),
            note: vec![FhirNote { text: "Not a medical device".to_owned() }],
        })
    }

    /// The session.
    pub(super) fn procedure(&self) -> FhirProcedure {
        let again = self.entry().origin.is_some().then(|| FhirNote {
            text: "Measured again from the video of a session that was measured before".to_owned(),
        });
        let (status, status_reason) = self.outcome();
        FhirProcedure {
            id: self.id("session", ""),
            identifier: vec![FhirIdentifier { system: codes::SESSIONS, value: self.entry().uid.clone() }],
            status,
            status_reason,
            code: codes::SESSION.into(),
            subject: self.person(),
            performed_period: self.lasted(),
            note: again.into_iter().collect(),
        }
    }

    /// Whether the session was done to its end, and if not, why. The sentence has a day in it, so an anonymous session goes
    /// without.
    fn outcome(&self) -> (&'static str, Option<FhirConcept>) {
        let early = self.whole.context.ended_early.as_ref();
        let in_words = |sentence: &String| {
            let text = if self.whole.anonymous { codes::ENDED_EARLY.display.to_owned() } else { plain(sentence) };
            FhirConcept { text, ..codes::ENDED_EARLY.into() }
        };
        match (self.entry().state, early) {
            (SessionState::Recording, _) => ("in-progress", None),
            (SessionState::Recovered, None) => ("stopped", Some(codes::BROKE_OFF.into())),
            (_, Some(sentence)) => ("stopped", Some(in_words(sentence))),
            (SessionState::Finished, None) => ("completed", None),
        }
    }

    /// An observation of a kind, of nothing yet.
    pub(super) fn observation(&self, id: String, category: CodeEntry, code: FhirConcept) -> FhirObservation {
        FhirObservation {
            id,
            part_of: vec![reference(&self.id("session", ""))],
            status: self.status(),
            category: vec![category.into()],
            code,
            subject: self.person(),
            effective: None,
            performer: Vec::new(),
            value: None,
            note: Vec::new(),
            method: None,
            device: None,
            has_member: Vec::new(),
            derived_from: Vec::new(),
            component: Vec::new(),
        }
    }

    /// An observation that the program made in the pictures.
    pub(super) fn measurement(&self, id: String, code: FhirConcept) -> FhirObservation {
        FhirObservation {
            method: Some(codes::CAMERA.into()),
            device: Some(reference(&self.device_id())),
            effective: self.lasted().map(FhirEffective::Period),
            ..self.observation(id, codes::THERAPY, code)
        }
    }

    /// How much of the session was measured.
    pub(super) fn measured(&self) -> FhirObservation {
        let (frames, measured) = (self.states.frames(), self.states.frames_in(State::Measured));
        let percent = (frames > 0).then(|| FhirQuantity::percent((100.0 * measured as f64 / frames as f64) as f32));
        let none = || FhirValue::absent(codes::UNKNOWN, codes::NO_FRAMES);
        let value = percent.flatten().map_or_else(none, FhirValue::Quantity);
        FhirObservation { value: Some(value), ..self.measurement(self.id("measured", ""), codes::MEASURED.into()) }
    }

    /// The report: of each observation that is no member of another, and the page.
    pub(super) fn report(&self, observations: &[FhirObservation]) -> FhirReport {
        let members: Vec<_> = observations.iter().flat_map(|observation| &observation.has_member).collect();
        let results = observations.iter().map(|observation| reference(&observation.id));
        let page = self.whole.context.page.as_ref().filter(|_| !self.whole.anonymous);
        FhirReport {
            id: self.id("report", ""),
            status: self.status(),
            code: codes::REPORT.into(),
            subject: self.person(),
            effective_period: self.lasted(),
            result: results.filter(|result| !members.contains(&result)).collect(),
            presented_form: page.map(attachment).into_iter().collect(),
        }
    }
}

fn attachment(page: &ReportPage) -> FhirAttachment {
    let ReportPage { html, language, title } = page;
    FhirAttachment {
        content_type: "text/html; charset=utf-8",
        language: language.clone(),
        data: STANDARD.encode(html),
        size: html.len(),
        title: title.clone(),
    }
}
