//! Whether each column of the second measurement can be what it is called: how far it moves, and how it moves with what the
//! session measured.
//!
//! The clocks are aligned by one curve of each recording, which says nothing of the other columns. What no person can do is
//! refused, and so is what is certainly another unit or sign. What might also be an error of the program is only remarked
//! on, however large it is: else the program would leave out the comparisons in which it is wrong.

use super::alignment::{ClockAlignment, WELL};
use super::bland_altman::AgreementStatistics;
use super::checked_angle::CheckedAngle;
use super::compared_quantity::ComparedQuantity;
use super::error::AgreementError;
use super::frozen;
use super::numbers::{line, wilson_95};
use super::quantity::TruthQuantity;
use super::remark::AgreementRemark;
use super::requirements::MIN_CORRELATION;
use super::session::{ComparedFrame, ComparedSession};
use super::truth::{Truth, TruthRecording};

/// The largest range of an angle in bends, degrees, without its outermost hundredths. [own]: even a bow from upright to the
/// floor turns no part of a person by half a circle.
const MOST_RANGE: f64 = 170.0;

/// The session has to move by this before another column is judged by it, degrees. [own]: less is within its own error.
const LEAST_RANGE: f64 = 10.0;

/// A column that moves by less than this while the trunk bows is not that of a sensor on a person, degrees. [own]
const STILL: f64 = 1.0;

/// From this correlation on a column is that of the same movement, so that its size can be judged. [own]
const SAME_MOVEMENT: f64 = 0.6;

/// A column that moves this many times as much as the session, or as little, is in another unit: degrees and radians are
/// 57 apart. [own]
const OTHER_UNIT: std::ops::Range<f64> = 0.1..10.0;

/// … and beyond this it is remarked on. [own]
const USUAL_SIZE: std::ops::Range<f64> = 0.3..3.0;

/// A recording as a whole that moves that many times as far as the session, or as little, may be scaled. [own]: the trunk and the
/// inclination of T12/L1 differ by a tenth.
const SCALED: f64 = 1.6;

/// … which is told from this correlation on: noise in the session makes the slope smaller. [own]
const CLEARLY: f64 = 0.9;

/// The share of pairs that a 90 % interval should hold.
const NOMINAL: f64 = 0.9;

/// Less than this part of a session's movement, or of its repetitions, is remarked on. [own]
const MOST_OF_IT: f64 = 0.5;

/// Checks every column of every recording.
pub(super) fn check(
    session: &ComparedSession,
    truth: &Truth,
    clocks: &[ClockAlignment],
) -> Result<Vec<AgreementRemark>, AgreementError> {
    let mut remarks = Vec::new();
    for (recording, clock) in truth.recordings.iter().zip(clocks) {
        for (quantity, series) in &recording.series {
            let value = |time: f64| Some(clock.sign * series.at(clock.recording_time(time))?);
            let what = CheckedAngle::Measured(*quantity);
            let column =
                CheckedColumn { session, what, file: &recording.file, session_value: of(*quantity), value: &value };
            remarks.extend(column.check()?);
            let spans = of(*quantity).map(|own| frozen::spans(series, clock, session, own)).unwrap_or_default();
            remarks.extend(spans.first().map(|(from, to)| AgreementRemark::Frozen {
                what,
                file: recording.file.clone(),
                from: *from,
                to: *to,
                count: spans.len(),
            }));
        }
        remarks.extend(about(recording, clock));
    }
    Ok(remarks)
}

/// Remarks about a recording as a whole.
fn about(recording: &TruthRecording, clock: &ClockAlignment) -> Vec<AgreementRemark> {
    let file = || recording.file.clone();
    let scaled = is_scaled(recording, clock).then(|| AgreementRemark::Scaled { file: file(), scale: clock.scale });
    let poor =
        (clock.correlation < WELL).then(|| AgreementRemark::PoorFit { file: file(), correlation: clock.correlation });
    let speed = clock.speed.map(|speed| AgreementRemark::Speed { file: file(), speed });
    let ignored =
        recording.near_misses.iter().map(|near| AgreementRemark::Ignored { file: file(), near: near.clone() });
    let part =
        (clock.shared < MOST_OF_IT).then(|| AgreementRemark::PartMatched { file: file(), share: clock.shared * 100.0 });
    poor.into_iter().chain(part).chain(speed).chain(scaled).chain(ignored).collect()
}

