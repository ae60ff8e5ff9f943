//! The capture loop on a made camera library.

use std::sync::Arc;

use super::super::fake::{BEST, FakeDriver, NEXT, Step};
use super::*;
use crate::latest_slot::Taken;

fn camera() -> Listed {
    Listed { number: 0, name: "Made".to_owned() }
}

/// Runs the loop over scripts until the last one stops it.
fn play(made: &FakeDriver) -> Arc<Post> {
    let post = Arc::new(Post::default());
    made.stop_at_end_of_scripts(&post);
    run(made, &camera(), &post);
    post
}

/// Runs the loop until it has posted a frame.
fn play_until_frame(made: &FakeDriver) -> Arc<Post> {
    let post = Arc::new(Post::default());
    made.stop_at_first_frame(&post);
    run(made, &camera(), &post);
    post
}

fn failing() -> CameraFault {
    CameraFault::Failing("Input/output error (os error 5)".to_owned())
}

#[test]
fn frames_are_posted_and_numbered() {
    let post = play(&FakeDriver::new([vec![Step::Frame, Step::Garbage, Step::Frame]]));
    let Taken::Value(shot) = post.shots.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!(shot.number, 2);
    assert_eq!(post.undecodable(), 1);
    assert!(matches!(post.opened.take(Duration::ZERO), Taken::Value(Ok(_))));
    assert!(matches!(post.shots.take(Duration::ZERO), Taken::Closed));
}

#[test]
fn one_failure_is_waited_for_and_several_restart_the_stream() {
    let made = FakeDriver::new([vec![Step::Fail(failing()), Step::Frame]]);
    play(&made);
    assert_eq!(made.starts(), 1);

    let mut script = vec![Step::Fail(failing()); 4];
    script.push(Step::Frame);
    let made = FakeDriver::new([script]);
    let post = play(&made);
    assert_eq!(made.starts(), 3);
    assert!(matches!(post.shots.take(Duration::ZERO), Taken::Value(_)));
}

#[test]
fn a_camera_that_keeps_failing_is_given_up_with_its_reason() {
    let mut script = vec![Step::Fail(failing()); 100];
    script.insert(0, Step::Frame);
    let made = FakeDriver::new([script]);
    let post = play(&made);
    assert_eq!(post.verdict(), failing());
    assert!(made.starts() < 10);
}

#[test]
fn an_unplugged_camera_is_closed_looked_for_and_opened_again() {
    let made = FakeDriver::new([vec![Step::Frame, Step::Fail(CameraFault::Gone)], vec![Step::Frame, Step::Frame]]);
    made.hide_for(3);
    let post = play(&made);
    let Taken::Value(shot) = post.shots.take(Duration::ZERO) else { panic!("no frame") };
    assert_eq!(shot.number, 2);
    assert_eq!(made.opened(), 2);
    assert!(made.most_open_at_once() == 1, "the old handle was held on to");
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
    let made = FakeDriver::new([faults.to_vec(), vec![Step::Frame]]);
    play(&made);
    assert!(made.pauses() >= faults.len());
}

#[test]
fn a_camera_that_does_not_open_says_why() {
    let made = FakeDriver::refusing(CameraFault::Busy);
    let post = play(&made);
    assert_eq!(post.opened.take(Duration::ZERO), Taken::Value(Err(CameraFault::Busy)));
    assert_eq!(post.verdict(), CameraFault::Busy);
}

#[test]
fn a_panic_in_the_library_ends_the_stream_with_a_reason() {
    let post = play(&FakeDriver::new([vec![Step::Panic]]));
    assert_eq!(post.verdict(), CameraFault::Failing("made to panic".to_owned()));
    assert!(matches!(post.ended.take(Duration::ZERO), Taken::Closed));
}

#[test]
fn a_mode_that_never_gives_a_picture_is_left_for_the_next() {
    for trouble in [Step::Garbage, Step::Fail(failing())] {
        let made = FakeDriver::new([vec![]]).working_only_in(NEXT, trouble);
        let post = play_until_frame(&made);
        let Taken::Value(shot) = post.shots.take(Duration::ZERO) else { panic!("no frame") };
        assert_eq!(shot.mode, NEXT);
        assert_eq!(made.modes_set(), [BEST, NEXT]);
    }
}

#[test]
fn garbage_without_end_restarts_reopens_and_then_fails() {
    let mut script = vec![Step::Garbage; 60];
    script.insert(0, Step::Frame);
    let made = FakeDriver::new([script, vec![Step::Garbage; 100]]);
    let post = play(&made);
    assert_eq!(made.opened(), 2);
    assert_eq!(made.modes_set(), [BEST, BEST, NEXT]);
    assert_eq!(made.starts(), 4, "once for each mode and once anew");
    assert_eq!(post.undecodable(), 60 + 2 * 10);
    assert!(matches!(post.verdict(), CameraFault::Failing(reason) if reason.contains("no end marker")));
}

#[test]
fn the_time_of_arrival_is_taken_before_decoding() {
    let decoding = Duration::from_millis(30);
    let post = play(&FakeDriver::new([vec![Step::Frame]]).decoding_for(decoding));
    let Taken::Value(shot) = post.shots.take(Duration::ZERO) else { panic!("no frame") };
    assert!(shot.arrived.elapsed() >= decoding);
}
