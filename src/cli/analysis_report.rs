//! The report of an analysis on stdout: the table of repetitions, a summary sentence, and what prevented measurements.

use std::path::Path;

use super::terminal_kind;
use crate::export::summary::Ledger;
use crate::geometry::{StandingFlaw, State};
use crate::i18n::{FindingWords, Words, fill, is_short, rounded_up};
use crate::screen::terminal::{self, Style};
use crate::source::RecordingFacts;
use crate::visible::visible;

/// What is said at the end of an analysis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AnalysisReport {
    /// The text for stdout, empty or ending in a newline.
    pub(super) text: String,
    /// Why the analysis failed, if it did: nothing could be measured, or most of the recording could not be decoded.
    pub(super) failure: Option<String>,
}

impl AnalysisReport {
    /// Tells what was found.
    pub(super) fn of(ledger: &Ledger, name: &str, lost: LostFrames<'_>, words: &Words, style: Style) -> Self {
        let measured = ledger.count(State::Measured) > 0;
        let mut lines = lines(ledger, name, words, style);
        let mut failure = (!measured).then(|| lines.remove(0));
        match lost.sentence(name, &words.findings) {
            Some(sentence) if lost.count > ledger.frames() => {
                lines.extend(failure.replace(sentence));
            }
            sentence => lines.extend(sentence),
        }
        Self { text: lines.iter().map(|line| format!("{line}\n")).collect(), failure }
    }

    /// Adds a sentence.
    pub(super) fn with(mut self, sentence: String) -> Self {
        self.text += &(sentence + "\n");
        self
    }

    /// Adds what is odd about the recording, and what was done about it.
    pub(super) fn with_facts(mut self, facts: &RecordingFacts, name: &str, words: &Words) -> Self {
        oddities(facts, name, &words.findings).for_each(|sentence| self.text += &format!("{sentence}\n"));
        self
    }
}

/// The lines about what was measured; the first is the table, or why there is none.
fn lines(ledger: &Ledger, name: &str, words: &Words, style: Style) -> Vec<String> {
    let found = &words.findings;
    let mut lines = vec![match ledger.repetitions() {
        [] => found.no_repetition(ledger.states(), name),
        repetitions => terminal::summary(repetitions, words, style, terminal_kind::columns()),
    }];
    if ledger.count(State::Several) > 0 && ledger.most_frequent() != Some(State::Several) {
        lines.push(fill(&found.several_in_part, &[("name", &name)]));
    }
    lines.extend(found.obstructed(ledger.states()));
    if !ledger.repetitions().is_empty() || !is_short(ledger.states()) {
        lines.extend(standing_doubt(ledger, name, found));
    }
    if ledger.ends_in_a_bend() {
        lines.push(fill(&found.unfinished, &[("name", &name)]));
    }
    lines
}

/// The frames that could not be decoded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LostFrames<'a> {
    pub(super) count: u64,
    /// The file of the first, if each frame is a file of its own.
    pub(super) first: Option<&'a Path>,
}

impl LostFrames<'_> {
    /// The sentence about them; `None` if there are none.
    pub(super) fn sentence(self, name: &str, words: &FindingWords) -> Option<String> {
        let count = self.count;
        match self.first {
            _ if count == 0 => None,
            None => Some(fill(&words.frames_lost, &[("count", &count), ("name", &name)])),
            Some(first) => Some(fill(
                &words.pictures_lost,
                &[("count", &count), ("name", &name), ("first", &visible(&first.display()))],
            )),
        }
    }
}

/// What was wrong with the standing posture, and how much wider the intervals are.
fn standing_doubt(ledger: &Ledger, name: &str, words: &FindingWords) -> Option<String> {
    let doubt = ledger.standing_doubt()?;
    let sentence = match doubt.flaw? {
        StandingFlaw::BentKnees => &words.doubt_bent_knees,
        StandingFlaw::Leaning => &words.doubt_leaning,
        StandingFlaw::ArmUp => &words.doubt_arm_up,
        StandingFlaw::NotStill => &words.doubt_not_still,
    };
    Some(fill(sentence, &[("name", &name), ("degrees", &format!("{}°", rounded_up(doubt.angle)))]))
}

