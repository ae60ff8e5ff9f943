//! The capture thread: reads frames from one camera and recovers from failures where possible.
//!
//! A camera library may block forever in the middle of a call. So nobody ever joins this thread: it publishes its
//! results in a [`CaptureState`], whose reader waits with a timeout. A thread that is stuck is abandoned.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::driver::{Device, Driver};
use super::fault::{CameraFault, Remedy, after_failures, after_garbage, after_silence};
use super::mode::Mode;
use super::picture_clock::PictureClock;
use super::selector::{Listed, find_returned};
use super::streaming::Streaming;
use crate::latest_slot::LatestSlot;
use crate::panic_guard::catch_panic;

/// A captured frame.
#[derive(Clone, Debug)]
pub(super) struct CapturedFrame {
    pub(super) picture: Arc<RgbImage>,
    /// When it was taken, as far as the driver says so; otherwise when it arrived, before it was decoded.
    pub(super) taken: Instant,
    /// Counts all frames that the camera sent, including those that the driver lost or that could not be decoded.
    pub(super) number: u64,
    /// The mode it was captured in, which may differ from the mode in which the camera was opened.
    pub(super) mode: Mode,
    /// The number that the camera has now: it may have come back under another one.
    pub(super) camera: u32,
}

/// State shared by the capture thread and its reader.
#[derive(Debug, Default)]
pub(super) struct CaptureState {
    /// The latest frame. Closed when no more will come.
    pub(super) frames: LatestSlot<CapturedFrame>,
    /// The outcome of opening, once.
    pub(super) opened: LatestSlot<Result<Mode, CameraFault>>,
    /// Closed when the thread has ended and the device is free.
    pub(super) ended: LatestSlot<()>,
    stop: AtomicBool,
    undecodable: AtomicU64,
    /// Frames that the driver lost, as nobody had given it room for them.
    lost: AtomicU64,
    arrived: AtomicU64,
    failed: AtomicU64,
    end_reason: Mutex<Option<CameraFault>>,
}

impl CaptureState {
    /// Asks the thread to end at the next frame.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The number of frames that could not be decoded.
    pub(super) fn undecodable(&self) -> u64 {
        self.undecodable.load(Ordering::Relaxed)
    }

    /// The number of frames that nobody took in time, from the driver or from here.
    pub(super) fn overlooked(&self) -> u64 {
        self.lost.load(Ordering::Relaxed) + self.frames.dropped()
    }

    /// The number of frames that arrived or failed to: while it grows, the thread is working.
    pub(super) fn attempts(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed) + self.failed.load(Ordering::Relaxed)
    }

    /// Why no more frames will come, once `frames` is closed.
    pub(super) fn end_reason(&self) -> CameraFault {
        self.end_reason.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or(CameraFault::Gone)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The number of a frame, after `sent - 1` that the driver lost.
    fn next_number(&self, sent: u64) -> u64 {
        self.lost.fetch_add(sent - 1, Ordering::Relaxed);
        self.arrived.fetch_add(sent, Ordering::Relaxed) + sent - 1
    }

    fn end(&self, reason: Option<CameraFault>) {
        *self.end_reason.lock().unwrap_or_else(PoisonError::into_inner) = reason;
        self.opened.close();
        self.frames.close();
        self.ended.close();
    }
}

/// Pause after a frame that could not be decoded, so that a driver that returns garbage at once does not make the loop
/// spin.
const AFTER_GARBAGE: Duration = Duration::from_millis(2);
/// Pause after a failure of the stream.
const AFTER_FAILURE: Duration = Duration::from_millis(100);
/// First pause between two attempts to find an unplugged camera, doubled each time up to the longest.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LONGEST_RETRY: Duration = Duration::from_secs(2);

/// Runs until it is stopped or the camera fails for good. To be called on a thread of its own.
pub(super) fn run(driver: &impl Driver, camera: &Listed, state: &CaptureState) {
    let outcome = catch_panic(|| capture(driver, camera, state));
    let reason = outcome.unwrap_or_else(|panicked| Some(CameraFault::Failing(panicked.0)));
    state.end(reason);
}

/// Why a stream ended.
enum StreamEnd {
    Stopped,
    /// The camera is gone, or must be opened again.
    Lost,
    Failed(CameraFault),
}

/// Opens the camera, streams from it, and reopens it whenever it was unplugged.
fn capture(driver: &impl Driver, camera: &Listed, state: &CaptureState) -> Option<CameraFault> {
    let mut camera = camera.clone(); // its number changes if it comes back under another one
    let mut streaming = match Streaming::open(driver, camera.number) {
        Ok(streaming) => streaming,
        Err(fault) => {
            state.opened.put(Err(fault.clone()));
            return Some(fault);
        }
    };
    state.opened.put(Ok(streaming.mode()));
    let mut clock = PictureClock::default(); // goes on when the camera is opened anew
    let mut history = CameraHistory::default();
    loop {
        let end = stream(driver, &mut streaming, state, &mut clock, &mut history);
        history.rounds = if streaming.proven() { 0 } else { history.rounds.saturating_add(1) };
        // Closed before searching for it: with the old handle open, it would come back under another number.
        drop(streaming);
        match end {
            StreamEnd::Stopped => return None,
            StreamEnd::Failed(fault) => return Some(fault),
            StreamEnd::Lost => tracing::info!("{camera} is lost, looking for it"),
        }
        streaming = reopen(driver, &camera, state)?;
        camera.number = streaming.number();
        tracing::info!("{camera} is back: {}", streaming.mode());
    }
}

