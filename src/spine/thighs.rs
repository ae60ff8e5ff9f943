//! How broad the outline is at the thighs: a skirt or a coat hides their shape.

use super::outline::{DORSAL, SIZE, VENTRAL};
use super::sagittal::SagittalVector;

/// Greatest breadth of the outline at the thighs of a standing person, in trunk lengths: 4 of 2,547 generated people
/// are broader. Skirts and coats hang at 0.55 to 1.07 (`METHOD.md`, "Plausibility").
const BROADEST_THIGHS: f32 = 0.63;

/// Whether the outline of a standing person with these features is broader than thighs are.
pub fn are_covered(features: &[f32; SIZE]) -> bool {
    breadth(features) > BROADEST_THIGHS
}

/// The distance from behind the thighs, where the trace of the outline begins, to before them, where it ends; trunk
/// lengths.
fn breadth(features: &[f32; SIZE]) -> f32 {
    let (back, front) = features.split_at(4 * DORSAL);
    let behind = SagittalVector::new(back[0], back[DORSAL]);
    let before = SagittalVector::new(front[VENTRAL - 1], front[2 * VENTRAL - 1]);
    (before - behind).length()
}
