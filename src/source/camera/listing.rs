//! The cameras there are, and whether each of them works: for `hinge cameras`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::driver::{Device, Driver};
use super::fault::Fault;
use super::mode::Mode;
use super::nokhwa::{Nokhwa, ask_for_leave};
use super::selector::Listed;
use crate::latest::{Latest, Taken};
use crate::source::SourceError;

/// A camera as `hinge cameras` shows it.
#[derive(Debug)]
pub struct CameraEntry {
    /// Its number, as in `camera:0`.
    pub number: u32,
    /// Its name, as in `camera:HD Webcam`.
    pub name: String,
    /// The mode it would be used in, or why it cannot be used.
    pub opening: Result<Mode, SourceError>,
}

/// All cameras the system lists, by rising number. Each is opened and closed again, which takes up to a second for each
/// and lights its lamp; one that never answers is left behind after five.
pub fn cameras() -> Vec<CameraEntry> {
    ask_for_leave();
    listing(&Nokhwa, PATIENCE)
}

const PATIENCE: Duration = Duration::from_secs(5);

fn listing<D: Driver + Clone + Send + 'static>(driver: &D, patience: Duration) -> Vec<CameraEntry> {
    let entry = |camera: Listed| {
        let opening =
            try_open(driver.clone(), camera.number, patience).map_err(|fault| fault.told_of(camera.to_string()));
        CameraEntry { number: camera.number, name: camera.name, opening }
    };
    driver.list().into_iter().map(entry).collect()
}

fn try_open<D: Driver + Send + 'static>(driver: D, number: u32, patience: Duration) -> Result<Mode, Fault> {
    let answer = Arc::new(Latest::default());
    let post = Arc::clone(&answer);
    let asking = move || {
        let mode = driver.open(number).map(|device| device.mode());
        post.put(mode);
    };
    let thread = std::thread::Builder::new().name("camera listing".to_owned()).spawn(asking);
    thread.map_err(|error| Fault::Failing(error.to_string()))?;
    match answer.take(patience) {
        Taken::Value(mode) => mode,
        Taken::Nothing | Taken::Closed => Err(Fault::Silent),
    }
}

/// The nodes `/dev/videoN`, for when the library stumbles over a file beside them and lists none.
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
    use super::super::made::{Made, Step};
    use super::*;

    #[test]
    fn each_camera_tells_its_mode_or_why_not() {
        let entries = listing(&Made::several([vec![Step::Frame], vec![]]), PATIENCE);
        assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(entries[0].opening.as_ref().unwrap().to_string(), "2x2 YUYV at 30 fps");
        let entries = listing(&Made::refusing(Fault::Busy), PATIENCE);
        let told = entries[0].opening.as_ref().unwrap_err().to_string();
        assert!(told.starts_with("Camera 0 (Made) is in use by another program"), "{told}");
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
