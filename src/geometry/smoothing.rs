//! The One-Euro filter (Casiez, Roussel & Vogel, CHI 2012): calm at rest, quick in movement.
//!
//! The same filter runs live and in `analyze`; it looks only at the past, so both give the same values.

use std::f32::consts::TAU;
use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;

use super::Bend;

/// Cut-off frequency at rest, Hz: lower is calmer. Chosen with [`SPEED_GAIN`] from the lag and jitter in `METHOD.md`,
/// "Smoothing".
const REST_CUTOFF: f32 = 1.0;

/// How much the cut-off frequency rises with speed, Hz per rad/s.
const SPEED_GAIN: f32 = 8.0;

/// Cut-off frequency of the speed itself, Hz: the authors' value.
const SPEED_CUTOFF: f32 = 1.0;

/// After a gap this long the old values say nothing about the new ones.
const FORGET_AFTER: Duration = Duration::from_millis(500);

/// One One-Euro filter for each angle of a [`Bend`].
#[derive(Debug, Default)]
pub struct BendFilter {
    last: Option<(Timestamp, [OneEuro; 4])>,
}

impl BendFilter {
    /// Takes the bend measured at `time` and gives the smoothed one.
    pub fn smooth(&mut self, time: Timestamp, bend: Bend) -> Bend {
        let angles = [bend.hip_flexion, bend.lumbar_flexion, bend.trunk_inclination, bend.knee_flexion];
        let kept = self.last.take().filter(|(then, _)| time.since(*then) < FORGET_AFTER);
        let filters = match kept {
            Some((then, mut filters)) => {
                let step = time.since(then).as_secs_f32();
                for (filter, angle) in filters.iter_mut().zip(angles) {
                    filter.step(angle.radians, step);
                }
                filters
            }
            None => angles.map(|angle| OneEuro { value: angle.radians, speed: 0.0 }),
        };
        let [hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion] =
            filters.each_ref().map(|filter| Angle::radians(filter.value));
        self.last = Some((time, filters));
        Bend { hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion }
    }
}

/// One smoothed angle, radians and radians per second.
#[derive(Debug)]
struct OneEuro {
    value: f32,
    speed: f32,
}

impl OneEuro {
    fn step(&mut self, measured: f32, seconds: f32) {
        if seconds <= 0.0 {
            return;
        }
        let speed = (measured - self.value) / seconds;
        self.speed += weight(SPEED_CUTOFF, seconds) * (speed - self.speed);
        let cutoff = REST_CUTOFF + SPEED_GAIN * self.speed.abs();
        self.value += weight(cutoff, seconds) * (measured - self.value);
    }
}

/// How much of a new value an exponential filter with this cut-off takes over after `seconds`.
fn weight(cutoff: f32, seconds: f32) -> f32 {
    let turn = TAU * cutoff * seconds;
    turn / (turn + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rate: f64, angles: impl Iterator<Item = f32>) -> Vec<f32> {
        let mut filter = BendFilter::default();
        let bend = |degrees| Bend { hip_flexion: Angle::degrees(degrees), ..Bend::default() };
        angles
            .enumerate()
            .map(|(number, degrees)| filter.smooth(Timestamp::from_secs_f64(number as f64 / rate), bend(degrees)))
            .map(|bend| bend.hip_flexion.to_degrees())
            .collect()
    }

    /// Standard deviation of what comes out when white noise of 1° goes in at 30 frames a second, and the lag behind a
    /// movement of 60°/s. `METHOD.md`, "Smoothing", quotes both.
    #[test]
    fn lag_and_jitter_are_as_the_method_says() {
        let mut state = 1_u32;
        let mut noise = || {
            let mut uniform = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 24) as f32
            };
            (0..12).map(|_| uniform()).sum::<f32>() - 6.0
        };
        let still = run(30.0, (0..3000).map(|_| noise()));
        let jitter = (still[30..].iter().map(|value| value * value).sum::<f32>() / (still.len() - 30) as f32).sqrt();
        assert!((0.40..0.55).contains(&jitter), "jitter {jitter}°");

        let moving = run(30.0, (0..60).map(|number| 2.0 * number as f32));
        let lag = (2.0 * 45.0 - moving[45]) / 60.0;
        assert!((0.010..0.018).contains(&lag), "lag {lag} s");
    }

    #[test]
    fn a_constant_stays_and_a_gap_starts_anew() {
        assert!(run(30.0, std::iter::repeat_n(12.0, 10)).iter().all(|value| (value - 12.0).abs() < 1e-4));
        let jump = run(1.0, [0.0, 50.0].into_iter());
        assert!((jump[1] - 50.0).abs() < 1e-4);
    }

    #[test]
    fn two_frames_of_the_same_time_make_no_nan() {
        let mut filter = BendFilter::default();
        let bend = Bend { hip_flexion: Angle::degrees(5.0), ..Bend::default() };
        filter.smooth(Timestamp::default(), bend);
        assert!(filter.smooth(Timestamp::default(), bend).hip_flexion.radians.is_finite());
    }
}
