//! The network's output for the standing frames themselves, subtracted from all later output.

use euclid::Angle;

use crate::statistics::median;

use super::network::{BackReading, Reader};
use super::outline::SIZE;
use super::standing::Standing;
use super::{Change, SpineError};

/// The standing posture and the network's output for it.
#[derive(Debug)]
pub struct Baseline {
    /// The standing posture, with pelvis and upper lumbar spine as the network sees them.
    pub standing: Standing,
    /// The change from standing that the network reports for standing frames.
    pub change: Change,
}

impl Baseline {
    /// Computes the baseline for a standing posture from these `frames`.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn of<'f>(
        reader: &mut dyn Reader,
        mut standing: Standing,
        frames: impl Iterator<Item = &'f [f32; SIZE]>,
    ) -> Result<Self, SpineError> {
        let readings: Vec<BackReading> =
            frames.map(|frame| reader.read(frame, &standing.features)).collect::<Result<_, _>>()?;
        let median_of = |angle: fn(&BackReading) -> Angle<f32>| {
            Angle::radians(median(readings.iter().map(|reading| angle(reading).radians)).unwrap_or_default())
        };
        standing.segments.pelvis = median_of(|reading| reading.pelvis);
        standing.segments.upper_lumbar = median_of(|reading| reading.upper_lumbar);
        let change = Change::of_angles(
            median_of(|reading| reading.change.pelvis.angle),
            median_of(|reading| reading.change.upper_lumbar.angle),
            median_of(|reading| reading.change.thigh.angle),
        );
        Ok(Self { standing, change })
    }
}
