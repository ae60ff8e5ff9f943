use std::fs;
use std::time::Duration;

use euclid::Angle;
use tempfile::TempDir;

use super::read::REQUEST;
use super::sample::Sample;
use super::*;
use crate::coach::form::Reach;
use crate::coach::mobility::Mobility;
use crate::coach::{Bands, ChainRequest, Repetition, SetGoal, SetOutcome, SetPurpose, Verdict};
use crate::geometry::{Bend, HalfWidth90, Segments, StandingDoubt, StandingFlaw, State};
use crate::recording::fragmented_mp4::fixtures;
use crate::source::Timestamp;
use crate::spine::Facing;

/// A temporary data folder.
pub(super) struct World {
    _folder: TempDir,
    pub(super) paths: Paths,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        Self { _folder: folder, paths }
    }

    pub(super) fn open(&self) -> Store {
        let (store, notices) = Store::open(&self.paths).unwrap();
        assert_eq!(notices, []);
        store
    }

    fn begin(&self, when: &str) -> SessionWriter {
        self.open().begin(&beginning(when)).unwrap()
    }

    /// Stores a whole session of this many frames.
    fn session(&self, when: &str, happened: &[Happening]) -> String {
        let mut writer = self.begin(when);
        let id = writer.id().to_owned();
        writer.keep(&[frame(0), frame(1)], happened).unwrap();
        assert!(writer.finish(LostCounts::default()).unwrap());
        id
    }

    fn sessions(&self) -> Vec<String> {
        self.open().list().unwrap().into_iter().map(|entry| entry.id).collect()
    }

    fn folder(&self) -> PathBuf {
        Store::folder(&self.paths)
    }

    /// Every byte of the store.
    pub(super) fn bytes(&self) -> Vec<u8> {
        fn below(path: &Path) -> Vec<u8> {
            if path.is_dir() {
                return fs::read_dir(path).unwrap().flat_map(|entry| below(&entry.unwrap().path())).collect();
            }
            fs::read(path).unwrap()
        }
        below(&self.folder())
    }
}

/// Stores a session with a bit of everything. Returns its id.
pub(super) fn session_of(world: &World) -> String {
    let standing = StoredCalibration::Standing(Segments { pelvis: Angle::degrees(12.5), ..Segments::default() });
    let mut writer = world.begin(MORNING);
    fixtures::write_video(&writer.home().join("video.mp4"));
    let happened = [
        set_of(Some("bow")),
        Happening::Pictured { size: (1280, 720), video: Some("video.mp4") },
        Happening::Calibrated { time: at(10), to: standing },
        Happening::Calibrated { time: at(20), to: StoredCalibration::Range(Angle::degrees(55.0)) },
        repetition(0, 61.0, Some(Verdict::Hips), Some(55.0)),
        repetition(1, 40.0, None, None),
        Happening::Event { time: at(900), kind: "cue".into(), detail: "deeper".to_owned() },
        request(33, "face_left"),
        request(33, "full_bend_off"),
        Happening::SetEnded { number: 0, time: at(4000) },
    ];
    writer.keep(&[frame(0)], &happened).unwrap();
    writer.keep(&[frame(1)], &[]).unwrap();
    let id = writer.id().to_owned();
    writer.finish(LostCounts { samples: 2, pictures: 3 }).unwrap();
    id
}

/// Stores a session that has every kind of row in each of its variants.
pub(super) fn one_of_each() -> (World, Store) {
    let world = World::new();
    let radians = Angle::radians;
    let [pelvis, upper_lumbar, thigh, trunk, knee] = [0.25, 0.125, -0.0625, 0.03125, 0.5].map(radians);
    let standing = StoredCalibration::Standing(Segments { pelvis, upper_lumbar, thigh, trunk, knee });
    let reach = |limited| Some(Reach { angle: radians(0.75), half_width_90: radians(0.125), limited });
    let verdicts = [
        (Some(Verdict::Hips), reach(true)),
        (Some(Verdict::Mixed), reach(false)),
        (Some(Verdict::Back), None),
        (None, None),
    ];
    let bend = Bend {
        hip_flexion: radians(1.25),
        lumbar_flexion: radians(0.375),
        trunk_inclination: radians(1.5),
        knee_flexion: radians(-0.0625),
    };
    let half_width_90 = HalfWidth90 { hip_flexion: radians(0.0625), lumbar_flexion: radians(0.15625) };
    let repetitions = (0..).zip(verdicts).map(|(number, (verdict, reach))| {
        let moment = |after| at(1000 * u64::from(number) + after);
        let (start, bottom, end) = (moment(100), moment(400), moment(900));
        let verdict_probability = verdict.map(|_| 0.625);
        let flaw = StandingFlaw::ALL.get(number as usize).copied().filter(|_| verdict.is_some());
        let standing_doubt = (number > 0).then_some(StandingDoubt { angle: radians(0.0625), flaw });
        let known = Repetition { start, bottom, end, bend, half_width_90, ..Repetition::default() };
        let judged = Repetition { verdict, verdict_probability, confidence: 0.75, ..known };
        let repetition = Repetition { bottom_hidden: verdict.is_none(), standing_doubt, ..judged };
        let set = (number > 0).then_some(number / 2);
        Happening::Repetition(StoredRepetition { number, set, repetition, reach })
    });
    let event = |kind: &'static str, detail: &str| Happening::Event {
        time: at(900),
        kind: kind.into(),
        detail: detail.to_owned(),
    };
    let mut happened = vec![
        Happening::SetBegan {
            number: 0,
            drill: Some("bow".to_owned()),
            goal: SetGoal::Hips,
            purpose: SetPurpose::Practice,
            time: at(5),
        },
        Happening::SetEnded { number: 0, time: at(1500) },
        Happening::SetBegan {
            number: 1,
            drill: None,
            goal: SetGoal::Hips,
            purpose: SetPurpose::Practice,
            time: at(1600),
        },
        Happening::Calibrated { time: at(10), to: standing },
        Happening::Calibrated { time: at(20), to: StoredCalibration::Range(radians(0.9375)) },
        event("cue", "from_the_hips"),
        event("pause", "on"),
        Happening::Pictured { size: (1280, 720), video: None },
        Happening::Missed(7),
    ];
    happened.extend(repetitions);
    let mut writer = world.begin(MORNING);
    writer.keep(&[frame(0), frame(1)], &happened).unwrap();
    assert!(writer.finish(LostCounts { samples: 2, pictures: 3 }).unwrap());
    let store = world.open();
    store.note_at(&store.named("last").unwrap(), at(700), "knees?").unwrap();
    (world, store)
}

