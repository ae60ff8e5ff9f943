//! Session ids that a person can type: the date, and a letter from the second session of a day on. And the id of a person, which
//! nobody types.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::inference::models::hex;

/// What the id of a session begins with.
const DAY: &str = "2026-11-22";

/// One person of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PersonId(pub(super) i64);

/// The id of session `number`, from 0, of a day (`2026-11-22`): `2026-11-22`, `2026-11-22b`, … `z`, `ba`, `bb` …
pub(super) fn id(day: &str, number: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = number;
    while rest > 0 {
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    day.chars().chain(letters.into_iter().rev()).collect()
}

/// The number of a session within its day. Returns `None` if the id is not of this day.
pub(super) fn number(day: &str, id: &str) -> Option<u32> {
    let letter = |number: u32, letter: u8| {
        let value = u32::from(letter.checked_sub(b'a').filter(|value| *value < 26)?);
        number.checked_mul(26)?.checked_add(value)
    };
    id.strip_prefix(day)?.bytes().try_fold(0, letter)
}

/// Whether a text is like the id of some day's session, in small or capital letters.
pub(super) fn is_like_id(text: &str) -> bool {
    let day = text.get(..DAY.len()).filter(|day| day.parse::<Date>().is_ok_and(|parsed| parsed.to_string() == *day));
    day.is_some_and(|day| number(day, &text.to_ascii_lowercase()).is_some())
}

/// Whether an id is safe as a folder name: digits, lower-case letters and dashes cannot lead elsewhere.
pub(super) fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || byte == b'-';
    !id.is_empty() && id.len() <= 32 && id.bytes().all(plain)
}

/// The source of a copy that tells nobody whose it is.
pub const ANONYMOUS: &str = "anonymous";

/// Number of bytes of a uid.
const UID: usize = 16;

/// What stands in place of a session's uid in a copy that tells nobody whose it is: it cannot be turned back into that, which is
/// random, and is the same for each copy.
pub fn anonymous_uid(uid: &str) -> String {
    hex(&Sha256::digest(format!("bendwise anonymous {uid}"))[..UID])
}

/// Whether a text can be the uid of a session or a person.
pub fn is_uid(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_like_an_id_is_known() {
        for (text, is_one) in [
            ("2026-11-22", true),
            ("1999-01-01ab", true),
            ("2026-11-22B", true),
            ("2026-13-22", false),
            ("2026", false),
        ] {
            assert_eq!(is_like_id(text), is_one, "{text}");
        }
        assert!(!is_like_id("2026-11-22 at home") && !is_like_id("zwölfter November"));
    }

    #[test]
    fn ids_count_through_the_alphabet_and_on() {
        let day = "2026-11-22";
        let tell = |number| id(day, number).split_off(day.len());
        assert_eq!([0, 1, 25, 26, 27, 700].map(tell), ["", "b", "z", "ba", "bb", "bay"]);
        for count in 0..2000 {
            assert_eq!(number(day, &id(day, count)), Some(count));
            assert!(is_plain(&id(day, count)));
        }
    }

    #[test]
    fn other_days_and_other_names_are_none_of_this_day() {
        for other in ["2026-11-21", "2026-11-22-old", "2026-11-22B", "last", ""] {
            assert_eq!(number("2026-11-22", other), None, "{other}");
        }
        for trap in ["..", "a/b", "a\\b", "", "C:", &"a".repeat(40)] {
            assert!(!is_plain(trap), "{trap}");
        }
    }
}
