//! Leads a session: has the course follow what is measured, and says aloud what it wants said.
//!
//! It works on the thread that measures, so that a sound comes with the very frame that calls for it.

use std::sync::Arc;

use anyhow::{Context, Result};

use super::setup::Setup;
use crate::chain::{Chain, Observation};
use crate::coach::course::{Said, Signal, Urgency};
use crate::coach::form::Reach;
use crate::library::{Entry, Library};
use crate::practice::{Led, Practice};
use crate::voice::{self, Chime, Tools, Voice};
use crate::words::Words;

/// A session that leads.
pub(super) struct Leader {
    practice: Practice,
    words: Arc<Words>,
    voice: Option<Voice>,
}

impl Leader {
    /// A session of the drill or programme of this name, spoken unless it is to be silent.
    ///
    /// # Errors
    /// When there is none of this name, or its file is wrong.
    pub(super) fn open(setup: &Setup, name: &str, silent: bool) -> Result<Self> {
        let library = Library::open(&setup.paths);
        let drills = match library.find(name)? {
            Entry::Drill(drill) => vec![drill.clone()],
            Entry::Programme(programme) => library.drills_of(programme),
        };
        let practice =
            Practice::new(drills, setup.words.language().code()).context("There is no drill in this programme")?;
        Ok(Self::lead(setup, practice, silent))
    }

    /// The mobility screen, spoken unless it is to be silent.
    ///
    /// # Errors
    /// When what was built in is wrong.
    pub(super) fn screen(setup: &Setup, silent: bool) -> Result<Self> {
        let practice = Practice::screen(Library::screen()?, setup.words.language().code());
        Ok(Self::lead(setup, practice, silent))
    }

    fn lead(setup: &Setup, practice: Practice, silent: bool) -> Self {
        let words = Arc::clone(&setup.words);
        let voice = (!silent).then(|| Voice::open(words.language().code(), Tools::find(), &setup.paths.cache));
        Self { practice, words, voice }
    }

    /// Has the end of the session tell a change of hip reach since this one.
    pub(super) fn compare_with(&mut self, before: Reach) {
        self.practice.compare_with(before);
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
