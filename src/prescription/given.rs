//! The prescriptions of a person on two machines, and what comes of them where they meet. Pure: whoever asks says what time it is.
//!
//! A prescription is known by when it was given and by its text. Whatever meets in whatever order, the result is the same: of each
//! prescription the newest end counts, and of those that cover a day the one that was given last, which
//! [`Prescription::beside`](super::Prescription::beside) knows.
//!
//! What a clock gave that was ahead of this one counts below all others, in the order of that clock. Its time is kept so that it is
//! older than any other and can still be read ([`BELOW`]): the same package is known again whenever it comes, and stays in its place.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How far the clock of another machine may be ahead of this one, so that what it gave still counts as given last. Clocks that are
/// set by hand differ by minutes. [own]
pub const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(1);

/// A time farther ahead than this is none that somebody will live to see by this machine's clock: one of both clocks is wrong. A
/// year, and a day for time zones. [own]
pub const FARTHEST_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A prescription that was given to a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GivenPrescription {
    /// When: here, or on the machine from which it comes.
    pub given: Timestamp,
    /// The TOML file as it was written.
    pub text: String,
    /// The last day on which it counts, if it was ended before the one it names; before its first day if it was withdrawn.
    pub ended: Option<Date>,
}

/// By how much the time of one from a clock that was ahead is put back: so far that it is below all others. Four hundred years of
/// the calendar, in seconds, after which its days are the same again. [own]
const BELOW: SignedDuration = SignedDuration::from_secs(400 * 31_556_952);

/// What another machine brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// Those that are here and have ended by it: their places, and their last days.
    pub ended: Vec<(usize, Date)>,
    /// Those that are missing, in the order in which they were given.
    pub missing: Vec<GivenPrescription>,
}

/// What comes of the prescriptions that are `here` where those from `there` arrive `now`.
pub fn meet(here: &[GivenPrescription], there: &[GivenPrescription], now: Timestamp) -> Meeting {
    let ended = here.iter().enumerate().filter_map(|(place, one)| {
        let last = end_of(one, here, there)?;
        (one.ended != Some(last)).then_some((place, last))
    });
    let is_known = |one: &GivenPrescription| here.iter().any(|known| known.is(one));
    let missing = there.iter().filter(|one| !is_known(one)).cloned();
    let mut missing: Vec<_> =
        missing.map(|one| GivenPrescription { ended: end_of(&one, there, here), ..one }).collect();
    missing.iter_mut().filter(|one| one.given > now + CLOCKS_DIFFER).for_each(|one| one.given -= BELOW);
    missing.sort_by_key(|one| one.given);
    Meeting { ended: ended.collect(), missing }
}

/// The last day of one that is known on its `own` machine, once the other one is met. The end of the same text reaches it, too, as
/// it may have come here in a package of its own; not where it was given after that end, which its own machine knows.
fn end_of(one: &GivenPrescription, own: &[GivenPrescription], other: &[GivenPrescription]) -> Option<Date> {
    let alike = || other.iter().filter(|other| other.text == one.text);
    let itself = alike().filter(|other| other.is(one)).filter_map(|other| other.ended);
    let is_known = |last: Date| own.iter().any(|own| own.text == one.text && own.ended >= Some(last));
    let others = alike().filter(|other| !other.is(one)).filter_map(|other| other.ended);
    let others = others.filter(|last| !one.is_after(*last) && (one.ended.is_some() || !is_known(*last)));
    newest_end(itself.chain(others).chain(one.ended))
}

/// Of several ends of one prescription the newest counts: whoever gave it knew no better before.
fn newest_end(ends: impl Iterator<Item = Date>) -> Option<Date> {
    ends.max()
}

impl GivenPrescription {
    /// Whether this is the same one, on whatever machine.
    pub fn is(&self, other: &Self) -> bool {
        (self.stated(), &self.text) == (other.stated(), &other.text)
    }

