//! The part of a camera library that the capture loop needs, as traits, so that the loop can be tested with a fake one.

use std::time::{Duration, Instant};

use image::RgbImage;

use super::fault::CameraFault;
use super::mode::Mode;
use super::node_kind::NodeKind;
use super::selector::Listed;
use crate::source::PicturePool;
use crate::source::pixels::PixelError;

/// A library that lists and opens cameras.
pub(super) trait Driver {
    /// An open camera; dropping it closes it and never panics.
    type Device: Device;

    /// The cameras present now, by number. Empty if listing fails.
    fn list(&self) -> Vec<Listed>;

    /// Everything that the system has among its cameras, with what it is.
    fn nodes(&self) -> Vec<(Listed, NodeKind)> {
        self.list().into_iter().map(|camera| (camera, NodeKind::Camera)).collect()
    }

    /// Opens a camera in whatever mode it was left. It does not stream yet.
    fn open(&self, number: u32) -> Result<Self::Device, CameraFault>;

    /// Waits. The loop does so after every failure, so that it never spins.
    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// An open camera.
pub(super) trait Device {
    /// The bytes of a frame as received.
    type Raw;

    /// The modes it offers whose pictures can be decoded, in any order.
    fn modes(&mut self) -> Result<Vec<Mode>, CameraFault>;

    /// Sets the mode, and returns the one that the camera took; to be called while it does not stream.
    fn set(&mut self, mode: Mode) -> Result<Mode, CameraFault>;

    /// Starts the stream.
    fn start(&mut self) -> Result<(), CameraFault>;

    /// Stops the stream, if one is running.
    fn stop(&mut self) -> Result<(), CameraFault>;

    /// The next frame, undecoded, so that its time of arrival can be taken before decoding. [`CameraFault::Silent`] if
    /// none came for a while, after which it may be asked again. **May block forever**: of a camera that falls silent,
    /// some libraries return neither a frame nor an error.
    fn capture(&mut self) -> Result<Self::Raw, CameraFault>;

    /// The driver's number of a frame, which counts those too that it had no room for; `None` if it has none.
    fn sequence(&self, _raw: &Self::Raw) -> Option<u32> {
        None
    }

    /// When a frame was taken, if its driver says so by a clock that can be compared. It may be wrong.
    fn taken(&self, _raw: &Self::Raw) -> Option<Instant> {
        None
    }

    /// Decodes a frame captured in the mode that was set last, in memory of the pool where it has a picture of that size.
    fn decode(&self, raw: &Self::Raw, pool: &mut PicturePool) -> Result<RgbImage, PixelError>;
}
