//! A live camera.
//!
//! The difficult part of cameras is their failures: they fall silent, are unplugged, are in use by another program, or
//! send half a frame. Each kind of failure is handled in one place and can be tested without a camera:
//!
//! - `video4linux` (Linux) and `nokhwa` (macOS, Windows) wrap what gives the pictures, and its pitfalls, behind the two
//!   traits in `driver`; `offer` makes modes of what a driver of Linux offers, `node_kind` says which of its nodes are
//!   cameras;
//! - `presentation` makes upright pictures with square pixels of the bytes: plain arithmetic;
//! - `streaming` finds a mode that works, `capture` is the thread that reads and recovers: tests run both on a fake
//!   library; `picture_clock` says when a picture was taken;
//! - `fault` classifies failures, `mode` ranks modes, `selector` chooses the camera, `note` says what is not well with
//!   it: plain functions.
//!
//! [`CameraSource`] is the reading end. It never waits for the thread longer than a second, so a camera that blocks
//! forever shows as [`Delivery::Silent`] and stops nothing else.

mod capture;
#[cfg(target_os = "linux")]
mod device_nodes;
mod driver;
#[cfg(test)]
mod fake;
mod fault;
mod listing;
mod mode;
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux has nodes that are no camera"))]
mod node_kind;
#[cfg(not(target_os = "linux"))]
mod nokhwa;
mod note;
#[cfg(any(target_os = "linux", test))]
mod offer;
mod picture_clock;
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux says how a picture lies"))]
mod presentation;
mod selector;
mod streaming;
#[cfg(target_os = "linux")]
mod video4linux;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::capture::{CaptureState, CapturedFrame};
use self::driver::Driver;
use self::fault::CameraFault;
pub use self::listing::{CameraEntry, OtherNode, cameras, numbers, other_nodes};
pub use self::mode::{Encoding, Mode, PictureInterval};
pub use self::node_kind::NodeKind;
pub use self::note::{CameraNote, is_too_slow};
pub use self::presentation::{AspectError, PictureAspect};
use self::selector::Listed;
pub use self::selector::Selector;
use super::{Delivery, Frame, Source, SourceError, SourceInfo, Timestamp, pixels};
use crate::fps::Rate;
use crate::latest_slot::Taken;

/// An open camera.
#[derive(Debug)]
pub struct CameraSource {
    info: SourceInfo,
    camera: Listed,
    mode: Mode,
    notes: Vec<CameraNote>,
    /// Whether the rate was measured, and told if it is too low.
    slow_told: bool,
    state: Arc<CaptureState>,
    /// The frame that proved that the camera works, until it or a newer one is delivered.
    first: Option<CapturedFrame>,
    /// How many frames were overlooked before the first was delivered: nobody had asked for any.
    overlooked_before: u64,
    /// When the first frame was taken: the zero of this source's clock.
    start: Option<Instant>,
    /// The size of its first picture, to which all later ones are fitted.
    size: Option<(u32, u32)>,
    last_frame_at: Instant,
    rate: Rate,
    timeout: Timeouts,
}

/// The timeout of each step.
#[derive(Clone, Copy, Debug)]
struct Timeouts {
    opening: Duration,
    first_frame: Duration,
    next_frame: Duration,
    /// How long to measure the rate where it is asked for.
    rate: Duration,
    closing: Duration,
}

const TIMEOUTS: Timeouts = Timeouts {
    opening: Duration::from_secs(10),
    first_frame: Duration::from_secs(2),
    next_frame: Duration::from_secs(1),
    rate: Duration::from_secs(1),
    closing: Duration::from_millis(300),
};

impl CameraSource {
    /// Opens the camera that `selector` names. If several match, the first that sends a frame within two seconds is
    /// used; a single match is used even if it is still silent.
    ///
    /// # Errors
    /// If there is no such camera, it is in use, access is denied, or it cannot be opened. The message names the
    /// camera.
    pub fn open(selector: &Selector) -> Result<Self, SourceError> {
        Self::open_shaped(selector, None)
    }

    /// The same, of a camera whose pictures have this shape whatever it says itself.
    ///
    /// # Errors
    /// As [`CameraSource::open`].
    pub fn open_shaped(selector: &Selector, aspect: Option<PictureAspect>) -> Result<Self, SourceError> {
        request_permission();
        let mut camera = Self::open_with(&system_driver(aspect), selector, TIMEOUTS)?;
        camera.notes.retain(|note| aspect.is_none() || *note != CameraNote::Shape);
        Ok(camera)
    }

    /// The mode the camera was opened in.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What a person should know of this camera.
    pub fn notes(&self) -> &[CameraNote] {
        &self.notes
    }

