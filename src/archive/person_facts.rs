//! What a person's sessions have beside the measurement: pain, and the prescription in force.

use std::collections::HashMap;

use jiff::Zoned;
use jiff::civil::Date;

use crate::drill_library::Library;
use crate::prescription::Prescription;
use crate::store::{Instrument, PersonId, SessionEntry, Store, StoreError};

/// A prescription, as far as a session needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PrescribedDays {
    from: Date,
    to: Date,
    days_a_week: u32,
}

/// What is known of a person.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonFacts {
    /// Pain before and after a session, by its id.
    pain: HashMap<String, [Option<f64>; 2]>,
    /// The newest first.
    prescribed: Vec<PrescribedDays>,
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
        for kept in store.prescriptions(person)? {
            let counts = Prescription::kept("", &kept.text, kept.ended, library).ok().flatten();
            let Some(Prescription { from, to, days_a_week, .. }) = counts else { continue };
            facts.prescribed.push(PrescribedDays { from, to, days_a_week });
        }
        Ok(facts)
    }

    /// Pain before and after a session.
    pub(super) fn pain(&self, session: &SessionEntry) -> [Option<f64>; 2] {
        self.pain.get(&session.id).copied().unwrap_or_default()
    }

    /// On how many days a week the person should have practised when a session began: by the newest prescription of that day.
    pub(super) fn days_a_week(&self, began: &Zoned) -> Option<u32> {
        let covers = |given: &&PrescribedDays| (given.from..=given.to).contains(&began.date());
        self.prescribed.iter().find(covers).map(|given| given.days_a_week)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_prescriptions_for_a_day_the_newer_counts() {
        let given = |from, to, days_a_week| PrescribedDays { from, to, days_a_week };
        let day = |day| Date::constant(2026, 11, day);
        let prescribed = vec![given(day(17), day(29), 5), given(day(2), day(20), 3)];
        let facts = PersonFacts { prescribed, ..PersonFacts::default() };
        let on = |day: i8| facts.days_a_week(&format!("2026-11-{day:02}T09:00+01:00[+01:00]").parse().unwrap());
        assert_eq!([1, 2, 16, 17, 20, 29, 30].map(on), [None, Some(3), Some(3), Some(5), Some(5), Some(5), None]);
    }
}
