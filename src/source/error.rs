//! Why there are no frames, in one sentence each: what is wrong with which thing, and the way out.

use std::io;
#[cfg(feature = "video")]
use std::path::Path;
use std::path::PathBuf;

#[cfg(feature = "video")]
use super::pictures::RATES;
use super::pixels::MOST_PIXELS;

/// Why a source cannot be opened or cannot go on. The message names the thing and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive] // which there are depends on the features
pub enum SourceError {
    /// Reading a file failed.
    #[error("{path} cannot be read: check its permissions and try again ({cause})")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The named file or folder does not exist.
    #[error("There is no file or folder {path}: check the name")]
    Missing {
        /// The name as it was given.
        path: PathBuf,
    },
    /// The file holds no bytes.
    #[error("{path} is empty: record or copy it again")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is nothing that frames could come from.
    #[error(
        "{path} is {content}, neither a video nor a picture: give a video, a JPEG or PNG picture, or a folder of pictures"
    )]
    NotFrames {
        /// The file.
        path: PathBuf,
        /// What it looks like, with its article: "a text file".
        content: &'static str,
    },
    /// An MP4 file without its index: nothing can be found in it.
    #[error("{path} is cut short, its index is missing: copy it again from the camera or phone that recorded it")]
    CutShort {
        /// The file.
        path: PathBuf,
    },
    /// An MP4 file whose boxes contradict each other.
    #[error("{path} is damaged: copy it again from the camera or phone that recorded it ({reason})")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What contradicts what.
        reason: String,
    },
    /// A file that only ffmpeg can decode, and there is no ffmpeg.
    #[error(
        "{path} is {content}, which needs ffmpeg: install ffmpeg (for example: apt install ffmpeg, brew install ffmpeg, winget install ffmpeg) and try again"
    )]
    NeedsFfmpeg {
        /// The file.
        path: PathBuf,
        /// What it holds, with its article: "a WebM or Matroska video".
        content: &'static str,
    },
    /// ffmpeg was asked and could not.
    #[error("{path} cannot be decoded: convert it to an H.264 MP4 and try again (ffmpeg: {reason})")]
    Ffmpeg {
        /// The file.
        path: PathBuf,
        /// Its words, or how it ended.
        reason: String,
    },
    /// ffmpeg broke off in the middle of a recording.
    #[error(
        "{path} breaks off before its end: copy it again from the camera or phone that recorded it (ffmpeg: {reason})"
    )]
    BrokenOff {
        /// The file.
        path: PathBuf,
        /// Its words, or how it ended.
        reason: String,
    },
    /// A file with frames of which none can be decoded.
    #[error("No frame of {path} can be decoded: convert it to an H.264 MP4 and try again")]
    Undecodable {
        /// The file.
        path: PathBuf,
    },
    /// A picture that cannot be decoded.
    #[error("{path} is damaged: save it again as a JPEG or PNG picture ({reason})")]
    BadPicture {
        /// The file.
        path: PathBuf,
        /// What its decoder said.
        reason: String,
    },
    /// Several pictures of which none can be decoded.
    #[error(
        "None of the {count} pictures can be shown, the first is {path}: save them again as JPEG or PNG pictures ({reason})"
    )]
    BadPictures {
        /// How many there are.
        count: u64,
        /// The first.
        path: PathBuf,
        /// What its decoder said of that.
        reason: String,
    },
    /// A picture beyond what is taken into memory.
    #[error(
        "{path} is {width}x{height} pixels, more than the {} million that fit: make it smaller and try again",
        MOST_PIXELS / 1_000_000
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its width, pixels.
        width: u32,
        /// Its height, pixels.
        height: u32,
    },
    /// No file at all.
    #[error("There is nothing to open: name a video, a picture or a folder of pictures")]
    Nothing,
    /// A folder without a single picture.
    #[error("{path} holds no JPEG or PNG picture: give a folder that does, or a video")]
    NoPictures {
        /// The folder.
        path: PathBuf,
    },
    /// Several files of which at least one is no picture.
    #[error("{path} is not a picture, and several files at once must all be pictures: give one video at a time")]
    Mixed {
        /// The first that is none.
        path: PathBuf,
    },
    /// Pictures at an impossible rate.
    #[cfg(feature = "video")]
    #[error("{rate} pictures a second cannot be: give a number from {} to {}", RATES.start(), RATES.end())]
    Rate {
        /// The rate asked for, frames per second.
        rate: f64,
    },
    /// No camera is attached.
    #[error("No camera was found: plug one in, or play a recording with `bendwise live --source FILE`")]
    NoCamera,
    /// The camera asked for is not there.
    #[error("There is no camera {wanted}: {}", available_cameras(available))]
    NoSuchCamera {
        /// Number or name as asked for.
        wanted: String,
        /// Those that exist, as "0 (HD Webcam)".
        available: Vec<String>,
    },
    /// Cameras are there, but none sends pictures.
    #[error("None of the cameras sends pictures: {}", states.join("; "))]
    NoWorkingCamera {
        /// One sentence for each.
        states: Vec<String>,
    },
    /// Another program streams from it.
    #[error("{camera} is in use by another program: close that program and try again")]
    CameraBusy {
        /// The camera, as "Camera 0 (HD Webcam)".
        camera: String,
    },
    /// The user may not open it.
    #[error(
        "{camera} may not be opened by this user: allow access to it (on Linux: sudo usermod -aG video $USER, then log in again)"
    )]
    CameraForbidden {
        /// The camera.
        camera: String,
    },
    /// It was left in a mode that the camera library cannot read, and so cannot change.
    #[error("{camera} was left in a mode that cannot be read: unplug it and plug it in again ({reason})")]
    CameraMode {
        /// The camera.
        camera: String,
        /// What is odd about the mode.
        reason: String,
    },
    /// It offers nothing that can be decoded: a metadata or output node, or an exotic camera.
    #[error("{camera} offers no pictures that can be decoded: choose another camera")]
    CameraFormats {
        /// The camera.
        camera: String,
    },
    /// It is there and open, but sends nothing, or opening never comes back.
    #[error("{camera} does not answer: unplug it and plug it in again")]
    CameraSilent {
        /// The camera.
        camera: String,
    },
    /// It is not there any more.
    #[error("{camera} is gone: plug it in again")]
    CameraGone {
        /// The camera.
        camera: String,
    },
    /// A source of somebody else's failed.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
    /// It goes on failing after several restarts, or failed in a way nobody foresaw.
    #[error("{camera} keeps failing: unplug it and plug it in again ({reason})")]
    CameraFailing {
        /// The camera.
        camera: String,
        /// What the system said.
        reason: String,
    },
}

