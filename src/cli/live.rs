//! `bendwise live`: led through a drill before a camera, or free, or a recording played as if it were a camera.

use std::convert::Infallible;
use std::ffi::OsStr;

use anyhow::Result;

use super::arguments::LiveArgs;
use super::guided_setup::{self, Chosen};
use super::live_session::{AtEnd, LiveSession};
use super::setup::Setup;
use super::watch;
use super::{Exit, exit, recording_setup};
use crate::drill_library::LibraryError;
use crate::source::{self, Options, Selection};

/// The drill where none is named: arms crossed on the chest are measured best.
const USUAL_DRILL: &str = "bow";

pub(super) fn run(setup: &Setup, asked: &LiveArgs) -> Result<Exit> {
    let selection = selection(asked.source.as_deref())?;
    let drill = drill(asked, &selection);
    let chosen = match drill.map(|name| Chosen::find(setup, name)).transpose() {
        Err(unknown @ LibraryError::Unknown { .. }) => {
            exit::tell(&unknown.to_string());
            return Ok(Exit::Usage);
        }
        chosen => chosen?,
    };
    let hum = asked.tone.then(|| guided_setup::audio_feedback(setup));
    let source = source::open(&selection, &Options::default())?;
    let chain = setup.chain()?;
    let store = recording_setup::open(setup, &asked.keeping);
    let guided = chosen.map(|chosen| chosen.session(setup, store.as_ref())).transpose()?;
    let voice = (guided.is_some() && !asked.silent).then(|| guided_setup::voice_guide(setup));
    let kept = store.and_then(|store| recording_setup::begin(store, &asked.keeping, source.info(), drill));
    let live = LiveSession::start(source, chain, guided, voice.into_iter().chain(hum).collect(), kept)?;
    watch::session(live, AtEnd::Hold, setup)
}

/// What leads, if anything does: who has come before a camera is led, a recording follows nobody.
fn drill<'a>(asked: &'a LiveArgs, selection: &Selection) -> Option<&'a str> {
    let usual = matches!(selection, Selection::Camera(_)) && !asked.free;
    asked.drill.as_deref().or(usual.then_some(USUAL_DRILL))
}

/// What was named, else the first camera that really delivers frames. Cameras have names in letters, files in bytes.
pub(super) fn selection(named: Option<&OsStr>) -> Result<Selection, Infallible> {
    match named.map(|named| (named, named.to_str())) {
        None => "camera".parse(),
        Some((_, Some(text))) => text.parse(),
        Some((bytes, None)) => Ok(Selection::Files(vec![bytes.into()])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_before_a_camera_is_led_and_a_recording_is_not() {
        let led = |source: Option<&str>, name: Option<&str>, free| {
            let asked = LiveArgs { drill: name.map(str::to_owned), free, ..LiveArgs::default() };
            let selection = selection(source.map(OsStr::new)).unwrap();
            drill(&asked, &selection).map(str::to_owned)
        };
        assert_eq!(led(None, None, false).as_deref(), Some("bow"));
        assert_eq!(led(Some("camera:1"), None, false).as_deref(), Some("bow"));
        assert_eq!(led(None, Some("dowel"), false).as_deref(), Some("dowel"));
        assert_eq!(led(None, None, true), None);
        assert_eq!(led(Some("bends.mp4"), None, false), None);
        assert_eq!(led(Some("bends.mp4"), Some("dowel"), false).as_deref(), Some("dowel"));
    }

    #[test]
    fn the_usual_drill_is_there_and_none_is_measured_better() {
        let library = crate::drill_library::Library::built_in();
        let accuracy = |name| library.drills().iter().find(|drill| drill.id == name).unwrap().accuracy().unwrap();
        let best = library.drills().iter().filter_map(crate::coach::drill::Drill::accuracy);
        assert!(best.into_iter().all(|other| accuracy(USUAL_DRILL) <= other));
    }
}
