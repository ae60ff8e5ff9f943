//! Repetitions from synthetic movements, at the frame rates of pictures, slow cameras and fast ones.

use super::super::fixtures::{RATES, leaning, measured, set};
use super::*;
use crate::geometry::{StandingDoubt, StandingFlaw, State};

fn events(measurements: impl IntoIterator<Item = (Timestamp, Measurement)>) -> (Vec<Repetition>, Vec<Phase>) {
    let mut tracker = RepetitionTracker::default();
    let (mut repetitions, mut phases) = (Vec::new(), Vec::new());
    for (time, measurement) in measurements {
        if let Some(Event::RepetitionFinished(done)) = tracker.observe(time, &measurement, &Bands::default()) {
            repetitions.push(done);
        }
        phases.push(tracker.phase());
    }
    phases.dedup();
    (repetitions, phases)
}

fn count(measurements: impl IntoIterator<Item = (Timestamp, Measurement)>) -> usize {
    events(measurements).0.len()
}

/// Ten seconds of a trunk with this lean in degrees at each time in seconds.
fn movement(rate: f64, lean: impl Fn(f64) -> f32) -> Vec<(Timestamp, Measurement)> {
    let times = (0..(10.0 * rate) as u32).map(|number| f64::from(number) / rate);
    times.map(|time| (Timestamp::from_secs_f64(time), measured(leaning(lean(time))))).collect()
}

#[test]
fn a_repetition_is_the_same_at_any_rate() {
    for rate in RATES {
        let (repetitions, _) = events(set(rate, 70.0, 5.0));
        assert_eq!(repetitions.len(), 1, "{rate}");
        let done = repetitions[0];
        assert_eq!(done.verdict, Some(Verdict::Hips));
        assert!((done.bend.hip_flexion.to_degrees() - 65.0).abs() < 4.0, "{rate}: {:?}", done.bend);
        let [start, bottom, end] = [done.start, done.bottom, done.end].map(Timestamp::as_secs_f64);
        for (name, time, expected) in [("start", start, 1.2), ("bottom", bottom, 2.5), ("end", end, 3.75)] {
            assert!((time - expected).abs() < 1.05 / rate, "{name} at {rate} frames a second: {time}");
        }
    }
}

#[test]
fn phases_do_not_flicker_from_noise() {
    for rate in [15.0, 30.0, 60.0] {
        let noise = |number: usize| [0.4, -0.5, 0.1, 0.5, -0.3, 0.0, -0.4][number % 7];
        let mut noisy = set(rate, 70.0, 5.0);
        for (number, (_, measurement)) in noisy.iter_mut().enumerate() {
            if let Some(bend) = &mut measurement.filtered {
                bend.trunk_inclination += Angle::degrees(noise(number));
            }
        }
        assert_eq!(events(noisy).1, [Phase::Top, Phase::Down, Phase::Bottom, Phase::Up, Phase::Top], "{rate}");
    }
}

#[test]
fn whoever_sinks_again_half_way_up_goes_down() {
    let lean = |time: f64| match time {
        ..1.0 => 0.0,
        ..2.0 => 60.0 * (time - 1.0),
        ..2.5 => 60.0 - 60.0 * (time - 2.0),
        ..3.0 => 30.0 + 40.0 * (time - 2.5),
        ..4.0 => 50.0,
        _ => (50.0 - 60.0 * (time - 4.0)).max(0.0),
    };
    let (repetitions, phases) = events(movement(30.0, |time| lean(time) as f32));
    assert_eq!(repetitions.len(), 1);
    let seen = [Phase::Top, Phase::Down, Phase::Up, Phase::Down, Phase::Bottom, Phase::Up, Phase::Top];
    assert_eq!(phases.iter().filter(|phase| seen.contains(phase)).count(), phases.len());
    assert!(phases.ends_with(&seen[2..]), "{phases:?}");
}

#[test]
fn those_who_do_not_stand_up_tall_in_between_are_counted() {
    for rate in [15.0, 30.0, 60.0] {
        let touch_and_go = |time: f64| match time {
            ..1.0 | 7.0.. => 0.0,
            time => 35.0 - 23.0 * ((time - 1.0) * std::f64::consts::TAU / 2.0).cos() as f32,
        };
        assert_eq!(count(movement(rate, touch_and_go)), 3, "{rate}: each comes up to 12° only");
    }
}

