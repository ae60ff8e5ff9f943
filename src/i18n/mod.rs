//! All text of the window, the voice and the terminal, one file per language in `assets/words/`.
//!
//! The command line, files and errors stay English: they are read by scripts and by those who fix problems.

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

/// A section of a language file: no key may be missing, and none may be unknown.
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

/// A supported language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language with an ISO 639-1 code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The first supported language of these locales, such as `de_AT.UTF-8` or `de-AT`, in order of preference; English
    /// if there is none. The bare locales `C` and `POSIX` mean English.
    pub fn of_locales(locales: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let known = |locale: &str| match locale.split(['_', '-', '.', '@']).next().unwrap_or_default() {
            "C" | "POSIX" => Some(Self::English),
            code => Self::of_code(code),
        };
        locales.into_iter().find_map(|locale| known(locale.as_ref())).unwrap_or_default()
    }

    /// The language of this system.
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

/// All text of one language, as in its file.
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
    /// Reads the text of `language`.
    ///
    /// # Errors
    /// If its file lacks a key or has an unknown one; a test prevents that.
    pub fn read(language: Language) -> Result<Self, toml::de::Error> {
        Ok(Self { language, ..toml::from_str(language.file())? })
    }

    /// The language of this text.
    pub fn language(&self) -> Language {
        self.language
    }
}

/// Replaces each `{name}` in the template.
pub fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &value.to_string()))
}

#[cfg(all(test, feature = "window"))] // in which the words have to fit
mod tests;