pub(super) fn beginning(when: &str) -> NewSession {
    NewSession { began: when.parse().unwrap(), source: "Webcam".to_owned(), plan: Some("bow".to_owned()), person: None }
}

const MORNING: &str = "2026-11-22T08:05:00+01:00[Europe/Berlin]";
const EVENING: &str = "2026-11-22T23:30:00+01:00[Europe/Berlin]";
const NEXT_DAY: &str = "2026-11-23T00:10:00+01:00[Europe/Berlin]";

pub(super) fn at(milliseconds: u64) -> Timestamp {
    Timestamp::new(Duration::from_millis(milliseconds))
}

pub(super) fn frame(number: u64) -> Sample {
    Sample { time: at(number * 33), number, ..Sample::default() }
}

pub(super) fn repetition(number: u32, hip: f32, verdict: Option<Verdict>, reach: Option<f32>) -> Happening {
    let degrees = Angle::degrees;
    let repetition = Repetition {
        start: at(100),
        bottom: at(1100),
        end: at(2100),
        bend: Bend { hip_flexion: degrees(hip), lumbar_flexion: degrees(8.0), ..Bend::default() },
        half_width_90: HalfWidth90 { hip_flexion: degrees(7.0), lumbar_flexion: degrees(6.0) },
        verdict,
        verdict_probability: verdict.map(|_| 0.875),
        confidence: 0.75,
        ..Repetition::default()
    };
    let limited = |reach| Reach { angle: degrees(reach), half_width_90: degrees(7.0), limited: true };
    let reach = reach.map(limited);
    Happening::Repetition(StoredRepetition { number, set: Some(0), repetition, reach })
}

fn request(milliseconds: u64, code: &str) -> Happening {
    Happening::Event { time: at(milliseconds), kind: "request".into(), detail: code.to_owned() }
}

pub(super) fn set_of(drill: Option<&str>) -> Happening {
    Happening::SetBegan {
        number: 0,
        drill: drill.map(str::to_owned),
        goal: SetGoal::Hips,
        purpose: SetPurpose::Practice,
        time: at(0),
    }
}

#[test]
fn a_block_that_holds_more_frames_than_its_row_says_is_damaged() {
    let world = World::new();
    world.session(MORNING, &[]);
    let store = world.open();
    let entry = store.named("last").unwrap();
    let more = block::pack(&[frame(0), frame(1), frame(2)]);
    store.database.execute("UPDATE blocks SET data = ?1", [more]).unwrap();
    let told = store.samples(&entry).unwrap_err().to_string();
    assert!(told.contains("cannot be read: the stored measurements are damaged"), "{told}");
}

#[test]
fn an_answer_is_kept_with_its_time_wording_and_version_and_is_known_to_have_been_asked() {
    let world = World::new();
    let answer = |time, instrument, item: &str, value| Happening::Answer {
        time: at(time),
        instrument,
        version: "bendwise-1".into(),
        item: item.to_owned(),
        wording: "en: How is your back?".to_owned(),
        value,
    };
    let answers = [answer(2500, "nrs-before", "", Some(3.0)), answer(9000, "psfs", "tie shoes", None)];
    world.session(MORNING, &answers);
    let store = world.open();
    type Row = (i64, String, String, String, String, Option<f64>);
    let mut read = store
        .database
        .prepare(
            "SELECT given_ms, instrument, version, item, wording, value FROM scores JOIN sessions ON key = session
                  WHERE scores.person = sessions.person ORDER BY given_ms",
        )
        .unwrap();
    let rows =
        read.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)));
    let rows: Vec<Row> = rows.unwrap().map(Result::unwrap).collect();
    let began = MORNING.parse::<jiff::Zoned>().unwrap().timestamp().as_millisecond();
    let row = |time, instrument: &str, item: &str, value| {
        (began + time, instrument.into(), "bendwise-1".into(), item.into(), "en: How is your back?".into(), value)
    };
    assert_eq!(rows, [row(2500, "nrs-before", "", Some(3.0)), row(9000, "psfs", "tie shoes", None)]);
    let moment = |later| jiff::Timestamp::from_millisecond(began + later).unwrap();
    let person = store.person_or_only(None).unwrap().id;
    let was_asked = |instrument, later| store.was_asked(person, instrument, moment(later)).unwrap();
    assert!(was_asked("psfs", 9000) && !was_asked("psfs", 9001) && !was_asked("nrs-week", 0));
    let other = {
        store.add_person("Ann").unwrap();
        store.add_person("Ben").unwrap().id
    };
    assert!(!store.was_asked(other, "psfs", moment(0)).unwrap(), "that was somebody else");
}

#[test]
fn bends_without_feedback_are_kept_and_do_not_count() {
    let world = World::new();
    let began = |number, purpose| Happening::SetBegan {
        number,
        drill: Some("bow".to_owned()),
        goal: SetGoal::Hips,
        purpose,
        time: at(0),
    };
    let in_set = |number, set, hip| match repetition(number, hip, Some(Verdict::Hips), None) {
        Happening::Repetition(kept) => Happening::Repetition(StoredRepetition { set: Some(set), ..kept }),
        other => other,
    };
    let happened = [
        began(0, SetPurpose::Retention),
        in_set(0, 0, 50.0),
        in_set(1, 0, 51.0),
        began(1, SetPurpose::Practice),
        in_set(2, 1, 60.0),
    ];
    world.session(MORNING, &happened);
    let store = world.open();
    let entry = store.named("last").unwrap();
    let session = store.session(&entry).unwrap();
    assert_eq!(
        session.sets.iter().map(|set| set.purpose).collect::<Vec<_>>(),
        [SetPurpose::Retention, SetPurpose::Practice]
    );
    assert_eq!((session.repetitions.len(), session.counted().count(), entry.repetitions), (3, 1, 1));
    let hips: Vec<_> = session.last_practised().iter().map(|kept| kept.bend.hip_flexion.to_degrees().round()).collect();
    assert_eq!(hips, [60.0]);
    assert_eq!(store.repetitions_where(entry.key, "drill IS ?2", Some("bow")).unwrap().len(), 1);
}

