//! The report of an analysis on stdout: the table of repetitions, a summary sentence, and what prevented measurements.

use std::path::Path;
use std::time::Duration;

use crate::export::summary::Ledger;
use crate::geometry::{StandingFlaw, State};
use crate::i18n::{FindingWords, Words, fill};
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
        [] => nothing(ledger, name, found),
        repetitions => terminal::summary(repetitions, words, style),
    }];
    if ledger.count(State::Several) > 0 && ledger.most_frequent() != Some(State::Several) {
        lines.push(fill(&found.several_in_part, &[("name", &name)]));
    }
    lines.extend(obstruction(ledger, name, found));
    if !ledger.repetitions().is_empty() || !is_short(ledger) {
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
    fn sentence(self, name: &str, words: &FindingWords) -> Option<String> {
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

/// So long a time without a measurement may hide a bend. [own]
const MAY_HIDE_A_BEND: Duration = Duration::from_secs(1);

/// When nothing could be measured for longest, and why.
fn obstruction(ledger: &Ledger, name: &str, words: &FindingWords) -> Option<String> {
    let longest = ledger.longest_obstruction().filter(|longest| longest.duration() >= MAY_HIDE_A_BEND)?;
    let [from, to] = [longest.from, longest.to].map(|time| format!("{:.1}", time.as_secs_f64()));
    let obstacle = obstacle(Some(longest.state), words);
    Some(fill(&words.obstructed, &[("name", &name), ("from", &from), ("to", &to), ("obstacle", &obstacle)]))
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
    Some(fill(sentence, &[("name", &name), ("degrees", &format!("{:.0}°", doubt.angle.to_degrees()))]))
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

/// What is shorter, seconds, holds no standing posture and a bend after it. [own]
const SHORTEST: f64 = 2.0;

fn is_short(ledger: &Ledger) -> bool {
    ledger.duration().as_secs_f64() < SHORTEST
}

/// Why no repetition was found.
fn nothing(ledger: &Ledger, name: &str, words: &FindingWords) -> String {
    let seen = ledger.frames() - ledger.count(State::Nobody);
    match main_obstacle(ledger) {
        _ if seen > 0 && ledger.frames() == 1 => fill(&words.single_picture, &[("name", &name)]),
        _ if seen > 0 && is_short(ledger) => fill(&words.too_short, &[("name", &name), ("seconds", &SHORTEST)]),
        _ if ledger.count(State::Measured) > 0 => fill(&words.no_whole_bend, &[("name", &name)]),
        None | Some(State::Nobody) if seen == 0 => fill(&words.nobody_at_all, &[("name", &name)]),
        Some(State::Several) => fill(&words.several_at_all, &[("name", &name)]),
        Some(State::Calibrating) => fill(&words.calibrating, &[("name", &name)]),
        state => fill(&words.nothing, &[("name", &name), ("obstacle", &obstacle(state, words))]),
    }
}

/// The most frequent state. Somebody whose standing posture is unknown because something hides them half of the time is hidden.
fn main_obstacle(ledger: &Ledger) -> Option<State> {
    let most_frequent = ledger.most_frequent()?;
    let hiding = State::ALL.into_iter().filter(|state| state.is_hiding());
    let hidden = hiding.max_by_key(|state| ledger.count(*state));
    let often = |state: &State| 2 * ledger.count(*state) >= ledger.count(State::Calibrating);
    Some(hidden.filter(|state| most_frequent == State::Calibrating && often(state)).unwrap_or(most_frequent))
}

/// What prevented the measurement, and what to do.
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
        Some(State::Glare) => &words.glare,
        Some(State::LegsHidden) => &words.legs_hidden,
        Some(State::Calibrating | State::Measured) => &words.notstanding,
    }
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
                "From 3.0 s to 6.0 s nothing could be measured in a.mp4, and no bend counted: s",
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
            assert!(report(Some(flaw), 5.2).contains("in a.mp4: all intervals are wider by up to 5°"), "{flaw:?}");
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
