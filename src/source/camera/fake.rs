//! A fake camera library for tests. It plays scripts, one for each time one of its cameras is opened.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::capture::CaptureState;
use super::driver::{Device, Driver};
use super::fault::CameraFault;
use super::mode::{Encoding, Mode, PictureInterval};
use super::selector::Listed;
use crate::source::PicturePool;
use crate::source::pixels::PixelError;

/// The outcome of one request for a frame.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Frame,
    Garbage,
    Fail(CameraFault),
    Panic,
    /// Comes to nothing for as long, as a driver that gives up waiting.
    Wait(Duration),
    /// Blocks until the test is over, as nokhwa does with a silent camera.
    Hang,
}

/// The two modes of every fake camera.
pub(super) const BEST: Mode =
    Mode { width: 1280, height: 720, interval: PictureInterval::of_rate(30), encoding: Encoding::Yuyv };
pub(super) const NEXT: Mode =
    Mode { width: 640, height: 480, interval: PictureInterval::of_rate(30), encoding: Encoding::Yuyv };

/// Describes how its cameras behave. Clones share their state.
#[derive(Clone, Default)]
pub(super) struct FakeDriver {
    numbers: Vec<u32>,
    /// The number of the camera for infrared light, if there is one.
    infrared: Option<u32>,
    refusal: Option<CameraFault>,
    refused_mode: Option<(Mode, CameraFault)>,
    /// The only mode that delivers frames, and what the others do.
    works_in: Option<(Mode, Step)>,
    stop_fails: bool,
    decoding: Duration,
    /// How long before its arrival each frame was taken, as the driver says.
    age: Option<Duration>,
    state: Arc<FakeState>,
}

#[derive(Default)]
struct FakeState {
    scripts: Mutex<Vec<Vec<Step>>>,
    stop_at_end: Mutex<Option<Arc<CaptureState>>>,
    stop_at_frame: Mutex<Option<Arc<CaptureState>>>,
    modes_set: Mutex<Vec<Mode>>,
    sequences: Mutex<VecDeque<u32>>,
    hidden: AtomicUsize,
    opened: AtomicUsize,
    open_now: AtomicUsize,
    most_open: AtomicUsize,
    starts: AtomicUsize,
    pauses: AtomicUsize,
}

pub(super) struct FakeDevice {
    driver: FakeDriver,
    script: std::vec::IntoIter<Step>,
    mode: Mode,
}

impl FakeDriver {
    /// One camera, number 0, named "Fake".
    pub(super) fn new(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let driver = Self { numbers: vec![0], ..Self::default() };
        *driver.state.scripts.lock().unwrap() = scripts.into_iter().collect();
        driver
    }

    /// Cameras numbered from 0 that each play the next script when opened.
    pub(super) fn several(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let driver = Self::new(scripts);
        let count = driver.state.scripts.lock().unwrap().len() as u32;
        Self { numbers: (0..count).collect(), ..driver }
    }

    pub(super) fn with_infrared(self, number: u32) -> Self {
        Self { infrared: Some(number), ..self }
    }

    pub(super) fn refusing(fault: CameraFault) -> Self {
        Self { refusal: Some(fault), ..Self::new([]) }
    }

    pub(super) fn refusing_mode(self, mode: Mode, fault: CameraFault) -> Self {
        Self { refused_mode: Some((mode, fault)), ..self }
    }

    pub(super) fn working_only_in(self, mode: Mode, elsewhere: Step) -> Self {
        Self { works_in: Some((mode, elsewhere)), ..self }
    }

    pub(super) fn failing_to_stop(self) -> Self {
        Self { stop_fails: true, ..self }
    }

    pub(super) fn numbering(self, numbers: impl IntoIterator<Item = u32>) -> Self {
        *self.state.sequences.lock().unwrap() = numbers.into_iter().collect();
        self
    }

    pub(super) fn decoding_for(self, decoding: Duration) -> Self {
        Self { decoding, ..self }
    }

    pub(super) fn saying_how_old(self, age: Duration) -> Self {
        Self { age: Some(age), ..self }
    }

    pub(super) fn stop_at_end_of_scripts(&self, state: &Arc<CaptureState>) {
        *self.state.stop_at_end.lock().unwrap() = Some(Arc::clone(state));
    }

    pub(super) fn stop_at_first_frame(&self, state: &Arc<CaptureState>) {
        *self.state.stop_at_frame.lock().unwrap() = Some(Arc::clone(state));
    }

    pub(super) fn hide_for(&self, listings: usize) {
        self.state.hidden.store(listings, SeqCst);
    }

