//! `bendwise doctor --sound`: plays every sound of the coach, each announced first.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::exit::print;
use super::setup::Setup;
use crate::visible::visible;
use crate::voice::{AudioBackends, Chime, Missing, SpeechPriority, Voice};

/// The longest wait for a sentence or chime.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The hum rises in this many steps of [`STEP`], the interval of camera frames.
const STEPS: u8 = 90;
const STEP: Duration = Duration::from_millis(33);

/// Plays speech, chimes and hum as far as this machine can, and says after each which program failed, and how.
pub(super) fn play(setup: &Setup) -> Result<()> {
    let words = &setup.words;
    let voice = Voice::open(words.language().code(), AudioBackends::find(), &setup.paths.cache);
    let control = voice.control();
    let can = |part| !voice.missing().contains(&part);
    let mut failed = false;
    let mut tell_failures = || -> Result<()> {
        for failure in control.failures() {
            failed = true;
            print(&format!("✗ {}\n", visible(&failure)))?;
        }
        Ok(())
    };
    if can(Missing::Speech) {
        let sentence = format!("{}. {}.", words.course.seen, words.practice.begin);
        print(&format!("You should hear a voice: “{sentence}”\n"))?;
        voice.say(&sentence, SpeechPriority::Waits);
        voice.finish(TIMEOUT);
        tell_failures()?;
    }
    for chime in Chime::ALL.into_iter().filter(|_| can(Missing::Chimes)) {
        print(&format!("You should hear {}\n", describe(chime)))?;
        voice.chime(chime);
        voice.finish(TIMEOUT);
        tell_failures()?;
    }
    if can(Missing::Hum) {
        print("You should hear a hum that grows: your back rounds more and more\n")?;
        for step in 0..=STEPS {
            voice.hum(f32::from(step) / f32::from(STEPS));
            thread::sleep(STEP);
        }
        tell_failures()?;
    }
    let advice = if failed {
        "A program marked ✗ was not heard: mend it, or install another (docs/displays-and-sound.md)\n"
    } else {
        "Heard nothing? Then the volume is turned down, or these programs find no loudspeaker\n"
    };
    Ok(print(advice)?)
}

fn describe(chime: Chime) -> &'static str {
    match chime {
        Chime::Start => "two rising notes: a set begins",
        Chime::BackJoined => "one low note: your back joined in",
        Chime::Tick => "a tick: one second less of a countdown",
        Chime::End => "three falling notes: a set is over",
    }
}
