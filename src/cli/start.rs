//! `bendwise` alone: the start screen, and what is chosen there, one after the other in one window.

use std::ffi::OsString;

use anyhow::Result;

use super::arguments::{Keeping, LiveArgs, MobilityArgs, ReportArgs, ReviewArgs, StartArgs, Who};
use super::equipment::{self, Equipment};
use super::live_session::AtEnd;
use super::session_sound::SessionSound;
use super::setup::Setup;
use super::start_camera::{StartCamera, WatchedSource};
use super::start_menu::{self, StartAction, StartMenu};
use super::start_window::StartWindow;
use super::{Exit, demo, exit, live, mobility, open_file, report, review, trend_window};
use crate::i18n::{Language, fill};
use crate::screen::canvas::Canvas;
use crate::source::Selection;
use crate::source::camera::{self, Selector};
use crate::store::Person;
use crate::voice::{SpeechPriority, Voice};

/// The start screen and what stays from one choice to the next.
struct Start {
    setup: Setup,
    args: StartArgs,
    /// Whether the language was given, so that a person's own does not count.
    language_given: bool,
    equipment: Equipment,
    watched: WatchedSource,
    persons: Vec<Person>,
    person: Option<Person>,
    /// Whether it was said how to choose.
    greeted: bool,
    /// What went wrong with the last choice.
    told: Option<String>,
    /// What came of the last choice.
    news: Option<String>,
}

pub(super) fn run(setup: &Setup, args: &StartArgs, language_given: bool) -> Result<Exit> {
    let mut equipment = Equipment::new(setup);
    let args = StartArgs { source: args.source.clone().or_else(|| remembered(setup)), ..args.clone() };
    if equipment.window().is_err() {
        return live::practise(setup, &args.live(), &mut equipment);
    }
    let Some(selection) = equipment::selection(args.source.as_deref())? else { return Ok(Exit::Usage) };
    let known = args.who().check(setup, false)?;
    let person = known.map(|(_, person)| person);
    let watched = WatchedSource { selection, aspect: args.aspect };
    let setup = setup.clone();
    let start = Start {
        setup,
        args,
        language_given,
        equipment,
        watched,
        persons: Vec::new(),
        person,
        greeted: false,
        told: None,
        news: None,
    };
    start.run()
}

/// The camera that is remembered; a recording is not one.
fn remembered(setup: &Setup) -> Option<OsString> {
    let named = setup.preferences.values.camera.as_ref()?;
    let is_camera = matches!(equipment::selection(Some(named.as_ref())), Ok(Some(Selection::Camera(_))));
    is_camera.then(|| named.into())
}

impl Start {
    fn run(mut self) -> Result<Exit> {
        if let Some(person) = self.person.clone() {
            self.be(person)?;
        }
        while let Some(action) = self.choose()? {
            if let Err(error) = self.carry_out(action) {
                let sentence = exit::sentence(&error);
                exit::report(&sentence);
                self.told = Some(sentence);
            }
        }
        Ok(Exit::Done)
    }

    /// Who practises here by now: the first session makes the first person.
    fn refresh(&mut self) -> Result<()> {
        let store = start_menu::store(&self.setup);
        self.persons = store.map(|store| store.persons_by_last()).transpose()?.unwrap_or_default();
        if let ([only], None) = (&self.persons[..], &self.person) {
            self.be(only.clone())?;
        }
        Ok(())
    }

    /// What there is to choose from.
    fn menu(&self) -> StartMenu {
        let several = self.persons.len() > 1;
        if several && self.person.is_none() {
            return StartMenu::of_persons(&self.setup, &self.persons);
        }
        let store = start_menu::store(&self.setup);
        StartMenu::of_person(&self.setup, store.as_ref(), self.person.as_ref(), several)
    }

