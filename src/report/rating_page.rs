//! The page with the agreement of raters and program; the template `assets/report/rating.html` only inserts it.

use std::io::{self, Write};

use askama::Template;

use crate::agreement::{shown, whole_percent};
use crate::i18n::{RatingWords, Words, fill};
use crate::rating::{FEW_PERSONS, KappaEstimate, PairScore, PersonUnit, RESAMPLES, RatingScore};
use crate::screen::theme::UNKNOWN;

/// The page.
#[derive(Template)]
#[template(path = "rating.html", config = "assets/report/askama.toml")]
struct RatingPage<'s> {
    words: &'s RatingWords,
    language: &'static str,
    facts: Vec<(&'s str, String)>,
    sentence: String,
    difference: Option<String>,
    tiles: Vec<KappaTile<'s>>,
    classes: [&'s str; 3],
    pairs: Vec<PairSection<'s>>,
    judges: Vec<(String, [u32; 5])>,
    notes: Vec<String>,
    safety: &'s str,
    versions: String,
}

/// A mean kappa with its name.
struct KappaTile<'s> {
    name: &'s str,
    value: String,
    interval: String,
}

/// Two judges.
struct PairSection<'s> {
    name: String,
    count: u32,
    left_out: u32,
    opposite: u32,
    /// Agreement and the three kappas, each with its interval.
    values: Vec<(String, String)>,
    /// Rows of counts with the kind of each cell.
    table: Vec<(&'s str, Vec<(u32, &'static str)>)>,
    caption: String,
}

/// Writes the page of a score.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_rating(score: &RatingScore, words: &Words, mut out: impl Write) -> io::Result<()> {
    let page = RatingPage::of(score, words).render().map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

impl<'s> RatingPage<'s> {
    fn of(score: &RatingScore, words: &'s Words) -> Self {
        let own = &words.rating;
        let classes = [own.hips.as_str(), &own.mixed, &own.back];
        let judge = |judge: &crate::rating::JudgeCounts| {
            let [hips, mixed, back] = judge.verdicts;
            (shown(&judge.name), [hips, mixed, back, judge.cannot_tell, judge.missing])
        };
        let measured: Vec<String> = score.measured_by.iter().map(|version| shown(version)).collect();
        let measured = fill(&own.measured, &[("versions", &measured.join(", "))]);
        Self {
            words: own,
            language: words.language().code(),
            facts: facts(score, own),
            sentence: sentence(score, own),
            difference: compared(score, own),
            tiles: tiles(score, own),
            classes,
            pairs: score.pairs.iter().map(|pair| PairSection::of(score, pair, own, classes)).collect(),
            judges: score.judges.iter().map(judge).collect(),
            notes: notes(score, own),
            safety: &words.safety.line,
            versions: format!("bendwise {} · {measured}", env!("CARGO_PKG_VERSION")),
        }
    }
}

impl<'s> PairSection<'s> {
    fn of(score: &RatingScore, pair: &PairScore, words: &RatingWords, classes: [&'s str; 3]) -> Self {
        let [first, second] = score.names(pair).map(shown);
        let mut values = vec![percent(pair.agreement, words)];
        values.extend(pair.kappa.map(|kappa| (value(kappa, words), short_interval(kappa, words))));
        let row = |(one, counts): (usize, &[u32; 3])| {
            let cells = counts.iter().enumerate().map(|(other, count)| (*count, kind(one, other, *count)));
            (classes[one], cells.collect())
        };
        Self {
            name: format!("{first} · {second}"),
            count: pair.table.count(),
            left_out: pair.left_out,
            opposite: pair.table.opposite(),
            values,
            table: pair.table.0.iter().enumerate().map(row).collect(),
            caption: fill(&words.table_text, &[("first", &first), ("second", &second)]),
        }
    }
}

/// How a cell of a table looks.
fn kind(one: usize, other: usize, count: u32) -> &'static str {
    match (one.abs_diff(other), count) {
        (0, _) => "alike",
        (_, 0) => "zero",
        (2, _) => "far",
        _ => "near",
    }
}

