//! Ctrl-C ends the program cleanly at any time, and leaves no half-written file behind.
//!
//! The program is made to wait by holding the lock under which the runtime library is downloaded: a condition, not a
//! sleep.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::Duration;

use bendwise::store::{SessionState, Store};

use crate::common::{World, demo, two_bends};
use crate::names;

/// An analysis that waits for the runtime library after starting its output.
struct Waiting {
    world: World,
    /// Held.
    _lock: File,
    bendwise: Child,
    said: BufReader<ChildStderr>,
}

impl Waiting {
    fn new() -> Self {
        let world = World::new();
        fs::create_dir(world.path("out")).unwrap();
        fs::create_dir_all(world.path("home/cache")).unwrap();
        let lock = File::create(world.path("home/cache/onnxruntime.lock")).unwrap();
        lock.lock().unwrap();
        let mut bendwise = world.start_bare(["analyze".into(), demo(), "--samples".into(), world.path("out/s.csv")]);
        let said = BufReader::new(bendwise.stderr.take().unwrap());
        let mut waiting = Self { world, _lock: lock, bendwise, said };
        waiting.hear("Another bendwise is fetching ONNX Runtime");
        assert_eq!(names(&waiting.world, "out").len(), 1, "the output is begun");
        waiting
    }

    /// One that waits for the list of sessions, which cannot be left off.
    fn for_the_list() -> Self {
        let world = World::new();
        fs::create_dir(world.path("out")).unwrap();
        fs::create_dir_all(world.path("home/data/sessions")).unwrap();
        let lock = File::create(world.path("home/data/sessions/lock")).unwrap();
        lock.lock().unwrap();
        let line = ["analyze".into(), demo(), "--keep".into(), "--samples".into(), world.path("out/s.csv")];
        let mut bendwise = world.start_bare(line);
        let said = BufReader::new(bendwise.stderr.take().unwrap());
        while names(&world, "out").is_empty() {
            assert!(bendwise.try_wait().unwrap().is_none(), "it ended before it was stopped");
            thread::sleep(Duration::from_millis(5));
        }
        Self { world, _lock: lock, bendwise, said }
    }

    /// Waits until the program prints this.
    fn hear(&mut self, awaited: &str) {
        let mut line = String::new();
        while !line.contains(awaited) {
            line.clear();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it ended without saying {awaited:?}");
        }
    }

    fn interrupt(&self) {
        assert!(Command::new("kill").args(["-INT", &self.bendwise.id().to_string()]).status().unwrap().success());
    }

    /// The exit code and the rest of the output.
    fn end(mut self) -> (Option<i32>, String, Vec<String>) {
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).unwrap();
        (self.bendwise.wait().unwrap().code(), rest, names(&self.world, "out"))
    }
}

#[test]
fn before_the_first_frame_it_leaves_nothing_behind() {
    let mut waiting = Waiting::new();
    waiting.interrupt();
    waiting.hear("Stopping"); // and it waits no longer
    let (code, said, left) = waiting.end();
    assert_eq!((code, said.as_str()), (Some(1), "bendwise: Stopped before the end: no file was written\n"));
    assert_eq!(left, [""; 0]);
}

#[test]
fn asked_twice_it_ends_at_once_and_leaves_nothing_behind_either() {
    let mut waiting = Waiting::for_the_list();
    waiting.interrupt();
    waiting.hear("Stopping");
    waiting.interrupt();
    let (code, _, left) = waiting.end();
    assert_eq!((code, left), (Some(130), Vec::new()));
}

/// An analysis that keeps, and writes a file if `writes`, stopped once this is so of the folder of its session: what is said.
fn stopped_once(world: &World, writes: bool, so: impl Fn(&Path) -> bool) -> String {
    stopped(world, &two_bends(world), writes, |_| {
        let all = fs::read_dir(world.path("home/data/sessions"));
        all.is_ok_and(|all| all.flatten().any(|entry| entry.path().is_dir() && so(&entry.path())))
    })
}

/// An analysis of this recording, stopped once this is so of its process.
fn stopped(world: &World, recording: &Path, writes: bool, so: impl Fn(u32) -> bool) -> String {
    let mut analysis = Command::new(env!("CARGO_BIN_EXE_bendwise"));
    analysis.args(["analyze", "--keep"]).arg(recording);
    if writes {
        analysis.arg("--samples").arg(world.path("s.csv"));
    }
    world.inhabit(&mut analysis);
    let mut analysis = analysis.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while !so(analysis.id()) {
        assert!(analysis.try_wait().unwrap().is_none(), "it ended before it was stopped");
        thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &analysis.id().to_string()]).status().unwrap().success());
    let mut said = String::new();
    analysis.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(analysis.wait().unwrap().code(), Some(1));
    assert!(!world.path("s.csv").exists());
    said
}

