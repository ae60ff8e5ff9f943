//! Every word that the window shows and the voice says: one file a language, in `assets/words/`.
//!
//! What is typed at the command line and written to files stays English: scripts read it.

mod mobility;

use std::fmt::Display;

use serde::Deserialize;

use crate::coach::Verdict;
use crate::coach::course::Line;
use crate::coach::cue::Cue;
use crate::geometry::State;

pub use mobility::{MobilityWords, rounded_up};

/// A language that all words are there in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a locale such as `de_AT.UTF-8` or `de-AT`; English for one that is not there.
    pub fn of_locale(locale: &str) -> Self {
        let code = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code)).unwrap_or_default()
    }

    const fn file(self) -> &'static str {
        match self {
            Self::English => include_str!("../assets/words/en.toml"),
            Self::German => include_str!("../assets/words/de.toml"),
        }
    }
}

/// All words of one language, as in its file.
#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub verdict: VerdictWords,
    pub label: Labels,
    pub state: StateWords,
    pub practice: PracticeWords,
    pub course: CourseWords,
    pub cue: CueWords,
    pub mobility: MobilityWords,
    pub safety: SafetyWords,
}

#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictWords {
    pub hips: String,
    pub mixed: String,
    pub back: String,
}

#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    pub hips: String,
    pub back: String,
    pub depth: String,
    pub share: String,
    pub repetitions: String,
    pub last: String,
    pub from_hips: String,
    pub deepest: String,
    pub best: String,
    pub worst: String,
    pub rest: String,
    pub reach: String,
    pub next: String,
    pub pause: String,
}

#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateWords {
    pub nobody: String,
    pub several: String,
    pub cutoff: String,
    pub far: String,
    pub turned: String,
    pub notstanding: String,
    pub hidden: String,
    pub covered: String,
    pub calibrating: String,
    pub dark: String,
    pub waiting: String,
    pub silent: String,
    pub paused: String,
    pub away: String,
    pub finished: String,
    pub leave: String,
}

#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticeWords {
    pub begin: String,
    pub up: String,
    pub back: String,
    pub deep_enough: String,
    pub down: String,
    pub after_hips: String,
    pub after_mixed: String,
    pub after_back: String,
    pub after_unknown: String,
}

#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseWords {
    pub seen: String,
    pub well_placed: String,
    pub stand_tall: String,
    pub stand_again: String,
    pub hold_still: String,
    pub standing_found: String,
    pub full_bend: String,
    pub full_bend_found: String,
    pub begin: String,
    pub go_on: String,
    pub other_side: String,
    pub repetition: String,
    pub seconds_left: String,
    pub round_done: String,
    pub round_done_all: String,
    pub time_done: String,
    pub rest: String,
    pub rest_ends: String,
    pub close: String,
    pub close_timed: String,
}

#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CueWords {
    pub could_not_tell: String,
    pub squat: String,
    pub push_hips_back: String,
    pub back_joined_in: String,
    pub soften_knees: String,
    pub slower: String,
    pub look_down: String,
    pub deeper: String,
    pub from_the_hips: String,
}

#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyWords {
    pub line: String,
    pub setup: String,
}

impl Words {
    /// The words of `language`.
    ///
    /// # Errors
    /// When its file lacks a word or has one too many; a test keeps the program's own files whole.
    pub fn read(language: Language) -> Result<Self, toml::de::Error> {
        toml::from_str(language.file())
    }

    /// What to do so that a person in this state can be measured.
    pub fn state(&self, state: State) -> &str {
        match state {
            State::Nobody => &self.state.nobody,
            State::Several => &self.state.several,
            State::CutOff => &self.state.cutoff,
            State::Far => &self.state.far,
            State::Turned => &self.state.turned,
            State::NotStanding => &self.state.notstanding,
            State::Hidden => &self.state.hidden,
            State::Covered => &self.state.covered,
            State::Calibrating | State::Measured => &self.state.calibrating,
        }
    }

    /// The word of a verdict.
    pub fn verdict(&self, verdict: Verdict) -> &str {
        match verdict {
            Verdict::Hips => &self.verdict.hips,
            Verdict::Mixed => &self.verdict.mixed,
            Verdict::Back => &self.verdict.back,
        }
    }

    /// A cue as it is shown and said.
    pub fn cue(&self, cue: Cue) -> String {
        match cue {
            Cue::CouldNotTell => self.cue.could_not_tell.clone(),
            Cue::Squat => self.cue.squat.clone(),
            Cue::PushHipsBack => self.cue.push_hips_back.clone(),
            Cue::BackJoinedIn(angle) => {
                fill(&self.cue.back_joined_in, &[("degrees", &format!("{:.0}", angle.to_degrees()))])
            }
            Cue::SoftenKnees => self.cue.soften_knees.clone(),
            Cue::Slower => self.cue.slower.clone(),
            Cue::LookDown => self.cue.look_down.clone(),
            Cue::Deeper => self.cue.deeper.clone(),
            Cue::FromTheHips => self.cue.from_the_hips.clone(),
        }
    }

