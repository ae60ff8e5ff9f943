//! What the network says of the standing frames themselves: taken off everything that it says later.

use euclid::Angle;

use crate::statistics::median;

use super::network::{BackReading, Reader};
use super::outline::SIZE;
use super::standing::Standing;
use super::{Change, SpineError};

/// The standing posture and what the network makes of it.
#[derive(Debug)]
pub struct Baseline {
    /// The standing posture, pelvis and upper lumbar spine as the network sees them.
    pub standing: Standing,
    /// The change from standing that the network sees in people who stand.
    pub change: Change,
}

impl Baseline {
    /// The baseline of somebody who stands so, in these `frames`.
    ///
    /// # Errors
    /// When the network fails to run.
    pub fn of<'f>(
        reader: &mut dyn Reader,
        mut standing: Standing,
        frames: impl Iterator<Item = &'f [f32; SIZE]>,
    ) -> Result<Self, SpineError> {
        let readings: Vec<BackReading> =
            frames.map(|frame| reader.read(frame, &standing.features)).collect::<Result<_, _>>()?;
        let typical = |angle: fn(&BackReading) -> Angle<f32>| {
            Angle::radians(median(readings.iter().map(|reading| angle(reading).radians)).unwrap_or_default())
        };
        standing.segments.pelvis = typical(|reading| reading.pelvis);
        standing.segments.upper_lumbar = typical(|reading| reading.upper_lumbar);
        let change = Change::of_angles(
            typical(|reading| reading.change.pelvis.angle),
            typical(|reading| reading.change.upper_lumbar.angle),
            typical(|reading| reading.change.thigh.angle),
        );
        Ok(Self { standing, change })
    }
}
