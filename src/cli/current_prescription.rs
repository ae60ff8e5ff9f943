//! The prescriptions of a person: the one that counts on a day, with what was done of it, and those before and after.

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;

use super::exit;
use super::setup::Setup;
use crate::coach::drill::{Drill, DrillError};
use crate::drill_library::Library;
use crate::prescription::adherence::{Adherence, DoneSet, DueState};
use crate::prescription::given::GivenPrescription;
use crate::prescription::{Prescription, is_given_again};
use crate::store::{Person, ReceivedPrescription, Store, StoreError};
use crate::visible::visible;

/// A prescription as it is kept.
pub(super) struct KeptPrescription {
    /// Its number in the store.
    pub number: i64,
    /// The numbers of the same one as it was given before: entered by hand and come in a package, it is there more than once.
    pub before: Vec<i64>,
    /// When it was given, here or on the machine from which it comes.
    pub given: Timestamp,
    /// The text of its file.
    pub text: String,
    /// As it was written, or what is wrong with it: a drill in it may be gone.
    pub written: Result<Prescription, DrillError>,
    /// As it counts: until it was ended, and beside those that were given later. `None` if it was withdrawn, or cannot be read.
    pub counting: Option<Prescription>,
    /// Its last day, if it was ended early.
    pub ended: Option<Date>,
}

impl KeptPrescription {
    /// Those of a person, the newest first. The same content with the same days is one prescription, as it was given last; what had
    /// ended and was given anew is another one.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(super) fn all(setup: &Setup, store: &Store, person: &Person) -> Result<Vec<Self>, StoreError> {
        let name = format!("the prescription of {}", visible(&person.label()));
        let library = Library::open(&setup.paths);
        let (mut all, mut newer) = (Vec::<Self>::new(), Vec::new());
        for ReceivedPrescription { received, text, number, ended } in store.prescriptions(person.id)? {
            let written = Prescription::parse(&name, &text, &library);
            if let Some(same) = all.iter_mut().find(|kept| kept.is_same(&written, ended)) {
                same.before.push(number);
                continue;
            }
            let counting = Prescription::kept(&name, &text, ended, &library).ok().flatten();
            let beside = counting.clone().map(|counting| counting.beside(&newer));
            all.push(Self { number, before: Vec::new(), given: received, text, written, counting: beside, ended });
            newer.extend(counting);
        }
        Ok(all)
    }

    /// Whether one that was given before, with this end, is the same ([`is_given_again`]).
    fn is_same(&self, written: &Result<Prescription, DrillError>, ended: Option<Date>) -> bool {
        let (Ok(later), Ok(before)) = (&self.written, written) else { return false };
        is_given_again((later, self.ended), (before, ended))
    }

    /// All its numbers in the store.
    pub(super) fn numbers(&self) -> impl Iterator<Item = i64> {
        std::iter::once(self.number).chain(self.before.iter().copied())
    }

    /// Whether it has this number in the store.
    pub(super) fn has(&self, number: i64) -> bool {
        self.numbers().any(|own| own == number)
    }

    pub(super) fn covers(&self, day: Date) -> bool {
        self.counting.as_ref().is_some_and(|counting| counting.covers(day))
    }

    /// The prescription that was given, as it would be kept elsewhere, with this as its last day.
    pub(super) fn ended_on(&self, last: Date) -> GivenPrescription {
        GivenPrescription { given: self.given, text: self.text.clone(), ended: Some(last) }
    }

    /// From when on others count in its place for good, which may be its first day.
    pub(super) fn replaced_on(&self) -> Option<Date> {
        let counting = self.counting.as_ref()?;
        let next = counting.last_day().map_or(Ok(counting.from), Date::tomorrow).ok()?;
        (next <= counting.to).then_some(next)
    }
}

/// The place of the prescription that counts on a day: of those that cover it the newest, so that one that begins later leaves the
/// one before in force until then. Where none covers it, the newest tells why nothing is due.
///
/// # Errors
/// If one that may count cannot be read.
fn in_force(all: &[KeptPrescription], day: Date) -> Result<Option<usize>, DrillError> {
    let mut newest = None;
    for (place, kept) in all.iter().enumerate() {
        match (&kept.written, &kept.counting) {
            (Err(error), _) => return Err(error.clone()),
            (Ok(_), Some(counting)) if counting.covers(day) => return Ok(Some(place)),
            (Ok(_), Some(_)) => newest = newest.or(Some(place)),
            (Ok(_), None) => {}
        }
    }
    Ok(newest)
}

/// The prescription that counts on a day.
///
/// # Errors
/// If the store cannot be read, or a prescription that may count.
pub(super) fn counting_on(setup: &Setup, store: &Store, person: &Person, day: Date) -> Result<Option<Prescription>> {
    let mut all = KeptPrescription::all(setup, store, person)?;
    let place = in_force(&all, day)?;
    Ok(place.and_then(|place| all.swap_remove(place).counting))
}

