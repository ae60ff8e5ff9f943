//! What stayed since the last session with a drill.

use super::codes::{self, BoundedCode, CodeEntry};
use super::component::{angle, bounded_angle, bounded_percent, percent, text};
use super::parts::Parts;
use super::resource::{FhirComponent, FhirNote, FhirObservation};
use crate::store::retention::RetainedQuantity;
use crate::store::trend::TrendPoint;
use crate::units::degrees;

/// Why a mean is not known.
const WHY: (CodeEntry, CodeEntry) = (codes::UNKNOWN, codes::NONE_JUDGED);

/// An observation for each drill whose bends without feedback have a session before.
pub(super) fn observations(parts: &Parts<'_>) -> Vec<FhirObservation> {
    let stayed = parts.whole.context.retention.iter().enumerate();
    stayed
        .map(|(at, (drill, stayed))| {
            let before = parts.dated().map(|_| FhirNote {
                text: format!("Held against the last set that was practised in session {}", stayed.before),
            });
            let components =
                text(codes::DRILL, drill).into_iter().chain(share(stayed.share)).chain(lumbar(stayed.lumbar));
            FhirObservation {
                note: before.into_iter().collect(),
                component: components.collect(),
                ..parts.measurement(parts.id("retention", &at.to_string()), codes::RETENTION.into())
            }
        })
        .collect()
}

fn share(share: Option<RetainedQuantity>) -> Vec<FhirComponent> {
    let value = |of: fn(&RetainedQuantity) -> f32| share.as_ref().map(|share| of(share) / 100.0);
    let mut components = vec![
        percent(codes::SHARE_BEFORE, value(|share| share.practised.value), codes::NONE_JUDGED),
        percent(codes::SHARE_NOW, value(|share| share.retained.value), codes::NONE_JUDGED),
    ];
    components.extend(change(codes::CHANGE_OF_SHARE, share, bounded_percent));
    components
}

fn lumbar(lumbar: Option<RetainedQuantity>) -> Vec<FhirComponent> {
    let value = |of: fn(&RetainedQuantity) -> f32| lumbar.as_ref().map(|lumbar| degrees(of(lumbar)));
    let mut components = vec![
        angle(codes::LUMBAR_BEFORE, value(|lumbar| lumbar.practised.value), codes::NONE_JUDGED),
        angle(codes::LUMBAR_NOW, value(|lumbar| lumbar.retained.value), codes::NONE_JUDGED),
    ];
    components.extend(change(codes::CHANGE_OF_LUMBAR, lumbar, bounded_angle));
    components
}

/// The change with its bounds.
fn change(
    codes: BoundedCode,
    quantity: Option<RetainedQuantity>,
    components: fn(BoundedCode, Option<TrendPoint>, (CodeEntry, CodeEntry)) -> Vec<FhirComponent>,
) -> Vec<FhirComponent> {
    let point = quantity.map(|quantity| TrendPoint {
        value: quantity.change(),
        half_width_90: quantity.half_width_90(),
        at_least: false,
    });
    components(codes, point, WHY)
}
