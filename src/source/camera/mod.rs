//! A live camera.
//!
//! What is hard about cameras is not the picture but the failing: they fall silent, are unplugged, are held by another
//! program, or send half a frame. The parts are made so that each failure is decided in one place and can be tested
//! without a camera:
//!
//! - `nokhwa` is the camera library and knows its traps, behind the two traits in `driver`; `odd_mode` does beforehand
//!   what it cannot;
//! - `streaming` finds the mode that works, `capture` is the thread that reads and recovers: tests run both on a made
//!   library;
//! - `fault` reads failures, `mode` chooses size and rate, `selector` chooses the camera: plain functions.
//!
//! [`CameraSource`] is the reading end. It never waits for the thread longer than a second, so a camera that blocks for ever
//! shows as [`Delivery::Silent`] and nothing else stops.

mod capture;
mod device_nodes;
mod driver;
#[cfg(test)]
mod fake;
mod fault;
mod listing;
mod mode;
mod nokhwa;
#[cfg(target_os = "linux")]
mod odd_mode;
mod selector;
mod streaming;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::capture::{Post, Shot};
use self::driver::Driver;
use self::fault::CameraFault;
pub use self::listing::{CameraEntry, cameras};
pub use self::mode::{Encoding, Mode};
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
    post: Arc<Post>,
    /// The frame that proved the camera works, until it is asked for.
    first: Option<Shot>,
    /// When the first frame arrived: the zero of this source's clock.
    start: Option<Instant>,
    /// The size of its first picture, which all others get.
    size: Option<(u32, u32)>,
    heard: Instant,
    rate: Rate,
    timeout: Timeouts,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
struct Timeouts {
    opening: Duration,
    first_frame: Duration,
    next_frame: Duration,
    closing: Duration,
}

const TIMEOUTS: Timeouts = Timeouts {
    opening: Duration::from_secs(10),
    first_frame: Duration::from_secs(2),
    next_frame: Duration::from_secs(1),
    closing: Duration::from_millis(300),
};

impl CameraSource {
    /// Opens the camera that `selector` means. Of several it may mean, the first that sends a frame within two seconds;
    /// one that is the only one meant is also taken if it is silent as yet.
    ///
    /// # Errors
    /// If there is no such camera, it is in use or forbidden, or cannot be opened: each as a sentence that names it.
    pub fn open(selector: &Selector) -> Result<Self, SourceError> {
        nokhwa::ask_for_leave();
        Self::open_with(&nokhwa::Nokhwa, selector, TIMEOUTS)
    }

    /// The mode the camera was opened in.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    fn open_with<D>(driver: &D, selector: &Selector, timeout: Timeouts) -> Result<Self, SourceError>
    where
        D: Driver + Clone + Send + 'static,
    {
        let mut candidates = selector::candidates(selector, &driver.list())?;
        if candidates.len() == 1 {
            return Self::start(driver.clone(), candidates.remove(0), timeout);
        }
        let mut states = Vec::new();
        for camera in candidates {
            match Self::start(driver.clone(), camera, timeout) {
                Ok(camera) if camera.first.is_some() => return Ok(camera),
                Ok(camera) => states.push(CameraFault::Silent.told_of(camera.camera.to_string()).to_string()),
                Err(error) => states.push(error.to_string()),
            }
        }
        Err(SourceError::NoWorkingCamera { states })
    }

    /// Starts the capture thread, and waits for the camera to open and for its first frame; the frame may fail to come.
    fn start<D>(driver: D, camera: Listed, timeout: Timeouts) -> Result<Self, SourceError>
    where
        D: Driver + Send + 'static,
    {
        let post = Arc::new(Post::default());
        let told = |fault: CameraFault| fault.told_of(camera.to_string());
        spawn(driver, camera.clone(), Arc::clone(&post)).map_err(told)?;
        let opened = match post.opened.take(timeout.opening) {
            Taken::Value(opened) => opened,
            Taken::Nothing | Taken::Closed => Err(CameraFault::Silent),
        };
        let mode = opened.map_err(|fault| {
            post.stop();
            told(fault)
        })?;
        let first = match first_shot(&post, timeout) {
            Taken::Value(shot) => Some(shot),
            Taken::Nothing => None,
            Taken::Closed => return Err(told(post.verdict())),
        };
        let mode = first.as_ref().map_or(mode, |shot| shot.mode);
        let info = SourceInfo { name: camera.name.clone(), live: true, ..SourceInfo::default() };
        tracing::info!("{camera}: {mode}");
        Ok(Self {
            info,
            camera,
            mode,
            post,
            first,
            start: None,
            size: None,
            heard: Instant::now(),
            rate: Rate::default(),
            timeout,
        })
    }

    fn deliver(&mut self, shot: Shot) -> Delivery {
        let start = *self.start.get_or_insert(shot.arrived);
        let time = Timestamp::new(shot.arrived.saturating_duration_since(start));
        self.heard = Instant::now();
        self.rate.observe(shot.number, shot.arrived);
        if self.mode != shot.mode {
            self.mode = shot.mode;
            tracing::info!("{}: now {}", self.camera, self.mode);
        }
        let size = *self.size.get_or_insert(shot.picture.dimensions());
        // A camera that comes back may send another size. Nothing behind, from who is followed to the video, need know.
        let picture = pixels::fitted(shot.picture, size);
        let frame = Frame { picture: Arc::new(picture), time, captured_at: shot.arrived, number: shot.number };
        Delivery::Frame(frame)
    }
}

