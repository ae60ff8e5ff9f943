//! The messages for an unusable library, and that a failure is not final.
//!
//! A single test, because the order matters: a process loads one library, and `ort` must survive every failure before
//! it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use bendwise::app_dirs::Paths;
use bendwise::inference::{Runtime, RuntimeError};

fn quiet(line: &str) {
    eprintln!("{line}");
}

/// The message for a library named by the user.
fn refusal(library: &Path, paths: &Paths) -> String {
    let error = Runtime::open(Some(library), paths, &mut quiet).unwrap_err();
    assert!(matches!(error, RuntimeError::Explicit { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(&library.display().to_string()) && message.contains("ORT_DYLIB_PATH"), "{message}");
    message
}

/// Some library that is not ONNX Runtime.
fn another_library() -> Option<PathBuf> {
    let known = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/lib64/libm.so.6"];
    known.map(PathBuf::from).into_iter().find(|path| path.exists())
}

#[test]
fn bad_libraries_are_refused_in_words_and_a_good_one_loads_after_all() {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::discover().unwrap();

    let missing = refusal(&folder.path().join("nowhere.so"), &paths);
    assert!(missing.contains("there is no such file"), "{missing}");

    let empty = refusal(folder.path(), &paths);
    assert!(empty.contains("the folder holds no ONNX Runtime library"), "{empty}");

    let text = folder.path().join("text.so");
    fs::write(&text, "this is no library").unwrap();
    let text = refusal(&text, &paths);
    assert!(text.contains("the system cannot load it ("), "{text}");

    if let Some(other) = another_library() {
        let other = refusal(&other, &paths);
        assert!(other.contains("it is a library, but not ONNX Runtime"), "{other}");
    }

    let runtime = Runtime::open(None, &paths, &mut quiet).unwrap();
    assert!(runtime.library().is_file());
    assert_eq!(runtime.version().split('.').count(), 3, "{}", runtime.version());
    let again = Runtime::open(Some(Path::new("whatever")), &paths, &mut quiet).unwrap();
    assert_eq!(again.library(), runtime.library(), "a process has one runtime");
    drop((runtime, again));

    Runtime::close();
    let closed = Runtime::open(None, &paths, &mut quiet).unwrap_err().to_string();
    assert!(closed.contains("does not start"), "{closed}");
}
