//! The name of a column taken apart: `t12_deg`, `Time (s)`, `S1 [rad]`.

/// A unit of time or angle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColumnUnit {
    /// None is named.
    Missing,
    /// Of a time, with its length in seconds.
    Time(f64),
    /// Of an angle, with its size in degrees.
    Angle(f64),
    /// Of an acceleration.
    Acceleration,
    /// Another one.
    Other,
}

/// The units by their spellings.
const UNITS: [(&str, ColumnUnit); 27] = [
    ("s", ColumnUnit::Time(1.0)),
    ("sec", ColumnUnit::Time(1.0)),
    ("seconds", ColumnUnit::Time(1.0)),
    ("ms", ColumnUnit::Time(1e-3)),
    ("us", ColumnUnit::Time(1e-6)),
    ("µs", ColumnUnit::Time(1e-6)),
    ("ns", ColumnUnit::Time(1e-9)),
    ("min", ColumnUnit::Time(60.0)),
    ("deg", ColumnUnit::Angle(1.0)),
    ("degree", ColumnUnit::Angle(1.0)),
    ("degrees", ColumnUnit::Angle(1.0)),
    ("°", ColumnUnit::Angle(1.0)),
    ("rad", ColumnUnit::Angle(180.0 / std::f64::consts::PI)),
    ("radian", ColumnUnit::Angle(180.0 / std::f64::consts::PI)),
    ("radians", ColumnUnit::Angle(180.0 / std::f64::consts::PI)),
    ("mrad", ColumnUnit::Angle(0.18 / std::f64::consts::PI)),
    ("m/s^2", ColumnUnit::Acceleration),
    ("m/s2", ColumnUnit::Acceleration),
    ("m/s²", ColumnUnit::Acceleration),
    ("m_s2", ColumnUnit::Acceleration),
    ("g", ColumnUnit::Acceleration),
    ("grad", ColumnUnit::Other), // degrees in German, 0.9° elsewhere
    ("gon", ColumnUnit::Other),
    ("gradians", ColumnUnit::Other),
    ("degs", ColumnUnit::Other),
    ("degr", ColumnUnit::Other),
    ("rev", ColumnUnit::Other),
];

/// A column's name in its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnName<'n> {
    /// As it stands in the file.
    pub whole: &'n str,
    /// Without the unit, in lower case, words joined by underscores.
    pub base: String,
    /// The unit.
    pub unit: ColumnUnit,
}

impl<'n> ColumnName<'n> {
    pub fn of(whole: &'n str) -> Self {
        let name = whole.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        let bracket = name.find(['(', '[']).map(|at| {
            let (base, unit) = name.split_at(at);
            (base, known(unit.trim_matches(['(', ')', '[', ']', ' '])).unwrap_or(ColumnUnit::Other))
        });
        let suffix = || {
            let (base, unit) = name.rsplit_once(['_', ' '])?;
            Some((base, known(unit)?))
        };
        let (base, unit) = bracket.or_else(suffix).unwrap_or((name, ColumnUnit::Missing));
        Self { whole, base: joined(base), unit }
    }
}

fn known(unit: &str) -> Option<ColumnUnit> {
    let unit = unit.to_lowercase();
    UNITS.iter().find(|(name, _)| *name == unit).map(|(_, unit)| *unit)
}

/// Words in lower case, joined by underscores.
fn joined(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_into_quantity_and_unit() {
        for (whole, base, unit) in [
            ("t12_deg", "t12", ColumnUnit::Angle(1.0)),
            ("T12/L1 (°)", "t12_l1", ColumnUnit::Angle(1.0)),
            ("S1 [rad]", "s1", ColumnUnit::Angle(57.295_779_513_082_32)),
            ("Time (s)", "time", ColumnUnit::Time(1.0)),
            ("time_ms", "time", ColumnUnit::Time(1e-3)),
            ("Acceleration x (m/s^2)", "acceleration_x", ColumnUnit::Acceleration),
            ("seconds_elapsed", "seconds_elapsed", ColumnUnit::Missing),
            ("s1 (gon)", "s1", ColumnUnit::Other),
            ("lumbar_flexion_grad", "lumbar_flexion", ColumnUnit::Other),
            ("s1", "s1", ColumnUnit::Missing),
            ("\u{feff}time_s", "time", ColumnUnit::Time(1.0)),
            ("", "", ColumnUnit::Missing),
        ] {
            assert_eq!(ColumnName::of(whole), ColumnName { whole, base: base.to_owned(), unit }, "{whole}");
        }
    }
}
