//! Synthesizes the chimes and the hum.
//!
//! All are sines with overtones: of a low note, the small loudspeaker of a laptop reproduces only the overtones, and little below
//! 300 Hz. So low notes have more of them, and between 300 and 8000 Hz all are about as loud as speech, which tests measure.
//! Every note fades in and out smoothly, as a jump is audible as a click.

use std::f32::consts::{PI, TAU};
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};
use tempfile::NamedTempFile;

use super::volume::Volume;

/// Samples a second, mono: the native rate of nearly every sound card, so no resampling is needed.
pub const RATE: u32 = 48_000;

/// Peak of a chime as a share of full scale, −12 dBFS. [own]
const CHIME_PEAK: f32 = 0.25;

/// Peak of the low note, of which a laptop reproduces only a part, −6 dBFS. [own]
const LOW_CHIME_PEAK: f32 = 0.5;

/// Peak of the hum at its loudest, −15 dBFS: below the voice. [own]
const HUM_PEAK: f32 = 0.18;

/// Attack time of a note, seconds: too short to sound late, too long to sound as a click.
const RISE: f32 = 0.01;

/// Amplitudes of the fundamental and its overtones.
const CLEAR: &[f32] = &[1.0, 0.5, 0.25];

/// Those of a low note, 1/√n: more than half of its power is in the overtones.
const RICH: &[f32] = &[1.0, 0.707, 0.577, 0.5, 0.447, 0.408];

/// Those of the low note: two thirds of its power are above 500 Hz, where every laptop is heard. [own]
const LOW: &[f32] = &[0.6, 0.7, 0.8, 0.7, 0.6, 0.5];

/// The hum's fundamental, Hz: low, yet a laptop can reproduce its overtones (300 to 900 Hz).
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

    /// The overtones of its notes, and its peak.
    fn timbre(self) -> (&'static [f32], f32) {
        match self {
            Self::BackJoined => (LOW, LOW_CHIME_PEAK),
            Self::Start | Self::Tick | Self::End => (CLEAR, CHIME_PEAK),
        }
    }

    /// Its samples, −1 to 1, at [`RATE`].
    fn samples(self) -> Vec<f32> {
        let (notes, (overtones, highest)) = (self.notes(), self.timbre());
        let length = notes.iter().map(|(_, begin, length)| begin + length).fold(0.0, f32::max);
        let count = (length * RATE as f32).ceil() as u32 + 1; // includes the zero at the end
        let sum =
            |time: f32| notes.iter().map(|&(pitch, begin, length)| note(overtones, pitch, time - begin, length)).sum();
        let samples: Vec<f32> = (0..count).map(|index| sum(index as f32 / RATE as f32)).collect();
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        samples.into_iter().map(|sample| sample / peak * highest).collect()
    }

    /// The WAV file: 16 bits, one channel.
    fn wav(self, volume: Volume) -> hound::Result<Vec<u8>> {
        let form = WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut bytes, form)?;
        for sample in self.samples() {
            writer.write_sample(quantised(sample * volume.share()))?;
        }
        writer.finalize()?;
        Ok(bytes.into_inner())
    }
}

