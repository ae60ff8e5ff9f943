//! What a report says of a person beside the measurement: what was prescribed and done, pain and function.

use anyhow::Result;

use super::prescription::Current;
use super::setup::Setup;
use crate::drill_library::Library;
use crate::i18n::fill;
use crate::prescription::adherence::{AdherenceWeek, DoneAmount};
use crate::report::{Course, PrescribedWork, ScoreLine};
use crate::store::{Score, SessionEntry, Store};

/// What is known until the day of this session.
///
/// # Errors
/// If the store cannot be read.
pub(super) fn course(setup: &Setup, library: &Library, store: &Store, until: &SessionEntry) -> Result<Course> {
    let person = store.person_with(until.person)?;
    let current = Current::until(setup, store, &person, until.began.date());
    let prescribed = current.map(|current| prescribed(setup, library, &current)).unwrap_or_default();
    let end = until.began.date().tomorrow()?.to_zoned(until.began.time_zone().clone())?.timestamp();
    let mut scores = store.scores(person.id)?;
    scores.retain(|score| score.given < end);
    Ok(Course { person: None, prescribed, scores: lines(scores, until) })
}

/// The week of the session and all weeks until then.
fn prescribed(setup: &Setup, library: &Library, current: &Current) -> Vec<PrescribedWork> {
    let words = &setup.words.report;
    let work = |name: String, amount: DoneAmount| {
        let DoneAmount { done, prescribed, extra } = amount;
        PrescribedWork { name, prescribed, done: done + extra }
    };
    let of_week = |week: &AdherenceWeek| {
        let drills = week.drills.iter().map(|(id, amount)| {
            let name = setup.words.drill_named(library, Some(id));
            work(fill(&words.prescribed_sets, &[("drill", &name)]), *amount)
        });
        drills.chain([work(words.prescribed_days.clone(), week.days)]).collect::<Vec<_>>()
    };
    let (weeks, all) = (&current.adherence.weeks, &current.adherence);
    let week = weeks.last().map(of_week).unwrap_or_default();
    let totals = [(&words.prescribed_all_sets, all.sets), (&words.prescribed_all_days, all.days)];
    let totals = totals.map(|(name, amount)| work(name.clone(), amount));
    if weeks.is_empty() { Vec::new() } else { week.into_iter().chain(totals).collect() }
}

/// The answers by instrument and item, each oldest first.
fn lines(scores: Vec<Score>, until: &SessionEntry) -> Vec<ScoreLine> {
    let mut lines: Vec<ScoreLine> = Vec::new();
    for score in scores {
        let Some(value) = score.value else { continue };
        let item = Some(score.item).filter(|item| !item.is_empty());
        let point = (score.given.to_zoned(until.began.time_zone().clone()), value as f32);
        match lines.iter_mut().find(|line| line.instrument == score.instrument && line.item == item) {
            Some(line) => line.points.push(point),
            None => lines.push(ScoreLine { instrument: score.instrument, item, points: vec![point] }),
        }
    }
    lines.sort_by_key(|line| line.instrument);
    lines
}
