//! The networks: in the program itself, or in a folder, and then whether they are the ones this program was made with.
//!
//! The checksums are compiled in. A truncated checkout or another version of a network would not fail loudly, it would
//! measure something else, so no file is used unchecked; that costs some 10 ms at start. What is in the program was
//! compared when it was tested.

use std::borrow::Cow;
#[cfg(any(test, not(feature = "embedded-models")))]
use std::env;
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::InferenceError;
use crate::input_file;

/// The detector's file.
pub(crate) const DETECTOR: &str = "detector.onnx";
/// The file of the landmark network [`Full`](crate::pose::Landmarker::Full).
pub(crate) const LANDMARKS_FULL: &str = "landmarks-full.onnx";
/// The file of the landmark network [`Lite`](crate::pose::Landmarker::Lite).
pub(crate) const LANDMARKS_LITE: &str = "landmarks-lite.onnx";
/// The weights of the decoder of `landmarks-full.onnx`'s mask.
pub(crate) const MASK_FULL: &str = "mask-full.weights";
/// The weights of the decoder of `landmarks-lite.onnx`'s mask.
pub(crate) const MASK_LITE: &str = "mask-lite.weights";
/// The part of the back estimator that says what is hidden in a frame.
pub(crate) const BACK_HIDDEN: &str = "back-hidden.onnx";
/// The part that reads a frame.
pub(crate) const BACK_FRAME: &str = "back-frame.onnx";
/// The part that tells two frames apart.
pub(crate) const BACK_CHANGE: &str = "back-change.onnx";

const NAMES: [&str; 8] =
    [DETECTOR, LANDMARKS_FULL, LANDMARKS_LITE, MASK_FULL, MASK_LITE, BACK_HIDDEN, BACK_FRAME, BACK_CHANGE];

/// `HASH  NAME` lines as `sha256sum` writes them.
const CHECKSUMS: &str = include_str!("../../models/SHA256SUMS");

/// The networks' bytes, in the program itself: a static, so that they are in it once.
#[cfg(feature = "embedded-models")]
static EMBEDDED: [(&str, &[u8]); 8] = [
    (DETECTOR, include_bytes!("../../models/detector.onnx")),
    (LANDMARKS_FULL, include_bytes!("../../models/landmarks-full.onnx")),
    (LANDMARKS_LITE, include_bytes!("../../models/landmarks-lite.onnx")),
    (MASK_FULL, include_bytes!("../../models/mask-full.weights")),
    (MASK_LITE, include_bytes!("../../models/mask-lite.weights")),
    (BACK_HIDDEN, include_bytes!("../../models/back-hidden.onnx")),
    (BACK_FRAME, include_bytes!("../../models/back-frame.onnx")),
    (BACK_CHANGE, include_bytes!("../../models/back-change.onnx")),
];

/// The bytes of the networks that are in the program itself.
#[cfg(all(feature = "cli", target_os = "linux", target_env = "gnu"))]
pub(crate) fn in_program() -> impl Iterator<Item = &'static [u8]> {
    #[cfg(feature = "embedded-models")]
    let embedded = EMBEDDED.iter().map(|(_, bytes)| *bytes);
    #[cfg(not(feature = "embedded-models"))]
    let embedded = std::iter::empty();
    embedded
}

/// Where the networks are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Models(ModelSource);

#[derive(Clone, Debug, PartialEq, Eq)]
enum ModelSource {
    #[cfg(feature = "embedded-models")]
    Program,
    Folder(PathBuf),
}

impl Models {
    /// Those in the program itself.
    #[cfg(feature = "embedded-models")]
    pub fn embedded() -> Self {
        Self(ModelSource::Program)
    }

    /// Those in a folder.
    ///
    /// # Errors
    /// [`InferenceError::ModelsNotFound`] when it holds no `detector.onnx`. The files are read and compared with their
    /// checksums when a network is opened.
    pub fn in_folder(folder: &Path) -> Result<Self, InferenceError> {
        first_of(vec![folder.to_owned()])
    }

    /// The folder that they are read from; `None` where they are in the program itself.
    pub fn folder(&self) -> Option<&Path> {
        match &self.0 {
            #[cfg(feature = "embedded-models")]
            ModelSource::Program => None,
            ModelSource::Folder(folder) => Some(folder),
        }
    }

    /// Whether each file is the one this program was made with: its path, or what is wrong with it. None for networks in
    /// the program itself.
    pub fn check(&self) -> Vec<Result<PathBuf, InferenceError>> {
        let checked = |folder: &Path, name| read(folder, name).map(|_| folder.join(name));
        self.folder().map_or_else(Vec::new, |folder| NAMES.map(|name| checked(folder, name)).into())
    }

