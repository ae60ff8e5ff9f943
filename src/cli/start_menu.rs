//! What the start screen offers: to whom, with what of theirs is kept.

use super::current_prescription::Current;
use super::prescription::today;
use super::review_window::naming::{self, PersonLabels};
use super::setup::Setup;
use super::{live, recording_setup};
use crate::coach::drill::{Drill, Task};
use crate::drill_library::Library;
use crate::i18n::fill;
use crate::prescription::adherence::DueState;
use crate::screen::widget::tile::{Tile, TileIcon};
use crate::store::{Person, SessionEntry, SessionFilter, SessionState, Store, StoreError};
use crate::visible::visible;

/// The most persons in a row: those who practised last.
const MOST_PERSONS: usize = 6;

/// What a tile does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum StartAction {
    /// This person practises.
    Be(Box<Person>),
    /// Asks who practises.
    AskWho,
    /// Speaks the next language.
    NextLanguage,
    /// Looks through the next camera.
    NextCamera,
    /// Goes on with what is prescribed for today.
    Prescribed,
    /// The default drill.
    Bow,
    /// The mobility screen.
    Mobility,
    /// Practice without guidance.
    Free,
    /// Goes on with what has been read meanwhile.
    GoOn,
    /// Reviews the session with this id.
    Review(String),
    /// Plays the recording that is in the program.
    Demo,
    /// Shows what changed from session to session.
    Trend,
    /// Writes a page about the session with this id.
    Report(String),
}

impl StartAction {
    /// The session that it is about.
    pub(super) fn session(&self) -> Option<&str> {
        match self {
            Self::Review(id) | Self::Report(id) => Some(id),
            _ => None,
        }
    }

    /// Whether it needs the camera.
    pub(super) fn needs_camera(&self) -> bool {
        matches!(self, Self::Prescribed | Self::Bow | Self::Mobility | Self::Free)
    }
}

/// The picture of a tile.
#[derive(Clone, Debug)]
enum MenuIcon {
    Figure(Box<Drill>),
    Angle,
    Verdicts,
    Play,
    Dots,
    Page,
    Person,
    Persons,
}

/// One of the things that can be done; `None` if it needs something that there is not yet.
struct MenuTile {
    action: Option<StartAction>,
    icon: MenuIcon,
    name: String,
    does: String,
}

/// What is offered.
pub(super) struct StartMenu {
    /// Who is greeted.
    pub title: String,
    /// What there is to know of them.
    pub facts: Vec<String>,
    tiles: Vec<MenuTile>,
}

/// What was read for the start screen.
pub(super) enum MenuRead {
    /// What there is to choose from.
    Menu(StartMenu),
    /// Only this person practises here, and is not known yet to do so: it is to be read again in their language.
    Only(Box<Person>),
}

/// Reads what this person can choose, or who there is; on a thread of its own, for it waits for the disk.
///
/// # Errors
/// If it cannot be read who practises here.
pub(super) fn read(setup: &Setup, person: Option<&Person>) -> Result<MenuRead, StoreError> {
    let store = store(setup);
    // The first session makes the first person.
    let persons = store.as_ref().map(Store::persons_by_last).transpose()?.unwrap_or_default();
    let menu = match (&persons[..], person) {
        ([only], None) => return Ok(MenuRead::Only(Box::new(only.clone()))),
        ([_, _, ..], None) => StartMenu::of_persons(setup, &persons),
        _ => StartMenu::of_person(setup, store.as_ref(), person, persons.len() > 1),
    };
    Ok(MenuRead::Menu(menu))
}

impl StartMenu {
    /// Before it is known what there is to choose from.
    pub(super) fn unread(setup: &Setup) -> Self {
        Self { title: setup.words.start.hello.clone(), facts: Vec::new(), tiles: Vec::new() }
    }

    /// Whether it is known what there is to choose from.
    pub(super) fn is_read(&self) -> bool {
        !self.tiles.is_empty()
    }

