//! What sessions run on: the window that is opened once, or the terminal, and the camera that stays open between them.

use std::convert::Infallible;
use std::ffi::OsStr;

use anyhow::Result;

use super::exit;
use super::interruption::Interruption;
use super::live_session::LiveSession;
use super::session_sound::SessionSound;
use super::setup::Setup;
use crate::i18n::{Language, Words};
use crate::pipeline::{Chain, FrameSink, GuidedSession};
use crate::preferences::{Preferences, PreferencesFile};
use crate::screen::settings::{KeyCommand, Settings};
use crate::screen::theme::GROUND;
use crate::screen::window::{LiveWindow, OPENING_SIZE, WindowError};
use crate::source::camera::{PictureAspect, Selector};
use crate::source::shared::SharedSource;
use crate::source::{self, Options, Selection, Source, SourceError};
use crate::store::recorder::{Recorder, RecordingStatus};
use crate::visible::visible;

/// The window, opened when it is first needed, and what is kept from one session to the next.
pub(super) struct Equipment {
    interruption: Option<Interruption>,
    /// The window, or why there is none.
    window: Option<Result<LiveWindow, WindowError>>,
    /// What the person has chosen at the keyboard.
    pub settings: Settings,
    /// Whether the sound is on only because the command line says so, and is remembered as off.
    is_heard_once: bool,
    /// What of it is remembered.
    preferences: PreferencesFile,
    /// Why it cannot be remembered, until that is told.
    trouble: Option<String>,
    /// The camera of the start screen.
    pub camera: Option<SharedSource>,
    /// Whether another camera will do where the one that is to be opened is not there: nobody has named it this time.
    pub takes_another: bool,
}

impl Equipment {
    /// As it was left the last time.
    pub(super) fn new(setup: &Setup) -> Self {
        let preferences = setup.preferences.clone();
        let mut settings = Settings::default();
        let Preferences { full_screen, text_size, mirror, muted, .. } = preferences.values;
        (settings.mirror, settings.muted, settings.full_screen) = (mirror, muted, full_screen);
        settings.set_text_steps(text_size);
        Self {
            interruption: None,
            window: None,
            settings,
            is_heard_once: false,
            preferences,
            trouble: None,
            camera: None,
            takes_another: false,
        }
    }

    /// Remembers what was chosen at the keyboard; where that cannot be done, it is told.
    pub(super) fn remember(&mut self) {
        let Settings { mirror, full_screen, muted, .. } = self.settings;
        self.is_heard_once &= !muted; // muted by hand since, it is heard again by hand
        let (muted, text_size) = (muted || self.is_heard_once, self.settings.text_steps());
        let chosen = Preferences { mirror, full_screen, muted, text_size, ..self.preferences.values.clone() };
        self.keep(&chosen);
    }

    fn keep(&mut self, chosen: &Preferences) {
        if let Err(reason) = self.preferences.remember(chosen) {
            let told = format!("What you chose is forgotten at the end: {reason}");
            exit::report(&told);
            self.trouble = Some(told);
        }
    }

    /// Remembers the language.
    pub(super) fn remember_language(&mut self, language: Language) {
        let language = Some(language.code().to_owned());
        self.keep(&Preferences { language, ..self.preferences.values.clone() });
    }

    /// Remembers the camera, as `--source` names it.
    pub(super) fn remember_camera(&mut self, camera: String) {
        self.keep(&Preferences { camera: Some(camera), ..self.preferences.values.clone() });
    }

    /// Why what was chosen cannot be remembered, once.
    pub(super) fn trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    /// Carries out a key that concerns the window, and remembers it.
    pub(super) fn obey(&mut self, command: KeyCommand) {
        self.settings.apply(command);
        if command == KeyCommand::FullScreen
            && let Some(Ok(window)) = &mut self.window
            && let Err(reason) = window.set_full_screen(self.settings.full_screen)
        {
            tracing::warn!("{reason}");
            self.settings.apply(command); // back to the actual state
        }
        self.remember();
    }

    /// Whether the sound is off.
    pub(super) fn is_muted(&self) -> bool {
        self.settings.muted
    }

