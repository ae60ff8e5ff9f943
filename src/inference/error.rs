//! Why the networks cannot be loaded or run.

use std::io;
use std::path::{Path, PathBuf};

use crate::visible::visible;

/// How to get at other networks.
const OTHERS: &str = if cfg!(feature = "embedded-models") {
    "leave --models and BENDWISE_MODELS unset to use the models in the program itself"
} else {
    "point --models or BENDWISE_MODELS to the models folder of the repository"
};

/// Why the networks cannot be loaded or run. The message names the thing and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    /// No folder with models was found.
    #[error("no models folder was found (looked in {}): {OTHERS}", list(.0))]
    ModelsNotFound(Vec<PathBuf>),
    /// A model file is missing.
    #[error("the model {} is missing: restore it with `git checkout models`, or {OTHERS}", shown(.0))]
    ModelMissing(PathBuf),
    /// A model file cannot be read.
    #[error("the model {} cannot be read ({cause}): check the permissions of the file and the disk", shown(path))]
    ModelUnreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// A model file has the wrong checksum.
    #[error(
        "the model {path} is not the file this program was made with (checksum differs): restore it with \
         `git checkout models/{name}`, or {OTHERS}", path = shown(path)
    )]
    ModelChanged {
        /// The file.
        path: PathBuf,
        /// Its name.
        name: &'static str,
    },
    /// ONNX Runtime does not accept a model.
    #[error(
        "ONNX Runtime cannot load {name}: {reason}; use ONNX Runtime {} (unset --ort-lib and ORT_DYLIB_PATH to have it \
         fetched)",
        super::VERSION
    )]
    ModelRefused {
        /// The model.
        name: &'static str,
        /// The error of ONNX Runtime.
        reason: String,
    },
    /// A network stopped with an error.
    #[error(
        "ONNX Runtime failed to run {name}: {reason}; restart, and if it comes back report it with `bendwise doctor`"
    )]
    RunFailed {
        /// The model.
        name: &'static str,
        /// The error of ONNX Runtime.
        reason: String,
    },
}

fn shown(path: &Path) -> String {
    visible(&path.display())
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ")
}
