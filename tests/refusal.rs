//! What cannot be measured, or only just: people who stand as they should and then do what hides or fakes a bend.
//! Rendered pictures (`tests/refusal/README.md`) through the real chain.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::time::Instant;

use bendwise::app_dirs::Paths;
use bendwise::coach::drill::Check;
use bendwise::geometry::limb_pose::LimbPose;
use bendwise::geometry::{Measurement, State};
use bendwise::inference::Runtime;
use bendwise::inference::models;
use bendwise::pipeline::{Chain, Observation};
use bendwise::pose::Landmarker;
use bendwise::source::{Frame, Timestamp};
use bendwise::spine::HairOverNeck;
use euclid::Angle;
use serde::Deserialize;

/// Frame rate, frames/s.
const RATE: f64 = 15.0;
/// How long each picture is shown, in frames: long enough to find the standing posture.
const SHOWN: usize = 16;
/// The first frames of a picture do not count: the person jumped from the frame before, which nobody can do.
const SETTLING: usize = 3;

/// True change from the scene's first picture, degrees.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Truth {
    hip: f32,
    lumbar: f32,
}

/// A scene's pictures: for each the truth, and the measurements while it was shown.
type Scene = Vec<(Truth, Vec<Measurement>)>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusal")
}

/// Shows a scene's pictures one after the other.
fn watch(scene: &str) -> Scene {
    watch_down_to(u32::MAX, scene)
}

/// Shows a scene's pictures cut off below the row `bottom`.
fn watch_down_to(bottom: u32, scene: &str) -> Scene {
    let measurements = |seen: &[Observation]| seen.iter().map(|seen| seen.measurement).collect();
    observe(bottom, scene).iter().map(|(truth, seen)| (*truth, measurements(seen))).collect()
}

/// A scene's pictures: for each the truth, and all observations while it was shown.
type Observed = Arc<Vec<(Truth, Vec<Observation>)>>;

/// All observations of each picture. A scene is shown once, however many tests look at it.
fn observe(bottom: u32, scene: &str) -> Observed {
    type Shown = HashMap<(u32, String), Arc<OnceLock<Observed>>>;
    static SHOWN_SCENES: LazyLock<Mutex<Shown>> = LazyLock::new(Mutex::default);
    let shown = Arc::clone(SHOWN_SCENES.lock().unwrap().entry((bottom, scene.to_owned())).or_default());
    let look = || {
        let truths = truths(scene);
        let pictures: Vec<_> = (0..truths.len()).map(|index| (format!("{scene}_{index}.jpg"), SHOWN)).collect();
        Arc::new(truths.into_iter().zip(show(bottom, &pictures)).collect())
    };
    Arc::clone(shown.get_or_init(look))
}

/// The truth of a scene's pictures.
fn truths(scene: &str) -> Vec<Truth> {
    let all = std::fs::read_to_string(folder().join("truth.json")).unwrap();
    serde_json::from_str::<HashMap<String, Vec<Truth>>>(&all).unwrap().remove(scene).unwrap()
}

