//! Sessions are stored completely, whatever happens to the program and the disk, until they are deleted.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bendwise::geometry::State;
use bendwise::source::{self, Delivery, Options, Selection};
use bendwise::store::{self, RecoveryNotice, SessionEntry, Store};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, demo, demo_pictures, one_bend, two_bends};
use crate::fails;

/// Frames of twenty minutes at 30 a second.
const TWENTY_MINUTES: f64 = 20.0 * 60.0 * 30.0;

fn store(world: &World) -> (Store, Vec<RecoveryNotice>) {
    Store::open(&world.paths()).unwrap()
}

fn sessions(world: &World) -> Vec<SessionEntry> {
    store(world).0.list().unwrap()
}

/// When each picture of a video is shown, seconds.
fn played(video: &Path) -> Vec<f64> {
    let mut source = source::open(&Selection::Files(vec![video.to_owned()]), &Options::default()).unwrap();
    let next = || match source.next().unwrap() {
        Delivery::Frame(frame) => Some(frame.time.as_secs_f64()),
        _ => None,
    };
    std::iter::from_fn(next).collect()
}

/// The first pictures of the demo in a folder of their own.
fn short(world: &World, pictures: usize) -> PathBuf {
    for (number, picture) in demo_pictures(pictures).iter().enumerate() {
        world.picture(&format!("short/{number:03}.png"), picture);
    }
    world.path("short")
}

#[test]
fn a_kept_session_gives_the_very_files_that_the_analysis_gives() {
    let world = World::new();
    world.keep_demo("small");
    for (format, file) in [("csv", "analysis/samples.csv"), ("json", "analysis/summary.json")] {
        let again = world.path(&format!("again.{format}"));
        let export = world.bare_bendwise().args(["export", "last", "--format", format, "-o"]).arg(&again).assert();
        export.success().stdout(contains(format!("again.{format}")));
        assert_eq!(world.read(&format!("again.{format}")), world.read(file));
    }
    let summary: serde_json::Value = serde_json::from_str(&world.read("analysis/summary.json")).unwrap();
    let verdicts: Vec<_> = summary["reps"].as_array().unwrap().iter().map(|rep| &rep["verdict"]).collect();
    assert_eq!(verdicts, ["hips", "hips", "back", "hips"]);
    let (store, news) = store(&world);
    assert_eq!(news, []);
    let entry = store.named("last").unwrap();
    let session = store.session(&entry).unwrap();
    let samples = store.samples(&entry).unwrap();
    assert_eq!((entry.repetitions, entry.as_asked, session.sets.len()), (4, 3, 1));
    assert!(samples.iter().all(|sample| sample.state != State::Measured || sample.back.is_some()));

    // Every frame has its picture in the video, at its time.
    assert!(samples.iter().all(|sample| sample.pictured) && entry.lost == store::LostCounts::default());
    let times = played(entry.video.as_deref().unwrap());
    assert_eq!(times.len(), samples.len());
    for (time, sample) in times.iter().zip(&samples) {
        assert!((time - sample.time.since(samples[0].time).as_secs_f64()).abs() < 1e-3, "{time}");
    }

    // 15 MB for twenty minutes, without video.
    drop(store); // the last user of the database empties the journal into it
    let bytes = |world: &World| std::fs::metadata(world.path("home/data/sessions/sessions.db")).unwrap().len() as f64;
    let empty = World::new();
    sessions(&empty);
    let each = (bytes(&world) - bytes(&empty)) / samples.len() as f64;
    assert!(each * TWENTY_MINUTES <= 15e6, "{each} bytes a frame");
}

/// Pictures are played at two a second.
const FEW: usize = 8;

