//! Catches panics of third-party code.
//!
//! v4l and nokhwa panic when a camera is dropped at the wrong moment; the MP4 reader panics on
//! inconsistent tables. Such a panic must not end a thread silently, and its text must not reach the user.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// The message of a caught panic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Panicked(pub(crate) String);

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` and turns a panic in it into an error, without printing anything.
///
/// Values that `work` borrowed mutably may be in an inconsistent state after an error: discard them.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    silence_guarded_threads();
    let outer = GUARDED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    outcome.map_err(|payload| Panicked(text(payload.as_ref())))
}

// The hook is global, the guard per thread: panics outside a guard are passed on to the previous hook.
fn silence_guarded_threads() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                previous(panic);
            }
        }));
    });
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without a message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_text() {
        assert_eq!(catch_panic(|| 7), Ok(7));
        assert_eq!(catch_panic(|| panic!("no {}", "camera")), Err::<(), _>(Panicked("no camera".to_owned())));
        assert_eq!(catch_panic(|| panic!("plain")), Err::<(), _>(Panicked("plain".to_owned())));
        assert!(catch_panic(|| std::panic::resume_unwind(Box::new(5))).is_err());
    }

    #[test]
    fn the_guard_is_removed_afterwards() {
        let _ = catch_panic(|| catch_panic(|| panic!("inner")));
        assert!(!GUARDED.get());
    }
}