/// What is odd about the file, and what was done about it.
fn oddities(facts: &RecordingFacts, name: &str, words: &FindingWords) -> impl Iterator<Item = String> {
    let odd = [
        (facts.size_changes, &words.size_changes),
        (facts.odd_orientation, &words.odd_orientation),
        (facts.odd_edits, &words.odd_edits),
    ];
    odd.into_iter().filter(|(is_odd, _)| *is_odd).map(move |(_, sentence)| fill(sentence, &[("name", &name)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use euclid::Angle;

    use crate::coach::{Phase, Progress};
    use crate::geometry::{Measurement, StandingDoubt};
    use crate::i18n::Language;
    use crate::source::Timestamp;

    fn english() -> Words {
        Words::read(Language::English).unwrap()
    }

    /// All that is said, as one text.
    fn render(ledger: &Ledger, name: &str, lost: LostFrames<'_>, words: &Words, style: Style) -> String {
        let AnalysisReport { text, failure } = AnalysisReport::of(ledger, name, lost, words, style);
        text + &failure.unwrap_or_default()
    }

    fn ledger(states: &[State]) -> Ledger {
        let mut ledger = Ledger::default();
        for state in states {
            let measurement = Measurement { state: *state, ..Measurement::default() };
            let time = Timestamp::from_secs_f64(3.0 * ledger.frames() as f64);
            ledger.record(time, &measurement, &Progress::default());
        }
        ledger
    }

    #[test]
    fn each_reason_why_nothing_was_found_has_its_sentence() {
        use State::{Calibrating, LegsHidden, Measured, Nobody, Several, Turned};
        for (states, expected) in [
            (&[Nobody, Nobody][..], "Nobody was seen in a.mp4"),
            (&[Nobody, Turned, Turned], "not side-on"),
            (&[Several, Several, Nobody], "More than one person was in view in a.mp4"),
            (&[Several, Turned, Turned], "More than one person was in view in part of a.mp4"),
            (&[Calibrating, Calibrating], "shows nobody standing upright and still for long enough"),
            (&[Calibrating, Calibrating, LegsHidden], "most of the time something in front of the legs hid them"),
            (
                &[Measured, LegsHidden, Measured],
                "From 00:03 to 00:06 nothing could be measured, and a bend may be missing: s",
            ),
            (&[Nobody, Nobody, Measured], "No whole bend was found in a.mp4"),
        ] {
            let text = render(&ledger(states), "a.mp4", LostFrames::default(), &english(), Style::Plain);
            assert!(text.contains(expected), "{states:?}: {text}");
        }
    }

    #[test]
    fn an_analysis_without_a_measurement_or_with_most_frames_lost_has_failed() {
        use State::{Measured, Nobody};
        let failure = |states: &[State], count| {
            let lost = LostFrames { count, first: None };
            AnalysisReport::of(&ledger(states), "a.mp4", lost, &english(), Style::Plain).failure
        };
        assert_eq!(failure(&[Nobody, Measured], 2), None, "no whole bend is no failure");
        assert!(failure(&[Nobody], 0).unwrap().contains("Nobody was seen in a.mp4"));
        for states in [[Nobody, Measured], [Nobody, Nobody]] {
            assert!(failure(&states, 3).unwrap().contains("3 of the frames of a.mp4 could not be decoded"));
        }
    }

    #[test]
    fn a_doubtful_standing_posture_is_told_with_what_it_costs() {
        let report = |flaw, degrees| {
            let doubt = StandingDoubt { angle: Angle::degrees(degrees), flaw };
            let measured =
                Measurement { state: State::Measured, standing_doubt: Some(doubt), ..Measurement::default() };
            let mut ledger = Ledger::default();
            for seconds in [0.0, 3.0] {
                ledger.record(Timestamp::from_secs_f64(seconds), &measured, &Progress::default());
            }
            render(&ledger, "a.mp4", LostFrames::default(), &english(), Style::Plain)
        };
        for flaw in StandingFlaw::ALL {
            assert!(report(Some(flaw), 5.2).contains("in a.mp4: all intervals are wider by up to 6°"), "{flaw:?}");
        }
        assert!(!report(None, 0.4).contains("wider"));
    }

    #[test]
    fn an_unfinished_bend_at_the_end_is_reported() {
        let cut_off = |phases: &[Phase]| {
            let mut ledger = Ledger::default();
            let measured = Measurement { state: State::Measured, ..Measurement::default() };
            for phase in phases {
                let progress = Progress { phase: *phase, ..Progress::default() };
                ledger.record(Timestamp::default(), &measured, &progress);
            }
            render(&ledger, "a", LostFrames::default(), &english(), Style::Plain)
        };
        let expected = "A bend was not finished when a ended: it is not counted";
        assert!(cut_off(&[Phase::Top, Phase::Down]).contains(expected));
        assert!(cut_off(&[Phase::Top, Phase::Bottom, Phase::Up]).contains(expected));
        assert!(!cut_off(&[Phase::Down, Phase::Top]).contains("finished"));
    }

    #[test]
    fn a_picture_or_a_clip_of_a_second_is_told_of_and_not_of_standing() {
        let report = |frames: u32, seconds: f64| {
            let mut ledger = Ledger::default();
            let doubt = StandingDoubt { angle: Angle::degrees(5.0), flaw: Some(StandingFlaw::NotStill) };
            let seen = Measurement { state: State::Calibrating, standing_doubt: Some(doubt), ..Measurement::default() };
            for number in 0..frames {
                let time = Timestamp::from_secs_f64(seconds * f64::from(number) / f64::from(frames.max(2) - 1));
                ledger.record(time, &seen, &Progress::default());
            }
            render(&ledger, "a", LostFrames::default(), &english(), Style::Plain)
        };
        let single = report(1, 0.0);
        assert!(single.contains("a is a single picture: a bend is measured against standing"), "{single}");
        let short = report(25, 1.0);
        assert!(short.contains("a is shorter than 2 s: film a second of standing"), "{short}");
        for told in [single, short] {
            assert!(!told.contains("stood still") && !told.contains("upright"), "{told}");
        }
        assert!(report(60, 3.0).contains("stood still"));
    }

    #[test]
    fn what_is_odd_about_a_file_is_told() {
        let facts =
            RecordingFacts { size_changes: true, odd_orientation: true, odd_edits: true, ..RecordingFacts::default() };
        let report =
            AnalysisReport::of(&ledger(&[State::Nobody]), "a", LostFrames::default(), &english(), Style::Plain);
        let told = report.with_facts(&facts, "a", &english()).text;
        for sentence in ["The size of the picture changes in a", "a states an orientation", "The edit list of a"] {
            assert!(told.contains(sentence), "{told}");
        }
    }

    #[test]
    fn missing_frames_are_reported() {
        let text = |lost| render(&ledger(&[State::Nobody]), "a", lost, &english(), Style::Plain);
        assert!(text(LostFrames { count: 3, first: None }).contains("3 of the frames of a could not be decoded"));
        let pictures = text(LostFrames { count: 2, first: Some(Path::new("a/7.jpg")) });
        assert!(pictures.contains("2 of the pictures of a could not be decoded, the first is a/7.jpg"), "{pictures}");
        assert!(!text(LostFrames::default()).contains("decoded"));
    }
}