#[test]
fn a_live_session_is_kept_unless_nobody_wants_it() {
    let world = World::new();
    let pictures = short(&world, FEW);
    // Whether anything is measured in so short a recording, and so how it ends, depends on the frames that a slow machine drops.
    let live = |more: &[&str]| world.bendwise().args(["live", "--source"]).arg(&pictures).args(more).assert();
    live(&["--no-keep"]).stdout(contains("REC").not()).stderr(contains("Kept").not());
    assert!(!world.path("home/data").exists());
    live(&[]).stdout(contains("● REC  This session is kept on this machine")).stderr(contains("Kept as 20"));
    live(&["--video", "off"]);
    live(&["--video", "full"]);
    let kept = sessions(&world);
    assert!(kept.iter().all(|entry| entry.frames == FEW as u64));
    let [full, off, small] = [0, 1, 2].map(|number| kept[number].video.as_deref().map(|video| played(video).len()));
    assert_eq!((full, off, small), (Some(FEW), None, Some(FEW)));
    world.bare_bendwise().args(["sessions", "path", "last"]).assert().success().stdout(contains("video.mp4"));
    let shown = |entry: &SessionEntry| world.bare_bendwise().args(["sessions", "show", &entry.id]).assert().success();
    let gone = "Its video is not here, but what was measured is";
    kept.iter().for_each(|entry| drop(shown(entry).stdout(contains(gone).not())));
    std::fs::remove_file(kept[0].video.as_ref().unwrap()).unwrap();
    shown(&kept[0]).stdout(contains(gone));
}

#[cfg(unix)]
#[test]
fn a_kill_takes_no_more_than_the_last_second() {
    let world = World::new();
    let mut playing = world.start(&["live", "--source", demo().to_str().unwrap()]);
    let began = Instant::now();
    let kept = loop {
        assert!(began.elapsed() < Duration::from_secs(120), "nothing is kept");
        std::thread::sleep(Duration::from_millis(50));
        if let Some(session) = Store::find(&world.paths()).unwrap().and_then(|(store, _)| store.list().unwrap().pop())
            && session.duration >= Duration::from_secs(3)
        {
            assert_eq!(session.state, store::SessionState::Recording);
            break session.frames;
        }
    };
    playing.kill().unwrap();
    playing.wait().unwrap();
    let told = world.bare_bendwise().arg("sessions").assert().success();
    told.stderr(contains("was interrupted; it is recovered up to its last second")).stdout(contains("(broke off)"));
    let (store, news) = store(&world);
    assert_eq!(news, [], "told once");
    let entry = store.named("last").unwrap();
    let samples = store.samples(&entry).unwrap();
    assert!(entry.frames >= kept && samples.len() as u64 == entry.frames);
    let whole: Vec<u64> = samples.iter().map(|sample| sample.number).collect();
    assert_eq!(whole, (0..entry.frames).collect::<Vec<_>>(), "no frame is missing before the last");
    assert_eq!(store.faults().unwrap(), [""; 0]);

    let times = played(&entry.video.unwrap());
    let pictured: Vec<f64> =
        samples.iter().filter(|sample| sample.pictured).map(|sample| sample.time.as_secs_f64()).collect();
    // A second, and what waits to be encoded.
    assert!((times.last().unwrap() - pictured.last().unwrap()).abs() < 1.2, "{:?}", times.last());
    world.bare_bendwise().args(["sessions", "show", "last"]).assert().success().stderr("");
}