#[cfg(feature = "video")]
impl SourceError {
    /// What the system said when reading `path`, with the plainest cause told apart.
    pub(crate) fn reading(path: &Path, cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::NotFound => Self::Missing { path: path.to_owned() },
            _ => Self::File { path: path.to_owned(), cause },
        }
    }
}

fn available_cameras(available: &[String]) -> String {
    match available {
        [] => "no camera was found, plug one in or give a video file instead".to_owned(),
        [only] => format!("the only one is {only}"),
        several => format!("choose one of {}", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_camera_number_lists_the_right_ones() {
        let message = |available: &[&str]| {
            let available = available.iter().map(|&camera| camera.to_owned()).collect();
            SourceError::NoSuchCamera { wanted: "7".to_owned(), available }.to_string()
        };
        assert_eq!(message(&["0 (Webcam)", "2 (Phone)"]), "There is no camera 7: choose one of 0 (Webcam), 2 (Phone)");
        assert_eq!(message(&["0 (Webcam)"]), "There is no camera 7: the only one is 0 (Webcam)");
        assert!(message(&[]).contains("no camera was found"));
    }

    #[cfg(feature = "video")]
    #[test]
    fn a_file_that_is_not_there_is_told_from_one_that_cannot_be_read() {
        let told = |kind: io::ErrorKind| SourceError::reading(Path::new("clip.mp4"), kind.into()).to_string();
        assert_eq!(told(io::ErrorKind::NotFound), "There is no file or folder clip.mp4: check the name");
        assert!(told(io::ErrorKind::PermissionDenied).starts_with("clip.mp4 cannot be read"));
    }

    #[test]
    fn a_camera_that_is_taken_or_forbidden_says_what_to_do() {
        let camera = || "Camera 0 (HD Webcam)".to_owned();
        let busy = SourceError::CameraBusy { camera: camera() }.to_string();
        assert!(busy.contains("Camera 0 (HD Webcam)") && busy.contains("another program"), "{busy}");
        let forbidden = SourceError::CameraForbidden { camera: camera() }.to_string();
        assert!(forbidden.contains("may not be opened by this user") && forbidden.contains("video"), "{forbidden}");
    }
}
