//! A Kalman filter for each angle: it follows a movement without lagging behind, and gives a frame less weight the
//! wider its interval is.
//!
//! The same filter runs live and in `analyze`; it uses only the past, so both give the same values.

use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;
use crate::units::degrees;

use super::{Bend, HalfWidth90};

/// How suddenly people change their speed, per second squared: the maximum in a bend of 70° done in one second, half of
/// 70° · π². [own]
const ACCELERATION: Angle<f32> = degrees(345.0);

/// Correlation time of the acceleration, seconds: a random acceleration changes after this time. [own]
const CORRELATION_TIME: f32 = 1.0 / 15.0;

/// The part of the 90 % interval's half width that scatters from frame to frame: half a standard deviation (a 90 %
/// interval is ±1.64 of them). The rest of an error is the same in the next frame, and no filter removes it. [own]
const SCATTER: f32 = 0.3;

/// Minimum scatter, however certain the network is: half of the degree that is shown.
const LEAST_SCATTER: Angle<f32> = degrees(0.5);

/// The scatter of the angles that come from landmarks (`METHOD.md`, "Smoothing").
const TRUNK_SCATTER: Angle<f32> = degrees(1.0);
/// The scatter of the knee angle.
const KNEE_SCATTER: Angle<f32> = degrees(1.5);

/// Standard deviation of the initial speed, which is unknown, per second. [own]
const SPEED: Angle<f32> = degrees(60.0);

/// After a gap this long the old values say nothing about the new ones.
const FORGET_AFTER: Duration = Duration::from_millis(500);

/// One filter for each angle of a [`Bend`].
#[derive(Debug, Default)]
pub struct BendFilter {
    last: Option<(Timestamp, [Filter; 4])>,
}

impl BendFilter {
    /// Adds the bend measured at `time` with this `half_width_90`. Returns the smoothed bend.
    ///
    /// The filter's own variance assumes errors that are independent from frame to frame. Those of the network are not,
    /// so that variance is far too small and is not exposed: the interval of a smoothed angle is that of its frame.
    pub fn smooth(&mut self, time: Timestamp, bend: Bend, half_width_90: &HalfWidth90) -> Bend {
        let measured = [
            (bend.hip_flexion, scatter(half_width_90.hip_flexion)),
            (bend.lumbar_flexion, scatter(half_width_90.lumbar_flexion)),
            (bend.trunk_inclination, TRUNK_SCATTER),
            (bend.knee_flexion, KNEE_SCATTER),
        ]
        .map(|(angle, scatter)| (angle.radians, scatter.radians * scatter.radians));
        let kept = self.last.take().filter(|(then, _)| time.since(*then) < FORGET_AFTER);
        let filters = match kept {
            Some((then, mut filters)) => {
                let step = time.since(then).as_secs_f32();
                for (filter, (angle, variance)) in filters.iter_mut().zip(measured) {
                    filter.predict(step);
                    filter.correct(angle, variance);
                }
                filters
            }
            None => measured.map(|(angle, variance)| Filter::new(angle, variance)),
        };
        let [hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion] =
            filters.each_ref().map(|filter| Angle::radians(filter.angle));
        self.last = Some((time, filters));
        Bend { hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion }
    }
}

fn scatter(half_width_90: Angle<f32>) -> Angle<f32> {
    Angle::radians((SCATTER * half_width_90.radians).max(LEAST_SCATTER.radians))
}

/// One angle and its speed, radians and radians per second, with the variances of both and their covariance.
#[derive(Debug)]
struct Filter {
    angle: f32,
    speed: f32,
    angle_variance: f32,
    covariance: f32,
    speed_variance: f32,
}

impl Filter {
    fn new(angle: f32, variance: f32) -> Self {
        let speed_variance = SPEED.radians * SPEED.radians;
        Self { angle, speed: 0.0, angle_variance: variance, covariance: 0.0, speed_variance }
    }

