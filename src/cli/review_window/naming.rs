//! What a session is called.

use crate::cli::setup::Setup;
use crate::drill_library::Library;
use crate::store::{Person, SessionEntry, Store};
use crate::visible::visible;

/// What a person is called, and nothing of somebody without a name: a pseudonym tells nobody anything in a window.
pub(in crate::cli) fn person(known: &Person) -> String {
    known.name.as_deref().map(|name| visible(&name)).unwrap_or_default()
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
        store.person_with(entry.person).ok().map(|known| person(&known)),
        entry.name.as_deref().map(|name| visible(&name)),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
