//! The cameras there are, and whether each of them works: for `bendwise cameras`.

use super::driver::Driver;
use super::fault::CameraFault;
use super::mode::Mode;
use super::nokhwa::{Nokhwa, ask_for_leave};
use super::selector::Listed;
use super::{CameraSource, TIMEOUTS, Timeouts};
use crate::source::SourceError;

/// A camera as `bendwise cameras` shows it.
#[derive(Debug)]
pub struct CameraEntry {
    /// Its number, as in `camera:0`.
    pub number: u32,
    /// Its name, as in `camera:HD Webcam`.
    pub name: String,
    /// The mode it would be used in, or why it cannot be used.
    pub opening: Result<Mode, SourceError>,
}

/// All cameras the system lists, by rising number. Each is opened, waited for until it sends a picture, and closed
/// again, which takes up to two seconds and lights its lamp; one that never answers is left behind after ten.
pub fn cameras() -> Vec<CameraEntry> {
    ask_for_leave();
    listing(&Nokhwa, TIMEOUTS)
}

fn listing<D: Driver + Clone + Send + 'static>(driver: &D, timeout: Timeouts) -> Vec<CameraEntry> {
    let entry = |camera: Listed| {
        let (number, name) = (camera.number, camera.name.clone());
        let opening = CameraSource::start(driver.clone(), camera, timeout).and_then(|camera| match camera.first {
            Some(_) => Ok(camera.mode),
            None => Err(CameraFault::Silent.told_of(camera.camera.to_string())),
        });
        CameraEntry { number, name, opening }
    };
    driver.list().into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fake::{FakeDriver, NEXT, Step};
    use super::super::tests::HASTE;
    use super::*;

    #[test]
    fn each_camera_tells_its_mode_or_why_not() {
        let entries = listing(&FakeDriver::several([vec![Step::Frame, Step::Hang], vec![Step::Hang]]), HASTE);
        assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(entries[0].opening.as_ref().unwrap().to_string(), "1280x720 YUYV at 30 fps");
        let silent = entries[1].opening.as_ref().unwrap_err().to_string();
        assert!(silent.starts_with("Camera 1 (Made) does not answer"), "{silent}");
        let entries = listing(&FakeDriver::refusing(CameraFault::Busy), HASTE);
        let told = entries[0].opening.as_ref().unwrap_err().to_string();
        assert!(told.starts_with("Camera 0 (Made) is in use by another program"), "{told}");
    }

    #[test]
    fn the_mode_told_is_the_one_that_works() {
        let entries = listing(&FakeDriver::new([]).working_only_in(NEXT, Step::Garbage), HASTE);
        assert_eq!(*entries[0].opening.as_ref().unwrap(), NEXT);
    }
}
