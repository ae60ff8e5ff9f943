//! Every word that the window shows, the voice says and the terminal tells: one file a language, in `assets/words/`.
//!
//! What is typed at the command line, written to files and said of a fault stays English: scripts and whoever mends it
//! read it.

mod guided;
mod mobility;
mod report;
mod review;
mod terminal;
#[cfg(feature = "store")]
mod trend;
mod window;

use std::fmt::Display;

use serde::Deserialize;

pub use guided::{CourseWords, CueWords};
pub use mobility::{MobilityWords, rounded_up};
pub use report::{ReportWords, TrendWords};
pub use review::ReviewWords;
pub use terminal::{DrillWords, FindingWords, TableWords};
#[cfg(feature = "store")]
pub use trend::{at_least, error, value};
pub use window::{KeyWords, Labels, PracticeWords, SafetyWords, StateWords, VerdictWords};

/// A section of a language's file: no word of it may be missing, and none may be too much.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $(pub $word: String),+ }
    };
}
use section;

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

    /// The language of an ISO 639-1 code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The first language that is there of these locales, such as `de_AT.UTF-8` or `de-AT`, the most wanted first; English
    /// if none is. Who asks for the bare locale `C` or `POSIX` asks for no other.
    pub fn of_locales(locales: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let known = |locale: &str| match locale.split(['_', '-', '.', '@']).next().unwrap_or_default() {
            "C" | "POSIX" => Some(Self::English),
            code => Self::of_code(code),
        };
        locales.into_iter().find_map(|locale| known(locale.as_ref())).unwrap_or_default()
    }

    /// The language that this machine is set to.
    pub fn of_system() -> Self {
        Self::of_locales(sys_locale::get_locales())
    }

    const fn file(self) -> &'static str {
        match self {
            Self::English => include_str!("../../assets/words/en.toml"),
            Self::German => include_str!("../../assets/words/de.toml"),
        }
    }
}

/// All words of one language, as in its file.
#[allow(missing_docs, reason = "assets/words/en.toml says what each says")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[serde(skip)]
    language: Language,
    pub verdict: VerdictWords,
    pub label: Labels,
    pub keys: KeyWords,
    pub state: StateWords,
    pub practice: PracticeWords,
    pub table: TableWords,
    pub findings: FindingWords,
    pub drills: DrillWords,
    pub course: CourseWords,
    pub cue: CueWords,
    pub mobility: MobilityWords,
    pub trend: TrendWords,
    pub report: ReportWords,
    pub review: ReviewWords,
    pub safety: SafetyWords,
}

impl Words {
    /// The words of `language`.
    ///
    /// # Errors
    /// When its file lacks a word or has one too many; a test keeps the program's own files whole.
    pub fn read(language: Language) -> Result<Self, toml::de::Error> {
        Ok(Self { language, ..toml::from_str(language.file())? })
    }

    /// Which language this is.
    pub fn language(&self) -> Language {
        self.language
    }
}

/// The template with each `{name}` replaced.
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &value.to_string()))
}

#[cfg(all(test, feature = "window"))] // in which the words have to fit
mod tests;
