//! Pain and function: a chart for each instrument beside the share of bends from the hips, and a table.

use std::io;

use super::chart::{HIPS, INK, QUIET};
use super::date_chart::{self, DateChart, DatedValue, DotShape, Series};
use super::supplement::ScoreLine;
use crate::i18n::{Words, fill};
use crate::screen::theme::UNKNOWN;
use crate::store::Instrument;
use crate::store::trend::Past;

/// What the page says about the scores.
#[derive(Debug)]
pub(super) struct ScoreSection {
    pub charts: Vec<ScoreChart>,
    pub rows: Vec<ScoreChange>,
    /// That scores were given after the day of the report, if so.
    pub later: Option<String>,
}

/// The first and the last score of an instrument.
#[derive(Debug)]
pub(super) struct ScoreChange {
    pub name: String,
    pub first: String,
    pub last: String,
    /// From the first to the last, and the smallest that people call important.
    pub change: String,
    pub least: String,
}

/// A drawing and what explains it.
#[derive(Debug)]
pub(super) struct ScoreChart {
    pub name: String,
    pub drawn: String,
    /// How many values its longest line has.
    pub values: usize,
    /// What the dots are, where there are two kinds.
    pub key: Option<String>,
    /// What the grey band is, if there is one.
    pub band: Option<String>,
}

impl ScoreSection {
    /// `None` without a score.
    ///
    /// # Errors
    /// If it cannot be drawn, which is a bug.
    pub fn of(scores: &[ScoreLine], history: &[Past], later: Option<&str>, words: &Words) -> io::Result<Option<Self>> {
        if scores.iter().all(|line| line.points.is_empty()) {
            return Ok(None);
        }
        let mut charts = score_charts(scores, words)?;
        charts.extend(hips(history, words)?);
        charts.retain(|chart| chart.values > 1); // of one value the table says all
        let rows = scores.iter().filter_map(|line| row(line, words)).collect();
        Ok(Some(Self { charts, rows, later: later.map(str::to_owned) }))
    }
}

/// A chart for each instrument; pain before and after a session is one.
///
/// # Errors
/// If it cannot be drawn, which is a bug.
pub(super) fn score_charts(scores: &[ScoreLine], words: &Words) -> io::Result<Vec<ScoreChart>> {
    let mut charts = Vec::new();
    let after = scores.iter().find(|line| line.instrument == Instrument::NrsAfter);
    let before = scores.iter().find(|line| line.instrument == Instrument::NrsBefore);
    for line in scores {
        // Before and after are one chart.
        let other = match line.instrument {
            Instrument::NrsAfter if before.is_some() => continue,
            Instrument::NrsBefore => after,
            _ => None,
        };
        charts.extend(chart(line, other, words)?);
    }
    Ok(charts)
}

fn chart(line: &ScoreLine, after: Option<&ScoreLine>, words: &Words) -> io::Result<Option<ScoreChart>> {
    let name = if after.is_some() { words.report.nrs.clone() } else { line.name(&words.report) };
    let chart = DateChart {
        label: &name,
        unit: "",
        full: line.full(),
        no_change: line.smallest_important(),
        is_small: true,
        series: [Some(line), after].into_iter().flatten().map(series).collect(),
    };
    let drawn = date_chart::draw(&chart, &words.trend)?;
    let values = chart.series.iter().map(|series| series.values.len()).max().unwrap_or_default();
    let key = after.map(|_| format!("○ {} · ■ {}", words.report.key_before, words.report.key_after));
    Ok(drawn.map(|drawn| ScoreChart { name, drawn, values, key, band: band(line, words) }))
}

/// Pain before a session is open and round, and after it filled and square, so that both show where they are the same.
fn series(line: &ScoreLine) -> Series {
    let open = line.instrument == Instrument::NrsBefore;
    let dated = |(date, value): &(jiff::Zoned, f32)| DatedValue {
        date: date.clone(),
        value: (*value).into(),
        half_width: 0.0,
        open,
    };
    Series {
        ink: if open { QUIET } else { INK },
        mark: if line.instrument == Instrument::NrsAfter { DotShape::Square } else { DotShape::Circle },
        values: line.points.iter().map(dated).collect(),
    }
}

/// What the grey band is, with the source of its width; `None` where no width is known.
fn band(line: &ScoreLine, words: &Words) -> Option<String> {
    let points = words.scores.points(line.smallest_important()?);
    Some(fill(&words.report.score_band, &[("points", &points), ("source", &line.instrument.important_source()?)]))
}

/// The share of bends from the hips, for comparison.
fn hips(history: &[Past], words: &Words) -> io::Result<Option<ScoreChart>> {
    let share = |past: &Past| {
        let share = 100.0 * past.from_hips as f64 / (past.judged > 0).then_some(past.judged)? as f64;
        Some(DatedValue { date: past.began.clone(), value: share, half_width: 0.0, open: false })
    };
    let name = &words.report.hips_share;
    let shares: Vec<_> = history.iter().filter_map(share).collect();
    let values = shares.len();
    let series = vec![Series { ink: HIPS, mark: DotShape::Circle, values: shares }];
    let chart = DateChart { label: name, unit: " %", full: 100.0, no_change: None, is_small: true, series };
    let drawn = date_chart::draw(&chart, &words.trend)?;
    Ok(drawn.map(|drawn| ScoreChart { name: name.clone(), drawn, values, key: None, band: None }))
}

