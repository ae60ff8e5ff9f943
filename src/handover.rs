//! How one thread hands values to the next: only the newest, or each one in turn.
//!
//! A camera does not wait. Its frames go by [`newest`]: what the slow side missed is dropped and counted, so that what
//! is shown is always now. A recording can wait, and should: its frames go by [`each`], one at a time, so that playing
//! it measures exactly the frames that analysing it measures, on a fast machine and on a slow one.
//!
//! Either side may go away at any time, also by a panic; the other side then learns it and ends. Nothing is unbounded.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::latest::{Latest, Taken};

/// The writing side. Dropping it tells the reader that no more will come.
#[derive(Debug)]
pub struct Giver<T>(Writing<T>);

#[derive(Debug)]
enum Writing<T> {
    Newest(Arc<Latest<T>>),
    Each(SyncSender<T>),
}

/// The reading side.
#[derive(Debug)]
pub struct Taker<T>(Reading<T>);

#[derive(Debug)]
enum Reading<T> {
    Newest(Arc<Latest<T>>),
    Each(Receiver<T>),
}

/// The reader is gone: there is no point in going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// The reader gets the newest value; those it did not take in time are dropped.
pub fn newest<T>() -> (Giver<T>, Taker<T>) {
    let latest = Arc::new(Latest::default());
    (Giver(Writing::Newest(Arc::clone(&latest))), Taker(Reading::Newest(latest)))
}

/// The reader gets each value; the writer waits until it is taken.
pub fn each<T>() -> (Giver<T>, Taker<T>) {
    let (sender, receiver) = sync_channel(0);
    (Giver(Writing::Each(sender)), Taker(Reading::Each(receiver)))
}

impl<T> Giver<T> {
    /// Hands over one value.
    ///
    /// # Errors
    /// When the reader is gone.
    pub fn give(&self, value: T) -> Result<(), Gone> {
        match &self.0 {
            Writing::Each(sender) => sender.send(value).map_err(|_| Gone),
            Writing::Newest(latest) if Arc::strong_count(latest) == 1 => Err(Gone),
            Writing::Newest(latest) => {
                latest.put(value);
                Ok(())
            }
        }
    }

    /// How many values nobody took in time.
    pub fn dropped(&self) -> u64 {
        match &self.0 {
            Writing::Newest(latest) => latest.dropped(),
            Writing::Each(_) => 0,
        }
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        if let Writing::Newest(latest) = &self.0 {
            latest.close();
        }
    }
}

impl<T> Taker<T> {
    /// Takes the next value, waiting for it at most `patience`.
    pub fn take(&self, patience: Duration) -> Taken<T> {
        match &self.0 {
            Reading::Newest(latest) => latest.take(patience),
            Reading::Each(receiver) => match receiver.recv_timeout(patience) {
                Ok(value) => Taken::Value(value),
                Err(RecvTimeoutError::Timeout) => Taken::Nothing,
                Err(RecvTimeoutError::Disconnected) => Taken::Closed,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn each_value_arrives_in_turn() {
        let (giver, taker) = each();
        let writer = std::thread::spawn(move || (0..100).try_for_each(|value| giver.give(value)));
        for value in 0..100 {
            assert_eq!(taker.take(LONG), Taken::Value(value));
        }
        assert_eq!(taker.take(LONG), Taken::Closed);
        assert_eq!(writer.join().unwrap(), Ok(()));
    }

    #[test]
    fn only_the_newest_value_arrives_and_the_rest_is_counted() {
        let (giver, taker) = newest();
        giver.give(1).unwrap();
        giver.give(2).unwrap();
        assert_eq!(giver.dropped(), 1);
        assert_eq!(taker.take(LONG), Taken::Value(2));
        drop(giver);
        assert_eq!(taker.take(LONG), Taken::Closed);
    }

    #[test]
    fn a_writer_learns_that_its_reader_is_gone() {
        for (giver, taker) in [newest(), each()] {
            drop(taker);
            assert_eq!(giver.give(1), Err(Gone));
        }
    }

    #[test]
    fn a_reader_learns_that_its_writer_panicked() {
        for (giver, taker) in [newest::<u8>(), each()] {
            let writer = std::thread::spawn(move || {
                let _giver = giver;
                panic!("on purpose");
            });
            assert_eq!(taker.take(LONG), Taken::Closed);
            assert!(writer.join().is_err());
        }
    }
}