    /// Extrapolates by this many seconds at the current speed, while a random acceleration makes both less certain. Its
    /// effect is that of white noise over any length of time, so the frame rate does not matter.
    fn predict(&mut self, seconds: f32) {
        let noise = ACCELERATION.radians * ACCELERATION.radians * CORRELATION_TIME;
        self.angle += self.speed * seconds;
        self.angle_variance +=
            seconds * (2.0 * self.covariance + seconds * self.speed_variance) + noise * seconds.powi(3) / 3.0;
        self.covariance += seconds * self.speed_variance + noise * seconds.powi(2) / 2.0;
        self.speed_variance += noise * seconds;
    }

    /// Corrects the state towards the measurement, weighted by their variances.
    fn correct(&mut self, measured: f32, variance: f32) {
        let total = self.angle_variance + variance;
        let (gain, speed_gain) = (self.angle_variance / total, self.covariance / total);
        let surprise = measured - self.angle;
        self.angle += gain * surprise;
        self.speed += speed_gain * surprise;
        self.speed_variance -= speed_gain * self.covariance;
        self.covariance -= gain * self.covariance;
        self.angle_variance -= gain * self.angle_variance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known_to(half_width_90: f32) -> HalfWidth90 {
        HalfWidth90 { hip_flexion: Angle::degrees(half_width_90), lumbar_flexion: Angle::degrees(half_width_90) }
    }

    /// Smooths hip flexions at a frame rate, each with a half width of `half_width_90` degrees.
    fn run(rate: f64, half_width_90: f32, angles: impl Iterator<Item = f32>) -> Vec<f32> {
        let mut filter = BendFilter::default();
        let bend = |degrees| Bend { hip_flexion: Angle::degrees(degrees), ..Bend::default() };
        angles
            .enumerate()
            .map(|(number, degrees)| {
                let time = Timestamp::from_secs_f64(number as f64 / rate);
                filter.smooth(time, bend(degrees), &known_to(half_width_90)).hip_flexion.to_degrees()
            })
            .collect()
    }

    /// The times of this many seconds at a frame rate.
    fn times(rate: f64, seconds: f64) -> impl Iterator<Item = f32> {
        (0..(rate * seconds) as u32).map(move |number| (f64::from(number) / rate) as f32)
    }

    /// White noise of standard deviation 1.
    fn noise() -> impl FnMut() -> f32 {
        let mut state = 1_u32;
        move || {
            let mut uniform = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 24) as f32
            };
            (0..12).map(|_| uniform()).sum::<f32>() - 6.0
        }
    }

    fn jitter(rate: f64, half_width_90: f32) -> f32 {
        let mut noise = noise();
        let still = run(rate, half_width_90, (0..3000).map(|_| noise()));
        (still[60..].iter().map(|value| value * value).sum::<f32>() / (still.len() - 60) as f32).sqrt()
    }

    fn close(what: &str, rate: f64, value: f32, expected: f32, within: f32) {
        assert!((value - expected).abs() <= within, "{what} at {rate} frames a second: {value}, not {expected}");
    }

    /// The output for white noise of 1° as input: with an interval of ±2° as in standing, and ±8° as in a bend. Quoted
    /// in `METHOD.md`, "Smoothing".
    #[test]
    fn jitter_at_rest_is_as_the_method_says() {
        for (rate, standing, bent) in [(15.0, 0.91, 0.76), (30.0, 0.80, 0.63), (60.0, 0.67, 0.50)] {
            close("jitter in standing", rate, jitter(rate, 2.0), standing, 0.05);
            close("jitter in a bend", rate, jitter(rate, 8.0), bent, 0.05);
        }
    }

    /// A movement that starts abruptly at 60°/s: the maximum lag of the smoothed angle, and the lag half a second
    /// later. Quoted in `METHOD.md`, "Smoothing".
    #[test]
    fn lag_in_movement_is_as_the_method_says() {
        for (rate, expected) in [(15.0, 0.022), (30.0, 0.023), (60.0, 0.022)] {
            let ramp: Vec<f32> = times(rate, 2.0).map(|time| 60.0 * (time - 1.0).max(0.0)).collect();
            let smooth = run(rate, 8.0, ramp.iter().copied());
            let lag: Vec<f32> = ramp.iter().zip(&smooth).map(|(angle, shown)| (angle - shown) / 60.0).collect();
            close("lag", rate, lag.iter().copied().fold(0.0, f32::max), expected, 0.002);
            let settled = lag.iter().skip((1.5 * rate) as usize);
            close("lag later on", rate, settled.copied().fold(0.0, f32::max), 0.0, 0.001);
        }
    }

    /// Lag and overshoot of a bend of 60° in one second, with a smooth start and end, are within what the method says.
    #[test]
    fn a_bend_is_followed_as_closely_as_the_method_says() {
        for (rate, expected) in [(15.0, 1.1), (30.0, 1.0), (60.0, 0.8)] {
            let soft = |time: f32| 30.0 * (1.0 - (std::f32::consts::PI * (time - 1.0).clamp(0.0, 1.0)).cos());
            let bend: Vec<f32> = times(rate, 3.0).map(soft).collect();
            let smooth = run(rate, 8.0, bend.iter().copied());
            let worst = bend.iter().zip(&smooth).map(|(angle, shown)| (angle - shown).abs()).fold(0.0, f32::max);
            close("error", rate, worst, expected, 0.1);
        }
    }

    #[test]
    fn an_unsure_frame_counts_less() {
        let after_a_jump = |half_width_90| {
            let mut filter = BendFilter::default();
            let bend = |degrees| Bend { lumbar_flexion: Angle::degrees(degrees), ..Bend::default() };
            for number in 0..30 {
                filter.smooth(Timestamp::from_secs_f64(f64::from(number) / 30.0), bend(0.0), &known_to(4.0));
            }
            let jumped = filter.smooth(Timestamp::from_secs_f64(1.0), bend(20.0), &known_to(half_width_90));
            jumped.lumbar_flexion.to_degrees()
        };
        assert!(after_a_jump(20.0) < 0.25 * after_a_jump(4.0), "{} {}", after_a_jump(20.0), after_a_jump(4.0));
    }

    #[test]
    fn frames_that_come_unevenly_or_are_missing_do_not_disturb_a_movement() {
        let mut filter = BendFilter::default();
        let mut time = 0.0;
        for step in [33, 33, 10, 90, 33, 5, 60, 33, 300, 33, 20, 110, 33, 33].into_iter().cycle().take(60) {
            time += f64::from(step) / 1000.0;
            let bend = Bend { hip_flexion: Angle::degrees(30.0 * time as f32), ..Bend::default() };
            let shown = filter.smooth(Timestamp::from_secs_f64(time), bend, &known_to(8.0));
            let error = (shown.hip_flexion - bend.hip_flexion).to_degrees();
            assert!(time < 0.5 || error.abs() < 0.1, "{error}° off at {time} s");
        }
    }

    #[test]
    fn a_constant_stays_and_a_gap_starts_anew() {
        assert!(run(30.0, 8.0, std::iter::repeat_n(12.0, 10)).iter().all(|value| (value - 12.0).abs() < 1e-4));
        let pictures = run(2.0, 8.0, [0.0, 50.0, 10.0].into_iter());
        assert!(pictures.iter().zip([0.0, 50.0, 10.0]).all(|(shown, angle)| (shown - angle).abs() < 1e-4));
    }

    #[test]
    fn two_frames_of_the_same_time_and_intervals_of_nothing_make_no_nan() {
        let mut filter = BendFilter::default();
        let bend = Bend { hip_flexion: Angle::degrees(5.0), ..Bend::default() };
        for half_width_90 in [0.0, 0.0, 1e9, f32::MAX, 0.0] {
            let half_width_90 = HalfWidth90 { hip_flexion: Angle::radians(half_width_90), ..HalfWidth90::default() };
            assert!(filter.smooth(Timestamp::default(), bend, &half_width_90).hip_flexion.radians.is_finite());
        }
    }
}
