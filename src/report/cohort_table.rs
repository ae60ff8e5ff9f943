//! A cohort as the cells of a table, for the page and for the terminal.

use crate::archive::{
    ChangeCounts, Cohort, CohortGrouping, CohortPractice, CohortRow, CohortValue, LAGS_AFTER, LagReason, PersonChange,
};
use crate::drill_library::Library;
use crate::i18n::{CohortWords, Words, fill, value};
use crate::screen::theme::UNKNOWN;
use crate::store::trend::{TrendChange, TrendQuantity};
use crate::visible::visible;

/// The cells of a cohort, and what has to be known to read them.
#[derive(Debug)]
pub struct CohortTable<'w> {
    /// The names of the columns.
    pub headings: Vec<&'w str>,
    /// How many of the columns are names, and not numbers.
    pub names: usize,
    /// A row each, and whether whoever it is lags.
    pub rows: Vec<(Vec<String>, bool)>,
    /// What the columns mean.
    pub notes: Vec<String>,
}

impl<'w> CohortTable<'w> {
    /// The table of a cohort in this language.
    pub fn of(cohort: &Cohort, words: &'w Words, library: &Library) -> Self {
        let own = &words.cohort;
        let is_person = cohort.by == CohortGrouping::Person;
        let first: &[&str] = match cohort.by {
            CohortGrouping::Person => &[&own.person, &own.drill],
            CohortGrouping::Drill => &[&own.drill],
            CohortGrouping::Month => &[&own.month, &own.drill],
        };
        let (persons, lags) = if is_person { (&own.days, &own.lags) } else { (&own.persons, &own.lagging_count) };
        let rest: [&str; 9] = [
            persons,
            &own.sessions,
            &own.repetitions,
            &own.untold,
            &own.share,
            &own.share_change,
            &own.reach,
            &own.reach_change,
            lags,
        ];
        let rows = cohort.rows.iter().map(|row| {
            let lags = row.practice.is_some_and(|practice| practice.lag.is_some());
            (cells(row, cohort.by, words, library), lags)
        });
        let interval = if is_person { &own.interval_person } else { &own.interval_group };
        let lagging = fill(&own.lagging_text, &[("days", &LAGS_AFTER)]);
        let lagging_group = fill(&own.lagging_group_text, &[("until", &cohort.until)]);
        let of_rows = if is_person { vec![own.days_text.as_str(), &own.whose_text] } else { vec![&*lagging_group] };
        let later = Self::later(cohort, own).unwrap_or_default();
        let of_columns = [
            own.share_text.as_str(),
            interval,
            &own.rounded_text,
            &own.reach_text,
            &own.change_text,
            &own.untold_text,
            &lagging,
        ];
        let notes = of_columns.into_iter().chain(of_rows).chain([later.as_str(), &own.method]);
        Self {
            headings: [first, &rest].concat(),
            names: first.len(),
            rows: rows.collect(),
            notes: notes.filter(|note| !note.is_empty()).map(str::to_owned).collect(),
        }
    }

    /// What is said of sessions after the last day, if there are any.
    pub fn later(cohort: &Cohort, words: &CohortWords) -> Option<String> {
        let text = || fill(&words.later_text, &[("count", &cohort.later), ("until", &cohort.until)]);
        (cohort.later > 0).then(text)
    }
}

fn cells(row: &CohortRow, by: CohortGrouping, words: &Words, library: &Library) -> Vec<String> {
    let own = &words.cohort;
    let drill = visible(&words.drill_named(library, row.drill.as_deref()));
    let month = row.month.map(|(year, month)| format!("{year:04}-{month:02}")).unwrap_or_default();
    let person = visible(&row.person.as_deref().unwrap_or_default());
    let names = match by {
        CohortGrouping::Person => vec![person, drill],
        CohortGrouping::Drill => vec![drill],
        CohortGrouping::Month => vec![month, drill],
    };
    let lags = match row.practice.map(|practice| practice.lag) {
        Some(Some(LagReason::Away(days))) => fill(&own.away, &[("days", &days)]),
        Some(Some(LagReason::Below)) => own.below.clone(),
        Some(None) => String::new(),
        None => row.lagging.to_string(),
    };
    let numbers = [
        row.practice.map_or_else(|| row.persons.to_string(), |practice| days(practice, own)),
        row.sessions.to_string(),
        row.repetitions.to_string(),
        row.undecided.to_string(),
        told(TrendQuantity::Share, row.share, own),
        change(TrendQuantity::Share, row.practice.is_some(), row.share_change, row.share_changes, own),
        told(TrendQuantity::Reach, row.reach, own),
        change(TrendQuantity::Reach, row.practice.is_some(), row.reach_change, row.reach_changes, own),
        lags,
    ];
    names.into_iter().chain(numbers).collect()
}