#[test]
fn the_time_in_pauses_is_no_part_of_what_was_held() {
    let world = World::new();
    let event = |seconds: u64, kind: &'static str, detail: &str| Happening::Event {
        time: at(1000 * seconds),
        kind: kind.into(),
        detail: detail.to_owned(),
    };
    let ended = || Happening::SetEnded { number: 0, time: at(40_000) };
    let hold = || vec![set_of(Some("plank")), ended()];
    let paused = [event(10, "pause", "on"), event(25, "pause", "off")];
    // One that lasts beyond its end, and one after it.
    let others = [event(35, "pause", "on"), event(50, "pause", "off"), event(60, "pause", "on")];
    let day = MORNING.parse::<jiff::Zoned>().unwrap().date();
    let held = |happened: Vec<Happening>| {
        let id = world.session(MORNING, &happened);
        let done = world.open().done_sets(PersonId(1), day, day).unwrap();
        done.into_iter().find(|set| set.session == id).unwrap().seconds
    };
    assert_eq!(held(hold()), 40.0);
    assert_eq!(held([hold(), paused.to_vec()].concat()), 25.0);
    assert_eq!(held([hold(), paused.to_vec(), others.to_vec()].concat()), 20.0);
    // What the session itself counted, also without the gaps and the time out of the posture.
    assert_eq!(held([hold(), paused.to_vec(), vec![event(40, "held", "12.5")]].concat()), 12.5);
    assert_eq!(held([hold(), vec![event(39, "held", "12.5")]].concat()), 40.0, "of another set");
    let packed = ["-5", "1e999"].map(|seconds| held([hold(), vec![event(40, "held", seconds)]].concat()));
    assert_eq!(packed, [0.0, 40.0], "a package may say anything");
    assert_eq!(held(vec![set_of(Some("plank")), paused[0].clone()]), 0.0, "it broke off");
}

#[test]
fn what_hid_the_person_in_a_pause_is_no_obstruction() {
    let world = World::new();
    let pause = |seconds: u64, detail: &str| Happening::Event {
        time: at(1000 * seconds),
        kind: "pause".into(),
        detail: detail.to_owned(),
    };
    let ended = Happening::SetEnded { number: 0, time: at(40_000) };
    let id = world.session(MORNING, &[set_of(Some("bow")), ended, pause(10, "on"), pause(25, "off")]);
    let store = world.open();
    let session = store.session(&store.named(&id).unwrap()).unwrap();
    let state = |second: u64| match second {
        9..27 => State::Turned, // walks out, and comes back once it goes on
        30..34 => State::Hidden,
        _ => State::Measured,
    };
    let sample = |second| Sample { time: at(1000 * second), state: state(second), ..Sample::default() };
    let states = session.states(&(0..40).map(sample).collect::<Vec<_>>()).unwrap();
    let told: Vec<_> = states.obstructions().iter().map(|found| (found.from, found.to)).collect();
    assert_eq!(told, [(at(30_000), at(34_000))]);
}

#[test]
fn a_day_on_which_only_a_drill_was_held_is_one_of_practice() {
    let world = World::new();
    let day = |when: &str| when.parse::<jiff::Zoned>().unwrap().date();
    let practised = || {
        let days = world.open().practice_days(PersonId(1), day(NEXT_DAY)).unwrap();
        days.days().filter(|(_, practised)| *practised).map(|(day, _)| day).collect::<Vec<_>>()
    };
    world.session(MORNING, &[]);
    assert!(practised().is_empty(), "somebody looked whether the camera works");
    world.session(MORNING, &[set_of(Some("plank")), Happening::SetEnded { number: 0, time: at(30_000) }]);
    assert_eq!(practised(), [day(MORNING)]);
    // Without guidance all of it is one set, whether anybody bends or not.
    world.session(NEXT_DAY, &[set_of(None)]);
    let unled = "UPDATE sessions SET plan = NULL WHERE began_ms = (SELECT max(began_ms) FROM sessions)";
    world.open().database.execute(unled, []).unwrap();
    assert_eq!(practised(), [day(MORNING)]);
    world.session(NEXT_DAY, &[set_of(None), repetition(0, 60.0, Some(Verdict::Hips), None)]);
    assert_eq!(practised(), [day(MORNING), day(NEXT_DAY)]);
}

#[test]
fn of_bends_without_feedback_that_were_begun_anew_the_last_ones_tell_what_stayed() {
    let world = World::new();
    let hips = Some(Verdict::Hips);
    let silent = |number| Happening::SetBegan {
        number,
        drill: Some("bow".to_owned()),
        goal: SetGoal::Hips,
        purpose: SetPurpose::Retention,
        time: at(0),
    };
    let in_second = |happening| match happening {
        Happening::Repetition(kept) => Happening::Repetition(StoredRepetition { set: Some(1), ..kept }),
        other => other,
    };
    world.session(MORNING, &[set_of(Some("bow")), repetition(0, 60.0, hips, None)]);
    let again = in_second(repetition(1, 60.0, hips, None));
    let told = world.session(EVENING, &[silent(0), repetition(0, 20.0, hips, None), silent(1), again]);
    // Left out after the interruption: in the session nothing is told then.
    world.session(NEXT_DAY, &[silent(0), repetition(0, 20.0, hips, None), silent(1)]);
    let stayed = world.open().retention(PersonId(1), "bow").unwrap();
    let shares = stayed.iter().map(|stayed| (&stayed.id, stayed.share.unwrap().retained.value.round()));
    assert_eq!(shares.collect::<Vec<_>>(), [(&told, 12.0)]);
    let store = world.open();
    let listed = store.list().unwrap();
    let alone: Vec<_> = listed.iter().filter_map(|entry| store.retention_of(entry, "bow").unwrap()).collect();
    assert_eq!((listed.len(), alone), (3, stayed), "session by session");
    let session = store.session(&store.named(&told).unwrap()).unwrap();
    assert_eq!(session.last_without_feedback().map(|kept| kept.number).collect::<Vec<_>>(), [1], "nor in a report");
}

