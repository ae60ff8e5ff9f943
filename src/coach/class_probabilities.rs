//! How probable each verdict on a bend is, and which one is worth giving.

use euclid::Angle;

use crate::statistics::{Z_90, normal_below};

use super::bands::Bands;
use super::verdict::Verdict;

/// The narrowest interval that is believed, so that no division by zero makes a value at an edge certain.
const LEAST_HALF_WIDTH: Angle<f32> = Angle { radians: 1e-6 };

/// What is lost by saying nothing: the unit of all costs. [own], as are all of them (`METHOD.md`, "Verdict"). Naming
/// the class beside the true one costs nothing: the edges are our choice, and nobody feels them.
const COST_OF_SILENCE: f32 = 1.0;

/// What is lost if a bend from the back is said to come from the hips, the worst error: it praises what should change.
const COST_OF_HIPS_FOR_BACK: f32 = 10.0;

/// What is lost if a bend from the hips is said to come from the back: it corrects what was right.
const COST_OF_BACK_FOR_HIPS: f32 = 8.0;

/// The class named has to be more likely than not: "mixed" lies in the middle, so by costs alone it would be the refuge
/// of every wide interval.
const MORE_LIKELY_THAN_NOT: f32 = 0.5;

/// How probable it is that a bend came from the hips, from both, or from the back. They add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassProbabilities {
    /// That lumbar flexion is at most the lower edge.
    pub hips: f32,
    /// That it is between the edges.
    pub mixed: f32,
    /// That it is at least the upper edge.
    pub back: f32,
}

impl ClassProbabilities {
    /// Of a lumbar flexion with the half width of its 90 % interval, whose error is taken as normally distributed with
    /// the standard deviation that gives this interval.
    pub fn of(lumbar_flexion: Angle<f32>, half_width_90: Angle<f32>, bands: &Bands) -> Self {
        // Not `max`, which takes NaN for the least: an unknown interval gives no verdict.
        let half_width = if half_width_90 < LEAST_HALF_WIDTH { LEAST_HALF_WIDTH } else { half_width_90 };
        let deviation = half_width.radians / Z_90;
        let hips = normal_below((bands.hips - lumbar_flexion).radians / deviation);
        let back = normal_below((lumbar_flexion - bands.back).radians / deviation);
        Self { hips, mixed: (1.0 - hips - back).max(0.0), back }
    }

    /// The probability that this verdict is true.
    pub fn get(&self, verdict: Verdict) -> f32 {
        match verdict {
            Verdict::Hips => self.hips,
            Verdict::Mixed => self.mixed,
            Verdict::Back => self.back,
        }
    }

    /// The verdict that is more likely than not, if what it may cost is less than what silence costs.
    pub fn verdict(&self) -> Option<Verdict> {
        let verdicts = [Verdict::Hips, Verdict::Mixed, Verdict::Back].into_iter();
        verdicts
            .filter(|verdict| self.get(*verdict) >= MORE_LIKELY_THAN_NOT && self.cost(*verdict) <= COST_OF_SILENCE)
            .max_by(|one, other| self.get(*one).total_cmp(&self.get(*other)))
    }

    /// What is to be expected to be lost by giving this verdict.
    fn cost(&self, verdict: Verdict) -> f32 {
        match verdict {
            Verdict::Hips => COST_OF_HIPS_FOR_BACK * self.back,
            Verdict::Mixed => 0.0,
            Verdict::Back => COST_OF_BACK_FOR_HIPS * self.hips,
        }
    }
}
