//! Prepares what subcommands need from the command line.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use super::arguments::{Command, LiveArgs, MobilityArgs, Rooms};
use super::interruption::Interruption;
use super::{exit, heap, terminal_kind};
use crate::app_dirs::Paths;
use crate::i18n::{Language, Words};
use crate::inference::models;
use crate::inference::{FetchNews, Runtime};
use crate::pipeline::Chain;
use crate::pose::Landmarker;
use crate::preferences::PreferencesFile;
use crate::screen::terminal::Style;
use crate::store::Person;

/// What every subcommand that measures needs.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    /// The folders on this machine.
    pub paths: Paths,
    /// The ONNX Runtime library that the user named.
    pub ort_lib: Option<PathBuf>,
    /// The models folder that the user named.
    pub models: Option<PathBuf>,
    /// All text, in the user's language.
    pub words: Arc<Words>,
    /// The landmark network to use.
    pub landmarker: Landmarker,
    /// Whether to print stage latencies at the end.
    pub stats: bool,
    /// What is remembered on this machine.
    pub preferences: PreferencesFile,
    /// The language of whoever has none of their own.
    language: Language,
    /// Whether that was asked for, so that nobody's own counts.
    language_given: bool,
}

impl Setup {
    /// Prepares the setup.
    ///
    /// # Errors
    /// If the system reports no home folder, or the built-in text has an error.
    pub(super) fn new(rooms: Rooms, language: Option<Language>) -> Result<Self> {
        // An empty variable counts as unset.
        let named = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
        let paths = Paths::discover()?;
        let (preferences, faults) = PreferencesFile::read(&paths.config);
        faults.iter().for_each(|fault| exit::report(fault));
        let remembered = preferences.values.language.as_deref().and_then(Language::of_code);
        let language_given = language.is_some();
        let language = language.or(remembered).unwrap_or_else(Language::of_system);
        Ok(Self {
            paths,
            ort_lib: named(rooms.ort_lib),
            models: named(rooms.models),
            words: Arc::new(Words::read(language).context("The text of the program cannot be read")?),
            landmarker: rooms.model.into(),
            stats: rooms.stats,
            preferences,
            language,
            language_given,
        })
    }

    /// Speaks the language of whoever practises in a live session, if one is kept of them and none was asked for.
    ///
    /// # Errors
    /// If the built-in text has an error.
    pub(super) fn speak_as(&mut self, command: &Command) -> Result<()> {
        let (Command::Live(LiveArgs { who, .. }) | Command::Mobility(MobilityArgs { who, .. })) = command else {
            return Ok(());
        };
        let own = if self.language_given { None } else { who.language(self) };
        own.map_or(Ok(()), |language| self.speak(language))
    }

    /// The same where this person practises.
    ///
    /// # Errors
    /// If the built-in text has an error.
    pub(super) fn of(&self, person: &Person) -> Result<Self> {
        let mut setup = self.clone();
        setup.speak(self.language_of(person.language.as_deref().and_then(Language::of_code)))?;
        Ok(setup)
    }

    /// The language of somebody who has this one of their own.
    fn language_of(&self, own: Option<Language>) -> Language {
        own.filter(|_| !self.language_given).unwrap_or(self.language)
    }

    /// Speaks the next language from now on, whoever practises, and returns it.
    ///
    /// # Errors
    /// If the built-in text has an error.
    pub(super) fn speak_next(&mut self) -> Result<Language> {
        self.language = self.words.language().next();
        self.language_given = true;
        self.speak(self.language)?;
        Ok(self.language)
    }

    fn speak(&mut self, language: Language) -> Result<()> {
        self.words = Arc::new(Words::read(language).context("The text of the program cannot be read")?);
        Ok(())
    }

    /// Loads the runtime library (downloading it at the first start) and the networks. The chain measures every frame
    /// if asked to, otherwise only those in which something moves.
    ///
    /// # Errors
    /// If the library or a network is missing or cannot be used; the message says what to do.
    pub(super) fn chain(&self, every_frame: bool) -> Result<Chain> {
        self.chain_saying(every_frame, &mut exit::eprint_line)
    }

