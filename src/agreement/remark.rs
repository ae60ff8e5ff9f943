//! What is strange about a comparison but does not forbid it. It stands in the terminal, on the page and in the file.

use super::checked_angle::CheckedAngle;
use super::compared_quantity::ComparedQuantity;
use super::wording::{NearMiss, below, proportion, shown, spans};

/// What whoever reads the numbers has to know.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AgreementRemark {
    /// A column does not follow the session.
    #[error(
        "{what} of {} does not follow the session’s (correlation {:.2}): check the column, the place of the sensor and \
         the signs, or one of the two measured something else",
        shown(file),
        below(*correlation)
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
    /// A column stood still while the person moved.
    #[error(
        "{what} of {}: from {from:.1} s to {to:.1} s the sensor wrote one and the same number{}, though the session moved or the \
         number came at once: if it had lost contact there, leave these fields empty", shown(file), spans(*count)
    )]
    Frozen {
        /// The column.
        what: CheckedAngle,
        /// The file.
        file: String,
        /// When it began, on the file's clock, seconds.
        from: f64,
        /// When it ended.
        to: f64,
        /// How often this is so.
        count: usize,
    },
    /// Even the best alignment is one that bends of other times may have.
    #[error(
        "The best alignment of {} correlates by only {:.2}, as bends of other times do: if the two do not hold the same bends, or share \
         few of them, these numbers mean nothing", shown(file), below(*correlation)
    )]
    PoorFit {
        /// The file.
        file: String,
        /// The correlation.
        correlation: f64,
    },
    /// All angles of a file are of another size.
    #[error(
        "The angles of {} move {scale:.1} times as far as the session’s: one of the two may be scaled, as by the half angle of a \
         quaternion",
        shown(file)
    )]
    Scaled {
        /// The file.
        file: String,
        /// The size of its movement, where that of the session is 1.
        scale: f64,
    },
    /// A clock runs at another speed than clocks do.
    #[error(
        "The clock of {} seems to run {:.1} % {} than the session’s, more than clocks differ: one of the two plays at another speed, so \
         check its frame rate", shown(file), speed.abs() * 100.0, if *speed > 0.0 { "faster" } else { "slower" }
    )]
    Speed {
        /// The file.
        file: String,
        /// By how much, seconds a second; positive if it is faster.
        speed: f64,
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
