//! The comparison of a session with a second measurement.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::alignment::{AlignmentInput, ClockAlignment, align};
use super::bland_altman::{AgreementPair, AgreementStatistics};
use super::error::AgreementError;
use super::numbers::median;
use super::quantity::TruthQuantity;
use super::series::TimeSeries;
use super::session::{ComparedFrame, ComparedRepetition, ComparedSession};
use super::standing::{standing, zero};
use super::truth::{Truth, TruthRecording};

/// Frames count as bent from this inclination of the trunk on, degrees, as in METHOD.md's own tables of errors.
pub const BENT: f64 = 25.0;

/// Bent frames further apart than this are of two bends, seconds. [own]
const BETWEEN_BENDS: f64 = 0.5;

/// The part of the frames at a lowest point in which the second measurement has to have a value. [own]
const PART_AT_BOTTOM: f64 = 0.5;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedQuantity {
    /// T12/L1 against S1.
    LumbarFlexion,
    /// Pelvis against thigh.
    HipFlexion,
}

impl ComparedQuantity {
    const ALL: [Self; 2] = [Self::LumbarFlexion, Self::HipFlexion];

    /// The program's value of a frame and half the width of its interval.
    fn of(self, frame: &ComparedFrame) -> (f64, f64) {
        match self {
            Self::LumbarFlexion => (frame.lumbar, frame.lumbar_half_width),
            Self::HipFlexion => (frame.hip, frame.hip_half_width),
        }
    }
}

/// A recording of the second measurement, aligned.
#[derive(Clone, Debug, PartialEq)]
pub struct AlignedRecording {
    /// Its file as the user named it.
    pub file: String,
    /// Its clock.
    pub clock: ClockAlignment,
    /// Whether it comes from OpenSim, whose lumbar joint is that of the whole back.
    pub is_opensim: bool,
}

/// A frame in which the person was measured, both values changes from standing, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// On the session's clock, seconds.
    pub time: f64,
    /// The program's value.
    pub bendwise: f64,
    /// Half the width of its 90 % interval.
    pub half_width: f64,
    /// The second measurement; `None` in its gaps.
    pub truth: Option<f64>,
}

/// How well one quantity agrees.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantityAgreement {
    /// Which one.
    pub quantity: ComparedQuantity,
    /// At the lowest points of repetitions.
    pub repetitions: AgreementStatistics,
    /// The pairs that this rests on, one a repetition.
    pub repetition_pairs: Vec<AgreementPair>,
    /// In bent frames; `None` if there are none with both.
    pub frames: Option<AgreementStatistics>,
    /// The frames of each bend.
    pub bends: Vec<Vec<AgreementPair>>,
    /// Every measured frame.
    pub curve: Vec<CurvePoint>,
}

/// A session against a second measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionComparison {
    /// The session's id or file.
    pub session: String,
    /// The version that measured it.
    pub program: Option<String>,
    /// The recordings of the second measurement.
    pub recordings: Vec<AlignedRecording>,
    /// For how long both measured the standing person, seconds.
    pub standing: f64,
    /// Repetitions of the session, with or without a second measurement.
    pub repetitions: usize,
    /// Lumbar flexion, and hip flexion if the second measurement has it.
    pub quantities: Vec<QuantityAgreement>,
}

