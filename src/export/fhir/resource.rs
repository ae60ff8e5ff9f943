//! The resources of FHIR R4 that a bundle is made of, with the elements that are used. <http://hl7.org/fhir/R4>
//!
//! A value or the reason why there is none are one enum, so that no resource has both or neither. Names of elements are those
//! of FHIR, in its spelling.

use serde::{Serialize, Serializer};

use super::codes::{CodeEntry, UCUM, UcumUnit};
use crate::export::rounded;

/// What an entry of a bundle holds.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "resourceType")]
pub(super) enum FhirResource {
    Patient(FhirPatient),
    Device(FhirDevice),
    Procedure(FhirProcedure),
    Observation(Box<FhirObservation>),
    DiagnosticReport(FhirReport),
    CodeSystem(FhirCodeSystem),
}

/// Whose it is, by a pseudonym alone.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirPatient {
    pub id: String,
    pub meta: FhirMeta,
    pub identifier: Vec<FhirIdentifier>,
}

/// Security labels.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirMeta {
    pub security: Vec<FhirCoding>,
}

/// The program and its networks.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FhirDevice {
    pub id: String,
    pub device_name: Vec<FhirDeviceName>,
    #[serde(rename = "type")]
    pub kind: FhirConcept,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub version: Vec<FhirDeviceVersion>,
    pub note: Vec<FhirNote>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirDeviceName {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirDeviceVersion {
    #[serde(rename = "type")]
    pub kind: FhirConcept,
    pub value: String,
}

/// The session.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FhirProcedure {
    pub id: String,
    pub identifier: Vec<FhirIdentifier>,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<FhirConcept>,
    pub code: FhirConcept,
    pub subject: FhirReference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed_period: Option<FhirPeriod>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<FhirNote>,
}

/// Something that was measured or said.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FhirObservation {
    pub id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub part_of: Vec<FhirReference>,
    pub status: &'static str,
    pub category: Vec<FhirConcept>,
    pub code: FhirConcept,
    pub subject: FhirReference,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub effective: Option<FhirEffective>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub performer: Vec<FhirReference>,
    /// None of a panel, which has members or components.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub value: Option<FhirValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<FhirNote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<FhirConcept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<FhirReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub has_member: Vec<FhirReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived_from: Vec<FhirReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub component: Vec<FhirComponent>,
}

/// One of several values of an observation.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirComponent {
    pub code: FhirConcept,
    #[serde(flatten)]
    pub value: FhirValue,
}

/// When something was so.
#[derive(Clone, Debug, Serialize)]
pub(super) enum FhirEffective {
    #[serde(rename = "effectiveDateTime")]
    DateTime(String),
    #[serde(rename = "effectivePeriod")]
    Period(FhirPeriod),
}

/// A value, or why there is none.
#[derive(Clone, Debug, Serialize)]
pub(super) enum FhirValue {
    #[serde(rename = "valueQuantity")]
    Quantity(FhirQuantity),
    #[serde(rename = "valueCodeableConcept")]
    Concept(FhirConcept),
    #[serde(rename = "valueString")]
    Text(String),
    #[serde(rename = "valueInteger")]
    Count(usize),
    #[serde(rename = "valueBoolean")]
    Flag(bool),
    #[serde(rename = "dataAbsentReason")]
    Absent(FhirConcept),
}

/// The report that refers to everything.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FhirReport {
    pub id: String,
    pub status: &'static str,
    pub code: FhirConcept,
    pub subject: FhirReference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_period: Option<FhirPeriod>,
    pub result: Vec<FhirReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub presented_form: Vec<FhirAttachment>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FhirAttachment {
    pub content_type: &'static str,
    pub language: String,
    pub data: String,
    pub size: usize,
    pub title: String,
}

