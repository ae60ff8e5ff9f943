//! Leads a session: has the course follow what is measured, and says aloud what it wants said.
//!
//! It works on the thread that measures, so that a sound comes with the very frame that calls for it.

use std::sync::Arc;

use anyhow::{Context, Result};

use super::keeping;
use super::setup::Setup;
use crate::chain::{Chain, Observation};
use crate::coach::course::{Earlier, Said, Signal, Urgency};
use crate::coach::drill::Drill;
use crate::coach::progression::Portion;
use crate::library::{Entry, Library, LibraryError};
use crate::practice::{Led, Practice};
use crate::session::store::Store;
use crate::voice::{self, Chime, Tools, Voice};
use crate::words::Words;

/// The drill or programme that a name stands for.
pub(super) struct Chosen {
    name: String,
    drills: Vec<Drill>,
    adapts: bool,
}

impl Chosen {
    /// Finds it.
    ///
    /// # Errors
    /// When there is none of this name, or its file is wrong.
    pub(super) fn find(setup: &Setup, name: &str) -> Result<Self, LibraryError> {
        let library = Library::open(&setup.paths);
        let (drills, adapts) = match library.find(name)? {
            Entry::Drill(drill) => (vec![drill.clone()], false),
            Entry::Programme(programme) => (library.drills_of(programme), programme.adapts),
        };
        Ok(Self { name: name.to_owned(), drills, adapts })
    }
}

/// A session that leads.
pub(super) struct Leader {
    practice: Practice,
    words: Arc<Words>,
    voice: Option<Voice>,
}

impl Leader {
    /// A session of these drills, spoken unless it is to be silent; a programme that adapts asks for more or less by what
    /// the sessions in the store came to.
    ///
    /// # Errors
    /// When there is no drill.
    pub(super) fn open(setup: &Setup, chosen: Chosen, store: Option<&Store>, silent: bool) -> Result<Self> {
        let portion = |drill: Drill| match store.filter(|_| chosen.adapts) {
            Some(store) => Portion::after(drill.clone(), &keeping::outcomes(store, &drill.id)),
            None => drill.into(),
        };
        let portions = chosen.drills.into_iter().map(portion).collect();
        let practice =
            Practice::new(portions, setup.words.language().code()).context("There is no drill in this programme")?;
        let mut leader = Self::lead(setup, practice, silent);
        if let Some(store) = store {
            leader.practice.compare_with(keeping::earlier(store, &chosen.name));
        }
        Ok(leader)
    }

    /// The mobility screen, spoken unless it is to be silent; its end tells what has changed since an earlier one.
    ///
    /// # Errors
    /// When what was built in is wrong.
    pub(super) fn screen(setup: &Setup, before: Earlier, silent: bool) -> Result<Self> {
        let mut practice = Practice::screen(Library::screen()?, setup.words.language().code());
        practice.compare_with(before);
        Ok(Self::lead(setup, practice, silent))
    }

    fn lead(setup: &Setup, practice: Practice, silent: bool) -> Self {
        let words = Arc::clone(&setup.words);
        let voice = (!silent).then(|| Voice::open(words.language().code(), Tools::find(), &setup.paths.cache));
        Self { practice, words, voice }
    }

    /// Whether a full bend of the person's own may change what counts as from the back.
    pub(super) fn takes_full_bend(&self) -> bool {
        self.practice.takes_full_bend()
    }

    /// Takes what was measured of one frame.
    pub(super) fn observe(&mut self, observation: &Observation, chain: &mut Chain) -> Led {
        let led = self.practice.observe(observation, chain);
        if let Some(voice) = &self.voice {
            if let Some(signal) = led.guidance.signal {
                voice.chime(chime(signal));
            }
            self.say(voice, &led);
        }
        led
    }

    /// What belongs together is said in one go: "Three. That one came from the hips."
    fn say(&self, voice: &Voice, led: &Led) {
        let said = &led.guidance.said;
        if said.is_empty() {
            return;
        }
        let urgent = said.iter().any(|said| said.urgency == Urgency::Now);
        let text: Vec<String> = said.iter().map(|Said { line, .. }| self.words.during(*line, &led.drill)).collect();
        voice.say(&text.join(". "), if urgent { voice::Urgency::Interrupts } else { voice::Urgency::Waits });
    }

    /// Goes on to what comes next.
    pub(super) fn next(&mut self) {
        self.practice.next();
    }

    /// Goes on after a pause that was asked for by hand.
    pub(super) fn pause(&mut self) {
        self.practice.pause();
    }
}

fn chime(signal: Signal) -> Chime {
    match signal {
        Signal::BackJoinedIn => Chime::BackJoined,
        Signal::Tick => Chime::Tick,
        Signal::Start => Chime::Start,
        Signal::Done => Chime::End,
    }
}