    /// The same; `say` receives what happens while the library is fetched.
    ///
    /// # Errors
    /// As [`Setup::chain`].
    pub(super) fn chain_saying(&self, every_frame: bool, say: &mut dyn FnMut(&str)) -> Result<Chain> {
        self.chain_by(every_frame, say, |runtime| runtime)
    }

    /// The same for a recording: nobody waits for the first frame, so networks are loaded with as little memory as can be.
    ///
    /// # Errors
    /// As [`Setup::chain`].
    pub(super) fn chain_for_recording(&self, every_frame: bool) -> Result<Chain> {
        self.chain_by(every_frame, &mut exit::eprint_line, Runtime::loading_in_turn)
    }

    fn chain_by(&self, every_frame: bool, say: &mut dyn FnMut(&str), loading: fn(Runtime) -> Runtime) -> Result<Chain> {
        let models = models::find(self.models.as_deref())?; // first: without models there is no need to download anything
        let interruption = Interruption::listen(&self.words)?;
        let mut say = |news: &FetchNews| say(&self.words.process.fetching(news));
        let is_stopped = || interruption.wanted();
        let runtime = Runtime::open_unless(self.ort_lib.as_deref(), &self.paths, &mut say, &is_stopped).map(loading)?;
        let mut chain = heap::giving_back(runtime.library(), || Chain::open(&runtime, &models, self.landmarker))?;
        if every_frame {
            chain.measure_every_frame();
        }
        Ok(chain)
    }
}

/// The style of an output: with or without colours.
pub(super) fn style(out: &impl IsTerminal) -> Style {
    Style::for_output(terminal_kind::has_colours(out), std::env::var_os("NO_COLOR").as_deref())
}

/// The environment variable with the log filter.
const LOG: &str = "RUST_LOG";

/// Sends the log to stderr, without colours, as names from outside are in it and nothing of them may style a terminal.
/// `RUST_LOG` takes precedence over `-v`.
pub(super) fn listen(verbose: u8) {
    let all = |level| Targets::new().with_default(level);
    let usual = match verbose {
        0 => all(LevelFilter::ERROR),
        1 => all(LevelFilter::WARN).with_target("bendwise", LevelFilter::INFO),
        2 => all(LevelFilter::WARN).with_target("bendwise", LevelFilter::DEBUG),
        _ => all(LevelFilter::TRACE),
    };
    let wanted = std::env::var_os(LOG).filter(|wanted| !wanted.is_empty());
    let understood = wanted.map(|wanted| wanted.to_string_lossy().parse::<Targets>());
    let filter = understood.transpose().unwrap_or_else(|error| {
        exit::report(&format!(
            "{LOG} is not understood and was ignored: write for example {LOG}=bendwise=debug ({error})"
        ));
        None
    });
    let layer = tracing_subscriber::fmt::layer().with_writer(|| exit::SafeTerminal(std::io::stderr())).with_ansi(false);
    tracing_subscriber::registry().with(layer).with(filter.unwrap_or(usual)).init();
}

#[cfg(test)]
pub(super) mod fixtures {
    use std::path::Path;

    use super::*;

    /// That of a program whose folders are all below this one.
    pub fn setup(folder: &Path) -> Setup {
        let paths = Paths::below(folder);
        Setup {
            preferences: PreferencesFile::read(&paths.config).0,
            paths,
            ort_lib: None,
            models: None,
            words: Arc::new(Words::read(Language::English).unwrap()),
            landmarker: Landmarker::default(),
            stats: false,
            language: Language::English,
            language_given: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_s_own_language_counts_unless_another_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut setup = fixtures::setup(folder.path());
        assert_eq!(setup.language_of(Some(Language::German)), Language::German);
        assert_eq!(setup.language_of(None), Language::English, "whoever comes after somebody with one of their own");
        assert_eq!(setup.speak_next().unwrap(), Language::German);
        assert_eq!(setup.language_of(Some(Language::Spanish)), Language::German);
        assert_eq!((setup.language_of(None), setup.words.language()), (Language::German, Language::German));
    }
}
