//! `bendwise demo`: plays a recording that is in the program through all of it, in real time: a short session that the coach
//! leads, or with `--free` bends with today's angles and verdicts alone.

use std::sync::Arc;

use anyhow::{Context, Result};

use super::arguments::DemoArgs;
use super::equipment::Equipment;
use super::live_session::AtEnd;
use super::setup::Setup;
use super::watch;
use super::{Exit, exit, guided_setup};
use crate::drill_library::Library;
use crate::i18n::CurrentWords;
use crate::pipeline::GuidedSession;
use crate::source::video;

/// The recordings and the drill of the led one. They are in the program, so that the demo needs no file beside it.
static LED: &[u8] = include_bytes!("../../assets/demo-led.mp4");
static FREE: &[u8] = include_bytes!("../../assets/demo.mp4");
const DRILL: (&str, &str) = ("demo-bow.toml", include_str!("../../assets/demo-bow.toml"));

pub(super) fn run(setup: &Setup, asked: &DemoArgs) -> Result<Exit> {
    let mut equipment = Equipment::new(setup);
    if asked.free {
        let source = video::open_bytes("demo.mp4", FREE)?;
        let live = equipment.begin(source, setup.chain(false)?, None, Vec::new(), None)?;
        let at_end = if asked.once { AtEnd::Close } else { AtEnd::Hold };
        return watch::session(live, at_end, setup, &mut equipment);
    }
    let at_end = if asked.once { AtEnd::Close } else { AtEnd::Invite };
    let exit = play(setup, &mut equipment, at_end)?;
    exit::print(&format!("{}\n", setup.words.start.now_you))?;
    Ok(exit)
}

/// Plays the led session on this equipment.
///
/// # Errors
/// If it cannot be played.
pub(super) fn play(setup: &Setup, equipment: &mut Equipment, at_end: AtEnd) -> Result<Exit> {
    let source = video::open_bytes("demo-led.mp4", LED)?;
    let mut sound = equipment.sound(None);
    let voice = guided_setup::voice_guide(setup, &CurrentWords::new(Arc::clone(&setup.words)), &mut sound);
    let live = equipment.begin(source, setup.chain(false)?, Some(led(setup)?), vec![voice], None)?;
    watch::session(live.with_sound(sound), at_end, setup, equipment)
}

/// The session that the person in the recording follows: they never do a full bend of their own.
fn led(setup: &Setup) -> Result<GuidedSession> {
    let drill = Library::built_in_drill(DRILL.0, DRILL.1)?;
    let mut session = GuidedSession::new(vec![drill.into()], setup.words.language().code())
        .context("The drill of the demo has nothing in it")?;
    session.offer_full_bend(false);
    Ok(session)
}
