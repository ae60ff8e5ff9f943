//! The quantities of a second measurement, by the names of their columns.

use super::units::ColumnName;

/// What a column of the second measurement holds. Inclinations are from the vertical, positive forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TruthQuantity {
    /// Inclination at T12/L1.
    UpperLumbar,
    /// Inclination at S1.
    Sacrum,
    /// Inclination of the thigh.
    Thigh,
    /// Lumbar flexion.
    Lumbar,
    /// Hip flexion.
    Hip,
}

impl TruthQuantity {
    const ALL: [Self; 5] = [Self::UpperLumbar, Self::Sacrum, Self::Thigh, Self::Lumbar, Self::Hip];

    /// The names of its columns, without the unit.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::UpperLumbar => &["t12", "t12_l1", "t12l1", "t12_inclination", "upper_lumbar", "thoracolumbar"],
            Self::Sacrum => &["s1", "s1_inclination", "sacrum", "pelvis"],
            Self::Thigh => &["thigh", "thigh_inclination"],
            Self::Lumbar => &["lumbar_flexion", "lumbar"],
            Self::Hip => &["hip_flexion", "hip"],
        }
    }

    /// The quantity of a column; `None` for another.
    pub fn of(name: &ColumnName) -> Option<Self> {
        Self::ALL.into_iter().find(|quantity| quantity.names().contains(&name.base.as_str()))
    }
}
