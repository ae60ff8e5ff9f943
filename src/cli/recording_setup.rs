//! Starts keeping a session in the store and reports the outcome. If keeping it fails, the session continues without.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use jiff::{SignedDuration, Timestamp, Zoned};

use super::arguments::{Keeping, Video, Who};
use super::exit;
use super::setup::Setup;
use crate::coach::guided::{PreviousResult, QuestionKind};
use crate::coach::mobility::Mobility;
use crate::coach::progression::SessionOutcome;
use crate::coach::retention::PractisedSet;
use crate::geometry::build::{Build, BuildDoubt};
use crate::i18n::{ProcessWords, SessionWords, fill};
use crate::pipeline::SLOW_END;
use crate::source::{Source, SourceInfo};
use crate::store::recorder::{Recorder, RecordingStatus};
use crate::store::trend::Past;
use crate::store::{LostCounts, NewSession, Person, RecoveryNotice, Store, StoreError};
use crate::visible::{as_argument, visible};

/// The store, and who practises.
pub(super) struct PersonalStore {
    pub store: Store,
    pub person: Person,
}

/// Opens the store for a session that is to be kept. Reports an error and returns `None` if that fails.
pub(super) fn open(setup: &Setup, args: &Keeping, who: &Who) -> Option<PersonalStore> {
    if args.no_keep { None } else { or_report(&setup.words.process, try_open(setup, who)) }
}

/// The same for a session that has to be kept.
///
/// # Errors
/// If the store cannot be opened, or nobody knows who practises.
pub(super) fn try_open(setup: &Setup, who: &Who) -> anyhow::Result<PersonalStore> {
    let (store, notices) = Store::open(&setup.paths)?;
    report_recovery(&notices);
    let person = who.chosen(&store)?;
    Ok(PersonalStore { store, person })
}

/// Those who practise here, the one who practises now first.
///
/// # Errors
/// If the store cannot be read.
pub(super) fn persons_first(PersonalStore { store, person }: &PersonalStore) -> Result<Vec<Person>, StoreError> {
    let mut persons = store.persons()?;
    persons.sort_by_key(|known| known.id != person.id);
    Ok(persons)
}

/// Starts keeping a session of this source, guided by this drill or programme. Reports an error and returns `None` if
/// that fails.
pub(super) fn begin(
    store: PersonalStore,
    (args, words): (&Keeping, &ProcessWords),
    source: &dyn Source,
    plan: Option<&str>,
) -> Option<(Recorder, RecordingStatus)> {
    let (recorder, recording) =
        or_report(words, try_begin(store, (args.video, args.faces), (source.info(), Zoned::now()), plan))?;
    // What a recording shows is in its own file, too, and whoever plays one means it.
    Some((if is_recording(source) { recorder } else { recorder.without_false_starts() }, recording))
}

/// Whether this is a recording, also one that comes as from a camera: whoever is seen in it cannot be asked, and no light is switched on
/// for it.
pub(super) fn is_recording(source: &dyn Source) -> bool {
    source.camera_number().is_none()
}

/// The same for a session that has to be kept, as one that `began` then. Faces in its video are covered unless `faces`.
///
/// # Errors
/// If it cannot be kept.
pub(super) fn try_begin(
    PersonalStore { store, person }: PersonalStore,
    (video, faces): (Video, bool),
    (source, began): (&SourceInfo, Zoned),
    plan: Option<&str>,
) -> anyhow::Result<(Recorder, RecordingStatus)> {
    let (source_name, plan) = (source.name.clone(), plan.map(str::to_owned));
    let new = NewSession { began, source: source_name, plan, person: Some(person.id) };
    let (recorder, status) = Recorder::start(store.begin(&new)?, !source.live, video.into())?;
    Ok((if faces { recorder.with_faces() } else { recorder }, status))
}

/// Finishes storing, and says so if that takes long.
pub(super) fn telling_if_slow<T>(words: &SessionWords, finish: impl FnOnce() -> T) -> T {
    let (finished, waited_for) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if waited_for.recv_timeout(SLOW_END) == Err(RecvTimeoutError::Timeout) {
                report_slow_disk(words);
            }
        });
        let _until_returned = finished;
        finish()
    })
}

/// Tells whoever waits for the end of a session why.
pub(super) fn report_slow_disk(words: &SessionWords) {
    exit::report(&words.slow_disk);
}

fn or_report<T>(words: &ProcessWords, result: anyhow::Result<T>) -> Option<T> {
    let report = |error: &anyhow::Error| exit::report(&fill(&words.unkept, &[("reason", &exit::sentence(error))]));
    result.inspect_err(report).ok()
}

/// The result of the person's last session of this drill or programme, for comparison. Read errors are ignored: a store that
/// cannot be read cannot be written either, which is reported when the session begins.
pub(super) fn earlier(PersonalStore { store, person }: &PersonalStore, plan: &str) -> PreviousResult {
    let past = store.last_of(person.id, Some(plan), None).ok().flatten();
    let past = past.or_else(|| store.last_guided(person.id, plan).ok()?);
    let last = past.as_ref().and_then(|past| store.session(&store.named(&past.id).ok()?).ok());
    let last_set = last.and_then(|session| PractisedSet::of(&session.last_practised()));
    PreviousResult { reach: past.and_then(|past| past.reach), last_set, screen: None }
}

