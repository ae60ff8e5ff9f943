//! Lists the cameras and whether each of them works, for `bendwise cameras`.

use std::time::{Duration, Instant};

use super::driver::Driver;
use super::fault::CameraFault;
use super::mode::Mode;
use super::node_kind::NodeKind;
use super::note::{self, CameraNote};
use super::selector::Listed;
use super::{CameraSource, TIMEOUTS, Timeouts, request_permission, system_driver};
use crate::fps::Rate;
use crate::source::{Source, SourceError};

/// A camera as `bendwise cameras` shows it.
#[derive(Debug)]
pub struct CameraEntry {
    /// Its number, as in `camera:0`.
    pub number: u32,
    /// Its name, as in `camera:HD Webcam`.
    pub name: String,
    /// The mode it would be used in, or why it cannot be used.
    pub opening: Result<Mode, SourceError>,
    /// What a person should know of it if it can be used.
    pub notes: Vec<CameraNote>,
}

/// A node among the cameras that is none.
#[derive(Debug)]
pub struct OtherNode {
    /// Its number, as in `/dev/video1`.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
}

/// What the system has among its cameras that is none, by number. None is opened for longer than a question.
pub fn other_nodes() -> Vec<OtherNode> {
    others(&system_driver(None))
}

fn others(driver: &impl Driver) -> Vec<OtherNode> {
    let others = driver.nodes().into_iter().filter(|(_, kind)| *kind != NodeKind::Camera);
    others.map(|(Listed { number, name }, kind)| OtherNode { number, name, kind }).collect()
}

/// All cameras that the system lists, by number. Each is opened until it sends a picture and closed again, which takes
/// up to three seconds and turns on its light; one that never answers is abandoned after ten.
pub fn cameras() -> Vec<CameraEntry> {
    request_permission();
    listing(&system_driver(None), TIMEOUTS)
}

/// The numbers of all cameras that the system lists; none of them is opened.
pub fn numbers() -> Vec<u32> {
    request_permission();
    system_driver(None).list().into_iter().map(|camera| camera.number).collect()
}

fn listing<D: Driver + Clone + Send + 'static>(driver: &D, timeout: Timeouts) -> Vec<CameraEntry> {
    let entry = |camera: Listed| {
        let (number, name) = (camera.number, camera.name.clone());
        let opening = CameraSource::start(driver.clone(), camera, timeout).and_then(|mut camera| match camera.first {
            Some(_) => Ok((camera.mode, notes(&mut camera, timeout))),
            None => Err(CameraFault::Silent.into_source_error(camera.camera.to_string())),
        });
        let notes = opening.as_ref().map(|(_, notes)| notes.clone()).unwrap_or_default();
        CameraEntry { number, name, opening: opening.map(|(mode, _)| mode), notes }
    };
    driver.list().into_iter().map(entry).collect()
}

/// What a person should know of it, with the rate that it really has: in the dark, many are slower than they promise.
fn notes(camera: &mut CameraSource, timeout: Timeouts) -> Vec<CameraNote> {
    let watch = |camera: &mut CameraSource, time: Duration| {
        let began = Instant::now();
        while began.elapsed() < time && camera.next().is_ok() {}
    };
    watch(camera, timeout.rate / 4); // the first pictures come unevenly
    camera.rate = Rate::default();
    watch(camera, timeout.rate);
    let mut notes = camera.notes.clone();
    if !notes.iter().any(|note| matches!(note, CameraNote::Slow(_))) {
        notes.extend(camera.rate().and_then(note::slow));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::super::fake::{FakeDriver, NEXT, Step};
    use super::super::tests::SHORT_TIMEOUTS;
    use super::*;

    #[test]
    fn each_camera_reports_its_mode_or_why_not() {
        let entries = listing(&FakeDriver::several([vec![Step::Frame, Step::Hang], vec![Step::Hang]]), SHORT_TIMEOUTS);
        assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(entries[0].opening.as_ref().unwrap().to_string(), "1280x720 YUYV at 30 fps");
        let silent = entries[1].opening.as_ref().unwrap_err().to_string();
        assert!(silent.starts_with("Camera 1 (Fake) does not answer"), "{silent}");
        let entries = listing(&FakeDriver::refusing(CameraFault::Busy), SHORT_TIMEOUTS);
        let told = entries[0].opening.as_ref().unwrap_err().to_string();
        assert!(told.starts_with("Camera 0 (Fake) is in use by another program"), "{told}");
    }

    #[test]
    fn a_camera_that_is_slower_than_it_promises_is_told() {
        let script = vec![Step::Frame; 5].into_iter().flat_map(|frame| [frame, Step::Wait(Duration::from_millis(150))]);
        let timeout = Timeouts { rate: Duration::from_millis(400), ..SHORT_TIMEOUTS };
        let entries = listing(&FakeDriver::new([script.chain([Step::Hang]).collect()]), timeout);
        assert!(matches!(entries[0].notes[..], [CameraNote::Slow(rate)] if rate < 12.0), "{:?}", entries[0].notes);
        assert!(entries[0].opening.is_ok());
    }

    #[test]
    fn the_reported_mode_is_the_one_that_works() {
        let entries = listing(&FakeDriver::new([]).working_only_in(NEXT, Step::Garbage), SHORT_TIMEOUTS);
        assert_eq!(*entries[0].opening.as_ref().unwrap(), NEXT);
    }
}
