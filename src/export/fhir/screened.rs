//! The mobility screen: how far the hips went with straight knees and with soft ones, seen from either side, and what differs
//! by more than the error. What a difference points to is left to who reads it.

use super::codes::{self, CodeEntry};
use super::component::{angle_bounds, bounded_angle, choice, count};
use super::identity::reference;
use super::parts::Parts;
use super::resource::{FhirComponent, FhirObservation, FhirQuantity, FhirReference, FhirValue};
use crate::coach::form::Reach;
use crate::coach::mobility::{Comparison, Knees, Legs, Mobility, Side, Tested, compare};
use crate::store::trend::TrendPoint;

const KNEES: [Knees; 2] = [Knees::Straight, Knees::Soft];

/// The panel, its results and comparisons; nothing if the session was no mobility screen.
pub(super) fn observations(parts: &Parts<'_>) -> Vec<FhirObservation> {
    let Some(screen) = &parts.whole.context.screen else { return Vec::new() };
    let results =
        screen.tried().flat_map(|(side, legs)| KNEES.map(|knees| result(parts, side, knees, legs.with(knees))));
    let soft = screen.tried().map(|(side, legs)| soft_against_straight(parts, side, legs));
    let is_turned = screen.tried().count() == Side::ALL.len();
    let sides = KNEES.into_iter().filter(|_| is_turned).map(|knees| right_against_left(parts, knees, screen));
    let members: Vec<_> = results.chain(soft).chain(sides).collect();
    let panel = FhirObservation {
        value: members.is_empty().then(|| FhirValue::absent(codes::NOT_PERFORMED, codes::NOT_TRIED)),
        has_member: members.iter().map(|member| reference(&member.id)).collect(),
        ..parts.measurement(parts.id("mobility-screen", ""), codes::MOBILITY_SCREEN.into())
    };
    [panel].into_iter().chain(members).collect()
}

/// How far the hips went with these knees, seen from this side.
fn result(parts: &Parts<'_>, side: Side, knees: Knees, tested: &Tested) -> FhirObservation {
    let point = tested.reach.map(TrendPoint::from);
    let value = point.and_then(|point| Some(FhirQuantity::degrees(point.value)?.at_least(point.at_least)));
    let bounds = point.filter(|_| value.is_some()).map(|point| angle_bounds(codes::SCREENED_REACH, &point));
    let value = value.map_or_else(|| why_unknown(tested), FhirValue::Quantity);
    let about = [seen_from(side), with(knees), count(codes::SCREENED_BENDS, tested.bends)];
    FhirObservation {
        value: Some(value),
        component: about.into_iter().chain(bounds.into_iter().flatten()).collect(),
        ..parts.measurement(result_id(parts, side, knees), codes::MOBILITY_REACH.into())
    }
}

/// Why bends have no result.
fn why_unknown(tested: &Tested) -> FhirValue {
    match tested.bends {
        0 => FhirValue::absent(codes::NOT_PERFORMED, codes::NOT_TRIED),
        _ => FhirValue::absent(codes::UNKNOWN, codes::TOO_FEW_COUNT),
    }
}

/// What soft knees change, seen from this side.
fn soft_against_straight(parts: &Parts<'_>, side: Side, legs: &Legs) -> FhirObservation {
    let compared = ComparedReaches {
        id: parts.id("soft-knees", side_code(side).code),
        code: codes::SOFT_AGAINST_STRAIGHT,
        about: seen_from(side),
        of: [legs.soft.reach, legs.straight.reach],
        from: [Knees::Soft, Knees::Straight].map(|knees| reference(&result_id(parts, side, knees))),
    };
    compared.observation(parts)
}

/// How both sides differ with these knees.
fn right_against_left(parts: &Parts<'_>, knees: Knees, screen: &Mobility) -> FhirObservation {
    let compared = ComparedReaches {
        id: parts.id("sides", knees_code(knees).code),
        code: codes::RIGHT_AGAINST_LEFT,
        about: with(knees),
        of: Side::ALL.map(|side| screen.side(side).with(knees).reach),
        from: Side::ALL.map(|side| reference(&result_id(parts, side, knees))),
    };
    compared.observation(parts)
}

/// Two results, the first of which may be more than the second.
struct ComparedReaches {
    id: String,
    code: CodeEntry,
    about: FhirComponent,
    of: [Option<Reach>; 2],
    from: [FhirReference; 2],
}

impl ComparedReaches {
    fn observation(self, parts: &Parts<'_>) -> FhirObservation {
        let [one, other] = self.of;
        let found = one.zip(other).map(|(one, other)| compare(&one, &other));
        let (value, difference) = match found {
            None => (FhirValue::absent(codes::UNKNOWN, codes::ONE_UNKNOWN), None),
            Some(Comparison::Open) => (FhirValue::absent(codes::UNKNOWN, codes::COMPARISON_OPEN), None),
            Some(Comparison::Alike) => (FhirValue::Concept(codes::ALIKE.into()), None),
            Some(Comparison::More(difference)) => (FhirValue::Concept(codes::MORE.into()), Some(difference)),
            Some(Comparison::Less(difference)) => (FhirValue::Concept(codes::LESS.into()), Some(difference)),
        };
        let difference = difference.map(|difference| {
            let why = (codes::UNKNOWN, codes::NOT_KEPT);
            bounded_angle(codes::REACH_DIFFERENCE, Some(difference.into()), why)
        });
        FhirObservation {
            value: Some(value),
            derived_from: self.from.into(),
            component: [self.about].into_iter().chain(difference.into_iter().flatten()).collect(),
            ..parts.measurement(self.id, self.code.into())
        }
    }
}

fn result_id(parts: &Parts<'_>, side: Side, knees: Knees) -> String {
    parts.id("mobility", &format!("{} {}", side_code(side).code, knees_code(knees).code))
}

fn seen_from(side: Side) -> FhirComponent {
    choice(codes::SIDE, side_code(side))
}

fn with(knees: Knees) -> FhirComponent {
    choice(codes::KNEES, knees_code(knees))
}

fn side_code(side: Side) -> CodeEntry {
    match side {
        Side::Right => codes::RIGHT,
        Side::Left => codes::LEFT,
    }
}

fn knees_code(knees: Knees) -> CodeEntry {
    match knees {
        Knees::Straight => codes::STRAIGHT,
        Knees::Soft => codes::SOFT,
    }
}