#[test]
fn a_session_comes_back_as_it_was_kept() {
    let world = World::new();
    let standing = StoredCalibration::Standing(Segments { pelvis: Angle::degrees(12.5), ..Segments::default() });
    let range = StoredCalibration::Range(Angle::degrees(55.0));
    let cue = Happening::Event { time: at(900), kind: "cue".into(), detail: "deeper".to_owned() };
    let happened = [
        set_of(Some("bow")),
        Happening::Calibrated { time: at(10), to: standing },
        Happening::Calibrated { time: at(20), to: range },
        repetition(0, 61.0, Some(Verdict::Hips), Some(55.0)),
        repetition(1, 40.0, None, None),
        cue,
        Happening::SetEnded { number: 0, time: at(4000) },
    ];
    let mut writer = world.begin(MORNING);
    writer.keep(&[frame(0), frame(1)], &[]).unwrap();
    writer.keep(&[frame(2), frame(5)], &happened).unwrap();
    writer.keep(&[], &[Happening::Pictured { size: (1280, 720), video: None }]).unwrap();
    writer.finish(LostCounts { samples: 2, pictures: 3 }).unwrap();

    let store = world.open();
    let entry = store.named("last").unwrap();
    assert_eq!((entry.id.as_str(), entry.state, entry.frames), ("2026-11-22", SessionState::Finished, 4));
    assert_eq!((entry.duration, entry.lost), (Duration::from_millis(165), LostCounts { samples: 2, pictures: 3 }));
    assert_eq!((entry.repetitions, entry.as_asked, entry.plan.as_deref()), (2, 1, Some("bow")));
    assert_eq!(entry.picture, Some((1280, 720)));
    assert_eq!(entry.began.to_string(), "2026-11-22T08:05:00+01:00[+01:00]");
    let session = store.session(&entry).unwrap();
    assert_eq!(
        session.sets,
        [Set {
            number: 0,
            drill: Some("bow".into()),
            goal: SetGoal::Hips,
            purpose: SetPurpose::Practice,
            began: at(0),
            ended: Some(at(4000))
        }]
    );
    let kept: Vec<Happening> = session.repetitions.into_iter().map(Happening::Repetition).collect();
    assert_eq!(kept, happened[3..5]);
    assert_eq!(session.calibrations, [(at(10), standing), (at(20), range)]);
    assert_eq!(session.events, [(at(900), "cue".to_owned(), "deeper".to_owned())]);
    assert_eq!(session.models.len(), 8); // the weights of the two mask decoders and the parts of the back network among them
    assert_eq!(store.samples(&entry).unwrap(), [frame(0), frame(1), frame(2), frame(5)]);
    assert_eq!(store.faults().unwrap(), [""; 0]);
}

#[test]
fn what_was_asked_of_the_measurement_comes_back_in_its_order() {
    use crate::coach::ChainRequest::{AwaitFullBend, Face, Recalibrate};
    let world = World::new();
    let asked = [
        (33, "recalibrate", Recalibrate),
        (66, "full_bend_on", AwaitFullBend(true)),
        (66, "face_right", Face(Some(Facing::Right))),
        (66, "full_bend_off", AwaitFullBend(false)),
        (99, "recalibrate", Recalibrate),
        (99, "face_left", Face(Some(Facing::Left))),
        (132, "face_auto", Face(None)),
    ];
    world.session(MORNING, &asked.map(|(time, code, _)| request(time, code)));
    let store = world.open();
    let session = store.session(&store.named("last").unwrap()).unwrap();
    assert_eq!(session.requests().collect::<Vec<_>>(), asked.map(|(time, _, request)| (at(time), request)));
}

#[test]
fn ids_are_days_and_letters_and_are_not_used_again_before_the_last() {
    let world = World::new();
    let [first, second, third] = [MORNING, EVENING, NEXT_DAY].map(|when| world.session(when, &[]));
    assert_eq!([&first, &second, &third], ["2026-11-22", "2026-11-22b", "2026-11-23"]);
    let store = world.open();
    let entry = store.named(&first).unwrap();
    store.delete(&entry).unwrap();
    assert_eq!(world.session(EVENING, &[]), "2026-11-22c");
    fs::create_dir(world.folder().join("2026-11-22d")).unwrap(); // left from a database that was moved aside
    assert_eq!(world.session(EVENING, &[]), "2026-11-22e");
    assert_eq!(world.sessions()[0], "2026-11-23", "newest first");
}

#[test]
fn what_was_meant_for_a_deleted_session_reaches_none_that_has_its_number_and_id() {
    let world = World::new();
    let store = world.open();
    world.session(MORNING, &[]);
    let before = store.named("last").unwrap();
    let opened = store.samples_of(&before);
    assert_eq!(opened.within(at(0), at(9000)).unwrap().len(), 2);
    store.delete(&before).unwrap();
    world.session(EVENING, &[]);
    let now = store.named("last").unwrap();
    assert_eq!((now.key, &now.id), (before.key, &before.id), "both are given again");
    for told in [
        store.rename(&before, Some("first try")).map(drop),
        store.note(&before, Some("shoes off")),
        store.note_at(&before, at(10), "knees?"),
        store.hand_over(&before, now.person),
        store.delete(&before),
        store.session(&before).map(drop),
        store.listed_again(&before).map(drop),
        store.samples(&before).map(drop),
        store.samples_of(&before).outlines(&mut |_| ()),
        opened.within(at(0), at(9000)).map(drop),
        store.samples_of(&before).within(at(0), at(9000)).map(drop),
        store.export(&before, &world.folder().join("copy.bendwise")).map(drop).map_err(|error| match error {
            PackageError::Store(error) => error,
            other => panic!("{other}"),
        }),
    ] {
        assert!(matches!(told, Err(StoreError::Deleted { .. })), "{told:?}");
    }
    assert!(store.session(&now).unwrap().events.is_empty());
    assert_eq!(store.list().unwrap(), [now]);
}