    fn open_with<D>(driver: &D, selector: &Selector, timeout: Timeouts) -> Result<Self, SourceError>
    where
        D: Driver + Clone + Send + 'static,
    {
        let mut candidates = selector::candidates(selector, &driver.list())?;
        if candidates.len() == 1 {
            return Self::start(driver.clone(), candidates.remove(0), timeout);
        }
        let (mut states, mut grey) = (Vec::new(), None);
        for camera in candidates {
            match Self::start(driver.clone(), camera, timeout) {
                Ok(camera) if camera.first.is_some() && !camera.has_colours() => grey = grey.or(Some(camera)),
                Ok(camera) if camera.first.is_some() => return Ok(camera),
                Ok(camera) => states.push(CameraFault::Silent.into_source_error(camera.camera.to_string()).to_string()),
                Err(error) => states.push(error.to_string()),
            }
        }
        grey.ok_or(SourceError::NoWorkingCamera { states })
    }

    /// Laptops have a second camera, for infrared light, which is often the first in the list.
    fn has_colours(&self) -> bool {
        !self.notes.iter().any(|note| matches!(note, CameraNote::Infrared | CameraNote::Grey))
    }

    /// Starts the capture thread and waits for the camera to open and for its first frame, which may fail to arrive.
    fn start<D>(driver: D, camera: Listed, timeout: Timeouts) -> Result<Self, SourceError>
    where
        D: Driver + Send + 'static,
    {
        let state = Arc::new(CaptureState::default());
        let source_error = |fault: CameraFault| fault.into_source_error(camera.to_string());
        spawn(driver, camera.clone(), Arc::clone(&state)).map_err(source_error)?;
        let opened = match state.opened.take(timeout.opening) {
            Taken::Value(opened) => opened,
            Taken::Nothing | Taken::Closed => Err(CameraFault::Silent),
        };
        let mode = opened.map_err(|fault| {
            state.stop();
            source_error(fault)
        })?;
        let first = match first_frame(&state, timeout) {
            Taken::Value(frame) => Some(frame),
            Taken::Nothing => None,
            Taken::Closed => return Err(source_error(state.end_reason())),
        };
        let mode = first.as_ref().map_or(mode, |frame| frame.mode);
        let sent = (mode.width, mode.height);
        let shaped = first.as_ref().is_some_and(|frame| frame.picture.dimensions() != sent);
        let notes = note::notes(&camera.name, mode, shaped);
        let info = SourceInfo { name: camera.name.clone(), live: true, ..SourceInfo::default() };
        tracing::info!("{camera}: {mode}");
        Ok(Self {
            info,
            camera,
            mode,
            slow_told: notes.iter().any(|note| matches!(note, CameraNote::Slow(_))),
            notes,
            state,
            first,
            overlooked_before: 0,
            start: None,
            size: None,
            last_frame_at: Instant::now(),
            rate: Rate::default(),
            timeout,
        })
    }

    /// Says once, if it sends fewer pictures than it promised, that they are too few: most cameras do so in the dark.
    fn tell_if_slow(&mut self, time: Timestamp) {
        if !self.slow_told && time.since(Timestamp::default()) >= RATE_KNOWN {
            let Some(rate) = self.rate.per_second() else { return };
            self.slow_told = true;
            if let Some(slow) = note::slow(rate) {
                tracing::warn!("{}: {slow}", self.camera);
            }
        }
    }

    fn deliver(&mut self, captured: CapturedFrame) -> Delivery {
        if self.start.is_none() {
            self.overlooked_before = self.state.overlooked();
        }
        let start = *self.start.get_or_insert(captured.taken);
        let time = Timestamp::new(captured.taken.saturating_duration_since(start));
        self.camera.number = captured.camera;
        self.last_frame_at = Instant::now();
        self.rate.observe(captured.number, captured.taken);
        self.tell_if_slow(time);
        if self.mode != captured.mode {
            self.mode = captured.mode;
            tracing::info!("{}: now {}", self.camera, self.mode);
        }
        let size = *self.size.get_or_insert(captured.picture.dimensions());
        // A camera that comes back may send another size; no later stage has to handle that.
        let picture = if captured.picture.dimensions() == size {
            captured.picture
        } else {
            Arc::new(pixels::fitted(Arc::unwrap_or_clone(captured.picture), size))
        };
        let frame = Frame { picture, time, captured_at: captured.taken, number: captured.number };
        Delivery::Frame(frame)
    }
}

/// When the rate of a camera is known well enough to complain of it, after its first picture.
pub const RATE_KNOWN: Duration = Duration::from_secs(4);

