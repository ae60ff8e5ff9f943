use super::tests::{World, at, beginning, frame, repetition, set_of};
use super::*;
use crate::coach::{PersonalRange, Verdict};
use crate::geometry::build::{Build, KnownBuild};
use crate::geometry::{Bend, HalfWidth90};
use crate::prescription::given::GivenPrescription;
use crate::spine::Facing;
use euclid::Angle;
use std::time::Duration;

const DAY: &str = "2026-11-16T08:05:00+01:00[+01:00]";
const NEXT: &str = "2026-11-17T08:05:00+01:00[+01:00]";

/// Stores a session of a person with one repetition of a drill whose hips bend this far.
fn session(world: &World, person: &Person, when: &str, drill: &str, hips: f32) -> SessionEntry {
    let new = NewSession { person: Some(person.id), ..beginning(when) };
    let mut writer = world.open().begin(&new).unwrap();
    let id = writer.id().to_owned();
    let happened = [set_of(Some(drill)), repetition(0, hips, Some(Verdict::Hips), Some(hips))];
    writer.keep(&[frame(0), frame(1)], &happened).unwrap();
    assert!(writer.finish(LostCounts::default()).unwrap());
    world.open().named(&id).unwrap()
}

fn two() -> (World, Store, Person, Person) {
    let world = World::new();
    let store = world.open();
    let (anna, ben) = (store.add_person("Anna").unwrap(), store.add_person("Ben").unwrap());
    (world, store, anna, ben)
}

#[test]
fn whoever_was_forgotten_meanwhile_is_not_changed_in_silence() {
    let (_world, store, _, ben) = two();
    store.forget(&ben).unwrap();
    let taller = Person { height: Some(1.8), ..ben };
    let told = store.change_person(&taller);
    assert!(matches!(told, Err(StoreError::UnknownPerson { .. })), "{told:?}");
}

#[test]
fn whoever_is_there_first_gets_the_first_name_and_names_are_told_apart() {
    let (_world, store, anna, ben) = two();
    assert_eq!(store.persons().unwrap(), [anna.clone(), ben.clone()], "nobody without a name is left");
    assert_eq!(store.person("anna").unwrap(), anna);
    assert_eq!(store.person(&ben.pseudonym).unwrap(), ben);
    assert!(anna.pseudonym.starts_with("p-") && anna.pseudonym != ben.pseudonym && anna.uid != ben.uid);
    let said = |result: Result<Person, StoreError>| result.unwrap_err().to_string();
    assert!(said(store.person("Anne")).contains("There is no person Anne, did you mean Anna?"));
    assert!(said(store.add_person(" ANNA ")).contains("Anna is here already"));
    for (name, why) in [("", "is empty"), ("last", "means something else"), (&"a".repeat(41), "more than 40 letters")] {
        assert!(said(store.add_person(name)).contains(why), "{name}");
    }
    for marks in ["\u{301}", "\u{301} \u{200d}"] {
        assert!(said(store.add_person(marks)).ends_with("that is seen by itself: give another name"), "{marks:?}");
    }
    assert!(said(store.add_person("A\u{202e}b")).contains("Character 2"));
    assert!(said(store.person_or_only(None)).contains("(Anna, Ben): say who it is with --person NAME"));
    let renamed = Person { name: Some("Änne".to_owned()), height: Some(1.71), side: Some(Facing::Left), ..anna };
    store.change_person(&renamed).unwrap();
    assert_eq!(store.person("änne").unwrap(), renamed);
    assert!(store.change_person(&Person { name: Some("ben".to_owned()), ..renamed }).is_err());
}

#[test]
fn sessions_that_were_there_before_persons_are_of_somebody_without_a_name() {
    let world = World::new();
    let only = world.open().person_or_only(None).unwrap();
    let kept = session(&world, &only, DAY, "bow", 60.0);
    let anna = world.open().add_person("Anna").unwrap();
    assert!(only.name.is_none() && kept.person == only.id && anna.id != only.id);
    let unsaid = world.open().begin(&beginning(NEXT)).unwrap_err().to_string();
    assert!(unsaid.contains(&only.pseudonym) && unsaid.contains("Anna"), "{unsaid}");
}

