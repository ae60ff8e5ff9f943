//! `bendwise doctor`: checks each part that bendwise needs or can use, and says what to do about missing ones. It
//! downloads and changes nothing, unless `--fix` is given and each step is agreed to ([`super::doctor_fix`]). With `--sound` it
//! also plays every sound ([`super::sound`]).

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::arguments::DoctorArgs;
use super::exit::sentence;
use super::sessions::megabytes;
use super::setup::Setup;
use super::{Exit, doctor_fix, exit, recording_setup, sound};
use crate::inference::InferenceError;
use crate::inference::Runtime;
use crate::inference::models;
use crate::screen::window::LiveWindow;
use crate::source::camera::{self, CameraEntry};
use crate::store::{SessionFilter, Store};
use crate::visible::visible;
use crate::voice::AudioBackends;

/// Size of the test window, pixels.
const PROBE: (usize, usize) = (64, 36);

/// What the errors and intervals that are told rest on (`METHOD.md`, "In one page").
const RESTS_ON: &str = "error bounds: from generated and rendered people, among them bodies of a maker left out of the training; real photographs \
    were only looked at. Nobody has measured the error on people yet: `bendwise compare` does";

/// The check of one part.
struct CheckResult {
    part: &'static str,
    /// What was found, or what is missing and what to do about it.
    state: Result<String, String>,
    /// Whether measuring is impossible without it.
    needed: bool,
}

pub(super) fn run(setup: &Setup, args: &DoctorArgs) -> Result<Exit> {
    if args.fix {
        return doctor_fix::offer(setup);
    }
    let findings = findings(setup);
    let mut lines: Vec<String> = findings.iter().map(CheckResult::line).collect();
    let ready = findings.iter().all(|finding| finding.state.is_ok() || !finding.needed);
    let verdict = if ready {
        "bendwise can measure recordings on this machine, and any camera marked ✓"
    } else {
        "bendwise cannot measure yet: see ✗"
    };
    lines.extend([RESTS_ON.to_owned(), String::new(), format!("{verdict}\n")]);
    exit::print(&lines.join("\n"))?;
    if args.sound {
        sound::play(setup)?;
    }
    Ok(if ready { Exit::Done } else { Exit::Failed })
}

impl CheckResult {
    fn line(&self) -> String {
        let Self { part, state, needed } = self;
        match state.as_ref().map(visible).map_err(visible) {
            Ok(found) => format!("✓ {part}: {found}"),
            Err(missing) if *needed => format!("✗ {part}: {missing}"),
            Err(missing) => format!("✗ {part} (optional): {missing}"),
        }
    }
}

fn findings(setup: &Setup) -> Vec<CheckResult> {
    let note = |part, state| CheckResult { part, state, needed: false };
    let mut findings = vec![CheckResult { part: "runtime library", state: library(setup), needed: true }];
    findings.extend(networks(setup));
    findings.push(note("camera", cameras()));
    findings.push(note("display", display()));
    findings.push(note("ffmpeg", ffmpeg()));
    findings.push(note("sessions", sessions(setup)));
    let tools = AudioBackends::find();
    for (part, tool) in [("voice", tools.speech()), ("chimes", tools.chimes()), ("hum", tools.hum())] {
        findings.push(note(part, tool.map(|path| path.display().to_string()).map_err(|missing| missing.to_string())));
    }
    findings
}

/// The runtime library, without downloading it.
fn library(setup: &Setup) -> Result<String, String> {
    match Runtime::find(setup.ort_lib.as_deref(), &setup.paths) {
        Ok(Some(runtime)) => Ok(format!("{} (version {})", runtime.library().display(), runtime.version())),
        Ok(None) => {
            Err("not installed yet; the first start fetches it with pip or npm, or name one with --ort-lib".to_owned())
        }
        Err(error) => Err(sentence(&error.into())),
    }
}

/// Each model file and its checksum, or that the networks are in the program.
fn networks(setup: &Setup) -> Vec<CheckResult> {
    let finding = |state: Result<PathBuf, InferenceError>| {
        let state = state.map(|path| path.display().to_string()).map_err(|error| sentence(&error.into()));
        CheckResult { part: "model", state, needed: true }
    };
    match models::find(setup.models.as_deref()) {
        Ok(models) if models.folder().is_none() => {
            vec![CheckResult { part: "models", state: Ok("in the program itself".to_owned()), needed: true }]
        }
        Ok(models) => models.check().into_iter().map(finding).collect(),
        Err(error) => vec![finding(Err(error))],
    }
}

/// ffmpeg, looked up as the video source does.
fn ffmpeg() -> Result<String, String> {
    let missing = |_| "none found; install it to read videos other than H.264 in MP4".to_owned();
    which::which("ffmpeg").map(|path| path.display().to_string()).map_err(missing)
}

/// Whether a window can be opened, which only opening one shows.
fn display() -> Result<String, String> {
    match LiveWindow::open("bendwise doctor", PROBE) {
        Ok(_) => Ok("a window can be opened".to_owned()),
        Err(error) => Err(sentence(&error.into())),
    }
}

/// Location, number and size of the sessions, and whether SQLite finds their database intact.
fn sessions(setup: &Setup) -> Result<String, String> {
    let folder = Store::folder(&setup.paths);
    let inspect = || -> Result<String> {
        let Some((store, notices)) = Store::find(&setup.paths)? else {
            return Ok(format!("none kept yet; they will be stored in {}", folder.display()));
        };
        recording_setup::report_recovery(&notices);
        let faults = store.faults()?;
        if !faults.is_empty() {
            let found = faults.join("; ");
            bail!("the database in {} is damaged: export what you need, then move it away ({found})", folder.display());
        }
        Ok(format!(
            "{} kept in {}, {}",
            store.count(&SessionFilter::default())?,
            folder.display(),
            megabytes(store.size())
        ))
    };
    inspect().map_err(|error| sentence(&error))
}

/// The first camera that works well, otherwise the first that works, or what is wrong with each.
fn cameras() -> Result<String, String> {
    let (mut wrong, mut works) = (Vec::new(), None);
    for CameraEntry { number, name, opening, notes } in camera::cameras() {
        match opening {
            Ok(mode) if notes.is_empty() => return Ok(format!("camera:{number}, {name}, {mode}")),
            Ok(mode) => {
                let noted = notes
                    .iter()
                    .fold(format!("camera:{number}, {name}, {mode}"), |said, note| format!("{said}; {note}"));
                works = works.or(Some(noted));
            }
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if let Some(works) = works {
        return Ok(works);
    }
    if wrong.is_empty() {
        wrong.push("none found; plug one in, or play a recording".to_owned());
    }
    Err(wrong.join("; "))
}
