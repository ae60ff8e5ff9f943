//! What a report says of a person beside the measurement: what was prescribed and done, pain and function.

use std::fmt::Display;

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::current_prescription::{Current, EarlierPrescription};
use super::prescription;
use super::setup::Setup;
use crate::coach::drill::Drill;
use crate::coach::guided::StopRule;
use crate::drill_library::Library;
use crate::i18n::{Words, at_least, error, fill, retained_point};
use crate::prescription::adherence::{AdherenceWeek, DoneAmount, DoneSet};
use crate::prescription::{Prescription, amount_of_set, sets_a_day};
use crate::report::{Course, PrescribedWork, ScoreLine, StayedQuantity};
use crate::store::retention::{RetainedQuantity, Retention};
use crate::store::trend::{Past, TrendChange, TrendQuantity};
use crate::store::{Instrument, Score, SessionEntry, Store};

/// The most rows of the weeks of a prescription, and the most prescriptions before it: the page prints on two sheets. [own]
const MOST_ROWS: usize = 8;
const MOST_EARLIER: usize = 3;
/// The most days that ended early, and the most sessions with what stayed. [own]
const MOST_ENDED: usize = 4;
const MOST_STAYED: usize = 2;

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
    let (library, words) = (Library::open(&setup.paths), &setup.words.report);
    let person = store.person_with(until.person)?;
    let day = since.map_or_else(|| until.began.date(), |_| prescription::today());
    let current = match since {
        Some(_) => Current::of(setup, store, &person, day),
        None => Current::until(setup, store, &person, day),
    };
    let (answers, later) = scores(store, until, day)?;
    let rule = current.as_ref().map_or_else(StopRule::default, |current| current.prescription.stop.rule());
    let is_told = |session: &str, day: Date| since.map_or(session == until.id, |since| day >= since);
    let told: Vec<&Score> = answers.iter().filter(|score| told_in(score, until, &is_told)).collect();
    let stop_reached = stop_reached(&setup.words, &told, (rule, until.began.time_zone()));
    let later_scores =
        (later > 0).then(|| fill(&words.score_later, &[("day", &day.strftime(&words.day)), ("count", &later)]));
    let scores = lines(answers, until.began.time_zone());
    let mut course = Course { scores, later_scores, stop_reached, ..Course::default() };
    if let Some(current) = &current {
        let last = history.last().filter(|past| past.id == until.id);
        course.terms = setup.words.terms(&current.prescription, &library);
        let table = PrescribedTable { setup, library: &library, current };
        (course.prescribed, course.weeks_cut) = table.rows(since);
        let which = if since.is_some() { &words.goal_last } else { &words.goal_this };
        let goals = last.map(|last| goals(setup, current, (drill, last), which));
        course.prescribed.extend(goals.unwrap_or_default());
        let stopped = current.adherence.stopped.iter().filter(|stopped| is_told(&stopped.session, stopped.day));
        let stopped: Vec<_> = stopped.map(|stopped| setup.words.stopped(stopped, &library, None)).collect();
        (course.ended_early, course.ended_cut) = newest(stopped, MOST_ENDED, &words.ended_cut);
    }
    let mut retention = drill.map(|drill| store.retention(person.id, drill)).transpose()?.unwrap_or_default();
    retention.retain(|of| of.began.date() <= until.began.date() && is_told(&of.id, of.began.date()));
    (course.stayed, course.stayed_sums) = stayed(&setup.words, &retention);
    Ok(course)
}

/// Whether an answer was given in a session that is told of.
fn told_in(score: &Score, until: &SessionEntry, is_told: &impl Fn(&str, Date) -> bool) -> bool {
    let day = score.given_in(until.began.time_zone()).date();
    score.session.as_ref().is_some_and(|session| is_told(session, day))
}

/// In which sessions pain was so much after it that the rule stops there, in one sentence.
fn stop_reached(words: &Words, answers: &[&Score], (rule, zone): (StopRule, &TimeZone)) -> Option<String> {
    let of = |session: &Option<String>, instrument| {
        let mut answers = answers.iter().filter(|score| &score.session == session && score.instrument == instrument);
        answers.find_map(|score| score.value)
    };
    let whole = |value: f64| value.round() as u8; // 0 to 10
    let reached = answers.iter().filter(|score| score.instrument == Instrument::NrsAfter).filter_map(|score| {
        let (now, before) = (score.value?, of(&score.session, Instrument::NrsBefore));
        let counts: [(&str, &dyn Display); 3] = [
            ("day", &score.given_in(zone).strftime(&words.report.day)),
            ("now", &words.scores.points(now)),
            ("before", &before.map_or_else(|| "–".to_owned(), |before| words.scores.points(before))),
        ];
        rule.stops(whole(now), before.map(whole)).then(|| fill(&words.report.stop_reached_on, &counts))
    });
    let days = reached.collect::<Vec<_>>().join(", ");
    (!days.is_empty()).then(|| fill(&words.report.stop_reached, &[("days", &days)]))
}

