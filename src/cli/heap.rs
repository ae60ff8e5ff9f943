//! What loading the networks leaves behind, given back to the system.
//!
//! ONNX Runtime converts and reorders every weight at that time, and frees as much as it keeps. glibc raises the size from
//! which it takes memory from the system piece by piece as soon as such a piece is freed; what is freed then stays with the
//! program as holes between what is kept, more than the networks need to run. The networks' files, which are in the program
//! itself, have been read page by page and stay in memory though nobody reads them again. And so does the code that read them:
//! of 12 MB of ONNX Runtime's, 5 MB run afterwards.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::ops::Range;
use std::path::Path;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use crate::inference::models;

/// Lets all threads share one heap, where glibc makes one for each: the few here rarely want memory at the same time, and each
/// heap keeps holes of its own. Must be called before there is a second thread.
pub(super) fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    set(libc::M_ARENA_MAX, 1);
}

/// Loads by `load`, with the code of `library`, so that what is freed or read meanwhile goes back to the system.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn giving_back<T>(library: &Path, load: impl FnOnce() -> T) -> T {
    use libc::{M_MMAP_THRESHOLD, M_TRIM_THRESHOLD};

    /// From this size on a piece is taken from the system alone, and given back alone, while networks are loaded.
    const LOADING: libc::c_int = 64 << 10;
    /// The same later, the largest that glibc takes: what is smaller, as a picture or what lies between two layers, needs no new
    /// pages each time. The landmark network's largest tensor has 4 MB; each page of it that is new costs 60 µs on the slowest computer
    /// that this was measured on.
    const RUNNING: libc::c_int = 32 << 20;
    /// How much free memory at the end of the heap is kept.
    const KEPT: libc::c_int = 64 << 20;

    set(M_MMAP_THRESHOLD, LOADING);
    let loaded = load();
    set(M_MMAP_THRESHOLD, RUNNING);
    set(M_TRIM_THRESHOLD, KEPT);
    trim();
    models::in_program().for_each(forget);
    forget_code(library);
    loaded
}

/// Loads by `load`: other allocators are left as they are.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn giving_back<T>(_library: &Path, load: impl FnOnce() -> T) -> T {
    load()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn set(parameter: libc::c_int, value: libc::c_int) {
    // SAFETY: takes two numbers, locks the allocator itself, and refuses values that it does not know.
    if unsafe { libc::mallopt(parameter, value) } == 0 {
        tracing::debug!(parameter, value, "the allocator refused a setting");
    }
}

/// Gives free pages back.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn trim() {
    // SAFETY: takes a number, locks the allocator itself, and touches no memory that is in use.
    unsafe { libc::malloc_trim(0) };
}

/// Lets go of the pages that hold nothing but these bytes of the program's file. Whoever reads them again gets them from there.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn forget(bytes: &'static [u8]) {
    /// The largest page of a processor that Linux runs on; whole ones of this size are whole ones of the smaller sizes.
    const PAGE: usize = 64 << 10;

    let before = bytes.as_ptr().align_offset(PAGE);
    let whole = bytes.get(before..).map_or(&[][..], |rest| rest.get(..rest.len() / PAGE * PAGE).unwrap_or_default());
    if !whole.is_empty() {
        // SAFETY: the pages are those of a static that is never written, mapped from the program's file and the same as in it.
        unsafe { give_back(whole.as_ptr().cast_mut().cast(), whole.len()) };
    }
}

/// Lets go of a library's code, as far as it is what its file says. What runs again is read from there.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn forget_code(library: &Path) {
    let mapped = std::fs::read_to_string("/proc/self/smaps").unwrap_or_default();
    let Some(library) = library.canonicalize().ok().and_then(|library| library.to_str().map(str::to_owned)) else {
        return;
    };
    for CodeMapping { pages, .. } in code(&mapped, &library) {
        // SAFETY: the pages are mapped from a file and may not be written. None was changed since it was read from there, by a
        // relocation or a debugger: `code` leaves out what has pages of its own.
        unsafe { give_back(std::ptr::without_provenance_mut(pages.start), pages.len()) };
    }
}

