//! A slot that holds only the latest value: values that a slow reader missed are dropped and counted, never queued. One with
//! spare places forgives a reader that is late once.

use std::collections::VecDeque;
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
    /// The oldest first.
    values: VecDeque<T>,
    /// How many values have room while the reader keeps up.
    places: usize,
    /// How often there was no room since the reader last had to wait.
    overflows: u32,
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

impl<T> Slot<T> {
    /// How many values may wait. Only the latest for a reader that did not catch up after values were dropped: it is always too
    /// slow, and would miss as many and see every one later by what waits.
    fn room(&self) -> usize {
        if self.overflows > 1 { 1 } else { self.places }
    }
}

impl<T> Default for LatestSlot<T> {
    fn default() -> Self {
        Self::with_places(1)
    }
}

impl<T> LatestSlot<T> {
    /// Creates a slot in which `spare` values may wait besides the latest, as long as the reader keeps up otherwise: it is late
    /// once and misses nothing. One that stays behind gets the latest value only.
    pub fn with_spare_places(spare: usize) -> Self {
        Self::with_places(1 + spare)
    }

    fn with_places(places: usize) -> Self {
        let values = VecDeque::with_capacity(places);
        let slot = Slot { values, places, overflows: 0, dropped: 0, closed: false };
        Self { slot: Mutex::new(slot), changed: Condvar::new() }
    }

    /// Stores a value. Where it has no room, the oldest is dropped.
    pub fn put(&self, value: T) {
        let mut slot = self.lock();
        slot.overflows = slot.overflows.saturating_add(u32::from(slot.values.len() >= slot.room()));
        while slot.values.len() >= slot.room() {
            slot.values.pop_front();
            slot.dropped += 1;
        }
        slot.values.push_back(value);
        self.changed.notify_one();
    }

    /// Takes the value that has waited longest, of which there is one at most without spare places; waits at most `timeout` for it.
    pub fn take(&self, timeout: Duration) -> Taken<T> {
        let waiting = |slot: &mut Slot<T>| slot.values.is_empty() && !slot.closed;
        let mut slot = self.lock();
        if slot.values.is_empty() {
            slot.overflows = 0;
        }
        let (mut slot, _) =
            self.changed.wait_timeout_while(slot, timeout, waiting).unwrap_or_else(PoisonError::into_inner);
        match slot.values.pop_front() {
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

    /// The number of values that were dropped before they were taken.
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
    fn a_reader_that_is_late_once_misses_nothing_where_there_is_a_spare_place() {
        let latest = LatestSlot::with_spare_places(1);
        latest.put(1);
        latest.put(2);
        assert_eq!([(); 3].map(|()| latest.take(Duration::ZERO)), [Taken::Value(1), Taken::Value(2), Taken::Nothing]);
        assert_eq!(latest.dropped(), 0);
    }

    #[test]
    fn a_reader_that_stays_behind_gets_the_latest_only_until_it_has_to_wait() {
        let latest = LatestSlot::with_spare_places(1);
        (1..=3).for_each(|value| latest.put(value));
        assert_eq!((latest.dropped(), latest.take(Duration::ZERO)), (1, Taken::Value(2)), "late once");
        (4..=5).for_each(|value| latest.put(value));
        assert_eq!((latest.dropped(), latest.take(Duration::ZERO)), (3, Taken::Value(5)), "it did not catch up");
        (6..=7).for_each(|value| latest.put(value));
        assert_eq!((latest.dropped(), latest.take(Duration::ZERO)), (4, Taken::Value(7)));
        assert_eq!(latest.take(Duration::ZERO), Taken::Nothing);
        (8..=9).for_each(|value| latest.put(value));
        assert_eq!((latest.dropped(), latest.take(Duration::ZERO)), (4, Taken::Value(8)));
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