fn facts<'s>(score: &RatingScore, words: &'s RatingWords) -> Vec<(&'s str, String)> {
    let raters: Vec<String> =
        score.judges.iter().filter(|judge| judge.file.is_some()).map(|judge| shown(&judge.name)).collect();
    let clips = fill(&words.clips_text, &[("clips", &score.clips), ("persons", &persons(score, words))]);
    vec![(&words.clips, clips), (&words.raters, raters.join(", ")), (&words.set, shown(&score.set))]
}

fn persons(score: &RatingScore, words: &RatingWords) -> String {
    let template = match (score.unit, score.persons) {
        (PersonUnit::Person, 1) => &words.one_person,
        (PersonUnit::Person, _) => &words.persons,
        (PersonUnit::Session, 1) => &words.one_session,
        (PersonUnit::Session, _) => &words.sessions,
    };
    fill(template, &[("count", &score.persons)])
}

fn sentence(score: &RatingScore, words: &RatingWords) -> String {
    let program = score.with_program.value.map(|value| number(words, value));
    let raters = score.between_raters.and_then(|estimate| estimate.value).map(|value| number(words, value));
    match (program, raters) {
        (Some(program), Some(raters)) => fill(&words.head_compared, &[("program", &program), ("raters", &raters)]),
        (Some(program), None) => fill(&words.head_one, &[("program", &program)]),
        (None, _) => words.head_undefined.clone(),
    }
}

/// What can be compared: the kappas over the clips that all judged, where these are not all, and their difference.
fn compared(score: &RatingScore, words: &RatingWords) -> Option<String> {
    let common = score.common_apart().map(|common| {
        let [program, raters] = [common.with_program, common.between_raters].map(|estimate| value(estimate, words));
        fill(&words.common_text, &[("clips", &common.clips), ("program", &program), ("raters", &raters)])
    });
    let difference = score.common.and_then(|common| difference(common.difference, words));
    let told: Vec<String> = common.into_iter().chain(difference).collect();
    (!told.is_empty()).then(|| told.join(". "))
}

fn difference(estimate: KappaEstimate, words: &RatingWords) -> Option<String> {
    let value = signed(words, estimate.value?);
    Some(match estimate.interval_95.map(|ends| ends.map(|value| signed(words, value))) {
        Some([low, high]) => fill(&words.difference_text, &[("difference", &value), ("low", &low), ("high", &high)]),
        None => fill(&words.difference_bare, &[("difference", &value)]),
    })
}

fn tiles<'s>(score: &RatingScore, words: &'s RatingWords) -> Vec<KappaTile<'s>> {
    let tile = |name: &'s str, estimate: KappaEstimate| {
        let interval = estimate.interval_95.map_or_else(
            || words.no_interval.clone(),
            |ends| {
                let [low, high] = ends.map(|value| number(words, value));
                fill(&words.interval, &[("low", &low), ("high", &high)])
            },
        );
        KappaTile { name, value: value(estimate, words), interval }
    };
    let program = tile(&words.with_program, score.with_program);
    let between = score.between_raters.map(|estimate| tile(&words.between_raters, estimate));
    [Some(program), between].into_iter().flatten().collect()
}

fn notes(score: &RatingScore, words: &RatingWords) -> Vec<String> {
    let is_undefined = score.pairs.iter().any(|pair| pair.kappa[0].value.is_none());
    let by_session = score.unit == PersonUnit::Session && score.persons > 1;
    let unit = if score.unit == PersonUnit::Person { &words.unit_persons } else { &words.unit_sessions };
    let interval = fill(&words.note_interval, &[("draws", &RESAMPLES), ("unit", unit)]);
    let few = fill(&words.note_few, &[("few", &FEW_PERSONS), ("unit", unit)]);
    [
        (is_undefined, &words.note_undefined),
        (true, &interval),
        (score.persons == 1, &words.note_one),
        ((2..FEW_PERSONS).contains(&score.persons), &few),
        (by_session, &words.note_sessions),
        (true, &words.note_missing),
        (true, &words.note_spread),
        (true, &words.note_truth),
    ]
    .into_iter()
    .filter(|(applies, _)| *applies)
    .map(|(_, note)| note.clone())
    .collect()
}

/// A kappa to hundredths.
fn value(estimate: KappaEstimate, words: &RatingWords) -> String {
    estimate.value.map_or_else(|| words.undefined.clone(), |value| number(words, value))
}