/// What is known of a camera from before it was opened anew.
#[derive(Debug, Default)]
struct CameraHistory {
    /// How often in a row it was opened without a picture.
    rounds: u32,
    /// The best mode in which it gave pictures, as it was asked for.
    worked_in: Option<Mode>,
    /// Whether it was opened anew for the sake of that mode since it last worked in it.
    retried: bool,
}

impl CameraHistory {
    /// Takes note of a picture. Returns whether the camera should be opened anew: it is awake, and worked before in a better mode,
    /// which was left while nothing came of it. That is tried once, as the camera may have come back behind a slower connection.
    fn picture_came<D: Device>(&mut self, camera: &Streaming<D>) -> bool {
        if self.worked_in.is_some_and(|mode| camera.has_left(mode)) {
            return !std::mem::replace(&mut self.retried, true);
        }
        (self.worked_in, self.retried) = (camera.asked(), false);
        false
    }
}

/// Failures in a row, since the last picture or since the mode was changed.
#[derive(Debug, Default)]
struct FailureCounts {
    failures: u32,
    garbage: u32,
    /// Waits in vain since the last frame.
    silent: u32,
}

fn stream<D: Driver>(
    driver: &D,
    camera: &mut Streaming<D::Device>,
    state: &CaptureState,
    clock: &mut PictureClock,
    history: &mut CameraHistory,
) -> StreamEnd {
    let mut counts = FailureCounts::default();
    while !state.stopped() {
        let (fault, remedy) = match camera.capture() {
            Ok(raw) => {
                let arrived = Instant::now();
                let taken = clock.taken(camera.taken(&raw), arrived);
                let number = state.next_number(camera.sent(&raw));
                (counts.failures, counts.silent) = (0, 0);
                match camera.decode(&raw) {
                    Ok(picture) => {
                        counts.garbage = 0;
                        let (mode, camera_number) = (camera.mode(), camera.number());
                        state.frames.put(CapturedFrame { picture, taken, number, mode, camera: camera_number });
                        if history.picture_came(camera) {
                            tracing::info!("pictures come again in {mode}: a better mode is tried once more");
                            return StreamEnd::Lost;
                        }
                        continue;
                    }
                    Err(error) => {
                        tracing::debug!("a frame was dropped: {error}");
                        state.undecodable.fetch_add(1, Ordering::Relaxed);
                        counts.garbage += 1;
                        driver.pause(AFTER_GARBAGE);
                        (CameraFault::Failing(error.to_string()), after_garbage(counts.garbage, camera.proven()))
                    }
                }
            }
            Err(CameraFault::Gone) => return StreamEnd::Lost,
            Err(CameraFault::Silent) if state.stopped() => break, // whoever waits for the end does not wait for a remedy
            Err(CameraFault::Silent) => {
                counts.silent += 1; // it was waited for
                let remedy = after_silence(counts.silent, history.rounds, camera.proven());
                if remedy != Remedy::Wait {
                    tracing::info!("nothing comes in {}: {remedy:?}", camera.mode());
                }
                (CameraFault::Silent, remedy)
            }
            Err(fault) => {
                state.failed.fetch_add(1, Ordering::Relaxed);
                counts.failures += 1;
                tracing::debug!("failure {} in a row: {fault:?}", counts.failures);
                driver.pause(AFTER_FAILURE);
                let remedy = match after_failures(counts.failures, camera.proven()) {
                    // It fell silent and cannot be started again: opened anew, it may.
                    Remedy::GiveUp if counts.silent > 0 => Remedy::Reopen,
                    remedy => remedy,
                };
                (fault, remedy)
            }
        };
        if let Some(end) = apply(remedy, fault, camera, &mut counts) {
            return end;
        }
    }
    StreamEnd::Stopped
}

/// Applies a remedy for `fault`. Returns why the stream must end, if it must.
fn apply<D: Device>(
    remedy: Remedy,
    fault: CameraFault,
    camera: &mut Streaming<D>,
    counts: &mut FailureCounts,
) -> Option<StreamEnd> {
    let outcome = match remedy {
        Remedy::Wait => return None,
        Remedy::Reopen => return Some(StreamEnd::Lost),
        Remedy::GiveUp => return Some(StreamEnd::Failed(fault)),
        Remedy::Restart => camera.restart(),
        Remedy::NextMode => {
            *counts = FailureCounts::default();
            camera.next_mode()
        }
    };
    match (outcome, remedy) {
        (Err(CameraFault::Gone), _) => Some(StreamEnd::Lost),
        // Whoever is only silent is not given up. Opened anew, it is tried in its best mode again.
        (Err(_), _) if fault == CameraFault::Silent => Some(StreamEnd::Lost),
        // The original fault says more than that there is no other mode.
        (Err(_), Remedy::NextMode) => Some(StreamEnd::Failed(fault)),
        _ => None, // a failed restart shows at the next frame
    }
}

/// Waits until the camera is back and can be opened. Returns `None` if stopped meanwhile.
fn reopen<D: Driver>(driver: &D, camera: &Listed, state: &CaptureState) -> Option<Streaming<D::Device>> {
    let mut wait = FIRST_RETRY;
    loop {
        driver.pause(wait);
        if state.stopped() {
            return None;
        }
        let opened = find_returned(camera, &driver.list()).map(|found| Streaming::open(driver, found.number));
        match opened {
            Some(Ok(streaming)) => return Some(streaming),
            Some(Err(fault)) => tracing::debug!("{camera} cannot be opened yet: {fault:?}"),
            None => {}
        }
        wait = (wait * 2).min(LONGEST_RETRY);
    }
}

#[cfg(test)]
#[path = "capture_tests.rs"]
mod tests;
