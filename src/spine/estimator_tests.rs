//! The estimator with fake people and a fake network.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use euclid::Angle;

use super::*;
use crate::spine::fixtures::{TestPosture, pose};
use crate::spine::network::FrameCode;
use crate::spine::outline::{DORSAL, SIZE};
use crate::spine::sagittal::SagittalVector;
use crate::spine::{Change, StandingFlaw, StandingSurvey};

/// A network that returns the mean of the back's x: enough to tell postures apart, and off by 5° in standing.
#[derive(Clone, Debug, Default)]
struct FakeReader {
    /// Whether it sees hair over the neck.
    hair: bool,
    /// Whether it takes an elbow behind the back for something before the legs.
    things: bool,
    /// Whether it takes an elbow behind the back for somebody who is turned by 35°.
    turns: bool,
    /// Whether a number that it says of a bent back is not finite.
    silent: bool,
    /// How often it, or a copy of it, was asked for all of a frame and for a change.
    asked: Arc<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    frames: AtomicUsize,
    changes: AtomicUsize,
}

impl Asked {
    /// For all of a frame, and for a change.
    fn so_far(&self) -> (usize, usize) {
        (self.frames.load(Ordering::Relaxed), self.changes.load(Ordering::Relaxed))
    }
}

fn is_bridged(frame: &[f32; SIZE]) -> bool {
    frame[2 * DORSAL..3 * DORSAL].iter().sum::<f32>() > 0.0
}

impl Reader for FakeReader {
    fn hidden_parts(&mut self, frame: &[f32; SIZE]) -> Result<Option<HiddenParts>, SpineError> {
        let legs = if self.things && is_bridged(frame) { 1.0 } else { 0.0 };
        Ok(Some(HiddenParts { hair_over_neck: self.hair, legs, legs_in_standing: legs }))
    }

    fn read(&mut self, frame: &[f32; SIZE]) -> Result<Option<FrameReading>, SpineError> {
        self.asked.frames.fetch_add(1, Ordering::Relaxed);
        let width = frame[0] - frame[127];
        let yaw = if self.turns && is_bridged(frame) { Angle::degrees(35.0) } else { Angle::zero() };
        let (pelvis, upper_lumbar) = (Angle::radians(width), Angle::radians(width));
        let levels = [SagittalVector::new(-0.1, -0.4), SagittalVector::zero(), SagittalVector::new(0.0, 0.5)];
        let (hidden, code) = (self.hidden_parts(frame)?, FrameCode::of_number(width));
        Ok(hidden.map(|hidden| FrameReading { pelvis, upper_lumbar, yaw, levels, hidden, code }))
    }

    fn change(&mut self, now: &FrameCode, standing: &FrameCode) -> Result<Option<Change>, SpineError> {
        self.asked.changes.fetch_add(1, Ordering::Relaxed);
        let (lean, off) = (Angle::radians(now.0[0] - standing.0[0]), Angle::degrees(5.0));
        let change = Change::of_angles(lean + off, lean * 1.1 + off, Angle::zero());
        Ok((!self.silent || now == standing).then_some(change))
    }
}

/// Feeds one posture for this many frames at 15 frames/s. Returns the last result.
fn feed(estimator: &mut Estimator, from: u32, frames: u32, posture: TestPosture) -> BackSight {
    let pose = pose(&posture);
    let times = (from..from + frames).map(|number| Timestamp::from_secs_f64(f64::from(number) / 15.0));
    times.map(|time| estimator.estimate(time, &pose).unwrap()).last().unwrap()
}

fn bent() -> TestPosture {
    TestPosture { pelvis: 50.0, thigh: -10.0, ..TestPosture::default() }
}

#[test]
fn first_standing_then_the_change_from_it_and_the_networks_own_offset_is_gone() {
    let mut estimator = Estimator::new(Box::new(FakeReader::default()));
    assert_eq!(feed(&mut estimator, 0, 10, TestPosture::default()).seen().unwrap().change, None);
    let standing = feed(&mut estimator, 10, 10, TestPosture::default()).seen().unwrap();
    assert!(standing.change.unwrap().pelvis.angle.to_degrees().abs() < 0.1);
    let bent = feed(&mut estimator, 20, 1, bent()).seen().unwrap();
    assert!(bent.change.unwrap().pelvis.angle.to_degrees().abs() > 10.0);
}

