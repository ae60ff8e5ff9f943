//! An isolated environment for each test: a home in a temporary folder with the real program, no display, no colours,
//! in English.
//!
//! Only the runtime library is shared, as it is large: the program's own code locates it once, in this user's cache or
//! by downloading it. So the tests download it on a fresh machine, and need no network after that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use assert_cmd::Command;
use assert_cmd::assert::{Assert, OutputAssertExt};
use bendwise::app_dirs::Paths;
use bendwise::inference::Runtime;
use bendwise::source::{self, Delivery, Options, Selection};
use image::RgbImage;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, starts_with};
use tempfile::TempDir;

/// The program.
const BENDWISE: &str = env!("CARGO_BIN_EXE_bendwise");

/// The environment of one test.
pub struct World {
    folder: TempDir,
}

impl World {
    /// Creates an empty world.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The directories of the program in this world.
    pub fn paths(&self) -> Paths {
        Paths::below(&self.path("home"))
    }

    /// A path in this world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into this world.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Writes a picture into this world.
    pub fn picture(&self, name: &str, picture: &RgbImage) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        picture.save(&path).unwrap();
        path
    }

    /// Reads a file in this world.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Keeps a session of the demo, with `--video small` or `off`, where none is kept yet. It is measured once for all
    /// tests of a program, and its files are copied to each; in `analysis` those that the analysis wrote itself.
    pub fn keep_demo(&self, video: &'static str) {
        static KEPT: Mutex<Vec<(&str, FolderContent)>> = Mutex::new(Vec::new());
        // The first that needs it measures it while the others wait.
        let mut kept = KEPT.lock().unwrap();
        if !kept.iter().any(|(of, _)| *of == video) {
            let world = Self::new();
            fs::create_dir(world.path("analysis")).unwrap();
            let mut analysis = world.bendwise();
            analysis.args(["analyze", "--keep", "--video", video]).arg(demo());
            analysis.arg("--samples").arg(world.path("analysis/samples.csv"));
            analysis.arg("--summary").arg(world.path("analysis/summary.json"));
            // One line, and nothing from the video encoder.
            let told = starts_with("Kept as 20").and(contains("\n").count(1)).and(contains("[OpenH264]").not());
            analysis.assert().success().stderr(told);
            kept.push((video, read_folder(&world.path(""))));
        }
        let (_, files) = kept.iter().find(|(of, _)| *of == video).unwrap();
        for (name, bytes) in files {
            self.write(name.to_str().unwrap(), bytes);
        }
    }

    /// Installs a shell script as a program on the PATH of bendwise, which is otherwise empty.
    #[cfg(unix)]
    pub fn install(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let file = self.write(&format!("programs/{name}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A named pipe that nobody reads or writes.
    #[cfg(unix)]
    pub fn pipe(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        assert!(process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    /// The program in this world, with the shared runtime library.
    pub fn bendwise(&self) -> Command {
        let mut bendwise = self.bare_bendwise();
        bendwise.env("ORT_DYLIB_PATH", runtime_library());
        bendwise
    }

    /// The program in this world, without a runtime library and without a way to download one.
    pub fn bare_bendwise(&self) -> Command {
        timed(self.program())
    }

    /// Like [`World::bendwise`], with the program in and run from a folder of this world that contains nothing else.
    pub fn bendwise_alone(&self) -> Command {
        let alone = self.path("alone/bendwise");
        if !alone.exists() {
            fs::create_dir_all(self.path("alone")).unwrap();
            // A link if possible: a file that was just written may still count as busy.
            fs::hard_link(BENDWISE, &alone).or_else(|_| fs::copy(BENDWISE, &alone).map(drop)).unwrap();
        }
        let mut bendwise = self.inhabited(process::Command::new(alone));
        bendwise.current_dir(self.path("alone")).env("ORT_DYLIB_PATH", runtime_library());
        timed(bendwise)
    }

    /// Like [`World::bendwise`], with a full disk: the system refuses every byte.
    #[cfg(unix)]
    pub fn bendwise_on_a_full_disk(&self) -> Command {
        self.bendwise_with_room(0)
    }

    /// Like [`World::bendwise`], with a limit on the size of files in half kilobytes.
    #[cfg(unix)]
    pub fn bendwise_with_room(&self, half_kilobytes: u32) -> Command {
        let mut shell = self.inhabited(process::Command::new("/bin/sh"));
        shell.env("ORT_DYLIB_PATH", runtime_library());
        let script = format!("ulimit -f {half_kilobytes}; exec \"$0\" \"$@\"");
        shell.args(["-c", &script, BENDWISE]);
        timed(shell)
    }

    /// Like [`World::bendwise`], after a command of the shell, such as `umask 000`.
    #[cfg(unix)]
    pub fn bendwise_after(&self, command: &str) -> Command {
        let mut shell = self.inhabited(process::Command::new("/bin/sh"));
        shell.env("ORT_DYLIB_PATH", runtime_library());
        shell.args(["-c", &format!("{command}; exec \"$0\" \"$@\""), BENDWISE]);
        timed(shell)
    }

    /// Like [`World::bendwise`], in a network namespace of its own without interfaces. Returns `None` if the system
    /// cannot create one.
    #[cfg(target_os = "linux")]
    pub fn bendwise_without_a_network(&self) -> Option<Command> {
        let unshare = which::which("unshare").ok()?;
        let alone = || process::Command::new(&unshare); // not on this world's PATH
        let made = alone().args(["--map-root-user", "--net", "true"]).status();
        made.ok().filter(process::ExitStatus::success)?;
        let mut bendwise = self.inhabited(alone());
        bendwise.args(["--map-root-user", "--net", BENDWISE]).env("ORT_DYLIB_PATH", runtime_library());
        Some(timed(bendwise))
    }

    /// Like [`World::bare_bendwise`], run by a user without special permissions: by nobody, if this user is root.
    #[cfg(unix)]
    pub fn ordinary_bendwise(&self) -> Command {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        use std::os::unix::process::CommandExt;
        const NOBODY: u32 = 65534;
        let root = self.folder.path();
        if fs::metadata(root).unwrap().uid() != 0 {
            return self.bare_bendwise();
        }
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
        let copy = self.path("bendwise"); // nobody may have no access to the build folder
        if !copy.exists() {
            fs::hard_link(BENDWISE, &copy).or_else(|_| fs::copy(BENDWISE, &copy).map(drop)).unwrap();
        }
        let mut bendwise = self.inhabited(process::Command::new(copy));
        bendwise.current_dir(root).uid(NOBODY).gid(NOBODY);
        timed(bendwise)
    }

    /// Starts the program in this world, with the shared runtime library.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut bendwise = self.program();
        bendwise.args(arguments).env("ORT_DYLIB_PATH", runtime_library()).stdout(Stdio::piped()).stderr(Stdio::null());
        bendwise.spawn().unwrap()
    }

    /// Like [`World::bare_bendwise`], but only started; its output can be read.
    pub fn start_bare(&self, arguments: impl IntoIterator<Item = PathBuf>) -> Child {
        self.program().args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs the program, with the shared runtime library, printing to `out`.
    pub fn printing_to(&self, arguments: &[&str], out: Stdio) -> Assert {
        let mut bendwise = self.program();
        bendwise.args(arguments).env("ORT_DYLIB_PATH", runtime_library()).stdout(out).stderr(Stdio::piped());
        bendwise.spawn().unwrap().wait_with_output().unwrap().assert()
    }

    fn program(&self) -> process::Command {
        self.inhabited(process::Command::new(BENDWISE))
    }

    /// Isolates another program in this world, which will start bendwise with the shared runtime library.
    #[allow(dead_code, reason = "for one of the test programs")]
    pub fn inhabit(&self, command: &mut process::Command) {
        self.isolate(command);
        command.env("ORT_DYLIB_PATH", runtime_library());
    }

    /// Isolates a command in this world.
    fn inhabited(&self, mut command: process::Command) -> process::Command {
        self.isolate(&mut command);
        command
    }

    fn isolate(&self, command: &mut process::Command) {
        let programs = self.path("programs");
        fs::create_dir_all(&programs).unwrap();
        command.current_dir(env!("CARGO_MANIFEST_DIR")).env("BENDWISE_HOME", self.path("home")).env("PATH", programs);
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "BENDWISE_MODELS", "ORT_DYLIB_PATH", "RUST_LOG"] {
            command.env_remove(name);
        }
        for locale in ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"] {
            command.env_remove(locale);
        }
        command.env("BENDWISE_LANG", "en");
    }
}

/// The files in a folder and the folders in it: their paths there, and what is in them.
type FolderContent = Vec<(PathBuf, Vec<u8>)>;

fn read_folder(root: &Path) -> FolderContent {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                files.push((entry.path().strip_prefix(root).unwrap().to_owned(), fs::read(entry.path()).unwrap()));
            }
        }
    }
    files
}

