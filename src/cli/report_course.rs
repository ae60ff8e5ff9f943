//! What a report says of a person beside the measurement: what was prescribed and done, pain and function.

use std::fmt::Display;

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::current_prescription::{Current, EarlierPrescription};
use super::prescription;
use super::setup::Setup;
use crate::drill_library::Library;
use crate::i18n::{at_least, error, fill};
use crate::prescription::Prescription;
use crate::prescription::adherence::{AdherenceWeek, DoneAmount};
use crate::report::{Course, PrescribedWork, ScoreLine};
use crate::store::trend::{Past, TrendQuantity};
use crate::store::{Score, SessionEntry, Store};

/// What is known until the day of this session; `history` is that of `drill`, oldest first. With `since`, of all sessions from that
/// day on and until today, as whoever stays away has no session, and otherwise of this one alone.
///
/// # Errors
/// If the store cannot be read.
pub(super) fn course(
    setup: &Setup,
    store: &Store,
    until: &SessionEntry,
    (drill, history): (Option<&str>, &[Past]),
    since: Option<Date>,
) -> Result<Course> {
    let library = Library::open(&setup.paths);
    let person = store.person_with(until.person)?;
    let day = since.map_or_else(|| until.began.date(), |_| prescription::today());
    let current = match since {
        Some(_) => Current::of(setup, store, &person, day),
        None => Current::until(setup, store, &person, day),
    };
    let mut course = Course { scores: scores(store, until, day)?, ..Course::default() };
    let is_told = |session: &str, day: Date| since.map_or(session == until.id, |since| day >= since);
    if let Some(current) = &current {
        let last = history.last().filter(|past| past.id == until.id);
        course.prescribed = prescribed(setup, &library, current, since);
        course.prescribed.extend(last.map(|last| goals(setup, current, drill, last)).unwrap_or_default());
        let stopped = current.adherence.stopped.iter().filter(|stopped| is_told(&stopped.session, stopped.day));
        course.ended_early = stopped.map(|stopped| setup.words.stopped(stopped, &library, None)).collect();
    }
    for retention in drill.map(|drill| store.retention(person.id, drill)).transpose()?.unwrap_or_default() {
        let day = retention.began.date();
        if day <= until.began.date() && is_told(&retention.id, day) {
            course.stayed.extend(setup.words.scores.retained(&retention, &setup.words.trend, 0));
        }
    }
    Ok(course)
}

/// Where the day of a session ended, if it ended in that session before all that was prescribed was done: one sentence.
///
/// # Errors
/// If the store cannot be read.
pub(super) fn ended_early(setup: &Setup, store: &Store, session: &SessionEntry) -> Result<Option<String>> {
    let person = store.person_with(session.person)?;
    let Some(current) = Current::until(setup, store, &person, session.began.date()) else { return Ok(None) };
    let stopped = current.adherence.stopped.iter().find(|stopped| stopped.session == session.id);
    Ok(stopped.map(|stopped| setup.words.stopped(stopped, &Library::open(&setup.paths), None)))
}

/// What the person of a session was asked and what was typed in, until the end of a day.
fn scores(store: &Store, until: &SessionEntry, day: Date) -> Result<Vec<ScoreLine>> {
    let end = day.tomorrow()?.to_zoned(until.began.time_zone().clone())?.timestamp();
    let mut scores = store.scores(until.person)?;
    scores.retain(|score| score.given < end);
    Ok(lines(scores, until.began.time_zone()))
}

