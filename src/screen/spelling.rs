//! Which letters the window can write, and what it writes for the others: a person's name is in any script, and a box never stands for a
//! letter.
//!
//! The fonts have Latin, Greek and Cyrillic letters and a few signs (`assets/fonts/README.md`). Of another script only the person knows
//! how it would be read in these, so nothing is made up: an ellipsis says that something is left out.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// What stands for letters that cannot be written.
const LEFT_OUT: char = '…';

/// A text as the window writes it: the text itself, if the fonts have all of its letters.
pub fn legible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_in_a_font) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    for letter in text.nfc().filter_map(spelt) {
        if letter != LEFT_OUT || !written.ends_with(LEFT_OUT) {
            written.push(letter);
        }
    }
    Cow::Owned(written)
}

/// Whether no letter of a text is left out. Marks may be, so that two names can be written alike.
pub fn is_legible(text: &str) -> bool {
    text.nfc().all(|letter| letter == LEFT_OUT || spelt(letter) != Some(LEFT_OUT))
}

/// What is written for a letter: the letter, or the one that it is without its marks. `None` for what only changes the letter before
/// it: marks, joiners, variants.
fn spelt(letter: char) -> Option<char> {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => None,
        letter if is_in_a_font(letter) => Some(letter),
        space if space.is_whitespace() => Some(' '),
        letter => Some(letter.nfd().next().filter(|base| is_in_a_font(*base)).unwrap_or(LEFT_OUT)),
    }
}

fn is_in_a_font(letter: char) -> bool {
    is_in_first(letter) || is_in_second(letter)
}

/// Whether the first font has this letter (a test of `text.rs` holds these two against the fonts).
pub(super) fn is_in_first(letter: char) -> bool {
    matches!(
        letter,
        ' '..='~'
            | '\u{a0}'..='\u{148}'
            | '\u{14a}'..='\u{17f}'
            | '–'
            | '—'
            | '‘'
            | '’'
            | '“'
            | '”'
            | '•'
            | '…'
            | '←'..='↓'
            | '−'
            | '≤'
            | '≥'
            | '■'
            | '▲'
            | '●'
            | '✓'
    )
}

/// Whether the second font has this letter: Latin with rarer marks, Greek, Cyrillic, and two hyphens and quotation marks.
pub(super) fn is_in_second(letter: char) -> bool {
    matches!(
        letter,
        '\u{180}'..='\u{1c3}'
            | '\u{1c5}'..='\u{24f}'
            | '\u{384}'..='\u{38a}'
            | '\u{38c}'
            | '\u{38e}'..='\u{3a1}'
            | '\u{3a3}'..='\u{3ce}'
            | '\u{400}'..='\u{49d}'
            | '\u{4a0}'..='\u{4ff}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{2010}'
            | '\u{2011}'
            | '\u{201a}'
            | '\u{201e}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_they_are_typed_as_far_as_the_fonts_have_their_letters() {
        for (name, written) in [
            ("Zoë Łukasz", "Zoë Łukasz"),
            ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
            ("Наталья Щукина", "Наталья Щукина"),
            ("Љубица Ђорђевић", "Љубица Ђорђевић"),
            ("Ștefan Nguyễn", "Ștefan Nguyễn"),
            ("GROẞ", "GROẞ"),
            ("Zoe\u{308}", "Zoë"),
            ("\u{1f19}λένη", "Ελένη"),
            ("Knie\u{3000}links", "Knie links"),
        ] {
            assert_eq!((legible(name), is_legible(name)), (written.into(), true));
        }
    }

    #[test]
    fn what_cannot_be_written_is_left_out_and_said_to_be() {
        for (name, written) in [
            ("李小龙", "…"),
            ("Anna 李 小", "Anna … …"),
            ("محمد!", "…!"),
            ("한", "…"),
            ("a\u{fffd}b…", "a…b…"),
            ("李…", "…"),
        ] {
            assert_eq!((legible(name), is_legible(name)), (written.into(), false));
        }
    }
}