    /// Asks which of these practises.
    fn of_persons(setup: &Setup, persons: &[Person]) -> Self {
        let (words, labels) = (&setup.words.start, PersonLabels::of(persons));
        let tile = |person: &Person| {
            let name = labels.told_apart(person);
            MenuTile {
                does: fill(&words.person_does, &[("name", &name)]),
                action: Some(StartAction::Be(Box::new(person.clone()))),
                icon: MenuIcon::Person,
                name,
            }
        };
        let tiles = persons.iter().take(MOST_PERSONS).map(tile).collect();
        Self { title: words.who.clone(), facts: Vec::new(), tiles }
    }

    /// What this person can do, or whoever is here first; one of `several` can also be somebody else.
    fn of_person(setup: &Setup, store: Option<&Store>, person: Option<&Person>, several: bool) -> Self {
        let words = &setup.words.start;
        let kept = store.zip(person);
        let last = kept.and_then(|(store, person)| last_session(store, person));
        let current = kept.and_then(|(store, person)| Current::of(setup, store, person, today()));
        let mut tiles = Vec::new();
        let due = current.filter(|current| matches!(current.due, DueState::Due(..)));
        tiles.extend(due.and_then(|current| prescribed(setup, &current)));
        let first = if tiles.is_empty() { &words.today } else { &words.bow };
        tiles.extend(own_choice(setup, first));
        tiles.extend(kept_ones(setup, last.as_ref()));
        if several {
            let (name, does) = (words.somebody_else.clone(), words.somebody_else_does.clone());
            tiles.push(MenuTile { action: Some(StartAction::AskWho), icon: MenuIcon::Persons, name, does });
        }
        let name = person.map(naming::person).filter(|name| !name.is_empty());
        let title = name.map_or_else(|| words.hello.clone(), |name| fill(&words.hello_name, &[("name", &name)]));
        let day = last.map(|last| words.day(&last.began, today().year()));
        let fact = day.map_or_else(|| words.first_time.clone(), |day| fill(&words.last, &[("day", &day)]));
        Self { title, facts: vec![fact], tiles }
    }

    /// Which tiles can be chosen, with a camera or without one.
    pub(super) fn open(&self, camera: bool) -> Vec<bool> {
        self.tiles.iter().map(|tile| tile.is_open(camera)).collect()
    }

    /// Whether it offers to watch the demo.
    pub(super) fn has_demo(&self) -> bool {
        self.tiles.iter().any(|tile| tile.action == Some(StartAction::Demo))
    }

    /// What a tile does.
    pub(super) fn action(&self, tile: usize) -> Option<&StartAction> {
        self.tiles.get(tile)?.action.as_ref()
    }

    /// The tiles as they are drawn.
    pub(super) fn tiles<'m>(&'m self, setup: &'m Setup, camera: bool) -> Vec<Tile<'m>> {
        self.tiles.iter().map(|tile| tile.drawn(setup, camera)).collect()
    }
}

impl MenuTile {
    fn is_open(&self, camera: bool) -> bool {
        self.action.as_ref().is_some_and(|action| camera || !action.needs_camera())
    }

    fn drawn<'m>(&'m self, setup: &'m Setup, camera: bool) -> Tile<'m> {
        let icon = match &self.icon {
            MenuIcon::Figure(drill) => TileIcon::Figure(drill.figure(0)),
            MenuIcon::Angle => TileIcon::Angle,
            MenuIcon::Verdicts => TileIcon::Verdicts,
            MenuIcon::Play => TileIcon::Play,
            MenuIcon::Dots => TileIcon::Dots,
            MenuIcon::Page => TileIcon::Page,
            MenuIcon::Person => TileIcon::Person,
            MenuIcon::Persons => TileIcon::Persons,
        };
        let open = self.is_open(camera);
        let lacks_camera = !open && self.action.is_some();
        let does = if lacks_camera { &setup.words.start.needs_camera } else { &self.does };
        Tile { icon, name: &self.name, does, open }
    }
}

