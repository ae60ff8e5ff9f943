//! The mobility screen on numbers alone.

use std::time::Duration;

use super::*;
use crate::coach::Repetition;
use crate::geometry::{Bend, HalfWidth90};
use crate::source::Timestamp;

fn reach(angle: f32, half_width_90: f32) -> Reach {
    Reach { angle: degrees(angle), half_width_90: degrees(half_width_90), limited: true }
}

fn unlimited(angle: f32, half_width_90: f32) -> Reach {
    Reach { limited: false, ..reach(angle, half_width_90) }
}

fn bends(side: Side, knees: Knees, reaches: [Reach; BENDS]) -> Vec<Trial> {
    reaches.map(|reach| Trial { side, knees, reach: Some(reach) }).to_vec()
}

fn alike(side: Side, knees: Knees, angle: f32) -> Vec<Trial> {
    bends(side, knees, [reach(angle, 6.0); BENDS])
}

fn form(knee: f32, half_width_90: f32) -> Form {
    let at = Timestamp::from_secs_f64;
    let bend = Bend { hip_flexion: degrees(52.0), knee_flexion: degrees(knee), ..Bend::default() };
    let repetition = Repetition {
        start: at(0.0),
        bottom: at(3.0),
        end: at(6.0),
        bend,
        half_width_90: HalfWidth90::default(),
        verdict: None,
        verdict_probability: None,
        confidence: 0.9,
        bottom_hidden: false,
        standing_doubt: None,
    };
    Form {
        repetition,
        joined: Some(degrees(52.0)),
        reach: reach(52.0, half_width_90),
        neck_extension: Some(Angle::zero()),
        down: Duration::from_secs(3),
        facing: Some(Facing::Left),
    }
}

fn asked(knees: Knees) -> Asked {
    let (least, most) = if knees == Knees::Straight { (-10.0, 12.0) } else { (20.0, 50.0) };
    Asked { knees, flexion: degrees(least)..=degrees(most), turned: false }
}

#[test]
fn a_bend_counts_only_with_the_knees_that_were_asked_for_and_where_something_can_be_told() {
    use Knees::{Soft, Straight};
    for (knees, knee, half_width_90, miss) in [
        (Straight, 8.0, 6.0, None),
        (Straight, -14.0, 6.0, None),
        (Straight, 18.0, 6.0, Some(Miss::KneesBent(Straight))),
        (Straight, 8.0, 21.0, Some(Miss::CouldNotTell)),
        (Soft, 30.0, 6.0, None),
        (Soft, 12.0, 6.0, Some(Miss::KneesStraight)),
        (Soft, 60.0, 6.0, Some(Miss::KneesBent(Soft))),
    ] {
        assert_eq!(asked(knees).miss(&form(knee, half_width_90)), miss, "{knees:?} {knee}° ± {half_width_90}°");
    }
    let mut hidden = form(8.0, 6.0);
    hidden.repetition.bottom_hidden = true;
    assert_eq!(asked(Straight).miss(&hidden), Some(Miss::CouldNotTell), "it may have gone on");
    assert_eq!(asked(Soft).miss(&hidden), Some(Miss::CouldNotTell), "and the knees may have bent");
    hidden.repetition.bend.knee_flexion = degrees(18.0);
    assert_eq!(asked(Straight).miss(&hidden), Some(Miss::KneesBent(Straight)), "they did");
    let trial = asked(Straight).trial(&form(8.0, 6.0)).unwrap();
    assert_eq!((trial.side, trial.reach), (Side::Left, Some(reach(52.0, 6.0))));
    assert_eq!(asked(Straight).trial(&form(30.0, 6.0)).unwrap().reach, None);
    assert_eq!(asked(Straight).trial(&Form { facing: None, ..form(8.0, 6.0) }), None);
}

