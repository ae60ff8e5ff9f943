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

/// Number of values in a [`FrameCode`]: 160 of each of the two networks whose mean is reported.
const CODE_SIZE: usize = 320;

/// What the network makes of one frame's outline; a change is computed from two of them.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameCode(pub(super) Box<[f32; CODE_SIZE]>);

impl FrameCode {
    /// A code of which nothing but this number is known, for networks that are none.
    #[cfg(test)]
    pub(crate) fn of_number(number: f32) -> Self {
        Self(Box::new([number; CODE_SIZE]))
    }
}

/// What of a person is hidden, in one outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HiddenParts {
    /// Whether hair covers the neck, if this is the standing posture.
    pub hair_over_neck: bool,
    /// The output for something before the legs, 0 to 1.
    pub legs: f32,
    /// The same if this is the standing posture, in which it would spoil every frame.
    pub legs_in_standing: f32,
}

impl HiddenParts {
    /// Whether something before the legs hides their shape, in this outline or in the `standing` one.
    pub fn hide_legs(&self, standing: &Self) -> bool {
        let free = standing.legs_in_standing < FREE_IN_STANDING;
        let limit = if free { HIDDEN_SINCE_STANDING } else { HIDDEN };
        self.legs > limit || standing.legs_in_standing > HIDDEN
    }
}

/// The network's output for one frame alone.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameReading {
    /// Pelvis inclination θp.
    pub pelvis: Angle<f32>,
    /// Upper lumbar inclination θu.
    pub upper_lumbar: Angle<f32>,
    /// The person's rotation from side-on, positive towards the camera.
    pub yaw: Angle<f32>,
    /// S1, T12/L1 and C7 on the skin, trunk lengths from the outline's origin.
    pub levels: [SagittalVector; 3],
    /// What of the person is hidden.
    pub hidden: HiddenParts,
    /// What the change from another frame is computed from.
    pub code: FrameCode,
}

impl FrameReading {
    /// Whether something before the legs hides their shape, now or in the standing posture of which `standing` was said.
    pub fn legs_hidden(&self, standing: &HiddenParts) -> bool {
        self.yaw.radians.abs() <= FARTHEST_TRAINED.radians && self.hidden.hide_legs(standing)
    }
}

/// Reads outlines; a trait so that the estimator can be tested without ONNX Runtime. Nothing is returned where a number
/// in it is not finite.
pub trait Reader: std::fmt::Debug + Send {
    /// Says what is hidden in one frame, for a twentieth of the work of [`Reader::read`].
    ///
    /// # Errors
    /// If the network fails to run.
    fn hidden_parts(&mut self, frame: &[f32; SIZE]) -> Result<Option<HiddenParts>, SpineError>;

    /// Reads one frame.
    ///
    /// # Errors
    /// If the network fails to run.
    fn read(&mut self, frame: &[f32; SIZE]) -> Result<Option<FrameReading>, SpineError>;

    /// Estimates how a person's posture `now` differs from that in which they stand.
    ///
    /// # Errors
    /// If the network fails to run.
    fn change(&mut self, now: &FrameCode, standing: &FrameCode) -> Result<Option<Change>, SpineError>;

    /// Runs everything once, on an outline that is none.
    ///
    /// # Errors
    /// If the network fails to run.
    fn warm_up(&mut self) -> Result<(), SpineError> {
        if let Some(FrameReading { code, .. }) = self.read(&[0.0; SIZE])? {
            self.change(&code, &code)?;
        }
        Ok(())
    }
}

/// The network itself, in the parts that `models/train/cut.py` makes of it.
#[derive(Debug)]
pub struct BackNetwork {
    hidden: Network,
    frame: Network,
    change: Network,
}

impl BackNetwork {
    /// Loads the parts.
    ///
    /// # Errors
    /// If a file is missing, changed, or refused by ONNX Runtime.
    pub fn open(runtime: &Runtime, models: &Models) -> Result<Self, SpineError> {
        let open = |name| runtime.network(name, &models.load(name)?);
        let (hidden, frame) = (open(models::BACK_HIDDEN)?, open(models::BACK_FRAME)?);
        Ok(Self { hidden, frame, change: open(models::BACK_CHANGE)? })
    }
}

impl Reader for BackNetwork {
    fn hidden_parts(&mut self, frame: &[f32; SIZE]) -> Result<Option<HiddenParts>, SpineError> {
        let outputs = self.hidden.run_rows(&[("frame", frame)])?;
        let [neck] = *outputs.values::<1>("neck_hidden")?;
        let [legs, legs_in_standing] = *outputs.values::<2>("legs_hidden")?;
        let parts = HiddenParts { hair_over_neck: neck > HIDDEN, legs, legs_in_standing };
        Ok(are_finite(&[neck, legs, legs_in_standing]).then_some(parts))
    }

    fn read(&mut self, frame: &[f32; SIZE]) -> Result<Option<FrameReading>, SpineError> {
        let Some(hidden) = self.hidden_parts(frame)? else { return Ok(None) };
        let outputs = self.frame.run_rows(&[("frame", frame)])?;
        let inclination = outputs.values::<3>("inclination")?;
        let [yaw] = *outputs.values::<1>("yaw")?;
        let points = outputs.values::<6>("points")?;
        let code = outputs.values::<CODE_SIZE>("code")?;
        let numbers: [&[f32]; 4] = [inclination, &[yaw], points, code];
        Ok(numbers.into_iter().all(are_finite).then(|| FrameReading {
            pelvis: Angle::radians(inclination[0]),
            upper_lumbar: Angle::radians(inclination[1]),
            yaw: Angle::radians(yaw),
            levels: std::array::from_fn(|level| SagittalVector::new(points[2 * level], points[2 * level + 1])),
            hidden,
            code: FrameCode(Box::new(*code)),
        }))
    }

    fn change(&mut self, now: &FrameCode, standing: &FrameCode) -> Result<Option<Change>, SpineError> {
        let outputs = self.change.run_rows(&[("now", now.0.as_slice()), ("standing", standing.0.as_slice())])?;
        let (change, half_width_90) = (outputs.values::<5>("change")?, outputs.values::<5>("change_interval")?);
        let estimate = |index: usize| Estimate {
            angle: Angle::radians(change[index]),
            half_width_90: Angle::radians(half_width_90[index]),
        };
        Ok((are_finite(change) && are_finite(half_width_90)).then(|| Change {
            pelvis: estimate(0),
            upper_lumbar: estimate(1),
            thigh: estimate(2),
            lumbar_flexion: estimate(3),
            hip_flexion: estimate(4),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_clearly_stood_without_a_thing_before_the_legs_may_bend_in_wide_shorts() {
        let (free, doubtful, wide_shorts_of_a_toe_touch) = (0.003, 0.3, 0.76);
        let legs_hidden = |legs: f32, legs_in_standing: f32| {
            let parts = |legs, legs_in_standing| HiddenParts { hair_over_neck: false, legs, legs_in_standing };
            parts(legs, 0.0).hide_legs(&parts(0.0, legs_in_standing))
        };
        assert!(!legs_hidden(free, free) && !legs_hidden(wide_shorts_of_a_toe_touch, free));
        assert!(legs_hidden(wide_shorts_of_a_toe_touch, doubtful), "it may have been there already");
        assert!(legs_hidden(0.9, free), "picked up");
        assert!(legs_hidden(free, wide_shorts_of_a_toe_touch), "laid down, but the posture is spoilt");
    }
}