#[test]
fn the_levels_lie_on_the_curve_in_the_picture_on_both_sides() {
    for facing in [Facing::Left, Facing::Right] {
        let posture = TestPosture { facing, ..bent() };
        let back = feed(&mut Estimator::new(Box::new(FakeReader::default())), 0, 1, posture).seen().unwrap();
        assert_eq!(back.facing, facing);
        let c7 = back.c7.unwrap();
        assert_eq!(c7, back.upper_end());
        for level in [back.s1, back.t12, c7] {
            let near = back.curve.iter().map(|point| (*point - level).length()).fold(f32::MAX, f32::min);
            assert!(near < 1.0, "{level:?} is {near} px off the curve");
        }
        let ahead = (c7.x - back.s1.x) * if facing == Facing::Right { 1.0 } else { -1.0 };
        assert!(ahead > 0.0 && c7.y < back.s1.y, "the neck is before and above the sacrum");
    }
}

#[test]
fn a_back_of_which_the_network_says_nothing_finite_is_hidden_and_only_then() {
    let reader = FakeReader { silent: true, ..FakeReader::default() };
    let mut estimator = Estimator::new(Box::new(reader));
    feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
    assert_eq!(feed(&mut estimator, 20, 1, bent()), BackSight::Unseen(Unseen::Hidden));
    let again = feed(&mut estimator, 21, 1, TestPosture::default()).seen().unwrap();
    assert!(again.change.unwrap().pelvis.angle.is_finite());
}

#[test]
fn hair_over_the_neck_hides_c7_and_nothing_else() {
    let seen = |hair: bool| {
        let mut estimator = Estimator::new(Box::new(FakeReader { hair, ..FakeReader::default() }));
        feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
        feed(&mut estimator, 20, 1, bent()).seen().unwrap()
    };
    let (bare, hidden) = (seen(false), seen(true));
    assert_eq!(hidden.c7, Err(HairOverNeck));
    assert_eq!(BackEstimate { c7: bare.c7, ..hidden }, bare);
}

/// Somebody who holds something before the legs, for a network that sees `things`.
fn holding(posture: TestPosture) -> TestPosture {
    TestPosture { elbow_behind: true, ..posture }
}

#[test]
fn what_is_before_the_legs_is_told_and_becomes_no_part_of_the_standing() {
    let mut estimator = Estimator::new(Box::new(FakeReader { things: true, ..FakeReader::default() }));
    let hidden = BackSight::Unseen(Unseen::LegsHidden);
    assert_eq!(feed(&mut estimator, 0, 40, holding(TestPosture::default())), hidden);
    assert_eq!(estimator.standing(), None);
    feed(&mut estimator, 40, 20, TestPosture::default()).seen().unwrap();
    let standing = estimator.standing().unwrap();
    let free = feed(&mut estimator, 60, 1, bent());
    assert_eq!(feed(&mut estimator, 61, 40, holding(TestPosture::default())), hidden, "picked up");
    assert_eq!(feed(&mut estimator, 101, 10, holding(bent())), hidden);
    assert_eq!(estimator.standing(), Some(standing));
    assert_eq!(feed(&mut estimator, 111, 1, bent()), free, "laid down again");
}

#[test]
fn whoever_turns_round_stands_anew() {
    let mut estimator = Estimator::new(Box::new(FakeReader::default()));
    feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
    assert!(estimator.standing().is_some());
    let turned = TestPosture { facing: Facing::Left, ..TestPosture::default() };
    let seen: Vec<_> = (20..70).map(|frame| feed(&mut estimator, frame, 1, turned)).collect();
    assert_eq!(seen[0], BackSight::Unseen(Unseen::NotSideOn), "until it is settled nothing is measured");
    let changes: Vec<bool> = seen.into_iter().filter_map(BackSight::seen).map(|back| back.change.is_some()).collect();
    assert_eq!(changes.first(), Some(&false), "the old standing is forgotten");
    assert_eq!(changes.last(), Some(&true), "and a new one found");
}

#[test]
fn whoever_was_out_of_view_for_a_while_stands_anew_and_a_pause_changes_nothing() {
    let mut estimator = Estimator::new(Box::new(FakeReader::default()));
    feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
    assert!(feed(&mut estimator, 200, 1, bent()).seen().unwrap().change.is_some(), "no frames for 12 s is a pause");
    estimator.nobody(Timestamp::from_secs_f64(14.0));
    assert!(feed(&mut estimator, 220, 1, bent()).seen().unwrap().change.is_some(), "away for a moment");
    estimator.nobody(Timestamp::from_secs_f64(15.0));
    assert!(feed(&mut estimator, 300, 1, bent()).seen().unwrap().change.is_none(), "away for 5 s");
}

