//! The capture loop with a fake camera library.

use std::sync::Arc;

use super::super::fake::{BEST, FakeDriver, NEXT, Step};
use super::*;
use crate::latest_slot::Taken;

fn camera() -> Listed {
    Listed { number: 0, name: "Fake".to_owned() }
}

/// Runs the loop over the scripts until the last one stops it.
fn play(driver: &FakeDriver) -> Arc<CaptureState> {
    let state = Arc::new(CaptureState::default());
    driver.stop_at_end_of_scripts(&state);
    run(driver, &camera(), &state);
    state
}

/// Runs the loop until it has delivered a frame.
fn play_until_frame(driver: &FakeDriver) -> Arc<CaptureState> {
    let state = Arc::new(CaptureState::default());
    driver.stop_at_first_frame(&state);
    run(driver, &camera(), &state);
    state
}

fn failing() -> CameraFault {
    CameraFault::Failing("Input/output error (os error 5)".to_owned())
}

#[test]
fn frames_are_delivered_and_numbered() {
    let state = play(&FakeDriver::new([vec![Step::Frame, Step::Garbage, Step::Frame]]));
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!(frame.number, 2);
    assert_eq!(state.undecodable(), 1);
    assert!(matches!(state.opened.take(Duration::ZERO), Taken::Value(Ok(_))));
    assert!(matches!(state.frames.take(Duration::ZERO), Taken::Closed));
}

#[test]
fn one_failure_is_waited_out_and_several_restart_the_stream() {
    let driver = FakeDriver::new([vec![Step::Fail(failing()), Step::Frame]]);
    play(&driver);
    assert_eq!(driver.starts(), 1);

    let mut script = vec![Step::Fail(failing()); 4];
    script.push(Step::Frame);
    let driver = FakeDriver::new([script]);
    let state = play(&driver);
    assert_eq!(driver.starts(), 3);
    assert!(matches!(state.frames.take(Duration::ZERO), Taken::Value(_)));
}

#[test]
fn a_camera_that_keeps_failing_is_given_up_with_its_reason() {
    let mut script = vec![Step::Fail(failing()); 100];
    script.insert(0, Step::Frame);
    let driver = FakeDriver::new([script]);
    let state = play(&driver);
    assert_eq!(state.end_reason(), failing());
    assert!(driver.starts() < 10);
}

#[test]
fn an_unplugged_camera_is_closed_and_reopened() {
    let driver = FakeDriver::new([vec![Step::Frame, Step::Fail(CameraFault::Gone)], vec![Step::Frame, Step::Frame]]);
    driver.hide_for(3);
    let state = play(&driver);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!(frame.number, 2);
    assert_eq!(driver.opened(), 2);
    assert!(driver.most_open_at_once() == 1, "the old handle stayed open");
}

#[test]
fn every_failure_is_followed_by_a_pause() {
    let faults = [
        Step::Garbage,
        Step::Fail(failing()),
        Step::Garbage,
        Step::Fail(CameraFault::Busy),
        Step::Fail(CameraFault::Gone),
    ];
    let driver = FakeDriver::new([faults.to_vec(), vec![Step::Frame]]);
    play(&driver);
    assert!(driver.pauses() >= faults.len());
}

#[test]
fn a_camera_that_does_not_open_says_why() {
    let driver = FakeDriver::refusing(CameraFault::Busy);
    let state = play(&driver);
    assert_eq!(state.opened.take(Duration::ZERO), Taken::Value(Err(CameraFault::Busy)));
    assert_eq!(state.end_reason(), CameraFault::Busy);
}

#[test]
fn a_panic_in_the_library_ends_the_stream_with_a_reason() {
    let state = play(&FakeDriver::new([vec![Step::Panic]]));
    assert_eq!(state.end_reason(), CameraFault::Failing("fake panic".to_owned()));
    assert!(matches!(state.ended.take(Duration::ZERO), Taken::Closed));
}

#[test]
fn a_mode_that_never_yields_a_picture_is_given_up_for_the_next() {
    for failure in [Step::Garbage, Step::Fail(failing())] {
        let driver = FakeDriver::new([vec![]]).working_only_in(NEXT, failure);
        let state = play_until_frame(&driver);
        let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
        assert_eq!(frame.mode, NEXT);
        assert_eq!(driver.modes_set(), [BEST, NEXT]);
    }
}

#[test]
fn endless_garbage_restarts_reopens_and_then_fails() {
    let mut script = vec![Step::Garbage; 60];
    script.insert(0, Step::Frame);
    let driver = FakeDriver::new([script, vec![Step::Garbage; 100]]);
    let state = play(&driver);
    assert_eq!(driver.opened(), 2);
    assert_eq!(driver.modes_set(), [BEST, BEST, NEXT]);
    assert_eq!(driver.starts(), 4, "once for each mode and one restart");
    assert_eq!(state.undecodable(), 60 + 2 * 10);
    assert!(matches!(state.end_reason(), CameraFault::Failing(reason) if reason.contains("no end marker")));
}

