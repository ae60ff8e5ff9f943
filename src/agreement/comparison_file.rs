//! A comparison as JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::bland_altman::{AgreementPair, AgreementStatistics};
use super::compared_quantity::ComparedQuantity;
use super::comparison::{AlignedRecording, QuantityAgreement, SessionComparison};
use super::remark::AgreementRemark;

/// The file of a comparison.
#[derive(Serialize)]
struct ComparisonFile<'c> {
    bendwise: &'static str,
    session: &'c str,
    session_measured_by: Option<&'c str>,
    persons: usize,
    repetitions_of_session: usize,
    standing_s: f64,
    remarks: Vec<String>,
    recordings: Vec<RecordingEntry<'c>>,
    quantities: Vec<QuantityEntry<'c>>,
    definitions: [(&'static str, &'static str); 7],
}

/// A recording in the file.
#[derive(Serialize)]
struct RecordingEntry<'c> {
    file: &'c str,
    offset_s: f64,
    offset_standard_error_s: Option<f64>,
    drift_ppm: Option<f64>,
    drift_standard_error_ppm: Option<f64>,
    drift_used_ppm: f64,
    correlation: f64,
    overlap_s: f64,
    shared_movement: f64,
    sign: f64,
}

/// A quantity in the file.
#[derive(Serialize)]
struct QuantityEntry<'c> {
    quantity: ComparedQuantity,
    per_repetition: AgreementStatistics,
    per_frame: Option<AgreementStatistics>,
    repetitions: &'c [AgreementPair],
}

/// What the numbers of the file are.
const DEFINITIONS: [(&str, &str); 7] = [
    ("difference", "bendwise minus the second measurement; both are changes from their own median while standing"),
    ("per_repetition", "at the lowest point of each repetition: the median of the frames there"),
    ("per_frame", "frames in which the trunk leans more than 25 degrees; frames of one bend are not independent"),
    ("limit", "95 % limits of agreement: bias plus and minus 1.96 standard deviations (Bland and Altman 1999)"),
    ("offset_s", "time of the recording minus time of the session, in the middle of the movement"),
    (
        "shared_movement",
        "part of the session's movement, as squares about its mean, that lies within the recording, 0 to 1",
    ),
    ("within_90", "part of the pairs in which the 90 % interval of bendwise holds the second measurement, 0 to 1"),
];

impl SessionComparison {
    /// Writes it as JSON, numbers rounded to ten-thousandths.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_json(&self, mut out: impl Write) -> io::Result<()> {
        let mut file = serde_json::to_value(self.file())?;
        round(&mut file);
        serde_json::to_writer_pretty(&mut out, &file)?;
        writeln!(out)
    }

    fn file(&self) -> ComparisonFile<'_> {
        ComparisonFile {
            bendwise: env!("CARGO_PKG_VERSION"),
            session: &self.session,
            session_measured_by: self.program.as_deref(),
            persons: 1,
            repetitions_of_session: self.repetitions,
            standing_s: self.standing,
            remarks: self.remarks.iter().map(AgreementRemark::to_string).collect(),
            recordings: self.recordings.iter().map(RecordingEntry::of).collect(),
            quantities: self.quantities.iter().map(QuantityEntry::of).collect(),
            definitions: DEFINITIONS,
        }
    }
}

impl<'c> RecordingEntry<'c> {
    fn of(recording: &'c AlignedRecording) -> Self {
        const MILLION: f64 = 1e6;
        let clock = &recording.clock;
        Self {
            file: &recording.file,
            offset_s: clock.offset,
            offset_standard_error_s: clock.offset_error,
            drift_ppm: clock.drift.map(|(drift, _)| drift * MILLION),
            drift_standard_error_ppm: clock.drift.map(|(_, error)| error * MILLION),
            drift_used_ppm: clock.drift_used * MILLION,
            correlation: clock.correlation,
            overlap_s: clock.overlap,
            shared_movement: clock.shared,
            sign: clock.sign,
        }
    }
}

impl<'c> QuantityEntry<'c> {
    fn of(agreement: &'c QuantityAgreement) -> Self {
        Self {
            quantity: agreement.quantity,
            per_repetition: agreement.repetitions,
            per_frame: agreement.frames,
            repetitions: &agreement.repetition_pairs,
        }
    }
}

/// Rounds every number in a tree.
fn round(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let rounded = number.as_f64().map(|number| (number * 1e4).round() / 1e4 + 0.0);
            *value = rounded.and_then(serde_json::Number::from_f64).map_or(Value::Null, Value::Number);
        }
        Value::Array(values) => values.iter_mut().for_each(round),
        Value::Object(entries) => entries.values_mut().for_each(round),
        _ => {}
    }
}
