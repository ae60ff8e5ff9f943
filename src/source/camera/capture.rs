//! The capture thread: takes frames from one camera as they come, and gets over what can be got over.
//!
//! A camera library may block for ever in the middle of a call. So nobody ever waits for this thread: it posts what it
//! has, and whoever reads the post waits only as long as it likes. A thread that is stuck is left behind.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::driver::{Device, Driver, FrameFault};
use super::fault::{Fault, Remedy, remedy};
use super::mode::Mode;
use super::selector::{Listed, returned};
use crate::latest::Latest;
use crate::source::guard::fenced;

/// A frame as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) picture: RgbImage,
    pub(super) arrived: Instant,
    /// Counts all frames that arrived, whether they could be decoded or not.
    pub(super) number: u64,
}

/// What the capture thread and its reader share.
#[derive(Debug, Default)]
pub(super) struct Post {
    /// The newest frame. Closed when no more will come.
    pub(super) shots: Latest<Shot>,
    /// How opening went, once.
    pub(super) opened: Latest<Result<Mode, Fault>>,
    /// Closed when the thread is done and the device free.
    pub(super) ended: Latest<()>,
    stop: AtomicBool,
    undecodable: AtomicU64,
    arrived: AtomicU64,
    verdict: Mutex<Option<Fault>>,
}

impl Post {
    /// Asks the thread to end, at the next frame.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Frames that could not be decoded.
    pub(super) fn undecodable(&self) -> u64 {
        self.undecodable.load(Ordering::Relaxed)
    }

