//! How loud the voice is.

use std::sync::atomic::{AtomicU8, Ordering};

use super::failure::FailureLog;

/// A share of the full loudness, percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume(u8);

impl Volume {
    /// Nothing is heard.
    pub const OFF: Self = Self(0);
    /// As loud as the programs that speak and play are by themselves.
    pub const FULL: Self = Self(100);

    /// A volume; more than 100 % is 100 %.
    pub fn from_percent(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// Percent of the full amplitude.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// The share of the full amplitude.
    pub fn share(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl Default for Volume {
    fn default() -> Self {
        Self::FULL
    }
}

/// What a voice, its worker and its owner share.
#[derive(Debug)]
pub(super) struct VoiceState {
    volume: AtomicU8,
    pub failures: FailureLog,
}

impl Default for VoiceState {
    fn default() -> Self {
        Self { volume: AtomicU8::new(Volume::FULL.0), failures: FailureLog::default() }
    }
}

impl VoiceState {
    pub(super) fn volume(&self) -> Volume {
        Volume(self.volume.load(Ordering::Relaxed))
    }

    pub(super) fn set_volume(&self, volume: Volume) {
        self.volume.store(volume.0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_all_is_all() {
        assert_eq!(Volume::from_percent(101), Volume::FULL);
        assert_eq!(Volume::from_percent(30).share(), 0.3);
    }
}
