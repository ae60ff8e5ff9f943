//! Plays the video of a stored session, with random access to its pictures.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::RgbImage;

use crate::recording::RecordingError;
use crate::source::Timestamp;
use crate::source::video::RandomAccessVideo;
use crate::store::{SampleSource, StoreError};

/// An open video. Playing forward is cheap; a seek decodes from the beginning of the fragment, which is 0.8 s long.
#[derive(Debug)]
pub struct SessionPlayer {
    path: PathBuf,
    strip: RandomAccessVideo,
    /// The time of each picture, on the session's clock.
    times: Arc<[Timestamp]>,
}

impl SessionPlayer {
    /// Opens the video of a session with these samples: the nth sample with a picture has the nth picture. A video that is
    /// missing, or damaged from its beginning, is [`RecordingError::Unplayable`].
    ///
    /// # Errors
    /// If the samples cannot be read.
    pub fn open(path: &Path, samples: &dyn SampleSource) -> Result<Result<Self, RecordingError>, StoreError> {
        let mut times = Vec::new();
        samples.outlines(&mut |sample| times.extend(sample.pictured.then_some(sample.time)))?;
        Ok(Self::with_times(path, times.into()))
    }

    /// Opens a video whose nth picture was taken at the nth of these times.
    ///
    /// # Errors
    /// [`RecordingError::Unplayable`] if the file is missing or damaged from its beginning.
    pub fn with_times(path: &Path, times: Arc<[Timestamp]>) -> Result<Self, RecordingError> {
        let path = path.to_owned();
        match RandomAccessVideo::open(&path) {
            Ok(strip) => Ok(Self { path, strip, times }),
            Err(cause) => Err(RecordingError::Unplayable { path, cause }),
        }
    }

    /// The same video with a decoder of its own; `None` if it is no longer there.
    pub fn twin(&self) -> Option<Self> {
        Self::with_times(&self.path, Arc::clone(&self.times)).ok()
    }

    /// The picture shown at a time of the session: that of the last sample with a picture up to then, or the first
    /// picture before the first. `None` if it is missing or damaged.
    pub fn picture(&mut self, time: Timestamp) -> Option<Arc<RgbImage>> {
        let shown = self.times.partition_point(|taken| *taken <= time).saturating_sub(1);
        self.strip.picture(shown)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::recording::fragmented_mp4::fixtures;
    use crate::store::sample::Sample;

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp::new(Duration::from_millis(milliseconds))
    }

    /// The samples of the fake video: the picture of every third frame is missing.
    fn samples() -> Vec<Sample> {
        let pictured = fixtures::times().into_iter().map(|time| Sample { time, pictured: true, ..Sample::default() });
        let unpictured = |sample: Sample| {
            let bare = Sample { time: at(5 + (sample.time.as_secs_f64() * 1e3) as u64), ..Sample::default() };
            [sample, bare]
        };
        pictured.flat_map(unpictured).collect()
    }

    #[test]
    fn every_picture_is_found_in_any_order_and_is_the_same_as_when_played() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        fixtures::write_video(&path);
        let samples = samples();
        let mut player = SessionPlayer::open(&path, &samples).unwrap().unwrap();
        let played: Vec<_> = samples.iter().map(|sample| player.picture(sample.time).unwrap()).collect();
        for (number, picture) in played.iter().enumerate() {
            let step = number / 2;
            assert!(fixtures::middle(picture).abs_diff(fixtures::bar(step) + 3) <= 1, "picture {step}");
        }
        for step in 0..samples.len() {
            let number = step * 91 % samples.len(); // 91 and 240 are coprime: each once, far apart
            assert_eq!(player.picture(samples[number].time).unwrap(), played[number], "{number}");
        }
        for (sample, picture) in samples.iter().zip(&played).rev() {
            assert_eq!(&player.picture(sample.time).unwrap(), picture);
        }
        assert_eq!(player.picture(Timestamp::default()).unwrap(), played[0], "before the first it is the first");
        assert_eq!(player.picture(at(1_000_000)).unwrap(), *played.last().unwrap());
    }

    #[test]
    fn a_damaged_video_gives_what_can_be_decoded_and_no_wrong_picture() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        fixtures::write_video(&path);
        let whole = std::fs::read(&path).unwrap();
        let samples = samples();
        let mut sound = SessionPlayer::open(&path, &samples).unwrap().unwrap();
        let broken = folder.path().join("broken.mp4");
        std::fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
        let mut player = SessionPlayer::open(&broken, &samples).unwrap().unwrap();
        let there = samples.iter().filter(|sample| match player.picture(sample.time) {
            Some(picture) => {
                assert_eq!(picture, sound.picture(sample.time).unwrap());
                true
            }
            None => false,
        });
        let there = there.count();
        assert!((samples.len() / 4..samples.len() * 3 / 4).contains(&there), "{there}");
        std::fs::write(&broken, &whole[..30]).unwrap();
        let told = SessionPlayer::open(&broken, &samples).unwrap().unwrap_err().to_string();
        assert!(told.contains("broken.mp4 cannot be played"), "{told}");
    }
}
