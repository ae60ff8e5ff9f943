//! `bendwise` alone: the start screen, and what is chosen there, one after the other in one window.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::arguments::{Keeping, LiveArgs, MobilityArgs, ReportArgs, ReviewArgs, StartArgs, Who};
use super::background::{self, PendingAnswer};
use super::equipment::{self, Equipment};
use super::live_session::AtEnd;
use super::session_sound::SessionSound;
use super::setup::Setup;
use super::start_camera::{StartCamera, WatchedSource};
use super::start_menu::{self, MenuRead, StartAction, StartMenu};
use super::start_window::StartWindow;
use super::waiting::wait_for;
use super::{Exit, demo, exit, live, mobility, open_file, report, review, trend_window};
use crate::i18n::{StartWords, fill};
use crate::screen::canvas::Canvas;
use crate::screen::window::{LiveWindow, WindowError};
use crate::source::camera::{self, Selector};
use crate::source::{Selection, SourceError};
use crate::store::{Person, Store, StoreError};
use crate::voice::{SpeechPriority, Voice};

/// What is read within this time needs no screen that says that it is being read: it would only flicker. [own]
const AT_ONCE: Duration = Duration::from_millis(40);

/// The start screen and what stays from one choice to the next.
struct Start {
    setup: Setup,
    args: StartArgs,
    equipment: Equipment,
    watched: WatchedSource,
    person: Option<Person>,
    /// Whether it was said how to choose.
    greeted: bool,
    /// What went wrong with the last choice.
    told: Option<String>,
    /// What came of the last choice.
    news: Option<String>,
}

pub(super) fn run(setup: &Setup, args: &StartArgs) -> Result<Exit> {
    let mut equipment = Equipment::new(setup);
    let remembered = if args.source.is_none() { remembered(setup) } else { None };
    equipment.takes_another = remembered.is_some();
    let args = StartArgs { source: args.source.clone().or(remembered), ..args.clone() };
    // As long as there is no window, nothing waits that could be seen to wait.
    let person = args.who().check(setup, false)?.map(|(_, person)| person);
    if equipment.window().is_err() {
        return live::practise(setup, &args.live(), &mut equipment);
    }
    let Some(selection) = equipment::selection(args.source.as_deref())? else { return Ok(Exit::Usage) };
    let watched = WatchedSource { selection, aspect: args.aspect, takes_another: equipment.takes_another };
    let setup = setup.clone();
    Start { setup, args, equipment, watched, person, greeted: false, told: None, news: None }.run()
}

/// The camera that is remembered; a recording is not one.
fn remembered(setup: &Setup) -> Option<OsString> {
    let named = setup.preferences.values.camera.as_ref()?;
    let is_camera = matches!(equipment::selection(Some(named.as_ref())), Ok(Some(Selection::Camera(_))));
    is_camera.then(|| named.into())
}

/// What whoever stands before the screen is told in their language of an error that they can do something about: with a camera that
/// it does not work, and that a session is gone. The terminal has it in full.
fn plainly(setup: &Setup, has_camera: bool, error: &anyhow::Error, session: Option<&str>) -> Option<String> {
    let words = &setup.words.start;
    if has_camera && error.chain().any(<dyn std::error::Error>::is::<SourceError>) {
        return Some(words.camera_fails.clone());
    }
    let is_gone = |id: &str| match Store::find(&setup.paths) {
        Ok(Some((store, _))) => matches!(store.named(id), Err(StoreError::Unknown { .. } | StoreError::Empty)),
        found => found.is_ok(),
    };
    session.is_some_and(is_gone).then(|| words.gone.clone())
}

impl Start {
    fn run(mut self) -> Result<Exit> {
        if let Some(person) = self.person.clone() {
            self.be(person)?;
        }
        while let Some(action) = self.choose()? {
            let session = action.session().map(str::to_owned);
            if let Err(error) = self.carry_out(action) {
                let sentence = exit::sentence(&error);
                exit::report(&sentence);
                let has_camera = matches!(self.watched.selection, Selection::Camera(_));
                let told = plainly(&self.setup, has_camera, &error, session.as_deref());
                self.told = Some(told.unwrap_or(sentence));
            }
        }
        Ok(Exit::Done)
    }

