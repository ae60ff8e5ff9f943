//! One round: a session, a fault at a random moment of it, and what was left.

use std::fmt;
use std::fs;
use std::path::Path;

use bendwise::store::Store;

use crate::check::{Kept, Left, check};
use crate::fault::Fault;
use crate::random::Random;
use crate::session::Session;
use crate::tools::{Kind, PICTURES};

/// How many seconds of frames may be missing of what was measured before the fault.
const MOST_LOST: f64 = 1.0;

/// Frames a second.
const RATE: f64 = 30.0;

/// How many frames of a camera are shown after a fault that it survives.
const AFTERWARDS: u64 = 30;

pub struct Round {
    pub fault: Fault,
    pub seed: u64,
}

/// What became of a round.
pub struct Outcome {
    pub fault: Fault,
    seed: u64,
    /// How many frames were shown when the fault came; `None` where that cannot be counted.
    shown: Option<u64>,
    /// How many were kept.
    pub kept: u64,
    /// Whether the person was told that something is not kept.
    pub told: bool,
    /// Why the round was not run.
    pub skipped: Option<&'static str>,
    /// What is wrong.
    pub wrong: Vec<String>,
}

impl Outcome {
    pub fn is_bad(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// Seconds of what was shown before the fault that are not kept.
    pub fn lost(&self) -> Option<f64> {
        Some(self.shown?.saturating_sub(self.kept) as f64 / RATE)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} {}: {} of {:?} kept", self.fault, self.seed, self.kept, self.shown)?;
        self.skipped.map_or(Ok(()), |why| write!(out, ", not run: {why}"))?;
        write!(
            out,
            "{}{}",
            if self.told { ", told" } else { "" },
            self.wrong.iter().map(|what| format!("; WRONG: {what}")).collect::<String>()
        )
    }
}

impl Round {
    pub fn run(&self) -> Outcome {
        let mut random = Random::new(self.seed);
        let mut outcome = Outcome {
            fault: self.fault,
            seed: self.seed,
            shown: None,
            kept: 0,
            told: false,
            skipped: None,
            wrong: Vec::new(),
        };
        match Session::start(self.fault, &mut random) {
            Ok(session) => self.play(session, &mut random, &mut outcome),
            Err(why) => outcome.skipped = Some(why),
        }
        outcome
    }

    fn play(&self, mut session: Session, random: &mut Random, outcome: &mut Outcome) {
        let counted = !self.fault.has_window() && self.fault != Fault::KillAnalysis;
        session.wait_for_moment(random, counted);
        outcome.shown = counted.then(|| session.shown());
        self.fault.inflict(&mut session, random);
        self.end_camera(&mut session, outcome);
        let Some(succeeded) = session.wait_for_end() else {
            outcome.wrong.push("it hangs".to_owned());
            return;
        };
        session.control.set(Kind::None, 0);
        if counted && self.fault.is_harmless() && session.shown() == 0 {
            outcome.wrong.push("no frame was counted in the terminal: the fault came at no frame either".to_owned());
        }
        self.judge_words(&session, succeeded, outcome);
        if self.fault == Fault::PowerLost {
            forget_unsynced(&session.world.path("home/data/sessions"), &session.world.path("synced"));
        }
        // A disk that is still full is looked at as it is, unless the list of sessions was not even begun.
        if let Some(disk) = session.disk.as_ref().filter(|_| Store::find(&session.world.paths()).is_err()) {
            disk.make_room();
        }
        let kind = Kept {
            whole: !self.fault.ends() && (!outcome.told || self.fault.has_camera()),
            of_camera: self.fault.has_camera(),
        };
        let left = check(&session.world, kind, random, &mut outcome.wrong);
        self.judge(&left, session.shown(), outcome);
    }

    /// A camera's session that nothing has ended goes on for a while if it can, and is then ended by Ctrl-C.
    fn end_camera(&self, session: &mut Session, outcome: &mut Outcome) {
        if !self.fault.has_camera() || self.fault.is_an_error() {
            return;
        }
        if self.fault == Fault::Unplugged {
            session.wait_for_words(self.fault.told()[0]);
        } else {
            let shown = session.shown();
            session.wait_for_frames(shown + AFTERWARDS);
            if session.shown() < shown + AFTERWARDS {
                outcome.wrong.push("it did not go on".to_owned());
            }
        }
        session.signal("INT");
    }

    fn judge_words(&self, session: &Session, succeeded: bool, outcome: &mut Outcome) {
        let err = session.errors();
        outcome.told =
            ["cannot be drawn any more", "no longer kept", "not kept", "up to that point", "are not in its video"]
                .iter()
                .any(|words| err.contains(words));
        if !self.fault.ends() && succeeded == self.fault.is_an_error() {
            outcome
                .wrong
                .push(format!("it ended as if {}: {err}", if succeeded { "nothing had been" } else { "failed" }));
        }
        if err.contains("A fault in bendwise") || err.contains("panicked") {
            outcome.wrong.push(err);
        }
        let (said, told) = (session.said(), self.fault.told());
        // Before anything is shown there is nothing yet that could stand still.
        if !told.is_empty() && outcome.shown != Some(0) && !told.iter().any(|words| said.contains(words)) {
            outcome.wrong.push(format!("nobody was told: {}; {}", told[0], session.errors()));
        }
    }

    /// `shown` is how many frames were shown in all, of a camera; a recording is as long as it is.
    fn judge(&self, left: &Left, shown: u64, outcome: &mut Outcome) {
        outcome.kept = left.frames;
        if let Some(lost) = outcome.lost().filter(|lost| *lost > MOST_LOST) {
            outcome.wrong.push(format!("{lost:.2} s are lost"));
        }
        let whole = if self.fault.has_camera() { left.frames >= shown.max(1) } else { left.frames == PICTURES as u64 };
        if !self.fault.ends() && !whole && !outcome.told {
            outcome.wrong.push(format!("only {} frames are kept, and nobody was told", left.frames));
        }
        // Of a camera a busy machine leaves pictures out, which is told and has nothing to do with the fault.
        if self.fault.is_harmless() && (!whole || outcome.told && !self.fault.has_camera()) {
            outcome.wrong.push(format!("{} frames are kept", left.frames));
        }
        if self.fault.has_camera() && left.frames + left.counted < shown {
            outcome.wrong.push(format!("{shown} frames were shown, and {} counted as lost", left.counted));
        }
    }
}

/// Leaves of each file below a folder what it was when it was last synced, and of one that never was nothing but its name.
/// That names are lost too, or that a part of what was not synced is there, is not tried.
fn forget_unsynced(folder: &Path, synced: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            forget_unsynced(&path, synced);
            continue;
        }
        let copy = synced.join(path.to_str().unwrap().replace('/', "%"));
        fs::write(&path, fs::read(copy).unwrap_or_default()).unwrap();
    }
}
