//! Installs a downloaded library into the cache atomically.
//!
//! All work is done in a temporary folder that is renamed when complete. A lock keeps two programs from downloading at
//! once. The system releases it when a program dies, so the holder can safely remove what interrupted downloads left.
//! On a file system without locks, the rename still decides: the second program uses the library of the first.

use std::fmt::{self, Display, Formatter};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::locate::{self, VERSION};
use super::runtime_error::Attempt;
use crate::owner_only;

/// Marks a temporary folder.
const PARTIAL: &str = ".partial-";

/// How many names of temporary folders may be taken before the installation is given up. [own]
const MOST_TAKEN: u32 = 100;

/// Interval between checks of what is waited for.
pub(super) const POLL: Duration = Duration::from_millis(50);

/// What is told while the library is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchNews {
    /// It is being fetched.
    Begun {
        /// How much there is to fetch, megabytes.
        megabytes: u32,
        /// The package manager that does it.
        with: String,
    },
    /// It is still being fetched.
    GoesOn {
        /// For how long already.
        seconds: u64,
        /// The package manager that does it.
        with: String,
    },
    /// Another bendwise fetches it, which is waited for.
    Elsewhere,
}

impl Display for FetchNews {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun { megabytes, with } => {
                write!(out, "Fetching ONNX Runtime {VERSION} (once, about {megabytes} MB) with {with} …")
            }
            Self::GoesOn { seconds, with } => write!(out, "Still fetching ONNX Runtime with {with} ({seconds} s) …"),
            Self::Elsewhere => write!(out, "Another bendwise is fetching ONNX Runtime: waiting for it"),
        }
    }
}

/// Whoever waits for a download.
pub(super) struct FetchWatch<'w> {
    /// Receives progress lines.
    pub report: &'w mut dyn FnMut(&FetchNews),
    /// Whether it is to stop.
    pub is_stopped: &'w dyn Fn() -> bool,
}

/// Why a library was not fetched.
#[derive(Debug)]
pub(super) enum FetchFault {
    /// It was stopped.
    Stopped,
    /// Every method that was tried failed.
    Failed(Vec<Attempt>),
}

/// Where in a download the wanted files are.
pub(super) struct Download {
    /// The folder of the library.
    pub library: PathBuf,
    /// The folder of the licence files.
    pub licences: PathBuf,
}

/// Makes sure that the cache holds a library and returns its path. If necessary, calls `download` with an empty folder.
/// With `replace`, a library already there is replaced.
pub(super) fn install(
    cache: &Path,
    replace: bool,
    watch: &mut FetchWatch,
    download: impl FnOnce(&Path, &mut FetchWatch) -> Result<Download, FetchFault>,
) -> Result<PathBuf, FetchFault> {
    let in_cache = |error: io::Error| FetchFault::Failed(vec![Attempt::new(cache.display().to_string(), error)]);
    // The library is loaded into the program: nobody else may put another in its place, whatever the umask.
    owner_only::folder(cache).map_err(in_cache)?;
    let lock = lock(cache, watch)?;
    let target = locate::cache_folder(cache);
    if let Some(library) = locate::in_folder(&target).filter(|_| !replace) {
        return Ok(library);
    }
    if lock.is_some() {
        remove_leftovers(cache, &target);
    }
    let partial = TemporaryFolder::new(&target).map_err(in_cache)?;
    let downloaded = download(&partial.folder("download").map_err(in_cache)?, watch)?;
    let collected = partial.folder("keep").map_err(in_cache)?;
    collect(&downloaded, &collected).map_err(in_cache)?;
    publish(&collected, &target, replace).map_err(in_cache)?;
    let vanished = || Attempt::new(target.display().to_string(), "the library vanished during installation");
    locate::in_folder(&target).ok_or_else(|| FetchFault::Failed(vec![vanished()]))
}

