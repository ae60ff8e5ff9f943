//! Sets up a guided session from the command line: the drills, the results of earlier sessions, voice and hum.

use anyhow::{Context, Result};
use jiff::SignedDuration;

use super::exit;
use super::recording_setup::{self, PersonalStore};
use super::session_sound::SessionSound;
use super::setup::Setup;
use crate::coach::drill::Drill;
use crate::coach::guided::{PreviousResult, QuestionKind, Questions};
use crate::coach::progression::Portion;
use crate::drill_library::{Library, LibraryEntry, LibraryError};
use crate::i18n::CurrentWords;
use crate::pipeline::{FrameSink, GuidedSession};
use crate::prescription::Prescription;
use crate::voice::{AudioFeedback, Missing, VoiceGuide};

/// The pain over the last week is asked for again after this long, and activities after that.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const FORTNIGHT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The drill or programme that the user chose.
#[derive(Clone)]
pub(super) struct Chosen {
    name: String,
    drills: Vec<Drill>,
    adapts: bool,
    /// What it was chosen by, if a clinician has.
    prescription: Option<Prescription>,
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
        Ok(Self { name: name.to_owned(), drills, adapts, prescription: None })
    }

    /// What a prescription asks for: its amounts stay as they are written.
    pub(super) fn prescribed(prescription: Prescription) -> Self {
        let (name, drills) = (prescription.plan().to_owned(), prescription.drills.clone());
        Self { name, drills, adapts: false, prescription: Some(prescription) }
    }

    /// The name under which the session is kept.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A session of these drills. A programme that adapts adjusts the number of repetitions to the results of the
    /// sessions in the store. In one that is kept, the person is asked about their back if it `asks`.
    ///
    /// # Errors
    /// If there is no drill.
    pub(super) fn session(self, setup: &Setup, store: Option<&PersonalStore>, asks: bool) -> Result<GuidedSession> {
        let portion = |drill: Drill| match store.filter(|_| self.adapts) {
            Some(store) => Portion::after(drill.clone(), &recording_setup::outcomes(store, &drill.id)),
            None => drill.into(),
        };
        let portions = self.drills.into_iter().map(portion).collect();
        let language = setup.words.language().code();
        let mut session = GuidedSession::new(portions, language).context("There is no drill in this programme")?;
        if let Some(store) = store {
            session.compare_with(recording_setup::earlier(store, &self.name));
            session.know(|drill| recording_setup::outcomes(store, drill).len().try_into().unwrap_or(u32::MAX));
            let prescription = self.prescription.as_ref();
            session.probe(prescription.is_none_or(|prescription| prescription.retention_probe));
            if asks {
                session.ask(questions(setup, store, prescription));
            }
        }
        Ok(session)
    }
}

/// What the person is asked in a session that is kept: pain before and after it; over the last week if that was not asked for a
/// week; and once a fortnight the activities of the prescription.
fn questions(setup: &Setup, store: &PersonalStore, prescription: Option<&Prescription>) -> Questions {
    let week = recording_setup::is_due(store, QuestionKind::PainWeek, WEEK);
    let activities = prescription.filter(|_| recording_setup::is_due(store, QuestionKind::Activity(0), FORTNIGHT));
    Questions {
        pain: true,
        week,
        activities: activities.map(|prescription| prescription.psfs.clone()).unwrap_or_default(),
        stop: prescription.map(|prescription| prescription.stop.rule()).unwrap_or_default(),
        wording: setup.words.question_wording(),
        ..Questions::default()
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

/// The sink that speaks the prompts of a guided session in these words, which are those of `setup` so far.
pub(super) fn voice_guide(setup: &Setup, words: &CurrentWords, sound: &mut SessionSound) -> Box<dyn FrameSink> {
    Box::new(VoiceGuide::new(sound.voice(setup), words.clone()))
}

/// The sink that hums as the back rounds. Warns if the hum cannot be played.
pub(super) fn audio_feedback(setup: &Setup, sound: &mut SessionSound) -> Box<dyn FrameSink> {
    let voice = sound.voice(setup);
    if let Some(missing) = voice.missing().iter().find(|missing| **missing == Missing::Hum) {
        exit::report(&format!("There will be no hum: {missing}"));
    }
    Box::new(AudioFeedback::new(voice))
}