#[test]
fn what_is_compared_over_time_never_crosses_persons() {
    let (world, store, anna, ben) = two();
    let hers = session(&world, &anna, DAY, "bow", 60.0);
    let his = session(&world, &ben, NEXT, "bow", 30.0);
    let other = session(&world, &ben, NEXT, "dowel", 30.0);
    let history = |person: &Person| store.history(person.id, Some("bow"), None).unwrap();
    let ids = |person: &Person| history(person).into_iter().map(|past| past.id).collect::<Vec<_>>();
    assert_eq!((ids(&anna), ids(&ben)), (vec![hers.id.clone()], vec![his.id.clone()]));
    assert_eq!(history(&anna)[0].depth.unwrap().value.round(), 60.0);
    assert_eq!((store.history_length(anna.id, Some("bow")).unwrap(), store.drills(anna.id).unwrap().len()), (1, 1));
    assert_eq!(store.last_of(ben.id, Some("bow"), None).unwrap().unwrap().id, his.id);
    assert_eq!(store.last_of(ben.id, Some("bow"), Some(&his)).unwrap(), None, "hers is earlier, but not his");
    assert_eq!(store.last_guided(anna.id, "bow").unwrap().unwrap().id, hers.id);
    let last = |person: &Person| store.session_of(Some(person.id), "last").unwrap();
    assert_eq!((last(&anna), last(&ben), store.named("last").unwrap()), (hers.clone(), other.clone(), other));
    let crossed = store.session_of(Some(anna.id), &his.id).unwrap_err().to_string();
    assert!(crossed.contains("belongs to Ben: say so with --person \"Ben\""), "{crossed}");
}

/// With thousands of sessions kept, nobody may wait for one person's newest.
#[test]
fn a_persons_sessions_are_found_by_their_index() {
    let (_world, store, anna, _) = two();
    let plan = |filter: &SessionFilter<'_>| {
        let sql =
            format!("EXPLAIN QUERY PLAN SELECT key FROM sessions WHERE {} ORDER BY began_ms DESC", filter.taken());
        let values = rusqlite::params![filter.person.map(|person| person.0), filter.drill, 0];
        store.database.query_row(&sql, values, |row| row.get::<_, String>(3)).unwrap()
    };
    let hers = SessionFilter { person: Some(anna.id), ..SessionFilter::default() };
    assert_eq!(plan(&hers), "SEARCH sessions USING INDEX sessions_by_person (person=?)");
    let since = SessionFilter { since: Some(jiff::Timestamp::UNIX_EPOCH), ..hers };
    assert_eq!(plan(&since), "SEARCH sessions USING INDEX sessions_by_person (person=? AND began_ms>?)");
}

#[test]
fn sessions_are_found_by_name_person_drill_and_day() {
    let (world, store, anna, ben) = two();
    let hers = session(&world, &anna, DAY, "bow", 60.0);
    let his = session(&world, &ben, NEXT, "dowel", 30.0);
    assert!(matches!(store.rename(&hers, Some("\u{301}")), Err(StoreError::UnfitName { .. })));
    store.rename(&hers, Some("First try")).unwrap();
    assert_eq!(store.named("first TRY").unwrap().id, hers.id);
    let unknown = store.named("first trie").unwrap_err().to_string();
    assert!(unknown.contains("did you mean First try?"), "{unknown}");
    store.rename(&hers, Some("\u{dc}bung am Morgen")).unwrap();
    for asked in ["\u{fc}BUNG AM MORGEN", "u\u{308}bung  am morgen", "U\u{308}bung am Morgen"] {
        assert_eq!(store.named(asked).unwrap().id, hers.id, "{asked}");
    }
    store.rename(&hers, Some("First try")).unwrap();
    store.rename(&his, Some("first try")).unwrap();
    let several = store.named("first try").unwrap_err().to_string();
    assert!(several.contains(&hers.id) && several.contains(&his.id), "{several}");
    assert_eq!(store.session_of(Some(ben.id), "first try").unwrap().id, his.id);
    let found = |filter: SessionFilter<'_>| {
        assert_eq!(
            store.count(&filter).unwrap(),
            store.select(&SessionFilter { limit: None, ..filter }).unwrap().len()
        );
        store.select(&filter).unwrap().into_iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    let all = SessionFilter::default();
    assert_eq!(found(all.clone()), [his.id.clone(), hers.id.clone()]);
    assert_eq!(found(SessionFilter { limit: Some(1), ..all.clone() }), [his.id.as_str()]);
    assert_eq!(found(SessionFilter { person: Some(anna.id), ..all.clone() }), [hers.id.as_str()]);
    assert_eq!(found(SessionFilter { drill: Some("dowel"), ..all.clone() }), [his.id.as_str()]);
    assert_eq!(found(SessionFilter { since: Some(his.began.timestamp()), ..all }), [his.id]);
}