    /// The bytes of the model `name`.
    ///
    /// # Errors
    /// When its file is missing, unreadable, or not the one this program was made with.
    pub(crate) fn load(&self, name: &'static str) -> Result<Cow<'static, [u8]>, InferenceError> {
        match &self.0 {
            #[cfg(feature = "embedded-models")]
            ModelSource::Program => {
                let known = EMBEDDED.iter().find(|(embedded, _)| *embedded == name);
                known.map(|(_, bytes)| Cow::from(*bytes)).ok_or_else(|| InferenceError::ModelMissing(name.into()))
            }
            ModelSource::Folder(folder) => read(folder, name).map(Cow::from),
        }
    }
}

/// The networks: `explicit` (of `--models` or `BENDWISE_MODELS`) and no other if given; else those in the program. A
/// program without any looks for a folder `models` beside the executable or in any folder above it (`target/release` in
/// the repository), for `../share/bendwise/models` as installed by a package, and for `models` in the current folder.
///
/// # Errors
/// [`InferenceError::ModelsNotFound`] with the folders looked at; a folder counts when it holds `detector.onnx`.
pub fn find(explicit: Option<&Path>) -> Result<Models, InferenceError> {
    match explicit {
        Some(folder) => Models::in_folder(folder),
        #[cfg(feature = "embedded-models")]
        None => Ok(Models::embedded()),
        #[cfg(not(feature = "embedded-models"))]
        None => first_of(usual_folders(env::current_exe().ok().as_deref())),
    }
}

/// The first folder that holds networks.
fn first_of(folders: Vec<PathBuf>) -> Result<Models, InferenceError> {
    match folders.iter().find(|folder| folder.join(DETECTOR).is_file()) {
        Some(folder) => Ok(Models(ModelSource::Folder(folder.clone()))),
        None => Err(InferenceError::ModelsNotFound(folders)),
    }
}

#[cfg(any(test, not(feature = "embedded-models")))]
fn usual_folders(executable: Option<&Path>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(beside) = executable.and_then(Path::parent) {
        folders.push(beside.join("models"));
        folders.push(beside.join("..").join("share").join("bendwise").join("models"));
        folders.extend(beside.ancestors().skip(1).take(3).map(|above| above.join("models")));
    }
    folders.push(PathBuf::from("models"));
    folders
}

/// The networks this program was made with: the name of each and its SHA-256, as kept with every session.
pub fn versions() -> impl Iterator<Item = (&'static str, &'static str)> {
    let ours = |(_, file): &(&str, &str)| NAMES.contains(file);
    CHECKSUMS.lines().filter_map(|line| line.split_once("  ")).filter(ours).map(|(sum, file)| (file, sum))
}

/// Reads the model `name` of `folder` and compares it with its checksum.
///
/// # Errors
/// When it is missing, unreadable, or not the file this program was made with.
fn read(folder: &Path, name: &'static str) -> Result<Vec<u8>, InferenceError> {
    let path = folder.join(name);
    let mut bytes = Vec::new();
    let read = input_file::open(&path).and_then(|mut file| file.read_to_end(&mut bytes));
    read.map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => InferenceError::ModelMissing(path.clone()),
        _ => InferenceError::ModelUnreadable { path: path.clone(), cause },
    })?;
    if expected(name) == Some(hex(&Sha256::digest(&bytes)).as_str()) {
        Ok(bytes)
    } else {
        Err(InferenceError::ModelChanged { path, name })
    }
}

fn expected(name: &str) -> Option<&'static str> {
    CHECKSUMS.lines().filter_map(|line| line.split_once("  ")).find(|(_, file)| *file == name).map(|(hash, _)| hash)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
    }

    #[test]
    fn the_repositorys_models_are_those_of_the_checksums() {
        for name in NAMES {
            assert!(!read(&repository(), name).unwrap().is_empty());
        }
        assert_eq!(versions().count(), NAMES.len());
    }

    #[cfg(feature = "embedded-models")]
    #[test]
    fn the_models_in_the_program_are_those_of_the_checksums() {
        assert_eq!(find(None).unwrap(), Models::embedded());
        for name in NAMES {
            let bytes = Models::embedded().load(name).unwrap();
            assert!(matches!(bytes, Cow::Borrowed(_)), "{name} is copied");
            assert_eq!(expected(name), Some(hex(&Sha256::digest(&bytes)).as_str()), "{name}");
        }
    }

    #[test]
    fn the_test_binary_finds_the_repositorys_models() {
        let found = first_of(usual_folders(env::current_exe().ok().as_deref())).unwrap();
        let folder = found.folder().unwrap().canonicalize().unwrap();
        assert!(folder.ends_with("models") && folder.join("SHA256SUMS").is_file(), "{}", folder.display());
        assert!(found.check().iter().all(Result::is_ok));
    }

    #[test]
    fn an_explicit_folder_is_the_only_one_looked_at() {
        let empty = tempfile::tempdir().unwrap();
        let message = find(Some(empty.path())).unwrap_err().to_string();
        assert!(message.contains(&empty.path().display().to_string()), "{message}");
        assert!(message.contains("--models"), "{message}");
    }

    #[test]
    fn a_missing_model_is_named() {
        let empty = tempfile::tempdir().unwrap();
        let message = read(empty.path(), DETECTOR).unwrap_err().to_string();
        assert!(message.contains("detector.onnx is missing"), "{message}");
    }

    #[test]
    fn a_changed_model_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = fs::read(repository().join(LANDMARKS_LITE)).unwrap();
        bytes.truncate(bytes.len() / 2);
        fs::write(folder.path().join(LANDMARKS_LITE), bytes).unwrap();
        let message = read(folder.path(), LANDMARKS_LITE).unwrap_err().to_string();
        assert!(message.contains("checksum differs"), "{message}");
        assert!(message.contains("git checkout models/landmarks-lite.onnx"), "{message}");
    }

    #[test]
    fn models_are_looked_for_beside_the_executable_and_above_it() {
        let folders = usual_folders(Some(Path::new("/opt/bendwise/target/release/bendwise")));
        assert_eq!(folders.first().unwrap(), Path::new("/opt/bendwise/target/release/models"));
        assert!(folders.contains(&PathBuf::from("/opt/bendwise/models")), "{folders:?}");
    }
}