/// Compares a session with a second measurement. `offsets` may say, for each recording, about what its time is when the
/// session's is 0.
///
/// # Errors
/// If one of the two has nothing to compare, or they cannot be aligned.
pub fn compare(session: &ComparedSession, truth: &Truth, offsets: &[f64]) -> Result<SessionComparison, AgreementError> {
    if session.frames.is_empty() {
        return Err(AgreementError::NothingMeasured(session.name.clone()));
    }
    if session.repetitions.is_empty() {
        return Err(AgreementError::NoRepetition(session.name.clone()));
    }
    let clocks = truth.recordings.iter().enumerate().map(|(at, recording)| {
        let (own, other) = curves(session, recording);
        let expected = offsets.get(at).copied();
        let (file, signed) = (recording.file.as_str(), recording.signed);
        align(&AlignmentInput { file, session: &own, recording: &other, signed, expected })
    });
    let clocks = clocks.collect::<Result<Vec<_>, _>>()?;
    let second = SecondMeasurement { truth, clocks: &clocks };
    let stands = standing(session);
    let quantities = ComparedQuantity::ALL.into_iter().filter(|quantity| second.has(*quantity));
    let compared: Vec<_> =
        quantities.map(|quantity| agreement(session, &second, quantity, &stands)).collect::<Result<_, _>>()?;
    let step = session.step().unwrap_or_default();
    let lumbar = ComparedQuantity::LumbarFlexion;
    let both = session
        .frames
        .iter()
        .zip(&stands)
        .filter(|(frame, stands)| **stands && second.value(lumbar, frame.time).is_some());
    Ok(SessionComparison {
        session: session.name.clone(),
        program: session.program.clone(),
        standing: both.count() as f64 * step,
        repetitions: session.repetitions.len(),
        recordings: truth.recordings.iter().zip(&clocks).map(aligned).collect(),
        quantities: compared,
    })
}

fn aligned((recording, clock): (&TruthRecording, &ClockAlignment)) -> AlignedRecording {
    AlignedRecording { file: recording.file.clone(), clock: *clock, is_opensim: recording.is_opensim }
}

/// The curves by which a recording is aligned: of the session and of the recording. They need not be the same quantity,
/// only rise and fall together.
fn curves(session: &ComparedSession, recording: &TruthRecording) -> (TimeSeries, TimeSeries) {
    let of = |quantity| recording.of(quantity);
    let hip = || session.series(|frame| frame.hip);
    match (of(TruthQuantity::UpperLumbar), of(TruthQuantity::Sacrum), of(TruthQuantity::Lumbar), of(TruthQuantity::Hip))
    {
        (Some(upper), ..) => (session.series(|frame| frame.trunk), upper.clone()),
        (_, Some(sacrum), ..) => (hip(), sacrum.clone()),
        (_, _, Some(lumbar), Some(hip)) => {
            (session.series(|frame| frame.hip + frame.lumbar), lumbar.combined(hip, |lumbar, hip| lumbar + hip))
        }
        (_, _, Some(lumbar), None) => (session.series(|frame| frame.lumbar), lumbar.clone()),
        (.., other) => (hip(), other.cloned().unwrap_or_default()),
    }
}

/// The second measurement on the session's clock.
struct SecondMeasurement<'a> {
    truth: &'a Truth,
    clocks: &'a [ClockAlignment],
}

impl SecondMeasurement<'_> {
    fn has(&self, quantity: ComparedQuantity) -> bool {
        let has = |quantity| self.truth.recordings.iter().any(|recording| recording.of(quantity).is_some());
        match quantity {
            ComparedQuantity::LumbarFlexion => true,
            ComparedQuantity::HipFlexion => {
                has(TruthQuantity::Hip) || (has(TruthQuantity::Sacrum) && has(TruthQuantity::Thigh))
            }
        }
    }

    fn value(&self, quantity: ComparedQuantity, time: f64) -> Option<f64> {
        let (whole, above, below) = match quantity {
            ComparedQuantity::LumbarFlexion => {
                (TruthQuantity::Lumbar, TruthQuantity::UpperLumbar, TruthQuantity::Sacrum)
            }
            ComparedQuantity::HipFlexion => (TruthQuantity::Hip, TruthQuantity::Sacrum, TruthQuantity::Thigh),
        };
        let has = self.truth.recordings.iter().any(|recording| recording.of(whole).is_some());
        if has { self.at(whole, time) } else { Some(self.at(above, time)? - self.at(below, time)?) }
    }

    fn at(&self, quantity: TruthQuantity, time: f64) -> Option<f64> {
        let recordings = self.truth.recordings.iter().zip(self.clocks);
        let mut found = recordings.filter_map(|(recording, clock)| Some((recording.of(quantity)?, clock)));
        let (series, clock) = found.next()?;
        Some(clock.sign * series.at(clock.recording_time(time))?)
    }
}

