//! What the terminal can do: whether it understands escape sequences, and how wide it is.

use std::env;
use std::ffi::OsStr;
use std::io::IsTerminal;

/// Whether an output is a terminal that moves its cursor. A `dumb` one does not, nor one that does not say what it is.
pub(super) fn understands_escapes(out: &impl IsTerminal) -> bool {
    out.is_terminal() && !is_dumb(env::var_os("TERM").as_deref())
}

/// Whether an output is a terminal that also colours its text.
pub(super) fn has_colours(out: &impl IsTerminal) -> bool {
    understands_escapes(out) && !is_monochrome(env::var_os("TERM").as_deref())
}

fn is_dumb(term: Option<&OsStr>) -> bool {
    match term {
        None => cfg!(unix), // elsewhere no terminal says what it is
        Some(term) => term.is_empty() || term == "dumb",
    }
}

/// Whether it is one of the terminals that came before colours: vt100, vt220 and their like.
fn is_monochrome(term: Option<&OsStr>) -> bool {
    term.is_some_and(|term| term.as_encoded_bytes().starts_with(b"vt"))
}

/// The columns of the terminal at stdout, or else those that `COLUMNS` says; `None` if neither does.
pub(super) fn columns() -> Option<usize> {
    terminal_columns().or_else(|| said_columns(&env::var_os("COLUMNS")?))
}

fn terminal_columns() -> Option<usize> {
    #[cfg(unix)]
    {
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
        (size.ws_col > 0).then(|| usize::from(size.ws_col))
    }
    #[cfg(not(unix))]
    None
}

fn said_columns(columns: &OsStr) -> Option<usize> {
    columns.to_str()?.trim().parse().ok().filter(|columns| *columns > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_dumb_if_it_says_so_or_nothing() {
        let dumb = |term: &str| is_dumb(Some(OsStr::new(term)));
        assert!(dumb("dumb") && dumb("") && !dumb("xterm-256color") && !dumb("vt100"));
        assert_eq!(is_dumb(None), cfg!(unix));
    }

    #[test]
    fn a_width_that_is_none_is_left_out() {
        let said = |columns: &str| said_columns(OsStr::new(columns));
        assert_eq!((said("60"), said("0"), said("wide"), said("")), (Some(60), None, None, None));
    }

    #[test]
    fn terminals_from_before_colours_get_none() {
        let monochrome = |term: &str| is_monochrome(Some(OsStr::new(term)));
        assert!(monochrome("vt100") && monochrome("vt220") && !monochrome("xterm") && !is_monochrome(None));
    }
}
