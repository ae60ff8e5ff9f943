//! The network's output for the standing frames themselves, subtracted from all later output.

use euclid::Angle;

use crate::statistics::median;

use super::network::{FrameCode, FrameReading, HiddenParts, Reader};
use super::outline::SIZE;
use super::standing::{FoundStanding, Standing};
use super::standing_quality::StandingQuality;
use super::{Change, SpineError};

/// The standing posture and the network's output for it.
#[derive(Debug)]
pub struct Baseline {
    /// The standing posture, with pelvis and upper lumbar spine as the network sees them.
    pub standing: Standing,
    /// What changes are estimated from.
    pub code: FrameCode,
    /// What is hidden in standing.
    pub hidden: HiddenParts,
    /// The change from standing that the network reports for standing frames.
    pub change: Change,
    /// How well the posture serves as the baseline.
    pub quality: StandingQuality,
}

impl Baseline {
    /// Computes the baseline for a standing posture from its frames; `None` if the network says nothing of the posture, or of any of
    /// them: what it is off by in standing is then unknown.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn of(reader: &mut dyn Reader, found: FoundStanding) -> Result<Option<Self>, SpineError> {
        let FoundStanding { mut standing, quality, frames } = found;
        let Some(FrameReading { code, hidden, .. }) = reader.read(&standing.features)? else { return Ok(None) };
        let read = frames.iter().filter_map(|frame| read_from(&code, reader, frame).transpose());
        let readings: Vec<(FrameReading, Change)> = read.collect::<Result<_, _>>()?;
        if readings.is_empty() {
            return Ok(None);
        }
        let median_of = |angle: fn(&(FrameReading, Change)) -> Angle<f32>| {
            Angle::radians(median(readings.iter().map(|reading| angle(reading).radians)).unwrap_or_default())
        };
        standing.segments.pelvis = median_of(|(reading, _)| reading.pelvis);
        standing.segments.upper_lumbar = median_of(|(reading, _)| reading.upper_lumbar);
        let change = Change::of_angles(
            median_of(|(_, change)| change.pelvis.angle),
            median_of(|(_, change)| change.upper_lumbar.angle),
            median_of(|(_, change)| change.thigh.angle),
        );
        Ok(Some(Self { standing, code, hidden, change, quality }))
    }
}

/// Reads a frame, and its change from the posture with this code.
fn read_from(
    standing: &FrameCode,
    reader: &mut dyn Reader,
    frame: &[f32; SIZE],
) -> Result<Option<(FrameReading, Change)>, SpineError> {
    let Some(reading) = reader.read(frame)? else { return Ok(None) };
    let change = reader.change(&reading.code, standing)?;
    Ok(change.map(|change| (reading, change)))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::spine::sagittal::SagittalVector;
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
        fn hidden_parts(&mut self, _: &[f32; SIZE]) -> Result<Option<HiddenParts>, SpineError> {
            Ok(Some(HiddenParts { hair_over_neck: false, legs: 0.0, legs_in_standing: 0.0 }))
        }

        fn read(&mut self, frame: &[f32; SIZE]) -> Result<Option<FrameReading>, SpineError> {
            let (pelvis, upper_lumbar, yaw) = (Angle::zero(), Angle::zero(), Angle::zero());
            let (levels, code) = ([SagittalVector::zero(); 3], FrameCode::of_number(0.0));
            let hidden = self.hidden_parts(frame)?;
            Ok(hidden.map(|hidden| FrameReading { pelvis, upper_lumbar, yaw, levels, hidden, code }))
        }

        fn change(&mut self, _: &FrameCode, _: &FrameCode) -> Result<Option<Change>, SpineError> {
            Ok(self.0.next().map(change))
        }
    }

    fn change(radians: [f32; 5]) -> Change {
        let [pelvis, upper_lumbar, thigh, lumbar_flexion, hip_flexion] =
            radians.map(|angle| Estimate { angle: Angle::radians(angle), half_width_90: Angle::zero() });
        Change { pelvis, upper_lumbar, thigh, lumbar_flexion, hip_flexion }
    }

    /// A posture of so many frames.
    fn found(frames: usize) -> FoundStanding {
        let standing = Standing { segments: Segments::default(), features: Box::new([0.0; SIZE]), area: 1.0 };
        FoundStanding { standing, quality: StandingQuality::default(), frames: vec![[0.0; SIZE]; frames] }
    }

    #[test]
    fn a_posture_of_whose_frames_the_network_says_nothing_is_no_baseline() {
        let mut silent = RecordedReader(Vec::new().into_iter());
        assert!(Baseline::of(&mut silent, found(3)).unwrap().is_none());
    }

    #[test]
    fn the_reported_change_is_the_one_that_the_network_was_evaluated_by() {
        let example: Example = serde_json::from_str(include_str!("../../models/train/example.json")).unwrap();
        let Reported { standing: changes, now, change: reported } = example.reported;
        let found = found(changes.len());
        let baseline = Baseline::of(&mut RecordedReader(changes.into_iter()), found).unwrap().unwrap();
        let ours = change(now).relative_to(&baseline.change);
        let ours = [ours.pelvis, ours.upper_lumbar, ours.thigh, ours.lumbar_flexion, ours.hip_flexion];
        for (number, (ours, theirs)) in ours.into_iter().zip(reported).enumerate() {
            assert!((ours.angle.radians - theirs).abs() < 3e-4, "number {number}: {ours:?}, not {theirs}");
        }
    }
}
