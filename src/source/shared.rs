//! A source that is lent to one reader after another: a camera stays open from the start screen to the session.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Delivery, Source, SourceError, SourceInfo, Timestamp};

/// A source that outlives its readers.
#[derive(Clone)]
pub struct SharedSource {
    source: Arc<Mutex<Box<dyn Source>>>,
    info: SourceInfo,
    /// As of the last frame, and not behind the lock that a reader holds while it waits for the next.
    camera_number: Arc<Mutex<Option<u32>>>,
}

impl std::fmt::Debug for SharedSource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SharedSource").field("info", &self.info).finish_non_exhaustive()
    }
}

impl SharedSource {
    /// Shares a source.
    pub fn new(source: Box<dyn Source>) -> Self {
        let (info, camera_number) = (source.info().clone(), Arc::new(Mutex::new(source.camera_number())));
        Self { source: Arc::new(Mutex::new(source)), info, camera_number }
    }

    /// What was known of it before its first frame.
    pub fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// The number of the camera that it is, if it is one. Whoever reads from it is not waited for.
    pub fn camera_number(&self) -> Option<u32> {
        *lock(&self.camera_number)
    }

    /// The source for the next reader, as if it had just been opened: its frames count and its time runs from the first that is
    /// read. One reader at a time gets frames; the one before has to be done.
    pub fn lend(&self) -> Box<dyn Source> {
        Box::new(LentSource { shared: self.clone(), first: None, dropped_before: None })
    }
}

/// A panic of one reader is no reason to take the camera from the next.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A source as one of its readers sees it.
struct LentSource {
    shared: SharedSource,
    /// Time and number of the first frame that was read.
    first: Option<(Timestamp, u64)>,
    /// How many frames were dropped before the first was asked for.
    dropped_before: Option<u64>,
}

impl Source for LentSource {
    fn info(&self) -> &SourceInfo {
        &self.shared.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let mut source = lock(&self.shared.source);
        self.dropped_before.get_or_insert_with(|| source.dropped());
        let delivery = source.next()?;
        *lock(&self.shared.camera_number) = source.camera_number();
        let Delivery::Frame(mut frame) = delivery else { return Ok(delivery) };
        let (time, number) = *self.first.get_or_insert((frame.time, frame.number));
        frame.time = Timestamp::new(frame.time.since(time));
        frame.number = frame.number.saturating_sub(number);
        Ok(Delivery::Frame(frame))
    }

    fn dropped(&self) -> u64 {
        self.dropped_before.map_or(0, |before| lock(&self.shared.source).dropped().saturating_sub(before))
    }

    fn camera_number(&self) -> Option<u32> {
        self.shared.camera_number()
    }

    fn rate(&self) -> Option<f64> {
        lock(&self.shared.source).rate()
    }

    fn remarks(&self) -> Vec<String> {
        lock(&self.shared.source).remarks()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use image::RgbImage;

    use super::*;
    use crate::source::Frame;

    /// A camera that sends ten pictures a second, loses as many, and comes back under another number after a while.
    struct Ticking(SourceInfo, u64);

    impl Source for Ticking {
        fn info(&self) -> &SourceInfo {
            &self.0
        }

        fn next(&mut self) -> Result<Delivery, SourceError> {
            self.1 += 1;
            let time = Timestamp::new(Duration::from_millis(100 * self.1));
            Ok(Delivery::Frame(Frame::new(RgbImage::new(2, 2), time, self.1)))
        }

        fn camera_number(&self) -> Option<u32> {
            Some(if self.1 < 6 { 4 } else { 2 })
        }

        fn dropped(&self) -> u64 {
            self.1
        }
    }

    fn read(source: &mut dyn Source) -> (f64, u64) {
        let Ok(Delivery::Frame(frame)) = source.next() else { panic!("no frame") };
        (frame.time.as_secs_f64(), frame.number)
    }

    #[test]
    fn each_reader_sees_a_source_that_has_just_begun() {
        let info = SourceInfo { name: "Webcam".to_owned(), live: true, ..SourceInfo::default() };
        let shared = SharedSource::new(Box::new(Ticking(info, 0)));
        for numbers in [[Some(4), Some(4)], [Some(4), Some(2)]] {
            let mut lent = shared.lend();
            read(shared.lend().as_mut()); // a frame that is dropped while nobody has read from it yet
            assert_eq!((lent.info().name.as_str(), lent.dropped()), ("Webcam", 0));
            assert_eq!(shared.camera_number(), numbers[0]);
            assert_eq!([(); 3].map(|()| read(lent.as_mut())), [(0.0, 0), (0.1, 1), (0.2, 2)]);
            assert_eq!((lent.camera_number(), shared.camera_number()), (numbers[1], numbers[1]));
            assert_eq!(lent.dropped(), 3);
        }
    }
}
