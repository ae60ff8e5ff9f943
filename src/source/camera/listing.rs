//! Lists the cameras and whether each of them works, for `bendwise cameras`.

use std::path::Path;

use super::driver::Driver;
use super::fault::CameraFault;
use super::mode::Mode;
use super::nokhwa::{Nokhwa, request_permission};
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

/// All cameras that the system lists, by number. Each is opened until it sends a picture and closed again, which takes
/// up to two seconds and turns on its light; one that never answers is abandoned after ten.
pub fn cameras() -> Vec<CameraEntry> {
    request_permission();
    listing(&Nokhwa, TIMEOUTS)
}

fn listing<D: Driver + Clone + Send + 'static>(driver: &D, timeout: Timeouts) -> Vec<CameraEntry> {
    let entry = |camera: Listed| {
        let (number, name) = (camera.number, camera.name.clone());
        let opening = CameraSource::start(driver.clone(), camera, timeout).and_then(|camera| match camera.first {
            Some(_) => Ok(camera.mode),
            None => Err(CameraFault::Silent.into_source_error(camera.camera.to_string())),
        });
        CameraEntry { number, name, opening }
    };
    driver.list().into_iter().map(entry).collect()
}

/// The cameras that the library lists or, if listing fails, those found by `probe`.
pub(super) fn or_probed(listed: Result<Vec<Listed>, CameraFault>, probe: impl FnOnce() -> Vec<Listed>) -> Vec<Listed> {
    listed.unwrap_or_else(|fault| {
        tracing::debug!("listing cameras failed, so the nodes are looked up: {fault:?}");
        probe()
    })
}

/// The device nodes `/dev/videoN`.
pub(super) fn probe() -> Vec<Listed> {
    probe_in(Path::new("/dev"), Path::new("/sys/class/video4linux"))
}

fn probe_in(devices: &Path, names: &Path) -> Vec<Listed> {
    let camera = |node: &str| {
        let number = node.strip_prefix("video")?.parse().ok()?;
        let name = std::fs::read_to_string(names.join(node).join("name"));
        Some(Listed { number, name: name.map_or_else(|_| format!("/dev/{node}"), |name| name.trim().to_owned()) })
    };
    let nodes = std::fs::read_dir(devices).into_iter().flatten().flatten();
    let mut found: Vec<Listed> = nodes.filter_map(|node| camera(node.file_name().to_str()?)).collect();
    found.sort_by_key(|camera| camera.number);
    found
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
    fn the_reported_mode_is_the_one_that_works() {
        let entries = listing(&FakeDriver::new([]).working_only_in(NEXT, Step::Garbage), SHORT_TIMEOUTS);
        assert_eq!(*entries[0].opening.as_ref().unwrap(), NEXT);
    }

    #[test]
    fn probing_replaces_a_failed_listing() {
        let found = || vec![Listed { number: 2, name: "HD Webcam".to_owned() }];
        assert_eq!(or_probed(Err(CameraFault::Failing("no".to_owned())), found), found());
        assert_eq!(or_probed(Ok(Vec::new()), found), []);
    }

    #[test]
    fn nodes_are_found_without_the_library() {
        let folder = tempfile::tempdir().unwrap();
        let [devices, names] = ["dev", "sys"].map(|name| folder.path().join(name));
        std::fs::create_dir_all(names.join("video2")).unwrap();
        std::fs::create_dir_all(&devices).unwrap();
        std::fs::write(names.join("video2").join("name"), "HD Webcam\n").unwrap();
        for node in ["video2", "video10", "video0", "video-front", "video"] {
            std::fs::write(devices.join(node), "").unwrap();
        }
        let found = probe_in(&devices, &names);
        let wanted = [(0, "/dev/video0"), (2, "HD Webcam"), (10, "/dev/video10")];
        assert_eq!(found, wanted.map(|(number, name)| Listed { number, name: name.to_owned() }));
    }
}