    /// Whether it was given by a clock that is ahead of this one, or was when it came.
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.given < Timestamp::UNIX_EPOCH || self.given > now + CLOCKS_DIFFER
    }

    /// Whether it was given after this day, by the clock of the machine that gave it.
    pub fn is_after(&self, day: Date) -> bool {
        self.stated().to_zoned(TimeZone::system()).date() > day
    }

    /// When it was given by the clock of the machine that gave it.
    fn stated(&self) -> Timestamp {
        if self.given < Timestamp::UNIX_EPOCH { self.given + BELOW } else { self.given }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill_library::Library;
    use crate::prescription::{Prescription, beside_each_other};

    fn day(day: i8) -> Date {
        Date::constant(2026, 11, day)
    }

    fn noon(on: i8) -> Timestamp {
        day(on).at(12, 0, 0, 0).to_zoned(TimeZone::system()).unwrap().timestamp()
    }

    /// Given on a day: so many sets from then on, until a day.
    fn given(on: i8, sets: u32, to: i8, ended: Option<i8>) -> GivenPrescription {
        let (from, to) = (day(on), day(to));
        let text = format!(
            "person = \"Anna\"\nfrom = {from}\nto = {to}\ndays_a_week = 3\n[[drill]]\nid = \"bow\"\nsets = {sets}\n"
        );
        GivenPrescription { given: noon(on), text, ended: ended.map(day) }
    }

    /// A machine on which these arrive one after another.
    fn arrived<'t>(packages: impl IntoIterator<Item = &'t [GivenPrescription]>) -> Vec<GivenPrescription> {
        let mut here: Vec<GivenPrescription> = Vec::new();
        for there in packages {
            let Meeting { ended, missing } = meet(&here, there, noon(30));
            ended.into_iter().for_each(|(place, last)| here[place].ended = Some(last));
            here.extend(missing);
        }
        here.sort();
        here
    }

    /// How many sets of the bow are asked for on each day from the second.
    fn asked(all: &[GivenPrescription]) -> Vec<u32> {
        let newest_first = all.iter().rev();
        let kept = newest_first
            .filter_map(|one| Prescription::kept("a.toml", &one.text, one.ended, &Library::built_in()).unwrap());
        let counting = beside_each_other(&kept.collect::<Vec<_>>());
        let on = |number| counting.iter().find(|one| one.covers(day(number))).map_or(0, |one| one.drills[0].sets);
        (2..=29).map(on).collect()
    }

    fn orders<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
        if all.is_empty() {
            return vec![Vec::new()];
        }
        let first = |place: usize| {
            let mut rest = all.to_vec();
            let one = rest.remove(place);
            orders(&rest).into_iter().map(move |order| [vec![one.clone()], order].concat())
        };
        (0..all.len()).flat_map(first).collect()
    }

    #[test]
    fn in_whatever_order_they_arrive_the_newest_end_counts_and_the_same_is_asked_on_each_day() {
        let (long, shorter, next) = (given(2, 1, 29, None), given(10, 2, 20, None), given(22, 3, 29, None));
        let ended = |one: &GivenPrescription, last| GivenPrescription { ended: Some(day(last)), ..one.clone() };
        let count = |days: &[(u32, usize)]| days.iter().flat_map(|(sets, days)| vec![*sets; *days]).collect::<Vec<_>>();
        for (packages, expected) in [
            // One comes back after the other.
            (vec![vec![long.clone()], vec![shorter.clone()]], count(&[(1, 8), (2, 11), (1, 9)])),
            (
                vec![vec![long.clone()], vec![shorter.clone()], vec![next.clone()]],
                count(&[(1, 8), (2, 11), (1, 1), (3, 8)]),
            ),
            // Ended on two machines, and known without its end on a third.
            (
                vec![vec![long.clone()], vec![ended(&long, 6)], vec![ended(&long, 9)], vec![ended(&long, 1)]],
                count(&[(1, 8), (0, 20)]),
            ),
            // What had been replaced by the one that was ended does not come back, whichever is known first.
            (
                vec![vec![long.clone()], vec![shorter.clone()], vec![ended(&shorter, 15)], vec![next.clone()]],
                count(&[(1, 8), (2, 6), (0, 6), (3, 8)]),
            ),
            // Two machines that know of each other's.
            (
                vec![
                    vec![long.clone(), ended(&shorter, 12)],
                    vec![shorter.clone(), next.clone()],
                    vec![ended(&next, 25)],
                ],
                count(&[(1, 8), (2, 3), (0, 9), (3, 4), (0, 4)]),
            ),
            // Withdrawn before it began on one machine, and ended later on the other.
            (
                vec![vec![ended(&next, 21)], vec![ended(&next, 24)], vec![next.clone()]],
                count(&[(0, 20), (3, 3), (0, 5)]),
            ),
        ] {
            let known = arrived(packages.iter().map(Vec::as_slice));
            assert_eq!(asked(&known), expected);
            for order in orders(&packages) {
                let twice = order.iter().chain(&order).map(Vec::as_slice);
                assert_eq!(arrived(order.iter().map(Vec::as_slice)), known, "{order:?}");
                assert_eq!(arrived(twice), known, "again nothing changes");
                // By way of another machine.
                let (first, rest) = order.split_at(1);
                let other = arrived(rest.iter().map(Vec::as_slice));
                assert_eq!(arrived([first[0].as_slice(), &other]), known);
            }
        }
    }

    #[test]
    fn what_was_given_anew_after_an_end_goes_on() {
        let ended = given(2, 1, 29, Some(6));
        let at = |hours, one: &GivenPrescription| GivenPrescription {
            given: one.given + SignedDuration::from_hours(hours),
            ended: None,
            ..one.clone()
        };
        let (again, elsewhere, later) = (at(4 * 24 + 1, &ended), at(1, &ended), at(5 * 24, &ended));
        let here = [ended.clone(), again.clone()];
        assert_eq!(end_of(&again, &here, std::slice::from_ref(&ended)), None, "the one that was ended is here, too");
        assert_eq!(end_of(&elsewhere, std::slice::from_ref(&elsewhere), &here), Some(day(6)), "it came in a package");
        assert_eq!(end_of(&later, std::slice::from_ref(&later), &here), None, "it was given on a day after that");
        for order in orders(&[vec![elsewhere], vec![ended.clone()], vec![ended, again.clone()]]) {
            let known = arrived(order.iter().map(Vec::as_slice));
            let going_on: Vec<_> = known.iter().filter(|one| one.ended.is_none()).collect();
            assert_eq!(going_on, [&again], "{order:?}");
        }
    }

    #[test]
    fn nothing_from_a_clock_that_is_ahead_counts_above_what_was_given_before() {
        let here = [given(10, 1, 29, None), given(12, 2, 29, None)];
        let ahead = |days, sets| GivenPrescription {
            given: noon(30) + days * SignedDuration::from_hours(24),
            ..given(1, sets, 29, None)
        };
        let there = [ahead(200, 8), ahead(100, 7), given(11, 3, 29, None)];
        let Meeting { missing, .. } = meet(&here, &there, noon(30));
        let mut all = [&here[..], &missing].concat();
        all.sort();
        let sets = |all: &[GivenPrescription]| {
            all.iter().map(|one| one.text.trim().rsplit(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(sets(&all), ["7", "8", "1", "3", "2"], "the newest last");
        assert_eq!(meet(&all, &there, noon(30)), Meeting::default(), "the same again adds nothing");
        let Meeting { missing, .. } = meet(&[], &there, noon(30));
        assert!(missing.iter().all(|one| one.given < noon(30)), "what is given now counts");
        // In whatever order one by one, at the same time or later, with the same result.
        let hours = GivenPrescription { given: noon(30) + SignedDuration::from_hours(3), ..given(1, 5, 29, None) };
        for order in orders(&[here[0].clone(), hours, ahead(100, 7)]) {
            let mut all: Vec<GivenPrescription> = Vec::new();
            for round in [noon(30), noon(30) + SignedDuration::from_hours(200 * 24)] {
                for one in &order {
                    all.extend(meet(&all, std::slice::from_ref(one), round).missing);
                }
            }
            all.sort();
            assert_eq!(sets(&all), ["5", "7", "1"], "{order:?}");
            assert_eq!(meet(&[], &all, noon(30)).missing, all, "by way of another machine");
        }
        // Clocks differ by minutes.
        let minutes = GivenPrescription { given: noon(30) + SignedDuration::from_mins(5), ..given(30, 4, 30, None) };
        assert_eq!(meet(&here, std::slice::from_ref(&minutes), noon(30)).missing, [minutes]);
    }
}
