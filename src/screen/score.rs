//! Pain beside movement, scores of questionnaires and what stayed without feedback, as text for the terminal.

use jiff::Zoned;
use jiff::tz::TimeZone;

use super::terminal::Style;
use super::theme::QUIET;
use super::trend::{bars, dates, row};
use crate::i18n::Words;
use crate::store::retention::Retention;
use crate::store::trend::Past;
use crate::store::{Instrument, Score};

/// The scale of pain.
const MOST_PAIN: f32 = 10.0;

/// Pain before and after these sessions, in the same columns as the trend of the movement, then the scores that belong to no
/// session. Empty if there are none. `year` is this one, which goes without saying.
pub fn told(sessions: &[Past], scores: &[Score], words: &Words, year: i16, style: Style) -> String {
    let charts = [Instrument::NrsBefore, Instrument::NrsAfter];
    let charts = charts.into_iter().map(|instrument| pain(instrument, (sessions, scores), words, year, style));
    let mut scales: Vec<&Score> = Vec::new();
    for score in scores.iter().filter(|score| !matches!(score.instrument, Instrument::NrsBefore | Instrument::NrsAfter))
    {
        if !scales.iter().any(|scale| scale.is_comparable_with(score)) {
            scales.push(score);
        }
    }
    scales.sort_by_key(|scale| scale.instrument);
    let lists = scales
        .into_iter()
        .map(|scale| listed(scores.iter().filter(|score| score.is_comparable_with(scale)), words, year));
    charts.chain(lists).collect()
}

/// A chart of pain with a column for each session.
fn pain(
    instrument: Instrument,
    (sessions, scores): (&[Past], &[Score]),
    words: &Words,
    year: i16,
    style: Style,
) -> String {
    let of_session = |past: &Past| {
        let asked = |score: &&Score| score.instrument == instrument && score.session.as_ref() == Some(&past.id);
        scores.iter().find(asked).filter(|score| score.value.is_some())
    };
    let found: Vec<Option<&Score>> = sessions.iter().map(of_session).collect();
    let Some(first) = found.iter().flatten().next() else { return String::new() };
    let values = found.iter().map(|score| score.and_then(|score| score.value));
    let heights: Vec<Option<f32>> = values.clone().map(|value| value.map(|value| value as f32)).collect();
    let mut text = format!("\n{}\n{}", words.scores.instrument(first), bars(&heights, (MOST_PAIN, ""), QUIET, style));
    text += &row(values.map(|value| value.map(|value| words.scores.points(value))));
    text += &dates(sessions, &words.trend, year);
    text + &changed(found.into_iter().flatten(), words, year)
}

/// The scores of one questionnaire, or of one activity, in a line, and what they say.
fn listed<'s>(scores: impl Iterator<Item = &'s Score> + Clone, words: &Words, year: i16) -> String {
    let Some(last) = scores.clone().last() else { return String::new() };
    let given = scores.clone().filter_map(|score| Some(words.scores.given(score.value?, &day(score), year)));
    let given: Vec<String> = given.collect();
    if given.is_empty() {
        return String::new();
    }
    format!("\n{}\n  {}\n", words.scores.instrument(last), given.join(", ")) + &changed(scores, words, year)
}

/// What changed from the first to the last.
fn changed<'s>(scores: impl Iterator<Item = &'s Score>, words: &Words, year: i16) -> String {
    let known: Vec<(&Score, f64)> = scores.filter_map(|score| Some((score, score.value?))).collect();
    let [(first, before), .., (last, now)] = known[..] else { return String::new() };
    let lines = words.scores.change(last, (before, &words.scores.day(&day(first), year)), now);
    lines.into_iter().flatten().fold(String::new(), |text, line| text + "  " + &line + "\n")
}

fn day(score: &Score) -> Zoned {
    score.given_in(&TimeZone::system())
}

/// What stayed over the pauses before these sessions. Empty if nothing was asked without feedback.
pub fn retained(retention: &[Retention], words: &Words, year: i16) -> String {
    let lines = retention.iter().flat_map(|stayed| words.scores.retained(stayed, &words.trend, year));
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.into_iter().fold(String::new(), |text, line| text + "  " + &line + "\n");
    format!("\n{}\n{lines}", words.scores.retention)
}
