//! Ctrl-C ends the program cleanly at any time, and leaves no half-written file behind.
//!
//! The program is made to wait by holding the lock under which the runtime library is downloaded: a condition, not a
//! sleep.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command};

use crate::common::{World, demo};
use crate::names;

/// An analysis that waits for the runtime library after starting its output.
struct Waiting {
    world: World,
    lock: File,
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
        let mut waiting = Self { world, lock, bendwise, said };
        waiting.hear("Another bendwise is fetching ONNX Runtime");
        assert_eq!(names(&waiting.world, "out").len(), 1, "the output is begun");
        waiting
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
    waiting.hear("Stopping");
    waiting.lock.unlock().unwrap();
    let (code, said, left) = waiting.end();
    assert_eq!((code, said.as_str()), (Some(1), "bendwise: Stopped before the end: no file was written\n"));
    assert_eq!(left, [""; 0]);
}

#[test]
fn asked_twice_it_ends_at_once_and_leaves_nothing_behind_either() {
    let mut waiting = Waiting::new();
    waiting.interrupt();
    waiting.hear("Stopping");
    waiting.interrupt();
    let (code, _, left) = waiting.end();
    assert_eq!((code, left), (Some(130), Vec::new()));
}
