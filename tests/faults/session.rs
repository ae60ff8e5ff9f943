//! A session that runs, as a round sees it from outside.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use bendwise::store::Store;

use crate::camera::Camera;
use crate::common::World;
use crate::fault::Fault;
use crate::random::Random;
use crate::tools::{Control, Display, PICTURES, SmallDisk, recording, shim};

/// A program that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(90);

/// Words that do not come within this time do not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A film that grows does so within this time.
const SETTLED: Duration = Duration::from_secs(2);

/// Written before each frame that is shown while the session is kept.
const SHOWN: &[u8] = "● REC  ".as_bytes();

/// Frames of a camera until the first bend is over; a session of a minute without one is not kept.
const FIRST_BEND: u64 = 150;

pub struct Session {
    pub world: World,
    child: Child,
    pub control: Control,
    pub disk: Option<SmallDisk>,
    pub display: Option<Display>,
    pub camera: Option<Camera>,
    is_analysis: bool,
}

impl Session {
    /// Starts one that the fault can meet, or says what the system lacks.
    pub fn start(fault: Fault, random: &mut Random) -> Result<Self, &'static str> {
        let world = World::new();
        let shim = shim().ok_or("there is no C compiler")?;
        let script = which::which("script").map_err(|_| "there is no `script`")?;
        let small = matches!(fault, Fault::DiskFull | Fault::DiskFullShortly);
        let disk =
            small.then(|| SmallDisk::mount(&world.path("home")).ok_or("this user may mount no disk")).transpose()?;
        let display = fault.has_window().then(|| Display::open().ok_or("there is no Xvfb")).transpose()?;
        if fault == Fault::CameraFailsWhilePaused {
            which::which("xdotool").map_err(|_| "there is no xdotool")?;
        }
        let camera = fault.has_camera().then(|| Camera::plug_in(&world.path("camera")));
        fs::create_dir_all(world.path("home")).unwrap();
        let control = Control::create(&world.path("control"));
        let zone = ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Auckland"][random.within(0, 4) as usize];
        let line = format!(
            "echo $$ >{pid}; export LD_PRELOAD={shim}; exec {program} {arguments} 2>{err}",
            pid = world.path("pid").display(),
            shim = shim.display(),
            program = env!("CARGO_BIN_EXE_bendwise"),
            arguments = arguments(fault),
            err = world.path("err").display(),
        );
        let mut command = Command::new(script);
        command.args(["-qfec", &line]).arg(world.path("out")).stdin(Stdio::null()).stdout(Stdio::null());
        world.inhabit(&mut command);
        command.env("SHELL", "/bin/sh").env("TERM", "xterm").env("TZ", zone); // a dumb terminal is not told of each frame
        command.env("FAULTS_CONTROL", world.path("control")).env("FAULTS_FOLDER", world.path("home"));
        if fault == Fault::PowerLost {
            fs::create_dir(world.path("synced")).unwrap();
            command.env("FAULTS_SYNCED", world.path("synced"));
        }
        if let Some(display) = &display {
            command.env("DISPLAY", &display.name);
        }
        if camera.is_some() {
            command.env("FAULTS_CAMERA", world.path("camera"));
        }
        let is_analysis = fault == Fault::KillAnalysis;
        Ok(Self { child: command.spawn().unwrap(), world, control, disk, display, camera, is_analysis })
    }

    /// Waits until a random frame is shown, or where frames cannot be counted for a random time.
    pub fn wait_for_moment(&mut self, random: &mut Random, counted: bool) {
        if self.camera.is_some() {
            self.wait_for_camera(random, counted);
            return;
        }
        let frame = random.within(0, PICTURES as u64);
        let early = frame < 5; // before anything is shown
        if self.is_analysis && !early {
            self.wait_for_film();
            thread::sleep(Duration::from_millis(random.within(0, 1500)));
            return;
        }
        if counted && !early {
            self.wait_for_frames(frame);
            thread::sleep(Duration::from_millis(random.within(0, 33)));
        } else {
            thread::sleep(Duration::from_millis(random.within(0, if early { 900 } else { 4000 })));
        }
    }

    /// What a camera shows is kept from the first bend on.
    fn wait_for_camera(&mut self, random: &mut Random, counted: bool) {
        if counted {
            self.wait_for_frames(FIRST_BEND + random.within(0, 60));
        } else {
            self.wait_for_bend();
            thread::sleep(Duration::from_millis(random.within(0, 2000)));
        }
    }

    /// Waits until the first bend is kept.
    fn wait_for_bend(&mut self) {
        let kept = |world: &World| {
            let (store, _) = Store::find(&world.paths()).ok()??;
            store.list().ok()?.first().map(|entry| entry.repetitions)
        };
        let began = Instant::now();
        while kept(&self.world).is_none_or(|bends| bends == 0) && self.goes_on() && began.elapsed() < LONGEST {
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Waits until so many frames are shown, or the session is over.
    pub fn wait_for_frames(&mut self, frames: u64) {
        let began = Instant::now();
        while self.shown() < frames && self.goes_on() && began.elapsed() < LONGEST {
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// Waits until the film has its first second, or the session is over: an analysis looks at a recording twice, and
    /// keeps what it measures the second time.
    fn wait_for_film(&mut self) {
        while self.film() <= 2000 && self.goes_on() {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Size of the film so far, bytes.
    fn film(&self) -> u64 {
        let length = |folder: fs::DirEntry| fs::metadata(folder.path().join("video.mp4")).map_or(0, |film| film.len());
        let folders = fs::read_dir(self.world.path("home/data/sessions"));
        folders.into_iter().flatten().flatten().map(length).max().unwrap_or(0)
    }

    /// Pauses it in its window, again where the key was lost: the film of a camera then grows no more.
    pub fn pause(&mut self) {
        for _ in 0..5 {
            self.display.as_ref().unwrap().press("space");
            thread::sleep(SETTLED);
            let before = self.film();
            thread::sleep(SETTLED);
            if self.film() == before || !self.goes_on() {
                return;
            }
        }
    }

    /// Waits until these words are said, but not for ever.
    pub fn wait_for_words(&mut self, words: &str) {
        let began = Instant::now();
        while !self.said().contains(words) && self.goes_on() && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn goes_on(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// How many frames were shown so far as kept ones.
    pub fn shown(&self) -> u64 {
        let out = fs::read(self.world.path("out")).unwrap_or_default();
        let marks = out.windows(SHOWN.len()).filter(|bytes| *bytes == SHOWN).count() as u64;
        marks.saturating_sub(1) // the first stands above the frames
    }

    /// All errors and warnings.
    pub fn errors(&self) -> String {
        fs::read_to_string(self.world.path("err")).unwrap_or_default()
    }

    /// All that was said so far.
    pub fn said(&self) -> String {
        let out = fs::read(self.world.path("out")).unwrap_or_default();
        String::from_utf8_lossy(&out).into_owned() + &self.errors()
    }

    /// Sends the program a signal.
    pub fn signal(&self, name: &str) {
        let pid = fs::read_to_string(self.world.path("pid")).unwrap_or_default();
        if !pid.trim().is_empty() {
            Command::new("/bin/kill").args([&format!("-{name}"), pid.trim()]).stderr(Stdio::null()).status().ok();
        }
    }

    /// Whether it succeeded; `None` if it does not end.
    pub fn wait_for_end(&mut self) -> Option<bool> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status.success());
            }
            if began.elapsed() > LONGEST {
                self.signal("KILL");
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn arguments(fault: Fault) -> String {
    let pictures = recording().display();
    match fault {
        Fault::KillAnalysis => format!("analyze --keep {pictures}"),
        _ if fault.has_camera() => "live --free --source camera:0".to_owned(),
        _ => format!("live --source {pictures}"),
    }
}
