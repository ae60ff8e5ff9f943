//! What went wrong with the programs that speak and play, kept for whoever wants to tell it.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::i18n::{Words, fill};

/// What a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundPurpose {
    /// Spoken sentences.
    Speech,
    /// The chimes.
    Chimes,
    /// The hum.
    Hum,
}

/// How a program failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HowFailed {
    /// It went on for longer than it may.
    DidNotAnswer(Duration),
    /// It ended with an error, after a line that it may have written.
    Ended(String),
    /// It could not be started.
    NotStarted(String),
}

/// A program that failed. What it wrote is as it wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundFailure {
    /// What it was for.
    pub purpose: SoundPurpose,
    /// The program.
    pub program: PathBuf,
    /// How it failed.
    pub how: HowFailed,
    /// Whether nothing is left that could be tried instead.
    pub was_last: bool,
}

impl Display for SoundPurpose {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Speech => "speech",
            Self::Chimes => "chimes",
            Self::Hum => "hum",
        })
    }
}

impl Display for SoundFailure {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        match &self.how {
            HowFailed::DidNotAnswer(waited) => {
                write!(formatter, "{program} did not answer within {:.0} s", waited.as_secs_f32())
            }
            HowFailed::Ended(how) => write!(formatter, "{program} ended with an error ({how})"),
            HowFailed::NotStarted(why) => write!(formatter, "{program} cannot be started ({why})"),
        }
    }
}

impl SoundFailure {
    /// What is no longer heard, and why, for the person who practises.
    pub fn sentence(&self, words: &Words) -> String {
        let words = &words.sound;
        let what = match self.purpose {
            SoundPurpose::Speech => &words.speech_lost,
            SoundPurpose::Chimes => &words.chimes_lost,
            SoundPurpose::Hum => &words.hum_lost,
        };
        let how = match &self.how {
            HowFailed::DidNotAnswer(_) => words.hung.clone(),
            HowFailed::Ended(how) | HowFailed::NotStarted(how) => fill(&words.failed, &[("how", how)]),
        };
        let program = self.program.file_name().unwrap_or(self.program.as_os_str()).to_string_lossy();
        fill(what, &[("program", &program), ("how", &how)])
    }
}

/// The failures so far. It keeps the first of them: a program that fails is given up before long.
#[derive(Debug, Default)]
pub(super) struct FailureLog(Mutex<Vec<SoundFailure>>);

/// More than all programs can fail before they are given up.
const MOST_KEPT: usize = 64;

impl FailureLog {
    pub(super) fn add(&self, failure: SoundFailure) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() < MOST_KEPT {
            failures.push(failure);
        }
    }

    /// Those since the last call.
    pub(super) fn take(&self) -> Vec<SoundFailure> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn what_is_no_longer_heard_is_one_sentence_in_both_languages() {
        for language in Language::ALL {
            let words = Words::read(language).unwrap();
            for purpose in [SoundPurpose::Speech, SoundPurpose::Chimes, SoundPurpose::Hum] {
                let how = [
                    HowFailed::DidNotAnswer(Duration::from_secs(2)),
                    HowFailed::Ended("exit status: 1".to_owned()),
                    HowFailed::NotStarted("No such file".to_owned()),
                ];
                for how in how {
                    let program = PathBuf::from("/usr/bin/paplay");
                    let told = SoundFailure { purpose, program, how, was_last: true }.sentence(&words);
                    assert!(told.contains("paplay ") && !told.contains(['{', '/', '\n']), "{told}");
                }
            }
        }
    }
}
