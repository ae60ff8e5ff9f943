//! Opens a file in the program that the person reads such files with.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The program of the system that knows which program opens what.
#[cfg(target_os = "macos")]
const OPENER: &str = "open";
#[cfg(target_os = "windows")]
const OPENER: &str = "explorer";
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const OPENER: &str = "xdg-open";

/// A program that cannot open it says so within this time. [own]
const SAYS_SO: Duration = Duration::from_secs(2);

/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(20);

/// Opens it, and does not wait for its end. Returns whether something seems to have opened it.
pub(super) fn open(path: &Path) -> bool {
    open_with(OPENER, path)
}

fn open_with(opener: &str, path: &Path) -> bool {
    let mut command = Command::new(opener);
    command.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut opened = match command.spawn() {
        Ok(opened) => opened,
        Err(cause) => {
            tracing::info!("{opener} cannot be started: {cause}");
            return false;
        }
    };
    let begun = Instant::now();
    while begun.elapsed() < SAYS_SO {
        match opened.try_wait() {
            Ok(Some(status)) => return status.success() || cfg!(target_os = "windows"), // explorer always says 1
            Ok(None) => thread::sleep(LOOK),
            Err(_) => break,
        }
    }
    drop(thread::spawn(move || opened.wait()));
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn whether_something_opened_it_is_known() {
        let path = Path::new("report.html");
        assert!(open_with("true", path));
        assert!(!open_with("false", path), "it found no browser");
        assert!(!open_with("no-such-opener-of-files", path));
    }
}
