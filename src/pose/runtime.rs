//! ONNX Runtime: found, or fetched once. The only file that knows `ort`.

use std::path::Path;

use crate::paths::Paths;

/// The loaded ONNX Runtime library.
#[derive(Debug)]
pub struct Runtime {}

/// Why ONNX Runtime cannot be used: every place that was tried, and the way out.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RuntimeError(pub String);

impl Runtime {
    /// Finds the library (`explicit`, beside the executable, in the cache) or fetches it into the cache, and loads it.
    /// `say` gets a line to show while it fetches.
    ///
    /// # Errors
    /// When no usable library was found and none could be fetched.
    pub fn open(_explicit: Option<&Path>, _paths: &Paths, _say: &mut dyn FnMut(&str)) -> Result<Self, RuntimeError> {
        Err(RuntimeError("not yet built".to_owned()))
    }
}
