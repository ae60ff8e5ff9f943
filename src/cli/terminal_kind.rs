//! What the terminal can do: whether it understands escape sequences, and how wide it is.

use std::env;
use std::ffi::OsStr;
use std::io::IsTerminal;

/// Whether an output is a terminal that moves its cursor and colours its text. A `dumb` one does neither.
pub(super) fn understands_escapes(out: &impl IsTerminal) -> bool {
    out.is_terminal() && !is_dumb(env::var_os("TERM").as_deref())
}

fn is_dumb(term: Option<&OsStr>) -> bool {
    term.is_some_and(|term| term == "dumb")
}

/// The columns of the terminal at stdout; `None` if it does not say, or is none.
pub(super) fn columns() -> Option<usize> {
    #[cfg(unix)]
    {
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
        (size.ws_col > 0).then(|| usize::from(size.ws_col))
    }
    #[cfg(not(unix))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_that_says_so_is_dumb() {
        let dumb = |term: &str| is_dumb(Some(OsStr::new(term)));
        assert!(dumb("dumb") && !dumb("xterm-256color") && !dumb("") && !is_dumb(None));
    }
}
