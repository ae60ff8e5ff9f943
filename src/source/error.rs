//! Why there are no frames. Each message is one sentence that says what is wrong and how to fix it.

use std::borrow::Cow;
use std::io;
#[cfg(feature = "video")]
use std::ops::RangeInclusive;
#[cfg(feature = "video")]
use std::path::Path;
use std::path::PathBuf;

use super::pixels::MOST_PIXELS;

/// Why a source cannot be opened or cannot continue. The message names the thing and the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive] // which there are depends on the features
pub enum SourceError {
    /// Reading a file failed.
    #[error("{path} cannot be read: check its permissions and try again ({cause})")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// The named file or folder does not exist.
    #[error("There is no file or folder {path}: check the name")]
    Missing {
        /// The name as it was given.
        path: PathBuf,
    },
    /// The file is empty.
    #[error("{path} is empty: record or copy it again")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file has a type that holds no frames.
    #[error(
        "{path} is {content}, neither a video nor a picture: give a video, a JPEG or PNG picture, or a folder of pictures"
    )]
    NotFrames {
        /// The file.
        path: PathBuf,
        /// What it looks like, with its article: "a text file".
        content: &'static str,
    },
    /// An MP4 file without its index: no frame can be located.
    #[error("{path} is cut short, its index is missing: copy it again from the camera or phone that recorded it")]
    CutShort {
        /// The file.
        path: PathBuf,
    },
    /// A segment of a stream without the initialization segment that describes it.
    #[error(
        "{path} is a segment of a stream, which only its initialization segment describes: put that before it (cat init.mp4 segment.m4s > whole.mp4)"
    )]
    Segment {
        /// The file.
        path: PathBuf,
    },
    /// An MP4 file whose boxes are inconsistent.
    #[error("{path} is damaged: copy it again from the camera or phone that recorded it ({reason})")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is inconsistent.
        reason: String,
    },
    /// A file whose pictures have times at which none can have been taken: whoever decodes it, no movement can be measured.
    #[error(
        "{path} is damaged, the times of its pictures make no sense: copy it again from the camera or phone that recorded it"
    )]
    SenselessTimes {
        /// The file.
        path: PathBuf,
    },
    /// A file that only ffmpeg can decode, but ffmpeg is not installed.
    #[error(
        "{path} is {content}, which needs ffmpeg: install ffmpeg (for example: apt install ffmpeg, brew install ffmpeg, winget install ffmpeg) and try again"
    )]
    NeedsFfmpeg {
        /// The file.
        path: PathBuf,
        /// What it holds, with its article: "a WebM or Matroska video".
        content: Cow<'static, str>,
    },
    /// A video that only who encrypted it can play.
    #[error("{path} is encrypted: give a recording that is not, such as one of a camera or of a screen")]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// A picture in a format that is not read.
    #[error("{path} is {content}, which is not read: save it as a JPEG or PNG picture and try again")]
    OtherPicture {
        /// The file.
        path: PathBuf,
        /// What it is, with its article: "a HEIC or AVIF picture".
        content: &'static str,
    },
    /// An animation in a format that ffmpeg may not read either.
    #[error("{path} is {content}, which cannot be decoded: convert it to an H.264 MP4 and try again")]
    Animation {
        /// The file.
        path: PathBuf,
        /// What it is, with its article: "an animated WebP picture".
        content: &'static str,
    },
    /// ffmpeg cannot decode the file.
    #[error("{path} cannot be decoded: convert it to an H.264 MP4 and try again (ffmpeg: {reason})")]
    Ffmpeg {
        /// The file.
        path: PathBuf,
        /// Its messages, or its exit status.
        reason: String,
    },
    /// ffmpeg failed in the middle of a recording.
    #[error(
        "{path} breaks off before its end: copy it again from the camera or phone that recorded it (ffmpeg: {reason})"
    )]
    BrokenOff {
        /// The file.
        path: PathBuf,
        /// Its messages, or its exit status.
        reason: String,
    },
    /// A file in which no frame can be decoded.
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
        /// The decoder's error.
        reason: String,
    },
    /// Several pictures, none of which can be decoded.
    #[error(
        "None of the {count} pictures can be shown, the first is {path}: save them again as JPEG or PNG pictures ({reason})"
    )]
    BadPictures {
        /// How many there are.
        count: u64,
        /// The first.
        path: PathBuf,
        /// The decoder's error for it.
        reason: String,
    },
    /// A picture with more pixels than the limit.
    #[error(
        "{path} is {width}x{height} pixels, more than the limit of {} million: make it smaller and try again",
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
    /// No file was given.
    #[error("There is nothing to open: name a video, a picture or a folder of pictures")]
    Nothing,
    /// A folder without a single picture.
    #[error("{path} holds no JPEG or PNG picture: give a folder that does, or a video")]
    NoPictures {
        /// The folder.
        path: PathBuf,
    },
    /// Several files, at least one of which is not a picture.
    #[error("{path} is not a picture, and several files at once must all be pictures: give one video at a time")]
    Mixed {
        /// The first that is not a picture.
        path: PathBuf,
    },
    /// A picture rate out of range.
    #[cfg(feature = "video")]
    #[error("{rate} pictures a second is out of range: give a number from {} to {}", allowed.start(), allowed.end())]
    Rate {
        /// The rate asked for, frames per second.
        rate: f64,
        /// The rates that can be.
        allowed: RangeInclusive<f64>,
    },
    /// No camera is attached.
    #[error(
        "No camera was found: plug one in, play a recording with `bendwise live --source FILE`, or watch `bendwise demo`"
    )]
    NoCamera,
    /// The requested camera does not exist.
    #[error("There is no camera {wanted}: {}", available_cameras(available))]
    NoSuchCamera {
        /// The number or name as given.
        wanted: String,
        /// The existing cameras, as "0 (HD Webcam)".
        available: Vec<String>,
    },
    /// There are cameras, but none sends pictures.
    #[error("None of the cameras sends pictures: {}", states.join("; "))]
    NoWorkingCamera {
        /// One message for each.
        states: Vec<String>,
    },
    /// Another program is using it.
    #[error("{camera} is in use by another program: close that program and try again")]
    CameraBusy {
        /// The camera, as "Camera 0 (HD Webcam)".
        camera: String,
    },
    /// The user lacks permission to open it.
    #[error(
        "{camera} may not be opened by this user: allow access to it (on Linux: sudo usermod -aG video $USER, then log in again)"
    )]
    CameraForbidden {
        /// The camera.
        camera: String,
    },
    /// It is for infrared light, and offers no mode that can be decoded.
    #[error("{camera} is the infrared camera, which sends no ordinary pictures: choose another camera")]
    CameraInfrared {
        /// The camera.
        camera: String,
    },
    /// It offers no mode that can be decoded.
    #[error("{camera} offers no pictures that can be decoded: choose another camera")]
    CameraFormats {
        /// The camera.
        camera: String,
    },
    /// It is open but sends nothing, or opening never returns.
    #[error("{camera} does not answer: unplug it and plug it in again")]
    CameraSilent {
        /// The camera.
        camera: String,
    },
    /// It was unplugged.
    #[error("{camera} is gone: plug it in again")]
    CameraGone {
        /// The camera.
        camera: String,
    },
    /// A source of your own failed.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
    /// It keeps failing after several restarts, or failed in an unforeseen way.
    #[error("{camera} keeps failing: unplug it and plug it in again ({reason})")]
    CameraFailing {
        /// The camera.
        camera: String,
        /// The system's error.
        reason: String,
    },
}

#[cfg(feature = "video")]
impl SourceError {
    /// The error for a failed read of `path`; a missing file gets its own variant.
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
    fn a_missing_file_is_distinguished_from_an_unreadable_one() {
        let message = |kind: io::ErrorKind| SourceError::reading(Path::new("clip.mp4"), kind.into()).to_string();
        assert_eq!(message(io::ErrorKind::NotFound), "There is no file or folder clip.mp4: check the name");
        assert!(message(io::ErrorKind::PermissionDenied).starts_with("clip.mp4 cannot be read"));
    }

    #[test]
    fn a_busy_or_forbidden_camera_says_what_to_do() {
        let camera = || "Camera 0 (HD Webcam)".to_owned();
        let busy = SourceError::CameraBusy { camera: camera() }.to_string();
        assert!(busy.contains("Camera 0 (HD Webcam)") && busy.contains("another program"), "{busy}");
        let forbidden = SourceError::CameraForbidden { camera: camera() }.to_string();
        assert!(forbidden.contains("may not be opened by this user") && forbidden.contains("video"), "{forbidden}");
    }
}
