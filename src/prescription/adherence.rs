//! What was done against what was asked, and what is due. Pure: whoever asks says which day it is.
//!
//! A set counts as done if it has the repetitions, or the seconds, that were asked for. Bends without feedback, which show what
//! stayed, are no part of it. Weeks are counted from the first day of the prescription, and a set that was missed on one
//! day of a week may be made up for on another. A day belongs to the prescription that counts on it, from its first day to its last,
//! both included. Of a week of which only some days are left, as it is the last one or another prescription takes the rest, each of
//! these days is asked for at most. [own]

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Prescription, amount_of_set, sets_a_day};
use crate::coach::drill::Drill;

/// A hold that ended this much early still counts: the clock that leads it and the frames are not the same. Seconds. [own]
const SLACK: f64 = 1.0;

/// A set that was practised.
#[derive(Clone, Debug, PartialEq)]
pub struct DoneSet {
    /// The id of its session.
    pub session: String,
    /// Its day, in local time.
    pub day: Date,
    /// The drill.
    pub drill: String,
    /// Its repetitions.
    pub repetitions: u32,
    /// How long it took, seconds.
    pub seconds: f64,
    /// Whether its session broke off: it is kept up to there, and more may have been done.
    pub broke_off: bool,
}

/// An amount of sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DoneAmount {
    /// How many of the sets that were asked for were done.
    pub done: u32,
    /// How many were asked for.
    pub prescribed: u32,
    /// How many were done beyond that.
    pub extra: u32,
}

/// A week of a prescription.
#[derive(Clone, Debug, PartialEq)]
pub struct AdherenceWeek {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// Days with a set that was done: of how many that were asked for.
    pub days: DoneAmount,
    /// The sets of each drill, in the order of the prescription.
    pub drills: Vec<(String, DoneAmount)>,
    /// All sets.
    pub sets: DoneAmount,
}

/// A day on which practice ended before what was asked for was done.
#[derive(Clone, Debug, PartialEq)]
pub struct StoppedEarly {
    /// The day's last session.
    pub session: String,
    /// Whether that session broke off, so that it was not the person who ended the day.
    pub broke_off: bool,
    /// The day.
    pub day: Date,
    /// The drill of the first set that was not done.
    pub drill: String,
    /// The number of that set, from 1, and how many were asked for.
    pub set: (u32, u32),
    /// The repetitions of that set, and how many were asked for; `None` of a hold, and of a set that was not begun.
    pub repetitions: Option<(u32, u32)>,
}

/// What was done against what was asked, until a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Adherence {
    /// The weeks that have begun.
    pub weeks: Vec<AdherenceWeek>,
    /// All their days.
    pub days: DoneAmount,
    /// All their sets.
    pub sets: DoneAmount,
    /// The days that ended early, in order.
    pub stopped: Vec<StoppedEarly>,
}

/// A drill of which sets are left on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeftToday<'p> {
    /// The drill.
    pub drill: &'p Drill,
    /// How many of its sets are left, at least one.
    pub left: u32,
    /// How many are asked for on a day.
    pub sets: u32,
}

/// What a prescription asks for on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueState {
    /// It begins on this day.
    NotYet(Date),
    /// It ended with this day.
    Ended(Date),
    /// This is the day of its week to practise on: of so many.
    Due(u32, u32),
    /// All of the day is done.
    DoneToday,
    /// All days of the week are done, and all their sets.
    WeekDone,
    /// All days of the week were practised on, and some of their sets are missing, which may be made up.
    SetsMissing {
        /// How many were done.
        done: u32,
        /// Of how many.
        sets: u32,
    },
}

impl DoneAmount {
    fn of(done: u32, prescribed: u32) -> Self {
        Self { done: done.min(prescribed), prescribed, extra: done.saturating_sub(prescribed) }
    }

    fn sum(amounts: impl Iterator<Item = Self>) -> Self {
        amounts.fold(Self::default(), |sum, amount| Self {
            done: sum.done + amount.done,
            prescribed: sum.prescribed + amount.prescribed,
            extra: sum.extra + amount.extra,
        })
    }
}

/// Whether a set is all that was asked for.
fn is_whole(set: &DoneSet, drill: &Drill) -> bool {
    let (repetitions, seconds) = amount_of_set(drill);
    set.repetitions >= repetitions && set.seconds + SLACK >= seconds
}