/// The last of these sentences, at most so many, and that there are more, if so.
fn newest(mut told: Vec<String>, most: usize, cut: &str) -> (Vec<String>, Option<String>) {
    let count = told.len();
    told.drain(..count.saturating_sub(most));
    let cut = (told.len() < count).then(|| fill(cut, &[("count", &count), ("shown", &told.len())]));
    (told, cut)
}

/// What stayed, of the newest sessions, and of several sessions how often.
fn stayed(words: &Words, retention: &[Retention]) -> (Vec<StayedQuantity>, Vec<String>) {
    type Quantity = (fn(&Retention) -> Option<RetainedQuantity>, TrendQuantity);
    let quantities: [(&String, Quantity); 2] = [
        (&words.report.share, (|of| of.share, TrendQuantity::Share)),
        (&words.report.back, (|of| of.lumbar, TrendQuantity::Depth)),
    ];
    let row = |of: &Retention, (name, (found, unit)): (&String, Quantity)| {
        let found = found(of)?;
        Some(StayedQuantity {
            day: of.began.strftime(&words.report.day).to_string(),
            name: name.clone(),
            retained: retained_point(unit, &found.retained),
            practised: retained_point(unit, &found.practised),
            session: of.before.clone(),
            outcome: words.scores.outcome(&found).to_owned(),
        })
    };
    let told = &retention[retention.len().saturating_sub(MOST_STAYED)..];
    let rows = told.iter().flat_map(|of| quantities.map(|quantity| row(of, quantity))).flatten().collect();
    let sum = |(name, (found, _)): (&String, Quantity)| {
        let outcomes: Vec<_> = retention.iter().filter_map(found).map(|found| found.outcome()).collect();
        let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
        let (more, less) = (count(TrendChange::More), count(TrendChange::Less));
        let within = outcomes.len() - more - less;
        let counts: [(&str, &dyn Display); 5] =
            [("quantity", name), ("count", &outcomes.len()), ("more", &more), ("less", &less), ("within", &within)];
        (outcomes.len() > 1).then(|| fill(&words.report.stayed_sum, &counts))
    };
    (rows, quantities.into_iter().filter_map(sum).collect())
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
fn scores(store: &Store, until: &SessionEntry, day: Date) -> Result<(Vec<Score>, usize)> {
    let (scores, later): (Vec<_>, Vec<_>) = store
        .scores(until.person)?
        .into_iter()
        .partition(|score| score.given_in(until.began.time_zone()).date() <= day);
    Ok((scores, later.iter().filter(|score| score.value.is_some()).count()))
}

/// What was prescribed and done, as the tables of a report tell it.
struct PrescribedTable<'t> {
    setup: &'t Setup,
    library: &'t Library,
    current: &'t Current,
}