#[test]
fn whoever_sits_or_is_cut_off_is_in_view_and_whoever_comes_back_is_not_known_for_being_so_at_first() {
    let is_known = |between: &[(f64, bool)]| {
        let mut estimator = Estimator::new(Box::new(FakeReader::default()));
        feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
        for (seconds, in_view) in between {
            let time = Timestamp::from_secs_f64(*seconds);
            if *in_view { estimator.obstructed(time) } else { estimator.nobody(time) }
        }
        feed(&mut estimator, 300, 1, bent()).seen().unwrap().change.is_some()
    };
    assert!(
        is_known(&[(1.4, true), (1.5, false), (1.6, true), (19.9, true)]),
        "lost for one frame of a rest on a chair"
    );
    assert!(!is_known(&[(1.4, false), (10.0, true), (19.9, true)]), "somebody sits down after 9 s");
    assert!(
        !is_known(&[(1.4, false), (3.4, true), (3.5, false), (5.5, true)]),
        "a chair that was once taken for somebody"
    );
}

/// Somebody who stands two trunk lengths beside the others.
fn elsewhere() -> Pose {
    let mut elsewhere = pose(&TestPosture::default());
    for landmark in &mut elsewhere.landmarks {
        landmark.point.x += 200.0;
    }
    elsewhere.region.center.x += 200.0;
    elsewhere
}

#[test]
fn somebody_elsewhere_from_one_frame_to_the_next_is_somebody_else() {
    let mut estimator = Estimator::new(Box::new(FakeReader::default()));
    feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
    let seen = estimator.estimate(Timestamp::from_secs_f64(20.0 / 15.0), &elsewhere()).unwrap();
    assert_eq!(seen.seen().unwrap().change, None);
}

#[test]
fn so_is_somebody_elsewhere_after_a_second_in_which_nothing_moved() {
    let is_known = |before: fn(&mut Estimator)| {
        let mut estimator = Estimator::new(Box::new(FakeReader::default()));
        feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
        before(&mut estimator);
        let seen = estimator.estimate(Timestamp::from_secs_f64(35.0 / 15.0), &elsewhere()).unwrap();
        seen.seen().unwrap().change.is_some()
    };
    let rest = |estimator: &mut Estimator| estimator.hold(Timestamp::from_secs_f64(34.0 / 15.0));
    let empty_room = |estimator: &mut Estimator| {
        estimator.nobody(Timestamp::from_secs_f64(20.0 / 15.0));
        estimator.hold(Timestamp::from_secs_f64(34.0 / 15.0));
    };
    let nothing = |_: &mut Estimator| ();
    assert!(!is_known(rest));
    assert!(is_known(empty_room) && is_known(nothing), "they may have walked");
}

#[test]
fn a_back_beyond_the_edge_of_the_picture_is_cut_off() {
    let mut at_the_edge = pose(&bent());
    at_the_edge.picture_size = euclid::size2(1280.0, 470.0);
    let seen = Estimator::new(Box::new(FakeReader::default())).estimate(Timestamp::default(), &at_the_edge).unwrap();
    assert_eq!(seen, BackSight::Unseen(Unseen::CutOff));
}

#[test]
fn a_person_seen_from_the_front_has_no_back_to_measure() {
    let frontal = TestPosture { yaw: 80.0, ..TestPosture::default() };
    assert_eq!(
        feed(&mut Estimator::new(Box::new(FakeReader::default())), 0, 1, frontal),
        BackSight::Unseen(Unseen::NotSideOn)
    );
}

#[test]
fn an_empty_mask_is_hidden() {
    let mut empty = pose(&TestPosture::default());
    empty.mask.probability.fill(0.0);
    let seen = Estimator::new(Box::new(FakeReader::default())).estimate(Timestamp::default(), &empty).unwrap();
    assert_eq!(seen, BackSight::Unseen(Unseen::Hidden));
}

#[test]
fn a_person_at_the_limit_of_turning_does_not_flicker() {
    let mut estimator = Estimator::new(Box::new(FakeReader::default()));
    let yaws = [20.0, 29.0, 31.0, 29.0, 28.0, 31.0, 28.0, 26.0, 29.0, 28.0];
    let seen = yaws
        .map(|yaw| feed(&mut estimator, yaw as u32, 1, TestPosture { yaw, ..TestPosture::default() }).seen().is_some());
    assert_eq!(seen, [true, true, false, false, false, false, false, true, true, true]);
}

