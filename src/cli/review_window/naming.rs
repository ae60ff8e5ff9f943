//! What a session is called.

use crate::cli::practised;
use crate::cli::setup::Setup;
use crate::drill_library::Library;
use crate::screen::spelling::is_legible;
use crate::store::{Person, SessionEntry, Store};
use crate::visible::visible;

/// What a person is called, and nothing of somebody without a name: a pseudonym tells nobody anything in a window. Nothing either of a
/// name that the window cannot write, or of which it would leave out letters.
pub(in crate::cli) fn person(known: &Person) -> String {
    known.name.as_deref().filter(|name| is_legible(name)).map(|name| visible(&name)).unwrap_or_default()
}

/// What tells a person from others in the window: the name, or the pseudonym of somebody who has none that it can write.
pub(in crate::cli) fn told_apart(known: &Person) -> String {
    Some(person(known)).filter(|name| !name.is_empty()).unwrap_or_else(|| known.pseudonym.clone())
}

/// The same in a list of sessions, with nothing of somebody without a name.
pub(super) fn in_list(known: &Person) -> String {
    if known.name.is_some() { told_apart(known) } else { String::new() }
}

/// The name of what was practised in a session.
pub(super) fn drill(setup: &Setup, library: &Library, store: &Store, entry: &SessionEntry) -> String {
    visible(&practised::name_of_entry(setup, library, store, entry))
}

/// When a session began.
pub(super) fn day(setup: &Setup, entry: &SessionEntry) -> String {
    entry.began.strftime(&setup.words.review.day).to_string()
}

/// What a session is called: drill, date and person.
pub(super) fn title(setup: &Setup, store: &Store, entry: &SessionEntry) -> String {
    let drill = drill(setup, &Library::open(&setup.paths), store, entry);
    let parts = [
        Some(drill),
        Some(day(setup, entry)),
        store.person_with(entry.person).ok().map(|known| person(&known)),
        entry.name.as_deref().map(|name| visible(&name)),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app_dirs::Paths;

    #[test]
    fn whoever_has_a_name_that_the_window_cannot_write_is_told_apart_by_their_pseudonym() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&Paths::below(folder.path())).unwrap();
        for (name, called) in [("Ελένη", "Ελένη"), ("李小龙", "")] {
            let known = store.add_person(name).unwrap();
            assert_eq!(person(&known), called);
            assert_eq!(told_apart(&known), if called.is_empty() { known.pseudonym.as_str() } else { name });
            assert_eq!(in_list(&known), told_apart(&known));
            assert_eq!(in_list(&Person { name: None, ..known }), "");
        }
    }
}
