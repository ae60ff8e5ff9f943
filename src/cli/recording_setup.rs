//! Keeps a session: begins it in the store, and tells what became of it. Whatever goes wrong with it, the coach goes on.

use jiff::Zoned;

use super::arguments::{Keeping, Video};
use super::exit;
use super::setup::Setup;
use crate::coach::guided::PreviousResult;
use crate::coach::progression::SessionOutcome;
use crate::source::SourceInfo;
use crate::store::recorder::{Recorder, RecordingStatus};
use crate::store::trend::Past;
use crate::store::{LostCounts, NewSession, RecoveryNotice, Store};

/// Opens the store for a session that is to be kept. Where that cannot be, it is said.
pub(super) fn open(setup: &Setup, asked: &Keeping) -> Option<Store> {
    if asked.no_keep { None } else { told(try_open(setup)) }
}

/// The same for a session that has to be kept.
///
/// # Errors
/// When the store cannot be opened.
pub(super) fn try_open(setup: &Setup) -> anyhow::Result<Store> {
    let (store, news) = Store::open(&setup.paths)?;
    tell_news(&news);
    Ok(store)
}

/// Begins to keep a session of this source, led by this drill or programme. Where that cannot be, it is said.
pub(super) fn begin(
    store: Store,
    asked: &Keeping,
    source: &SourceInfo,
    plan: Option<&str>,
) -> Option<(Recorder, RecordingStatus)> {
    told(try_begin(store, asked.video, source, plan))
}

/// The same for a session that has to be kept.
///
/// # Errors
/// When it cannot be kept.
pub(super) fn try_begin(
    store: Store,
    video: Video,
    source: &SourceInfo,
    plan: Option<&str>,
) -> anyhow::Result<(Recorder, RecordingStatus)> {
    let beginning = NewSession { began: Zoned::now(), source: source.name.clone(), plan: plan.map(str::to_owned) };
    Ok(Recorder::start(store.begin(&beginning)?, !source.live, video.into())?)
}

fn told<T>(kept: anyhow::Result<T>) -> Option<T> {
    kept.inspect_err(|error| exit::tell(&format!("This session is not kept: {}", exit::sentence(error)))).ok()
}

/// What the last session of this drill or programme came to, to compare with. A store that cannot be read cannot be written
/// either, which is told when the session begins.
pub(super) fn earlier(store: &Store, plan: &str) -> PreviousResult {
    let past = store.last_of(Some(plan), None).ok().flatten().or_else(|| store.last_led(plan).ok()?);
    PreviousResult { reach: past.and_then(|past| past.reach), screen: None }
}

/// The last mobility screen, to compare with.
pub(super) fn earlier_screen(store: &Store) -> PreviousResult {
    PreviousResult { reach: None, screen: store.last_screen(None).ok().flatten() }
}

/// What the sessions of a drill came to, oldest first.
pub(super) fn outcomes(store: &Store, drill: &str) -> Vec<SessionOutcome> {
    store.history(Some(drill)).unwrap_or_default().iter().map(Past::outcome).collect()
}

/// What became of earlier sessions.
pub(super) fn tell_news(news: &[RecoveryNotice]) {
    news.iter().for_each(|news| exit::tell(&news.to_string()));
}

/// That a session is no longer kept.
pub(super) fn tell_lapse(recording: &RecordingStatus) {
    if let Some(reason) = recording.stopped() {
        exit::tell(&format!("This session is no longer kept, but the coach goes on: {reason}"));
    }
}

/// What became of a session that is over.
pub(super) fn tell(recording: &RecordingStatus) {
    let Some(id) = recording.id() else { return };
    let part = if recording.goes_on() { "" } else { " up to there" };
    exit::say(&format!("Kept{part} as {id} (`bendwise sessions show {id}`, `bendwise sessions delete {id}`)"));
    let LostCounts { samples, pictures } = recording.lost();
    if samples > 0 {
        exit::say(&format!("{samples} frames were measured but not kept: the disk was too slow"));
    }
    if pictures > 0 {
        exit::say(&format!("{pictures} frames are not in its video: this machine was too busy"));
    }
}
