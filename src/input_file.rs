//! Files that come from outside. What is no file is not opened: a pipe would be waited for, a device may never end, and a socket
//! has nothing to read.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Opens a file for reading.
///
/// # Errors
/// If it cannot be opened; [`ErrorKind::IsADirectory`] if it is a folder, and [`ErrorKind::InvalidInput`] if it is no file otherwise.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let about = fs::metadata(path)?;
    match () {
        () if about.is_dir() => Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder")),
        () if !about.is_file() => Err(io::Error::new(ErrorKind::InvalidInput, "it is a pipe or a device, not a file")),
        () => File::open(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_a_pipe_and_a_device_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| open(path).unwrap_err().kind();
        assert_eq!(refused(folder.path()), ErrorKind::IsADirectory);
        assert_eq!(refused(&folder.path().join("none")), ErrorKind::NotFound);
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(open(&file).is_ok());
        #[cfg(unix)]
        {
            let pipe = folder.path().join("pipe");
            assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            let socket = folder.path().join("socket");
            let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
            for path in [&pipe, &socket, Path::new("/dev/zero")] {
                assert_eq!(refused(path), ErrorKind::InvalidInput, "{}", path.display());
            }
        }
    }
}