    /// Why no more frames will come, once `shots` is closed.
    pub(super) fn verdict(&self) -> Fault {
        self.verdict.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or(Fault::Gone)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn next_number(&self) -> u64 {
        self.arrived.fetch_add(1, Ordering::Relaxed)
    }

    fn end(&self, verdict: Option<Fault>) {
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = verdict;
        self.opened.close();
        self.shots.close();
        self.ended.close();
    }
}

/// A moment after a frame that could not be decoded: a driver that gives garbage without waiting must not spin.
const AFTER_GARBAGE: Duration = Duration::from_millis(2);
/// After a failure of the stream.
const AFTER_FAILURE: Duration = Duration::from_millis(100);
/// Between two looks for a camera that is gone, at first; doubled each time up to the longest.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// Runs until the post is stopped or the camera fails for good. To be called on a thread of its own.
pub(super) fn run(driver: &impl Driver, camera: &Listed, post: &Post) {
    let outcome = fenced(|| follow(driver, camera, post));
    let verdict = outcome.unwrap_or_else(|panicked| Some(Fault::Failing(panicked.0)));
    post.end(verdict);
}

/// Why a stream was left.
enum Parting {
    Stopped,
    Unplugged,
    Failed(Fault),
}

/// Opens the camera, streams from it, and looks for it again whenever it was unplugged.
fn follow(driver: &impl Driver, camera: &Listed, post: &Post) -> Option<Fault> {
    let mut device = match driver.open(camera.number) {
        Ok(device) => device,
        Err(fault) => {
            post.opened.put(Err(fault.clone()));
            return Some(fault);
        }
    };
    post.opened.put(Ok(device.mode()));
    loop {
        let parting = stream(driver, &mut device, post);
        // Closed before it is looked for: a handle held on to makes it come back under another number.
        drop(device);
        match parting {
            Parting::Stopped => return None,
            Parting::Failed(fault) => return Some(fault),
            Parting::Unplugged => tracing::info!("{camera} is gone, looking for it"),
        }
        device = look_for(driver, camera, post)?;
        tracing::info!("{camera} is back: {}", device.mode());
    }
}

fn stream<D: Driver>(driver: &D, device: &mut D::Device, post: &Post) -> Parting {
    let mut failures = 0;
    while !post.stopped() {
        match device.frame() {
            Ok(picture) => {
                failures = 0;
                post.shots.put(Shot { picture, arrived: Instant::now(), number: post.next_number() });
            }
            Err(FrameFault::Undecodable(error)) => {
                tracing::debug!("a frame was dropped: {error}");
                post.next_number();
                post.undecodable.fetch_add(1, Ordering::Relaxed);
                driver.pause(AFTER_GARBAGE);
            }
            Err(FrameFault::Stream(Fault::Gone)) => return Parting::Unplugged,
            Err(FrameFault::Stream(fault)) => {
                failures += 1;
                tracing::debug!("failure {failures} in a row: {fault:?}");
                driver.pause(AFTER_FAILURE);
                match (remedy(failures), &fault) {
                    (Remedy::Wait, _) => {}
                    (Remedy::Restart, _) => {
                        if device.restart() == Err(Fault::Gone) {
                            return Parting::Unplugged;
                        }
                    }
                    (Remedy::GiveUp, _) => return Parting::Failed(fault),
                }
            }
        }
    }
    Parting::Stopped
}

/// Waits until the camera is there again and opens; `None` when stopped meanwhile.
fn look_for<D: Driver>(driver: &D, camera: &Listed, post: &Post) -> Option<D::Device> {
    let mut wait = FIRST_LOOK;
    loop {
        driver.pause(wait);
        if post.stopped() {
            return None;
        }
        let opened = returned(camera, &driver.list()).map(|found| driver.open(found.number));
        match opened {
            Some(Ok(device)) => return Some(device),
            Some(Err(fault)) => tracing::debug!("{camera} cannot be opened yet: {fault:?}"),
            None => {}
        }
        wait = (wait * 2).min(LONGEST_LOOK);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::made::{Made, Step};
    use super::*;
    use crate::latest::Taken;

    fn camera() -> Listed {
        Listed { number: 0, name: "Made".to_owned() }
    }

    /// Runs the loop over scripts until the last one stops it.
    fn play(made: &Made) -> Arc<Post> {
        let post = Arc::new(Post::default());
        made.stop_at_end_of_scripts(&post);
        run(made, &camera(), &post);
        post
    }

    fn failing() -> Fault {
        Fault::Failing("Input/output error (os error 5)".to_owned())
    }

    #[test]
    fn frames_are_posted_and_numbered() {
        let post = play(&Made::new([vec![Step::Frame, Step::Garbage, Step::Frame]]));
        let Taken::Value(shot) = post.shots.take(Duration::ZERO) else { panic!("no frame") };
        assert_eq!(shot.number, 2);
        assert_eq!(post.undecodable(), 1);
        assert!(matches!(post.opened.take(Duration::ZERO), Taken::Value(Ok(_))));
        assert!(matches!(post.shots.take(Duration::ZERO), Taken::Closed));
    }

    #[test]
    fn one_failure_is_waited_for_and_several_restart_the_stream() {
        let made = Made::new([vec![Step::Fail(failing()), Step::Frame]]);
        play(&made);
        assert_eq!(made.restarts(), 0);

        let mut script = vec![Step::Fail(failing()); 4];
        script.push(Step::Frame);
        let made = Made::new([script]);
        let post = play(&made);
        assert_eq!(made.restarts(), 2);
        assert!(matches!(post.shots.take(Duration::ZERO), Taken::Value(_)));
    }

    #[test]
    fn a_camera_that_keeps_failing_is_given_up_with_its_reason() {
        let made = Made::new([vec![Step::Fail(failing()); 100]]);
        let post = play(&made);
        assert_eq!(post.verdict(), failing());
        assert!(made.restarts() < 10);
    }

    #[test]
    fn an_unplugged_camera_is_closed_looked_for_and_opened_again() {
        let made = Made::new([vec![Step::Frame, Step::Fail(Fault::Gone)], vec![Step::Frame, Step::Frame]]);
        made.hide_for(3);
        let post = play(&made);
        let Taken::Value(shot) = post.shots.take(Duration::ZERO) else { panic!("no frame") };
        assert_eq!(shot.number, 2);
        assert_eq!(made.opened(), 2);
        assert!(made.most_open_at_once() == 1, "the old handle was held on to");
    }

    #[test]
    fn every_failure_is_followed_by_a_pause() {
        let faults =
            [Step::Garbage, Step::Fail(failing()), Step::Garbage, Step::Fail(Fault::Busy), Step::Fail(Fault::Gone)];
        let made = Made::new([faults.to_vec(), vec![Step::Frame]]);
        play(&made);
        assert!(made.pauses() >= faults.len());
    }

    #[test]
    fn a_camera_that_does_not_open_says_why() {
        let made = Made::refusing(Fault::Busy);
        let post = play(&made);
        assert_eq!(post.opened.take(Duration::ZERO), Taken::Value(Err(Fault::Busy)));
        assert_eq!(post.verdict(), Fault::Busy);
    }

    #[test]
    fn a_panic_in_the_library_ends_the_stream_with_a_reason() {
        let post = play(&Made::new([vec![Step::Panic]]));
        assert_eq!(post.verdict(), Fault::Failing("made to panic".to_owned()));
        assert!(matches!(post.ended.take(Duration::ZERO), Taken::Closed));
    }
}
