//! Exports measurements to files for other programs: one row per frame ([`samples`]), a summary of the set
//! ([`summary`]), and these and more formats for a stored session ([`SessionExport`]).
//!
//! All contain the same definitions and units, so that a file is understood years later without this program.

mod anonymous;
mod c3d;
mod csv_dialect;
mod error;
pub mod fhir;
mod file;
#[cfg(test)]
pub(crate) mod fixtures;
mod format;
#[cfg(test)]
mod kept_session;
mod leg_chain;
mod markers;
mod motion;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
mod quantity;
pub mod samples;
pub mod score;
mod session_export;
mod stretches;
pub mod summary;
mod trc;
pub mod trend;

use euclid::Angle;

use crate::source::Timestamp;
pub use anonymous::{anonymous_id, anonymous_session};
pub use c3d::MOST_REPETITIONS as MOST_C3D_REPETITIONS;
pub use csv_dialect::CsvDialect;
pub use error::ExportError;
pub use file::ExportFile;
pub use format::ExportFormat;
#[cfg(test)]
pub(crate) use kept_session::KeptSession;
pub use session_export::SessionExport;

/// A quantity in the files: its name, unit and meaning.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The name of the column or key.
    pub name: &'static str,
    /// The unit as a word; `1` for a plain number.
    pub unit: &'static str,
    /// Its meaning, with sign and range.
    pub meaning: &'static str,
}

/// Every quantity in the files. `METHOD.md` gives the formulas.
pub const DEFINITIONS: &[Definition] = &[
    define("time_s", "s", "time since the first frame of the source"),
    define("frame", "1", "number of the frame in the source, from 0; a gap means dropped frames"),
    define(
        "confidence",
        "1",
        "how likely lumbar flexion is right within 6 degrees, by its own interval, 0 to 1; 0 when nothing is measured",
    ),
    define(
        "verdict_probability",
        "1",
        "how probable the verdict is, by the interval of lumbar flexion, 0 to 1; no value without a verdict",
    ),
    define(
        "no_verdict",
        "1",
        "why a repetition has no verdict: too_small, bottom_hidden, left_open; no value with a verdict",
    ),
    define(
        "bottom_hidden",
        "1",
        "whether the deepest part of a repetition may have been hidden; its values are then those of the deepest posture seen",
    ),
    define(
        "standing_doubt_deg",
        "degree",
        "by how much a flaw of the standing posture widens the intervals, which contain it; no value where not known",
    ),
    define(
        "standing_flaw",
        "1",
        "the main flaw of the standing posture: bent_knees, leaning, arm_up, not_still; no value without one that matters",
    ),
    define("hip_flexion_deg", "degree", "pelvis against thigh, change from standing; positive is flexion"),
    define("lumbar_flexion_deg", "degree", "T12/L1 against the sacrum, change from standing; positive is flexion"),
    define("lumbar_share", "1", "lumbar flexion / (hip flexion + lumbar flexion); no value below a bend of 10 degrees"),
    define("hip_flexion_interval_deg", "degree", "half the width of the 90 % interval of hip flexion in one frame"),
    define(
        "lumbar_flexion_interval_deg",
        "degree",
        "half the width of the 90 % interval of lumbar flexion in one frame",
    ),
    define(
        "trunk_inclination_deg",
        "degree",
        "hip to shoulder against the vertical, change from standing; positive is forward",
    ),
    define("knee_flexion_deg", "degree", "thigh against shank, change from standing; positive is flexion"),
    define(
        "held",
        "1",
        "1 for a frame that was not measured, as nothing had moved since the last frame with a 0, whose values it repeats",
    ),
    define(
        "interpolated",
        "1",
        "1 for a frame whose values lie between those of the measured frames before and after it (`analyze` of a recording)",
    ),
];

/// The definition of a column. A `_raw_` one, of a single frame, is defined like the smoothed one.
fn definition(column: &str) -> Option<&'static Definition> {
    let name = column.replace("_raw", "");
    DEFINITIONS.iter().find(|definition| definition.name == name)
}

const fn define(name: &'static str, unit: &'static str, meaning: &'static str) -> Definition {
    Definition { name, unit, meaning }
}

/// An angle in degrees, rounded to hundredths and never minus zero; `None` if it is NaN.
pub(crate) fn degrees(angle: Angle<f32>) -> Option<f64> {
    rounded(f64::from(angle.to_degrees()), 2)
}

/// Seconds since the first frame, rounded to tenths of a millisecond.
pub(crate) fn seconds(time: Timestamp) -> Option<f64> {
    rounded(time.as_secs_f64(), 4)
}

/// A number rounded to some decimals and never minus zero; `None` if it is not finite.
pub(crate) fn rounded(value: f64, decimals: i32) -> Option<f64> {
    let scale = 10f64.powi(decimals);
    value.is_finite().then(|| (value * scale).round() / scale + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_files_are_rounded_and_never_strange() {
        assert_eq!(rounded(1.23456, 2), Some(1.23));
        assert_eq!(format!("{:.2}", rounded(-0.0001, 2).unwrap()), "0.00");
        assert_eq!(rounded(f64::NAN, 2), None);
        assert_eq!(degrees(Angle { radians: f32::INFINITY }), None);
    }
}