#[test]
fn a_bend_that_shows_what_stayed_is_no_practice() {
    let (world, store, anna, _) = two();
    let hers = session(&world, &anna, DAY, "bow", 60.0);
    store.database.execute("UPDATE sets SET purpose = 'retention'", []).unwrap();
    assert_eq!((store.history(anna.id, Some("bow"), None).unwrap(), store.drills(anna.id).unwrap()), (vec![], vec![]));
    assert_eq!(store.last_of(anna.id, Some("bow"), None).unwrap(), None);
    assert_eq!(store.last_guided(anna.id, "bow").unwrap(), None);
    assert_eq!(store.session(&hers).unwrap().repetitions.len(), 1, "but it is kept");
}

#[test]
fn whoever_is_forgotten_is_in_no_byte_of_the_store_and_the_others_are() {
    let (world, store, anna, ben) = two();
    for (person, marker) in [(&anna, "marker-anna"), (&ben, "marker-ben")] {
        for when in [DAY, NEXT] {
            let entry = session(&world, person, when, "bow", 60.0);
            store.note(&entry, Some(marker)).unwrap();
            fs::create_dir_all(&entry.folder).unwrap();
            fs::write(entry.folder.join("video.mp4"), marker).unwrap();
        }
        store.change_person(&Person { name: Some(marker.to_owned()), ..person.clone() }).unwrap();
    }
    let found = |marker: &str| world.bytes().windows(marker.len()).any(|window| window == marker.as_bytes());
    assert!(found("marker-anna") && found("marker-ben"));
    assert_eq!(store.forget(&anna).unwrap(), Wiped::Wholly);
    assert!(!found("marker-anna") && found("marker-ben"));
    assert!(!found(&anna.pseudonym) && !found(&anna.uid) && found(&ben.pseudonym));
    let left = store.list().unwrap();
    assert!(left.len() == 2 && left.iter().all(|entry| entry.person == ben.id));
    assert_eq!(store.forget(&ben).unwrap(), Wiped::Wholly);
    assert!(!found("marker-ben") && store.faults().unwrap().is_empty());
    let [nobody] = &store.persons().unwrap()[..] else { panic!("nobody is left to practise") };
    assert!(nobody.name.is_none() && nobody.uid != ben.uid);
}

#[test]
fn the_newest_full_bend_is_the_person_s_with_its_error() {
    let (world, store, anna, ben) = two();
    for (when, lumbar) in [(DAY, 50.0), (NEXT, 60.0)] {
        let [lumbar_flexion, error] = [lumbar, 5.0].map(Angle::degrees);
        let bend = Bend { lumbar_flexion, ..Bend::default() };
        let error = HalfWidth90 { lumbar_flexion: error, ..HalfWidth90::default() };
        let range = PersonalRange::of(&bend, &error).unwrap();
        let new = NewSession { person: Some(anna.id), ..beginning(when) };
        let mut writer = world.open().begin(&new).unwrap();
        writer.keep(&[frame(0)], &[Happening::FullBend { time: at(2000), range }]).unwrap();
        writer.finish(LostCounts::default()).unwrap();
    }
    let found = store.person("Anna").unwrap().full_bend.unwrap();
    assert_eq!((found.lumbar.to_degrees().round(), found.half_width_90.to_degrees().round()), (60.0, 5.0));
    assert_eq!(found.measured.to_string(), "2026-11-17T07:05:02Z");
    assert_eq!(store.person_with(ben.id).unwrap().full_bend, None);
}

