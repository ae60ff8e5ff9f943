//! The comparison of a session with a second measurement.

use super::alignment::{AlignmentInput, ClockAlignment, align};
use super::bland_altman::{AgreementPair, AgreementStatistics};
use super::checked_angle::CheckedAngle;
use super::column_check::{self, CheckedColumn, about_result};
use super::compared_quantity::ComparedQuantity;
use super::error::AgreementError;
use super::numbers::median;
use super::quantity::TruthQuantity;
use super::remark::AgreementRemark;
use super::requirements::MIN_OVERLAP;
use super::series::TimeSeries;
use super::session::{ComparedFrame, ComparedRepetition, ComparedSession};
use super::standing::{standing, zero};
use super::truth::{Truth, TruthRecording};
use crate::coach::LONGEST_HIDDEN;

/// Frames count as bent from this inclination of the trunk on, degrees, as in METHOD.md's own tables of errors.
pub const BENT: f64 = 25.0;

/// Bent frames further apart than this are of two bends if between them the person was seen upright, seconds. [own]
const BETWEEN_BENDS: f64 = 0.5;

/// The part of the frames at a lowest point in which the second measurement has to have a value. [own]
const PART_AT_BOTTOM: f64 = 0.5;

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
    /// What is strange about it.
    pub remarks: Vec<AgreementRemark>,
}

/// Compares a session with a second measurement. `offsets` may say, for each recording, about what its time is when the
/// session's is 0.
///
/// # Errors
/// If one of the two has nothing to compare, or they cannot be aligned.
pub fn compare(session: &ComparedSession, truth: &Truth, offsets: &[f64]) -> Result<SessionComparison, AgreementError> {
    check_length(session)?;
    let clocks = clocks(session, truth, offsets)?;
    let second = SecondMeasurement { truth, clocks: &clocks };
    let mut remarks = column_check::check(session, truth, &clocks)?;
    remarks.extend(differences(session, &second)?);
    let stands = standing(session);
    let quantities = ComparedQuantity::ALL.into_iter().filter(|quantity| second.has(*quantity));
    let compared: Vec<_> =
        quantities.map(|quantity| agreement(session, &second, quantity, &stands)).collect::<Result<_, _>>()?;
    let all = session.repetitions.len();
    remarks.extend(compared.iter().flat_map(|agreement| about_result(agreement.quantity, &agreement.repetitions, all)));
    let lumbar = |time: f64| second.value(ComparedQuantity::LumbarFlexion, time);
    let both = session.frames.iter().zip(&stands).filter(|(frame, stands)| **stands && lumbar(frame.time).is_some());
    Ok(SessionComparison {
        session: session.name.clone(),
        program: session.program.clone(),
        standing: both.count() as f64 * session.step().unwrap_or_default(),
        repetitions: all,
        recordings: truth.recordings.iter().zip(&clocks).map(aligned).collect(),
        quantities: compared,
        remarks,
    })
}

/// Fails if a session has too little to compare.
fn check_length(session: &ComparedSession) -> Result<(), AgreementError> {
    let name = session.name.clone();
    let seconds = session.frames.len() as f64 * session.step().unwrap_or_default();
    match () {
        () if session.frames.is_empty() => Err(AgreementError::NothingMeasured(name)),
        () if session.repetitions.is_empty() => Err(AgreementError::NoRepetition(name)),
        () if seconds < MIN_OVERLAP => Err(AgreementError::ShortSession { name, seconds }),
        () => Ok(()),
    }
}

/// The clock of each recording.
fn clocks(session: &ComparedSession, truth: &Truth, offsets: &[f64]) -> Result<Vec<ClockAlignment>, AgreementError> {
    let clocks = truth.recordings.iter().enumerate().map(|(at, recording)| {
        let (own, other) = curves(session, recording);
        let expected = offsets.get(at).copied();
        let (file, signed) = (recording.file.as_str(), recording.signed);
        align(&AlignmentInput { file, session: &own, recording: &other, signed, expected })
    });
    clocks.collect()
}