    /// The sound of a session, as loud as the command line says, or else as it is remembered. What the command line says is
    /// heard, also if the sound was off, and not remembered.
    pub(super) fn sound(&mut self, percent: Option<u8>) -> SessionSound {
        self.is_heard_once |= self.settings.muted && percent.is_some();
        self.settings.muted &= percent.is_none();
        SessionSound::new(percent.unwrap_or(self.preferences.values.sound), self.settings.muted)
    }

    /// Ctrl-C, listened for from the first call on.
    ///
    /// # Errors
    /// If the handler cannot be installed.
    pub(super) fn interruption(&mut self, words: &Words) -> Result<Interruption> {
        if let Some(interruption) = &self.interruption {
            return Ok(interruption.clone());
        }
        Ok(self.interruption.insert(Interruption::listen(words)?).clone())
    }

    /// The window with what was chosen in it, opened now if it is not.
    ///
    /// # Errors
    /// Why none can be opened; asked again, the same.
    pub(super) fn window(&mut self) -> Result<(&mut LiveWindow, &mut Settings), &WindowError> {
        let full = &mut self.settings.full_screen;
        let window = self.window.get_or_insert_with(|| opened(full));
        window.as_mut().map(|window| (window, &mut self.settings)).map_err(|reason| &*reason)
    }

    /// Starts a session with all sinks. The window is opened and the networks are warmed up before: on one slow core the first
    /// frames would wait for it, and be dropped.
    ///
    /// # Errors
    /// If a network fails to run or a thread cannot be started.
    pub(super) fn begin(
        &mut self,
        source: Box<dyn Source>,
        mut chain: Chain,
        guided: Option<GuidedSession>,
        sinks: Vec<Box<dyn FrameSink>>,
        kept: Option<(Recorder, RecordingStatus)>,
    ) -> Result<LiveSession> {
        let _ = self.window(); // why there is none is told by whoever shows the session
        chain.warm_up()?;
        LiveSession::start(source, chain, guided, sinks, kept)
    }

    /// Takes the window out, for what needs it to itself; opens it if it is not.
    ///
    /// # Errors
    /// If none can be opened.
    pub(super) fn take_window(&mut self) -> Result<LiveWindow, WindowError> {
        self.window.take().unwrap_or_else(|| opened(&mut self.settings.full_screen))
    }

    /// Puts a window back that was taken out.
    pub(super) fn put_window(&mut self, window: LiveWindow) {
        self.settings.full_screen = window.is_full_screen();
        self.window = Some(Ok(window));
    }

    /// Does this with a window that was taken out, and with whether pictures are mirrored, and remembers both as they are left. The window
    /// is there again afterwards; one that is lost is opened anew.
    ///
    /// # Errors
    /// That of what is done.
    pub(super) fn at_desk<T>(
        &mut self,
        mut window: LiveWindow,
        act: impl FnOnce(&mut LiveWindow, &mut bool) -> Result<T>,
    ) -> Result<T> {
        let done = act(&mut window, &mut self.settings.mirror);
        if !done.as_ref().is_err_and(anyhow::Error::is::<WindowError>) {
            self.put_window(window);
        }
        self.remember();
        done
    }

    /// The source: the camera that is open already, or else opened now, with what is not well with it told. `None`, and the
    /// reason is told, if a recording is to have another shape than it says itself.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn source(
        &self,
        selection: &Selection,
        aspect: Option<PictureAspect>,
    ) -> Result<Option<Box<dyn Source>>, SourceError> {
        match &self.camera {
            Some(camera) => Ok(Some(camera.lend())),
            None => open(selection, aspect, self.takes_another),
        }
    }
}

/// Opens the window; `full` says whether it is to fill the screen, and then whether it does.
fn opened(full: &mut bool) -> Result<LiveWindow, WindowError> {
    let mut window = LiveWindow::open("bendwise", OPENING_SIZE)?;
    if *full && let Err(reason) = window.set_full_screen(true) {
        tracing::warn!("{reason}");
        *full = false;
    }
    window.blank(GROUND)?;
    Ok(window)
}

