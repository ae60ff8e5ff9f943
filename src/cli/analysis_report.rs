//! What an analysis found, told on stdout: the table of repetitions, then one sentence, then what got in the way.

use std::path::Path;

use crate::export::summary::Ledger;
use crate::geometry::State;
use crate::i18n::{FindingWords, Words, fill};
use crate::screen::terminal::{self, Style};

/// The whole text, ending in a newline.
pub(super) fn told(ledger: &Ledger, name: &str, lost: LostFrames<'_>, words: &Words, style: Style) -> String {
    let found = &words.findings;
    let repetitions = ledger.repetitions();
    let mut lines = Vec::new();
    if repetitions.is_empty() {
        lines.push(nothing(ledger, name, found));
    } else {
        lines.push(terminal::summary(repetitions, words, style));
    }
    if ledger.count(State::Several) > 0 && ledger.most_frequent() != Some(State::Several) {
        lines.push(fill(&found.several_in_part, &[("name", &name)]));
    }
    if ledger.ends_in_a_bend() {
        lines.push(fill(&found.unfinished, &[("name", &name)]));
    }
    lines.extend(lost.told(name, found));
    lines.join("\n") + "\n"
}

/// The frames that could not be decoded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LostFrames<'a> {
    pub(super) count: u64,
    /// The file of the first, where each frame has its own.
    pub(super) first: Option<&'a Path>,
}

impl LostFrames<'_> {
    fn told(self, name: &str, words: &FindingWords) -> Option<String> {
        let count = self.count;
        match self.first {
            _ if count == 0 => None,
            None => Some(fill(&words.frames_lost, &[("count", &count), ("name", &name)])),
            Some(first) => {
                Some(fill(&words.pictures_lost, &[("count", &count), ("name", &name), ("first", &first.display())]))
            }
        }
    }
}

/// Why there is no repetition to tell of.
fn nothing(ledger: &Ledger, name: &str, words: &FindingWords) -> String {
    let seen = ledger.frames() - ledger.count(State::Nobody);
    match ledger.most_frequent() {
        _ if ledger.count(State::Measured) > 0 => fill(&words.no_whole_bend, &[("name", &name)]),
        None | Some(State::Nobody) if seen == 0 => fill(&words.nobody_at_all, &[("name", &name)]),
        Some(State::Several) => fill(&words.several_at_all, &[("name", &name)]),
        state => fill(&words.nothing, &[("name", &name), ("obstacle", &obstacle(state, words))]),
    }
}

/// What was in the way of a measurement, and what to do.
fn obstacle(state: Option<State>, words: &FindingWords) -> &str {
    match state {
        None | Some(State::Nobody) => &words.nobody,
        Some(State::Several) => &words.several,
        Some(State::CutOff) => &words.cutoff,
        Some(State::Far) => &words.far,
        Some(State::Turned) => &words.turned,
        Some(State::NotStanding) => &words.notstanding,
        Some(State::Hidden) => &words.hidden,
        Some(State::Covered) => &words.covered,
        Some(State::Calibrating | State::Measured) => &words.calibrating,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::{Phase, Progress};
    use crate::geometry::Measurement;
    use crate::i18n::Language;
    use crate::source::Timestamp;

    fn english() -> Words {
        Words::read(Language::English).unwrap()
    }

    fn ledger(states: &[State]) -> Ledger {
        let mut ledger = Ledger::default();
        for state in states {
            let measurement = Measurement { state: *state, ..Measurement::default() };
            ledger.record(Timestamp::default(), &measurement, &Progress::default());
        }
        ledger
    }

    #[test]
    fn each_reason_why_nothing_was_found_has_its_sentence() {
        use State::{Calibrating, Measured, Nobody, Several, Turned};
        for (states, said) in [
            (&[Nobody, Nobody][..], "Nobody was seen in a.mp4"),
            (&[Nobody, Turned, Turned], "not side-on"),
            (&[Several, Several, Nobody], "More than one person was in view in a.mp4"),
            (&[Several, Turned, Turned], "More than one person was in view in part of a.mp4"),
            (&[Calibrating], "did not stand still"),
            (&[Nobody, Nobody, Measured], "No whole bend was found in a.mp4"),
        ] {
            let told = told(&ledger(states), "a.mp4", LostFrames::default(), &english(), Style::Plain);
            assert!(told.contains(said), "{states:?}: {told}");
        }
    }

    #[test]
    fn a_bend_that_the_end_cuts_off_is_told() {
        let cut_off = |phases: &[Phase]| {
            let mut ledger = Ledger::default();
            let measured = Measurement { state: State::Measured, ..Measurement::default() };
            for phase in phases {
                let progress = Progress { phase: *phase, ..Progress::default() };
                ledger.record(Timestamp::default(), &measured, &progress);
            }
            told(&ledger, "a", LostFrames::default(), &english(), Style::Plain)
        };
        let said = "A bend was not finished when a ended: it is not counted";
        assert!(cut_off(&[Phase::Top, Phase::Down]).contains(said));
        assert!(cut_off(&[Phase::Top, Phase::Bottom, Phase::Up]).contains(said));
        assert!(!cut_off(&[Phase::Down, Phase::Top]).contains("finished"));
    }

    #[test]
    fn frames_that_are_missing_are_told() {
        let told = |lost| told(&ledger(&[State::Nobody]), "a", lost, &english(), Style::Plain);
        assert!(told(LostFrames { count: 3, first: None }).contains("3 of the frames of a could not be decoded"));
        let pictures = told(LostFrames { count: 2, first: Some(Path::new("a/7.jpg")) });
        assert!(pictures.contains("2 of the pictures of a could not be decoded, the first is a/7.jpg"), "{pictures}");
        assert!(!told(LostFrames::default()).contains("decoded"));
    }
}
