//! The quantities of a second measurement, by the names of their columns.

use super::units::{ColumnName, ColumnUnit};
use super::wording::NearMiss;
use crate::suggest;

/// Lumbar flexion with the opposite sign.
pub const EXTENSION: &str = "lumbar_extension";

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

    /// The columns that are not known but come close to a name that is.
    ///
    /// What is there already (`present`) is not meant: `lumbar_flexion_raw` beside it is something else.
    pub fn near_misses<'n>(names: impl Iterator<Item = ColumnName<'n>>, present: &[Self]) -> Vec<NearMiss> {
        let absent = || Self::ALL.into_iter().filter(|quantity| !present.contains(quantity));
        let extension = || absent().any(|quantity| quantity == Self::Lumbar).then_some(EXTENSION);
        let known = || absent().flat_map(|quantity| quantity.names().iter().copied()).chain(extension());
        let near = |name: ColumnName| {
            let meant = suggest::near_miss(&name.base, known()).filter(|meant| *meant != name.base)?;
            let unit =
                if name.unit == ColumnUnit::Angle(1.0) || name.unit == ColumnUnit::Missing { "deg" } else { "rad" };
            Some(NearMiss { column: name.whole.to_owned(), meant: format!("{meant}_{unit}") })
        };
        names.filter_map(near).collect()
    }

    /// The quantity of a column; `None` for another.
    pub fn of(name: &ColumnName) -> Option<Self> {
        Self::ALL.into_iter().find(|quantity| quantity.names().contains(&name.base.as_str()))
    }
}
