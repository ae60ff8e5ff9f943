use std::path::{Path, PathBuf};

use image::RgbImage;

use super::*;
use crate::coach::Progress;
use crate::coach::form::Form;
use crate::geometry::{Measurement, State};
use crate::pipeline::StageTimes;
use crate::pose::PoseResult;
use crate::source::Frame;
use crate::store::note_queue::QUEUE;
use crate::store::tests::World;
use crate::store::{NewSession, Store};

/// Makes every write fail, and lets it succeed again.
const REFUSE: &str = "CREATE TRIGGER refuse BEFORE INSERT ON blocks BEGIN SELECT RAISE(ABORT, 'refused'); END";
const ALLOW: &str = "DROP TRIGGER refuse";

fn observation(number: u64) -> Observation {
    let measurement = Measurement { state: State::Nobody, ..Measurement::default() };
    let picture = Arc::new(RgbImage::new(64, 48));
    let time = Timestamp::new(Duration::from_millis(33 * number));
    Observation {
        frame: Frame { picture, time, captured_at: Instant::now(), number },
        pose_result: Arc::new(PoseResult { pose: None, people: 0 }),
        back: None,
        limbs: None,
        form: None,
        measurement,
        progress: Progress::default(),
        times: StageTimes::default(),
    }
}

fn recorder(world: &World) -> (Recorder, RecordingStatus, PathBuf) {
    let began = "2026-11-22T08:05:00+00:00[UTC]".parse().unwrap();
    let writer =
        world.open().begin(&NewSession { began, source: "Webcam".to_owned(), plan: None, person: None }).unwrap();
    let film = writer.home().join(recording::FILE);
    let (recorder, status) = Recorder::start(writer, false, Some(Size::Small)).unwrap();
    (recorder, status, film)
}

fn database(world: &World) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(Store::folder(&world.paths).join("sessions.db")).unwrap();
    database.busy_timeout(Duration::from_secs(9)).unwrap();
    database
}

/// How many pictures a film has.
fn pictures(film: &Path) -> usize {
    let mut source = crate::source::video::open(film).unwrap();
    std::iter::from_fn(|| matches!(source.next().unwrap(), crate::source::Delivery::Frame(_)).then_some(())).count()
}

#[test]
fn a_frame_that_is_dropped_is_not_filmed_so_pictures_stay_those_of_their_samples() {
    let world = World::new();
    let (mut recorder, status, film) = recorder(&world);
    let held = database(&world);
    held.execute_batch("BEGIN IMMEDIATE").unwrap(); // the recorder waits for this
    let (frames, mut number) = (QUEUE as u64 + 300, 0);
    while number < frames || (status.lost().samples < 100 && number < 3 * frames) {
        recorder.observe(&observation(number), None);
        thread::sleep(Duration::from_millis(1)); // enough for the encoder
        number += 1;
    }
    held.execute_batch("COMMIT").unwrap();
    recorder.finish(0);
    assert!(status.goes_on() && status.lost().samples >= 100, "{:?}", status.lost());
    let store = world.open();
    let samples = store.samples(&store.named("last").unwrap()).unwrap();
    let filmed = samples.iter().filter(|sample| sample.pictured).count();
    assert!(filmed > 300, "{filmed}");
    assert_eq!(pictures(&film), filmed);
}

/// What is left of a session of a camera that ends after this many seconds.
fn left_after(seconds: u64, form: Option<Form>) -> (Option<u64>, bool) {
    let world = World::new();
    let (recorder, status, _) = recorder(&world);
    let mut recorder = recorder.without_false_starts();
    for number in 0..=seconds {
        let of_second = observation(number);
        let time = Timestamp::from_secs_f64(number as f64);
        let frame = Frame { time, ..of_second.frame };
        recorder.observe(&Observation { frame, form: form.filter(|_| number == 1), ..of_second }, None);
    }
    recorder.finish(0);
    assert_eq!(status.id().is_some(), !status.was_false_start(), "what is not there has no id");
    let store = world.open();
    let left =
        std::fs::read_dir(Store::folder(&world.paths)).unwrap().filter(|file| file.as_ref().unwrap().path().is_dir());
    let kept = store.list().unwrap();
    assert_eq!(left.count(), kept.len(), "its video goes with it");
    (kept.first().map(|entry| entry.frames), status.was_false_start())
}

