//! The report of a course of sessions; the template `assets/report/course.html` only inserts it.

use std::io::{self, Write};
use std::ops::RangeInclusive;

use askama::Template;
use jiff::Zoned;

use super::chart::{BACK, HIPS};
use super::date_chart::{self, DateChart, DatedValue, DotShape, Series};
use super::page::{errors, name, unbroken};
use super::score_section::ScoreSection;
use super::supplement::Course;
use crate::i18n::{ReportWords, Words, at_least, error, fill};
use crate::screen::theme::UNKNOWN;
use crate::store::trend::{Past, TrendPoint, TrendQuantity, detectable};

/// The most sessions in the table, and the fewest if there are as many.
const ROWS: RangeInclusive<usize> = 4..=30;

/// How many lines of tables two sheets of A4 have room for beside what every page has; a row of charts takes as much as some
/// lines. [own] Tried in three languages (`tests/cli/report_pages.rs`).
const LINES: usize = 62;
const LINES_OF_CHARTS: usize = 9;
const CHARTS_A_ROW: usize = 4;

/// What the report of a course tells.
#[derive(Debug)]
pub struct CourseReport<'r> {
    /// The sessions, oldest first; at least one.
    pub history: &'r [Past],
    /// The name of the drill.
    pub drill: &'r str,
    /// Whose sessions they are, as the person is to be called in the report.
    pub person: Option<&'r str>,
    /// Prescription and scores.
    pub course: &'r Course,
    /// The text in the language of the report.
    pub words: &'r Words,
}

/// The page.
#[derive(Template)]
#[template(path = "course.html", config = "assets/report/askama.toml")]
struct CoursePage<'r> {
    words: &'r ReportWords,
    language: &'static str,
    title: String,
    facts: Vec<(&'r str, String)>,
    /// What changed since the first session.
    changes: Vec<String>,
    course: &'r Course,
    /// Name and drawing of each quantity.
    charts: Vec<(&'r str, String)>,
    scores: Option<ScoreSection>,
    rows: Vec<CourseRow>,
    earlier: Option<String>,
    errors: String,
    versions: String,
    safety: &'r str,
}

/// A session in the table.
struct CourseRow {
    day: String,
    repetitions: usize,
    from_hips: String,
    share: String,
    depth: String,
    reach: String,
}

impl CourseReport<'_> {
    /// Writes the page.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let page = CoursePage::of(self)?.render().map_err(io::Error::other)?;
        out.write_all(page.as_bytes())
    }
}

impl<'r> CoursePage<'r> {
    fn of(report: &CourseReport<'r>) -> io::Result<Self> {
        let (words, history) = (&report.words.report, report.history);
        let scores =
            ScoreSection::of(&report.course.scores, history, report.course.later_scores.as_deref(), report.words)?;
        let most = LINES.saturating_sub(lines(report.course, scores.as_ref())).clamp(*ROWS.start(), *ROWS.end());
        let shown = &history[history.len().saturating_sub(most)..];
        let earlier = history.len() - shown.len();
        let title = if history.len() == 1 { &words.course_one } else { &words.course };
        Ok(Self {
            words,
            language: report.words.language().code(),
            title: fill(title, &[("count", &history.len())]),
            facts: facts(report),
            changes: TrendQuantity::ALL
                .into_iter()
                .filter_map(|quantity| change(quantity, history, report.words))
                .collect(),
            course: report.course,
            charts: charts(history, report.words)?,
            scores,
            rows: shown.iter().rev().map(|past| row(past, words)).collect(),
            earlier: (earlier > 0).then(|| fill(&words.earlier, &[("count", &earlier)])),
            errors: errors(words),
            versions: format!("bendwise {}", env!("CARGO_PKG_VERSION")),
            safety: &report.words.safety.line,
        })
    }
}

/// How many lines of paper the tables take that not every page has.
fn lines(course: &Course, scores: Option<&ScoreSection>) -> usize {
    let Course { terms, prescribed, ended_early, stayed, stayed_sums, .. } = course;
    let tables = [terms.len(), prescribed.len(), ended_early.len(), stayed.len(), stayed_sums.len()];
    let scores =
        scores.map_or(0, |scores| scores.rows.len() + LINES_OF_CHARTS * scores.charts.len().div_ceil(CHARTS_A_ROW));
    tables.into_iter().sum::<usize>() + scores
}

