//! The network's output for the standing frames themselves, subtracted from all later output.

use euclid::Angle;

use crate::statistics::median;

use super::network::{BackReading, Reader};
use super::standing::{FoundStanding, Standing};
use super::standing_quality::StandingQuality;
use super::{Change, SpineError};

/// The standing posture and the network's output for it.
#[derive(Debug)]
pub struct Baseline {
    /// The standing posture, with pelvis and upper lumbar spine as the network sees them.
    pub standing: Standing,
    /// The change from standing that the network reports for standing frames.
    pub change: Change,
    /// How well the posture serves as the baseline.
    pub quality: StandingQuality,
}

impl Baseline {
    /// Computes the baseline for a standing posture from its frames.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn of(reader: &mut dyn Reader, found: FoundStanding) -> Result<Self, SpineError> {
        let FoundStanding { mut standing, quality, frames } = found;
        let readings: Vec<BackReading> =
            frames.iter().map(|frame| reader.read(frame, &standing.features)).collect::<Result<_, _>>()?;
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
        Ok(Self { standing, change, quality })
    }
}
