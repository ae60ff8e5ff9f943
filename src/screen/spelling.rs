//! Texts from outside, a person's name above all, in the letters that the window's font has.
//!
//! The font has Latin letters and a few signs (`assets/fonts/README.md`). Greek and Cyrillic are written letter by letter in Latin
//! ones, Latin letters with rarer marks without them. Of any other script only the person knows how it is read, so nothing is made
//! up: an ellipsis says that something is left out. A box never stands for a letter.

use std::borrow::Cow;

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
    let latin = match is_in_font(small) {
        true => small.to_string(), // of ẞ, which the font lacks
        false => sign(small).or(without_mark(small)).or(greek(before, small)).or(cyrillic(small))?.to_owned(),
    };
    Some(if letter.is_uppercase() { capitalised(&latin) } else { latin })
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

/// A small Latin letter without its mark, as Unicode decomposes it; of the pairs from U+1E00 on every second is small.
fn without_mark(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{1ce}' | '\u{1fb}' | '\u{200}'..='\u{203}' | '\u{227}' | '\u{1e01}' | '\u{1ea0}'..='\u{1eb7}' => "a",
        '\u{1e02}'..='\u{1e07}' => "b",
        '\u{1e09}' => "c",
        '\u{1e0a}'..='\u{1e13}' => "d",
        '\u{204}'..='\u{207}' | '\u{229}' | '\u{1e14}'..='\u{1e1d}' | '\u{1eb8}'..='\u{1ec7}' => "e",
        '\u{1e1f}' => "f",
        '\u{1e7}' | '\u{1f5}' | '\u{1e21}' => "g",
        '\u{21f}' | '\u{1e22}'..='\u{1e2b}' => "h",
        '\u{1d0}' | '\u{208}'..='\u{20b}' | '\u{1e2c}'..='\u{1e2f}' | '\u{1ec8}'..='\u{1ecb}' => "i",
        '\u{1e9}' | '\u{1e30}'..='\u{1e35}' => "k",
        '\u{1e36}'..='\u{1e3d}' => "l",
        '\u{1e3e}'..='\u{1e43}' => "m",
        '\u{1f9}' | '\u{1e44}'..='\u{1e4b}' => "n",
        '\u{1a1}' | '\u{1d2}' | '\u{1eb}'..='\u{1ed}' | '\u{20c}'..='\u{20f}' | '\u{22a}'..='\u{231}' => "o",
        '\u{1e4c}'..='\u{1e53}' | '\u{1ecc}'..='\u{1ee3}' => "o",
        '\u{1e54}'..='\u{1e57}' => "p",
        '\u{210}'..='\u{213}' | '\u{1e58}'..='\u{1e5f}' => "r",
        '\u{219}' | '\u{1e60}'..='\u{1e69}' => "s",
        '\u{21b}' | '\u{1e6a}'..='\u{1e71}' => "t",
        '\u{1b0}' | '\u{1d4}'..='\u{1dc}' | '\u{214}'..='\u{217}' => "u",
        '\u{1e72}'..='\u{1e7b}' | '\u{1ee4}'..='\u{1ef1}' => "u",
        '\u{1e7c}'..='\u{1e7f}' => "v",
        '\u{1e80}'..='\u{1e89}' => "w",
        '\u{1e8a}'..='\u{1e8d}' => "x",
        '\u{233}' | '\u{1e8f}' | '\u{1ef2}'..='\u{1ef9}' => "y",
        '\u{1e90}'..='\u{1e95}' => "z",
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
