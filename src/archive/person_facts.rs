//! What a person's sessions have beside the measurement: pain, and the prescription in force.

use std::collections::HashMap;

use jiff::Zoned;

use crate::drill_library::Library;
use crate::prescription::{Prescription, as_they_count};
use crate::store::{Instrument, PersonId, SessionEntry, Store, StoreError};

/// What is known of a person.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonFacts {
    /// Pain before and after a session, by its id.
    pain: HashMap<String, [Option<f64>; 2]>,
    /// As they count beside each other.
    prescribed: Vec<Prescription>,
}

impl PersonFacts {
    /// Reads it. A prescription whose drills are no longer there is none.
    pub(super) fn of(store: &Store, library: &Library, person: PersonId) -> Result<Self, StoreError> {
        let mut facts = Self::default();
        for score in store.scores(person)? {
            let place = match score.instrument {
                Instrument::NrsBefore => 0,
                Instrument::NrsAfter => 1,
                _ => continue,
            };
            if let Some(session) = score.session {
                facts.pain.entry(session).or_default()[place] = score.value;
            }
        }
        let kept = store.prescriptions(person)?.into_iter();
        let written = kept.filter_map(|kept| Some((Prescription::parse("", &kept.text, library).ok()?, kept.ended)));
        facts.prescribed = as_they_count(written);
        Ok(facts)
    }

    /// Pain before and after a session.
    pub(super) fn pain(&self, session: &SessionEntry) -> [Option<f64>; 2] {
        self.pain.get(&session.id).copied().unwrap_or_default()
    }

    /// On how many days a week the person should have practised when a session began: by the newest prescription of that day.
    pub(super) fn days_a_week(&self, began: &Zoned) -> Option<u32> {
        self.prescribed.iter().find(|given| given.covers(began.date())).map(|given| given.days_a_week)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;
    use crate::prescription::beside_each_other;

    #[test]
    fn of_two_prescriptions_for_a_day_the_newer_counts() {
        let given = |from, to, days: u32, ended: Option<i8>| {
            let text = format!(
                "person = \"Anna\"\nfrom = 2026-11-{from}\nto = 2026-11-{to}\ndays_a_week = {days}\n[[drill]]\nid = \"bow\"\n"
            );
            let ended = ended.map(|day| Date::constant(2026, 11, day));
            Prescription::kept("", &text, ended, &Library::built_in()).unwrap().unwrap()
        };
        let on = |newer: Prescription, day: i8| {
            let prescribed = beside_each_other(&[newer, given("02", "20", 3, None)]);
            let facts = PersonFacts { prescribed, ..PersonFacts::default() };
            facts.days_a_week(&format!("2026-11-{day:02}T09:00+01:00[+01:00]").parse().unwrap())
        };
        let whole = |day| on(given("17", "29", 5, None), day);
        assert_eq!([1, 2, 16, 17, 20, 29, 30].map(whole), [None, Some(3), Some(3), Some(5), Some(5), Some(5), None]);
        let ended = |day| on(given("17", "29", 5, Some(18)), day);
        assert_eq!([16, 17, 18, 19, 29].map(ended), [Some(3), Some(5), Some(5), None, None], "it does not come back");
    }
}
