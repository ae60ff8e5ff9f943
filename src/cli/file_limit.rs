//! A limit on the size of files (`ulimit -f`) fails a write as a full disk does, and is told in a sentence.

/// Lets a write beyond the limit fail: the signal that the system sends first would end the program in the middle of a file,
/// without a word. Programs that this one starts fail in the same way.
pub(super) fn report_as_error() {
    #[cfg(unix)]
    ignore_signal();
}

#[cfg(unix)]
#[allow(unsafe_code)]
fn ignore_signal() {
    // SAFETY: the signal is one that may be ignored, and no function of this program is called by it.
    if unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) } == libc::SIG_ERR {
        tracing::debug!("a limit on the size of files will end the program");
    }
}