/// `None` without a score.
fn row(line: &ScoreLine, words: &Words) -> Option<ScoreChange> {
    let at = |(date, value): &(jiff::Zoned, f32)| {
        let value = words.scores.points((*value).into());
        fill(&words.report.score_at, &[("value", &value), ("day", &date.strftime(&words.report.day))])
    };
    let (first, last) = (line.points.first()?, line.points.last()?);
    let signed = |change: f64| match words.scores.points(change.abs()) {
        zero if zero == "0" => zero,
        amount => format!("{}{amount}", if change < 0.0 { '−' } else { '+' }),
    };
    let change = (line.points.len() > 1).then(|| signed(f64::from(last.1) - f64::from(first.1)));
    Some(ScoreChange {
        name: line.name(&words.report),
        first: at(first),
        last: change.as_ref().map_or_else(|| UNKNOWN.to_owned(), |_| at(last)),
        change: change.unwrap_or_else(|| UNKNOWN.to_owned()),
        least: line.smallest_important().map_or(UNKNOWN.to_owned(), |least| words.scores.points(least)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn line(instrument: Instrument, values: &[f32]) -> ScoreLine {
        let date = |day: usize| format!("2026-11-{:02}T09:00+01:00[+01:00]", 3 * day + 1).parse().unwrap();
        ScoreLine {
            instrument,
            item: None,
            version: None,
            points: values.iter().enumerate().map(|(day, value)| (date(day), *value)).collect(),
        }
    }

    #[test]
    fn pain_before_and_after_is_one_chart_with_its_smallest_change() {
        let words = Words::read(Language::English).unwrap();
        let scores = [
            line(Instrument::NrsBefore, &[6.0, 5.0, 3.0]),
            line(Instrument::NrsAfter, &[6.0, 4.0, 3.0]),
            line(Instrument::Odi, &[32.0, 18.0]),
            line(Instrument::Psfs, &[4.0, 6.5]),
            line(Instrument::NrsWeek, &[5.0]),
        ];
        let section = ScoreSection::of(&scores, &[], None, &words).unwrap().unwrap();
        let [pain, odi, psfs] = &section.charts[..] else { panic!("{:?}", section.charts) };
        let names = [&pain.name, &odi.name, &psfs.name];
        assert_eq!(names, ["Pain before and after a session, 0 to 10", "ODI, 0 to 100", "PSFS, 0 (cannot) to 10"]);
        assert_eq!(pain.key.as_deref(), Some("○ before · ■ after"));
        // A shape for each, three of both, and the band.
        let shapes = ["<circle", "<rect"].map(|shape| pain.drawn.matches(shape).count());
        assert_eq!((shapes, odi.drawn.matches("<rect").count()), ([3, 4], 1));
        let told = |chart: &ScoreChart, text: &str| assert!(chart.band.as_deref().unwrap().contains(text), "{chart:?}");
        told(pain, "first value ± 2, the");
        told(pain, "(Childs 2005, Ostelo 2008)");
        told(odi, "first value ± 10, the");
        assert!(!psfs.drawn.contains("<rect") && psfs.band.is_none() && odi.key.is_none());
        let rows: Vec<_> = section.rows.iter().map(|row| [&row.first, &row.last, &row.change, &row.least]).collect();
        assert_eq!(rows[0], ["6 (1 November 2026)", "3 (7 November 2026)", "−3", "2"]);
        assert_eq!(rows[3], ["4 (1 November 2026)", "6.5 (4 November 2026)", "+2.5", "–"]);
        assert_eq!(rows[4], ["5 (1 November 2026)", "–", "–", "2"]);
        let german = Words::read(Language::German).unwrap();
        let section = ScoreSection::of(&scores, &[], None, &german).unwrap().unwrap();
        assert_eq!(section.rows[3].last, "6,5 (4.11.2026)");
        assert!(ScoreSection::of(&[], &[], None, &words).unwrap().is_none());
        let single =
            ScoreSection::of(&[line(Instrument::Odi, &[40.0])], &[], Some("later ones: 2"), &words).unwrap().unwrap();
        let ScoreChange { first, last, change, .. } = &single.rows[0];
        assert!(
            first.starts_with("40") && [last, change].iter().all(|text| *text == UNKNOWN),
            "{first}, {last}, {change}"
        );
        assert_eq!(single.later.as_deref(), Some("later ones: 2"));
    }

    #[test]
    fn a_shorter_questionnaire_has_its_own_range_and_no_borrowed_change() {
        let words = Words::read(Language::English).unwrap();
        let of = |version: &str| ScoreLine { version: Some(version.into()), ..line(Instrument::Rmdq, &[12.0, 6.0]) };
        let section = ScoreSection::of(&[of("24"), of("18")], &[], None, &words).unwrap().unwrap();
        let [long, short] = &section.charts[..] else { panic!("{:?}", section.charts) };
        assert_eq!((long.name.as_str(), short.name.as_str()), ("RMDQ, 0 to 24 (24)", "RMDQ, 0 to 18 (18)"));
        let has_band = |chart: &ScoreChart| chart.drawn.contains("<rect") && chart.band.is_some();
        assert!(has_band(long) && !has_band(short), "Ostelo 2008 is about 24 statements");
    }

    #[test]
    fn every_instrument_of_the_database_has_a_name() {
        let codes = ["nrs-before", "nrs-after", "nrs-week", "psfs", "odi", "rmdq"];
        assert!(codes.iter().all(|code| Instrument::of_word(code).is_some()));
        assert_eq!(Instrument::of_word("other"), None);
    }
}
