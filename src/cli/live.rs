//! `bendwise live`: a guided or free session with a camera, or with a recording played in real time.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;

use super::arguments::LiveArgs;
use super::build_finding::BuildFinding;
use super::current_prescription::Current;
use super::equipment::{Equipment, selection};
use super::guided_setup::{self, Chosen};
use super::live_session::AtEnd;
use super::prescription;
use super::recording_setup::{self, PersonalStore};
use super::roster::{self, Roster};
use super::setup::Setup;
use super::watch;
use super::{Exit, exit};
use crate::drill_library::LibraryError;
use crate::i18n::CurrentWords;
use crate::prescription::adherence::DueState;
use crate::source::simulated_camera::SimulatedCamera;
use crate::source::{Selection, Source};
use crate::store::{Person, Store};
use crate::visible::visible;

/// The default drill: arms crossed on the chest are measured best.
pub(super) const DEFAULT_DRILL: &str = "bow";

pub(super) fn run(setup: &Setup, args: &LiveArgs) -> Result<Exit> {
    practise(setup, args, &mut Equipment::new(setup))
}

/// A session on this equipment.
///
/// # Errors
/// If it cannot begin, or if something fails while it goes on.
pub(super) fn practise(setup: &Setup, args: &LiveArgs, equipment: &mut Equipment) -> Result<Exit> {
    let asked_at = Instant::now();
    let Some(selection) = selection(args.source.as_deref())? else { return Ok(Exit::Usage) };
    if args.as_camera && matches!(selection, Selection::Camera(_)) {
        let name = visible(&args.source.as_deref().unwrap_or_default().display());
        exit::report(&format!(
            "--as-camera is for a recording: a camera comes as one already, and {name} is no file (one that is called like a camera \
             is written ./{name})"
        ));
        return Ok(Exit::Usage);
    }
    let can_ask = asks(args, &selection) && !args.free && !args.keeping.no_keep;
    let persons = roster::practising(setup, can_ask)?;
    let (who, asks_who) = roster::first(&persons, &args.who);
    // Until somebody says otherwise it is the session of whoever practised last, in their language.
    let own = persons.first().filter(|_| asks_who).map(|last| setup.of(last)).transpose()?;
    let setup = own.as_ref().unwrap_or(setup);
    let known = who.check(setup, !args.keeping.no_keep)?;
    let is_open = is_open(args, &selection);
    let prescribed = known.filter(|_| is_open && !asks_who).and_then(|(store, person)| due(setup, &store, &person));
    let drill = drill(args, &selection).filter(|_| prescribed.is_none());
    let chosen = match drill.map(|name| Chosen::find(setup, name)).transpose() {
        Err(unknown @ LibraryError::Unknown { .. }) => {
            exit::report(&unknown.to_string());
            return Ok(Exit::Usage);
        }
        chosen => prescribed.or(chosen?),
    };
    let words = CurrentWords::new(Arc::clone(&setup.words));
    let roster = roster(setup, &words, persons, chosen.clone(), is_open);
    let plan = chosen.as_ref().map(|chosen| chosen.name().to_owned());
    let mut sound = equipment.sound(args.volume);
    let hum = args.tone.then(|| guided_setup::audio_feedback(setup, &mut sound));
    let Some(source) = equipment.source(&selection, args.aspect)? else { return Ok(Exit::Usage) };
    let source: Box<dyn Source> = if args.as_camera { Box::new(SimulatedCamera::new(source)) } else { source };
    let chain = setup.chain(args.every_frame)?;
    let store = recording_setup::open(setup, &args.keeping, &who);
    let asks = asks(args, &selection);
    let mut guided = chosen.map(|chosen| chosen.session(setup, store.as_ref(), asks)).transpose()?;
    let person = store.as_ref().filter(|_| !asks_who).map(|store| store.person.clone());
    let asked = guided.as_mut().zip(roster).map(|(guided, roster)| roster.begin(guided, person.as_ref()));
    let voice = (guided.is_some() && !args.silent).then(|| guided_setup::voice_guide(setup, &words, &mut sound));
    let (build, watcher) = BuildFinding::of(store.as_ref().filter(|_| recording_setup::is_recording(&*source))).unzip();
    let kept = store.and_then(|store| {
        recording_setup::begin(store, (&args.keeping, &setup.words.process), &*source, plan.as_deref())
    });
    if let Some((id, (_, recording))) = asked.zip(kept.as_ref()) {
        let _ = id.set(recording.begun_as().to_owned()); // it is set once
    }
    let sinks = voice.into_iter().chain(hum).chain(watcher).collect();
    let live =
        equipment.begin(source, chain, guided, sinks, kept)?.with_sound(sound).with_build(build).with_words(words);
    watch::session(live.asked_at(asked_at), AtEnd::Hold, setup, equipment)
}

