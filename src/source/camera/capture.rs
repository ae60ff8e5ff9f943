//! The capture thread: takes frames from one camera as they come, and gets over what can be got over.
//!
//! A camera library may block for ever in the middle of a call. So nobody ever waits for this thread: it posts what it
//! has, and whoever reads the post waits only as long as it likes. A thread that is stuck is left behind.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::driver::{Device, Driver};
use super::fault::{CameraFault, Remedy, after_failures, after_garbage};
use super::mode::Mode;
use super::selector::{Listed, returned};
use super::streaming::Streaming;
use crate::latest_slot::LatestSlot;
use crate::panic_guard::catch_panic;

/// A frame as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) picture: RgbImage,
    /// Before it was decoded.
    pub(super) arrived: Instant,
    /// Counts all frames that arrived, whether they could be decoded or not.
    pub(super) number: u64,
    /// The mode it came in: the camera may have left the one it was opened in.
    pub(super) mode: Mode,
}

/// What the capture thread and its reader share.
#[derive(Debug, Default)]
pub(super) struct Post {
    /// The newest frame. Closed when no more will come.
    pub(super) shots: LatestSlot<Shot>,
    /// How opening went, once.
    pub(super) opened: LatestSlot<Result<Mode, CameraFault>>,
    /// Closed when the thread is done and the device free.
    pub(super) ended: LatestSlot<()>,
    stop: AtomicBool,
    undecodable: AtomicU64,
    arrived: AtomicU64,
    failed: AtomicU64,
    verdict: Mutex<Option<CameraFault>>,
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

    /// Frames that came and frames that failed to: while this grows, the thread is at work on the camera.
    pub(super) fn attempts(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed) + self.failed.load(Ordering::Relaxed)
    }

    /// Why no more frames will come, once `shots` is closed.
    pub(super) fn verdict(&self) -> CameraFault {
        self.verdict.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or(CameraFault::Gone)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn next_number(&self) -> u64 {
        self.arrived.fetch_add(1, Ordering::Relaxed)
    }

    fn end(&self, verdict: Option<CameraFault>) {
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
    let outcome = catch_panic(|| follow(driver, camera, post));
    let verdict = outcome.unwrap_or_else(|panicked| Some(CameraFault::Failing(panicked.0)));
    post.end(verdict);
}

/// Why a stream was left.
enum Parting {
    Stopped,
    /// It is gone, or must be opened as if new.
    Lost,
    Failed(CameraFault),
}

/// Opens the camera, streams from it, and looks for it again whenever it was unplugged.
fn follow(driver: &impl Driver, camera: &Listed, post: &Post) -> Option<CameraFault> {
    let mut streaming = match Streaming::open(driver, camera.number) {
        Ok(streaming) => streaming,
        Err(fault) => {
            post.opened.put(Err(fault.clone()));
            return Some(fault);
        }
    };
    post.opened.put(Ok(streaming.mode()));
    loop {
        let parting = stream(driver, &mut streaming, post);
        // Closed before it is looked for: a handle held on to makes it come back under another number.
        drop(streaming);
        match parting {
            Parting::Stopped => return None,
            Parting::Failed(fault) => return Some(fault),
            Parting::Lost => tracing::info!("{camera} is lost, looking for it"),
        }
        streaming = look_for(driver, camera, post)?;
        tracing::info!("{camera} is back: {}", streaming.mode());
    }
}

/// Troubles since the last picture, or since a remedy began anew.
#[derive(Debug, Default)]
struct Troubles {
    failures: u32,
    garbage: u32,
}

fn stream<D: Driver>(driver: &D, camera: &mut Streaming<D::Device>, post: &Post) -> Parting {
    let mut troubles = Troubles::default();
    while !post.stopped() {
        let (fault, remedy) = match camera.capture() {
            Ok(raw) => {
                let (arrived, number) = (Instant::now(), post.next_number());
                troubles.failures = 0;
                match camera.decode(&raw) {
                    Ok(picture) => {
                        troubles.garbage = 0;
                        post.shots.put(Shot { picture, arrived, number, mode: camera.mode() });
                        continue;
                    }
                    Err(error) => {
                        tracing::debug!("a frame was dropped: {error}");
                        post.undecodable.fetch_add(1, Ordering::Relaxed);
                        troubles.garbage += 1;
                        driver.pause(AFTER_GARBAGE);
                        (CameraFault::Failing(error.to_string()), after_garbage(troubles.garbage, camera.proven()))
                    }
                }
            }
            Err(CameraFault::Gone) => return Parting::Lost,
            Err(fault) => {
                post.failed.fetch_add(1, Ordering::Relaxed);
                troubles.failures += 1;
                tracing::debug!("failure {} in a row: {fault:?}", troubles.failures);
                driver.pause(AFTER_FAILURE);
                let remedy = after_failures(troubles.failures, camera.proven());
                (fault, remedy)
            }
        };
        if let Some(parting) = apply(remedy, fault, camera, &mut troubles) {
            return parting;
        }
    }
    Parting::Stopped
}

/// Applies a remedy against `fault`; gives why the stream must be left, if it must.
fn apply<D: Device>(
    remedy: Remedy,
    fault: CameraFault,
    camera: &mut Streaming<D>,
    troubles: &mut Troubles,
) -> Option<Parting> {
    let outcome = match remedy {
        Remedy::Wait => return None,
        Remedy::OpenAgain => return Some(Parting::Lost),
        Remedy::GiveUp => return Some(Parting::Failed(fault)),
        Remedy::Restart => camera.restart(),
        Remedy::NextMode => {
            *troubles = Troubles::default();
            camera.next_mode()
        }
    };
    match (outcome, remedy) {
        (Err(CameraFault::Gone), _) => Some(Parting::Lost),
        // What went wrong says more than that there is no other mode.
        (Err(_), Remedy::NextMode) => Some(Parting::Failed(fault)),
        _ => None, // a restart that failed shows at the next frame
    }
}

/// Waits until the camera is there again and opens; `None` when stopped meanwhile.
fn look_for<D: Driver>(driver: &D, camera: &Listed, post: &Post) -> Option<Streaming<D::Device>> {
    let mut wait = FIRST_LOOK;
    loop {
        driver.pause(wait);
        if post.stopped() {
            return None;
        }
        let opened = returned(camera, &driver.list()).map(|found| Streaming::open(driver, found.number));
        match opened {
            Some(Ok(streaming)) => return Some(streaming),
            Some(Err(fault)) => tracing::debug!("{camera} cannot be opened yet: {fault:?}"),
            None => {}
        }
        wait = (wait * 2).min(LONGEST_LOOK);
    }
}

#[cfg(test)]
#[path = "capture_tests.rs"]
mod tests;