/// The mobility screen that whoever this session turned out to be of did before it; `None` too if the session was not kept.
pub(super) fn screen_before(setup: &Setup, id: &str) -> Option<Mobility> {
    let (store, _) = Store::find(&setup.paths).ok().flatten()?;
    let entry = store.named(id).ok()?;
    store.last_screen(entry.person, Some(&entry)).ok().flatten()
}

/// The person's last mobility screen, for comparison.
pub(super) fn earlier_screen(PersonalStore { store, person }: &PersonalStore) -> PreviousResult {
    PreviousResult { screen: store.last_screen(person.id, None).ok().flatten(), ..PreviousResult::default() }
}

/// The outcomes of the person's sessions of a drill, oldest first.
pub(super) fn outcomes(PersonalStore { store, person }: &PersonalStore, drill: &str) -> Vec<SessionOutcome> {
    store.history(person.id, Some(drill), None).unwrap_or_default().iter().map(Past::outcome).collect()
}

/// Whether the person was not asked this for so long. Read errors are ignored, as in [`earlier`].
pub(super) fn is_due(
    PersonalStore { store, person }: &PersonalStore,
    asked: QuestionKind,
    after: SignedDuration,
) -> bool {
    let was_asked = |kind| store.was_asked(person.id, kind, Timestamp::now() - after).unwrap_or(true);
    asked.instrument().is_some_and(|kind| !was_asked(kind))
}

/// Reports what was done to recover earlier sessions.
pub(super) fn report_recovery(notices: &[RecoveryNotice]) {
    notices.iter().for_each(|notices| exit::report(&notices.to_string()));
}

/// Reports that a session is no longer kept.
pub(super) fn report_lapse(recording: &RecordingStatus, words: &ProcessWords) {
    if let Some(reason) = recording.stopped() {
        exit::report(&fill(&words.unkept_on, &[("reason", &reason)]));
    }
}

/// Reports how a finished session was kept.
pub(super) fn report_kept(recording: &RecordingStatus, words: &SessionWords) {
    if recording.was_false_start() && recording.goes_on() {
        exit::eprint_line(&words.false_start);
    }
    if recording.is_gone() {
        exit::eprint_line(&words.gone);
    }
    let Some(id) = recording.id() else { return };
    exit::eprint_line(&fill(if recording.is_whole() { &words.kept } else { &words.kept_partly }, &[("id", &id)]));
    if recording.has_lost_film() {
        exit::eprint_line(&words.film_gone);
    }
    let LostCounts { samples, pictures } = recording.lost();
    if samples > 0 {
        // Where it did not go on, the reason was told.
        let line = if recording.goes_on() { &words.unkept_slow } else { &words.unkept };
        exit::eprint_line(&fill(line, &[("count", &samples)]));
    }
    if pictures > 0 {
        exit::eprint_line(&fill(&words.unfilmed, &[("count", &pictures)]));
    }
}

/// Says that the build of whoever is seen is another than that of the first of these persons, for whom the session `id` is kept, if it
/// is, and how to give it to whoever it is of.
pub(super) fn report_build(build: Option<Build>, persons: &[Person], id: &str, words: &SessionWords) {
    let Some((chosen, others)) = persons.split_first() else { return };
    let builds: Vec<_> = others.iter().map(|other| other.build).collect();
    let doubt = build.zip(chosen.build).and_then(|(build, known)| BuildDoubt::of(&build, &known, &builds));
    let label = visible(&chosen.label());
    let sentence = match doubt {
        None => return,
        Some(BuildDoubt::RatherLike(other)) => {
            let other = others.get(other).map(Person::label).unwrap_or_default();
            let (shown, argument) = (visible(&other), as_argument(&other));
            fill(&words.built_like, &[("person", &label), ("other", &shown), ("id", &id), ("argument", &argument)])
        }
        Some(BuildDoubt::LikeNobody) => fill(&words.built_like_nobody, &[("person", &label), ("id", &id)]),
    };
    exit::eprint_line(&sentence);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::simulated_camera::SimulatedCamera;
    use crate::source::{Delivery, SourceError};

    /// A camera with this number, or a recording.
    struct NumberedSource(SourceInfo, Option<u32>);

    impl Source for NumberedSource {
        fn info(&self) -> &SourceInfo {
            &self.0
        }

        fn next(&mut self) -> Result<Delivery, SourceError> {
            Ok(Delivery::End)
        }

        fn camera_number(&self) -> Option<u32> {
            self.1
        }
    }

    #[test]
    fn what_comes_as_from_a_camera_is_a_recording_all_the_same() {
        let source = |number| NumberedSource(SourceInfo::default(), number);
        assert!(is_recording(&source(None)) && !is_recording(&source(Some(0))));
        let simulated = SimulatedCamera::new(Box::new(source(None)));
        assert!(simulated.info().live && is_recording(&simulated));
    }
}
