//! What a round needs of the system, each `None` where the system lacks it: a C compiler, `script`, a small disk, a display.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::common::demo_pictures;

/// Pictures of the recording: two seconds.
pub const PICTURES: usize = 60;

/// A folder for what all rounds share; it stays until the temporary folder is emptied.
pub fn shared() -> &'static Path {
    static SHARED: OnceLock<TempDir> = OnceLock::new();
    SHARED.get_or_init(|| tempfile::tempdir().unwrap()).path()
}

/// The recording: the first pictures of the demo, at half their size.
pub fn recording() -> &'static Path {
    static RECORDING: OnceLock<PathBuf> = OnceLock::new();
    RECORDING.get_or_init(|| {
        let folder = shared().join("pictures");
        fs::create_dir_all(&folder).unwrap();
        for (number, picture) in demo_pictures(PICTURES).iter().enumerate() {
            half(picture).save(folder.join(name(number))).unwrap();
        }
        folder
    })
}

/// A picture at half its size.
pub fn half(picture: &image::RgbImage) -> image::RgbImage {
    image::imageops::thumbnail(picture, picture.width() / 2, picture.height() / 2)
}

/// The file of a picture of the recording.
fn name(number: usize) -> String {
    format!("{number:03}.png")
}

/// A picture of the recording.
pub fn picture(number: usize) -> image::RgbImage {
    image::open(recording().join(name(number))).unwrap().into_rgb8()
}

/// The library that makes the disk fail, moves the clock and is a camera; `None` without a C compiler.
pub fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let made = SHIM.get_or_init(|| {
        let sources =
            ["shim.c", "camera.c"].map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults").join(name));
        let library = shared().join("shim.so");
        let mut compiler = Command::new(which::which("cc").ok()?);
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).args(sources).arg("-ldl");
        compiler.status().is_ok_and(|status| status.success()).then_some(library)
    });
    made.as_deref()
}

/// What the library is told.
pub struct Control(File);

/// The kinds of faults of `faults.h`.
#[derive(Clone, Copy)]
pub enum Kind {
    None = 0,
    SyncFails = 1,
    SyncWaits = 2,
    Freezes = 3,
    WriteFails = 4,
    Clock = 5,
    Unplugged = 6,
    CameraFails = 7,
}

impl Control {
    pub fn create(path: &Path) -> Self {
        fs::write(path, [0; 8]).unwrap();
        Self(File::options().write(true).open(path).unwrap())
    }

    /// The amount comes first, so that a kind never works with that of another.
    pub fn set(&self, kind: Kind, amount: i32) {
        self.0.write_all_at(&amount.to_ne_bytes(), 4).unwrap();
        self.0.write_all_at(&(kind as i32).to_ne_bytes(), 0).unwrap();
    }
}

/// A disk of a few megabytes, mounted on a folder.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may mount none.
    pub fn mount(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new(which::which("mount").ok()?);
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Writes until nothing more fits.
    pub fn fill(&self) {
        let file = File::create(self.filler()).unwrap();
        let mut at = 0;
        for size in [1 << 16, 1 << 12, 1 << 8, 1] {
            let bytes = vec![1; size];
            while let Ok(written @ 1..) = file.write_at(&bytes, at) {
                at += written as u64;
            }
        }
    }

    pub fn make_room(&self) {
        fs::remove_file(self.filler()).ok(); // there may be room already
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").args(["-l"]).arg(&self.0).status().ok();
    }
}

/// A display of its own.
pub struct Display {
    server: Child,
    pub name: String,
}

impl Display {
    /// `None` without Xvfb.
    pub fn open() -> Option<Self> {
        let mut server = Command::new(which::which("Xvfb").ok()?);
        server.args(["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-noreset"]);
        let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut number = String::new();
        BufReader::new(server.stdout.take()?).read_line(&mut number).ok()?;
        Some(Self { server, name: format!(":{}", number.trim()) })
    }

    /// Presses a key, with the mouse in the window.
    pub fn press(&self, key: &str) {
        let does = |arguments: &[&str]| {
            let mut xdotool = Command::new("xdotool");
            xdotool.args(arguments).env("DISPLAY", &self.name).stderr(Stdio::null()).status().unwrap();
        };
        does(&["mousemove", "640", "300"]);
        does(&["key", key]);
    }

    pub fn close(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.close();
    }
}