#[test]
fn the_median_of_three_does_not_mind_one_that_went_wrong_but_says_so() {
    let tested = |reaches| Mobility::of(&bends(Side::Right, Knees::Straight, reaches)).right.straight.reach.unwrap();
    let sure = tested([reach(52.0, 6.0); BENDS]);
    assert!(
        (sure.angle - degrees(52.0)).radians.abs() < 1e-4 && (sure.half_width_90 - degrees(6.0)).radians.abs() < 1e-4
    );
    let one_wrong = tested([reach(52.0, 6.0), reach(36.0, 9.0), reach(54.0, 5.0)]);
    assert!((one_wrong.angle - degrees(52.0)).radians.abs() < 1e-4);
    // The root of 6² + (0.93 · 18)².
    assert!((one_wrong.half_width_90.to_degrees() - 17.8).abs() < 0.1, "{one_wrong:?}");
}

#[test]
fn three_bends_that_differ_by_everything_there_is_tell_nothing() {
    let tested = |reaches| Mobility::of(&bends(Side::Right, Knees::Straight, reaches)).right.straight;
    let apart = tested([reach(14.0, 6.0), unlimited(73.0, 6.0), unlimited(79.0, 6.0)]);
    assert_eq!(apart, Tested { bends: 3, reach: None }, "at least 73° ± 61");
    assert_eq!(tested([reach(52.0, 6.0), reach(30.0, 9.0), reach(54.0, 5.0)]).reach, None, "52° ± 24");
}

#[test]
fn the_median_may_be_more_if_a_bend_at_or_below_it_was_not_stopped_by_the_back() {
    let tested = |reaches| Mobility::of(&bends(Side::Right, Knees::Straight, reaches)).right.straight.reach.unwrap();
    assert!(tested([reach(50.0, 6.0), reach(55.0, 6.0), unlimited(60.0, 6.0)]).limited);
    assert!(!tested([reach(50.0, 6.0), unlimited(55.0, 6.0), reach(60.0, 6.0)]).limited);
    assert!(!tested([unlimited(50.0, 6.0), reach(55.0, 6.0), reach(60.0, 6.0)]).limited);
}

#[test]
fn the_spread_of_three_is_what_it_is_said_to_be() {
    // A small generator of our own, so that the test draws the same numbers everywhere.
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f32 + 0.5) / (1_u64 << 31) as f32
    };
    let mut normal = || (-2.0 * uniform().ln()).sqrt() * (std::f32::consts::TAU * uniform()).cos();
    let holds = (0..20_000).filter(|_| {
        let drawn =
            [normal(), normal(), normal()].map(|angle| Reach { angle: Angle::radians(angle), ..Reach::default() });
        let middle = middle(drawn);
        middle.angle.radians.abs() <= middle.half_width_90.radians
    });
    let share = holds.count() as f32 / 20_000.0;
    assert!((share - 0.9).abs() < 0.01, "{share}");
}

#[test]
fn fewer_than_three_that_count_tell_nothing() {
    let mut trials = alike(Side::Left, Knees::Soft, 60.0);
    trials[1].reach = None;
    let mobility = Mobility::of(&trials);
    assert_eq!(mobility.left.soft, Tested { bends: 3, reach: None });
    let findings = mobility.findings();
    let unknown = |knees| MobilityFinding::Reach { side: Side::Left, knees, reach: None };
    assert_eq!(findings, [unknown(Knees::Straight), unknown(Knees::Soft)]);
    assert!(Mobility::default().findings().is_empty());
    trials.extend(alike(Side::Left, Knees::Soft, 66.0));
    let newest = Mobility::of(&trials).left.soft;
    assert!(newest.bends == 6 && (newest.reach.unwrap().angle - degrees(66.0)).radians.abs() < 1e-4);
}