/// Makes sure that the chimes exist in `folder` as WAV files of this volume.
///
/// # Errors
/// If the folder cannot be written.
pub(super) fn write_chimes(folder: &Path, volume: Volume) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for chime in Chime::ALL {
        let wav = chime.wav(volume).map_err(io::Error::other)?;
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
fn note(overtones: &[f32], pitch: f32, time: f32, length: f32) -> f32 {
    if !(0.0..length).contains(&time) {
        return 0.0;
    }
    let rise = (1.0 - (PI * (time / RISE).min(1.0)).cos()) / 2.0;
    let fall = (1.0 - time / length).powi(2);
    rise * fall * timbre(overtones, pitch * time)
}

/// A sine and its overtones at `turns` periods of the fundamental, within −1 to 1. The phases keep the peaks low, so that more
/// can be heard below the same one (Schroeder 1970, doi:10.1109/TIT.1970.1054411).
fn timbre(overtones: &[f32], turns: f32) -> f32 {
    let count = overtones.len() as f32;
    let sine = |(index, share): (usize, &f32)| {
        let index = index as f32;
        share * (TAU * turns * (index + 1.0) - PI * index * (index + 1.0) / count).sin()
    };
    overtones.iter().enumerate().map(sine).sum::<f32>() / overtones.iter().sum::<f32>()
}

/// The highest that [`timbre`] comes to: it is looked at this often in a period.
fn highest(overtones: &[f32]) -> f32 {
    const LOOKS: u16 = 1000;
    (0..LOOKS).map(|look| timbre(overtones, f32::from(look) / f32::from(LOOKS)).abs()).fold(0.0, f32::max)
}

/// Converts −1 to 1 to a 16-bit sample.
fn quantised(sample: f32) -> i16 {
    (sample * f32::from(i16::MAX)).round() as i16
}

/// Generates the hum in blocks that join seamlessly.
#[derive(Debug)]
pub(super) struct Tone {
    /// Phase of the fundamental, 0 to 1.
    phase: f32,
    gain: f32,
    /// What makes the timbre reach 1.
    scale: f32,
}

impl Default for Tone {
    fn default() -> Self {
        Self { phase: 0.0, gain: 0.0, scale: 1.0 / highest(RICH) }
    }
}

impl Tone {
    /// The next `count` samples as 16-bit little-endian bytes, with a ramp to `level`, 0 to 1, of this volume at their end.
    pub(super) fn block(&mut self, level: f32, volume: Volume, count: usize) -> Vec<u8> {
        // Squared, because the ear hears ratios: half the level is 12 dB lower, clearly softer.
        let (from, to) = (self.gain, level * level * HUM_PEAK * volume.share());
        self.gain = to;
        let mut bytes = Vec::with_capacity(2 * count);
        for index in 1..=count {
            let gain = from + (to - from) * (index as f32 / count as f32);
            self.phase = (self.phase + HUM_PITCH / RATE as f32).fract();
            bytes.extend(quantised(gain * self.scale * timbre(RICH, self.phase)).to_le_bytes());
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
        let reader = hound::WavReader::new(Cursor::new(chime.wav(Volume::FULL).unwrap())).unwrap();
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
        write_chimes(folder.path(), Volume::FULL).unwrap();
        let wav = |chime: Chime| chime.wav(Volume::FULL).unwrap();
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "theirs");
        assert!(Chime::ALL.iter().all(|chime| fs::read(chime.file(folder.path())).unwrap() == wav(*chime)));
    }

    #[test]
    fn a_chime_has_no_jumps() {
        for chime in Chime::ALL {
            let (_, samples) = read(chime);
            let jump = samples.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap();
            // The steepest slope of the highest overtone of all (3 × 880 Hz) is 2π · 2640 / 48000 = 0.35 of its peak a sample.
            let most = chime.timbre().1 * f32::from(i16::MAX) * 0.35;
            assert!((jump as f32) < most, "{chime:?} jumps by {jump}");
        }
    }

    #[test]
    fn the_back_chime_is_the_lowest() {
        let low = pitch(&read(Chime::BackJoined).1);
        assert!((low - 196.0).abs() < 2.0, "{low} Hz");
        for other in [Chime::Start, Chime::Tick, Chime::End] {
            let first = &read(other).1[..RATE as usize / 20]; // before a second note begins
            assert!(low < 0.6 * pitch(first), "{other:?}");
        }
    }

    #[test]
    fn chimes_are_written_once_and_repaired() {
        let folder = tempfile::tempdir().unwrap();
        let sounds = folder.path().join("sounds");
        let write_chimes = |folder: &Path| write_chimes(folder, Volume::FULL);
        write_chimes(&sounds).unwrap();
        let tick = Chime::Tick.file(&sounds);
        let written = fs::metadata(&tick).unwrap().modified().unwrap();
        write_chimes(&sounds).unwrap();
        assert_eq!(fs::metadata(&tick).unwrap().modified().unwrap(), written);
        fs::write(&tick, "cut sho").unwrap();
        write_chimes(&sounds).unwrap();
        assert_eq!(fs::read(&tick).unwrap(), Chime::Tick.wav(Volume::FULL).unwrap());
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
            tone.block(level, Volume::FULL, 480);
            let block = samples(&tone.block(level, Volume::FULL, 480));
            peaks.push(block.iter().map(|sample| sample.unsigned_abs()).max().unwrap());
        }
        assert_eq!((peaks[0], peaks[5]), (0, 0));
        assert!(peaks[..5].is_sorted() && peaks[1] > 50 && peaks[4] > 3000 && peaks[4] <= 5899, "{peaks:?}");
        let mut tone = Tone::default();
        for level in [1.0, 0.0, 0.5, 1.0, 0.1] {
            all.extend(samples(&tone.block(level, Volume::FULL, 480)));
        }
        let jump = all.windows(2).map(|pair| (pair[1] - pair[0]).abs()).max().unwrap();
        // The steepest slope of 900 Hz is 2π · 900 / 48000 = 12 % of its peak a sample.
        assert!(jump < 5899 / 8, "{jump}");
    }

    /// Fundamental by autocorrelation, Hz: the shortest shift by which the sound is like itself.
    fn pitch(samples: &[i16]) -> f32 {
        let alike = |shift: usize| {
            let pairs = samples.iter().zip(&samples[shift..]);
            let product: f64 = pairs.map(|(one, other)| f64::from(*one) * f64::from(*other)).sum();
            let power = |samples: &[i16]| samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
            product / (power(&samples[..samples.len() - shift]) * power(&samples[shift..])).sqrt()
        };
        let shifts: Vec<f64> = (0..600).map(alike).collect();
        let dip = shifts.iter().position(|alike| *alike < 0.0).unwrap();
        let best = shifts[dip..].iter().copied().fold(0.0, f64::max);
        let shift = dip + shifts[dip..].iter().position(|alike| *alike > 0.97 * best).unwrap();
        let near = shifts[shift..shift + 20].iter().copied().fold(0.0, f64::max); // the top of that hill
        RATE as f32 / (shift + shifts[shift..].iter().position(|alike| *alike == near).unwrap()) as f32
    }

    /// Root mean square between 300 and 8000 Hz, dB of full scale: what the loudspeaker of a laptop gives of it.
    fn heard(samples: &[i16]) -> f64 {
        heard_above(300.0, samples)
    }

    /// Root mean square from this frequency, Hz, to 8000 Hz, dB of full scale.
    fn heard_above(least: f64, samples: &[i16]) -> f64 {
        let count = samples.len() as f64;
        let bins = (least * count / f64::from(RATE)).ceil() as usize..=(8000.0 * count / f64::from(RATE)) as usize;
        let power = |bin: usize| {
            let step = std::f64::consts::TAU * bin as f64 / count;
            let (sine, cosine) = samples.iter().enumerate().fold((0.0, 0.0), |(sine, cosine), (index, sample)| {
                let (value, turn) = (f64::from(*sample) / 32768.0, step * index as f64);
                (sine + value * turn.sin(), cosine + value * turn.cos())
            });
            2.0 * (sine * sine + cosine * cosine) / (count * count)
        };
        10.0 * bins.map(power).sum::<f64>().log10()
    }

    /// Speech in that band, dB of full scale: `espeak-ng` 1.51 at 160 words a minute, the mean of four of our sentences (−20.6 to
    /// −23.3), filtered by ffmpeg.
    const SPEECH: f64 = -21.6;

    #[test]
    fn every_sound_is_about_as_loud_as_speech_where_a_laptop_is_heard() {
        for chime in Chime::ALL {
            let loudness = heard(&read(chime).1);
            assert!((loudness - SPEECH).abs() < 6.0, "{chime:?}: {loudness:.1} dB");
        }
        let mut tone = Tone::default();
        tone.block(1.0, Volume::FULL, 480);
        let loudness = heard(&samples(&tone.block(1.0, Volume::FULL, 4800)));
        assert!((loudness - SPEECH).abs() < 6.0, "hum: {loudness:.1} dB");
    }

    /// The smallest loudspeakers give little below 500 Hz. The ear sums up about the first fifth of a second of a sound.
    #[test]
    fn the_low_note_is_louder_than_the_tick_on_the_smallest_laptop() {
        let begun = |chime| {
            let mut samples = read(chime).1;
            samples.resize(RATE as usize / 5, 0);
            heard_above(500.0, &samples)
        };
        let [low, tick] = [Chime::BackJoined, Chime::Tick].map(begun);
        assert!(low >= tick + 3.0, "low note {low:.1} dB, tick {tick:.1} dB");
        let whole = read(Chime::BackJoined).1;
        let share = 10f64.powf((heard_above(500.0, &whole) - heard_above(20.0, &whole)) / 10.0);
        eprintln!("low note {low:.1} dB, tick {tick:.1} dB above 500 Hz; {share:.2} of the low note is there");
        assert!(share >= 0.5, "{share:.2} of its power is above 500 Hz");
    }

    #[test]
    fn half_the_volume_is_half_the_amplitude() {
        let peak = |samples: Vec<i16>| samples.iter().map(|sample| i32::from(sample.unsigned_abs())).max().unwrap();
        let chime = |volume| {
            let wav = Chime::BackJoined.wav(volume).unwrap();
            peak(hound::WavReader::new(Cursor::new(wav)).unwrap().into_samples().map(Result::unwrap).collect())
        };
        assert!((chime(Volume::FULL) - 2 * chime(Volume::from_percent(50))).abs() <= 2 && chime(Volume::OFF) == 0);
        let hum = |volume| {
            let mut tone = Tone::default();
            tone.block(1.0, volume, 480);
            peak(samples(&tone.block(1.0, volume, 480)))
        };
        assert!((hum(Volume::FULL) - 2 * hum(Volume::from_percent(50))).abs() <= 2 && hum(Volume::OFF) == 0);
    }
}
