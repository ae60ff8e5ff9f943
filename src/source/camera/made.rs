//! A made camera library for tests: it plays scripts, one for each time its only camera is opened.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use image::RgbImage;

use super::capture::Post;
use super::driver::{Device, Driver, FrameFault};
use super::fault::Fault;
use super::mode::{Encoding, Mode};
use super::selector::Listed;
use crate::source::pixels::PixelError;

/// What one call of `frame` does.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Frame,
    Garbage,
    Fail(Fault),
    Panic,
    /// Blocks until the test is over, as nokhwa does with a silent camera.
    Hang,
}

#[derive(Clone, Default)]
pub(super) struct Made(Arc<State>);

#[derive(Default)]
struct State {
    scripts: Mutex<Vec<Vec<Step>>>,
    refusal: Mutex<Option<Fault>>,
    post: Mutex<Option<Arc<Post>>>,
    numbers: Mutex<Vec<u32>>,
    hidden: AtomicUsize,
    opened: AtomicUsize,
    open_now: AtomicUsize,
    most_open: AtomicUsize,
    restarts: AtomicUsize,
    pauses: AtomicUsize,
}

pub(super) struct MadeDevice {
    state: Arc<State>,
    script: std::vec::IntoIter<Step>,
}

impl Made {
    /// One camera, number 0, named "Made".
    pub(super) fn new(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let made = Self::default();
        *made.0.scripts.lock().unwrap() = scripts.into_iter().collect();
        *made.0.numbers.lock().unwrap() = vec![0];
        made
    }

    /// Cameras 0.. that all play the next script when opened.
    pub(super) fn several(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let made = Self::new(scripts);
        let count = made.0.scripts.lock().unwrap().len() as u32;
        *made.0.numbers.lock().unwrap() = (0..count).collect();
        made
    }

    pub(super) fn refusing(fault: Fault) -> Self {
        let made = Self::new([]);
        *made.0.refusal.lock().unwrap() = Some(fault);
        made
    }

    pub(super) fn stop_at_end_of_scripts(&self, post: &Arc<Post>) {
        *self.0.post.lock().unwrap() = Some(Arc::clone(post));
    }

    pub(super) fn hide_for(&self, looks: usize) {
        self.0.hidden.store(looks, SeqCst);
    }

    pub(super) fn opened(&self) -> usize {
        self.0.opened.load(SeqCst)
    }

    pub(super) fn most_open_at_once(&self) -> usize {
        self.0.most_open.load(SeqCst)
    }

    pub(super) fn restarts(&self) -> usize {
        self.0.restarts.load(SeqCst)
    }

    pub(super) fn pauses(&self) -> usize {
        self.0.pauses.load(SeqCst)
    }
}

impl Driver for Made {
    type Device = MadeDevice;

    fn list(&self) -> Vec<Listed> {
        if self.0.hidden.load(SeqCst) > 0 {
            self.0.hidden.fetch_sub(1, SeqCst);
            return Vec::new();
        }
        let numbers = self.0.numbers.lock().unwrap();
        numbers.iter().map(|&number| Listed { number, name: "Made".to_owned() }).collect()
    }

    fn open(&self, _number: u32) -> Result<MadeDevice, Fault> {
        if let Some(fault) = self.0.refusal.lock().unwrap().clone() {
            return Err(fault);
        }
        let mut scripts = self.0.scripts.lock().unwrap();
        let script = if scripts.is_empty() { Vec::new() } else { scripts.remove(0) };
        self.0.opened.fetch_add(1, SeqCst);
        self.0.most_open.fetch_max(self.0.open_now.fetch_add(1, SeqCst) + 1, SeqCst);
        Ok(MadeDevice { state: Arc::clone(&self.0), script: script.into_iter() })
    }

    fn pause(&self, _time: Duration) {
        self.0.pauses.fetch_add(1, SeqCst);
    }
}

impl Device for MadeDevice {
    fn mode(&self) -> Mode {
        Mode { width: 2, height: 2, rate: 30, encoding: Encoding::Yuyv }
    }

    fn frame(&mut self) -> Result<RgbImage, FrameFault> {
        let step = self.script.next();
        if self.script.len() == 0
            && self.state.scripts.lock().unwrap().is_empty()
            && let Some(post) = &*self.state.post.lock().unwrap()
        {
            post.stop();
        }
        match step {
            Some(Step::Frame) => Ok(RgbImage::new(2, 2)),
            Some(Step::Garbage) | None => Err(FrameFault::Undecodable(PixelError::Torn { got: 0 })),
            Some(Step::Fail(fault)) => Err(FrameFault::Stream(fault)),
            Some(Step::Panic) => panic!("made to panic"),
            Some(Step::Hang) => loop {
                std::thread::park();
            },
        }
    }

    fn restart(&mut self) -> Result<(), Fault> {
        self.state.restarts.fetch_add(1, SeqCst);
        Ok(())
    }
}

impl Drop for MadeDevice {
    fn drop(&mut self) {
        self.state.open_now.fetch_sub(1, SeqCst);
    }
}