#[test]
fn a_recorder_whose_session_is_gone_reaches_none_that_has_its_number_and_id() {
    let world = World::new();
    let begun = || {
        let mut writer = world.begin(MORNING);
        writer.keep(&[frame(0)], &[]).unwrap();
        writer
    };
    let (mut keeps, ends) = (begun(), begun());
    let store = world.open();
    let going_on = store.list().unwrap();
    // As if the locks were free, which they are on a disk that knows none.
    going_on.iter().for_each(|entry| store.remove(entry.key, &entry.id).unwrap());
    let taken = [(); 2].map(|()| world.session(MORNING, &[]));
    assert_eq!(taken.len(), going_on.len());
    let now = store.list().unwrap();
    assert!(going_on.iter().all(|before| now.iter().any(|entry| (entry.key, &entry.id) == (before.key, &before.id))));
    assert!(matches!(keeps.keep(&[frame(7)], &[]), Err(StoreError::Deleted { .. })));
    assert!(!keeps.home().exists(), "no folder is made for it, which would be that of another one");
    keeps.check_film().unwrap();
    keeps.discard().unwrap();
    assert!(matches!(ends.finish(LostCounts { samples: 9, pictures: 9 }), Err(StoreError::Deleted { .. })));
    assert_eq!(store.list().unwrap(), now, "nothing of them is changed");
}

#[test]
fn a_session_of_which_nothing_was_kept_leaves_nothing() {
    let world = World::new();
    assert!(!world.begin(MORNING).finish(LostCounts::default()).unwrap());
    assert_eq!(world.sessions(), [""; 0]);
    assert!(!world.folder().join("2026-11-22").exists());
}

#[test]
fn an_unknown_id_is_told_with_the_closest() {
    let world = World::new();
    world.session(MORNING, &[]);
    let told = world.open().named("2026-11-2").unwrap_err().to_string();
    assert!(told.contains("no session 2026-11-2, did you mean 2026-11-22? `bendwise sessions` lists them"), "{told}");
}

#[test]
fn the_last_session_is_one_that_has_ended_as_long_as_there_is_one() {
    let world = World::new();
    let before = world.session(MORNING, &[]);
    let mut writer = world.begin("2026-11-22T18:05:00+01:00[Europe/Berlin]");
    writer.keep(&[frame(0)], &[]).unwrap();
    assert_eq!(world.open().named("last").unwrap().id, before);
    drop(writer);
    let (store, _) = Store::open(&world.paths).unwrap();
    assert_ne!(store.named("last").unwrap().id, before, "it broke off, and is the newest");
}

#[test]
fn a_session_that_broke_off_is_recovered_and_told_once() {
    let world = World::new();
    let mut writer = world.begin(MORNING);
    writer.keep(&[frame(0)], &[]).unwrap();
    let going_on = world.open().named("last").unwrap();
    assert_eq!(going_on.state, SessionState::Recording, "as long as somebody holds its lock, it goes on");
    assert!(matches!(world.open().delete(&going_on), Err(StoreError::Recording { .. })));
    drop(writer); // as the system does for a killed process
    let (store, notices) = Store::open(&world.paths).unwrap();
    assert_eq!(notices, [RecoveryNotice::Recovered { id: "2026-11-22".into() }]);
    assert_eq!(store.named("last").unwrap().state, SessionState::Recovered);
    assert_eq!(store.samples(&store.named("last").unwrap()).unwrap(), [frame(0)]);
    world.open(); // reports nothing more
}

#[test]
fn one_that_broke_off_before_its_first_second_is_gone() {
    let world = World::new();
    drop(world.begin(MORNING));
    let (_, notices) = Store::open(&world.paths).unwrap();
    let told: Vec<_> = notices.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("The session 2026-11-22 (Webcam) broke off before the first bend"), "{told:?}");
    assert_eq!(world.sessions(), [""; 0]);
}

#[test]
fn deleted_is_gone_from_the_disk() {
    let world = World::new();
    let id =
        world.session(MORNING, &[Happening::Event { time: at(0), kind: "cue".into(), detail: "marker-one".into() }]);
    world.session(EVENING, &[]);
    let store = world.open();
    let entry = store.named(&id).unwrap();
    store.note(&entry, Some("marker-two")).unwrap();
    fs::create_dir_all(&entry.folder).unwrap();
    fs::write(entry.folder.join("video.mp4"), "marker-three").unwrap();
    let found = |marker: &str| world.bytes().windows(marker.len()).any(|window| window == marker.as_bytes());
    let markers = ["marker-one", "marker-two", "marker-three"];
    assert!(markers.into_iter().all(found));
    store.delete(&entry).unwrap();
    assert!(!markers.into_iter().any(found));
    assert!(!entry.folder.exists());
    assert_eq!(world.sessions(), ["2026-11-22b"]);
    let orphans = "SELECT (SELECT count(*) FROM blocks WHERE session NOT IN (SELECT key FROM sessions))
                        + (SELECT count(*) FROM events) + (SELECT count(*) FROM models WHERE session = ?1)";
    let orphans: i64 = world.open().database.query_row(orphans, [entry.key], |row| row.get(0)).unwrap();
    assert_eq!(orphans, 0);
}

#[test]
fn deletions_wait_once_for_whoever_reads_beside_them() {
    let world = World::new();
    let ids = [MORNING, EVENING, MORNING, EVENING].map(|when| world.session(when, &[]));
    let store = world.open();
    let entries = ids.map(|id| store.named(&id).unwrap());
    let reader = rusqlite::Connection::open(database::path(&world.folder())).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM sessions").unwrap();
    let began = std::time::Instant::now();
    entries[..3].iter().for_each(|entry| store.delete(entry).unwrap());
    assert!(began.elapsed() < 3 * database::TIMEOUT, "it waited more than once: {:?}", began.elapsed());
    assert!(store.is_held_open(), "so it is not gone for good yet");
    reader.execute_batch("COMMIT").unwrap();
    store.delete(&entries[3]).unwrap();
    assert!(!store.is_held_open());
    let [_, journal, _] = database::files(&world.folder());
    assert_eq!(fs::metadata(journal).unwrap().len(), 0, "nothing that was deleted is left in it");
}