    /// Reads beside the window what there is to choose from.
    fn read_menu(&self) -> Result<PendingAnswer<Result<MenuRead, StoreError>>> {
        let (setup, person) = (self.setup.clone(), self.person.clone());
        background::once("menu", move |_| start_menu::read(&setup, person.as_ref()))
    }

    /// Shows the start screen until something is chosen; the camera stays open for it.
    fn choose(&mut self) -> Result<Option<StartAction>> {
        let interruption = self.equipment.interruption(&self.setup.words)?;
        let camera = self.equipment.camera.take();
        let mut camera = StartCamera::open(&self.setup, self.watched.clone(), camera);
        let mut speaker = None;
        let (mut menu, mut reading) = (StartMenu::unread(&self.setup), self.read_menu()?);
        let mut read = reading.within(AT_ONCE)?;
        let chosen = loop {
            match read.take().transpose()? {
                Some(MenuRead::Menu(known)) => menu = known,
                Some(MenuRead::Only(person)) => {
                    self.be(*person)?;
                    (menu, reading) = (StartMenu::unread(&self.setup), self.read_menu()?);
                    read = reading.within(AT_ONCE)?;
                    continue;
                }
                None => {}
            }
            let size = self.equipment.window().map_or((1, 1), |(window, _)| window.size());
            // What is to be told waits for the screen on which something can be chosen.
            let told = if menu.is_read() { (self.told.take(), self.news.take()) } else { (None, None) };
            let screen = StartWindow::new(&self.setup, &menu, size, told.0, told.1)?;
            let (setup, greeted) = (&self.setup, &mut self.greeted);
            let mut meet = |equipment: &mut Equipment| {
                if !std::mem::replace(greeted, true) && !equipment.is_muted() {
                    speaker = Some(say_how(setup, equipment));
                }
            };
            let mut lost = None;
            let mut is_read = || match reading.poll() {
                Ok(answer) => {
                    read = answer;
                    read.is_some()
                }
                Err(fault) => {
                    lost = Some(fault);
                    true
                }
            };
            let action = screen.run(&mut self.equipment, &mut camera, &interruption, (&mut meet, &mut is_read))?;
            if let Some(fault) = lost {
                return Err(fault);
            }
            match action {
                Some(StartAction::GoOn) => continue,
                Some(StartAction::Be(person)) => self.be(*person)?,
                Some(StartAction::AskWho) => self.person = None,
                Some(StartAction::NextLanguage) => self.next_language()?,
                Some(StartAction::NextCamera) => {
                    if self.next_camera(camera.number()) {
                        drop(camera.close());
                        camera = StartCamera::open(&self.setup, self.watched.clone(), None);
                    }
                    continue;
                }
                other => break other,
            }
            (menu, reading) = (StartMenu::unread(&self.setup), self.read_menu()?);
            read = reading.within(AT_ONCE)?;
        };
        drop(speaker); // what is chosen has a voice of its own
        if chosen.is_some() {
            self.equipment.camera = camera.close();
        } else {
            camera.close_for_good();
        }
        Ok(chosen)
    }

    /// Whoever practises from now on, in their language.
    fn be(&mut self, person: Person) -> Result<()> {
        self.setup = self.setup.of(&person)?;
        self.person = Some(person);
        Ok(())
    }

    /// Speaks the next language from now on, whoever practises.
    fn next_language(&mut self) -> Result<()> {
        let language = self.setup.speak_next()?;
        self.equipment.remember_language(language);
        self.news = Some(self.equipment.trouble().unwrap_or_else(|| language.name().to_owned()));
        Ok(())
    }

    /// Takes the camera after the one with this number. Returns whether there is another; if not, that is told.
    fn next_camera(&mut self, now: Option<u32>) -> bool {
        let Some(next) = camera_after(now, &camera::numbers()) else {
            self.news = Some(self.setup.words.start.only_camera.clone());
            return false;
        };
        let selector = Selector::Number(next);
        let named = selector.to_string();
        self.watched.selection = Selection::Camera(selector);
        (self.watched.takes_another, self.equipment.takes_another) = (true, true); // it is remembered from now on
        self.args.source = Some(named.clone().into());
        self.equipment.remember_camera(named);
        self.news = self.equipment.trouble();
        true
    }