#[test]
fn a_session_of_some_seconds_without_a_bend_is_not_kept_and_any_other_is() {
    assert_eq!(left_after(12, None), (None, true));
    assert_eq!(left_after(12, Some(Form::default())), (Some(13), false), "with a bend");
    assert_eq!(left_after(60, None), (Some(61), false), "a minute");
    let world = World::new();
    let (recorder, status, _) = recorder(&world);
    let mut recorder = recorder.without_false_starts();
    recorder.observe(&observation(0), None);
    recorder.break_off(0);
    assert!(!status.was_false_start() && world.open().list().unwrap().len() == 1, "what broke off is kept");
}

#[test]
fn a_write_that_fails_for_a_moment_is_tried_again() {
    let world = World::new();
    let (mut recorder, status, _) = recorder(&world);
    database(&world).execute_batch(REFUSE).unwrap();
    (0..10).for_each(|number| recorder.observe(&observation(number), None));
    thread::sleep(SPAN + Duration::from_millis(700));
    database(&world).execute_batch(ALLOW).unwrap();
    (10..20).for_each(|number| recorder.observe(&observation(number), None));
    recorder.finish(0);
    assert_eq!((status.stopped(), status.lost().samples), (None, 0));
    let store = world.open();
    assert_eq!(store.samples(&store.named("last").unwrap()).unwrap().len(), 20);
}

#[test]
fn what_is_no_longer_kept_is_no_longer_filmed() {
    let world = World::new();
    let (mut recorder, status, film) = recorder(&world);
    database(&world).execute_batch(REFUSE).unwrap();
    recorder.observe(&observation(0), None);
    let began = Instant::now();
    while status.goes_on() && began.elapsed() < 3 * TRIED {
        thread::sleep(PAUSE);
    }
    assert!(status.stopped().unwrap().contains("sessions.db cannot be used"), "{:?}", status.stopped());
    (1..100).for_each(|number| recorder.observe(&observation(number), None));
    assert!(recorder.camera.is_none());
    recorder.finish(0);
    assert!(!film.exists() || pictures(&film) == 1);
}

#[test]
fn a_folder_that_is_taken_away_ends_keeping_with_a_sentence_and_what_was_measured_before_stays() {
    let world = World::new();
    let (mut recorder, status, film) = recorder(&world);
    (0..10).for_each(|number| recorder.observe(&observation(number), None));
    let waited = |is_over: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !is_over() && began.elapsed() < 3 * TRIED {
            thread::sleep(PAUSE);
        }
    };
    waited(&|| status.stored() == 10 && film.exists());
    std::fs::remove_dir_all(film.parent().unwrap()).unwrap();
    recorder.observe(&observation(10), None);
    waited(&|| !status.goes_on());
    let told = status.stopped().unwrap();
    assert!(told.contains("2026-11-22 was removed, moved or emptied while the session in it was recorded"), "{told}");
    recorder.finish(0);
    let entry = world.open().named("last").unwrap();
    assert_eq!((entry.frames, entry.lost.samples, entry.video), (10, 1, None));
}

/// A recorder that has kept ten frames and their film.
#[cfg(unix)]
fn begun(world: &World) -> (Recorder, RecordingStatus, PathBuf) {
    let (mut recorder, status, film) = recorder(world);
    (0..10).for_each(|number| recorder.observe(&observation(number), None));
    let began = Instant::now();
    while !(status.stored() == 10 && film.exists()) && began.elapsed() < 3 * TRIED {
        thread::sleep(PAUSE);
    }
    assert_eq!(status.id(), Some("2026-11-22"));
    (recorder, status, film)
}

