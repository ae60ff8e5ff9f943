//! Downloads ONNX Runtime from a package registry with an installed package manager: pip, otherwise npm.
//!
//! The download is code that will run, so it is pinned by hash, and the hashes are compiled into the program
//! (`assets/onnxruntime`). pip checks them with `--require-hashes`, npm by the `integrity` of a lock file. Neither runs
//! any code of the package: wheels have no install scripts, and npm gets `--ignore-scripts`. Requesting the wheel for
//! Python 3.12 makes the result independent of the installed Python; only the C library in it is kept.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::install::{Download, FetchFault, FetchNews, FetchWatch, POLL, install};
use super::locate;
use super::runtime_error::Attempt;

const REQUIREMENTS: &str = include_str!("../../assets/onnxruntime/requirements.txt");
const NPM_PACKAGE: &str = include_str!("../../assets/onnxruntime/package.json");
const NPM_LOCK: &str = include_str!("../../assets/onnxruntime/package-lock.json");

/// Interval between progress lines.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// The longest reason shown, characters: tools can be verbose.
const REASON_LENGTH: usize = 300;

/// Where to look for the package managers.
#[derive(Clone, Debug, Default)]
pub(super) struct PackageManagers {
    /// Replaces the environment's `PATH`.
    pub path: Option<OsString>,
}

/// Downloads the library into the cache and returns its path. With `replace`, a library already there is replaced.
///
/// # Errors
/// Every method that was tried, with the reason for its failure; or that it was stopped, after which nothing of it is left.
pub(super) fn fetch(
    cache: &Path,
    replace: bool,
    tools: &PackageManagers,
    watch: &mut FetchWatch,
) -> Result<PathBuf, FetchFault> {
    install(cache, replace, watch, |folder, watch| {
        let mut attempts = Vec::new();
        for method in [DownloadMethod::pip("python3"), DownloadMethod::pip("python"), DownloadMethod::npm()] {
            match method.run(folder, tools, watch) {
                Ok(download) => return Ok(download),
                Err(_) if (watch.is_stopped)() => return Err(FetchFault::Stopped),
                Err(reason) => attempts.push(Attempt::new(method.name, reason)),
            }
        }
        Err(FetchFault::Failed(attempts))
    })
}

/// A download method.
struct DownloadMethod {
    /// Display name.
    name: String,
    /// Download size, MB.
    megabytes: u32,
    program: &'static str,
    arguments: Vec<String>,
    /// Files that the tool reads: name and text.
    inputs: &'static [(&'static str, &'static str)],
    /// Where the tool puts the library and the licence, below its working folder.
    library: PathBuf,
    licences: PathBuf,
}

impl DownloadMethod {
    /// pip of the interpreter `python`.
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

    /// Runs the tool in a subfolder of `folder`. The error is a reason in words.
    fn run(&self, folder: &Path, tools: &PackageManagers, watch: &mut FetchWatch) -> Result<Download, String> {
        let folder = folder.join(self.name.replace(' ', "-"));
        let prepared = self.prepare(&folder).and_then(|log| Ok((log.try_clone()?, log)));
        let (output, errors) = prepared.map_err(|error| error.to_string())?;
        let mut command = Command::new(self.program);
        command.args(&self.arguments).current_dir(&folder).stdin(Stdio::null()).stdout(output).stderr(errors);
        // Overrides user settings of pip that would forbid `--target`.
        command.env("PIP_USER", "no").env("PIP_REQUIRE_VIRTUALENV", "no");
        command.envs(tools.path.iter().map(|path| ("PATH", path)));
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("{} is not on the PATH", self.program),
            _ => error.to_string(),
        })?;
        let status = self.wait(child, watch).map_err(|error| error.to_string())?;
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

    /// Creates the folder with the tool's inputs and its log file.
    fn prepare(&self, folder: &Path) -> io::Result<File> {
        fs::create_dir_all(folder)?;
        for (name, text) in self.inputs {
            fs::write(folder.join(name), text)?;
        }
        File::create(folder.join("log.txt"))
    }

    /// Waits for the tool and reports progress. Where that is to stop, the tool is ended.
    fn wait(&self, mut child: Child, watch: &mut FetchWatch) -> io::Result<ExitStatus> {
        let (began, mut reported) = (Instant::now(), Duration::ZERO);
        let (name, megabytes) = (&self.name, self.megabytes);
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if (watch.is_stopped)() {
                child.kill().ok(); // it may have ended by itself: Ctrl-C in a terminal reaches both
                return child.wait();
            }
            // Announced after a delay: a tool that does not work fails at once.
            if reported.is_zero() && began.elapsed() > POLL * 10 {
                (watch.report)(&FetchNews::Begun { megabytes, with: name.clone() });
                reported = began.elapsed();
            } else if began.elapsed() > reported + HEARTBEAT {
                reported = began.elapsed();
                (watch.report)(&FetchNews::GoesOn { seconds: reported.as_secs(), with: name.clone() });
            }
            std::thread::sleep(POLL);
        }
    }
}

/// The platform to request from pip where its default may differ from this program's: an Intel Python on an Arm Mac, a
/// 32-bit Python on Windows. On Linux pip chooses the wheels that match the C library.
fn pip_platform() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => Some("macosx_13_0_arm64"),
        ("macos", "x86_64") => Some("macosx_13_0_x86_64"),
        ("windows", "x86_64") => Some("win_amd64"),
        _ => None,
    }
}

/// This system and processor by their names in Node.
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

/// The most informative line of a tool's output: the first error, otherwise the last line.
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
