//! Keeps a session: begins it in the store, and tells what became of it. Whatever goes wrong with it, the coach goes on.

use jiff::Zoned;

use super::arguments::{Keeping, Video};
use super::ending;
use super::setup::Setup;
use crate::coach::form::Reach;
use crate::session::recorder::{Recorder, Recording};
use crate::session::store::{Beginning, Lost, News, Store};
use crate::source::SourceInfo;

/// Begins to keep a session of this source, led by this drill or programme. Where that cannot be, it is said.
pub(super) fn begin(
    setup: &Setup,
    asked: &Keeping,
    source: &SourceInfo,
    plan: Option<&str>,
) -> Option<(Recorder, Recording)> {
    if asked.no_keep {
        return None;
    }
    try_begin(setup, asked.video, source, plan)
        .inspect_err(|error| ending::tell(&format!("This session is not kept: {}", ending::sentence(error))))
        .ok()
}

/// The same for a session that was asked for.
///
/// # Errors
/// When it cannot be kept.
pub(super) fn try_begin(
    setup: &Setup,
    video: Video,
    source: &SourceInfo,
    plan: Option<&str>,
) -> anyhow::Result<(Recorder, Recording)> {
    let (store, news) = Store::open(&setup.paths)?;
    tell_news(&news);
    let beginning = Beginning { began: Zoned::now(), source: source.name.clone(), plan: plan.map(str::to_owned) };
    Ok(Recorder::start(store.begin(&beginning)?, !source.live, video.into())?)
}

/// Hip reach of the last session of this drill, to compare with; `None` where none is known, or nothing is to be kept. That
/// the store cannot be read is told when this session is to be kept in it.
pub(super) fn last_reach(setup: &Setup, asked: &Keeping, drill: &str) -> Option<Reach> {
    if asked.no_keep {
        return None;
    }
    let (store, news) = Store::open(&setup.paths).ok()?;
    tell_news(&news);
    store.last_of(Some(drill), None).ok()??.reach
}

/// What became of earlier sessions.
pub(super) fn tell_news(news: &[News]) {
    news.iter().for_each(|news| ending::tell(&news.to_string()));
}

/// That a session is no longer kept.
pub(super) fn tell_lapse(recording: &Recording) {
    if let Some(reason) = recording.stopped() {
        ending::tell(&format!("This session is no longer kept, but the coach goes on: {reason}"));
    }
}

/// What became of a session that is over.
pub(super) fn tell(recording: &Recording) {
    let Some(id) = recording.id() else { return };
    let part = if recording.goes_on() { "" } else { " up to there" };
    ending::say(&format!("Kept{part} as {id} (`hinge sessions show {id}`, `hinge sessions delete {id}`)"));
    let Lost { samples, pictures } = recording.lost();
    if samples > 0 {
        ending::say(&format!("{samples} frames were measured but not kept: the disk was too slow"));
    }
    if pictures > 0 {
        ending::say(&format!("{pictures} frames are not in its video: this machine was too busy"));
    }
}