impl Prescription {
    /// What was done until `today` against what was asked. Of `done`, only the sets of this prescription's drills and days are
    /// looked at, in their order.
    pub fn adherence(&self, done: &[DoneSet], today: Date) -> Adherence {
        let weeks: Vec<_> = self.weeks().take_while(|(from, _)| *from <= today).collect();
        let weeks = weeks.into_iter().map(|(from, to)| self.week(from, to, done));
        let weeks: Vec<_> = weeks.filter(|week| week.days.prescribed > 0).collect(); // none is left of a week of pause
        let mut days: Vec<Date> = self.of_prescription(done).map(|set| set.day).filter(|day| *day <= today).collect();
        days.dedup();
        Adherence {
            days: DoneAmount::sum(weeks.iter().map(|week| week.days)),
            sets: DoneAmount::sum(weeks.iter().map(|week| week.sets)),
            stopped: days.into_iter().filter_map(|day| self.stopped(day, done)).collect(),
            weeks,
        }
    }

    /// What is asked for on this day.
    pub fn due(&self, done: &[DoneSet], today: Date) -> DueState {
        let Some((from, to)) = self.weeks().find(|(from, to)| (*from..=*to).contains(&today)) else {
            return if today < self.from { DueState::NotYet(self.from) } else { DueState::Ended(self.to) };
        };
        let begun = self.of_prescription(done).any(|set| set.day == today);
        if begun && self.missing(today, done).is_none() {
            return DueState::DoneToday;
        }
        let week = self.week(from, to, done);
        let practised = self.practised(done, from, to).filter(|day| *day != today).count() as u32;
        if practised < week.days.prescribed {
            DueState::Due(practised + 1, week.days.prescribed)
        } else if week.sets.done < week.sets.prescribed {
            DueState::SetsMissing { done: week.sets.done, sets: week.sets.prescribed }
        } else {
            DueState::WeekDone
        }
    }

    /// The weeks: first and last day each.
    fn weeks(&self) -> impl Iterator<Item = (Date, Date)> {
        let next = |from: &Date| from.checked_add(7.days()).ok();
        std::iter::successors(Some(self.from), next).take_while(|from| *from <= self.to).map(|from| {
            let last = from.checked_add(6.days()).unwrap_or(self.to);
            (from, last.min(self.to))
        })
    }