/// As by a kill: what was deleted until then is overwritten by the next start.
#[test]
fn whoever_is_forgotten_by_halves_leaves_word_of_it() {
    let (world, store, anna, _) = two();
    session(&world, &anna, DAY, "bow", 1.0);
    let stop = "CREATE TRIGGER stop BEFORE DELETE ON persons BEGIN SELECT RAISE(ABORT, 'on purpose'); END";
    store.database.execute_batch(stop).unwrap();
    store.forget(&anna).unwrap_err();
    assert!(store.list().unwrap().is_empty(), "the session was reached");
    let word = store.folder.join("unwiped");
    assert!(word.exists());
    drop(store);
    drop(world.open());
    assert!(!word.exists(), "the next start has written the database anew");
}

/// As where the folder of a session is not this user's, or a disk fails: what could not be deleted is no longer listed.
#[test]
fn whoever_is_forgotten_leaves_no_files_that_nobody_knows_of() {
    let (world, store, anna, ben) = two();
    let hers = session(&world, &anna, DAY, "bow", 60.0);
    fs::write(&hers.folder, "no folder, so that it cannot be removed as one").unwrap();
    assert!(matches!(store.delete(&hers), Err(StoreError::File { .. })));
    assert_eq!(store.list().unwrap(), []);
    assert!(matches!(store.forget(&anna), Err(StoreError::File { .. })), "her film would have stayed for good");
    assert_eq!(store.person("Anna").unwrap(), anna);
    fs::remove_file(&hers.folder).unwrap();
    fs::create_dir(&hers.folder).unwrap();
    fs::write(hers.folder.join("video.mp4"), "film").unwrap();
    assert_eq!(store.forget(&anna).unwrap(), Wiped::Wholly);
    assert!(!hers.folder.exists());
    assert_eq!(store.persons().unwrap(), [ben]);
}

#[test]
fn nobody_is_taken_for_whoever_was_forgotten_before() {
    let (world, store, anna, ben) = two();
    store.forget(&ben).unwrap();
    std::thread::sleep(Duration::from_millis(2)); // the clock by which they are told apart
    let cleo = store.add_person("Cleo").unwrap();
    assert!(cleo.id != ben.id && cleo.id != anna.id);
    let late = NewSession { person: Some(ben.id), ..beginning(DAY) };
    assert!(world.open().begin(&late).is_err(), "a window that was open meanwhile keeps nothing of his as hers");
    assert_eq!(store.list().unwrap(), []);
}

#[test]
fn a_day_is_one_by_the_clock_where_a_session_was() {
    let (world, store, anna, _) = two();
    let tokyo = session(&world, &anna, "2026-11-16T07:30:00+09:00[+09:00]", "bow", 60.0);
    let hawaii = session(&world, &anna, "2026-11-15T23:30:00-10:00[-10:00]", "bow", 60.0);
    assert!(tokyo.began < hawaii.began && tokyo.id == "2026-11-16" && hawaii.id == "2026-11-15");
    let found = |day| {
        let filter = SessionFilter { person: Some(anna.id), from_day: Some(day), ..SessionFilter::default() };
        let ids: Vec<_> = store.select(&filter).unwrap().into_iter().map(|entry| entry.id).collect();
        assert_eq!(store.count(&filter).unwrap(), ids.len());
        ids
    };
    let day = |day| jiff::civil::date(2026, 11, day);
    assert_eq!(found(day(15)), ["2026-11-15", "2026-11-16"]);
    assert_eq!(found(day(16)), ["2026-11-16"]);
    assert_eq!(found(day(17)), [""; 0]);
    assert_eq!((found(jiff::civil::Date::MIN).len(), found(jiff::civil::Date::MAX).len()), (2, 0));
}

