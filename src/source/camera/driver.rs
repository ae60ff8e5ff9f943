//! What the capture loop needs of a camera library, and no more: so the loop can be tested against a made one.

use std::time::Duration;

use image::RgbImage;

use super::fault::CameraFault;
use super::mode::Mode;
use super::selector::Listed;
use crate::source::pixels::PixelError;

/// A library that lists and opens cameras.
pub(super) trait Driver {
    /// An open camera; dropping it closes it and never panics.
    type Device: Device;

    /// The cameras there are now, by rising number. A failure to list is no camera.
    fn list(&self) -> Vec<Listed>;

    /// Opens a camera, whatever mode it was left in. It does not stream yet.
    fn open(&self, number: u32) -> Result<Self::Device, CameraFault>;

    /// Waits. After every failure the loop does, so it never spins.
    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// An open camera.
pub(super) trait Device {
    /// The bytes of a frame as they came.
    type Raw;

    /// The modes it offers of which the pictures can be decoded, in any order.
    fn modes(&mut self) -> Result<Vec<Mode>, CameraFault>;

    /// Moves to a mode; to be called while it does not stream.
    fn set(&mut self, mode: Mode) -> Result<(), CameraFault>;

    /// Starts the stream.
    fn start(&mut self) -> Result<(), CameraFault>;

    /// Stops the stream, if there is one.
    fn stop(&mut self) -> Result<(), CameraFault>;

    /// The next frame, undecoded: so that its arrival is known before the time that decoding takes. **May block for
    /// ever**: a camera that falls silent gives neither frame nor error.
    fn capture(&mut self) -> Result<Self::Raw, CameraFault>;

    /// The picture in a frame of the mode that was set last.
    fn decode(&self, raw: &Self::Raw) -> Result<RgbImage, PixelError>;
}