#[test]
fn the_time_of_arrival_is_taken_before_decoding() {
    let decoding = Duration::from_millis(30);
    let state = play(&FakeDriver::new([vec![Step::Frame]]).decoding_for(decoding));
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert!(frame.taken.elapsed() >= decoding);
}

#[test]
fn a_frame_has_the_time_at_which_its_driver_says_that_it_was_taken() {
    let age = Duration::from_millis(500);
    let state = play(&FakeDriver::new([vec![Step::Frame]]).saying_how_old(age));
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert!(frame.taken.elapsed() >= age);
}

/// So many waits in vain.
fn silence(waits: usize) -> Vec<Step> {
    vec![Step::Wait(Duration::ZERO); waits]
}

#[test]
fn a_mode_in_which_nothing_comes_is_started_again_once_and_left_for_the_next() {
    let driver = FakeDriver::new([vec![]]).working_only_in(NEXT, Step::Wait(Duration::ZERO));
    let state = play_until_frame(&driver);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!(frame.mode, NEXT);
    assert_eq!(driver.modes_set(), [BEST, NEXT]);
    assert_eq!(driver.starts(), 3, "once for each mode and one restart");
}

#[test]
fn a_stream_that_stalls_is_started_again_and_then_the_camera_is_opened_anew() {
    let short = [vec![Step::Frame], silence(3), vec![Step::Frame]].concat();
    let driver = FakeDriver::new([short]);
    let state = play(&driver);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!((frame.number, driver.starts(), driver.opened()), (1, 2, 1));

    let long = [vec![Step::Frame], silence(9)].concat();
    let driver = FakeDriver::new([long, vec![Step::Frame]]);
    let state = play(&driver);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!((frame.number, driver.starts(), driver.opened()), (1, 3, 2));
    assert_eq!(driver.modes_set(), [BEST, BEST]);
    assert_eq!(driver.most_open_at_once(), 1);
}

#[test]
fn a_silent_camera_is_never_given_up_but_asked_less_and_less_often() {
    // Two modes with nine waits each, then with eighteen.
    let driver = FakeDriver::new([silence(18), silence(36), vec![Step::Frame]]);
    let state = play(&driver);
    assert!(matches!(state.frames.take(Duration::ZERO), Taken::Value(_)));
    assert_eq!(driver.opened(), 3);
    assert_eq!(driver.modes_set(), [BEST, NEXT, BEST, NEXT, BEST]);
}

#[test]
fn a_camera_that_wakes_in_a_worse_mode_than_it_had_is_opened_anew_for_the_better_one_once() {
    let asleep = [silence(9), vec![Step::Frame]].concat(); // awake again while the second mode is tried
    let worked = [vec![Step::Frame], silence(9)].concat();
    let driver = FakeDriver::new([worked.clone(), asleep.clone(), vec![Step::Frame]]);
    let state = play(&driver);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!((frame.number, frame.mode), (2, BEST));
    assert_eq!(driver.modes_set(), [BEST, BEST, NEXT, BEST]);

    let no_longer = [asleep.clone(), vec![Step::Frame]].concat();
    let driver = FakeDriver::new([worked, asleep, no_longer]);
    let state = play(&driver);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!((frame.number, frame.mode), (3, NEXT));
    assert_eq!(driver.modes_set(), [BEST, BEST, NEXT, BEST, NEXT], "tried once, and left alone");
}

#[test]
fn a_camera_that_comes_back_under_another_number_says_so() {
    let driver = FakeDriver::new([vec![Step::Frame, Step::Fail(CameraFault::Gone)], vec![Step::Frame]]);
    let state = Arc::new(CaptureState::default());
    driver.stop_at_end_of_scripts(&state);
    run(&driver, &Listed { number: 7, ..camera() }, &state);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!((frame.number, frame.camera), (1, 0));
}

#[test]
fn a_stalled_stream_that_cannot_be_started_again_is_opened_anew() {
    let script = [vec![Step::Frame], silence(3), vec![Step::Fail(failing()); 8]].concat();
    let driver = FakeDriver::new([script, vec![Step::Frame]]);
    let state = play(&driver);
    let Taken::Value(frame) = state.frames.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!((frame.number, driver.opened()), (1, 2));
}

#[test]
fn a_silent_camera_that_is_no_longer_wanted_is_closed_and_not_started_again() {
    for (waits, starts) in [(3, 1), (9, 2)] {
        let driver = FakeDriver::new([[vec![Step::Frame], silence(waits)].concat()]);
        let state = play(&driver);
        assert!(matches!(state.ended.take(Duration::ZERO), Taken::Closed));
        assert_eq!((driver.starts(), driver.opened()), (starts, 1), "{waits}");
    }
}

#[test]
fn a_camera_that_takes_five_seconds_to_begin_is_left_to_begin() {
    let driver = FakeDriver::new([[silence(5), vec![Step::Frame], silence(2), vec![Step::Frame]].concat()]);
    let state = play(&driver);
    assert!(matches!(state.frames.take(Duration::ZERO), Taken::Value(_)));
    assert_eq!((driver.starts(), driver.opened()), (1, 1));
}
