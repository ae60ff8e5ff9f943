//! Pain and function: a chart for each instrument beside the share of bends from the hips, and a table.

use std::io;

use super::chart::{HIPS, INK, QUIET};
use super::date_chart::{self, DateChart, DatedValue};
use super::supplement::ScoreLine;
use crate::i18n::{Words, fill};
use crate::store::Instrument;
use crate::store::trend::Past;

/// The most rows of the table: the newest.
const MOST_ROWS: usize = 12;

/// What the page says about the scores.
#[derive(Debug)]
pub(super) struct ScoreSection {
    /// Name and drawing.
    pub charts: Vec<(String, String)>,
    /// Whether open and filled dots need their key.
    pub has_pairs: bool,
    /// Date, instrument and value.
    pub rows: Vec<(String, String, String)>,
    /// How many of all these are, where there are more.
    pub cut: Option<String>,
}

impl ScoreSection {
    /// `None` without a score.
    ///
    /// # Errors
    /// If it cannot be drawn, which is a bug.
    pub fn of(scores: &[ScoreLine], history: &[Past], words: &Words) -> io::Result<Option<Self>> {
        if scores.iter().all(|line| line.points.is_empty()) {
            return Ok(None);
        }
        let mut charts = score_charts(scores, words)?;
        charts.extend(hips(history, words)?);
        let has_pairs = scores.iter().any(|line| line.instrument == Instrument::NrsBefore);
        Ok(Some(Self { charts, has_pairs, rows: rows(scores, words), cut: cut(scores, words) }))
    }
}

/// A chart for each instrument, with its name; pain before and after a session is one.
///
/// # Errors
/// If it cannot be drawn, which is a bug.
pub(super) fn score_charts(scores: &[ScoreLine], words: &Words) -> io::Result<Vec<(String, String)>> {
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

fn chart(line: &ScoreLine, after: Option<&ScoreLine>, words: &Words) -> io::Result<Option<(String, String)>> {
    let name = line.name(&words.report);
    let dated = |line: &ScoreLine| -> Vec<DatedValue> {
        let open = line.instrument == Instrument::NrsBefore;
        let points = line.points.iter();
        points
            .map(|(date, value)| DatedValue { date: date.clone(), value: (*value).into(), half_width: 0.0, open })
            .collect()
    };
    let first = (if after.is_some() { QUIET } else { INK }, dated(line));
    let chart = DateChart {
        label: &name,
        unit: "",
        full: line.full(),
        no_change: line.smallest_important(),
        series: [first].into_iter().chain(after.map(|after| (INK, dated(after)))).collect(),
    };
    let drawn = date_chart::draw(&chart, &words.trend)?;
    Ok(drawn.map(|drawn| (name, drawn)))
}

/// The share of bends from the hips, for comparison.
fn hips(history: &[Past], words: &Words) -> io::Result<Option<(String, String)>> {
    let share = |past: &Past| {
        let share = 100.0 * past.from_hips as f64 / (past.judged > 0).then_some(past.judged)? as f64;
        Some(DatedValue { date: past.began.clone(), value: share, half_width: 0.0, open: false })
    };
    let name = &words.report.hips_share;
    let series = vec![(HIPS, history.iter().filter_map(share).collect())];
    let chart = DateChart { label: name, unit: " %", full: 100.0, no_change: None, series };
    Ok(date_chart::draw(&chart, &words.trend)?.map(|drawn| (name.clone(), drawn)))
}

/// That the table has only the newest values, if so.
fn cut(scores: &[ScoreLine], words: &Words) -> Option<String> {
    let count: usize = scores.iter().map(|line| line.points.len()).sum();
    let told = || fill(&words.report.scores_cut, &[("shown", &MOST_ROWS), ("count", &count)]);
    (count > MOST_ROWS).then(told)
}

fn rows(scores: &[ScoreLine], words: &Words) -> Vec<(String, String, String)> {
    let rows = scores.iter().flat_map(|line| line.points.iter().map(move |(date, value)| (date, line, *value)));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by(|one, other| one.0.cmp(other.0)); // stable: instruments keep their order
    let newest = &rows[rows.len().saturating_sub(MOST_ROWS)..];
    let row = |(date, line, value): &(&jiff::Zoned, &ScoreLine, f32)| {
        let value = (value * 10.0).round() / 10.0;
        (date.strftime(&words.report.day).to_string(), line.name(&words.report), value.to_string())
    };
    newest.iter().map(row).collect()
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
            line(Instrument::Psfs, &[4.0]),
        ];
        let section = ScoreSection::of(&scores, &[], &words).unwrap().unwrap();
        let names: Vec<_> = section.charts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Pain before, 0 to 10", "ODI, 0 to 100", "PSFS, 0 (cannot) to 10"]);
        assert!(section.has_pairs && section.charts[0].1.matches("<circle").count() == 6);
        let has_band = |at: usize| section.charts[at].1.contains("<rect");
        assert!(has_band(0) && has_band(1) && !has_band(2), "no source tells the smallest change of PSFS");
        assert_eq!((section.rows.len(), section.rows[0].2.as_str()), (9, "6"));
        assert!(ScoreSection::of(&[], &[], &words).unwrap().is_none());
    }

    #[test]
    fn a_shorter_questionnaire_has_its_own_range_and_no_borrowed_change() {
        let words = Words::read(Language::English).unwrap();
        let of = |version: &str| ScoreLine { version: Some(version.into()), ..line(Instrument::Rmdq, &[12.0, 6.0]) };
        let section = ScoreSection::of(&[of("24"), of("18")], &[], &words).unwrap().unwrap();
        let [(long, with_band), (short, without)] = &section.charts[..] else { panic!("{:?}", section.charts) };
        assert_eq!((long.as_str(), short.as_str()), ("RMDQ, 0 to 24 (24)", "RMDQ, 0 to 18 (18)"));
        assert!(with_band.contains("<rect") && !without.contains("<rect"), "Ostelo 2008 is about 24 statements");
    }

    #[test]
    fn every_instrument_of_the_database_has_a_name() {
        let codes = ["nrs-before", "nrs-after", "nrs-week", "psfs", "odi", "rmdq"];
        assert!(codes.iter().all(|code| Instrument::of_word(code).is_some()));
        assert_eq!(Instrument::of_word("other"), None);
    }
}
