//! Puts a fetched library into the cache so that no one ever sees half of it.
//!
//! All work is done in a folder of its own and renamed when complete. A lock keeps two programs from fetching at once;
//! the system lets go of it when a program dies, so what an interrupted fetch left is known to be nobody's and swept.
//! Where a file system has no locks, the rename still decides: the second to come uses what the first put there.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::locate;
use super::runtime_error::Attempt;

/// Marks a folder somebody is working in.
const PARTIAL: &str = ".partial-";

/// What a download left, and where in it the wanted files lie.
pub(super) struct Download {
    /// The folder with the library in it.
    pub library: PathBuf,
    /// The folder with the licence files in it.
    pub licences: PathBuf,
}

/// Makes sure the cache holds a library, with `download` if need be, which gets an empty folder to work in. `replace`
/// distrusts the library that is there. Gives the library's path.
pub(super) fn install(
    cache: &Path,
    replace: bool,
    say: &mut dyn FnMut(&str),
    download: impl FnOnce(&Path, &mut dyn FnMut(&str)) -> Result<Download, Vec<Attempt>>,
) -> Result<PathBuf, Vec<Attempt>> {
    let in_cache = |error: io::Error| vec![Attempt::new(cache.display().to_string(), error)];
    fs::create_dir_all(cache).map_err(in_cache)?;
    let lock = lock(cache, say);
    let target = locate::cache_folder(cache);
    if let Some(library) = locate::in_folder(&target).filter(|_| !replace) {
        return Ok(library);
    }
    if lock.is_some() {
        sweep(cache, &target);
    }
    let partial = Partial::new(&target).map_err(in_cache)?;
    let downloaded = download(&partial.folder("download").map_err(in_cache)?, say)?;
    let kept = partial.folder("keep").map_err(in_cache)?;
    keep(&downloaded, &kept).map_err(in_cache)?;
    publish(&kept, &target, replace).map_err(in_cache)?;
    locate::in_folder(&target)
        .ok_or_else(|| vec![Attempt::new(target.display().to_string(), "the library vanished while it was put there")])
}

/// Waits until no other program fetches. `None` where the file system has no locks.
fn lock(cache: &Path, say: &mut dyn FnMut(&str)) -> Option<File> {
    let file = File::create(cache.join("onnxruntime.lock")).ok()?;
    match file.try_lock() {
        Ok(()) => return Some(file),
        Err(TryLockError::Error(_)) => return None,
        Err(TryLockError::WouldBlock) => say("Another bendwise is fetching ONNX Runtime: waiting for it"),
    }
    file.lock().ok().map(|()| file)
}

/// Removes what interrupted fetches left. Only for the holder of the lock.
fn sweep(cache: &Path, target: &Path) {
    let Some(name) = target.file_name().and_then(|name| name.to_str()) else { return };
    let leftover = format!("{name}{PARTIAL}");
    for entry in cache.read_dir().into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(&leftover)) {
            let _ = fs::remove_dir_all(entry.path()); // in the way of nobody: the next sweep tries again
        }
    }
}

/// A folder to work in, removed when dropped.
struct Partial(PathBuf);

impl Partial {
    fn new(target: &Path) -> io::Result<Self> {
        let mut path = target.as_os_str().to_owned();
        path.push(format!("{PARTIAL}{}", std::process::id()));
        let partial = Self(path.into());
        fs::create_dir_all(&partial.0)?;
        Ok(partial)
    }

    fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.0.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // what stays is swept by the next fetch
    }
}

/// Copies the library and the licence files; the other 30 MB of the package are of no use.
fn keep(downloaded: &Download, kept: &Path) -> io::Result<()> {
    let library = locate::in_folder(&downloaded.library).ok_or_else(|| {
        let message = format!("{} holds no library", downloaded.library.display());
        io::Error::new(io::ErrorKind::NotFound, message)
    })?;
    move_into(&library, kept)?;
    for entry in downloaded.licences.read_dir()?.flatten() {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let wanted = ["license", "thirdpartynotices", "package.json"].iter().any(|wanted| name.starts_with(wanted));
        if wanted && entry.path().is_file() {
            move_into(&entry.path(), kept)?;
        }
    }
    Ok(())
}

/// Moves a file and waits until the disk has it: a library cut short by a power failure must not be found.
fn move_into(file: &Path, folder: &Path) -> io::Result<()> {
    let Some(name) = file.file_name() else { return Ok(()) };
    let moved = folder.join(name);
    fs::rename(file, &moved)?;
    File::options().append(true).open(moved)?.sync_all()
}

/// Renames the complete folder to its final name; one that is already there and not to be replaced is as good.
fn publish(kept: &Path, target: &Path, replace: bool) -> io::Result<()> {
    if replace || locate::in_folder(target).is_none() {
        match fs::remove_dir_all(target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    match fs::rename(kept, target) {
        Err(_) if locate::in_folder(target).is_some() => Ok(()),
        result => result,
    }
}
