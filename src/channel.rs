//! How one thread hands values to the next: only the newest, or each one in turn.
//!
//! A camera does not wait. Its frames go by [`latest_only`]: what the slow side missed is dropped and counted, so that what
//! is shown is always now. A recording can wait, and should: its frames go by [`rendezvous`], one at a time, so that playing
//! it measures exactly the frames that analysing it measures, on a fast machine and on a slow one.
//!
//! Either side may go away at any time, also by a panic; the other side then learns it and ends. Nothing is unbounded.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::latest_slot::{LatestSlot, Taken};

/// The writing side. Dropping it tells the reader that no more will come.
#[derive(Debug)]
pub struct Sender<T>(SenderKind<T>);

#[derive(Debug)]
enum SenderKind<T> {
    LatestOnly(Arc<LatestSlot<T>>),
    Rendezvous(SyncSender<T>),
}

/// The reading side.
#[derive(Debug)]
pub struct Receiver<T>(ReceiverKind<T>);

#[derive(Debug)]
enum ReceiverKind<T> {
    LatestOnly(Arc<LatestSlot<T>>),
    Rendezvous(mpsc::Receiver<T>),
}

/// The reader is gone: there is no point in going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// The reader gets the newest value; those it did not take in time are dropped.
pub fn latest_only<T>() -> (Sender<T>, Receiver<T>) {
    let latest = Arc::new(LatestSlot::default());
    (Sender(SenderKind::LatestOnly(Arc::clone(&latest))), Receiver(ReceiverKind::LatestOnly(latest)))
}

/// The reader gets each value; the writer waits until it is taken.
pub fn rendezvous<T>() -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = sync_channel(0);
    (Sender(SenderKind::Rendezvous(sender)), Receiver(ReceiverKind::Rendezvous(receiver)))
}

impl<T> Sender<T> {
    /// Hands over one value.
    ///
    /// # Errors
    /// When the reader is gone.
    pub fn send(&self, value: T) -> Result<(), Disconnected> {
        match &self.0 {
            SenderKind::Rendezvous(sender) => sender.send(value).map_err(|_| Disconnected),
            SenderKind::LatestOnly(latest) if Arc::strong_count(latest) == 1 => Err(Disconnected),
            SenderKind::LatestOnly(latest) => {
                latest.put(value);
                Ok(())
            }
        }
    }

    /// How many values nobody took in time.
    pub fn dropped(&self) -> u64 {
        match &self.0 {
            SenderKind::LatestOnly(latest) => latest.dropped(),
            SenderKind::Rendezvous(_) => 0,
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if let SenderKind::LatestOnly(latest) = &self.0 {
            latest.close();
        }
    }
}

impl<T> Receiver<T> {
    /// Takes the next value, waiting for it at most `timeout`.
    pub fn recv_timeout(&self, timeout: Duration) -> Taken<T> {
        match &self.0 {
            ReceiverKind::LatestOnly(latest) => latest.take(timeout),
            ReceiverKind::Rendezvous(receiver) => match receiver.recv_timeout(timeout) {
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
        let (sender, receiver) = rendezvous();
        let writer = std::thread::spawn(move || (0..100).try_for_each(|value| sender.send(value)));
        for value in 0..100 {
            assert_eq!(receiver.recv_timeout(LONG), Taken::Value(value));
        }
        assert_eq!(receiver.recv_timeout(LONG), Taken::Closed);
        assert_eq!(writer.join().unwrap(), Ok(()));
    }

    #[test]
    fn only_the_newest_value_arrives_and_the_rest_is_counted() {
        let (sender, receiver) = latest_only();
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        assert_eq!(sender.dropped(), 1);
        assert_eq!(receiver.recv_timeout(LONG), Taken::Value(2));
        drop(sender);
        assert_eq!(receiver.recv_timeout(LONG), Taken::Closed);
    }

    #[test]
    fn a_writer_learns_that_its_reader_is_gone() {
        for (sender, receiver) in [latest_only(), rendezvous()] {
            drop(receiver);
            assert_eq!(sender.send(1), Err(Disconnected));
        }
    }

    #[test]
    fn a_reader_learns_that_its_writer_panicked() {
        for (sender, receiver) in [latest_only::<u8>(), rendezvous()] {
            let writer = std::thread::spawn(move || {
                let _sender = sender;
                panic!("on purpose");
            });
            assert_eq!(receiver.recv_timeout(LONG), Taken::Closed);
            assert!(writer.join().is_err());
        }
    }
}
