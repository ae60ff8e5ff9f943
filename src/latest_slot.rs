//! A slot that holds only the latest value: values that a slow reader missed are dropped and counted, never queued.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A slot for the latest value, shared by reference or `Arc` between one writer and one reader.
#[derive(Debug)]
pub struct LatestSlot<T> {
    slot: Mutex<Slot<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Slot<T> {
    value: Option<T>,
    dropped: u64,
    closed: bool,
}

/// What [`LatestSlot::take`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken<T> {
    /// The latest value.
    Value(T),
    /// No new value arrived within the timeout.
    Nothing,
    /// The slot is closed and the last value was taken.
    Closed,
}

impl<T> Default for LatestSlot<T> {
    fn default() -> Self {
        Self { slot: Mutex::new(Slot { value: None, dropped: 0, closed: false }), changed: Condvar::new() }
    }
}

impl<T> LatestSlot<T> {
    /// Stores a value, overwriting one that was not taken yet.
    pub fn put(&self, value: T) {
        let mut slot = self.lock();
        if slot.value.replace(value).is_some() {
            slot.dropped += 1;
        }
        self.changed.notify_one();
    }

    /// Takes the latest value, waiting at most `timeout` for it.
    pub fn take(&self, timeout: Duration) -> Taken<T> {
        let waiting = |slot: &mut Slot<T>| slot.value.is_none() && !slot.closed;
        let (mut slot, _) =
            self.changed.wait_timeout_while(self.lock(), timeout, waiting).unwrap_or_else(PoisonError::into_inner);
        match slot.value.take() {
            Some(value) => Taken::Value(value),
            None if slot.closed => Taken::Closed,
            None => Taken::Nothing,
        }
    }

    /// Marks that no more values will come.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The number of values that were overwritten before they were taken.
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    // A poisoned lock is safe to use: no method can panic while the slot is half updated.
    fn lock(&self) -> MutexGuard<'_, Slot<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_only_the_latest_and_counts_the_rest() {
        let latest = LatestSlot::default();
        latest.put(1);
        latest.put(2);
        latest.put(3);
        assert_eq!(latest.take(Duration::ZERO), Taken::Value(3));
        assert_eq!(latest.dropped(), 2);
        assert_eq!(latest.take(Duration::ZERO), Taken::Nothing);
    }

    #[test]
    fn returns_the_last_value_before_it_reports_closed() {
        let latest = LatestSlot::default();
        latest.put(1);
        latest.close();
        assert_eq!(latest.take(Duration::from_secs(60)), Taken::Value(1));
        assert_eq!(latest.take(Duration::from_secs(60)), Taken::Closed);
    }

    #[test]
    fn wakes_a_waiting_reader() {
        let latest = LatestSlot::default();
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| latest.take(Duration::from_secs(60)));
            latest.put(7);
            assert_eq!(reader.join().unwrap(), Taken::Value(7));
        });
    }
}
