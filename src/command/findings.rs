//! What an analysis found, told on stdout: the table of repetitions, then one sentence, then what got in the way.

use std::path::Path;

use crate::geometry::State;
use crate::screen::terminal::{self, Style};
use crate::session::export::summary::Ledger;

/// The whole text, ending in a newline.
pub(super) fn told(ledger: &Ledger, name: &str, lost: Lost<'_>, style: Style) -> String {
    let repetitions = ledger.repetitions();
    let mut lines = Vec::new();
    if repetitions.is_empty() {
        lines.push(nothing(ledger, name));
    } else {
        lines.push(terminal::summary(repetitions, style));
    }
    if ledger.count(State::Several) > 0 && ledger.most_frequent() != Some(State::Several) {
        lines.push(format!("More than one person was in view in part of {name}: nothing is measured there"));
    }
    if ledger.ends_in_a_bend() {
        lines.push(format!("A bend was not finished when {name} ended: it is not counted"));
    }
    lines.extend(lost.told(name));
    lines.join("\n") + "\n"
}

/// The frames that could not be decoded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lost<'a> {
    pub(super) count: u64,
    /// The file of the first, where each frame has its own.
    pub(super) first: Option<&'a Path>,
}

impl Lost<'_> {
    fn told(self, name: &str) -> Option<String> {
        let count = self.count;
        match self.first {
            _ if count == 0 => None,
            None => {
                Some(format!("{count} of the frames of {name} could not be decoded: the file is damaged or cut short"))
            }
            Some(first) => {
                let first = first.display();
                Some(format!(
                    "{count} of the pictures of {name} could not be decoded, the first is {first}: save it again"
                ))
            }
        }
    }
}

/// Why there is no repetition to tell of.
fn nothing(ledger: &Ledger, name: &str) -> String {
    let seen = ledger.frames() - ledger.count(State::Nobody);
    match ledger.most_frequent() {
        _ if ledger.count(State::Measured) > 0 => format!("No whole bend was found in {name}"),
        None | Some(State::Nobody) if seen == 0 => {
            format!("Nobody was seen in {name}: film the whole person from the side, 2 to 3 m away")
        }
        Some(State::Several) => {
            format!("More than one person was in view in {name}: film one person, the others out of the picture")
        }
        state => format!("Nothing could be measured in {name}: most of the time {}", obstacle(state)),
    }
}

/// What was in the way of a measurement, and what to do.
fn obstacle(state: Option<State>) -> &'static str {
    match state {
        None | Some(State::Nobody) => "nobody was in view; film the whole person from the side",
        Some(State::Several) => "more than one person was in view; film one person",
        Some(State::CutOff) => "part of the body was outside the picture; put the camera further away",
        Some(State::Far) => "the person was too small in the picture; put the camera closer",
        Some(State::Turned) => "the person was not side-on; turn the side to the camera",
        Some(State::NotStanding) => "the person was not standing on both feet; stand up for it",
        Some(State::Hidden) => "the outline of the back was hidden; move the arms forward, tuck the shirt in",
        Some(State::Covered) => "the shape of the legs could not be seen; wear close-fitting clothes",
        Some(State::Calibrating | State::Measured) => {
            "the person did not stand still; begin by standing tall for a second"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::{Phase, Progress};
    use crate::geometry::Measurement;
    use crate::source::Timestamp;

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
            let told = told(&ledger(states), "a.mp4", Lost::default(), Style::Plain);
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
            told(&ledger, "a", Lost::default(), Style::Plain)
        };
        let said = "A bend was not finished when a ended: it is not counted";
        assert!(cut_off(&[Phase::Top, Phase::Down]).contains(said));
        assert!(cut_off(&[Phase::Top, Phase::Bottom, Phase::Up]).contains(said));
        assert!(!cut_off(&[Phase::Down, Phase::Top]).contains("finished"));
    }

    #[test]
    fn frames_that_are_missing_are_told() {
        let told = |lost| told(&ledger(&[State::Nobody]), "a", lost, Style::Plain);
        assert!(told(Lost { count: 3, first: None }).contains("3 of the frames of a could not be decoded"));
        let pictures = told(Lost { count: 2, first: Some(Path::new("a/7.jpg")) });
        assert!(pictures.contains("2 of the pictures of a could not be decoded, the first is a/7.jpg"), "{pictures}");
        assert!(!told(Lost::default()).contains("decoded"));
    }
}
