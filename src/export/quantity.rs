//! The quantities of a frame, in the files with a row per frame.

use euclid::Angle;

use super::rounded;
use crate::geometry::{Bend, HalfWidth90, Measurement, Origin};

/// A quantity of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColumnQuantity {
    /// The name of its column.
    pub name: &'static str,
    /// Number of decimals.
    pub decimals: usize,
    of: fn(&Measurement) -> Option<f64>,
}

impl ColumnQuantity {
    /// The value, rounded to its decimals; `None` if it was not measured.
    pub(super) fn of(&self, measurement: &Measurement) -> Option<f64> {
        (self.of)(measurement).and_then(|value| rounded(value, self.decimals as i32))
    }
}

/// Every quantity of a frame, in column order.
pub(super) const QUANTITIES: [ColumnQuantity; 12] = [
    quantity("confidence", 3, |measured| Some(measured.confidence.into())),
    quantity("hip_flexion_deg", 2, |measured| smoothed(measured, |bend| bend.hip_flexion)),
    quantity("lumbar_flexion_deg", 2, |measured| smoothed(measured, |bend| bend.lumbar_flexion)),
    quantity("lumbar_share", 3, |measured| measured.filtered.and_then(|bend| bend.lumbar_share()).map(f64::from)),
    quantity("trunk_inclination_deg", 2, |measured| smoothed(measured, |bend| bend.trunk_inclination)),
    quantity("knee_flexion_deg", 2, |measured| smoothed(measured, |bend| bend.knee_flexion)),
    quantity("hip_flexion_raw_deg", 2, |measured| measured.raw.map(|bend| degrees(bend.hip_flexion))),
    quantity("lumbar_flexion_raw_deg", 2, |measured| measured.raw.map(|bend| degrees(bend.lumbar_flexion))),
    quantity("hip_flexion_interval_deg", 2, |measured| half_width(measured, |half_width_90| half_width_90.hip_flexion)),
    quantity("lumbar_flexion_interval_deg", 2, |measured| {
        half_width(measured, |half_width_90| half_width_90.lumbar_flexion)
    }),
    quantity("held", 0, |measured| Some(u8::from(measured.origin == Origin::Held).into())),
    quantity("interpolated", 0, |measured| Some(u8::from(measured.origin == Origin::Interpolated).into())),
];

const fn quantity(name: &'static str, decimals: usize, of: fn(&Measurement) -> Option<f64>) -> ColumnQuantity {
    ColumnQuantity { name, decimals, of }
}

fn smoothed(measured: &Measurement, pick: fn(&Bend) -> Angle<f32>) -> Option<f64> {
    measured.filtered.map(|bend| degrees(pick(&bend)))
}

fn degrees(angle: Angle<f32>) -> f64 {
    angle.to_degrees().into()
}

fn half_width(measured: &Measurement, pick: fn(&HalfWidth90) -> Angle<f32>) -> Option<f64> {
    measured.half_width_90.map(|half_width_90| degrees(pick(&half_width_90)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::definition;

    #[test]
    fn every_quantity_is_defined() {
        for quantity in QUANTITIES {
            let unit = definition(quantity.name).unwrap().unit;
            assert_eq!(unit == "degree", quantity.name.ends_with("_deg"), "{}", quantity.name);
        }
    }
}
