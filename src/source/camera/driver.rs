//! What the capture loop needs of a camera library, and no more: so the loop can be tested against a made one.

use std::time::Duration;

use image::RgbImage;

use super::fault::Fault;
use super::mode::Mode;
use super::selector::Listed;
use crate::source::pixels::PixelError;

/// A library that lists and opens cameras.
pub(super) trait Driver {
    /// An open camera; dropping it closes it and never panics.
    type Device: Device;

    /// The cameras there are now, by rising number. A failure to list is no camera.
    fn list(&self) -> Vec<Listed>;

    /// Opens a camera in the best mode it takes, and starts its stream.
    fn open(&self, number: u32) -> Result<Self::Device, Fault>;

    /// Waits. After every failure the loop does, so it never spins.
    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// An open camera that streams.
pub(super) trait Device {
    /// The mode it was opened in.
    fn mode(&self) -> Mode;

    /// The next frame. **May block for ever**: a camera that falls silent gives neither frame nor error.
    fn frame(&mut self) -> Result<RgbImage, FrameFault>;

    /// Stops the stream and starts it again.
    fn restart(&mut self) -> Result<(), Fault>;
}

/// Why there is no frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FrameFault {
    /// One came that cannot be decoded. The next may be whole.
    Undecodable(PixelError),
    /// None came.
    Stream(Fault),
}
