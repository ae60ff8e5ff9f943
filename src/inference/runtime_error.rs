//! Why ONNX Runtime cannot be used, with everything that was tried.

use std::fmt;
use std::path::PathBuf;

use crate::visible::visible;

/// One thing that was tried, and why it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What was tried: a path or a command.
    pub tried: String,
    /// Why it failed.
    pub reason: String,
}

impl Attempt {
    pub(super) fn new(tried: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self { tried: visible(&tried.into()), reason: reason.to_string() }
    }
}

/// Why ONNX Runtime cannot be used. The message names what was tried and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The library that `--ort-lib` or `ORT_DYLIB_PATH` names cannot be used.
    #[error(
        "the ONNX Runtime library {path} cannot be used: {reason}; point --ort-lib or ORT_DYLIB_PATH to a \
         libonnxruntime of version 1.20 or newer, or leave both unset to have it fetched", path = visible(&path.display())
    )]
    Explicit {
        /// The library that was named.
        path: PathBuf,
        /// Why it cannot be used.
        reason: String,
    },
    /// No library was found and none could be downloaded.
    #[error(
        "ONNX Runtime was not found and could not be fetched:{}\n{}, or point --ort-lib or ORT_DYLIB_PATH to a \
         libonnxruntime of version 1.20 or newer", list(.0), way_out(.0)
    )]
    NotFound(Vec<Attempt>),
    /// Whoever waited for it stopped it.
    #[error("Stopped: ONNX Runtime was not fetched, and nothing of it is left")]
    Stopped,
    /// The library loads but does not start.
    #[error("ONNX Runtime {path} does not start: {reason}; delete the file to have it fetched again", path = visible(&path.display()))]
    Start {
        /// The library.
        path: PathBuf,
        /// The error of ONNX Runtime.
        reason: String,
    },
}

fn list(attempts: &[Attempt]) -> String {
    attempts.iter().map(|attempt| format!("\n  {}: {}", attempt.tried, attempt.reason)).collect()
}

/// What helps against what was tried in vain.
fn way_out(attempts: &[Attempt]) -> &'static str {
    // The words of the C library, which pip and npm pass on.
    let is_full =
        |attempt: &Attempt| ["No space left", "Disk quota exceeded"].iter().any(|said| attempt.reason.contains(said));
    if attempts.iter().any(is_full) {
        "make room on the disk, half a gigabyte for a moment, and start again"
    } else {
        "install pip (on Debian and Ubuntu `apt install python3-pip`) or npm and start again with the network on"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_room_is_missing_nobody_is_told_to_install_something() {
        let told = |reason: &str| RuntimeError::NotFound(vec![Attempt::new("pip", reason)]).to_string();
        let full = told("OSError: [Errno 28] No space left on device");
        assert!(full.contains("make room on the disk") && !full.contains("apt install"), "{full}");
        assert!(told("no such command").contains("apt install python3-pip`) or npm and start again"));
    }
}
