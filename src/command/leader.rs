//! Leads a session: has the course follow what is measured, and says aloud what it wants said.
//!
//! It works on the thread that measures, so that a sound comes with the very frame that calls for it.

use anyhow::{Context, Result};

use super::setup::Setup;
use crate::chain::{Chain, Observation};
use crate::coach::course::{Line, Said, Signal, Urgency};
use crate::coach::drill::Drill;
use crate::library::{Entry, Library};
use crate::practice::{Led, Practice};
use crate::voice::{self, Chime, Tools, Voice};
use crate::words::{Language, Words};

/// The window's own words are English so far, and one language at a time is enough for anybody.
pub(super) const LANGUAGE: Language = Language::English;

/// A session that leads.
pub(super) struct Leader {
    practice: Practice,
    script: Script,
    voice: Option<Voice>,
}

/// Every sentence of a session: the program's own, and those of its drills.
#[derive(Debug)]
pub(super) struct Script {
    pub words: Words,
    language: Language,
}

impl Script {
    pub(super) fn read(language: Language) -> Result<Self> {
        Ok(Self { words: Words::read(language).context("the words of the program cannot be read")?, language })
    }

    /// A line as it is shown and said while this drill is practised.
    pub(super) fn line(&self, line: Line, drill: &Drill) -> String {
        let text = drill.text(self.language.code());
        match line {
            Line::Lesson(number) => text.how.get(number).cloned().unwrap_or_default(),
            line => self.words.line(line).unwrap_or_else(|| text.name.clone()),
        }
    }

    /// The drill's name.
    pub(super) fn name<'d>(&self, drill: &'d Drill) -> &'d str {
        &drill.text(self.language.code()).name
    }
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
        let practice = Practice::new(drills, LANGUAGE.code()).context("There is no drill in this programme")?;
        Self::lead(setup, practice, silent)
    }

    /// The mobility screen, spoken unless it is to be silent.
    ///
    /// # Errors
    /// When what was built in is wrong.
    pub(super) fn screen(setup: &Setup, silent: bool) -> Result<Self> {
        Self::lead(setup, Practice::screen(Library::screen()?, LANGUAGE.code()), silent)
    }

    fn lead(setup: &Setup, practice: Practice, silent: bool) -> Result<Self> {
        let script = Script::read(LANGUAGE)?;
        let voice = (!silent).then(|| Voice::open(LANGUAGE.code(), Tools::find(), &setup.paths.cache));
        Ok(Self { practice, script, voice })
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
        let text: Vec<String> = said.iter().map(|Said { line, .. }| self.script.line(*line, &led.drill)).collect();
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
