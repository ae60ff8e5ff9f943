//! A world of its own for each test: a home in a temporary folder, the real program in it, no display, no colours.
//!
//! Only the runtime library is shared, for it is large: it is located once by the program's own code, which takes it
//! from this user's cache or fetches it. So the tests fetch on a fresh machine, and need no network after that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use assert_cmd::Command;
use hinge::paths::Paths;
use hinge::pose::runtime::Runtime;
use hinge::source::{self, Delivery, Options, Selection};
use image::RgbImage;
use tempfile::TempDir;

/// One test's world.
pub struct World {
    folder: TempDir,
}

impl World {
    /// An empty world.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A place in this world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into this world.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Puts a picture into this world.
    pub fn picture(&self, name: &str, picture: &RgbImage) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        picture.save(&path).unwrap();
        path
    }

    /// What a file in this world holds.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program in this world, with the shared runtime library.
    pub fn hinge(&self) -> Command {
        let mut hinge = self.bare_hinge();
        hinge.env("ORT_DYLIB_PATH", runtime_library());
        hinge
    }

    /// The program in this world, with no runtime library and no way to fetch one.
    pub fn bare_hinge(&self) -> Command {
        let mut hinge = Command::from_std(self.program());
        hinge.timeout(Duration::from_secs(300));
        hinge
    }

    /// The program in this world, with the shared runtime library, started and left to run.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut hinge = self.program();
        hinge.args(arguments).env("ORT_DYLIB_PATH", runtime_library()).stdout(Stdio::piped()).stderr(Stdio::null());
        hinge.spawn().unwrap()
    }

    fn program(&self) -> process::Command {
        let nowhere = self.path("no-programs");
        fs::create_dir_all(&nowhere).unwrap();
        let mut hinge = process::Command::new(env!("CARGO_BIN_EXE_hinge"));
        hinge.current_dir(env!("CARGO_MANIFEST_DIR")).env("HINGE_HOME", self.path("home")).env("PATH", nowhere);
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "HINGE_MODELS", "ORT_DYLIB_PATH", "RUST_LOG"] {
            hinge.env_remove(name);
        }
        hinge
    }
}

/// The recording that comes with the program.
pub fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.mp4")
}

/// The pictures of the demo, from the start.
pub fn demo_pictures(count: usize) -> Vec<RgbImage> {
    let mut source = source::open(&Selection::Files(vec![demo()]), &Options::default()).unwrap();
    let mut pictures = Vec::new();
    while pictures.len() < count {
        let Delivery::Frame(frame) = source.next().unwrap() else { break };
        pictures.push(frame.picture.as_ref().clone());
    }
    pictures
}

/// The runtime library of this user, fetched if this is the first time.
fn runtime_library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let runtime = Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap();
        runtime.library().to_owned()
    })
}
