//! What a session is called.

use std::collections::{HashMap, HashSet};

use crate::cli::practised;
use crate::cli::setup::Setup;
use crate::drill_library::Library;
use crate::screen::spelling::{is_legible, legible};
use crate::store::{Person, PersonId, SessionEntry, Store, looks};
use crate::visible::visible;

/// What a person is called, and nothing of somebody without a name: a pseudonym tells nobody anything in a window. Nothing either of a
/// name that the window cannot write, or of which it would leave out letters.
pub(in crate::cli) fn person(known: &Person) -> String {
    known.name.as_deref().filter(|name| is_legible(name)).map(|name| visible(&name)).unwrap_or_default()
}

/// What tells persons from each other in the window.
pub(in crate::cli) struct PersonLabels {
    /// Those whose name is written like somebody else's, without the marks that the fonts lack or in letters that look the same.
    alike: HashSet<PersonId>,
}

impl PersonLabels {
    /// The labels of all of these.
    pub(in crate::cli) fn of(all: &[Person]) -> Self {
        let mut by_looks: HashMap<(usize, String), Vec<PersonId>> = HashMap::new();
        for known in all {
            let name = person(known);
            let looks = looks(&legible(&name)).into_iter().enumerate().filter(|_| !name.is_empty());
            looks.for_each(|look| by_looks.entry(look).or_default().push(known.id));
        }
        Self { alike: by_looks.into_values().filter(|same| same.len() > 1).flatten().collect() }
    }

    /// The name; the pseudonym of somebody who has none that the window can write; both, if they fit, of somebody whose name is written
    /// like another one's.
    pub(in crate::cli) fn told_apart(&self, known: &Person) -> String {
        let name = person(known);
        let both = format!("{name} {}", known.pseudonym);
        match () {
            () if name.is_empty() => known.pseudonym.clone(),
            () if !self.alike.contains(&known.id) => name,
            () if both.chars().count() <= Person::LONGEST_NAME => both,
            () => known.pseudonym.clone(),
        }
    }

    /// The same in the title of what is kept of them, with nothing of somebody whom the window can only call by their pseudonym.
    pub(in crate::cli) fn in_title(&self, known: &Person) -> String {
        if person(known).is_empty() { String::new() } else { self.told_apart(known) }
    }

    /// The same in a list of sessions, with nothing of somebody without a name.
    pub(super) fn in_list(&self, known: &Person) -> String {
        if known.name.is_some() { self.told_apart(known) } else { String::new() }
    }
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
    let all = store.persons().unwrap_or_default();
    let known = all.iter().find(|known| known.id == entry.person);
    let parts = [
        Some(drill),
        Some(day(setup, entry)),
        known.map(|known| PersonLabels::of(&all).in_title(known)),
        entry.name.as_deref().map(|name| visible(&name)),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app_dirs::Paths;
    use crate::store::looks_same;

    #[test]
    fn whoever_has_a_name_that_the_window_cannot_write_is_told_apart_by_their_pseudonym() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&Paths::below(folder.path())).unwrap();
        for (name, called) in [("Ελένη", "Ελένη"), ("李小龙", "")] {
            let known = store.add_person(name).unwrap();
            assert_eq!(person(&known), called);
            let labels = PersonLabels::of(&store.persons().unwrap());
            assert_eq!(labels.told_apart(&known), if called.is_empty() { known.pseudonym.as_str() } else { name });
            assert_eq!(labels.in_list(&known), labels.told_apart(&known));
            assert_eq!(labels.in_title(&known), called);
            assert_eq!(labels.in_list(&Person { name: None, ..known }), "");
        }
    }

    #[test]
    fn no_two_persons_are_written_alike() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&Paths::below(folder.path())).unwrap();
        let long = "Maximiliane von Hohenstein-Berg";
        let longer = format!("Zo\u{336}e {long}");
        let plain = format!("Zoe {long}");
        // Without breathing, stroke and variant, and in a Cyrillic letter.
        for name in [
            "Αννα",
            "\u{1f08}ννα",
            "Zoe",
            "Zo\u{336}e",
            "Ben",
            "Ben\u{fe0f}",
            "Eva",
            "\u{415}va",
            "Ida",
            plain.as_str(),
            longer.as_str(),
        ] {
            store.add_person(name).unwrap();
        }
        let all = store.persons().unwrap();
        let of_all = PersonLabels::of(&all);
        let labels: Vec<String> = all.iter().map(|known| of_all.told_apart(known)).collect();
        for (number, label) in labels.iter().enumerate() {
            let others = labels.iter().enumerate().filter(|(other, _)| *other != number);
            let alike = others.filter(|(_, other)| looks_same(&legible(other), &legible(label)));
            assert_eq!(alike.count(), 0, "{label} in {labels:?}");
            assert!(label.chars().count() <= Person::LONGEST_NAME, "{label}");
        }
        assert!(labels.contains(&"Ida".to_owned()), "nobody is called alike");
        let anna = all.iter().find(|known| known.name.as_deref() == Some("\u{1f08}ννα")).unwrap();
        assert_eq!(of_all.told_apart(anna), format!("\u{1f08}ννα {}", anna.pseudonym));
        assert_eq!(PersonLabels::of(std::slice::from_ref(anna)).told_apart(anna), "\u{1f08}ννα", "alone, without it");
    }
}
