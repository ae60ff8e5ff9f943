//! A streaming camera and the modes left to try.
//!
//! A mode that a camera offers and accepts need not work: some send frames that cannot be decoded, others fail at the
//! first frame because the connection lacks the bandwidth. So a mode is proven only by a decoded frame; until then the
//! next best can still be tried.

use std::sync::Arc;
use std::time::Instant;

use image::RgbImage;

use super::driver::{Device, Driver};
use super::fault::CameraFault;
use super::mode::{Mode, ranked};
use crate::source::PicturePool;
use crate::source::pixels::PixelError;

/// An open camera in one of its modes.
pub(super) struct Streaming<D> {
    device: D,
    /// That of the camera.
    number: u32,
    /// The modes to try, best first.
    modes: Vec<Mode>,
    /// Which of them was accepted last.
    place: usize,
    /// What the camera took for it.
    mode: Mode,
    proven: bool,
    /// The driver's number of the last frame.
    sequence: Option<u32>,
    pool: PicturePool,
}

/// So many pictures are in use at most: one that is being decoded, one that nobody has taken yet, two that wait for the networks, one
/// in them, one that waits for the display and one on it. Those that wait for the encoder of a kept session come on top, and are not
/// remembered.
const PICTURES: usize = 7;

/// The most frames that a driver may have lost between two: more, and its numbers mean something else.
const MOST_LOST: u32 = 30;

impl<D: Device> Streaming<D> {
    /// Opens a camera in the best mode that it accepts, and starts its stream.
    pub(super) fn open(driver: &impl Driver<Device = D>, number: u32) -> Result<Self, CameraFault> {
        let mut device = driver.open(number)?;
        let modes = ranked(device.modes()?);
        let (place, mode) = start_first_accepted(&mut device, &modes, 0)?;
        let pool = PicturePool::filled(PICTURES);
        Ok(Self { device, number, modes, place, mode, proven: false, sequence: None, pool })
    }

    /// The number of the camera.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The current mode.
    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// The mode that was asked of the camera, which may have taken another for it.
    pub(super) fn asked(&self) -> Option<Mode> {
        self.modes.get(self.place).copied()
    }

    /// Whether this mode, better than the current one, was refused or left since the camera was opened.
    pub(super) fn has_left(&self, mode: Mode) -> bool {
        self.modes.iter().take(self.place).any(|left| *left == mode)
    }

    /// Whether a frame in this mode could be decoded.
    pub(super) fn proven(&self) -> bool {
        self.proven
    }

    /// The next frame, undecoded. **May block forever.**
    pub(super) fn capture(&mut self) -> Result<D::Raw, CameraFault> {
        self.device.capture()
    }

    /// How many frames the camera has sent since the one before, this one included: at least 1.
    pub(super) fn sent(&mut self, raw: &D::Raw) -> u64 {
        let sequence = self.device.sequence(raw);
        let since = sequence.zip(self.sequence).and_then(|(now, before)| now.checked_sub(before));
        self.sequence = sequence;
        since.filter(|since| (1..=MOST_LOST).contains(since)).map_or(1, u64::from)
    }

    /// When a frame was taken, if its driver says so. It may be wrong.
    pub(super) fn taken(&self, raw: &D::Raw) -> Option<Instant> {
        self.device.taken(raw)
    }

    /// Decodes a frame; the first success proves the mode.
    pub(super) fn decode(&mut self, raw: &D::Raw) -> Result<Arc<RgbImage>, PixelError> {
        let picture = self.device.decode(raw, &mut self.pool)?;
        self.proven = true;
        Ok(self.pool.share(picture))
    }

    /// Stops the stream and starts it again.
    pub(super) fn restart(&mut self) -> Result<(), CameraFault> {
        stop(&mut self.device);
        self.device.start()
    }

    /// Switches to the next mode that the camera accepts.
    pub(super) fn next_mode(&mut self) -> Result<(), CameraFault> {
        (self.place, self.mode) = start_first_accepted(&mut self.device, &self.modes, self.place + 1)?;
        self.proven = false;
        Ok(())
    }
}

/// Starts the first of these modes, from this place on, that the camera accepts. Returns its place, and what the camera took for it.
fn start_first_accepted(device: &mut impl Device, modes: &[Mode], from: usize) -> Result<(usize, Mode), CameraFault> {
    let mut reason = CameraFault::NoMode;
    for (place, &mode) in modes.iter().enumerate().skip(from) {
        stop(device);
        match device.set(mode).and_then(|taken| device.start().map(|()| taken)) {
            Ok(taken) => return Ok((place, taken)),
            Err(fault @ (CameraFault::Busy | CameraFault::Gone | CameraFault::Forbidden)) => return Err(fault),
            Err(fault) => {
                tracing::debug!("{mode} was refused: {fault:?}");
                reason = fault;
            }
        }
    }
    Err(reason)
}

// A stream that cannot be stopped has already failed: it must not keep the next from starting.
fn stop(device: &mut impl Device) {
    if let Err(fault) = device.stop() {
        tracing::debug!("stopping the stream failed: {fault:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::{BEST, FakeDriver, NEXT};
    use super::*;

    #[test]
    fn a_stream_that_cannot_be_stopped_is_restarted_anyway() {
        let driver = FakeDriver::new([vec![]]).failing_to_stop();
        let mut camera = Streaming::open(&driver, 0).unwrap();
        let starts = driver.starts();
        assert_eq!(camera.restart(), Ok(()));
        assert_eq!(driver.starts(), starts + 1);
    }

    #[test]
    fn frames_that_the_driver_lost_are_counted_and_strange_numbers_are_not() {
        let driver = FakeDriver::new([vec![]]).numbering([7, 8, 11, 11, 3, 4, 5000, 5001]);
        let mut camera = Streaming::open(&driver, 0).unwrap();
        assert_eq!([(); 8].map(|()| camera.sent(&true)), [1, 1, 3, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_refused_mode_is_skipped_but_a_busy_camera_is_an_error() {
        let driver = FakeDriver::new([vec![]]).refusing_mode(BEST, CameraFault::NoMode);
        assert_eq!(Streaming::open(&driver, 0).map(|camera| camera.mode()), Ok(NEXT));
        let driver = FakeDriver::new([vec![]]).refusing_mode(BEST, CameraFault::Busy);
        assert_eq!(Streaming::open(&driver, 0).map(|camera| camera.mode()), Err(CameraFault::Busy));
    }
}