/// Waits for the first frame, and longer while the thread is still trying mode after mode.
fn first_shot(post: &Post, timeout: Timeouts) -> Taken<Shot> {
    let deadline = Instant::now() + timeout.opening;
    loop {
        let attempts = post.attempts();
        match post.shots.take(timeout.first_frame) {
            Taken::Nothing if post.attempts() > attempts && Instant::now() < deadline => {}
            taken => return taken,
        }
    }
}

fn spawn<D: Driver + Send + 'static>(driver: D, camera: Listed, post: Arc<Post>) -> Result<(), CameraFault> {
    let capturing = move || capture::run(&driver, &camera, &post);
    let thread = std::thread::Builder::new().name("camera".to_owned()).spawn(capturing);
    // The handle is let go: joining a thread that is stuck in a driver would hang the program.
    thread.map(drop).map_err(|error| CameraFault::Failing(error.to_string()))
}

impl Source for CameraSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        if let Some(shot) = self.first.take() {
            return Ok(self.deliver(shot));
        }
        match self.post.shots.take(self.timeout.next_frame) {
            Taken::Value(shot) => Ok(self.deliver(shot)),
            Taken::Nothing => Ok(Delivery::Silent(self.heard.elapsed())),
            Taken::Closed => Err(self.post.verdict().told_of(self.camera.to_string())),
        }
    }

    fn dropped(&self) -> u64 {
        self.post.undecodable()
    }

    fn rate(&self) -> Option<f64> {
        self.rate.per_second()
    }
}

impl Drop for CameraSource {
    /// Gives the device a moment to be closed, so that it can be opened again at once; a stuck one is left behind.
    fn drop(&mut self) {
        self.post.stop();
        self.post.ended.take(self.timeout.closing);
    }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::fake::{FakeDriver, NEXT, Step};
    use super::*;

    pub(super) const HASTE: Timeouts = Timeouts {
        opening: Duration::from_secs(5),
        first_frame: Duration::from_millis(50),
        next_frame: Duration::from_millis(50),
        closing: Duration::ZERO,
    };

    fn open(made: &FakeDriver) -> Result<CameraSource, SourceError> {
        CameraSource::open_with(made, &Selector::Any, HASTE)
    }

    #[test]
    fn the_first_camera_that_sends_a_frame_is_taken() {
        let mut camera = open(&FakeDriver::several([vec![Step::Hang], vec![Step::Frame, Step::Hang]])).unwrap();
        assert_eq!(camera.camera.number, 1);
        assert!(matches!(camera.next(), Ok(Delivery::Frame(Frame { number: 0, .. }))));
    }

    #[test]
    fn a_silent_camera_is_told_and_does_not_block() {
        let mut camera = open(&FakeDriver::new([vec![Step::Hang]])).unwrap();
        assert!(matches!(camera.next(), Ok(Delivery::Silent(_))));
    }

    #[test]
    fn when_no_camera_works_each_is_told_of() {
        let told = open(&FakeDriver::several([vec![Step::Hang], vec![Step::Hang]])).unwrap_err().to_string();
        assert!(told.contains("Camera 0 (Made) does not answer") && told.contains("Camera 1 (Made)"), "{told}");
    }

    #[test]
    fn a_camera_that_fails_for_good_ends_with_its_sentence() {
        let failing = Step::Fail(CameraFault::Failing("Input/output error (os error 5)".to_owned()));
        let mut script = vec![failing; 50];
        let told = open(&FakeDriver::new([script.clone()])).unwrap_err().to_string();
        assert!(
            told.starts_with("Camera 0 (Made) keeps failing: unplug it") && told.ends_with("(os error 5))"),
            "{told}"
        );
        script.insert(0, Step::Frame);
        let made = FakeDriver::new([script]);
        let failed = match open(&made) {
            // The frame may be overtaken by the failure.
            Err(error) => error,
            Ok(mut camera) => std::iter::repeat_with(|| camera.next()).find_map(Result::err).unwrap(),
        };
        assert!(matches!(failed, SourceError::CameraFailing { .. }), "{failed}");
        assert!(made.starts() > 1, "it was given up without a restart");
    }

    #[test]
    fn a_camera_that_leaves_its_mode_says_so() {
        let mut camera = open(&FakeDriver::new([]).working_only_in(NEXT, Step::Garbage)).unwrap();
        assert_eq!(camera.mode(), NEXT);
        assert!(matches!(camera.next(), Ok(Delivery::Frame(_))));
        assert!(camera.dropped() >= 10);
    }

    #[test]
    fn a_camera_that_goes_over_to_another_size_is_fitted_into_the_first() {
        let mut camera = open(&FakeDriver::new([vec![Step::Frame, Step::Hang]])).unwrap();
        let sizes = [(640, 480), (1280, 720), (640, 480)].map(|(width, height)| {
            let picture = RgbImage::new(width, height);
            let shot = Shot { picture, arrived: Instant::now(), number: 1, mode: NEXT };
            let Delivery::Frame(frame) = camera.deliver(shot) else { panic!("no frame came") };
            frame.picture.dimensions()
        });
        assert_eq!(sizes, [(640, 480); 3]);
    }

    #[test]
    fn a_camera_in_use_forbidden_or_absent_is_told() {
        let told = |made: &FakeDriver| open(made).unwrap_err().to_string();
        let busy = "Camera 0 (Made) is in use by another program: close that program and try again";
        assert_eq!(told(&FakeDriver::refusing(CameraFault::Busy)), busy);
        let forbidden = told(&FakeDriver::refusing(CameraFault::Forbidden));
        assert!(forbidden.starts_with("Camera 0 (Made) may not be opened by this user: allow access"), "{forbidden}");
        assert!(told(&FakeDriver::several([])).starts_with("No camera was found"));
    }
}