fn days(practice: CohortPractice, words: &CohortWords) -> String {
    // Rounded here: `{:.1}` makes 0.2 of 0.25.
    let days = words.language.number(&format!("{:.1}", (10.0 * practice.days_a_week).round() / 10.0));
    match practice.prescribed {
        Some(prescribed) => fill(&words.of_prescribed, &[("days", &days), ("prescribed", &prescribed)]),
        None => days,
    }
}

fn told(quantity: TrendQuantity, found: Option<CohortValue>, words: &CohortWords) -> String {
    let Some(CohortValue { value: median, interval, at_least }) = found else { return UNKNOWN.to_owned() };
    let more = if at_least { "≥ " } else { "" };
    let median = format!("{more}{}", value(quantity, median));
    match interval {
        Some((low, high)) => {
            // Whole numbers with a true minus; −0 is 0.
            let end = |end: f32| format!("{:.0}", end + 0.0).replace('-', "−");
            fill(&words.range, &[("value", &median), ("low", &end(low.floor())), ("high", &end(high.ceil()))])
        }
        None => fill(&words.no_range, &[("value", &median)]),
    }
}

fn change(
    quantity: TrendQuantity,
    is_person: bool,
    change: Option<PersonChange>,
    counts: ChangeCounts,
    words: &CohortWords,
) -> String {
    let ChangeCounts { more, less, within, open } = counts;
    if !is_person && more + less + within + open == 0 {
        return UNKNOWN.to_owned();
    }
    if !is_person {
        let told = fill(&words.counts, &[("more", &more), ("less", &less), ("within", &within)]);
        return if open == 0 { told } else { fill(&words.counts_open, &[("counts", &told), ("open", &open)]) };
    }
    let Some(PersonChange { by, outcome, at_least }) = change else { return UNKNOWN.to_owned() };
    let by = value(quantity, by.abs());
    let bound = |sign: &str| if at_least { format!("{sign} ") } else { String::new() };
    match outcome {
        TrendChange::More => bound("≥") + &fill(&words.more, &[("value", &by)]),
        TrendChange::Less => bound("≤") + &fill(&words.less, &[("value", &by)]),
        TrendChange::Within => words.within.clone(),
        TrendChange::Open => words.open.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_ends_of_an_interval_have_a_true_minus_and_zero_has_none() {
        let words = Words::read(Language::English).unwrap();
        let told = |low, high| {
            let found = CohortValue { value: 0.2, interval: Some((low, high)), at_least: false };
            told(TrendQuantity::Share, Some(found), &words.cohort)
        };
        assert_eq!(told(-4.5, -0.4), "0 % (−5–0)");
        assert_eq!(told(-0.0, 2.1), "0 % (0–3)");
        assert_eq!(told(-9.0, -3.4), "0 % (−9–−3)");
    }

    #[test]
    fn a_change_that_may_be_more_is_marked_as_a_bound() {
        let words = Words::read(Language::English).unwrap();
        let told = |outcome, at_least| {
            let by = Some(PersonChange { by: 54.0, outcome, at_least });
            change(TrendQuantity::Reach, true, by, ChangeCounts::default(), &words.cohort)
        };
        assert_eq!([told(TrendChange::More, true), told(TrendChange::More, false)], ["≥ +54°", "+54°"]);
        assert_eq!(told(TrendChange::Less, true), "≤ −54°");
    }

    #[test]
    fn persons_of_whom_a_change_cannot_be_told_are_counted_too() {
        let words = Words::read(Language::English).unwrap();
        let told = |open| {
            let counts = ChangeCounts { more: 2, open, ..ChangeCounts::default() };
            change(TrendQuantity::Reach, false, None, counts, &words.cohort)
        };
        assert_eq!(told(0).replace('\u{a0}', " "), "2 more, 0 less, 0 within");
        assert_eq!(told(1).replace('\u{a0}', " "), "2 more, 0 less, 0 within, 1 unknown");
    }
}
