//! The network that estimates pelvis, low back and thigh from an outline (`models/train/README.md`).

use euclid::Angle;

use crate::inference::{Models, Network, Runtime, are_finite, models};
use crate::units::degrees;

use super::outline::SIZE;
use super::sagittal::SagittalVector;
use super::{Change, Estimate, SpineError};

/// Above this output, something is hidden; `models/train/export.py` scales the outputs to this threshold.
const HIDDEN: f32 = 0.5;

/// Below this output, somebody clearly stood with nothing before the legs: rendered and photographed people are at 0.0002
/// to 0.02. [own]
const FREE_IN_STANDING: f32 = 0.1;

/// Above this output, something before the legs hides them in a frame of somebody who clearly stood without it. In a deep
/// bend wide shorts hang like a disc (0.76 on a photograph), and behind discs with outputs between [`HIDDEN`] and this one
/// lumbar flexion is as right as below (`METHOD.md`, "Plausibility").
const HIDDEN_SINCE_STANDING: f32 = 0.82;

/// Whether the legs are hidden is not asked beyond this yaw: nobody was turned farther when it was trained
/// (`models/train/train_legs.py`).
const FARTHEST_TRAINED: Angle<f32> = degrees(35.0);

/// The network's output for one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BackReading {
    /// Pelvis inclination θp of this frame alone.
    pub pelvis: Angle<f32>,
    /// Upper lumbar inclination θu of this frame alone.
    pub upper_lumbar: Angle<f32>,
    /// The person's rotation from side-on, positive towards the camera.
    pub yaw: Angle<f32>,
    /// Change from the given standing frame.
    pub change: Change,
    /// S1, T12/L1 and C7 on the skin, trunk lengths from the outline's origin.
    pub levels: [SagittalVector; 3],
    /// Whether hair covers the neck, according to the given standing frame.
    pub hair_over_neck: bool,
    /// Whether something before the legs hides their shape, now or in the given standing frame.
    pub legs_hidden: bool,
}

/// Reads outlines; a trait so that the estimator can be tested without ONNX Runtime.
pub trait Reader: std::fmt::Debug + Send {
    /// Reads the frame `now` of a person whose standing frame is `standing`; `None` if a number in it is not finite.
    ///
    /// # Errors
    /// If the network fails to run.
    fn read(&mut self, now: &[f32; SIZE], standing: &[f32; SIZE]) -> Result<Option<BackReading>, SpineError>;
}

/// The network itself.
#[derive(Debug)]
pub struct BackNetwork {
    network: Network,
}

impl BackNetwork {
    /// Loads `back.onnx`.
    ///
    /// # Errors
    /// If the file is missing, changed, or refused by ONNX Runtime.
    pub fn open(runtime: &Runtime, models: &Models) -> Result<Self, SpineError> {
        Ok(Self { network: runtime.network(models::BACK, &models.load(models::BACK)?)? })
    }
}

impl Reader for BackNetwork {
    fn read(&mut self, now: &[f32; SIZE], standing: &[f32; SIZE]) -> Result<Option<BackReading>, SpineError> {
        let outputs = self.network.run_rows(&[("now", now), ("standing", standing)])?;
        let inclination = outputs.values::<3>("inclination")?;
        let [yaw] = *outputs.values::<1>("yaw")?;
        let change = outputs.values::<5>("change")?;
        let half_width_90 = outputs.values::<5>("change_interval")?;
        let points = outputs.values::<6>("points")?;
        let [neck_hidden] = *outputs.values::<1>("neck_hidden")?;
        let legs_hidden = outputs.values::<2>("legs_hidden")?;
        let numbers: [&[f32]; 6] = [inclination, &[yaw, neck_hidden], change, half_width_90, points, legs_hidden];
        if !numbers.into_iter().all(are_finite) {
            return Ok(None);
        }
        let estimate = |index: usize| Estimate {
            angle: Angle::radians(change[index]),
            half_width_90: Angle::radians(half_width_90[index]),
        };
        Ok(Some(BackReading {
            pelvis: Angle::radians(inclination[0]),
            upper_lumbar: Angle::radians(inclination[1]),
            yaw: Angle::radians(yaw),
            change: Change {
                pelvis: estimate(0),
                upper_lumbar: estimate(1),
                thigh: estimate(2),
                lumbar_flexion: estimate(3),
                hip_flexion: estimate(4),
            },
            levels: std::array::from_fn(|level| SagittalVector::new(points[2 * level], points[2 * level + 1])),
            hair_over_neck: neck_hidden > HIDDEN,
            legs_hidden: yaw.abs() <= FARTHEST_TRAINED.radians && are_legs_hidden(*legs_hidden),
        }))
    }
}

/// Whether something hides the legs, by the outputs for this frame and for the standing one.
fn are_legs_hidden([now, standing]: [f32; 2]) -> bool {
    let limit = if standing < FREE_IN_STANDING { HIDDEN_SINCE_STANDING } else { HIDDEN };
    now > limit || standing > HIDDEN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_clearly_stood_without_a_thing_before_the_legs_may_bend_in_wide_shorts() {
        let (free, doubtful, wide_shorts_of_a_toe_touch) = (0.003, 0.3, 0.76);
        assert!(!are_legs_hidden([free, free]) && !are_legs_hidden([wide_shorts_of_a_toe_touch, free]));
        assert!(are_legs_hidden([wide_shorts_of_a_toe_touch, doubtful]), "it may have been there already");
        assert!(are_legs_hidden([0.9, free]), "picked up");
        assert!(are_legs_hidden([free, wide_shorts_of_a_toe_touch]), "laid down, but the posture is spoilt");
    }
}