fn agreement(
    session: &ComparedSession,
    second: &SecondMeasurement,
    quantity: ComparedQuantity,
    stands: &[bool],
) -> Result<QuantityAgreement, AgreementError> {
    let both = |frame: &ComparedFrame| Some((quantity.of(frame).0, second.value(quantity, frame.time)?));
    let standing: Vec<_> = session.frames.iter().zip(stands).filter(|(_, stands)| **stands).collect();
    let standing: Vec<_> = standing.into_iter().filter_map(|(frame, _)| both(frame)).collect();
    let (own_zero, other_zero) =
        zero(&standing, session.step().unwrap_or_default()).ok_or(AgreementError::NoStanding)?;
    let point = |frame: &ComparedFrame| {
        let (value, half_width) = quantity.of(frame);
        let truth = second.value(quantity, frame.time).map(|truth| truth - other_zero);
        CurvePoint { time: frame.time, bendwise: value - own_zero, half_width, truth }
    };
    let at_bottom = |repetition: &ComparedRepetition| {
        let truths: Vec<Option<f64>> = session.at_bottom(repetition).map(|frame| point(frame).truth).collect();
        let known = truths.iter().flatten().count() as f64 >= PART_AT_BOTTOM * truths.len() as f64;
        let truth = median(truths.into_iter().flatten()).filter(|_| known);
        pair(&CurvePoint { truth, ..point(&repetition.bottom) })
    };
    let repetition_pairs: Vec<_> = session.repetitions.iter().filter_map(at_bottom).collect();
    let bent = session.frames.iter().filter(|frame| frame.trunk > BENT).filter_map(|frame| pair(&point(frame)));
    let bent: Vec<AgreementPair> = bent.collect();
    let bends: Vec<Vec<AgreementPair>> =
        bent.chunk_by(|one, next| next.time_s - one.time_s <= BETWEEN_BENDS).map(<[_]>::to_vec).collect();
    Ok(QuantityAgreement {
        quantity,
        repetitions: AgreementStatistics::of_repetitions(&repetition_pairs).ok_or(AgreementError::OnlyGaps)?,
        frames: AgreementStatistics::of_frames(&bends),
        repetition_pairs,
        bends,
        curve: session.frames.iter().map(point).collect(),
    })
}

fn pair(point: &CurvePoint) -> Option<AgreementPair> {
    Some(AgreementPair {
        time_s: point.time,
        bendwise_deg: point.bendwise,
        truth_deg: point.truth?,
        half_width_90_deg: point.half_width,
    })
}

/// The file of a comparison.
#[derive(Serialize)]
struct ComparisonFile<'c> {
    bendwise: &'static str,
    session: &'c str,
    session_measured_by: Option<&'c str>,
    persons: usize,
    repetitions_of_session: usize,
    standing_s: f64,
    recordings: Vec<RecordingEntry<'c>>,
    quantities: Vec<QuantityEntry<'c>>,
    definitions: [(&'static str, &'static str); 6],
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
const DEFINITIONS: [(&str, &str); 6] = [
    ("difference", "bendwise minus the second measurement; both are changes from their own median while standing"),
    ("per_repetition", "at the lowest point of each repetition: the median of the frames there"),
    ("per_frame", "frames in which the trunk leans more than 25 degrees; frames of one bend are not independent"),
    ("limit", "95 % limits of agreement: bias plus and minus 1.96 standard deviations (Bland and Altman 1999)"),
    ("offset_s", "time of the recording minus time of the session, in the middle of the movement"),
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