fn short_interval(estimate: KappaEstimate, words: &RatingWords) -> String {
    estimate.interval_95.map_or_else(|| UNKNOWN.to_owned(), |ends| ends.map(|value| number(words, value)).join(" – "))
}

fn percent(estimate: KappaEstimate, words: &RatingWords) -> (String, String) {
    let whole = |value: f64| format!("{:.0}", value * 100.0);
    let value =
        estimate.value.map_or_else(|| words.undefined.clone(), |value| format!("{:.0} %", whole_percent(value)));
    (value, estimate.interval_95.map_or_else(|| UNKNOWN.to_owned(), |ends| ends.map(whole).join(" – ") + " %"))
}

/// Two decimals, with a true minus and none for zero.
fn number(words: &RatingWords, value: f64) -> String {
    let text = format!("{:.2}", (value * 100.0).round() / 100.0 + 0.0);
    words.language.number(&text).replace('-', "−")
}

fn signed(words: &RatingWords, value: f64) -> String {
    let text = number(words, value);
    if text.starts_with('−') || text.trim_matches(['0', '.', ',']).is_empty() { text } else { format!("+{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use crate::rating::fixtures::scored;

    fn page(score: &RatingScore, language: Language) -> String {
        let mut page = Vec::new();
        write_rating(score, &Words::read(language).unwrap(), &mut page).unwrap();
        String::from_utf8(page).unwrap()
    }

    const CLASSES: [&str; 8] = ["hips", "mixed", "back", "hips", "back", "hips", "mixed", "back"];

    #[test]
    fn the_page_tells_the_kappas_and_needs_no_script() {
        let score = scored(&CLASSES, &[("A", &CLASSES), ("B<i>", &CLASSES)]);
        for (language, parts) in [
            (Language::English, ["with a kappa of 1.00, the raters", "2 persons", "Fewer than 10 persons"]),
            (Language::German, ["mit einem Kappa von 1,00 einig, die", "2 Personen", "Weniger als 10 Personen"]),
        ] {
            let told = page(&score, language);
            assert!(parts.iter().all(|part| told.contains(part)), "{told}");
            let (_, body) = told.split_once("</style>").unwrap();
            assert!(!told.contains("<script") && !body.contains("B<i>") && !body.contains('{'), "{language:?}");
        }
    }

    #[test]
    fn kappas_over_other_clips_are_told_over_the_same_ones_too() {
        let program = ["hips", "mixed", "back", "hips", "none", "none"];
        let other = ["hips", "mixed", "back", "hips", "back", "hips"];
        let score = scored(&program, &[("A", &["hips", "mixed", "back", "hips", "hips", "back"]), ("B", &other)]);
        let told = page(&score, Language::English);
        assert!(told.contains("Over the 4 clips that all judged: bendwise with the raters 1.00, "), "{told}");
        assert!(told.contains("the raters with each other 1.00. Difference 0.00"), "{told}");
        let alike = page(&scored(&CLASSES, &[("A", &CLASSES), ("B", &CLASSES)]), Language::English);
        assert!(!alike.contains("that all judged") && alike.contains("Difference 0.00"), "{alike}");
    }

    #[test]
    fn an_undefined_kappa_is_said_and_explained() {
        let told = page(&scored(&["hips"; 4], &[("A", &["hips"; 4])]), Language::English);
        for part in [
            "Kappa of bendwise with the raters is undefined",
            "<b>undefined</b>",
            "100 %",
            "Add bends",
            "of one person",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!told.contains("NaN"));
    }

    #[test]
    fn numbers_have_two_decimals_and_a_true_minus() {
        let words = Words::read(Language::English).unwrap().rating;
        let numbers = [0.828, -0.004, -0.1, 1.0].map(|value| number(&words, value));
        assert_eq!(numbers, ["0.83", "0.00", "−0.10", "1.00"]);
        assert_eq!([0.1, -0.1, 0.0].map(|value| signed(&words, value)), ["+0.10", "−0.10", "0.00"]);
        let spanish = Words::read(Language::Spanish).unwrap().rating;
        assert_eq!([0.1, 0.0].map(|value| signed(&spanish, value)), ["+0,10", "0,00"]);
    }
}