/// Opens a source and says what is not well with it. `None`, and the reason is told, if a recording is to have another shape
/// than it says itself.
fn open(
    selection: &Selection,
    aspect: Option<PictureAspect>,
    takes_another: bool,
) -> Result<Option<Box<dyn Source>>, SourceError> {
    if aspect.is_some() && matches!(selection, Selection::Files(_)) {
        exit::report("--aspect is for a camera: a recording says the shape of its pictures itself");
        return Ok(None);
    }
    let options = Options { aspect, ..Options::default() };
    let (source, _) = or_another(selection, takes_another, |selection| source::open(selection, &options))?;
    source.remarks().iter().for_each(|remark| exit::report(remark));
    Ok(Some(source))
}

/// Opens a source by `open`. Where it is a camera that is not there, and another will do and is there, that one is opened, which is
/// told; whether it was is returned, too. What is remembered stays: the camera may be plugged in again.
///
/// # Errors
/// If it cannot be opened, and no other either.
pub(super) fn or_another(
    selection: &Selection,
    takes_another: bool,
    open: impl Fn(&Selection) -> Result<Box<dyn Source>, SourceError>,
) -> Result<(Box<dyn Source>, bool), SourceError> {
    match open(selection) {
        Err(SourceError::NoSuchCamera { available, .. }) if takes_another && !available.is_empty() => {
            let source = open(&Selection::Camera(Selector::Any))?;
            let name = visible(&source.info().name);
            exit::report(&format!("The camera that you chose is not plugged in, so another one is used: {name}"));
            Ok((source, true))
        }
        opened => Ok((opened?, false)),
    }
}

/// The named source, otherwise the first camera that delivers frames. A name that is not Unicode can only be a file. `None`, and
/// the reason is told, if it names nothing, as a variable that is empty does: that must not open any camera.
pub(super) fn selection(named: Option<&OsStr>) -> Result<Option<Selection>, Infallible> {
    match named.map(|named| (named, named.to_str())) {
        None => "camera".parse().map(Some),
        Some((_, Some(text))) if matches!(text.trim(), "" | "camera:") => {
            exit::report("--source names nothing: give camera:0, the name of a camera, or a recording");
            Ok(None)
        }
        Some((_, Some(text))) => text.parse().map(Some),
        Some((bytes, None)) => Ok(Some(Selection::Files(vec![bytes.into()]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::setup::fixtures::setup;
    use crate::source::{Delivery, SourceInfo};

    /// A camera that sends nothing.
    #[derive(Default)]
    struct IdleCamera(SourceInfo);

    impl Source for IdleCamera {
        fn info(&self) -> &SourceInfo {
            &self.0
        }

        fn next(&mut self) -> Result<Delivery, SourceError> {
            Ok(Delivery::End)
        }
    }

    #[test]
    fn in_place_of_a_camera_that_is_not_there_another_is_used_unless_it_was_named() {
        let wanted = Selection::Camera(Selector::Number(7));
        let opened = |available: &[&str], takes_another| {
            let available: Vec<String> = available.iter().map(|&camera| camera.to_owned()).collect();
            let open = |selection: &Selection| match selection {
                Selection::Camera(Selector::Any) => Ok(Box::<IdleCamera>::default() as Box<dyn Source>),
                _ => Err(SourceError::NoSuchCamera { wanted: "7".to_owned(), available: available.clone() }),
            };
            or_another(&wanted, takes_another, open).map(|(_, is_another)| is_another)
        };
        assert!(matches!(opened(&["0 (HD Webcam)"], true), Ok(true)));
        assert!(matches!(opened(&["0 (HD Webcam)"], false), Err(SourceError::NoSuchCamera { .. })), "it was named");
        assert!(matches!(opened(&[], true), Err(SourceError::NoSuchCamera { .. })), "there is none");
        let busy = |_: &Selection| Err(SourceError::CameraBusy { camera: "Camera 7 (Phone)".to_owned() });
        assert!(matches!(or_another(&wanted, true, busy), Err(SourceError::CameraBusy { .. })), "it is there");
    }

    #[test]
    fn a_volume_of_the_command_line_is_heard_and_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let mut equipment = Equipment::new(&setup(folder.path()));
        equipment.obey(KeyCommand::Mute);
        equipment.sound(Some(50));
        assert!(!equipment.is_muted());
        equipment.remember();
        assert!(Equipment::new(&setup(folder.path())).is_muted());
        equipment.sound(None);
        equipment.obey(KeyCommand::Mirror);
        assert!(!equipment.settings.mirror && Equipment::new(&setup(folder.path())).is_muted());
    }
}