/// Code of a file that is mapped.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[derive(Clone, Debug, PartialEq, Eq)]
struct CodeMapping {
    pages: Range<usize>,
    /// What of it is in memory, kB.
    resident: u64,
}

/// The code of `file` that is mapped (`/proc/self/smaps`): what may be run and not written, and is the same as in the file.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn code(mapped: &str, file: &str) -> Vec<CodeMapping> {
    let (mut found, mut mapping, mut resident) = (Vec::new(), None, 0);
    for line in mapped.lines() {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let kilobytes = || rest.trim().strip_suffix(" kB")?.parse::<u64>().ok();
        match name {
            "Rss:" => resident = kilobytes().unwrap_or_default(),
            "Anonymous:" if kilobytes() == Some(0) => {
                found.extend(mapping.take().map(|pages| CodeMapping { pages, resident }));
            }
            _ if name.ends_with(':') => {}
            _ => mapping = range(name).filter(|_| rest.starts_with("r-xp ") && path(rest) == Some(file)),
        }
    }
    found
}

/// A range of addresses as `/proc` writes it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn range(text: &str) -> Option<Range<usize>> {
    let (from, to) = text.split_once('-')?;
    let address = |digits| usize::from_str_radix(digits, 16).ok();
    Some(address(from)?..address(to)?)
}

/// The file that a line of `/proc/self/smaps` names.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn path(mapping: &str) -> Option<&str> {
    mapping.find('/').and_then(|start| mapping.get(start..))
}

/// Lets go of pages.
///
/// # Safety
/// They must be mapped from a file and the same as in it, so that whoever reads them again gets them from there; that the system does so
/// is what MADV_DONTNEED promises of such pages. Of others nothing but zeros would be left.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
unsafe fn give_back(from: *mut libc::c_void, bytes: usize) {
    // SAFETY: as the caller promises; the call takes two numbers.
    unsafe { libc::madvise(from, bytes, libc::MADV_DONTNEED) };
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn networks_are_the_same_after_they_were_let_go_of() {
        let before: Vec<_> = models::in_program().map(<[u8]>::to_vec).collect();
        giving_back(Path::new("/no/library"), || ());
        assert!(models::in_program().eq(before));
    }

    #[test]
    fn code_is_what_may_be_run_and_is_as_in_its_file() {
        let mapping = |place: &str, kind: &str, path: &str, anonymous: u64| {
            format!(
                "{place} {kind} 00001000 08:01 11                         {path}\nSize: 8 kB\nRss:                   4 kB\n\
                 Anonymous:             {anonymous} kB\nVmFlags: rd ex mr mw me \n"
            )
        };
        let (file, place) = ("/usr/lib/libx.so.1", "7f0000001000-7f0000003000");
        let wanted = CodeMapping { pages: 0x7f00_0000_1000..0x7f00_0000_3000, resident: 4 };
        let others = [
            mapping("7f0000000000-7f0000001000", "r--p", file, 0),
            mapping("7f0000003000-7f0000004000", "rwxp", file, 0),
            mapping("7f0000004000-7f0000005000", "r-xp", "/usr/lib/libx.so.10", 0),
            mapping("7f0000005000-7f0000006000", "r-xp", "/usr/lib/libx.so.1 (deleted)", 0),
            mapping("7f0000006000-7f0000007000", "r-xp", file, 4),
            "7f0000007000-7f0000008000 r-xp 00000000 00:00 0 [vdso]\nRss: 4 kB\nAnonymous: 0 kB\nVmFlags: rd ex\n"
                .to_owned(),
        ];
        let mapped = others.join("") + &mapping(place, "r-xp", file, 0) + &others.join("");
        assert_eq!(code(&mapped, file), [wanted]);
    }

    #[test]
    fn code_that_was_let_go_of_leaves_memory_and_still_runs() {
        let program = std::env::current_exe().unwrap().canonicalize().unwrap();
        let resident = || {
            let mapped = std::fs::read_to_string("/proc/self/smaps").unwrap();
            code(&mapped, program.to_str().unwrap()).iter().map(|code| code.resident).sum::<u64>()
        };
        let before = resident();
        assert_eq!(giving_back(&program, || 6 * 7), 42);
        assert!(resident() < before, "{} of {before} kB", resident());
    }
}
