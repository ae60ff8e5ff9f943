//! The angles whose unit and sign are checked.

use std::fmt;

use super::compared_quantity::ComparedQuantity;
use super::quantity::TruthQuantity;

/// A column of the second measurement, or what two of them give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckedAngle {
    /// A column.
    Measured(TruthQuantity),
    /// The difference of two inclinations.
    Difference(ComparedQuantity),
    /// What the clocks are aligned by.
    Aligned,
}

impl fmt::Display for CheckedAngle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Measured(TruthQuantity::UpperLumbar) => "The inclination of T12/L1",
            Self::Measured(TruthQuantity::Sacrum) => "The inclination of S1",
            Self::Measured(TruthQuantity::Thigh) => "The inclination of the thigh",
            Self::Measured(TruthQuantity::Lumbar) => "The lumbar flexion",
            Self::Measured(TruthQuantity::Hip) => "The hip flexion",
            Self::Difference(ComparedQuantity::LumbarFlexion) => "The lumbar flexion (T12/L1 minus S1)",
            Self::Difference(ComparedQuantity::HipFlexion) => "The hip flexion (S1 minus thigh)",
            Self::Aligned => "The angle",
        })
    }
}