/// What our own codes mean.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FhirCodeSystem {
    pub id: String,
    pub url: &'static str,
    pub version: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub status: &'static str,
    pub experimental: bool,
    pub description: &'static str,
    pub case_sensitive: bool,
    pub content: &'static str,
    pub count: usize,
    pub property: Vec<FhirPropertyDefinition>,
    pub concept: Vec<FhirConceptDefinition>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirPropertyDefinition {
    pub code: &'static str,
    pub description: &'static str,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirConceptDefinition {
    pub code: &'static str,
    pub display: &'static str,
    pub definition: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub property: Vec<FhirProperty>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FhirProperty {
    pub code: &'static str,
    pub value_string: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirIdentifier {
    pub system: &'static str,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct FhirReference {
    pub reference: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirNote {
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirPeriod {
    pub start: String,
    pub end: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirCoding {
    pub system: &'static str,
    pub code: &'static str,
    pub display: &'static str,
}

/// A `CodeableConcept`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirConcept {
    pub coding: Vec<FhirCoding>,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FhirQuantity {
    pub value: FhirDecimal,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparator: Option<&'static str>,
    pub unit: &'static str,
    pub system: &'static str,
    pub code: &'static str,
}

/// A number whose digits are all meant: FHIR tells 12.0 from 12.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FhirDecimal {
    /// As it is: with a decimal always.
    Fraction(f64),
    /// A whole number.
    Whole(i64),
}

impl Serialize for FhirDecimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fraction(number) => serializer.serialize_f64(*number),
            Self::Whole(number) => serializer.serialize_i64(*number),
        }
    }
}

impl From<CodeEntry> for FhirCoding {
    fn from(code: CodeEntry) -> Self {
        Self { system: code.system.uri(), code: code.code, display: code.display }
    }
}

impl From<CodeEntry> for FhirConcept {
    fn from(code: CodeEntry) -> Self {
        Self { coding: vec![code.into()], text: code.display.to_owned() }
    }
}

impl FhirConcept {
    /// A concept that two systems have a code for; what is read is the second's, which is ours.
    pub fn translated(other: CodeEntry, own: CodeEntry) -> Self {
        Self { coding: vec![other.into(), own.into()], text: own.display.to_owned() }
    }
}

impl FhirQuantity {
    /// A number of a unit, rounded to some decimals: `None` if it is not finite.
    fn of(number: f64, unit: UcumUnit, decimals: i32) -> Option<Self> {
        let value = FhirDecimal::Fraction(rounded(number, decimals)?);
        let unit = unit.ucum()?;
        Some(Self { value, comparator: None, unit, system: UCUM, code: unit })
    }

    /// An angle, to a tenth of a degree: its interval is several degrees wide.
    pub fn degrees(degrees: f32) -> Option<Self> {
        Self::of(f64::from(degrees), UcumUnit::Degree, 1)
    }

    /// Per cent, to a tenth.
    pub fn percent(percent: f32) -> Option<Self> {
        Self::of(f64::from(percent), UcumUnit::Percent, 1)
    }

    /// Seconds, as in the other files.
    pub fn seconds(seconds: f64) -> Option<Self> {
        Self::of(seconds, UcumUnit::Second, 4)
    }

    /// Points, as they were given.
    pub fn score(score: f64) -> Option<Self> {
        let quantity = Self::of(score, UcumUnit::Score, 2)?;
        let whole = (score.fract() == 0.0).then_some(FhirDecimal::Whole(score as i64));
        Some(Self { value: whole.unwrap_or(quantity.value), ..quantity })
    }

    /// The same number as a lower limit of what it stands for.
    pub fn at_least(self, at_least: bool) -> Self {
        Self { comparator: at_least.then_some(">="), ..self }
    }
}

/// A text as FHIR takes it, whose strings have no white space but spaces, tabs and line ends.
pub(super) fn plain(text: &str) -> String {
    let allowed = |letter: char| !letter.is_whitespace() || matches!(letter, ' ' | '\t' | '\r' | '\n');
    text.chars().map(|letter| if allowed(letter) { letter } else { ' ' }).collect()
}

impl FhirValue {
    /// Why there is no value: as FHIR groups reasons, and as bendwise says it.
    pub fn absent(group: CodeEntry, reason: CodeEntry) -> Self {
        Self::absent_because(group, reason, reason.display.to_owned())
    }

    /// The same with a text that says more than what the code is called.
    pub fn absent_because(group: CodeEntry, reason: CodeEntry, text: String) -> Self {
        Self::Absent(FhirConcept { coding: vec![group.into(), reason.into()], text })
    }
}
