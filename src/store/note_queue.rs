//! The bounded queue between the thread that measures and the one that stores.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::store::Happening;
use crate::store::sample::Sample;

/// More notes than a camera delivers in ten seconds, the time a sleeping disk needs to wake.
pub(super) const QUEUE: usize = 600;

/// What is stored of one frame.
pub(super) type Note = (Option<Sample>, Vec<Happening>);

/// The sending end of the queue, which knows whether it is full before anything is sent.
#[derive(Debug)]
pub(super) struct NoteSender {
    notes: SyncSender<Note>,
    /// How many notes are in the queue, or one more.
    queued: Arc<AtomicUsize>,
    /// Whether a full queue blocks.
    waits: bool,
}

impl NoteSender {
    /// Whether the next note is taken.
    pub(super) fn has_room(&self) -> bool {
        self.waits || self.queued.load(Ordering::Acquire) < QUEUE
    }

    /// Sends a note, for which there must be room. Fails only if the thread stopped after an error, which it has
    /// reported.
    pub(super) fn send(&self, note: Note) {
        self.queued.fetch_add(1, Ordering::AcqRel);
        self.notes.send(note).ok();
    }
}

/// The receiving end.
#[derive(Debug)]
pub(super) struct NoteReceiver {
    notes: Receiver<Note>,
    queued: Arc<AtomicUsize>,
}

impl NoteReceiver {
    /// # Errors
    /// If nothing came in that time, or nothing will come any more.
    pub(super) fn receive(&self, timeout: Duration) -> Result<Note, RecvTimeoutError> {
        let note = self.notes.recv_timeout(timeout)?;
        self.queued.fetch_sub(1, Ordering::AcqRel);
        Ok(note)
    }
}

/// The queue of notes. A full one blocks if it `waits`, and otherwise has no room.
pub(super) fn note_queue(waits: bool) -> (NoteSender, NoteReceiver) {
    let (sender, receiver) = sync_channel(QUEUE);
    let queued = Arc::new(AtomicUsize::new(0));
    let receiver = NoteReceiver { notes: receiver, queued: Arc::clone(&queued) };
    (NoteSender { notes: sender, queued, waits }, receiver)
}