    /// Shows the start screen until something is chosen; the camera stays open for it.
    fn choose(&mut self) -> Result<Option<StartAction>> {
        self.refresh()?;
        let interruption = self.equipment.interruption()?;
        let camera = self.equipment.camera.take();
        let mut camera = StartCamera::open(&self.setup, self.watched.clone(), camera);
        let mut speaker = None;
        let chosen = loop {
            let menu = self.menu();
            let size = self.equipment.window().map_or((1, 1), |(window, _)| window.size());
            let screen = StartWindow::new(&self.setup, &menu, size, self.told.take(), self.news.take())?;
            let (setup, greeted) = (&self.setup, &mut self.greeted);
            let mut meet = |equipment: &mut Equipment| {
                if !std::mem::replace(greeted, true) && !equipment.is_muted() {
                    speaker = Some(say_how(setup, equipment));
                }
            };
            match screen.run(&mut self.equipment, &mut camera, &interruption, &mut meet)? {
                Some(StartAction::Be(person)) => self.be(*person)?,
                Some(StartAction::AskWho) => self.person = None,
                Some(StartAction::NextLanguage) => self.next_language()?,
                Some(StartAction::NextCamera) => {
                    if self.next_camera(camera.number()) {
                        drop(camera.close());
                        camera = StartCamera::open(&self.setup, self.watched.clone(), None);
                    }
                }
                other => break other,
            }
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
        let language = person.language.as_deref().and_then(Language::of_code);
        if let Some(language) = language.filter(|_| !self.language_given) {
            self.setup.speak(language)?;
        }
        self.person = Some(person);
        Ok(())
    }

    /// Speaks the next language from now on, whoever practises.
    fn next_language(&mut self) -> Result<()> {
        let language = self.setup.words.language().next();
        self.setup.speak(language)?;
        self.language_given = true;
        self.equipment.remember_language(language);
        self.news = Some(self.equipment.trouble().unwrap_or_else(|| language.name().to_owned()));
        Ok(())
    }

    /// Takes the camera after the one with this number. Returns whether there is another.
    fn next_camera(&mut self, now: Option<u32>) -> bool {
        let numbers = camera::numbers();
        let place = numbers.iter().position(|number| Some(*number) == now).map_or(0, |place| place + 1);
        let next = numbers.get(place).or(numbers.first()).copied().filter(|next| Some(*next) != now);
        let Some(next) = next else { return false };
        let selector = Selector::Number(next);
        let named = selector.to_string();
        self.watched.selection = Selection::Camera(selector);
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
            StartAction::Be(_) | StartAction::AskWho | StartAction::NextLanguage | StartAction::NextCamera => {
                return Ok(());
            }
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
        let equipment = &mut self.equipment;
        let window = review::review_in(&self.setup, &args, || Ok(equipment.take_window()?))?;
        self.equipment.put_window(window);
        Ok(())
    }

    /// Shows what changed from session to session, with the camera off meanwhile.
    fn trend(&mut self) -> Result<()> {
        drop(self.equipment.camera.take());
        let Some((store, person)) = start_menu::store(&self.setup).zip(self.person.as_ref()) else { return Ok(()) };
        let mut window = self.equipment.take_window()?;
        let (width, height) = window.size();
        let mut canvas = Canvas::new(width, height)?;
        trend_window::show((&mut window, &mut canvas), &self.setup, (&store, person.id), None)?;
        self.equipment.put_window(window);
        Ok(())
    }

    /// Writes the page about a session, and opens it.
    fn report(&mut self, id: String) -> Result<()> {
        let path = report::place(&self.setup, &id)?;
        let args = ReportArgs { id, output: Some(path.clone()), force: true, who: self.who(), ..ReportArgs::default() };
        report::run(&self.setup, &args)?;
        open_file::open(&path);
        self.news = Some(fill(&self.setup.words.start.written, &[("path", &path.display())]));
        Ok(())
    }
}

/// Says once how to choose. Returns what speaks, which falls silent when it is dropped.
fn say_how(setup: &Setup, equipment: &mut Equipment) -> (SessionSound, Voice) {
    let mut sound = equipment.sound(None);
    let voice = sound.voice(setup);
    voice.say(&setup.words.start.choose_said, SpeechPriority::Waits);
    (sound, voice)
}
