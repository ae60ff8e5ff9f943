//! Passing values from one thread to the next: only the latest, or every one in order.
//!
//! A camera does not wait. Its frames go through [`latest_only`], or [`latest_and_spare`] where some may wait: frames that a
//! slow reader missed are dropped and counted, so that the picture shown is always current. A recording can wait, and
//! should: its frames go through [`rendezvous`], one at a time, so that playing it measures exactly the frames that analysing it measures, on a fast
//! machine and on a slow one.
//!
//! Either side may be dropped at any time, including by a panic; the other side is then told and ends. Nothing is
//! unbounded.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::latest_slot::{LatestSlot, Taken};

/// The sending side. Dropping it closes the channel.
#[derive(Debug)]
pub struct Sender<T>(SenderKind<T>);

#[derive(Debug)]
enum SenderKind<T> {
    LatestOnly(Arc<LatestSlot<T>>),
    Rendezvous(SyncSender<T>),
}

/// The receiving side.
#[derive(Debug)]
pub struct Receiver<T>(ReceiverKind<T>);

#[derive(Debug)]
enum ReceiverKind<T> {
    LatestOnly(Arc<LatestSlot<T>>),
    Rendezvous(mpsc::Receiver<T>),
}

/// The receiver was dropped: nobody will read further values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// Creates a channel that delivers only the latest value; values not taken in time are dropped.
pub fn latest_only<T>() -> (Sender<T>, Receiver<T>) {
    latest(LatestSlot::default())
}

/// The same, in which `spare` values more may wait while the reader keeps up ([`LatestSlot::with_spare_places`]).
pub fn latest_and_spare<T>(spare: usize) -> (Sender<T>, Receiver<T>) {
    latest(LatestSlot::with_spare_places(spare))
}

fn latest<T>(slot: LatestSlot<T>) -> (Sender<T>, Receiver<T>) {
    let latest = Arc::new(slot);
    (Sender(SenderKind::LatestOnly(Arc::clone(&latest))), Receiver(ReceiverKind::LatestOnly(latest)))
}

/// Creates a channel that delivers every value; the sender waits until each is taken.
pub fn rendezvous<T>() -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = sync_channel(0);
    (Sender(SenderKind::Rendezvous(sender)), Receiver(ReceiverKind::Rendezvous(receiver)))
}

impl<T> Sender<T> {
    /// Sends one value.
    ///
    /// # Errors
    /// If the receiver was dropped.
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

    /// The number of values that were dropped before they were taken.
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
    /// Takes the next value, waiting at most `timeout` for it.
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
    fn every_value_arrives_in_order() {
        let (sender, receiver) = rendezvous();
        let writer = std::thread::spawn(move || (0..100).try_for_each(|value| sender.send(value)));
        for value in 0..100 {
            assert_eq!(receiver.recv_timeout(LONG), Taken::Value(value));
        }
        assert_eq!(receiver.recv_timeout(LONG), Taken::Closed);
        assert_eq!(writer.join().unwrap(), Ok(()));
    }

    #[test]
    fn only_the_latest_value_arrives_and_the_rest_are_counted() {
        let (sender, receiver) = latest_only();
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        assert_eq!(sender.dropped(), 1);
        assert_eq!(receiver.recv_timeout(LONG), Taken::Value(2));
        drop(sender);
        assert_eq!(receiver.recv_timeout(LONG), Taken::Closed);
    }

    #[test]
    fn the_sender_notices_a_dropped_receiver() {
        for (sender, receiver) in [latest_only(), rendezvous()] {
            drop(receiver);
            assert_eq!(sender.send(1), Err(Disconnected));
        }
    }

    #[test]
    fn the_receiver_notices_a_panic_of_the_sender() {
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
