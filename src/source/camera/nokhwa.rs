//! Cameras of macOS and Windows, by nokhwa and with its known pitfalls. No other file uses nokhwa.
//!
//! - Panics are caught in every call: dropping a camera panics if stopping the stream fails.
//! - A camera is opened once, in whatever mode comes first, and *then* moved to the wanted mode: a refused mode may
//!   leave the device in a mode in which nothing can open it; with the handle kept open, the next mode repairs that.
//! - Frames are read raw: nokhwa's own JPEG decoder ends the thread on a broken frame.

use std::sync::Arc;
use std::time::Duration;

use ::nokhwa::Camera;
use ::nokhwa::utils::{ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};
use image::RgbImage;

use super::driver::{Device, Driver};
use super::fault::CameraFault;
use super::mode::{Encoding, Mode, PictureInterval};
use super::presentation::{PictureAspect, Presentation};
use super::selector::Listed;
use crate::latest_slot::LatestSlot;
use crate::panic_guard::catch_panic;
use crate::source::PicturePool;
use crate::source::pixels::PixelError;

/// nokhwa as the capture loop sees it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nokhwa {
    /// The shape of the pictures, if the person states it.
    pub(super) aspect: Option<PictureAspect>,
}

/// A camera that nokhwa has open. `None` only while it is being dropped.
pub(super) struct NokhwaCamera {
    camera: Option<Camera>,
    presentation: Option<Presentation>,
    aspect: Option<PictureAspect>,
}

const DECODABLE: [FrameFormat; 6] = [
    FrameFormat::YUYV,
    FrameFormat::NV12,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
    FrameFormat::MJPEG,
    FrameFormat::GRAY,
];

/// Requests the user's permission to use cameras where the system requires it (macOS); does nothing elsewhere.
pub(super) fn request_permission() {
    let answered = Arc::new(LatestSlot::default());
    let answer = Arc::clone(&answered);
    let asked = catch_panic(|| ::nokhwa::nokhwa_initialize(move |_| answer.put(())));
    if asked.is_ok() {
        // A refusal shows when the camera is opened, as an error about that camera.
        answered.take(ANSWER);
    }
}

/// How long to wait for the user to answer the system's permission prompt.
const ANSWER: Duration = Duration::from_secs(30);

impl Driver for Nokhwa {
    type Device = NokhwaCamera;

    fn list(&self) -> Vec<Listed> {
        let asked = attempt(|| ::nokhwa::query(ApiBackend::Auto));
        let named =
            asked.map(|cameras| cameras.iter().enumerate().map(|(place, camera)| listed(place, camera)).collect());
        let mut listed: Vec<Listed> = named.unwrap_or_else(|fault| {
            tracing::debug!("listing cameras failed: {fault:?}");
            Vec::new()
        });
        listed.sort_by_key(|camera| camera.number);
        listed.dedup_by_key(|camera| camera.number);
        listed
    }

    fn open(&self, number: u32) -> Result<NokhwaCamera, CameraFault> {
        let first = RequestedFormat::with_formats(RequestedFormatType::None, &DECODABLE);
        let camera = attempt(|| Camera::new(CameraIndex::Index(number), first))?;
        Ok(NokhwaCamera { camera: Some(camera), presentation: None, aspect: self.aspect })
    }
}

impl NokhwaCamera {
    fn attempt<T>(
        &mut self,
        call: impl FnOnce(&mut Camera) -> Result<T, ::nokhwa::NokhwaError>,
    ) -> Result<T, CameraFault> {
        let camera = self.camera.as_mut().ok_or(CameraFault::Gone)?;
        attempt(|| call(camera))
    }
}

impl Device for NokhwaCamera {
    type Raw = Vec<u8>;

    fn modes(&mut self) -> Result<Vec<Mode>, CameraFault> {
        Ok(self.attempt(Camera::compatible_camera_formats)?.iter().filter_map(mode_of).collect())
    }

    fn set(&mut self, mode: Mode) -> Result<Mode, CameraFault> {
        self.presentation = Some(Presentation::of_mode(mode, self.aspect));
        let rate = mode.interval.denominator;
        let format = CameraFormat::new_from(mode.width, mode.height, format_of(mode.encoding)?, rate);
        let exactly = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &DECODABLE);
        self.attempt(|camera| camera.set_camera_requset(exactly)).map(|_| mode)
    }

    fn start(&mut self) -> Result<(), CameraFault> {
        self.attempt(Camera::open_stream)
    }

    fn stop(&mut self) -> Result<(), CameraFault> {
        self.attempt(Camera::stop_stream)
    }

    fn capture(&mut self) -> Result<Vec<u8>, CameraFault> {
        self.attempt(|camera| camera.frame_raw().map(std::borrow::Cow::into_owned))
    }

    fn decode(&self, bytes: &Vec<u8>, pool: &mut PicturePool) -> Result<RgbImage, PixelError> {
        self.presentation.as_ref().ok_or(PixelError::Damaged)?.picture(bytes, pool)
    }
}

impl Drop for NokhwaCamera {
    fn drop(&mut self) {
        if let Some(camera) = self.camera.take()
            && let Err(panicked) = catch_panic(|| drop(camera))
        {
            tracing::debug!("closing the camera panicked: {panicked}");
        }
    }
}

fn attempt<T, E: std::fmt::Display>(call: impl FnOnce() -> Result<T, E>) -> Result<T, CameraFault> {
    match catch_panic(call) {
        Ok(outcome) => outcome.map_err(|error| CameraFault::read(&error.to_string())),
        Err(panicked) => Err(CameraFault::Failing(panicked.0)),
    }
}

fn listed(place: usize, camera: &::nokhwa::utils::CameraInfo) -> Listed {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    Listed { number: camera.index().as_index().unwrap_or(place), name: camera.human_name() }
}

/// What nokhwa names, and what it is.
const FORMATS: [(FrameFormat, Encoding); 6] = [
    (FrameFormat::YUYV, Encoding::Yuyv),
    (FrameFormat::NV12, Encoding::Nv12),
    (FrameFormat::RAWRGB, Encoding::Rgb),
    (FrameFormat::RAWBGR, Encoding::Bgr),
    (FrameFormat::MJPEG, Encoding::Mjpeg),
    (FrameFormat::GRAY, Encoding::Grey),
];

fn mode_of(format: &CameraFormat) -> Option<Mode> {
    let (_, encoding) = FORMATS.into_iter().find(|(name, _)| *name == format.format())?;
    let interval = PictureInterval::of_rate(format.frame_rate());
    Some(Mode { width: format.width(), height: format.height(), interval, encoding })
}

fn format_of(encoding: Encoding) -> Result<FrameFormat, CameraFault> {
    FORMATS.into_iter().find(|(_, of)| *of == encoding).map(|(name, _)| name).ok_or(CameraFault::NoMode)
}
