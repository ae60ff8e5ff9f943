//! Names of persons and of sessions: which are the same, and which only look the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

/// A name as it is kept: an ë is one character (NFC), and one space stands between words, whatever white space was typed.
pub(super) fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect()
}

/// Whether nothing of a name is seen by itself: it is of white space, joiners (U+200C, U+200D), letters that stand for none (Hangul
/// fillers, the Braille cell without a dot) and marks, which only stand on other letters. Nobody could tell whose name that is, and
/// where it is printed its marks stand on what is before them.
pub(super) fn is_blank(name: &str) -> bool {
    let is_seen = |letter: char| {
        let stands_for_none = matches!(letter, '\u{115f}' | '\u{1160}' | '\u{200c}' | '\u{200d}' | '\u{2800}');
        !letter.is_whitespace() && !stands_for_none && !is_combining_mark(letter)
    };
    !name.chars().any(is_seen)
}

/// Why a name that [`is_blank`] is refused.
pub(super) const BLANK: &str = "has no letter, number or sign that is seen by itself";

/// A name without what makes no difference: capitals, white space, and how accents are written. (A ß is no ss: Weiß and Weiss may both
/// practise here.)
fn plain(name: &str) -> String {
    let inside_a_word = |letter| if letter == 'ς' { 'σ' } else { letter }; // both are Σ as capitals
    normal(name).chars().flat_map(char::to_lowercase).map(inside_a_word).nfc().collect()
}

/// Whether two names differ in nothing but capitals, white space, and in how accents are written (NFC, NFD).
pub fn is_same_name(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// Whether two names look the same in print, as with a Cyrillic А in the place of a Latin one (UTS 39).
pub fn looks_same(one: &str, other: &str) -> bool {
    looks(one).into_iter().zip(looks(other)).any(|(one, other)| one == other)
}

/// How a name looks as it is written, and in small letters (the skeletons of UTS 39): two names of which one of these is the same
/// [look the same](looks_same). To find such names among many without comparing each with each.
pub fn looks(name: &str) -> [String; 2] {
    [skeleton(&normal(name)).collect(), skeleton(&plain(name)).collect()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_capitals_and_the_form_of_accents_make_no_difference() {
        assert_eq!(normal(" Zoe\u{308}\u{a0}  Lind\u{3000}"), "Zo\u{eb} Lind");
        assert!(is_same_name("Zo\u{eb} Lind", "ZOE\u{308}\u{2009}LIND") && !is_same_name("Zoe", "Zo\u{eb}"));
        assert!(is_same_name("Νίκος", "ΝΊΚΟΣ") && !is_same_name("Weiß", "Weiss"));
    }

    #[test]
    fn what_is_only_marks_joiners_and_white_space_is_no_name() {
        for blank in [
            "",
            " \u{3000}",
            "\u{301}",
            "\u{301} \u{308}",
            "\u{200d}",
            "\u{200c}\u{fe0f}",
            "\u{93e}",
            "\u{1160}",
            "\u{2800}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for name in ["a\u{301}", "Zo\u{eb}", "\u{928}\u{92e}", "7", "X\u{200d}", "\u{1f469}\u{200d}\u{1f52c}", "?"] {
            assert!(!is_blank(name), "{name:?}");
        }
    }

    #[test]
    fn letters_of_another_script_look_the_same_and_other_names_do_not() {
        for other in ["\u{410}nna", "\u{410}NNA", "\u{ff21}nna", "An\u{200d}na", "An\u{ad}na"] {
            assert!(looks_same("Anna", other) && !is_same_name("Anna", other), "{other}");
        }
        for other in ["Anne", "Hannah", "\u{c4}nna", "\u{412}\u{435}\u{440}\u{430}"] {
            assert!(!looks_same("Anna", other), "{other}");
        }
    }
}
