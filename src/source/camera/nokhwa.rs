//! The camera library, and all that is known of its traps. No other file names nokhwa.
//!
//! - Every call is fenced: listing panics on a stray file in `/dev`, dropping panics if stopping the stream fails.
//! - A camera is opened once, in whatever mode comes first, and *then* moved to the mode wanted: a mode that is refused
//!   may leave the device in an odd one, in which it could be opened by nobody; with the handle kept, the next mode
//!   puts that right.
//! - Frames are taken raw: nokhwa's own JPEG decoder ends the thread on a broken frame.

use std::sync::Arc;
use std::time::Duration;

use ::nokhwa::Camera;
use ::nokhwa::utils::{ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};
use image::RgbImage;

use super::driver::{Device, Driver, FrameFault};
use super::fault::Fault;
use super::listing;
use super::mode::{Encoding, Mode, ranked};
use super::selector::Listed;
use crate::latest::Latest;
use crate::source::guard::fenced;
use crate::source::pixels;

/// nokhwa as the capture loop sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nokhwa;

/// A camera that nokhwa has open. `None` only while it is being dropped.
pub(super) struct OpenCamera {
    camera: Option<Camera>,
    mode: Mode,
}

const DECODABLE: [FrameFormat; 5] =
    [FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::RAWRGB, FrameFormat::RAWBGR, FrameFormat::MJPEG];

/// Asks the person for leave to use cameras, where the system wants that (macOS); elsewhere this does nothing.
pub(super) fn ask_for_leave() {
    let answered = Arc::new(Latest::default());
    let answer = Arc::clone(&answered);
    let asked = fenced(|| ::nokhwa::nokhwa_initialize(move |_| answer.put(())));
    if asked.is_ok() {
        // A refusal shows in opening, as a sentence about that camera.
        answered.take(ANSWER);
    }
}

/// How long a person may take to answer the system's question.
const ANSWER: Duration = Duration::from_secs(30);

impl Driver for Nokhwa {
    type Device = OpenCamera;

    fn list(&self) -> Vec<Listed> {
        let mut listed = match fenced(|| ::nokhwa::query(ApiBackend::Auto)) {
            Ok(Ok(cameras)) => cameras.iter().enumerate().map(|(place, camera)| listed(place, camera)).collect(),
            Ok(Err(error)) => {
                tracing::debug!("listing cameras failed: {error}");
                Vec::new()
            }
            Err(panicked) => {
                tracing::debug!("listing cameras panicked, so the nodes are looked up: {panicked}");
                listing::probe()
            }
        };
        listed.sort_by_key(|camera: &Listed| camera.number);
        listed.dedup_by_key(|camera| camera.number);
        listed
    }

    fn open(&self, number: u32) -> Result<OpenCamera, Fault> {
        let first = RequestedFormat::with_formats(RequestedFormatType::None, &DECODABLE);
        let camera = attempt(|| Camera::new(CameraIndex::Index(number), first))?;
        // In its place before the next call, so that it is dropped behind a fence whatever happens.
        let unset = Mode { width: 0, height: 0, rate: 0, encoding: Encoding::Yuyv };
        let mut open = OpenCamera { camera: Some(camera), mode: unset };
        open.choose_mode()?;
        Ok(open)
    }
}

impl OpenCamera {
    /// Moves to the best mode that the camera takes and streams in.
    fn choose_mode(&mut self) -> Result<(), Fault> {
        let formats = self.attempt(Camera::compatible_camera_formats)?;
        let mut reason = Fault::NoMode;
        for mode in ranked(formats.iter().filter_map(mode_of).collect()) {
            match self.enter(mode) {
                Ok(()) => {
                    self.mode = mode;
                    return Ok(());
                }
                Err(fault @ (Fault::Busy | Fault::Gone | Fault::Forbidden)) => return Err(fault),
                Err(fault) => {
                    tracing::debug!("{mode} was refused: {fault:?}");
                    reason = fault;
                }
            }
        }
        Err(reason)
    }

    fn enter(&mut self, mode: Mode) -> Result<(), Fault> {
        let format = CameraFormat::new_from(mode.width, mode.height, format_of(mode.encoding), mode.rate);
        self.attempt(|camera| {
            camera.set_camera_requset(RequestedFormat::with_formats(RequestedFormatType::Exact(format), &DECODABLE))
        })?;
        self.attempt(Camera::open_stream)
    }

    fn attempt<T>(&mut self, call: impl FnOnce(&mut Camera) -> Result<T, ::nokhwa::NokhwaError>) -> Result<T, Fault> {
        let camera = self.camera.as_mut().ok_or(Fault::Gone)?;
        attempt(|| call(camera))
    }
}

impl Device for OpenCamera {
    fn mode(&self) -> Mode {
        self.mode
    }

    fn frame(&mut self) -> Result<RgbImage, FrameFault> {
        let mode = self.mode;
        let camera = self.camera.as_mut().ok_or(FrameFault::Stream(Fault::Gone))?;
        let bytes = attempt(|| camera.frame_raw()).map_err(FrameFault::Stream)?;
        let decoded = match mode.encoding {
            Encoding::Yuyv => pixels::from_yuyv(&bytes, mode.width, mode.height),
            Encoding::Nv12 => pixels::from_nv12(&bytes, mode.width, mode.height),
            Encoding::Rgb => pixels::from_rgb(&bytes, mode.width, mode.height),
            Encoding::Bgr => pixels::from_bgr(&bytes, mode.width, mode.height),
            Encoding::Mjpeg => fenced(|| pixels::from_jpeg(&bytes))
                .unwrap_or_else(|panicked| Err(pixels::PixelError::Jpeg(panicked.0))),
        };
        decoded.map_err(FrameFault::Undecodable)
    }

    fn restart(&mut self) -> Result<(), Fault> {
        self.attempt(Camera::stop_stream)?;
        self.attempt(Camera::open_stream)
    }
}

impl Drop for OpenCamera {
    fn drop(&mut self) {
        if let Some(camera) = self.camera.take()
            && let Err(panicked) = fenced(|| drop(camera))
        {
            tracing::debug!("closing the camera panicked: {panicked}");
        }
    }
}

fn attempt<T>(call: impl FnOnce() -> Result<T, ::nokhwa::NokhwaError>) -> Result<T, Fault> {
    match fenced(call) {
        Ok(outcome) => outcome.map_err(|error| Fault::read(&error.to_string())),
        Err(panicked) => Err(Fault::Failing(panicked.0)),
    }
}

fn listed(place: usize, camera: &::nokhwa::utils::CameraInfo) -> Listed {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    Listed { number: camera.index().as_index().unwrap_or(place), name: camera.human_name() }
}

fn mode_of(format: &CameraFormat) -> Option<Mode> {
    let encoding = match format.format() {
        FrameFormat::YUYV => Encoding::Yuyv,
        FrameFormat::NV12 => Encoding::Nv12,
        FrameFormat::RAWRGB => Encoding::Rgb,
        FrameFormat::RAWBGR => Encoding::Bgr,
        FrameFormat::MJPEG => Encoding::Mjpeg,
        FrameFormat::GRAY => return None,
    };
    Some(Mode { width: format.width(), height: format.height(), rate: format.frame_rate(), encoding })
}

fn format_of(encoding: Encoding) -> FrameFormat {
    match encoding {
        Encoding::Yuyv => FrameFormat::YUYV,
        Encoding::Nv12 => FrameFormat::NV12,
        Encoding::Rgb => FrameFormat::RAWRGB,
        Encoding::Bgr => FrameFormat::RAWBGR,
        Encoding::Mjpeg => FrameFormat::MJPEG,
    }
}