/// Whether all angles of a recording may be scaled, by the curve that it is aligned by; what is beyond the usual size is told column
/// by column. S1 alone may move half as far as the hip: the thighs do the rest.
fn is_scaled(recording: &TruthRecording, clock: &ClockAlignment) -> bool {
    let only_sacrum =
        recording.of(TruthQuantity::Sacrum).is_some() && recording.of(TruthQuantity::UpperLumbar).is_none();
    let small = clock.scale < 1.0 / SCALED && !only_sacrum;
    clock.correlation >= CLEARLY && USUAL_SIZE.contains(&clock.scale) && (clock.scale > SCALED || small)
}

/// What of the session moves with a quantity; `None` if nothing does.
fn of(quantity: TruthQuantity) -> Option<fn(&ComparedFrame) -> f64> {
    match quantity {
        TruthQuantity::UpperLumbar => Some(|frame| frame.trunk),
        TruthQuantity::Sacrum | TruthQuantity::Hip => Some(|frame| frame.hip),
        TruthQuantity::Lumbar => Some(|frame| frame.lumbar),
        TruthQuantity::Thigh => None,
    }
}

/// A column, or what two of them give, on the session's clock.
pub(super) struct CheckedColumn<'c> {
    pub session: &'c ComparedSession,
    /// What it holds, for messages.
    pub what: CheckedAngle,
    pub file: &'c str,
    pub session_value: Option<fn(&ComparedFrame) -> f64>,
    pub value: &'c dyn Fn(f64) -> Option<f64>,
}

impl CheckedColumn<'_> {
    /// Refuses what cannot be, and remarks on what is strange.
    pub(super) fn check(&self) -> Result<Option<AgreementRemark>, AgreementError> {
        let (what, file) = (self.what, self.file.to_owned());
        let values = self.session.frames.iter().filter_map(|frame| (self.value)(frame.time));
        let range = range(values.collect());
        if range > MOST_RANGE {
            return Err(AgreementError::ColumnRange { what, file, range });
        }
        let Some(own) = self.session_value else { return Ok(None) };
        let both = |frame: &ComparedFrame| Some((own(frame), (self.value)(frame.time)?));
        let pairs: Vec<(f64, f64)> = self.session.frames.iter().filter_map(both).collect();
        let own_range = self::range(pairs.iter().map(|(own, _)| *own).collect());
        if own_range < LEAST_RANGE {
            let scale = range / own_range.max(STILL);
            return Ok((range < STILL).then_some(AgreementRemark::OtherSize { what, file, scale }));
        }
        self.judged(line(&pairs))
    }

    /// What the line through the column's values over the session's tells: correlation and slope.
    fn judged(&self, line: Option<(f64, f64)>) -> Result<Option<AgreementRemark>, AgreementError> {
        let (what, file) = (self.what, self.file.to_owned());
        let Some((correlation, scale)) = line else {
            return Ok(Some(AgreementRemark::OtherSize { what, file, scale: 0.0 }));
        };
        match correlation {
            mirrored if mirrored <= -MIN_CORRELATION => Err(AgreementError::Mirrored { what, file, correlation }),
            same if same >= SAME_MOVEMENT && !OTHER_UNIT.contains(&scale) => {
                Err(AgreementError::ColumnScale { what, file, scale })
            }
            same if same >= SAME_MOVEMENT && USUAL_SIZE.contains(&scale) => Ok(None),
            same if same >= SAME_MOVEMENT => Ok(Some(AgreementRemark::OtherSize { what, file, scale })),
            _ => Ok(Some(AgreementRemark::DoesNotFollow { what, file, correlation })),
        }
    }
}

/// The range of values without their outermost hundredths.
fn range(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let edge = values.len() / 100;
    let ends = values.get(edge).zip(values.get(values.len().saturating_sub(1 + edge)));
    ends.map_or(0.0, |(low, high)| high - low)
}

/// Remarks about the result of a quantity.
pub(super) fn about_result(quantity: ComparedQuantity, told: &AgreementStatistics, all: usize) -> Vec<AgreementRemark> {
    let pairs = told.pairs;
    let hits = (told.within_90 * pairs as f64).round() as usize;
    let rarely = wilson_95(hits, pairs).is_some_and(|[_, high]| high < NOMINAL) || hits == 0;
    let inside = rarely.then_some(AgreementRemark::FewInside { quantity, hits, pairs });
    let few =
        ((pairs as f64) < MOST_OF_IT * all as f64).then_some(AgreementRemark::FewRepetitions { quantity, pairs, all });
    inside.into_iter().chain(few).collect()
}