#[test]
fn a_difference_is_told_only_beyond_the_error_of_both() {
    for (one, other, expected) in [
        (reach(60.0, 6.0), reach(52.0, 6.0), "alike"),
        (reach(61.0, 6.0), reach(52.0, 6.0), "more"),
        (reach(52.0, 6.0), reach(61.0, 6.0), "less"),
        (reach(61.0, 7.0), reach(52.0, 6.0), "alike"),
        (unlimited(61.0, 6.0), reach(52.0, 6.0), "at least more"),
        (reach(61.0, 6.0), unlimited(52.0, 6.0), "open"),
        (unlimited(61.0, 6.0), unlimited(52.0, 6.0), "open"),
    ] {
        let word = match compare(&one, &other) {
            Comparison::More(Difference { at_least: true, .. }) => "at least more",
            Comparison::More(difference) => {
                assert!((difference.angle - degrees(9.0)).radians.abs() < 1e-4);
                "more"
            }
            Comparison::Less(_) => "less",
            Comparison::Alike => "alike",
            Comparison::Open => "open",
        };
        assert_eq!(word, expected, "{one:?} against {other:?}");
    }
}

#[test]
fn more_room_with_soft_knees_points_to_the_hamstrings_and_sides_are_told_where_they_differ() {
    let four = |right: [f32; 2], left: [f32; 2]| {
        let side = |side, [straight, soft]: [f32; 2]| {
            [alike(side, Knees::Straight, straight), alike(side, Knees::Soft, soft)].concat()
        };
        Mobility::of(&[side(Side::Right, right), side(Side::Left, left)].concat()).findings()
    };
    let short = four([40.0, 60.0], [42.0, 60.0]);
    assert!(
        matches!(short[2], MobilityFinding::SoftKnees { side: Side::Right, change: Comparison::More(_) }),
        "{short:?}"
    );
    assert_eq!(short.iter().filter(|finding| **finding == MobilityFinding::Hamstrings).count(), 1);
    assert!(!short.iter().any(|finding| matches!(finding, MobilityFinding::Sides { .. })));
    assert!(!four([40.0, 60.0], [42.0, 44.0]).contains(&MobilityFinding::Hamstrings), "seen from one side only");
    let even = four([55.0, 58.0], [54.0, 59.0]);
    assert!(!even.contains(&MobilityFinding::Hamstrings), "{even:?}");
    let differs = four([40.0, 42.0], [55.0, 56.0]);
    let sides: Vec<_> = differs.iter().filter(|finding| matches!(finding, MobilityFinding::Sides { .. })).collect();
    assert!(matches!(
        sides[..],
        [MobilityFinding::Sides { more: Side::Left, .. }, MobilityFinding::Sides { more: Side::Left, .. }]
    ));
}

#[test]
fn what_has_changed_since_an_earlier_screen_is_told_beyond_the_error_of_both() {
    use Knees::{Soft, Straight};
    let screen = |straight, soft| {
        let bends = [alike(Side::Right, Straight, straight), alike(Side::Right, Soft, soft)];
        Mobility::of(&bends.concat())
    };
    let before = screen(40.0, 60.0);
    // Two errors of 6 deg make an MDC95 of 10.1 deg.
    assert_eq!(screen(50.0, 52.0).since(&before), [MobilityFinding::Unchanged]);
    let changes = screen(51.0, 45.0).since(&before);
    let [
        MobilityFinding::Since { knees: Straight, change: Comparison::More(more), .. },
        MobilityFinding::Since { knees: Soft, change, .. },
    ] = &changes[..]
    else {
        panic!("{changes:?}")
    };
    assert!(matches!(change, Comparison::Less(_)));
    assert_eq!((more.angle.to_degrees().round(), more.half_width_90.to_degrees().ceil()), (11.0, 9.0));
    let open = Mobility::of(&bends(Side::Right, Straight, [unlimited(25.0, 6.0); BENDS]));
    assert_eq!(open.since(&before), [], "the hips may have gone as far");
    assert_eq!(Mobility::default().since(&before), [], "nothing is known of both");
}
