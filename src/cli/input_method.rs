//! Starts the program anew without an input method that does not run, so that a window can be opened.
//!
//! The variable `XMODIFIERS` is read by Xlib from the environment of the process, which no thread may change while others run.
//! A process that replaces itself before it has any changes it safely.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::screen::x11_display::{XMODIFIERS, unusable_input_method};
use crate::visible::visible;

/// What Xlib takes for "none".
const NONE: &str = "@im=none";

/// Replaces this process by the same one without the input method that `XMODIFIERS` names, if that cannot be used. Returns
/// if there is nothing to do, or if it cannot be replaced: then no window is opened, which is told.
pub(super) fn leave_out() {
    let Some(name) = unusable_input_method() else { return };
    let mut arguments = std::env::args_os();
    let called = arguments.next().filter(|called| !called.as_bytes().is_empty());
    let Ok(program) = std::env::current_exe() else { return };
    let mut anew = Command::new(&program);
    anew.arg0(called.unwrap_or_else(|| program.into_os_string())).args(arguments).env(XMODIFIERS, NONE);
    let refused = anew.exec();
    tracing::warn!("The input method {} does not run, and cannot be left out: {refused}", visible(&name));
}
