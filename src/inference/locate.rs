//! Locates a library of ONNX Runtime beside the executable or in the cache.

use std::env;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::input_file;

/// The version to download: the newest one that also exists for Intel Macs.
pub const VERSION: &str = "1.23.2";

/// The folder in the cache that holds a downloaded library.
pub(super) fn cache_folder(cache: &Path) -> PathBuf {
    cache.join(format!("onnxruntime-{VERSION}"))
}

/// The library beside this executable, for portable copies.
pub(super) fn beside_executable() -> Option<PathBuf> {
    in_folder(env::current_exe().ok()?.parent()?)
}

/// The library directly in `folder`; the shortest of several names.
pub(super) fn in_folder(folder: &Path) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = folder.read_dir().ok()?.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| is_library(path) && path.is_file());
    found.into_iter().min_by_key(|path| (path.as_os_str().len(), path.clone()))
}

/// Whether a file has the name of ONNX Runtime's library on this system: `onnxruntime.dll`, `libonnxruntime.dylib` or
/// `libonnxruntime.1.23.2.dylib`, `libonnxruntime.so` or `libonnxruntime.so.1.23.2`.
pub(super) fn is_library(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    match env::consts::OS {
        "windows" => name.eq_ignore_ascii_case("onnxruntime.dll"),
        "macos" => name.starts_with("libonnxruntime.") && name.ends_with(".dylib"),
        _ => name == "libonnxruntime.so" || name.starts_with("libonnxruntime.so."),
    }
}

/// Whether a file is a 64-bit ELF library that ends before its section table. Loading such a file would not fail but
/// crash the program: the system maps it and finds no data behind the pages.
pub(super) fn is_truncated(library: &Path) -> bool {
    let mut header = [0; 64];
    let Ok(mut file) = input_file::open(library) else { return false };
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let readable = file.read_exact(&mut header).is_ok();
    if !readable || !header.starts_with(b"\x7fELF\x02\x01") {
        return false; // another kind of file: loading it reports the error
    }
    let number = |at: usize, bytes: usize| {
        header[at..at + bytes].iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte))
    };
    // e_shoff, e_shentsize and e_shnum of the ELF header.
    let end_of_sections = number(0x28, 8).saturating_add(number(0x3a, 2) * number(0x3c, 2));
    length < end_of_sections
}

/// The version in the name of a library's file or folder, if any: the library itself does not report it.
pub(super) fn version(library: &Path) -> Option<String> {
    let library = library.canonicalize().ok()?;
    let name = library.file_name()?.to_str()?;
    let folder = library.parent()?.file_name().and_then(|folder| folder.to_str()).unwrap_or_default();
    version_in(name).or_else(|| version_in(folder))
}

/// The first run of three numbers separated by dots.
fn version_in(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|run| run.trim_matches('.'))
        .find(|run| run.split('.').count() == 3 && run.split('.').all(|number| !number.is_empty()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn versions_are_read_from_names() {
        assert_eq!(version_in("libonnxruntime.so.1.23.2").as_deref(), Some("1.23.2"));
        assert_eq!(version_in("libonnxruntime.1.22.0.dylib").as_deref(), Some("1.22.0"));
        assert_eq!(version_in("onnxruntime-1.23.2").as_deref(), Some("1.23.2"));
        assert_eq!(version_in("libonnxruntime.so.1"), None);
        assert_eq!(version_in("onnxruntime.dll"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn only_the_runtime_itself_is_found() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(in_folder(folder.path()), None);
        for name in ["libonnxruntime_providers_shared.so", "onnxruntime.dll", "notes.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(in_folder(folder.path()), None);
        fs::write(folder.path().join("libonnxruntime.so.1.23.2"), "").unwrap();
        assert_eq!(in_folder(folder.path()), Some(folder.path().join("libonnxruntime.so.1.23.2")));
    }

    #[test]
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    fn a_truncated_library_is_recognised() {
        let intact = env::current_exe().unwrap();
        assert!(!is_truncated(&intact));
        let folder = tempfile::tempdir().unwrap();
        let cut = folder.path().join("cut");
        let bytes = fs::read(&intact).unwrap();
        fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
        assert!(is_truncated(&cut));
        fs::write(&cut, "text").unwrap();
        assert!(!is_truncated(&cut));
    }

    #[test]
    fn a_missing_folder_holds_nothing() {
        assert_eq!(in_folder(Path::new("/no/such/folder")), None);
    }
}