    fn of_prescription<'d>(&self, done: &'d [DoneSet]) -> impl Iterator<Item = &'d DoneSet> {
        done.iter().filter(|set| self.covers(set.day) && self.drill(&set.drill).is_some())
    }

    fn drill(&self, id: &str) -> Option<&Drill> {
        self.drills.iter().find(|drill| drill.id == id)
    }

    /// The days of a week on which a set was done.
    fn practised(&self, done: &[DoneSet], from: Date, to: Date) -> impl Iterator<Item = Date> {
        let whole = |set: &&DoneSet| self.drill(&set.drill).is_some_and(|drill| is_whole(set, drill));
        let of_week = |set: &&DoneSet| (from..=to).contains(&set.day) && self.covers(set.day);
        let mut days: Vec<_> = done.iter().filter(of_week).filter(whole).collect();
        days.sort_by_key(|set| set.day);
        days.dedup_by_key(|set| set.day);
        days.into_iter().map(|set| set.day)
    }

    fn week(&self, from: Date, to: Date, done: &[DoneSet]) -> AdherenceWeek {
        let length = from.series(1.day()).take_while(|day| *day <= to).filter(|day| self.covers(*day)).count();
        let days = self.days_a_week.min(length as u32);
        let drills = self.drills.iter().map(|drill| {
            let of_week = |day: Date| (from..=to).contains(&day) && self.covers(day);
            let of_drill = |set: &&DoneSet| set.drill == drill.id && of_week(set.day);
            let whole = done.iter().filter(of_drill).filter(|set| is_whole(set, drill)).count() as u32;
            (drill.id.clone(), DoneAmount::of(whole, sets_a_day(drill) * days))
        });
        let drills: Vec<_> = drills.collect();
        AdherenceWeek {
            from,
            to,
            days: DoneAmount::of(self.practised(done, from, to).count() as u32, days),
            sets: DoneAmount::sum(drills.iter().map(|(_, amount)| *amount)),
            drills,
        }
    }

    /// The sets of each drill that were begun on a day, in the order of the prescription. None if nothing of it was.
    pub fn sets_on<'p, 'd>(&'p self, day: Date, done: &'d [DoneSet]) -> Vec<(&'p Drill, Vec<&'d DoneSet>)> {
        let begun = |drill: &'p Drill| {
            let of_drill = self.of_prescription(done).filter(|set| set.day == day && set.drill == drill.id);
            (drill, of_drill.collect::<Vec<_>>())
        };
        let drills: Vec<_> = self.drills.iter().map(begun).collect();
        if drills.iter().all(|(_, sets)| sets.is_empty()) { Vec::new() } else { drills }
    }

    /// What is left to do on a day, in the order of the prescription.
    pub fn left<'p>(&'p self, day: Date, done: &[DoneSet]) -> Vec<LeftToday<'p>> {
        let left = |drill: &'p Drill| {
            let of_drill = done.iter().filter(|set| set.day == day && set.drill == drill.id);
            let whole = of_drill.filter(|set| is_whole(set, drill)).count() as u32;
            let sets = sets_a_day(drill);
            (whole < sets).then(|| LeftToday { drill, left: sets - whole, sets })
        };
        self.drills.iter().filter_map(left).collect()
    }

    /// The first set that is missing on a day.
    fn missing(&self, day: Date, done: &[DoneSet]) -> Option<(&Drill, u32)> {
        self.left(day, done).first().map(|first| (first.drill, first.sets - first.left + 1))
    }

    fn stopped(&self, day: Date, done: &[DoneSet]) -> Option<StoppedEarly> {
        let (drill, set) = self.missing(day, done)?;
        let of_day = || self.of_prescription(done).filter(|set| set.day == day);
        let begun = of_day().filter(|set| set.drill == drill.id && !is_whole(set, drill));
        // One in which nothing was done says less than the one before it, which was left unfinished too.
        let begun = begun.max_by_key(|set| set.repetitions > 0); // of several the last
        let (repetitions, _) = amount_of_set(drill);
        let last = of_day().last()?;
        Some(StoppedEarly {
            session: last.session.clone(),
            broke_off: last.broke_off,
            day,
            drill: drill.id.clone(),
            set: (set, sets_a_day(drill)),
            repetitions: begun.filter(|_| repetitions > 0).map(|set| (set.repetitions, repetitions)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill_library::Library;

    const TEXT: &str = "person = \"Anna\"\nfrom = 2026-11-16\nto = 2026-11-27\ndays_a_week = 3\n
        [[drill]]\nid = \"bow\"\nsets = 2\nrepetitions = 8\n[[drill]]\nid = \"cat-cow\"\nsets = 1\nseconds = 30\n";

    fn prescription() -> Prescription {
        Prescription::parse("a.toml", TEXT, &Library::built_in()).unwrap()
    }

    fn day(day: i8) -> Date {
        Date::constant(2026, 11, day)
    }

    fn set(on: i8, drill: &str, repetitions: u32, seconds: f64) -> DoneSet {
        let session = format!("2026-11-{on:02}");
        DoneSet { session, day: day(on), drill: drill.to_owned(), repetitions, seconds, broke_off: false }
    }

    fn whole_day(on: i8) -> [DoneSet; 3] {
        [set(on, "bow", 8, 60.0), set(on, "bow", 9, 60.0), set(on, "cat-cow", 0, 30.0)]
    }

    fn amount(done: u32, prescribed: u32, extra: u32) -> DoneAmount {
        DoneAmount { done, prescribed, extra }
    }

    #[test]
    fn sets_are_counted_by_drill_and_week_and_more_than_asked_is_no_more_than_all() {
        let done = [&whole_day(16)[..], &whole_day(18), &whole_day(20), &whole_day(22), &whole_day(23)].concat();
        let told = prescription().adherence(&done, day(24));
        let [first, second] = &told.weeks[..] else { panic!("{told:?}") };
        assert_eq!((first.to, first.days, first.sets), (day(22), amount(3, 3, 1), amount(9, 9, 3)));
        assert_eq!(first.drills[0], ("bow".to_owned(), amount(6, 6, 2)));
        assert_eq!((second.from, second.to, second.sets), (day(23), day(27), amount(3, 9, 0)));
        assert_eq!((told.days, told.sets, told.stopped.len()), (amount(4, 6, 1), amount(12, 18, 3), 0));
        assert_eq!(prescription().adherence(&done, day(22)).weeks.len(), 1, "the second has not begun");
    }

    #[test]
    fn what_came_back_after_a_newer_one_does_not_count_the_days_of_that_one() {
        let newer = Prescription { from: day(18), to: day(24), ..prescription() };
        let back = prescription().beside([&newer]);
        assert!(back.covers(day(17)) && !back.covers(day(18)) && !back.covers(day(24)) && back.covers(day(25)));
        let done = [&whole_day(16)[..], &whole_day(19), &whole_day(25)].concat();
        let told = back.adherence(&done, day(27));
        let [first, second] = &told.weeks[..] else { panic!("{told:?}") };
        assert_eq!((first.days, first.sets), (amount(1, 2, 0), amount(3, 6, 0)), "two of its days are left");
        assert_eq!((second.days, second.sets), (amount(1, 3, 0), amount(3, 9, 0)));
        let longer = Prescription { from: day(16), to: day(22), ..prescription() };
        assert_eq!(prescription().beside([&longer]).adherence(&done, day(27)).weeks.len(), 1);
    }

    #[test]
    fn each_day_counts_for_the_prescription_in_force_on_it_and_a_week_cut_short_asks_for_its_days_at_most() {
        let newer = Prescription { from: day(18), to: day(30), ..prescription() };
        let older = prescription().beside([&newer]);
        let done = [15, 16, 17, 18, 27, 28, 30].map(whole_day).concat();
        let told = |prescription: &Prescription, today| {
            let told = prescription.adherence(&done, day(today));
            told.weeks.iter().map(|week| (week.from, week.to, week.days)).collect::<Vec<_>>()
        };
        let last = (day(23), day(27), amount(1, 3, 0));
        assert_eq!(told(&prescription(), 30), [(day(16), day(22), amount(3, 3, 0)), last], "its last day is its own");
        assert_eq!(told(&older, 30), [(day(16), day(22), amount(2, 2, 0))], "of the first week two days are left");
        let [first, second] = [(day(18), day(24), amount(1, 3, 0)), (day(25), day(30), amount(3, 3, 0))];
        assert_eq!(told(&newer, 30), [first, second], "the day on which it takes the place is its own");
        // Ended on a day, that day is its last one.
        let ended = prescription().until(day(17)).unwrap();
        assert_eq!(told(&ended, 30), [(day(16), day(17), amount(2, 2, 0))]);
        let due = |today| ended.due(&done, day(today));
        assert_eq!((due(17), due(18)), (DueState::DoneToday, DueState::Ended(day(17))));
    }

    #[test]
    fn a_session_that_ended_early_says_where() {
        let done = [set(16, "bow", 8, 60.0), set(16, "bow", 5, 40.0), set(16, "plank", 5, 40.0)];
        let told = prescription().adherence(&done, day(16));
        let expected = StoppedEarly {
            session: "2026-11-16".to_owned(),
            broke_off: false,
            day: day(16),
            drill: "bow".to_owned(),
            set: (2, 2),
            repetitions: Some((5, 8)),
        };
        assert_eq!((told.sets, told.stopped), (amount(1, 9, 0), vec![expected.clone()]));
        let broken = done.map(|set| DoneSet { broke_off: true, ..set });
        assert_eq!(prescription().adherence(&broken, day(16)).stopped, [StoppedEarly { broke_off: true, ..expected }]);
        for (repetitions, ended) in [(&[3, 0][..], (1, 3)), (&[8, 3, 0], (2, 3)), (&[8, 0], (2, 0)), (&[3, 5], (1, 5))]
        {
            let done: Vec<_> = repetitions.iter().map(|amount| set(16, "bow", *amount, 60.0)).collect();
            let told = prescription().adherence(&done, day(16)).stopped.remove(0);
            assert_eq!((told.set, told.repetitions), ((ended.0, 2), Some((ended.1, 8))), "{repetitions:?}");
        }
        let held = [set(16, "bow", 8, 60.0), set(16, "bow", 8, 60.0), set(16, "cat-cow", 0, 12.0)];
        let told = prescription().adherence(&held, day(16)).stopped.remove(0);
        assert_eq!((told.drill.as_str(), told.set, told.repetitions), ("cat-cow", (1, 1), None));
    }

    #[test]
    fn what_is_due_depends_on_the_day_the_week_and_what_was_done() {
        let due = |done: &[DoneSet], today| prescription().due(done, day(today));
        assert_eq!((due(&[], 15), due(&[], 28)), (DueState::NotYet(day(16)), DueState::Ended(day(27))));
        assert_eq!(due(&[], 16), DueState::Due(1, 3));
        assert_eq!(due(&whole_day(16), 16), DueState::DoneToday);
        assert_eq!(due(&whole_day(16)[..1], 16), DueState::Due(1, 3), "the rest of it");
        let left = |done: &[DoneSet]| {
            let prescription = prescription();
            let left = prescription.left(day(16), done);
            left.iter().map(|one| (one.drill.id.clone(), one.left, one.sets)).collect::<Vec<_>>()
        };
        let (bow, cat_cow) = (|left| ("bow".to_owned(), left, 2), ("cat-cow".to_owned(), 1, 1));
        assert_eq!(
            left(&[set(16, "bow", 3, 20.0), set(15, "bow", 8, 60.0)]),
            [bow(2), cat_cow.clone()],
            "none is whole"
        );
        assert_eq!(left(&whole_day(16)[..1]), [bow(1), cat_cow.clone()]);
        assert_eq!(left(&whole_day(16)[..2]), [cat_cow]);
        assert_eq!(left(&whole_day(16)), []);
        let week = [whole_day(16), whole_day(17), whole_day(18)].concat();
        assert_eq!((due(&week, 19), due(&week, 23)), (DueState::WeekDone, DueState::Due(1, 3)));
        let part = [16, 17, 18].map(|on| set(on, "bow", 8, 60.0));
        assert_eq!(due(&part, 19), DueState::SetsMissing { done: 3, sets: 9 }, "they may be made up");
    }
}