/// What gives the pictures on this system.
#[cfg(target_os = "linux")]
fn system_driver(aspect: Option<PictureAspect>) -> video4linux::Video4Linux {
    video4linux::Video4Linux { aspect }
}

/// What gives the pictures on this system.
#[cfg(not(target_os = "linux"))]
fn system_driver(aspect: Option<PictureAspect>) -> nokhwa::Nokhwa {
    nokhwa::Nokhwa { aspect }
}

/// Requests the person's permission to use cameras where the system requires it.
fn request_permission() {
    #[cfg(not(target_os = "linux"))]
    nokhwa::request_permission();
}

/// Waits for the first frame, for longer while the thread is still trying modes.
fn first_frame(state: &CaptureState, timeout: Timeouts) -> Taken<CapturedFrame> {
    let deadline = Instant::now() + timeout.opening;
    loop {
        let attempts = state.attempts();
        match state.frames.take(timeout.first_frame) {
            Taken::Nothing if state.attempts() > attempts && Instant::now() < deadline => {}
            taken => return taken,
        }
    }
}

fn spawn<D: Driver + Send + 'static>(driver: D, camera: Listed, state: Arc<CaptureState>) -> Result<(), CameraFault> {
    let capturing = move || capture::run(&driver, &camera, &state);
    let thread = std::thread::Builder::new().name("camera".to_owned()).spawn(capturing);
    // The handle is dropped: joining a thread that is stuck in a driver would hang the program.
    thread.map(drop).map_err(|error| CameraFault::Failing(error.to_string()))
}

impl Source for CameraSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        if let Some(first) = self.first.take() {
            // Meanwhile networks may have been loaded for a second.
            let newer = self.state.frames.take(Duration::ZERO);
            return Ok(self.deliver(if let Taken::Value(newer) = newer { newer } else { first }));
        }
        match self.state.frames.take(self.timeout.next_frame) {
            Taken::Value(captured) => Ok(self.deliver(captured)),
            Taken::Nothing => Ok(Delivery::Silent(self.last_frame_at.elapsed())),
            Taken::Closed => Err(self.state.end_reason().into_source_error(self.camera.to_string())),
        }
    }

    fn camera_number(&self) -> Option<u32> {
        Some(self.camera.number)
    }

    fn dropped(&self) -> u64 {
        self.state.undecodable() + self.state.overlooked().saturating_sub(self.overlooked_before)
    }

    fn rate(&self) -> Option<f64> {
        self.rate.per_second()
    }

    fn remarks(&self) -> Vec<String> {
        self.notes.iter().map(|note| format!("{}: {note}", self.camera)).collect()
    }
}

impl Drop for CameraSource {
    /// Waits briefly for the device to be closed, so that it can be opened again at once. A stuck thread is abandoned.
    fn drop(&mut self) {
        self.state.stop();
        self.state.ended.take(self.timeout.closing);
    }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::fake::{FakeDriver, NEXT, Step};
    use super::*;

    pub(super) const SHORT_TIMEOUTS: Timeouts = Timeouts {
        opening: Duration::from_secs(5),
        first_frame: Duration::from_millis(50),
        next_frame: Duration::from_millis(50),
        rate: Duration::from_millis(100),
        closing: Duration::ZERO,
    };

    fn open(driver: &FakeDriver) -> Result<CameraSource, SourceError> {
        CameraSource::open_with(driver, &Selector::Any, SHORT_TIMEOUTS)
    }

    #[test]
    fn the_first_camera_that_sends_a_frame_is_taken() {
        let mut camera = open(&FakeDriver::several([vec![Step::Hang], vec![Step::Frame, Step::Hang]])).unwrap();
        assert_eq!(camera.camera.number, 1);
        assert!(matches!(camera.next(), Ok(Delivery::Frame(Frame { number: 0, .. }))));
    }

    #[test]
    fn the_infrared_camera_is_taken_only_where_there_is_no_other() {
        let sending = || vec![Step::Frame, Step::Hang];
        let both = open(&FakeDriver::several([sending(), sending()]).with_infrared(0)).unwrap();
        assert_eq!((both.camera.number, both.remarks()), (1, Vec::new()));
        let only = open(&FakeDriver::several([sending(), vec![Step::Hang]]).with_infrared(0)).unwrap();
        assert_eq!(only.camera.number, 0);
        assert!(only.remarks()[0].starts_with("Camera 0 (Fake IR Camera): this is the infrared camera"));
    }

    #[test]
    fn a_silent_camera_is_reported_and_does_not_block() {
        let mut camera = open(&FakeDriver::new([vec![Step::Hang]])).unwrap();
        assert!(matches!(camera.next(), Ok(Delivery::Silent(_))));
    }

