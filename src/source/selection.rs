//! Parses the source that the user gave, and opens it.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::camera::{CameraSource, PictureAspect, Selector};
use super::file_type::{self, FileType};
use super::picture_rate::DEFAULT_RATE;
use super::pictures::Pictures;
use super::{Source, SourceError, video};

/// A source of frames as given by the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// A camera.
    Camera(Selector),
    /// A video file, a picture, or a folder of pictures; several only if all are pictures.
    Files(Vec<PathBuf>),
}

/// Options for opening a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Pictures a second for still pictures, within [`super::picture_rate::RATES`]. Videos and cameras have their own.
    pub picture_rate: f64,
    /// The shape of a camera's pictures, if it does not say it; recordings have their own.
    pub aspect: Option<PictureAspect>,
}

impl Default for Options {
    fn default() -> Self {
        Self { picture_rate: DEFAULT_RATE, aspect: None }
    }
}

impl FromStr for Selection {
    type Err = Infallible;

    /// Reads `camera`, `camera:0`, `camera:HD Webcam`, a file, a folder, or the bare name of a camera. A file named
    /// "camera" is written "./camera". Text that neither exists as a file nor looks like a path is the name of a
    /// camera.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        #[cfg(target_os = "linux")]
        if let Some(number) = device_number(Path::new(text)) {
            return Ok(Self::Camera(Selector::Number(number)));
        }
        if text == "camera" || text.starts_with("camera:") || !(Path::new(text).exists() || looks_like_path(text)) {
            return Ok(Self::Camera(text.parse()?));
        }
        Ok(Self::Files(vec![PathBuf::from(text)]))
    }
}

/// The number of the camera that a device of Linux is, as `/dev/video4` or by one of the links of `/dev/v4l`.
#[cfg(target_os = "linux")]
fn device_number(path: &Path) -> Option<u32> {
    if !path.starts_with("/dev") {
        return None;
    }
    // A device that is not there is a camera that is not there, not a file.
    let device = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    device.strip_prefix("/dev").ok()?.to_str()?.strip_prefix("video")?.parse().ok()
}

fn looks_like_path(text: &str) -> bool {
    let extension = Path::new(text).extension().and_then(|extension| extension.to_str());
    text.contains(std::path::is_separator)
        || extension.is_some_and(|extension| (2..=4).contains(&extension.len()) && !extension.contains(' '))
}

/// Opens the selected source.
///
/// # Errors
/// If it cannot be opened; the message names the thing and the remedy.
pub fn open(selection: &Selection, options: &Options) -> Result<Box<dyn Source>, SourceError> {
    let paths = match selection {
        Selection::Camera(selector) => return Ok(Box::new(CameraSource::open_shaped(selector, options.aspect)?)),
        Selection::Files(paths) => paths,
    };
    match paths.as_slice() {
        [folder] if folder.is_dir() => Ok(Box::new(Pictures::in_folder(folder, options.picture_rate)?)),
        [only] => match file_type::detect(only)? {
            FileType::Picture => Ok(Box::new(Pictures::of_picture(only, options.picture_rate)?)),
            file_type => video::open_as(only, file_type),
        },
        several => Ok(Box::new(Pictures::of_files(several, options.picture_rate)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_and_files_are_distinguished() {
        let camera = |selector: &str| Selection::Camera(selector.parse().unwrap());
        let file = |path: &str| Selection::Files(vec![PathBuf::from(path)]);
        let table = [
            ("camera", camera("camera")),
            ("camera:0", camera("camera:0")),
            ("camera:clip.mp4", Selection::Camera(Selector::Name("clip.mp4".to_owned()))),
            ("HD Webcam", camera("camera:HD Webcam")),
            ("Webcam v1.5 Pro", camera("camera:Webcam v1.5 Pro")),
            ("clip.mp4", file("clip.mp4")),
            ("./camera", file("./camera")),
            ("folder/clip", file("folder/clip")),
            (env!("CARGO_MANIFEST_DIR"), file(env!("CARGO_MANIFEST_DIR"))),
            #[cfg(target_os = "linux")]
            ("/dev/video4", camera("camera:4")),
            #[cfg(target_os = "linux")]
            ("/dev/video-front", file("/dev/video-front")),
        ];
        for (text, wanted) in table {
            assert_eq!(text.parse(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn an_empty_selection_is_an_error() {
        let error = open(&Selection::Files(Vec::new()), &Options::default()).err().unwrap();
        assert_eq!(error.to_string(), "There is nothing to open: name a video, a picture or a folder of pictures");
    }
}
