//! Text rendering: a font, and a second one for rarer letters, with a cache of their glyphs.
//!
//! Rasterising a glyph costs more than copying it to the canvas, and the screen shows the same few words thirty times a
//! second. So each glyph of each size is cached until the window changes its size.

use std::collections::HashMap;
use std::sync::OnceLock;

use fontdue::{Font, FontSettings, Metrics};

use crate::screen::spelling::{is_in_second, legible};

/// Inter SemiBold with tabular figures: the digits of a changing number do not move. Licence: `assets/fonts/OFL.txt`.
const FONT: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");

/// The same font's Greek, Cyrillic and rarer Latin letters. Most people never need them, so it is read with the first of them.
const SECOND: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold-more.ttf");

/// Height of a capital letter or digit in this font, relative to the font size.
pub const CAP_HEIGHT: f32 = 2048.0 / 2816.0;

/// Line spacing, relative to the font size.
pub const LINE_HEIGHT: f32 = 1.18;

/// The built-in font cannot be read: the build is broken.
#[derive(Debug, thiserror::Error)]
#[error("the built-in font cannot be read: {0}")]
pub struct FontError(&'static str);

/// A rasterised glyph: the coverage of each pixel, row by row.
#[derive(Debug)]
pub struct Glyph {
    /// The position of the bitmap and the advance to the next glyph.
    pub metrics: Metrics,
    /// Coverage, 0 to 255.
    pub coverage: Vec<u8>,
}

/// The fonts and their glyph cache.
#[derive(Debug)]
pub struct Letters {
    font: Font,
    /// `None` in it if it is no font.
    second: OnceLock<Option<Font>>,
    glyphs: HashMap<(char, u32), Glyph>,
}

impl Letters {
    /// Reads the built-in font.
    ///
    /// # Errors
    /// If the built-in font is not a font.
    pub fn new() -> Result<Self, FontError> {
        let font = Font::from_bytes(FONT, FontSettings::default()).map_err(FontError)?;
        Ok(Self { font, second: OnceLock::new(), glyphs: HashMap::new() })
    }

    /// Clears the cache, which would keep sizes that are no longer used.
    pub fn forget(&mut self) {
        self.glyphs.clear();
    }

    /// The glyph of a character at a font size in pixels.
    pub fn glyph(&mut self, letter: char, size: f32) -> &Glyph {
        let Self { font, second, glyphs } = self;
        glyphs.entry((letter, size.to_bits())).or_insert_with(|| {
            let (metrics, coverage) = font_of(letter, font, second).rasterize(letter, size);
            Glyph { metrics, coverage }
        })
    }

    /// Whether one of the fonts has this character.
    pub fn has(&self, letter: char) -> bool {
        font_of(letter, &self.font, &self.second).has_glyph(letter)
    }

    /// Width of a text as it is written (`super::spelling`) at a font size, both in pixels.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |letter| font_of(letter, &self.font, &self.second).metrics(letter, size).advance_width;
        legible(text).chars().map(advance).sum()
    }

    /// The largest size up to `size` at which the text, in one line, is not wider than `width`.
    pub fn within(&self, text: &str, size: f32, width: f32) -> f32 {
        size.min(width / self.width(text, 1.0).max(f32::EPSILON))
    }

    /// The text, or as much of its beginning as is not wider than `width` with an ellipsis.
    pub fn elided(&self, text: &str, size: f32, width: f32) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let mut kept = text.to_owned();
        while kept.pop().is_some() {
            let cut = format!("{}…", kept.trim_end());
            if self.width(&cut, size) <= width {
                return cut;
            }
        }
        String::new()
    }

    /// Wraps a text at its spaces into lines not wider than `width`; a path that is wider also after a separator, any other word
    /// that is wider is kept.
    pub fn wrap<'t>(&self, text: &'t str, size: f32, width: f32) -> Vec<&'t str> {
        let mut lines = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let line = self.first_line(rest, size, width);
            lines.push(line);
            rest = rest[line.len()..].trim_start();
        }
        lines
    }

    /// The largest size up to `size` at which the wrapped text fits a box, and its lines.
    pub fn fit<'t>(&self, text: &'t str, size: f32, width: f32, height: f32) -> (f32, Vec<&'t str>) {
        const SMALLEST: f32 = 4.0;
        let mut size = size;
        loop {
            let lines = self.wrap(text, size, width);
            let tall = lines.len() as f32 * size * LINE_HEIGHT;
            let wide = lines.iter().map(|line| self.width(line, size)).fold(0.0, f32::max);
            if size <= SMALLEST || (tall <= height && wide <= width) {
                return (size, self.balance(text, size, wide, lines));
            }
            size *= 0.95;
        }
    }

    /// Wraps to the same number of lines at better places: after a comma, colon or full stop if possible, otherwise so
    /// that no line is much shorter than the others.
    fn balance<'t>(&self, text: &'t str, size: f32, width: f32, lines: Vec<&'t str>) -> Vec<&'t str> {
        const NARROWER: f32 = 0.94;
        let mut balanced = lines;
        let mut width = width * NARROWER;
        while balanced.len() > 1 && !ends_a_phrase(&balanced) {
            let narrow = self.wrap(text, size, width);
            if narrow.len() > balanced.len() || narrow.iter().any(|line| self.width(line, size) > width) {
                break;
            }
            balanced = narrow;
            width *= NARROWER;
        }
        balanced
    }

    fn first_line<'t>(&self, text: &'t str, size: f32, width: f32) -> &'t str {
        let ends = text.match_indices(' ').map(|(at, _)| at).chain([text.len()]);
        let mut line = None;
        for end in ends {
            if line.is_some() && self.width(&text[..end], size) > width {
                break;
            }
            line = Some(&text[..end]);
        }
        let line = line.unwrap_or(text);
        self.start_of_path(line, size, width).unwrap_or(line)
    }

    /// As much of a single word as is not wider and ends at a separator of folders; `None` if the word fits or has none.
    fn start_of_path<'t>(&self, word: &'t str, size: f32, width: f32) -> Option<&'t str> {
        if word.contains(' ') || self.width(word, size) <= width {
            return None;
        }
        let mut separators = word.match_indices(['/', '\\']).map(|(at, _)| &word[..=at]);
        separators.rfind(|start| start.len() < word.len() && self.width(start, size) <= width)
    }
}

