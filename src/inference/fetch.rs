//! Fetches ONNX Runtime from a package registry with the tools a machine has: pip, else npm.
//!
//! What is fetched is code that will run, so it is pinned by hash, and the hashes are compiled into the program
//! (`assets/onnxruntime`). pip checks them with `--require-hashes`, npm by the `integrity` of a lock file. Neither runs
//! anything of the package: wheels hold no scripts, and npm is told `--ignore-scripts`. Asking pip for Python 3.12's
//! wheel makes the result the same for every Python the person may have; only the C library in it is kept.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::install::{Download, install};
use super::locate::{self, VERSION};
use super::runtime_error::Attempt;

const REQUIREMENTS: &str = include_str!("../../assets/onnxruntime/requirements.txt");
const NPM_PACKAGE: &str = include_str!("../../assets/onnxruntime/package.json");
const NPM_LOCK: &str = include_str!("../../assets/onnxruntime/package-lock.json");

/// How often a line tells that a fetch still goes on.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How often the tool is asked whether it is done.
const POLL: Duration = Duration::from_millis(50);
/// The longest reason shown, characters: tools can be wordy.
const REASON_LENGTH: usize = 300;

/// Where the tools are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct PackageManagers {
    /// Instead of the environment's `PATH`.
    pub path: Option<OsString>,
}

/// Fetches the library into the cache and gives its path. `replace` distrusts one that is already there.
///
/// # Errors
/// Every way that was tried, with its reason.
pub(super) fn fetch(
    cache: &Path,
    replace: bool,
    tools: &PackageManagers,
    say: &mut dyn FnMut(&str),
) -> Result<PathBuf, Vec<Attempt>> {
    install(cache, replace, say, |folder, say| {
        let mut attempts = Vec::new();
        for way in [Way::pip("python3"), Way::pip("python"), Way::npm()] {
            match way.go(folder, tools, say) {
                Ok(download) => return Ok(download),
                Err(reason) => attempts.push(Attempt::new(way.name, reason)),
            }
        }
        Err(attempts)
    })
}

/// One way to fetch.
struct Way {
    /// As shown to the person.
    name: String,
    /// What comes over the net, MB.
    megabytes: u32,
    program: &'static str,
    arguments: Vec<String>,
    /// Files the tool reads: name and text.
    inputs: &'static [(&'static str, &'static str)],
    /// Where the tool puts the library and the licence, below the folder it runs in.
    library: PathBuf,
    licences: PathBuf,
}

impl Way {
    /// pip of the Python `python`.
    fn pip(python: &'static str) -> Self {
        let mut arguments: Vec<String> = "-m pip install --quiet --disable-pip-version-check --no-input --no-deps \
             --only-binary=:all: --implementation cp --python-version 3.12 --abi cp312 --target package \
             --require-hashes --requirement requirements.txt"
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        arguments
            .extend(pip_platform().into_iter().flat_map(|platform| ["--platform".to_owned(), platform.to_owned()]));
        Self {
            name: format!("{python} -m pip"),
            megabytes: 17,
            program: python,
            arguments,
            inputs: &[("requirements.txt", REQUIREMENTS)],
            library: Path::new("package").join("onnxruntime").join("capi"),
            licences: Path::new("package").join("onnxruntime"),
        }
    }

    /// npm, for machines without pip.
    fn npm() -> Self {
        let package = Path::new("node_modules").join("onnxruntime-node");
        let (system, processor) = npm_platform();
        Self {
            name: "npm".to_owned(),
            megabytes: 97,
            program: if cfg!(windows) { "npm.cmd" } else { "npm" },
            arguments: ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
                .map(str::to_owned)
                .to_vec(),
            inputs: &[("package.json", NPM_PACKAGE), ("package-lock.json", NPM_LOCK)],
            library: package.join("bin").join("napi-v6").join(system).join(processor),
            licences: package,
        }
    }

    /// Runs the tool in a folder of its own in `folder`; the error is a reason in words.
    fn go(&self, folder: &Path, tools: &PackageManagers, say: &mut dyn FnMut(&str)) -> Result<Download, String> {
        let folder = folder.join(self.name.replace(' ', "-"));
        let prepared = self.prepare(&folder).and_then(|log| Ok((log.try_clone()?, log)));
        let (output, errors) = prepared.map_err(|error| error.to_string())?;
        let mut command = Command::new(self.program);
        command.args(&self.arguments).current_dir(&folder).stdin(Stdio::null()).stdout(output).stderr(errors);
        // A person's pip settings that would forbid `--target`.
        command.env("PIP_USER", "no").env("PIP_REQUIRE_VIRTUALENV", "no");
        command.envs(tools.path.iter().map(|path| ("PATH", path)));
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("{} is not on the PATH", self.program),
            _ => error.to_string(),
        })?;
        let status = self.wait(child, say).map_err(|error| error.to_string())?;
        if !status.success() {
            let log = fs::read(folder.join("log.txt")).unwrap_or_default();
            return Err(reason(&String::from_utf8_lossy(&log)).unwrap_or_else(|| status.to_string()));
        }
        let library = folder.join(&self.library);
        if locate::in_folder(&library).is_none() {
            return Err("the package has no library for this system".to_owned());
        }
        Ok(Download { library, licences: folder.join(&self.licences) })
    }

    /// Makes the folder with the tool's inputs and the file for what it says.
    fn prepare(&self, folder: &Path) -> io::Result<File> {
        fs::create_dir_all(folder)?;
        for (name, text) in self.inputs {
            fs::write(folder.join(name), text)?;
        }
        File::create(folder.join("log.txt"))
    }

    /// Waits for the tool and shows that it is at work.
    fn wait(&self, mut child: Child, say: &mut dyn FnMut(&str)) -> io::Result<ExitStatus> {
        let (began, mut told) = (Instant::now(), Duration::ZERO);
        let (name, megabytes) = (&self.name, self.megabytes);
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            // Only now: a tool that is not there fails at once and need not be announced.
            if told.is_zero() && began.elapsed() > POLL * 10 {
                say(&format!("Fetching ONNX Runtime {VERSION} (once, about {megabytes} MB) with {name} …"));
                told = began.elapsed();
            } else if began.elapsed() > told + HEARTBEAT {
                told = began.elapsed();
                say(&format!("Still fetching ONNX Runtime with {name} ({} s) …", told.as_secs()));
            }
            std::thread::sleep(POLL);
        }
    }
}

/// The platform to ask pip for where its own may differ from this program's: an Intel Python on an Arm Mac, a 32-bit
/// Python on Windows. On Linux pip knows best which wheels suit the C library.
fn pip_platform() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => Some("macosx_13_0_arm64"),
        ("macos", "x86_64") => Some("macosx_13_0_x86_64"),
        ("windows", "x86_64") => Some("win_amd64"),
        _ => None,
    }
}

/// This system and processor as Node calls them.
fn npm_platform() -> (&'static str, &'static str) {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    (system, processor)
}

/// The line of a tool's output that says most: the first error, else the last line.
fn reason(log: &str) -> Option<String> {
    let lines = || log.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find_map(|line| {
        let error = line.strip_prefix("ERROR: ").or_else(|| line.strip_prefix("npm error "))?;
        (!error.starts_with("code ")).then_some(error)
    });
    error.or_else(|| lines().next_back()).map(|line| line.chars().take(REASON_LENGTH).collect())
}

#[cfg(test)]
#[cfg(unix)]
#[path = "fetch_tests.rs"]
mod tests;