#[test]
fn a_zero_that_is_a_little_off_does_not_keep_a_repetition_open() {
    let off = |time: f64| if (2.0..4.0).contains(&time) { 60.0 } else { 9.0 };
    let (repetitions, phases) = events(movement(30.0, off));
    assert_eq!((repetitions.len(), phases.last()), (1, Some(&Phase::Top)));
}

#[test]
fn sway_and_nods_are_no_repetitions() {
    for rate in RATES {
        assert_eq!(count(movement(rate, |time| 8.0 * (time * 3.0).sin() as f32)), 0, "{rate}");
        assert_eq!(count(movement(rate, |time| 14.0 * (time * 3.0).sin() as f32)), 0, "{rate}");
    }
}

#[test]
fn wavering_after_a_repetition_is_no_other() {
    let after = |time: f64| match time {
        ..1.0 => 0.0,
        ..3.0 => 60.0,
        time => 13.0 + 3.5 * (time * 3.0).sin() as f32,
    };
    assert_eq!(count(movement(30.0, after)), 1);
}

#[test]
fn wavering_at_the_threshold_is_counted_once() {
    let lean = |time: f64| if (3.0..6.0).contains(&time) { 45.0 } else { 10.5 + 2.5 * (time * 9.0).sin() as f32 };
    let upright = |time: f64| if (1.0..=8.0).contains(&time) { lean(time) } else { 0.0 };
    assert_eq!(count(movement(15.0, upright)), 1);
}

#[test]
fn one_that_is_not_finished_does_not_count() {
    assert_eq!(count(movement(15.0, |time| if time < 2.0 { 0.0 } else { 60.0 })), 0);
}

#[test]
fn no_bend_goes_on_over_the_border_of_two_stretches() {
    let repetitions = |lean: fn(f64) -> f32| {
        let (mut tracker, mut finished) = (RepetitionTracker::default(), Vec::new());
        for (number, (time, measurement)) in movement(30.0, lean).into_iter().enumerate() {
            if number == 60 {
                tracker.begin_stretch(); // after two seconds
            }
            if let Some(Event::RepetitionFinished(done)) = tracker.observe(time, &measurement, &Bands::default()) {
                finished.push(done);
            }
        }
        finished
    };
    let sinking = repetitions(|time: f64| if (1.0..2.0).contains(&time) { 40.0 * (time - 1.0) as f32 } else { 0.0 });
    let low = repetitions(|time: f64| if (1.0..2.0).contains(&time) { 40.0 } else { 0.0 });
    let hidden = [sinking, low].map(|finished| finished.iter().map(|done| done.bottom_hidden).collect::<Vec<_>>());
    assert_eq!(hidden, [[true], [false]], "of who still sinks the bottom is not known");
    let begun_unseen = repetitions(|time: f64| if (2.0..4.0).contains(&time) { 40.0 } else { 0.0 });
    let of_two_people = repetitions(|time: f64| if (1.0..4.0).contains(&time) { 40.0 } else { 0.0 });
    assert_eq!((begun_unseen, of_two_people), (Vec::new(), Vec::new()));
}

/// The repetitions of a set, nothing of which is seen between two times in seconds.
fn repetitions_hidden(rate: f64, from: f64, to: f64) -> Vec<Repetition> {
    let mut set = set(rate, 70.0, 0.0);
    for (time, measurement) in &mut set {
        if (from..to).contains(&time.as_secs_f64()) {
            *measurement = Measurement { state: State::Hidden, ..Measurement::default() };
        }
    }
    events(set).0
}

#[test]
fn a_repetition_is_counted_though_a_second_of_it_was_hidden_and_not_after_a_long_gap() {
    for rate in [6.0, 15.0, 30.0, 60.0] {
        for (from, to) in [(1.9, 2.6), (2.1, 3.3), (1.5, 3.2), (2.5, 3.6), (2.5, 4.3)] {
            assert_eq!(repetitions_hidden(rate, from, to).len(), 1, "{rate}: {from} to {to} s");
        }
        assert_eq!(repetitions_hidden(rate, 1.4, 3.8).len(), 0, "{rate}");
    }
}

