//! Opens a file in the program that the person reads such files with.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// The program of the system that knows which program opens what.
#[cfg(target_os = "macos")]
const OPENER: &str = "open";
#[cfg(target_os = "windows")]
const OPENER: &str = "explorer";
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const OPENER: &str = "xdg-open";

/// Opens it, and does not wait. Where that cannot be done, the person is told where the file lies anyway.
pub(super) fn open(path: &Path) {
    let mut opener = Command::new(OPENER);
    opener.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match opener.spawn() {
        Ok(mut opened) => drop(thread::spawn(move || opened.wait())),
        Err(cause) => tracing::info!("{OPENER} cannot be started: {cause}"),
    }
}
