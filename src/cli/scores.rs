//! `bendwise scores`: scores of questionnaires that were filled in elsewhere.

use std::fmt::Display;

use anyhow::{Result, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::arguments::{ScoreArgs, ScoresArgs, ScoresCommand, Who};
use super::exit::UsageError;
use super::list_table::ListTable;
use super::setup::Setup;
use super::{Exit, prescription, recording_setup, sessions};
use crate::i18n::{ScoreWords, fill};
use crate::store::{Instrument, Person, Score, Store, is_same_name};
use crate::visible::{as_argument, visible};

/// The longest activity and the longest version, letters: both stand in tables. [own]
const LONGEST_ITEM: usize = 80;
const LONGEST_VERSION: usize = 20;

/// No questionnaire here is older: the Oswestry Disability Index is of 1980.
const EARLIEST: Date = jiff::civil::date(1980, 1, 1);

/// The version that stands with a score for which none is given.
const NO_VERSION: &str = "-";

pub(super) fn run(setup: &Setup, args: &ScoresArgs) -> Result<Exit> {
    let (store, notices) = Store::open(&setup.paths)?;
    recording_setup::report_recovery(&notices);
    let person = Who { person: args.person.clone() }.chosen(&store)?;
    sessions::print_result(match &args.what {
        Some(ScoresCommand::Add(score)) => add(&setup.words.scores, &store, &person, score),
        Some(ScoresCommand::Remove { number }) => remove(&setup.words.scores, &store, &person, *number),
        Some(ScoresCommand::List) | None => list(&setup.words.scores, &store, &person),
    })
}

fn add(words: &ScoreWords, store: &Store, person: &Person, args: &ScoreArgs) -> Result<String> {
    let given = match args.on {
        None => Score::moment_of(prescription::today())?,
        Some(day) => moment_of(day)?,
    };
    let or_empty = |text: &Option<String>, other: &str| text.as_deref().map_or(other, str::trim).to_owned();
    if args.instrument == Instrument::Rmdq && args.value.fract() != 0.0 {
        bail!("rmdq is a number of statements, so it cannot be {}: give a whole number", args.value);
    }
    if args.item.is_some() && args.instrument != Instrument::Psfs {
        return Err(UsageError("--item is for psfs: leave it out".to_owned()).into());
    }
    let named = [
        ("--item", args.item.as_deref(), LONGEST_ITEM, "say what cannot be done in a few words"),
        ("--version", args.version.as_deref(), LONGEST_VERSION, "as 2.1a"),
    ];
    for (option, text, longest, way_out) in named {
        let Some(length) = text.map(|text| text.trim().chars().count()) else { continue };
        if length == 0 || length > longest {
            let why = if length == 0 { "is empty".to_owned() } else { format!("has more than {longest} letters") };
            return Err(UsageError(format!("{option} {why}: {way_out}")).into());
        }
    }
    let score = Score {
        given,
        instrument: args.instrument,
        version: or_empty(&args.version, NO_VERSION),
        item: args.item.as_deref().map(|item| as_before(store, person, item)).transpose()?.unwrap_or_default(),
        wording: String::new(),
        value: Some(args.value),
        session: None,
    };
    store.add_score(person.id, None, &score)?;
    let values: [(&str, &dyn Display); 3] = [
        ("person", &visible(&person.label())),
        ("instrument", &args.instrument.word()),
        ("value", &words.language.number(&args.value.to_string())),
    ];
    Ok(fill(&words.added, &values) + "\n")
}

/// An activity as it was written the first time, however its letters are cased, spaced and accented now, as names are: its values are
/// one line.
fn as_before(store: &Store, person: &Person, item: &str) -> Result<String> {
    let mut known = store.scores(person.id)?.into_iter().map(|score| score.item);
    let known = known.find(|known| is_same_name(known, item));
    Ok(known.unwrap_or_else(|| item.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// The moment of a day that is not in the future.
fn moment_of(day: Date) -> Result<Timestamp> {
    if day > prescription::today() {
        bail!("{day} has not come yet: give the day on which the score was given");
    }
    if day < EARLIEST {
        bail!("{day} is before any of these questionnaires: give the day on which the score was given");
    }
    Ok(Score::moment_of(day)?)
}

fn remove(words: &ScoreWords, store: &Store, person: &Person, number: i64) -> Result<String> {
    let label = visible(&person.label());
    let Some(removed) = store.remove_score(person.id, number)? else {
        let argument = as_argument(&person.label());
        bail!(
            "There is no score {number} of {label}: `bendwise scores --person {argument}` lists them with their numbers"
        );
    };
    let Score { instrument, value, .. } = &removed;
    let (value, day) = (answered(words, *value), removed.given_in(&TimeZone::system()).date());
    let values: [(&str, &dyn Display); 4] =
        [("instrument", &instrument.word()), ("value", &value), ("person", &label), ("day", &day)];
    Ok(fill(&words.removed, &values)
        + "
")
}

/// A value as it is told.
fn answered(words: &ScoreWords, value: Option<f64>) -> String {
    value.map_or_else(|| words.left_out.clone(), |value| words.language.number(&value.to_string()))
}

fn list(words: &ScoreWords, store: &Store, person: &Person) -> Result<String> {
    let scores = store.numbered_scores(person.id)?;
    if scores.is_empty() {
        return Ok(fill(&words.none_kept, &[("person", &visible(&person.label()))]) + "\n");
    }
    let ScoreWords { head_number, head_day, head_of, head_score, head_version, head_item, head_session, .. } = words;
    let head = [head_number, head_day, head_of, head_score, head_version, head_item, head_session];
    let rows = scores.into_iter().map(|(number, score)| {
        vec![
            number.to_string(),
            score.given_in(&TimeZone::system()).date().to_string(),
            score.instrument.word().to_owned(),
            answered(words, score.value),
            score.version,
            score.item,
            score.session.unwrap_or_default(),
        ]
    });
    let (headings, rows) = (head.map(String::as_str).to_vec(), rows.collect());
    Ok(ListTable { headings, rows, names: 1, numbers: Vec::new() }.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::setup::fixtures::setup;

    #[test]
    fn an_activity_is_the_same_however_its_accents_are_typed() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let (store, _) = Store::open(&setup.paths).unwrap();
        let person = store.person_or_only(None).unwrap();
        let args = |item: &str| ScoreArgs {
            instrument: Instrument::Psfs,
            value: 3.0,
            version: None,
            item: Some(item.to_owned()),
            on: None,
        };
        for item in ["\u{dc}ber den Zaun  steigen", "u\u{308}ber den zaun steigen"] {
            add(&setup.words.scores, &store, &person, &args(item)).unwrap();
        }
        let items: Vec<_> = store.scores(person.id).unwrap().into_iter().map(|score| score.item).collect();
        assert_eq!(items, ["\u{dc}ber den Zaun steigen"; 2]);
    }
}
