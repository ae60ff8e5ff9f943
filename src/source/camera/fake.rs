//! A made camera library for tests: it plays scripts, one for each time one of its cameras is opened.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use image::RgbImage;

use super::capture::Post;
use super::driver::{Device, Driver};
use super::fault::CameraFault;
use super::mode::{Encoding, Mode};
use super::selector::Listed;
use crate::source::pixels::PixelError;

/// What one call for a frame does.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Frame,
    Garbage,
    Fail(CameraFault),
    Panic,
    /// Blocks until the test is over, as nokhwa does with a silent camera.
    Hang,
}

/// The two modes of every made camera.
pub(super) const BEST: Mode = Mode { width: 1280, height: 720, rate: 30, encoding: Encoding::Yuyv };
pub(super) const NEXT: Mode = Mode { width: 640, height: 480, rate: 30, encoding: Encoding::Yuyv };

/// How its cameras behave; clones share what happened.
#[derive(Clone, Default)]
pub(super) struct FakeDriver {
    numbers: Vec<u32>,
    refusal: Option<CameraFault>,
    refused_mode: Option<(Mode, CameraFault)>,
    /// The only mode that gives frames, and what the others do.
    works_in: Option<(Mode, Step)>,
    stop_fails: bool,
    decoding: Duration,
    state: Arc<FakeState>,
}

#[derive(Default)]
struct FakeState {
    scripts: Mutex<Vec<Vec<Step>>>,
    stop_at_end: Mutex<Option<Arc<Post>>>,
    stop_at_frame: Mutex<Option<Arc<Post>>>,
    modes_set: Mutex<Vec<Mode>>,
    hidden: AtomicUsize,
    opened: AtomicUsize,
    open_now: AtomicUsize,
    most_open: AtomicUsize,
    starts: AtomicUsize,
    pauses: AtomicUsize,
}

pub(super) struct FakeDevice {
    made: FakeDriver,
    script: std::vec::IntoIter<Step>,
    mode: Mode,
}

impl FakeDriver {
    /// One camera, number 0, named "Made".
    pub(super) fn new(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let made = Self { numbers: vec![0], ..Self::default() };
        *made.state.scripts.lock().unwrap() = scripts.into_iter().collect();
        made
    }

    /// Cameras 0.. that all play the next script when opened.
    pub(super) fn several(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let made = Self::new(scripts);
        let count = made.state.scripts.lock().unwrap().len() as u32;
        Self { numbers: (0..count).collect(), ..made }
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

    pub(super) fn decoding_for(self, decoding: Duration) -> Self {
        Self { decoding, ..self }
    }

    pub(super) fn stop_at_end_of_scripts(&self, post: &Arc<Post>) {
        *self.state.stop_at_end.lock().unwrap() = Some(Arc::clone(post));
    }

    pub(super) fn stop_at_first_frame(&self, post: &Arc<Post>) {
        *self.state.stop_at_frame.lock().unwrap() = Some(Arc::clone(post));
    }

    pub(super) fn hide_for(&self, looks: usize) {
        self.state.hidden.store(looks, SeqCst);
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
        self.numbers.iter().map(|&number| Listed { number, name: "Made".to_owned() }).collect()
    }

    fn open(&self, _number: u32) -> Result<FakeDevice, CameraFault> {
        if let Some(fault) = self.refusal.clone() {
            return Err(fault);
        }
        let mut scripts = self.state.scripts.lock().unwrap();
        let script = if scripts.is_empty() { Vec::new() } else { scripts.remove(0) };
        self.state.opened.fetch_add(1, SeqCst);
        self.state.most_open.fetch_max(self.state.open_now.fetch_add(1, SeqCst) + 1, SeqCst);
        Ok(FakeDevice { made: self.clone(), script: script.into_iter(), mode: NEXT })
    }

    fn pause(&self, _time: Duration) {
        self.state.pauses.fetch_add(1, SeqCst);
    }
}

impl FakeDevice {
    fn step(&mut self) -> Step {
        if let Some((mode, elsewhere)) = &self.made.works_in {
            return if self.mode == *mode { Step::Frame } else { elsewhere.clone() };
        }
        let step = self.script.next();
        if self.script.len() == 0
            && self.made.state.scripts.lock().unwrap().is_empty()
            && let Some(post) = &*self.made.state.stop_at_end.lock().unwrap()
        {
            post.stop();
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

    fn set(&mut self, mode: Mode) -> Result<(), CameraFault> {
        if let Some((refused, fault)) = &self.made.refused_mode
            && *refused == mode
        {
            return Err(fault.clone());
        }
        self.mode = mode;
        self.made.state.modes_set.lock().unwrap().push(mode);
        Ok(())
    }

    fn start(&mut self) -> Result<(), CameraFault> {
        self.made.state.starts.fetch_add(1, SeqCst);
        Ok(())
    }

    fn stop(&mut self) -> Result<(), CameraFault> {
        if self.made.stop_fails { Err(CameraFault::Failing("made not to stop".to_owned())) } else { Ok(()) }
    }

    fn capture(&mut self) -> Result<bool, CameraFault> {
        match self.step() {
            Step::Frame => {
                if let Some(post) = &*self.made.state.stop_at_frame.lock().unwrap() {
                    post.stop();
                }
                Ok(true)
            }
            Step::Garbage => Ok(false),
            Step::Fail(fault) => Err(fault),
            Step::Panic => panic!("made to panic"),
            Step::Hang => loop {
                std::thread::park();
            },
        }
    }

    fn decode(&self, &whole: &bool) -> Result<RgbImage, PixelError> {
        std::thread::sleep(self.made.decoding);
        if whole { Ok(RgbImage::new(2, 2)) } else { Err(PixelError::Torn { got: 0 }) }
    }
}

impl Drop for FakeDevice {
    fn drop(&mut self) {
        self.made.state.open_now.fetch_sub(1, SeqCst);
    }
}
