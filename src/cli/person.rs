//! Whose session: the person whom the command line names, or the only one.

use std::fmt::Display;

use super::arguments::Who;
use super::exit;
use super::recording_setup;
use super::setup::Setup;
use crate::i18n::{Language, fill};
use crate::store::{Person, PersonId, SessionEntry, Store, StoreError};
use crate::visible::visible;

/// What stands for the newest session on the command line.
const LAST: &str = "last";

impl Who {
    /// The name that was given; an empty variable names nobody.
    pub(super) fn name(&self) -> Option<&str> {
        self.person.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// The person who was named, or the only one.
    ///
    /// # Errors
    /// If there is none of this name, or nobody was named and there are several.
    pub(super) fn chosen(&self, store: &Store) -> Result<Person, StoreError> {
        store.person_or_only(self.name())
    }

    /// The person who was named, if anybody was.
    ///
    /// # Errors
    /// If there is none of this name.
    pub(super) fn named(&self, store: &Store) -> Result<Option<PersonId>, StoreError> {
        self.name().map(|name| Ok(store.person(name)?.id)).transpose()
    }

    /// The session that an id, a name or `last` stands for. If nobody was named and there are several persons, says whose
    /// the last session is.
    ///
    /// # Errors
    /// If there is no such session, or it is not one of the person who was named.
    pub(super) fn session(&self, setup: &Setup, store: &Store, id: &str) -> Result<SessionEntry, StoreError> {
        let person = self.named(store)?;
        let entry = store.session_of(person, id)?;
        if id == LAST && person.is_none() && store.persons()?.len() > 1 {
            let whose = store.person_with(entry.person)?;
            let values: [(&str, &dyn Display); 2] = [("id", &entry.id), ("person", &visible(&whose.label()))];
            exit::eprint_line(&fill(&setup.words.process.last_of, &values));
        }
        Ok(entry)
    }

    /// The language of whoever practises, if one is kept. What is wrong with the name or the store is told later.
    pub(super) fn language(&self, setup: &Setup) -> Option<Language> {
        let (store, notices) = Store::find(&setup.paths).ok().flatten()?;
        recording_setup::report_recovery(&notices);
        Language::of_code(&self.chosen(&store).ok()?.language?)
    }

    /// Who practises, before a session begins: fails if nobody knows. Nothing is created, and whatever else is wrong with the
    /// store is told when it is opened.
    ///
    /// # Errors
    /// As [`Who::chosen`].
    pub(super) fn check(&self, setup: &Setup, keeps: bool) -> Result<Option<(Store, Person)>, StoreError> {
        match Store::find(&setup.paths) {
            Ok(Some((store, notices))) => {
                recording_setup::report_recovery(&notices);
                match self.chosen(&store) {
                    Ok(person) => Ok(Some((store, person))),
                    Err(StoreError::WhichPerson { .. }) if !keeps => Ok(None),
                    Err(
                        unknown @ (StoreError::UnknownPerson { .. }
                        | StoreError::LooksAlike { .. }
                        | StoreError::WhichPerson { .. }),
                    ) => Err(unknown),
                    Err(_) => Ok(None),
                }
            }
            Ok(None) => match self.name() {
                Some(name) => Err(StoreError::UnknownPerson { name: name.to_owned(), closest: None }),
                None => Ok(None),
            },
            Err(_) => Ok(None),
        }
    }
}
