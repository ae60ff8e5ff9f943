//! `bendwise doctor --fix`: offers to fetch or install what is missing, one thing after the other, and only with a yes.

use std::io::{BufRead, IsTerminal, stdin};
use std::process::Command;

use anyhow::Result;

use super::interruption::Interruption;
use super::setup::Setup;
use super::{Exit, exit};
use crate::inference::{FetchNews, Runtime};
use crate::voice::AudioBackends;

/// What may be missing and can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// ONNX Runtime, which bendwise fetches itself.
    Runtime,
    /// Reads videos other than H.264 in MP4.
    Ffmpeg,
    /// A program that speaks.
    Voice,
}

/// A package manager: its name, what it calls installing, and its packages for ffmpeg and for a voice, if it has them.
struct PackageManager {
    name: &'static str,
    installs: &'static str,
    ffmpeg: &'static str,
    voice: Option<&'static str>,
    /// Whether it has to be run by the administrator.
    by_root: bool,
}

/// In the order in which they are looked for. Fedora's own ffmpeg is called so; Windows speaks by itself.
const MANAGERS: [PackageManager; 6] = [
    PackageManager { name: "apt-get", installs: "install", ffmpeg: "ffmpeg", voice: Some("espeak-ng"), by_root: true },
    PackageManager { name: "dnf", installs: "install", ffmpeg: "ffmpeg-free", voice: Some("espeak-ng"), by_root: true },
    PackageManager { name: "pacman", installs: "-S", ffmpeg: "ffmpeg", voice: Some("espeak-ng"), by_root: true },
    PackageManager { name: "zypper", installs: "install", ffmpeg: "ffmpeg", voice: Some("espeak-ng"), by_root: true },
    PackageManager { name: "brew", installs: "install", ffmpeg: "ffmpeg", voice: Some("espeak-ng"), by_root: false },
    PackageManager { name: "winget", installs: "install", ffmpeg: "Gyan.FFmpeg", voice: None, by_root: false },
];

/// Offers what is missing. Without a terminal nobody can be asked: the commands are printed, and the exit code says so.
///
/// # Errors
/// If standard output cannot be written.
pub(super) fn offer(setup: &Setup) -> Result<Exit> {
    let lacks = lacks(setup);
    if lacks.is_empty() {
        exit::print("Nothing is missing that could be fetched or installed\n")?;
        return Ok(Exit::Done);
    }
    let manager = MANAGERS.iter().find(|manager| which::which(manager.name).is_ok());
    let sudo = which::which("sudo").is_ok();
    let asks = stdin().is_terminal();
    let mut done = true;
    let interruption = Interruption::listen(&setup.words)?;
    for lack in lacks {
        if interruption.wanted() {
            return Ok(Exit::Failed);
        }
        let command = command(lack, manager, sudo);
        exit::print(&format!("{}\n", line(lack, command.as_deref())))?;
        let Some(command) = command.filter(|_| asks) else {
            done = false;
            continue;
        };
        exit::print("Do it now? (y/N) ")?;
        done &= says_yes(&mut stdin().lock()) && carry_out(setup, lack, &command, &interruption);
    }
    Ok(if done { Exit::Done } else { Exit::Failed })
}

fn lacks(setup: &Setup) -> Vec<Lack> {
    let runtime = matches!(Runtime::find(setup.ort_lib.as_deref(), &setup.paths), Ok(None));
    let missing = [
        (Lack::Runtime, runtime),
        (Lack::Ffmpeg, which::which("ffmpeg").is_err()),
        (Lack::Voice, AudioBackends::find().speech().is_err()),
    ];
    missing.into_iter().filter_map(|(lack, missing)| missing.then_some(lack)).collect()
}

/// The command that gets it, word by word; `None` if this machine has no package manager with it.
fn command(lack: Lack, manager: Option<&PackageManager>, sudo: bool) -> Option<Vec<&'static str>> {
    if lack == Lack::Runtime {
        return Some(vec!["bendwise", "demo"]); // as any first start
    }
    let manager = manager?;
    let package = if lack == Lack::Ffmpeg { Some(manager.ffmpeg) } else { manager.voice }?;
    let root = (manager.by_root && sudo).then_some("sudo");
    Some(root.into_iter().chain([manager.name, manager.installs, package]).collect())
}

fn line(lack: Lack, command: Option<&[&str]>) -> String {
    let what = match lack {
        Lack::Runtime => "The runtime library is missing, which the first start fetches",
        Lack::Ffmpeg => "ffmpeg is missing, for videos other than H.264 in MP4",
        Lack::Voice => "No program that speaks was found",
    };
    match command {
        Some(command) => format!("{what}: {}", command.join(" ")),
        None => format!("{what}: no package manager is known here, so install it as your system does"),
    }
}

fn says_yes(input: &mut impl BufRead) -> bool {
    let mut answer = String::new();
    input.read_line(&mut answer).is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Runs it; what goes wrong is told.
fn carry_out(setup: &Setup, lack: Lack, command: &[&str], interruption: &Interruption) -> bool {
    let told = match (lack, command) {
        (Lack::Runtime, _) => {
            let is_stopped = || interruption.wanted();
            let say = &mut |news: &FetchNews| exit::eprint_line(&setup.words.process.fetching(news));
            let fetched = Runtime::open_unless(setup.ort_lib.as_deref(), &setup.paths, say, &is_stopped);
            fetched.err().map(|error| exit::sentence(&error.into()))
        }
        (_, [program, arguments @ ..]) => match Command::new(program).args(arguments).status() {
            Ok(status) if status.success() => None,
            Ok(status) => Some(format!("{} ended with {status}: run it yourself to see why", command.join(" "))),
            Err(cause) => Some(format!("{program} cannot be run ({cause})")),
        },
        (_, []) => None,
    };
    if let Some(told) = &told {
        exit::report(told);
    }
    told.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lack: Lack, manager: Option<usize>, sudo: bool) -> String {
        let manager = manager.and_then(|place| MANAGERS.get(place));
        line(lack, command(lack, manager, sudo).as_deref())
    }

    #[test]
    fn the_exact_command_is_named() {
        assert!(told(Lack::Ffmpeg, Some(0), true).ends_with(": sudo apt-get install ffmpeg"));
        assert!(told(Lack::Voice, Some(0), false).ends_with(": apt-get install espeak-ng"));
        assert!(told(Lack::Ffmpeg, Some(1), true).ends_with(": sudo dnf install ffmpeg-free"));
        assert!(told(Lack::Voice, Some(2), true).ends_with(": sudo pacman -S espeak-ng"));
        assert!(told(Lack::Ffmpeg, Some(4), true).ends_with(": brew install ffmpeg"));
        assert!(told(Lack::Runtime, None, true).ends_with(": bendwise demo"));
        for (lack, manager) in [(Lack::Voice, Some(5)), (Lack::Ffmpeg, None)] {
            assert!(told(lack, manager, true).ends_with("install it as your system does"));
        }
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, expected) in
            [("y\n", true), ("YES\n", true), ("\n", false), ("", false), ("n\n", false), ("yo\n", false)]
        {
            assert_eq!(says_yes(&mut answer.as_bytes()), expected, "{answer:?}");
        }
    }
}
