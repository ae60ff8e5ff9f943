//! Detects that a frame has been measured for too long: a network that hangs, a machine that swaps. The displaying
//! thread polls it; it has no thread of its own that could hang as well.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A frame takes some 15 ms. After this timeout the person, who sees nothing move, is informed.
const TIMEOUT: Duration = Duration::from_secs(1);

/// No frame is being measured.
const IDLE: u64 = u64::MAX;

/// Watches one thread.
#[derive(Debug)]
pub struct Watchdog {
    epoch: Instant,
    /// When the current frame was started, milliseconds since the epoch, or [`IDLE`].
    begun: AtomicU64,
}

impl Default for Watchdog {
    fn default() -> Self {
        Self { epoch: Instant::now(), begun: AtomicU64::new(IDLE) }
    }
}

impl Watchdog {
    /// Marks the start of a frame.
    pub fn begin(&self) {
        self.begun.store(self.elapsed(Instant::now()), Ordering::Relaxed);
    }

    /// Marks the end of a frame.
    pub fn end(&self) {
        self.begun.store(IDLE, Ordering::Relaxed);
    }

    /// Whether the current frame has taken more than a second.
    pub fn is_stuck(&self, now: Instant) -> bool {
        let begun = self.begun.load(Ordering::Relaxed);
        begun != IDLE && self.elapsed(now).saturating_sub(begun) > TIMEOUT.as_millis() as u64
    }

    fn elapsed(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.epoch).as_millis()).unwrap_or(IDLE - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_stuck_at_a_frame_that_takes_more_than_a_second_and_at_nothing_else() {
        let watchdog = Watchdog::default();
        let later = |milliseconds| Instant::now() + Duration::from_millis(milliseconds);
        assert!(!watchdog.is_stuck(later(60_000)), "no frame was begun");
        watchdog.begin();
        assert!(!watchdog.is_stuck(later(900)));
        assert!(watchdog.is_stuck(later(1_100)));
        watchdog.end();
        assert!(!watchdog.is_stuck(later(60_000)));
    }
}
