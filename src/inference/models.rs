//! The model files: where they are, and whether they are the ones this program was made with.
//!
//! The checksums are compiled in. A truncated checkout or another version of a network would not fail loudly, it would
//! measure something else, so no file is used unchecked; that costs some 10 ms at start.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

use super::InferenceError;

/// The detector's file.
pub(crate) const DETECTOR: &str = "detector.onnx";
/// The file of the landmark network [`Full`](crate::pose::Landmarker::Full).
pub(crate) const LANDMARKS_FULL: &str = "landmarks-full.onnx";
/// The file of the landmark network [`Lite`](crate::pose::Landmarker::Lite).
pub(crate) const LANDMARKS_LITE: &str = "landmarks-lite.onnx";

/// The file of the back estimator.
pub(crate) const BACK: &str = "back.onnx";

/// `HASH  NAME` lines as `sha256sum` writes them.
const CHECKSUMS: &str = include_str!("../../models/SHA256SUMS");

/// Finds the models folder: `explicit` (of `--models` or `BENDWISE_MODELS`) and no other if given; else `models` beside
/// the executable or in any folder above it (`target/release` in the repository), `../share/bendwise/models` as installed
/// by a package, and `models` in the current folder.
///
/// # Errors
/// [`InferenceError::ModelsNotFound`] with the folders looked at; a folder counts when it holds `detector.onnx`.
pub fn find(explicit: Option<&Path>) -> Result<PathBuf, InferenceError> {
    let candidates = match explicit {
        Some(folder) => vec![folder.to_owned()],
        None => usual_folders(env::current_exe().ok().as_deref()),
    };
    match candidates.iter().find(|folder| folder.join(DETECTOR).is_file()) {
        Some(folder) => Ok(folder.clone()),
        None => Err(InferenceError::ModelsNotFound(candidates)),
    }
}

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

/// Whether each model file of `folder` is the one this program was made with: its path, or what is wrong with it.
pub fn check(folder: &Path) -> Vec<Result<PathBuf, InferenceError>> {
    let checked = |name| load(folder, name).map(|_| folder.join(name));
    [DETECTOR, LANDMARKS_FULL, LANDMARKS_LITE, BACK].map(checked).into()
}

/// The networks this program was made with: the name of each and its SHA-256, as kept with every session.
pub fn versions() -> impl Iterator<Item = (&'static str, &'static str)> {
    let ours = |(_, file): &(&str, &str)| [DETECTOR, LANDMARKS_FULL, LANDMARKS_LITE, BACK].contains(file);
    CHECKSUMS.lines().filter_map(|line| line.split_once("  ")).filter(ours).map(|(sum, file)| (file, sum))
}

/// Reads the model `name` of `folder` and compares it with its checksum.
///
/// # Errors
/// When it is missing, unreadable, or not the file this program was made with.
pub(crate) fn load(folder: &Path, name: &'static str) -> Result<Vec<u8>, InferenceError> {
    let path = folder.join(name);
    let bytes = fs::read(&path).map_err(|cause| match cause.kind() {
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
    use super::*;

    fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
    }

    #[test]
    fn the_repositorys_models_are_the_ones_compiled_in() {
        for name in [DETECTOR, LANDMARKS_FULL, LANDMARKS_LITE, BACK] {
            assert!(!load(&repository(), name).unwrap().is_empty());
        }
    }

    #[test]
    fn the_test_binary_finds_the_repositorys_models() {
        let found = find(None).unwrap().canonicalize().unwrap();
        assert!(found.ends_with("models") && found.join("SHA256SUMS").is_file(), "{}", found.display());
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
        let message = load(empty.path(), DETECTOR).unwrap_err().to_string();
        assert!(message.contains("detector.onnx is missing"), "{message}");
    }

    #[test]
    fn a_changed_model_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = fs::read(repository().join(LANDMARKS_LITE)).unwrap();
        bytes.truncate(bytes.len() / 2);
        fs::write(folder.path().join(LANDMARKS_LITE), bytes).unwrap();
        let message = load(folder.path(), LANDMARKS_LITE).unwrap_err().to_string();
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
