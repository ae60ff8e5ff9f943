//! Synthesizes the chimes and the hum.
//!
//! All are sines with a few overtones: of a low note, the small loudspeaker of a laptop reproduces only the overtones.
//! Every note fades in and out smoothly, as a jump is audible as a click.

use std::f32::consts::{PI, TAU};
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};
use tempfile::NamedTempFile;

/// Samples a second, mono: the native rate of nearly every sound card, so no resampling is needed.
pub const RATE: u32 = 48_000;

/// Peak of a chime as a share of full scale: −12 dBFS, well below speech, which is near full scale.
const CHIME_PEAK: f32 = 0.25;

/// Peak of the hum at its loudest, −18 dBFS: below the voice.
const HUM_PEAK: f32 = 0.125;

/// Attack time of a note, seconds: too short to sound late, too long to sound as a click.
const RISE: f32 = 0.01;

/// Amplitudes of the fundamental and its overtones.
const OVERTONES: [f32; 3] = [1.0, 0.5, 0.25];

/// The hum's fundamental, Hz: low, yet a laptop can reproduce its overtones (300 and 450 Hz).
const HUM_PITCH: f32 = 150.0;

/// A short sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chime {
    /// Two rising notes: a set begins.
    Start,
    /// One low note: the back joined in.
    BackJoined,
    /// A tick: a repetition was counted.
    Tick,
    /// Three falling notes: the session is over.
    End,
}

impl Chime {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Start, Self::BackJoined, Self::Tick, Self::End];

    /// Its file in `folder`.
    pub(super) fn file(self, folder: &Path) -> PathBuf {
        folder.join(match self {
            Self::Start => "start.wav",
            Self::BackJoined => "back-joined.wav",
            Self::Tick => "tick.wav",
            Self::End => "end.wav",
        })
    }

    /// Pitch in Hz, start and duration in seconds.
    fn notes(self) -> &'static [(f32, f32, f32)] {
        match self {
            Self::Start => &[(523.25, 0.0, 0.2), (783.99, 0.12, 0.3)],
            Self::BackJoined => &[(196.0, 0.0, 0.3)],
            Self::Tick => &[(880.0, 0.0, 0.08)],
            Self::End => &[(783.99, 0.0, 0.2), (659.26, 0.12, 0.2), (523.25, 0.24, 0.4)],
        }
    }

    /// Its samples, −1 to 1, at [`RATE`].
    fn samples(self) -> Vec<f32> {
        let notes = self.notes();
        let length = notes.iter().map(|(_, begin, length)| begin + length).fold(0.0, f32::max);
        let count = (length * RATE as f32).ceil() as u32 + 1; // includes the zero at the end
        let sum = |time: f32| notes.iter().map(|&(pitch, begin, length)| note(pitch, time - begin, length)).sum();
        let samples: Vec<f32> = (0..count).map(|index| sum(index as f32 / RATE as f32)).collect();
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        samples.into_iter().map(|sample| sample / peak * CHIME_PEAK).collect()
    }

    /// The WAV file: 16 bits, one channel.
    fn wav(self) -> hound::Result<Vec<u8>> {
        let form = WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut bytes, form)?;
        for sample in self.samples() {
            writer.write_sample(quantised(sample))?;
        }
        writer.finalize()?;
        Ok(bytes.into_inner())
    }
}

/// Makes sure that the chimes exist in `folder` as WAV files.
///
/// # Errors
/// If the folder cannot be written.
pub(super) fn write_chimes(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for chime in Chime::ALL {
        let wav = chime.wav().map_err(io::Error::other)?;
        let file = chime.file(folder);
        if fs::read(&file).is_ok_and(|existing| existing == wav) {
            continue;
        }
        // Renamed when complete: another bendwise may be playing the old one.
        let mut partial = NamedTempFile::new_in(folder)?;
        partial.write_all(&wav)?;
        partial.persist(&file).map_err(|refused| refused.error)?;
    }
    Ok(())
}

/// A note at `time` seconds after its start, about −1 to 1; zero before and after.
fn note(pitch: f32, time: f32, length: f32) -> f32 {
    if !(0.0..length).contains(&time) {
        return 0.0;
    }
    let rise = (1.0 - (PI * (time / RISE).min(1.0)).cos()) / 2.0;
    let fall = (1.0 - time / length).powi(2);
    rise * fall * timbre(pitch * time)
}

/// A sine and its overtones at `turns` periods of the fundamental, within −1 to 1.
fn timbre(turns: f32) -> f32 {
    let overtones = OVERTONES.iter().enumerate();
    let sum: f32 = overtones.map(|(index, share)| share * (TAU * turns * (index + 1) as f32).sin()).sum();
    sum / OVERTONES.iter().sum::<f32>()
}

/// Converts −1 to 1 to a 16-bit sample.
fn quantised(sample: f32) -> i16 {
    (sample * f32::from(i16::MAX)).round() as i16
}

/// Generates the hum in blocks that join seamlessly.
#[derive(Debug, Default)]
pub(super) struct Tone {
    /// Phase of the fundamental, 0 to 1.
    phase: f32,
    gain: f32,
}