/// A session writes every second, and whoever has read cannot wait for it.
#[test]
fn a_prescription_that_arrives_waits_for_whoever_writes() {
    let (world, store, anna, _) = two();
    let other = world.open();
    other.database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let writes = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        other.database.execute_batch("COMMIT").unwrap();
    });
    let given = jiff::Timestamp::UNIX_EPOCH;
    let arrived = GivenPrescription { given, text: "person = \"Anna\"".to_owned(), ended: None };
    assert!(store.receive_prescription(anna.id, &arrived, None, given).unwrap());
    writes.join().unwrap();
    assert_eq!(store.prescriptions(anna.id).unwrap().len(), 1);
}

#[test]
fn what_was_given_anew_after_an_end_goes_on_also_on_the_same_day_and_what_was_given_before_it_stays_ended() {
    let moment = |time: &str| format!("2026-11-20T{time}:00Z").parse::<jiff::Timestamp>().unwrap();
    let ended = Some(jiff::civil::date(2026, 11, 21));
    let given =
        |time: &str, ended| GivenPrescription { given: moment(time), text: "person = \"Anna\"".to_owned(), ended };
    let (first, late, anew) = (given("08:00", None), given("09:00", None), given("11:00", None));
    let end = given("08:00", ended);
    let now = moment("12:00");
    let goes_on = |store: &Store, person: PersonId| -> Vec<_> {
        let kept = store.prescriptions(person).unwrap().into_iter();
        kept.filter(|kept| kept.ended.is_none()).map(|kept| kept.received).collect()
    };
    // In whatever order the end and what is given anew arrive.
    for end_first in [true, false] {
        let (_world, store, anna, _) = two();
        let receive = |one: &GivenPrescription, before: Option<&GivenPrescription>| {
            store.receive_prescription(anna.id, one, before, now).unwrap()
        };
        assert!(receive(&first, None));
        if end_first {
            assert!(receive(&end, None));
            assert!(!receive(&late, None), "it has ended here since");
            assert!(goes_on(&store, anna.id).is_empty());
        }
        assert!(receive(&anew, Some(&end)));
        receive(&end, None);
        assert!(!receive(&late, None) && !receive(&anew, Some(&end)));
        assert_eq!(goes_on(&store, anna.id), [anew.given], "{end_first}");
    }
}

#[test]
fn somebody_who_is_being_recorded_is_not_forgotten() {
    let (world, store, anna, _) = two();
    let mut writer = world.open().begin(&NewSession { person: Some(anna.id), ..beginning(DAY) }).unwrap();
    writer.keep(&[frame(0)], &[]).unwrap();
    assert!(matches!(store.forget(&anna), Err(StoreError::Recording { .. })));
    writer.finish(LostCounts::default()).unwrap();
    assert_eq!(store.forget(&anna).unwrap(), Wiped::Wholly);
    assert_eq!(store.list().unwrap(), []);
}

#[test]
fn who_practised_last_is_asked_first_and_a_session_that_has_begun_is_given_to_whoever_it_is() {
    let (world, store, anna, ben) = two();
    let cleo = store.add_person("Cleo").unwrap();
    session(&world, &anna, DAY, "bow", 60.0);
    let theirs = session(&world, &ben, NEXT, "bow", 30.0);
    let names = || store.persons_by_last().unwrap().into_iter().map(|person| person.name.unwrap()).collect::<Vec<_>>();
    assert_eq!(names(), ["Ben", "Anna", "Cleo"]);
    store.give_session(&theirs.id, cleo.id, Some("dowel")).unwrap();
    let given = store.named(&theirs.id).unwrap();
    assert_eq!((given.person, given.plan.as_deref()), (cleo.id, Some("dowel")));
    assert_eq!(names(), ["Cleo", "Anna", "Ben"]);
    assert!(store.history(ben.id, Some("bow"), None).unwrap().is_empty());
}