/// The prescriptions of a person that begin after a day, the first first: those of which a day is left beside the others.
///
/// # Errors
/// If the store cannot be read.
pub(super) fn later(setup: &Setup, store: &Store, person: &Person, day: Date) -> Result<Vec<Prescription>> {
    let all = KeptPrescription::all(setup, store, person)?.into_iter();
    let comes = |counting: &Prescription| counting.from > day && counting.next_day(day).is_some();
    let mut all: Vec<_> = all.filter_map(|kept| kept.counting).filter(comes).collect();
    all.sort_by_key(|prescription| prescription.from);
    Ok(all)
}

/// A prescription that counted before, on the days until another took its place, with all that was done of it.
pub(super) struct EarlierPrescription {
    pub prescription: Prescription,
    pub adherence: Adherence,
}

/// The prescription of a person that counts, with what was done of it.
pub(super) struct Current {
    pub prescription: Prescription,
    pub due: DueState,
    /// What was done of it until the day that is asked about.
    done: Vec<DoneSet>,
    /// That day.
    pub day: Date,
    pub adherence: Adherence,
    /// Those before it, the newest first: each is an agreement of its own, so their sets are not added up.
    pub earlier: Vec<EarlierPrescription>,
}

impl Current {
    /// The same as it was on this day; `None` also if the prescription does not cover it.
    pub(super) fn until(setup: &Setup, store: &Store, person: &Person, day: Date) -> Option<Self> {
        Self::of(setup, store, person, day).filter(|current| current.prescription.covers(day))
    }

    /// Finds that of a day; `None` if the person has none, or if it cannot be read, which is reported: a drill in it is no longer
    /// there.
    pub(super) fn of(setup: &Setup, store: &Store, person: &Person, day: Date) -> Option<Self> {
        Self::on(setup, store, person, day).unwrap_or_else(|error| {
            exit::report(&exit::sentence(&error));
            None
        })
    }

    fn on(setup: &Setup, store: &Store, person: &Person, day: Date) -> Result<Option<Self>> {
        let mut all = KeptPrescription::all(setup, store, person)?;
        let Some(place) = in_force(&all, day)? else { return Ok(None) };
        let earlier = earlier(store, person, &all, (place, day))?;
        let Some(prescription) = all.swap_remove(place).counting else { return Ok(None) };
        let done = done_until(store, person, &prescription, day)?;
        let (due, adherence) = (prescription.due(&done, day), prescription.adherence(&done, day));
        Ok(Some(Self { prescription, due, done, day, adherence, earlier }))
    }

    /// The sets of each drill that were begun on the day that is asked about.
    pub(super) fn sets_of_day(&self) -> Vec<(&Drill, Vec<&DoneSet>)> {
        self.prescription.sets_on(self.day, &self.done)
    }

    /// What is due, in one sentence.
    pub(super) fn sentence(&self, setup: &Setup) -> String {
        let left = self.prescription.left(self.day, &self.done);
        setup.words.due(&self.prescription, self.due, &left, self.day)
    }

    /// What was done against what was asked, then of those before.
    pub(super) fn table(&self, setup: &Setup) -> String {
        let words = &setup.words;
        let mut text = words.adherence(&self.adherence, &Library::open(&setup.paths), self.day);
        if !self.earlier.is_empty() {
            text += &format!("{}\n", words.prescription.heading_before);
        }
        for EarlierPrescription { prescription, adherence } in &self.earlier {
            text += &format!("  {}\n", visible(&words.earlier(prescription, adherence, self.day)));
        }
        text
    }
}

/// What was done of a prescription until a day.
fn done_until(
    store: &Store,
    person: &Person,
    prescription: &Prescription,
    day: Date,
) -> Result<Vec<DoneSet>, StoreError> {
    let mut done = store.done_sets(person.id, prescription.from, prescription.to)?;
    done.retain(|set| set.day <= day);
    Ok(done)
}

/// Those that counted before a day beside the one at a place, the last one first, each until its last day on which it counted.
fn earlier(
    store: &Store,
    person: &Person,
    all: &[KeptPrescription],
    (place, day): (usize, Date),
) -> Result<Vec<EarlierPrescription>> {
    let mut earlier = Vec::new();
    for (_, kept) in all.iter().enumerate().filter(|(number, _)| *number != place) {
        let last = kept.counting.as_ref().and_then(|counting| counting.last_day_until(day));
        let counted = last.and_then(|last| kept.counting.clone()?.until(last));
        let Some(prescription) = counted else { continue };
        let adherence = prescription.adherence(&done_until(store, person, &prescription, day)?, day);
        earlier.push(EarlierPrescription { prescription, adherence });
    }
    earlier.sort_by_key(|earlier| std::cmp::Reverse(earlier.prescription.from));
    Ok(earlier)
}