/// Shows pictures, each for this many frames. Returns the observations of each, except for the first frames.
fn show(bottom: u32, pictures: &[(String, usize)]) -> Vec<Vec<Observation>> {
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    let mut chain = Chain::open(&runtime, &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let mut number = 0;
    let mut show = |(name, frames): &(String, usize)| -> Vec<Observation> {
        let whole = image::open(folder().join(name)).unwrap();
        let picture = Arc::new(whole.crop_imm(0, 0, whole.width(), whole.height().min(bottom)).into_rgb8());
        let frames = (0..*frames).map(|_| {
            let time = Timestamp::from_secs_f64(number as f64 / RATE);
            number += 1;
            let frame = Frame { picture: Arc::clone(&picture), time, captured_at: Instant::now(), number };
            chain.observe(frame).unwrap()
        });
        frames.skip(SETTLING).collect()
    };
    pictures.iter().map(&mut show).collect()
}

/// Standing is measured, and nothing after it, for the reason `state`.
fn stands_and_then_is_refused(scene: &str, state: State) {
    let scene = watch(scene);
    let (standing, others) = scene.split_first().unwrap();
    assert_eq!(standing.1.last().unwrap().state, State::Measured);
    is_refused(others, state);
}

fn is_refused(pictures: &[(Truth, Vec<Measurement>)], state: State) {
    assert!(!pictures.is_empty());
    for (number, (_, measurements)) in pictures.iter().enumerate() {
        for measurement in measurements {
            assert_eq!((measurement.state, measurement.raw), (state, None), "other picture {number}");
        }
    }
}

/// In which of the scene's pictures the landmarks show this posture in every frame.
fn recognised(scene: &str, check: Check) -> Vec<bool> {
    let all = |observations: &[Observation]| {
        let limbs =
            observations.iter().filter_map(|seen| seen.pose_result.pose.as_ref().map(|pose| LimbPose::of(pose, None)));
        let held: Vec<bool> = limbs.map(|limbs| check.holds(&limbs)).collect();
        assert!(held.len() == observations.len() && held.iter().all(|other| *other == held[0]), "{scene}: {held:?}");
        held[0]
    };
    observe(u32::MAX, scene).iter().map(|(_, observations)| all(observations)).collect()
}

/// Angles that are zero in standing by definition, within the noise of one frame, degrees.
const NOISE: f32 = 2.0;

/// Lumbar flexion is measured in every picture and its interval contains the truth; hip flexion is within twice its
/// own: by the network's account (a Laplace distribution) one frame in ten is outside a 90 % interval and one in a
/// hundred outside two.
fn is_measured(pictures: &[(Truth, Vec<Measurement>)]) {
    for (number, (truth, measurements)) in pictures.iter().enumerate() {
        let measurement = measurements.last().unwrap();
        assert!(measurement.raw.is_some(), "picture {number}: {:?}", measurement.state);
        let [hip, lumbar] = intervals_off(*truth, measurement);
        assert!(lumbar < 1.0 && hip < 2.0, "picture {number}: {truth:?}, not {measurement:?}");
    }
}

/// The errors of hip and lumbar flexion in half widths of their intervals; no measurement counts as no error.
fn intervals_off(truth: Truth, measurement: &Measurement) -> [f32; 2] {
    let Some((bend, half_width_90)) = measurement.raw.zip(measurement.half_width_90) else { return [0.0; 2] };
    let off = |angle: Angle<f32>, truth: f32, half_width_90: Angle<f32>| {
        (angle.to_degrees() - truth).abs() / half_width_90.to_degrees().max(NOISE)
    };
    [
        off(bend.hip_flexion, truth.hip, half_width_90.hip_flexion),
        off(bend.lumbar_flexion, truth.lumbar, half_width_90.lumbar_flexion),
    ]
}

/// Either nothing is measured, or the truth.
fn is_never_wrong(pictures: &[(Truth, Vec<Measurement>)]) {
    for (number, (truth, measurements)) in pictures.iter().enumerate() {
        for measurement in measurements {
            let worst = intervals_off(*truth, measurement).into_iter().fold(0.0, f32::max);
            assert!(worst < 1.0, "picture {number}: {truth:?}, not {measurement:?}");
        }
    }
}

#[test]
fn whoever_touches_the_pictures_edge_is_cut_off() {
    stands_and_then_is_refused("edge", State::CutOff);
}

#[test]
fn on_all_fours_is_no_bend() {
    stands_and_then_is_refused("fours", State::NotStanding);
}

#[test]
fn kneeling_is_no_bend() {
    stands_and_then_is_refused("kneeling", State::NotStanding);
}

#[test]
fn half_kneeling_is_no_bend() {
    let scene = watch("half_kneeling");
    is_measured(&scene[..1]);
    for (_, measurements) in &scene[1..] {
        assert!(measurements.iter().all(|measurement| measurement.raw.is_none()), "{measurements:?}");
    }
}

#[test]
fn the_landmarks_tell_the_postures_of_the_openers_from_others() {
    for (scene, half, fours) in [
        ("half_kneeling", vec![false, true, true], vec![false; 3]),
        ("fours", vec![false; 3], vec![false, true, true]),
        ("kneeling", vec![false; 3], vec![false; 3]),
        ("sitting", vec![false; 4], vec![false; 4]),
        ("lying", vec![false; 3], vec![false; 3]),
        ("facing", vec![false; 4], vec![false; 4]),
        ("hair", vec![false; 3], vec![false; 3]),
    ] {
        assert_eq!(recognised(scene, Check::HalfKneeling), half, "half kneeling in {scene}");
        assert_eq!(recognised(scene, Check::AllFours), fours, "all fours in {scene}");
    }
}

#[test]
fn sitting_is_no_bend_upright_slumped_or_leaning_over() {
    stands_and_then_is_refused("sitting", State::NotStanding);
}

#[test]
fn lying_is_no_bend() {
    stands_and_then_is_refused("lying", State::NotStanding);
}

#[test]
fn from_the_front_there_is_no_back() {
    stands_and_then_is_refused("facing", State::Turned);
}

#[test]
fn somebody_close_behind_whoever_stands_changes_nothing_or_hides_the_back() {
    let scene = watch("two");
    is_measured(&scene[..1]);
    is_never_wrong(&scene[1..]);
}

#[test]
fn two_people_in_one_outline_are_not_read_as_one() {
    let scene = watch("merged");
    is_never_wrong(&scene[1..]);
    for number in [1, 3] {
        is_refused(&scene[number..=number], State::Hidden);
    }
    // An upright person behind a bent one is a part of the outline that does not matter.
    is_measured(&scene[2..3]);
}

#[test]
fn who_was_not_alone_at_first_is_measured_once_they_are() {
    let both_then_one = [("two_1.jpg".into(), 60), ("two_0.jpg".into(), 45)];
    let last = show(u32::MAX, &both_then_one).pop().unwrap().pop().unwrap();
    is_measured(&[(truths("two")[0], vec![last.measurement])]);
}

#[test]
fn somebody_mostly_hidden_behind_a_bent_person_hides_the_back_or_makes_the_interval_wide() {
    is_never_wrong(&watch("behind")[1..]);
}

#[test]
fn a_skirt_and_a_coat_hide_the_thighs() {
    for scene in ["skirt", "coat"] {
        is_refused(&watch(scene)[1..], State::Covered);
    }
}

#[test]
fn a_plate_before_the_legs_is_told_and_is_no_part_of_the_standing() {
    let scene = watch("plate");
    is_refused(&scene[..1], State::LegsHidden);
    assert!(scene.iter().flat_map(|(_, seen)| seen).all(|seen| seen.raw.is_none()));
    let picked_up: Vec<_> = ["hair_0.jpg", "plate_0.jpg", "hair_1.jpg"].map(|name| (name.into(), SHOWN)).into();
    let seen = show(u32::MAX, &picked_up);
    let measurements = |picture: usize| seen[picture].iter().map(|seen| seen.measurement).collect::<Vec<_>>();
    is_refused(&[(truths("plate")[0], measurements(1))], State::LegsHidden);
    is_measured(&[(truths("hair")[0], measurements(0)), (truths("hair")[1], measurements(2))]);
}

#[test]
fn a_back_before_light_as_white_as_the_shirt_is_measured_with_a_wide_interval() {
    let scene = watch("window");
    is_measured(&scene);
    for (_, measurements) in &scene[1..] {
        let half_width_90 = measurements.last().unwrap().half_width_90.unwrap();
        assert!(half_width_90.lumbar_flexion.to_degrees() > 10.0, "{half_width_90:?}");
    }
}

#[test]
fn hair_over_the_neck_hides_c7_and_changes_little_else() {
    for (number, (truth, seen)) in observe(u32::MAX, "hair").iter().enumerate() {
        is_measured(&[(*truth, seen.iter().map(|seen| seen.measurement).collect())]);
        let back = seen.last().unwrap().back.clone().unwrap();
        assert_eq!(back.c7, Err(HairOverNeck), "picture {number}");
    }
}

#[test]
fn a_neck_without_hair_is_not_hidden() {
    for scene in ["arms", "edge", "fours", "half_kneeling", "kneeling", "lying", "sitting", "two"] {
        let seen = observe(u32::MAX, scene);
        let back = seen[0].1.last().unwrap().back.clone().unwrap();
        assert!(back.c7.is_ok(), "{scene}");
    }
}

#[test]
fn feet_beyond_the_picture_change_little_and_do_not_make_sitting_a_bend() {
    is_measured(&watch_down_to(395, "hair"));
    let sitting = watch_down_to(395, "sitting");
    is_measured(&sitting[..1]);
    for (_, measurements) in &sitting[1..] {
        assert!(measurements.iter().all(|measurement| measurement.raw.is_none()), "{measurements:?}");
    }
}

#[test]
fn arms_along_the_back_or_behind_it_hide_it() {
    let scene = watch("arms");
    is_measured(&scene[..1]);
    is_refused(&scene[1..], State::Hidden);
}
