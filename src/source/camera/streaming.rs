//! A camera that streams, and the modes left to try.
//!
//! A mode that a camera offers and takes is not yet one that works: some send frames that cannot be decoded, others fail
//! at the first frame because the cable has no room for so many bytes. So a mode counts once a frame came out of it, and
//! until then the next best is only a step away.

use image::RgbImage;

use super::driver::{Device, Driver};
use super::fault::CameraFault;
use super::mode::{Mode, ranked};
use crate::source::pixels::PixelError;

/// An open camera in one of its modes.
pub(super) struct Streaming<D> {
    device: D,
    mode: Mode,
    /// The modes below it, best first.
    below: std::vec::IntoIter<Mode>,
    proven: bool,
}

impl<D: Device> Streaming<D> {
    /// Opens a camera in the best mode that it takes, and starts its stream.
    pub(super) fn open(driver: &impl Driver<Device = D>, number: u32) -> Result<Self, CameraFault> {
        let mut device = driver.open(number)?;
        let mut below = ranked(device.modes()?).into_iter();
        let mode = enter_first(&mut device, &mut below)?;
        Ok(Self { device, mode, below, proven: false })
    }

    /// The mode it is in.
    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether a frame of this mode could be decoded.
    pub(super) fn proven(&self) -> bool {
        self.proven
    }

    /// The next frame, undecoded. **May block for ever.**
    pub(super) fn capture(&mut self) -> Result<D::Raw, CameraFault> {
        self.device.capture()
    }

    /// The picture in a frame; the first one proves the mode.
    pub(super) fn decode(&mut self, raw: &D::Raw) -> Result<RgbImage, PixelError> {
        let decoded = self.device.decode(raw);
        self.proven |= decoded.is_ok();
        decoded
    }

    /// Stops the stream and starts it again.
    pub(super) fn restart(&mut self) -> Result<(), CameraFault> {
        stop(&mut self.device);
        self.device.start()
    }

    /// Leaves this mode for the next that the camera takes.
    pub(super) fn next_mode(&mut self) -> Result<(), CameraFault> {
        self.mode = enter_first(&mut self.device, &mut self.below)?;
        self.proven = false;
        Ok(())
    }
}

fn enter_first(device: &mut impl Device, modes: &mut impl Iterator<Item = Mode>) -> Result<Mode, CameraFault> {
    let mut reason = CameraFault::NoMode;
    for mode in modes {
        stop(device);
        match device.set(mode).and_then(|()| device.start()) {
            Ok(()) => return Ok(mode),
            Err(fault @ (CameraFault::Busy | CameraFault::Gone | CameraFault::Forbidden)) => return Err(fault),
            Err(fault) => {
                tracing::debug!("{mode} was refused: {fault:?}");
                reason = fault;
            }
        }
    }
    Err(reason)
}

// A stream that cannot be stopped has broken down already: it must not keep the next from starting.
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
    fn a_stream_that_cannot_be_stopped_is_started_all_the_same() {
        let made = FakeDriver::new([vec![]]).failing_to_stop();
        let mut camera = Streaming::open(&made, 0).unwrap();
        let starts = made.starts();
        assert_eq!(camera.restart(), Ok(()));
        assert_eq!(made.starts(), starts + 1);
    }

    #[test]
    fn a_mode_that_is_refused_is_passed_over_but_not_a_camera_in_use() {
        let made = FakeDriver::new([vec![]]).refusing_mode(BEST, CameraFault::NoMode);
        assert_eq!(Streaming::open(&made, 0).map(|camera| camera.mode()), Ok(NEXT));
        let made = FakeDriver::new([vec![]]).refusing_mode(BEST, CameraFault::Busy);
        assert_eq!(Streaming::open(&made, 0).map(|camera| camera.mode()), Err(CameraFault::Busy));
    }
}
