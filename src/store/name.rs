//! Names of persons and of sessions: which are the same, and which only look the same.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// A name as it is kept: an ë is one character (NFC), and one space stands between words, whatever white space was typed.
pub(super) fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect()
}

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
    let looks = |name: &str| [skeleton(&normal(name)).collect::<String>(), skeleton(&plain(name)).collect()];
    looks(one).into_iter().zip(looks(other)).any(|(one, other)| one == other)
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
    fn letters_of_another_script_look_the_same_and_other_names_do_not() {
        for other in ["\u{410}nna", "\u{410}NNA", "\u{ff21}nna", "An\u{200d}na", "An\u{ad}na"] {
            assert!(looks_same("Anna", other) && !is_same_name("Anna", other), "{other}");
        }
        for other in ["Anne", "Hannah", "\u{c4}nna", "\u{412}\u{435}\u{440}\u{430}"] {
            assert!(!looks_same("Anna", other), "{other}");
        }
    }
}
