//! The form for raters: one HTML file with the clips inside, in all languages. The template is
//! `assets/report/rating-form.html`; the clips are streamed between its halves, as together they may be large.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::i18n::{Language, RatingFormWords, Words};

/// Where the clips go.
const CLIPS: &str = "<!--clips-->";

/// The answers as they stand in a file of ratings, in the order of the form.
const ANSWERS: [&str; 4] = ["hips", "mixed", "back", "cannot_tell"];

/// Tables beside each other on a printed sheet. [own]: two of five columns fit on A4.
const PRINTED_COLUMNS: usize = 2;

/// Rows of a printed table. [own]: with the heading they fill A4.
const PRINTED_ROWS: usize = 34;

/// The page without its clips.
#[derive(Template)]
#[template(path = "rating-form.html", config = "assets/report/askama.toml")]
struct RatingFormPage<'w> {
    /// Each word in all languages, as HTML.
    words: &'w RatingFormWords,
    languages: [Language; Language::ALL.len()],
    language: &'static str,
    title: &'w str,
    set: &'w str,
    answers: [&'static str; 4],
    /// Numbers of clips, by sheets and columns of the printed form.
    sheets: Vec<Vec<Vec<usize>>>,
}

/// Writes the form of a set of clips, which opens in `language`.
///
/// # Errors
/// If a clip cannot be read, or `out` cannot be written.
pub fn write_rating_form(set: &str, clips: &[PathBuf], language: Language, mut out: impl Write) -> io::Result<()> {
    let all = Language::ALL.map(Words::read).into_iter().collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
    let title = all.iter().find(|words| words.language() == language).map_or("", |words| &words.rating_form.title);
    let page = RatingFormPage {
        words: &RatingFormWords::joined(
            &all.iter().map(|words| &words.rating_form).collect::<Vec<_>>(),
            in_all_languages,
        ),
        languages: Language::ALL,
        language: language.code(),
        title,
        set,
        answers: ANSWERS,
        sheets: sheets(clips.len()),
    };
    let page = page.render().map_err(io::Error::other)?;
    let (before, after) =
        page.split_once(CLIPS).ok_or_else(|| io::Error::other("the template has no place for clips"))?;
    out.write_all(before.as_bytes())?;
    for (path, number) in clips.iter().zip(1..) {
        let encoded = BASE64.encode(fs::read(path)?);
        writeln!(out, "<script type=\"text/plain\" data-clip=\"{number}\">{encoded}</script>")?;
    }
    out.write_all(after.as_bytes())
}

/// A text in all languages, of which the page shows one.
#[derive(Template)]
#[template(
    source = "{% for (language, text) in texts %}<span lang=\"{{ language.code() }}\">{{ text }}</span>{% endfor %}",
    ext = "html"
)]
struct InAllLanguages<'w> {
    texts: Vec<(Language, &'w str)>,
}

fn in_all_languages(texts: &[&str]) -> String {
    let texts = Language::ALL.into_iter().zip(texts.iter().copied()).collect();
    InAllLanguages { texts }.render().unwrap_or_default()
}

/// The numbers of clips, filled by sheets of evenly long columns.
fn sheets(clips: usize) -> Vec<Vec<Vec<usize>>> {
    let numbers: Vec<usize> = (1..=clips).collect();
    let columns = |sheet: &[usize]| {
        sheet.chunks(sheet.len().div_ceil(PRINTED_COLUMNS)).map(<[usize]>::to_vec).collect::<Vec<_>>()
    };
    numbers.chunks(PRINTED_COLUMNS * PRINTED_ROWS).map(columns).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Verdict;
    use crate::rating::Judgement;

    fn form(clips: usize, language: Language) -> String {
        let folder = tempfile::tempdir().unwrap();
        let clips: Vec<PathBuf> = (0..clips)
            .map(|clip| {
                let path = folder.path().join(format!("{clip}.mp4"));
                fs::write(&path, [0, 1, 2, clip as u8]).unwrap();
                path
            })
            .collect();
        let mut page = Vec::new();
        write_rating_form("0123abcd", &clips, language, &mut page).unwrap();
        String::from_utf8(page).unwrap()
    }

    #[test]
    fn the_form_holds_its_clips_and_all_languages_and_loads_nothing() {
        let page = form(3, Language::German);
        assert!(page.contains("<html lang=\"de\">") && page.contains("Woher kommt die Beugung?"));
        assert!(page.contains("Where does the bend come from?") && page.contains("¿De dónde viene la flexión?"));
        assert_eq!(page.matches("<script type=\"text/plain\" data-clip=").count(), 3);
        assert!(page.contains("data-clip=\"2\">AAECAQ==</script>"), "the second clip");
        assert!(page.contains("default-src 'none'") && !page.contains("http://") && !page.contains("https://"));
        assert!(!page.contains(" src=\"") && !page.contains("<link"), "something is loaded");
    }

    #[test]
    fn the_printed_form_has_a_row_for_each_clip() {
        for clips in [1, 2, 5, 40, 69] {
            let page = form(clips, Language::English);
            assert_eq!(page.matches("<th scope=\"row\">").count(), clips);
            assert_eq!(page.matches("data-answer=\"cannot_tell\"></td>").count(), clips);
        }
    }

    #[test]
    fn printed_sheets_are_filled_one_after_the_other() {
        assert_eq!(sheets(5), [[vec![1, 2, 3], vec![4, 5]]]);
        let sizes: Vec<Vec<usize>> = sheets(71).iter().map(|sheet| sheet.iter().map(Vec::len).collect()).collect();
        assert_eq!(sizes, [[34, 34], [2, 1]]);
    }

    #[test]
    fn the_answers_are_those_that_a_file_of_ratings_may_hold() {
        let judgements = [Verdict::Hips, Verdict::Mixed, Verdict::Back].map(Judgement::From);
        let words = judgements.into_iter().chain([Judgement::CannotTell]).map(Judgement::word);
        assert_eq!(words.collect::<Vec<_>>(), ANSWERS);
    }
}
