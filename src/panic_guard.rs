//! A fence round code of others that may panic.
//!
//! nokhwa panics on a stray file in `/dev` and when a camera is dropped at the wrong moment; the MP4 reader panics on
//! tables that contradict each other. None of that may end a thread unseen, and no panic text may reach a person.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// The text of a panic that was caught.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Panicked(pub(crate) String);

thread_local! {
    static FENCED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic in it becomes an error, without a word on the terminal.
///
/// Whatever `work` borrowed mutably may be half changed after an error: throw it away.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    silence_fenced_threads();
    let outer = FENCED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    FENCED.set(outer);
    outcome.map_err(|payload| Panicked(text(payload.as_ref())))
}

// The hook is the process's, the fence one thread's: panics outside a fence go on to the hook that was there before.
fn silence_fenced_threads() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let earlier = take_hook();
        set_hook(Box::new(move |panic| {
            if !FENCED.get() {
                earlier(panic);
            }
        }));
    });
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without a text").to_owned()
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
    fn the_fence_is_down_again_afterwards() {
        let _ = catch_panic(|| catch_panic(|| panic!("inner")));
        assert!(!FENCED.get());
    }
}