/// Waits until no other program is downloading. `None` if the file system has no locks.
fn lock(cache: &Path, watch: &mut FetchWatch) -> Result<Option<File>, FetchFault> {
    let Ok(file) = File::create(cache.join("onnxruntime.lock")) else { return Ok(None) };
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) if (watch.is_stopped)() => return Err(FetchFault::Stopped),
            Err(TryLockError::WouldBlock) => {}
        }
        if !told {
            (watch.report)(&FetchNews::Elsewhere);
            told = true;
        }
        thread::sleep(POLL);
    }
}

/// Removes what interrupted downloads left. Only for the holder of the lock.
fn remove_leftovers(cache: &Path, target: &Path) {
    let Some(name) = target.file_name().and_then(|name| name.to_str()) else { return };
    let leftover = format!("{name}{PARTIAL}");
    for entry in cache.read_dir().into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(&leftover)) {
            let _ = fs::remove_dir_all(entry.path()); // harmless if it fails: the next call tries again
        }
    }
}

/// A temporary folder, removed on drop.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Creates one that nobody else has: two containers with the same cache may have the same process id, and a link in its
    /// place is not followed.
    fn new(target: &Path) -> io::Result<Self> {
        let mut taken = None;
        for number in 0..MOST_TAKEN {
            let mut path = target.as_os_str().to_owned();
            path.push(format!("{PARTIAL}{}-{number}", std::process::id()));
            let path = PathBuf::from(path);
            match owner_only::new_folder(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(taken.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
    }

    fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.0.join(name);
        owner_only::folder(&folder)?;
        Ok(folder)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // the next download removes leftovers
    }
}

/// Moves the library and the licence files to `target`; the other 30 MB of the package are not needed.
fn collect(downloaded: &Download, target: &Path) -> io::Result<()> {
    let library = locate::in_folder(&downloaded.library).ok_or_else(|| {
        let message = format!("{} holds no library", downloaded.library.display());
        io::Error::new(io::ErrorKind::NotFound, message)
    })?;
    move_into(&library, target)?;
    for entry in downloaded.licences.read_dir()?.flatten() {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let wanted = ["license", "thirdpartynotices", "package.json"].iter().any(|wanted| name.starts_with(wanted));
        if wanted && entry.path().is_file() {
            move_into(&entry.path(), target)?;
        }
    }
    Ok(())
}

/// Moves a file and syncs it to disk, so that a power failure cannot leave a truncated library.
fn move_into(file: &Path, folder: &Path) -> io::Result<()> {
    let Some(name) = file.file_name() else { return Ok(()) };
    let moved = folder.join(name);
    fs::rename(file, &moved)?;
    File::options().append(true).open(moved)?.sync_all()
}

/// Renames the complete folder to its final name. An existing library is as good, unless it is to be replaced.
fn publish(complete: &Path, target: &Path, replace: bool) -> io::Result<()> {
    if replace || locate::in_folder(target).is_none() {
        match fs::remove_dir_all(target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    match fs::rename(complete, target) {
        Err(_) if locate::in_folder(target).is_some() => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_write_where_a_library_is_loaded_from() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        fs::create_dir(&cache).unwrap();
        fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let download = |partial: &Path, _: &mut FetchWatch| {
            assert_eq!((mode(&cache), mode(partial)), (0o700, 0o700));
            Err(FetchFault::Failed(Vec::new()))
        };
        let mut watch = FetchWatch { report: &mut |_| (), is_stopped: &|| false };
        assert!(install(&cache, false, &mut watch, download).is_err());
    }

    #[test]
    fn a_temporary_folder_is_always_a_new_one() {
        let cache = tempfile::tempdir().unwrap();
        let target = cache.path().join("onnxruntime");
        let one = TemporaryFolder::new(&target).unwrap();
        fs::write(one.0.join("theirs"), "").unwrap();
        let other = TemporaryFolder::new(&target).unwrap();
        assert_ne!(one.0, other.0);
        assert_eq!(other.0.read_dir().unwrap().count(), 0);
        drop(other);
        assert!(one.0.join("theirs").exists());
    }
}
