//! `bendwise live`: led through a drill before a camera, or free, or a recording played as if it were a camera.

use std::convert::Infallible;
use std::ffi::OsStr;

use anyhow::Result;

use super::arguments::Live;
use super::company::{Company, Hum};
use super::feed::Feed;
use super::leader::{Chosen, Leader};
use super::setup::Setup;
use super::watch::{self, AtEnd};
use super::{Exit, ending, keeping};
use crate::library::LibraryError;
use crate::source::{self, Options, Selection};

/// The drill where none is named: arms crossed on the chest are measured best.
const USUAL_DRILL: &str = "bow";

pub(super) fn run(setup: &Setup, asked: &Live) -> Result<Exit> {
    let selection = selection(asked.source.as_deref())?;
    let drill = drill(asked, &selection);
    let chosen = match drill.map(|name| Chosen::find(setup, name)).transpose() {
        Err(unknown @ LibraryError::Unknown { .. }) => {
            ending::tell(&unknown.to_string());
            return Ok(Exit::Usage);
        }
        chosen => chosen?,
    };
    let hum = asked.tone.then(|| Hum::open(setup));
    let source = source::open(&selection, &Options::default())?;
    let chain = setup.chain()?;
    let store = keeping::open(setup, &asked.keeping);
    let leader = chosen.map(|chosen| Leader::open(setup, chosen, store.as_ref(), asked.silent)).transpose()?;
    let kept = store.and_then(|store| keeping::begin(store, &asked.keeping, source.info(), drill));
    let company = Company { leader, hum };
    watch::session(Feed::start(source, chain, company, kept)?, AtEnd::Hold, setup)
}

/// What leads, if anything does: who has come before a camera is led, a recording follows nobody.
fn drill<'a>(asked: &'a Live, selection: &Selection) -> Option<&'a str> {
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
            let asked = Live { drill: name.map(str::to_owned), free, ..Live::default() };
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
        let library = crate::library::Library::ours();
        let accuracy = |name| library.drills().iter().find(|drill| drill.id == name).unwrap().accuracy().unwrap();
        let best = library.drills().iter().filter_map(crate::coach::drill::Drill::accuracy);
        assert!(best.into_iter().all(|other| accuracy(USUAL_DRILL) <= other));
    }
}
