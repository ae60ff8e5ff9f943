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
        let read = frames.iter().filter_map(|frame| reader.read(frame, &standing.features).transpose());
        let readings: Vec<BackReading> = read.collect::<Result<_, _>>()?;
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

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::spine::outline::SIZE;
    use crate::spine::{Estimate, Segments};

    /// What `models/train/make_example.py` wrote: the network's changes, radians, and the change that is to be reported.
    #[derive(Deserialize)]
    struct Example {
        reported: Reported,
    }

    #[derive(Deserialize)]
    struct Reported {
        standing: Vec<[f32; 5]>,
        now: [f32; 5],
        change: [f32; 5],
    }

    /// A network that says what was recorded, one reading after the other.
    #[derive(Debug)]
    struct RecordedReader(std::vec::IntoIter<[f32; 5]>);

    impl Reader for RecordedReader {
        fn read(&mut self, _: &[f32; SIZE], _: &[f32; SIZE]) -> Result<Option<BackReading>, SpineError> {
            let change = change(self.0.next().unwrap());
            let (pelvis, upper_lumbar, yaw) = (Angle::zero(), Angle::zero(), Angle::zero());
            let (levels, hair_over_neck, legs_hidden) = ([Default::default(); 3], false, false);
            Ok(Some(BackReading { pelvis, upper_lumbar, yaw, change, levels, hair_over_neck, legs_hidden }))
        }
    }

    fn change(radians: [f32; 5]) -> Change {
        let [pelvis, upper_lumbar, thigh, lumbar_flexion, hip_flexion] =
            radians.map(|angle| Estimate { angle: Angle::radians(angle), half_width_90: Angle::zero() });
        Change { pelvis, upper_lumbar, thigh, lumbar_flexion, hip_flexion }
    }

    #[test]
    fn the_reported_change_is_the_one_that_the_network_was_evaluated_by() {
        let example: Example = serde_json::from_str(include_str!("../../models/train/example.json")).unwrap();
        let Reported { standing: changes, now, change: reported } = example.reported;
        let standing = Standing { segments: Segments::default(), features: Box::new([0.0; SIZE]), area: 1.0 };
        let frames = vec![[0.0; SIZE]; changes.len()];
        let found = FoundStanding { standing, quality: StandingQuality::default(), frames };
        let baseline = Baseline::of(&mut RecordedReader(changes.into_iter()), found).unwrap();
        let ours = change(now).relative_to(&baseline.change);
        let ours = [ours.pelvis, ours.upper_lumbar, ours.thigh, ours.lumbar_flexion, ours.hip_flexion];
        for (number, (ours, theirs)) in ours.into_iter().zip(reported).enumerate() {
            assert!((ours.angle.radians - theirs).abs() < 3e-4, "number {number}: {ours:?}, not {theirs}");
        }
    }
}
