//! Texts from outside, a person's name above all, in the letters that the window's font has.
//!
//! The font has Latin letters and a few signs (`assets/fonts/README.md`). Greek and Cyrillic are written letter by letter in Latin
//! ones, letters with marks that it lacks without them. Of any other script only the person knows how it is read, so nothing is made
//! up: an ellipsis says that something is left out. A box never stands for a letter.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// What stands for letters that cannot be written.
const LEFT_OUT: char = '…';

/// The window's spelling of a text: the text itself, if the font has all of its letters.
pub fn legible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_in_font) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    let mut before = None;
    for letter in text.chars() {
        match spelt(before, letter) {
            Some(latin) if latin.starts_with(LEFT_OUT) && written.ends_with(LEFT_OUT) => {}
            Some(latin) => written.push_str(&latin),
            None if written.ends_with(LEFT_OUT) => {}
            None => written.push(LEFT_OUT),
        }
        before = Some(letter);
    }
    Cow::Owned(written)
}

/// Whether nothing of a text is left out.
pub fn is_legible(text: &str) -> bool {
    text.chars().all(|letter| spelt(None, letter).is_some())
}

/// Whether the font has this letter (a test of `text.rs` holds it against the font).
pub(super) fn is_in_font(letter: char) -> bool {
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

/// A letter in those of the font, after the one `before` it: empty for what only changes others. `None` if it cannot be written.
fn spelt(before: Option<char>, letter: char) -> Option<String> {
    if is_in_font(letter) {
        return Some(letter.to_string());
    }
    let small = letter.to_lowercase().next()?;
    let latin = match sign(small).or_else(|| greek(before, small)).or_else(|| cyrillic(small)) {
        Some(latin) => latin.to_owned(),
        None if is_in_font(small) => small.to_string(), // of ẞ, which the font lacks
        None => spelt(before, without_marks(small)?)?,
    };
    Some(if letter.is_uppercase() { capitalised(&latin) } else { latin })
}

/// The letter that this one is with its marks taken off, as Unicode decomposes it; `None` if it has none.
fn without_marks(letter: char) -> Option<char> {
    letter.nfd().next().filter(|base| *base != letter && base.is_alphabetic())
}

fn capitalised(latin: &str) -> String {
    let mut letters = latin.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Spaces, signs that the font has in another shape, and what only changes the letter before it: marks, joiners, variants.
fn sign(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => "",
        '\u{2010}' | '\u{2011}' => "-",
        '\u{2b9}' | '\u{2bc}' | '\u{201a}' => "’",
        '\u{2ba}' | '\u{201e}' => "“",
        space if space.is_whitespace() => " ",
        _ => return None,
    })
}

/// A small Greek letter by ISO 843, in which υ is u after α, ε and ο; η and ω have no second mark.
fn greek(before: Option<char>, letter: char) -> Option<&'static str> {
    let is_second = before.is_some_and(|before| "αεοΑΕΟ".contains(before));
    Some(match letter {
        'α' => "a",
        'ά' => "á",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'έ' => "é",
        'ζ' => "z",
        'η' | 'ή' => "ī",
        'θ' => "th",
        'ι' => "i",
        'ί' => "í",
        'ϊ' | 'ΐ' => "ï",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' => "o",
        'ό' => "ó",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' if is_second => "u",
        'ύ' if is_second => "ú",
        'υ' => "y",
        'ύ' => "ý",
        'ϋ' | 'ΰ' => "ÿ",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        'ω' | 'ώ' => "ō",
        _ => return None,
    })
}

/// A small Cyrillic letter by ISO 9, without a mark where the font lacks it; what only Serbian and Macedonian have, as these write it
/// in Latin letters.
fn cyrillic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' | 'ѓ' => "g",
        'д' => "d",
        'ђ' => "đ",
        'е' => "e",
        'ё' => "ë",
        'є' => "ê",
        'ж' => "ž",
        'з' | 'ѕ' => "z",
        'и' => "i",
        'і' => "ì",
        'ї' => "ï",
        'й' | 'ј' => "j",
        'к' | 'ќ' => "k",
        'л' => "l",
        'љ' => "lj",
        'м' => "m",
        'н' => "n",
        'њ' => "nj",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'ћ' => "ć",
        'у' => "u",
        'ў' => "ŭ",
        'ф' => "f",
        'х' => "h",
        'ц' => "c",
        'ч' => "č",
        'џ' => "dž",
        'ш' => "š",
        'щ' => "ŝ",
        'ъ' => "”",
        'ы' => "y",
        'ь' => "’",
        'э' => "è",
        'ю' => "û",
        'я' => "â",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_the_letters_of_the_font() {
        for (name, written) in [
            ("Zoë Łukasz", "Zoë Łukasz"),
            ("Ελένη Παπαδοπούλου", "Elénī Papadopoúlou"),
            ("ΘΟΔΩΡΟΣ", "ThODŌROS"),
            ("Наталья Щукина", "Natal’â Ŝukina"),
            ("Љубица Ђорђевић", "Ljubica Đorđević"),
            ("Ștefan Nguyễn", "Stefan Nguyen"),
            ("Ἀθηνᾶ Ѝ", "Athīna I"),
            ("GROẞ", "GROSS"),
            ("Zoe\u{308}", "Zoe"),
            ("Knie\u{3000}links", "Knie links"),
        ] {
            assert_eq!((legible(name), is_legible(name)), (written.into(), true));
        }
    }

    #[test]
    fn what_cannot_be_written_is_left_out_and_said_to_be() {
        for (name, written) in
            [("李小龙", "…"), ("Anna 李 小", "Anna … …"), ("محمد!", "…!"), ("a\u{fffd}b…", "a…b…"), ("李…", "…")]
        {
            assert_eq!((legible(name), is_legible(name)), (written.into(), false));
        }
    }
}
