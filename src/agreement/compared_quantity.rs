//! The quantities that are compared.

use serde::Serialize;

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
    pub(super) const ALL: [Self; 2] = [Self::LumbarFlexion, Self::HipFlexion];

    /// What it is called in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LumbarFlexion => "lumbar flexion",
            Self::HipFlexion => "hip flexion",
        }
    }
}
