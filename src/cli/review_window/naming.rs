//! What a session is called.

use crate::cli::setup::Setup;
use crate::drill_library::Library;
use crate::store::{SessionEntry, Store};
use crate::visible::visible;

/// What whoever practised in a session is called.
fn person(store: &Store, entry: &SessionEntry) -> String {
    let known = store.person_with(entry.person);
    visible(&known.map_or_else(|_| entry.pseudonym.clone(), |person| person.label().to_owned()))
}

/// The name of what was practised in a session.
pub(super) fn drill(setup: &Setup, library: &Library, entry: &SessionEntry) -> String {
    visible(&setup.words.drill_named(library, entry.plan.as_deref()))
}

/// When a session began.
pub(super) fn day(setup: &Setup, entry: &SessionEntry) -> String {
    entry.began.strftime(&setup.words.review.day).to_string()
}

/// What a session is called: drill, date and person.
pub(super) fn title(setup: &Setup, store: &Store, entry: &SessionEntry) -> String {
    let drill = drill(setup, &Library::open(&setup.paths), entry);
    let parts = [
        Some(drill),
        Some(day(setup, entry)),
        Some(person(store, entry)),
        entry.name.as_deref().map(|name| visible(&name)),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