#[cfg(unix)]
#[test]
fn an_analysis_that_is_killed_before_the_first_bend_is_told_once() {
    let world = World::new();
    let mut analysis = world.start(&["analyze", "--keep", one_bend(&world).to_str().unwrap()]);
    let began = Instant::now();
    // A recording is looked through before it is measured.
    while Store::find(&world.paths()).unwrap().is_none_or(|(store, _)| store.list().unwrap().is_empty()) {
        assert!(
            began.elapsed() < Duration::from_secs(120) && analysis.try_wait().unwrap().is_none(),
            "nothing is kept"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    analysis.kill().unwrap();
    analysis.wait().unwrap();
    let told = world.bare_bendwise().arg("sessions").assert().success();
    told.stderr(contains("(one-bend.mp4) broke off before the first bend").and(contains("nothing of it is kept")));
    world.bare_bendwise().arg("sessions").assert().success().stderr("").stdout(contains("No session is kept yet"));
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_keeping_and_not_the_coach() {
    let world = World::new();
    let mut bendwise = world.bendwise_with_room(500);
    let played = bendwise.args(["live", "--source"]).arg(two_bends(&world)).assert().success();
    let said = String::from_utf8(played.get_output().stderr.clone()).unwrap();
    let lapse = "This session is no longer kept, but the coach continues: ";
    assert_eq!(said.matches(lapse).count(), 1, "{said}");
    assert!(said.contains("Kept up to that point as 20"), "{said}");
    played.stdout(contains("2 of 2 repetitions came from the hips"));
    let (store, _) = store(&world);
    let entry = store.named("last").unwrap();
    assert!(entry.frames > 0 && store.samples(&entry).unwrap().len() as u64 == entry.frames);
    assert_eq!(store.faults().unwrap(), [""; 0]);
    let film = std::fs::read(entry.video.unwrap()).unwrap();
    assert!(film.len() > 1000 && is_whole(&film), "a fragment is torn");
}

/// Whether a film ends where one of its boxes does.
#[cfg(unix)]
fn is_whole(mut film: &[u8]) -> bool {
    while let Some((size, _)) = film.split_first_chunk::<4>() {
        let Some((_, rest)) = film.split_at_checked(u32::from_be_bytes(*size).max(8) as usize) else { return false };
        film = rest;
    }
    film.is_empty()
}

#[cfg(unix)]
#[test]
fn whatever_the_umask_only_the_person_may_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    world.write("out/here", "");
    let out = |name: &str| world.path(&format!("out/{name}"));
    let pictures = short(&world, 5);
    let run = |arguments: &[&str], paths: &[&Path]| {
        world.bendwise_after("umask 000").args(arguments).args(paths).assert().success();
    };
    run(&["analyze", "--keep", "--samples"], &[&out("a.csv"), Path::new("--summary"), &out("a.json"), &pictures]);
    run(&["report", "last", "-o"], &[&out("a.html")]);
    run(&["export", "last", "--format", "csv", "-o"], &[&out("b.csv")]);
    run(&["sessions", "export", "last", "-o"], &[&out("a.bendwise")]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for name in ["a.csv", "a.json", "a.html", "b.csv", "a.bendwise"] {
        assert_eq!(mode(&out(name)), 0o600, "{name}");
    }
    for folder in ["home/data", "home/data/sessions"] {
        assert_eq!(mode(&world.path(folder)), 0o700, "{folder}");
    }
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_kept_it_is_said_and_the_coach_goes_on() {
    let world = World::new();
    let pictures = short(&world, 3);
    let mut full = world.bendwise_on_a_full_disk();
    full.args(["live", "--source"]).arg(&pictures).assert().stderr(contains("This session is not kept: "));
    std::fs::remove_dir_all(world.path("home/data")).unwrap();
    world.write("home/data/sessions", "a file in the way");
    let refused = world.bendwise().args(["live", "--source"]).arg(&pictures).assert();
    refused.stderr(contains("This session is not kept: ").and(contains("sessions cannot be used")));
    let asked = world.bendwise().args(["analyze", "--keep"]).arg(&pictures).assert();
    fails(asked, &["sessions cannot be used", "name another folder with BENDWISE_HOME"]);
}

#[test]
fn two_at_once_are_both_kept() {
    let world = World::new();
    let pictures = short(&world, 20).display().to_string();
    let mut both = [(); 2].map(|()| world.start(&["analyze", "--keep", &pictures]));
    assert!(both.iter_mut().all(|bendwise| bendwise.wait().unwrap().success()));
    let kept = sessions(&world);
    assert_eq!(kept.iter().map(|entry| entry.frames).collect::<Vec<_>>(), [20, 20]);
    assert!(kept[0].id != kept[1].id && kept.iter().all(|entry| entry.state == store::SessionState::Finished));
}

#[cfg(unix)]
#[test]
fn what_is_kept_can_be_read_by_its_person_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    world.bendwise().args(["analyze", "--keep"]).arg(short(&world, 5)).assert().success();
    let folder = world.path("home/data/sessions");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap(); // as created by an earlier bendwise
    world.bendwise().args(["analyze", "--keep"]).arg(short(&world, 5)).assert().success();
    let mut open = vec![folder];
    let mut files = 0;
    while let Some(path) = open.pop() {
        let kind = std::fs::metadata(&path).unwrap();
        assert_eq!(kind.permissions().mode() & 0o777, if kind.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        files += usize::from(kind.is_file());
        if kind.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    assert_eq!(files, 5, "the database, its lock, the room for deleting, two videos");
}

#[test]
fn sessions_are_listed_named_noted_and_deleted() {
    let world = World::new();
    let bendwise = |arguments: &[&str]| world.bare_bendwise().arg("sessions").args(arguments).assert();
    bendwise(&[]).success().stdout(contains("No session is kept yet"));
    bendwise(&["show", "last"]).code(1).stderr(contains("No session is kept yet"));
    assert!(!world.path("home/data").exists(), "looking makes nothing");
    world.bendwise().args(["analyze", "--keep"]).arg(short(&world, 5)).assert().success();
    let id = sessions(&world)[0].id.clone();
    bendwise(&["rename", "last", "first try"]).success().stdout(contains("the name is now “first try”"));
    bendwise(&["note", &id, "shoes off"]).success();
    bendwise(&[]).success().stdout(contains(id.as_str()).and(contains("first try")).and(contains("today")));
    bendwise(&["show", &id]).success().stdout(contains("Note: shoes off").and(contains("No repetitions")));
    bendwise(&["show", "2026-13"]).code(1).stderr(contains("`bendwise sessions` lists them"));
    fails(bendwise(&["delete", "last"]), &["Nothing was deleted", "add --yes"]);
    bendwise(&["delete", "last", "--yes"]).success().stdout(contains("Deleted for good"));
    bendwise(&[]).success().stdout(contains("No session is kept yet"));
}

/// Elsewhere `last` is then the newest that has ended.
#[test]
fn last_is_not_deleted_while_another_is_recorded() {
    let world = World::new();
    world.bendwise().args(["analyze", "--keep"]).arg(short(&world, 5)).assert().success();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let now = jiff::Zoned::now();
    let new = store::NewSession { began: now, source: "Webcam".into(), plan: None, person: None };
    let going_on = store.begin(&new).unwrap();
    let delete = || world.bare_bendwise().args(["sessions", "delete", "last", "--yes"]).assert();
    fails(delete(), &["is still being recorded: end it first"]);
    assert_eq!(sessions(&world).iter().filter(|entry| entry.source != "Webcam").count(), 1);
    drop(going_on);
    delete().success();
}

#[test]
fn a_deletion_that_breaks_off_tells_what_is_gone_and_what_is_not() {
    let world = World::new();
    world.keep_demo("off");
    let kept = sessions(&world)[0].id.clone();
    let begin = || {
        let now = jiff::Zoned::now();
        let new = store::NewSession { began: now, source: "Webcam".into(), plan: None, person: None };
        store(&world).0.begin(&new).unwrap()
    };
    let (one, other) = (begin(), begin());
    let delete = |ids: &[&str]| world.bare_bendwise().args(["sessions", "delete", "--yes"]).args(ids).assert();
    fails(
        delete(&[one.id(), &kept]).stdout(contains(format!("Not deleted: {}, {kept}\n", one.id()))),
        &[one.id(), "is still being recorded: end it first"],
    );
    let told = format!("Deleted for good: {kept}\nNot deleted: {}, {}\n", one.id(), other.id());
    fails(
        delete(&[&kept, one.id(), other.id()]).stdout(contains(told)),
        &[one.id(), "is still being recorded: end it first"],
    );
    assert!(sessions(&world).iter().all(|entry| entry.id != kept));
}

#[test]
fn of_all_none_is_deleted_while_one_is_recorded() {
    let world = World::new();
    world.bendwise().args(["analyze", "--keep"]).arg(short(&world, 5)).assert().success();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let began = jiff::Zoned::now() - jiff::SignedDuration::from_hours(1); // the other one is newer, and would go first
    let going_on =
        store.begin(&store::NewSession { began, source: "Webcam".into(), plan: None, person: None }).unwrap();
    let delete = || world.bare_bendwise().args(["sessions", "delete", "--all", "--yes"]).assert();
    fails(delete(), &[going_on.id(), "is still being recorded: end it first"]);
    assert_eq!(sessions(&world).len(), 2);
    drop(going_on);
    delete().success();
    assert_eq!(sessions(&world), []);
}

#[test]
fn all_are_deleted_also_those_that_go_with_the_one_they_were_measured_from() {
    let world = World::new();
    world.bendwise().args(["analyze", "--keep"]).arg(short(&world, 5)).assert().success();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let mut again = store.begin_remeasurement(&sessions(&world)[0]).unwrap();
    again.keep(&[store::sample::Sample::default()], &[]).unwrap();
    assert!(again.finish(store::LostCounts::default()).unwrap());
    assert_eq!(sessions(&world).len(), 2);
    world.bare_bendwise().args(["sessions", "delete", "--all", "--yes"]).assert().success();
    assert_eq!(sessions(&world), []);
}

#[test]
fn a_session_goes_to_another_machine_in_one_file() {
    let (here, there) = (World::new(), World::new());
    here.bendwise().args(["analyze", "--keep"]).arg(short(&here, 5)).assert().success();
    let file = here.path("a.bendwise");
    let export = || here.bare_bendwise().args(["sessions", "export", "last", "-o"]).arg(&file).assert();
    export().success().stdout(contains("a.bendwise"));
    fails(export(), &["a.bendwise already exists", "-o"]);
    let import = || there.bare_bendwise().args(["sessions", "import"]).arg(&file).assert();
    import().success().stdout(contains("Imported as 20"));
    fails(import(), &["exists already"]);
    let frames = |world: &World| sessions(world).iter().map(|entry| entry.frames).collect::<Vec<_>>();
    assert_eq!((frames(&here), frames(&there)), (vec![5], vec![5]));
    let foreign = there.write("b.bendwise", "hello");
    fails(
        there.bare_bendwise().args(["sessions", "import"]).arg(foreign).assert(),
        &["b.bendwise is not a session of bendwise"],
    );
    // Several at once: what cannot be imported is named and stops nothing.
    let third = World::new();
    let bad = [third.write("b.bendwise", "hello"), third.path("none.bendwise")];
    let all = third.bare_bendwise().args(["sessions", "import"]).arg(&bad[0]).arg(&file).arg(&bad[1]).assert();
    let told = all.code(1).stdout(contains("Imported as 20"));
    let summary = told.stderr(contains("b.bendwise is not a session of bendwise").and(contains("2 of 3 failed: ")));
    summary.stderr(contains("none.bendwise: check the name"));
    assert_eq!(frames(&third), vec![5]);
}

#[test]
fn a_damaged_list_is_set_aside_and_told() {
    let world = World::new();
    world.write("home/data/sessions/sessions.db", "no database".repeat(1000));
    let told = world.bendwise().args(["analyze", "--keep"]).arg(short(&world, 3)).assert().success();
    told.stderr(contains("was damaged: it was moved to").and(contains("Kept as 20")));
    world.bare_bendwise().arg("doctor").assert().stdout(contains("sessions: 1 kept in"));
}

#[cfg(unix)]
#[test]
fn an_analysis_that_is_stopped_keeps_what_was_measured() {
    for signal in ["-INT", "-TERM"] {
        let world = World::new();
        let mut bendwise = world.start(&["analyze", "--keep", two_bends(&world).to_str().unwrap()]);
        let began = Instant::now();
        let measured = |(store, _): &(Store, _)| {
            let samples = |entry| store.samples(&entry).unwrap();
            store.list().unwrap().into_iter().any(|entry| samples(entry).iter().any(|s| s.state == State::Measured))
        };
        while !Store::find(&world.paths()).unwrap().as_ref().is_some_and(measured) {
            assert!(began.elapsed() < Duration::from_secs(120), "nothing is kept");
            std::thread::sleep(Duration::from_millis(20));
        }
        let kill = std::process::Command::new("kill").args([signal, &bendwise.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert_eq!(bendwise.wait().unwrap().code(), Some(1));
        let (store, notices) = store(&world);
        let entry = store.named("last").unwrap();
        assert_eq!((entry.state, notices), (store::SessionState::Recovered, Vec::new()), "it is whole, but broke off");
        let samples = store.samples(&entry).unwrap();
        assert!(entry.frames > 0 && entry.frames < 190 && samples.len() as u64 == entry.frames);
        assert!(store.session(&entry).unwrap().sets.iter().all(|set| set.ended.is_some()));
        world.bare_bendwise().arg("sessions").assert().success().stdout(contains("(broke off)")).stderr("");
    }
}