/// Those persons, each with what is prescribed for them today, or else what was chosen.
fn roster(
    setup: &Setup,
    words: &CurrentWords,
    persons: Vec<Person>,
    chosen: Option<Chosen>,
    is_open: bool,
) -> Option<Roster> {
    let session_for = move |setup: &Setup, store: &PersonalStore| {
        let due = is_open.then(|| due(setup, &store.store, &store.person)).flatten();
        let Some(what) = due.or_else(|| chosen.clone()) else { return Ok(None) };
        let plan = what.name().to_owned();
        Ok(Some((what.session(setup, Some(store), true)?, plan)))
    };
    Roster::of(setup, words, persons, Box::new(session_for))
}

/// What is prescribed for today, if anything is: says so, or why it is not.
fn due(setup: &Setup, store: &Store, person: &Person) -> Option<Chosen> {
    let current = Current::of(setup, store, person, prescription::today())?;
    exit::eprint_line(&visible(&current.sentence(setup)));
    matches!(current.due, DueState::Due(..)).then(|| Chosen::prescribed(current.prescription))
}

/// Whether the user leaves it to the program what is practised.
fn is_open(args: &LiveArgs, selection: &Selection) -> bool {
    args.drill.is_none() && drill(args, selection).is_some()
}

/// The drill of a guided session, if any: by default a camera session is guided and a recording is not.
fn drill<'a>(args: &'a LiveArgs, selection: &Selection) -> Option<&'a str> {
    let guided = (matches!(selection, Selection::Camera(_)) || args.led) && !args.free;
    args.drill.as_deref().or(guided.then_some(DEFAULT_DRILL))
}

/// Whether the person is asked how their back is: not by a recording, which cannot answer.
fn asks(args: &LiveArgs, selection: &Selection) -> bool {
    matches!(selection, Selection::Camera(_)) && !args.no_questions
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn a_camera_session_is_guided_and_a_recording_is_not() {
        let guided_by = |source: Option<&str>, name: Option<&str>, free| {
            let args = LiveArgs { drill: name.map(str::to_owned), free, ..LiveArgs::default() };
            let selection = selection(source.map(OsStr::new)).unwrap().unwrap();
            drill(&args, &selection).map(str::to_owned)
        };
        assert_eq!(guided_by(None, None, false).as_deref(), Some("bow"));
        assert_eq!(guided_by(Some("camera:1"), None, false).as_deref(), Some("bow"));
        assert_eq!(guided_by(None, Some("dowel"), false).as_deref(), Some("dowel"));
        assert_eq!(guided_by(None, None, true), None);
        assert_eq!(guided_by(Some("bends.mp4"), None, false), None);
        assert_eq!(guided_by(Some("bends.mp4"), Some("dowel"), false).as_deref(), Some("dowel"));
    }

    #[test]
    fn a_prescription_is_followed_where_nothing_else_is_asked_for() {
        let open = |source: Option<&str>, name: Option<&str>, free| {
            let args = LiveArgs { drill: name.map(str::to_owned), free, ..LiveArgs::default() };
            is_open(&args, &selection(source.map(OsStr::new)).unwrap().unwrap())
        };
        assert!(open(None, None, false) && open(Some("camera:1"), None, false));
        assert!(!open(None, Some("dowel"), false) && !open(None, None, true) && !open(Some("bends.mp4"), None, false));
    }

    #[test]
    fn the_default_drill_exists_and_none_is_measured_better() {
        let library = crate::drill_library::Library::built_in();
        let accuracy = |name| library.drills().iter().find(|drill| drill.id == name).unwrap().accuracy().unwrap();
        let best = library.drills().iter().filter_map(crate::coach::drill::Drill::accuracy);
        assert!(best.into_iter().all(|other| accuracy(DEFAULT_DRILL) <= other));
    }
}
