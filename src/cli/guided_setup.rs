//! Sets up a guided session from the command line: the drills, the results of earlier sessions, voice and hum.

use std::sync::Arc;

use anyhow::{Context, Result};

use super::exit;
use super::recording_setup::{self, PersonalStore};
use super::session_sound::SessionSound;
use super::setup::Setup;
use crate::coach::drill::Drill;
use crate::coach::guided::PreviousResult;
use crate::coach::progression::Portion;
use crate::drill_library::{Library, LibraryEntry, LibraryError};
use crate::pipeline::{FrameSink, GuidedSession};
use crate::prescription::Prescription;
use crate::voice::{AudioFeedback, Missing, VoiceGuide};

/// The drill or programme that the user chose.
pub(super) struct Chosen {
    name: String,
    drills: Vec<Drill>,
    adapts: bool,
}

impl Chosen {
    /// Finds it by name.
    ///
    /// # Errors
    /// If there is none with this name, or its file has an error.
    pub(super) fn find(setup: &Setup, name: &str) -> Result<Self, LibraryError> {
        let library = Library::open(&setup.paths);
        let (drills, adapts) = match library.find(name)? {
            LibraryEntry::Drill(drill) => (vec![drill.clone()], false),
            LibraryEntry::Programme(programme) => (library.drills_of(programme), programme.adapts),
        };
        Ok(Self { name: name.to_owned(), drills, adapts })
    }

    /// What a prescription asks for: its amounts stay as they are written.
    pub(super) fn prescribed(prescription: &Prescription) -> Self {
        Self { name: prescription.plan().to_owned(), drills: prescription.drills.clone(), adapts: false }
    }

    /// The name under which the session is kept.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A session of these drills. A programme that adapts adjusts the number of repetitions to the results of the
    /// sessions in the store.
    ///
    /// # Errors
    /// If there is no drill.
    pub(super) fn session(self, setup: &Setup, store: Option<&PersonalStore>) -> Result<GuidedSession> {
        let portion = |drill: Drill| match store.filter(|_| self.adapts) {
            Some(store) => Portion::after(drill.clone(), &recording_setup::outcomes(store, &drill.id)),
            None => drill.into(),
        };
        let portions = self.drills.into_iter().map(portion).collect();
        let language = setup.words.language().code();
        let mut session = GuidedSession::new(portions, language).context("There is no drill in this programme")?;
        if let Some(store) = store {
            session.compare_with(recording_setup::earlier(store, &self.name));
        }
        Ok(session)
    }
}

/// The mobility screen, which ends with the changes since an earlier one.
///
/// # Errors
/// If a built-in file has an error.
pub(super) fn mobility_screen(setup: &Setup, before: PreviousResult) -> Result<GuidedSession> {
    let mut session = GuidedSession::screen(Library::mobility_screen()?, setup.words.language().code());
    session.compare_with(before);
    Ok(session)
}

/// The sink that speaks the prompts of a guided session.
pub(super) fn voice_guide(setup: &Setup, sound: &mut SessionSound) -> Box<dyn FrameSink> {
    Box::new(VoiceGuide::new(sound.voice(setup), Arc::clone(&setup.words)))
}

/// The sink that hums as the back rounds. Warns if the hum cannot be played.
pub(super) fn audio_feedback(setup: &Setup, sound: &mut SessionSound) -> Box<dyn FrameSink> {
    let voice = sound.voice(setup);
    if let Some(missing) = voice.missing().iter().find(|missing| **missing == Missing::Hum) {
        exit::report(&format!("There will be no hum: {missing}"));
    }
    Box::new(AudioFeedback::new(voice))
}