#[test]
fn standing_anew_is_forgetting_at_once() {
    let mut estimator = Estimator::new(Box::new(FakeReader::default()));
    feed(&mut estimator, 0, 20, TestPosture::default()).seen().unwrap();
    estimator.stand_again();
    assert_eq!(estimator.standing(), None);
}

#[test]
fn standing_more_upright_later_moves_the_baseline() {
    let mut estimator = Estimator::new(Box::new(FakeReader::default()));
    let slumped = TestPosture { pelvis: 14.0, ..TestPosture::default() };
    feed(&mut estimator, 0, 20, slumped).seen().unwrap();
    assert!(estimator.standing().unwrap().trunk.to_degrees() > 8.0);
    let upright = feed(&mut estimator, 20, 30, TestPosture::default()).seen().unwrap();
    assert!(estimator.standing().unwrap().trunk.to_degrees() < 4.0);
    assert!(upright.change.unwrap().pelvis.angle.to_degrees().abs() < 0.1);
}

#[test]
fn a_doubtful_standing_widens_every_interval_that_rests_on_it() {
    let half_width = |thigh: f32| {
        let standing = TestPosture { thigh, ..TestPosture::default() };
        let mut estimator = Estimator::new(Box::new(FakeReader::default()));
        feed(&mut estimator, 0, 20, standing).seen().unwrap();
        let change = feed(&mut estimator, 20, 1, bent()).seen().unwrap().change.unwrap();
        let doubt = estimator.standing_doubt().unwrap();
        assert_eq!(change.lumbar_flexion.half_width_90, doubt.angle);
        assert_eq!(change.hip_flexion.half_width_90, doubt.angle);
        (doubt.angle.to_degrees(), doubt.flaw)
    };
    assert_eq!(half_width(0.0), (0.0, None));
    let (soft, softer) = (half_width(-20.0), half_width(-28.0));
    assert!(soft.0 > 2.0 && softer.0 > soft.0, "{soft:?} {softer:?}");
    assert_eq!(soft.1, Some(StandingFlaw::BentKnees));
}

/// A recording of postures, each for this many frames at 15 frames/s.
fn recording(postures: &[(u32, TestPosture)]) -> Vec<(Timestamp, Pose)> {
    let poses = postures.iter().flat_map(|(frames, posture)| std::iter::repeat_n(pose(posture), *frames as usize));
    poses.enumerate().map(|(number, pose)| (Timestamp::from_secs_f64(number as f64 / 15.0), pose)).collect()
}

/// Surveys a recording and then measures it.
fn measured_after_survey(recording: &[(Timestamp, Pose)]) -> Vec<BackSight> {
    let reader = FakeReader { things: true, ..FakeReader::default() };
    measured(recording, &reader, surveyed(recording, &reader))
}

fn surveyed(recording: &[(Timestamp, Pose)], reader: &FakeReader) -> Vec<Option<SurveyedStanding>> {
    let (mut survey, mut reader) = (StandingSurvey::default(), reader.clone());
    recording.iter().for_each(|(time, pose)| survey.observe(&mut reader, *time, pose, true).unwrap());
    survey.finish()
}

fn measured(
    recording: &[(Timestamp, Pose)],
    reader: &FakeReader,
    standings: Vec<Option<SurveyedStanding>>,
) -> Vec<BackSight> {
    let mut estimator = Estimator::new(Box::new(reader.clone())).after_survey(standings);
    recording.iter().map(|(time, pose)| estimator.estimate(*time, pose).unwrap()).collect()
}

fn pelvis(seen: &BackSight) -> Option<f32> {
    let BackSight::Seen(back) = seen else { return None };
    back.change.map(|change| change.pelvis.angle.to_degrees().abs())
}

#[test]
fn a_surveyed_recording_is_measured_from_its_first_frame_on() {
    let bends = [(8, bent()), (5, TestPosture::default()), (8, bent()), (5, TestPosture::default()), (8, bent())];
    let seen = measured_after_survey(&recording(&bends));
    assert!(seen.iter().all(|seen| pelvis(seen).is_some()));
    assert!(pelvis(&seen[0]).unwrap() > 10.0 && pelvis(&seen[10]).unwrap() < 1.0);
}