    pub(super) fn opened(&self) -> usize {
        self.state.opened.load(SeqCst)
    }

    pub(super) fn most_open_at_once(&self) -> usize {
        self.state.most_open.load(SeqCst)
    }

    pub(super) fn starts(&self) -> usize {
        self.state.starts.load(SeqCst)
    }

    pub(super) fn modes_set(&self) -> Vec<Mode> {
        self.state.modes_set.lock().unwrap().clone()
    }

    pub(super) fn pauses(&self) -> usize {
        self.state.pauses.load(SeqCst)
    }
}

impl Driver for FakeDriver {
    type Device = FakeDevice;

    fn list(&self) -> Vec<Listed> {
        if self.state.hidden.load(SeqCst) > 0 {
            self.state.hidden.fetch_sub(1, SeqCst);
            return Vec::new();
        }
        let name = |number| if self.infrared == Some(number) { "Fake IR Camera" } else { "Fake" };
        self.numbers.iter().map(|&number| Listed { number, name: name(number).to_owned() }).collect()
    }

    fn open(&self, _number: u32) -> Result<FakeDevice, CameraFault> {
        if let Some(fault) = self.refusal.clone() {
            return Err(fault);
        }
        let mut scripts = self.state.scripts.lock().unwrap();
        let script = if scripts.is_empty() { Vec::new() } else { scripts.remove(0) };
        self.state.opened.fetch_add(1, SeqCst);
        self.state.most_open.fetch_max(self.state.open_now.fetch_add(1, SeqCst) + 1, SeqCst);
        Ok(FakeDevice { driver: self.clone(), script: script.into_iter(), mode: NEXT })
    }

    fn pause(&self, _time: Duration) {
        self.state.pauses.fetch_add(1, SeqCst);
    }
}

impl FakeDevice {
    fn step(&mut self) -> Step {
        if let Some((mode, elsewhere)) = &self.driver.works_in {
            return if self.mode == *mode { Step::Frame } else { elsewhere.clone() };
        }
        let step = self.script.next();
        if self.script.len() == 0
            && self.driver.state.scripts.lock().unwrap().is_empty()
            && let Some(state) = &*self.driver.state.stop_at_end.lock().unwrap()
        {
            state.stop();
        }
        step.unwrap_or(Step::Garbage)
    }
}

impl Device for FakeDevice {
    /// Whether it can be decoded.
    type Raw = bool;

    fn modes(&mut self) -> Result<Vec<Mode>, CameraFault> {
        Ok(vec![NEXT, BEST])
    }

    fn set(&mut self, mode: Mode) -> Result<Mode, CameraFault> {
        if let Some((refused, fault)) = &self.driver.refused_mode
            && *refused == mode
        {
            return Err(fault.clone());
        }
        self.mode = mode;
        self.driver.state.modes_set.lock().unwrap().push(mode);
        Ok(mode)
    }

    fn start(&mut self) -> Result<(), CameraFault> {
        self.driver.state.starts.fetch_add(1, SeqCst);
        Ok(())
    }

    fn stop(&mut self) -> Result<(), CameraFault> {
        if self.driver.stop_fails { Err(CameraFault::Failing("fake stop failure".to_owned())) } else { Ok(()) }
    }

    fn capture(&mut self) -> Result<bool, CameraFault> {
        match self.step() {
            Step::Frame => {
                if let Some(state) = &*self.driver.state.stop_at_frame.lock().unwrap() {
                    state.stop();
                }
                Ok(true)
            }
            Step::Garbage => Ok(false),
            Step::Fail(fault) => Err(fault),
            Step::Panic => panic!("fake panic"),
            Step::Wait(time) => {
                std::thread::sleep(time);
                Err(CameraFault::Silent)
            }
            Step::Hang => loop {
                std::thread::park();
            },
        }
    }

    fn sequence(&self, _valid: &bool) -> Option<u32> {
        self.driver.state.sequences.lock().unwrap().pop_front()
    }

    fn taken(&self, _valid: &bool) -> Option<Instant> {
        Instant::now().checked_sub(self.driver.age?)
    }

    fn decode(&self, &valid: &bool, _pool: &mut PicturePool) -> Result<RgbImage, PixelError> {
        std::thread::sleep(self.driver.decoding);
        if valid { Ok(RgbImage::new(2, 2)) } else { Err(PixelError::Torn { got: 0 }) }
    }
}

impl Drop for FakeDevice {
    fn drop(&mut self) {
        self.driver.state.open_now.fetch_sub(1, SeqCst);
    }
}