    fn who(&self) -> Who {
        self.person.as_ref().map_or_else(Who::default, |person| Who { person: Some(person.pseudonym.clone()) })
    }

    fn carry_out(&mut self, action: StartAction) -> Result<()> {
        let live = LiveArgs { who: self.who(), led: true, ..self.args.live() };
        let live = match action {
            StartAction::Prescribed => live,
            StartAction::Bow => LiveArgs { drill: Some(live::DEFAULT_DRILL.to_owned()), ..live },
            StartAction::Free => LiveArgs { free: true, ..live },
            StartAction::Mobility => return self.mobility(),
            StartAction::Review(id) => return self.review(id),
            StartAction::Trend => return self.trend(),
            StartAction::Demo => return demo::play(&self.setup, &mut self.equipment, AtEnd::Close).map(drop),
            StartAction::Report(id) => return self.report(id),
            StartAction::GoOn
            | StartAction::Be(_)
            | StartAction::AskWho
            | StartAction::NextLanguage
            | StartAction::NextCamera => return Ok(()),
        };
        live::practise(&self.setup, &live, &mut self.equipment).map(drop)
    }

    fn mobility(&mut self) -> Result<()> {
        let args = MobilityArgs {
            source: self.args.source.clone(),
            aspect: self.args.aspect,
            silent: false,
            volume: None,
            summary: None,
            keeping: Keeping::default(),
            who: self.who(),
        };
        mobility::screen(&self.setup, &args, &mut self.equipment).map(drop)
    }

    /// Reviews a session, with the camera off meanwhile.
    fn review(&mut self, id: String) -> Result<()> {
        drop(self.equipment.camera.take());
        let args = ReviewArgs { id: id.into(), who: self.who() };
        let window = self.equipment.take_window()?;
        self.equipment.at_desk(window, |window, mirror| review::review_in(&self.setup, &args, window, mirror))
    }

    /// Shows what changed from session to session, with the camera off meanwhile.
    fn trend(&mut self) -> Result<()> {
        drop(self.equipment.camera.take());
        let Some(person) = self.person.as_ref().map(|person| person.id) else { return Ok(()) };
        self.in_window(|start, window| {
            let (width, height) = window.size();
            let mut canvas = Canvas::new(width, height)?;
            trend_window::show((window, &mut canvas), &start.setup, person, None)
        })
    }

    /// Writes the page about a session beside the window, and opens it.
    fn report(&mut self, id: String) -> Result<()> {
        let (setup, who) = (self.setup.clone(), self.who());
        let writing = background::once("report", move |wanted| -> Result<String> {
            let (path, summary) = (report::place(&setup, &id)?, report::summary(&setup, &id)?);
            let args = ReportArgs { id, output: Some(path.clone()), force: true, who, ..ReportArgs::default() };
            report::run(&setup, &args)?;
            let home = directories::UserDirs::new().map(|dirs| dirs.home_dir().to_owned());
            let place = place_in_words(&path, home.as_deref(), &setup.words.start);
            // Whoever has left does something else by now, which it would lie over.
            let is_open = wanted.is_wanted() && open_file::open(&path);
            Ok(told_of_report(is_open, summary, &place, &setup.words.start))
        })?;
        let written = self.in_window(|start, window| {
            let (width, height) = window.size();
            let (mut canvas, words) = (Canvas::new(width, height)?, &start.setup.words);
            let told = || (words.start.moment.clone(), 0.0);
            wait_for((window, &mut canvas), words, (&words.start.report, &told), writing)
        })?;
        self.news = written.transpose()?;
        Ok(())
    }

    /// Does this with the window, which is there again afterwards; one that is lost is opened anew.
    fn in_window<T>(&mut self, act: impl FnOnce(&Self, &mut LiveWindow) -> Result<T>) -> Result<T> {
        let mut window = self.equipment.take_window()?;
        let done = act(self, &mut window);
        if !done.as_ref().is_err_and(anyhow::Error::is::<WindowError>) {
            self.equipment.put_window(window);
        }
        done
    }
}

