//! Prints a page as PDF by a browser that is installed, without a window and with a fresh profile.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::atomic_file::AtomicFile;
use crate::visible::visible;

/// Browsers that print a page from the command line, by the names they have on a PATH.
const NAMES: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
];

/// Where they are on macOS and Windows, which do not have them on the PATH.
const PLACES: [&str; 8] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
];

/// How long a browser may take: a second where it is quiet, some where its first start is slow.
const LONGEST: Duration = Duration::from_secs(60);

/// How often it is asked whether it has ended.
const ASKED_EVERY: Duration = Duration::from_millis(50);

/// Prints the page to `file`, which stays as it was unless the whole PDF is there.
///
/// # Errors
/// If there is no browser, or it does not print the page in time. The message names the page.
pub(super) fn print(page: &Path, mut file: AtomicFile) -> Result<()> {
    let name = visible(&page.display());
    let Some(browser) = browser() else {
        bail!("No PDF: there is no Chromium, Chrome, Edge or Brave here; open {name} in a browser and print it");
    };
    let printed = printed(&browser, page);
    let pdf = match printed {
        Ok(pdf) => pdf,
        Err(cause) => bail!(
            "No PDF: {} did not print it ({cause}); open {name} in a browser and print it",
            visible(&browser.display())
        ),
    };
    io::Write::write_all(&mut file, &pdf).map_err(|cause| file.failed(cause))?;
    Ok(file.finish()?)
}

/// The first browser that is installed.
fn browser() -> Option<PathBuf> {
    let named = NAMES.iter().find_map(|name| which::which(name).ok());
    named.or_else(|| PLACES.iter().map(PathBuf::from).find(|place| place.is_file()))
}

/// The page as PDF. The browser works on a copy in a folder of its own, which is removed with its profile.
fn printed(browser: &Path, page: &Path) -> io::Result<Vec<u8>> {
    let folder = tempfile::Builder::new().prefix("bendwise-pdf-").tempdir()?;
    let (copy, pdf) = (folder.path().join("report.html"), folder.path().join("report.pdf"));
    fs::copy(page, &copy)?;
    let mut command = Command::new(browser);
    command.args(["--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check"]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.args(["--disable-extensions", "--no-pdf-header-footer"]);
    command.arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
    command.arg(format!("--print-to-pdf={}", pdf.display()));
    if runs_as_root(folder.path()) {
        command.arg("--no-sandbox"); // Chromium refuses to start otherwise; the page is ours, and has no script
    }
    command.arg(copy).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = ended(&mut command)?;
    let pdf = fs::read(pdf).map_err(|_| io::Error::other(format!("{status}, and wrote nothing")))?;
    let is_whole = pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF");
    if is_whole { Ok(pdf) } else { Err(io::Error::other("what it wrote is no whole PDF")) }
}

/// Waits until it has ended; it is killed after [`LONGEST`].
fn ended(command: &mut Command) -> io::Result<ExitStatus> {
    let mut child = command.spawn()?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if began.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("it took more than {} s", LONGEST.as_secs())));
        }
        thread::sleep(ASKED_EVERY);
    }
}

/// Whether a folder that was just made belongs to root.
#[cfg(unix)]
fn runs_as_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(folder).is_ok_and(|folder| folder.uid() == 0)
}

#[cfg(not(unix))]
fn runs_as_root(_: &Path) -> bool {
    false
}
