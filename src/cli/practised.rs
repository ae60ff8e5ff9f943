//! What was practised in a session, by name: one rule for the page, the review and its list. The trend asks by the drill of a set.

use super::setup::Setup;
use crate::drill_library::Library;
use crate::prescription::Prescription;
use crate::store::mobility_record;
use crate::store::{Session, SessionEntry, Store};

/// The name of the drill or programme.
pub(super) fn name(setup: &Setup, library: &Library, session: &Session) -> String {
    by_plan(setup, library, &session.entry).unwrap_or_else(|| by_sets(setup, library, session))
}

/// The same of a session of which only the row is read; empty where its sets are needed and cannot be read.
pub(super) fn name_of_entry(setup: &Setup, library: &Library, store: &Store, entry: &SessionEntry) -> String {
    let read = || store.session(entry).map(|session| by_sets(setup, library, &session)).unwrap_or_default();
    by_plan(setup, library, entry).unwrap_or_else(read)
}

/// The name of what led a session; `None` of a recording, which may still have been of a drill, and of a prescription of several drills:
/// of that counts what was done that day. Both are known by the sets.
fn by_plan(setup: &Setup, library: &Library, entry: &SessionEntry) -> Option<String> {
    let id = entry.plan.as_deref()?;
    if let Some(programme) = library.programmes().iter().find(|programme| programme.id == id) {
        return Some(programme.texts.of(setup.words.language().code()).name.clone());
    }
    match id {
        mobility_record::PLAN => Some(setup.words.mobility.name.clone()),
        Prescription::SEVERAL_DRILLS => None,
        id => Some(setup.words.drill_named(library, Some(id))),
    }
}

fn by_sets(setup: &Setup, library: &Library, session: &Session) -> String {
    match session.entry.plan {
        Some(_) => drills_of(setup, library, session),
        None => setup.words.drill_named(library, most_practised(session)),
    }
}

/// The names of the drills of a session in their order.
fn drills_of(setup: &Setup, library: &Library, session: &Session) -> String {
    let mut ids: Vec<_> = session.sets.iter().map(|set| set.drill.as_deref()).collect();
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
    ids.into_iter().map(|id| setup.words.drill_named(library, id)).collect::<Vec<_>>().join(", ")
}

/// The drill with the most repetitions; where no set was begun, what was to be practised.
pub(super) fn most_practised(session: &Session) -> Option<&str> {
    if session.sets.is_empty() {
        return session.entry.plan.as_deref();
    }
    let repetitions = |set: u32| session.repetitions.iter().filter(|kept| kept.set == Some(set)).count();
    let of = |drill: Option<&str>| {
        let sets = session.sets.iter().filter(|set| set.drill.as_deref() == drill);
        sets.map(|set| repetitions(set.number)).sum::<usize>()
    };
    session.sets.iter().map(|set| set.drill.as_deref()).max_by_key(|drill| of(*drill)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::setup::fixtures::setup;
    use crate::coach::{SetGoal, SetPurpose};
    use crate::source::Timestamp;
    use crate::store::sample::Sample;
    use crate::store::{Happening, LostCounts, NewSession};

    #[test]
    fn a_session_is_called_the_same_on_its_page_and_in_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let library = Library::open(&setup.paths);
        let named = |id: &str| setup.words.drill_named(&library, Some(id));
        let both = format!("{}, {}", named("bow"), named("dowel"));
        let programme = library.programmes().iter().find(|programme| programme.id == "first-week").unwrap();
        let programme = programme.texts.of(setup.words.language().code()).name.clone();
        let sessions = [
            (None, vec![Some("bow")], named("bow")),
            (None, vec![None], setup.words.trend.free.clone()),
            (None, vec![], setup.words.trend.free.clone()),
            (Some("dowel"), vec![Some("dowel")], named("dowel")),
            (Some("first-week"), vec![Some("bow"), Some("dowel")], programme),
            (Some(mobility_record::PLAN), vec![], setup.words.mobility.name.clone()),
            (Some(Prescription::SEVERAL_DRILLS), vec![Some("bow"), Some("dowel"), Some("bow")], both),
        ];
        for (minute, (plan, drills, called)) in sessions.into_iter().enumerate() {
            let began = format!("2026-11-22T08:0{minute}:00+00:00[UTC]").parse().unwrap();
            let plan = plan.map(str::to_owned);
            let beginning = NewSession { began, source: "bends.mp4".to_owned(), plan, person: None };
            let mut writer = Store::open(&setup.paths).unwrap().0.begin(&beginning).unwrap();
            let begun = |(number, drill): (u32, &Option<&str>)| Happening::SetBegan {
                number,
                drill: drill.map(str::to_owned),
                goal: SetGoal::Hips,
                purpose: SetPurpose::Practice,
                time: Timestamp::default(),
            };
            writer.keep(&[Sample::default()], &(0..).zip(&drills).map(begun).collect::<Vec<_>>()).unwrap();
            writer.finish(LostCounts::default()).unwrap();
            let (store, _) = Store::open(&setup.paths).unwrap();
            let entry = store.named("last").unwrap();
            assert_eq!(name_of_entry(&setup, &library, &store, &entry), called);
            assert_eq!(name(&setup, &library, &store.session(&entry).unwrap()), called);
        }
    }
}
