//! What the person said: pain and scores of questionnaires.

use super::codes::{self, CodeEntry};
use super::component::text;
use super::identity::uuid;
use super::moment::{date_time, day};
use super::parts::Parts;
use super::resource::{FhirConcept, FhirEffective, FhirNote, FhirObservation, FhirQuantity, FhirValue, plain};
use crate::store::{Instrument, Score};

/// An observation for each answer.
pub(super) fn observations(parts: &Parts<'_>) -> Vec<FhirObservation> {
    parts.whole.context.scores.iter().enumerate().map(|(at, score)| observation(parts, at, score)).collect()
}

fn observation(parts: &Parts<'_>, at: usize, score: &Score) -> FhirObservation {
    let declined = || FhirValue::absent(codes::ASKED_DECLINED, codes::LEFT_OUT);
    let value =
        score.value.map(FhirQuantity::score).map_or_else(|| Some(declined()), |score| score.map(FhirValue::Quantity));
    let of_session = score.session.is_some();
    let unlinked = parts.observation(id(parts, at, score), codes::SURVEY, concept(score.instrument));
    let part_of = if of_session { unlinked.part_of.clone() } else { Vec::new() };
    FhirObservation {
        part_of,
        status: "final",
        effective: effective(parts, score),
        performer: vec![parts.person()],
        value: Some(value.unwrap_or_else(declined)),
        note: if parts.whole.anonymous { Vec::new() } else { notes(score) },
        component: text(codes::ACTIVITY, &score.item).filter(|_| !parts.whole.anonymous).into_iter().collect(),
        ..unlinked
    }
}

/// The id of an answer. What was typed in belongs to no session: it is the same answer in the bundle of each session of its day. Of
/// several of one day, in one version of an instrument, each has its own.
fn id(parts: &Parts<'_>, at: usize, score: &Score) -> String {
    match parts.dated() {
        Some(entry) if score.session.is_none() => {
            let given = score.given.as_millisecond().to_string();
            let kind =
                |score: &Score| (score.session.is_none(), score.instrument, score.version.clone(), score.item.clone());
            let before = parts.whole.context.scores[..at].iter().filter(|one| kind(one) == kind(score)).count();
            let name = ["score", &entry.pseudonym, score.instrument.word(), &score.version, &given, &score.item];
            uuid(&[&name[..], &[&before.to_string()]].concat())
        }
        _ => parts.id("score", &at.to_string()),
    }
}

/// When it was asked in the session, or the day of what was typed in.
fn effective(parts: &Parts<'_>, score: &Score) -> Option<FhirEffective> {
    let given = score.given_in(parts.dated()?.began.time_zone());
    let moment = if score.session.is_some() { date_time(&given) } else { day(&given) };
    moment.map(FhirEffective::DateTime)
}

fn concept(instrument: Instrument) -> FhirConcept {
    let pain = |own: CodeEntry| FhirConcept::translated(codes::PAIN_NRS, own);
    match instrument {
        Instrument::NrsBefore => pain(codes::PAIN_BEFORE),
        Instrument::NrsAfter => pain(codes::PAIN_AFTER),
        // Of its recall of a week the code of others says nothing.
        Instrument::NrsWeek => codes::PAIN_WEEK.into(),
        Instrument::Psfs => codes::PSFS.into(),
        Instrument::Odi => codes::ODI.into(),
        Instrument::Rmdq => codes::RMDQ.into(),
    }
}

/// The question as it was shown, and the version of the instrument.
fn notes(score: &Score) -> Vec<FhirNote> {
    let told = [("Question: ", &score.wording), ("Version: ", &score.version)];
    let known = told.into_iter().filter(|(_, text)| !matches!(text.trim(), "" | "-"));
    known.map(|(what, text)| FhirNote { text: plain(&format!("{what}{text}")) }).collect()
}
