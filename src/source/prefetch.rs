//! A recording that is read ahead: the next frame is decoded while the one before it is still being measured.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::{io, panic};

use super::{Delivery, Source, SourceError, SourceInfo};

/// Frames that wait at most: enough that a slow frame holds up nobody, and 8 MB of pictures of 1280 × 720.
const DEPTH: usize = 2;

/// What the source gave, and what it had dropped by then.
struct Given {
    delivery: Result<Delivery, SourceError>,
    dropped: u64,
    first_dropped: Option<PathBuf>,
}

/// Gives out the very frames of its source, in their order, from a thread that reads ahead.
pub struct Ahead {
    info: SourceInfo,
    rate: Option<f64>,
    given: Option<Receiver<Given>>,
    reader: Option<JoinHandle<()>>,
    dropped: u64,
    first_dropped: Option<PathBuf>,
}

impl Ahead {
    /// Reads `source` ahead. A camera's frames would be old before they are looked at: it is better not wrapped.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(source: Box<dyn Source>) -> io::Result<Self> {
        let (info, rate) = (source.info().clone(), source.rate());
        let (giver, given) = sync_channel(DEPTH);
        let reader = thread::Builder::new().name("reader".into()).spawn(move || read(source, &giver))?;
        Ok(Self { info, rate, given: Some(given), reader: Some(reader), dropped: 0, first_dropped: None })
    }
}

/// Until the source ends or fails, or nobody takes any more.
fn read(mut source: Box<dyn Source>, giver: &SyncSender<Given>) {
    loop {
        let delivery = source.next();
        let last = matches!(delivery, Ok(Delivery::End) | Err(_));
        let first_dropped = source.first_dropped().map(Path::to_owned);
        let given = Given { delivery, dropped: source.dropped(), first_dropped };
        if giver.send(given).is_err() || last {
            return;
        }
    }
}

impl Source for Ahead {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        match self.given.as_ref().and_then(|given| given.recv().ok()) {
            Some(Given { delivery, dropped, first_dropped }) => {
                (self.dropped, self.first_dropped) = (dropped, first_dropped);
                delivery
            }
            // After its end, or after a panic, which goes on here as if it had happened here.
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

    fn rate(&self) -> Option<f64> {
        self.rate
    }
}

impl Drop for Ahead {
    /// Waits for the reader: what it started, a program that decodes, must not be left behind.
    fn drop(&mut self) {
        self.given = None;
        self.reader.take().map(JoinHandle::join);
    }
}

impl std::fmt::Debug for Ahead {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ahead").field("info", &self.info).finish_non_exhaustive()
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

    /// So many frames, every third of which cannot be decoded; then it ends, fails or panics.
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

    fn ahead(frames: u64, then: fn() -> Result<Delivery, SourceError>) -> (Ahead, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        let info = SourceInfo { name: "made".to_owned(), ..SourceInfo::default() };
        let made = FakeSource { info, number: 0, frames, dropped: 0, then, read: Arc::clone(&read) };
        (Ahead::new(Box::new(made)).unwrap(), read)
    }

    fn number(ahead: &mut Ahead) -> Option<u64> {
        match ahead.next().unwrap() {
            Delivery::Frame(frame) => Some(frame.number),
            _ => None,
        }
    }

    #[test]
    fn every_frame_comes_in_its_order_with_what_was_lost_by_then() {
        let (mut ahead, _) = ahead(50, || Ok(Delivery::End));
        assert_eq!(ahead.info().name, "made");
        for expected in 1..=50 {
            assert_eq!(number(&mut ahead), Some(expected));
            assert_eq!(ahead.dropped(), expected / 3);
        }
        assert_eq!((number(&mut ahead), number(&mut ahead)), (None, None));
    }

    #[test]
    fn no_more_is_read_than_waits() {
        let (mut ahead, read) = ahead(1000, || Ok(Delivery::End));
        let taken = (0..10).filter_map(|_| number(&mut ahead)).count();
        assert_eq!(taken, 10);
        drop(ahead);
        assert!(read.load(Ordering::Relaxed) <= 10 + DEPTH as u64 + 2);
    }

    #[test]
    fn what_breaks_it_off_comes_after_what_was_whole() {
        let broken = || Err(SourceError::Undecodable { path: PathBuf::from("a.mp4") });
        let (mut ahead, _) = ahead(2, broken);
        assert_eq!((number(&mut ahead), number(&mut ahead)), (Some(1), Some(2)));
        assert!(ahead.next().unwrap_err().to_string().contains("a.mp4"));
    }

    #[test]
    #[should_panic(expected = "a fault in a decoder")]
    fn a_panic_is_nobodys_end() {
        let (mut ahead, _) = ahead(1, || panic!("a fault in a decoder"));
        while number(&mut ahead).is_some() {}
    }
}
