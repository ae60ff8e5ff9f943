//! Downloads with fake tools: shell scripts called `python3` and `npm` in a folder that is the whole `PATH`.

use std::os::unix::fs::PermissionsExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::locate::VERSION;
use super::*;

/// Installs what the wheel contains, as the fake pip. `echo` counts its runs.
const WHEEL: &str = "echo ran >> \"$COUNT\"
/bin/sleep 0.3
/bin/mkdir -p package/onnxruntime/capi
echo library > package/onnxruntime/capi/LIBRARY
echo python > package/onnxruntime/capi/binding.so
echo MIT > package/onnxruntime/LICENSE";

/// One test at a time: a program started by one test while another writes its script would keep that script "busy".
static EXCLUSIVE: Mutex<()> = Mutex::new(());

struct FakeMachine {
    folder: tempfile::TempDir,
    _guard: MutexGuard<'static, ()>,
}

impl FakeMachine {
    fn new() -> Self {
        let guard = EXCLUSIVE.lock().unwrap_or_else(PoisonError::into_inner);
        Self { folder: tempfile::tempdir().unwrap(), _guard: guard }
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn count(&self) -> usize {
        fs::read_to_string(self.folder.path().join("count")).unwrap_or_default().lines().count()
    }

    fn tool(self, name: &str, script: &str) -> Self {
        let tools = self.folder.path().join("tools");
        fs::create_dir_all(&tools).unwrap();
        let library =
            if cfg!(target_os = "macos") { "libonnxruntime.1.23.2.dylib" } else { "libonnxruntime.so.1.23.2" };
        let count = self.folder.path().join("count").display().to_string();
        let script = script.replace("LIBRARY", library).replace("$COUNT", &count);
        let file = tools.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn fetch(&self, replace: bool) -> Result<PathBuf, Vec<Attempt>> {
        let tools = PackageManagers { path: Some(self.folder.path().join("tools").into()) };
        let mut watch = FetchWatch { report: &mut |_| (), is_stopped: &|| false };
        fetch(&self.cache(), replace, &tools, &mut watch).map_err(|fault| match fault {
            FetchFault::Failed(attempts) => attempts,
            FetchFault::Stopped => panic!("nobody stopped it"),
        })
    }

    /// The contents of the cache, without the lock file.
    fn cached(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.cache().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "onnxruntime.lock");
        names
    }
}

#[test]
fn only_the_library_and_its_licence_are_kept() {
    let machine = FakeMachine::new().tool("python3", WHEEL);
    let library = machine.fetch(false).unwrap();
    assert_eq!(fs::read_to_string(&library).unwrap(), "library\n");
    let folder = library.parent().unwrap();
    assert_eq!(folder, machine.cache().join("onnxruntime-1.23.2"));
    assert!(folder.join("LICENSE").is_file());
    assert_eq!(folder.read_dir().unwrap().count(), 2);
    assert_eq!(machine.cached(), ["onnxruntime-1.23.2"]);
}

#[test]
fn a_cached_library_is_not_downloaded_again_unless_it_is_broken() {
    let machine = FakeMachine::new().tool("python3", WHEEL);
    let library = machine.fetch(false).unwrap();
    machine.fetch(false).unwrap();
    assert_eq!(machine.count(), 1);
    fs::write(&library, "cut sho").unwrap();
    assert_eq!(fs::read_to_string(machine.fetch(true).unwrap()).unwrap(), "library\n");
    assert_eq!(machine.count(), 2);
}

#[test]
fn without_tools_every_attempt_is_named() {
    let attempts = FakeMachine::new().fetch(false).unwrap_err();
    let tried: Vec<&str> = attempts.iter().map(|attempt| attempt.tried.as_str()).collect();
    assert_eq!(tried, ["python3 -m pip", "python -m pip", "npm"]);
    assert!(attempts.iter().all(|attempt| attempt.reason.ends_with("is not on the PATH")), "{attempts:?}");
    let message = super::super::RuntimeError::NotFound(attempts).to_string();
    assert!(message.contains("python3 -m pip: python3 is not on the PATH"), "{message}");
    assert!(message.contains("apt install python3-pip") && message.contains("ORT_DYLIB_PATH"), "{message}");
}

#[test]
fn the_tools_own_reason_is_reported_and_the_next_method_tried() {
    let machine = FakeMachine::new()
        .tool("python3", "echo '/usr/bin/python3: No module named pip' >&2; exit 1")
        .tool("python", "echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES' >&2; echo 'Got 00' >&2; exit 1")
        .tool("npm", "echo 'npm error code EINTEGRITY' >&2; echo 'npm error Integrity checksum failed' >&2; exit 1");
    let reasons: Vec<String> = machine.fetch(false).unwrap_err().into_iter().map(|attempt| attempt.reason).collect();
    let expected = [
        "/usr/bin/python3: No module named pip",
        "THESE PACKAGES DO NOT MATCH THE HASHES",
        "Integrity checksum failed",
    ];
    assert_eq!(reasons, expected);
    assert!(machine.cached().is_empty(), "a failed download leaves nothing: {:?}", machine.cached());
}

#[test]
fn npm_is_used_where_pip_fails() {
    let (system, processor) = npm_platform();
    let folder = format!("node_modules/onnxruntime-node/bin/napi-v6/{system}/{processor}");
    let machine = FakeMachine::new().tool("npm", &format!("/bin/mkdir -p {folder}; echo library > {folder}/LIBRARY"));
    assert!(machine.fetch(false).unwrap().is_file());
}

#[test]
fn a_package_without_a_library_is_a_failure() {
    let machine = FakeMachine::new().tool("python3", "exit 0");
    let attempts = machine.fetch(false).unwrap_err();
    assert_eq!(attempts[0].reason, "the package has no library for this system");
}

#[test]
fn two_concurrent_calls_download_once() {
    let machine = FakeMachine::new().tool("python3", WHEEL);
    let found = std::thread::scope(|scope| {
        let both = [scope.spawn(|| machine.fetch(false)), scope.spawn(|| machine.fetch(false))];
        both.map(|one| one.join().unwrap().unwrap())
    });
    assert_eq!(found[0], found[1]);
    assert_eq!(machine.count(), 1);
}

#[test]
fn a_download_that_is_stopped_ends_its_tool_at_once_and_leaves_nothing() {
    let machine = FakeMachine::new().tool("python3", "echo ran >> \"$COUNT\"; exec /bin/sleep 60");
    let tools = PackageManagers { path: Some(machine.folder.path().join("tools").into()) };
    let began = Instant::now();
    let is_stopped = || machine.count() > 0;
    let mut watch = FetchWatch { report: &mut |_| (), is_stopped: &is_stopped };
    assert!(matches!(fetch(&machine.cache(), false, &tools, &mut watch), Err(FetchFault::Stopped)));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!((machine.cached(), machine.count()), (Vec::new(), 1), "no other method is tried");
    // So does waiting for another program.
    let lock = File::create(machine.cache().join("onnxruntime.lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(fetch(&machine.cache(), false, &tools, &mut watch), Err(FetchFault::Stopped)));
}

#[test]
fn leftovers_of_an_interrupted_download_are_removed() {
    let machine = FakeMachine::new().tool("python3", WHEEL);
    let leftover = machine.cache().join("onnxruntime-1.23.2.partial-1").join("download");
    fs::create_dir_all(&leftover).unwrap();
    fs::write(leftover.join("half"), "ha").unwrap();
    fs::create_dir_all(machine.cache().join("onnxruntime-1.23.2")).unwrap();
    assert!(machine.fetch(false).unwrap().is_file(), "an empty folder is not a library");
    assert_eq!(machine.cached(), ["onnxruntime-1.23.2"]);
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let machine = FakeMachine::new().tool("python3", WHEEL);
    fs::write(machine.cache(), "a file where the folder should be").unwrap();
    let attempts = machine.fetch(false).unwrap_err();
    assert_eq!(attempts[0].tried, machine.cache().display().to_string());
}

#[test]
fn the_pinned_version_is_the_requested_one() {
    assert!(REQUIREMENTS.contains(&format!("onnxruntime=={VERSION} ")));
    assert!(NPM_PACKAGE.contains(&format!("\"onnxruntime-node\": \"{VERSION}\"")));
    assert!(NPM_LOCK.contains("\"integrity\": \"sha512-"));
}

/// A wheel that installs, but whose hash is not pinned.
fn tampered_wheel(folder: &Path) {
    use std::io::Write;
    let path = folder.join(format!("onnxruntime-{VERSION}-py3-none-any.whl"));
    let mut wheel = zip::ZipWriter::new(File::create(path).unwrap());
    let about = format!("onnxruntime-{VERSION}.dist-info");
    let files = [
        (format!("onnxruntime/capi/libonnxruntime.so.{VERSION}"), "library with something added".to_owned()),
        (format!("{about}/METADATA"), format!("Metadata-Version: 2.1\nName: onnxruntime\nVersion: {VERSION}\n")),
        (format!("{about}/WHEEL"), "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n".to_owned()),
        (format!("{about}/RECORD"), String::new()),
    ];
    for (name, text) in files {
        wheel.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        wheel.write_all(text.as_bytes()).unwrap();
    }
    wheel.finish().unwrap();
}

/// The real pip with a fake registry that delivers something other than what is pinned.
#[test]
fn a_tampered_library_is_refused() {
    let offer = tempfile::tempdir().unwrap();
    tampered_wheel(offer.path());
    let found = std::env::var("PATH").unwrap(); // for a python3 that is itself a script
    let pip = format!("PATH={found} PIP_NO_INDEX=1 PIP_FIND_LINKS={} exec \"$PYTHON\" \"$@\"", offer.path().display());
    // Without the hashes it would install, so it is the hashes that refuse it.
    let installs = |python: &PathBuf| {
        let mut pip = Command::new(python);
        pip.args("-m pip install --quiet --no-index --no-deps --only-binary=:all: --python-version 3.12".split(' '));
        pip.args(["--abi", "cp312", "--target"]).arg(offer.path().join("control"));
        pip.arg("--find-links").arg(offer.path()).arg(format!("onnxruntime=={VERSION}"));
        pip.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let real = which::which("python3").ok().filter(installs);
    let Some(real) = real else {
        eprintln!("skipped: no pip here installs a wheel of this form");
        return;
    };
    let machine = FakeMachine::new().tool("python3", &pip.replace("$PYTHON", &real.display().to_string()));
    let attempts = machine.fetch(false).unwrap_err();
    assert!(attempts[0].reason.contains("DO NOT MATCH THE HASHES"), "{attempts:?}");
    assert!(machine.cached().is_empty(), "{:?}", machine.cached());
}
