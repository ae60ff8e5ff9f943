//! Prefetching for recordings: the next frame is decoded while the one before it is still being measured. No more than that
//! one: a picture of 1280 × 720 is 3 MB.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::{io, panic};

use super::{Delivery, RecordingFacts, Source, SourceError, SourceInfo};

/// What the source delivered, and what it had dropped by then.
struct PrefetchedItem {
    delivery: Result<Delivery, SourceError>,
    dropped: u64,
    first_dropped: Option<PathBuf>,
    size_changes: bool,
}

/// Delivers the frames of its source unchanged and in order, from a thread that reads ahead.
pub struct PrefetchedSource {
    info: SourceInfo,
    facts: Option<RecordingFacts>,
    rate: Option<f64>,
    items: Option<Receiver<PrefetchedItem>>,
    reader: Option<JoinHandle<()>>,
    dropped: u64,
    first_dropped: Option<PathBuf>,
}

impl PrefetchedSource {
    /// Reads `source` ahead. A camera should not be wrapped: its frames would be stale before they are measured.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub fn new(source: Box<dyn Source>) -> io::Result<Self> {
        let (info, facts, rate) = (source.info().clone(), source.facts().cloned(), source.rate());
        let (sender, items) = sync_channel(0);
        let reader = thread::Builder::new().name("reader".into()).spawn(move || read(source, &sender))?;
        Ok(Self { info, facts, rate, items: Some(items), reader: Some(reader), dropped: 0, first_dropped: None })
    }
}

/// Reads until the source ends or fails, or the receiver is dropped.
fn read(mut source: Box<dyn Source>, sender: &SyncSender<PrefetchedItem>) {
    loop {
        let delivery = source.next();
        let last = matches!(delivery, Ok(Delivery::End) | Err(_));
        let first_dropped = source.first_dropped().map(Path::to_owned);
        let size_changes = source.facts().is_some_and(|facts| facts.size_changes);
        let item = PrefetchedItem { delivery, dropped: source.dropped(), first_dropped, size_changes };
        if sender.send(item).is_err() || last {
            return;
        }
    }
}

impl Source for PrefetchedSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        match self.items.as_ref().and_then(|items| items.recv().ok()) {
            Some(PrefetchedItem { delivery, dropped, first_dropped, size_changes }) => {
                (self.dropped, self.first_dropped) = (dropped, first_dropped);
                self.facts.iter_mut().for_each(|facts| facts.size_changes = size_changes);
                delivery
            }
            // The thread has ended or panicked; a panic is propagated.
            None => match self.reader.take().map(JoinHandle::join) {
                Some(Err(panicked)) => panic::resume_unwind(panicked),
                _ => Ok(Delivery::End),
            },
        }
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }

    fn first_dropped(&self) -> Option<&Path> {
        self.first_dropped.as_deref()
    }

    fn facts(&self) -> Option<&RecordingFacts> {
        self.facts.as_ref()
    }

    fn rate(&self) -> Option<f64> {
        self.rate
    }
}

impl Drop for PrefetchedSource {
    /// Joins the reader: a decoder process that it started must not be left behind.
    fn drop(&mut self) {
        self.items = None;
        self.reader.take().map(JoinHandle::join);
    }
}

impl std::fmt::Debug for PrefetchedSource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PrefetchedSource").field("info", &self.info).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Instant;

    use image::RgbImage;

    use super::*;
    use crate::source::{Frame, Timestamp};

    /// Delivers `frames` frames and counts every third as dropped; then it ends, fails or panics.
    struct FakeSource {
        info: SourceInfo,
        number: u64,
        frames: u64,
        dropped: u64,
        then: fn() -> Result<Delivery, SourceError>,
        read: Arc<AtomicU64>,
    }

    impl Source for FakeSource {
        fn info(&self) -> &SourceInfo {
            &self.info
        }

        fn next(&mut self) -> Result<Delivery, SourceError> {
            self.read.fetch_add(1, Ordering::Relaxed);
            if self.number >= self.frames {
                return (self.then)();
            }
            self.dropped += u64::from(self.number % 3 == 2);
            self.number += 1;
            let time = Timestamp::from_secs_f64(self.number as f64);
            let picture = Arc::new(RgbImage::new(1, 1));
            Ok(Delivery::Frame(Frame { picture, time, captured_at: Instant::now(), number: self.number }))
        }

        fn dropped(&self) -> u64 {
            self.dropped
        }
    }

    fn ahead(frames: u64, then: fn() -> Result<Delivery, SourceError>) -> (PrefetchedSource, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        let info = SourceInfo { name: "fake".to_owned(), ..SourceInfo::default() };
        let source = FakeSource { info, number: 0, frames, dropped: 0, then, read: Arc::clone(&read) };
        (PrefetchedSource::new(Box::new(source)).unwrap(), read)
    }

    fn number(ahead: &mut PrefetchedSource) -> Option<u64> {
        match ahead.next().unwrap() {
            Delivery::Frame(frame) => Some(frame.number),
            _ => None,
        }
    }

    #[test]
    fn every_frame_comes_in_order_with_the_losses_by_then() {
        let (mut ahead, _) = ahead(50, || Ok(Delivery::End));
        assert_eq!(ahead.info().name, "fake");
        for expected in 1..=50 {
            assert_eq!(number(&mut ahead), Some(expected));
            assert_eq!(ahead.dropped(), expected / 3);
        }
        assert_eq!((number(&mut ahead), number(&mut ahead)), (None, None));
    }

    #[test]
    fn no_more_than_one_frame_is_read_ahead() {
        let (mut ahead, read) = ahead(1000, || Ok(Delivery::End));
        let taken = (0..10).filter_map(|_| number(&mut ahead)).count();
        assert_eq!(taken, 10);
        drop(ahead);
        assert!(read.load(Ordering::Relaxed) <= 10 + 2);
    }

    #[test]
    fn an_error_comes_after_the_frames_before_it() {
        let broken = || Err(SourceError::Undecodable { path: PathBuf::from("a.mp4") });
        let (mut ahead, _) = ahead(2, broken);
        assert_eq!((number(&mut ahead), number(&mut ahead)), (Some(1), Some(2)));
        assert!(ahead.next().unwrap_err().to_string().contains("a.mp4"));
    }

    #[test]
    #[should_panic(expected = "a bug in a decoder")]
    fn a_panic_is_propagated() {
        let (mut ahead, _) = ahead(1, || panic!("a bug in a decoder"));
        while number(&mut ahead).is_some() {}
    }
}