#[test]
fn a_deletion_gives_the_room_of_the_measurements_back_also_in_a_database_of_before() {
    let large = || Happening::Event { time: at(0), kind: "note".into(), detail: "n".repeat(3_000_000) };
    for is_old in [false, true] {
        let world = World::new();
        let kept = world.session(EVENING, &[]);
        let id = world.session(MORNING, &[large()]);
        let store = world.open();
        if is_old {
            store.database.execute_batch("PRAGMA auto_vacuum = NONE; VACUUM").unwrap();
        }
        let entry = store.named(&id).unwrap();
        store.delete(&entry).unwrap();
        let size = fs::metadata(database::path(&world.folder())).unwrap().len();
        assert!(size < 500_000, "{size} bytes, old: {is_old}");
        let mode: i64 = store.database.pragma_query_value(None, "auto_vacuum", |row| row.get(0)).unwrap();
        assert_eq!((mode, store.faults().unwrap(), world.sessions()), (2, Vec::new(), vec![kept]));
    }
}

#[test]
fn what_was_half_deleted_is_gone_at_the_next_start() {
    let world = World::new();
    let (half, whole) = (world.session(MORNING, &[]), world.session(EVENING, &[]));
    let store = world.open();
    let entry = store.named(&half).unwrap();
    fs::create_dir_all(&entry.folder).unwrap();
    fs::write(entry.folder.join("video.mp4"), "pictures").unwrap();
    // A crash after the first step, and one after the second.
    store.database.execute("UPDATE sessions SET state = 'leaving' WHERE key = ?1", [entry.key]).unwrap();
    assert_eq!(store.list().unwrap().len(), 1, "it is out of the list at once");
    assert_eq!(world.sessions(), [whole]);
    assert!(!entry.folder.exists());
}

#[test]
fn a_damaged_database_is_set_aside_and_told() {
    let world = World::new();
    let id = world.session(MORNING, &[]);
    let database = world.folder().join("sessions.db");
    fs::write(&database, b"no database at all, but as long as you like".repeat(100)).unwrap();
    fs::create_dir_all(world.folder().join(&id)).unwrap();
    let (store, notices) = Store::open(&world.paths).unwrap();
    let [RecoveryNotice::SetAside(aside)] = &notices[..] else { panic!("{notices:?}") };
    assert!(fs::read(aside).unwrap().starts_with(b"no database at all"));
    assert_eq!(store.list().unwrap(), []);
    assert_eq!(world.session(MORNING, &[]), "2026-11-22b", "the videos of the old one stay where they are");
}

#[test]
fn the_last_session_of_a_drill_is_what_to_compare_with() {
    let world = World::new();
    let hips = Some(Verdict::Hips);
    let reps = [
        set_of(Some("bow")),
        repetition(0, 60.0, hips, Some(50.0)),
        repetition(1, 64.0, Some(Verdict::Back), Some(40.0)),
        repetition(2, 70.0, hips, Some(70.0)),
        repetition(3, 20.0, None, None),
    ];
    let first = world.session(MORNING, &reps);
    let other = world.session(EVENING, &[set_of(None), repetition(0, 30.0, hips, None)]);
    let store = world.open();
    let first_entry = store.named(&first).unwrap();
    let of = |drill, before| store.last_of(first_entry.person, drill, before).unwrap();
    let past = of(Some("bow"), None).unwrap();
    let degrees = |angle: Option<Angle<f32>>| angle.map(|angle| angle.to_degrees().round());
    assert_eq!((past.id, past.repetitions, past.from_hips), (first.clone(), 4, 2));
    assert_eq!(past.depth.map(|depth| depth.value.round()), Some(64.0));
    let reach = past.reach.unwrap();
    assert_eq!((degrees(Some(reach.angle)), degrees(Some(reach.half_width_90))), (Some(50.0), Some(7.0)));
    assert!(reach.limited);
    assert_eq!(of(Some("bow"), Some(&first_entry)), None);
    assert_eq!(of(None, None).unwrap().id, other);
    assert_eq!(of(Some("plank"), None), None);
    assert_eq!(store.drills(first_entry.person).unwrap(), [None, Some("bow".to_owned())], "the newest first");
    let again = world.session(EVENING, &reps);
    let history = |drill| store.history(first_entry.person, drill, None).unwrap();
    let ids: Vec<String> = history(Some("bow")).into_iter().map(|past| past.id).collect();
    assert_eq!((ids, history(Some("plank"))), (vec![first, again], Vec::new()));
}

#[test]
fn the_last_session_of_a_programme_is_all_its_drills() {
    let world = World::new();
    let hips = Some(Verdict::Hips);
    let set = |number, drill: &str| Happening::SetBegan {
        number,
        drill: Some(drill.into()),
        goal: SetGoal::Hips,
        purpose: SetPurpose::Practice,
        time: Timestamp::default(),
    };
    let in_set = |set, happening| match happening {
        Happening::Repetition(kept) => Happening::Repetition(StoredRepetition { set, ..kept }),
        other => other,
    };
    let first = world.session(
        MORNING,
        &[
            set(0, "bow"),
            repetition(0, 60.0, hips, Some(40.0)),
            set(1, "dowel"),
            in_set(Some(1), repetition(1, 60.0, hips, Some(50.0))),
            in_set(None, repetition(2, 60.0, hips, Some(90.0))),
        ],
    );
    world.session(EVENING, &[set_of(Some("bow"))]);
    let store = world.open();
    store.database.execute("UPDATE sessions SET plan = 'first-week'", []).unwrap();
    let past = store.last_guided(PersonId(1), "first-week").unwrap().unwrap();
    assert_eq!((past.id, past.repetitions), (first.clone(), 2), "the bend between the sets is no repetition");
    let entry = store.named(&first).unwrap();
    assert_eq!((entry.repetitions, entry.as_asked), (2, 2), "nor in the list");
    let session = store.session(&entry).unwrap();
    assert_eq!((session.counted().count(), session.repetitions.len()), (2, 3), "but it is kept");
    assert_eq!(past.reach.unwrap().angle.to_degrees().round(), 45.0);
    assert_eq!(store.last_guided(PersonId(1), "second-week").unwrap(), None);
}