#[cfg(unix)]
#[test]
fn a_film_that_is_taken_away_or_replaced_is_told_and_not_named_and_what_was_measured_is_kept() {
    for is_replaced in [false, true] {
        let world = World::new();
        let (mut recorder, status, film) = begun(&world);
        let until_now = std::fs::read(&film).unwrap();
        std::fs::remove_file(&film).unwrap();
        if is_replaced {
            std::fs::write(&film, until_now).unwrap();
        }
        (10..60).for_each(|number| recorder.observe(&observation(number), None));
        recorder.finish(0);
        assert!(status.has_lost_film() && status.is_whole() && status.id().is_some());
        let entry = world.open().named("last").unwrap();
        assert_eq!((entry.frames, entry.video), (60, None));
    }
    let world = World::new();
    let (recorder, status, film) = begun(&world);
    recorder.finish(0);
    assert!(!status.has_lost_film());
    assert_eq!(world.open().named("last").unwrap().video, Some(film));
}

#[cfg(unix)]
#[test]
fn a_session_that_is_not_in_the_list_at_its_end_is_not_called_kept() {
    let list = |world: &World| Store::folder(&world.paths).join("sessions.db");
    let remove_list = |world: &World| {
        for end in ["", "-wal", "-shm"] {
            let file = PathBuf::from(format!("{}{end}", list(world).display()));
            std::fs::remove_file(file).ok();
        }
    };
    let replace_list = |world: &World| {
        remove_list(world);
        database(world).execute_batch("CREATE TABLE others (key)").unwrap();
    };
    let rename_all =
        |world: &World| std::fs::rename(Store::folder(&world.paths), world.paths.data.join("old")).unwrap();
    let delete = |world: &World| database(world).execute_batch("DELETE FROM sessions").unwrap();
    let changes: [&dyn Fn(&World); 4] = [&remove_list, &replace_list, &rename_all, &delete];
    for (number, change) in changes.into_iter().enumerate() {
        let world = World::new();
        let (mut recorder, status, _) = begun(&world);
        change(&world);
        recorder.observe(&observation(10), None);
        recorder.finish(0);
        assert!(status.is_gone() && status.id().is_none() && !status.goes_on(), "{number}");
    }
}

#[test]
fn what_is_measured_after_storing_has_stopped_counts_as_lost_to_the_end() {
    let world = World::new();
    let (mut recorder, status, _) = recorder(&world);
    (0..10).for_each(|number| recorder.observe(&observation(number), None));
    let began = Instant::now();
    while status.stored() < 10 && began.elapsed() < 3 * TRIED {
        thread::sleep(PAUSE);
    }
    status.leave_behind("its disk does not answer");
    (10..100).for_each(|number| recorder.observe(&observation(number), None));
    recorder.finish(0);
    assert_eq!((status.stored(), status.lost().samples), (10, 90));
    let entry = world.open().named("last").unwrap();
    assert_eq!((entry.frames, entry.lost.samples), (10, 90));
}

fn note(milliseconds: u64) -> Note {
    let time = Timestamp::new(Duration::from_millis(milliseconds));
    (Some(Sample { time, ..Sample::default() }), Vec::new())
}

#[test]
fn a_second_of_a_recording_is_written_however_fast_it_comes() {
    let mut batch = Batch::default();
    batch.add(note(0));
    batch.add(note(900));
    assert!(!batch.is_due() && batch.timeout() <= SPAN);
    batch.add(note(1000));
    assert!(batch.is_due());
}

#[test]
fn what_a_camera_gave_is_written_when_its_time_is_over() {
    let mut batch = Batch::default();
    assert!(!batch.is_due() && batch.timeout() == SPAN);
    batch.add(note(0));
    batch.since = batch.since.and_then(|since| since.checked_sub(SPAN));
    assert!(batch.is_due() && batch.timeout() == Duration::ZERO);
}
