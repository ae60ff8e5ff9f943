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
    /// The same later: what is smaller, as a picture of 1280 × 720 or what lies between two layers, needs no new pages each time.
    const RUNNING: libc::c_int = 32 << 20;
    /// How much free memory at the end of the heap is kept.
    const KEPT: libc::c_int = 64 << 20;

    set(M_MMAP_THRESHOLD, LOADING);
    let loaded = load();
    set(M_MMAP_THRESHOLD, RUNNING);
    set(M_TRIM_THRESHOLD, KEPT);
    trim();
    models::in_program().for_each(forget);
    let mapped = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    if let Some(library) = library.canonicalize().ok().as_deref().and_then(Path::to_str) {
        code(&mapped, library).for_each(|pages| give_back(&pages));
    }
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
fn forget(bytes: &'static [u8]) {
    /// The largest page of a processor that Linux runs on; whole ones of this size are whole ones of the smaller sizes.
    const PAGE: usize = 64 << 10;

    let before = bytes.as_ptr().align_offset(PAGE);
    let whole = bytes.get(before..).map_or(&[][..], |rest| rest.get(..rest.len() / PAGE * PAGE).unwrap_or_default());
    if !whole.is_empty() {
        let from = whole.as_ptr().addr();
        give_back(&(from..from + whole.len()));
    }
}

/// Where the code of a file lies, of what is mapped (`/proc/self/maps`): what may be run and not written.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn code<'a>(mapped: &'a str, file: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    mapped.lines().filter_map(move |line| {
        let (place, rest) = line.split_once(" r-xp ")?;
        let path = rest.find('/').and_then(|start| rest.get(start..))?;
        let (from, to) = place.split_once('-').filter(|_| path == file)?;
        let address = |digits| usize::from_str_radix(digits, 16).ok();
        Some(address(from)?..address(to)?)
    })
}

/// Lets go of pages of a file that is mapped, and that are never written.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn give_back(pages: &Range<usize>) {
    // SAFETY: the pages are those of a static that is never written, or of a library's code that may not be written, mapped from
    // a file and the same as in it, so the system reads them from there again; that it does so is what MADV_DONTNEED promises of
    // such pages.
    unsafe { libc::madvise(std::ptr::with_exposed_provenance_mut(pages.start), pages.len(), libc::MADV_DONTNEED) };
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
    fn code_is_what_may_be_run_and_not_written() {
        let mapped = "\
            7f0000000000-7f0000001000 r--p 00000000 08:01 11                         /usr/lib/libx.so.1\n\
            7f0000001000-7f0000003000 r-xp 00001000 08:01 11                         /usr/lib/libx.so.1\n\
            7f0000003000-7f0000004000 rwxp 00003000 08:01 11                         /usr/lib/libx.so.1\n\
            7f0000004000-7f0000005000 rw-p 00004000 08:01 11                         /usr/lib/libx.so.1\n\
            7f0000005000-7f0000006000 r-xp 00001000 08:01 12                         /usr/lib/libx.so.10\n\
            7f0000006000-7f0000007000 r-xp 00001000 08:01 13                         /usr/lib/libx.so.1 (deleted)\n\
            7f0000007000-7f0000008000 r-xp 00000000 00:00 0                          [vdso]\n";
        let found: Vec<_> = code(mapped, "/usr/lib/libx.so.1").collect();
        assert_eq!(found, std::iter::once(0x7f00_0000_1000..0x7f00_0000_3000).collect::<Vec<_>>());
    }

    #[test]
    fn code_that_was_let_go_of_still_runs() {
        let program = std::env::current_exe().unwrap().canonicalize().unwrap();
        let mapped = std::fs::read_to_string("/proc/self/maps").unwrap();
        assert!(code(&mapped, program.to_str().unwrap()).next().is_some());
        assert_eq!(giving_back(&program, || 6 * 7), 42);
    }
}