/// A program that hangs fails its test instead of blocking it.
fn timed(command: process::Command) -> Command {
    let mut command = Command::from_std(command);
    command.timeout(Duration::from_secs(300));
    command
}

/// The recording that comes with the program.
pub fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.mp4")
}

/// The first of the demo's four bends, from the hips, where a test needs no more: a third of the work.
pub fn one_bend(world: &World) -> PathBuf {
    beginning(world, &demo(), "one-bend.mp4", [14_280, 5000])
}

/// The first two of them, from the hips both.
pub fn two_bends(world: &World) -> PathBuf {
    beginning(world, &demo(), "two-bends.mp4", [14_280, 7600])
}

/// Somebody comes, turns, and stands still for three seconds: the beginning of the film of a led session.
pub fn at_rest(world: &World) -> PathBuf {
    let film = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/session/film.mp4");
    beginning(world, &film, "at-rest.mp4", [131_400, 13_000])
}

/// A recording of `is` thousandths of a second with an edit that ends after `wanted` of them.
fn beginning(world: &World, recording: &Path, name: &str, [is, wanted]: [u32; 2]) -> PathBuf {
    let mut film = fs::read(recording).unwrap();
    let edit = film.windows(4).position(|window| window == b"elst").unwrap() + 12; // after its name, version and count
    assert_eq!(film[edit..edit + 4], is.to_be_bytes());
    film[edit..edit + 4].copy_from_slice(&wanted.to_be_bytes());
    world.write(name, film)
}

/// The first pictures of the demo.
pub fn demo_pictures(count: usize) -> Vec<RgbImage> {
    let mut source = source::open(&Selection::Files(vec![demo()]), &Options::default()).unwrap();
    let mut pictures = Vec::new();
    while pictures.len() < count {
        let Delivery::Frame(frame) = source.next().unwrap() else { break };
        pictures.push(frame.picture.as_ref().clone());
    }
    pictures
}

/// The runtime library of this user, downloaded the first time.
fn runtime_library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
        runtime.library().to_owned()
    })
}
