//! A stored session is re-measured: both results are there, and survive export and import.

use bendwise::app_dirs::Paths;
use bendwise::coach::ChainRequest::{self, AwaitFullBend, Face, Recalibrate};
use bendwise::geometry::State;
use bendwise::inference::{Runtime, models};
use bendwise::pipeline::{Chain, Observation};
use bendwise::pose::Landmarker;
use bendwise::recording::Size;
use bendwise::source::{self, Delivery, Options, Selection, Timestamp};
use bendwise::store::recorder::Recorder;
use bendwise::store::{NewSession, SessionEntry, SessionState, Store, StoredCalibration};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, demo, one_bend};
use crate::fails;

fn sessions(world: &World) -> Vec<SessionEntry> {
    Store::open(&world.paths()).unwrap().0.list().unwrap()
}

#[test]
fn a_remeasured_session_is_there_twice() {
    let world = World::new();
    let bendwise = |arguments: &[&str]| world.bare_bendwise().arg("sessions").args(arguments).assert();
    world.keep_demo("small");
    let done = world.bendwise().args(["sessions", "remeasure"]).assert().success();
    done.stdout(contains("Re-measured as 20").and(contains("were not measured").not()));
    let kept = sessions(&world);
    let [first, remeasured] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(
        (remeasured.origin.as_ref(), &remeasured.video, remeasured.state),
        (Some(&first.uid), &first.video, SessionState::Finished)
    );
    assert_eq!((remeasured.frames, remeasured.missed, &remeasured.began), (first.frames, 0, &first.began));
    assert_eq!((first.repetitions, remeasured.repetitions), (4, 4));

    // Each frame at its own time; as far apart as the small video lets them be.
    let (store, _) = Store::open(&world.paths()).unwrap();
    let (old, new) = (store.samples(first).unwrap(), store.samples(remeasured).unwrap());
    let mut differences = Vec::new();
    for (old, new) in old.iter().zip(&new) {
        assert_eq!((old.time, old.number, new.pictured), (new.time, new.number, true));
        if let Some((old, new)) = old.filtered.zip(new.filtered) {
            differences.push((old.hip_flexion - new.hip_flexion).to_degrees().abs());
        }
    }
    differences.sort_by(f32::total_cmp);
    let median = differences[differences.len() / 2];
    assert!(differences.len() > 100 && median < 3.0, "{median}");
    eprintln!("hip flexion, first and anew: median difference {median}°, largest {:?}°", differences.last());
    drop(store);

    bendwise(&["show", "last"]).success().stdout(contains(format!("Re-measured as {} by bendwise", remeasured.id)));
    bendwise(&["show", &remeasured.id]).success().stdout(contains(format!("from the video of {}", first.id)));
    bendwise(&[]).success().stdout(contains("(re-measured)"));
    // On another machine it is a session with its video.
    let there = World::new();
    let file = world.path("a.bendwise");
    bendwise(&["export", &remeasured.id, "-o", file.to_str().unwrap()]).success();
    there.bare_bendwise().args(["sessions", "import"]).arg(&file).assert().success();
    let [arrived] = sessions(&there).try_into().unwrap();
    assert!(arrived.video.is_some_and(|video| video.exists()) && arrived.origin.as_ref() == Some(&first.uid));
    there.bare_bendwise().args(["sessions", "show", "last"]).assert().stdout(contains("a session that is not here"));

    bendwise(&["delete", "last", "--yes"])
        .success()
        .stdout(contains(first.id.as_str()).and(contains(remeasured.id.as_str())));
    assert_eq!(sessions(&world), []);
}

#[test]
fn re_measured_twice_a_session_says_the_same_twice() {
    let world = World::new();
    world.bendwise().args(["analyze", "--keep"]).arg(one_bend(&world)).assert().success();
    let first = sessions(&world)[0].id.clone();
    for _ in 0..2 {
        world.bendwise().args(["sessions", "remeasure", &first]).assert().success();
    }
    let (store, _) = Store::open(&world.paths()).unwrap();
    let remeasured: Vec<_> = sessions(&world).into_iter().filter(|session| session.origin.is_some()).collect();
    let [once, again] = remeasured.as_slice() else { panic!("{remeasured:?}") };
    let [once, again] = [once, again].map(|session| format!("{:?}", store.samples(session).unwrap()));
    assert!(once.len() > 10_000 && once == again);
}

