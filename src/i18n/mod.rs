//! All text of the window, the voice and the terminal, one file per language in `assets/words/`.
//!
//! The command line, files and errors stay English: they are read by scripts and by those who fix problems. What somebody who
//! practises or prescribes is told is in their language, and so are the lists of persons, sessions and prescriptions.

mod cohort;
mod current_words;
mod findings;
mod guided;
mod kept;
mod map;
mod mobility;
mod prescription;
#[cfg(feature = "store")]
mod prescription_terms;
mod rating;
mod report;
mod review;
mod score;
mod start;
mod terminal;
#[cfg(feature = "store")]
mod trend;
mod window;
mod words_file;

use std::fmt::Display;

use crate::source::Timestamp;

pub use crate::language::Language;
pub use cohort::CohortWords;
pub use current_words::CurrentWords;
pub use findings::is_short;
pub use guided::{CourseWords, CueWords, QuestionWords, SetWords, together};
pub use kept::{PersonWords, SessionWords, listed_numbers};
pub use map::MapWords;
pub use mobility::{MobilityWords, rounded_up};
pub use prescription::PrescriptionWords;
#[cfg(feature = "store")]
pub use prescription_terms::PrescriptionTerm;
pub use rating::{RatingFormWords, RatingWords};
pub use report::{AgreementWords, ReportWords, TrendWords};
pub use review::ReviewWords;
pub use score::ScoreWords;
#[cfg(feature = "store")]
pub use score::{points, retained_point};
pub use start::StartWords;
pub use terminal::{DisplayWords, DrillWords, FindingWords, ProcessWords, SoundWords, TableWords};
#[cfg(feature = "store")]
pub use trend::{at_least, error, value};
pub use window::{KeyWords, Labels, PracticeWords, SafetyWords, StateWords, VerdictWords};
pub use words_file::WordsError;
use words_file::WordsFile;

/// A section of a language file: no key may be missing, and none may be unknown.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
        #[derive(Debug)]
        pub struct $name {
            /// The language of these words.
            pub language: crate::language::Language,
            $(pub $word: String),+
        }

        impl $name {
            /// Takes the words of a `section` of that name out of the file.
            pub(super) fn take(file: &mut super::WordsFile, section: &str) -> Result<Self, super::WordsError> {
                Ok(Self { language: file.language, $($word: file.take(section, stringify!($word))?),+ })
            }
        }
    };
}
use section;

/// All text of one language, as in its file.
#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug)]
pub struct Words {
    language: Language,
    pub verdict: VerdictWords,
    pub label: Labels,
    pub keys: KeyWords,
    pub state: StateWords,
    pub practice: PracticeWords,
    pub table: TableWords,
    pub display: DisplayWords,
    pub process: ProcessWords,
    pub sound: SoundWords,
    pub findings: FindingWords,
    pub drills: DrillWords,
    pub course: CourseWords,
    pub map: MapWords,
    pub question: QuestionWords,
    pub set: SetWords,
    pub cue: CueWords,
    pub mobility: MobilityWords,
    pub trend: TrendWords,
    pub cohort: CohortWords,
    pub prescription: PrescriptionWords,
    pub scores: ScoreWords,
    pub person: PersonWords,
    pub session: SessionWords,
    pub report: ReportWords,
    pub agreement: AgreementWords,
    pub rating_form: RatingFormWords,
    pub rating: RatingWords,
    pub review: ReviewWords,
    pub safety: SafetyWords,
    pub start: StartWords,
}

impl Words {
    /// Reads the text of `language`.
    ///
    /// # Errors
    /// If its file lacks a key or has an unknown one; a test prevents that.
    pub fn read(language: Language) -> Result<Self, WordsError> {
        let mut file = WordsFile::parse(language, language.file())?;
        let words = Self {
            language,
            verdict: VerdictWords::take(&mut file, "verdict")?,
            label: Labels::take(&mut file, "label")?,
            keys: KeyWords::take(&mut file, "keys")?,
            state: StateWords::take(&mut file, "state")?,
            practice: PracticeWords::take(&mut file, "practice")?,
            table: TableWords::take(&mut file, "table")?,
            display: DisplayWords::take(&mut file, "display")?,
            process: ProcessWords::take(&mut file, "process")?,
            sound: SoundWords::take(&mut file, "sound")?,
            findings: FindingWords::take(&mut file, "findings")?,
            drills: DrillWords::take(&mut file, "drills")?,
            course: CourseWords::take(&mut file, "course")?,
            map: MapWords::take(&mut file, "map")?,
            question: QuestionWords::take(&mut file, "question")?,
            set: SetWords::take(&mut file, "set")?,
            cue: CueWords::take(&mut file, "cue")?,
            mobility: MobilityWords::take(&mut file, "mobility")?,
            trend: TrendWords::take(&mut file, "trend")?,
            cohort: CohortWords::take(&mut file, "cohort")?,
            prescription: PrescriptionWords::take(&mut file, "prescription")?,
            scores: ScoreWords::take(&mut file, "scores")?,
            person: PersonWords::take(&mut file, "person")?,
            session: SessionWords::take(&mut file, "session")?,
            report: ReportWords::take(&mut file, "report")?,
            agreement: AgreementWords::take(&mut file, "agreement")?,
            rating_form: RatingFormWords::take(&mut file, "rating_form")?,
            rating: RatingWords::take(&mut file, "rating")?,
            review: ReviewWords::take(&mut file, "review")?,
            safety: SafetyWords::take(&mut file, "safety")?,
            start: StartWords::take(&mut file, "start")?,
        };
        file.finish()?;
        Ok(words)
    }

    /// The language of this text.
    pub fn language(&self) -> Language {
        self.language
    }
}

/// A time since a session began, in minutes and seconds.
pub fn clock(time: Timestamp) -> String {
    let seconds = time.as_secs_f64() as u64;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

/// Replaces each `{name}` in the template, and chooses in each `{name:one|many}` by whether that value is 1. A value is text as it is,
/// whatever stands in it, and one that ends with a full stop ends its sentence, too. What is not among the values stays.
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let (mut filled, mut rest) = (String::with_capacity(template.len()), template);
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(field, after)| Some((value_of(field, values)?, after)));
        rest = match value {
            Some((value, after)) => {
                filled.push_str(&value);
                let is_full_stop = after.starts_with('.') && !after.starts_with("..");
                if is_full_stop && value.ends_with('.') { &after[1..] } else { after }
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled + rest
}

/// What stands in the place of a field, without its braces. One form for 1 and another for all else is what the languages here need.
fn value_of(field: &str, values: &[(&str, &dyn Display)]) -> Option<String> {
    let (name, forms) = field.split_once(':').map_or((field, None), |(name, forms)| (name, Some(forms)));
    let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())?;
    let Some(forms) = forms else { return Some(value) };
    let (one, many) = forms.split_once('|')?;
    Some(if value == "1" { one } else { many }.to_owned())
}

#[cfg(test)]
#[cfg(feature = "window")] // in which the words have to fit
mod tests;
