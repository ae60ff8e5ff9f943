//! Components of observations.

use euclid::Angle;

use super::codes::{self, BoundedCode, CodeEntry};
use super::resource::{FhirComponent, FhirQuantity, FhirValue, plain};
use crate::store::trend::TrendPoint;

/// How a number becomes a quantity.
type Quantified = fn(f32) -> Option<FhirQuantity>;

fn component(code: CodeEntry, value: FhirValue) -> FhirComponent {
    FhirComponent { code: code.into(), value }
}

/// A quantity; `None` becomes "unknown", because of `reason`.
fn quantity(code: CodeEntry, quantity: Option<FhirQuantity>, reason: CodeEntry) -> FhirComponent {
    component(code, quantity.map_or_else(|| FhirValue::absent(codes::UNKNOWN, reason), FhirValue::Quantity))
}

/// An angle, or why there is none.
pub(super) fn angle(code: CodeEntry, angle: Option<Angle<f32>>, reason: CodeEntry) -> FhirComponent {
    quantity(code, angle.and_then(|angle| FhirQuantity::degrees(angle.to_degrees())), reason)
}

/// A fraction from 0 to 1 in per cent, or why there is none.
pub(super) fn percent(code: CodeEntry, fraction: Option<f32>, reason: CodeEntry) -> FhirComponent {
    quantity(code, fraction.and_then(|fraction| FhirQuantity::percent(100.0 * fraction)), reason)
}

/// A time since the first frame, seconds.
pub(super) fn seconds(code: CodeEntry, seconds: f64) -> FhirComponent {
    quantity(code, FhirQuantity::seconds(seconds), codes::NOT_KEPT)
}

/// A number of things.
pub(super) fn count(code: CodeEntry, count: usize) -> FhirComponent {
    component(code, FhirValue::Count(count))
}

/// Yes or no.
pub(super) fn flag(code: CodeEntry, flag: bool) -> FhirComponent {
    component(code, FhirValue::Flag(flag))
}

/// One of several things that have codes.
pub(super) fn choice(code: CodeEntry, chosen: CodeEntry) -> FhirComponent {
    component(code, FhirValue::Concept(chosen.into()))
}

/// Why there is none of something.
pub(super) fn absent(code: CodeEntry, group: CodeEntry, reason: CodeEntry) -> FhirComponent {
    component(code, FhirValue::absent(group, reason))
}

/// A text; `None` of an empty one, which FHIR does not know.
pub(super) fn text(code: CodeEntry, text: &str) -> Option<FhirComponent> {
    (!text.trim().is_empty()).then(|| component(code, FhirValue::Text(plain(text))))
}

/// An angle with the bounds of its interval, or why there is none.
pub(super) fn bounded_angle(
    codes: BoundedCode,
    point: Option<TrendPoint>,
    why: (CodeEntry, CodeEntry),
) -> Vec<FhirComponent> {
    bounded(codes, point, FhirQuantity::degrees, why)
}

/// Per cent with the bounds of its interval, or why there is none.
pub(super) fn bounded_percent(
    codes: BoundedCode,
    point: Option<TrendPoint>,
    why: (CodeEntry, CodeEntry),
) -> Vec<FhirComponent> {
    bounded(codes, point, FhirQuantity::percent, why)
}

fn bounded(
    codes: BoundedCode,
    point: Option<TrendPoint>,
    to: Quantified,
    why: (CodeEntry, CodeEntry),
) -> Vec<FhirComponent> {
    let known = point.and_then(|point| {
        let value = to(point.value)?.at_least(point.at_least);
        let value = component(codes.value, FhirValue::Quantity(value));
        Some([value].into_iter().chain(bounds(codes, &point, to)).collect())
    });
    known.unwrap_or_else(|| vec![absent(codes.value, why.0, why.1)])
}

/// The bounds of an interval.
fn bounds(codes: BoundedCode, point: &TrendPoint, to: Quantified) -> Vec<FhirComponent> {
    let TrendPoint { value, half_width_90, .. } = *point;
    let bounds = [(codes.lower, to(value - half_width_90)), (codes.upper, to(value + half_width_90))];
    let known = |(code, bound): (CodeEntry, Option<FhirQuantity>)| Some(component(code, FhirValue::Quantity(bound?)));
    bounds.into_iter().filter_map(known).collect()
}

/// The bounds of an angle that is the value of an observation.
pub(super) fn angle_bounds(codes: BoundedCode, point: &TrendPoint) -> Vec<FhirComponent> {
    bounds(codes, point, FhirQuantity::degrees)
}