    #[test]
    fn when_no_camera_works_each_is_reported() {
        let message = open(&FakeDriver::several([vec![Step::Hang], vec![Step::Hang]])).unwrap_err().to_string();
        assert!(
            message.contains("Camera 0 (Fake) does not answer") && message.contains("Camera 1 (Fake)"),
            "{message}"
        );
    }

    #[test]
    fn a_camera_that_fails_for_good_ends_with_its_reason() {
        let failing = Step::Fail(CameraFault::Failing("Input/output error (os error 5)".to_owned()));
        let mut script = vec![failing; 50];
        let message = open(&FakeDriver::new([script.clone()])).unwrap_err().to_string();
        assert!(
            message.starts_with("Camera 0 (Fake) keeps failing: unplug it") && message.ends_with("(os error 5))"),
            "{message}"
        );
        script.insert(0, Step::Frame);
        let driver = FakeDriver::new([script]);
        let failed = match open(&driver) {
            // The failure may arrive before the frame is taken.
            Err(error) => error,
            Ok(mut camera) => std::iter::repeat_with(|| camera.next()).find_map(Result::err).unwrap(),
        };
        assert!(matches!(failed, SourceError::CameraFailing { .. }), "{failed}");
        assert!(driver.starts() > 1, "given up without a restart");
    }

    #[test]
    fn a_camera_that_changes_its_mode_reports_it() {
        let mut camera = open(&FakeDriver::new([]).working_only_in(NEXT, Step::Garbage)).unwrap();
        assert_eq!(camera.mode(), NEXT);
        assert!(matches!(camera.next(), Ok(Delivery::Frame(_))));
        assert!(camera.dropped() >= 10);
    }

    #[test]
    fn a_session_begins_with_the_newest_frame_and_counts_what_nobody_takes_from_then_on() {
        let mut camera = open(&FakeDriver::new([vec![Step::Frame, Step::Hang]])).unwrap();
        let send = |state: &CaptureState, number: u64| {
            let (picture, taken) = (Arc::new(RgbImage::new(2, 2)), Instant::now());
            state.frames.put(CapturedFrame { picture, taken, number, mode: NEXT, camera: 0 });
        };
        (1..=25).for_each(|number| send(&camera.state, number)); // while networks are loaded
        assert!(matches!(camera.next(), Ok(Delivery::Frame(Frame { number: 25, .. }))));
        assert_eq!(camera.dropped(), 0, "nobody had asked for them");
        (26..=28).for_each(|number| send(&camera.state, number));
        assert!(matches!(camera.next(), Ok(Delivery::Frame(Frame { number: 28, .. }))));
        assert_eq!(camera.dropped(), 2);
    }

    #[test]
    fn a_camera_that_changes_its_size_is_fitted_into_the_first() {
        let mut camera = open(&FakeDriver::new([vec![Step::Frame, Step::Hang]])).unwrap();
        let sizes = [(640, 480), (1280, 720), (640, 480)].map(|(width, height)| {
            let (picture, taken) = (Arc::new(RgbImage::new(width, height)), Instant::now());
            let captured = CapturedFrame { picture, taken, number: 1, mode: NEXT, camera: 3 };
            let Delivery::Frame(frame) = camera.deliver(captured) else { panic!("no frame came") };
            frame.picture.dimensions()
        });
        assert_eq!(sizes, [(640, 480); 3]);
    }

    #[test]
    fn a_camera_that_came_back_under_another_number_has_that_number() {
        let mut camera = open(&FakeDriver::new([vec![Step::Frame, Step::Hang]])).unwrap();
        assert_eq!(camera.camera_number(), Some(0));
        let (picture, taken) = (Arc::new(RgbImage::new(2, 2)), Instant::now());
        camera.deliver(CapturedFrame { picture, taken, number: 1, mode: NEXT, camera: 3 });
        assert_eq!(camera.camera_number(), Some(3));
    }

    #[test]
    fn a_camera_in_use_forbidden_or_absent_is_reported() {
        let message = |driver: &FakeDriver| open(driver).unwrap_err().to_string();
        let busy = "Camera 0 (Fake) is in use by another program: close that program and try again";
        assert_eq!(message(&FakeDriver::refusing(CameraFault::Busy)), busy);
        let forbidden = message(&FakeDriver::refusing(CameraFault::Forbidden));
        assert!(forbidden.starts_with("Camera 0 (Fake) may not be opened by this user: allow access"), "{forbidden}");
        assert!(message(&FakeDriver::several([])).starts_with("No camera was found"));
    }
}