impl Tone {
    /// The next `count` samples as 16-bit little-endian bytes, with a ramp to `level`, 0 to 1, at their end.
    pub(super) fn block(&mut self, level: f32, count: usize) -> Vec<u8> {
        // Squared, because the ear hears ratios: half the level is 12 dB lower, clearly softer.
        let (from, to) = (self.gain, level * level * HUM_PEAK);
        self.gain = to;
        let mut bytes = Vec::with_capacity(2 * count);
        for index in 1..=count {
            let gain = from + (to - from) * (index as f32 / count as f32);
            self.phase = (self.phase + HUM_PITCH / RATE as f32).fract();
            bytes.extend(quantised(gain * timbre(self.phase)).to_le_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// −6 dBFS in 16-bit samples.
    const HALF: u16 = 16_423;

    fn read(chime: Chime) -> (WavSpec, Vec<i16>) {
        let reader = hound::WavReader::new(Cursor::new(chime.wav().unwrap())).unwrap();
        (reader.spec(), reader.into_samples().map(Result::unwrap).collect())
    }

    #[test]
    fn chimes_are_short_soft_files_without_a_click() {
        for chime in Chime::ALL {
            let (form, samples) = read(chime);
            assert_eq!((form.channels, form.sample_rate, form.bits_per_sample), (1, 48_000, 16));
            let seconds = samples.len() as f32 / form.sample_rate as f32;
            assert!((0.05..=0.7).contains(&seconds), "{chime:?} lasts {seconds} s");
            let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!((HALF / 4..=HALF).contains(&peak), "{chime:?} peaks at {peak}");
            let ends = samples.iter().take(5).chain(samples.iter().rev().take(50));
            assert!(ends.clone().all(|sample| sample.abs() <= 40), "{chime:?} clicks: {:?}", ends.collect::<Vec<_>>());
        }
    }

    /// Whoever may write into the folder cannot have another file overwritten.
    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_when_chimes_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("theirs");
        fs::write(&theirs, "theirs").unwrap();
        let guessed = format!("partial-{}", std::process::id());
        for chime in Chime::ALL {
            let file = chime.file(folder.path());
            std::os::unix::fs::symlink(&theirs, file.with_extension(&guessed)).unwrap();
            std::os::unix::fs::symlink(&theirs, &file).unwrap();
        }
        write_chimes(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "theirs");
        assert!(Chime::ALL.iter().all(|chime| fs::read(chime.file(folder.path())).unwrap() == chime.wav().unwrap()));
    }

    #[test]
    fn a_chime_has_no_jumps() {
        for chime in Chime::ALL {
            let (_, samples) = read(chime);
            let jump = samples.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap();
            // The steepest slope of its highest overtone (3 × 880 Hz) is 2π · 2640 / 48000 = 0.35 of its peak a sample.
            assert!(jump < 8192 * 35 / 100, "{chime:?} jumps by {jump}");
        }
    }

    #[test]
    fn the_back_chime_is_the_lowest() {
        let crossings = |chime| read(chime).1.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
        let pitch = |chime| crossings(chime) as f32 / read(chime).1.len() as f32;
        for other in [Chime::Start, Chime::Tick, Chime::End] {
            assert!(pitch(Chime::BackJoined) < 0.6 * pitch(other), "{other:?}");
        }
    }

    #[test]
    fn chimes_are_written_once_and_repaired() {
        let folder = tempfile::tempdir().unwrap();
        let sounds = folder.path().join("sounds");
        write_chimes(&sounds).unwrap();
        let tick = Chime::Tick.file(&sounds);
        let written = fs::metadata(&tick).unwrap().modified().unwrap();
        write_chimes(&sounds).unwrap();
        assert_eq!(fs::metadata(&tick).unwrap().modified().unwrap(), written);
        fs::write(&tick, "cut sho").unwrap();
        write_chimes(&sounds).unwrap();
        assert_eq!(fs::read(&tick).unwrap(), Chime::Tick.wav().unwrap());
        assert_eq!(sounds.read_dir().unwrap().count(), Chime::ALL.len(), "no other file is left");
    }

    fn samples(bytes: &[u8]) -> Vec<i16> {
        bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }

    #[test]
    fn the_hum_grows_with_the_level_and_is_seamless() {
        let mut tone = Tone::default();
        let mut all = Vec::new();
        let mut peaks = Vec::new();
        for level in [0.0, 0.25, 0.5, 0.75, 1.0, 0.0] {
            tone.block(level, 480);
            let block = samples(&tone.block(level, 480));
            peaks.push(block.iter().map(|sample| sample.unsigned_abs()).max().unwrap());
        }
        assert_eq!((peaks[0], peaks[5]), (0, 0));
        assert!(peaks[..5].is_sorted() && peaks[1] > 50 && peaks[4] > 2000 && peaks[4] <= 4096, "{peaks:?}");
        let mut tone = Tone::default();
        for level in [1.0, 0.0, 0.5, 1.0, 0.1] {
            all.extend(samples(&tone.block(level, 480)));
        }
        let jump = all.windows(2).map(|pair| (pair[1] - pair[0]).abs()).max().unwrap();
        // The steepest slope of 450 Hz is 2π · 450 / 48000 = 6 % of its peak a sample.
        assert!(jump < 4096 / 16, "{jump}");
    }
}