/// Sessions of one person that may be recorded at the same time, by other programs. [own]
const AT_ONCE: usize = 8;

/// The newest session of a person that is not being recorded. Read errors are ignored: they are told when a session begins.
fn last_session(store: &Store, person: &Person) -> Option<SessionEntry> {
    let filter = SessionFilter { person: Some(person.id), limit: Some(AT_ONCE), ..SessionFilter::default() };
    store.select(&filter).ok()?.into_iter().find(|entry| entry.state != SessionState::Recording)
}

/// What is prescribed for today.
fn prescribed(setup: &Setup, current: &Current) -> Option<MenuTile> {
    let drill = current.prescription.drills.first()?.clone();
    Some(MenuTile {
        action: Some(StartAction::Prescribed),
        icon: MenuIcon::Figure(Box::new(drill)),
        name: setup.words.start.today.clone(),
        does: visible(&current.sentence(setup)),
    })
}

/// What everybody can choose; the `first` has this name.
fn own_choice(setup: &Setup, first: &str) -> [MenuTile; 3] {
    let words = &setup.words.start;
    let library = Library::open(&setup.paths);
    let bow = library.drills().iter().find(|drill| drill.id == live::DEFAULT_DRILL).cloned();
    let tile = |action, icon, name: &str, does: &str| MenuTile {
        action: Some(action),
        icon,
        name: name.to_owned(),
        does: does.to_owned(),
    };
    let does = bow.as_ref().map(|bow| {
        let amount = match &bow.task {
            Task::Bend(bends) => format!("{} × {}", bow.sets, bends.repetitions),
            Task::Hold(time) | Task::Flow(time) => format!("{} × {} s", bow.sets, time.as_secs()),
        };
        let name = visible(&setup.words.drill(bow).name);
        fill(&words.bow_does, &[("drill", &name), ("amount", &amount)])
    });
    let icon = bow.map_or(MenuIcon::Verdicts, |bow| MenuIcon::Figure(Box::new(bow)));
    [
        tile(StartAction::Bow, icon, first, &does.unwrap_or_default()),
        tile(StartAction::Mobility, MenuIcon::Angle, &words.mobility, &words.mobility_does),
        tile(StartAction::Free, MenuIcon::Verdicts, &words.free, &words.free_does),
    ]
}

/// What needs a session that is kept.
fn kept_ones(setup: &Setup, last: Option<&SessionEntry>) -> [MenuTile; 3] {
    let words = &setup.words.start;
    let tile = |icon, name: &str, does: &str, action: fn(String) -> StartAction| {
        let day = last.map(|last| words.day(&last.began, today().year()));
        MenuTile {
            action: last.map(|last| action(last.id.clone())),
            icon,
            name: name.to_owned(),
            does: day.map_or_else(|| words.no_session.clone(), |day| fill(does, &[("day", &day)])),
        }
    };
    // Whoever has no session yet, and perhaps no camera, can watch how one goes.
    let watched = match last {
        Some(_) => tile(MenuIcon::Play, &words.review, &words.review_does, StartAction::Review),
        None => MenuTile {
            action: Some(StartAction::Demo),
            icon: MenuIcon::Play,
            name: words.demo.clone(),
            does: words.demo_does.clone(),
        },
    };
    [
        watched,
        tile(MenuIcon::Dots, &words.trend, &words.trend_does, |_| StartAction::Trend),
        tile(MenuIcon::Page, &words.report, &words.report_does, StartAction::Report),
    ]
}

/// The store, if there is one.
fn store(setup: &Setup) -> Option<Store> {
    let (store, notices) = Store::find(&setup.paths).ok().flatten()?;
    recording_setup::report_recovery(&notices);
    Some(store)
}