/// The last week, or each since a day, all weeks together, and all of each prescription before.
fn prescribed(setup: &Setup, library: &Library, current: &Current, since: Option<Date>) -> Vec<PrescribedWork> {
    let words = &setup.words.report;
    let work = |name: String, DoneAmount { done, prescribed, extra }: DoneAmount| PrescribedWork {
        name,
        prescribed: prescribed.to_string(),
        done: match extra {
            0 => done.to_string(),
            _ => format!("{done}{}", fill(&setup.words.prescription.extra, &[("count", &extra)])),
        },
    };
    // The page is read later, and may be about weeks that are long past: with the year.
    let dated = |template: &str, from: Date, to: Date| {
        let [from, to] = [from, to].map(|day| setup.words.prescription.dated(day, None));
        fill(template, &[("from", &from), ("to", &to)])
    };
    let of_week = |week: &AdherenceWeek| {
        let dated = |template: &str| dated(template, week.from, week.to);
        let drills = week.drills.iter().map(|(id, amount)| {
            let name = setup.words.drill_named(library, Some(id));
            work(dated(&fill(&words.prescribed_sets, &[("drill", &name)])), *amount)
        });
        drills.chain([work(dated(&words.prescribed_days), week.days)]).collect::<Vec<_>>()
    };
    let (weeks, all) = (&current.adherence.weeks, &current.adherence);
    let told = match since {
        Some(since) => weeks.iter().filter(|week| week.to >= since).collect(),
        None => weeks.last().into_iter().collect::<Vec<_>>(),
    };
    let week: Vec<_> = told.into_iter().flat_map(of_week).collect();
    let day = setup.words.prescription.dated(current.day, None);
    let totals = [(&words.prescribed_all_sets, all.sets), (&words.prescribed_all_days, all.days)];
    let totals = totals.map(|(name, amount)| work(fill(name, &[("day", &day)]), amount));
    let counted = if weeks.is_empty() { Vec::new() } else { week.into_iter().chain(totals).collect() };
    let earlier = current.earlier.iter().flat_map(|EarlierPrescription { prescription, adherence }| {
        let drills = setup.words.prescribed(prescription);
        [(&words.prescribed_before_sets, adherence.sets), (&words.prescribed_before_days, adherence.days)].map(
            |(name, amount)| {
                let name = dated(&fill(name, &[("drills", &drills)]), prescription.from, prescription.to);
                work(name, amount)
            },
        )
    });
    counted.into_iter().chain(earlier).collect()
}

/// What should be reached, beside what a session of one of the prescribed drills reached.
fn goals(setup: &Setup, current: &Current, drill: Option<&str>, session: &Past) -> Vec<PrescribedWork> {
    let Prescription { goal, drills, .. } = &current.prescription;
    if !drills.iter().any(|prescribed| Some(prescribed.id.as_str()) == drill) {
        return Vec::new();
    }
    let words = &setup.words.report;
    let told = |quantity| {
        let point = session.point(quantity);
        point.map_or("–".to_owned(), |point| format!("{} {}", at_least(quantity, &point), error(&point)))
    };
    let of_bends = || {
        let Past { from_hips, judged, .. } = session;
        let share = 100.0 * *from_hips as f64 / (*judged).max(1) as f64;
        let counts: [(&str, &dyn Display); 3] = [("hips", from_hips), ("of", judged), ("share", &share.round())];
        if *judged == 0 { "–".to_owned() } else { fill(&words.goal_hips_done, &counts) }
    };
    let goals = [
        goal.from_hips.map(|asked| (&words.goal_hips, fill(&words.goal_hips_asked, &[("share", &asked)]), of_bends())),
        goal.depth.as_ref().map(|asked| {
            let span = format!("{}° – {}°", asked.start(), asked.end());
            (&words.goal_depth, span, told(TrendQuantity::Depth))
        }),
        goal.reach.map(|asked| (&words.goal_reach, format!("{asked}°"), told(TrendQuantity::Reach))),
    ];
    let told = goals.into_iter().flatten();
    told.map(|(name, prescribed, done)| PrescribedWork { name: name.clone(), prescribed, done }).collect()
}

/// The answers by scale, each oldest first.
pub(super) fn lines(scores: Vec<Score>, zone: &TimeZone) -> Vec<ScoreLine> {
    let mut lines: Vec<ScoreLine> = Vec::new();
    for score in scores {
        let Some(value) = score.value else { continue };
        let item = Some(score.item).filter(|item| !item.is_empty());
        let version = score.instrument.differs_by_version().then_some(score.version);
        let point = (score.given.to_zoned(zone.clone()), value as f32);
        let scale = (score.instrument, &item, &version);
        match lines.iter_mut().find(|line| (line.instrument, &line.item, &line.version) == scale) {
            Some(line) => line.points.push(point),
            None => lines.push(ScoreLine { instrument: score.instrument, item, version, points: vec![point] }),
        }
    }
    lines.sort_by_key(|line| line.instrument);
    lines
}
