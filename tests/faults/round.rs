//! One round: a session, a fault at a random moment of it, and what was left.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use bendwise::store::Store;

use crate::check::{Left, check};
use crate::common::World;
use crate::random::Random;
use crate::tools::{Control, Display, Kind, PICTURES, SmallDisk, recording, shim};

/// A program that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(90);

/// How many seconds of frames may be missing of what was measured before the fault.
const MOST_LOST: f64 = 1.0;

/// Frames a second.
const RATE: f64 = 30.0;

const DAY: i32 = 24 * 60 * 60;

/// Written before each frame that is shown while the session is kept.
const SHOWN: &[u8] = "● REC  ".as_bytes();

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// SIGKILL in a live session.
    Kill,
    /// SIGKILL in an analysis.
    KillAnalysis,
    /// Nothing more fits on the disk.
    DiskFull,
    /// The same for a second.
    DiskFullShortly,
    /// fsync fails with EIO.
    SyncFails,
    /// fsync takes 300 ms.
    SyncWaits,
    /// Every write waits for one to four seconds.
    Freezes,
    /// Writes fail with EIO.
    WriteFails,
    /// The same for a second.
    WriteFailsShortly,
    /// The display goes away.
    DisplayGoes,
    /// The clock goes a day forward or back, and the session is looked at in another time zone.
    Clock,
    /// The power goes: of each file only what was synced is left.
    PowerLost,
}

impl Fault {
    pub const ALL: [Self; 12] = [
        Self::Kill,
        Self::KillAnalysis,
        Self::DiskFull,
        Self::DiskFullShortly,
        Self::SyncFails,
        Self::SyncWaits,
        Self::Freezes,
        Self::WriteFails,
        Self::WriteFailsShortly,
        Self::DisplayGoes,
        Self::Clock,
        Self::PowerLost,
    ];

    /// Whether a session that meets it goes on as if nothing had happened.
    fn is_harmless(self) -> bool {
        matches!(self, Self::SyncWaits | Self::Freezes | Self::Clock)
    }

    /// Whether the session ends by it.
    pub fn ends(self) -> bool {
        matches!(self, Self::Kill | Self::KillAnalysis | Self::DisplayGoes | Self::PowerLost)
    }
}

pub struct Round {
    pub fault: Fault,
    pub seed: u64,
}

/// What became of a round.
pub struct Outcome {
    pub fault: Fault,
    seed: u64,
    /// How many frames were shown when the fault came; `None` where that cannot be counted.
    shown: Option<u64>,
    /// How many were kept.
    pub kept: u64,
    /// Whether the person was told that something is not kept.
    pub told: bool,
    /// Why the round was not run.
    pub skipped: Option<&'static str>,
    /// What is wrong.
    pub wrong: Vec<String>,
}

impl Outcome {
    pub fn is_bad(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// Seconds of what was shown before the fault that are not kept.
    pub fn lost(&self) -> Option<f64> {
        Some(self.shown?.saturating_sub(self.kept) as f64 / RATE)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} {}: {} of {:?} kept", self.fault, self.seed, self.kept, self.shown)?;
        self.skipped.map_or(Ok(()), |why| write!(out, ", not run: {why}"))?;
        write!(
            out,
            "{}{}",
            if self.told { ", told" } else { "" },
            self.wrong.iter().map(|what| format!("; WRONG: {what}")).collect::<String>()
        )
    }
}

/// A running session.
struct Session {
    world: World,
    child: Child,
    control: Control,
    disk: Option<SmallDisk>,
    display: Option<Display>,
    is_analysis: bool,
}

impl Round {
    pub fn run(&self) -> Outcome {
        let mut random = Random::new(self.seed);
        let mut outcome = Outcome {
            fault: self.fault,
            seed: self.seed,
            shown: None,
            kept: 0,
            told: false,
            skipped: None,
            wrong: Vec::new(),
        };
        match self.start(&mut random) {
            Ok(session) => self.play(session, &mut random, &mut outcome),
            Err(why) => outcome.skipped = Some(why),
        }
        outcome
    }

