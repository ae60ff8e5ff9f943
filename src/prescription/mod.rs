//! What a clinician asks of a person: drills and how often, from when to when, and what goes with them. One TOML file,
//! which [`Prescription::parse`] checks field by field.
//!
//! [`adherence`] holds what was done against what was asked. Nothing here opens files or knows what day it is.

pub mod adherence;
pub mod given;
mod read;

use std::ops::RangeInclusive;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::coach::drill::{Drill, DrillError, Task};
use crate::coach::feedback::Schedule;
use crate::coach::guided::StopRule;
use crate::drill_library::Library;

/// What a person is to practise.
#[derive(Clone, Debug, PartialEq)]
pub struct Prescription {
    /// For whom: a name or a pseudonym.
    pub person: String,
    /// The first day.
    pub from: Date,
    /// The last day, not before the first.
    pub to: Date,
    /// On how many days of each week, 1 to 7.
    pub days_a_week: u32,
    /// The programme, if it names one.
    pub programme: Option<String>,
    /// The drills in their order, with the amounts that are asked for. At least one, none twice.
    pub drills: Vec<Drill>,
    /// What the person should reach.
    pub goal: PrescribedGoal,
    /// When something is said about bends, which each drill has too; as the drill has it if it is left out.
    pub feedback: Option<Schedule>,
    /// The same for the hum, if it should be another.
    pub tone: Option<Schedule>,
    /// Whether sessions begin with bends without feedback, to see what stayed.
    pub retention_probe: bool,
    /// Up to three activities that the person finds hard, in their own words.
    pub psfs: Vec<String>,
    /// When the person should stop for the day.
    pub stop: PrescribedStop,
    /// What else the clinician writes.
    pub note: Option<String>,
    /// Whether it was ended before the last day that it names.
    pub ended_early: bool,
    /// Days on which a newer one counted in its place, after which this one came back.
    pub pauses: Vec<RangeInclusive<Date>>,
}

/// What a person should reach. Nothing is reached if nothing is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PrescribedGoal {
    /// How many of 100 bends should come from the hips.
    pub from_hips: Option<f32>,
    /// Hip flexion at the lowest point, degrees. The drills have it as their own goal.
    pub depth: Option<RangeInclusive<f32>>,
    /// Hip flexion before the low back joins in, degrees.
    pub reach: Option<f32>,
}

/// The pain at which a person should stop for the day, on a scale from 0 to 10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrescribedStop {
    /// From this on.
    pub pain: Option<u32>,
    /// When it has risen by this much since the session began.
    pub rise: Option<u32>,
}

impl PrescribedStop {
    /// The rule of a session; what is left out is as the program has it.
    pub fn rule(self) -> StopRule {
        let usual = StopRule::default();
        let points = |wanted: Option<u32>, usual| wanted.and_then(|points| u8::try_from(points).ok()).unwrap_or(usual);
        StopRule { rise: points(self.rise, usual.rise), most: points(self.pain, usual.most) }
    }
}

impl Prescription {
    /// The name under which a session of several drills without a programme is kept.
    pub const SEVERAL_DRILLS: &str = "prescription";

    /// The name under which a session of it is kept: the programme's, that of its only drill, or `prescription`.
    pub fn plan(&self) -> &str {
        match (&self.programme, self.drills.as_slice()) {
            (Some(programme), _) => programme,
            (None, [only]) => &only.id,
            _ => Self::SEVERAL_DRILLS,
        }
    }

    /// Parses one that was kept, as it counts: with `ended` as its last day if it was ended before the one it names. `None` if it was
    /// withdrawn before its first day.
    ///
    /// # Errors
    /// As [`Prescription::parse`].
    pub fn kept(file: &str, text: &str, ended: Option<Date>, library: &Library) -> Result<Option<Self>, DrillError> {
        let written = Self::parse(file, text, library)?;
        Ok(match ended {
            Some(last) => written.until(last),
            None => Some(written),
        })
    }

    /// The same, with this as its last day if that is earlier; `None` if none of its days is left.
    pub fn until(self, last: Date) -> Option<Self> {
        let to = last.min(self.to);
        let ended_early = self.ended_early || to < self.to;
        (to >= self.from).then_some(Self { to, ended_early, ..self })
    }

    /// The same as it counts beside these, which were given later: not on their days. One of them that was ended has ended it, too,
    /// as nothing that was replaced comes back by an end; where its last day came as it was written, this one does.
    pub fn beside<'n>(self, newer: impl IntoIterator<Item = &'n Self>) -> Self {
        let newer: Vec<&Self> = newer.into_iter().collect();
        let ends = newer.iter().filter(|newer| newer.ended_early && (self.from..self.to).contains(&newer.to));
        let end = ends.map(|newer| newer.to).min();
        let pauses = newer.iter().map(|newer| newer.from..=newer.to).collect();
        Self { to: end.unwrap_or(self.to), ended_early: self.ended_early || end.is_some(), pauses, ..self }
    }

    /// The last of its days on which it counts, if there is any.
    pub fn last_day(&self) -> Option<Date> {
        self.last_day_until(self.to)
    }

    /// The last of its days on which it counts, until this one.
    pub fn last_day_until(&self, day: Date) -> Option<Date> {
        let days = self.to.min(day).series((-1).day());
        days.take_while(|day| *day >= self.from).find(|day| self.covers(*day))
    }

    /// The first of its days after this one on which it counts.
    pub fn next_day(&self, after: Date) -> Option<Date> {
        let next = after.tomorrow().ok()?.max(self.from);
        next.series(1.day()).take_while(|day| *day <= self.to).find(|day| self.covers(*day))
    }

    /// Whether a day is one of its days.
    pub fn covers(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day) && !self.pauses.iter().any(|pause| pause.contains(&day))
    }
}

