//! What loading the networks leaves behind, given back to the system.
//!
//! ONNX Runtime converts and reorders every weight at that time, and frees as much as it keeps. glibc raises the size from
//! which it takes memory from the system piece by piece as soon as such a piece is freed; what is freed then stays with the
//! program as holes between what is kept, more than the networks need to run. And the networks' files, which are in the program
//! itself, have been read page by page and stay in memory though nobody reads them again.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use crate::inference::models;

/// Lets all threads share one heap, where glibc makes one for each: the few here rarely want memory at the same time, and each
/// heap keeps holes of its own. Must be called before there is a second thread.
pub(super) fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    set(libc::M_ARENA_MAX, 1);
}

/// Loads by `load` so that what is freed or read meanwhile goes back to the system.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn giving_back<T>(load: impl FnOnce() -> T) -> T {
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
    loaded
}

/// Loads by `load`: other allocators are left as they are.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn giving_back<T>(load: impl FnOnce() -> T) -> T {
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
        // SAFETY: the pages are those of a static that is never written, mapped from the program's file and the same as in
        // it, so the system reads them from there again; that it does so is what MADV_DONTNEED promises of such pages.
        unsafe { libc::madvise(whole.as_ptr().cast_mut().cast(), whole.len(), libc::MADV_DONTNEED) };
    }
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn networks_are_the_same_after_they_were_let_go_of() {
        let before: Vec<_> = models::in_program().map(<[u8]>::to_vec).collect();
        giving_back(|| ());
        assert!(models::in_program().eq(before));
    }
}