#[test]
fn a_bottom_that_was_hidden_is_not_judged_and_one_that_was_seen_is() {
    for rate in [15.0, 30.0, 60.0] {
        let verdict = |from, to| {
            let repetition = repetitions_hidden(rate, from, to)[0];
            assert_eq!(repetition.bottom_hidden, repetition.verdict.is_none(), "{rate}: {from} to {to} s");
            repetition.verdict
        };
        assert_eq!(verdict(1.5, 3.2), None, "{rate}: from 35° on the way down to 56° on the way up");
        assert_eq!(verdict(1.5, 2.55), Some(Verdict::Hips), "{rate}: it went on deeper and was held");
        assert_eq!(verdict(2.6, 3.8), Some(Verdict::Hips), "{rate}: the way up");
    }
}

/// Down and up at once, as people do who bend as they like: 60° in 0.9 s each way, lowest at 3 s. Between two times in seconds nothing of it is
/// measured, or no frames come.
fn quick_bend(rate: f64, (from, to): (f64, f64), dropped: bool) -> Repetition {
    let mut quick = movement(rate, |time| (60.0 - 60.0 * (time - 3.0).abs() / 0.9).max(0.0) as f32);
    let is_hidden = |time: Timestamp| (from..to).contains(&time.as_secs_f64());
    quick.retain(|(time, _)| !dropped || !is_hidden(*time));
    for (time, measurement) in &mut quick {
        if let Some(bend) = &mut measurement.filtered {
            bend.hip_flexion = bend.trunk_inclination;
        }
        if is_hidden(*time) {
            *measurement = Measurement { state: State::Glare, ..Measurement::default() };
        }
    }
    let repetitions = events(quick).0;
    assert_eq!(repetitions.len(), 1, "{rate}: {from} to {to} s");
    repetitions[0]
}

#[test]
fn the_bottom_of_a_quick_bend_is_in_a_gap_of_half_a_second() {
    for (rate, dropped) in [10.0, 15.0, 30.0].into_iter().flat_map(|rate| [(rate, false), (rate, true)]) {
        let verdict = |from, to| quick_bend(rate, (from, to), dropped).verdict;
        assert_eq!(verdict(2.75, 3.45), None, "{rate}: from 43° on the way down to 30° on the way up");
        assert_eq!(verdict(2.95, 3.05), Some(Verdict::Hips), "{rate}: a frame or two at the bottom");
        assert_eq!(verdict(2.3, 2.7), Some(Verdict::Hips), "{rate}: the way down");
    }
}

#[test]
fn frames_that_all_come_as_far_apart_hide_nothing() {
    for rate in [2.5, 3.0] {
        let done = quick_bend(rate, (0.0, 0.0), false);
        assert!(!done.bottom_hidden && done.verdict == Some(Verdict::Hips), "{rate}");
    }
}

#[test]
fn a_bend_whose_beginning_nobody_saw_does_not_count() {
    let mut hidden = set(15.0, 70.0, 0.0);
    for (_, measurement) in &mut hidden[5..35] {
        *measurement = Measurement { state: State::Hidden, ..Measurement::default() };
    }
    assert_eq!(count(hidden), 0, "hidden while standing, then seen bent");
    let mut stalled = set(15.0, 70.0, 0.0);
    for (time, _) in &mut stalled[35..] {
        *time = Timestamp::from_secs_f64(time.as_secs_f64() + 5.0);
    }
    assert_eq!(count(stalled), 0, "no frames for 5 s in the bend");
}

#[test]
fn the_posture_at_the_bottom_is_typical_not_the_worst_frame() {
    let mut set = set(15.0, 70.0, 5.0);
    if let Some(bend) = &mut set[37].1.filtered {
        bend.lumbar_flexion = Angle::degrees(60.0);
    }
    assert!((events(set).0[0].bend.lumbar_flexion.to_degrees() - 5.0).abs() < 0.5);
}

#[test]
fn a_repetition_keeps_the_greatest_doubt_about_standing_among_the_frames_at_its_bottom() {
    let doubt = |degrees| StandingDoubt { angle: Angle::degrees(degrees), flaw: Some(StandingFlaw::ArmUp) };
    let mut set = set(15.0, 70.0, 5.0);
    for (time, measurement) in &mut set {
        let at_bottom = (2.1..2.3).contains(&time.as_secs_f64());
        measurement.standing_doubt = Some(doubt(if at_bottom { 5.0 } else { 1.0 }));
    }
    assert_eq!(events(set.clone()).0[0].standing_doubt, Some(doubt(5.0)));
    set.iter_mut().for_each(|(_, measurement)| measurement.standing_doubt = None);
    assert_eq!(events(set).0[0].standing_doubt, None);
}