/// One rule, in the database and in what is read of it: a session's trend, its list entry and its exports count the same.
#[test]
fn bends_outside_sets_and_without_feedback_count_nowhere() {
    let world = World::new();
    let hips = Some(Verdict::Hips);
    let set = |number, purpose| Happening::SetBegan {
        number,
        drill: Some("bow".to_owned()),
        goal: SetGoal::Hips,
        purpose,
        time: at(0),
    };
    let in_set = |set, happening| match happening {
        Happening::Repetition(kept) => Happening::Repetition(StoredRepetition { set, ..kept }),
        other => other,
    };
    let happened = [
        in_set(None, repetition(0, 10.0, hips, Some(10.0))),
        set(0, SetPurpose::Retention),
        in_set(Some(0), repetition(1, 20.0, hips, Some(20.0))),
        set(1, SetPurpose::Practice),
        in_set(Some(1), repetition(2, 60.0, hips, Some(50.0))),
        in_set(None, repetition(3, 90.0, Some(Verdict::Back), Some(90.0))),
    ];
    world.session(MORNING, &happened);
    let store = world.open();
    let entry = store.named("last").unwrap();
    let session = store.session(&entry).unwrap();
    let numbers: Vec<u32> = session.counted().map(|kept| kept.number).collect();
    assert_eq!((numbers, session.outside_sets()), (vec![2], 2));
    let called: Vec<u32> = session.numbered().into_iter().map(|(number, _)| number).collect();
    assert_eq!(called, [3], "the number that it has in files");
    assert_eq!([0, 1, 2].map(|set| session.set_number(set)), [0, 1, 2], "bends without feedback are no set");
    assert_eq!((entry.repetitions, entry.as_asked), (1, 1));
    let trend = store.history(entry.person, Some("bow"), None).unwrap();
    let point = |past: &trend::Past| (past.repetitions, past.depth.map(|depth| depth.value.round()));
    assert_eq!(trend.iter().map(point).collect::<Vec<_>>(), [(1, Some(60.0))]);
}