#[test]
fn the_build_of_a_person_is_learnt_session_by_session_unless_it_may_be_somebody_else() {
    let (world, _, anna, ben) = two();
    let (adult, child) = ([0.76_f32, 0.75, 0.38].map(f32::ln), [0.66_f32, 0.69, 0.58].map(f32::ln));
    let learn = |person: &Person, build, sure| {
        let new = NewSession { person: Some(person.id), ..beginning(DAY) };
        let mut writer = world.open().begin(&new).unwrap();
        writer.keep(&[frame(0)], &[Happening::Build { build: Build(build), sure }]).unwrap();
        writer.finish(LostCounts::default()).unwrap();
        world.open().person_with(person.id).unwrap().build
    };
    let sessions = |known: Option<KnownBuild>| known.map(|known| known.sessions);
    assert_eq!(sessions(learn(&anna, adult, false)), Some(1));
    assert_eq!(sessions(learn(&anna, adult, false)), Some(2));
    assert_eq!(sessions(learn(&anna, child, false)), Some(2), "nobody said that it is her");
    let mixed = learn(&anna, child, true);
    assert_eq!(sessions(mixed), Some(3), "she said so");
    assert!(mixed.unwrap().mean.0[2] > adult[2]);
    assert_eq!(sessions(learn(&ben, child, false)), Some(1), "each has their own");
    let store = world.open();
    let of = |person: &Person| SessionFilter { person: Some(person.id), ..SessionFilter::default() };
    let build = |person: &Person| store.person_with(person.id).unwrap().build;
    let hers = store.select(&of(&anna)).unwrap();
    for (number, session) in hers.iter().enumerate() {
        assert!(build(&anna).is_some(), "{number} are deleted");
        store.delete(session).unwrap();
    }
    assert_eq!((build(&anna), sessions(build(&ben))), (None, Some(1)), "it goes with the last of their sessions");
}

#[test]
fn answers_go_with_a_session_that_is_given_to_another() {
    let (world, store, anna, ben) = two();
    let hers = session(&world, &anna, DAY, "bow", 60.0);
    let score = Score {
        given: hers.began.timestamp(),
        instrument: Instrument::NrsBefore,
        version: "1".into(),
        item: String::new(),
        wording: "How is your back?".into(),
        value: Some(3.0),
        session: None,
    };
    store.add_score(anna.id, Some(&hers), &score).unwrap();
    store.give_session(&hers.id, ben.id, Some("bow")).unwrap();
    assert_eq!((store.scores(anna.id).unwrap().len(), store.scores(ben.id).unwrap().len()), (0, 1));
}

#[test]
fn a_session_goes_to_another_with_its_full_bend_and_its_re_measurement_and_comes_back() {
    let (world, store, anna, ben) = two();
    let (error, bend) = (Angle::degrees(5.0), Angle::degrees(60.0));
    let bend = Bend { lumbar_flexion: bend, ..Bend::default() };
    let error = HalfWidth90 { lumbar_flexion: error, ..HalfWidth90::default() };
    let range = PersonalRange::of(&bend, &error).unwrap();
    let build = Happening::Build { build: Build([0.1, 0.2, 0.3]), sure: true };
    let mut writer = world.open().begin(&NewSession { person: Some(anna.id), ..beginning(DAY) }).unwrap();
    let last = frame(90);
    let full_bend = Happening::FullBend { time: last.time, range };
    writer.keep(&[frame(0), last], &[full_bend, build]).unwrap();
    writer.finish(LostCounts::default()).unwrap();
    let hers = store.named("last").unwrap();
    let mut again = world.open().begin_remeasurement(&hers).unwrap();
    again.keep(&[frame(0)], &[]).unwrap();
    again.finish(LostCounts::default()).unwrap();
    let known = |person: &Person| {
        let person = store.person_with(person.id).unwrap();
        let filter = SessionFilter { person: Some(person.id), ..SessionFilter::default() };
        (store.count(&filter).unwrap(), person.full_bend.is_some(), person.build.is_some())
    };
    assert_eq!((known(&anna), known(&ben)), ((2, true, true), (0, false, false)));
    store.hand_over(&hers, ben.id).unwrap();
    assert_eq!((known(&anna), known(&ben)), ((0, false, false), (2, true, true)), "the build is the session's");
    let given = store.named(&hers.id).unwrap();
    assert_eq!(store.session(&given).unwrap().asked_whether_same(), Some("given"));
    store.hand_over(&given, anna.id).unwrap();
    assert_eq!((known(&anna), known(&ben)), ((2, true, true), (0, false, false)));
}

