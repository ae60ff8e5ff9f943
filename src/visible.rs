//! Text from outside as it may be shown: names of files, of columns and of people's sessions may hold characters that
//! control a terminal, end a line or turn round the order of others. Each of them is shown as `�`.
//!
//! [`visible`] is for one such text, [`terminal_text`] for all that the program prints, as the last line of defence.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;

/// What an unsafe character is shown as.
const SUBSTITUTE: char = char::REPLACEMENT_CHARACTER;

/// Whether a character is not shown itself, but controls a terminal or how others are shown: control characters (C0,
/// DEL, C1), marks and overrides of direction, separators of lines, and invisible ones, tags (U+E0000 and after) and fillers among
/// them. Joiners of scripts and of emoji (U+200C, U+200D) are text.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A text from outside on one line, with each hidden character as `�`.
pub fn visible(text: &impl Display) -> String {
    text.to_string().chars().map(|letter| if is_hidden(letter) { SUBSTITUTE } else { letter }).collect()
}

/// A text as one argument of a command that is printed to be pasted: in double quotes, or in single ones where a shell would take
/// something in it for its own. What is hidden in it is written as a number, which bash and zsh understand. Of what is no Unix
/// shell only the first is understood.
pub fn as_argument(text: &impl Display) -> String {
    let text = text.to_string();
    if text.contains(is_hidden) {
        format!("$'{}'", text.chars().map(escaped).collect::<String>())
    } else if text.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", text.replace('\'', r"'\''"))
    } else {
        format!("\"{text}\"")
    }
}

/// A letter within `$'…'`.
fn escaped(letter: char) -> String {
    match letter {
        '\'' | '\\' => format!("\\{letter}"),
        _ if is_hidden(letter) => format!("\\U{:08X}", u32::from(letter)),
        _ => letter.to_string(),
    }
}

/// A path as such an argument, which is taken for no option.
pub fn path_argument(path: &Path) -> String {
    let path = path.display().to_string();
    as_argument(&if path.starts_with('-') { format!("./{path}") } else { path })
}

/// A whole output: only line breaks, tabs and the program's own styling are left of the hidden characters. The styling is
/// a closed list (24-bit colour, its reset, and clearing the line), so that no text can do more than that.
pub fn terminal_text(text: &str) -> Cow<'_, str> {
    if !text.contains(|letter| is_hidden(letter) && letter != '\n') {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let own = own_styling(rest);
        let (taken, left) = rest.split_at(if own > 0 { own } else { letter.len_utf8() });
        if own > 0 || matches!(letter, '\n' | '\t') || !is_hidden(letter) {
            safe.push_str(taken);
        } else {
            safe.push(SUBSTITUTE);
        }
        rest = left;
    }
    Cow::Owned(safe)
}

/// The length of the program's own styling at the beginning of a text, 0 if it begins with anything else.
fn own_styling(text: &str) -> usize {
    const CLEAR_LINE: &str = "\r\x1b[2K";
    const RESET: &str = "\x1b[0m";
    const INK: &str = "\x1b[38;2;";
    let fixed = [CLEAR_LINE, RESET].into_iter().find(|styling| text.starts_with(styling)).map(str::len);
    let ink = || {
        let (colour, _) = text.strip_prefix(INK)?.split_once('m')?;
        let parts: Vec<_> = colour.split(';').collect();
        let is_byte = |part: &&str| part.len() <= 3 && part.bytes().all(|digit| digit.is_ascii_digit());
        (parts.len() == 3 && parts.iter().all(is_byte)).then_some(INK.len() + colour.len() + 1)
    };
    fixed.or_else(ink).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_argument_can_be_pasted_into_a_shell() {
        for (text, argument) in [
            ("Anna K.", "\"Anna K.\""),
            ("O’Neil's", "\"O’Neil's\""),
            ("Anna \"Ann\"", "'Anna \"Ann\"'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("two\nlines", r"$'two\U0000000Alines'"),
        ] {
            assert_eq!(as_argument(&text), argument);
        }
        assert_eq!(path_argument(Path::new("-x.toml")), "\"./-x.toml\"");
    }

    /// As a shell understands it.
    #[cfg(unix)]
    #[test]
    fn a_shell_takes_an_argument_as_it_is_whatever_stands_in_it() {
        for text in [
            "Anna K.",
            "O'Neil",
            "\"",
            "'\"",
            "$HOME",
            "`id`",
            "a\\",
            "\\n",
            "!!",
            "~",
            "*",
            "-x",
            "Zoë 👩\u{200d}🔬",
            "",
            "a\u{202e}b'",
            "a\nb\t\u{1b}[",
        ] {
            let line = format!("printf %s {}", as_argument(&text));
            let said = std::process::Command::new("bash").env("LC_ALL", "C.UTF-8").args(["-c", &line]).output();
            let Ok(said) = said else { return }; // not everywhere
            assert_eq!(String::from_utf8(said.stdout).unwrap(), text, "{line}");
        }
    }

    #[test]
    fn what_is_hidden_becomes_visible_and_text_stays() {
        for hidden in [
            '\u{1b}',
            '\u{7}',
            '\r',
            '\n',
            '\t',
            '\0',
            '\u{9b}',
            '\u{202e}',
            '\u{2066}',
            '\u{200f}',
            '\u{feff}',
            '\u{ad}',
            '\u{3164}',
            '\u{e0041}',
        ] {
            assert_eq!(visible(&format!("a{hidden}b")), "a\u{fffd}b", "{hidden:?}");
        }
        for text in ["Übung №1", "नमस्ते", "می\u{200c}خواهم", "👩\u{200d}🔬", "a b"] {
            assert_eq!(visible(&text), text);
        }
    }

    #[test]
    fn own_styling_passes_and_nothing_else() {
        for own in ["\r\x1b[2K00:07", "\x1b[38;2;0;114;178m● HIPS\x1b[0m", "two\nlines\tand tabs\n"] {
            assert_eq!(terminal_text(own), own);
        }
        for (foreign, shown) in [
            ("\x1b]0;title\x07", "\u{fffd}]0;title\u{fffd}"),
            ("\x1b[2J", "\u{fffd}[2J"),
            ("\x1b[38;2;1;2m", "\u{fffd}[38;2;1;2m"),
            ("\x1b[38;2;1;2;3H", "\u{fffd}[38;2;1;2;3H"),
            ("a\rb\u{202e}", "a\u{fffd}b\u{fffd}"),
        ] {
            assert_eq!(terminal_text(foreign), shown);
        }
    }

    proptest! {
        #[test]
        fn no_text_controls_anything(text in "(\\PC|[\\x00-\\x9f]|\x1b\\[38;2;){0,20}") {
            prop_assert!(!visible(&text).contains(is_hidden));
            let left = terminal_text(&text).replace("\x1b[38;2;", "").replace("\x1b[0m", "").replace("\r\x1b[2K", "");
            prop_assert!(!left.contains('\u{1b}') && !left.contains('\r'), "{left:?}");
        }
    }
}