#[test]
fn a_mobility_screen_is_found_again() {
    let world = World::new();
    let event = |detail: &str| Happening::Event {
        time: Timestamp::default(),
        kind: "mobility".into(),
        detail: detail.to_owned(),
    };
    let bends =
        |reach: &str| format!(r#"{{"bends":3,"hip_reach_deg":{reach},"hip_reach_interval_deg":6.0,"at_least":false}}"#);
    let record = |reach| {
        let bends = bends(reach);
        format!(r#"{{"format":1,"right":{{"straight_knees":{bends},"soft_knees":{bends}}},"left":null}}"#)
    };
    world.session(MORNING, &[event(&record("41.0"))]);
    let evening = world.session(EVENING, &[event(&record("52.0"))]);
    world.session(EVENING, &[event(r#"{"format":1,"right":null,"left":null}"#)]);
    world.session(EVENING, &[event("no record")]);
    let store = world.open();
    let reach = |screen: Option<Mobility>| screen.map(|screen| screen.right.soft.reach.unwrap().angle.to_degrees());
    assert_eq!(reach(store.last_screen(PersonId(1), None).unwrap()), Some(52.0));
    let evening = store.named(&evening).unwrap();
    assert_eq!(reach(store.last_screen(PersonId(1), Some(&evening)).unwrap()), Some(41.0));
    assert_eq!(reach(store.screen(&store.named("last").unwrap()).unwrap()), None);
}

#[test]
fn a_note_to_a_moment_is_found_again() {
    let world = World::new();
    world.session(MORNING, &[set_of(None)]);
    let store = world.open();
    let entry = store.named("last").unwrap();
    for (second, text) in [(7.5, " knees? "), (3.0, "head up")] {
        store.note_at(&entry, Timestamp::from_secs_f64(second), text).unwrap();
    }
    let session = store.session(&entry).unwrap();
    let notes: Vec<_> = session.notes().map(|(time, text)| (time.as_secs_f64(), text)).collect();
    assert_eq!(notes, [(3.0, "head up"), (7.5, "knees?")], "in the order of their moments");
}

#[test]
fn bends_that_should_come_from_the_back_are_as_asked_and_compared_with_no_others() {
    let world = World::new();
    let set = |number, goal| Happening::SetBegan {
        number,
        drill: Some("box-lift".to_owned()),
        goal,
        purpose: SetPurpose::Practice,
        time: at(0),
    };
    let of_set = |set, happening| match happening {
        Happening::Repetition(kept) => Happening::Repetition(StoredRepetition { set: Some(set), ..kept }),
        other => other,
    };
    let (hips, back) = (Some(Verdict::Hips), Some(Verdict::Back));
    let id = world.session(
        MORNING,
        &[
            set(0, SetGoal::Hips),
            repetition(0, 60.0, hips, Some(40.0)),
            repetition(1, 50.0, back, None),
            set(1, SetGoal::Back),
            of_set(1, repetition(2, 20.0, back, Some(10.0))),
            of_set(1, repetition(3, 20.0, back, Some(10.0))),
            of_set(1, repetition(4, 60.0, hips, Some(10.0))),
            set(2, SetGoal::Any),
            of_set(2, repetition(5, 40.0, None, None)),
        ],
    );
    let store = world.open();
    let entry = store.named(&id).unwrap();
    let session = store.session(&entry).unwrap();
    let as_asked = |session: &Session| session.asked().iter().filter(|asked| asked.is_as_asked()).count();
    assert_eq!((entry.repetitions, entry.as_asked), (6, 4), "one rule, in SQL");
    assert_eq!((session.asked().len(), as_asked(&session)), (6, 4), "and in the program");
    let past = store.history(PersonId(1), Some("box-lift"), None).unwrap().remove(0);
    assert_eq!((past.repetitions, past.from_hips), (3, 1));
    assert_eq!(session.compared().count(), 3);
    let file = world.folder().join("a.bendwise");
    store.export(&entry, &file).unwrap();
    let there = World::new();
    let arrived = there.open().import(None, &file).unwrap().id;
    let arrived = there.open().session(&there.open().named(&arrived).unwrap()).unwrap();
    assert_eq!((arrived.sets, arrived.entry.as_asked), (session.sets, 4));
}

#[test]
fn names_and_notes_are_written_and_taken_away() {
    let world = World::new();
    world.session(MORNING, &[]);
    let store = world.open();
    let entry = store.named("last").unwrap();
    store.rename(&entry, Some("  first try ")).unwrap();
    store.note(&entry, Some("knee felt fine")).unwrap();
    let entry = store.named("last").unwrap();
    assert_eq!((entry.name.as_deref(), entry.note.as_deref()), (Some("first try"), Some("knee felt fine")));
    store.rename(&entry, Some("  ")).unwrap();
    store.note(&entry, None).unwrap();
    let entry = store.named("last").unwrap();
    assert_eq!((entry.name, entry.note), (None, None));
}

#[test]
fn where_nothing_was_ever_kept_nothing_is_made() {
    let world = World::new();
    assert!(Store::find(&world.paths).unwrap().is_none());
    assert!(!world.paths.data.exists());
    world.session(MORNING, &[]);
    assert!(Store::find(&world.paths).unwrap().is_some());
}

#[test]
fn a_place_that_cannot_be_written_to_is_told() {
    let world = World::new();
    fs::create_dir_all(world.paths.data.parent().unwrap()).unwrap();
    fs::write(&world.paths.data, "a file where the folder should be").unwrap();
    let told = Store::open(&world.paths).unwrap_err().to_string();
    assert!(told.contains("sessions cannot be used") && told.contains("BENDWISE_HOME"), "{told}");
}

/// Guards the database format: the file in `tests/golden` must stay unchanged, so that sessions of earlier versions can
/// be read.
#[test]
fn the_rows_of_a_session_stay_what_they_are() {
    let (_world, store) = one_of_each();
    let mut told = String::new();
    for (table, columns, order) in [
        ("sessions", "id, state, began_ms, offset_s, source, plan, width, height, frames, first_ns, last_ns", "key"),
        ("sessions", "samples_lost, pictures_lost, video, origin, missed", "key"),
        ("sets", "number, drill, began_ns, ended_ns", "number"),
        ("repetitions", "number, in_set, start_ns, bottom_ns, end_ns, hip, lumbar, trunk, knee", "number"),
        ("repetitions", "hip_interval, lumbar_interval, verdict, verdict_probability, confidence", "number"),
        ("repetitions", "bottom_hidden, standing_doubt, standing_flaw", "number"),
        ("repetitions", "reach, reach_interval, reach_limited", "number"),
        ("calibrations", "time_ns, kind, pelvis, upper_lumbar, thigh, trunk, knee, lumbar", "rowid"),
        ("events", "time_ns, kind, detail", "rowid"),
        ("sets", "number, goal", "number"),
    ] {
        let quoted: Vec<String> = columns.split(", ").map(|column| format!("quote({column})")).collect();
        let sql = format!("SELECT {} FROM {table} ORDER BY {order}", quoted.join(" || ', ' || "));
        let mut rows = store.database.prepare(&sql).unwrap();
        let rows: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        told += &format!("{table}: {columns}\n{}\n\n", rows.join("\n"));
    }
    assert_eq!(told, include_str!("../../tests/golden/rows.txt"));
    let session = store.session(&store.named("last").unwrap()).unwrap();
    let kept: Vec<Option<Verdict>> = session.repetitions.iter().map(|kept| kept.repetition.verdict).collect();
    assert_eq!(kept, [Some(Verdict::Hips), Some(Verdict::Mixed), Some(Verdict::Back), None]);
}

#[test]
fn a_set_is_judged_by_the_bands_that_counted_at_its_time() {
    let (_world, store) = one_of_each();
    let mut session = store.session(&store.named("last").unwrap()).unwrap();
    let own = Bands::of_range(Angle::radians(0.9375));
    assert_eq!([10, 20, 9000].map(|time| session.bands(at(time))), [Bands::default(), own, own]);
    assert!(session.set_statements().is_empty(), "of the two in the second set the bottom of one was hidden");
    session.repetitions[3].repetition.bottom_hidden = false;
    let statements = session.set_statements();
    let [(1, statement)] = statements[..] else { panic!("only the second set has two repetitions: {statements:?}") };
    assert!(matches!(statement.outcome, SetOutcome::From(Verdict::Hips, _)) && statement.count == 2, "{statement:?}");
    session.events.push((at(30), REQUEST.to_owned(), ChainRequest::AwaitFullBend(true).code().to_owned()));
    assert_eq!([20, 30].map(|time| session.bands(at(time))), [own, Bands::default()], "asked for again");
    assert!(!matches!(session.set_statements()[0].1.outcome, SetOutcome::From(Verdict::Hips, _)));
}

#[test]
fn the_words_for_how_a_session_stands_stay_what_they_are() {
    let world = World::new();
    let words = || -> Vec<String> {
        let database = database::open(&world.folder()).unwrap();
        let mut rows = database.prepare("SELECT state FROM sessions ORDER BY key").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    world.session(MORNING, &[]);
    let mut recording = world.begin(EVENING);
    let arriving = world.open().begin_import(&beginning(NEXT_DAY), "").unwrap();
    assert_eq!(words(), ["finished", "recording", "arriving"]);
    recording.keep(&[frame(0)], &[]).unwrap();
    drop((recording, arriving));
    drop(Store::open(&world.paths).unwrap());
    assert_eq!(words(), ["finished", "recovered"], "what was on its way in is gone");
}