#[test]
fn the_build_of_a_person_is_what_the_sessions_say_that_are_theirs() {
    let (world, store, anna, ben) = two();
    let keep = |person: &Person, build: [f32; 3], sure| {
        let mut writer = world.open().begin(&NewSession { person: Some(person.id), ..beginning(DAY) }).unwrap();
        let id = writer.id().to_owned();
        writer.keep(&[frame(0)], &[Happening::Build { build: Build(build), sure }]).unwrap();
        writer.finish(LostCounts::default()).unwrap();
        world.open().named(&id).unwrap()
    };
    let build = |person: &Person| {
        let known = store.person_with(person.id).unwrap().build;
        known.map(|known| (known.sessions, known.mean.0.map(|ratio| (1e3 * ratio).round())))
    };
    let hers = [keep(&anna, [0.1, 0.2, 0.3], true), keep(&anna, [0.3, 0.4, 0.5], true)];
    keep(&ben, [0.6, 0.6, 0.6], true);
    let before = (build(&anna), build(&ben));
    assert_eq!(before, (Some((2, [200.0, 300.0, 400.0])), Some((1, [600.0; 3]))));
    store.hand_over(&hers[1], ben.id).unwrap();
    assert_eq!((build(&anna), build(&ben)), (Some((1, [100.0, 200.0, 300.0])), Some((2, [450.0, 500.0, 550.0]))));
    store.hand_over(&store.named(&hers[1].id).unwrap(), anna.id).unwrap();
    assert_eq!((build(&anna), build(&ben)), before, "it comes back with the session");
    // What is in doubt counts nowhere until somebody says whose it is.
    let doubted = keep(&anna, [3.0, 3.0, 3.0], false);
    assert_eq!((build(&anna), build(&ben)), before);
    store.hand_over(&doubted, ben.id).unwrap();
    assert_eq!(build(&ben).unwrap().0, 2);
    store.delete(&store.named(&doubted.id).unwrap()).unwrap();
    store.delete(&hers[0]).unwrap();
    assert_eq!((build(&anna), build(&ben)), (Some((1, [300.0, 400.0, 500.0])), before.1));
}

#[test]
fn a_question_counts_as_asked_in_a_session_of_that_person_answered_or_left_out() {
    let (world, store, anna, ben) = two();
    let hers = session(&world, &anna, DAY, "bow", 60.0);
    let began = hers.began.timestamp();
    let (earlier, later) =
        (began - jiff::SignedDuration::from_hours(7 * 24), began + jiff::SignedDuration::from_hours(1));
    let score = |instrument, value| Score {
        given: began,
        instrument,
        version: "1".into(),
        item: String::new(),
        wording: String::new(),
        value,
        session: None,
    };
    let asked =
        |person: &Person, instrument: Instrument, since| store.was_asked(person.id, instrument.word(), since).unwrap();
    store.add_score(anna.id, None, &score(Instrument::NrsWeek, Some(3.0))).unwrap();
    assert!(!asked(&anna, Instrument::NrsWeek, earlier), "what is typed in was not asked");
    store.add_score(anna.id, Some(&hers), &score(Instrument::NrsWeek, None)).unwrap();
    assert!(asked(&anna, Instrument::NrsWeek, earlier) && asked(&anna, Instrument::NrsWeek, began));
    assert!(!asked(&anna, Instrument::NrsWeek, later), "that is longer ago");
    assert!(!asked(&anna, Instrument::Psfs, earlier) && !asked(&ben, Instrument::NrsWeek, earlier));
}
