//! The network that estimates pelvis, low back and thigh from an outline (`models/train/README.md`).

use euclid::Angle;

use crate::inference::{Models, Network, Runtime, are_finite, models};
use crate::units::degrees;

use super::outline::SIZE;
use super::sagittal::SagittalVector;
use super::{Change, Estimate, SpineError};

/// Above this output, something is hidden; `models/train/export.py` scales the outputs to this threshold.
const HIDDEN: f32 = 0.5;

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
            legs_hidden: yaw.abs() <= FARTHEST_TRAINED.radians && legs_hidden.iter().any(|one| *one > HIDDEN),
        }))
    }
}