    fn start(&self, random: &mut Random) -> Result<Session, &'static str> {
        let world = World::new();
        let shim = shim().ok_or("there is no C compiler")?;
        let script = which::which("script").map_err(|_| "there is no `script`")?;
        let small = matches!(self.fault, Fault::DiskFull | Fault::DiskFullShortly);
        let disk =
            small.then(|| SmallDisk::mount(&world.path("home")).ok_or("this user may mount no disk")).transpose()?;
        let display =
            (self.fault == Fault::DisplayGoes).then(|| Display::open().ok_or("there is no Xvfb")).transpose()?;
        fs::create_dir_all(world.path("home")).unwrap();
        let control = Control::create(&world.path("control"));
        let zone = ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Auckland"][random.within(0, 4) as usize];
        let line = format!(
            "echo $$ >{pid}; export LD_PRELOAD={shim}; exec {program} {arguments} 2>{err}",
            pid = world.path("pid").display(),
            shim = shim.display(),
            program = env!("CARGO_BIN_EXE_bendwise"),
            arguments = self.arguments(),
            err = world.path("err").display(),
        );
        let mut command = Command::new(script);
        command.args(["-qfec", &line]).arg(world.path("out")).stdin(Stdio::null()).stdout(Stdio::null());
        world.inhabit(&mut command);
        command.env("SHELL", "/bin/sh").env("TERM", "xterm").env("TZ", zone); // a dumb terminal is not told of each frame
        command.env("FAULTS_CONTROL", world.path("control")).env("FAULTS_FOLDER", world.path("home"));
        if self.fault == Fault::PowerLost {
            fs::create_dir(world.path("synced")).unwrap();
            command.env("FAULTS_SYNCED", world.path("synced"));
        }
        if let Some(display) = &display {
            command.env("DISPLAY", &display.name);
        }
        Ok(Session {
            child: command.spawn().unwrap(),
            world,
            control,
            disk,
            display,
            is_analysis: self.fault == Fault::KillAnalysis,
        })
    }

    fn arguments(&self) -> String {
        let pictures = recording().display();
        match self.fault {
            Fault::KillAnalysis => format!("analyze --keep {pictures}"),
            _ => format!("live --source {pictures}"),
        }
    }

    fn play(&self, mut session: Session, random: &mut Random, outcome: &mut Outcome) {
        let counted = !matches!(self.fault, Fault::KillAnalysis | Fault::DisplayGoes);
        session.wait_for_moment(random, counted);
        outcome.shown = counted.then(|| session.shown());
        self.inflict(&mut session, random);
        let Some(succeeded) = session.wait_for_end() else {
            outcome.wrong.push("it hangs".to_owned());
            return;
        };
        session.control.set(Kind::None, 0);
        if counted && self.fault.is_harmless() && session.shown() == 0 {
            outcome.wrong.push("no frame was counted in the terminal: the fault came at no frame either".to_owned());
        }
        let err = fs::read_to_string(session.world.path("err")).unwrap_or_default();
        outcome.told =
            ["cannot be drawn any more", "no longer kept", "not kept", "up to that point", "are not in its video"]
                .iter()
                .any(|words| err.contains(words));
        let whole = !self.fault.ends();
        if whole && !succeeded {
            outcome.wrong.push(format!("it ended with an error: {err}"));
        }
        if err.contains("A fault in bendwise") || err.contains("panicked") {
            outcome.wrong.push(err);
        }
        if self.fault == Fault::PowerLost {
            forget_unsynced(&session.world.path("home/data/sessions"), &session.world.path("synced"));
        }
        // A disk that is still full is looked at as it is, unless the list of sessions was not even begun.
        if let Some(disk) = session.disk.as_ref().filter(|_| Store::find(&session.world.paths()).is_err()) {
            disk.make_room();
        }
        let left = check(&session.world, whole && !outcome.told, random, &mut outcome.wrong);
        self.judge(&left, outcome);
    }

    fn judge(&self, left: &Left, outcome: &mut Outcome) {
        outcome.kept = left.frames;
        if let Some(lost) = outcome.lost().filter(|lost| *lost > MOST_LOST) {
            outcome.wrong.push(format!("{lost:.2} s are lost"));
        }
        let whole = left.frames == PICTURES as u64;
        if !self.fault.ends() && !whole && !outcome.told {
            outcome.wrong.push(format!("only {} frames are kept, and nobody was told", left.frames));
        }
        if self.fault.is_harmless() && (!whole || outcome.told) {
            outcome.wrong.push(format!("{} frames are kept", left.frames));
        }
    }

    fn inflict(&self, session: &mut Session, random: &mut Random) {
        let Session { control, disk, display, .. } = session;
        let shortly = Duration::from_secs(1);
        match self.fault {
            Fault::Kill | Fault::KillAnalysis | Fault::PowerLost => session.kill(),
            Fault::DiskFull => disk.as_ref().unwrap().fill(),
            Fault::DiskFullShortly => {
                disk.as_ref().unwrap().fill();
                thread::sleep(shortly);
                disk.as_ref().unwrap().make_room();
            }
            Fault::SyncFails => control.set(Kind::SyncFails, 0),
            Fault::SyncWaits => control.set(Kind::SyncWaits, 300),
            Fault::Freezes => {
                control.set(Kind::Freezes, 0);
                thread::sleep(Duration::from_millis(random.within(1000, 4000)));
                control.set(Kind::None, 0);
            }
            Fault::WriteFails => control.set(Kind::WriteFails, 0),
            Fault::WriteFailsShortly => {
                control.set(Kind::WriteFails, 0);
                thread::sleep(shortly);
                control.set(Kind::None, 0);
            }
            Fault::DisplayGoes => display.as_mut().unwrap().close(),
            Fault::Clock => control.set(Kind::Clock, if random.within(0, 2) == 0 { DAY } else { -DAY }),
        }
    }
}