/// Those of one person as they count beside each other. They come, and go, with the one that was given last first.
pub fn beside_each_other(given: &[Prescription]) -> Vec<Prescription> {
    let beside = given.iter().enumerate().map(|(place, one)| one.clone().beside(&given[..place]));
    beside.collect()
}

/// Whether one that was given before is the same as a later one, each with its end: its content, however its file looks. One that had
/// ended, while the later one goes on or ended on another day, is another one.
pub fn is_given_again(later: (&Prescription, Option<Date>), before: (&Prescription, Option<Date>)) -> bool {
    later.0 == before.0 && (before.1.is_none() || before.1 == later.1)
}

/// Those of one person as they were written, each with its end, as they count: the same one once, and beside each other. They come, and
/// go, with the one that was given last first; what was withdrawn is left out.
pub fn as_they_count(written: impl IntoIterator<Item = (Prescription, Option<Date>)>) -> Vec<Prescription> {
    let mut known: Vec<(Prescription, Option<Date>)> = Vec::new();
    for (one, ended) in written {
        if !known.iter().any(|(later, end)| is_given_again((later, *end), (&one, ended))) {
            known.push((one, ended));
        }
    }
    let counting = known.into_iter().filter_map(|(one, ended)| match ended {
        Some(last) => one.until(last),
        None => Some(one),
    });
    beside_each_other(&counting.collect::<Vec<_>>())
}

/// The sets of a drill on one day, on all sides.
pub(crate) fn sets_a_day(drill: &Drill) -> u32 {
    drill.sets * drill.sides.count()
}

/// The repetitions of a set, or its seconds.
pub(crate) fn amount_of_set(drill: &Drill) -> (u32, f64) {
    match &drill.task {
        Task::Bend(bends) => (bends.repetitions, 0.0),
        Task::Hold(time) | Task::Flow(time) => (0, time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prescription(from: &str, to: &str, ended: Option<Date>) -> Option<Prescription> {
        let text = format!("person = \"Anna\"\nfrom = {from}\nto = {to}\ndays_a_week = 3\n[[drill]]\nid = \"bow\"\n");
        Prescription::kept("a.toml", &text, ended, &Library::built_in()).unwrap()
    }

    #[test]
    fn what_was_kept_counts_until_its_end_and_not_at_all_if_it_was_withdrawn() {
        let to = |ended| prescription("2026-11-02", "2026-11-29", ended).map(|counts| counts.to);
        let day = |day| Date::constant(2026, 11, day);
        assert_eq!((to(None), to(Some(day(10))), to(Some(day(2)))), (Some(day(29)), Some(day(10)), Some(day(2))));
        assert_eq!((to(Some(day(1))), to(Some(Date::constant(2027, 1, 1)))), (None, Some(day(29))));
    }

    #[test]
    fn the_same_one_given_twice_ends_with_its_last_end_and_one_that_was_given_anew_goes_on() {
        let day = |day| Date::constant(2026, 11, day);
        let written = || prescription("2026-11-02", "2026-11-29", None).unwrap();
        let days = |ends: [Option<Date>; 2]| {
            let counting = as_they_count(ends.map(|ended| (written(), ended)));
            (1..=30).filter(|number| counting.iter().any(|one| one.covers(day(*number)))).collect::<Vec<i8>>()
        };
        assert_eq!(days([Some(day(1)), None]), [0; 0], "it was withdrawn, whatever file it came in before");
        assert_eq!(days([Some(day(3)), None]), [2, 3]);
        assert_eq!(days([None, Some(day(3))]), (2..=29).collect::<Vec<_>>(), "given anew after its end");
    }

    #[test]
    fn of_two_the_newer_counts_on_its_days_and_the_other_comes_back_unless_the_newer_was_ended() {
        let day = |day| Date::constant(2026, 11, day);
        let days = |counts: &Prescription| (2..=29).filter(|number| counts.covers(day(*number))).collect::<Vec<i8>>();
        let given = |from, to, ended| prescription(from, to, ended).unwrap();
        let long = || given("2026-11-02", "2026-11-29", None);
        let shorter = given("2026-11-10", "2026-11-20", None);
        let back = long().beside([&shorter]);
        assert_eq!(days(&back), (2..10).chain(21..30).collect::<Vec<_>>());
        assert_eq!((back.last_day(), back.last_day_until(day(15))), (Some(day(29)), Some(day(9))));
        assert_eq!((back.next_day(day(9)), back.next_day(day(29)), back.ended_early), (Some(day(21)), None, false));
        // An end is meant for good: what it had replaced does not come back.
        let ended = given("2026-11-10", "2026-11-20", Some(day(15)));
        let cut = long().beside([&ended]);
        assert_eq!((days(&cut), cut.to, cut.ended_early), ((2..10).collect(), day(15), true));
        // Of one that begins only after that end, and of one that had ended before it, nothing changes.
        let later = given("2026-11-16", "2026-11-29", None).beside([&ended]);
        assert_eq!((days(&later), later.ended_early), ((16..30).collect(), false));
        let over = given("2026-11-02", "2026-11-12", None).beside([&ended]);
        assert_eq!((days(&over), over.to), ((2..10).collect(), day(12)));
        // It came back after the first and was replaced for good by the second.
        let for_good = long().beside([&given("2026-11-24", "2026-12-20", None), &shorter]);
        assert_eq!(days(&for_good), (2..10).chain(21..24).collect::<Vec<_>>());
        assert_eq!((for_good.last_day(), for_good.next_day(day(23))), (Some(day(23)), None));
        let never = shorter.beside([&long()]);
        assert_eq!((days(&never), never.last_day()), (Vec::new(), None));
    }
}
