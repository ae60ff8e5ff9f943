//! How well the program agrees with a second measurement of the same bends: two inclinometers or phones on T12/L1 and S1,
//! a motion of OpenSim, or any table with lumbar flexion.
//!
//! [`Truth::read`] reads the second measurement, [`compare`] aligns its clock with the session's by the movement itself and
//! gives bias, limits of agreement and how often the 90 % interval held. The page of it is in `report`. `docs/compare.md`
//! tells how to use it, METHOD.md why it is done so.
//!
//! Angles are degrees and times seconds here, as `f64`: this room works in the units of the files that it compares.

mod alignment;
mod bland_altman;
mod cell_check;
mod checked_angle;
mod column_check;
mod compared_quantity;
mod comparison;
mod comparison_file;
mod encoding;
mod error;
mod file_fault;
#[cfg(test)]
pub(crate) mod fixtures;
mod frozen;
mod numbers;
mod opensim;
mod phone;
mod quantity;
mod record_line;
mod remark;
mod requirements;
mod series;
mod session;
mod standing;
mod table;
#[cfg(test)]
mod tests;
mod text_rows;
mod truth;
mod units;
mod wording;

pub use alignment::ClockAlignment;
pub use bland_altman::{AgreementPair, AgreementStatistics, FEWEST, LimitEstimate};
pub use checked_angle::CheckedAngle;
pub use compared_quantity::ComparedQuantity;
pub use comparison::{AlignedRecording, BENT, CurvePoint, QuantityAgreement, SessionComparison, compare};
pub use error::AgreementError;
pub use file_fault::FileFault;
pub use quantity::TruthQuantity;
pub(crate) use record_line::record_line;
pub use remark::AgreementRemark;
pub use session::{ComparedFrame, ComparedRepetition, ComparedSession};
pub(crate) use table::below_separator;
pub use truth::{Truth, TruthRecording};
pub use wording::{NearMiss, shown};
pub(crate) use wording::{below, tenth, whole_percent};
