//! Two pieces of work on two threads: a second processor has nothing else to do while networks are loaded.

use std::panic::resume_unwind;
use std::thread;

/// Does both; `second` on a thread of its own, or after `first` if the system makes no more threads.
pub(super) fn side_by_side<A, B: Send>(first: impl FnOnce() -> A, second: impl Fn() -> B + Sync) -> (A, B) {
    thread::scope(|scope| {
        let spawned = thread::Builder::new().name("loading".to_owned()).spawn_scoped(scope, &second);
        let first = first();
        let second =
            spawned.map_or_else(|_| second(), |thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (first, second)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn neither_waits_for_the_other() {
        let (here, there) = (channel(), channel());
        let (to_first, to_second) = (here.0, there.0);
        let (at_first, at_second) = (here.1, std::sync::Mutex::new(there.1));
        let first = || {
            to_second.send(1).unwrap();
            at_first.recv().unwrap()
        };
        let second = || {
            to_first.send(2).unwrap();
            at_second.lock().unwrap().recv().unwrap()
        };
        assert_eq!(side_by_side(first, second), (2, 1));
    }

    #[test]
    #[should_panic(expected = "in the second")]
    fn a_panic_is_not_lost() {
        side_by_side(|| (), || panic!("in the second"));
    }
}