    /// A sentence of the session as it is shown and said; `None` for those of the drill, which stand in its own file.
    pub fn line(&self, line: Line) -> Option<String> {
        let words = &self.course;
        let text = match line {
            Line::Drill | Line::Lesson(_) => return None,
            Line::Obstacle(state) => self.state(state).to_owned(),
            Line::TooDark => self.state.dark.clone(),
            Line::Seen => words.seen.clone(),
            Line::WellPlaced => words.well_placed.clone(),
            Line::StandTall => words.stand_tall.clone(),
            Line::StandAgain => words.stand_again.clone(),
            Line::Count(number) => number.to_string(),
            Line::HoldStill => words.hold_still.clone(),
            Line::StandingFound => words.standing_found.clone(),
            Line::FullBend => words.full_bend.clone(),
            Line::FullBendFound => words.full_bend_found.clone(),
            Line::Begin => words.begin.clone(),
            Line::OtherSide => words.other_side.clone(),
            Line::GoOn => words.go_on.clone(),
            Line::Repetition(number) => fill(&words.repetition, &[("number", &number)]),
            Line::Cue(cue) => self.cue(cue),
            Line::SecondsLeft(seconds) => fill(&words.seconds_left, &[("seconds", &seconds)]),
            Line::RoundDone { hips, of } if hips == of => fill(&words.round_done_all, &[("of", &of)]),
            Line::RoundDone { hips, of } => fill(&words.round_done, &[("hips", &hips), ("of", &of)]),
            Line::TimeDone => words.time_done.clone(),
            Line::Rest(_) => words.rest.clone(),
            Line::RestEnds => words.rest_ends.clone(),
            Line::Away => self.state.away.clone(),
            Line::Paused => self.state.paused.clone(),
            Line::Close { hips, of } => fill(&words.close, &[("hips", &hips), ("of", &of)]),
            Line::CloseTimed => words.close_timed.clone(),
            Line::TurnRound => self.mobility.turn_round.clone(),
            Line::Missed(miss) => self.mobility.missed(miss).to_owned(),
            Line::GoesOnWithout => self.mobility.goes_on_without.clone(),
            Line::ScreenDone => self.mobility.done.clone(),
            Line::Found(finding) => self.mobility.found(&finding),
            Line::FoundNothing => self.mobility.nothing.clone(),
            Line::NoDiagnosis => self.mobility.no_diagnosis.clone(),
        };
        Some(text)
    }
}

/// The template with each `{name}` replaced.
fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &value.to_string()))
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;

    /// Every sentence that can be shown, with the longest values that it can hold.
    fn lines() -> Vec<Line> {
        let cues = [
            Cue::CouldNotTell,
            Cue::Squat,
            Cue::PushHipsBack,
            Cue::BackJoinedIn(Angle::degrees(100.0)),
            Cue::SoftenKnees,
            Cue::Slower,
            Cue::LookDown,
            Cue::Deeper,
            Cue::FromTheHips,
        ];
        let fixed = [
            Line::TooDark,
            Line::Seen,
            Line::WellPlaced,
            Line::StandTall,
            Line::StandAgain,
            Line::Count(3),
            Line::HoldStill,
            Line::StandingFound,
            Line::FullBend,
            Line::FullBendFound,
            Line::Begin,
            Line::OtherSide,
            Line::GoOn,
            Line::Repetition(12),
            Line::SecondsLeft(120),
            Line::RoundDone { hips: 12, of: 12 },
            Line::RoundDone { hips: 10, of: 12 },
            Line::TimeDone,
            Line::Rest(90),
            Line::RestEnds,
            Line::Away,
            Line::Paused,
            Line::Close { hips: 100, of: 100 },
            Line::CloseTimed,
        ];
        let screen = mobility::tests::lines();
        fixed.into_iter().chain(State::ALL.map(Line::Obstacle)).chain(cues.map(Line::Cue)).chain(screen).collect()
    }

    #[test]
    fn every_language_has_every_word_and_no_other() {
        for language in Language::ALL {
            Words::read(language).unwrap();
        }
    }

    #[test]
    fn every_place_is_filled_and_sentences_have_a_capital_and_no_full_stop() {
        for language in Language::ALL {
            let words = Words::read(language).unwrap();
            for line in lines() {
                let text = words.line(line).unwrap();
                assert!(!text.is_empty() && !text.contains(['{', '}']), "{language:?} {line:?}: {text}");
                let begins = text.starts_with(|letter: char| letter.is_uppercase() || letter.is_ascii_digit());
                assert!(begins && !text.ends_with('.'), "{language:?} {line:?}: {text}");
            }
        }
    }

    #[test]
    fn a_locale_names_its_language() {
        for (locale, language) in [
            ("de_AT.UTF-8", Language::German),
            ("de", Language::German),
            ("de-CH", Language::German),
            ("en_GB", Language::English),
            ("C", Language::English),
            ("fr_FR", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }
}
