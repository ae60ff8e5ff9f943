//! A consumer of a guided session's frames that is finished with the session, not with the program.

use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};

use super::{FrameSink, GuidedFrame, Observation};

/// Passes frames on until the session is complete, and finishes the consumer then, on a thread of its own: a recorder
/// waits for its disk, and the measurement must not.
pub struct UntilComplete {
    /// `None` once it is being finished.
    sink: Option<Box<dyn FrameSink>>,
    finishing: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for UntilComplete {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("UntilComplete").field("complete", &self.sink.is_none()).finish_non_exhaustive()
    }
}

impl UntilComplete {
    /// Passes frames on to `sink`.
    pub fn new(sink: Box<dyn FrameSink>) -> Self {
        Self { sink: Some(sink), finishing: None }
    }
}

impl FrameSink for UntilComplete {
    fn observe(&mut self, observation: &Observation, guided: Option<&GuidedFrame>) {
        if let Some(sink) = &mut self.sink {
            sink.observe(observation, guided);
        }
    }

    fn complete(&mut self, missed: u64) {
        let Some(sink) = self.sink.take() else { return };
        let (hand, taken) = sync_channel::<Box<dyn FrameSink>>(1);
        let finish = move || taken.into_iter().for_each(|sink| sink.finish(missed));
        match thread::Builder::new().name("completion".into()).spawn(finish) {
            Ok(thread) => {
                hand.send(sink).ok();
                self.finishing = Some(thread);
            }
            Err(_) => sink.finish(missed), // no thread to be had: it takes the time it takes
        }
    }

    fn finish(self: Box<Self>, missed: u64) {
        if let Some(sink) = self.sink {
            sink.finish(missed);
        }
        if let Some(thread) = self.finishing {
            thread.join().ok(); // a panic was reported when it happened
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Notes what it was finished with, after some time.
    struct Slow(Arc<Mutex<Vec<u64>>>);

    impl FrameSink for Slow {
        fn observe(&mut self, _: &Observation, _: Option<&GuidedFrame>) {}

        fn finish(self: Box<Self>, missed: u64) {
            thread::sleep(std::time::Duration::from_millis(50));
            self.0.lock().unwrap().push(missed);
        }
    }

    fn finished(complete: Option<u64>, at_the_end: u64) -> Vec<u64> {
        let log = Arc::new(Mutex::new(Vec::new()));
        let mut sink = Box::new(UntilComplete::new(Box::new(Slow(Arc::clone(&log)))));
        if let Some(missed) = complete {
            sink.complete(missed);
            sink.complete(missed + 1); // told once
            assert!(log.lock().unwrap().is_empty(), "the measurement does not wait for it");
        }
        sink.finish(at_the_end);
        let log = log.lock().unwrap();
        log.clone()
    }

    #[test]
    fn a_complete_session_is_finished_then_and_waited_for_at_the_end() {
        assert_eq!(finished(Some(3), 9), [3]);
        assert_eq!(finished(None, 9), [9], "who leaves before loses nothing");
    }
}