/// Checks what two inclinations give: each alone may look right though the two are swapped.
fn differences(session: &ComparedSession, second: &SecondMeasurement) -> Result<Vec<AgreementRemark>, AgreementError> {
    let files: Vec<&str> = second.truth.recordings.iter().map(|recording| recording.file.as_str()).collect();
    let mut remarks = Vec::new();
    for quantity in ComparedQuantity::ALL.into_iter().filter(|quantity| second.is_difference(*quantity)) {
        let session_value: fn(&ComparedFrame) -> f64 = match quantity {
            ComparedQuantity::LumbarFlexion => |frame| frame.lumbar,
            ComparedQuantity::HipFlexion => |frame| frame.hip,
        };
        let value = |time| second.value(quantity, time);
        let (what, file, session_value) =
            (CheckedAngle::Difference(quantity), &files.join(" and "), Some(session_value));
        remarks.extend(CheckedColumn { session, what, file, session_value, value: &value }.check()?);
    }
    Ok(remarks)
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

    /// Whether a quantity is the difference of two inclinations.
    fn is_difference(&self, quantity: ComparedQuantity) -> bool {
        let whole = match quantity {
            ComparedQuantity::LumbarFlexion => TruthQuantity::Lumbar,
            ComparedQuantity::HipFlexion => TruthQuantity::Hip,
        };
        self.has(quantity) && !self.truth.recordings.iter().any(|recording| recording.of(whole).is_some())
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

/// The program's value of a frame and half the width of its interval.
fn value_of(quantity: ComparedQuantity, frame: &ComparedFrame) -> (f64, f64) {
    match quantity {
        ComparedQuantity::LumbarFlexion => (frame.lumbar, frame.lumbar_half_width),
        ComparedQuantity::HipFlexion => (frame.hip, frame.hip_half_width),
    }
}

fn agreement(
    session: &ComparedSession,
    second: &SecondMeasurement,
    quantity: ComparedQuantity,
    stands: &[bool],
) -> Result<QuantityAgreement, AgreementError> {
    let both = |frame: &ComparedFrame| Some((value_of(quantity, frame).0, second.value(quantity, frame.time)?));
    let standing: Vec<_> = session.frames.iter().zip(stands).filter(|(_, stands)| **stands).collect();
    let standing: Vec<_> = standing.into_iter().filter_map(|(frame, _)| both(frame)).collect();
    let (own_zero, other_zero) =
        zero(&standing, session.step().unwrap_or_default()).ok_or(AgreementError::NoStanding)?;
    let point = |frame: &ComparedFrame| {
        let (value, half_width) = value_of(quantity, frame);
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
    let pairs = |bend: Vec<&ComparedFrame>| -> Vec<AgreementPair> {
        bend.into_iter().filter_map(|frame| pair(&point(frame))).collect()
    };
    let bends: Vec<Vec<AgreementPair>> =
        each_bend(&session.frames).into_iter().map(pairs).filter(|pairs| !pairs.is_empty()).collect();
    Ok(QuantityAgreement {
        quantity,
        repetitions: AgreementStatistics::of_repetitions(&repetition_pairs).ok_or(AgreementError::OnlyGaps)?,
        frames: AgreementStatistics::of_frames(&bends),
        repetition_pairs,
        bends,
        curve: session.frames.iter().map(point).collect(),
    })
}

/// The bent frames of each bend. It goes on over gaps as a repetition does, and whatever the second measurement has of it.
fn each_bend(frames: &[ComparedFrame]) -> Vec<Vec<&ComparedFrame>> {
    let bent = frames.iter().enumerate().filter(|(_, frame)| frame.trunk > BENT);
    let bent: Vec<(usize, &ComparedFrame)> = bent.collect();
    let is_one = |(at, one): &(usize, &ComparedFrame), (next_at, next): &(usize, &ComparedFrame)| {
        let longest = if *next_at == at + 1 { LONGEST_HIDDEN.as_secs_f64() } else { BETWEEN_BENDS };
        next.time - one.time <= longest
    };
    bent.chunk_by(is_one).map(|bend| bend.iter().map(|(_, frame)| *frame).collect()).collect()
}

fn pair(point: &CurvePoint) -> Option<AgreementPair> {
    Some(AgreementPair {
        time_s: point.time,
        bendwise_deg: point.bendwise,
        truth_deg: point.truth?,
        half_width_90_deg: point.half_width,
    })
}
