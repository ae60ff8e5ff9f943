//! What is strange about a comparison but does not forbid it. It stands in the terminal, on the page and in the file.

use super::checked_angle::CheckedAngle;
use super::compared_quantity::ComparedQuantity;
use super::wording::{NearMiss, proportion, shown};

/// What whoever reads the numbers has to know.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AgreementRemark {
    /// A column does not follow the session.
    #[error(
        "{what} of {} does not follow the session’s (correlation {correlation:.2}): check the column, the place of the sensor and \
         the signs, or one of the two measured something else",
        shown(file)
    )]
    DoesNotFollow {
        /// The column.
        what: CheckedAngle,
        /// The file.
        file: String,
        /// The correlation.
        correlation: f64,
    },
    /// A column moves much more or much less than the session.
    #[error("{what} of {} moves {} the session’s: check its unit", shown(file), proportion(*scale))]
    OtherSize {
        /// The column.
        what: CheckedAngle,
        /// The file.
        file: String,
        /// The size of its movement, where that of the session is 1.
        scale: f64,
    },
    /// The intervals hold the second measurement too rarely.
    #[error(
        "The 90 % interval of bendwise’s {} held the second measurement in only {hits} of {pairs} repetitions: one of the two errs \
         by more than it says, so check units, signs and the places of the sensors before blaming either", quantity.name()
    )]
    FewInside {
        /// The quantity.
        quantity: ComparedQuantity,
        /// Repetitions inside.
        hits: usize,
        /// All of them.
        pairs: usize,
    },
    /// Most of the session has no second measurement.
    #[error("Only {share:.0} % of the session’s movement lies within {}: the rest is not compared", shown(file))]
    PartMatched {
        /// The file.
        file: String,
        /// The share, percent.
        share: f64,
    },
    /// Most repetitions have no second measurement.
    #[error("Only {pairs} of {all} repetitions have a second measurement of {}", quantity.name())]
    FewRepetitions {
        /// The quantity.
        quantity: ComparedQuantity,
        /// Those with one.
        pairs: usize,
        /// All.
        all: usize,
    },
    /// A column was ignored whose name comes close to a known one.
    #[error("The column {} of {} is not known and was ignored: did you mean {}?", shown(&near.column), shown(file), near.meant)]
    Ignored {
        /// The file.
        file: String,
        /// The column, and the name that comes close.
        near: NearMiss,
    },
}
