//! Who practises, where several do: asked in front of the camera, or watched.

use std::sync::{Arc, OnceLock};

use anyhow::Result;

use super::arguments::Who;
use super::exit;
use super::recording_setup::{self, PersonalStore};
use super::review_window::naming::PersonLabels;
use super::setup::Setup;
use crate::coach::guided::Acquaintance;
use crate::i18n::CurrentWords;
use crate::pipeline::GuidedSession;
use crate::store::{Person, Store};

/// The most names that are offered to an arm: those who practised last. [own: taller steps than those of the scale from 0 to 10]
const MOST_NAMES: usize = 6;

/// Those who may practise, who did so last first, if the session `can_ask`: it is led, kept and in front of a camera. None if there
/// is only one who has no name.
pub(super) fn practising(setup: &Setup, can_ask: bool) -> Result<Vec<Person>> {
    let Some((store, notices)) = can_ask.then(|| Store::find(&setup.paths)).transpose()?.flatten() else {
        return Ok(Vec::new());
    };
    recording_setup::report_recovery(&notices);
    let persons = store.persons_by_last()?;
    Ok(if persons.len() > 1 || persons.iter().any(|person| person.name.is_some()) { persons } else { Vec::new() })
}

/// Whose the session is until somebody says otherwise, and whether it asks: of those who may practise, whoever did so last, unless
/// somebody was named.
pub(super) fn first(persons: &[Person], named: &Who) -> (Who, bool) {
    match persons {
        [last, _, ..] if named.name().is_none() => (Who { person: Some(last.pseudonym.clone()) }, true),
        _ => (named.clone(), false),
    }
}

/// Makes the session of a person in their language, with what it is kept as led by; `None` if it goes on as it began.
pub(super) type SessionFor = Box<dyn FnMut(&Setup, &PersonalStore) -> Result<Option<(GuidedSession, String)>> + Send>;

/// The id of a session, which is known once it is kept.
pub(super) type SessionId = Arc<OnceLock<String>>;

/// Those who may practise, with what each is to do: for a session that does not know who it is, or may find that it is another.
pub(super) struct Roster {
    persons: Vec<Person>,
    /// What each would do, as the command line has it.
    session_for: SessionFor,
    setup: Setup,
    /// What is spoken and shown, which becomes theirs.
    words: CurrentWords,
    /// The id of the session, once it is kept.
    session: SessionId,
}

impl Roster {
    /// Of those persons, who practised last first; `None` if nobody is to be told apart.
    pub(super) fn of(
        setup: &Setup,
        words: &CurrentWords,
        persons: Vec<Person>,
        session_for: SessionFor,
    ) -> Option<Self> {
        let (setup, words) = (setup.clone(), words.clone());
        (!persons.is_empty()).then(|| Self { persons, session_for, setup, words, session: Arc::default() })
    }

    /// Lets the session of this person ask whether it is them; where it is not known, lets it ask who it is. Returns where its id
    /// has to be written.
    pub(super) fn begin(self, session: &mut GuidedSession, person: Option<&Person>) -> SessionId {
        match person {
            Some(person) => self.watch(session, person),
            None => self.ask(session),
        }
    }

    /// Lets the session ask who it is, of as many as can be told apart by an arm.
    fn ask(mut self, session: &mut GuidedSession) -> SessionId {
        let id = Arc::clone(&self.session);
        let labels = PersonLabels::of(&self.persons);
        let names = self.persons.iter().take(MOST_NAMES).map(|person| labels.told_apart(person)).collect();
        session.ask_who(names, Box::new(move |chosen| self.session_of(chosen)));
        id
    }

    /// Lets the session of this person ask whether it is them, if their build says otherwise.
    fn watch(mut self, session: &mut GuidedSession, person: &Person) -> SessionId {
        let id = Arc::clone(&self.session);
        self.introduce(session, person);
        session.hand_over_by(Box::new(move |chosen| self.session_of(chosen)));
        id
    }

    /// Tells the session of this person who else practises here.
    fn introduce(&self, session: &mut GuidedSession, person: &Person) {
        let labels = PersonLabels::of(&self.persons);
        let of = |(number, known): (usize, &Person)| {
            (known.id, Acquaintance { number, name: labels.told_apart(known), build: known.build })
        };
        let mut known: Vec<_> = self.persons.iter().enumerate().map(of).collect();
        known.sort_by_key(|(id, _)| *id != person.id); // that person first, the others in their order
        let known = known.into_iter().map(|(_, known)| known).collect();
        session.know_persons(known, self.setup.words.question.somebody_else.clone());
    }

    /// Gives the session to this person, whose language is spoken from now on, and returns theirs.
    fn session_of(&mut self, chosen: usize) -> Option<GuidedSession> {
        self.given_to(chosen).unwrap_or_else(|error| {
            exit::report(&format!("The session stays with whoever practised last: {}", exit::sentence(&error)));
            None
        })
    }

    fn given_to(&mut self, chosen: usize) -> Result<Option<GuidedSession>> {
        let Some(person) = self.persons.get(chosen).cloned() else { return Ok(None) };
        let setup = self.setup.of(&person)?;
        let (store, _) = Store::open(&setup.paths)?;
        let store = PersonalStore { store, person };
        let Some((mut session, plan)) = (self.session_for)(&setup, &store)? else { return Ok(None) };
        if let Some(id) = self.session.get() {
            store.store.give_session(id, store.person.id, Some(&plan))?;
        }
        self.setup = setup;
        self.introduce(&mut session, &store.person);
        self.words.change(Arc::clone(&self.setup.words));
        Ok(Some(session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::guided_setup::Chosen;
    use crate::cli::setup::fixtures::setup;
    use crate::i18n::Language;

    #[test]
    fn the_session_goes_on_in_the_language_of_whoever_was_chosen() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let (store, _) = Store::open(&setup.paths).unwrap();
        for (name, language) in [("Anna", None), ("Berta", Some("de"))] {
            let added = store.add_person(name).unwrap();
            store.change_person(&Person { language: language.map(str::to_owned), ..added }).unwrap();
        }
        let words = CurrentWords::new(Arc::clone(&setup.words));
        let chosen = Chosen::find(&setup, "bow").unwrap();
        let session_for = move |setup: &Setup, store: &PersonalStore| {
            let session = chosen.clone().session(setup, Some(store), true)?;
            Ok(Some((session, setup.words.language().code().to_owned())))
        };
        let mut roster = Roster::of(&setup, &words, store.persons().unwrap(), Box::new(session_for)).unwrap();
        for (chosen, is_one, language) in
            [(1, true, Language::German), (7, false, Language::German), (0, true, Language::English)]
        {
            assert_eq!(roster.session_of(chosen).is_some(), is_one, "{chosen}");
            assert_eq!((words.now().language(), roster.setup.words.language()), (language, language), "{chosen}");
        }
    }
}