impl PrescribedTable<'_> {
    /// The sets of the day and its week, or each week since a day; then all together, and each prescription before. With what is said
    /// if there are more weeks than rows.
    fn rows(&self, since: Option<Date>) -> (Vec<PrescribedWork>, Option<String>) {
        let Current { adherence: all, day, .. } = self.current;
        let told: Vec<&AdherenceWeek> = match since {
            Some(since) => all.weeks.iter().filter(|week| week.to >= since).collect(),
            None => all.weeks.last().into_iter().collect(),
        };
        let mut rows = if since.is_none() { self.day() } else { Vec::new() };
        let by_drill: Vec<_> = told.iter().flat_map(|week| self.week(week)).collect();
        let mut cut = None;
        if rows.len() + by_drill.len() <= MOST_ROWS {
            rows.extend(by_drill);
        } else {
            let newest = &told[told.len().saturating_sub(MOST_ROWS)..];
            rows.extend(newest.iter().map(|week| self.whole_week(week)));
            let counts: [(&str, &dyn Display); 2] = [("shown", &newest.len()), ("count", &told.len())];
            cut = (newest.len() < told.len()).then(|| fill(&self.setup.words.report.weeks_cut, &counts));
        }
        if !all.weeks.is_empty() {
            let words = &self.setup.words.report;
            let day = self.setup.words.prescription.dated(*day, None);
            let totals = [(&words.prescribed_all_sets, all.sets), (&words.prescribed_all_days, all.days)];
            rows.extend(totals.map(|(name, amount)| self.work(fill(name, &[("day", &day)]), amount)));
        }
        rows.extend(self.current.earlier.iter().take(MOST_EARLIER).flat_map(|earlier| self.earlier(earlier)));
        (rows, cut)
    }

    fn work(&self, name: String, DoneAmount { done, prescribed, extra }: DoneAmount) -> PrescribedWork {
        let done = match extra {
            0 => done.to_string(),
            _ => format!("{done}{}", fill(&self.setup.words.prescription.extra, &[("count", &extra)])),
        };
        PrescribedWork { name, prescribed: prescribed.to_string(), done }
    }

    /// The page is read later, and may be about weeks that are long past: with the year.
    fn dated(&self, template: &str, from: Date, to: Date) -> String {
        let [from, to] = [from, to].map(|day| self.setup.words.prescription.dated(day, None));
        fill(template, &[("from", &from), ("to", &to)])
    }

    /// Each set of the day: its repetitions or seconds.
    fn day(&self) -> Vec<PrescribedWork> {
        let words = &self.setup.words.report;
        let of_drill = |(drill, sets): (&Drill, Vec<&DoneSet>)| {
            let (repetitions, seconds) = amount_of_set(drill);
            let (name, amount) = match repetitions {
                0 => (&words.prescribed_each_hold, seconds.to_string()),
                _ => (&words.prescribed_each_set, repetitions.to_string()),
            };
            let done = sets.iter().map(|set| match repetitions {
                0 => format!("{:.0}", set.seconds),
                _ => set.repetitions.to_string(),
            });
            let missing = (sets.len()..sets_a_day(drill) as usize).map(|_| "–".to_owned());
            PrescribedWork {
                name: fill(name, &[("drill", &self.setup.words.drill(drill).name)]),
                prescribed: format!("{} × {amount}", sets_a_day(drill)),
                done: done.chain(missing).collect::<Vec<_>>().join(" · "),
            }
        };
        self.current.sets_of_day().into_iter().map(of_drill).collect()
    }

    /// A week by its drills.
    fn week(&self, week: &AdherenceWeek) -> Vec<PrescribedWork> {
        let words = &self.setup.words.report;
        let dated = |template: &str| self.dated(template, week.from, week.to);
        let drills = week.drills.iter().map(|(id, amount)| {
            let name = self.setup.words.drill_named(self.library, Some(id));
            self.work(dated(&fill(&words.prescribed_sets, &[("drill", &name)])), *amount)
        });
        drills.chain([self.work(dated(&words.prescribed_days), week.days)]).collect()
    }

    /// A week in one row.
    fn whole_week(&self, week: &AdherenceWeek) -> PrescribedWork {
        let words = &self.setup.words.report;
        let amounts =
            |days: &dyn Display, sets: &dyn Display| fill(&words.prescribed_week, &[("days", days), ("sets", sets)]);
        let [days, sets] = [week.days, week.sets].map(|amount| self.work(String::new(), amount));
        PrescribedWork {
            name: self.dated(&words.prescribed_week_name, week.from, week.to),
            prescribed: amounts(&days.prescribed, &sets.prescribed),
            done: amounts(&days.done, &sets.done),
        }
    }

    fn earlier(&self, EarlierPrescription { prescription, adherence }: &EarlierPrescription) -> [PrescribedWork; 2] {
        let words = &self.setup.words.report;
        let drills = self.setup.words.prescribed(prescription);
        [(&words.prescribed_before_sets, adherence.sets), (&words.prescribed_before_days, adherence.days)].map(
            |(name, amount)| {
                let name = self.dated(&fill(name, &[("drills", &drills)]), prescription.from, prescription.to);
                self.work(name, amount)
            },
        )
    }
}

/// What should be reached, beside what a session of one of the prescribed drills reached; `which` names that session.
fn goals(
    setup: &Setup,
    current: &Current,
    (drill, session): (Option<&str>, &Past),
    which: &str,
) -> Vec<PrescribedWork> {
    let Prescription { goal, drills, .. } = &current.prescription;
    if !drills.iter().any(|prescribed| Some(prescribed.id.as_str()) == drill) {
        return Vec::new();
    }
    let (words, number) = (&setup.words.report, |value: f32| setup.words.scores.points(value.into()));
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
        goal.from_hips
            .map(|asked| (&words.goal_hips, fill(&words.goal_hips_asked, &[("share", &number(asked))]), of_bends())),
        goal.depth.as_ref().map(|asked| {
            let span = format!("{}° – {}°", number(*asked.start()), number(*asked.end()));
            (&words.goal_depth, span, told(TrendQuantity::Depth))
        }),
        goal.reach.map(|asked| (&words.goal_reach, format!("{}°", number(asked)), told(TrendQuantity::Reach))),
    ];
    let told = goals.into_iter().flatten();
    told.map(|(name, prescribed, done)| PrescribedWork { name: format!("{name}, {which}"), prescribed, done }).collect()
}

/// The answers by scale, each oldest first.
pub(super) fn lines(scores: Vec<Score>, zone: &TimeZone) -> Vec<ScoreLine> {
    let mut lines: Vec<ScoreLine> = Vec::new();
    for score in scores {
        let Some(value) = score.value else { continue };
        let given = score.given_in(zone);
        let item = Some(score.item).filter(|item| !item.is_empty());
        let version = score.instrument.differs_by_version().then_some(score.version);
        let point = (given, value as f32);
        let scale = (score.instrument, &item, &version);
        match lines.iter_mut().find(|line| (line.instrument, &line.item, &line.version) == scale) {
            Some(line) => line.points.push(point),
            None => lines.push(ScoreLine { instrument: score.instrument, item, version, points: vec![point] }),
        }
    }
    lines.sort_by_key(|line| line.instrument);
    lines
}