#[test]
fn a_survey_takes_no_standing_in_which_something_hides_the_legs() {
    let still = TestPosture::default();
    let seen = measured_after_survey(&recording(&[(60, holding(still)), (20, still), (8, bent())]));
    assert_eq!(seen[30], BackSight::Unseen(Unseen::LegsHidden));
    assert!(pelvis(&seen[70]).unwrap() < 1.0 && pelvis(&seen[87]).unwrap() > 10.0);
    let seen = measured_after_survey(&recording(&[(60, holding(still)), (8, bent())]));
    assert!(seen.iter().all(|seen| pelvis(seen).is_none()), "and none at all where there is no other");
}

#[test]
fn whoever_the_network_alone_sees_turned_gives_no_standing_posture() {
    let reader = FakeReader { turns: true, ..FakeReader::default() };
    let (turned, still) = (holding(TestPosture::default()), TestPosture::default());
    let mut estimator = Estimator::new(Box::new(reader.clone()));
    assert_eq!(feed(&mut estimator, 0, 40, turned), BackSight::Unseen(Unseen::NotSideOn));
    assert_eq!(estimator.standing(), None);
    feed(&mut estimator, 40, 20, still).seen().unwrap();
    let standing = estimator.standing();
    feed(&mut estimator, 60, 40, turned);
    assert!(standing.is_some() && estimator.standing() == standing, "nor a part of one");
    assert_eq!(surveyed(&recording(&[(60, turned), (8, bent())]), &reader), [None]);
    let standings = surveyed(&recording(&[(60, turned), (20, still), (8, bent())]), &reader);
    assert!(matches!(standings[..], [Some(_)]));
}

#[test]
fn in_a_recording_in_which_nobody_stands_nothing_is_measured() {
    let seen = measured_after_survey(&recording(&[(60, bent())]));
    assert!(seen.into_iter().all(|seen| seen.seen().unwrap().change.is_none()));
}

#[test]
fn each_side_of_a_surveyed_recording_has_its_own_standing() {
    let left = |posture: TestPosture| TestPosture { facing: Facing::Left, ..posture };
    let both = [(8, bent()), (20, TestPosture::default()), (20, left(bent())), (20, left(TestPosture::default()))];
    let seen = measured_after_survey(&recording(&both));
    assert!(pelvis(&seen[0]).unwrap() > 10.0 && pelvis(&seen[20]).unwrap() < 1.0);
    assert_eq!(seen[28], BackSight::Unseen(Unseen::NotSideOn), "until it is settled nothing is measured");
    assert!(pelvis(&seen[45]).unwrap() > 10.0 && pelvis(&seen[67]).unwrap() < 1.0);
}

#[test]
fn whoever_is_not_alone_gives_no_standing_to_a_survey() {
    let mut survey = StandingSurvey::default();
    for (time, pose) in recording(&[(40, TestPosture::default())]) {
        survey.observe(&mut FakeReader::default(), time, &pose, false).unwrap();
    }
    assert_eq!(survey.finish(), [None]);
}

#[test]
fn a_survey_asks_for_all_of_a_frame_only_of_somebody_upright_whose_legs_nothing_hides() {
    let asked = |posture: TestPosture| {
        let reader = FakeReader { things: true, ..FakeReader::default() };
        surveyed(&recording(&[(30, posture)]), &reader);
        reader.asked.so_far()
    };
    assert_eq!(asked(TestPosture::default()), (30, 0), "how far they are turned");
    assert_eq!(asked(bent()), (0, 0), "no standing is taken from whoever bends");
    assert_eq!(asked(holding(TestPosture::default())), (0, 0), "nor here");
}

#[test]
fn each_frame_is_measured_from_one_reading_and_the_standing_posture_read_once_for_its_whole_stretch() {
    let (recording, reader) = (recording(&[(30, TestPosture::default()), (50, bent())]), FakeReader::default());
    let standings = surveyed(&recording, &reader);
    let frames_of_baseline = standings[0].as_ref().unwrap().found.frames.len();
    assert!(frames_of_baseline > 0);
    let seen = measured(&recording, &reader, standings);
    assert!(seen.iter().all(|seen| pelvis(seen).is_some()));
    let upright = 30; // read by the survey
    assert_eq!(reader.asked.so_far(), (upright + 1 + frames_of_baseline + 80, frames_of_baseline + 80));
}

#[test]
fn before_the_standing_posture_is_known_no_change_is_asked_for() {
    let reader = FakeReader::default();
    let mut estimator = Estimator::new(Box::new(reader.clone()));
    feed(&mut estimator, 0, 30, bent()).seen().unwrap();
    assert_eq!(reader.asked.so_far(), (30, 0));
}
