//! The nodes `/dev/videoN` of Linux, by number. v4l's own list panics on a stray file in `/dev`.

use std::path::Path;

use super::selector::Listed;

/// The nodes `/dev/videoN`.
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
    use super::*;

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
