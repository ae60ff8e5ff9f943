//! How loud the voice is.

use std::sync::atomic::{AtomicU8, Ordering};

use super::failure::FailureLog;

/// A share of the full loudness, percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume(u8);

impl Volume {
    /// Nothing is heard.
    pub const OFF: Self = Self(0);
    /// Half the amplitude.
    pub const HALF: Self = Self(50);
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

    /// What a key makes of it: off, half, full, and off again.
    pub fn next(self) -> Self {
        match self {
            Self::OFF => Self::HALF,
            Self::FULL => Self::OFF,
            _ => Self::FULL,
        }
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
    fn a_key_silences_and_comes_back_by_half() {
        let mut volume = Volume::from_percent(30);
        let heard = [(); 5].map(|()| {
            volume = volume.next();
            volume.percent()
        });
        assert_eq!(heard, [100, 0, 50, 100, 0]);
        assert_eq!(Volume::from_percent(101), Volume::FULL);
    }
}