/// The number of the camera after the one with this number; after the last comes the first. `None` if there is no other.
fn camera_after(now: Option<u32>, numbers: &[u32]) -> Option<u32> {
    let place = numbers.iter().position(|number| Some(*number) == now).map_or(0, |place| place + 1);
    numbers.get(place).or(numbers.first()).copied().filter(|next| Some(*next) != now)
}

/// Where a file lies, for whoever never saw a path: from the home folder on, as a file manager shows it.
fn place_in_words(path: &Path, home: Option<&Path>, words: &StartWords) -> String {
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) => fill(&words.in_home, &[("path", &below.display())]),
        None => path.display().to_string(),
    }
}

/// What is told of a report: where it lies, and if nothing has opened it, what it says first and how to read the rest.
fn told_of_report(is_open: bool, summary: Option<String>, place: &str, words: &StartWords) -> String {
    match summary {
        _ if is_open => fill(&words.written, &[("path", &place)]),
        Some(summary) => fill(&words.written_unopened, &[("summary", &summary), ("path", &place)]),
        None => fill(&words.unopened, &[("path", &place)]),
    }
}

/// Says once how to choose. Returns what speaks, which falls silent when it is dropped.
fn say_how(setup: &Setup, equipment: &mut Equipment) -> (SessionSound, Voice) {
    let mut sound = equipment.sound(None);
    let voice = sound.voice(setup);
    voice.say(&setup.words.start.choose_said, SpeechPriority::Waits);
    (sound, voice)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;
    use crate::cli::review_window::reader::fixtures::kept;
    use crate::cli::setup::fixtures::setup;
    use crate::i18n::{Language, Words};

    #[test]
    fn a_report_that_nothing_opens_is_told_in_words() {
        let words = Words::read(Language::English).unwrap().start;
        let (path, home) = (Path::new("/home/anna/Documents/bendwise-7.html"), Path::new("/home/anna"));
        let place = place_in_words(path, Some(home), &words);
        assert_eq!(place, "your home folder, under Documents/bendwise-7.html");
        assert_eq!(place_in_words(path, Some(Path::new("/home/ben")), &words), path.display().to_string());
        let summary = || Some("6 of 8 repetitions came from the hips".to_owned());
        let told = told_of_report(false, summary(), &place, &words);
        assert!(told.starts_with("6 of 8 repetitions") && told.ends_with(&place), "{told}");
        assert!(told.contains("open this file in a browser"), "a path alone says nothing to do: {told}");
        let alone = told_of_report(false, None, &place, &words);
        assert!(alone.contains("open this file in a browser") && alone.ends_with(&place), "{alone}");
        for summary in [summary(), None] {
            let told = told_of_report(true, summary, &place, &words);
            assert_eq!(told, format!("Your report is open in the browser, and kept in {place}"));
        }
    }

    #[test]
    fn after_a_camera_comes_the_next_and_never_the_same() {
        assert_eq!((camera_after(Some(0), &[0, 2]), camera_after(Some(2), &[0, 2])), (Some(2), Some(0)));
        assert_eq!((camera_after(Some(7), &[0, 2]), camera_after(None, &[2])), (Some(0), Some(2)), "it is gone");
        assert_eq!((camera_after(Some(2), &[2]), camera_after(Some(2), &[])), (None, None), "there is no other");
    }

    #[test]
    fn on_the_screen_an_error_is_a_plain_sentence_where_somebody_can_do_something_about_it() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let words = &setup.words.start;
        let camera = || anyhow::Error::from(SourceError::NoCamera).context("It did not begin");
        assert_eq!(plainly(&setup, true, &camera(), None), Some(words.camera_fails.clone()));
        assert_eq!(plainly(&setup, false, &camera(), None), None, "a recording is named");
        let other = anyhow!("Something else");
        assert_eq!(plainly(&setup, true, &other, Some("last")), Some(words.gone.clone()), "nothing was ever kept");
        let (store, entry) = kept(&setup.paths, 1);
        assert_eq!(plainly(&setup, true, &other, Some(&entry.id)), None);
        store.delete(&entry).unwrap();
        assert_eq!(plainly(&setup, true, &other, Some(&entry.id)), Some(words.gone.clone()));
        assert_eq!(plainly(&setup, true, &other, None), None);
    }
}