/// The font that has this letter, if one has it.
fn font_of<'f>(letter: char, first: &'f Font, second: &'f OnceLock<Option<Font>>) -> &'f Font {
    if !is_in_second(letter) {
        return first;
    }
    second.get_or_init(|| Font::from_bytes(SECOND, FontSettings::default()).ok()).as_ref().unwrap_or(first)
}

/// Whether a line other than the last ends where a reader would pause.
fn ends_a_phrase(lines: &[&str]) -> bool {
    lines.split_last().is_some_and(|(_, before)| before.iter().any(|line| line.ends_with([',', ':', '.'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::spelling::is_in_first;

    #[test]
    fn every_letter_that_counts_as_there_is_in_its_font_and_nothing_is_ever_a_box() {
        let letters = Letters::new().unwrap();
        let second = Font::from_bytes(SECOND, FontSettings::default()).unwrap();
        for letter in ' '..='\u{2ffff}' {
            assert_eq!(is_in_first(letter), letters.font.has_glyph(letter), "{letter:?}");
            assert_eq!(is_in_second(letter), second.has_glyph(letter), "{letter:?}");
            let written = legible(letter.encode_utf8(&mut [0; 4])).into_owned();
            assert!(written.chars().all(|letter| letters.has(letter)), "{letter:?}: {written}");
        }
    }

    #[test]
    fn letters_of_the_second_font_are_as_large_as_those_of_the_first() {
        let mut letters = Letters::new().unwrap();
        for (one, other) in [('A', 'А'), ('H', 'Η'), ('o', 'о'), ('p', 'р')] {
            let [first, second] = [one, other].map(|letter| letters.glyph(letter, 100.0).metrics);
            assert!(first.height.abs_diff(second.height) <= 1 && first.ymin.abs_diff(second.ymin) <= 1, "{other}");
            assert!((first.advance_width - second.advance_width).abs() < 1.0, "{other}");
        }
    }

    #[test]
    fn figures_are_as_wide_as_each_other() {
        let letters = Letters::new().unwrap();
        let one = letters.width("1", 100.0);
        assert!("0123456789".chars().all(|figure| (letters.width(&figure.to_string(), 100.0) - one).abs() < 0.2));
    }

    #[test]
    fn capitals_and_figures_are_as_high_as_said() {
        let mut letters = Letters::new().unwrap();
        for letter in ['H', '7'] {
            let height = letters.glyph(letter, 100.0).metrics.height as f32;
            assert!((height - 100.0 * CAP_HEIGHT).abs() <= 1.5, "{letter}: {height}");
        }
    }

    #[test]
    fn breaks_lines_at_spaces_only() {
        let letters = Letters::new().unwrap();
        let text = "See a physiotherapist before you start";
        let lines = letters.wrap(text, 20.0, 180.0);
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| letters.width(line, 20.0) <= 180.0));
    }

    #[test]
    fn a_path_goes_on_in_the_next_line_after_a_separator() {
        let letters = Letters::new().unwrap();
        for text in
            ["Written to /home/somebody/reports/bendwise-2026.html", r"C:\Users\Somebody\Documents\bendwise-2026.html"]
        {
            let lines = letters.wrap(text, 20.0, 220.0);
            assert!(lines.len() > 1 && lines.iter().all(|line| letters.width(line, 20.0) <= 220.0), "{lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
        assert_eq!(letters.wrap("and/or", 20.0, 220.0), ["and/or"]);
    }

    #[test]
    fn shrinks_a_text_until_it_fits() {
        let letters = Letters::new().unwrap();
        let (size, lines) = letters.fit("Physiotherapist", 40.0, 100.0, 40.0);
        assert!(size < 40.0 && lines.len() == 1);
        assert!(letters.width(lines[0], size) <= 100.0);
    }

    #[test]
    fn no_word_stands_alone_in_the_last_line() {
        let letters = Letters::new().unwrap();
        let (_, lines) = letters.fit("Stop if it hurts at all please", 20.0, 240.0, 60.0);
        assert_eq!(lines, ["Stop if it hurts", "at all please"]);
    }

    #[test]
    fn lines_end_where_a_reader_would_pause() {
        let letters = Letters::new().unwrap();
        let (_, lines) = letters.fit("I can’t see your back: move your arms forward", 20.0, 300.0, 60.0);
        assert_eq!(lines, ["I can’t see your back:", "move your arms forward"]);
    }
}