impl Session {
    /// Waits until a random frame is shown, or where frames cannot be counted for a random time.
    fn wait_for_moment(&mut self, random: &mut Random, counted: bool) {
        let frame = random.within(0, PICTURES as u64);
        let early = frame < 5; // before anything is shown
        if self.is_analysis && !early {
            self.wait_for_film();
            thread::sleep(Duration::from_millis(random.within(0, 1500)));
            return;
        }
        if counted && !early {
            while self.shown() < frame && self.child.try_wait().unwrap().is_none() {
                thread::sleep(Duration::from_millis(3));
            }
            thread::sleep(Duration::from_millis(random.within(0, 33)));
        } else {
            thread::sleep(Duration::from_millis(random.within(0, if early { 900 } else { 4000 })));
        }
    }

    /// Waits until the film has its first second, or the session is over: an analysis looks at a recording twice, and
    /// keeps what it measures the second time.
    fn wait_for_film(&mut self) {
        let sessions = self.world.path("home/data/sessions");
        let length = |folder: fs::DirEntry| fs::metadata(folder.path().join("video.mp4")).map_or(0, |film| film.len());
        let filmed = || fs::read_dir(&sessions).is_ok_and(|all| all.flatten().any(|folder| length(folder) > 2000));
        while !filmed() && self.child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many frames were shown so far as kept ones.
    fn shown(&self) -> u64 {
        let out = fs::read(self.world.path("out")).unwrap_or_default();
        let marks = out.windows(SHOWN.len()).filter(|bytes| *bytes == SHOWN).count() as u64;
        marks.saturating_sub(1) // the first stands above the frames
    }

    fn kill(&self) {
        let pid = fs::read_to_string(self.world.path("pid")).unwrap_or_default();
        if !pid.trim().is_empty() {
            Command::new("/bin/kill").args(["-KILL", pid.trim()]).stderr(Stdio::null()).status().ok();
        }
    }

    /// Whether it succeeded; `None` if it does not end.
    fn wait_for_end(&mut self) -> Option<bool> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status.success());
            }
            if began.elapsed() > LONGEST {
                self.kill();
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Leaves of each file below a folder what it was when it was last synced, and of one that never was nothing but its name.
/// That names are lost too, or that a part of what was not synced is there, is not tried.
fn forget_unsynced(folder: &Path, synced: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            forget_unsynced(&path, synced);
            continue;
        }
        let copy = synced.join(path.to_str().unwrap().replace('/', "%"));
        fs::write(&path, fs::read(copy).unwrap_or_default()).unwrap();
    }
}