fn facts<'r>(report: &CourseReport<'r>) -> Vec<(&'r str, String)> {
    let words = &report.words.report;
    let day = |began: &Zoned| began.strftime(&words.day).to_string();
    let ends = report.history.first().zip(report.history.last());
    let span = ends.map(|(first, last)| format!("{} – {}", day(&first.began), day(&last.began)));
    let facts = [
        (words.name.as_str(), report.person.map(str::to_owned)),
        (&words.drill, Some(report.drill.to_owned())),
        (&words.course_span, span),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Every session with a value of the quantity.
fn points(quantity: TrendQuantity, history: &[Past]) -> Vec<(&Zoned, TrendPoint)> {
    history.iter().filter_map(|past| Some((&past.began, past.point(quantity)?))).collect()
}

/// The change from the first session to the last.
fn change(quantity: TrendQuantity, history: &[Past], words: &Words) -> Option<String> {
    let points: Vec<TrendPoint> = points(quantity, history).into_iter().map(|(_, point)| point).collect();
    let change = words.since_first(quantity, &points)?;
    let own = &words.report;
    Some(unbroken(&fill(&own.course_change, &[("name", &name(quantity, words)), ("change", &change)])))
}

fn charts<'r>(history: &[Past], words: &'r Words) -> io::Result<Vec<(&'r str, String)>> {
    Ok(dated_charts(history, words)?.into_iter().map(|(quantity, drawn)| (name(quantity, words), drawn)).collect())
}

/// Each quantity that has a value, over real dates.
///
/// # Errors
/// If one cannot be drawn, which is a bug.
pub(super) fn dated_charts(history: &[Past], words: &Words) -> io::Result<Vec<(TrendQuantity, String)>> {
    let mut charts = Vec::new();
    for quantity in TrendQuantity::ALL {
        let points = points(quantity, history);
        let dated = |(date, point): &(&Zoned, TrendPoint)| DatedValue {
            date: (*date).clone(),
            value: point.value.into(),
            half_width: point.half_width_90.into(),
            open: point.at_least,
        };
        let is_share = quantity == TrendQuantity::Share;
        let chart = DateChart {
            label: words.trend.quantity(quantity),
            unit: if is_share { " %" } else { "°" },
            full: quantity.full().into(),
            no_change: detectable(points.iter().map(|(_, point)| *point)).filter(|_| points.len() > 1).map(Into::into),
            is_small: false,
            series: vec![Series {
                ink: if is_share { BACK } else { HIPS },
                mark: DotShape::Circle,
                values: points.iter().map(dated).collect(),
            }],
        };
        charts.extend(date_chart::draw(&chart, &words.trend)?.map(|drawn| (quantity, drawn)));
    }
    Ok(charts)
}

fn row(past: &Past, words: &ReportWords) -> CourseRow {
    let told = |quantity| {
        let point = past.point(quantity);
        point.map_or(UNKNOWN.to_owned(), |point| unbroken(&format!("{} {}", at_least(quantity, &point), error(&point))))
    };
    CourseRow {
        day: past.began.strftime(&words.day).to_string(),
        repetitions: past.repetitions,
        from_hips: format!("{} / {}", past.from_hips, past.judged),
        share: told(TrendQuantity::Share),
        depth: told(TrendQuantity::Depth),
        reach: told(TrendQuantity::Reach),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use crate::report::{PrescribedWork, ScoreLine, StayedQuantity};
    use crate::store::Instrument;

    fn past(day: usize) -> Past {
        let began = format!("2026-{:02}-{:02}T09:00+01:00[+01:00]", 1 + day / 28, 1 + day % 28).parse().unwrap();
        let point = |value| Some(TrendPoint { value, half_width_90: 6.0, at_least: false });
        let (share, depth) = (point(60.0 - day as f32), point(50.0));
        Past { id: day.to_string(), began, repetitions: 10, judged: 9, from_hips: 5, share, depth, reach: None }
    }

    fn page(sessions: usize, language: Language) -> String {
        let history: Vec<_> = (0..sessions).map(past).collect();
        let score = |instrument, first: f32| {
            let points = history.iter().enumerate().map(|(at, past)| (past.began.clone(), first - 0.1 * at as f32));
            ScoreLine { instrument, item: None, version: None, points: points.collect() }
        };
        let course = Course {
            prescribed: vec![PrescribedWork {
                name: "Bow <b>".to_owned(),
                prescribed: "20".to_owned(),
                done: "12".to_owned(),
            }],
            ended_early: vec!["Ended in set 2".to_owned()],
            stayed: vec![StayedQuantity {
                day: "2 January 2026".to_owned(),
                name: "What stayed <b>".to_owned(),
                retained: "20°".to_owned(),
                practised: "18°".to_owned(),
                session: "2026-01-01".to_owned(),
                outcome: "no sure change".to_owned(),
            }],
            scores: vec![score(Instrument::NrsBefore, 6.0), score(Instrument::NrsAfter, 5.0)],
            ..Course::default()
        };
        let words = Words::read(language).unwrap();
        let report =
            CourseReport { history: &history, drill: "Bow", person: Some("Ada"), course: &course, words: &words };
        let mut page = Vec::new();
        report.write(&mut page).unwrap();
        if let Some(folder) = std::env::var_os("BENDWISE_LOOK") {
            std::fs::write(
                std::path::Path::new(&folder).join(format!("course-{sessions}-{}.html", language.code())),
                &page,
            )
            .unwrap();
        }
        String::from_utf8(page).unwrap()
    }

    #[test]
    fn a_course_tells_each_session_and_what_changed_since_the_first() {
        for (language, parts) in [
            (Language::English, ["report of 45 sessions", "44\u{a0}% less than in the first", "no sure change"]),
            (
                Language::German,
                ["Bericht von 45 Sitzungen", "44\u{a0}% weniger als in der ersten", "keine sichere Änderung"],
            ),
        ] {
            let told = page(45, language);
            assert!(parts.iter().all(|part| told.contains(part)), "{told}");
            assert_eq!(told.matches("5 / 9").count(), *ROWS.end());
            assert!(
                !told.contains("<b>")
                    && told.contains("Ended in set 2")
                    && told.contains("What stayed &#60;b")
                    && !told.contains("<script")
            );
        }
        assert!(page(1, Language::English).contains("report of 1 session"));
    }
}