/// What is asked of the measurement in a session of the demo, whose third bend is one from the back: as soon as so many
/// repetitions are done, and as many ranges known.
fn asked(observation: &Observation, before: usize) -> Option<ChainRequest> {
    let progress = &observation.progress;
    let facing = observation.back.as_ref().map(|dorsal| dorsal.facing);
    let done = (progress.repetitions.len(), usize::from(progress.range.is_some()));
    let due = [(0, 0), (1, 0), (1, 0), (1, 0), (2, 0), (2, 1), (3, 1), (3, 0)]; // the last full bend forgets the range
    let asked = [
        Recalibrate,
        Face(facing),
        AwaitFullBend(true),
        AwaitFullBend(false),
        AwaitFullBend(true),
        Recalibrate,
        AwaitFullBend(true),
        Face(None),
    ];
    let stands = observation.measurement.standing.is_some();
    asked.get(before).copied().filter(|_| stands && done == due[before])
}

/// Keeps the demo as a session in which all of that was asked for.
fn kept_with_requests(world: &World) -> Vec<(Timestamp, ChainRequest)> {
    let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
    let mut chain = Chain::open(&runtime, &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let mut source = source::open(&Selection::Files(vec![demo()]), &Options::default()).unwrap();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let began = "2026-11-22T08:05:00+01:00[Europe/Berlin]".parse().unwrap();
    let session = store.begin(&NewSession { began, source: "Webcam".to_owned(), plan: None, person: None }).unwrap();
    let (mut recorder, _) = Recorder::start(session, true, Some(Size::Small)).unwrap();
    let (mut pending, mut done) = (None, Vec::new());
    while let Delivery::Frame(frame) = source.next().unwrap() {
        done.extend(pending.take().map(|request| (frame.time, request)));
        let observation = chain.observe(frame).unwrap();
        recorder.observe(&observation, None);
        pending = asked(&observation, done.len());
        pending.into_iter().for_each(|request| chain.request(request));
    }
    recorder.finish(0);
    done
}

#[test]
fn all_that_was_asked_of_the_measurement_is_asked_again_before_the_same_frame() {
    let world = World::new();
    let asked = kept_with_requests(&world);
    let kinds: Vec<ChainRequest> = asked.iter().map(|(_, request)| *request).collect();
    let [Recalibrate, Face(Some(_)), AwaitFullBend(true), AwaitFullBend(false), AwaitFullBend(true), Recalibrate, ..] =
        kinds[..]
    else {
        panic!("{asked:?}")
    };
    assert_eq!(kinds[6..], [AwaitFullBend(true), Face(None)]);
    world.bendwise().args(["sessions", "remeasure", "last"]).assert().success();
    let kept = sessions(&world);
    let (store, _) = Store::open(&world.paths()).unwrap();
    for entry in kept.iter().rev() {
        let session = store.session(entry).unwrap();
        assert_eq!(session.requests().collect::<Vec<_>>(), asked, "{}", entry.id);
        let is_range = |calibration: &StoredCalibration| matches!(calibration, StoredCalibration::Range(_));
        let ranges = session.calibrations.iter().filter(|(_, calibration)| is_range(calibration)).count();
        assert_eq!((entry.repetitions, ranges), (3, 1), "{}: the third bend is a full one", entry.id);
        let samples = store.samples(entry).unwrap();
        let recalibrated = asked.iter().filter(|(_, request)| *request == Recalibrate).map(|(time, _)| *time);
        if entry.origin.is_none() {
            // The standing posture was lost with each of those frames, and with no other after it was first known.
            let lost = samples.windows(2).filter(|pair| pair[0].stood && !pair[1].stood).map(|pair| pair[1].time);
            assert_eq!(lost.collect::<Vec<_>>(), recalibrated.collect::<Vec<_>>(), "{}", entry.id);
            assert!(samples.iter().any(|sample| sample.state == State::Calibrating));
        } else {
            // A survey knows the standing posture of each stretch from its first frame on.
            let standings = session.calibrations.iter().filter(|(_, calibration)| !is_range(calibration));
            let expected: Vec<_> = [samples[0].time].into_iter().chain(recalibrated).collect();
            assert_eq!(standings.map(|(time, _)| *time).collect::<Vec<_>>(), expected, "{}", entry.id);
            assert!(samples.iter().all(|sample| sample.state != State::Calibrating));
        }
    }
}

#[test]
fn without_a_video_there_is_nothing_to_measure() {
    let world = World::new();
    world.keep_demo("off");
    fails(world.bendwise().args(["sessions", "remeasure", "last"]).assert(), &["was kept without a video"]);
    assert_eq!(sessions(&world).len(), 1);
}