#[test]
fn an_analysis_that_is_stopped_says_what_of_it_is_kept_and_what_is_not() {
    let filmed = |folder: &Path| fs::metadata(folder.join("video.mp4")).is_ok_and(|film| film.len() > 2000);
    let world = World::new();
    let said = stopped_once(&world, false, filmed);
    assert!(
        said.contains("Kept up to that point as 20") && said.ends_with("bendwise: Stopped before the end\n"),
        "{said}"
    );
    let first = kept(&world).remove(0);
    let said = stopped_once(&world, true, |folder| filmed(folder) && !folder.ends_with(&first));
    assert!(said.contains("Kept up to that point") && said.contains("the other files were not written"), "{said}");
    assert_eq!(kept(&world).len(), 2);
}

#[test]
fn an_analysis_that_is_stopped_before_anything_is_measured_says_so_and_keeps_nothing() {
    let world = World::new();
    let said = stopped_once(&world, false, |_| true);
    assert!(said.contains("Not kept, as nothing") && !said.contains("Kept up"), "{said}");
    assert_eq!(kept(&world), [""; 0]);
}

/// Nearly all of the work is done then: it must not be in vain.
#[cfg(target_os = "linux")]
#[test]
fn an_analysis_that_is_stopped_while_it_looks_through_keeps_what_it_has_seen() {
    let film = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/session/film.mp4");
    let size = fs::metadata(&film).unwrap().len();
    let has_seen_a_fifth = |process: u32| place_in(process, &film).is_some_and(|place| place > size / 5);
    for writes in [false, true] {
        let world = World::new();
        let said = stopped(&world, &film, writes, has_seen_a_fifth);
        assert!(said.contains("Measuring what was looked through so far, to keep it"), "{said}");
        assert!(said.contains("Kept up to that point as 20"), "{said}");
        assert_eq!(said.contains("the other files were not written"), writes, "{said}");
        let (store, _) = Store::open(&world.paths()).unwrap();
        let entry = store.named("last").unwrap();
        assert_eq!(entry.state, SessionState::Recovered);
        assert!((100..1900).contains(&entry.frames), "{} of 1971 frames", entry.frames);
        assert!(entry.video.is_some_and(|video| video.is_file()));
    }
}

/// How far a process has read in a file that it has open, bytes.
#[cfg(target_os = "linux")]
fn place_in(process: u32, file: &Path) -> Option<u64> {
    let process = Path::new("/proc").join(process.to_string());
    let open = fs::read_dir(process.join("fd")).ok()?.flatten().map(|entry| entry.path());
    let places = open.filter(|opened| fs::read_link(opened).is_ok_and(|target| target == file)).filter_map(|opened| {
        let facts = fs::read_to_string(process.join("fdinfo").join(opened.file_name()?)).ok()?;
        facts.lines().find_map(|line| line.strip_prefix("pos:"))?.trim().parse().ok()
    });
    places.max()
}

/// The sessions that are kept.
fn kept(world: &World) -> Vec<String> {
    let (store, _) = Store::open(&world.paths()).unwrap();
    store.list().unwrap().into_iter().map(|entry| entry.id).collect()
}

/// As where nothing of it is there yet: the tool that fetches it is ended, and no half of it stays.
#[test]
fn a_runtime_that_is_being_fetched_is_given_up_at_once_and_nothing_of_it_stays() {
    for (signal, line) in [("-INT", ["demo", "--once"]), ("-TERM", ["demo", "--free"])] {
        let world = World::new();
        world.install("python3", "exec /bin/sleep 60");
        let mut bendwise = world.start_bare(line.map(Into::into));
        let mut said = BufReader::new(bendwise.stderr.take().unwrap());
        let mut lines = String::new();
        while !lines.contains("Fetching ONNX Runtime") {
            assert!(said.read_line(&mut lines).unwrap() > 0, "{lines}");
        }
        assert!(Command::new("kill").args([signal, &bendwise.id().to_string()]).status().unwrap().success());
        let began = std::time::Instant::now();
        said.read_to_string(&mut lines).unwrap();
        assert_eq!(bendwise.wait().unwrap().code(), Some(1), "{lines}");
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert!(
            lines.ends_with("bendwise: Stopped: ONNX Runtime was not fetched, and nothing of it is left\n"),
            "{lines}"
        );
        assert_eq!(names(&world, "home/cache"), ["onnxruntime.lock"]);
    }
}
